"""The choice of a recipe: which way back through the switches, and where the slope is taken."""

from dataclasses import replace
from typing import Any

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.recipe import CORRECT, SLOPE_SOURCES, Recipe
from dropout_lab.labs.controls import choice

KNOWN = {"correct": CORRECT} | BUGS


class RecipeMenu:
    """Two drop-downs: `menu` for the recipe, `slope` for where the slope is taken."""

    def __init__(self) -> None:
        self._recipes = {
            name: recipe for name, recipe in KNOWN.items() if recipe is CORRECT or _acts(recipe)
        }
        self.menu = choice("backward", list(self._recipes), "correct", "260px")
        self.slope = choice("slope from", SLOPE_SOURCES, "Z", "170px")

    @property
    def recipe(self) -> Recipe:
        """The chosen recipe, with the chosen slope."""
        return replace(self._recipes[self.menu.value], slope_from=self.slope.value)

    def choose(self, recipe: Recipe | str) -> None:
        """Choose a recipe by itself or by name; one that is not listed is added."""
        recipe = named(recipe)
        if recipe.name not in self._recipes or recipe.name not in KNOWN:
            self._recipes[recipe.name] = recipe
            self.menu.options = list(self._recipes)
        self.menu.value, self.slope.value = recipe.name, recipe.slope_from


def named(recipe: Recipe | str) -> Recipe:
    """The recipe itself, or the known one of this name. Raises ValueError or TypeError if there is none."""
    if isinstance(recipe, str):
        if recipe not in KNOWN:
            raise ValueError(f"unknown recipe {recipe!r}; known are {', '.join(KNOWN)}")
        recipe = KNOWN[recipe]
    if not isinstance(recipe, Recipe):
        raise TypeError(f"recipe must be a Recipe or the name of a bug; you gave {recipe!r}")
    return recipe


def yours(function: Any) -> Recipe:
    """A learner's own `my_backward(dA_drop, D, keep_prob) -> dA` as a recipe under its name."""
    if not callable(function):
        raise TypeError(
            f"backward must be a function(dA_drop, D, keep_prob); you gave {function!r}"
        )
    name = getattr(function, "__name__", "yours")
    name = f"yours: {name}" if name in KNOWN else name
    return Recipe(name, backward=function, explanation="This is what your own function does.")


def _acts(recipe: Recipe) -> bool:
    """Whether mask, forward or backward differ: slopes have a control of their own."""
    return (recipe.sample, recipe.forward, recipe.backward) != (
        CORRECT.sample,
        CORRECT.forward,
        CORRECT.backward,
    )
