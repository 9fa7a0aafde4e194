"""The two rules against the same rules written by hand, and what they do to a weight without gradient."""

import numpy as np
import pytest

from dropout_lab.experiments.optimizers import Optimizer


def path(optimizer, gradient, w, steps):
    """The parameters after each step."""
    memory, passed = optimizer.start(w), []
    for _ in range(steps):
        w, memory = optimizer.step(w, gradient(w), memory)
        passed.append(w)
    return np.array(passed)


def test_adam_agrees_with_adam_written_by_hand(rng):
    gradients = rng.standard_normal((30, 4))
    w, mean, square = np.ones(4), np.zeros(4), np.zeros(4)
    ours, memory = w, Optimizer("adam", 0.01).start(w)
    for t, g in enumerate(gradients, start=1):
        ours, memory = Optimizer("adam", 0.01).step(ours, g, memory)
        for i in range(4):
            mean[i] = 0.9 * mean[i] + 0.1 * g[i]
            square[i] = 0.999 * square[i] + 0.001 * g[i] * g[i]
            unbiased = mean[i] / (1 - 0.9**t), square[i] / (1 - 0.999**t)
            w[i] = w[i] - 0.01 * unbiased[0] / (unbiased[1] ** 0.5 + 1e-8)
        np.testing.assert_allclose(ours, w, rtol=1e-12)


def test_the_first_step_of_adam_has_the_length_of_the_learning_rate_whatever_the_gradient():
    w = np.zeros(3)
    rule = Optimizer("adam", 0.01)
    moved, _ = rule.step(w, np.array([1e-3, 5.0, -2e3]), rule.start(w))
    np.testing.assert_allclose(moved, [-0.01, -0.01, 0.01], rtol=1e-4)


def test_momentum_adds_up_earlier_gradients_each_time_smaller(rng):
    gradients = iter(rng.standard_normal((3, 2)))
    g0, g1, g2 = np.random.default_rng(0).standard_normal((3, 2))
    w = path(Optimizer("gd", 0.1, momentum=0.9), lambda _: next(gradients), np.zeros(2), 3)
    np.testing.assert_allclose(w[1] - w[0], -0.1 * (g1 + 0.9 * g0))
    np.testing.assert_allclose(w[2] - w[1], -0.1 * (g2 + 0.9 * g1 + 0.81 * g0))


def test_adam_hides_a_missing_scale_and_gradient_descent_does_not():
    """Fact (e): on a quadratic, the same path for g and .36 g to six digits."""
    curvature, target, w = np.array([1.0, 3.0]), np.array([2.0, -1.0]), np.array([0.5, 0.5])
    gap = {}
    for name in ("adam", "gd"):
        true, small = (
            path(Optimizer(name, 0.01), lambda w, c=c: c * curvature * (w - target), w, 200)
            for c in (1, 0.36)
        )
        gap[name] = np.abs(true - small).max()
    assert gap["adam"] < 1e-6
    assert gap["gd"] > 0.1


WITHOUT_GRADIENT = {
    "momentum": (Optimizer("gd", 0.1, momentum=0.9), -0.1 * 0.9 * 0.5),
    "weight decay": (Optimizer("gd", 0.1, weight_decay=0.01), -0.1 * 0.01 * 2),
    "Adam": (Optimizer("adam", 0.1), -0.1 * (0.045 / 0.19) / np.sqrt(0.00024975 / 0.001999)),
    "Adam with weight decay": (Optimizer("adam", 0.1, weight_decay=0.01), None),
    "plain": (Optimizer("gd", 0.1), 0),
}


@pytest.mark.parametrize("name", WITHOUT_GRADIENT)
def test_a_weight_without_gradient_moves_unless_the_rule_is_plain_gradient_descent(name):
    """Fact (m): w is 2 at its second step; its gradients were .5, then 0."""
    rule, expected = WITHOUT_GRADIENT[name]
    _, memory = rule.step(np.array([2.0]), np.array([0.5]), rule.start(np.array([2.0])))
    w, _ = rule.step(np.array([2.0]), np.array([0.0]), memory)
    if expected is None:
        expected = WITHOUT_GRADIENT["Adam"][1] + WITHOUT_GRADIENT["weight decay"][1]
    np.testing.assert_allclose(w - 2, [expected], rtol=1e-6, atol=0)


def test_nothing_given_to_a_step_is_changed():
    w, g = np.array([1.0, 2.0]), np.array([0.3, 0.4])
    for rule in (Optimizer("gd", 0.1, 0.9, 0.1), Optimizer("adam", 0.1, weight_decay=0.1)):
        before = rule.step(w, g, rule.start(w))[1]
        first, second = before.first.copy(), before.second.copy()
        rule.step(w, g, before)
        np.testing.assert_array_equal(before.first, first)
        np.testing.assert_array_equal(before.second, second)
    assert (w.tolist(), g.tolist()) == ([1.0, 2.0], [0.3, 0.4])


BAD = {
    "unknown": ({"name": "sgd"}, ValueError, "unknown optimizer 'sgd'; expected one of gd, adam"),
    "no step": ({"learning_rate": 0}, ValueError, "learning_rate must be above 0; got 0"),
    "uphill": ({"learning_rate": -0.1}, ValueError, "learning_rate must be above 0"),
    "infinite": ({"learning_rate": np.inf}, ValueError, "learning_rate must be finite"),
    "NaN": ({"weight_decay": np.nan}, ValueError, "weight_decay must be finite"),
    "text": ({"learning_rate": "0.1"}, TypeError, "learning_rate must be a number.*str"),
    "momentum 1": ({"momentum": 1}, ValueError, r"momentum must be in \[0, 1\); got 1"),
    "momentum < 0": ({"momentum": -0.5}, ValueError, r"momentum must be in \[0, 1\)"),
    "growth": ({"weight_decay": -0.1}, ValueError, "weight_decay must be 0 or more"),
    "two": ({"name": "adam", "momentum": 0.9}, ValueError, "Adam has a momentum of its own"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_number_that_does_not_fit_is_named(name):
    arguments, error, message = BAD[name]
    with pytest.raises(error, match=message):
        Optimizer(**arguments)
