"""Bugs by checks: which check catches which bug, and what the evidence is."""

from math import isfinite
from xml.etree.ElementTree import Element

import ipywidgets as widgets
import numpy as np

from dropout_lab.bugs.catalogue import BUGS, GROUPS, KNOWN, named
from dropout_lab.bugs.checks import CHECKS, LOSS_FELL, Check, Row, detection_matrix, failing
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.recipe import SLOPE_SOURCES, Recipe, SlopeFrom
from dropout_lab.labs.base import KeepProbLab
from dropout_lab.labs.controls import Chosen, button, choice, more, row, whole_number
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.pages import Cell, write_table
from dropout_lab.text import minus

CAPTION = (
    "● caught: this check fails, so it sees the bug.  · it passes.  Press a cell for the evidence; the "
    "arrow keys move from cell to cell."
)


class DetectionMatrix(KeepProbLab):
    """Every known bug against every check, filled as the controls stand; a cell tells its evidence.

    recipe: one more row on top, your own or one of the known. bug, check: the cell chosen first.
    loss: train every recipe for a few steps as well, and show by how much the loss fell; the answer to
    a control then takes several times as long, so a box switches it on and off.
    Raises ValueError or TypeError for what is unknown.
    """

    activation = Chosen[str]("The activation of the hidden layers")
    slope_from = Chosen[SlopeFrom]("Where the slope is taken")
    bug = Chosen[str]("The row of the chosen cell")
    check = Chosen[str]("The column of the chosen cell")

    def __init__(
        self,
        activation: str = "tanh",
        slope_from: str = "Z",
        *,
        keep_prob: float = 0.7,
        seed: int = 0,
        recipe: Recipe | None = None,
        bug: str = "no mask",
        check: str = "gradient check",
        loss: bool = False,
    ) -> None:
        super().__init__()
        self._recipes: dict[str, Recipe] = dict(KNOWN)
        if recipe is not None:
            self._recipes = {f"yours: {named(recipe).name}": named(recipe)} | self._recipes
        keep_prob_row = self._keep_prob_row(keep_prob)
        self._seed = whole_number("seed", seed, 0, 10**6)
        again = button("Run again", self._safely(self._again), "Other masks, data and network")
        self._activation = choice("activation", list(ACTIVATIONS), activation, "170px")
        self._slope_from = choice(
            "slope from", SLOPE_SOURCES, slope_from, "190px", called="slope_from"
        )
        self._bug = choice("bug", list(self._recipes), bug, "260px")
        self._loss = widgets.Checkbox(
            value=loss, description="train as well: loss fell (slower)", indent=False,
            layout={"width": "260px"},
        )  # fmt: skip
        self._check = choice("check", self._checks(), check, "230px")
        self._picture = Picture(self._safely(self._press))
        self._picture.add_class("dropout-matrix")
        more_, rest = more(self._bug, self._check, self._seed, self._loss)
        first = row(keep_prob_row, self._activation, self._slope_from, again, more_)
        self._assemble(first, rest, self._picture, self.status)
        self._asked = (self._activation, self._slope_from, self._keep_prob, self._seed)
        self._loss.observe(self._safely(lambda _: self._with_or_without_loss()), "value")
        self._show()
        self._watch(self._bug, self._check)

    @property
    def chosen(self) -> Check:
        """The result in the chosen cell."""
        return self.matrix[self.bug][self.check]

    def choose(self, bug: str, check: str) -> None:
        """Choose a cell, as a press on it does."""
        with self._answer.once():
            self.bug, self.check = bug, check

    def __repr__(self) -> str:
        caught = {name: failing(row) for name, row in self.matrix.items()}
        lines = [f"{name}: {', '.join(checks) or '-'}" for name, checks in caught.items()]
        return (
            f"DetectionMatrix(activation={self.activation!r}, "
            f"slope_from={self.slope_from!r}, keep_prob={self.keep_prob:.2f}; caught by\n  "
            + "\n  ".join(lines)
            + f"){self._trouble()}"
        )

    def _question(self) -> tuple[object, ...]:
        return (*super()._question(), self._loss.value)

    def _work(self) -> None:
        rng, how = np.random.default_rng(self._seed.value), (self.activation, self.slope_from)
        given = (*how, self.keep_prob, rng, self._recipes)
        self.matrix = detection_matrix(*given, loss=self._loss.value)

    def _checks(self) -> list[str]:
        """The names of the columns."""
        return [*CHECKS, LOSS_FELL] if self._loss.value else list(CHECKS)

    def _with_or_without_loss(self) -> None:
        """One column more or less; the chosen cell stays, if it is still there."""
        chosen, names = self.check, self._checks()
        with self._answer.once():
            self._check.options = names
            self.check = chosen if chosen in names else names[0]

    def _paint(self) -> None:
        self._picture.show(self._write())
        result, bug, check = self.chosen, self.bug, self.check
        verdict = "passes" if result.passed else "could not run" if result.stopped else "fails"
        evidence = f"{result.evidence[0].upper()}{result.evidence[1:]}."
        caught = ", ".join(failing(self.matrix[bug])) or "no check"
        words = f"{evidence} {self._recipes[bug].explanation} Caught by: {caught}."
        self._say(words, f"{bug}, {check}: {verdict}.")

    def _write(self, live: bool = True) -> Element:
        chosen = (list(self.matrix).index(self.bug), self._checks().index(self.check))
        rows = {
            bug: [_cell(name, check) for name, check in row.items()]
            for bug, row in self.matrix.items()
        }
        last = {bug: _count(bug, row) for bug, row in self.matrix.items()}
        return write_table(
            CAPTION, self._checks(), rows, chosen if live else None, live,
            groups=GROUPS, last=("caught by", last),
        )  # fmt: skip

    def _press(self, key: str) -> None:
        row_, column = map(int, key.split())
        self.choose(list(self.matrix)[row_], self._checks()[column])

    def _again(self, *_: object) -> None:
        self._seed.value += 1

    def _static(self) -> list[Element]:
        return [self._write(live=False)]


def _count(bug: str, row: Row) -> str:
    """How many checks see it; a recipe that is not known to be wrong may just be right."""
    seen = len(failing(row))
    return str(seen) if seen else "no check sees this" if bug in BUGS else "every check passes"


def _cell(name: str, check: Check) -> Cell:
    text, look = ("·", "good") if check.passed else ("● caught", "caught")
    if check.stopped:
        text = "! stopped"
    elif name == LOSS_FELL:
        fall = check.numbers["fall"]
        told = minus(f"{fall:.0%}") if isfinite(fall) else "not finite"
        text = told if check.passed else f"● {told}"
    verdict = "passes" if check.passed else "fails"
    return Cell(text, f"{verdict}: {check.evidence}", check.passed, look)
