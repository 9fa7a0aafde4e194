"""Learners' ways back through the switch (notebooks 04 and 10)."""

import numpy as np


def two_steps(dA_drop, D, keep_prob):
    dA = dA_drop * D
    dA = dA / keep_prob
    return dA


def where(dA_drop, D, keep_prob):
    return np.where(D == 1, dA_drop / keep_prob, 0)


def slope(dA_drop, D, keep_prob):
    local = np.asarray(D, dtype=float)
    local = local / keep_prob
    return local * dA_drop


def selected(dA_drop, D, keep_prob):
    on = D.astype(bool)
    dA = np.zeros_like(dA_drop)
    dA[on] = dA_drop[on] / keep_prob
    return dA


def scale_only(dA_drop, D, keep_prob):
    # A was masked already
    return dA_drop / keep_prob


def open_ones(dA_drop, D, keep_prob):
    dA = dA_drop - dA_drop * D
    return dA / keep_prob


def multiplied(dA_drop, D, keep_prob):
    return dA_drop * D * keep_prob


def new_draw(dA_drop, D, keep_prob):
    D = np.random.rand(*dA_drop.shape) < keep_prob
    return dA_drop * D / keep_prob


def twice(dA_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    dA = dA * D / keep_prob
    return dA


def kept_share(dA_drop, D, keep_prob):
    kept = np.count_nonzero(D) / D.size
    return dA_drop * D / kept
