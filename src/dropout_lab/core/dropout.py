"""Dropout is two lines: flip a switch for every value, and send the values through the switches.

The same function sends activations forward and gradients back, because multiplying by a number is
its own backward: if `A_drop = A * c` then `dA = dA_drop * c`, with the same `c = D / keep_prob`.

Source: Srivastava et al. (2014), https://jmlr.org/papers/v15/srivastava14a.html; the scale at
training time ("inverted dropout") as in CS231n, https://cs231n.github.io/neural-networks-2/#reg.
"""

from numbers import Real
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.floating]
Mask: TypeAlias = NDArray[np.bool_]
Rng: TypeAlias = np.random.Generator | np.random.RandomState


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
    check_mask(mask, values.shape)
    return values * mask / keep_prob


def check_keep_prob(keep_prob: object) -> None:
    """Raise unless keep_prob is a number in (0, 1]."""
    if type(keep_prob) is float and 0 < keep_prob <= 1:
        return  # the usual case: what is below takes longer than drawing a small mask
    if isinstance(keep_prob, bool) or not isinstance(keep_prob, Real):
        raise TypeError(
            f"keep_prob must be a number, for example 0.8; you gave {keep_prob!r} "
            f"({type(keep_prob).__name__})"
        )
    if not 0 < float(keep_prob) <= 1:
        raise ValueError(
            f"keep_prob must be in (0, 1]: it is the share of units that stay on; you gave "
            f"{keep_prob!r}. Did you mean 1 - keep_prob, the drop probability?"
        )


def check_rng(rng: object) -> None:
    """Raise unless rng is a generator of random numbers."""
    if not isinstance(rng, np.random.Generator | np.random.RandomState):
        raise TypeError(
            f"rng must be a random generator, for example np.random.default_rng(0); you gave {rng!r}"
        )


def check_mask(mask: object, shape: tuple[int, ...], name: str = "mask") -> None:
    """Raise unless mask is boolean and has one switch for each value, or one for each unit (row)."""
    if type(mask) is np.ndarray and mask.dtype.type is np.bool_ and mask.shape == shape:
        return
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_:
        kind = mask.dtype if isinstance(mask, np.ndarray) else type(mask).__name__
        raise TypeError(
            f"{name} must be a boolean array (True = kept), as `rng.random(shape) < keep_prob` "
            f"gives; you gave {kind}. Leave out .astype(int), or compare it with 0: D != 0"
        )
    units, examples = shape[-2:-1], shape[-1:]
    fits = mask.shape[-2:-1] == units and mask.shape[-1:] in (examples, (1,) if units else examples)
    if not fits:
        hint = ""
        if mask.shape == shape[::-1]:
            hint = ". Rows are units and columns are examples: did you pass its transpose?"
        raise ValueError(f"{name} has shape {mask.shape}, needed is {shape}{hint}")
