"""What was drawn ahead is shown while the kernel is busy, and is what the kernel then confirms.

Every order in which hand and kernel may come is tested in `test_picture_ahead.py`, without JupyterLab.
"""

import pytest
from live import press, run_cell
from playwright.sync_api import expect

LAB = """from dropout_lab import labs
from dropout_lab.labs import ready
ready.TOO_LONG = 1.0  # however busy this machine is
lab = labs.step_through()
lab.step = "A1_drop"
lab"""
# The kernel is busy until this file is there.
BUSY = """import pathlib, time
while not pathlib.Path('free').exists():
    time.sleep(0.02)
pathlib.Path('free').unlink()"""
START = """() => {
    jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
    jupyterapp.commands.execute('notebook:run-cell');
}"""
SHOWN = "document.querySelector('.dropout-page').outerHTML"
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def notebook(open_in_turn, server):
    """The walk, and a cell that keeps the kernel busy; it was not run yet."""
    return open_in_turn(server.add("stops.ipynb", LAB, BUSY))


@pytest.fixture
def lab(notebook):
    """The walk, run anew."""
    run_cell(notebook.page, 0)
    notebook.page.locator(".dropout-picture[data-stops][data-neighbors$=',69']").wait_for()
    return notebook.page.locator(".dropout-lab")


@pytest.fixture
def while_busy(notebook):
    """A function: what is shown two frames after this act, while the kernel is busy; then it is free again."""

    def shown_after(act):
        page, before = notebook.page, notebook.page.evaluate(SHOWN)
        page.evaluate(START)
        try:
            act()
            page.evaluate(FRAMES)
            after = page.evaluate(SHOWN)
            is_other = after != before
            assert is_other
            assert page.locator(".jp-InputPrompt").nth(1).inner_text() == "[*]:"
            return after
        finally:
            (notebook.server.work / "free").touch()

    return shown_after


def test_a_stop_is_shown_at_once_and_the_kernel_confirms_it(lab, notebook, while_busy):
    at_once = while_busy(lambda: lab.locator(".noUi-handle").last.press("ArrowLeft"))
    expect(lab.get_by_label("keep_prob", exact=True)).to_have_value("0.69")
    # What Next leads to from there is drawn after the answer was shown.
    notebook.page.locator(".dropout-picture[data-neighbors$=',68']").wait_for()
    assert notebook.page.evaluate(SHOWN) == at_once


def test_next_is_shown_at_once_and_moves_and_the_kernel_confirms_it(lab, notebook, while_busy):
    at_once = while_busy(lambda: press(lab, "Next ▶"))
    notebook.page.locator(".dropout-picture[data-neighbors$=',69']").wait_for()
    assert notebook.page.evaluate(SHOWN) == at_once
    assert lab.locator(".dropout-page").get_attribute("data-step") == "Z2"
    assert "still" not in lab.locator(".dropout-picture:has(.dropout-page)").get_attribute("class")


# -- The sliders of ipywidgets -------------------------------------------------------------------

SLIDERS = """
import ipywidgets as widgets
from dropout_lab.labs.controls import keep_prob_control
moved, rows = [], []
for k in range(5, 101, 4):
    box, row = keep_prob_control(k / 100)
    row.children[1].observe(lambda change: moved.append(change.new), "value")
    rows.append(row)
widgets.VBox(rows)
"""


def test_no_slider_corrects_itself_when_it_is_shown(open_in_turn, server):
    """A correction would be taken for a move, and undo what a cell has set in the meantime."""
    notebook = open_in_turn(server.add("sliders.ipynb", SLIDERS, "moved"))
    page = notebook.page
    run_cell(page, 0)
    page.locator(".noUi-handle").nth(23).wait_for()
    page.evaluate(FRAMES)
    run_cell(page, 1)
    assert page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea-output").inner_text() == "[]"
