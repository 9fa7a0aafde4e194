"""Learners' counts of what is kept (notebook 05)."""

import numpy as np


def deviations(sample, keep_prob, rng):
    n = 100_000
    kept = np.sum(sample((n, 1), keep_prob, rng))
    sd = np.sqrt(n * keep_prob * (1 - keep_prob))
    z = (kept - n * keep_prob) / sd
    return bool(-5 < z < 5)


def square(sample, keep_prob, rng):
    D = sample((200, 200), keep_prob, rng)
    return np.abs(D.mean() - keep_prob) < 0.02


def in_rounds(sample, keep_prob, rng):
    shares = []
    for _ in range(100):
        shares.append(sample((20, 10), keep_prob, rng).mean())
    spread = np.sqrt(keep_prob * (1 - keep_prob) / 20_000)
    if abs(np.mean(shares) - keep_prob) > 5 * spread:
        return False
    return True


def one_side(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return share - keep_prob < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


def few(sample, keep_prob, rng):
    n = 10
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


def equal(sample, keep_prob, rng):
    share = sample((1000, 10), keep_prob, rng).mean()
    return share == keep_prob


def upside_down(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) > 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


def no_root(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 5 * keep_prob * (1 - keep_prob) / n
