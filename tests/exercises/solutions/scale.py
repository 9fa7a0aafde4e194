"""Learners' way forward through the switch, the mask being given: check_scale."""

import numpy as np

from . import verdict


@verdict("right")
def right_plain(A, D, keep_prob):
    return A * D / keep_prob


@verdict("right")
def right_where(A, D, keep_prob):
    return np.where(D, A / keep_prob, 0)


@verdict("right")
def right_copy_in_place(A, D, keep_prob):
    A_drop = A.copy()
    A_drop[D == 0] = 0
    A_drop /= keep_prob
    return A_drop


@verdict("right")
def right_loop(A, D, keep_prob):
    A_drop = np.zeros_like(A)
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            if D[i, j]:
                A_drop[i, j] = A[i, j] / keep_prob
    return A_drop


@verdict("right")
def right_factor(A, D, keep_prob):
    factor = np.multiply(D, 1.0) / keep_prob
    return np.multiply(A, factor)


@verdict("right")
def right_einsum(A, D, keep_prob):
    return np.einsum("...,...->...", A, D.astype(float)) * (1 / keep_prob)


@verdict("right")
def right_minus_dropped(A, D, keep_prob):
    A = A / keep_prob
    return A - A * (1 - D)


@verdict("right")
def right_masked_array(A, D, keep_prob):
    return np.ma.array(A / keep_prob, mask=np.logical_not(D)).filled(0)


@verdict("right")
def right_list(A, D, keep_prob):
    return [[a * d / keep_prob for a, d in zip(row, keep)] for row, keep in zip(A, D)]


@verdict("no scale", "no scale at all", says="it is exactly keep_prob times the true one")
def wrong_no_scale(A, D, keep_prob):
    return A * D


@verdict("no mask", says="off your A_drop is not 0; at units that are kept it is the true one")
def wrong_no_mask(A, D, keep_prob):
    return A / keep_prob


@verdict("neither", says="A comes out as it went in")
def wrong_neither(A, D, keep_prob):
    A_drop = A
    return A_drop


@verdict("multiplied by keep_prob", says="exactly keep_prob squared times")
def wrong_multiplied(A, D, keep_prob):
    return A * D * keep_prob


@verdict(
    "wrong scale, 1 / (1 - keep_prob)",
    "wrong scale",
    says="exactly keep_prob / (1 - keep_prob) times",
)
def wrong_one_minus_keep(A, D, keep_prob):
    return A * D / (1 - keep_prob)


@verdict("one minus mask", says="at units that are kept it is 0. These")
def wrong_one_minus_mask(A, D, keep_prob):
    return A * (1 - D) / keep_prob


@verdict("scaled twice", says="exactly 1 / keep_prob times the true one")
def wrong_twice(A, D, keep_prob):
    D = D / keep_prob
    return A * D / keep_prob


@verdict("fresh mask")
def wrong_fresh(A, D, keep_prob):
    D = np.random.default_rng().random(A.shape) < keep_prob
    return A * D / keep_prob


@verdict("divided by the share really kept", "share really kept")
def wrong_share(A, D, keep_prob):
    return A * D / D.mean()


@verdict("changes A", "unknown")
def wrong_changes_input(A, D, keep_prob):
    A *= D
    A /= keep_prob
    return A


@verdict("returns nothing", "unknown")
def wrong_nothing(A, D, keep_prob):
    A_drop = A * D / keep_prob


@verdict("hard-coded keep_prob", "a number for keep_prob")
def wrong_hard_coded(A, D, keep_prob):
    return A * D / 0.7


@verdict("matrix product", "unknown")
def wrong_matmul(A, D, keep_prob):
    return A @ D / keep_prob


@verdict("transposed", "unknown", says="Your A_drop has shape (1, 2); A has (2, 1)")
def wrong_transposed(A, D, keep_prob):
    return (A * D / keep_prob).T


@verdict("keeps the sum of A", "unknown")
def wrong_keeps_sum(A, D, keep_prob):
    return A * D * (A.sum() / (A * D).sum())


