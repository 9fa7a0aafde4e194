"""All masks at once: exact means, what they say about dropout and its bugs, and which one a network is."""

import itertools
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from cases import draw_case, error_between
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.dropout import apply_mask
from dropout_lab.core.gradcheck import Gradients
from dropout_lab.core.network import Network
from dropout_lab.core.passes import backward, forward, loss, predict
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import averages_case, lesson
from dropout_lab.experiments.ensemble import (
    all_masks,
    average_all,
    distribution,
    expected_gradients,
    expected_loss,
    gradient_distributions,
    monte_carlo,
    over_all_masks,
)

keep_probs = st.floats(0.05, 1.0)


@given(
    st.dictionaries(st.integers(1, 5), st.integers(1, 4), min_size=1, max_size=3)
    .filter(lambda units: sum(units.values()) <= 9),
    keep_probs,
)  # fmt: skip
def test_probabilities_sum_to_one_and_each_mask_occurs_once(units, keep_prob):
    masks, probabilities = all_masks(units, keep_prob)
    count = 2 ** sum(units.values())
    assert probabilities.shape == (count,)
    assert abs(probabilities.sum() - 1) < 1e-12
    assert {l: D.shape for l, D in masks.items()} == {l: (count, n, 1) for l, n in units.items()}
    rows = np.concatenate([D[:, :, 0] for D in masks.values()], axis=1)
    assert len({row.tobytes() for row in rows}) == count


@given(keep_probs)
def test_a_mask_has_the_probability_of_its_coins(keep_prob):
    masks, probabilities = all_masks({1: 2, 3: 1}, keep_prob)
    coins = itertools.product([(False, 1 - keep_prob), (True, keep_prob)], repeat=3)
    expected = {tuple(kept for kept, _ in toss): np.prod([p for _, p in toss]) for toss in coins}
    for k, probability in enumerate(probabilities):
        mask = (*masks[1][k, :, 0].tolist(), *masks[3][k, :, 0].tolist())
        assert np.isclose(probability, expected[mask], atol=1e-15)


@given(keep_probs, st.integers(0, 50))
def test_the_expectation_of_A_drop_is_A_and_of_the_next_Z_the_Z_with_everything_on(keep_prob, seed):
    case = draw_case("tanh", (3, 4, 3, 1), m=3, seed=seed)
    on = forward(case.net, case.X)
    args = (case.net, case.X, [1], keep_prob)
    assert np.allclose(distribution(lambda fwd: fwd.A_drop[1], *args).mean, on.A[1])
    assert np.allclose(distribution(lambda fwd: fwd.Z[2], *args).mean, on.Z[2])


@given(keep_probs)
def test_the_variance_of_A_drop_is_that_of_the_formula(keep_prob):
    """Fact (h): a^2 (1 - k) / k; and E||a'||^2 = ||a||^2 / k."""
    case = draw_case("tanh", (3, 4, 3, 1), m=3)
    A = forward(case.net, case.X).A[1]
    spread = distribution(lambda fwd: fwd.A_drop[1], case.net, case.X, [1], keep_prob)
    assert np.allclose(spread.variance, A**2 * (1 - keep_prob) / keep_prob)
    norms = distribution(lambda f: np.sum(f.A_drop[1] ** 2, 1), case.net, case.X, [1], keep_prob)
    assert np.allclose(norms.mean, np.sum(A**2, 0) / keep_prob)


def test_the_digits_of_fact_h():
    spread = over_all_masks(lambda D: apply_mask(np.array([[2.0]]), D[1], 0.6), {1: 1}, 0.6)
    assert f"{spread.mean.item():.4f} {spread.variance.item():.4f}" == "2.0000 2.6667"


def test_next_activation_and_cost_are_not_preserved():
    """Fact (j), the relation: only the next Z is; a bent value and the cost are not."""
    case = draw_case("tanh", (3, 4, 3, 1), m=5)
    on = forward(case.net, case.X)
    bent = distribution(lambda fwd: fwd.A[2], case.net, case.X, [1], 0.6).mean
    assert np.abs(bent - on.A[2]).max() > 0.01
    # The cost is convex in the last Z, whose mean is preserved: never less, by Jensen's inequality.
    for keep_prob in (0.3, 0.6, 0.9):
        assert expected_loss(case.net, case.X, case.Y, [2], keep_prob) > loss(on, case.Y) + 1e-4


