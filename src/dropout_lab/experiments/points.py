"""Points on a plane in two colors, made on the spot: data on which training can be watched.

Coordinates are of order 1, so that networks train well on them as they are. Every function returns
a training set and a test set of the same law, and the same generator state gives the same points.
"""

from dataclasses import dataclass
from operator import index

import numpy as np

from dropout_lab.core.dropout import Array, Rng, check_rng

FOOTBALL_SIZE = 211  # as many as the course's regularization assignment has
FIELD = np.array([[1.5], [1.0]])  # half its length and half its width
OUTLIERS = 0.05
TEST_SIZE = 1000


@dataclass(frozen=True)
class Points:
    """Coordinates X (2, n) and labels Y (1, n) of 0 and 1: columns are examples."""

    X: Array
    Y: Array


@dataclass(frozen=True)
class Split:
    """A training set, and a test set drawn from the same law."""

    train: Points
    test: Points


def football(rng: Rng, test_size: int = TEST_SIZE) -> Split:
    """Where 211 balls came down on the field, and which team (0 or 1) headed them.

    Team 1 holds the side above the curve x_2 = sin(2 x_1) / 2; one ball in twenty is an outlier, won
    on the other team's side, and a network that fits it learns luck. Outliers are in the test set too,
    so no network is right there on more than about 95%. Raises TypeError if rng is not a generator.
    """
    check_rng(rng)
    return Split(_balls(FOOTBALL_SIZE, rng), _balls(_checked_size(test_size, "test_size"), rng))


def _balls(n: int, rng: Rng) -> Points:
    X = (2 * rng.random((2, n)) - 1) * FIELD
    above = X[1:] > np.sin(2 * X[:1]) / 2
    outlier = rng.random((1, n)) < OUTLIERS
    return Points(X, (above ^ outlier).astype(float))


def two_moons(n: int, rng: Rng, noise: float = 0.2, test_size: int = TEST_SIZE) -> Split:
    """Two half circles of radius 1 that reach into each other; n points, half of them of each label.

    Label 0: (cos t - 1/2, sin t - 1/4); label 1: (1/2 - cos t, 1/4 - sin t), t uniform in [0, pi], plus
    normal noise of that standard deviation. Raises ValueError if n < 1 or noise is negative.
    """
    check_rng(rng)
    if not (np.isfinite(noise) and noise >= 0):
        raise ValueError(f"noise is a standard deviation, 0 or more; you gave {noise!r}")
    sizes = _checked_size(n, "n"), _checked_size(test_size, "test_size")
    return Split(*(_moons(size, rng, noise) for size in sizes))


def _moons(n: int, rng: Rng, noise: float) -> Points:
    t = np.pi * rng.random(n)
    Y = (np.arange(n) % 2).astype(float)
    side = 1 - 2 * Y  # 1 for label 0, -1 for label 1: one moon is the other, turned by half a turn
    moons = side * np.stack([np.cos(t) - 0.5, np.sin(t) - 0.25])
    return Points(moons + noise * rng.standard_normal((2, n)), Y[None, :])


def _checked_size(size: int, name: str) -> int:
    if index(size) < 1:
        raise ValueError(f"{name} must be 1 or more points; you gave {size!r}")
    return size
