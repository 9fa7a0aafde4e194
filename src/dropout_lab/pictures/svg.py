"""The small vocabulary the pictures are drawn with: elements, lines of text, shades of values.

Pictures are built as element trees, so every text is escaped. They carry no ids (two pictures on
one page cannot disturb each other), and all coordinates are rounded: the same step, the same bytes.
Colors are classes, so that the dark theme has colors of its own and not those of the light one.
"""

import math
from collections.abc import Sequence
from functools import cache
from xml.etree.ElementTree import Element, SubElement, tostring

MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
GUTTER = 16.0  # between two parts
SHADES = 9  # for each sign
Rgb = tuple[int, int, int]
# The middle, the full color of a positive and of a negative value (after Okabe and Ito), and how
# strong the faintest shade is. Text on every shade has a contrast of 4.5:1 or more, tested.
LIGHT = ((255, 255, 255), (86, 180, 233), (230, 159, 0), 0.14)
DARK = ((20, 23, 27), (29, 101, 156), (126, 83, 3), 0.24)


def fills(dark: bool = False) -> dict[str, Rgb]:
    """The color of every shade: "zero", "p1" to "p9" for positive values, "n1" to "n9" for negative."""
    middle, positive, negative, faintest = DARK if dark else LIGHT
    colors = {"zero": middle, "nan": (72, 78, 86) if dark else (208, 215, 222)}
    for sign, full in (("p", positive), ("n", negative)):
        for k in range(1, SHADES + 1):
            strength = faintest + (1 - faintest) * (k - 1) / (SHADES - 1)
            r, g, b = (round(a + (z - a) * strength) for a, z in zip(middle, full, strict=True))
            colors[f"{sign}{k}"] = (r, g, b)
    return colors


def _rules(dark: bool) -> str:
    theme = '[data-jp-theme-light="false"] ' if dark else ""
    return "\n".join(
        f"{theme}.dropout-stage .{name} {{ fill: #{r:02x}{g:02x}{b:02x}; }}"
        for name, (r, g, b) in fills(dark).items()
    )


STYLE = f"""
.dropout-stage {{ --ink: var(--jp-content-font-color1, #1f2328); --dim: #57606a; --paper: var(--jp-layout-color0, #ffffff);
  --card: #f3f5f7; --ring: #982c6b; --wrong: #b01228; --amber: #8a5a00; --up: #0072b2; --down: #a85c00; --hatch: #818a94; }}
[data-jp-theme-light="false"] .dropout-stage {{ --dim: #a3abb4; --card: #1c2025; --ring: #f7a0d0; --wrong: #ff9b9b;
  --amber: #e3b341; --up: #56b4e9; --down: #e69f00; --hatch: #78818b; }}
{_rules(False)}
{_rules(True)}
.dropout-stage .paper {{ fill: var(--paper); }} .dropout-stage .card {{ fill: var(--card); }}
.dropout-stage .ink {{ fill: var(--ink); }} .dropout-stage .dim {{ fill: var(--dim); }}
.dropout-stage .line {{ stroke: var(--ink); fill: none; }} .dropout-stage .thin {{ stroke: var(--dim); fill: none; }}
.dropout-stage .dot {{ fill: var(--ink); }} .dropout-stage .dimdot {{ fill: var(--dim); }}
.dropout-stage .hatch {{ stroke: var(--hatch); fill: none; stroke-width: 1; }}
.dropout-stage .ring {{ stroke: var(--ring); fill: none; }} .dropout-stage .ringword {{ fill: var(--ring); }}
.dropout-stage .wrong {{ stroke: var(--wrong); fill: none; }} .dropout-stage .wrongword {{ fill: var(--wrong); }}
.dropout-stage .amberword {{ fill: var(--amber); }}
.dropout-stage .up {{ stroke: var(--up); }} .dropout-stage .down {{ stroke: var(--down); }}
.dropout-stage .over {{ paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }}
.dropout-stage .knock {{ paint-order: stroke; stroke: var(--card); stroke-width: 5px; }}
.dropout-stage .press {{ cursor: pointer; }} .dropout-stage [tabindex] {{ outline: none; }}
.dropout-stage .halo {{ fill: transparent; stroke: none; }}
.dropout-stage .press:hover .halo {{ fill: var(--dim); fill-opacity: 0.12; }}
.dropout-stage [tabindex]:focus-visible .halo {{ stroke: var(--ink); stroke-width: 2.5; stroke-dasharray: 2 3; }}
.dropout-stage .lit > .halo {{ stroke: var(--ink); stroke-width: 1.8; stroke-dasharray: 2 3; }}
.dropout-stage line.lit {{ stroke: var(--ink); stroke-opacity: 0.8; }}
.dropout-stage .slot {{ fill: var(--ink); font-size: 13px; }} .dropout-stage .slot-u {{ font-size: 16px; font-weight: 700; }}
.dropout-stage .slot-h, .dropout-stage .slot-t {{ fill: var(--dim); }}
.dropout-stage .slot-c, .dropout-stage .slot-b, .dropout-stage .slot-w, .dropout-stage .slot-r {{ font-family: {MONO}; font-size: 12.5px; }}
.dropout-stage .slot-b, .dropout-stage .slot-w, .dropout-stage .slot-r {{ font-weight: 700; }}
.dropout-stage .slot-w {{ fill: var(--wrong); }} .dropout-stage .slot-r {{ fill: var(--ring); }}
.dropout-stage .flow {{ animation: dropout-stage-flow 0.9s linear 2; }}
.dropout-stage .flow.back {{ animation-direction: reverse; }}
.still .dropout-stage .flow {{ animation: none; }}
@keyframes dropout-stage-flow {{ from {{ stroke-dasharray: 7 6; stroke-dashoffset: 39; }}
  to {{ stroke-dasharray: 7 6; stroke-dashoffset: 0; }} }}
@media (prefers-reduced-motion: reduce) {{ .dropout-stage .flow {{ animation: none; }} }}
"""


