"""What the lessons ask: every prediction and every exercise, notebook by notebook, from the .toml files.

A file is named like its notebook. In it a table is one thing that is asked: a prediction, which has
options and a sentence for each of them, or else an exercise, named after its check. `settles` holds
numbers of questions that learners really ask; their words are in questions.toml.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

LESSONS = Path(__file__).parent


@dataclass(frozen=True)
class Asked:
    """A prediction, or (without options) an exercise. name: "01-zero"; lesson: what its file is called."""

    name: str
    lesson: str
    question: str = ""
    options: Sequence[str] = ()
    truth: str | Sequence[str] = ()  # a sequence: tick all that apply
    because: Sequence[str] = ()
    default: str | Sequence[str] = ()
    settles: Sequence[int] = ()

    @property
    def notebook(self) -> str:
        """The number of the notebook, "01"."""
        return self.name[:2]


def _tables() -> dict[str, Mapping[str, object]]:
    """All files by name, read once each."""
    paths = sorted(LESSONS.glob("*.toml"))
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}


@cache
def everything() -> dict[str, Asked]:
    """All that is asked, by name, notebook by notebook in the order in which it comes."""
    asked = [
        Asked(name, lesson, **entry)
        for lesson, table in _tables().items()
        for name, entry in table.items()
        if isinstance(entry, dict)
    ]
    return {each.name: each for each in sorted(asked, key=lambda each: each.notebook)}


@cache
def learners_questions() -> dict[int, str]:
    """The questions that learners really ask, by number."""
    entries = _tables()["questions"].items()
    return {int(number): question for number, question in entries if isinstance(question, str)}


def prediction(name: str) -> Asked:
    """The prediction of this name. Raises ValueError, with the nearest names, if there is none."""
    names = [asked.name for asked in everything().values() if asked.options]
    if name not in names:
        same = [each for each in names if each[:2] == str(name)[:2]]  # of the same notebook
        near = get_close_matches(str(name), names, n=3) or same or names[:3]
        raise ValueError(
            f"expected the name of a question, such as {', '.join(near)}; got {name!r}. "
            "(One of your own: labs.guess(question=..., options=..., truth=...))"
        )
    return everything()[name]
