"""Learners' dropout layers with two modes (notebook 08)."""

import numpy as np


def if_else(A, keep_prob, training, rng):
    if training:
        D = rng.random(A.shape) < keep_prob
        A_drop = A * D / keep_prob
    else:
        A_drop = A
    return A_drop


def set_to_one(A, keep_prob, training, rng):
    k = keep_prob if training else 1.0
    D = (rng.random(A.shape) < k).astype(int)
    return A * D / k


def copied(A, keep_prob, training, rng):
    out = A.copy()
    if training:
        out *= rng.binomial(1, keep_prob, A.shape)
        out /= keep_prob
    return out


def drop_rate(A, keep_prob, training, rng):
    rate = 1 - keep_prob
    if training is True:
        off = rng.uniform(size=A.shape) < rate
        return np.where(off, 0, A / (1 - rate))
    return A


def scaled_again(A, keep_prob, training, rng):
    if training:
        return A * (rng.random(A.shape) < keep_prob) / keep_prob
    return A * keep_prob


def always_on(A, keep_prob, training, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = A * D
    if training:
        A_drop = A_drop / keep_prob
    return A_drop


def nothing_returned(A, keep_prob, training, rng):
    if training:
        D = rng.random(A.shape) < keep_prob
        return A * D / keep_prob


def modes_swapped(A, keep_prob, training, rng):
    if training:
        return A
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


def other_probability(A, keep_prob, training, rng):
    if not training:
        return A
    D = rng.random(A.shape) < keep_prob
    return A * D / (1 - keep_prob)
