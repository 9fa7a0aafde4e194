"""Small random networks for the tests, away from kinks."""

from dataclasses import dataclass

import numpy as np

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.core.doors import Array, Mask
from dropout_lab.core.gradcheck import relative_error
from dropout_lab.core.network import Network, as_row
from dropout_lab.core.passes import backward, forward, sample_masks
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import lesson
from dropout_lab.experiments.nudge import Nudge, Spot, nudge


@dataclass
class Drawn:
    """A random network, data and masks; what most tests need."""

    net: Network
    X: Array
    Y: Array
    masks: dict[int, Mask]
    keep_prob: float


def draw_case(
    activation="tanh", sizes=(4, 5, 6, 1), m=8, layers=(1, 2), keep_prob=0.6, seed=0
) -> Drawn:
    """A case whose |Z| stay above 0.01 where there is a kink, which could fool finite differences."""
    for attempt in range(500):
        rng = np.random.default_rng([seed, attempt])
        net = Network.random(sizes, activation, rng=rng)
        X = rng.standard_normal((sizes[0], m))
        Y = (rng.random((sizes[-1], m)) < 0.5).astype(float)
        masks = sample_masks(net, m, layers, keep_prob, rng)
        fwd = forward(net, X, masks, keep_prob)
        smooth = activation not in ("relu", "leaky_relu")
        if smooth or min(np.abs(Z).min() for Z in fwd.Z.values()) > 0.01:
            return Drawn(net, X, Y, masks, keep_prob)
    raise AssertionError("no case away from kinks found")


def error_between(a, n) -> float:
    """The relative error of all dW and db together, of anything that has them."""
    return relative_error(as_row(a.dW, a.db), as_row(n.dW, n.db))


def nudged(recipe=CORRECT, unit=0, where="after", size=0.1, case=None, layer=1, example=0) -> Nudge:
    """One nudge of a unit, of the lesson with one example unless a case is given."""
    case = case or lesson(1)
    fwd = forward(case.net, case.X, case.masks, case.keep_prob, recipe)
    bwd = backward(case.net, fwd, case.Y, recipe)
    return nudge(case.net, fwd, bwd, case.Y, Spot(layer, unit, example, where), size)


def passes_gradient_check(name: str, activation: str, slope_from: str) -> bool:
    """Fact (b), whole: whether the gradients of this recipe, with this slope, are those of its forward pass.

    name: "correct" or a name of BUGS that says how values and gradients cross a switch.
    """
    if name in BACKWARD_BUGS:  # right by luck alone: A_drop > 0 contains the mask
        return (name, activation, slope_from) == ("no mask", "relu", "A_drop")
    if activation == "relu":
        return slope_from != "A_drop >= 0"
    if activation in ("tanh", "sigmoid"):  # the division in A is what spoils the slope from A_drop
        return slope_from == "Z" or name == "no scale at all"
    return True
