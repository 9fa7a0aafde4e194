"""Learners' tanh layers, backward (notebooks 06 and 09)."""

import numpy as np


def own_name(dA_drop, Z, A_drop, D, keep_prob):
    A = np.tanh(Z)
    dA = dA_drop * D / keep_prob
    dZ = dA * (1 - A * A)
    return dZ


def cosh(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * (D / keep_prob) / np.cosh(Z) ** 2


def undone(dA_drop, Z, A_drop, D, keep_prob):
    # where D is 0 the slope does not matter: the mask line stops it
    A = A_drop * keep_prob
    dA = D * dA_drop / keep_prob
    return dA * (1 - A**2)


def late(dA_drop, Z, A_drop, D, keep_prob):
    dZ = dA_drop * (1 - np.square(np.tanh(Z)))
    dZ = np.where(D, dZ, 0) / keep_prob
    return dZ


def dropped_slope(dA_drop, Z, A_drop, D, keep_prob):
    dA = np.multiply(dA_drop, D) / keep_prob
    return np.multiply(dA, 1 - np.power(A_drop, 2))


def no_mask(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop / keep_prob
    return dA * (1 - np.tanh(Z) ** 2)


def no_scale_dropped_slope(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D
    return dA * (1 - A_drop**2)


def relu_slope(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (Z > 0)


def no_square(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - np.tanh(Z))


def switched_before(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - np.tanh(Z * D / keep_prob) ** 2)


def undone_wrongly(dA_drop, Z, A_drop, D, keep_prob):
    A = A_drop / keep_prob
    dA = dA_drop * D / keep_prob
    return dA * (1 - A**2)
