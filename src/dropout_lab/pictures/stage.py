"""The picture of one step: the network with its switches, and beside it the numbers, or a unit's whole story.

It is made of parts, which a page may set beside or below each other, and `build` into one picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.pictures.circuit import draw_circuit
from dropout_lab.pictures.explain import as_key, explain_entry, unit_story
from dropout_lab.pictures.layout import View, lay_out
from dropout_lab.pictures.matrix import CELL_H, GAP, Panel, draw_panel
from dropout_lab.pictures.steps import Step
from dropout_lab.pictures.svg import (
    MONO,
    STYLE,
    add,
    as_text,
    label,
    line,
    part,
    picture,
    put,
    size_of,
    text_width,
)
from dropout_lab.pictures.unit import Drawing, has_leftover, unit_label
from dropout_lab.text import number

GUTTER = 16.0  # between the parts
STORY_W, STORY_LINES, STORY_STEP = 300.0, 16, 19.5


@dataclass(frozen=True)
class Said:
    """What stands around a picture: a verdict, whether it is good news, and a sentence."""

    verdict: str = ""
    good: bool = True
    sentence: str = ""


def draw(step: Step, example: int = 0) -> str:
    """The picture as SVG text. The same step gives the same text. Raises IndexError for no such example."""
    return as_text(build(step, example))


def build(
    step: Step,
    example: int = 0,
    view: View | None = None,
    said: Said | None = None,
    start: str | None = None,
) -> Element:
    """The whole picture: title, verdict and sentence over the parts, the scale of the colors below.

    start: the array to show before the one this step makes ("D1"), by default what it starts from.
    """
    said = said or Said()
    shown = parts(step, example, view, start)
    sizes = list(map(size_of, shown))
    width = sum(w for w, _ in sizes) + GUTTER * (len(sizes) - 1) + 20
    top = 46.0
    lines = wrap(said.sentence, (width - 40) / 7.0) if said.sentence else []
    top += 19.0 * len(lines) + (4 if lines else 0)
    height = top + max(h for _, h in sizes) + 34
    root = picture(width, height, describe(step, example), step.name)
    code = {"font_family": MONO, "font_weight": 700, "text_anchor": "start"}
    label(root, 14, 29, step.passed, 13, class_="dim", text_anchor="start")
    label(root, 90, 30, step.code, 18 if len(step.code) < 60 else 15, **code)
    if said.verdict:
        class_ = "ink" if said.good else "wrongword"
        sign = "✓" if said.good else "✗"
        label(root, width - 14, 29, f"{sign} {said.verdict}", 13.5, class_=class_, text_anchor="end", font_weight=700)  # fmt: skip
    for k, text in enumerate(lines):
        label(root, 14, 53 + 19.0 * k, text, 13.5, text_anchor="start")
    x = 10.0
    for inner, (w, _) in zip(shown, sizes, strict=True):
        put(root, x, top, inner)
        x += w + GUTTER
    put(root, 10, height - 30, draw_scale(step))
    return root


def parts(
    step: Step, example: int = 0, view: View | None = None, start: str | None = None
) -> list[Element]:
    """The network, and beside it the matrices of this step; with one example the story of a unit."""
    _check_example(step, example)
    view = view or View()
    sizes = step.story.net.sizes
    d = Drawing(step, example, lay_out(sizes, step.story.D, view))
    network = draw_circuit(d, describe(step, example))
    if step.story.m == 1 and d.at.terminal_x and "losses" in step.seen and "dA" in step.line.kind:
        pointed = _pointed(d)
        network.set("data-pointed", f"{pointed[0]} {pointed[1]}")
        _light(network, f"{pointed[0]} {pointed[1]}")
        return [network, _story(d, pointed)]
    return [network, _matrices(d, view, start)]


def write_parts(shown: Sequence[Element], key: str) -> Element:
    """The parts on a page, beside each other or below, as there is room."""
    root = Element("div", {"class": "dropout-page dropout-stage", "data-step": key})
    add(root, "style", STYLE)
    add(root, "div", class_="parts").extend(shown)
    add(root, "p", class_="says").append(Element("span", {"class": "slot", "data-slot": "0"}))
    return root


def describe(step: Step, example: int = 0) -> str:
    """The picture in words: the line of code, and what it did to each unit of its layer."""
    _check_example(step, example)
    l = step.line.layer
    start = f"{step.passed.capitalize()} pass, {step.code}, example {example}"
    if step.line.kind in ("dW", "db"):
        rows = "; ".join(
            " ".join(number(float(v)) for v in row) for row in step.seen[step.line.array]
        )
        return f"{start}. Row by row: {rows}."
    d = Drawing(step, example, lay_out(step.story.net.sizes, step.story.D))
    units = "; ".join(unit_label(d, l, i) for i in range(step.story.net.sizes[l]))
    return f"{start}. {units[0].upper()}{units[1:]}."


def wrap(text: str, most: float) -> list[str]:
    """The text in lines of about so many characters."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


