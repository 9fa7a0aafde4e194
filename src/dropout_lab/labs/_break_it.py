"""The bug switchboard: a recipe, an activation, where the slope comes from; the gradient beside the truth."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.bugs.checks import COLUMNS, ROWS, gradient_errors
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import Recipe, Through
from dropout_lab.labs.base_passes import CheckedLab
from dropout_lab.labs.controls import Chosen, choice
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.compare import comparison_parts, draw_comparison, gradient_names
from dropout_lab.pictures.pages import Cell, write_table
from dropout_lab.pictures.stage import write_parts

CAPTION = "Relative error of the gradient: ✓ is right. Press a cell to switch to it."


class BreakIt(CheckedLab):
    """Break the backward pass, and see every gradient beside the true one.

    gradient: the one shown first ("dW1"). table: show all recipes against all activations and slope
    sources as well; a press on a cell switches to it. The rest as in `step_through`.
    """

    gradient = Chosen[str]("The name of the gradient shown")

    def __init__(
        self,
        net: Network | None = None,
        X: ArrayLike | None = None,
        Y: ArrayLike | None = None,
        recipe: Recipe | str = "no mask",
        gradient: str = "dW1",
        *,
        table: bool = False,
        activation: str | None = None,
        backward: Through | None = None,
        keep_prob: float = 0.7,
        seed: int | None = None,
        example: int = 0,
        layers: Sequence[int] | None = None,
    ) -> None:
        super().__init__(net, X, Y, keep_prob, seed, example, layers)
        if not self._switches.layers:
            raise ValueError("no layer of this network has dropout, so there is nothing to break")
        if activation is not None:
            self.activation = activation
        self._stage = Picture(self._safely(self._press))
        self._table = Picture(self._safely(self._press_cell)) if table else None
        self._begin(recipe, backward)
        self._gradient = choice("gradient", gradient_names(self.steps), gradient, "170px")
        tables = [self._table] if self._table else []
        many = [self._example] if self._X.shape[1] > 1 else []
        self._assemble(
            *self._controls(self._gradient, also=many), *tables, self.status, self._stage
        )
        self._watch(self._gradient)

    def __repr__(self) -> str:
        wrong = ", ".join(self._wrong())
        return (
            f"BreakIt(recipe={self.recipe.name!r}, activation={self.activation!r}, "
            f"slope_from={self.recipe.slope_from!r}, keep_prob={self.keep_prob:.2f}, "
            f"{self._checked()}, wrong=[{wrong}])"
        )

    def _wrong(self) -> list[str]:
        """The gradients that are not true, in the order in which they are made."""
        return [name for name in gradient_names(self.steps) if name in self.steps[-1].wrong]

    def _work(self) -> None:
        super()._work()
        if self._table:
            given = (self._X, self._Y, self.masks, self.keep_prob)
            self._errors = gradient_errors(self._net, *given)

    @np.errstate(all="ignore")  # a wrong gradient may be infinite; the picture says so
    def _paint(self) -> None:
        given = (self.steps, self.gradient, self.example)
        shown = comparison_parts(*given, self._view)
        self._stage.show(write_parts(shown, self.gradient))
        said = self._said()
        self._say(self._in_use(), f"{said.signed}.", said.good)
        if self._table:
            self._table.show(self._write_table())

    def _in_use(self) -> str:
        recipe, names = self.recipe, ", ".join(self._wrong())
        wrong = f" Not the true gradient: {names}." if names else ""
        used = f"{recipe.name}, {self.activation}, slope from {recipe.slope_from}."
        return f"In use: {used}{wrong} {self._state()}"

    def _still(self) -> Element:
        return draw_comparison(self.steps, self.gradient, self.example)

    def _write_table(self, live: bool = True) -> Element:
        """All recipes by all activations and slope sources; the one in use is outlined."""
        errors = self._errors.items()
        rows = {name: [_cell(error) for error in row.values()] for name, row in errors}
        columns = [f"{activation},\n{slope}" for activation, slope in COLUMNS]
        use = (self.activation, self.recipe.slope_from)
        chosen = None
        if self.recipe.name in ROWS and use in COLUMNS:
            chosen = (list(ROWS).index(self.recipe.name), COLUMNS.index(use))
        return write_table(CAPTION, columns, rows, chosen, live)

    def _press(self, key: str) -> None:
        if key in self._gradient.options:
            self.gradient = key
        else:
            super()._press(key)

    def _press_cell(self, key: str) -> None:
        row_, column = map(int, key.split())
        activation, slope = COLUMNS[column]
        with self._answer.once():
            self._menu.menu.value, self._menu.slope.value = list(ROWS)[row_], slope
            self.activation = activation

    def _static(self) -> list[Element]:
        table = [self._write_table(live=False)] if self._table else []
        return [*table, *super()._static()]


def _cell(error: float) -> Cell:
    if error < 1e-6:
        return Cell("✓", f"right, relative error {error:.0e}", True)
    text = f"{error:.2f}" if error >= 0.005 else f"{error:.1g}"
    return Cell(text, f"wrong, relative error {text}", False)
