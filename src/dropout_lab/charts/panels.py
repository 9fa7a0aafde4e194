"""Histograms, and under the axis of each a triangle for every mean, with its name beside it.

Each mean has a row of its own: equal ones stand under each other, and none hides another. Places are
percentages of the width and letters are pixels, so a chart fills its page and its words never shrink.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.core.doors import Array
from dropout_lab.experiments.ensemble import Distribution
from dropout_lab.pictures.svg import add, picture
from dropout_lab.text import minus

WIDTH = 1112  # pixels, where the page is that wide
TITLE, BARS, ROW, FOOT = 30, 92, 19, 44  # heights of the parts, in pixels
BINS, MOST_TICKS = 49, 9
EDGE = 1.5  # percent of the width that is left free at either end
# A kind of mark has a color, and dashes for its line.
STYLE = """
.dropout-panels { --tint: var(--ink); font-size: 13px; }
.dropout-panels .title { font-weight: 700; text-anchor: start; }
.dropout-panels .start { text-anchor: start; } .dropout-panels .end { text-anchor: end; }
.dropout-panels .grid { stroke: var(--dim); stroke-opacity: 0.25; }
.dropout-panels .axis { stroke: var(--dim); }
.dropout-panels .bars { fill: var(--up); fill-opacity: 0.25; stroke: var(--up); vector-effect: non-scaling-stroke; }
.dropout-panels .on { --tint: var(--ink); stroke-dasharray: 7 4; } .dropout-panels .mean { --tint: var(--up); --thick: 3.5; }
.dropout-panels .other { --tint: var(--down); stroke-dasharray: 2 3; }
.dropout-panels .chance { --tint: var(--ring); stroke-dasharray: 9 3 2 3; }
.dropout-panels .mark { stroke: var(--tint); stroke-width: var(--thick, 2); fill: none; vector-effect: non-scaling-stroke; }
.dropout-panels .tip { fill: var(--tint); }
"""


@dataclass(frozen=True)
class Mark:
    """A row: words, where (mostly one number), and what it is: "on", "mean", "other" or "chance"."""

    words: str
    values: Sequence[float]
    kind: str


@dataclass(frozen=True)
class Panel:
    """A histogram with its title, and the rows under its axis."""

    title: str
    spread: Distribution
    marks: Sequence[Mark]

    @property
    def height(self) -> int:
        """In pixels."""
        return TITLE + BARS + ROW * len(self.marks)


def draw_panels(panels: Sequence[Panel], ticks: Array, axis: str, words: str) -> Element:
    """The panels below each other over one axis, `axis` by name, from the first tick to the last."""
    foot = sum(panel.height for panel in panels) + FOOT
    root = empty_chart(foot, words)
    sides = [
        "dim start",
        *["dim"] * (len(ticks) - 2),
        "dim end",
    ]  # at the ends numbers reach inwards
    for tick, side in zip(ticks, sides, strict=True):
        x = place(tick, ticks)
        add(root, "line", x1=x, x2=x, y1=TITLE, y2=foot - FOOT + 4, class_="grid")
        add(root, "text", minus(f"{tick:.10g}"), x=x, y=foot - FOOT + 18, class_=side)
    add(root, "text", axis, x="50%", y=foot - 6, class_="ink")
    top = 0
    for panel in panels:
        _draw(root, panel, top, ticks)
        top += panel.height
    return root


def empty_chart(height: int, words: str, width: int = WIDTH) -> Element:
    """A picture of this height, as wide as its page but at most `width`."""
    root = picture(width, height, words)
    # With a viewBox everything would shrink on a narrow page, the letters too.
    del root.attrib["viewBox"]
    style = f"height: {height}px; max-width: {width}px"
    root.attrib |= {"height": f"{height}", "role": "img", "style": style}
    root.set("class", "dropout-stage dropout-panels")
    root[0].text = f"{root[0].text}{STYLE}"
    root[1].set("width", "100%")
    return root


def place(value: float, ticks: Array) -> str:
    """Where a value stands between the first tick and the last, in percent of the width."""
    share = (value - ticks[0]) / (ticks[-1] - ticks[0])
    return f"{EDGE + (100 - 2 * EDGE) * float(share):.5g}%"


def round_ticks(*values: Array) -> Array:
    """At most MOST_TICKS round numbers with equal steps around all values."""
    low, high = min(float(np.min(v)) for v in values), max(float(np.max(v)) for v in values)
    if high - low <= 1e-9 * max(abs(low), abs(high)):  # always the same number
        low, high = low - 0.5, high + 0.5
    size = 10.0 ** math.floor(math.log10((high - low) / MOST_TICKS))
    for step in (size, 2 * size, 5 * size, 10 * size, 20 * size):
        first, last = math.floor(low / step), math.ceil(high / step)
        if last - first < MOST_TICKS:
            break
    return np.arange(first, last + 1) * step


def _draw(root: Element, panel: Panel, top: int, ticks: Array) -> None:
    floor = top + TITLE + BARS
    add(root, "text", panel.title, x=f"{EDGE}%", y=top + 20, class_="ink title")
    _bars(root, panel.spread, top + TITLE, ticks)
    add(root, "line", x1=f"{EDGE}%", x2=f"{100 - EDGE}%", y1=floor, y2=floor, class_="axis")
    # The thick line first: where two places are one, the thinner line is seen on it.
    for mark in sorted(panel.marks, key=lambda mark: mark.kind != "mean"):
        for value in mark.values:
            x = place(value, ticks)
            add(root, "line", x1=x, x2=x, y1=top + TITLE - 4, y2=floor, class_=f"mark {mark.kind}")
    for k, mark in enumerate(panel.marks):
        draw_row(root, mark, floor + ROW * k, ticks)


def _bars(root: Element, spread: Distribution, y: int, ticks: Array) -> None:
    """The share of each bin, the largest as high as the panel."""
    edges = np.linspace(ticks[0], ticks[-1], BINS + 1)
    values = np.clip(spread.values, ticks[0], ticks[-1])  # the last tick may be rounded down
    shares, _ = np.histogram(values, edges, weights=spread.probabilities)
    tops = 1 - shares / shares.max()
    steps = "".join(f"V{height:.4g}H{k}" for k, height in enumerate(tops, 1))
    frame = stretched(root, y, BARS, BINS)
    add(frame, "path", d=f"M0 1{steps}V1", class_="bars")


def stretched(root: Element, y: int, height: int, units: float) -> Element:
    """A frame as wide as the axis, in which x runs from 0 to `units`, and y from 0 down to 1."""
    width = f"{100 - 2 * EDGE}%"
    frame = add(root, "svg", x=f"{EDGE}%", y=y, width=width, height=height, overflow="visible")
    frame.attrib |= {"viewBox": f"0 0 {units:g} 1", "preserveAspectRatio": "none"}
    return frame


def draw_row(root: Element, mark: Mark, y: int, ticks: Array) -> None:
    """The triangles of a mark, and its words where there is most room beside one of them."""
    places = sorted(float(place(value, ticks)[:-1]) for value in mark.values)
    for at in places:
        here = add(root, "svg", x=f"{at:.5g}%", y=y, overflow="visible", class_=mark.kind)
        add(here, "path", d="M0 3L6 14H-6Z", class_="tip")
    if places:
        left, right = max(pairwise([0.0, *places, 100.0]), key=lambda gap: gap[1] - gap[0])
        at, dx, side = (left, 10, "start") if left in places else (right, -10, "end")
        beside = add(root, "svg", x=f"{at:.5g}%", y=y, overflow="visible")
        add(beside, "text", mark.words, x=dx, y=14, class_=f"ink over {side}")
