"""Learners' ways to draw the switches (notebook 02)."""

import numpy as np


def uniform(shape, keep_prob, rng):
    return rng.uniform(0, 1, size=shape) < keep_prob


def coin(shape, keep_prob, rng):
    D = rng.binomial(1, keep_prob, size=shape)
    return D


def other_end(shape, keep_prob, rng):
    D = rng.random(shape) > 1 - keep_prob
    return D.astype(float)


def choose(shape, keep_prob, rng):
    return rng.choice([True, False], size=shape, p=[keep_prob, 1 - keep_prob])


def normal(shape, keep_prob, rng):
    D = rng.standard_normal(shape)
    D = D < keep_prob
    return D.astype(int)


def backwards(shape, keep_prob, rng):
    r = rng.random(shape)
    D = np.ones(shape)
    D[r < keep_prob] = 0
    return D


def one_column(shape, keep_prob, rng):
    column = rng.random((shape[0], 1)) < keep_prob
    return np.repeat(column, shape[1], axis=1)


def seeded(shape, keep_prob, rng):
    rng = np.random.default_rng(1)
    D = rng.random(shape) < keep_prob
    return D


def exact_share(shape, keep_prob, rng):
    n = int(np.prod(shape))
    kept = round(keep_prob * n)
    D = np.zeros(n, dtype=bool)
    D[rng.permutation(n)[:kept]] = True
    return D.reshape(shape)


def scaled(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    return D / keep_prob