@pytest.mark.parametrize(("activation", "moves"), [("relu", "0.060"), ("tanh", "0.093")])
def test_with_dropout_in_two_layers_the_second_next_z_does_not_keep_its_mean(activation, moves):
    """Fact (j): given what comes into the second layer, it does."""
    case = lesson()
    net = replace(case.net, activation=activation)
    means = [
        distribution(lambda fwd: fwd.Z[3], net, case.X, layers, 0.7).mean
        for layers in ([2], [1, 2])
    ]
    given_A1, both = (np.abs(mean - forward(net, case.X).Z[3]).max() for mean in means)
    assert given_A1 < 1e-14
    assert f"{both:.3f}" == moves


def numerical(net, X, Y, layers, keep_prob, eps=1e-5):
    """Central differences of the exact expected loss."""
    found = {}
    for kind in ("W", "b"):
        for l, values in getattr(net, kind).items():
            slopes = np.empty_like(values)
            for at in np.ndindex(values.shape):
                J = []
                for sign in (1, -1):
                    nudged = values.copy()
                    nudged[at] += sign * eps
                    changed = replace(net, **{kind: {**getattr(net, kind), l: nudged}})
                    J.append(expected_loss(changed, X, Y, layers, keep_prob))
                slopes[at] = (J[0] - J[1]) / (2 * eps)
            found[kind, l] = slopes
    by_kind = ({l: found[kind, l] for l in net.W} for kind in ("W", "b"))
    return Gradients(*by_kind)


@pytest.mark.parametrize(
    ("activation", "layers"), [("tanh", (1, 2)), ("sigmoid", (1,)), ("linear", (2,))]
)
def test_correct_backprop_averaged_over_all_masks_is_the_gradient_of_the_expected_loss(
    activation, layers
):
    """Fact (f2)."""
    case = draw_case(activation, (3, 3, 3, 1), m=4)
    true = numerical(case.net, case.X, case.Y, layers, 0.6)
    average = expected_gradients(case.net, case.X, case.Y, layers, 0.6)
    assert error_between(average, true) < 1e-8
    averages = {
        name: expected_gradients(case.net, case.X, case.Y, layers, 0.6, BUGS[name])
        for name in ("no mask", "no scale", "scaled twice")
    }
    # A slip in the last layer with dropout reaches no weight above it, but those below.
    assert min(error_between(average, true) for average in averages.values()) > 1e-3


@pytest.mark.parametrize("keep_prob", [0.5, 0.8])
def test_one_mask_for_the_batch_and_one_per_example_have_the_same_expected_gradient(keep_prob):
    """Fact (h2): provable, because the gradient is a mean of per-example gradients."""
    case = draw_case("relu", (3, 2, 1), m=3, layers=(1,))
    shared = expected_gradients(case.net, case.X, case.Y, [1], keep_prob)
    masks, probabilities = all_masks({1: 6}, keep_prob)  # 2 units in each of 3 examples
    own = masks[1].reshape(-1, 2, 3)
    bwd = backward(case.net, forward(case.net, case.X, {1: own}, keep_prob), case.Y)
    for l in (1, 2):
        per_example = np.tensordot(probabilities, bwd.dW[l], axes=1)
        assert np.allclose(per_example, shared.dW[l], atol=1e-14)


def test_gradient_distributions_hold_the_gradient_of_each_mask():
    case = draw_case("tanh", (3, 2, 2, 1), m=4)
    dW, db = gradient_distributions(case.net, case.X, case.Y, [1, 2], 0.6)
    masks, _ = all_masks({1: 2, 2: 2}, 0.6)
    for k in (0, 5, 15):
        one = {l: D[k] for l, D in masks.items()}
        bwd = backward(case.net, forward(case.net, case.X, one, 0.6), case.Y)
        for l in (1, 2, 3):
            assert np.allclose(dW[l].values[k], bwd.dW[l], atol=1e-15)
            assert np.allclose(db[l].values[k], bwd.db[l], atol=1e-15)


