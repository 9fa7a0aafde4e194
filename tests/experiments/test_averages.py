"""Averages of all thinned networks: which one the network with everything on is, and which not."""

from dataclasses import replace

import numpy as np
import pytest

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.network import Network
from dropout_lab.core.passes import forward, predict
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import averages_case
from dropout_lab.experiments.ensemble import all_masks, average_all, monte_carlo

BEFORE_OUTPUT, ONE_MORE = [2], [1]


@pytest.fixture(scope="module")
def case():
    return averages_case()


def geometric(p, P):
    """G / (G + H), from the predictions themselves, not from their logits."""
    G, H = np.exp(np.tensordot(P, np.log(p), 1)), np.exp(np.tensordot(P, np.log(1 - p), 1))
    return G / (G + H)


@pytest.mark.parametrize("keep_prob", [0.5, 0.8])
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "leaky_relu", "linear"])
def test_right_before_the_output_everything_on_is_exactly_the_geometric_mean(
    case, keep_prob, activation
):
    """Fact (i), also when other layers lie below: only the last hidden one has dropout."""
    net = replace(case.net, activation=activation)
    averages = average_all(net, case.X, BEFORE_OUTPUT, keep_prob)
    assert np.abs(averages.everything_on - averages.geometric).max() < 1e-12
    assert np.abs(averages.everything_on - averages.arithmetic).max() > 0.01


@pytest.mark.parametrize("keep_prob", [0.5, 0.8])
def test_of_a_logistic_regression_on_dropped_units_too(rng, keep_prob):
    """Fact (i): 10 units, 1024 masks, linear up to the sigmoid."""
    net = Network.random((4, 10, 1), "linear", rng=rng)
    averages = average_all(net, rng.standard_normal((4, 3)), [1], keep_prob)
    assert averages.thinned.values.shape == (1024, 1, 3)
    assert np.abs(averages.everything_on - averages.geometric).max() < 1e-12


@pytest.mark.parametrize("keep_prob", [0.5, 0.8])
def test_with_one_more_tanh_layer_after_the_dropout_it_is_neither_mean(case, keep_prob):
    """Fact (i)."""
    averages = average_all(case.net, case.X, ONE_MORE, keep_prob)
    on = averages.everything_on[0, 0]
    assert abs(on - averages.geometric[0, 0]) > 0.05
    assert abs(on - averages.arithmetic[0, 0]) > 0.05


def test_with_a_linear_layer_after_the_dropout_it_is_the_geometric_mean_again(case):
    averages = average_all(replace(case.net, activation="linear"), case.X, ONE_MORE, 0.6)
    assert np.abs(averages.everything_on - averages.geometric).max() < 1e-12


def test_the_lesson_network_shows_what_fact_i_says_in_its_first_digits(case):
    gaps = []
    for layers in (BEFORE_OUTPUT, ONE_MORE):
        a = average_all(case.net, case.X, layers, 0.5)
        gaps += [a.everything_on - a.geometric, a.everything_on - a.arithmetic]
    assert [f"{abs(gap[0, 0]):.3f}" for gap in gaps] == ["0.000", "0.202", "0.234", "0.301"]


def test_the_predictions_are_those_of_each_mask(case):
    averages = average_all(case.net, case.X, ONE_MORE, 0.6)
    masks, P = all_masks({1: 8}, 0.6)
    assert np.array_equal(averages.thinned.probabilities, P)
    for k in (0, 77, 255):
        D = np.broadcast_to(masks[1][k], (8, 5))
        assert np.allclose(
            averages.thinned.values[k], forward(case.net, case.X, {1: D}, 0.6).output
        )
    weighted = sum(p * value for p, value in zip(P, averages.thinned.values, strict=True))
    assert np.allclose(averages.arithmetic, weighted)


def test_at_keep_prob_one_there_is_one_network_and_all_averages_are_it(case):
    averages = average_all(case.net, case.X, ONE_MORE, 1.0)
    for mean in (averages.arithmetic, averages.geometric):
        assert np.allclose(mean, averages.everything_on, atol=1e-14)


@pytest.mark.parametrize("layers", [BEFORE_OUTPUT, ONE_MORE, [1, 2]])
def test_monte_carlo_approaches_the_arithmetic_mean_like_one_over_the_root_of_samples(rng, layers):
    net = Network.random((3, 4, 4, 1), "tanh", rng=rng)
    X = rng.standard_normal((3, 1))
    averages = average_all(net, X, layers, 0.6)
    deviation = float(averages.thinned.variance[0, 0]) ** 0.5
    for samples in (10, 100, 1000):
        means = [
            monte_carlo(net, X, layers, 0.6, samples, rng).mean(axis=0)[0, 0] for _ in range(300)
        ]
        error = np.sqrt(np.mean((np.array(means) - averages.arithmetic[0, 0]) ** 2))
        assert 0.85 < error / (deviation / np.sqrt(samples)) < 1.15


