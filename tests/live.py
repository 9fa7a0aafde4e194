"""What browser tests do with a lab: move its controls, and wait for what it says."""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
SHIPPED = TOP / "etc" / "jupyter" / "jupyter_server_config.d"
SAID = "[role=status], .says, .state"
WRITE = """([cell, text]) => jupyterapp.shell.currentWidget.content.widgets[cell]
    .model.sharedModel.setSource(text)"""
# Where everything stands in a page with a listing, and how large its lab is above the goals.
PLACES = """() => {
    const page = document.querySelector('.dropout-page:has(.dropout-program)');
    const lab = page.closest('.dropout-lab');
    const {x, y, width, bottom} = lab.getBoundingClientRect();
    const boxes = {size: [width, (lab.querySelector('.goals')?.getBoundingClientRect().top ?? bottom) - y]};
    const of = (node) => {
        const box = node.getBoundingClientRect();
        return [box.x - x, box.y - y, box.width, box.height].map(Math.round);
    };
    page.querySelectorAll('.unit > .halo, .unit > rect:first-of-type').forEach((node) => {
        boxes['unit ' + node.closest('.unit').dataset.row] = of(node);
    });
    page.querySelectorAll('.dropout-program button').forEach((node) => {
        boxes['line ' + node.dataset.press] = of(node).slice(0, 2);
    });
    return boxes;
}"""
RUN_CELL = """(cell) => {
    jupyterapp.shell.currentWidget.content.activeCellIndex = cell;
    return jupyterapp.commands.execute('notebook:run-cell');
}"""

# Closes what is open, without saving, and opens a notebook.
INSTEAD = """async ([path, kernel]) => {
    for (const widget of [...jupyterapp.shell.widgets('main')]) {
        if (!kernel) await widget.sessionContext?.shutdown();
        widget.dispose();
    }
    await jupyterapp.commands.execute('docmanager:open', {path});
}"""
OPENED = """(path) => {
    const {context, sessionContext} = jupyterapp.shell.currentWidget ?? {};
    return context?.path === path && sessionContext.isReady
        && sessionContext.session?.kernel?.status === 'idle';
}"""


def on(*notebooks):
    """Mark a test that has these notebooks, say "04", as `notebook` in turn."""
    return pytest.mark.parametrize("notebook", notebooks, indirect=True)


def moved(seen, boxes):
    """What stands elsewhere in these PLACES than when it was first seen, by more than a pixel.

    JupyterLab scrolls by fractions of one. A mark behind a line makes it wider, and what stands behind that
    in its row may move with it.
    """
    fixed = {place: box for place, box in boxes.items() if place[:4] != "line" or box[0] < 400}
    return [
        place
        for place, box in fixed.items()
        if max(abs(a - b) for a, b in zip(seen.setdefault(place, box), box, strict=True)) > 1
    ]


def open_instead(page, path, kernel=False):
    """Open a notebook in place of what is open in JupyterLab, and wait for its kernel.

    kernel: whether what was open keeps its kernel, so that this kernel is found if it is opened again.
    """
    page.evaluate(INSTEAD, [path, kernel])
    page.wait_for_function(OPENED, arg=path, timeout=60_000)


def status(lab):
    return lab.locator("[role=status]").first.inner_text()


def wait_for_status(lab, words):
    lab.locator(SAID).filter(has_text=words).first.wait_for(timeout=15_000)


def wait_for_step(lab, name):
    lab.locator(f".dropout-page[data-step='{name}']").wait_for(timeout=15_000)


def press(lab, name, key=None):
    """Press a button, by mouse or by key."""
    button = lab.get_by_role("button", name=name, exact=True)
    button.press(key) if key else button.click()


def number_box(lab, name):
    show_more(lab)
    return lab.get_by_label(name, exact=True)


def select(lab, name, option):
    show_more(lab)
    menu = lab.get_by_label(name, exact=True)
    menu.locator("option").filter(has_text=option).first.wait_for(state="attached")
    # ipywidgets writes unbreakable spaces.
    labels = [text.replace("\xa0", " ") for text in menu.locator("option").all_inner_texts()]
    menu.select_option(next(text for text in labels if option in (text, text.split(": ")[-1])))


def show_more(lab):
    """Show the controls that few need, if they are hidden, and wait until the kernel has done so.

    A button that is asked twice, while its name changes, may have neither name.
    """
    button = lab.get_by_role("button", name=re.compile("^(More|Less)$"))
    if button.count() and button.inner_text() == "More":
        button.click()
        lab.get_by_role("button", name="Less", exact=True).wait_for()


def fill(lab, name, value):
    """Type a number into its box."""
    box = number_box(lab, name)
    box.fill(value)
    box.press("Enter")


def write(page, cell, text):
    """Write this text into a cell of the notebook."""
    page.evaluate(WRITE, [cell, text])


def run_cell(page, cell):
    """Run this cell of the notebook; when this returns, its outputs are there."""
    page.evaluate(RUN_CELL, cell)
