"""A broken backward pass: every gradient with its verdict, in the order it was made, one beside the true one."""

from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from dropout_lab.core.gradcheck import relative_error
from dropout_lab.pictures.circuit import draw_circuit
from dropout_lab.pictures.explain import as_key, explain_entry
from dropout_lab.pictures.layout import View, lay_out
from dropout_lab.pictures.matrix import Panel, draw_panel, in_words
from dropout_lab.pictures.steps import Step
from dropout_lab.pictures.svg import MONO, add, label, part, picture, put, size_of
from dropout_lab.pictures.unit import Drawing
from dropout_lab.text import number

LIST_W, ROW_H = 226.0, 25.0


def gradient_names(steps: Sequence[Step]) -> list[str]:
    """The gradients in the order in which the backward pass makes them."""
    return [step.name for step in steps if step.passed == "backward"]


def error_of(step: Step, name: str) -> float:
    """The relative error of one gradient."""
    return relative_error(step.seen[name], step.truth[name])


def comparison_parts(
    steps: Sequence[Step], name: str, example: int = 0, view: View | None = None
) -> list[Element]:
    """The network at the line that makes this gradient, all gradients, and the named one beside the true one.

    steps: both passes, as `tell` gives them. Raises ValueError if no gradient has this name.
    """
    step, view = _step_named(steps, name), view or View()
    at = lay_out(step.story.net.sizes, step.story.D, view)
    network = draw_circuit(Drawing(step, example, at), "")
    return [network, _verdicts(steps, name), _beside(steps, step, example, view)]


def draw_comparison(steps: Sequence[Step], name: str, example: int = 0) -> Element:
    """The parts in one picture."""
    network, verdicts, beside = comparison_parts(steps, name, example)
    (w1, h1), (w2, h2), (w3, h3) = map(size_of, (network, verdicts, beside))
    words, upper = describe_comparison(steps, name, example), max(h1, h2)
    root = picture(max(w1 + w2 + 20, w3) + 20, upper + h3 + 24, words, name)
    put(root, 10, 6, network)
    put(root, w1 + 26, 6, verdicts)
    put(root, 10, upper + 16, beside)
    return root


def describe_comparison(steps: Sequence[Step], name: str, example: int = 0) -> str:
    """The picture in words."""
    last, step = steps[-1], _step_named(steps, name)
    wrong = [gradient for gradient in gradient_names(steps) if gradient in last.wrong]
    found = f"Not the true gradient: {', '.join(wrong)}." if wrong else "All gradients are true."
    shown = ". ".join(in_words(panel) for panel in _panels(last, step, example, View()))
    return f"{step.code}. {found} {shown}."


def _step_named(steps: Sequence[Step], name: str) -> Step:
    names = gradient_names(steps)
    if name not in names:
        raise ValueError(f"there is no gradient {name!r}; there are {', '.join(names)}")
    return next(step for step in steps if step.name == name)


def _verdicts(steps: Sequence[Step], chosen: str) -> Element:
    """All gradients in the order in which they are made, each with its verdict; a press chooses one."""
    names = gradient_names(steps)
    root = part(LIST_W + 12, 24 + ROW_H * len(names))
    for row, name in enumerate(names):
        _verdict(root, steps[-1], name, 30 + ROW_H * row, name == chosen)
    return root


def _beside(steps: Sequence[Step], step: Step, example: int, view: View) -> Element:
    """What the recipe makes of this gradient, the truth, and the lines it comes from."""
    panels = _panels(steps[-1], step, example, view)
    code = _code(steps, step)
    x = 10.0 + 8.2 * max(map(len, code)) + 24
    width = x + sum(panel.width + 36 for panel in panels)
    root = part(width, panels[0].height + 4, describe_comparison(steps, step.name, example))
    for k, text in enumerate(code):
        style = {"font_weight": 700} if not k else {"class_": "dim"}
        label(root, 4, 18 + 22.0 * k, text, 13, font_family=MONO, text_anchor="start", **style)
    for panel in panels:
        draw_panel(root, x, 2, panel)
        x += panel.width + 36
    return root


def _panels(last: Step, step: Step, example: int, view: View) -> tuple[Panel, Panel]:
    """What the recipe makes of this gradient, and the truth."""
    story, name, l = last.story, step.name, step.line.layer
    found, true = story.arrays[name], story.truth[name]
    weights = step.line.kind in ("dW", "db")
    columns = view.units(l - 1, found.shape[1]) if weights else view.columns(story.m)
    shown = (view.units(l, found.shape[0]), columns)
    off = None if weights or l not in story.D else ~story.D[l]
    mine = Panel(
        name, found, story.scale(name), shown, off, wrong=story.wrong.get(name),
        made=story.made.get(name), column=None if weights else example,
        across="unit" if weights else "example",
        says=lambda i, j: as_key(explain_entry(story, name, i, j)),
    )  # fmt: skip
    return mine, replace(mine, title=f"true {name}", values=true, wrong=None, made=None, says=None)


def _code(steps: Sequence[Step], step: Step) -> list[str]:
    """The line that makes the gradient, and the two lines of its layer that a recipe can get wrong."""
    layer = max((l for l in step.story.D if l <= step.line.layer), default=None)
    names = (f"dA{layer}", f"dZ{layer}")
    return [step.code, *(s.code for s in steps if s.name in names and s is not step)][:3]


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
    words = (
        f"{number(error).lstrip('+')} {'made here' if made else 'inherited'}" if wrong else "right"
    )
    label(group, 112, y, words, 13, class_=class_ if wrong else "dim", text_anchor="start")
