"""What the tests of pictures see: passes told step by step, and where everything in a picture stands.

Widths of texts are those of DejaVu Sans, which is wider than what most screens use.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple
from xml.etree.ElementTree import Element

import numpy as np
from cases import draw_case
from matplotlib.font_manager import FontProperties, findfont
from PIL import ImageFont

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, KNOWN
from dropout_lab.core.passes import backward, forward
from dropout_lab.core.recipe import Recipe
from dropout_lab.experiments.data import Case, lesson
from dropout_lab.pictures.steps import Step, tell
from dropout_lab.pictures.svg import MONO


def shifted(dA_drop, D, keep_prob):
    """A recipe that is no factor."""
    return dA_drop * D / keep_prob + 0.5 * dA_drop**2


RECIPES: dict[str, Recipe] = {
    "correct": KNOWN["correct"],
    **BACKWARD_BUGS,
    **{name: KNOWN[name] for name in ("wrong scale", "no scale at all", "slope from dropped A")},
    "slope >= 0": KNOWN["slope >= 0"],
    "two slips": Recipe("two slips", backward=KNOWN["no mask"].backward, slope_from="A_drop >= 0"),
    "no factor": Recipe("no factor", backward=shifted, explanation="Not linear."),
    "no factor at all": Recipe("no factor at all", forward=shifted, backward=shifted),
}
FEW = ("correct", "no mask", "fresh mask", "no scale", "wrong scale", "no factor")
LOOKS = (*FEW, "one minus mask", "slope >= 0", "two slips", "no factor at all")  # look different
STEPS = (
    *("Z1", "A1", "D1", "A1_drop", "Z2", "A2", "D2", "A2_drop", "Z3", "A3", "loss"),
    *("dZ3", "dW3", "db3", "dA2_drop", "dA2", "dZ2", "dW2", "db2"),
    *("dA1_drop", "dA1", "dZ1", "dW1", "db1"),
)


@cache
def case_of(name: str) -> Case:
    """The networks that pictures are drawn of."""
    shapes = {
        "tanh": {},
        "no dropout": {"layers": ()},
        "only the second": {"layers": (2,)},
        "three layers": {"sizes": (3, 4, 5, 4, 1), "layers": (1, 2, 3), "m": 5},
        "a plain layer between": {"sizes": (3, 4, 2, 4, 1), "layers": (1, 3), "m": 5},
        "two outputs": {"sizes": (3, 4, 2), "layers": (1,), "m": 5},
        "one layer": {"sizes": (3, 1), "layers": (), "m": 5},
        "large": {"sizes": (10, 20, 8, 1), "layers": (1,), "m": 64},
        "large, one example": {"sizes": (10, 20, 12, 1), "layers": (1, 2), "m": 1},
    }
    if name in shapes:
        return draw_case(**shapes[name])
    if name == "one open layer":  # as notebook 02 shows it
        case = lesson()
        return replace(case, masks={1: case.masks[1]})
    return lesson(1 if name == "one example" else 5)


CASES = (
    "lesson", "one example", "tanh", "no dropout", "only the second", "three layers",
    "a plain layer between", "two outputs", "one layer", "large", "large, one example",
)  # fmt: skip


def tell_steps(case, recipe=RECIPES["correct"], masks=None, keep_prob=None) -> dict[str, Step]:
    """The steps of both passes, by name."""
    fwd = forward(case.net, case.X, masks or case.masks, keep_prob or case.keep_prob, recipe)
    bwd = backward(case.net, fwd, case.Y, recipe)
    return {step.name: step for step in tell(case.net, fwd, bwd, case.Y, recipe)}


@cache
def told(case: str = "lesson", recipe: str = "correct") -> dict[str, Step]:
    """The same for a case and a recipe with a name; told once."""
    return tell_steps(case_of(case), RECIPES[recipe])


def by_class(root: Element, class_: str) -> list[Element]:
    """All elements of this class."""
    return [node for node in root.iter() if class_ in node.get("class", "").split()]


def by_attribute(root: Element, name: str) -> dict[str, Element]:
    """All elements that have this attribute, by its value."""
    return {node.get(name): node for node in root.iter() if node.get(name) is not None}


def levers(root: Element) -> list[bool]:
    """All levers, the upper one of each switch first: whether it is down."""
    lines = [node for node in root.iter("line") if node.get("stroke-linecap")]
    return [node.get("y1") == node.get("y2") for node in lines]


def texts(root: Element) -> list[str]:
    """The words and numbers in a picture, in its order."""
    return [node.text or "" for node in root.iter("text")]


def frame(part: Element) -> tuple[float, float]:
    """The width and height of a picture or a part."""
    *_, width, height = map(float, part.get("viewBox").split())
    return width, height


class Box(NamedTuple):
    """A rectangle on the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box", by: float = 0.0) -> bool:
        """Whether the two overlap by more than `by` in both directions."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > by and down > by

    def inside(self, width: float, height: float, by: float = 1.0) -> bool:
        """Whether it stands in a picture of this size."""
        return (
            self.left >= -by
            and self.top >= -by
            and self.right <= width + by
            and self.bottom <= height + by
        )


class Mark(NamedTuple):
    """An element, where it stands, and the elements around it, the nearest last."""

    node: Element
    box: Box
    around: tuple[Element, ...]

    def group(self) -> Element | None:
        """The unit or the matrix it belongs to."""
        groups = [node for node in self.around if node.tag == "g"]
        return groups[0] if groups else None


def marks(root: Element) -> Iterator[Mark]:
    """Everything that is drawn in a picture or a part, with its place in it."""
    for child in root:
        yield from _marks(child, (0.0, 0.0), (root,))


def _marks(node: Element, at: tuple[float, float], around: tuple[Element, ...]) -> Iterator[Mark]:
    if node.tag == "style":
        return
    if moved := re.fullmatch(r"translate\((\S+) (\S+)\)", node.get("transform", "")):
        at = (at[0] + float(moved[1]), at[1] + float(moved[2]))
    if node.tag == "svg":
        at = (at[0] + float(node.get("x", 0)), at[1] + float(node.get("y", 0)))
    elif node.tag != "g":
        yield Mark(node, _box(node, at), around)
    for child in node:
        yield from _marks(child, at, (*around, node))


def _box(node: Element, at: tuple[float, float]) -> Box:
    get = lambda *names: [float(node.get(name, 0)) for name in names]  # noqa: E731
    if node.tag == "rect":
        x, y, w, h = get("x", "y", "width", "height")
        corners = (x, y, x + w, y + h)
    elif node.tag in ("ellipse", "circle"):
        rx, ry = get("rx", "ry") if node.tag == "ellipse" else get("r", "r")
        x, y = get("cx", "cy")
        corners = (x - rx, y - ry, x + rx, y + ry)
    elif node.tag == "line":
        x1, y1, x2, y2 = get("x1", "y1", "x2", "y2")
        corners = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    elif node.tag == "path":
        xs, ys = zip(*_points(node.get("d")), strict=True)
        corners = (min(xs), min(ys), max(xs), max(ys))
    else:
        corners = _text_box(node)
    return Box(*(value + at[k % 2] for k, value in enumerate(corners)))


def _points(path: str) -> Iterator[tuple[float, float]]:
    """The corners of a path that knows M, L, l, h, v, a, q and z."""
    x = y = 0.0
    for command, numbers in re.findall(r"([MLlhvaqz])([^MLlhvaqz]*)", path):
        values = list(map(float, re.findall(r"-?[\d.]+(?:e-?\d+)?", numbers)))
        if command in "ML":
            x, y = values
        elif command == "h":
            x += values[0]
        elif command == "v":
            y += values[0]
        elif command in "laq":
            x, y = x + values[-2], y + values[-1]
        yield x, y


def _text_box(node: Element) -> Box:
    slot = node.get("class", "").split()[-1] if "slot" in node.get("class", "") else ""
    size = float(
        node.get("font-size") or {"slot-u": 16, "slot-h": 13, "slot-t": 13}.get(slot, 12.5)
    )
    mono = node.get("font-family") == MONO or slot in ("slot-c", "slot-b", "slot-w", "slot-r")
    bold = node.get("font-weight") == "700" or slot in ("slot-u", "slot-b", "slot-w", "slot-r")
    x, y = float(node.get("x")), float(node.get("y"))
    width = width_of(node.text or "", size, mono, bold)
    left = {"start": x, "end": x - width}.get(node.get("text-anchor"), x - width / 2)
    return Box(left, y - 0.74 * size, left + width, y + (0.1 if width else 0) * size)


@cache
def _font(mono: bool, bold: bool) -> ImageFont.FreeTypeFont:
    family = "DejaVu Sans Mono" if mono else "DejaVu Sans"
    return ImageFont.truetype(
        findfont(FontProperties(family=family, weight="bold" if bold else "normal")), 100
    )


@cache
def width_of(text: str, size: float, mono: bool = False, bold: bool = False) -> float:
    """How wide a text is."""
    return _font(mono, bold).getlength(text) * size / 100


def number_of(text: str) -> float:
    """The value of a number as a picture shows it: "−0.37", "+5e−3"."""
    return float(text.replace("−", "-"))


def rounding(text: str) -> float:
    """By how much a number shown may differ from the one it stands for: half a unit of its last digit."""
    mantissa, _, exponent = text.lstrip("+−").replace("−", "-").partition("e")
    if not any(letter in text for letter in ".e"):
        return 0.0 if len(mantissa) < 3 else 0.5
    decimals = len(mantissa.partition(".")[2])
    return 0.5001 * 10.0 ** (int(exponent or 0) - decimals)


def luminance(color: str | Sequence[float]) -> float:
    """Of "#rrggbb", or of red, green and blue up to 255 (WCAG 2)."""
    rgb = [int(color[k : k + 2], 16) for k in (1, 3, 5)] if isinstance(color, str) else color
    share = np.array(rgb) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(a: str | Sequence[float], b: str | Sequence[float]) -> float:
    """The contrast of two colors, from 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def close(a: float, b: float, by: float) -> bool:
    """Whether two numbers agree up to `by` and a rounding error."""
    return bool(np.abs(a - b) <= by + 1e-9 * (abs(a) + abs(b)))