@verdict("off units are one instead of zero", "unknown")
def wrong_off_one(A, D, keep_prob):
    return np.where(D, A / keep_prob, 1)


@verdict("first column of the mask for all", "switches of one example")
def wrong_first_column(A, D, keep_prob):
    return A * D[:, :1] / keep_prob


@verdict("float16", "rounded")
def wrong_float16(A, D, keep_prob):
    return (A.astype(np.float16) * D / np.float16(keep_prob)).astype(np.float16)


@verdict("scales only the negative half wrong", "unknown")
def wrong_abs(A, D, keep_prob):
    return abs(A) * D / keep_prob


@verdict("undefined name", "unknown")
def wrong_name(A, D, keep_prob):
    return A1 * D1 / keep_prob


@verdict("square root scale", "square root of keep_prob")
def wrong_sqrt(A, D, keep_prob):
    return A * D / np.sqrt(keep_prob)


@verdict("works only where A is positive", "unknown")
def wrong_relu(A, D, keep_prob):
    return np.maximum(A * D / keep_prob, 0)


@verdict("mask after a threshold on A", "unknown")
def wrong_last_row(A, D, keep_prob):
    A_drop = A * D / keep_prob
    A_drop[-1] = A[-1]
    return A_drop


@verdict("right")
def right_zero_is_zero(A, D, keep_prob):
    A_drop = np.zeros(np.shape(A))
    kept = np.nonzero(D)
    A_drop[kept] = A[kept] / keep_prob
    return A_drop


@verdict("works only at keep_prob 0.5", "a number for keep_prob")
def wrong_times_two(A, D, keep_prob):
    return A * D * 2


@verdict("works only for one example", "unknown")
def wrong_one_example(A, D, keep_prob):
    A_drop = np.zeros_like(A)
    for i in range(A.shape[0]):
        A_drop[i, 0] = A[i, 0] * D[i, 0] / keep_prob
    return A_drop


# -- By somebody else ------------------------------------------------------------------------------


@verdict("right")
def where(A, D, keep_prob):
    return np.where(D, A / keep_prob, 0.0)


@verdict("right")
def factor(A, D, keep_prob):
    factor = 1 / keep_prob
    return np.multiply(A, D) * factor


@verdict("right")
def copied(A, D, keep_prob):
    A_drop = A.copy()
    A_drop[D == 0] = 0
    A_drop /= keep_prob
    return A_drop


@verdict("right")
def loops(A, D, keep_prob):
    A_drop = np.zeros(A.shape)
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            if D[i, j]:
                A_drop[i, j] = A[i, j] / keep_prob
    return A_drop


@verdict("no scale", "no scale", "no scale at all")
def mask_only(A, D, keep_prob):
    A_drop = np.multiply(A, D)
    return A_drop


@verdict("multiplied by keep_prob")
def shrunk(A, D, keep_prob):
    A_drop = A * D
    A_drop = A_drop * keep_prob
    return A_drop


@verdict("divided by the share really kept", "share really kept")
def kept_share(A, D, keep_prob):
    return A * D / np.mean(D)


@verdict("divided by the square root", "square root of keep_prob")
def root(A, D, keep_prob):
    return A * D / np.sqrt(keep_prob)


@verdict("only the kept entries, another shape", "unknown")
def picked(A, D, keep_prob):
    return A[np.asarray(D, dtype=bool)] / keep_prob


# -- Ours ------------------------------------------------------------------------------------------

# fmt: off
verdict("right")(lambda A, D, k: (A.astype(np.float32) * D) / np.float32(k))
verdict("all zero", "unknown")(lambda A, D, k: 0 * A)
verdict("transposed mask", "unknown", says="D has the shape of A, switch by switch")(lambda A, D, k: A * D.T / k)
verdict("a pair", "unknown", says="Your A_drop has shape (2, 2, 1)")(lambda A, D, k: (A * D / k, D))
verdict("divided by the mask", "unknown", says="Do you divide by D?")(lambda A, D, k: A / D / k)
