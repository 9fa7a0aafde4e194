"""What labs about the two passes share: a network, its switches, keep_prob, a recipe, an example."""

from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import ArrayLike
from traitlets import HasTraits

from dropout_lab.bugs.catalogue import KNOWN, named, yours
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.doors import Array, Mask
from dropout_lab.core.gradcheck import GradientCheck, check_gradients
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Backward, Forward, backward, forward, loss, sample_masks
from dropout_lab.core.recipe import CORRECT, SLOPE_SOURCES, Recipe, Through
from dropout_lab.experiments.data import Case, lesson
from dropout_lab.labs.base import KeepProbLab, as_image
from dropout_lab.labs.controls import Chosen, button, choice, row, whole_number
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.steps import Step, tell
from dropout_lab.pictures.words import entry, verdict


class Switches:
    """Masks for m examples. The same seed keeps its draws, so they grow and shrink with keep_prob."""

    def __init__(self, net: Network, m: int, layers: Sequence[int]) -> None:
        self._net, self._m, self.layers = net, m, tuple(layers)
        self._by_hand: dict[tuple[int, int, int], bool] = {}

    @property
    def by_hand(self) -> dict[tuple[int, int, int], bool]:
        """What was switched by hand: {(layer, unit, example): kept}."""
        return dict(self._by_hand)

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
            name: recipe
            for name, recipe in KNOWN.items()
            if recipe is CORRECT or _acts(recipe) != _acts(CORRECT)
        }
        self.menu = choice("backward", list(self._recipes), "correct", "260px")
        self.slope = choice("slope from", SLOPE_SOURCES, "Z", "170px")
        self._bent: dict[tuple[str, str], Recipe] = {}

    @property
    def recipe(self) -> Recipe:
        """The chosen recipe, with the chosen slope."""
        chosen = self.menu.value, self.slope.value
        if chosen not in self._bent:
            name, slope = chosen
            self._bent[chosen] = replace(self._recipes[name], slope_from=slope)
        return self._bent[chosen]

    def choose(self, recipe: Recipe | str) -> None:
        """Choose a recipe by itself or by name; one that is not listed is added.

        One that bears a known name and acts otherwise is "yours: NAME".
        """
        recipe = named(recipe)
        if _acts(recipe) != _acts(KNOWN.get(recipe.name, recipe)):
            recipe = replace(recipe, name=f"yours: {recipe.name}")
        if recipe.name not in self._recipes or recipe.name not in KNOWN:
            self._recipes[recipe.name] = recipe
            self._bent.clear()
            self.menu.options = list(self._recipes)
        self.menu.value, self.slope.value = recipe.name, recipe.slope_from


def _acts(recipe: Recipe) -> tuple[object, ...]:
    """What it does to masks and on the way through them; slopes have a control of their own."""
    return recipe.sample, recipe.forward, recipe.backward


def own_or_ours(
    case: Case, net: Network | None, X: ArrayLike | None, Y: ArrayLike | None
) -> tuple[Network, Array, Array]:
    """Your own network with your own data, or those of the case.

    Raises ValueError or TypeError for a network without data, or data that does not fit.
    """
    if net is not None and (X is None or Y is None):
        raise ValueError("your own network needs your own data: give X and Y as well")
    values = np.asarray(case.X if X is None else X, dtype=float)
    labels = np.asarray(case.Y if Y is None else Y, dtype=float)
    loss(forward(net or case.net, values), labels)  # complains about data that does not fit
    return net or case.net, values, labels