def picture(width: float, height: float, words: str, step: str = "") -> Element:
    """The root of a picture: its frame, its style, its paper, and what it shows in words.

    step: a key; motion is shown only when it differs from that of the picture before.
    """
    root = part(width, height, words)
    root.set("data-step", step)
    add(root, "style", STYLE)
    add(root, "rect", width=width, height=height, class_="paper")
    return root


def part(width: float, height: float, words: str = "") -> Element:
    """A picture that stands in a page, or in another picture, which carry the style."""
    root = Element("svg", xmlns="http://www.w3.org/2000/svg")
    frame = {"viewBox": f"0 0 {width:.0f} {height:.0f}", "width": f"{width:.0f}"}
    font = {"font-family": SANS, "text-anchor": "middle"}
    for name, value in {**frame, "class": "dropout-stage", "role": "group", **font}.items():
        root.set(name, value)
    if words:
        root.set("aria-label", words)
    return root


def size_of(inner: Element) -> tuple[float, float]:
    """The width and height of a picture or a part."""
    *_, width, height = map(float, inner.get("viewBox", "").split())
    return width, height


def row_size(inner: Sequence[Element]) -> tuple[float, float]:
    """The width and height of parts beside each other."""
    widths, heights = zip(*map(size_of, inner), strict=True)
    return sum(widths) + GUTTER * (len(inner) - 1), max(heights)


def put_row(parent: Element, x: float, y: float, inner: Sequence[Element]) -> None:
    """Put parts into a picture beside each other."""
    for piece in inner:
        put(parent, x, y, piece)
        x += size_of(piece)[0] + GUTTER


def put(parent: Element, x: float, y: float, inner: Element) -> None:
    """Put a part into a picture, with its top left corner at (x, y)."""
    inner.set("x", _text(x))
    inner.set("y", _text(y))
    inner.set("height", inner.get("viewBox", "").split()[-1])
    inner.attrib.pop("xmlns", None)
    parent.append(inner)


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


def shade(value: float, scale: float) -> str:
    """The class of a value: "zero", then "p1" (a little positive) to "p9" (at `scale`), or "n1" to "n9".

    The smallest value is already a little colored, so that it cannot pass for a zero.
    """
    if not math.isfinite(value):
        return "nan"
    if value == 0:
        return "zero"
    k = min(max(math.ceil(SHADES * abs(value) / scale), 1), SHADES)
    return f"{'p' if value > 0 else 'n'}{k}"


@cache
def hatching(width: float, height: float, gap: float = 8) -> str:
    """The path of parallel strokes across a box, from its top left corner."""
    strokes = []
    start = gap
    while start < width + height:
        x1, y1 = min(start, width), max(0.0, start - width)
        x2, y2 = max(0.0, start - height), min(start, height)
        strokes.append(f"M{x1:g} {y1:g}L{x2:g} {y2:g}")
        start += gap
    return "".join(strokes)


def text_width(text: str, size: float) -> float:
    """About how wide a text will be, on the safe side: fonts differ from machine to machine."""
    return len(text) * size * 0.56


def wrap(text: str, most: float) -> list[str]:
    """The text in lines of about so many characters; none ends in "="."""
    lines = [""]
    for word in text.replace(" = ", " =\N{NO-BREAK SPACE}").split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


@cache
def _name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _text(value: object) -> str:
    # Five digits place a point to a hundredth of a pixel; `or 0` takes the sign off a zero.
    return f"{value or 0:.5g}" if isinstance(value, float) else str(value)
