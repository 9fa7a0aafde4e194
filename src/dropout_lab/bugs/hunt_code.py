"""The code of the bug hunt: short functions as people write them, some with a real mistake in them.

A listing is put together from these in `hunt.py`, shown as they stand here, and run as they stand
here. Each mistake is one seen in public, in words of our own. Shapes as in `dropout.py`; `slope`
gets Z and A_drop (n, m), and says what the gradient is multiplied by on its way through the layer.
"""

import numpy as np

from dropout_lab.core.dropout import Array, Mask, Rng


def switched(A: Array, D: Mask, keep_prob: float) -> Array:
    """Forward, right."""
    return A * D / keep_prob


def switched_by_name(A: Array, D: Mask, keep_prob: float) -> Array:
    """Forward, right, with a name for what is half done."""
    A_masked = A * D
    return A_masked / keep_prob


def switched_with_scale(A: Array, D: Mask, keep_prob: float) -> Array:
    """Forward, right, with a name for the scale."""
    scale = 1 / keep_prob
    return A * D * scale


def switched_back(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward, right."""
    return dA_drop * D / keep_prob


def relu(Z: Array) -> Array:
    """ReLU."""
    return np.maximum(Z, 0)


def tanh(Z: Array) -> Array:
    """The hyperbolic tangent."""
    return np.tanh(Z)


def masked_only(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward with the scale forgotten."""
    dA = dA_drop * D
    return dA


def masked_and_scaled(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """The same with the scale."""
    dA = dA_drop * D / keep_prob
    return dA


def gate_at_least(Z: Array, A_drop: Array) -> Mask:
    """ReLU's slope with `>=` on what is never negative."""
    return A_drop >= 0


def gate(Z: Array, A_drop: Array) -> Mask:
    """ReLU's slope from the dropped value: right, because A_drop > 0 says kept and Z > 0."""
    return A_drop > 0


def slope_of_scaled(Z: Array, A_drop: Array) -> Array:
    """The slope of tanh from a value that is not a tanh any more."""
    return 1 - A_drop**2


def slope_of_tanh(Z: Array, A_drop: Array) -> Array:
    """The slope of tanh from Z."""
    return 1 - np.tanh(Z) ** 2


def scaled_only(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward with the mask forgotten."""
    scale = 1 / keep_prob
    return dA_drop * scale


def scaled_and_masked(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """The same with the mask."""
    scale = 1 / keep_prob
    return dA_drop * D * scale


def drawn_anew(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward through switches drawn anew."""
    D = np.random.default_rng(7).random(dA_drop.shape) < keep_prob
    return dA_drop * D / keep_prob


def draw_normal(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """Masks from the normal curve."""
    draws = rng.standard_normal(shape)
    return draws < keep_prob


def draw_uniform(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """Masks from even draws."""
    draws = rng.random(shape)
    return draws < keep_prob


def draw_by_default(shape: tuple[int, ...], keep_prob: float, rng: Rng, key: int = 42) -> Mask:
    """Masks from a key that nobody ever passes."""
    draws = np.random.default_rng(key).random(shape)
    return draws < keep_prob


def scaled_at_test(A: Array, keep_prob: float, rng: Rng) -> Array:
    """Test time as the original dropout needs it, not the inverted one."""
    return A * keep_prob


def plain_at_test(A: Array, keep_prob: float, rng: Rng) -> Array:
    """Test time, everything on."""
    return A