def test_what_lies_below_the_dropout_has_the_same_value_for_every_mask():
    case = draw_case("tanh", (3, 2, 3, 1), m=4)
    spread = distribution(lambda fwd: fwd.Z[1], case.net, case.X, [2], 0.6)
    assert spread.values.shape == (8, 2, 4)
    assert np.allclose(spread.variance, 0)


def test_chunks_change_nothing():
    """32 examples run in chunks of 256 masks; one example in a single one."""
    case = draw_case("tanh", (3, 6, 5, 1), m=32)
    many = distribution(lambda fwd: fwd.output, case.net, case.X, [1, 2], 0.6)
    one = distribution(lambda fwd: fwd.output, case.net, case.X[:, :1], [1, 2], 0.6)
    assert many.values.shape == (2048, 1, 32)
    assert np.allclose(many.values[:, :, :1], one.values, atol=1e-15)


def test_more_examples_are_run_with_fewer_masks_at_a_time():
    for examples, most in ((1, 4096), (32, 256), (10**6, 1)):
        counts = []

        def kept(masks, counts=counts):
            counts.append(len(masks[1]))
            return masks[1][:, 0, 0]

        over_all_masks(kept, {1: 12}, 0.5, examples)
        assert set(counts) == {most}
        assert sum(counts) == 4096


def test_4096_masks_of_32_examples_take_less_than_200_MB():
    case = draw_case("tanh", (4, 6, 6, 1), m=32)
    tracemalloc.start()
    expected_gradients(case.net, case.X, case.Y, [1, 2], 0.6)
    distribution(lambda fwd: fwd.A_drop[2], case.net, case.X, [1, 2], 0.6)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6


def test_too_many_masks_or_values_say_what_to_do():
    rng = np.random.default_rng(0)
    wide = Network.random((3, 13, 1), rng=rng)
    X, Y = np.ones((3, 2)), np.ones((1, 2))
    with pytest.raises(ValueError, match=r"13 units .* 2\^13 masks.*Draw a sample of masks"):
        expected_loss(wide, X, Y, [1], 0.5)
    big = Network.random((3, 12, 1), rng=rng)
    with pytest.raises(ValueError, match=r"takes 393 MB.*Take fewer examples"):
        distribution(lambda fwd: fwd.A_drop[1], big, np.ones((3, 1000)), [1], 0.5)
    with pytest.raises(ValueError, match="keep the leading axis"):
        distribution(lambda fwd: fwd.Z[2].sum(), big, X, [1], 0.5)


@pytest.mark.parametrize(
    ("layers", "message"),
    [([], "no layer with dropout"), ([2], "layer 2 cannot have dropout"), ([0], "layer 0 cannot")],
)
def test_layers_without_dropout_are_refused(layers, message):
    case = draw_case("tanh", (3, 4, 1), layers=(1,), m=2)
    with pytest.raises(ValueError, match=message):
        expected_loss(case.net, case.X, case.Y, layers, 0.5)


def test_other_bad_input_is_refused():
    case = draw_case("tanh", (3, 4, 1), layers=(1,), m=2)
    with pytest.raises(ValueError, match="keep_prob must be in"):
        all_masks({1: 3}, 0.0)
    with pytest.raises(ValueError, match="at least one unit"):
        all_masks({1: 0}, 0.5)
    with pytest.raises(ValueError, match=r"did you pass X\.T"):
        expected_loss(case.net, np.ones((5, 3)), case.Y, [1], 0.5)
    twice = Network({l: np.stack([w, w]) for l, w in case.net.W.items()}, case.net.b, "tanh")
    with pytest.raises(ValueError, match="one network at a time"):
        expected_gradients(twice, case.X, case.Y, [1], 0.5, CORRECT)


