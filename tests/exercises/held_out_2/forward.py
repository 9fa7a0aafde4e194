"""Learners' ways forward, with the mask (notebook 10)."""

import numpy as np


def as_numbers(A, keep_prob, rng):
    D = (rng.random(A.shape) < keep_prob).astype(A.dtype)
    A_drop = np.multiply(A, D)
    A_drop = A_drop / keep_prob
    return A_drop, D


def rows(A, keep_prob, rng):
    units, m = A.shape
    D = np.array([rng.random(m) < keep_prob for _ in range(units)])
    return np.where(D, A, 0) / keep_prob, D


def listed(A, keep_prob, rng):
    mask = rng.uniform(size=A.shape) <= keep_prob
    dropped = A.copy()
    dropped[~mask] = 0
    return [dropped * (1 / keep_prob), mask]


def second_draw(A, keep_prob, rng):
    A_drop = A * (rng.random(A.shape) < keep_prob) / keep_prob
    D = rng.random(A.shape) < keep_prob
    return A_drop, D


def swapped(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = A * D / keep_prob
    return D, A_drop


def no_scale(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = A * D
    return A_drop, D


def normal(A, keep_prob, rng):
    D = rng.normal(size=A.shape) < keep_prob
    A_drop = A * D / keep_prob
    return A_drop, D


def in_place(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A *= D
    A /= keep_prob
    return A, D
