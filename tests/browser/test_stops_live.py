"""A stop of keep_prob is shown at once, is what the kernel then confirms, and never jumps back."""

import far
import live_lab
import pytest
from playwright.sync_api import expect

LABS = {
    "step_through": "labs.step_through(at='dA1')",
    "two_wires": "labs.two_wires(layer=1, unit=1)",
    "switch_off": "labs.switch_off()",
    "break_it": "labs.break_it()",
}
READY = ".dropout-picture[data-stops]:has(.dropout-stage)"
HTML = (
    "() => [...document.querySelectorAll('.dropout-picture')].map((one) => one.innerHTML).join('')"
)
# What the picture says of keep_prob, in every frame in which it says something else.
LOG = """() => {
    window.log = [];
    const look = () => {
        const now = document.querySelector('.dropout-lab').textContent.match(/÷ (0\\.\\d\\d)/)?.[1];
        if (now && now !== window.log.at(-1)) window.log.push(now);
        requestAnimationFrame(look);
    };
    look();
}"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
RUN_CELL = """() => {
    jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
    return jupyterapp.commands.execute('notebook:run-cell');
}"""


@pytest.fixture(scope="module")
def away(server):
    with far.far_away(server) as further:
        yield further


@pytest.fixture
def show(browser, away):
    """A function that shows a lab, and waits until its stops are ready; the server is near."""
    pages = []

    def show_(name):
        server, move = away
        move(0)
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        pages.append(page)
        # However busy this machine is.
        patient = "from dropout_lab.labs import ready\nready.TOO_LONG = 1.0\n"
        first = f"{patient}from dropout_lab import labs\nlab = {LABS[name]}\nlab"
        file = server.add(f"stops_{name}.ipynb", first, "print(lab.keep_prob)")
        notebook = live_lab.NotebookPage(page, server, file).open().run_all()
        page.locator(READY).wait_for()
        return notebook, page.locator(".dropout-lab .noUi-handle").last

    yield show_
    for page in pages:
        page.close()


def box_of(page):
    return page.get_by_label("keep_prob", exact=True)


def wait_for_box(page, value):
    """Until the kernel has answered: the number box is moved by it."""
    expect(box_of(page)).to_have_value(value, timeout=20_000)


@pytest.mark.parametrize("name", LABS)
def test_a_stop_is_shown_at_once_and_the_kernel_confirms_it(show, away, name):
    notebook, handle = show(name)
    page = notebook.page
    away[1](1500)
    before = page.evaluate(HTML)
    handle.press("ArrowLeft")
    page.evaluate(FRAMES)
    at_once = page.evaluate(HTML)
    assert at_once != before
    assert box_of(page).input_value() == "0.7"
    wait_for_box(page, "0.69")
    page.wait_for_timeout(500)
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
    page.wait_for_timeout(500)
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
    page.wait_for_timeout(700)
    assert page.evaluate("log") == ["0.70", "0.69"]
    assert page.evaluate(HTML) != old  # the new mask
    page.wait_for_function(
        "([one, old]) => document.querySelector(one).dataset.stops !== old", arg=[READY, ready]
    )
    away[1](1500)
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
    page.wait_for_timeout(1000)
    assert page.evaluate("log")[-1] in ("0.66", "0.65")
    assert len(page.evaluate("log")) == 2
    handle.press("ArrowLeft")
    page.evaluate(FRAMES)
    assert page.evaluate("log")[-1] in ("0.65", "0.64")


def test_a_cell_moves_the_slider_and_the_picture_follows(show):
    notebook, _ = show("step_through")
    page = notebook.page
    page.evaluate(LOG)
    page.evaluate(
        "jupyterapp.shell.currentWidget.content.widgets[1].model.sharedModel"
        ".setSource('lab.keep_prob = 0.6')"
    )
    page.evaluate(RUN_CELL)
    wait_for_box(page, "0.6")
    page.wait_for_timeout(300)
    assert page.evaluate("log") == ["0.70", "0.60"]
