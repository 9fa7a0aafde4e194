"""The data of the lessons, made on the spot: the lesson network, and the course's published test case."""

from dataclasses import dataclass

import numpy as np

from dropout_lab.core.dropout import Array, Mask
from dropout_lab.core.network import Network
from dropout_lab.core.run_network import sample_masks

LESSON_SIZES = (3, 4, 3, 1)
LESSON_KEEP_PROB = 0.7
# Found by the search in tests/test_datasets.py: the first seeds whose picture shows every kind of
# unit at once. With one example only layer 1 has dropout, so that one thing happens at a time.
LESSON_LAYERS = {5: (1, 2), 1: (1,)}
LESSON_SEED = 1691
LESSON_MASK_SEED = 4
WIDE_SEED = 1


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
    X = rng.standard_normal((LESSON_SIZES[0], 5))[:, :examples]
    Y = (rng.random((1, 5)) < 0.5)[:, :examples].astype(float)
    mask_rng = np.random.default_rng(mask_seed)
    masks = sample_masks(net, examples, LESSON_LAYERS[examples], LESSON_KEEP_PROB, mask_rng)
    return Case(net, X, Y, masks, LESSON_KEEP_PROB, mask_seed)


def lesson(examples: int = 5) -> Case:
    """The network of the lessons: five examples and dropout in both hidden layers, or one and one.

    In example 0 its four units of layer 1 are of all four kinds: kept and active, kept but silent
    (ReLU), off with a value, off and silent. Raises ValueError unless examples is 1 or 5.
    """
    if examples not in LESSON_LAYERS:
        raise ValueError(f"the lesson has 5 examples or 1; you asked for {examples}")
    return make_lesson(LESSON_SEED, LESSON_MASK_SEED, examples)


def wide_lesson() -> Case:
    """A 3-8-3-1 tanh network with five examples: eight units with dropout, so 256 masks."""
    rng = np.random.default_rng(WIDE_SEED)
    net = Network.random((3, 8, 3, 1), "tanh", rng=rng)
    X = rng.standard_normal((3, 5))
    Y = (rng.random((1, 5)) < 0.5).astype(float)
    return Case(net, X, Y, sample_masks(net, 5, (1,), LESSON_KEEP_PROB, rng), LESSON_KEEP_PROB)


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
