"""The right half of a picture: the array of this step as a matrix of numbers, units x examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from dropout_lab.pictures.svg import INK_ON_FILL, MONO, add, color, label, line
from dropout_lab.text import number

CELL_W, CELL_H, GAP = 55.0, 31.0, 3.0
MAX_ROWS, MAX_COLUMNS = 8, 6


@dataclass(frozen=True)
class Panel:
    """One matrix: its title, its numbers, and what is marked in it (arrays of the same shape).

    off: hatched. ringed: off and yet not zero, in a pill. wrong: not the true gradient, framed with
    a corner. silent: zero because of ReLU, said in a word. column: the one outlined, which is the
    example the network shows.
    """

    title: str
    values: NDArray[Any]
    scale: float
    off: NDArray[np.bool_] | None = None
    ringed: NDArray[np.bool_] | None = None
    wrong: NDArray[np.bool_] | None = None
    truth: NDArray[Any] | None = None
    silent: NDArray[np.bool_] | None = None
    column: int | None = None
    rows: Sequence[str] | None = None
    across: str = "example"

    @property
    def columns(self) -> range:
        """The columns shown: at most six, and the outlined one among them."""
        count = self.values.shape[1]
        first = max(0, min((self.column or 0) - MAX_COLUMNS // 2, count - MAX_COLUMNS))
        return range(first, min(first + MAX_COLUMNS, count))

    @property
    def width(self) -> float:
        """How wide it is drawn, its row labels included."""
        return self.left + len(self.columns) * (CELL_W + GAP)

    @property
    def height(self) -> float:
        """How high it is drawn, its title and column labels included."""
        return 42 + min(self.values.shape[0], MAX_ROWS) * (CELL_H + GAP)

    @property
    def left(self) -> float:
        """Room for the row labels."""
        return 22.0 if self.rows is None else 52.0


def draw_panel(parent: Element, x: float, y: float, panel: Panel) -> None:
    """Draw a matrix with its top left corner at (x, y)."""
    group = add(parent, "g", class_="matrix", role="img", aria_label=in_words(panel))
    rows, columns = panel.values.shape
    label(group, x, y + 12, panel.title, 14, text_anchor="start", font_family=MONO, font_weight=600)
    top, left = y + 38, x + panel.left
    for at, j in enumerate(panel.columns):
        center = left + at * (CELL_W + GAP) + CELL_W / 2
        chosen = j == panel.column
        text = f"{panel.across} {j}" if chosen and columns > 1 else str(j)
        label(group, center, top - 6, text, 11, class_="ink" if chosen else "dim")
    for i in range(min(rows, MAX_ROWS)):
        cell_y = top + i * (CELL_H + GAP)
        name = str(i) if panel.rows is None else panel.rows[i]
        attributes = {"class_": "dim", "text_anchor": "end"}
        label(group, left - 7, cell_y + CELL_H / 2 + 4, name, 11, **attributes)
        for at, j in enumerate(panel.columns):
            _cell(group, left + at * (CELL_W + GAP), cell_y, panel, i, j)
    _outline(group, left, top, panel)
    hidden = _hidden(panel)
    if hidden:
        bottom = top + min(rows, MAX_ROWS) * (CELL_H + GAP) + 12
        label(group, left, bottom, hidden, 11, class_="dim", text_anchor="start")


def in_words(panel: Panel) -> str:
    """The shown numbers row by row, for those who cannot see them."""
    shown = panel.values[:MAX_ROWS][:, panel.columns]
    rows = "; ".join(" ".join(_entry(value) for value in row) for row in shown)
    return f"{panel.title}: {rows}"


def _cell(parent: Element, x: float, y: float, panel: Panel, i: int, j: int) -> None:
    value = panel.values[i, j]
    fill = "#ffffff" if isinstance(value, np.bool_) else color(float(value), panel.scale)
    cell = add(parent, "g")
    size = {"width": CELL_W, "height": CELL_H}
    add(cell, "rect", x=x, y=y, **size, rx=3, fill=fill, stroke="#c4ccd4")
    if _marked(panel.off, i, j):
        hatch = {"d": HATCHING, "transform": f"translate({x:.5g} {y:.5g})"}
        add(cell, "path", **hatch, stroke="#57606a", stroke_opacity=0.38, fill="none")
    if _marked(panel.ringed, i, j):
        pill = {"x": x + 4, "y": y + 4, "width": CELL_W - 8, "height": CELL_H - 8, "rx": 12}
        add(cell, "rect", **pill, class_="cellring", stroke_width=3)
    if _marked(panel.wrong, i, j):
        frame = {"x": x + 1.5, "y": y + 1.5, "width": CELL_W - 3, "height": CELL_H - 3}
        add(cell, "rect", **frame, class_="cellwrong", stroke_width=2.4)
        corner = f"M{x + CELL_W - 11:.1f} {y + 1:.1f}h10v10z"
        add(cell, "path", d=corner, class_="cellcorner")
        if panel.truth is not None:
            add(cell, "title", f"true value {number(float(panel.truth[i, j]))}")
    attributes = {"class_": "value", "fill": INK_ON_FILL}
    silent = _marked(panel.silent, i, j)
    middle = x + CELL_W / 2 - (15 if silent else 0)
    label(cell, middle, y + CELL_H / 2 + 4.5, _entry(value), 13, **attributes)
    if silent:
        label(cell, middle + 23, y + CELL_H / 2 + 4, "silent", 10, class_="value", fill="#57606a")


def _hatching() -> str:
    """Parallel strokes across one cell."""
    strokes = []
    for start in np.arange(9, CELL_W + CELL_H, 9):
        x1, y1 = min(start, CELL_W), max(0.0, start - CELL_W)
        x2, y2 = max(0.0, start - CELL_H), min(start, CELL_H)
        strokes.append(f"M{x1:g} {y1:g}L{x2:g} {y2:g}")
    return "".join(strokes)


HATCHING = _hatching()


def _outline(parent: Element, left: float, top: float, panel: Panel) -> None:
    if panel.column is None or panel.values.shape[1] == 1:
        return
    x = left + (panel.column - panel.columns.start) * (CELL_W + GAP)
    height = min(panel.values.shape[0], MAX_ROWS) * (CELL_H + GAP) - GAP
    frame = {"x": x - 2.5, "y": top - 2.5, "width": CELL_W + 5, "height": height + 5, "rx": 5}
    add(parent, "rect", **frame, class_="line", stroke_width=2)


def _hidden(panel: Panel) -> str:
    rows, columns = panel.values.shape
    shown = panel.columns
    parts = []
    if rows > MAX_ROWS:
        parts.append(f"and {rows - MAX_ROWS} more rows")
    if columns > len(shown):
        parts.append(f"columns {shown.start} to {shown.stop - 1} of {columns}")
    return ", ".join(parts)


def _marked(marks: NDArray[np.bool_] | None, i: int, j: int) -> bool:
    return marks is not None and bool(marks[i, j])


def _entry(value: np.generic) -> str:
    return str(int(value)) if isinstance(value, np.bool_) else number(float(value))


def arrow_down(parent: Element, x: float, y: float, text: str) -> None:
    """A small arrow with what happens on the way, between two matrices."""
    line(parent, x, y, x, y + 13, class_="line", stroke_width=2)
    add(parent, "path", d=f"M{x - 5:.1f} {y + 11:.1f}h10l-5 8z", class_="dot")
    label(parent, x + 14, y + 13, text, 12, class_="dim", text_anchor="start")
