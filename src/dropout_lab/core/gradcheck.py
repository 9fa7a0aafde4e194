"""A gradient is right when nudging each parameter changes the loss as much as the gradient says.

Many parameters are nudged at once: each nudge is one more network along the leading axis, and one
batched forward pass gives the loss of every one of them. Where not all fit into memory there are
several passes, and where that would take too long, a random sample of every array is checked.
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
COARSE = 1e-2  # what is wrong in an array as small as rounding is seen if it is larger than this
ROUNDING = 8 * np.finfo(float).eps  # of a loss of 1: twelve times what was seen in deep networks
MOST_BYTES = 64e6  # of what one batched pass needs
MOST_WORK = 4e8  # numbers that the passes of one check make; more take longer than a move may
FEWEST = 100  # parameters of a sample, whatever that takes

Entries = NDArray[np.intp]  # parameters, numbered as in `as_row`
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Gradients:
    """dW[l] and db[l], by layer."""

    dW: dict[int, Array]
    db: dict[int, Array]


@dataclass(frozen=True)
class GradientCheck:
    """ok: no array is off by 1e-6 of its size, unless rounding explains it.

    relative_error: that of the worst array. worst: its entry that is furthest off, as
    ("dW", layer, (row, column)). skipped: how many entries were left out, because nudging them
    crosses a kink of ReLU, or because they drown in rounding; untested: the arrays of which nothing
    was left ("dW1"). sample: how many parameters were checked, and of how many, if not all were.
    """

    ok: bool
    relative_error: float
    worst: tuple[str, int, tuple[int, ...]]
    skipped: int = 0
    untested: tuple[str, ...] = ()
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
    every = np.arange(sum(_sizes(net)))
    slopes, _, _ = _nudge(net, X, Y, masks, keep_prob, recipe, every, eps)
    return Gradients(*from_row(slopes, net))


def _nudge(
    net: Network,
    X: ArrayLike,
    Y: ArrayLike,
    masks: dict[int, Mask],
    keep_prob: float,
    recipe: Recipe,
    which: Entries,
    eps: float,
) -> tuple[Array, Flags, float]:
    """The central differences of these parameters; whose nudge crosses a kink; the loss, or 1."""
    if net.batch or any(mask.ndim > 2 for mask in masks.values()):
        raise ValueError(
            "numerical_gradients needs one network and one mask per layer, without leading axes: "
            "it uses the leading axis for the parameters. Call it once per network"
        )

    def losses(some: Entries) -> tuple[Array, Flags]:
        """The loss of each network nudged up, then down; whose Z change sign in between, where that bends."""
        up, n = np.arange(some.size), some.size
        nudged = np.tile(as_row(net.W, net.b), (2 * n, 1))
        nudged[up, some] += eps
        nudged[n + up, some] -= eps
        fwd = forward(Network(*from_row(nudged, net), net.activation), X, masks, keep_prob, recipe)
        crossed = np.zeros(n, bool)
        for l in range(1, net.L) if net.activation in ("relu", "leaky_relu") else ():
            turned = (fwd.Z[l][:n] > 0) != (fwd.Z[l][n:] > 0)
            if turned.any():
                crossed |= turned.any(axis=(-2, -1))
        return np.asarray(loss(fwd, Y)).reshape(2, n), crossed

    slopes, crossed = np.empty(which.size), np.empty(which.size, bool)
    size = max(1, int(MOST_BYTES / (2 * 8 * _numbers(net, X))))  # chunks that fit
    for start in range(0, which.size, size):
        part = slice(start, start + size)
        (up, down), crossed[part] = losses(which[part])
        slopes[part] = (up - down) / (2 * eps)
    return slopes, crossed, max(1.0, float(up[0]))


def _sizes(net: Network) -> list[int]:
    """How many entries each array has: W[1..L], then b[1..L]."""
    return [values.size for group in (net.W, net.b) for values in group.values()]


def _numbers(net: Network, X: ArrayLike) -> int:
    """How many numbers one copy of the network needs: its parameters, and Z, A, A_drop and one more."""
    return 2 * sum(_sizes(net)) + 4 * sum(net.sizes[1:]) * np.shape(X)[-1]


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

    Each array has an error of its own, because one norm over all of them hides a wrong array that is
    small behind right ones that are large. bwd: this backward pass, if it was run already; without it,
    both passes are run. rng: draws the parameters to check where all would take too long; without
    one, always the same.
    """
    if bwd is None:
        bwd = backward(net, forward(net, X, masks, keep_prob, recipe), Y, recipe)
    found, sizes = as_row(bwd.dW, bwd.db), np.array(_sizes(net))
    which = _sample(sizes, max(FEWEST, int(MOST_WORK / (2 * _numbers(net, X)))), rng)
    array = np.repeat(np.arange(sizes.size), sizes)[which]

    def look(at: slice | Flags, eps: float) -> _Look:
        """The entries at these places beside their central differences."""
        n, crossed, J = _nudge(net, X, Y, masks, keep_prob, recipe, which[at], eps)
        return _compare(found[which[at]], n, crossed, array[at], ROUNDING * J / eps)

    with np.errstate(all="ignore"):  # what overflows is not finite, and said to be wrong
        seen = look(slice(None), EPS)
        wrong = ~(seen.error < TOLERANCE)
        for k in map(int, np.flatnonzero(wrong)):
            wrong[k] = _is_wrong(seen, k, array == k, look)
    ok, error = not wrong.any(), seen.error
    k = int(np.argmax(error if ok else np.where(wrong, error, -1)))  # NaN is the first of all
    mine = np.flatnonzero(array == k)
    furthest = which[mine[np.argmax(seen.off[mine])]] - sizes[:k].sum()
    names = [(kind, l) for kind in ("dW", "db") for l in range(1, net.L + 1)]
    kind, l = names[k]
    index = np.unravel_index(furthest, getattr(bwd, kind)[l].shape)
    skipped = int(seen.skipped.sum())
    left = np.bincount(array, ~seen.skipped) if skipped else sizes
    return GradientCheck(
        ok,
        float(error[k]),
        (kind, l, tuple(map(int, index))),
        skipped,
        tuple(f"{names[k][0]}{names[k][1]}" for k in np.flatnonzero(left == 0)),
        (which.size, found.size) if which.size < found.size else None,
    )


