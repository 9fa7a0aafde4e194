"""Learners' checks of value times gradient (notebook 05)."""

import math

import numpy as np


def close_all(A, A_drop, dA_drop, dA):
    before = A * dA
    after = A_drop * dA_drop
    return np.isclose(before, after).all()


def relative(A, A_drop, dA_drop, dA):
    before, after = A * dA, A_drop * dA_drop
    gap = np.abs(before - after)
    return bool(np.all(gap <= 1e-9 * np.abs(after) + 1e-12))


def entry_by_entry(A, A_drop, dA_drop, dA):
    for a, a_drop, d_drop, d in zip(
        A.ravel(), A_drop.ravel(), dA_drop.ravel(), dA.ravel(), strict=True
    ):
        if not math.isclose(a * d, a_drop * d_drop, rel_tol=1e-9, abs_tol=1e-12):
            return False
    return True


def sums(A, A_drop, dA_drop, dA):
    return np.isclose(np.sum(A * dA), np.sum(A_drop * dA_drop))


def to_the_last_digit(A, A_drop, dA_drop, dA):
    return np.array_equal(A * dA, A_drop * dA_drop)


def crossed(A, A_drop, dA_drop, dA):
    return np.allclose(A * dA_drop, A_drop * dA)


def some(A, A_drop, dA_drop, dA):
    return bool(np.any(np.isclose(A * dA, A_drop * dA_drop)))


def wide(A, A_drop, dA_drop, dA):
    return np.max(np.abs(A * dA - A_drop * dA_drop)) < 0.01
