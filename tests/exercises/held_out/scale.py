"""Learners' way forward through the switch, the mask being given: check_scale."""

import numpy as np


#: right
def right_plain(A, D, keep_prob):
    return A * D / keep_prob


#: right
def right_where(A, D, keep_prob):
    return np.where(D, A / keep_prob, 0)


#: right
def right_copy_in_place(A, D, keep_prob):
    A_drop = A.copy()
    A_drop[D == 0] = 0
    A_drop /= keep_prob
    return A_drop


#: right
def right_loop(A, D, keep_prob):
    A_drop = np.zeros_like(A)
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            if D[i, j]:
                A_drop[i, j] = A[i, j] / keep_prob
    return A_drop


#: right
def right_factor(A, D, keep_prob):
    factor = np.multiply(D, 1.0) / keep_prob
    return np.multiply(A, factor)


#: right
def right_einsum(A, D, keep_prob):
    return np.einsum("...,...->...", A, D.astype(float)) * (1 / keep_prob)


#: right
def right_minus_dropped(A, D, keep_prob):
    A = A / keep_prob
    return A - A * (1 - D)


#: right
def right_masked_array(A, D, keep_prob):
    return np.ma.array(A / keep_prob, mask=np.logical_not(D)).filled(0)


#: right
def right_list(A, D, keep_prob):
    return [[a * d / keep_prob for a, d in zip(row, keep)] for row, keep in zip(A, D)]


#: no scale
def wrong_no_scale(A, D, keep_prob):
    return A * D


#: no mask
def wrong_no_mask(A, D, keep_prob):
    return A / keep_prob


#: neither
def wrong_neither(A, D, keep_prob):
    A_drop = A
    return A_drop


#: multiplied by keep_prob
def wrong_multiplied(A, D, keep_prob):
    return A * D * keep_prob


#: wrong scale, 1 / (1 - keep_prob)
def wrong_one_minus_keep(A, D, keep_prob):
    return A * D / (1 - keep_prob)


#: one minus mask
def wrong_one_minus_mask(A, D, keep_prob):
    return A * (1 - D) / keep_prob


#: scaled twice
def wrong_twice(A, D, keep_prob):
    D = D / keep_prob
    return A * D / keep_prob


#: fresh mask
def wrong_fresh(A, D, keep_prob):
    D = np.random.default_rng().random(A.shape) < keep_prob
    return A * D / keep_prob


#: divided by the share really kept
def wrong_share(A, D, keep_prob):
    return A * D / D.mean()


#: changes A
def wrong_changes_input(A, D, keep_prob):
    A *= D
    A /= keep_prob
    return A


#: returns nothing
def wrong_nothing(A, D, keep_prob):
    A_drop = A * D / keep_prob


#: hard-coded keep_prob
def wrong_hard_coded(A, D, keep_prob):
    return A * D / 0.7


#: matrix product
def wrong_matmul(A, D, keep_prob):
    return A @ D / keep_prob


#: transposed
def wrong_transposed(A, D, keep_prob):
    return (A * D / keep_prob).T


#: keeps the sum of A
def wrong_keeps_sum(A, D, keep_prob):
    return A * D * (A.sum() / (A * D).sum())


#: off units are one instead of zero
def wrong_off_one(A, D, keep_prob):
    return np.where(D, A / keep_prob, 1)


#: first column of the mask for all
def wrong_first_column(A, D, keep_prob):
    return A * D[:, :1] / keep_prob


#: float16
def wrong_float16(A, D, keep_prob):
    return (A.astype(np.float16) * D / np.float16(keep_prob)).astype(np.float16)


#: scales only the negative half wrong
def wrong_abs(A, D, keep_prob):
    return abs(A) * D / keep_prob


#: undefined name
def wrong_name(A, D, keep_prob):
    return A1 * D1 / keep_prob


#: square root scale
def wrong_sqrt(A, D, keep_prob):
    return A * D / np.sqrt(keep_prob)


#: works only where A is positive
def wrong_relu(A, D, keep_prob):
    return np.maximum(A * D / keep_prob, 0)


#: mask after a threshold on A
def wrong_last_row(A, D, keep_prob):
    A_drop = A * D / keep_prob
    A_drop[-1] = A[-1]
    return A_drop


#: right
def right_zero_is_zero(A, D, keep_prob):
    A_drop = np.zeros(np.shape(A))
    kept = np.nonzero(D)
    A_drop[kept] = A[kept] / keep_prob
    return A_drop


#: works only at keep_prob 0.5
def wrong_times_two(A, D, keep_prob):
    return A * D * 2


#: works only for one example
def wrong_one_example(A, D, keep_prob):
    A_drop = np.zeros_like(A)
    for i in range(A.shape[0]):
        A_drop[i, 0] = A[i, 0] * D[i, 0] / keep_prob
    return A_drop
