"""The bug switchboard: a recipe, an activation, where the slope comes from; the gradient beside the truth."""

from collections.abc import Sequence
from html import escape
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.bugs.checks import COLUMNS, ROWS, gradient_errors
from dropout_lab.core.gradcheck import check_gradients
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import Recipe, Through
from dropout_lab.labs.base import as_image
from dropout_lab.labs.base_passes import PassesLab
from dropout_lab.labs.controls import choice, row
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.compare import describe_comparison, draw_comparison, gradient_names
from dropout_lab.pictures.pages import Cell, write_table
from dropout_lab.pictures.steps import tell
from dropout_lab.pictures.svg import as_text
from dropout_lab.pictures.words import entry, verdict

CAPTION = "Relative error of the gradient: ✓ is right. Press a cell to switch to it."


class BreakIt(PassesLab):
    """Break the backward pass, and see every gradient beside the true one.

    gradient: the one shown first ("dW1"). table: show all recipes against all activations and slope
    sources as well; a press on a cell switches to it. The rest as in `step_through`.
    """

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
        super().__init__(net, X, Y, keep_prob, seed, layers)
        if not self._switches.layers:
            raise ValueError("no layer of this network has dropout, so there is nothing to break")
        self._gradient = choice("gradient", [], None, "170px")
        self._stage = Picture(self._safely(self._press_gradient))
        self._table = Picture(self._safely(self._press_cell)) if table else None
        tables = [self._table] if self._table else []
        controls = (self._masks_row, self._recipe_row, row(self._gradient))
        self._assemble(*controls, *tables, self.status, self._stage)
        if activation is not None:
            self.activation = activation
        fwd, bwd = self._run()
        self._gradient.options = gradient_names(tell(self.net, fwd, bwd, self._Y))
        self._gradient.value = self._known(gradient)
        self._start(example, self._gradient)
        self._choose(recipe, backward)

    @property
    def gradient(self) -> str:
        """The name of the gradient shown; can be set."""
        return str(self._gradient.value)

    @gradient.setter
    def gradient(self, value: str) -> None:
        self._gradient.value = self._known(value)

    def __repr__(self) -> str:
        check = "gradient check ok"
        if not self.check.ok:
            error = self.check.relative_error
            check = f"gradient check {error:.2f}, furthest off {entry(self.check)}"
        wrong = ", ".join(self._wrong())
        return (
            f"BreakIt(recipe={self.recipe.name!r}, activation={self.activation!r}, "
            f"slope_from={self.recipe.slope_from!r}, keep_prob={self.keep_prob:.2f}, "
            f"{self._trouble() or check}, wrong=[{wrong}])"
        )

    def _known(self, gradient: str) -> str:
        names = self._gradient.options
        if gradient not in names:
            raise ValueError(f"there is no gradient {gradient!r}; there are {', '.join(names)}")
        return gradient

    def _wrong(self) -> list[str]:
        """The gradients that are not true, in the order in which they are made."""
        return [name for name in gradient_names(self.steps) if name in self.steps[-1].wrong]

    def _show(self) -> None:
        with np.errstate(all="ignore"):  # a wrong recipe may divide by zero; the picture says so
            fwd, bwd = self._run()
            steps = tell(self.net, fwd, bwd, self._Y, self.recipe)
            passes = (self._X, self._Y, self.masks, self.keep_prob)
            check = check_gradients(self.net, *passes, self.recipe)
            self._stage.show(draw_comparison(steps, self.gradient, self.example))
        self.steps, self.check = steps, check
        words = verdict(check, steps[-1].wrong)
        self._say(
            f"<strong>{'✓' if check.ok else '✗'} {escape(words)}.</strong> "
            f"{escape(self._in_use())}",
            check.ok,
        )
        if self._table:
            self._table.show(self._write_table())

    def _in_use(self) -> str:
        names = ", ".join(self._wrong())
        wrong = f" Not the true gradient: {names}." if names else ""
        recipe = self.recipe
        words = f"Recipe: {recipe.name}, {self.activation}, slope from {recipe.slope_from}."
        return words + wrong

    def _write_table(self, live: bool = True) -> Element:
        """All recipes by all activations and slope sources; the one in use is outlined."""
        data = (self._X, self._Y, self.masks, self.keep_prob)
        errors = gradient_errors(self._net, *data)
        rows = {name: [_cell(error) for error in row.values()] for name, row in errors.items()}
        columns = [f"{activation},\n{slope}" for activation, slope in COLUMNS]
        use = (self.activation, self.recipe.slope_from)
        chosen = None
        if self.recipe.name in ROWS and use in COLUMNS:
            chosen = (list(ROWS).index(self.recipe.name), COLUMNS.index(use))
        return write_table(CAPTION, columns, rows, chosen, live)

    def _press_gradient(self, key: str) -> None:
        self.gradient = key

    def _press_cell(self, key: str) -> None:
        row_, column = map(int, key.split())
        activation, slope = COLUMNS[column]
        self._menu.menu.value, self._menu.slope.value = list(ROWS)[row_], slope
        self.activation = activation

    def _static(self) -> str:
        words = describe_comparison(self.steps, self.gradient, self.example)
        image = as_image(draw_comparison(self.steps, self.gradient, self.example), words)
        return (as_text(self._write_table(live=False)) if self._table else "") + image


def _cell(error: float) -> Cell:
    if error < 1e-6:
        return Cell("✓", f"right, relative error {error:.0e}", True)
    text = f"{error:.2f}" if error >= 0.005 else f"{error:.1g}"
    return Cell(text, f"wrong, relative error {text}", False)
