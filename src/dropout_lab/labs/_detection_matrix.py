"""Bugs by checks: which check catches which bug, and what the evidence is."""

from html import escape
from math import isfinite
from xml.etree.ElementTree import Element

import ipywidgets as widgets
import numpy as np

from dropout_lab.bugs.catalogue import KNOWN, named
from dropout_lab.bugs.checks import CHECKS, LOSS_FELL, Check, Row, detection_matrix
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.doors import check_keep_prob
from dropout_lab.core.recipe import SLOPE_SOURCES, Recipe
from dropout_lab.labs.base import Lab
from dropout_lab.labs.controls import button, choice, keep_prob_control, row, whole_number
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.pages import Cell, write_table
from dropout_lab.pictures.svg import as_text

CAPTION = "✗: this check fails, so it catches the bug. Press a cell to see the evidence."


class DetectionMatrix(Lab):
    """Every known bug against every check, filled as the controls stand; a cell tells its evidence.

    recipe: one more row on top, your own or one of the known. bug, check: the cell chosen first.
    loss: train every recipe for a few steps as well, and show by how much the loss fell; the answer to
    a control then takes several times as long, so a box switches it on and off.
    Raises ValueError or TypeError for what is unknown.
    """

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
        check_keep_prob(keep_prob)
        self._recipes: dict[str, Recipe] = dict(KNOWN)
        if recipe is not None:
            self._recipes = {f"yours: {named(recipe).name}": named(recipe)} | self._recipes
        self._keep_prob, keep_prob_row = keep_prob_control(keep_prob)
        self._seed = whole_number("seed", seed, 0, 10**6)
        again = button("Run again", self._safely(self._again), "Other masks, data and network")
        self._activation = choice("activation", list(ACTIVATIONS), activation, "170px")
        self._slope = choice("slope from", SLOPE_SOURCES, slope_from, "190px")
        self._bug = choice("bug", list(self._recipes), bug, "260px")
        self._loss = widgets.Checkbox(
            value=loss, description="train as well: loss fell (slower)", indent=False,
            layout={"width": "260px"},
        )  # fmt: skip
        self._check = choice("check", self._checks(), check, "230px")
        self._picture = Picture(self._safely(self._press))
        settings = row(keep_prob_row, again, self._seed, self._activation, self._slope, self._loss)
        self._assemble(settings, self._picture, row(self._bug, self._check), self.status)
        self._fill()
        for control in (self._keep_prob, self._seed, self._activation, self._slope):
            control.observe(self._soon(self._fill), "value")
        self._loss.observe(self._safely(lambda _: self._with_or_without_loss()), "value")
        for control in (self._bug, self._check):
            control.observe(self._soon(self._show), "value")

    @property
    def keep_prob(self) -> float:
        """The probability that a unit is kept."""
        return float(self._keep_prob.value)

    @keep_prob.setter
    def keep_prob(self, value: float) -> None:
        check_keep_prob(value)
        self._keep_prob.value = value

    @property
    def chosen(self) -> Check:
        """The result in the chosen cell."""
        return self.matrix[self._bug.value][self._check.value]

    def choose(self, bug: str, check: str) -> None:
        """Choose a cell, as a press on it does."""
        self._bug.value, self._check.value = bug, check

    def __repr__(self) -> str:
        caught = {name: caught_by(row) for name, row in self.matrix.items()}
        lines = [f"{name}: {', '.join(checks) or '-'}" for name, checks in caught.items()]
        return (
            f"DetectionMatrix(activation={self._activation.value!r}, "
            f"slope_from={self._slope.value!r}, keep_prob={self.keep_prob:.2f}; caught by\n  "
            + "\n  ".join(lines)
            + f"){self._trouble()}"
        )

    def _fill(self) -> None:
        """Run all checks on all recipes, then show."""
        self._run_checks()
        self._show()

    def _run_checks(self) -> None:
        self.matrix = detection_matrix(
            self._activation.value,
            self._slope.value,
            self.keep_prob,
            np.random.default_rng(self._seed.value),
            self._recipes,
            loss=self._loss.value,
        )

    def _checks(self) -> list[str]:
        """The names of the columns."""
        return [*CHECKS, LOSS_FELL] if self._loss.value else list(CHECKS)

    def _with_or_without_loss(self) -> None:
        """One column more or less; the chosen cell stays, if it is still there."""
        self._run_checks()
        chosen, names = self._check.value, self._checks()
        self._check.options = names
        self._check.value = chosen if chosen in names else names[0]
        self._show()

    def _show(self) -> None:
        self._picture.show(self._write())
        result, bug, check = self.chosen, self._bug.value, self._check.value
        verdict = "passes" if result.passed else "could not run" if result.stopped else "fails"
        said = f"{bug}, {check}: {verdict}."
        explanation = self._recipes[bug].explanation
        words = f" {result.evidence[0].upper()}{result.evidence[1:]}. {explanation}"
        caught = ", ".join(caught_by(self.matrix[bug])) or "no check"
        self._say(f"<strong>{escape(said)}</strong>{escape(words)} Caught by: {escape(caught)}.")

    def _write(self, live: bool = True) -> Element:
        chosen = (list(self.matrix).index(self._bug.value), self._checks().index(self._check.value))
        rows = {
            bug: [_cell(name, check) for name, check in row.items()]
            for bug, row in self.matrix.items()
        }
        return write_table(CAPTION, self._checks(), rows, chosen if live else None, live)

    def _press(self, key: str) -> None:
        row_, column = map(int, key.split())
        self.choose(list(self.matrix)[row_], self._checks()[column])

    def _again(self, *_: object) -> None:
        self._seed.value += 1

    def _static(self) -> str:
        return as_text(self._write(live=False))


def caught_by(row: Row) -> list[str]:
    """The names of the checks that fail."""
    return [name for name, check in row.items() if not check.passed]


def _cell(name: str, check: Check) -> Cell:
    if name == LOSS_FELL and not check.stopped:
        fall = check.numbers["fall"]
        text = f"{fall:.0%}" if isfinite(fall) else "not finite"
        return Cell(text, check.evidence, check.passed)
    if check.passed:
        return Cell("·", f"passes: {check.evidence}", True)
    return Cell("!" if check.stopped else "✗", f"fails: {check.evidence}", False)
