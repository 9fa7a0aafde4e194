"""A broken backward pass: every gradient with its verdict, in the order it was made, one beside the true one."""

from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from dropout_lab.core.gradcheck import relative_error
from dropout_lab.pictures.circuit import draw_circuit
from dropout_lab.pictures.layout import View, lay_out
from dropout_lab.pictures.matrix import Panel, draw_panel, in_words
from dropout_lab.pictures.stage import panel_frame, panel_of, stopped_in
from dropout_lab.pictures.steps import Step
from dropout_lab.pictures.svg import MONO, add, label, part, picture, put_row, row_size, wrap
from dropout_lab.pictures.unit import Drawing
from dropout_lab.text import number

LIST_W, ROW_H = 226.0, 25.0
CODE_W = 400.0  # the longest line of the catalogue in one line


def gradient_names(steps: Sequence[Step]) -> list[str]:
    """The gradients in the order in which the backward pass makes them."""
    return [step.name for step in steps if step.passed == "backward"]


def error_of(step: Step, name: str) -> float:
    """The relative error of one gradient."""
    return relative_error(step.seen[name], step.truth[name])


def comparison_parts(
    steps: Sequence[Step], name: str, example: int = 0, view: View | None = None
) -> list[Element]:
    """The network at the line that makes this gradient, and all gradients; its code, it, and the true one.

    steps: both passes, as `tell` gives them. Raises ValueError if no gradient has this name.
    """
    d, view = _drawing(steps, name, example, view), view or View()
    network = draw_circuit(d, describe_comparison(steps, name, example))
    width, height = panel_frame(d, view)
    shown = [network, _verdicts(steps, name), _code(steps, d.step, height)]
    for panel in _panels(d, view):
        shown.append(part(width, height))
        draw_panel(shown[-1], 2, 2, panel)
    return shown


def draw_comparison(steps: Sequence[Step], name: str, example: int = 0) -> Element:
    """The parts in one picture, in two rows."""
    shown = comparison_parts(steps, name, example)
    rows = shown[:2], shown[2:]
    (w1, h1), (w2, h2) = map(row_size, rows)
    words = describe_comparison(steps, name, example)
    root = picture(max(w1, w2) + 20, h1 + h2 + 24, words, name)
    put_row(root, 10, 6, rows[0])
    put_row(root, 10, h1 + 16, rows[1])
    return root


def describe_comparison(steps: Sequence[Step], name: str, example: int = 0) -> str:
    """The picture in words."""
    d = _drawing(steps, name, example)
    wrong = [gradient for gradient in gradient_names(steps) if gradient in d.story.wrong]
    found = f"Not the true gradient: {', '.join(wrong)}." if wrong else "All gradients are true."
    shown = ". ".join(in_words(panel) for panel in _panels(d, View()))
    return f"{d.step.code}. {found} {shown}."


def _drawing(steps: Sequence[Step], name: str, example: int, view: View | None = None) -> Drawing:
    names = gradient_names(steps)
    if name not in names:
        raise ValueError(f"there is no gradient {name!r}; there are {', '.join(names)}")
    step = next(step for step in steps if step.name == name)
    return Drawing(step, example, lay_out(step.story.net.sizes, step.story.D, view))


def _verdicts(steps: Sequence[Step], chosen: str) -> Element:
    """All gradients in the order in which they are made, each with its verdict; a press chooses one."""
    names = gradient_names(steps)
    root = part(LIST_W + 12, 24 + ROW_H * len(names))
    for row, name in enumerate(names):
        _verdict(root, steps[-1], name, 30 + ROW_H * row, name == chosen)
    return root


def _code(steps: Sequence[Step], step: Step, height: float) -> Element:
    """The line that makes the gradient, and the two lines of its layer that a recipe can get wrong."""
    layer = max((l for l in step.story.D if l <= step.line.layer), default=None)
    names = (f"dA{layer}", f"dZ{layer}")
    code = [step.code, *(s.code for s in steps if s.name in names and s is not step)][:3]
    root, y = part(CODE_W, height), 18.0
    for k, text in enumerate(code):
        style = {"class_": "dim"} if k else {"font_weight": 700}
        for piece in wrap(text, CODE_W / 7.9):
            label(root, 4, y, piece, 13, font_family=MONO, text_anchor="start", **style)
            y += 20
    return root


def _panels(d: Drawing, view: View) -> tuple[Panel, Panel]:
    """What the recipe makes of this gradient, and the truth."""
    name, l = d.step.name, d.step.line.layer
    mine = replace(panel_of(d, view, name), switches=False)
    stopped = stopped_in(d.story, f"A{l}_drop", l) if name == f"dA{l}" else None
    true = replace(mine, title=f"true {name}", values=d.story.truth[name], stopped=stopped)
    return mine, replace(true, ringed=None, wrong=None, made=None, says=None)


def _verdict(root: Element, last: Step, name: str, y: float, chosen: bool) -> None:
    """One line of the list: right or wrong, its name, how far off, and whether the mistake is made here."""
    wrong, error = name in last.wrong, error_of(last, name)
    made = name in last.story.made
    said = f"{name}, " + (f"wrong, relative error {number(error)}" if wrong else "right")
    said += ", made here" if made else ", inherited" if wrong else ""
    button = {"role": "button", "tabindex": 0, "aria_pressed": str(chosen).lower()}
    group = add(root, "g", class_="press", data_press=name, aria_label=said, **button)
    box = {"x": 4.0, "y": y - 17, "width": LIST_W, "height": ROW_H - 2, "rx": 6}
    add(group, "rect", **box, class_="halo")
    if chosen:
        add(group, "rect", **box, class_="line", stroke_width=2)
    class_, weight = ("wrongword" if wrong else "ink"), (700 if chosen or made else 400)
    sign = ("✗" if made else "◥") if wrong else "✓"
    label(group, 14, y, sign, 14, class_=class_, text_anchor="start")
    label(group, 36, y, name, 14, font_family=MONO, class_=class_, text_anchor="start", font_weight=weight)  # fmt: skip
    told = f"{number(error).lstrip('+')} {'made here' if made else 'inherited'}"
    words = told if wrong else "right"
    label(group, 112, y, words, 13, class_=class_ if wrong else "dim", text_anchor="start")
