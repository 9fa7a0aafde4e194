"""The settings of a training as controls: what is wanted, and what of it waits for a Reset."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.recipe import Recipe
from dropout_lab.experiments.optimizers import OPTIMIZERS
from dropout_lab.experiments.setups import RATES, Setup
from dropout_lab.labs.controls import choice, keep_prob_control, number_box, row
from dropout_lab.labs.menu import named

FINEST, COARSEST = 1e-6, 1000.0


class Settings:
    """keep_prob, learning rate, optimizer and activation; `box` has each control by its name."""

    def __init__(self, setup: Setup, changed: Callable[..., None]) -> None:
        keep_prob, keep_prob_row = keep_prob_control(setup.keep_prob)
        rate = number_box("learning rate", setup.learning_rate, FINEST, COARSEST)
        rate.layout.width = "170px"
        optimizer = choice("optimizer", OPTIMIZERS, setup.optimizer, "150px")
        activation = choice("activation", list(ACTIVATIONS), setup.activation, "170px")
        self.box = {
            "keep_prob": keep_prob, "learning rate": rate, "optimizer": optimizer,
            "activation": activation,
        }  # fmt: skip
        self.widget = row(keep_prob_row, rate, optimizer, activation)
        # First the rate, which what is good for one optimizer is not for the other; then what waits.
        optimizer.observe(lambda change: setattr(rate, "value", RATES[change["new"]]), "value")
        for control in self.box.values():
            control.observe(changed, "value")

    def wanted(self, setup: Setup) -> Setup:
        """The setup with the settings as the controls stand."""
        return replace(setup, **{_field(name): box.value for name, box in self.box.items()})

    def waiting(self, setup: Setup) -> str:
        """What differs from the setup in use, in a sentence; empty if nothing does."""
        new = [
            f"{name} {_short(box.value)}"
            for name, box in self.box.items()
            if box.value != getattr(setup, _field(name))
        ]
        return f"{', '.join(new)} will be used after Reset." if new else ""


def _field(name: str) -> str:
    return name.replace(" ", "_")


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def chosen_recipes(recipes: Sequence[Recipe | str] | Recipe | str, most: int) -> dict[str, Recipe]:
    """The recipes by name. Raises ValueError for none, too many, one twice or an unknown one."""
    listed = [recipes] if isinstance(recipes, str | Recipe) else list(recipes)
    if not 1 <= len(listed) <= most:
        raise ValueError(f"needed are 1 to {most} recipes; you gave {len(listed)}")
    names = [named(recipe).name for recipe in listed]
    if len(set(names)) < len(names):
        raise ValueError(f"each recipe needs a name of its own; you gave {', '.join(names)}")
    return dict(zip(names, map(named, listed), strict=True))
