"""Learners' dropout layers with both modes: check_layer."""

import numpy as np


#: right
def right_plain(A, keep_prob, training, rng):
    if not training:
        return A
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


#: right
def right_else(A, keep_prob, training, rng):
    if training:
        D = rng.uniform(size=A.shape) < keep_prob
        A_drop = A * D
        A_drop = A_drop / keep_prob
    else:
        A_drop = A.copy()
    return A_drop


#: right
def right_keep_all(A, keep_prob, training, rng):
    keep_prob = keep_prob if training else 1.0
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


#: right
def right_binomial(A, keep_prob, training, rng):
    D = rng.binomial(1, keep_prob, A.shape) / keep_prob if training else np.ones(A.shape)
    return A * D


#: right
def right_copy(A, keep_prob, training, rng):
    out = np.array(A, dtype=float)
    if training:
        out[rng.random(out.shape) >= keep_prob] = 0
        out /= keep_prob
    return out


#: right
def right_conditional(A, keep_prob, training, rng):
    factor = (rng.random(A.shape) > 1 - keep_prob) / keep_prob
    return np.where(training, A * factor, A)


#: right
def right_loop(A, keep_prob, training, rng):
    if training is False:
        return A + 0
    A_drop = np.zeros_like(A)
    for i in range(len(A)):
        for j in range(len(A[i])):
            A_drop[i][j] = A[i][j] / keep_prob if rng.random() < keep_prob else 0
    return A_drop


#: right
def right_choice(A, keep_prob, training, rng):
    if training == True:  # noqa: E712
        return A * rng.choice([0, 1 / keep_prob], A.shape, p=[1 - keep_prob, keep_prob])
    elif training == False:  # noqa: E712
        return A


#: on at test time
def wrong_always_on(A, keep_prob, training, rng):
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


#: scaled again at test time
def wrong_scaled_again(A, keep_prob, training, rng):
    if not training:
        return A * keep_prob
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


#: divided at test time
def wrong_divided_at_test(A, keep_prob, training, rng):
    if training:
        A = A * (rng.random(A.shape) < keep_prob)
    return A / keep_prob


#: no scale
def wrong_no_scale(A, keep_prob, training, rng):
    if not training:
        return A
    return A * (rng.random(A.shape) < keep_prob)


#: vanilla dropout
def wrong_vanilla(A, keep_prob, training, rng):
    if not training:
        return A * keep_prob
    return A * (rng.random(A.shape) < keep_prob)


#: no mask
def wrong_no_mask(A, keep_prob, training, rng):
    if not training:
        return A
    return A / keep_prob


#: modes swapped
def wrong_swapped(A, keep_prob, training, rng):
    if training:
        return A
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


#: never drops
def wrong_never(A, keep_prob, training, rng):
    return A


#: flipped comparison
def wrong_flipped(A, keep_prob, training, rng):
    if training:
        return A * (rng.random(A.shape) > keep_prob) / keep_prob
    return A


#: randn
def wrong_randn(A, keep_prob, training, rng):
    if training:
        return A * (rng.standard_normal(A.shape) < keep_prob) / keep_prob
    return A


#: randn, and keep_prob = 1 does not switch it off
def wrong_randn_one(A, keep_prob, training, rng):
    if not training:
        keep_prob = 1
    return A * (rng.standard_normal(A.shape) < keep_prob) / keep_prob


#: nothing at test time
def wrong_none_at_test(A, keep_prob, training, rng):
    if training:
        return A * (rng.random(A.shape) < keep_prob) / keep_prob


#: zeros at test time
def wrong_zero_at_test(A, keep_prob, training, rng):
    A_drop = np.zeros_like(A)
    if training:
        A_drop = A * (rng.random(A.shape) < keep_prob) / keep_prob
    return A_drop


#: changes A
def wrong_changes_a(A, keep_prob, training, rng):
    if training:
        A *= rng.random(A.shape) < keep_prob
        A /= keep_prob
    return A


#: right
def right_one_mask(A, keep_prob, training, rng):
    if not training:
        return A
    return A * (rng.random((A.shape[0], 1)) < keep_prob) / keep_prob


#: wrong scale, 1 - keep_prob
def wrong_scale(A, keep_prob, training, rng):
    if not training:
        return A
    return A * (rng.random(A.shape) < keep_prob) / (1 - keep_prob)


#: the same mask every time (seeded)
def wrong_seeded(A, keep_prob, training, rng):
    if not training:
        return A
    rng = np.random.default_rng(3)
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


#: a tuple
def wrong_tuple(A, keep_prob, training, rng):
    D = np.ones_like(A)
    if training:
        D = (rng.random(A.shape) < keep_prob) / keep_prob
    return A * D, D


#: paired examples
def wrong_paired(A, keep_prob, training, rng):
    if not training:
        return A
    D = rng.random(A.shape) < keep_prob
    half = A.shape[1] // 2
    D[:, half : 2 * half] = D[:, :half]
    return A * D / keep_prob


#: changes A, at test time too
def wrong_changes_at_test(A, keep_prob, training, rng):
    if not training:
        A /= 1.0
        A += 0.01
        return A
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


#: paired units
def wrong_paired_units(A, keep_prob, training, rng):
    if not training:
        return A
    D = rng.random(A.shape) < keep_prob
    D[1::2] = D[: A.shape[0] // 2 * 2 : 2]
    return A * D / keep_prob


#: never empty
def wrong_never_empty(A, keep_prob, training, rng):
    if not training:
        return A
    D = rng.random(A.shape) < keep_prob
    D[0, ~D.any(axis=0)] = True
    return A * D / keep_prob
