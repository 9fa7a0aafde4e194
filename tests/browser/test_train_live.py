"""Training in a real browser: start, pause, go on, begin again, and the kernel listens all the time."""

import re

import pytest
from axe import AXE, RUN, STOCK

CELLS = (
    "from dropout_lab import labs\nlab = labs.train(recipes=('correct', 'no mask'), iterations=50_000)\nlab",
    "labs.train(recipes=('correct', 'no mask', 'no scale'), seeds=5)",
    "lab.iteration, lab.running",
    "labs.train(iterations=60, seeds=2)",
    "race = labs.train(recipes=('correct', 'no mask', 'no scale', 'one mask for all examples'), keep_prob=0.5)\n"
    "race.run(400)\nrace",
)
# Counts pictures from now on, as they come into the page. (A run has so many iterations that none ends here.)
COUNT = """() => {
    window.pictures = 0;
    const seen = new MutationObserver(() => { window.pictures += 1; });
    const changes = {subtree: true, childList: true, attributes: true};
    seen.observe(document.querySelector('.dropout-picture'), changes);
}"""
# Presses Pause; resolves to the milliseconds until the button says Continue.
PAUSE = """() => new Promise((done, fail) => {
    setTimeout(() => fail(new Error('it does not say Continue')), 5000);
    const button = document.querySelector('.dropout-lab button');
    const start = performance.now();
    new MutationObserver((_, observer) => {
        if (button.textContent !== 'Continue') return;
        observer.disconnect();
        done(performance.now() - start);
    }).observe(button, {childList: true, characterData: true, subtree: true});
    button.click();
})"""


@pytest.fixture(scope="module")
def notebook(open_in_turn, server):
    return open_in_turn(server.add("train.ipynb", *CELLS)).run_all()


@pytest.fixture
def lab(notebook):
    """The first lab, untrained."""
    lab = notebook.page.locator(".dropout-lab").first
    lab.scroll_into_view_if_needed()
    press(lab, "Reset")
    lab.get_by_label("keep_prob", exact=True).fill("0.7")
    lab.get_by_label("keep_prob", exact=True).press("Enter")
    wait_for_status(lab, "Untrained")
    return lab


def press(lab, name):
    lab.get_by_role("button", name=name, exact=True).click()


def wait_for_status(lab, words):
    lab.locator("[role=status]").filter(has_text=words).wait_for(timeout=10_000)


def iteration(lab):
    return int(
        re.search(r"iteration (\d+) of", lab.locator("progress").locator("../..").inner_text())[1]
    )


def wait_until_beyond(notebook, lab, step):
    for _ in range(200):
        if iteration(lab) > step:
            return
        notebook.page.wait_for_timeout(50)
    raise AssertionError(f"still at {iteration(lab)}")


def test_start_pause_continue_and_reset(notebook, lab, capsys):
    press(lab, "Start")
    wait_until_beyond(notebook, lab, 0)
    notebook.page.evaluate(COUNT)
    before = iteration(lab)
    notebook.page.wait_for_timeout(2_000)
    pictures, steps = notebook.page.evaluate("window.pictures") / 2, (iteration(lab) - before) / 2
    milliseconds = notebook.page.evaluate(PAUSE)
    with capsys.disabled():
        print(
            f"\ntraining: {pictures:.0f} pictures and {steps:.0f} steps of two recipes a second; "
            f"paused after {milliseconds:.0f} ms"
        )
    wait_for_status(lab, "Paused")
    stopped = int(re.search(r"iteration (\d+) of", lab.locator("[role=status]").inner_text())[1])
    notebook.page.wait_for_timeout(500)
    assert iteration(lab) == stopped > 0
    press(lab, "Continue")
    wait_until_beyond(notebook, lab, stopped)
    press(lab, "Reset")
    wait_for_status(lab, "Untrained: press Start, iteration 0 of 50000.")
    assert iteration(lab) == 0
    assert lab.get_by_role("button", name="Start", exact=True).count() == 1
    assert notebook.errors == []


def test_keep_prob_moved_during_a_run_waits_for_reset(notebook, lab):
    press(lab, "Start")
    wait_until_beyond(notebook, lab, 0)
    handle = lab.locator(".noUi-handle").first
    handle.focus()
    for _ in range(4):
        handle.press("PageDown")
    wait_for_status(lab, "keep_prob 0.5 will be used after Reset.")
    wait_until_beyond(notebook, lab, iteration(lab))
    assert lab.get_by_label("keep_prob", exact=True).input_value() == "0.5"
    press(lab, "Reset")
    wait_for_status(lab, "Untrained")
    assert "after Reset" not in lab.locator("[role=status]").inner_text()


