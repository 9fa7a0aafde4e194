"""The marks a unit is drawn with: places with two halves, levers on one rod, ring, frame, and leak.

They know numbers and coordinates, no steps: the stage draws units with them, `wires.py` one unit large.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from xml.etree.ElementTree import Element

from dropout_lab.pictures.layout import other_windows
from dropout_lab.pictures.svg import add, hatching, label, line
from dropout_lab.text import number

RISE = 15.0  # of an open lever
CORNER = 11.0
Point = tuple[float, float]
Size = tuple[float, float]


@dataclass(frozen=True)
class Half:
    """What stands in half a place: a number on its shade; bold if active, hatched if stopped."""

    value: float
    shade: str
    active: bool = False
    hatched: bool = False


def draw_halves(
    parent: Element, at: Point, size: Size, upper: Half | None, lower: Half | None
) -> None:
    """A rounded box: the value in its upper half, the gradient in its lower one; dotted while both lack."""
    (x, y), (w, h) = at, size
    _half(parent, at, size, upper, up=True)
    _half(parent, at, size, lower, up=False)
    empty = upper is None and lower is None
    dotted = {"stroke_dasharray": "2 4"} if empty else {}
    box = {"x": x - w / 2, "y": y - h / 2, "width": w, "height": h, "rx": CORNER}
    add(parent, "rect", **box, class_="thin" if empty else "line", stroke_width=1.6, **dotted)
    line(parent, x - w / 2, y, x + w / 2, y, class_="thin", stroke_width=0.8, stroke_opacity=0.6)


def _half(parent: Element, at: Point, size: Size, half: Half | None, up: bool) -> None:
    (x, y), (w, h) = at, size
    r, side, sweep = CORNER, -1 if up else 1, 1 if up else 0
    reach = side * (h / 2 - r)
    arcs = (f"a{r} {r} 0 0 {sweep} {r} {side * r}", f"a{r} {r} 0 0 {sweep} {r} {-side * r}")
    outline = (
        f"M{x - w / 2:.5g} {y:.5g}v{reach:.5g}{arcs[0]}h{w - 2 * r:.5g}{arcs[1]}v{-reach:.5g}z"
    )
    kind = "card" if half is None or half.hatched else half.shade
    add(parent, "path", d=outline, class_=kind)
    if half is None:
        return
    top = y - h / 2 if up else y
    if half.hatched:
        moved = f"translate({x - w / 2 + 3:.5g} {top + 2:.5g})"
        add(parent, "path", d=hatching(w - 6, h / 2 - 4), transform=moved, class_="hatch")
    style = {"font_weight": 700} if half.active else {}
    class_ = ("dim" if up and not half.active else "ink") + (" knock" if half.hatched else "")
    size_ = 14 if h > 44 else 13
    label(parent, x, top + h / 4 + 5, number(half.value), size_, class_=class_, **style)


def draw_wrong(parent: Element, at: Point, size: Size, made: bool) -> None:
    """A corner in the lower half; a frame around it as well if the mistake was made by its own line."""
    (x, y), (w, h) = at, size
    right, top = x + w / 2, y
    if made:
        frame = {"x": x - w / 2 - 4, "y": y - 1, "width": w + 8, "height": h / 2 + 5}
        add(parent, "rect", **frame, class_="wrong", stroke_width=3)
        right, top = right + 4, y - 1
    add(parent, "path", d=f"M{right - 12:.5g} {top:.5g}h12v12z", class_="wrongword")


def draw_ring(parent: Element, at: Point, size: Size) -> None:
    """Around the gradient of a unit that is off, and yet not zero."""
    (x, y), (w, h) = at, size
    ellipse = {"cx": x, "cy": y + h / 4, "rx": w / 2 + 7, "ry": h / 4 + 6}
    add(parent, "ellipse", **ellipse, class_="ring", stroke_width=3.5)


def draw_lever(
    parent: Element, ends: Point, y: float, closed: bool, bold: bool, opacity: float = 1.0
) -> None:
    """The contacts at both ends, and the lever between them: down if closed, up if not."""
    a, b = ends
    end = (b, y) if closed else (b - 4, y - RISE)
    class_, dot = ("line", "dot") if bold else ("thin", "dimdot")
    style = {"stroke_width": 5.5 if bold else 4.0, "stroke_linecap": "round"}
    line(parent, a, y, *end, class_=class_, stroke_opacity=opacity, **style)
    for x in (a, b):
        add(parent, "circle", cx=x, cy=y, r=3.6, class_=dot, fill_opacity=opacity)


def draw_rod(parent: Element, x: float, lanes: Point, upper: bool, lower: bool) -> None:
    """What ties the two levers; broken where they do not stand alike."""
    ends = [
        y - (0 if closed else RISE / 2) for y, closed in zip(lanes, (upper, lower), strict=True)
    ]
    style = {"class_": "thin", "stroke_width": 1.8, "stroke_dasharray": "2 3"}
    if upper == lower:
        line(parent, x, ends[0], x, ends[1], **style)
        return
    third = (ends[1] - ends[0]) / 3
    line(parent, x, ends[0], x, ends[0] + third, **style)
    line(parent, x, ends[1] - third, x, ends[1], **style)
    broken = f"M{x - 4:.5g} {ends[0] + third:.5g}l8 3"
    add(parent, "path", d=broken, class_="wrong", stroke_width=2)


def draw_leak(parent: Element, ends: Point, y: float) -> None:
    """A dashed arc under an open lever, through which a wrong recipe lets a gradient back."""
    a, b = ends
    arc = f"M{b:.5g} {y:.5g}q{(a - b) / 2:.5g} 18 {a - b:.5g} 0"
    add(parent, "path", d=arc, class_="wrong flow", stroke_width=2.4, stroke_dasharray="5 3")


def factor_text(factor: float, keep_prob: float) -> str:
    """What a switch does to a number: "÷ 0.70" when right, "× 0", "× 1", "× 2.04"..."""
    if isclose(factor, 1 / keep_prob):
        return f"÷ {keep_prob:.2f}"
    return f"× {number(factor).lstrip('+')}"


def draw_note(
    parent: Element, at: Point, words: Sequence[str], size: float, /, **style: object
) -> None:
    """Words at a mark, in lines of their own."""
    x, y = at
    for k, text in enumerate(words):
        label(parent, x, y + 15 * k, text, size, font_weight=700, **style)


def draw_pager(parent: Element, at: Point, shown: range, n: int, key: str, what: str) -> None:
    """Small buttons to the windows before and after the shown one; at is the middle between them."""
    for word, start in other_windows(shown, n).items():
        side = 1 if word == "next" else -1
        x, y = at[0] + 14 * side, at[1]
        button = {"role": "button", "tabindex": 0, "aria_label": f"{word} {what}"}
        group = add(parent, "g", class_="press", data_press=f"{key} {start}", **button)
        add(group, "rect", x=x - 12, y=y - 12, width=24, height=24, rx=5, class_="halo")
        tip = f"M{x - 5 * side:.5g} {y - 6:.5g}l{10 * side} 6l{-10 * side} 6z"
        add(group, "path", d=tip, class_="dot")
