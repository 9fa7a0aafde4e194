"""Lines over the iterations, one for each recipe, each with its name and its last value at its end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.core.doors import Array
from dropout_lab.experiments.race import Curve
from dropout_lab.pictures.scores import power_of_ten, short
from dropout_lab.pictures.svg import add, part, text_width

TEXT = 13.0  # pixels
APART = 15.0  # from the base line of one name to that of the next
TOP, FOOT, BESIDE = 34, 26, 9  # above the axes, below them, and between them and the names
DECADES = (
    1,
    2,
    4,
    8,
)  # how far up the scale of the sizes may reach, in powers of ten: it changes seldom
Curves = Mapping[str, Curve]


@dataclass(frozen=True)
class Scales:
    """A box in a picture, and the numbers at its edges: 0 and right, low and high. log: powers of ten."""

    x: float
    y: float
    width: float
    height: float
    right: float
    low: float
    high: float
    log: bool = False

    def across(self, values: Array | float) -> Array:
        """How far from the left edge, in pixels."""
        return np.asarray(values) / self.right * self.width

    def down(self, values: Array | float) -> Array:
        """How far from the upper edge; what is too high, or not a number, is as far above it."""
        ends = np.array([self.low, self.high])
        ends = np.log10(ends) if self.log else ends
        with np.errstate(invalid="ignore", divide="ignore"):
            shown = np.log10(values) if self.log else np.asarray(values, dtype=float)
        up = np.nan_to_num((shown - ends[0]) / (ends[1] - ends[0]), nan=2, posinf=2, neginf=0)
        return self.height * (1 - np.clip(up, 0, 2))


def draw_losses(size: tuple[float, float], curves: Curves, total: int, bands: bool) -> Element:
    """The loss with everything on; thin the one with masks; over seeds a band."""
    root = part(*size, describe_losses(curves))
    top = _top(curves)
    scales = _scales(size, 36, curves, total, 0, top)
    about = "thin: with masks" + ("; band: 80% of seeds" if bands else ", as trained")
    inner = _axes(
        root, scales, "loss, everything on", about, [(y, f"{y:g}") for y in steps(top, 3)]
    )
    if bands:
        for k, c in enumerate(curves.values()):
            x = scales.across(c.iterations)
            around = (np.r_[x, x[::-1]], np.r_[scales.down(c.low), scales.down(c.high)[::-1]])
            add(inner, "path", d=way(*around), class_=f"r{k} band")
    _lines(inner, scales, [(c.iterations, c.noisy) for c in curves.values()], "thinrun")
    _lines(inner, scales, [(c.iterations, c.loss) for c in curves.values()], "run")
    _notes(root, scales, curves)
    _names(root, scales, {name: c.loss[-1] for name, c in curves.items()})
    return root


def draw_sizes(size: tuple[float, float], curves: Curves, total: int) -> Element:
    """The size of W1, on a logarithmic scale."""
    root = part(*size, describe_sizes(curves))
    ends = [value for c in curves.values() for value in (c.size.min(), c.size.max())]
    known = [value for value in ends if 0 < value <= 10.0 ** DECADES[-1]] or [1.0]
    low = floor(log10(min(known)))
    high = max(next(k for k in DECADES if 10.0**k >= max(known)), low + 1)
    powers = range(low, high + 1, ceil((high - low) / 4))
    ticks = [m * 10.0**k for k in powers for m in ((1, 2, 5) if high == low + 1 else (1,))]
    labels = [(tick, at_tick(tick)) for tick in ticks if tick <= 10.0**high]
    scales = _scales(size, 66, curves, total, 10.0**low, 10.0**high, log=True)
    inner = _axes(root, scales, "size of W1", "log scale", labels)
    _lines(inner, scales, [(c.iterations, c.size) for c in curves.values()], "run")
    _names(root, scales, {name: c.size[-1] for name, c in curves.items()})
    return root


def describe_losses(curves: Curves) -> str:
    """The losses in words."""
    told, top = [], _top(curves)
    for name, c in curves.items():
        beyond = "" if np.all(c.loss <= top) else f" (off the chart: {far(c.loss)})"
        ends = f"from {short(c.loss[0])} to {short(c.loss[-1])}{beyond}"
        told.append(f"{name} went {ends}, with masks {short(c.noisy[-1])}")
    iteration = next(iter(curves.values())).iterations[-1]
    return f"Loss with everything on, {iteration:.0f} iterations: {'; '.join(told)}."


def describe_sizes(curves: Curves) -> str:
    """The sizes of W1 in words."""
    told = [f"{name} {short(c.size[-1])}" for name, c in curves.items()]
    return f"Size of W1: {'; '.join(told)}."


def way(x: Array, y: Array) -> str:
    """The path through these points."""
    points = np.round(np.column_stack([x, y]), 1) + 0.0  # a zero has no sign
    return "M" + "L".join(["%.1f %.1f"] * len(points)) % tuple(points.ravel())


def steps(most: float, count: int) -> list[float]:
    """At most so many equal and round steps from 0 on, as far as `most`."""
    size = 10.0 ** floor(log10(most / count))
    step = next(step for step in (size, 2 * size, 5 * size, 10 * size) if most / step <= count)
    return [k * step for k in range(floor(most / step + 1e-9) + 1)]


def at_tick(value: float) -> str:
    """A number at a logarithmic scale: "1,000", and from a million on "10⁶"."""
    if value < 1e6:
        return f"{value:,.0f}" if value >= 1 else f"{value:g}"
    return power_of_ten(round(log10(value)))


def spread(wanted: Sequence[float], apart: float, most: float) -> list[float]:
    """Places near the wanted ones, which are sorted, at least so far apart and at most that far."""
    places = list(wanted)
    for k in range(1, len(places)):
        places[k] = max(places[k], places[k - 1] + apart)
    for k in range(len(places)):
        places[k] = min(places[k], most - apart * (len(places) - 1 - k))
    return places


def _top(curves: Curves) -> float:
    """The upper end of the scale of the losses: somewhat above where they began."""
    first = max(np.nan_to_num([c.high[0] for c in curves.values()], nan=0, posinf=0))
    return ceil(13 * max(first, 0.1)) / 10


def _scales(
    size: tuple[float, float], left: float, curves: Curves, total: int, low: float, high: float,
    log: bool = False,
) -> Scales:  # fmt: skip
    """The box of the axes: beside it room for its numbers, and for the names with theirs."""
    beside = max(text_width(f"{name} 18,000", TEXT + 1) for name in curves)
    width, height = size[0] - left - BESIDE - beside, size[1] - TOP - FOOT
    return Scales(left, TOP, width, height, total, low, high, log)


def _axes(
    root: Element, scales: Scales, title: str, about: str, labels: Iterable[tuple[float, str]]
) -> Element:
    """The title, the axes and their numbers. Returns where the lines are drawn: beyond it they are cut off."""
    s, floor_ = scales, scales.y + scales.height
    head = add(root, "text", title, x=s.x, y=s.y - 12, class_="ink strong start")
    add(head, "tspan", about, dx=10, class_="dim")
    add(root, "path", d=f"M{s.x} {s.y}V{floor_}H{s.x + s.width:.1f}", class_="axis")
    for value, words in labels:
        y = s.y + float(s.down(value))
        add(root, "line", x1=s.x - 4, x2=s.x, y1=y, y2=y, class_="axis")
        add(root, "text", words, x=s.x - 8, y=y + 4.5, class_="dim end")
    for value in steps(s.right, 4 if s.width > 200 else 2):
        x = s.x + float(s.across(value))
        add(root, "line", x1=x, x2=x, y1=floor_, y2=floor_ + 4, class_="axis")
        add(root, "text", f"{value:,.0f}", x=x, y=floor_ + 18, class_="dim")
    add(root, "text", "iteration", x=s.x + s.width + 30, y=floor_ + 18, class_="dim start")
    return add(root, "svg", x=s.x, y=s.y, width=s.width, height=s.height)


def _lines(inner: Element, scales: Scales, lines: Iterable[tuple[Array, Array]], kind: str) -> None:
    for k, (iterations, values) in enumerate(lines):
        d = way(scales.across(iterations), scales.down(values))
        add(inner, "path", d=d, class_=f"r{k} {kind}")


def _names(root: Element, scales: Scales, last: Mapping[str, float]) -> None:
    """Each name beside the end of its line, with the value there; kept apart."""
    heights = {name: max(float(scales.down(value)), 0) for name, value in last.items()}
    order = sorted(last, key=lambda name: heights[name])
    places = dict(
        zip(order, spread([heights[n] for n in order], APART, scales.height), strict=True)
    )
    for k, (name, value) in enumerate(last.items()):
        x, y = scales.x + scales.width + BESIDE, scales.y + places[name] + 4.5
        add(root, "text", f"{name} {short(value)}", x=x, y=y, class_=f"r{k} word start")


def _notes(root: Element, scales: Scales, curves: Curves) -> None:
    """Where a line leaves the chart, how far it goes."""
    row = 0
    for k, curve in enumerate(curves.values()):
        out = np.flatnonzero(~(curve.loss <= scales.high))
        words, d, x, y, side = "", "M0 0", 0.0, 0.0, "start"
        if out.size:
            at, y = (
                scales.x + float(scales.across(curve.iterations[out[0]])),
                scales.y + 14 + APART * row,
            )
            turn, side = (-1, "end") if at > scales.x + scales.width / 2 else (1, "start")
            d, x = f"M{at:.1f} {scales.y}L{at + 50 * turn:.1f} {y}", at + 54 * turn
            words, row = f"off the chart: {far(curve.loss)}", row + 1
        add(root, "path", d=d, class_=f"r{k} hint")
        add(root, "text", words, x=x, y=y + 4.5, class_=f"r{k} note over {side}")


def far(values: Array) -> str:
    """The largest of these values, if there is one."""
    most = float(np.max(values))
    return f"{most:,.0f}" if 10 <= most < 1e6 else short(most)
