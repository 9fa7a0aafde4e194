"""A gradient is right when nudging each parameter changes the loss as much as the gradient says.

Many parameters are nudged at once: each nudge is one more network along the leading axis, and one
batched forward pass gives the loss of every one of them. Where not all fit into memory there are
several passes, and where that would take too long, a random sample of the parameters is checked.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dropout_lab.core.doors import Array, Mask, Rng
from dropout_lab.core.network import Network, as_row, from_row
from dropout_lab.core.passes import Backward, backward, forward, loss
from dropout_lab.core.recipe import CORRECT, Recipe

TOLERANCE, EPS = 1e-6, 1e-5
MOST_BYTES = 64e6  # of what one batched pass needs
MOST_WORK = 4e8  # numbers that the passes of one check make; more take longer than a move may
FEWEST = 100  # parameters of a sample, whatever that takes


@dataclass(frozen=True)
class Gradients:
    """dW[l] and db[l], by layer."""

    dW: dict[int, Array]
    db: dict[int, Array]


@dataclass(frozen=True)
class GradientCheck:
    """ok: relative_error < 1e-6. worst: the entry furthest off, as ("dW", layer, (row, column)).

    sample: how many parameters were checked, and of how many, if not all were.
    """

    ok: bool
    relative_error: float
    worst: tuple[str, int, tuple[int, ...]]
    sample: tuple[int, int] | None = None


def numerical_gradients(
    net: Network,
    X: ArrayLike,
    Y: ArrayLike,
    masks: dict[int, Mask],
    keep_prob: float,
    recipe: Recipe = CORRECT,
    eps: float = EPS,
) -> Gradients:
    """Central differences (J(w + eps) - J(w - eps)) / (2 eps) of the recipe's own forward pass.

    The masks are frozen: fresh ones for each call would compare two different functions, and the
    difference would grow like 1 / eps. Raises ValueError if net or a mask has leading axes, which are
    taken here by the parameters. A ReLU kink within eps of some Z can spoil an entry.
    """
    every = np.arange(_size(net))
    return Gradients(*from_row(_slopes(net, X, Y, masks, keep_prob, recipe, every, eps), net))


def _slopes(
    net: Network,
    X: ArrayLike,
    Y: ArrayLike,
    masks: dict[int, Mask],
    keep_prob: float,
    recipe: Recipe,
    which: NDArray[np.integer],
    eps: float = EPS,
) -> Array:
    """The central differences of these parameters, numbered as in `as_row`; in chunks that fit."""
    if net.batch or any(mask.ndim > 2 for mask in masks.values()):
        raise ValueError(
            "numerical_gradients needs one network and one mask per layer, without leading axes: "
            "it uses the leading axis for the parameters. Call it once per network"
        )
    flat, slopes = as_row(net.W, net.b), np.empty(which.size)
    size = max(1, int(MOST_BYTES / (2 * 8 * _numbers(net, X))))
    for start in range(0, which.size, size):
        some = which[start : start + size]
        up, nudged = np.arange(some.size), np.tile(flat, (2 * some.size, 1))
        nudged[up, some] += eps
        nudged[some.size + up, some] -= eps
        copies = Network(*from_row(nudged, net), net.activation)
        losses = np.asarray(loss(forward(copies, X, masks, keep_prob, recipe), Y))
        slopes[start : start + size] = (losses[up] - losses[some.size + up]) / (2 * eps)
    return slopes


def _size(net: Network) -> int:
    """How many parameters it has."""
    return sum(values.size for group in (net.W, net.b) for values in group.values())


def _numbers(net: Network, X: ArrayLike) -> int:
    """How many numbers one copy of the network needs: its parameters, and Z, A, A_drop and one more."""
    return 2 * _size(net) + 4 * sum(net.sizes[1:]) * np.shape(X)[-1]


def central_differences(
    function: Callable[[Array], float], values: Array, eps: float = EPS
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
    rng: Rng | None = None,
) -> GradientCheck:
    """Compare the recipe's backward pass with central differences of its own forward pass.

    bwd: this backward pass, if it was run already; without it, both passes are run. rng: draws the
    parameters to check where all would take too long; without one, always the same.
    """
    if bwd is None:
        bwd = backward(net, forward(net, X, masks, keep_prob, recipe), Y, recipe)
    found = as_row(bwd.dW, bwd.db)
    some, count = np.arange(found.size), max(FEWEST, int(MOST_WORK / (2 * _numbers(net, X))))
    if count < found.size:
        rng = np.random.default_rng(0) if rng is None else rng
        some = np.sort(rng.choice(found.size, count, replace=False))
    a, n = found[some], _slopes(net, X, Y, masks, keep_prob, recipe, some)
    error = relative_error(a, n)
    # An entry that is not a number is as far off as can be.
    furthest = int(some[np.argmax(np.nan_to_num(np.abs(a - n), nan=np.inf))])
    sample = (count, found.size) if count < found.size else None
    return GradientCheck(error < TOLERANCE, error, _entry(furthest, net), sample)


def _entry(position: int, net: Network) -> tuple[str, int, tuple[int, ...]]:
    """Which entry of which gradient stands at this position of `as_row`."""
    for kind, group in (("dW", net.W), ("db", net.b)):
        for l, values in group.items():
            if position < values.size:
                return kind, l, tuple(int(i) for i in np.unravel_index(position, values.shape))
            position -= values.size
    raise IndexError(position)
