"""What training with dropout does, and with broken dropout: relations that hold to the last digit."""

import dataclasses
from itertools import count, product

import numpy as np
import pytest
from cases import draw_case

from dropout_lab.bugs import catalogue as slips
from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.dropout import apply_mask
from dropout_lab.core.network import Network
from dropout_lab.core.passes import backward, forward, predict
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import football
from dropout_lab.experiments.ensemble import expected_gradients
from dropout_lab.experiments.training import accuracy, stacked, train


def every_mask(n, m, keep_prob):
    """All 2^(n m) masks (n, m), each with its probability."""
    for switches in product([True, False], repeat=n * m):
        D = np.array(switches).reshape(n, m)
        yield D, keep_prob ** D.sum() * (1 - keep_prob) ** (~D).sum()


@pytest.mark.parametrize(
    ("activation", "layers", "keep_prob"),
    [("relu", (1, 2, 3, 4, 5), 0.5), ("tanh", (1, 3), 0.8), ("sigmoid", (5,), 0.6)],
)
def test_without_its_scale_a_gradient_is_k_times_too_small_per_switch_on_its_way(
    activation, layers, keep_prob
):
    """Fact (e): k^(dropout layers between the weight and the loss, its own included): .5^5 = .03125."""
    c = draw_case(activation, (3, 4, 4, 4, 4, 4, 1), m=20, layers=layers, keep_prob=keep_prob)
    fwd = forward(c.net, c.X, c.masks, keep_prob)
    true, small = backward(c.net, fwd, c.Y), backward(c.net, fwd, c.Y, BUGS["no scale"])
    for l in c.net.W:
        ratio = keep_prob ** sum(1 for layer in layers if layer >= l)
        np.testing.assert_allclose(small.dW[l], ratio * true.dW[l], rtol=1e-12)
        np.testing.assert_allclose(small.db[l], ratio * true.db[l], rtol=1e-12)
    assert keep_prob != 0.5 or np.all(small.dW[1] == 0.03125 * true.dW[1])


def linear_gradients(W1, W2, X, y, D, back, k):
    """dW1 and dW2 of sum (y - W2 A1_drop)^2 / 2, with A1 = W1 X; back: (dA1_drop, D, k) -> dA1."""
    A1_drop = apply_mask(W1 @ X, D, k)
    dZ2 = W2 @ A1_drop - y
    dA1_drop = W2.T @ dZ2
    return back(dA1_drop, D, k) @ X.T, dZ2 @ A1_drop.T


def mean_gradients(back, case, k=0.6):
    """The exact mean of both gradients over all masks of 3 units and 2 examples."""
    dW1, dW2 = 0.0, 0.0
    for D, probability in every_mask(3, 2, k):
        of_mask = linear_gradients(*case, D, back, k)
        dW1, dW2 = dW1 + probability * of_mask[0], dW2 + probability * of_mask[1]
    return dW1, dW2


def redrawn(dA_drop, D, k):
    """The exact mean of the backward pass over all masks that a second draw could give."""
    return sum(p * apply_mask(dA_drop, again, k) for again, p in every_mask(*D.shape, k))


@pytest.fixture
def linear_case(rng):
    """W1, W2, X and y of a two-layer linear network with 3 hidden units and 2 examples."""
    return tuple(rng.standard_normal(shape) for shape in ((3, 4), (1, 3), (4, 2), (1, 2)))


def test_dropout_before_a_linear_output_adds_a_ridge_penalty_to_the_layer_below(linear_case):
    W1, W2, X, y = linear_case
    k, A1 = 0.6, W1 @ X
    dW1, dW2 = mean_gradients(apply_mask, linear_case, k)
    # The penalty is (1 - k) / (2 k) times the sum over units of W2^2 A1^2.
    error = W2 @ A1 - y
    ridge = (1 - k) / k * W2.T**2 * A1
    np.testing.assert_allclose(dW1, (W2.T @ error + ridge) @ X.T, rtol=1e-12)
    penalty_on_W2 = (1 - k) / k * W2 * np.sum(A1**2, axis=1)
    np.testing.assert_allclose(dW2, error @ A1.T + penalty_on_W2, rtol=1e-12)


