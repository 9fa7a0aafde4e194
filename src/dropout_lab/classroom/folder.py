"""Find learners' notebooks in a folder, whose they are, and which notebook of the series each one is.

    FOLDER/ada/10_write_it_yourself.ipynb, also deeper     ada
    FOLDER/ada_10_write_it_yourself.ipynb                  ada
    FOLDER/ada.ipynb                                       ada

A notebook of the series is known by its name or, if it has another one, by most of its cells.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dropout_lab.classroom.referee import Cell

HOME = Path(__file__).parents[1]
MOST = 20 * 2**20  # bytes of a notebook


@dataclass(frozen=True)
class Original:
    """A notebook of the series: its texts, and the cells with exercises by the check they call."""

    name: str
    texts: Counter[str]
    exercises: Mapping[str, Cell]


@dataclass(frozen=True)
class Submission:
    """A learner's copy. trouble: why it could not be read, "" if it could."""

    learner: str
    path: Path
    original: Original | None
    cells: Sequence[Cell] = ()
    trouble: str = ""


@dataclass(frozen=True)
class FirstAnswer:
    """What a learner answered first to a question, as the learner's own progress.json says."""

    learner: str
    question: str
    answer: str
    right: bool


@dataclass
class Handed:
    """All that was found in a folder."""

    submissions: list[Submission] = field(default_factory=list)
    answers: list[FirstAnswer] = field(default_factory=list)


def plain(text: object, longest: int = 60) -> str:
    """A learner's text as it may be shown: one line, nothing invisible, nothing that turns it around."""
    shown = "".join(c if c.isprintable() else " " for c in str(text)).strip()
    return shown if len(shown) <= longest else f"{shown[: longest - 3]}..."


def read_cells(path: Path) -> list[tuple[str, Cell]]:
    """All cells with their kind. Raises OSError or ValueError if this is no notebook."""
    if path.stat().st_size > MOST:
        raise ValueError(f"expected at most {MOST >> 20} MB")
    try:
        entries = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        return [(str(entry["cell_type"]), _cell(entry)) for entry in entries]
    except (LookupError, TypeError, RecursionError) as error:
        raise ValueError("expected a notebook of version 4, with cells") from error


def _cell(entry: Any) -> Cell:
    source = entry["source"]
    return Cell(str(entry.get("id", "")), source if isinstance(source, str) else "".join(source))


def series() -> dict[str, Original]:
    """The notebooks as they are handed out: in the installed package, or at the top of a clone."""
    places = (HOME / "notebooks", HOME.parents[1] / "notebooks")
    folder = next(path for path in places if path.is_dir())
    return {path.stem: _original(path) for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))}


def _original(path: Path) -> Original:
    cells = read_cells(path)
    exercises = {check: cell for kind, cell in cells if kind == "code" for check in cell.asks()[:1]}
    return Original(path.stem, Counter(cell.source for _, cell in cells), exercises)


def collect(folder: Path, originals: Mapping[str, Original]) -> Handed:
    """Every notebook and every progress.json below the folder; hidden folders are left out."""
    handed = Handed()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts) or not path.is_file():
            continue
        if path.suffix == ".ipynb":
            handed.submissions.append(_submission(path, folder, originals))
        elif path.name == "progress.json":
            handed.answers += _first_answers(path, _whose(path, folder, originals))
    return handed


def _whose(path: Path, folder: Path, originals: Mapping[str, Original]) -> str:
    """The learner's name: that of the folder in FOLDER, or what stands before the series' own name."""
    inside = path.relative_to(folder)
    if len(inside.parts) > 1:
        return plain(inside.parts[0])
    named = [path.stem.partition(name)[0] for name in originals if name in path.stem]
    alone = named[0].strip(" _-.") if named else path.stem
    return plain(alone if path.suffix == ".ipynb" and alone else folder.resolve().name)


def _submission(path: Path, folder: Path, originals: Mapping[str, Original]) -> Submission:
    learner = _whose(path, folder, originals)
    original = next((its for name, its in originals.items() if name in path.stem), None)
    try:
        cells = read_cells(path)
    except (OSError, ValueError) as error:
        return Submission(learner, path, original, (), plain(error, 100) or "could not be read")
    if original is None:
        texts = Counter(cell.source for _, cell in cells)
        original = max(originals.values(), key=lambda each: (each.texts & texts).total())
        if not (original.texts & texts).total():
            return Submission(learner, path, None, (), "not a notebook of the series")
    return Submission(learner, path, original, [cell for kind, cell in cells if kind == "code"])


def _first_answers(path: Path, learner: str) -> list[FirstAnswer]:
    """What the file says, as far as it can be read."""
    try:
        guesses = json.loads(path.read_text(encoding="utf-8-sig"))["guesses"].items()
        found = [
            (name, [str(word) for word in entry["answer"]], entry["right"] is True)
            for name, entry in guesses
            if isinstance(entry, dict) and re.fullmatch(r"[\w-]{1,60}", name)
        ]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []
    return [FirstAnswer(learner, name, plain(", ".join(a), 200), ok) for name, a, ok in found]
