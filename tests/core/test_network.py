"""A network is what it is made of: shapes that chain, random numbers on request, and one row of them all."""

import numpy as np
import pytest

from dropout_lab.core.network import Network, as_row, from_row


@pytest.mark.parametrize(
    ("W", "b", "activation", "message"),
    [
        ({1: np.ones((2, 3)), 2: np.ones((1, 3))}, {1: np.ones((2, 1)), 2: [[0.0]]}, "relu", "W"),
        (
            {1: np.ones((2, 3))},
            {1: np.ones(2)},
            "relu",
            r"b\[1\]: expected shape \(2, 1\), got \(2,\)",
        ),
        ({0: np.ones((2, 3))}, {0: np.ones((2, 1))}, "relu", "keys 1 to L"),
        ({}, {}, "relu", "keys 1 to L"),
        (
            {1: np.ones((1, 3))},
            {1: [[0.0]]},
            "swish",
            "unknown activation 'swish'; expected one of relu",
        ),
    ],
)
def test_a_network_that_does_not_fit_together_is_refused(W, b, activation, message):
    with pytest.raises(ValueError, match=message):
        Network(W, b, activation)


def test_random_numbers_are_glorots_and_no_bias_is_0(rng):
    net = Network.random((100, 200, 300, 1), "tanh", rng=rng)
    assert (net.L, net.sizes, net.batch, net.activation) == (3, (100, 200, 300, 1), (), "tanh")
    for l, (before, n) in {1: (100, 200), 2: (200, 300)}.items():
        assert net.W[l].shape == (n, before)
        assert net.W[l].std() == pytest.approx(np.sqrt(2 / (n + before)), rel=0.03)
        assert net.b[l].std() == pytest.approx(0.3, rel=0.2)
        assert net.b[l].all()
    with pytest.raises(TypeError, match="rng must be a random generator"):
        Network.random((2, 1), rng=0)


def test_leading_axes_are_the_batch_and_not_the_sizes():
    many = Network({1: np.ones((7, 2, 3))}, {1: np.ones((7, 2, 1))})
    assert (many.batch, many.sizes) == ((7,), (3, 2))


def test_all_numbers_go_into_one_row_weights_first_and_back():
    net = Network({1: [[1, 2], [3, 4]], 2: [[5, 6]]}, {1: [[7], [8]], 2: [[9]]})
    row = as_row(net.W, net.b)
    assert row.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    W, b = from_row(np.stack([row, 10 * row]), net)
    for back, values in ((W, net.W), (b, net.b)):
        for l in values:
            np.testing.assert_array_equal(back[l], [values[l], 10 * values[l]])


def test_one_row_needs_the_same_leading_axes():
    with pytest.raises(ValueError, match=r"every W and b needs the same leading axes.*\(2,\)"):
        as_row({1: np.ones((2, 1, 3))}, {1: np.ones((1, 1))})
