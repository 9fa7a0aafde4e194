"""Check a learner's backward pass through one tanh layer: the switch first, then the slope.

Both can be wrong at once, so every known way across the switch is paired with every known slope.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.core.activations import relu_slope, sigmoid_slope, tanh_slope, tanh_slope_from_A
from dropout_lab.core.doors import Array
from dropout_lab.core.dropout import apply_mask
from dropout_lab.exercises.attempt import AttemptError
from dropout_lab.exercises.feedback import Feedback, Finding, accept, in_words, refuse, sum_up
from dropout_lab.exercises.trial import Trial, draw, evidence, redrawn, run_alike, smallest
from dropout_lab.text import number


@dataclass(frozen=True)
class LayerTrial(Trial):
    """A trial of the whole layer: back through the switch, then times the slope of tanh at Z (n, m)."""

    Z: Array

    @property
    def A_drop(self) -> Array:
        """What the layer had sent forward."""
        return apply_mask(np.tanh(self.Z), self.D, self.keep_prob)

    @property
    def true(self) -> Array:
        """The dZ it should have made."""
        return super().true * tanh_slope(self.Z)

    @property
    def shown(self) -> dict[str, Array]:
        """The arrays it was given, by name, besides D."""
        return {**super().shown, "Z": self.Z, "A_drop": self.A_drop}


def _crossed(backward: Callable[..., Array]) -> Callable[[LayerTrial], Array]:
    return lambda t: backward(t.values, t.D, t.keep_prob)


# The ways across the switch (they give dA) and the slopes, by name; the right one is first, and "".
Ways = dict[str, Callable[[LayerTrial], Any]]
CROSSINGS: Ways = {
    "": _crossed(apply_mask),
    **{name: _crossed(bug.backward) for name, bug in BACKWARD_BUGS.items()},
    "mask guessed from A_drop": lambda t: t.values * (t.A_drop != 0) / t.keep_prob,
}
SLOPES: Ways = {
    "": lambda t: tanh_slope(t.Z),
    "slope from dropped A": lambda t: tanh_slope_from_A(t.A_drop),
    # At kept units this is A, and the slope is right; at units that are off it is 0, and the slope 1.
    "slope from A_drop * keep_prob": lambda t: tanh_slope_from_A(t.A_drop * t.keep_prob),
    "no slope": lambda t: np.ones_like(t.Z),
    "slope of ReLU": lambda t: relu_slope(t.Z),
    "slope of ReLU from A_drop": lambda t: relu_slope(t.A_drop),
    "slope >= 0": lambda t: t.A_drop >= 0,
    "slope of sigmoid": lambda t: sigmoid_slope(t.Z),
    "slope 1 - Z**2": lambda t: 1 - t.Z**2,
    "slope 1 - tanh(Z)": lambda t: 1 - np.tanh(t.Z),
    "tanh for its slope": lambda t: np.tanh(t.Z),
}
FROM_A_DROP = {
    "mask guessed from A_drop", "slope from dropped A", "slope from A_drop * keep_prob",
    "slope of ReLU from A_drop", "slope >= 0",
}  # fmt: skip
EXPLANATIONS = {name: bug.explanation for name, bug in BUGS.items()} | {
    "mask guessed from A_drop": "You take a unit for off where A_drop is 0. A kept unit with A = 0 is "
    "0 too, and its gradient is not: use D.",
    "slope from A_drop * keep_prob": "The slope at A_drop * keep_prob is right at kept units only; the "
    "mask has to do the rest.",
    "no slope": "From dA to dZ is one more step: multiply by the slope of tanh, 1 - tanh(Z)**2.",
    "slope of ReLU": "Z > 0 is the slope of ReLU; this layer is tanh.",
    "slope of ReLU from A_drop": "A_drop > 0 is the slope of ReLU; this layer is tanh.",
    "slope >= 0": "A_drop >= 0 is a slip for the slope of ReLU; this layer is tanh.",
    "slope of sigmoid": "A * (1 - A) with the sigmoid is its own slope; this layer is tanh.",
    "slope 1 - Z**2": "The slope is 1 - A**2 with A = tanh(Z); you square Z itself.",
    "slope 1 - tanh(Z)": "The square is missing: the slope is 1 - tanh(Z)**2.",
    "tanh for its slope": "tanh(Z) is the value, not the slope.",
}

TRIED_HERE = [((2, 1), 0.5), ((4, 4), 0.8), ((5, 3), 0.3), ((6, 7), 0.6)]
PRAISE = "Right, in every case I tried: back through the same switch, then times the slope at Z."
RIGHT_FROM_A_DROP = (
    "Right, in every case I tried. Your slope comes from A_drop * keep_prob: at kept units that is A "
    "again, and at units that are off, where it is not, the mask makes the product 0 anyway."
)


@in_words
def check_layer_backward(my_layer_backward: Callable[..., Any]) -> Feedback:
    """Check your own my_layer_backward(dA_drop, Z, A_drop, D, keep_prob) -> dZ of a tanh layer.

    True is `dA_drop * D / keep_prob * (1 - np.tanh(Z)**2)`. Never raises; names what is wrong with
    the way across the switch, with the slope, or with both.
    """
    trials = [_try(my_layer_backward, case) for case in range(len(TRIED_HERE))]
    if not any(t.found.any() for t in trials):
        return refuse("Your dZ is 0 everywhere. At kept units something comes back.")
    reads_A_drop = _reads_A_drop(my_layer_backward, trials[-1])
    ways = _explained_by(trials, reads_A_drop)
    if ways is None:
        return refuse(smallest(trials))
    if ways == ("", ""):
        return accept(RIGHT_FROM_A_DROP if reads_A_drop else PRAISE)
    return _told(trials, *ways)


def _try(function: Callable[..., Any], case: int) -> LayerTrial:
    """The result on one random case."""
    shape, keep_prob = TRIED_HERE[case]
    (dA_drop, Z), D = draw(shape, keep_prob, case, 2)
    if case:  # a kept unit whose A is 0: A_drop does not tell that it is kept
        Z[-1, -1] = 0
    given = LayerTrial(dA_drop, D, keep_prob, np.empty(shape), "dA_drop", "dZ", Z)
    return replace(given, found=_dZ(function, given, given.A_drop))


def _dZ(function: Callable[..., Any], t: LayerTrial, A_drop: Array) -> Array:
    """What the function makes of a trial, with this A_drop."""
    return run_alike(function, (t.values, t.Z, A_drop, t.D, t.keep_prob), t.given, t.made)


def _reads_A_drop(function: Callable[..., Any], trial: LayerTrial) -> bool:
    """Whether the result changes with A_drop alone."""
    other = np.random.default_rng(0).uniform(-1, 1, trial.Z.shape)
    try:
        return not np.allclose(_dZ(function, trial, other), trial.found)
    except AttemptError:  # it may well refuse an A_drop that does not belong to Z
        return False


def _explained_by(trials: list[LayerTrial], reads_A_drop: bool) -> tuple[str, str] | None:
    """The way across the switch and the slope that give these numbers; None if no known ones do.

    Of several pairs the one with the fewest mistakes, and then one that reads A_drop if the function
    does.
    """

    def strain(ways: tuple[str, str]) -> tuple[int, bool]:
        """How far-fetched an explanation is."""
        reads = not FROM_A_DROP.isdisjoint(ways)
        return sum(map(bool, ways)), reads != reads_A_drop

    def gives(crossing: str, slope: str) -> bool:
        """Whether these two give what was found."""
        return all(t.agrees_with(CROSSINGS[crossing](t) * SLOPES[slope](t)) for t in trials)

    pairs = [pair for pair in product(CROSSINGS, SLOPES) if gives(*pair)]
    if pairs:
        return min(pairs, key=strain)
    return next(
        (("fresh mask", slope) for slope in SLOPES if redrawn(_behind(trials, slope))), None
    )


def _behind(trials: list[LayerTrial], slope: str) -> list[Trial]:
    """The trials as if only the switch were in question: the slope goes in with dA_drop."""
    return [
        Trial(t.values * SLOPES[slope](t), t.D, t.keep_prob, t.found, t.given, t.made)
        for t in trials
    ]


def _told(trials: list[LayerTrial], crossing: str, slope: str) -> Feedback:
    """What is wrong with the two ways; bug is one of BUGS, or else the first of the two."""
    found = []
    if crossing:
        apart = "Leave the slope aside for a moment. " if slope else ""
        told = f"{apart}{evidence(_behind(trials, slope))} {EXPLANATIONS[crossing]}"
        found.append(Finding(crossing, told))
    if slope:
        found.append(Finding(slope, f"{_steepest(trials[-1], slope)} {EXPLANATIONS[slope]}"))
    feedback = sum_up(found, "")
    return feedback if feedback.bug in BUGS else replace(feedback, bug=found[0].name)


def _steepest(trial: LayerTrial, slope: str) -> str:
    """The entry at which the slope is furthest off, with its numbers."""
    yours, true = SLOPES[slope](trial) * np.ones_like(trial.Z), tanh_slope(trial.Z)
    i, j = np.unravel_index(np.argmax(np.abs(yours - true) * (trial.found != 0)), true.shape)
    Z, A_drop, your_slope, its_slope = (
        number(float(values[i, j])) for values in (trial.Z, trial.A_drop, yours, true)
    )
    return (
        f"Unit {i} of example {j} has Z = {Z} and A_drop = {A_drop}: "
        f"your slope is {your_slope}, the slope of tanh there is {its_slope}."
    )
