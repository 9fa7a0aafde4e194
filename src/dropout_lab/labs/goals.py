"""Goals: what to find in a lab, how it is noticed that somebody found it, and what was found.

A goal looks at its lab whenever that has painted itself, and is reached when what it saw so far is
enough. How the lab was moved, by mouse, by key, or from a cell, makes no difference.
"""

import tomllib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from dropout_lab.labs.picture import Picture
from dropout_lab.labs.ways import WAYS, Seen
from dropout_lab.pictures.svg import add


@dataclass(frozen=True)
class Goal:
    """What to find, in words, and the sentence that says what was found.

    look: what of the state of the lab counts; enough: whether all that was seen so far reaches the
    goal, the latest last. Without another `enough`, `look` itself says whether it is reached.
    """

    words: str
    found: str
    look: Callable[[Any], object]
    enough: Callable[[Seen], bool] = any


class Board:
    """The goals of a lab, below it: each gets a tick and a sentence when it is reached."""

    def __init__(self, goals: Sequence[Goal]) -> None:
        self.goals, self.picture = goals, Picture()
        self._seen: dict[Goal, list[object]] = {goal: [] for goal in goals}
        self.reached: set[Goal] = set()

    def look(self, lab: object) -> None:
        """Look at the lab as it stands, and tick what is reached now; what was reached stays so."""
        for goal in self.goals:
            seen, now = self._seen[goal], goal.look(lab)
            if goal not in self.reached and seen[-1:] != [now]:
                seen.append(now)
                self.reached |= {goal} if goal.enough(seen) else set()
        self.picture.show(write_goals(self.goals, self.reached))


def write_goals(goals: Sequence[Goal], reached: Collection[Goal] = ()) -> Element:
    """The list of goals. A screen reader reads out the line of one that is reached."""
    box = Element("div", {"class": "goals"})
    add(box, "strong", "Goal" if len(goals) == 1 else "Goals")
    lines = add(box, "ul", aria_live="polite")
    for goal in goals:
        there = goal in reached
        line = add(lines, "li", class_="reached" if there else "open", aria_atomic="true")
        said = "reached" if there else "not reached yet"
        add(line, "span", "✓" if there else "○", class_="mark", role="img", aria_label=said)
        add(line, "span", f" {goal.words}")
        add(line, "span", f" {goal.found}" if there else "", class_="found")
    return box


# -- What of a lab counts --------------------------------------------------------------------------


def _read() -> dict[str, tuple[Goal, ...]]:
    """The words of goals.toml, each with its way."""
    words = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        name: tuple(
            Goal(told["words"], told["found"], *way)
            for told, way in zip(words[name], ways, strict=True)
        )
        for name, ways in WAYS.items()
    }


GOALS = _read()
