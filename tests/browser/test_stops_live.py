"""A stop of keep_prob is shown at once, is what the kernel then confirms, and never jumps back."""

import far
import live_lab
import pytest
from live import write
from playwright.sync_api import expect

LABS = {
    "step_through": "labs.step_through(at='dA1')",
    "two_wires": "labs.two_wires(layer=1, unit=1)",
    "switch_off": "labs.switch_off()",
    "break_it": "labs.break_it()",
}
LABS_AND_WALK = {**LABS, "walk": "labs.step_through()"}
READY = ".dropout-picture[data-stops]:has(.dropout-stage)"
HTML = (
    "() => [...document.querySelectorAll('.dropout-picture')].map((one) => one.innerHTML).join('')"
)
# What the picture says of keep_prob, in every frame in which it says something else.
LOG = """() => {
    window.log = [];
    const look = () => {
        const lab = document.querySelector('.dropout-lab');
        if (!lab) return;  // the next test has taken it away
        const now = lab.textContent.match(/÷ (0\\.\\d\\d)/)?.[1];
        if (now && now !== window.log.at(-1)) window.log.push(now);
        requestAnimationFrame(look);
    };
    look();
}"""
# The steps that the walk shows, one after the other.
LOG_STEPS = """() => {
    window.steps = [];
    const look = () => {
        const now = document.querySelector('.dropout-page')?.dataset.step;
        if (!now) return;  // the next test has taken it away
        if (now !== window.steps.at(-1)) window.steps.push(now);
        requestAnimationFrame(look);
    };
    look();
}"""
RUN_ALL = (
    "jupyterapp.commands.execute('notebook:run-all-cells')"  # kept when all cells have been run
)
# Milliseconds to the kernel and back, when the page is looked at before the kernel can have answered.
LONG = 1000
# For an answer that must not come any more, or must not change anything, when the kernel is so far away:
# there and back, the kernel's own pause before it confirms (0.1 s), and as much again.
LATE = 300
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
RUN_CELL = """() => {
    jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
    return jupyterapp.commands.execute('notebook:run-cell');
}"""


@pytest.fixture(scope="module")
def away(server):
    with far.far_away(server) as further:
        yield further


@pytest.fixture(scope="module")
def notebook(browser, away):
    """Two cells; what is in the first one is written by `show`."""
    server, _ = away
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    file = server.add("stops.ipynb", "", "")
    yield live_lab.NotebookPage(page, server, file).open()
    page.close()


@pytest.fixture
def show(notebook, away):
    """A function that shows a new lab, and waits until its stops are ready; the server is near."""
    away[1](0)
    page = notebook.page
    write(page, 0, "")
    page.evaluate(RUN_ALL)
    notebook.errors.clear()
    expect(page.locator(".dropout-lab")).to_have_count(0)

    def show_(name):
        # However busy this machine is.
        patient = "from dropout_lab.labs import ready\nready.TOO_LONG = 1.0\n"
        write(page, 0, f"{patient}from dropout_lab import labs\nlab = {LABS_AND_WALK[name]}\nlab")
        page.evaluate(RUN_ALL)
        page.locator(READY).wait_for()
        return notebook, page.locator(".dropout-lab .noUi-handle").last

    return show_


def box_of(page):
    return page.get_by_label("keep_prob", exact=True)


def wait_for_box(page, value):
    """Until the kernel has answered: the number box is moved by it."""
    expect(box_of(page)).to_have_value(value, timeout=20_000)


def wait_for_other_html(page, old):
    page.wait_for_function(f"(old) => ({HTML})() !== old", arg=old)


@pytest.mark.parametrize("name", LABS)
def test_a_stop_is_shown_at_once_and_the_kernel_confirms_it(show, away, name):
    notebook, handle = show(name)
    page = notebook.page
    away[1](LONG)
    before = page.evaluate(HTML)
    handle.press("ArrowLeft")
    page.evaluate(FRAMES)
    at_once = page.evaluate(HTML)
    assert at_once != before
    assert box_of(page).input_value() == "0.7"
    wait_for_box(page, "0.69")
    page.wait_for_timeout(LATE)
    assert page.evaluate(HTML) == at_once
    assert notebook.errors == []


def test_late_answers_do_not_make_the_picture_jump_back(show, away):
    notebook, handle = show("step_through")
    page = notebook.page
    page.evaluate(LOG)
    away[1](300)
    for key in ["ArrowLeft"] * 20 + ["ArrowRight"] * 12:
        handle.press(key)
        page.wait_for_timeout(40)
    wait_for_box(page, "0.62")
    page.wait_for_timeout(LATE)
    there = [f"{k / 100:.2f}" for k in (*range(70, 49, -1), *range(51, 63))]
    assert page.evaluate("log") == there


