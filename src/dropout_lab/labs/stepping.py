"""Step through both passes: open switches, move keep_prob, break the backward pass, see it caught."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import ipywidgets as widgets
import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.activations import ACTIVATIONS
from dropout_lab.datasets import lesson
from dropout_lab.dropout import check_keep_prob
from dropout_lab.gradcheck import check_gradients
from dropout_lab.labs.base import Lab, as_image
from dropout_lab.labs.controls import button, choice, keep_prob_control, row, whole_number
from dropout_lab.labs.menu import RecipeMenu, yours
from dropout_lab.labs.picture import Picture
from dropout_lab.labs.switches import Switches
from dropout_lab.labs.walk import Walk
from dropout_lab.network import Network, backward, forward, loss
from dropout_lab.program import explain, write_program
from dropout_lab.recipes import CORRECT, Recipe, Through
from dropout_lab.stage import describe, draw
from dropout_lab.steps import tell
from dropout_lab.words import entry, off_units, verdict


class StepThrough(Lab):
    """Both passes, one line at a time, or stopped at one step (`at="dA1"`).

    net, X, Y: your own network and data, or the lesson's. recipe: a Recipe or the name of a bug;
    backward: your own `my_backward(dA_drop, D, keep_prob) -> dA`. layers: those with dropout, by
    default all hidden ones. Raises ValueError or TypeError for input that does not fit.
    """

    def __init__(
        self,
        net: Network | None = None,
        X: ArrayLike | None = None,
        Y: ArrayLike | None = None,
        recipe: Recipe | str = CORRECT,
        at: str | int | None = None,
        *,
        backward: Through | None = None,
        keep_prob: float = 0.7,
        seed: int | None = None,
        example: int = 0,
        layers: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        case = lesson()
        if net is not None and (X is None or Y is None):
            raise ValueError("your own network needs your own data: give X and Y as well")
        self._net = net or case.net
        self._X = np.asarray(case.X if X is None else X, dtype=float)
        self._Y = np.asarray(case.Y if Y is None else Y, dtype=float)
        hidden = range(1, self._net.L) if layers is None else layers
        self._switches = Switches(self._net, self._X.shape[-1], hidden)
        check_keep_prob(keep_prob)
        loss(forward(self._net, self._X), self._Y)  # complains about data that does not fit
        self._build(keep_prob, (case.seed or 0) if seed is None else seed, stopped=at is not None)
        self._show()  # with the correct recipe, in case the chosen one cannot be shown
        self.step = 0 if at is None else at
        self.example = example
        self.recipe = recipe if backward is None else yours(backward)

    @property
    def keep_prob(self) -> float:
        """The probability that a unit is kept."""
        return float(self._keep_prob.value)

    @keep_prob.setter
    def keep_prob(self, value: float) -> None:
        check_keep_prob(value)
        self._keep_prob.value = value

    @property
    def step(self) -> int:
        """The number of the current step; can be set by number or by name, "dA1"."""
        return self._walk.index

    @step.setter
    def step(self, value: int | str) -> None:
        self._walk.go_to(value)

    @property
    def example(self) -> int:
        """The example whose network is shown, numbered from 0."""
        return int(self._example.value)

    @example.setter
    def example(self, value: int) -> None:
        m = self._X.shape[1]
        if value not in range(m):
            raise ValueError(f"there is no example {value}; they are numbered 0 to {m - 1}")
        self._example.value = value

    @property
    def recipe(self) -> Recipe:
        """The recipe in use; can be set to a Recipe or the name of a bug."""
        return self._menu.recipe

    @recipe.setter
    def recipe(self, value: Recipe | str) -> None:
        self._menu.choose(value)
        self._safely(self._show)()  # the name may be the same, and the function another one

    @property
    def activation(self) -> str:
        """The activation of the hidden layers."""
        return str(self._activation.value)

    @activation.setter
    def activation(self, value: str) -> None:
        self._activation.value = replace(self._net, activation=value).activation

    def toggle(self, layer: int, unit: int) -> None:
        """Switch a unit off or on in the current example, as a click does."""
        self._switches.toggle(self.masks, layer, unit, self.example)
        self._show()

    def new_mask(self, *_: object) -> None:
        """Draw other masks, from the next seed; what was switched by hand is forgotten."""
        self._seed.value += 1

    def __repr__(self) -> str:
        check = "ok" if self.check.ok else f"{self.check.relative_error:.2f}"
        worst = "" if self.check.ok else f", furthest off {entry(self.check)}"
        error = f", error={self.error}" if self._alert.value else ""
        return (
            f'StepThrough(step={self.step} "{self.steps[self.step].code}", '
            f"keep_prob={self.keep_prob:.2f}, recipe={self.recipe.name!r}, example={self.example}, "
            f"off=[{off_units(self.masks, self.example)}], gradient check {check}{worst}{error})"
        )

    def _build(self, keep_prob: float, seed: int, stopped: bool) -> None:
        m = self._X.shape[1]
        self._keep_prob, keep_prob_row = keep_prob_control(keep_prob)
        self._seed = whole_number("mask seed", seed, 0, 10**6)
        self._example = choice("example", range(m), 0, "110px")
        self._activation = choice("activation", list(ACTIVATIONS), self._net.activation, "170px")
        self._menu, self._walk = RecipeMenu(), Walk()
        self._stage = Picture(self._safely(self._press_unit))
        self._program = Picture(self._safely(self._press_line))
        self._words = widgets.HTML()
        new_mask = button("New mask", self.new_mask, "Draw other masks")
        masks = row(keep_prob_row, new_mask, self._seed, *([self._example] if m > 1 else []))
        passes = row(self._menu.menu, self._activation, self._menu.slope)
        parts = [masks, passes, self._walk.widget, self._stage, self.status, self._words]
        parts.append(self._program)
        self._assemble(
            *(
                part
                for part in parts
                if not stopped or part not in (self._walk.widget, self._program)
            )
        )
        shown = [self._keep_prob, self._example, self._activation, self._walk.slider]
        for control in (*shown, self._menu.menu, self._menu.slope):
            control.observe(self._safely(lambda _: self._show()), "value")
        self._seed.observe(self._safely(lambda _: self._forget()), "value")
        self._walk.play.observe(self._safely(lambda _: self._walk.start_or_stop()), "value")

    def _show(self) -> None:
        """Compute everything and show the current step; only then is anything changed."""
        net, recipe, k = replace(self._net, activation=self.activation), self.recipe, self.keep_prob
        masks = self._switches.masks(int(self._seed.value), k, recipe)
        with np.errstate(all="ignore"):  # a wrong recipe may divide by zero; the picture says so
            fwd = forward(net, self._X, masks, k, recipe)
            bwd = backward(net, fwd, self._Y, recipe)
            steps = tell(net, fwd, bwd, self._Y, recipe)
            check = check_gradients(net, self._X, self._Y, masks, k, recipe)
        self.masks, self.steps, self.check = masks, steps, check
        self._walk.set_names([step.name for step in steps])
        step = steps[self.step]
        self._stage.markup = draw(step, self.example)
        self._program.markup = write_program(steps, self.step)
        self._words.value = explain(step)
        off = off_units(masks, self.example) or "none"
        self._say(
            f"<strong>{'✓' if check.ok else '✗'} {escape(verdict(check))}.</strong> "
            f"Recipe: {escape(recipe.name)}. Off in example {self.example}: {off}.",
            check.ok,
        )

    def _press_unit(self, key: str) -> None:
        layer, unit = map(int, key.split())
        self.toggle(layer, unit)

    def _press_line(self, key: str) -> None:
        self.step = int(key)

    def _forget(self) -> None:
        self._switches.forget()
        self._show()

    def _static(self) -> str:
        step = self.steps[self.step]
        return as_image(draw(step, self.example), describe(step, self.example))
