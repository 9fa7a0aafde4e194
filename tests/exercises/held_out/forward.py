"""Learners' way forward, with the drawing: check_forward."""

import numpy as np


#: right
def right_plain(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = A * D / keep_prob
    return A_drop, D


#: right
def right_integers(A, keep_prob, rng):
    D = (rng.random(A.shape) < keep_prob).astype(np.int64)
    A_drop = np.multiply(A, D)
    A_drop = A_drop / keep_prob
    return A_drop, D


#: right
def right_binomial(A, keep_prob, rng):
    D = rng.binomial(n=1, p=keep_prob, size=A.shape)
    return A * D / keep_prob, D


#: right
def right_rows_columns(A, keep_prob, rng):
    D = rng.random((A.shape[0], A.shape[1])) <= keep_prob
    return np.where(D, A / keep_prob, 0), D


#: right
def right_loop(A, keep_prob, rng):
    D = np.zeros(A.shape, dtype=bool)
    A_drop = np.zeros(A.shape)
    it = np.nditer(A, flags=["multi_index"])
    for a in it:
        if rng.random() < keep_prob:
            D[it.multi_index] = True
            A_drop[it.multi_index] = a / keep_prob
    return A_drop, D


#: right
def right_complement(A, keep_prob, rng):
    off = rng.random(A.shape) < 1 - keep_prob
    A_drop = A / keep_prob
    A_drop[off] = 0
    return A_drop, ~off


#: right
def right_choice(A, keep_prob, rng):
    D = rng.choice([1.0, 0.0], size=A.shape, p=[keep_prob, 1 - keep_prob])
    return A * (D / keep_prob), D


def _mask(shape, keep_prob, rng):
    return rng.uniform(0.0, 1.0, shape) < keep_prob


#: right
def right_helpers(A, keep_prob, rng):
    D = _mask(A.shape, keep_prob, rng)
    return [A * D / keep_prob, D]


#: tuple swapped
def wrong_swapped(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return D, A * D / keep_prob


#: mask is not returned
def wrong_only_output(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return A * D / keep_prob


#: randn
def wrong_randn(A, keep_prob, rng):
    D = rng.standard_normal(A.shape) < keep_prob
    return A * D / keep_prob, D


#: flipped comparison
def wrong_flipped(A, keep_prob, rng):
    D = rng.random(A.shape) > keep_prob
    return A * D / keep_prob, D


#: no scale
def wrong_no_scale(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = A * D
    return A_drop, D


#: no mask
def wrong_no_mask(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = A / keep_prob
    return A_drop, D


#: neither
def wrong_neither(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return A, D


#: scaled mask is returned
def wrong_scaled_mask(A, keep_prob, rng):
    D = (rng.random(A.shape) < keep_prob) / keep_prob
    return A * D, D


#: another mask is returned than was used (fresh mask)
def wrong_two_masks(A, keep_prob, rng):
    A_drop = A * (rng.random(A.shape) < keep_prob) / keep_prob
    D = rng.random(A.shape) < keep_prob
    return A_drop, D


#: the dropped units are returned (one minus mask)
def wrong_dropped(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return A * D / keep_prob, 1 - D


#: random numbers are returned instead of the mask
def wrong_numbers(A, keep_prob, rng):
    U = rng.random(A.shape)
    return A * (U < keep_prob) / keep_prob, U


#: multiplied by keep_prob
def wrong_multiplied(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return A * D * keep_prob, D


#: changes A
def wrong_changes_a(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A[~D] = 0
    return A / keep_prob, D


#: exact count
def wrong_exact_count(A, keep_prob, rng):
    n = round(keep_prob * A.size)
    D = rng.permutation(np.arange(A.size) < n).reshape(A.shape)
    return A * D / keep_prob, D


#: divided by the share really kept
def wrong_share(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return A * D / np.mean(D), D


#: square mask, shape of the rows only
def wrong_shape(A, keep_prob, rng):
    D = rng.random((A.shape[0], A.shape[0])) < keep_prob
    return A * D / keep_prob, D


#: right
def right_one_mask(A, keep_prob, rng):
    D = np.zeros_like(A)
    D[:] = (rng.random(A.shape[0]) < keep_prob)[:, None]
    return A * D / keep_prob, D


#: mask read off from the zeros (silent units count as off)
def wrong_mask_from_zeros(A, keep_prob, rng):
    A_drop = A * (rng.random(A.shape) < keep_prob) / keep_prob
    D = A_drop != 0
    return A_drop, D


#: float16
def wrong_float16(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return (A * D / keep_prob).astype("float16"), D


#: a dictionary
def wrong_dictionary(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return {"A_drop": A * D / keep_prob, "D": D}


#: paired units
def wrong_paired_units(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    D[1::2] = D[: A.shape[0] // 2 * 2 : 2]
    return A * D / keep_prob, D


#: global state, not rng
def wrong_global(A, keep_prob, rng):
    D = np.random.rand(*A.shape) < keep_prob
    return A * D / keep_prob, D
