"""Both passes of a three-layer ReLU network, written so that single pieces of them can be exchanged.

A slip exchanges one piece, in one layer or everywhere. What a learner's pass gave is compared with what
the slips give, first alone, then two of them together, then three.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.activations import (
    leaky_relu,
    linear,
    relu,
    sigmoid,
    sigmoid_slope,
    tanh_slope,
)
from dropout_lab.core.doors import Array
from dropout_lab.core.network import as_row
from dropout_lab.core.passes import Forward
from dropout_lab.exercises.ways import SCALES, USES
from dropout_lab.experiments.data import Case

Slot = tuple[str, int]
Plan = Mapping[Slot, Any]


@dataclass(frozen=True)
class Slip:
    """A name, the pieces it exchanges, and the layer it is in (0: everywhere)."""

    name: str
    pieces: Plan
    layer: int = 0
    common: bool = field(default=True, compare=False)


def run_forward(case: Case, plan: Plan) -> Array:
    """A3 (1, m): `A_drop = A * D / keep_prob` in layers 1 and 2, with some pieces exchanged."""
    A, k = case.X, case.keep_prob
    for l in (1, 2, 3):
        Z = case.net.W[l] @ A + plan.get(("b", l), 1) * case.net.b[l]
        A = plan.get(("g", l), relu if l < 3 else sigmoid)(Z)
        if l < 3:
            A = A * _factor(plan, case, l, k)
    return A


def run_back(case: Case, fwd: Forward, plan: Plan) -> Array:
    """Every dW and db in one row, from layer 1 up, with some pieces exchanged."""
    m, n = case.X.shape[1], case.X.shape[0]
    mean_dW, mean_db = (plan.get((of, 0), lambda m, _n: 1 / m)(m, n) for of in ("dW", "db"))
    dZ, dW, db = plan.get(("dZ", 3), operator.sub)(fwd.output, case.Y), {}, {}
    for l in (3, 2, 1):
        sent = plan.get(("sent", l), _A_drop)(fwd, l - 1)
        dW[l], db[l] = mean_dW * dZ @ sent.T, mean_db * dZ.sum(axis=1, keepdims=True)
        if l > 1:
            dA = (case.net.W[l].T @ dZ) * _factor(plan, case, l - 1, case.keep_prob)
            dZ = dA * plan.get(("slope", l - 1), _is_open)(fwd, l - 1)
    return as_row(dW, db)


def _A_drop(fwd: Forward, l: int) -> Array:
    return fwd.A_drop[l]


def _is_open(fwd: Forward, l: int) -> Any:
    return fwd.Z[l] > 0


def _factor(plan: Plan, case: Case, l: int, keep_prob: float) -> Array:
    """What a value of layer l is multiplied by at its switch."""
    D = case.masks[l].astype(float)
    use, scale = plan.get(("use", l), USES[0][1]), plan.get(("scale", l), SCALES[0][1])
    return np.asarray(use(D, keep_prob) * scale(D, keep_prob))


def _spread(
    name: str,
    slots: Sequence[str],
    pieces: Sequence[Any],
    alone: bool = True,
    layers: Sequence[int] = (1, 2),
) -> Iterator[Slip]:
    """The slip everywhere, and, if it may stand alone, in each of the layers."""

    def of(l: int) -> Plan:
        """The pieces in one layer."""
        return {(slot, l): piece for slot, piece in zip(slots, pieces, strict=True)}

    yield Slip(name, {slot: piece for l in layers for slot, piece in of(l).items()}, common=alone)
    if alone:
        yield from (Slip(name, of(l), l) for l in layers)


RARE = {"switches of other places", "share really kept", "a number for keep_prob"}
CLOSED, UNSCALED = dict(USES)["no mask"], dict(SCALES)["no scale"]
SWITCHES = [
    *_spread("neither", ("use", "scale"), (CLOSED, UNSCALED)),
    *[slip for name, use in USES[1:] for slip in _spread(name, ("use",), (use,), name not in RARE)],
    *[
        slip
        for name, scale in SCALES[1:]
        for slip in _spread(name, ("scale",), (scale,), name not in RARE)
    ],
]
ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "tanh for ReLU": np.tanh, "sigmoid for ReLU": sigmoid, "leaky ReLU for ReLU": leaky_relu,
    "no activation": linear, "abs for ReLU": np.abs, "min for max": lambda Z: np.minimum(Z, 0),
}  # fmt: skip
FORWARD_SLIPS = [
    *SWITCHES,
    *[slip for name, g in ACTIVATIONS.items() for slip in _spread(name, ("g",), (g,))],
    *_spread("no bias", ("b",), (0,), layers=(1, 2, 3)),
    *_spread("bias subtracted", ("b",), (-1,), layers=(1, 2, 3)),
    Slip("no sigmoid", {("g", 3): linear}),
    Slip("ReLU at the output", {("g", 3): relu}),
    Slip("tanh at the output", {("g", 3): np.tanh}),
    Slip("sigmoid with another sign", {("g", 3): lambda Z: sigmoid(-Z)}),
    Slip("sigmoid twice", {("g", 3): lambda Z: sigmoid(sigmoid(Z))}),
]
Steep = Callable[[Forward, int], Any]
STEEP: dict[str, Steep] = {
    "no slope": lambda fwd, l: np.ones_like(fwd.Z[l]),
    "slope of tanh": lambda fwd, l: tanh_slope(fwd.Z[l]),
    "slope of sigmoid": lambda fwd, l: sigmoid_slope(fwd.Z[l]),
    "slope from dropped A": lambda fwd, l: 1 - fwd.A_drop[l] ** 2,
    "value for its slope": lambda fwd, l: relu(fwd.Z[l]),
    "slope upside down": lambda fwd, l: fwd.Z[l] <= 0,
}
Mean = Callable[[int, int], float]
MEANS: dict[str, Mean] = {
    "no 1 / m": lambda _m, _n: 1,
    "1 / m twice": lambda m, _n: 1 / m**2,
    "inputs for examples": lambda _m, n: 1 / n,
    "times m": lambda m, _n: m,
}
BACKWARD_SLIPS = [
    *SWITCHES,
    *[slip for name, slope in STEEP.items() for slip in _spread(name, ("slope",), (slope,))],
    *[Slip(name, {("dW", 0): mean, ("db", 0): mean}) for name, mean in MEANS.items()],
    *[Slip(f"{name}, in {of}", {(of, 0): mean}) for name, mean in MEANS.items() for of in ("dW", "db")],
    *[Slip("a number for m", {(of, 0): lambda _m, _n, c=c: 1 / c for of in ("dW", "db")}, common=False) for c in range(5, 12)],
    Slip("sign of dZ3", {("dZ", 3): lambda A3, Y: Y - A3}),
    Slip("slope at the output", {("dZ", 3): lambda A3, Y: (A3 - Y) * A3 * (1 - A3)}),
    Slip("no slope at the output", {("dZ", 3): lambda A3, Y: (A3 - Y) / (A3 * (1 - A3))}),
    *_spread("A for A_drop in dW", ("sent",), (lambda fwd, l: fwd.A[l],), layers=(2, 3)),
    *_spread("Z for A_drop in dW", ("sent",), (lambda fwd, l: fwd.Z[l],), layers=(2, 3)),
]  # fmt: skip

MEAN_WORDS = {
    "no 1 / m": "The 1 / m of the mean is missing{}.",
    "1 / m twice": "You divide by m twice{}: the mean takes it once.",
    "inputs for examples": "You divide by the number of inputs{}; m is the number of examples, X.shape[1].",
    "times m": "You multiply by m{}; the mean divides by it.",
}
PLACES = {"": "", ", in dW": " in dW", ", in db": " in db"}
OUTPUT = "With a sigmoid and the cross-entropy, dZ3 = A3 - Y"
EXPLANATIONS = {
    "tanh for ReLU": "You have tanh where the course has ReLU.",
    "sigmoid for ReLU": "You have a sigmoid where the course has ReLU.",
    "leaky ReLU for ReLU": "You have leaky ReLU where the course has ReLU.",
    "no activation": "The ReLU is missing: A = np.maximum(Z, 0).",
    "abs for ReLU": "ReLU makes 0 of what is negative, not the same number without its sign.",
    "min for max": "ReLU is the larger of Z and 0, not the smaller.",
    "no bias": "The bias b is missing.",
    "bias subtracted": "The bias b is added, not subtracted.",
    "no sigmoid": "The sigmoid at the output is missing: A3 = 1 / (1 + np.exp(-Z3)).",
    "ReLU at the output": "The output has a sigmoid, not a ReLU.",
    "tanh at the output": "The output has a sigmoid, not a tanh.",
    "sigmoid with another sign": "The sigmoid is 1 / (1 + np.exp(-Z3)), with a minus.",
    "sigmoid twice": "The output went through the sigmoid twice.",
    "no slope": "The slope of ReLU is missing, so the gate never closes: multiply by Z > 0. (A_drop >= 0 "
    "would not do: a ReLU output is never negative, so that is always true.)",
    "slope >= 0": BUGS["slope >= 0"].explanation,
    "slope of tanh": "The slope is that of tanh; these layers are ReLU: Z > 0.",
    "slope of sigmoid": "The slope is that of the sigmoid; these layers are ReLU: Z > 0.",
    "slope from dropped A": "1 - A**2 is the slope of tanh; these layers are ReLU: Z > 0.",
    "value for its slope": "You multiply by the value of ReLU; its slope is 1 where Z > 0, else 0.",
    "slope upside down": "The gate is upside down: the slope of ReLU is 1 where Z > 0.",
    **{
        f"{name}{of}": words.format(place)
        for name, words in MEAN_WORDS.items()
        for of, place in PLACES.items()
    },
    "a number for m": "You divide by the same number in every case; m is the number of examples.",
    "sign of dZ3": f"{OUTPUT}: the sign is the other way around.",
    "slope at the output": f"{OUTPUT}: the slope of the sigmoid has canceled.",
    "no slope at the output": f"{OUTPUT}: the slope of the sigmoid is missing.",
    "A for A_drop in dW": "dW needs what was sent through the weights: A_drop, not A.",
    "Z for A_drop in dW": "dW needs what was sent through the weights: A_drop, not Z.",
}


OFTEN = {*BUGS, "no 1 / m", "no slope", "sign of dZ3", "no sigmoid", "no bias", "no activation"}


def explaining(slips: Sequence[Slip], gives: Callable[[Plan], bool]) -> tuple[Slip, ...]:
    """The fewest slips that together give what was found; () if none do.

    All of them alone, those that are common in pairs, and those that are met most often, everywhere, in threes.
    """
    everywhere = [slip for slip in slips if not slip.layer and slip.name in OFTEN]
    kinds = [slips, [slip for slip in slips if slip.common], everywhere]
    for count, some in enumerate(kinds, 1):
        for together in combinations(some, count):
            plan: dict[Slot, Any] = {}
            for slip in together:
                plan |= slip.pieces
            apart = len(plan) == sum(len(slip.pieces) for slip in together)
            if apart and gives(plan):
                return together
    return ()
