"""Learners' way back through a switch and a tanh: check_layer_backward."""

import math

import numpy as np


#: right
def right_plain(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - np.tanh(Z) ** 2)


#: right
def right_cosh(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / (keep_prob * np.cosh(Z) ** 2)


#: right
def right_unscaled_output(dA_drop, Z, A_drop, D, keep_prob):
    # where a unit is kept, A_drop * keep_prob is A; elsewhere the mask makes 0 anyway
    A = A_drop * keep_prob
    return dA_drop * D / keep_prob * (1 - A * A)


#: right
def right_loop(dA_drop, Z, A_drop, D, keep_prob):
    dZ = np.zeros(Z.shape)
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            dA = dA_drop[i, j] / keep_prob if D[i, j] else 0
            dZ[i, j] = dA * (1 - math.tanh(Z[i, j]) ** 2)
    return dZ


def tanh_slope(Z):
    s = 1 / (1 + np.exp(-2 * Z))
    return 4 * s * (1 - s)


#: right
def right_helper(dA_drop, Z, A_drop, D, keep_prob):
    return np.where(D, dA_drop * tanh_slope(Z) / keep_prob, 0)


#: right
def right_product(dA_drop, Z, A_drop, D, keep_prob):
    A = np.tanh(Z)
    dZ = (1 - A) * (1 + A)
    dZ *= dA_drop
    dZ *= D
    dZ /= keep_prob
    return dZ


#: right
def right_complex_step(dA_drop, Z, A_drop, D, keep_prob):
    slope = np.tanh(Z + 1e-20j).imag / 1e-20
    return np.einsum("ij,ij,ij->ij", dA_drop, D / keep_prob, slope)


#: right
def right_mask_last(dA_drop, Z, A_drop, D, keep_prob):
    dZ = dA_drop * (1 - np.square(np.tanh(Z)))
    dZ = dZ / keep_prob
    dZ[np.logical_not(D)] = 0
    return dZ


#: slope from A_drop
def wrong_a_drop(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - A_drop**2)


#: no mask
def wrong_no_mask(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop / keep_prob * (1 - np.tanh(Z) ** 2)


#: no scale
def wrong_no_scale(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D * (1 - np.tanh(Z) ** 2)


#: neither
def wrong_neither(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * (1 - np.tanh(Z) ** 2)


#: slope is missing
def wrong_no_slope(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    dZ = dA
    return dZ


#: slope of relu
def wrong_relu(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob * (Z > 0)


#: slope of relu, from A_drop, no mask
def wrong_course(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop / keep_prob
    return np.multiply(dA, np.int64(A_drop > 0))


#: slope from Z without tanh
def wrong_one_minus_z(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob * (1 - Z**2)


#: square is missing
def wrong_no_square(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob * (1 - np.tanh(Z))


#: slope of sigmoid
def wrong_sigmoid(dA_drop, Z, A_drop, D, keep_prob):
    s = 1 / (1 + np.exp(-Z))
    return dA_drop * D / keep_prob * s * (1 - s)


#: slope from A_drop, no mask
def wrong_a_drop_no_mask(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop / keep_prob * (1 - A_drop**2)


#: slope from A_drop, neither
def wrong_a_drop_neither(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * (1 - A_drop * A_drop)


#: scaled twice
def wrong_twice(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    dZ = dA * (1 - np.tanh(Z) ** 2) * D / keep_prob
    return dZ


#: tanh of A_drop
def wrong_tanh_a_drop(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob * (1 - np.tanh(A_drop) ** 2)


#: changes Z
def wrong_changes_z(dA_drop, Z, A_drop, D, keep_prob):
    Z[:] = np.tanh(Z)
    return dA_drop * D / keep_prob * (1 - Z**2)


#: fresh mask
def wrong_fresh(dA_drop, Z, A_drop, D, keep_prob):
    D = np.random.default_rng().random(Z.shape) < keep_prob
    return dA_drop * D / keep_prob * (1 - np.tanh(Z) ** 2)


#: tanh instead of its slope
def wrong_value(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob * np.tanh(Z)


#: slope from A_drop, the scale undone the wrong way
def wrong_undo(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob * (1 - A_drop**2 / keep_prob)


#: endless
def wrong_endless(dA_drop, Z, A_drop, D, keep_prob):
    dZ = dA_drop * D / keep_prob
    while np.any(dZ >= 0) or True:
        dZ = dZ * (1 - np.tanh(Z) ** 2)
    return dZ


#: slope from A_drop, clipped
def wrong_clipped(dA_drop, Z, A_drop, D, keep_prob):
    A = np.clip(A_drop, -1, 1)
    return dA_drop * D / keep_prob * (1 - A**2)


#: the slope is scaled as well (scaled twice)
def wrong_slope_scaled(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    slope = (1 - np.tanh(Z) ** 2) / keep_prob
    return dA * slope
