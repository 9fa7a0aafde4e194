"""A race in one picture: of each recipe its boundary and its score, below them the losses and sizes of all."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from struct import pack
from xml.etree.ElementTree import Element
from zlib import adler32, crc32

import numpy as np
from contourpy import contour_generator

from dropout_lab.charts.curves import Curves, draw_losses, draw_sizes, way
from dropout_lab.core.doors import Array, Mask
from dropout_lab.core.network import Network
from dropout_lab.experiments.data import Points
from dropout_lab.experiments.race import Score, mean_output
from dropout_lab.experiments.training import is_right
from dropout_lab.pictures.scores import share
from dropout_lab.pictures.svg import DARK, LIGHT, STYLE, Rgb, add, part, picture, put, text_width

GRID = (60, 40)
LEVELS = 32
SAME = 0.005  # outputs that differ by less are the same to a reader
# For so many maps: the width and height of a map's part, and of those of the losses and the sizes. In a
# narrow window parts find another row; two of the narrow ones still stand side by side.
PARTS = {
    1: ((365, 275), (440, 275), (290, 275)),
    2: ((548, 290), (621, 185), (475, 185)),
    3: ((365, 260), (620, 185), (475, 185)),
    4: ((274, 240), (621, 185), (475, 185)),
}
MOST = len(PARTS)
HEAD, GAP = 40, 14
# Recipes are told apart by dash as well as by color; points by shape, and the wrong ones by size and outline.
RACE = """
.dropout-race { font-size: 13px; }
div.dropout-race { display: flex; flex-wrap: wrap; } div.dropout-race > svg { max-width: 100%; height: auto; }
.dropout-race .r0 { --tint: var(--ink); } .dropout-race .r1 { --tint: #aa3377; --dash: 8 4; }
.dropout-race .r2 { --tint: #00735a; --dash: 10 3 2 3; } .dropout-race .r3 { --tint: #5b4fc4; --dash: 2 3; }
[data-jp-theme-light="false"] .dropout-race .r1 { --tint: #f28cc4; } [data-jp-theme-light="false"] .dropout-race .r2 { --tint: #5fd0a5; }
[data-jp-theme-light="false"] .dropout-race .r3 { --tint: #b3a6ff; }
.dropout-race .run { fill: none; stroke: var(--tint); stroke-width: 2.4; stroke-dasharray: var(--dash, none); }
.dropout-race .thinrun { fill: none; stroke: var(--tint); stroke-width: 0.8; stroke-opacity: 0.75; }
.dropout-race .hint { fill: none; stroke: var(--tint); } .dropout-race .band { fill: var(--tint); fill-opacity: 0.2; }
.dropout-race .word, .dropout-race .note { fill: var(--tint); } .dropout-race .word, .dropout-race .strong { font-weight: 700; }
.dropout-race tspan.dim { font-weight: 400; } .dropout-race .axis { fill: none; stroke: var(--dim); }
.dropout-race .start { text-anchor: start; } .dropout-race .end { text-anchor: end; }
.dropout-race .name { font-size: 14px; } .dropout-race .share { font-size: 22px; }
.dropout-race .edge { fill: none; stroke: var(--dim); stroke-opacity: 0.5; } .dropout-race .limit { fill: none; stroke: var(--ink); stroke-width: 2; }
.dropout-race .says { fill: var(--paper); stroke: var(--dim); }
.dropout-race .p0 { fill: var(--down); } .dropout-race .p0.wrong { stroke: var(--ink); stroke-width: 1.3; }
.dropout-race .p1 { fill: none; stroke: var(--up); stroke-width: 4; stroke-linecap: round; }
.dropout-race .p1.wrong { stroke-width: 6.6; } .dropout-race .p1.rim { stroke: var(--ink); stroke-width: 9.2; }
.dropout-race .dark, [data-jp-theme-light="false"] .dropout-race .light { display: none; }
[data-jp-theme-light="false"] .dropout-race .dark { display: inline; }
[data-jp-theme-light="false"] .dropout-race { --down: #ffb84d; }
"""


@cache
def shades(dark: bool = False) -> list[Rgb]:
    """The colors of a map, from sure of label 0 over undecided to sure of label 1."""
    middle, blue, orange, _ = DARK if dark else LIGHT
    full = 0.8 if dark else 0.45
    colors = []
    for p in np.linspace(-1, 1, LEVELS):
        strong, t = np.array(blue if p > 0 else orange), full * (0.1 + 0.9 * abs(p))
        r, g, b = np.rint(np.array(middle) + t * (strong - np.array(middle))).astype(int).tolist()
        colors.append((r, g, b))
    return colors


class Plane:
    """The plane of the points, to be seen as a network sees it, in a box of so many pixels."""

    def __init__(self, points: Points, width: float, height: float) -> None:
        self.points, self.width, self.height = points, width, height
        low, high = _frame(points.X)
        self._xs, self._ys = (np.linspace(low[i], high[i], GRID[i]) for i in (0, 1))
        grid = np.stack(np.meshgrid(self._xs, self._ys)).reshape(2, -1)
        self.all = np.hstack([points.X, grid])
        self._at = self.place(*points.X)
        self.dots = [self.marks(points.Y[0] == label, label, 2.2) for label in (0, 1)]

    def place(self, x: Array, y: Array) -> Array:
        """Where points (x, y) are in the box: (n, 2), from the top left."""
        across = (x - self._xs[0]) / (self._xs[-1] - self._xs[0])
        up = (y - self._ys[0]) / (self._ys[-1] - self._ys[0])
        return np.column_stack([self.width * across, self.height * (1 - up)])

    def marks(self, which: Mask, label: int, r: float) -> str:
        """The path of these points: triangles for label 0; for label 1 dots, drawn by round line ends."""
        mark = "M%.1f %.1fh0" if label else f"M%.1f %.1fl{r:g} {1.7 * r:g}h{-2 * r:g}z"
        at = self._at[which] - (0, 0 if label else r)
        return (mark * len(at)) % tuple(at.ravel()) or "M0 0"

    def boundary(self, output: Array) -> str:
        """The path where the output (rows, columns) is one half."""
        values = np.ma.masked_invalid(output)
        lines = contour_generator(self._xs, self._ys, values).lines(0.5)
        ways = (way(*self.place(*np.asarray(line).T).T) for line in lines)
        return "".join(ways) or "M0 0"


class TrainingChart:
    """A map for each recipe, and below the losses and the sizes of W1 of all.

    words: the chart in words, as it was shown last.
    """

    words = ""

    def __init__(self, points: Points, names: Sequence[str], bands: bool, tested: bool) -> None:
        self._sizes, self._bands = PARTS[len(names)], bands
        self._whose = "of new points right" if tested else "of its points right"
        (width, height), *_ = self._sizes
        room = width - GAP - 34 - 84 - text_width(self._whose, 13)
        two = any(text_width(name, 14) > room for name in names)
        self._head = HEAD + 25 * two  # a long name has a line of its own
        self._plane = Plane(points, width - GAP, height - self._head - 12)

    def show(
        self, nets: Mapping[str, Network], scores: Mapping[str, Score], curves: Curves, total: int
    ) -> Element:
        """The chart of these networks, scores and curves, by recipe: parts that wrap in a narrow page."""
        _, losses, sizes = self._sizes
        self._parts = [
            self._map(k, name, net, scores[name]) for k, (name, net) in enumerate(nets.items())
        ]
        self._parts.append(draw_losses(losses, curves, total, self._bands))
        self._parts.append(draw_sizes(sizes, curves, total))
        self.words = " ".join(one.get("aria-label", "") for one in self._parts)
        root = Element("div", {"class": "dropout-race"})
        add(root, "style", STYLE + RACE)
        root.extend(self._parts)
        return root

    def still(self) -> Element:
        """What was shown last in one picture, all parts where a wide page has them."""
        (wide, high), losses, sizes = self._sizes
        n = len(self._parts) - 2
        left, top = (wide, 0) if n == 1 else (0, high)
        spots = [(k * wide, 0) for k in range(n)] + [(left, top), (left + losses[0], top)]
        root = picture(left + losses[0] + sizes[0], top + losses[1], self.words)
        root.set("class", "dropout-stage dropout-race")
        root[0].text = f"{root[0].text}{RACE}"
        for (x, y), one in zip(spots, deepcopy(self._parts), strict=True):
            for inner in one.findall("svg"):
                for image in inner.findall("image[@class='dark']"):  # an <img> knows no theme
                    inner.remove(image)
            put(root, x, y, one)
        return root

    def _map(self, k: int, name: str, net: Network, score: Score) -> Element:
        """The plane as one recipe sees it; what it gets wrong is large."""
        plane, (size, *_) = self._plane, self._sizes
        at_points, on_grid = np.split(mean_output(net, plane.all), [plane.points.Y.size])
        wrong = ~is_right(at_points, plane.points.Y[0])
        says = same_everywhere(at_points)
        root = part(*size, f"{name}: {describe_map(score, wrong, says)}")
        self._heading(root, k, name, score)
        inner = add(root, "svg", x=1, y=self._head, width=plane.width, height=plane.height)
        on_grid = on_grid.reshape(GRID[::-1])
        _field(inner, plane, on_grid)
        add(inner, "path", d=plane.boundary(on_grid), class_="limit")
        for label, dots in enumerate(plane.dots):
            add(inner, "path", d=dots, class_=f"p{label}")
        for label in (0, 1):
            large = plane.marks(wrong & (plane.points.Y[0] == label), label, 4.3)
            if label:
                add(inner, "path", d=large, class_="p1 rim")
            add(inner, "path", d=large, class_=f"p{label} wrong")
        _say(inner, plane.width / 2, says)
        add(inner, "rect", width=plane.width, height=plane.height, class_="edge")
        return root

    def _heading(self, root: Element, k: int, name: str, score: Score) -> None:
        """The name with its kind of line, and the share of points that are right."""
        base, right = self._head - 10, self._plane.width
        line = base if self._head == HEAD else base - 25
        add(root, "path", d=f"M1 {line - 5}H29", class_=f"r{k} run")
        add(root, "text", name, x=35, y=line, class_=f"r{k} word name start")
        told = share(score.train if score.test is None else score.test)
        add(root, "text", self._whose, x=right - 76, y=base, class_="dim end")
        add(root, "text", told, x=right, y=base, class_=f"r{k} word share end")


def _say(inner: Element, middle: float, says: str) -> None:
    """Words on a sign at the top of a map; without words there is none to see."""
    half = text_width(says, 14) / 2 + 12 if says else 0
    sign = {"x": middle - half, "y": 8, "width": 2 * half, "height": 26, "rx": 4}
    add(inner, "rect", **sign, class_="says")
    add(inner, "text", says, x=middle, y=26, font_size=14, class_="ink strong")


def same_everywhere(output: Array) -> str:
    """What there is to say of outputs that are the same at every point; else nothing."""
    if not np.isfinite(output).all():
        return "says what is not a number"
    return "" if np.ptp(output) > SAME else f"says {float(output.mean()):.2f} to every point"


def describe_map(score: Score, wrong: Mask, says: str) -> str:
    """A map in words."""
    right, whose = (score.train, "its") if score.test is None else (score.test, "new")
    told = f"{share(right)} of {whose} points right" + (f", {says}" if says else "")
    return f"{told}, {int(wrong.sum())} of {wrong.size} points on the wrong side."


def _field(inner: Element, plane: Plane, output: Array) -> None:
    """The outputs (rows, columns) as a small image, a pixel for each point of the grid; one for each theme."""
    levels = np.nan_to_num(output[::-1], nan=0.5) * (LEVELS - 0.001)
    dx, dy = plane.width / (GRID[0] - 1), plane.height / (GRID[1] - 1)
    for dark in (False, True):
        image = add(inner, "image", x=-dx / 2, y=-dy / 2, width=plane.width + dx, height=plane.height + dy,
                    preserveAspectRatio="none", class_="dark" if dark else "light")  # fmt: skip
        data = as_png(levels.astype(np.uint8), shades(dark))
        image.set("href", f"data:image/png;base64,{b64encode(data).decode()}")


def as_png(pixels: Array, colors: Sequence[Rgb]) -> bytes:
    """An image of these colors, by number. Not compressed: compressors differ from machine to machine."""
    height, width = pixels.shape
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)
    size = pack("<HH", len(lines), 0xFFFF - len(lines))
    stream = b"\x78\x01\x01" + size + lines + pack(">I", adler32(lines))
    palette = bytes(value for color in colors for value in color)
    header = pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", stream), (b"IEND", b""))
    parts = (
        pack(">I", len(data)) + kind + data + pack(">I", crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _frame(X: Array) -> tuple[Array, Array]:
    """The corners of a frame around the points, with a margin."""
    low, high = X.min(axis=1), X.max(axis=1)
    margin = 0.05 * max(float((high - low).max()), 1e-9)
    return low - margin, high + margin
