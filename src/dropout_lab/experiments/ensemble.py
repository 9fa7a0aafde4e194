"""A layer of n switches is 2^n networks at once; a small one is run through all of them, exactly.

Every average here is a sum over all masks, each with its probability: no sampling, no luck. One mask
is shared by all examples of the batch. Means are the same for a mask per example; variances are not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.activations import sigmoid
from dropout_lab.core.doors import (
    Array,
    Mask,
    Rng,
    as_values,
    check_count,
    check_hidden,
    check_keep_prob,
    check_kind,
)
from dropout_lab.core.dropout import sample_mask
from dropout_lab.core.gradcheck import Gradients
from dropout_lab.core.network import Network, as_row, from_row
from dropout_lab.core.passes import Forward, backward, forward, loss
from dropout_lab.core.recipe import CORRECT, Recipe

MOST_UNITS = 12
MOST_BYTES = 100e6  # of what is kept; a chunk of masks needs less on the way
CHUNK = 8192  # masks times examples that are run at once


@dataclass(frozen=True)
class Distribution:
    """The values (K, ...) a quantity takes over all K masks, and the probability of each mask (K,)."""

    values: Array
    probabilities: Array

    @property
    def mean(self) -> Array:
        """E[Q] = sum over masks of P(mask) Q(mask)."""
        return np.tensordot(self.probabilities, self.values, axes=1)

    @property
    def variance(self) -> Array:
        """E[(Q - E[Q])^2], for one mask shared by the whole batch."""
        return np.tensordot(self.probabilities, (self.values - self.mean) ** 2, axes=1)


def all_masks(units: Mapping[int, int], keep_prob: float) -> tuple[dict[int, Mask], Array]:
    """Every mask of the layers {layer: its number of units}, and the probability of each.

    masks[l] (K, n_l, 1) with K = 2^(n_1 + n_2 + ...), one mask for all examples; probabilities (K,)
    are keep_prob^kept (1 - keep_prob)^off. Raises ValueError for more than 12 units in all.
    """
    check_keep_prob(keep_prob)
    check_kind(units, Mapping, "units")
    for l, n in units.items():
        check_count(n, f"the units of layer {l}", 0)
    count = sum(units.values())
    if not units or min(units.values()) < 1:
        raise ValueError(f"expected at least one layer with at least one unit; got {units}")
    if count > MOST_UNITS:
        raise ValueError(
            f"{count} units with dropout have 2^{count} masks, and {MOST_UNITS} units are the most "
            f"for an exact sum. Draw a sample of masks: sample_mask((1000, n, 1), keep_prob, rng)"
        )
    kept = (np.arange(2**count)[:, None] >> np.arange(count)[::-1]) % 2 == 1
    on = kept.sum(axis=1)
    probabilities = keep_prob**on * (1 - keep_prob) ** (count - on)
    ends = np.cumsum(list(units.values()))[:-1]
    parts = np.split(kept[:, :, None], ends, axis=1)
    return dict(zip(units, parts, strict=True)), probabilities


def over_all_masks(
    quantity: Callable[[dict[int, Mask]], ArrayLike],
    units: Mapping[int, int],
    keep_prob: float,
    examples: int = 1,
) -> Distribution:
    """The distribution of quantity(masks) -> (K, ...), which gets some of all masks at a time.

    examples: how many columns it works on, so that memory stays bounded. Raises ValueError if there
    are too many masks, if what is to be kept would not fit into 100 MB, or if the leading axis is lost.
    """
    masks, probabilities = all_masks(units, keep_prob)
    size = max(1, CHUNK // examples)
    parts: list[Array] = []
    for start in range(0, probabilities.size, size):
        some = {l: D[start : start + size] for l, D in masks.items()}
        parts.append(np.asarray(quantity(some), dtype=float))
        _check_part(parts[-1], len(probabilities[start : start + size]), probabilities.size)
    return Distribution(np.concatenate(parts), probabilities)


def _check_part(part: Array, count: int, of: int) -> None:
    """Raise ValueError unless part has a value for each of `count` masks, and all `of` masks fit."""
    if part.shape[:1] != (count,):
        raise ValueError(
            f"the quantity has shape {part.shape} for {count} masks: keep the leading axis"
        )
    needed = part.nbytes / count * of
    if needed > MOST_BYTES:
        raise ValueError(
            f"this quantity over {of} masks takes {needed / 1e6:.0f} MB, more than "
            f"{MOST_BYTES / 1e6:.0f}. Take fewer examples, or draw a sample of masks"
        )


def distribution(
    quantity: Callable[[Forward], ArrayLike],
    net: Network,
    X: ArrayLike,
    layers: Sequence[int],
    keep_prob: float,
    recipe: Recipe = CORRECT,
) -> Distribution:
    """The distribution of quantity(fwd), such as `lambda fwd: fwd.Z[2]`, over all masks of the layers."""
    units = _units(net, layers)
    X = as_values(X, net.sizes[0])
    return over_all_masks(
        lambda masks: quantity(_pass(net, X, masks, keep_prob, recipe)),
        units,
        keep_prob,
        X.shape[-1],
    )


def expected_loss(
    net: Network, X: ArrayLike, Y: ArrayLike, layers: Sequence[int], keep_prob: float
) -> float:
    """E[J] = sum over masks of P(mask) J(mask): what training with dropout really minimizes."""
    spread = distribution(lambda fwd: loss(fwd, Y), net, X, layers, keep_prob)
    return float(spread.mean)


def gradient_distributions(
    net: Network,
    X: ArrayLike,
    Y: ArrayLike,
    layers: Sequence[int],
    keep_prob: float,
    recipe: Recipe = CORRECT,
) -> tuple[dict[int, Distribution], dict[int, Distribution]]:
    """The distributions of dW[l] and of db[l], by layer, over all masks of the layers."""
    units = _units(net, layers)
    X = as_values(X, net.sizes[0])

    def gradients(masks: dict[int, Mask]) -> Array:
        """All gradients of each mask in one row."""
        bwd = backward(net, _pass(net, X, masks, keep_prob, recipe), Y, recipe)
        return as_row(bwd.dW, bwd.db)

    spread = over_all_masks(gradients, units, keep_prob, X.shape[-1])
    dW, db = (
        {l: Distribution(values, spread.probabilities) for l, values in by_layer.items()}
        for by_layer in from_row(spread.values, net)
    )
    return dW, db


def expected_gradients(
    net: Network,
    X: ArrayLike,
    Y: ArrayLike,
    layers: Sequence[int],
    keep_prob: float,
    recipe: Recipe = CORRECT,
) -> Gradients:
    """The recipe's gradient, averaged over all masks. For CORRECT it is the gradient of E[J]."""
    dW, db = gradient_distributions(net, X, Y, layers, keep_prob, recipe)
    return Gradients(
        {l: spread.mean for l, spread in dW.items()}, {l: spread.mean for l, spread in db.items()}
    )


