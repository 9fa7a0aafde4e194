"""The small vocabulary the pictures are drawn with: elements, lines of text, colors of values.

Pictures are built as element trees, so every text is escaped. They carry no ids (two pictures on
one page cannot disturb each other), and all coordinates are rounded: the same step, the same bytes.
"""

import math
from functools import cache
from xml.etree.ElementTree import Element, SubElement, tostring

POSITIVE, NEGATIVE = (86, 180, 233), (230, 159, 0)  # Okabe and Ito's sky blue and orange
INK_ON_FILL = "#1f2328"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"

STYLE = """
.dropout-stage { --ink: var(--jp-content-font-color1, #1f2328); --dim: var(--jp-content-font-color2, #57606a);
  --paper: var(--jp-layout-color0, #ffffff); --ring: #aa3377; --wrong: #c8102e; }
[data-jp-theme-light="false"] .dropout-stage { --ring: #f08cc0; --wrong: #ff7b7b; }
.dropout-stage .paper { fill: var(--paper); }
.dropout-stage .ink { fill: var(--ink); } .dropout-stage .dim { fill: var(--dim); }
.dropout-stage .line { stroke: var(--ink); fill: none; } .dropout-stage .thin { stroke: var(--dim); fill: none; }
.dropout-stage .body { stroke: var(--ink); } .dropout-stage .off { stroke: #6e7781; stroke-dasharray: 4 3; }
.dropout-stage .dot { fill: var(--ink); }
.dropout-stage .ring { stroke: var(--ring); fill: none; } .dropout-stage .ringword { fill: var(--ring); }
.dropout-stage .wrong { stroke: var(--wrong); fill: none; } .dropout-stage .wrongword { fill: var(--wrong); }
.dropout-stage .cellring { stroke: #aa3377; fill: none; } .dropout-stage .cellwrong { stroke: #c8102e; fill: none; }
.dropout-stage .cellcorner { fill: #c8102e; }
.dropout-stage .press { cursor: pointer; outline: none; }
.dropout-stage .halo { fill: transparent; stroke: none; }
.dropout-stage .press:hover .halo { fill: var(--dim); fill-opacity: 0.12; }
.dropout-stage .press:focus-visible .halo { stroke: var(--ink); stroke-width: 2.5; stroke-dasharray: 2 3; }
.dropout-stage .flow { animation: dropout-stage-flow 0.9s linear 2; }
.dropout-stage .flow.back { animation-direction: reverse; }
.still .dropout-stage .flow { animation: none; }
@keyframes dropout-stage-flow { from { stroke-dasharray: 7 6; stroke-dashoffset: 39; }
  to { stroke-dasharray: 7 6; stroke-dashoffset: 0; } }
@media (prefers-reduced-motion: reduce) { .dropout-stage .flow { animation: none; } }
"""


def picture(width: float, height: float, words: str, step: str) -> Element:
    """The root of a picture: its frame, its style, its paper, and what it shows in words.

    step: a key; motion is shown only when it differs from that of the picture before.
    """
    root = Element("svg", xmlns="http://www.w3.org/2000/svg")
    for name, value in {
        "viewBox": f"0 0 {width:.0f} {height:.0f}",
        "width": f"{width:.0f}",
        "class": "dropout-stage",
        "role": "group",
        "aria-label": words,
        "font-family": SANS,
        "text-anchor": "middle",
        "data-step": step,
    }.items():
        root.set(name, value)
    add(root, "style", STYLE)
    add(root, "rect", width=width, height=height, class_="paper")
    return root


def add(parent: Element, tag: str, text: str | None = None, /, **attributes: object) -> Element:
    """Append an element. In attribute names _ stands for -, and numbers are rounded."""
    node = SubElement(parent, tag, {_name(k): _text(v) for k, v in attributes.items()})
    node.text = text
    return node


def label(
    parent: Element, x: float, y: float, text: str, size: float = 13, /, **attributes: object
) -> Element:
    """A line of text; centered on x unless text_anchor says otherwise."""
    attributes.setdefault("class_", "ink")
    return add(parent, "text", text, x=x, y=y, font_size=size, **attributes)


def line(
    parent: Element, x1: float, y1: float, x2: float, y2: float, /, **attributes: object
) -> Element:
    """A straight line."""
    return add(parent, "line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def as_text(root: Element) -> str:
    """The picture, or the page, as text; the same tree gives the same text."""
    return tostring(root, encoding="unicode", method="xml" if root.tag == "svg" else "html")


def color(value: float, scale: float) -> str:
    """White for 0, then towards sky blue (positive) or orange (negative), full at `scale`.

    The smallest non-zero value is already a little colored, so that it cannot pass for a zero.
    """
    if not math.isfinite(value):
        return "#d0d7de"
    if value == 0:
        return "#ffffff"
    strength = 0.14 + 0.86 * min(abs(value) / scale, 1)
    full = POSITIVE if value > 0 else NEGATIVE
    return "#" + "".join(f"{round(255 + (c - 255) * strength):02x}" for c in full)


def text_width(text: str, size: float) -> float:
    """About how wide a text will be, on the safe side: fonts differ from machine to machine."""
    return len(text) * size * 0.56


@cache
def _name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _text(value: object) -> str:
    # Five digits place a point to a hundredth of a pixel; `or 0` takes the sign off a zero.
    return f"{value or 0:.5g}" if isinstance(value, float) else str(value)