@pytest.mark.parametrize("back", [slips.neither, redrawn], ids=["neither", "another mask"])
def test_a_backward_pass_that_forgets_the_mask_loses_the_penalty_below_and_keeps_it_above(
    back, linear_case
):
    """Fact (f): on average dW1 is then exactly the gradient without any dropout."""
    W1, W2, X, y = linear_case
    without_dropout = W2.T @ (W2 @ W1 @ X - y) @ X.T
    dW1, dW2 = mean_gradients(back, linear_case)
    true_dW1, true_dW2 = mean_gradients(apply_mask, linear_case)
    np.testing.assert_allclose(dW1, without_dropout, rtol=1e-12, atol=1e-14)
    assert np.abs(true_dW1 - without_dropout).max() > 0.1
    np.testing.assert_allclose(dW2, true_dW2, rtol=1e-12)


def test_in_a_network_that_bends_another_mask_is_on_average_neither_and_not_without_dropout(rng):
    """Fact (f): for whatever masks the forward pass had, so over all of them, too."""
    net, X, Y = Network.random((4, 3, 3, 1), "tanh", rng=rng), rng.standard_normal((4, 2)), [[1, 0]]
    masks = {1: np.array([[1, 0], [1, 1], [0, 1]]) == 1, 2: np.array([[0, 1], [1, 1], [1, 0]]) == 1}
    fwd = forward(net, X, masks, 0.6)
    mean = backward(net, fwd, Y, dataclasses.replace(CORRECT, backward=redrawn))
    neither = backward(net, fwd, Y, BUGS["neither"])
    for l in net.W:
        np.testing.assert_allclose(mean.dW[l], neither.dW[l], rtol=1e-12)
    over_all = expected_gradients(net, X, Y, [1, 2], 0.6, BUGS["neither"])
    assert np.abs(over_all.dW[1] - backward(net, forward(net, X), Y).dW[1]).max() > 1e-3


VANILLA = dataclasses.replace(BUGS["no scale at all"], name="vanilla", at_test=slips.scaled_at_test)


def descend(net, recipe, rates, steps=300, k=0.6):
    """Gradient descent with a learning rate for each layer's weights; the biases take 0.3."""
    c, rng = draw_case(), np.random.default_rng(3)
    for _ in range(steps):
        D = {1: rng.random((5, 8)) < k}
        bwd = backward(net, forward(net, c.X, D, k, recipe), c.Y, recipe)
        W = {l: net.W[l] - rates[l] * bwd.dW[l] for l in net.W}
        b = {l: net.b[l] - 0.3 * bwd.db[l] for l in net.b}
        net = Network(W, b, net.activation)
    return predict(net, c.X, k, recipe)


def test_vanilla_and_inverted_dropout_are_one_training_only_if_start_and_rate_are_rescaled():
    """Fact (g): W2 / k to start from, and the output's learning rate divided by k^2."""
    k, rate = 0.6, 0.3
    net = Network.random((4, 5, 1), "tanh", rng=np.random.default_rng(0))
    rescaled = Network({1: net.W[1], 2: net.W[2] / k}, net.b, "tanh")
    inverted = descend(net, CORRECT, {1: rate, 2: rate})

    def gap(start, output_rate):
        vanilla = descend(start, VANILLA, {1: rate, 2: output_rate})
        return np.abs(vanilla - inverted).max()

    assert gap(rescaled, rate / k**2) < 1e-13
    assert gap(rescaled, rate) > 1e-3
    assert gap(net, rate / k**2) > 1e-3
    assert gap(net, rate) > 1e-3


def mean_squared_error(w, X, y, k):
    """E ||y - w (D * X) / k||^2, exactly, with a mask of its own for every entry of X."""
    masks = every_mask(*X.shape, k)
    return sum(p * np.sum((y - w @ apply_mask(X, D, k)) ** 2) for D, p in masks)


def test_dropout_on_the_inputs_of_a_linear_regression_is_a_ridge_penalty(rng):
    """Fact (h), and its minimizer in closed form."""
    X, y, w, k = rng.standard_normal((2, 5)), rng.standard_normal(5), np.array([1.0, -2.0]), 0.6
    lengths = np.sum(X**2, axis=1)
    formula = np.sum((y - w @ X) ** 2) + (1 - k) / k * np.sum(w**2 * lengths)
    np.testing.assert_allclose(mean_squared_error(w, X, y, k), formula, rtol=1e-12)

    best = np.linalg.solve(X @ X.T + (1 - k) / k * np.diag(lengths), X @ y)
    least = mean_squared_error(best, X, y, k)
    for nudge in 1e-3 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1]]):
        assert mean_squared_error(best + nudge, X, y, k) > least
    without = np.linalg.solve(X @ X.T, X @ y)
    assert mean_squared_error(without, X, y, k) > least + 0.01