def test_by_keyboard_and_focus_stays_on_the_button(notebook, lab):
    button = lab.get_by_role("button", name=re.compile("Start|Pause|Continue"))
    button.focus()
    notebook.page.keyboard.press("Enter")
    wait_until_beyond(notebook, lab, 0)
    assert notebook.page.evaluate("document.activeElement.textContent") == "Pause"
    notebook.page.keyboard.press("Space")
    wait_for_status(lab, "Paused")
    assert notebook.page.evaluate("document.activeElement.textContent") == "Continue"


def test_at_the_end_the_button_says_done_and_reset_begins_again(notebook):
    lab = notebook.page.locator(".dropout-lab").nth(2)
    lab.scroll_into_view_if_needed()
    press(lab, "Start")
    wait_for_status(lab, "Trained, iteration 60 of 60.")
    press(lab, "Done")
    wait_for_status(lab, "To train again, press Reset")
    assert iteration(lab) == 60
    press(lab, "Reset")
    wait_for_status(lab, "Untrained: press Start")


# What is written in the parts of a chart, as [text, size on the screen, left, top, right, bottom], and
# the box of its part. A line box is higher than its letters, by about a third.
WRITTEN = """(lab) => [...lab.querySelectorAll('.dropout-race > svg')].map((part) => {
    const box = (node) => { const b = node.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
    const texts = [...part.querySelectorAll('text')].filter((text) => text.textContent);
    const size = (text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a;
    return [box(part), texts.map((text) => [text.textContent, size(text), ...box(text)])];
})"""


@pytest.mark.parametrize("width", [1280, 900, 683])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_in_every_width_words_are_large_enough_and_none_is_cut_off_or_covered(
    notebook, count, width
):
    """683 px is a projector of 1024 px at 150 %."""
    page = notebook.page
    page.set_viewport_size({"width": width, "height": 1000})
    page.evaluate("jupyterapp.shell.collapseLeft()")
    lab = page.locator(".dropout-lab").nth({2: 0, 3: 1, 1: 2, 4: 3}[count])
    lab.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    right = lab.evaluate("(lab) => lab.getBoundingClientRect().right")
    parts = lab.evaluate(WRITTEN)
    notebook.screenshot(lab, f"train-{count}-{width}")
    page.set_viewport_size({"width": 1280, "height": 1000})
    assert len(parts) == count + 2
    for (x0, y0, x1, y1), texts in parts:
        assert x1 <= right + 1
        for k, (text, size, left, top, end, bottom) in enumerate(texts):
            assert size >= 12, text
            assert x0 - 1 <= left, text
            assert end <= x1 + 1, text
            assert y0 - 1 <= top, text
            assert bottom <= y1 + 1, text
            for other, _, a, b, c, d in texts[k + 1 :]:
                covered = min(end, c) - max(left, a) > 2 and min(bottom, d) - max(top, b) > 6
                assert not covered, (text, other)


def run_cell(notebook, index):
    notebook.page.evaluate(
        """(index) => {
            jupyterapp.shell.currentWidget.content.activeCellIndex = index;
            return jupyterapp.commands.execute('notebook:run-cell');
        }""",
        index,
    )


def test_another_cell_can_be_run_meanwhile_and_running_the_labs_cell_again_ends_the_run(
    notebook, lab
):
    press(lab, "Start")
    wait_until_beyond(notebook, lab, 0)
    run_cell(notebook, 2)
    output = notebook.page.locator(".jp-Cell").nth(2).locator(".jp-OutputArea-output")
    assert re.search(r"\([1-9]\d*, True\)", output.inner_text())
    notebook.page.evaluate(
        "jupyterapp.shell.currentWidget.content.widgets[2].model.sharedModel"
        ".setSource('old = lab\\nold.iteration, old.running')"
    )
    run_cell(notebook, 2)
    run_cell(notebook, 0)
    notebook.page.evaluate(
        "jupyterapp.shell.currentWidget.content.widgets[2].model.sharedModel"
        ".setSource('old.iteration, old.running, lab.iteration')"
    )
    run_cell(notebook, 2)
    first = output.inner_text()
    notebook.page.wait_for_timeout(500)
    run_cell(notebook, 2)
    assert output.inner_text() == first
    assert re.search(r"\([1-9]\d*, False, 0\)", first)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_nothing_serious_for_axe_and_a_screenshot(notebook, lab, theme):
    press(lab, "Start")
    wait_until_beyond(notebook, lab, 100)
    press(lab, "Pause")
    wait_for_status(lab, "Paused")
    notebook.theme(theme)
    notebook.page.evaluate(AXE)
    violations = notebook.page.evaluate(RUN)
    notebook.screenshot(lab, f"train-{theme}")
    notebook.theme("Light")
    assert [
        found
        for found in violations
        if found[1] in ("serious", "critical")
        and STOCK not in found[2]
        and "noUi-handle" not in found[3]
    ] == []
