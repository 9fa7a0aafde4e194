"""Check a learner's backward pass through one tanh layer: the switch first, then the slope.

Both can be wrong at once, so every known way across the switch is paired with every known slope.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.core.activations import relu_slope, sigmoid_slope, tanh_slope, tanh_slope_from_A
from dropout_lab.core.doors import Array, Mask
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.exercises.attempt import AttemptError, attempt
from dropout_lab.exercises.feedback import Diagnosis, Feedback, Finding, unknown, verdict
from dropout_lab.exercises.trial import Trial, evidence, like, other_switches, unexplained
from dropout_lab.text import number, numbers


@dataclass(frozen=True)
class LayerCase:
    """What a learner's function is given, and the dZ it made of it; arrays (n, m)."""

    dA_drop: Array
    Z: Array
    A_drop: Array
    D: Mask
    keep_prob: float
    found: Array = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class Way:
    """One factor of dZ as somebody computes it: its name ("" if right), and a sentence on what is wrong.

    values: dA of a case for a way across the switch, the slope of a case for a slope.
    """

    name: str
    values: Callable[[LayerCase], Any]
    sentence: str = ""
    from_A_drop: bool = False


def _crossed(backward: Callable[..., Array]) -> Callable[[LayerCase], Array]:
    return lambda case: backward(case.dA_drop, case.D, case.keep_prob)


CROSSINGS = [
    Way("", _crossed(apply_mask)),
    *(Way(name, _crossed(bug.backward), bug.explanation) for name, bug in BACKWARD_BUGS.items()),
    Way(
        "mask guessed from A_drop",
        lambda case: case.dA_drop * (case.A_drop != 0) / case.keep_prob,
        "You take a unit for off where A_drop is 0. A kept unit with A = 0 is 0 too, and its "
        "gradient is not: use D.",
        from_A_drop=True,
    ),
]

SLOPES = [
    Way("", lambda case: tanh_slope(case.Z)),
    Way(
        "slope from dropped A",
        lambda case: tanh_slope_from_A(case.A_drop),
        BUGS["slope from dropped A"].explanation,
        from_A_drop=True,
    ),
    # At kept units this is A, and the slope is right; at units that are off it is 0, and the slope 1.
    Way(
        "slope from A_drop * keep_prob",
        lambda case: tanh_slope_from_A(case.A_drop * case.keep_prob),
        "The slope at A_drop * keep_prob is right at kept units only; the mask has to do the rest.",
        from_A_drop=True,
    ),
    Way(
        "no slope",
        lambda case: np.ones_like(case.Z),
        "From dA to dZ is one more step: multiply by the slope of tanh, 1 - tanh(Z)**2.",
    ),
    Way(
        "slope of ReLU",
        lambda case: relu_slope(case.Z),
        "Z > 0 is the slope of ReLU; this layer is tanh.",
    ),
    Way(
        "slope of ReLU from A_drop",
        lambda case: relu_slope(case.A_drop),
        "A_drop > 0 is the slope of ReLU; this layer is tanh.",
        from_A_drop=True,
    ),
    Way(
        "slope >= 0",
        lambda case: case.A_drop >= 0,
        "A_drop >= 0 is a slip for the slope of ReLU; this layer is tanh.",
        from_A_drop=True,
    ),
    Way(
        "slope of sigmoid",
        lambda case: sigmoid_slope(case.Z),
        "A * (1 - A) with the sigmoid is its own slope; this layer is tanh.",
    ),
    Way(
        "slope 1 - Z**2",
        lambda case: 1 - case.Z**2,
        "The slope is 1 - A**2 with A = tanh(Z); you square Z itself.",
    ),
    Way(
        "slope 1 - tanh(Z)",
        lambda case: 1 - np.tanh(case.Z),
        "The square is missing: the slope is 1 - tanh(Z)**2.",
    ),
    Way("tanh for its slope", lambda case: np.tanh(case.Z), "tanh(Z) is the value, not the slope."),
]


CASES = [((2, 1), 0.5), ((4, 4), 0.8), ((5, 3), 0.3), ((6, 7), 0.6)]
FRESH = next(way for way in CROSSINGS if way.name == "fresh mask")
PRAISE = "Right, in every case I tried: back through the same switch, then times the slope at Z."
RIGHT_FROM_A_DROP = (
    "Right, in every case I tried. Your slope comes from A_drop * keep_prob: at kept units that is A "
    "again, and at units that are off, where it is not, the mask makes the product 0 anyway."
)


def check_layer_backward(my_layer_backward: Callable[..., Any]) -> Feedback:
    """Check your own my_layer_backward(dA_drop, Z, A_drop, D, keep_prob) -> dZ of a tanh layer.

    True is `dA_drop * D / keep_prob * (1 - np.tanh(Z)**2)`. Never raises; names what is wrong with
    the way across the switch, with the slope, or with both.
    """
    try:
        cases = [_try(my_layer_backward, _case(seed)) for seed in range(len(CASES))]
        return Feedback.of(_compared(cases, _reads_A_drop(my_layer_backward, cases[-1])))
    except AttemptError as trouble:
        return Feedback.of(unknown(str(trouble)))