def _units(net: Network, layers: Sequence[int]) -> dict[int, int]:
    """{layer: its number of units}. Raises ValueError for no layer, one that is not hidden, or batches."""
    check_kind(net, Network, "net")
    if net.batch:
        raise ValueError("the leading axis is taken by the masks: give one network at a time")
    check_hidden(layers, net.L)
    if not layers:
        raise ValueError("no layer with dropout: there is one network only, and nothing to average")
    return {l: net.sizes[l] for l in sorted(set(layers))}


def _pass(
    net: Network, X: Array, masks: dict[int, Mask], keep_prob: float, recipe: Recipe
) -> Forward:
    """A forward pass in which every array has the leading axis of the masks, also below them."""
    count = len(next(iter(masks.values())))
    return forward(net, np.broadcast_to(X, (count, *X.shape)), masks, keep_prob, recipe)


@dataclass(frozen=True)
class Averages:
    """All thinned networks and what stands for them; each average has the shape (n_L, m)."""

    thinned: Distribution
    arithmetic: Array
    geometric: Array
    everything_on: Array


def average_all(net: Network, X: ArrayLike, layers: Sequence[int], keep_prob: float) -> Averages:
    """Both means over all masks of the layers, exactly, and the one network with everything on.

    The geometric one is G / (G + H), renormalized: G = exp E[log p], H = exp E[log(1 - p)]. The
    logarithms of p and 1 - p are taken from the logits, because 1 - p loses all its digits when
    the sigmoid saturates. Raises ValueError for more than 12 units with dropout.
    """
    logits = distribution(lambda fwd: fwd.Z[net.L], net, X, layers, keep_prob)
    Z, P = logits.values, logits.probabilities
    log_yes, log_no = -np.logaddexp(0, -Z), -np.logaddexp(0, Z)  # log p and log(1 - p)
    log_G, log_H = (np.tensordot(P, logs, axes=1) for logs in (log_yes, log_no))
    thinned = Distribution(sigmoid(Z), P)
    return Averages(thinned, thinned.mean, sigmoid(log_G - log_H), forward(net, X).output)


def monte_carlo(
    net: Network, X: ArrayLike, layers: Sequence[int], keep_prob: float, samples: int, rng: Rng
) -> Array:
    """The predictions (samples, n_L, m) of randomly thinned networks, a mask for each example.

    Their mean over axis 0 is what Monte Carlo dropout answers. It comes near to the arithmetic mean,
    as slowly as 1 / sqrt(samples). Raises ValueError for less than one sample.
    """
    check_count(samples, "samples", 1)
    check_hidden(layers, net.L)
    X = as_values(X, net.sizes[0])
    shapes = {l: (samples, net.sizes[l], X.shape[-1]) for l in sorted(set(layers))}
    masks = {l: sample_mask(shape, keep_prob, rng) for l, shape in shapes.items()}
    return forward(net, np.broadcast_to(X, (samples, *X.shape)), masks, keep_prob).output
