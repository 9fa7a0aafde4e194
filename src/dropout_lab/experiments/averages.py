"""Many thinned networks, one answer: the ways to average their predictions, and what each one equals.

With everything on, a network that is linear from the dropout up to its sigmoid gives exactly the
renormalized geometric mean of all its thinned networks: their logits average to its logit. Not the
arithmetic mean, which is what Monte Carlo dropout comes near to; and with one more bend after the
dropout neither of the two. Source: Baldi and Sadowski (2013), "Understanding dropout".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.activations import sigmoid
from dropout_lab.core.doors import as_values, check_hidden
from dropout_lab.core.dropout import Array, Rng, sample_mask
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT, Recipe
from dropout_lab.core.run_network import forward, resume
from dropout_lab.experiments.data import Case
from dropout_lab.experiments.ensemble import Distribution, distribution

SIZES, SEED = (3, 8, 8, 1), 113
STRONGER = 2.0


@dataclass(frozen=True)
class Averages:
    """All thinned networks and what stands for them; each average has the shape (n_L, m)."""

    thinned: Distribution
    arithmetic: Array
    geometric: Array
    everything_on: Array


def arithmetic_mean(predictions: ArrayLike, probabilities: ArrayLike) -> Array:
    """E[p] = sum over k of P_k p_k, for predictions p (K, ...) and their probabilities P (K,)."""
    p, P = _checked(predictions, probabilities)
    return np.tensordot(P, p, axes=1)


def geometric_mean(predictions: ArrayLike, probabilities: ArrayLike) -> Array:
    """G / (G + H) with G = product of p_k^P_k and H = product of (1 - p_k)^P_k, renormalized so.

    Without the denominator the two answers, yes and no, would not add up to 1. Shapes as above; the
    products are taken as sums of logarithms. Raises ValueError for a prediction outside [0, 1], and
    for a certain yes together with a certain no, where G and H are both 0.
    """
    p, P = _checked(predictions, probabilities)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("a prediction must be a probability between 0 and 1, as a sigmoid gives")
    possible = p[P > 0]
    if ((possible == 0).any(axis=0) & (possible == 1).any(axis=0)).any():
        raise ValueError("a certain no (0) and a certain yes (1) have no geometric mean")
    with np.errstate(divide="ignore"):  # the logarithm of 0 is -inf, and that is right here
        return _renormalized(np.log(possible), np.log1p(-possible), P[P > 0])


def average_all(net: Network, X: ArrayLike, layers: Sequence[int], keep_prob: float) -> Averages:
    """Both means over all masks of the layers, exactly, and the one network with everything on.

    The logarithms of p and 1 - p are taken from the logits, because 1 - p loses all its digits when
    the sigmoid saturates. Raises ValueError for more than 12 units with dropout.
    """
    logits = distribution(lambda fwd: fwd.Z[net.L], net, X, layers, keep_prob)
    z, P = logits.values, logits.probabilities
    thinned = Distribution(sigmoid(z), P)
    geometric = _renormalized(-np.logaddexp(0, -z), -np.logaddexp(0, z), P)
    return Averages(thinned, thinned.mean, geometric, forward(net, X).output)


def monte_carlo(
    net: Network, X: ArrayLike, layers: Sequence[int], keep_prob: float, samples: int, rng: Rng
) -> Array:
    """The predictions (samples, n_L, m) of randomly thinned networks, a mask for each example.

    Their mean over axis 0 is what Monte Carlo dropout answers. It comes near to the arithmetic mean,
    as slowly as 1 / sqrt(samples). Raises ValueError for less than one sample.
    """
    if samples < 1:
        raise ValueError(f"at least one sample is needed; you gave {samples}")
    check_hidden(layers, net.L)
    X = as_values(X, net.sizes[0])
    shapes = {l: (samples, net.sizes[l], X.shape[-1]) for l in sorted(set(layers))}
    masks = {l: sample_mask(shape, keep_prob, rng) for l, shape in shapes.items()}
    return forward(net, np.broadcast_to(X, (samples, *X.shape)), masks, keep_prob).output


def predict_with(
    net: Network,
    X: ArrayLike,
    layers: Sequence[int],
    keep_prob: float,
    recipe: Recipe = CORRECT,
    rng: Rng | None = None,
) -> Array:
    """Test time in a network with dropout in these layers only: what the recipe's at_test makes of it.

    Like `network.predict`, where every hidden layer has dropout. Raises ValueError for a layer that
    is not hidden, TypeError if at_test draws random numbers and rng is None.
    """
    check_hidden(layers, net.L)
    fwd = forward(net, X)
    for l in sorted(layers):
        at_test = recipe.at_test(fwd.A[l], keep_prob, rng)  # type: ignore[arg-type]
        fwd = resume(net, fwd, l, at_test)
    return fwd.output


def averages_case() -> Case:
    """A 3-8-8-1 tanh network with five examples: 256 thinned networks, whichever layer has dropout.

    Its weights are twice as large as usual, as after some training, so that the networks disagree.
    """
    rng = np.random.default_rng(SEED)
    drawn = Network.random(SIZES, "tanh", rng=rng)
    net = Network({l: STRONGER * W for l, W in drawn.W.items()}, drawn.b, "tanh")
    X = rng.standard_normal((SIZES[0], 5))
    Y = (rng.random((1, 5)) < 0.5).astype(float)
    return Case(net, X, Y, {}, 0.5)


def _renormalized(log_yes: Array, log_no: Array, P: Array) -> Array:
    """G / (G + H) from log p and log(1 - p) of each prediction."""
    log_G, log_H = (np.tensordot(P, logs, axes=1) for logs in (log_yes, log_no))
    return sigmoid(log_G - log_H)


def _checked(predictions: ArrayLike, probabilities: ArrayLike) -> tuple[Array, Array]:
    """Both as arrays. Raises ValueError if they do not belong together."""
    p, P = np.asarray(predictions, dtype=float), np.asarray(probabilities, dtype=float)
    if P.ndim != 1 or p.shape[:1] != P.shape:
        raise ValueError(
            f"one probability for each prediction is needed; you gave {P.shape} for {p.shape}"
        )
    if (P < 0).any() or not np.isclose(P.sum(), 1):
        raise ValueError(
            f"probabilities must not be negative and add up to 1; yours to {P.sum():g}"
        )
    return p, P
