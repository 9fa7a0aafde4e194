"""Attention with dropout, and adapters (LoRA): the same switch inside today's networks.

    S = Q @ K.T / sqrt(d);    P = softmax(S), row by row;    P_drop = P * D / keep_prob;    O = P_drop @ V
    dV = P_drop.T @ dO;   dP_drop = dO @ V.T;   dP = dP_drop * D / keep_prob
    dS = P * (dP - rowsum(P * dP));   dQ = dS @ K / sqrt(d);   dK = dS.T @ Q / sqrt(d)

    Y = X @ W + scale * X_drop @ A @ B, with X_drop = X * D / keep_prob and a W that is not trained
    dA = scale * X_drop.T @ dY @ B.T;   dB = scale * (X_drop @ A).T @ dY
    dX = dY @ W.T + scale * (dY @ B.T @ A.T) * D / keep_prob

As in the papers, a row is a position here; columns are not examples. Sources: Vaswani et al. (2017),
https://arxiv.org/abs/1706.03762; Hu et al. (2021), https://arxiv.org/abs/2106.09685; Dao et al. (2022),
https://arxiv.org/abs/2205.14135, for rowsum(P * dP) == rowsum(dO * O).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from dropout_lab.core.doors import Array, Mask
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.gradcheck import central_differences, relative_error
from dropout_lab.core.recipe import CORRECT, Recipe
from dropout_lab.experiments.ensemble import Distribution, all_masks

QUERIES, KEYS, WIDTH = 4, 6, 4
CASE_SEED, CASE_KEEP_PROB = 5, 0.6
SCALE = 2.0  # of an adapter


@dataclass(frozen=True)
class AttentionForward:
    """Q (q, d), K (n, d), V (n, v), O (q, v); S, P, D, P_drop (q, n)."""

    Q: Array
    K: Array
    V: Array
    D: Mask
    keep_prob: float
    S: Array
    P: Array
    P_drop: Array
    O: Array


@dataclass(frozen=True)
class AttentionBackward:
    """The gradients, each of the shape of its value, in the order in which they are made."""

    dV: Array
    dP_drop: Array
    dP: Array
    dS: Array
    dQ: Array
    dK: Array


def attention_case() -> tuple[AttentionForward, Array]:
    """Four queries and six keys of width 4 after their way forward, and the dO that comes back."""
    rng = np.random.default_rng(CASE_SEED)
    Q, K, V, dO = (rng.standard_normal((n, WIDTH)) for n in (QUERIES, KEYS, KEYS, QUERIES))
    D = sample_mask((QUERIES, KEYS), CASE_KEEP_PROB, np.random.default_rng(0))
    return attention_forward(Q, K, V, D, CASE_KEEP_PROB), dO


def attention_forward(Q: Array, K: Array, V: Array, D: Mask, keep_prob: float) -> AttentionForward:
    """One head. Raises TypeError or ValueError if D or keep_prob does not fit."""
    S = Q @ K.T / sqrt(Q.shape[-1])
    P = softmax(S)
    P_drop = apply_mask(P, D, keep_prob)
    return AttentionForward(Q, K, V, D, keep_prob, S, P, P_drop, P_drop @ V)


def softmax(S: Array) -> Array:
    """exp(S) / rowsum(exp(S))."""
    raised = np.exp(S - S.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def softmax_back(P: Array, dP: Array) -> Array:
    """P * (dP - rowsum(P * dP)), which is dS."""
    return P * (dP - (P * dP).sum(axis=-1, keepdims=True))


def attention_backward(
    fwd: AttentionForward, dO: Array, recipe: Recipe = CORRECT
) -> AttentionBackward:
    """The way back, through the switch as `recipe.backward` says, with the slope from `slope_from`.

    "Z" stands for P from before the switch, anything else for P_drop.
    """
    root = sqrt(fwd.Q.shape[-1])
    dP_drop = dO @ fwd.V.T
    dP = recipe.through("backward")(dP_drop, fwd.D, fwd.keep_prob)
    dS = softmax_back(fwd.P if recipe.slope_from == "Z" else fwd.P_drop, dP)
    dV, dQ, dK = fwd.P_drop.T @ dO, dS @ fwd.K / root, dS.T @ fwd.Q / root
    return AttentionBackward(dV, dP_drop, dP, dS, dQ, dK)


def row_sums(P_row: Array, keep_prob: float) -> Distribution:
    """The sum of one dropped row P_row (n,) over all 2^n masks, each with its probability.

    Its mean is the sum of P_row, its variance (1 - keep_prob) / keep_prob * sum(P_row**2).
    """
    masks, probabilities = all_masks({1: len(P_row)}, keep_prob)
    sums = apply_mask(P_row[:, None], masks[1], keep_prob).sum(axis=(-2, -1))
    return Distribution(sums, probabilities)


def adapter_forward(
    X: Array, W: Array, A: Array, B: Array, D: Mask, keep_prob: float
) -> tuple[Array, Array]:
    """X_drop (m, n) and Y (m, p), from X (m, n), W (n, p), A (n, r), B (r, p) and D (m, n)."""
    X_drop = apply_mask(X, D, keep_prob)
    return X_drop, X @ W + SCALE * X_drop @ A @ B


def adapter_backward(
    dY: Array, X_drop: Array, W: Array, A: Array, B: Array, D: Mask, keep_prob: float,
    recipe: Recipe = CORRECT,
) -> dict[str, Array]:  # fmt: skip
    """The gradients dA, dB and dX; back through the switch as `recipe.backward` says."""
    dX_drop = SCALE * dY @ B.T @ A.T
    dX = dY @ W.T + recipe.through("backward")(dX_drop, D, keep_prob)
    return {"dA": SCALE * X_drop.T @ dY @ B.T, "dB": SCALE * (X_drop @ A).T @ dY, "dX": dX}


def gradient_errors(
    run: Callable[..., Array], inputs: dict[str, Array], d_out: Array, found: dict[str, Array]
) -> dict[str, float]:
    """How far each gradient, found["dX"] for inputs["X"], is from central differences (relative).

    The loss is sum(d_out * run(**inputs)), whose gradient at the output is d_out.
    """
    errors = {}
    for name, values in inputs.items():

        def loss(x: Array, name: str = name) -> float:
            """With x in place of this input."""
            return float(np.sum(d_out * run(**(inputs | {name: x}))))

        errors[f"d{name}"] = relative_error(found[f"d{name}"], central_differences(loss, values))
    return errors


def attention_errors(fwd: AttentionForward, dO: Array, bwd: AttentionBackward) -> dict[str, float]:
    """The relative errors of dQ, dK and dV, with the switches frozen."""

    def run(**inputs: Array) -> Array:
        """The output of the head."""
        return attention_forward(**inputs, D=fwd.D, keep_prob=fwd.keep_prob).O

    return gradient_errors(run, {"Q": fwd.Q, "K": fwd.K, "V": fwd.V}, dO, vars(bwd))
