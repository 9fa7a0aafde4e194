"""A gradient is right when nudging each parameter changes the loss as much as the gradient says.

All parameters are nudged at once: each nudge is one more network along the leading axis, and a
single batched forward pass gives the loss of every one of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.doors import Array, Mask
from dropout_lab.core.network import Network, as_row, from_row
from dropout_lab.core.passes import Backward, backward, forward, loss
from dropout_lab.core.recipe import CORRECT, Recipe

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Gradients:
    """dW[l] and db[l], by layer."""

    dW: dict[int, Array]
    db: dict[int, Array]


@dataclass(frozen=True)
class GradientCheck:
    """ok: relative_error < 1e-6. worst: the entry furthest off, as ("dW", layer, (row, column))."""

    ok: bool
    relative_error: float
    worst: tuple[str, int, tuple[int, ...]]


def numerical_gradients(
    net: Network,
    X: ArrayLike,
    Y: ArrayLike,
    masks: dict[int, Mask],
    keep_prob: float,
    recipe: Recipe = CORRECT,
    eps: float = 1e-5,
) -> Gradients:
    """Central differences (J(w + eps) - J(w - eps)) / (2 eps) of the recipe's own forward pass.

    The masks are frozen: fresh ones for each call would compare two different functions, and the
    difference would grow like 1 / eps. Raises ValueError if net or a mask has leading axes, which are
    taken here by the parameters. A ReLU kink within eps of some Z can spoil an entry.
    """
    if net.batch or any(mask.ndim > 2 for mask in masks.values()):
        raise ValueError(
            "numerical_gradients needs one network and one mask per layer, without leading axes: "
            "it uses the leading axis for the parameters. Call it once per network"
        )
    flat = as_row(net.W, net.b)
    nudges = eps * np.eye(flat.size)
    nudged = np.concatenate([flat + nudges, flat - nudges])
    copies = Network(*from_row(nudged, net), net.activation)
    up, down = np.split(np.asarray(loss(forward(copies, X, masks, keep_prob, recipe), Y)), 2)
    return Gradients(*from_row((up - down) / (2 * eps), net))


def central_differences(
    function: Callable[[Array], float], values: Array, eps: float = 1e-5
) -> Array:
    """(f(x + eps) - f(x - eps)) / (2 eps) of a function(values) that gives a number, for each entry."""
    slopes = np.empty(values.shape)
    for at in np.ndindex(values.shape):
        step = np.zeros(values.shape)
        step[at] = eps
        slopes[at] = (function(values + step) - function(values - step)) / (2 * eps)
    return slopes


def relative_error(a: ArrayLike, n: ArrayLike) -> float:
    """||a - n|| / (||a|| + ||n||) over all entries; 0 when both are 0, NaN if one is not finite."""
    a, n = np.asarray(a, dtype=float), np.asarray(n, dtype=float)
    size = np.linalg.norm(a) + np.linalg.norm(n)
    return float(np.linalg.norm(a - n) / size) if size != 0 else 0.0


def check_gradients(
    net: Network,
    X: ArrayLike,
    Y: ArrayLike,
    masks: dict[int, Mask],
    keep_prob: float,
    recipe: Recipe = CORRECT,
    *,
    bwd: Backward | None = None,
) -> GradientCheck:
    """Compare the recipe's backward pass with central differences of its own forward pass.

    bwd: this backward pass, if it was run already; without it, both passes are run.
    """
    if bwd is None:
        bwd = backward(net, forward(net, X, masks, keep_prob, recipe), Y, recipe)
    numerical = numerical_gradients(net, X, Y, masks, keep_prob, recipe)
    a, n = as_row(bwd.dW, bwd.db), as_row(numerical.dW, numerical.db)
    error = relative_error(a, n)
    # An entry that is not a number is as far off as can be.
    furthest = int(np.argmax(np.nan_to_num(np.abs(a - n), nan=np.inf)))
    return GradientCheck(error < TOLERANCE, error, _entry(furthest, net))


def _entry(position: int, net: Network) -> tuple[str, int, tuple[int, ...]]:
    """Which entry of which gradient stands at this position of `as_row`."""
    for kind, group in (("dW", net.W), ("db", net.b)):
        for l, values in group.items():
            if position < values.size:
                return kind, l, tuple(int(i) for i in np.unravel_index(position, values.shape))
            position -= values.size
    raise IndexError(position)
