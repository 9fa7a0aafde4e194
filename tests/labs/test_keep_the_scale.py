"""The lab about the scale: the exact mean over all masks, with it and without."""

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.core.passes import forward


@pytest.fixture
def scale():
    return labs.keep_the_scale()


@pytest.mark.parametrize(("activation", "keep_prob"), [("relu", 0.01), ("tanh", 0.3)])
def test_the_next_Z_keeps_its_mean_for_every_keep_prob(scale, keep_prob, activation):
    scale._activation.value, scale.keep_prob = activation, keep_prob
    _, (scaled, plain), (on, times) = scale._shown
    assert np.isclose(scaled.mean, on)
    assert np.isclose(plain.mean, times)
    assert "✓ kept" in scale.status.value
    assert "it equals everything on with A times keep_prob" in scale.status.value


@pytest.mark.parametrize("quantity", ["next A", "squared length of A_drop", "cost J"])
def test_what_is_not_linear_does_not_keep_its_mean(scale, quantity):
    scale.quantity = quantity
    assert "✗ not kept" in scale.status.value
    scale.keep_prob = 1.0
    assert "✓ kept" in scale.status.value


def test_the_squared_length_grows_by_one_over_keep_prob(scale):
    scale.quantity, scale.keep_prob = "squared length of A_drop", 0.4
    _, (scaled, _), (on, _) = scale._shown
    assert np.isclose(scaled.mean, on / 0.4)


def test_keep_the_scale_reads_the_unit_and_example_it_names(scale):
    scale._unit.value, scale._example.value = 2, 3
    on = forward(scale._net, scale._X)
    assert scale._shown[0] == "Z2 of unit 2, example 3"
    assert np.isclose(scale._shown[2][0], on.Z[2][2, 3])
    scale.quantity = "next A"
    assert np.isclose(scale._shown[2][0], on.A[2][2, 3])


def test_what_few_need_is_under_more(scale):
    first, rest = scale.widget.children[1:3]
    assert scale._activation in first.children
    assert (rest.children, rest.layout.display) == ((scale._unit, scale._example), "none")
