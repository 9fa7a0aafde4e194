"""Learners' way back through the switch: check_backward."""

import numpy as np


#: right
def right_plain(dA_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA


#: right
def right_two_steps(dA_drop, D, keep_prob):
    dA = dA_drop * D
    dA = dA / keep_prob
    return dA


#: right
def right_index(dA_drop, D, keep_prob):
    dA = np.zeros(dA_drop.shape)
    dA[D.astype(bool)] = dA_drop[D.astype(bool)] / keep_prob
    return dA


#: right
def right_where(dA_drop, D, keep_prob):
    return np.where(D == 1, dA_drop, 0) * keep_prob**-1


#: right
def right_flat_loop(dA_drop, D, keep_prob):
    out = []
    for g, d in zip(dA_drop.ravel(), D.ravel()):
        out.append(g / keep_prob if d else 0.0)
    return np.array(out).reshape(dA_drop.shape)


#: right
def right_log(dA_drop, D, keep_prob):
    return dA_drop * np.exp(-np.log(keep_prob)) * D


#: right
def right_columns(dA_drop, D, keep_prob):
    columns = [dA_drop[:, j] * D[:, j] / keep_prob for j in range(D.shape[1])]
    return np.stack(columns, axis=1)


#: right
def right_out(dA_drop, D, keep_prob):
    dA = np.empty_like(dA_drop)
    np.divide(dA_drop, keep_prob, out=dA)
    np.copyto(dA, 0, where=~D.astype(bool))
    return dA


#: right
def right_diagonal(dA_drop, D, keep_prob):
    # the Jacobian of one example is diagonal
    dA = np.zeros_like(dA_drop)
    for j in range(D.shape[1]):
        dA[:, j] = np.diag(D[:, j] / keep_prob) @ dA_drop[:, j]
    return dA


#: no mask
def wrong_no_mask(dA_drop, D, keep_prob):
    return dA_drop / keep_prob


#: no scale
def wrong_no_scale(dA_drop, D, keep_prob):
    dA = dA_drop.copy()
    dA[~D] = 0
    return dA


#: neither
def wrong_neither(dA_drop, D, keep_prob):
    return dA_drop


#: fresh mask
def wrong_fresh(dA_drop, D, keep_prob):
    D = np.random.rand(*dA_drop.shape) < keep_prob
    return dA_drop * D / keep_prob


#: fresh mask of randn
def wrong_fresh_randn(dA_drop, D, keep_prob):
    D = np.random.randn(dA_drop.shape[0], dA_drop.shape[1]) > keep_prob
    return dA_drop * D / keep_prob


#: fresh mask, seeded
def wrong_fresh_seeded(dA_drop, D, keep_prob):
    rng = np.random.default_rng(0)
    D = rng.random(dA_drop.shape) < keep_prob
    return dA_drop * D / keep_prob


#: one minus mask
def wrong_one_minus(dA_drop, D, keep_prob):
    return dA_drop * (1 - D) / keep_prob


#: one minus mask, no scale
def wrong_one_minus_no_scale(dA_drop, D, keep_prob):
    return dA_drop - dA_drop * D


#: scaled twice
def wrong_twice(dA_drop, D, keep_prob):
    return dA_drop * D / keep_prob**2


#: multiplied by keep_prob
def wrong_multiplied(dA_drop, D, keep_prob):
    return dA_drop * D * keep_prob


#: wrong scale, 1 - keep_prob
def wrong_one_minus_keep(dA_drop, D, keep_prob):
    return dA_drop * D / (1 - keep_prob)


#: divided by the share really kept
def wrong_share(dA_drop, D, keep_prob):
    return dA_drop * D * D.size / np.sum(D)


#: changes dA_drop
def wrong_in_place(dA_drop, D, keep_prob):
    dA_drop *= D / keep_prob
    return dA_drop


#: changes D
def wrong_changes_mask(dA_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    D[:] = 0
    return dA


#: hard-coded 0.8
def wrong_hard_coded(dA_drop, D, keep_prob):
    keep_prob = 0.8
    return dA_drop * D / keep_prob


#: mask guessed from zeros of dA_drop = no mask
def wrong_guess_mask(dA_drop, D, keep_prob):
    D = dA_drop != 0
    return dA_drop * D / keep_prob


#: rounded
def wrong_rounded(dA_drop, D, keep_prob):
    return np.round(dA_drop * D / keep_prob, 2)


#: summed over the examples
def wrong_sum(dA_drop, D, keep_prob):
    return np.sum(dA_drop * D / keep_prob, axis=1, keepdims=True)


#: mask of its neighbor
def wrong_rolled(dA_drop, D, keep_prob):
    return dA_drop * np.roll(D, 1, axis=0) / keep_prob


#: endless
def wrong_endless(dA_drop, D, keep_prob):
    i = 0
    dA = np.zeros_like(dA_drop)
    while i < D.shape[0]:
        dA[i] = dA_drop[i] * D[i] / keep_prob
    return dA


#: divided by m
def wrong_mean(dA_drop, D, keep_prob):
    m = dA_drop.shape[1]
    return dA_drop * D / keep_prob / m


#: works only at keep_prob 0.5
def wrong_times_two(dA_drop, D, keep_prob):
    return dA_drop * (D * 2)


#: scaled by 1 / keep_prob rounded to a whole number
def wrong_whole_scale(dA_drop, D, keep_prob):
    return dA_drop * D * (1 // keep_prob)


#: negative gradients are stopped
def wrong_relu(dA_drop, D, keep_prob):
    return np.maximum(dA_drop, 0) * D / keep_prob
