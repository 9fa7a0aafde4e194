"""The picture of one step: the network with its switches, and beside it the numbers, or a unit's whole story.

It is made of parts, which a page may set beside or below each other, and `build` into one picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.core.doors import Mask
from dropout_lab.pictures.circuit import draw_circuit
from dropout_lab.pictures.explain import COLUMN_LINES, as_key, explain_entry, in_column, unit_story
from dropout_lab.pictures.layout import MOST, View, lay_out
from dropout_lab.pictures.lines import Passed
from dropout_lab.pictures.matrix import CELL_H, CELL_W, GAP, HEAD, LEFT, Panel, draw_panel
from dropout_lab.pictures.places import draw_pager
from dropout_lab.pictures.steps import Step, Story
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
    put_row,
    row_size,
    size_of,
    text_width,
    wrap,
)
from dropout_lab.pictures.unit import Drawing, unit_label
from dropout_lab.text import number

STORY_W, STORY_STEP = 300.0, 18.8
STORY_H = 34 + STORY_STEP * COLUMN_LINES
BESIDE, BELOW, PAGES = 40.0, 26.0, 28.0  # between two matrices, and for the buttons below them


@dataclass(frozen=True)
class Said:
    """What stands around a picture: a verdict, whether it is good news (None: neither), and a sentence."""

    verdict: str = ""
    good: bool | None = True
    sentence: str = ""

    @property
    def signed(self) -> str:
        """The verdict after its sign, ✓ or ✗."""
        sign = {True: "✓ ", False: "✗ ", None: ""}[self.good]
        return sign + self.verdict if self.verdict else ""


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
    scale, (width, height) = draw_scale(step), row_size(shown)
    width, top = max(width, size_of(scale)[0]) + 20, 46.0
    lines = wrap(said.sentence, (width - 40) / 7.0) if said.sentence else []
    apart = 130 + 11 * len(step.code) + 8 * len(said.signed) > width  # not beside the code
    verdict = wrap(said.signed, (width - 40) / 8.0) if said.verdict and apart else []
    top += 19.0 * len(verdict + lines) + (4 if verdict + lines else 0)
    root = picture(width, top + height + 34, describe(step, example), step.name)
    code = {"font_family": MONO, "font_weight": 700, "text_anchor": "start"}
    label(root, 14, 29, step.passed, 13, class_="dim", text_anchor="start")
    label(root, 90, 30, step.code, 18 if len(step.code) < 60 else 15, **code)
    bold = {"class_": "wrongword" if said.good is False else "ink", "font_weight": 700}
    if said.verdict and not apart:
        label(root, width - 14, 29, said.signed, 13.5, text_anchor="end", **bold)
    for k, text in enumerate(verdict + lines):
        style = bold if k < len(verdict) else {}
        label(root, 14, 53 + 19.0 * k, text, 13.5, text_anchor="start", **style)
    put_row(root, 10, top, shown)
    put(root, 10, top + height + 4, scale)
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
    frame = _frame(d, view)
    if not d.tells_story:
        return [network, _matrices(d, view, start, frame)]
    l, i = _pointed(d)
    network.set("data-pointed", f"{l} {i}")
    _light(network, f"{l} {i}")
    return [network, _story(d, (l, i), frame)]


def strip(frames: Sequence[tuple[str, Step]], example: int = 0) -> Element:
    """The open dropout layer at several steps, side by side in rows of two, each under its code and a word."""
    drawn = []
    for words, step in frames:
        d = Drawing(step, example, lay_out(step.story.net.sizes, step.story.D))
        l = min(d.at.terminal_x)
        network, left = draw_circuit(d, ""), d.at.node_x[l] - d.at.place[0] / 2 - 76
        width = d.at.terminal_x[l] + d.at.place[0] / 2 + 150 - left
        network.set("viewBox", f"{left:.0f} 0 {width:.0f} {d.at.height:.0f}")
        network.set("width", f"{width:.0f}")
        drawn.append((words, step.code, network, width, d.at.height))
    w, h = drawn[0][3] + 20, drawn[0][4] + 62
    told = "; ".join(f"{code}: {words}" for words, code, *_ in drawn)
    root = picture(2 * w, h * ((len(drawn) + 1) // 2), told, "strip")
    for k, (words, code, network, *_) in enumerate(drawn):
        x, y = w * (k % 2) + 10, h * (k // 2)
        label(root, x, y + 24, code, 15, font_family=MONO, font_weight=700, text_anchor="start")
        label(root, x, y + 44, words, 13, class_="dim", text_anchor="start")
        put(root, x, y + 52, network)
    return root


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


def draw_scale(step: Step, legend: bool = True) -> Element:
    """What the colors mean and, in a legend, the halves of a place."""
    name = step.line.array if step.line.kind not in ("D", "losses") else f"A{step.line.layer}"
    kind = "gradient" if name[0] == "d" else "value"
    low, high = (number(sign * step.story.scale(name)) for sign in (-1, 1))
    steps = [*(f"n{k}" for k in range(9, 0, -1)), "zero", *(f"p{k}" for k in range(1, 10))]
    x = 8 + text_width(f"{kind} {low}", 13)
    root = part(1090 if legend else 300, 26)
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
        "red: not the true gradient" if step.wrong else "",
    )
    for words_, at in zip(words if legend else (), (320, 510, 696, 912), strict=False):
        label(root, at, 17, words_, 12.5, **text)
    return root


def _check_example(step: Step, example: int) -> None:
    if not 0 <= example < step.story.m:
        raise IndexError(
            f"there is no example {example}; they are numbered 0 to {step.story.m - 1}"
        )


def _pointed(d: Drawing) -> tuple[int, int]:
    """The unit whose story is told until another one is pointed at: the first that is off."""
    l, j = d.step.line.layer, d.example
    units = list(d.at.y[l])
    ringed = [i for i in units if d.story.leftover(l, i, j)]
    off = [i for i in units if d.story.off(l, i, j)]
    return l, (ringed or off or units)[0]


def _light(root: Element, row: str) -> None:
    for node in root.iter():
        if node.get("data-row") == row:
            node.set("class", f"{node.get('class', '')} lit".strip())


def panel_frame(d: Drawing, view: View) -> tuple[float, float]:
    """The width and height of the largest matrix of any step."""
    sizes = [min(n, MOST) for n in d.story.net.sizes]
    columns = max(len(view.columns(d.story.m)), *sizes[:-1])
    return LEFT + (CELL_W + GAP) * columns + 2, HEAD + (CELL_H + GAP) * max(sizes)


def _frame(d: Drawing, view: View) -> tuple[float, float]:
    """The width and height of what stands beside the network: the same in all steps, so that nothing moves."""
    (width, height), columns = panel_frame(d, view), len(view.columns(d.story.m))
    if columns <= 2:
        beside = 2 * (LEFT + (CELL_W + GAP) * columns) + BESIDE
        return max(STORY_W, beside, width), max(d.at.height, STORY_H)
    return width, max(d.at.height, 2 * height + BELOW + (PAGES if d.story.m > MOST else 0))


def _story(d: Drawing, pointed: tuple[int, int], frame: tuple[float, float]) -> Element:
    """A fixed place for what is said of the unit pointed at, line by line."""
    width, height = frame
    root = part(width, height)
    line(root, 1, 16, 1, height - 12, class_="thin", stroke_opacity=0.4)
    told = in_column(unit_story(d.story, *pointed, d.example, d.step.seen))
    label(root, STORY_W - 4, 26, "point at another unit", 13, class_="dim", text_anchor="end")
    for k in range(COLUMN_LINES):
        style, text = told[k] if k < len(told) else ("t", "")
        slot = {"text_anchor": "start", "data_slot": k}
        add(root, "text", text, x=14, y=26 + STORY_STEP * k, class_=f"slot slot-{style}", **slot)
    return root


def _matrices(d: Drawing, view: View, start: str | None, frame: tuple[float, float]) -> Element:
    """The arrays of this step below each other, or beside each other where they are narrow."""
    root, m = part(*frame), d.story.m
    beside = len(view.columns(m)) <= 2
    x = y = 2.0
    panels = _panels(d, view, start)
    for panel in panels:
        draw_panel(root, x, y, panel)
        if beside:
            x += panel.width + BESIDE
        elif panel is not panels[-1]:
            way = _on_the_way(d.step, panel.title)
            _arrow_down(root, x + 26, y + panel.height + 2, way, frame[0])
            y += panel.height + BELOW
    if m > MOST and d.step.line.kind not in ("dW", "db"):
        shown, low = view.columns(m), frame[1] - 12
        label(root, LEFT, low, f"examples {shown[0]} to {shown[-1]} of {m}", 12.5, class_="dim", text_anchor="start")  # fmt: skip
        draw_pager(root, (LEFT + 230, low - 4), shown, m, "examples", "examples")
    return root


def _panels(d: Drawing, view: View, start: str | None) -> list[Panel]:
    """The arrays of this step: what it starts from, if anything, and what it makes."""
    now = d.step.line
    if now.kind == "losses":
        return [_loss_panel(d, view)]
    names = [name for name in (start or now.start, now.array) if name]
    return [panel_of(d, view, name) for name in names]


def _loss_panel(d: Drawing, view: View) -> Panel:
    """The outputs, their labels and the losses, one below the other."""
    story, L = d.story, d.step.line.layer
    units = view.units(L, story.net.sizes[L])
    of = [*((f"A{L}", i) for i in units), *(("Y", i) for i in units), ("losses", 0)]
    values = np.vstack([story.arrays[name].reshape(-1, story.m)[i] for name, i in of])
    return Panel(
        "losses", values, story.scale(f"A{L}"), (range(len(of)), view.columns(story.m)),
        column=d.example, rows=[name.replace("losses", "loss") for name, _ in of],
        says=lambda row, j: as_key(explain_entry(story, *of[row], j)),
    )  # fmt: skip


def panel_of(d: Drawing, view: View, name: str) -> Panel:
    """An array of this step's layer as a matrix, with all that is marked in it."""
    story, l, kind = d.story, d.step.line.layer, d.step.line.kind
    values, n = story.arrays[name], len(story.arrays[name])
    panel = Panel(
        name, values, story.scale(name) if values.dtype != bool else 1.0,
        (view.units(l, n), view.columns(story.m)), wrong=story.wrong.get(name),
        made=story.made.get(name), says=lambda i, j: as_key(explain_entry(story, name, i, j)), layer=l,
    )  # fmt: skip
    if kind in ("dW", "db"):
        columns = view.units(l - 1, values.shape[1]) if kind == "dW" else range(1)
        return replace(panel, shown=(view.units(l, n), columns), across="unit")
    silent = None
    if name == f"A{l}" and story.net.activation == "relu" and l < story.net.L:
        silent = story.arrays[f"Z{l}"] <= 0
    panel = replace(panel, column=d.example, silent=silent)
    if l not in story.D or name.startswith(("Z", "dZ")):
        return panel
    off = ~story.D[l]
    return replace(
        panel, off=off, stopped=stopped_in(story, name, l),
        ringed=off & (values != 0) if name == f"dA{l}_drop" else None,
        switches=story.m > 1,
    )  # fmt: skip


def stopped_in(story: Story, name: str, l: int) -> Mask | None:
    """Where the switches of layer l make 0 of what comes to them, in the arrays behind them."""
    if name == f"D{l}":
        return ~story.D[l]
    passed: dict[str, Passed] = {f"A{l}_drop": "forward", f"dA{l}": "backward"}
    factor = story.factors[passed[name]].get(l) if name in passed else None
    return None if factor is None else factor == 0


def _arrow_down(parent: Element, x: float, y: float, text: str, width: float) -> None:
    line(parent, x, y, x, y + 13, class_="line", stroke_width=2.2)
    add(parent, "path", d=f"M{x - 5:.5g} {y + 11:.5g}h10l-5 9z", class_="dot")
    most = int((width - x - 14) / 7.6)
    text = text if len(text) <= most else f"{text[: most - 1]}…"
    label(parent, x + 14, y + 14, text, 12.5, class_="ink", text_anchor="start", font_family=MONO)


def _on_the_way(step: Step, start: str) -> str:
    """What happens between two matrices: the line's code without the array it starts from."""
    right = step.line.right
    return right.removeprefix(f"{start} ") if start == step.line.start else right
