"""Dropout is two lines: flip a switch for every value, and send the values through the switches.

The same function sends activations forward and gradients back, because multiplying by a number is
its own backward: if `A_drop = A * c` then `dA = dA_drop * c`, with the same `c = D / keep_prob`.

Source: Srivastava et al. (2014), https://jmlr.org/papers/v15/srivastava14a.html; the scale at
training time ("inverted dropout") as in CS231n, https://cs231n.github.io/neural-networks-2/#reg.
"""

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.doors import Array, Mask, Rng, check_keep_prob, check_mask_fits, check_rng


def sample_mask(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """Draw D: every entry is True (kept) with probability keep_prob, on its own.

    `rng` is a `np.random.Generator` or a `RandomState`; the same state gives the same mask.
    Raises TypeError or ValueError if keep_prob is not a number in (0, 1] or rng is not a generator.
    """
    check_keep_prob(keep_prob)
    check_rng(rng)
    return rng.random(shape) < keep_prob


def apply_mask(values: ArrayLike, mask: Mask, keep_prob: float) -> Array:
    """Send values through their switches: `values * mask / keep_prob`, element by element.

    Forward: `A_drop = apply_mask(A, D, keep_prob)`. Backward: `dA = apply_mask(dA_drop, D, keep_prob)`.
    values (..., n, m); mask of the same shape, (n, 1) for one switch per unit, or with leading axes
    for many masks at once. Raises TypeError if the mask is not boolean, ValueError if it does not fit.
    """
    values = np.asarray(values)
    check_keep_prob(keep_prob)
    check_mask_fits(mask, values.shape)
    return values * mask / keep_prob
