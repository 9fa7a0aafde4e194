"""An array as a matrix of numbers: units down, examples across. Its cells explain themselves, and some are controls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from dropout_lab.pictures.svg import MONO, add, hatching, label, shade
from dropout_lab.text import number

CELL_W, CELL_H, GAP = 52.0, 22.0, 3.0
LEFT, HEAD = 34.0, 38.0  # room for the row labels, and for title and column labels
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Panel:
    """One matrix: its title, its numbers, and what is marked in it (arrays of the same shape).

    stopped: by a switch, hatched. off: dashed. ringed: off and yet not zero, in a pill. wrong: not the
    true gradient, with a corner; made: by this very line, with a frame. silent: zero because of ReLU.
    column: the one outlined, which is the example the network shows. shown: which rows and columns.
    layer: whose units its rows are, if they are; switches: a cell presses its switch. says(i, j): what is
    said of an entry; then the matrix is a grid, in which the arrow keys lead from number to number.
    """

    title: str
    values: NDArray[Any]
    scale: float
    shown: tuple[range, range]
    stopped: Marks | None = None
    off: Marks | None = None
    ringed: Marks | None = None
    wrong: Marks | None = None
    made: Marks | None = None
    silent: Marks | None = None
    column: int | None = None
    rows: Sequence[str] | None = None
    across: str = "example"
    layer: int | None = None
    switches: bool = False
    says: Callable[[int, int], str] | None = None

    @property
    def width(self) -> float:
        """How wide it is drawn, its row labels included."""
        return max(LEFT + len(self.shown[1]) * (CELL_W + GAP), 8.6 * len(self.title))

    @property
    def height(self) -> float:
        """How high it is drawn, its title and column labels included."""
        return HEAD + len(self.shown[0]) * (CELL_H + GAP)

    @property
    def many(self) -> bool:
        """Whether it has more than one column."""
        return bool(self.values.shape[1] > 1)

    @property
    def by_example(self) -> bool:
        """Whether its columns are examples to choose from."""
        return self.many and self.across == "example"


def draw_panel(parent: Element, x: float, y: float, panel: Panel) -> None:
    """Draw a matrix with its top left corner at (x, y)."""
    role, row_role = ("grid", {"role": "row"}) if panel.says else ("img", {})
    group = add(parent, "g", class_="matrix", aria_label=in_words(panel), role=role)
    label(group, x, y + 14, panel.title, 14, text_anchor="start", font_family=MONO, font_weight=700)
    top, left = y + 36, x + LEFT
    heads = add(group, "g", **row_role)
    for k, j in enumerate(panel.shown[1]):
        _head(heads, left + k * (CELL_W + GAP), top - 6, panel, j)
    for row, i in enumerate(panel.shown[0]):
        cells = add(group, "g", **row_role)
        cell_y = top + row * (CELL_H + GAP)
        name = str(i) if panel.rows is None else panel.rows[i]
        label(
            cells, left - 6, cell_y + CELL_H / 2 + 4.5, name, 12.5, class_="dim", text_anchor="end"
        )
        for k, j in enumerate(panel.shown[1]):
            _cell(cells, left + k * (CELL_W + GAP), cell_y, panel, i, j)
    _outline(group, left, top, panel)


def in_words(panel: Panel) -> str:
    """The shown numbers row by row, for those who cannot see them."""
    rows = "; ".join(
        " ".join(_entry(panel.values[i, j]) for j in panel.shown[1]) for i in panel.shown[0]
    )
    return f"{panel.title}: {rows}"


def _head(parent: Element, x: float, y: float, panel: Panel, j: int) -> None:
    """The number of a column; in a grid it chooses that example."""
    chosen = panel.many and j == panel.column
    first = panel.many and panel.column is None and j == panel.shown[1].start
    text = f"ex. {j}" if chosen else f"{panel.across} {j}" if first else str(j)
    if panel.says:
        parent = add(parent, "g", role="columnheader")
    if panel.says and panel.by_example:
        parent.attrib |= {
            "class": "press", "tabindex": "-1", "data-press": f"example {j}", "data-cell": f"-1 {j}",
            "aria-label": f"example {j}", "aria-selected": str(chosen).lower(),
        }  # fmt: skip
        add(parent, "rect", x=x + 2, y=y - 14, width=CELL_W - 4, height=18, rx=4, class_="halo")
    style = {"font_weight": 700} if chosen else {}
    label(parent, x + CELL_W / 2, y, text, 12.5, class_="ink" if chosen else "dim", **style)


def _cell(parent: Element, x: float, y: float, panel: Panel, i: int, j: int) -> None:
    value = panel.values[i, j]
    kind = "card" if isinstance(value, np.bool_) else shade(float(value), panel.scale)
    cell = add(parent, "g")
    if panel.says:
        cell.set("data-says", panel.says(i, j))
        _make_stop(cell, panel, i, j)
    if panel.layer:
        cell.set("data-row", f"{panel.layer} {i}")
    add(cell, "rect", x=x, y=y, width=CELL_W, height=CELL_H, rx=3, class_=kind)
    if _marked(panel.stopped, i, j):
        add(cell, "path", d=hatching(CELL_W, CELL_H), transform=f"translate({x:.5g} {y:.5g})", class_="hatch")  # fmt: skip
    elif _marked(panel.off, i, j) and not _marked(panel.ringed, i, j):
        inner = {"x": x + 0.7, "y": y + 0.7, "width": CELL_W - 1.4, "height": CELL_H - 1.4, "rx": 3}
        add(cell, "rect", **inner, class_="thin", stroke_width=1.2, stroke_dasharray="4 3")
    add(cell, "rect", x=x, y=y, width=CELL_W, height=CELL_H, rx=3, class_="halo")
    if _marked(panel.ringed, i, j):
        pill = {"x": x + 3, "y": y + 2.5, "width": CELL_W - 6, "height": CELL_H - 5, "rx": 10.5}
        add(cell, "rect", **pill, class_="ring", stroke_width=2.6)
    if _marked(panel.wrong, i, j):
        if _marked(panel.made, i, j):
            frame = {"x": x + 1.2, "y": y + 1.2, "width": CELL_W - 2.4, "height": CELL_H - 2.4}
            add(cell, "rect", **frame, class_="wrong", stroke_width=2.4)
        add(cell, "path", d=f"M{x + CELL_W - 9:.5g} {y:.5g}h9v9z", class_="wrongword")
    silent = _marked(panel.silent, i, j)
    middle = x + (9 if silent else CELL_W / 2)
    knock = " knock" if _marked(panel.stopped, i, j) else ""
    label(cell, middle, y + CELL_H / 2 + 4.5, _entry(value), 13, class_=f"ink{knock}")
    if silent:
        label(cell, middle + 23, y + CELL_H / 2 + 4.5, "silent", 12, class_="dim")


def _make_stop(cell: Element, panel: Panel, i: int, j: int) -> None:
    """The arrow keys lead to a cell, and it may press its switch; one stop for the Tab key in all."""
    off = _marked(panel.off, i, j)
    first = j == (panel.column if panel.column in panel.shown[1] else panel.shown[1].start)
    stop = first and i == panel.shown[0].start
    state = "" if panel.off is None else ", off" if off else ", kept"
    row = f"unit {i}" if panel.rows is None else panel.rows[i]
    column = (
        f", {panel.across} {j}" if panel.by_example else f", from unit {j}" if panel.many else ""
    )
    words = f"{panel.title}, {row}{column}: {_entry(panel.values[i, j])}{state}"
    cell.attrib |= {
        "role": "gridcell", "tabindex": "0" if stop else "-1", "data-cell": f"{i} {j}", "aria-label": words,
    }  # fmt: skip
    if panel.switches:
        cell.attrib |= {"class": "press", "data-press": f"switch {panel.layer} {i} {j}"}


def _outline(parent: Element, left: float, top: float, panel: Panel) -> None:
    """Around the column that the network shows."""
    if panel.column is None or panel.column not in panel.shown[1] or not panel.many:
        return
    x = left + (panel.column - panel.shown[1].start) * (CELL_W + GAP)
    height = len(panel.shown[0]) * (CELL_H + GAP) - GAP
    frame = {"x": x - 2.5, "y": top - 2.5, "width": CELL_W + 5, "height": height + 5, "rx": 5}
    add(parent, "rect", **frame, class_="line", stroke_width=2)


def _marked(marks: Marks | None, i: int, j: int) -> bool:
    return marks is not None and bool(marks[i, j])


def _entry(value: np.generic) -> str:
    return str(int(value)) if isinstance(value, np.bool_) else number(float(value))
