"""Check a learner's backward pass through one tanh layer: the switch first, then the slope.

All of it can be wrong at once, so every known way across the switch is paired with every known slope.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.activations import (
    relu_slope,
    sigmoid_slope,
    sigmoid_slope_from_A,
    tanh_slope,
    tanh_slope_from_A,
)
from dropout_lab.core.doors import Array
from dropout_lab.core.dropout import apply_mask
from dropout_lab.exercises.attempt import AttemptError
from dropout_lab.exercises.backward import EXPLANATIONS as BACKWARD
from dropout_lab.exercises.feedback import (
    Feedback,
    Finding,
    accept,
    in_words,
    opened,
    refuse,
    sum_up,
)
from dropout_lab.exercises.trial import Trial, case_of, draw, evidence, run_alike, smallest
from dropout_lab.exercises.ways import explained, redrawn
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


# The ways across the switch that need the layer, besides those of `ways`, and the slopes, by name; the
# right slope is first, and "".
Ways = list[tuple[str, Callable[[LayerTrial], Any]]]
GUESSED: Ways = [
    ("mask guessed from A_drop", lambda t: t.A_drop != 0),
    ("mask guessed from A_drop", lambda t: t.A_drop > 0),
]
SLOPES: dict[str, Callable[[LayerTrial], Any]] = {
    "": lambda t: tanh_slope(t.Z),
    "slope from dropped A": lambda t: tanh_slope_from_A(t.A_drop),
    # At kept units this is A, and the slope is right; at units that are off it is 0, and the slope 1.
    "slope from A_drop * keep_prob": lambda t: tanh_slope_from_A(t.A_drop * t.keep_prob),
    "no slope": lambda t: np.ones_like(t.Z),
    "slope of ReLU": lambda t: relu_slope(t.Z),
    "slope of ReLU from A_drop": lambda t: relu_slope(t.A_drop),
    "slope >= 0": lambda t: t.A_drop >= 0,
    "slope of ReLU with >=": lambda t: t.Z >= 0,
    "slope of sigmoid": lambda t: sigmoid_slope(t.Z),
    "slope of sigmoid at a tanh": lambda t: sigmoid_slope_from_A(np.tanh(t.Z)),
    "slope of sigmoid at A_drop": lambda t: sigmoid_slope_from_A(t.A_drop),
    "slope 1 - Z**2": lambda t: 1 - t.Z**2,
    "slope 1 - tanh(Z)": lambda t: 1 - np.tanh(t.Z),
    "slope 1 - A_drop": lambda t: 1 - t.A_drop,
    "slope 1 - tanh(Z**2)": lambda t: 1 - np.tanh(t.Z**2),
    "slope 1 + tanh(Z)**2": lambda t: 1 + np.tanh(t.Z) ** 2,
    "slope tanh(Z)**2": lambda t: np.tanh(t.Z) ** 2,
    "slope tanh(Z)**2 - 1": lambda t: -tanh_slope(t.Z),
    "slope twice": lambda t: tanh_slope(t.Z) ** 2,
    "slope of dropped A twice": lambda t: tanh_slope_from_A(t.A_drop) ** 2,
    "slope at tanh(Z)": lambda t: tanh_slope(np.tanh(t.Z)),
    "slope at A_drop": lambda t: tanh_slope(t.A_drop),
    "slope from A_drop / keep_prob": lambda t: tanh_slope_from_A(t.A_drop / t.keep_prob),
    "tanh for its slope": lambda t: np.tanh(t.Z),
    "A_drop for its slope": lambda t: t.A_drop,
    "Z for its slope": lambda t: t.Z,
}
FROM_A_DROP = {"mask guessed from A_drop", "slope from dropped A", "slope >= 0"} | {
    name for name in SLOPES if "A_drop" in name or "dropped" in name
}
TANH = "the slope of tanh is 1 - tanh(Z)**2."
EXPLANATIONS = BACKWARD | {
    "mask guessed from A_drop": "You take a unit for off where A_drop is 0. A kept unit with A = 0 is "
    "0 too, and its gradient is not: use D.",
    "slope from dropped A": BUGS["slope from dropped A"].explanation,
    "slope from A_drop * keep_prob": "The slope at A_drop * keep_prob is right at kept units only; the "
    "mask has to do the rest.",
    "no slope": "From dA to dZ is one more step: multiply by the slope of tanh, 1 - tanh(Z)**2.",
    "slope of ReLU": "Z > 0 is the slope of ReLU; this layer is tanh.",
    "slope of ReLU from A_drop": "A_drop > 0 is the slope of ReLU; this layer is tanh.",
    "slope >= 0": "A_drop >= 0 is a slip for the slope of ReLU; this layer is tanh.",
    "slope of ReLU with >=": "Z >= 0 is a slope of ReLU; this layer is tanh.",
    "slope of sigmoid": "A * (1 - A) with the sigmoid is its own slope; this layer is tanh.",
    "slope of sigmoid at a tanh": f"A * (1 - A) is the slope of the sigmoid; {TANH}",
    "slope of sigmoid at A_drop": f"A * (1 - A) is the slope of the sigmoid; {TANH}",
    "slope 1 - Z**2": "The slope is 1 - A**2 with A = tanh(Z); you square Z itself.",
    "slope 1 - tanh(Z)": "The square is missing: the slope is 1 - tanh(Z)**2.",
    "slope 1 - A_drop": f"The square is missing, and A_drop is no longer a tanh: {TANH}",
    "slope 1 - tanh(Z**2)": "The square belongs to tanh(Z), not to Z: the slope is 1 - tanh(Z)**2.",
    "slope 1 + tanh(Z)**2": f"A sign: {TANH}",
    "slope tanh(Z)**2": f"The 1 - is missing: {TANH}",
    "slope tanh(Z)**2 - 1": f"The sign is the other way around: {TANH}",
    "slope twice": "You multiply by the slope twice, or square it; once is enough.",
    "slope of dropped A twice": f"Squared, and taken at A_drop, which is no longer a tanh: {TANH}",
    "slope at tanh(Z)": f"You take the tanh of a tanh: {TANH}",
    "slope at A_drop": f"You take the tanh of A_drop, which has been one: {TANH}",
    "slope from A_drop / keep_prob": "A_drop was divided by keep_prob already; it is at A = tanh(Z) that "
    "the slope is 1 - A**2.",
    "tanh for its slope": "tanh(Z) is the value, not the slope.",
    "A_drop for its slope": f"A_drop is the value, not the slope: {TANH}",
    "Z for its slope": f"Z is the value that goes in, not the slope: {TANH}",
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
        told = "Your dZ is 0 everywhere. At kept units something comes back."
        return refuse(told, "all zero", case_of(trials[0]))
    reads_A_drop = _reads_A_drop(my_layer_backward, trials[-1])
    if all(t.agrees_with(t.true) for t in trials):
        return accept(RIGHT_FROM_A_DROP if reads_A_drop else PRAISE)
    ways = _explained_by(trials, reads_A_drop)
    return sum_up([smallest(trials)], "") if ways is None else _told(trials, *ways)


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


def _explained_by(trials: list[LayerTrial], reads_A_drop: bool) -> tuple[list[str], str] | None:
    """The slips at the switch and at the slope that give these numbers; None if no known ones do.

    Of several the one with the fewest mistakes, and then one that reads A_drop if the function does.
    """

    def strain(ways: tuple[list[str], str]) -> tuple[int, bool]:
        """How far-fetched an explanation is; what the function never looks at is no explanation."""
        names, slope = ways
        reads = not FROM_A_DROP.isdisjoint([*names, slope])
        return len(names) + bool(slope) + 9 * (reads > reads_A_drop), reads != reads_A_drop

    known = list(explained(trials, GUESSED, list(SLOPES.items())))
    if known:
        return min(known, key=strain)
    # A slope with zeros first: behind any other, its zeros would look like open switches.
    most_zeros = sorted(SLOPES, key=lambda name: np.count_nonzero(SLOPES[name](trials[-1])))
    drawn = ((redrawn(_behind(trials, slope)), slope) for slope in most_zeros)
    return next(((names, slope) for names, slope in drawn if names), None)


def _behind(trials: list[LayerTrial], slope: str) -> list[Trial]:
    """The trials as if only the switch were in question: the slope goes in with dA_drop."""
    return [
        Trial(t.values * SLOPES[slope](t), t.D, t.keep_prob, t.found, t.given, t.made)
        for t in trials
    ]


def _told(trials: list[LayerTrial], crossing: list[str], slope: str) -> Feedback:
    """What is wrong at the switch and at the slope; bug is one of BUGS, or else the first."""
    apart = "Leave the slope aside for a moment. " if slope else ""
    found = [Finding(name, EXPLANATIONS[name], case=case_of(trials[-1])) for name in crossing]
    found = opened(f"{apart}{evidence(_behind(trials, slope))}", found)
    if slope:
        found.append(Finding(slope, f"{_steepest(trials[-1], slope)} {EXPLANATIONS[slope]}"))
    return sum_up(found, "")


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
