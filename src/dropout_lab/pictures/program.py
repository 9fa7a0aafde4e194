"""Both passes as lines of code, the current one lit, and what it says, as HTML."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from dropout_lab.pictures.steps import Step
from dropout_lab.pictures.svg import add, as_text


def write_program(steps: Sequence[Step], current: int) -> Element:
    """The listing as HTML. Each line is a button that names its step: data-press="20"."""
    root = Element("div", {"class": "dropout-program"})
    for passed in ("forward", "backward"):
        column = add(root, "section", aria_label=f"{passed} pass")
        add(column, "h4", passed.capitalize())
        lines = add(column, "ol")
        for index, step in enumerate(steps):
            if step.passed == passed:
                _line(lines, step, index, lit=index == current)
    return root


def explain(step: Step) -> str:
    """The sentence and the formula of a step as HTML text."""
    root = Element("div")
    add(root, "p", step.sentence)
    add(root, "p", step.formula, class_="formula muted", aria_label="formula")
    return as_text(root)


def _line(parent: Element, step: Step, index: int, lit: bool) -> None:
    item = add(parent, "li", class_="lit" if lit else "line")
    # One stop for the Tab key: from the lit line, Previous and Next are the way.
    button = add(item, "button", type="button", data_press=index, tabindex=0 if lit else -1)
    if lit:
        button.set("aria-current", "step")
    add(button, "code", step.code)
    if step.name in step.wrong:
        add(button, "span", "≠ true", class_="slip")