SEEDS = 5


def train_on_football(recipe, keep_prob, iterations=200):
    """The last Progress of five course-sized networks, 2-20-3-1, and their training accuracy."""
    points = football(np.random.default_rng(0)).train
    rngs = [np.random.default_rng([1, r]) for r in range(SEEDS)]
    nets = [Network.random((2, 20, 3, 1), rng=rng) for rng in rngs]
    *_, last = train(
        stacked(nets), points.X, points.Y, layers=(1, 2), keep_prob=keep_prob, rng=rngs,
        iterations=iterations, learning_rate=0.3, recipe=recipe, every=iterations,
    )  # fmt: skip
    return last, accuracy(last.net, points.X, points.Y)


def test_a_seed_inside_forward_fits_its_one_mask_and_not_the_network_with_everything_on():
    """Fact (k). The loss with everything on is worse on average: one seed in five was lucky."""
    fixed, _ = train_on_football(BUGS["seed inside forward"], 0.86, 600)
    fresh, _ = train_on_football(CORRECT, 0.86, 600)
    assert np.all(fixed.noisy_loss < fresh.noisy_loss)
    assert np.mean(fixed.loss) > 1.1 * np.mean(fresh.loss)
    assert np.mean(fixed.noisy_loss) < np.mean(fixed.loss)
    assert np.mean(fresh.noisy_loss) > np.mean(fresh.loss)


def test_without_the_mask_on_the_way_back_a_relu_network_runs_away_and_a_right_one_learns():
    """Five seeds of five, at keep_prob .5: an open switch passes no value, so nothing stops the unit."""
    right, accuracy_right = train_on_football(CORRECT, 0.5)
    leaky, accuracy_leaky = train_on_football(BUGS["no mask"], 0.5)
    assert np.all(accuracy_right > 0.85)
    assert np.all(accuracy_leaky < 0.6)
    size = [np.linalg.norm(last.net.W[1], axis=(1, 2)) for last in (right, leaky)]
    assert np.all(size[1] > 5 * size[0])


def test_even_with_a_fixed_mask_no_unit_is_off_in_all_211_examples(rng):
    """The course's forum says some neurons would never be trained: with a mask per example, none."""
    for n in (20, 3):
        D = slips.seeded_mask((n, 211), 0.5, rng)
        assert D.any(axis=1).all()
        assert not D.all(axis=1).any()


def off_after_one_draw():
    """A function that draws masks as ever the first time, and then with unit 2 off for all examples."""
    draws = count()

    def sample(shape, keep_prob, rng):
        D = rng.random(shape) < keep_prob
        return D if next(draws) == 0 else D & (np.arange(shape[0]) != 2)[:, None]

    return sample


@pytest.mark.parametrize(
    "rule", [{}, {"momentum": 0.9}, {"weight_decay": 0.01}, {"optimizer": "adam"}]
)
def test_the_weights_of_a_unit_that_is_off_everywhere_still_move_under_momentum_decay_and_adam(
    rule,
):
    """Fact (m): plain gradient descent alone leaves them where they are."""
    c = draw_case()
    recipe = dataclasses.replace(CORRECT, sample=off_after_one_draw())
    _, on, off = train(
        c.net, c.X, c.Y, layers=(1,), keep_prob=0.6, iterations=2, learning_rate=0.1,
        rng=np.random.default_rng(5), recipe=recipe, **rule,
    )  # fmt: skip
    fwd = forward(on.net, c.X, on.state.masks, 0.6)
    bwd = backward(on.net, fwd, c.Y)
    assert np.all(bwd.dW[1][2] == 0)
    assert np.all(bwd.dW[2][:, 2] == 0)
    assert np.all(off.net.W[1][2] != on.net.W[1][2]) == bool(rule)
    assert np.all(off.net.W[2][:, 2] != on.net.W[2][:, 2]) == bool(rule)
    others = [0, 1, 3, 4]
    assert np.all(off.net.W[1][others] != on.net.W[1][others])