def test_monte_carlo_comes_near_the_arithmetic_mean_and_not_near_everything_on(case, rng):
    averages = average_all(case.net, case.X, BEFORE_OUTPUT, 0.5)
    mean = monte_carlo(case.net, case.X, BEFORE_OUTPUT, 0.5, 20_000, rng).mean(axis=0)
    assert np.abs(mean - averages.arithmetic).max() < 0.015
    assert np.abs(mean - averages.everything_on).max() > 0.15


def test_every_sample_and_every_example_has_a_mask_of_its_own(case, rng):
    twice = np.concatenate([case.X[:, :1]] * 2, axis=1)
    drawn = monte_carlo(case.net, twice, BEFORE_OUTPUT, 0.5, 50, rng)
    assert drawn.shape == (50, 1, 2)
    assert len(np.unique(drawn)) > 50
    assert (drawn[:, 0, 0] != drawn[:, 0, 1]).any()


def test_the_first_samples_of_more_are_the_samples_of_fewer(case):
    few, many = (
        monte_carlo(case.net, case.X, ONE_MORE, 0.5, samples, np.random.default_rng(3))
        for samples in (10, 100)
    )
    assert np.array_equal(few, many[:10])


def test_test_time_as_the_recipes_have_it(case):
    net, X = case.net, case.X
    on = forward(net, X)
    assert np.array_equal(predict(net, X, 0.5, layers=[1, 2]), on.output)
    again = BUGS["scaled again at test time"]
    logit = net.W[3] @ (0.5 * on.A[2]) + net.b[3]
    assert np.allclose(predict(net, X, 0.5, again, layers=[2]), 1 / (1 + np.exp(-logit)))
    both = predict(net, X, 0.5, again, layers=[1, 2])
    A2 = np.tanh(net.W[2] @ (0.5 * on.A[1]) + net.b[2])
    assert np.allclose(both, 1 / (1 + np.exp(-(net.W[3] @ (0.5 * A2) + net.b[3]))))
    rng, still_on = np.random.default_rng(0), BUGS["on at test time"]
    once, twice = (predict(net, X, 0.5, still_on, rng, layers=[2]) for _ in range(2))
    assert (once != twice).any()


def test_a_prediction_with_dropout_on_is_one_of_the_thinned_networks(case, rng):
    thinned = average_all(case.net, case.X[:, :1], [1], 0.5).thinned.values
    for _ in range(20):
        made = predict(case.net, case.X[:, :1], 0.5, BUGS["on at test time"], rng, layers=[1])
        assert np.abs(thinned - made).min() < 1e-12


def test_saturated_predictions_do_no_harm(case):
    strong = Network({l: 9 * W for l, W in case.net.W.items()}, case.net.b, "tanh")
    averages = average_all(strong, case.X, BEFORE_OUTPUT, 0.1)
    assert (averages.thinned.values == 1).any()
    assert np.abs(averages.everything_on - averages.geometric).max() < 1e-12


@pytest.mark.parametrize("layers", [BEFORE_OUTPUT, ONE_MORE])
def test_both_means_are_those_of_the_predictions_with_their_probabilities(case, layers):
    averages = average_all(case.net, case.X, layers, 0.7)
    p, P = averages.thinned.values, averages.thinned.probabilities
    assert np.allclose(averages.arithmetic, np.tensordot(P, p, 1), atol=1e-12)
    assert np.allclose(averages.geometric, geometric(p, P), atol=1e-10)


def test_bad_input_is_named(case):
    with pytest.raises(ValueError, match="samples must be 1 or more"):
        monte_carlo(case.net, case.X, [1], 0.5, 0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="layer 3 cannot have dropout"):
        average_all(case.net, case.X, [3], 0.5)
    with pytest.raises(ValueError, match="layer 3 cannot have dropout"):
        predict(case.net, case.X, 0.5, layers=[3])
    with pytest.raises(ValueError, match="layer 3 cannot have dropout"):
        monte_carlo(case.net, case.X, [3], 0.5, 5, np.random.default_rng(0))


def test_nothing_given_is_changed(case):
    X = case.X.copy()
    predict(case.net, X, 0.5, CORRECT, layers=[1])
    monte_carlo(case.net, X, [1], 0.5, 3, np.random.default_rng(0))
    assert np.array_equal(X, case.X)