class PassesLab(KeepProbLab):
    """A lab that runs both passes when a control asks for it. A subclass has `_work` and `_paint`.

    net, X, Y: your own network and data, or the lesson's. recipe: a Recipe or the name of a bug;
    backward: your own `my_backward(dA_drop, D, keep_prob) -> dA`. layers: those with dropout, by
    default all hidden ones. Raises ValueError or TypeError for input that does not fit.
    """

    example = Chosen[int]("The example whose network is shown, numbered from 0")
    activation = Chosen[str]("The activation of the hidden layers")
    masks: dict[int, Mask]  # those of the last passes that worked
    _stage: Picture

    def __init__(
        self,
        net: Network | None,
        X: ArrayLike | None,
        Y: ArrayLike | None,
        keep_prob: float,
        seed: int | None,
        example: int,
        layers: Sequence[int] | None,
    ) -> None:
        super().__init__()
        case = lesson()
        self._net, self._X, self._Y = own_or_ours(case, net, X, Y)
        self._bent, m = self._net, self._X.shape[1]
        keep_prob_row = self._keep_prob_row(keep_prob)
        self._switches = Switches(self._net, m, range(1, self._net.L) if layers is None else layers)
        start = (case.seed or 0) if seed is None else seed
        self._seed = whole_number("mask seed", start, 0, 10**6)
        self._seed.observe(lambda _: self._switches.forget(), "value")
        self._example = choice("example", range(m), example, "110px")
        self._activation = choice("activation", list(ACTIVATIONS), self._net.activation, "170px")
        self._menu = RecipeMenu()
        passes = (self._keep_prob, self._seed, self._activation)
        self._asked = (*passes, self._menu.menu, self._menu.slope)
        new_mask = button("New mask", self.new_mask, "Draw other masks")
        one_of_many = [self._example] if m > 1 else []
        self._masks_row = row(keep_prob_row, new_mask, self._seed, *one_of_many)
        self._recipe_row = row(self._menu.menu, self._activation, self._menu.slope)

    def _begin(self, recipe: Recipe | str, backward: Through | None = None) -> None:
        """Run the passes with a learner's own function if there is one, or else with the recipe.

        With the correct recipe, if that fails: so there is something to be shown beside the error.
        """
        self._menu.choose(recipe if backward is None else yours(backward))
        try:
            self._update()
        except Exception:
            wanted = self.recipe
            self._menu.choose(CORRECT)
            self._update()
            self._menu.choose(wanted)

    def _watch(self, *shown: HasTraits) -> None:
        """Show what `_begin` ran, then everything anew when a control moves."""
        self._paint()
        if self._question() != self._answered:  # what it ran is not what was chosen: that one fails
            self._safely(self._show)()
        super()._watch(self._example, *shown)

    @property
    def recipe(self) -> Recipe:
        """The recipe in use; can be set to a Recipe or the name of a bug."""
        return self._menu.recipe

    @recipe.setter
    def recipe(self, value: Recipe | str) -> None:
        with self._answer.once():
            self._menu.choose(value)
            self._answered = None  # a function that is given again may use something new

    @property
    def net(self) -> Network:
        """The network in use, with the chosen activation."""
        if self._bent.activation != self.activation:
            self._bent = replace(self._net, activation=self.activation)
        return self._bent

    def toggle(self, layer: int, unit: int) -> None:
        """Switch a unit off or on in the current example, as a click does."""
        self._switches.toggle(self.masks, layer, unit, self.example)
        self._show()

    def new_mask(self, *_: object) -> None:
        """Draw other masks, from the next seed; what was switched by hand is forgotten."""
        self._seed.value += 1

    def _press_unit(self, key: str) -> None:
        layer, unit = map(int, key.split())
        self.toggle(layer, unit)

    def _static(self) -> list[Element]:
        return [as_image(self._stage)]

    @np.errstate(all="ignore")  # a wrong recipe may divide by zero; the picture says so
    def _update(self) -> None:
        super()._update()

    def _question(self) -> tuple[object, ...]:
        return (*super()._question(), self._switches.by_hand)

    def _run(self) -> tuple[dict[int, Mask], Forward, Backward]:
        """The masks and both passes, as the controls stand."""
        net, recipe = self.net, self.recipe
        masks = self._switches.masks(int(self._seed.value), self.keep_prob, recipe)
        fwd = forward(net, self._X, masks, self.keep_prob, recipe)
        return masks, fwd, backward(net, fwd, self._Y, recipe)


class CheckedLab(PassesLab):
    """A lab that tells both passes line by line (`steps`) and checks their gradients (`check`)."""

    steps: list[Step]
    check: GradientCheck

    def _work(self) -> None:
        masks, fwd, bwd = self._run()
        net, recipe = self.net, self.recipe
        steps = tell(net, fwd, bwd, self._Y, recipe)
        given = (net, self._X, self._Y, masks, self.keep_prob, recipe)
        check = check_gradients(*given, bwd=bwd)
        self.masks, self.steps, self.check = masks, steps, check

    def _say_verdict(self, words: str) -> None:
        """The status line: the verdict of the check, then these words."""
        head = f"{'✓' if self.check.ok else '✗'} {verdict(self.check, self.steps[-1].wrong)}."
        self._say(words, head, self.check.ok)

    def _checked(self) -> str:
        """The check in a word or two, or the error that is shown."""
        error = f"gradient check {self.check.relative_error:.2f}, furthest off {entry(self.check)}"
        return self._trouble() or ("gradient check ok" if self.check.ok else error)