def _case(seed: int) -> LayerCase:
    """A random case in which the first unit is off, and the last is kept."""
    (shape, keep_prob), rng = CASES[seed], np.random.default_rng(seed)
    dA_drop, Z = rng.standard_normal((2, *shape))
    D = sample_mask(shape, keep_prob, rng)
    D[0, 0], D[-1, -1] = False, True
    if seed:  # a kept unit whose A is 0: A_drop does not tell that it is kept
        Z[-1, -1] = 0
    return LayerCase(dA_drop, Z, apply_mask(np.tanh(Z), D, keep_prob), D, keep_prob)


def _try(function: Callable[..., Any], case: LayerCase) -> LayerCase:
    """The case with what the function makes of it."""
    args = (case.dA_drop, case.Z, case.A_drop, case.D, case.keep_prob)
    result = attempt(function, *args, new="dZ", old="dA_drop")
    return replace(case, found=like(case.dA_drop, result, "dA_drop", "dZ"))


def _reads_A_drop(function: Callable[..., Any], case: LayerCase) -> bool:
    """Whether the result changes with A_drop alone."""
    other = replace(case, A_drop=np.random.default_rng(0).uniform(-1, 1, case.Z.shape))
    try:
        return not np.allclose(_try(function, other).found, case.found)
    except AttemptError:  # it may well refuse an A_drop that does not belong to Z
        return False


def _compared(cases: list[LayerCase], reads_A_drop: bool) -> Diagnosis:
    """The pair of ways that gives these numbers: one that reads A_drop as the function does, if any."""
    if _agree(cases, CROSSINGS[0], SLOPES[0]):
        return verdict([], RIGHT_FROM_A_DROP if reads_A_drop else PRAISE)
    if not any(case.found.any() for case in cases):
        return unknown("Your dZ is 0 everywhere. At kept units something comes back.")
    pairs = [pair for pair in product(CROSSINGS, SLOPES) if _agree(cases, *pair)]
    if pairs:
        return verdict(
            _findings(cases, *min(pairs, key=lambda pair: _strain(pair, reads_A_drop))), ""
        )
    for slope in SLOPES:
        if other_switches(_trials(cases, slope)):
            return verdict(_findings(cases, FRESH, slope), "")
    return unknown(_smallest(cases))


def _strain(pair: tuple[Way, Way], reads_A_drop: bool) -> tuple[int, bool]:
    """How far-fetched an explanation is: the number of mistakes, then whether it reads other arrays."""
    return sum(bool(w.name) for w in pair), any(w.from_A_drop for w in pair) != reads_A_drop


def _agree(cases: list[LayerCase], crossing: Way, slope: Way) -> bool:
    """Whether these two ways give what was found, up to the rounding of float32."""
    return all(
        np.allclose(case.found, crossing.values(case) * slope.values(case), 1e-5, 1e-7)
        for case in cases
    )


def _trials(cases: list[LayerCase], slope: Way) -> list[Trial]:
    """The cases as if only the switch were in question: the slope goes in with dA_drop."""
    return [
        Trial(c.dA_drop * slope.values(c), c.D, c.keep_prob, c.found, "dA_drop", "dZ")
        for c in cases
    ]


def _findings(cases: list[LayerCase], crossing: Way, slope: Way) -> list[Finding]:
    found = []
    if crossing.name:
        apart = "Leave the slope aside for a moment. " if slope.name else ""
        told = f"{apart}{evidence(_trials(cases, slope))} {crossing.sentence}"
        found.append(Finding(crossing.name, told))
    if slope.name:
        found.append(Finding(slope.name, f"{_steepest(cases[-1], slope)} {slope.sentence}"))
    return found


def _steepest(case: LayerCase, slope: Way) -> str:
    """The entry at which the slope is furthest off, with its numbers."""
    yours, true = slope.values(case) * np.ones_like(case.Z), tanh_slope(case.Z)
    i, j = np.unravel_index(np.argmax(np.abs(yours - true) * (case.found != 0)), true.shape)
    return (
        f"Unit {i} of example {j} has Z = {_at(case.Z, i, j)} and A_drop = {_at(case.A_drop, i, j)}: "
        f"your slope is {_at(yours, i, j)}, the slope of tanh there is {_at(true, i, j)}."
    )


def _at(values: Array, i: Any, j: Any) -> str:
    return number(float(values[i, j]))


def _smallest(cases: list[LayerCase]) -> str:
    """The first case that fails, with its numbers."""
    right = [apply_mask(c.dA_drop, c.D, c.keep_prob) * tanh_slope(c.Z) for c in cases]
    case, true = next(
        (c, dZ) for c, dZ in zip(cases, right, strict=True) if not np.allclose(c.found, dZ, 1e-5)
    )
    return unexplained(
        {
            "dA_drop": numbers(case.dA_drop),
            "Z": numbers(case.Z),
            "A_drop": numbers(case.A_drop),
            "D": numbers(case.D.astype(int)),
            "keep_prob": str(case.keep_prob),
            "your dZ": numbers(case.found),
            "true dZ": numbers(true),
        }
    )
