"""All data of the lessons, made on the spot: networks to look at, the course's case, points to train on."""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from dropout_lab.core.doors import Array, Mask, Rng, check_count, check_rng
from dropout_lab.core.network import Network
from dropout_lab.core.passes import sample_masks

LESSON_SIZES = (3, 4, 3, 1)
LESSON_KEEP_PROB = 0.7
# Found by the search in tests/monthly/seeds.py: the first network whose picture shows every kind
# of unit at once, and in which no mask makes a gradient after a switch vanish. With one example only
# layer 1 has dropout, so that one thing happens at a time.
LESSON_LAYERS = {5: (1, 2), 1: (1,)}
LESSON_SEED = 111255
LESSON_MASK_SEED = 4
WIDE_SEED = 1
AVERAGES_SIZES, AVERAGES_SEED, STRONGER = (3, 8, 8, 1), 113, 2.0
FOOTBALL_SIZE = 211  # as many as the course's regularization assignment has
FIELD = np.array([[1.5], [1.0]])  # half its length and half its width
OUTLIERS = 0.05
TEST_SIZE = 1000


@dataclass(frozen=True)
class Case:
    """A network, its data X (n_0, m) and Y (1, m), and the masks it was run with."""

    net: Network
    X: Array
    Y: Array
    masks: dict[int, Mask]
    keep_prob: float
    seed: int | None = None


def make_lesson(net_seed: int, mask_seed: int, examples: int = 5) -> Case:
    """A 3-4-3-1 ReLU network with `examples` random examples, and masks at keep_prob 0.7."""
    rng = np.random.default_rng(net_seed)
    net = Network.random(LESSON_SIZES, rng=rng)
    X, Y = (values[:, :examples] for values in _five_examples(rng))
    mask_rng = np.random.default_rng(mask_seed)
    masks = sample_masks(net, examples, LESSON_LAYERS[examples], LESSON_KEEP_PROB, mask_rng)
    return Case(net, X, Y, masks, LESSON_KEEP_PROB, mask_seed)


def lesson(examples: int = 5) -> Case:
    """The network of the lessons: five examples and dropout in both hidden layers, or one and one.

    In example 0 its four units of layer 1 are of all four kinds: kept and active, kept but silent
    (ReLU), off with a value, off and silent. Raises ValueError unless examples is 1 or 5.
    """
    if examples not in list(LESSON_LAYERS):
        raise ValueError(f"lesson: expected 5 examples or 1, got {examples!r}")
    return make_lesson(LESSON_SEED, LESSON_MASK_SEED, examples)


def wide_lesson() -> Case:
    """A 3-8-3-1 tanh network with five examples: eight units with dropout, so 256 masks."""
    rng = np.random.default_rng(WIDE_SEED)
    net = Network.random((3, 8, 3, 1), "tanh", rng=rng)
    X, Y = _five_examples(rng)
    return Case(net, X, Y, sample_masks(net, 5, (1,), LESSON_KEEP_PROB, rng), LESSON_KEEP_PROB)


def averages_case() -> Case:
    """A 3-8-8-1 tanh network with five examples: 256 thinned networks, whichever layer has dropout.

    Its weights are twice as large as usual, as after some training, so that the networks disagree.
    """
    rng = np.random.default_rng(AVERAGES_SEED)
    drawn = Network.random(AVERAGES_SIZES, "tanh", rng=rng)
    net = Network({l: STRONGER * W for l, W in drawn.W.items()}, drawn.b, "tanh")
    return Case(net, *_five_examples(rng), {}, 0.5)


def _five_examples(rng: Rng) -> tuple[Array, Array]:
    """X (3, 5) and Y (1, 5) of 0 and 1."""
    return rng.standard_normal((3, 5)), (rng.random((1, 5)) < 0.5).astype(float)


def _course_network() -> tuple[Network, Array, Array]:
    r = np.random.RandomState(1)
    X = r.randn(3, 5)
    W, b = {}, {}
    for l, (n, before) in enumerate([(2, 3), (3, 2), (1, 3)], start=1):
        W[l] = r.randn(n, before)
        b[l] = r.randn(n, 1)
    return Network(W, b), X, np.array([[1.0, 1, 0, 1, 0]])


def course_case() -> Case:
    """The forward test case published with the course's dropout assignment; keep_prob is 0.7.

    `forward(case.net, case.X, case.masks, case.keep_prob).output` is
    [[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]].
    """
    net, X, Y = _course_network()
    masks = sample_masks(net, 5, (1, 2), 0.7, np.random.RandomState(1))
    return Case(net, X, Y, masks, 0.7)


def course_backward_case() -> Case:
    """The masks of the course's backward test case; its forward pass was made with keep_prob 0.5.

    The course calls the backward pass with 0.8, so its published numbers come from
    `backward(net, dataclasses.replace(forward(net, X, masks, 0.5), keep_prob=0.8), Y)`, and a gradient
    check of that mixture rightly fails. Use it for the published numbers only.
    """
    net, X, Y = _course_network()
    D1 = np.array([[1, 0, 1, 1, 1], [1, 1, 1, 1, 0]]) == 1
    D2 = np.array([[1, 0, 1, 0, 1], [0, 1, 0, 1, 1], [0, 0, 1, 0, 0]]) == 1
    return Case(net, X, Y, {1: D1, 2: D2}, 0.5)


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
    check_count(test_size, "test_size", 1)
    return Split(_balls(FOOTBALL_SIZE, rng), _balls(test_size, rng))


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
    if isinstance(noise, bool) or not isinstance(noise, Real):
        raise TypeError(f"noise must be a number; got {noise!r}")
    if not (np.isfinite(noise) and noise >= 0):
        raise ValueError(f"noise is a standard deviation, 0 or more; got {noise!r}")
    check_count(n, "n", 1)
    check_count(test_size, "test_size", 1)
    return Split(_moons(n, rng, noise), _moons(test_size, rng, noise))


def _moons(n: int, rng: Rng, noise: float) -> Points:
    t = np.pi * rng.random(n)
    Y = (np.arange(n) % 2).astype(float)
    side = 1 - 2 * Y  # 1 for label 0, -1 for label 1: one moon is the other, turned by half a turn
    moons = side * np.stack([np.cos(t) - 0.5, np.sin(t) - 0.25])
    return Points(moons + noise * rng.standard_normal((2, n)), Y[None, :])
