"""What labs about the two passes share: a network, its switches, keep_prob, a recipe, an example."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element

import ipywidgets as widgets
import numpy as np
from numpy.typing import ArrayLike
from traitlets import HasTraits

from dropout_lab.bugs.catalogue import GROUPS, KNOWN, named, yours
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.balance import BalanceCheck, check_balance
from dropout_lab.core.doors import Array, Mask, as_floats
from dropout_lab.core.gradcheck import GradientCheck, check_gradients
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Backward, Forward, backward, forward, loss
from dropout_lab.core.recipe import CORRECT, SLOPE_SOURCES, Recipe, Through
from dropout_lab.experiments.data import Case, lesson
from dropout_lab.labs.base import KeepProbLab, as_image, failed_line
from dropout_lab.labs.controls import Chosen, button, choice, more, row, whole_number
from dropout_lab.labs.picture import Line, Picture
from dropout_lab.labs.ready import Ready
from dropout_lab.labs.switches import Switches
from dropout_lab.pictures.failure import draw_failure
from dropout_lab.pictures.layout import View
from dropout_lab.pictures.stage import Said
from dropout_lab.pictures.steps import Step, tell
from dropout_lab.pictures.words import about_check, entry, off_units

FIRST_SLIPS = ("no mask", "no scale", "neither", "scaled twice")


class RecipeMenu:
    """Two drop-downs: `menu` for the recipe, `slope` for where the slope is taken.

    few: offer only the correct recipe and the four slips that notebook 01 speaks of.
    """

    def __init__(self, few: bool = False) -> None:
        acting = {name: r for name, r in KNOWN.items() if _acts(r) != _acts(CORRECT)}
        names = FIRST_SLIPS if few else acting
        self._recipes = {"correct": CORRECT} | {name: acting[name] for name in names}
        self.menu = choice("break it", self._options(), "correct", "216px")
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
            self.menu.options = self._options()
        self.menu.value, self.slope.value = recipe.name, recipe.slope_from

    def _options(self) -> list[tuple[str, str]]:
        """What is shown, with the group before each slip, and its name."""
        return [(_shown(recipe), name) for name, recipe in self._recipes.items()]


def _shown(recipe: Recipe) -> str:
    group = next((group for group, names in GROUPS.items() if recipe.name in names), "")
    return f"{group}: {recipe.name}" if group else recipe.name


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
    values = as_floats(case.X if X is None else X, "X")
    labels = as_floats(case.Y if Y is None else Y, "Y")
    used = case.net if net is None else net
    loss(forward(used, values), labels)  # complains about data that does not fit
    return used, values, labels


class PassesLab(KeepProbLab):
    """A lab that runs both passes when a control asks for it. A subclass has `_work` and `_paint`.

    net, X, Y: your own network and data, or the lesson's. recipe: a Recipe or the name of a bug;
    backward: your own `my_backward(dA_drop, D, keep_prob) -> dA`. layers: those with dropout, by
    default all hidden ones. Raises ValueError or TypeError for input that does not fit.
    """

    example = Chosen[int]("The example whose network is shown, numbered from 0")
    activation = Chosen[str]("The activation of the hidden layers")
    masks: dict[int, Mask]  # those of the last passes that worked
    _doubted = False  # whether what the controls ask for failed, and nothing is shown
    _stage: Picture
    _made_of = Line

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
        self.widget.add_class("in-frame")  # its errors are shown in the frame of the picture
        case = lesson()
        self._net, self._X, self._Y = own_or_ours(case, net, X, Y)
        self._bent, m = self._net, self._X.shape[1]
        self._keep_prob_control = self._keep_prob_row(keep_prob)
        self._switches = Switches(self._net, m, range(1, self._net.L) if layers is None else layers)
        self._view = View()
        start = (case.seed or 0) if seed is None else seed
        self._seed = whole_number("mask seed", start, 0, 10**6, called="seed")
        self._seed.observe(lambda _: self._switches.forget(), "value")
        self._example = choice("example", range(m), example, "110px")
        self._activation = choice("activation", list(ACTIVATIONS), self._net.activation, "170px")
        self._menu = RecipeMenu(few=m == 1)
        passes = (self._keep_prob, self._seed, self._activation)
        self._asked = (*passes, self._menu.menu, self._menu.slope)

    def _controls(
        self, *first: widgets.Widget, also: Sequence[widgets.Widget] = (), broken: bool = True
    ) -> list[widgets.Widget]:
        """One row of controls, and what few need under More. broken: with the choice of a recipe."""
        new_mask = button("New mask", self.new_mask, "Draw other masks")
        reset = button(
            "Reset", self._safely(self.reset), "Everything as it was, by hand or by menu"
        )
        break_it, slope = ([self._menu.menu], [self._menu.slope]) if broken else ([], [])
        press, box = more(self._activation, *slope, self._seed, *also)
        return [row(*first, self._keep_prob_control, *break_it, new_mask, reset, press), box]

    def _begin(self, recipe: Recipe | str, backward: Through | None = None) -> None:
        """Run the passes with a learner's own function if there is one, or else with the recipe.

        With the correct recipe, if that fails: so the controls have something to stand for.
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
        self._start = {control: control.value for control in (*self._asked, self._example)}
        self._watched = (self._example, *shown)
        self._ready = Ready(self, self._keep_prob_control.children[1], self._besides)
        if self._question() == self._answered:
            with self._ready.showing():
                self._paint()
        else:  # what it ran is not what was chosen: that one fails
            self._safely(self._show)()
        super()._watch(*self._watched)

    def _show(self) -> None:
        with self._ready.showing():
            super()._show()

    def _besides(self) -> tuple[object, ...] | None:
        """What is shown depends on this, and on keep_prob; None if it must not be drawn ahead.

        A learner's own function runs when its learner asks for it, and not a hundred times more.
        """
        if self.recipe.name not in KNOWN:
            return None
        controls = (*self._asked, *self._watched)
        values = tuple(control.value for control in controls if control is not self._keep_prob)
        return values, self.by_hand, self._view

    def _neighbors(self) -> dict[str, dict[str, Any]]:
        """What a press of *Next* and of *Previous* changes in this lab, if it has them."""
        return {}

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

    @property
    def by_hand(self) -> dict[tuple[int, int, int], bool]:
        """What was switched by hand: {(layer, unit, example): kept}."""
        return self._switches.by_hand

    def toggle(self, layer: int, unit: int, example: int | None = None) -> None:
        """Switch a unit off or on, in the current example unless you name another, as a press does."""
        self._switches.toggle(self.masks, layer, unit, self.example if example is None else example)
        self._answer()

    def new_mask(self, *_: object) -> None:
        """Draw other masks, from the next seed; what was switched by hand is forgotten."""
        self._seed.value += 1

    def reset(self, *_: object) -> None:
        """Everything as it was at the start; what was switched by hand is forgotten."""
        with self._answer.once():
            self._switches.forget()
            self._view = View()
            for control, value in self._start.items():
                control.value = value

    def _press(self, key: str) -> None:
        """Do what a part of the picture says: "1 0" is a unit, "example 3" a column, and so on."""
        verb, *numbers = key.split()
        given = list(map(int, numbers))
        if verb == "switch":
            self.toggle(*given)
        elif verb == "example":
            self.example = given[0]
        elif verb == "examples":
            self._look(replace(self._view, examples=given[0]))
        elif verb == "units":
            self._look(replace(self._view, first={**(self._view.first or {}), given[0]: given[1]}))
        else:
            self.toggle(int(verb), given[0])

    def _look(self, view: View) -> None:
        """Look at another part of a larger network."""
        self._view = view
        self._show()

    def _state(self) -> str:
        """Who is off, and what was switched by hand."""
        off = off_units(self.masks, self.example) or "none"
        words = f"Off in example {self.example}: {off}." if self._X.shape[1] > 1 else f"Off: {off}."
        by_hand = self._switches.by_hand
        if by_hand:
            told = (
                f"unit {i} of layer {l}" + (f" in example {j}" if self._X.shape[1] > 1 else "")
                for l, i, j in sorted(by_hand)
            )
            words += f" Set by hand: {', '.join(told)}."
        return words

    def _still(self) -> Element:
        """The picture for a reader without a kernel."""
        raise NotImplementedError

    def _static(self) -> list[Element]:
        return [as_image(self._failure() if self._doubted else self._still())]

    def _failure(self) -> Element:
        """In place of a picture: the line that failed, and why."""
        return draw_failure(failed_line(self.error, self.recipe), str(self.error))

    @np.errstate(all="ignore")  # a wrong recipe may divide by zero; the picture says so
    def _update(self) -> None:
        super()._update()
        self._doubted = False

    def _doubt(self) -> str:
        self._doubted = True
        with self._ready.showing(doubted=True):
            self._stage.show(self._failure())
        return "There is no picture until this works."

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
    balance: BalanceCheck | None  # None if a switch's scale depends on A, where it does not hold
    used: Recipe  # the one that ran

    def _work(self) -> None:
        masks, fwd, bwd = self._run()
        net, recipe = self.net, self.recipe
        steps = tell(net, fwd, bwd, self._Y, recipe)
        given = (net, self._X, self._Y, masks, self.keep_prob, recipe)
        check = check_gradients(*given, bwd=bwd)
        factors = steps[-1].story.factors["forward"]
        linear = all(factor is not None for factor in factors.values())
        self.balance = check_balance(net, fwd, bwd) if linear else None
        self.masks, self.steps, self.check, self.used = masks, steps, check, recipe

    def _said(self, sentence: str = "") -> Said:
        """The verdict of the checks, with a sentence."""
        code = {step.name: step.code for step in self.steps}
        good, words = about_check(self.check, self.steps[-1].wrong, self.balance, code)
        return Said(words, good, sentence)

    def _in_use(self) -> str:
        """The recipe that ran, unless it is the correct one, and what no gradient check can say of it."""
        used, words = self.used, ""
        if used.name != CORRECT.name:
            words = f"In use: {used.name}. "
        if used.slope_from != CORRECT.slope_from:
            words += f"Slope from {used.slope_from}. "
        # The check compares backward with forward, and cannot see what both get wrong.
        hidden = used.backward is used.forward and _acts(used) != _acts(CORRECT)
        return words + (f"{used.explanation} " if hidden else "")

    def _checked(self) -> str:
        """The check in a word or two, or the error that is shown."""
        error = f"gradient check {self.check.relative_error:.2f}, worst at {entry(self.check)}"
        return self._trouble() or ("gradient check ok" if self.check.ok else error)
