"""Every known way to get dropout wrong, one line each.

Each body is one expression because the lab shows it, as it stands, as the line of code that runs.
Shapes as in `dropout.py`: values, dA_drop and D (..., n, m); a mask is boolean, True = kept.
"""

import numpy as np

from dropout_lab.core.dropout import Array, Mask, Rng, apply_mask, sample_mask


def no_mask(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward without the mask."""
    return dA_drop / keep_prob


def no_scale(values: Array, D: Mask, keep_prob: float) -> Array:
    """The mask without the scale, in either direction."""
    return values * D


def neither(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward as if there were no dropout."""
    return dA_drop


def scaled_twice(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward with the scale twice."""
    return dA_drop * D / keep_prob / keep_prob


def multiplied(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward multiplied by keep_prob in place of divided."""
    return dA_drop * D * keep_prob


def redraw(D: Mask, keep_prob: float) -> Mask:
    """Another mask of the same law. Its seed is D itself, so that a rerun gives the same numbers."""
    return sample_mask(D.shape, keep_prob, np.random.default_rng(np.packbits(D)))


def fresh_mask(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward through new switches."""
    return dA_drop * redraw(D, keep_prob) / keep_prob


def one_minus_mask(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward through exactly the wrong switches."""
    return dA_drop * (1 - D) / keep_prob


def randn_mask(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """Normal draws where uniform ones belong: keeps the share Phi(keep_prob)."""
    return rng.standard_normal(shape) < keep_prob


def flipped_mask(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """The comparison the wrong way round: keeps the share 1 - keep_prob."""
    return rng.random(shape) > keep_prob


def seeded_mask(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """The seed set inside the forward pass: the same mask every time."""
    return np.random.default_rng(1).random(shape) < keep_prob


def shared_mask(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """One switch per unit, the same for all examples of the batch."""
    return np.broadcast_to(rng.random((*shape[:-1], 1)) < keep_prob, shape)


def wrong_scale(values: Array, D: Mask, keep_prob: float) -> Array:
    """Divided by the drop probability, in either direction."""
    return values * D / (1 - keep_prob)


def dropped_at_test(A: Array, keep_prob: float, rng: Rng) -> Array:
    """Dropout still on when predicting."""
    return apply_mask(A, sample_mask(A.shape, keep_prob, rng), keep_prob)


def scaled_at_test(A: Array, keep_prob: float, rng: Rng) -> Array:
    """Scaled by keep_prob when predicting, as the original (not inverted) dropout needs."""
    return A * keep_prob