def test_layers_may_come_in_any_order_and_twice():
    case = draw_case("tanh", (3, 2, 2, 1), m=2)
    wanted = expected_loss(case.net, case.X, case.Y, [1, 2], 0.5)
    assert expected_loss(case.net, case.X, case.Y, [2, 1, 2], 0.5) == wanted


BEFORE_OUTPUT, ONE_MORE = [2], [1]


@pytest.fixture(scope="module")
def case():
    return averages_case()


def geometric(p, P):
    """G / (G + H), from the predictions themselves, not from their logits."""
    G, H = np.exp(np.tensordot(P, np.log(p), 1)), np.exp(np.tensordot(P, np.log(1 - p), 1))
    return G / (G + H)


@pytest.mark.parametrize(
    ("layers", "activation"),
    [*((BEFORE_OUTPUT, activation) for activation in ACTIVATIONS), (ONE_MORE, "linear")],
)
def test_right_before_the_output_everything_on_is_exactly_the_geometric_mean(
    case, layers, activation
):
    """Fact (i), also when other layers lie below; and when all after the dropout is linear."""
    net = replace(case.net, activation=activation)
    averages = average_all(net, case.X, layers, 0.8)
    assert np.abs(averages.everything_on - averages.geometric).max() < 1e-12
    assert np.abs(averages.everything_on - averages.arithmetic).max() > 0.01


def test_of_a_logistic_regression_on_dropped_units_too(rng):
    """Fact (i): 10 units, 1024 masks, linear up to the sigmoid."""
    net = Network.random((4, 10, 1), "linear", rng=rng)
    averages = average_all(net, rng.standard_normal((4, 3)), [1], 0.5)
    assert averages.thinned.values.shape == (1024, 1, 3)
    assert np.abs(averages.everything_on - averages.geometric).max() < 1e-12


@pytest.mark.parametrize("keep_prob", [0.5, 0.8])
def test_with_one_more_tanh_layer_after_the_dropout_it_is_neither_mean(case, keep_prob):
    """Fact (i)."""
    averages = average_all(case.net, case.X, ONE_MORE, keep_prob)
    on = averages.everything_on[0, 0]
    assert abs(on - averages.geometric[0, 0]) > 0.05
    assert abs(on - averages.arithmetic[0, 0]) > 0.05


def test_the_lesson_network_shows_what_fact_i_says_in_its_first_digits(case):
    gaps = []
    for layers in (BEFORE_OUTPUT, ONE_MORE):
        a = average_all(case.net, case.X, layers, 0.5)
        gaps += [a.everything_on - a.geometric, a.everything_on - a.arithmetic]
    assert [f"{abs(gap[0, 0]):.3f}" for gap in gaps] == ["0.000", "0.202", "0.234", "0.301"]


def test_it_is_the_renormalized_geometric_mean_and_not_the_plain_one(case):
    """Fact (i), as notebook 08 prints it."""
    a = average_all(case.net, case.X, BEFORE_OUTPUT, 0.5)
    plain = np.exp(np.tensordot(a.thinned.probabilities, np.log(a.thinned.values), 1))
    assert f"{a.everything_on[0, 0]:.4f} {plain[0, 0]:.4f}" == "0.0717 0.0481"


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


def test_monte_carlo_approaches_the_arithmetic_mean_like_one_over_the_root_of_samples(rng):
    net, layers = Network.random((3, 4, 4, 1), "tanh", rng=rng), [1, 2]
    X = rng.standard_normal((3, 1))
    averages = average_all(net, X, layers, 0.6)
    deviation = float(averages.thinned.variance[0, 0]) ** 0.5
    for samples in (10, 1000):
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


def test_averages_of_what_is_not_there_are_refused(case):
    with pytest.raises(ValueError, match="samples must be 1 or more"):
        monte_carlo(case.net, case.X, [1], 0.5, 0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="layer 3 cannot have dropout"):
        average_all(case.net, case.X, [3], 0.5)
    with pytest.raises(ValueError, match="layer 3 cannot have dropout"):
        monte_carlo(case.net, case.X, [3], 0.5, 5, np.random.default_rng(0))
