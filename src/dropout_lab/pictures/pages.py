"""Tables of verdicts, and a listing of the bug hunt, as HTML: cells and lines to press, checks, the fix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from dropout_lab.bugs.checks import Check, Row
from dropout_lab.bugs.hunt import Code, Listing, changes, lines_of
from dropout_lab.pictures.svg import add


@dataclass(frozen=True)
class Cell:
    """What a cell shows, what it says to those who cannot see it, and whether it is good news.

    look: its class in the style, if neither "good" nor "bad" fits.
    """

    text: str
    words: str
    good: bool
    look: str = ""


def write_table(
    caption: str,
    columns: Sequence[str],
    rows: Mapping[str, Sequence[Cell]],
    chosen: tuple[int, int] | None = None,
    live: bool = True,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    last: tuple[str, Mapping[str, str]] | None = None,
) -> Element:
    """The table as HTML. A live one has a button in each cell: data-press="row column".

    The chosen cell (row, column) is outlined, and the only stop for the Tab key. groups: the rows that
    belong together, by what they are about. last: one more column of words, its head and a text per row.
    """
    table = Element("table", {"class": f"dropout-table{' grouped' if groups else ''}"})
    if live:
        table.set("data-grid", "")
    add(table, "caption", caption)
    head = add(add(table, "thead"), "tr")
    for _ in range(2 if groups else 1):
        add(head, "td")
    for column in (*columns, *([last[0]] if last else [])):
        add(head, "th", column, scope="col")
    numbers = {name: i for i, name in enumerate(rows)}
    for group, names in _grouped(rows, groups).items():
        body = add(table, "tbody")
        for name in names:
            row = add(body, "tr")
            if groups and name == names[0]:
                side = add(row, "th" if group else "td", group, class_="group", rowspan=len(names))
                side.attrib |= {"scope": "rowgroup"} if group else {}
            add(row, "th", name, scope="row")
            for j, cell in enumerate(rows[name]):
                at = (numbers[name], j)
                _cell(row, cell, at, f"{name}; {columns[j]}: {cell.words}", at == chosen, live)
            if last:
                add(row, "td", last[1][name], class_="last")
    return table


def _grouped(
    rows: Mapping[str, object], groups: Mapping[str, Sequence[str]] | None
) -> dict[str, list[str]]:
    """The names of the rows by group; those in none come first."""
    grouped = {group: list(names) for group, names in (groups or {}).items()}
    known = {name for names in grouped.values() for name in names}
    return {"": [name for name in rows if name not in known]} | grouped


def _cell(
    row: Element, cell: Cell, at: tuple[int, int], said: str, chosen: bool, live: bool
) -> None:
    box = add(row, "td", class_=cell.look or ("good" if cell.good else "bad"))
    if not live:
        box.text = cell.text
        return
    key = f"{at[0]} {at[1]}"
    mark, _, word = cell.text.partition(" ")
    button = add(box, "button", mark, type="button", data_press=key, data_cell=key)
    if word:
        add(button, "span", f" {word}", class_="word")
    button.set("aria-label", said.replace("\n", " "))
    button.set("tabindex", "0" if chosen else "-1")
    button.set("aria-pressed", str(chosen).lower())


MARKS = {" ": "same", "-": "out", "+": "in"}
SIGNS = {" ": "\u2007", "-": "−", "+": "+"}
SAID = {" ": "", "-": "taken out: ", "+": "put in: "}
CAPTION = "Every check, run on this code just now. ● catches it: the check fails on the listing."
QUESTION = "One line is wrong. Which check would catch it?"


def write_listing(listing: Listing, head: str, notes: Mapping[int, tuple[str, str]]) -> Element:
    """The listing, each line a button: data-press="4". notes: words beside a line, and their class."""
    root = Element("div", {"class": "dropout-hunt"})
    add(root, "h4", f"{head}: {listing.title}")
    lines = add(root, "ol", class_="code")
    for number, line in enumerate(lines_of(listing.code), 1):
        item = add(lines, "li", class_="start" if _starts(line) else "line")
        button = add(item, "button", type="button", data_press=number)
        add(button, "code", line)
        if number in notes:
            words, look = notes[number]
            add(button, "span", words, class_=f"note {look}")
    return root


def write_result(
    listing: Listing,
    row: Row,
    chosen: str,
    changed: Code | None = None,
    fixed: Row | None = None,
    fix: str = "the fix",
    *,
    first: str = "",
) -> Element:
    """What is wrong and what each check says, the chosen one marked; and a fix, if there is one.

    changed: the code with the fix. fixed: the checks on it. fix: what it is called. first: the first try
    in words.
    """
    root = Element("div", {"class": "dropout-hunt"})
    if chosen:
        add(add(root, "p"), "strong", first)
        _why(root, listing)
    if changed is not None:
        _fix(root, changes(listing.code, changed), fix)
    _verdicts(root, row, chosen, fixed, fix)
    return root


def write_still(listing: Listing, head: str, row: Row, fixed: Row) -> Element:
    """The listing for a reader without a kernel, with the answer folded away. It needs no style sheet."""
    root = Element("div")
    add(root, "h4", f"{head}: {listing.title}")
    add(root, "pre", _spaced([("", line) for line in lines_of(listing.code)]))
    add(root, "p", QUESTION)
    answer = add(root, "details")
    add(answer, "summary", "Show the answer")
    # Only failures with their numbers: the size of a rounding error depends on the machine.
    verdicts = add(answer, "ul")
    for name, check in row.items():
        words = "passes" if check.passed else f"fails: {check.evidence}"
        add(verdicts, "li", f"{name} {words}.")
    _why(answer, listing)
    told = changes(listing.code, listing.fixed)
    add(answer, "pre", _spaced([(f"{sign} ", line) for sign, line in told]))
    passed = sum(check.passed for check in fixed.values())
    add(answer, "p", f"With the fix, {passed} of {len(fixed)} checks pass.")
    return root


def _why(parent: Element, listing: Listing) -> None:
    why = add(parent, "p", f"{listing.why} Seen in {listing.seen}: ")
    add(why, "a", listing.link.removeprefix("https://"), href=listing.link, target="_blank")


def _spaced(lines: Sequence[tuple[str, str]]) -> str:
    """The lines with their signs, and an empty one before each function."""
    spaces = ["\n" if _starts(line) and sign != "+ " else "" for sign, line in lines]
    told = (f"{space}{sign}{line}" for space, (sign, line) in zip(spaces, lines, strict=True))
    return "\n".join(told).strip("\n") + "\n"


def _starts(line: str) -> bool:
    """Whether a function begins here: it gets a little space above."""
    return line.startswith("def ")


def _fix(root: Element, told: Sequence[tuple[str, str]], fix: str) -> None:
    add(root, "h4", fix.capitalize())
    lines = add(root, "ol", class_="code diff")
    for sign, line in told:
        start = " start" if _starts(line) and sign != "+" else ""
        item = add(lines, "li", class_=MARKS[sign] + start)
        add(item, "span", SIGNS[sign], class_="sign", aria_hidden="true")
        if SAID[sign]:
            add(item, "span", SAID[sign], class_="said")
        add(add(item, {"-": "del", "+": "ins"}.get(sign, "span")), "code", line)


def _verdicts(root: Element, row: Row, chosen: str, fixed: Row | None, fix: str) -> None:
    table = add(root, "table", class_="dropout-verdicts")
    add(table, "caption", CAPTION)
    head = add(add(table, "thead"), "tr")
    columns = ("check", "as listed", *([f"with {fix}"] if fixed else []), "what it saw")
    for column in columns:
        add(head, "th", column, scope="col")
    body = add(table, "tbody")
    for name, check in row.items():
        line = add(body, "tr", class_="chosen" if name == chosen else "other")
        add(line, "th", name + (" (your first choice)" if name == chosen else ""), scope="row")
        _verdict(line, check, "· passes", "● catches it", "caught")
        if fixed:
            _verdict(line, fixed[name], "✓ passes", "✗ fails", "fail")
        add(line, "td", _evidence(check, fixed[name] if fixed else None, fix), class_="saw")


def _verdict(line: Element, check: Check, passes: str, fails: str, look: str) -> None:
    words = passes if check.passed else "! could not run" if check.stopped else fails
    add(line, "td", words, class_="pass" if check.passed else look)


def _evidence(check: Check, fixed: Check | None, fix: str) -> str:
    """What the check saw; with a fix that changes its verdict, then and now."""
    if fixed is None or (check.passed and fixed.passed):
        return check.evidence
    now = "could not run" if fixed.stopped else fixed.evidence
    return f"{check.evidence}; with {fix}: {now}"