def test_another_change_and_a_move_before_its_answer_do_not_jump_either(show, away):
    notebook, handle = show("step_through")
    page = notebook.page
    page.evaluate(LOG)
    ready = page.locator(READY).get_attribute("data-stops")
    away[1](600)
    page.get_by_role("button", name="New mask").click()
    handle.press("ArrowLeft")
    page.evaluate(FRAMES)
    old = page.evaluate(HTML)
    wait_for_box(page, "0.69")
    wait_for_other_html(page, old)  # the new mask
    page.wait_for_timeout(LATE)
    assert page.evaluate("log") == ["0.70", "0.69"]
    page.wait_for_function(
        "([one, old]) => document.querySelector(one).dataset.stops !== old", arg=[READY, ready]
    )
    away[1](LONG)
    handle.press("ArrowLeft")
    page.evaluate(FRAMES)
    assert page.evaluate("log") == ["0.70", "0.69", "0.68"]


def test_a_typed_value_between_two_stops_is_the_kernels_to_show(show):
    notebook, handle = show("step_through")
    page = notebook.page
    page.evaluate(LOG)
    box = box_of(page)
    box.fill("0.655")
    box.press("Enter")
    page.wait_for_function("log.length > 1")
    page.wait_for_timeout(LATE)
    assert page.evaluate("log")[-1] in ("0.66", "0.65")
    assert len(page.evaluate("log")) == 2
    handle.press("ArrowLeft")
    page.evaluate(FRAMES)
    assert page.evaluate("log")[-1] in ("0.65", "0.64")


def test_a_cell_moves_the_slider_and_the_picture_follows(show):
    notebook, _ = show("step_through")
    page = notebook.page
    page.evaluate(LOG)
    write(page, 1, "lab.keep_prob = 0.6")
    page.evaluate(RUN_CELL)
    write(page, 1, "")
    wait_for_box(page, "0.6")
    page.wait_for_timeout(300)
    assert page.evaluate("log") == ["0.70", "0.60"]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


NEXT, PREVIOUS = "Next ▶", "◀ Previous"


@pytest.fixture
def walk(show, away):
    """The walk at Z1, with its neighbors ready; far away."""
    notebook, handle = show("walk")
    page = notebook.page
    page.evaluate(LOG_STEPS)

    def go_away(milliseconds, stop=69):
        """When the neighbors of the step and the stop that are shown now are there."""
        page.wait_for_function(
            "([one, stop]) => document.querySelector(one)?.dataset.neighbors?.endsWith(stop)",
            arg=[".dropout-picture:has(.dropout-page)", f",{stop}"],
        )
        away[1](milliseconds)

    go_away(0)
    press(page, NEXT)
    page.locator(".dropout-page[data-step='A1']").wait_for()
    return notebook, handle, go_away


def steps(page):
    page.evaluate(FRAMES)
    return page.evaluate("steps")


@pytest.mark.parametrize(("button", "name"), [(NEXT, "D1"), (PREVIOUS, "Z1")])
def test_next_and_previous_are_shown_at_once_and_the_kernel_confirms_it(walk, button, name):
    notebook, _, go_away = walk
    page = notebook.page
    go_away(LONG)
    press(page, button)
    assert steps(page) == ["Z1", "A1", name]
    at_once = page.evaluate(HTML)
    page.wait_for_timeout(LONG + 2 * LATE)  # nothing tells when the kernel has confirmed it
    assert page.evaluate("steps") == ["Z1", "A1", name]
    assert page.evaluate(HTML) == at_once
    assert notebook.errors == []


def test_presses_that_come_together_end_where_the_kernel_says(walk):
    notebook, _, go_away = walk
    page = notebook.page
    go_away(400)
    for button in (NEXT, NEXT, NEXT, PREVIOUS):
        press(page, button)
    page.locator(".dropout-page[data-step='A1_drop']").wait_for()
    page.wait_for_timeout(400 + LATE)  # an answer to an earlier press would come now
    end = steps(page)
    assert end[:3] == ["Z1", "A1", "D1"]
    assert end[-1] == "A1_drop"
    assert "A1" not in end[2:]
    go_away(400)
    press(page, NEXT)
    press(page, PREVIOUS)
    page.wait_for_timeout(
        2 * 400 + 2 * LATE
    )  # the second press may have waited for the first answer
    assert steps(page)[-1] == "A1_drop"


def test_a_new_mask_before_next_does_not_lead_back(walk):
    notebook, _, go_away = walk
    page = notebook.page
    go_away(600)
    press(page, "New mask")
    press(page, NEXT)
    assert steps(page)[-1] == "D1"
    old = page.evaluate(HTML)
    wait_for_other_html(page, old)  # the new mask
    page.wait_for_timeout(600 + LATE)  # an answer that came after this one was on its way by then
    assert steps(page) == ["Z1", "A1", "D1"]


def test_a_slider_moved_between_presses_is_answered(walk):
    notebook, handle, go_away = walk
    page = notebook.page
    go_away(600)
    handle.press("ArrowLeft")
    press(page, NEXT)  # nothing is ready for this stop: the kernel shows it
    handle.press("ArrowLeft")
    wait_for_box(page, "0.68")
    page.locator(".dropout-page[data-step='D1']").wait_for()
    page.wait_for_timeout(600 + LATE)
    assert steps(page) == ["Z1", "A1", "D1"]
    go_away(600, 67)
    press(page, NEXT)
    assert steps(page)[-1] == "A1_drop"
    page.locator(".dropout-lab").get_by_text("÷ 0.68").first.wait_for()