def _sample(sizes: NDArray[np.intp], count: int, rng: Rng | None) -> Entries:
    """All parameters, or about so many of them: half by the size of the arrays, half the same of each."""
    total = int(sizes.sum())
    if total <= count:
        return np.arange(total)
    rng = np.random.default_rng(0) if rng is None else rng
    shares = np.minimum(sizes, count * sizes // (2 * total) + count // (2 * sizes.size))
    starts = np.cumsum(sizes) - sizes
    drawn = [
        start + np.sort(rng.choice(size, share, replace=False))
        for start, size, share in zip(starts, sizes, shares, strict=True)
    ]
    return np.concatenate(drawn)


@dataclass(frozen=True)
class _Look:
    """Gradients beside central differences.

    off, skipped: of every entry how far it is off, and whether it was left out. error: of every array.
    rounding: how far an entry may be off by rounding alone.
    """

    off: Array
    skipped: Flags
    error: Array
    rounding: float

    def rounded(self, mine: slice | Flags) -> bool:
        """Whether rounding may explain all of these differences."""
        off = self.off[mine]
        return bool(off @ off <= self.rounding**2 * off.size)


def _compare(a: Array, n: Array, crossed: Flags, array: Entries, rounding: float) -> _Look:
    """Compare entry by entry, and sum up by array."""
    if crossed.any():
        a, n = np.where(crossed, 0.0, a), np.where(crossed, 0.0, n)
    off = np.abs(a - n)
    size = np.sqrt(np.bincount(array, a * a)) + np.sqrt(np.bincount(array, n * n))
    size[size == 0] = 1
    return _Look(off, crossed, np.sqrt(np.bincount(array, off * off)) / size, rounding)


def _is_wrong(seen: _Look, k: int, mine: Flags, look: Callable[[Flags, float], _Look]) -> bool:
    """Whether an array that fails is wrong. One that is in doubt is looked at once more, into `seen`.

    Rounding spoils what is tiny, and a larger nudge helps; what it spoils then, too, is left out. Where
    the loss bends within the nudge, a smaller one helps: such an error is then a hundred times smaller,
    and a slip is not.
    """
    error, rounded = seen.error[k], seen.rounded(mine)
    if rounded and error < 1e-4:
        return False
    if not rounded and not error < COARSE:
        return True
    again = look(mine, 1e-3 if rounded else 1e-6)
    seen.error[k], seen.off[mine], seen.skipped[mine] = again.error[k], again.off, again.skipped
    wrong = not again.error[k] < (COARSE if rounded else max(TOLERANCE, error / 10))
    if wrong and rounded and again.rounded(slice(None)):
        seen.error[k], seen.skipped[mine], wrong = 0.0, True, False
    return wrong
