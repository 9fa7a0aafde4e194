"""A table of verdicts as HTML: bugs by checks, or recipes by activations; each cell can be pressed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from dropout_lab.pictures.svg import add


@dataclass(frozen=True)
class Cell:
    """What a cell shows, what it says to those who cannot see it, and whether it is good news."""

    text: str
    words: str
    good: bool


def write_table(
    caption: str,
    columns: Sequence[str],
    rows: Mapping[str, Sequence[Cell]],
    chosen: tuple[int, int] | None = None,
    live: bool = True,
) -> Element:
    """The table as HTML. A live one has a button in each cell: data-press="row column".

    The chosen cell (row, column) is outlined, and the only stop for the Tab key.
    """
    table = Element("table", {"class": "dropout-table"})
    add(table, "caption", caption)
    head = add(add(table, "thead"), "tr")
    add(head, "td")
    for column in columns:
        add(head, "th", column, scope="col")
    body = add(table, "tbody")
    for i, (name, cells) in enumerate(rows.items()):
        row = add(body, "tr")
        add(row, "th", name, scope="row")
        for j, cell in enumerate(cells):
            said = f"{name}; {columns[j]}: {cell.words}".replace("\n", " ")
            _cell(row, cell, f"{i} {j}", said, (i, j) == chosen, live)
    return table


def _cell(row: Element, cell: Cell, key: str, said: str, chosen: bool, live: bool) -> None:
    box = add(row, "td", class_="good" if cell.good else "bad")
    if not live:
        box.text = cell.text
        return
    button = add(box, "button", cell.text, type="button", data_press=key, aria_label=said)
    button.set("tabindex", "0" if chosen else "-1")
    button.set("aria-pressed", str(chosen).lower())
