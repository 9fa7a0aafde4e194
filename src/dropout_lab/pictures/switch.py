"""A switch as it is drawn everywhere: closed with the factor it applies, or visibly open."""

from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.pictures.svg import add, label, line
from dropout_lab.text import number


def draw_lever(
    parent: Element, a: float, b: float, y: float, kept: bool, width: float, opacity: float = 1.0
) -> None:
    """The contacts at a and b, and the lever between them, down if kept and up if not."""
    style = {"class_": "line", "stroke_width": width, "stroke_linecap": "round"}
    end = (b, y) if kept else (b - 4, y - 0.62 * (b - a))
    line(parent, a, y, *end, stroke_opacity=opacity, **style)
    for x in (a, b):
        add(parent, "circle", cx=x, cy=y, r=4, class_="dot", fill_opacity=opacity)


def draw_leak(parent: Element, a: float, b: float, y: float) -> None:
    """A dashed arc across an open switch through which a wrong recipe lets a gradient back."""
    arc = f"M{b:.1f} {y:.1f}Q{(a + b) / 2:.1f} {y + 20:.1f} {a:.1f} {y:.1f}"
    add(parent, "path", d=arc, class_="wrong flow", stroke_width=2.4, stroke_dasharray="5 3")
    label(parent, (a + b) / 2, y + 39, "leaks", 12, class_="wrongword", font_weight=700)


def factor_text(factor: float, keep_prob: float) -> str:
    """What a closed switch does to a value: "÷ 0.70" when right, else "× 1", "× 2.04"..."""
    if np.isclose(factor, 1 / keep_prob):
        return f"÷ {keep_prob:.2f}"
    return "× 1" if factor == 1 else f"× {number(factor).lstrip('+')}"
