"""The ways to go back through one tanh layer, right and wrong: across the switch, and down the slope.

dA = dA_drop * D / keep_prob        dZ = dA * (1 - tanh(Z)**2)
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.core.activations import relu_slope, sigmoid_slope, tanh_slope, tanh_slope_from_A
from dropout_lab.core.dropout import Array, Mask, apply_mask


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
