"""What labs about the two passes share: a network, its switches, keep_prob, a recipe, an example."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from traitlets import HasTraits

from dropout_lab.bugs.catalogue import KNOWN, named, yours
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.doors import Mask, check_keep_prob
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Backward, Forward, backward, forward, loss, sample_masks
from dropout_lab.core.recipe import CORRECT, SLOPE_SOURCES, Recipe, Through
from dropout_lab.experiments.data import lesson
from dropout_lab.labs.base import Lab
from dropout_lab.labs.controls import button, choice, keep_prob_control, row, whole_number


class Switches:
    """Masks for m examples. The same seed keeps its draws, so they grow and shrink with keep_prob."""

    def __init__(self, net: Network, m: int, layers: Sequence[int]) -> None:
        self._net, self._m, self.layers = net, m, tuple(layers)
        self._by_hand: dict[tuple[int, int, int], bool] = {}

    def masks(self, seed: int, keep_prob: float, recipe: Recipe) -> dict[int, Mask]:
        """The masks of this seed, then what was switched by hand."""
        rng = np.random.default_rng(seed)
        drawn = sample_masks(self._net, self._m, self.layers, keep_prob, rng, recipe)
        masks = {l: np.array(D) for l, D in drawn.items()}
        for (l, i, j), kept in self._by_hand.items():
            masks[l][i, j] = kept
        return masks

    def toggle(self, masks: dict[int, Mask], layer: int, unit: int, example: int) -> None:
        """Switch one unit over from where it stands in masks, until `forget`."""
        if layer not in masks or unit not in range(len(masks[layer])):
            raise ValueError(f"there is no switch at unit {unit} of layer {layer}")
        self._by_hand[layer, unit, example] = not masks[layer][unit, example]

    def forget(self) -> None:
        """Forget what was switched by hand."""
        self._by_hand.clear()


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


def _acts(recipe: Recipe) -> bool:
    """Whether mask, forward or backward differ: slopes have a control of their own."""
    return (recipe.sample, recipe.forward, recipe.backward) != (
        CORRECT.sample,
        CORRECT.forward,
        CORRECT.backward,
    )


class PassesLab(Lab):
    """A lab that runs both passes at every change. A subclass has `_show`, which shows them.

    net, X, Y: your own network and data, or the lesson's. recipe: a Recipe or the name of a bug;
    backward: your own `my_backward(dA_drop, D, keep_prob) -> dA`. layers: those with dropout, by
    default all hidden ones. Raises ValueError or TypeError for input that does not fit.
    """

    def __init__(
        self,
        net: Network | None,
        X: ArrayLike | None,
        Y: ArrayLike | None,
        keep_prob: float,
        seed: int | None,
        layers: Sequence[int] | None,
    ) -> None:
        super().__init__()
        case = lesson()
        if net is not None and (X is None or Y is None):
            raise ValueError("your own network needs your own data: give X and Y as well")
        self._net = net or case.net
        self._X = np.asarray(case.X if X is None else X, dtype=float)
        self._Y = np.asarray(case.Y if Y is None else Y, dtype=float)
        check_keep_prob(keep_prob)
        loss(forward(self._net, self._X), self._Y)  # complains about data that does not fit
        m = self._X.shape[1]
        hidden = range(1, self._net.L) if layers is None else layers
        self._switches = Switches(self._net, m, hidden)
        start = (case.seed or 0) if seed is None else seed
        self._keep_prob, keep_prob_row = keep_prob_control(keep_prob)
        self._seed = whole_number("mask seed", start, 0, 10**6)
        self._example = choice("example", range(m), 0, "110px")
        self._activation = choice("activation", list(ACTIVATIONS), self._net.activation, "170px")
        self._menu = RecipeMenu()
        new_mask = button("New mask", self.new_mask, "Draw other masks")
        one_of_many = [self._example] if m > 1 else []
        self._masks_row = row(keep_prob_row, new_mask, self._seed, *one_of_many)
        self._recipe_row = row(self._menu.menu, self._activation, self._menu.slope)

    def _start(self, example: int, *more: HasTraits) -> None:
        """Show everything, then again at every change of a control, also of those in `more`.

        With the correct recipe, in case the one that is chosen afterwards cannot be shown.
        """
        self._show()
        shared = (self._keep_prob, self._example, self._activation)
        for control in (*shared, self._menu.menu, self._menu.slope, *more):
            control.observe(self._soon(self._show), "value")
        self._seed.observe(self._safely(lambda _: self._forget()), "value")
        self.example = example

    def _choose(self, recipe: Recipe | str, backward: Through | None) -> None:
        """Take a learner's own function if there is one, or else the recipe."""
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

    @property
    def net(self) -> Network:
        """The network in use, with the chosen activation."""
        return replace(self._net, activation=self.activation)

    def toggle(self, layer: int, unit: int) -> None:
        """Switch a unit off or on in the current example, as a click does."""
        self._switches.toggle(self.masks, layer, unit, self.example)
        self._show()

    def new_mask(self, *_: object) -> None:
        """Draw other masks, from the next seed; what was switched by hand is forgotten."""
        self._seed.value += 1

    def _run(self) -> tuple[Forward, Backward]:
        """Both passes as the controls stand; `masks` are those of the last pass that worked."""
        masks = self._switches.masks(int(self._seed.value), self.keep_prob, self.recipe)
        fwd = forward(self.net, self._X, masks, self.keep_prob, self.recipe)
        bwd = backward(self.net, fwd, self._Y, self.recipe)
        self.masks = masks
        return fwd, bwd

    def _show(self) -> None:
        """Run the passes and show them."""
        raise NotImplementedError

    def _forget(self) -> None:
        self._switches.forget()
        self._show()
