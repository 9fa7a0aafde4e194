"""A picture that was changed in place, move by move, is the one that would have been built anew."""

import base64
import json

import pytest
from live import write

from dropout_lab import labs
from dropout_lab.labs import picture
from dropout_lab.pictures.columns import as_node, to_columns

STAGE = """
moves = iter([
    lambda: setattr(lab, "keep_prob", 0.3), lambda: setattr(lab, "recipe", "no mask"),
    lambda: lab.toggle(1, 0), lambda: setattr(lab, "example", 2),
    lambda: setattr(lab, "recipe", "correct"), lambda: setattr(lab, "activation", "tanh"),
    lambda: setattr(lab, "keep_prob", 1), lambda: lab.new_mask(),
])
"""
LABS = {
    "step_through": ("labs.step_through(at='dA1')", STAGE, "_stage"),
    "two_wires": ("labs.two_wires(layer=1)", STAGE, "_stage"),
    "switch_off": ("labs.switch_off()", STAGE.replace("no mask", "randn"), "_stage"),
    "break_it": (
        "labs.break_it()",
        STAGE.replace("moves = iter([", "moves = iter([lambda: setattr(lab, 'gradient', 'dA1'),"),
        "_stage",
    ),
    "program": (
        "labs.step_through()",
        "moves = iter([lambda k=k: setattr(lab, 'step', k) for k in (3, 12, 13, 2, 'dA1')]\n"
        "    + [lambda: setattr(lab, 'recipe', 'neither'), lambda: setattr(lab, 'recipe', 'correct')])",
        "_stage",
    ),
    "bug_hunt": (
        "labs.bug_hunt()",
        "moves = iter([lambda: lab.press(1), lambda: lab.press(3), lambda: setattr(lab, 'listing', 4),\n"
        "    lambda: setattr(lab, 'listing', 1), lambda: lab.commit('gradient check'), lab.show_fix])",
        "_code",
    ),
}
# Whether a picture of the page, not a status line, is what this text says. The namespace is no attribute in a page, and
# JupyterLab numbers headings.
SAME = """([text, nth]) => {
    const wanted = new DOMParser().parseFromString(text, 'text/html').body.firstElementChild;
    const pictures = [...document.querySelectorAll('.dropout-picture > :not(.status)')];
    if (!pictures[nth]) return false;
    const shown = pictures[nth].cloneNode(true);
    for (const root of [wanted, shown]) {
        for (const one of [root, ...root.querySelectorAll('*')]) one.removeAttribute('xmlns');
    }
    shown.querySelectorAll('h4 > span').forEach((number) => number.remove());
    return shown.isEqualNode(wanted);
}"""
# Kept when the cell has been run and its outputs are there.
RUN_CELL = """(index) => {
    jupyterapp.shell.currentWidget.content.activeCellIndex = index;
    return jupyterapp.commands.execute('notebook:run-cell');
}"""


@pytest.fixture(scope="module")
def three_cells(open_in_turn, server):
    """A notebook of three cells; each test writes its own into them."""
    return open_in_turn(server.add("patching.ipynb", "", "", ""))


@pytest.mark.parametrize("name", LABS)
def test_what_was_changed_in_place_is_what_would_be_built_anew(three_cells, name):
    lab, moves, part = LABS[name]
    move = f"next(moves)()\nprint(lab.{part}.markup)"
    start = f"from dropout_lab import labs\nlab = {lab}\n{moves}"
    notebook, page, compared = three_cells, three_cells.page, 0
    for cell, source in enumerate([start, "lab", move]):
        write(page, cell, source)
    notebook.run_all()
    while True:
        text = page.evaluate(
            "jupyterapp.shell.currentWidget.content.widgets[2].model.sharedModel.outputs[0]"
        )
        if text["output_type"] == "error":
            break
        page.wait_for_function(SAME, arg=["".join(text["text"]), 0], timeout=15_000)
        compared += 1
        page.evaluate(RUN_CELL, 2)
    assert text["ename"] == "StopIteration"
    assert compared >= 6
    assert notebook.errors == []


FILL = """async ([source, table]) => {
    const { fill } = await import(`data:text/javascript;base64,${source}`);
    return table.patterns[0].map((_, k) => JSON.stringify(fill(table, k)));
}"""


def test_the_page_takes_the_same_trees_from_a_table_of_them(browser):
    lab, trees = labs.step_through(recipe="no mask"), []
    for step in ("A1_drop", "dA2", "dA1"):
        for keep_prob in (0.2, 0.5, 0.8):
            lab.step, lab.keep_prob = step, keep_prob
            trees.append(as_node(lab._stage.root))
    source = base64.b64encode((picture.HERE / "picture.js").read_bytes()).decode()
    page = browser.new_page()
    assert [json.loads(one) for one in page.evaluate(FILL, [source, to_columns(trees)])] == trees
    page.close()


SLIDERS = """
import ipywidgets as widgets
from dropout_lab.labs.controls import keep_prob_control
moved, rows = [], []
for k in range(5, 101):
    box, row = keep_prob_control(k / 100)
    row.children[1].observe(lambda change: moved.append(change.new), "value")
    rows.append(row)
widgets.VBox(rows)
"""


def test_no_slider_corrects_itself_when_it_is_shown(open_in_turn, server):
    """A correction would be taken for a move, and undo what a cell has set in the meantime."""
    notebook = open_in_turn(server.add("sliders.ipynb", SLIDERS, "moved")).run_all()
    page = notebook.page
    page.locator(".noUi-handle").nth(95).wait_for()
    page.wait_for_timeout(1000)
    page.evaluate(RUN_CELL, 1)
    assert page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea-output").inner_text() == "[]"