def draw_scale(step: Step, legend: bool = True) -> Element:
    """What the colors mean and, in a legend, the halves of a place."""
    name = step.line.array if step.line.kind not in ("D", "losses") else f"A{step.line.layer}"
    kind = "gradient" if name[0] == "d" else "value"
    low, high = (number(sign * step.story.scale(name)) for sign in (-1, 1))
    steps = [*(f"n{k}" for k in range(9, 0, -1)), "zero", *(f"p{k}" for k in range(1, 10))]
    x = 8 + text_width(f"{kind} {low}", 13)
    root = part(900 if legend else 300, 26)
    text = {"class_": "dim", "text_anchor": "start"}
    label(root, 2, 17, f"{kind} {low}", 13, **text)
    for k, class_ in enumerate(steps):
        add(root, "rect", x=x + 7.0 * k, y=6, width=7.0, height=13, class_=class_)
    add(root, "rect", x=x, y=6, width=7.0 * len(steps), height=13, class_="thin")
    label(root, x + 7.0 * len(steps) + 6, 17, high, 13, **text)
    words = (
        "upper half: value, forward",
        "lower half: gradient, back",
        "hatched: stopped by its switch",
    )
    for words_, at in zip(words if legend else (), (320, 510, 696), strict=False):
        label(root, at, 17, words_, 12.5, **text)
    return root


def _check_example(step: Step, example: int) -> None:
    if not 0 <= example < step.story.m:
        raise IndexError(
            f"there is no example {example}; they are numbered 0 to {step.story.m - 1}"
        )


def _pointed(d: Drawing) -> tuple[int, int]:
    """The unit whose story is told until another one is pointed at: the first that is off."""
    l = d.step.line.layer if d.step.line.layer in d.at.terminal_x else max(d.at.terminal_x)
    units = list(d.at.y[l])
    off = [i for i in units if d.story.off(l, i, d.example)]
    ringed = [i for i in off if has_leftover(d.story, l, i, d.example)]
    return l, (ringed or off or units)[0]


def _light(root: Element, row: str) -> None:
    for node in root.iter():
        if node.get("data-row") == row:
            node.set("class", f"{node.get('class', '')} lit".strip())


def _story(d: Drawing, pointed: tuple[int, int]) -> Element:
    """A fixed place for what is said of the unit pointed at, line by line."""
    height = max(d.at.height, 34 + STORY_STEP * STORY_LINES)
    root = part(STORY_W, height, "")
    line(root, 1, 16, 1, height - 12, class_="thin", stroke_opacity=0.4)
    told = unit_story(d.story, *pointed, d.example)
    label(root, STORY_W - 4, 26, "point at another unit", 13, class_="dim", text_anchor="end")
    for k in range(STORY_LINES):
        style, text = told[k] if k < len(told) else ("t", "")
        slot = {"text_anchor": "start", "data_slot": k}
        add(root, "text", text, x=14, y=26 + STORY_STEP * k, class_=f"slot slot-{style}", **slot)
    return root


