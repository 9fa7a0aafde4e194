"""Each activation and its slopes, against finite differences and against each other."""

import numpy as np
import pytest

from dropout_lab.core.activations import ACTIVATIONS, activation_named, sigmoid, sigmoid_slope

Z = np.array([-3.0, -0.7, -0.01, 0.02, 0.5, 2.0])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_is_the_slope(name):
    g, eps = ACTIVATIONS[name], 1e-6
    numeric = (g.value(Z + eps) - g.value(Z - eps)) / (2 * eps)
    np.testing.assert_allclose(g.slope_from_Z(Z), numeric, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(g.slope_from_A(g.value(Z)), numeric, rtol=1e-6, atol=1e-9)


def test_the_slope_formula_at_a_dropped_unit():
    """Fact (b): at A = 0 ReLU and sigmoid give 0 by luck, tanh gives 1, and A >= 0 gives 1."""
    zero = np.zeros(1)
    values = {name: float(g.slope_from_A(zero)[0]) for name, g in ACTIVATIONS.items()}
    assert values == {"relu": 0, "leaky_relu": 0.01, "tanh": 1, "sigmoid": 0, "linear": 1}
    for name in ("relu", "leaky_relu"):
        assert ACTIVATIONS[name].slope_at_least(zero)[0] == 1


def test_only_positively_homogeneous_activations_commute_with_dropout():
    """Fact (l): g(z d / k) = g(z) d / k for relu, leaky relu and linear, not for the others."""
    for d in (0.0, 1.0):
        for name, g in ACTIVATIONS.items():
            same = np.allclose(g.value(Z * d / 0.6), g.value(Z) * d / 0.6)
            if name in ("relu", "leaky_relu", "linear"):
                assert same
            elif d == 1:
                assert not same


def test_sigmoid_does_not_overflow():
    assert sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist() == [0, 0.5, 1]
    assert sigmoid_slope(np.array([-1000.0, 0.0, 1000.0])).tolist() == [0, 0.25, 0]


@pytest.mark.parametrize("Z", [-40.0, 40.0])
def test_the_slope_of_a_saturated_sigmoid_is_small_and_not_zero(Z):
    assert sigmoid_slope(np.array([Z]))[0] == pytest.approx(np.exp(-40), rel=1e-12)


def test_an_unknown_activation_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"unknown activation 'swish'; expected one of relu"):
        activation_named("swish")


def test_at_their_kink_the_slopes_are_those_from_below():
    zero = np.zeros(1)
    for slope in (ACTIVATIONS["relu"].slope("Z"), ACTIVATIONS["relu"].slope("A_drop")):
        assert slope(zero)[0] == 0
    for slope in (ACTIVATIONS["leaky_relu"].slope("Z"), ACTIVATIONS["leaky_relu"].slope("A_drop")):
        assert slope(zero)[0] == 0.01
