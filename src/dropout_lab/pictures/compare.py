"""The picture of a broken backward pass: every gradient with its verdict, one of them beside the true one."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from dropout_lab.core.gradcheck import relative_error
from dropout_lab.pictures.matrix import Panel, draw_panel, in_words
from dropout_lab.pictures.steps import Step, largest_finite
from dropout_lab.pictures.svg import MONO, add, label, picture
from dropout_lab.text import number

LIST_W, ROW_H, TOP = 224.0, 29.0, 112.0


def gradient_names(steps: Sequence[Step]) -> list[str]:
    """The gradients in the order in which the backward pass makes them."""
    return [step.name for step in steps if step.passed == "backward"]


def error_of(step: Step, name: str) -> float:
    """The relative error of one gradient."""
    return relative_error(step.seen[name], step.truth[name])


def draw_comparison(steps: Sequence[Step], name: str, example: int = 0) -> Element:
    """All gradients of the pass in a list, and the named one beside its true value.

    steps: both passes, as `tell` gives them. Raises ValueError if no gradient has this name.
    """
    step = _step_named(steps, name)
    panels = _panels(steps[-1], step, example)
    names = gradient_names(steps)
    width = 26 + LIST_W + 40 + sum(panel.width for panel in panels) + 44 + 26
    height = max(TOP + ROW_H * len(names), TOP + panels[0].height) + 24
    root = picture(max(width, 860.0), height, describe_comparison(steps, name, example), name)
    _code(root, steps, step)
    for row, gradient in enumerate(names):
        _verdict(root, steps[-1], gradient, TOP + ROW_H * row, gradient == name)
    x = 26 + LIST_W + 40
    for panel in panels:
        draw_panel(root, x, TOP - 20, panel)
        x += panel.width + 44
    return root


def describe_comparison(steps: Sequence[Step], name: str, example: int = 0) -> str:
    """The picture in words."""
    last, step = steps[-1], _step_named(steps, name)
    wrong = [gradient for gradient in gradient_names(steps) if gradient in last.wrong]
    found = f"Not the true gradient: {', '.join(wrong)}." if wrong else "All gradients are true."
    shown = ". ".join(in_words(panel) for panel in _panels(last, step, example))
    return f"{step.code}. {found} {shown}."


def _step_named(steps: Sequence[Step], name: str) -> Step:
    names = gradient_names(steps)
    if name not in names:
        raise ValueError(f"there is no gradient {name!r}; there are {', '.join(names)}")
    return next(step for step in steps if step.name == name)


def _panels(last: Step, step: Step, example: int) -> tuple[Panel, Panel]:
    """What the recipe makes of this gradient, and the truth."""
    name, l = step.name, step.line.layer
    found, true = last.seen[name], last.truth[name]
    weights = step.line.where in ("edges", "bias")
    column = None if weights else example
    off = None if weights or l not in last.story.D else ~last.story.D[l]
    wrong = last.wrong.get(name)
    scale = max(largest_finite(found), largest_finite(true)) or 1.0
    across = "unit" if weights else "example"
    mine = Panel(name, found, scale, off, None, wrong, true, None, column, across=across)
    return mine, Panel(f"true {name}", true, scale, off, column=column, across=across)


def _code(root: Element, steps: Sequence[Step], step: Step) -> None:
    """The line that makes the gradient, and the two lines of its layer that a recipe can get wrong."""
    code = {"font_family": MONO, "text_anchor": "start"}
    label(root, 26, 34, step.code, 17, font_weight=600, **code)
    layer = max((l for l in step.story.D if l <= step.line.layer), default=None)
    names = (f"dA{layer}", f"dZ{layer}")
    lines = [other.code for other in steps if other.name in names and other is not step]
    for k, text in enumerate(lines[:2]):
        label(root, 26, 56 + 18.0 * k, text, 13, class_="dim", **code)


def _verdict(root: Element, last: Step, name: str, y: float, chosen: bool) -> None:
    """One line of the list: right or wrong, its name, how far off."""
    wrong, error = name in last.wrong, error_of(last, name)
    said = f"{name}, " + (f"wrong, relative error {number(error)}" if wrong else "right")
    attributes = {"role": "button", "tabindex": 0, "aria_pressed": str(chosen).lower()}
    group = add(root, "g", class_="press", data_press=name, aria_label=said, **attributes)
    box = {"x": 22.0, "y": y - 19, "width": LIST_W, "height": ROW_H - 2, "rx": 6}
    add(group, "rect", **box, class_="halo")
    if chosen:
        add(group, "rect", **box, class_="line", stroke_width=2)
    start = {"text_anchor": "start", "font_weight": 700 if chosen else 400}
    class_ = "wrongword" if wrong else "ink"
    label(group, 34, y, "✗" if wrong else "✓", 15, class_=class_, text_anchor="start")
    label(group, 58, y, name, 14, font_family=MONO, class_=class_, **start)
    words = f"error {number(error).lstrip('+')}" if wrong else "right"
    label(group, 152, y, words, 13, class_=class_ if wrong else "dim", text_anchor="start")