def _matrices(d: Drawing, view: View, start: str | None) -> Element:
    panels = _panels(d, view, start)
    beside = max(len(panel.shown[1]) for panel in panels) <= 2
    gap = 40.0 if beside else 26.0
    if beside:
        width = sum(panel.width for panel in panels) + gap * (len(panels) - 1)
        height = max(panel.height for panel in panels)
    else:
        width, height = (
            max(p.width for p in panels),
            sum(p.height for p in panels) + gap * (len(panels) - 1),
        )
    # Its size follows from the network's shape, not from the step: nothing moves.
    rows = max(min(n, 8) for n in d.story.net.sizes)
    width = max(width, 20 + 55.0 * len(view.columns(d.story.m)))
    height = (
        max(height, d.at.height)
        if beside
        else max(d.at.height, 2 * (38 + rows * (CELL_H + GAP)) + gap)
    )
    root = part(width + 4, height)
    x = y = 2.0
    for k, panel in enumerate(panels):
        draw_panel(root, x, y, panel)
        if beside:
            x += panel.width + gap
        elif k < len(panels) - 1:
            _arrow_down(
                root, x + panel.left + 10, y + panel.height + 2, _on_the_way(d.step, panel.title)
            )
            y += panel.height + gap
    return root


def _panels(d: Drawing, view: View, start: str | None) -> list[Panel]:
    """The arrays of this step: what it starts from, if anything, and what it makes."""
    step, now = d.step, d.step.line
    if now.kind == "losses":
        A, L = f"A{now.layer}", now.layer
        values = np.vstack([step.seen[A], step.seen["Y"], step.seen["losses"]])
        rows = [*(A,) * step.story.net.sizes[L], *("Y",) * step.story.net.sizes[L], "loss"]
        shown = (range(len(rows)), view.columns(step.story.m))
        return [Panel("losses", values, step.story.scale(A), shown, column=d.example, rows=rows)]
    names = [name for name in (start or now.start, now.array) if name]
    return [_panel(d, view, name) for name in names]


def _panel(d: Drawing, view: View, name: str) -> Panel:
    story, l = d.story, d.step.line.layer
    values, wrong, made = story.arrays[name], story.wrong.get(name), story.made.get(name)
    n, columns = values.shape
    says = lambda i, j: as_key(explain_entry(story, name, i, j))  # noqa: E731
    if d.step.line.kind in ("dW", "db"):
        shown = (
            view.units(l, n),
            view.units(l - 1, columns) if d.step.line.kind == "dW" else range(1),
        )
        return Panel(
            name, values, story.scale(name), shown, wrong=wrong, made=made, across="unit", says=says
        )
    shown = (view.units(l, n), view.columns(story.m))
    switched = l in story.D and not name.startswith(("Z", "dZ"))
    off = ~story.D[l] if switched else None
    ringed = off & (values != 0) if off is not None and name == f"dA{l}_drop" else None
    silent = None
    if name == f"A{l}" and story.net.activation == "relu" and l < story.net.L:
        silent = story.arrays[f"Z{l}"] <= 0
    return Panel(
        name, values, story.scale(name) if values.dtype != bool else 1.0, shown, off, ringed, wrong,
        made, silent, d.example, layer=l if switched and story.m > 1 else None, says=says,
    )  # fmt: skip


def _arrow_down(parent: Element, x: float, y: float, text: str) -> None:
    line(parent, x, y, x, y + 13, class_="line", stroke_width=2.2)
    add(parent, "path", d=f"M{x - 5:.5g} {y + 11:.5g}h10l-5 9z", class_="dot")
    label(parent, x + 14, y + 14, text, 13, class_="ink", text_anchor="start", font_family=MONO)


def _on_the_way(step: Step, start: str) -> str:
    """What happens between two matrices: the line's code without the array it starts from."""
    right = step.code.partition(" = ")[2]
    if start != step.line.start:
        return right
    return right.removeprefix(start).strip() if right.startswith(f"{start} ") else right
