"""Learners' ways to send A through a given mask (notebook 03)."""

import numpy as np


def where(A, D, keep_prob):
    return np.where(D, A / keep_prob, 0.0)


def factor(A, D, keep_prob):
    factor = 1 / keep_prob
    return np.multiply(A, D) * factor


def copied(A, D, keep_prob):
    A_drop = A.copy()
    A_drop[D == 0] = 0
    A_drop /= keep_prob
    return A_drop


def loops(A, D, keep_prob):
    A_drop = np.zeros(A.shape)
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            if D[i, j]:
                A_drop[i, j] = A[i, j] / keep_prob
    return A_drop


def mask_only(A, D, keep_prob):
    A_drop = np.multiply(A, D)
    return A_drop


def shrunk(A, D, keep_prob):
    A_drop = A * D
    A_drop = A_drop * keep_prob
    return A_drop


def kept_share(A, D, keep_prob):
    return A * D / np.mean(D)


def root(A, D, keep_prob):
    return A * D / np.sqrt(keep_prob)


def picked(A, D, keep_prob):
    return A[np.asarray(D, dtype=bool)] / keep_prob
