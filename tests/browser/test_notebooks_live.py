"""A learner's way through the notebooks, by keyboard alone."""

import json
import re

from live import on, select, wait_for_status

WRONG = "def my_backward(dA_drop, D, keep_prob):\n    return dA_drop * D\n\n\nexercises.check_backward(my_backward)"
RIGHT = WRONG.replace("dA_drop * D", "dA_drop * D / keep_prob")
ACTIVE = "jupyterapp.shell.currentWidget.content.activeCellIndex"


def index_of(page, words):
    return page.evaluate(
        """(words) => jupyterapp.shell.currentWidget.content.widgets.findIndex(
            (cell) => cell.model.sharedModel.source.includes(words))""",
        words,
    )


def active(page):
    return page.evaluate(ACTIVE)


def go_down_to(page, cell):
    """Shift+Enter, cell by cell, as a learner does."""
    while (here := active(page)) < cell:
        page.keyboard.press("Shift+Enter")
        page.wait_for_function(f"{ACTIVE} > {here}")
    assert active(page) == cell


def rewrite_and_run(page, text):
    """Edit the active cell: Enter, select all, write, run and stay."""
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")


def wait_for_output(page, cell, words):
    """By the cell's number in the notebook: cells far out of view are not in the page. Lines may wrap."""
    page.wait_for_function(
        """([cell, words]) => jupyterapp.shell.currentWidget.content.widgets[cell]
            .outputArea.node.textContent.replace(/\\s+/g, ' ').includes(words)""",
        arg=[cell, words],
        timeout=20_000,
    )


def test_notebook_04_by_keyboard_alone_from_the_first_cell_to_the_solved_exercise(open_in_turn):
    notebook = open_in_turn("04_mask_the_gradients.ipynb")
    page = notebook.page
    page.keyboard.press("Escape")
    exercise = index_of(page, "def my_backward(dA_drop, D, keep_prob):\n    dA = ...")
    go_down_to(page, exercise)
    rewrite_and_run(page, WRONG)
    wait_for_output(page, exercise, "it is exactly keep_prob times the true one")
    page.keyboard.press("Escape")
    rewrite_and_run(page, RIGHT)
    wait_for_output(page, exercise, "✓ Right, in every case I tried")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert active(page) == index_of(page, "labs.step_through(backward=my_backward")
    page.keyboard.press("Control+Enter")
    wait_for_output(page, active(page), "In use: my_backward.")


def test_notebook_01_by_keyboard_alone_with_a_lab_on_the_way(open_in_turn):
    notebook = open_in_turn("01_ask_the_question.ipynb")
    page = notebook.page
    page.keyboard.press("Escape")
    lab = index_of(page, 'labs.step_through(case.net, case.X, case.Y, at="dA1", layers=[1])')
    go_down_to(page, lab)
    page.keyboard.press("Control+Enter")
    wait_for_output(page, lab, "every gradient is right")
    tab_to(page, "[data-press='1 0']")
    page.keyboard.press("Enter")
    wait_for_output(page, lab, "Off: layer 1 unit 2.")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("jupyterapp.shell.currentWidget.content.activate()")
    exercise = index_of(page, "off = ...")
    go_down_to(page, exercise)
    rewrite_and_run(page, "off = 1.2\nkept = -0.6\nexercises.check_by_hand(off, kept)")
    wait_for_output(page, exercise, "These are the numbers of 'no mask'")
    page.keyboard.press("Escape")
    rewrite_and_run(page, "off = 0\nkept = -0.6\nexercises.check_by_hand(off, kept)")
    wait_for_output(page, exercise, "✓ Right, both")


def test_notebook_10_from_empty_functions_to_the_lab_with_ones_own_code(open_in_turn):
    notebook = open_in_turn("10_write_it_yourself.ipynb")
    page = notebook.page
    text = (notebook.server.work / notebook.name).read_text(encoding="utf-8")
    cells = json.loads(text)["cells"]
    prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    solutions = re.findall(r"<summary>Solution</summary>\s*```python\n(.*?)```", prose, re.DOTALL)
    stubs = [k for k, cell in enumerate(cells) if cell["id"].startswith("exercise")]
    page.keyboard.press("Escape")
    for stub, solution in zip(stubs, solutions, strict=True):
        go_down_to(page, stub)
        page.keyboard.press("Control+Enter")
        wait_for_output(page, stub, "Replace the ... in your function")
        rewrite_and_run(page, solution)
        wait_for_output(page, stub, "✓ Right")
        page.keyboard.press("Escape")
    lab = index_of(page, "labs.step_through(my_net")
    go_down_to(page, lab)
    page.keyboard.press("Control+Enter")
    wait_for_output(page, lab, "In use: my_backward.")
    assert len(stubs) == 4


def tab_to(page, selector):
    """Press Tab until the element has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


@on("01")
def test_restarting_the_kernel_and_running_all_again(notebook):
    page = notebook.page
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    notebook.run_all()
    lab = notebook.lab("keep_prob")
    select(lab, "break it", "neither")
    wait_for_status(lab, "value × gradient changes at")
    assert page.locator(".dropout-lab").count() == 7
