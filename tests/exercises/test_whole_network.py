"""The capstone's checks: the course's numbers, every gradient, both modes, and the ridge penalty."""

import numpy as np
import pytest

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.core.gradcheck import check_gradients
from dropout_lab.core.passes import forward
from dropout_lab.exercises.layer import check_layer
from dropout_lab.exercises.penalty import SLIPS, check_penalty, ridge_penalty
from dropout_lab.exercises.whole_network import check_backward_pass, check_forward_pass, random_case
from dropout_lab.experiments.data import course_case


def relu(Z):
    return np.maximum(Z, 0)


def through(A, D, keep_prob):
    return A * D / keep_prob


def my_forward(X, W, b, D, keep_prob, drop=through, g=relu):
    Z1 = W[1] @ X + b[1]
    A1_drop = drop(g(Z1), D[1], keep_prob)
    Z2 = W[2] @ A1_drop + b[2]
    A2_drop = drop(g(Z2), D[2], keep_prob)
    A3 = 1 / (1 + np.exp(-(W[3] @ A2_drop + b[3])))
    return A3, (X, Z1, A1_drop, Z2, A2_drop, A3)


def my_backward(cache, Y, W, D, keep_prob, back=through, slope=lambda Z: Z > 0, m=6):
    X, Z1, A1_drop, Z2, A2_drop, A3 = cache
    dZ3 = A3 - Y
    dZ2 = back(W[3].T @ dZ3, D[2], keep_prob) * slope(Z2)
    dZ1 = back(W[2].T @ dZ2, D[1], keep_prob) * slope(Z1)
    sent = {3: (dZ3, A2_drop), 2: (dZ2, A1_drop), 1: (dZ1, X)}
    dW = {l: dZ @ A.T / m for l, (dZ, A) in sent.items()}
    return dW, {l: dZ.sum(axis=1, keepdims=True) / m for l, (dZ, _) in sent.items()}


def changed(**how):
    return lambda *args: my_forward(*args, **how)


def gone_back(**how):
    return lambda *args: my_backward(*args, **how)


def test_a_right_network_is_praised():
    assert check_forward_pass(my_forward).message.startswith("✓ Right: the numbers that the course")
    assert check_backward_pass(my_forward, my_backward).ok


def test_the_checks_use_a_case_away_from_kinks():
    case = random_case()
    fwd = forward(case.net, case.X, case.masks, case.keep_prob)
    assert min(np.abs(Z).min() for Z in fwd.Z.values()) > 1e-3
    assert check_gradients(case.net, case.X, case.Y, case.masks, case.keep_prob).ok
    assert all(0 < D.mean() < 1 for D in case.masks.values())


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"drop": lambda A, D, _k: A * D}, "'no scale at all'"),
        ({"drop": lambda A, D, k: A * D / (1 - k)}, "'wrong scale'"),
        ({"drop": lambda A, D, k: A * D / k / k}, "'scaled twice'"),
        ({"drop": lambda A, D, k: A * (1 - D) / k}, "'one minus mask'"),
        ({"drop": lambda A, _D, _k: A}, "'no dropout at all'"),
        ({"g": np.tanh}, "You have tanh where the course has ReLU."),
        ({"g": lambda Z: Z}, "Print your arrays in order"),
    ],
)
def test_a_forward_slip_is_named(how, words):
    feedback = check_forward_pass(changed(**how))
    assert not feedback.ok
    assert words in feedback.message


def test_a_forgotten_layer_is_named():
    def only_first(X, W, b, D, keep_prob):
        return my_forward(X, W, b, {**D, 2: np.ones_like(D[2])}, keep_prob, drop=partly)

    def partly(A, D, keep_prob):
        return A if D.all() else A * D / keep_prob

    assert "Layer 2 goes without its dropout." in check_forward_pass(only_first).message


@pytest.mark.parametrize("name", BACKWARD_BUGS)
def test_a_backward_bug_is_named(name):
    feedback = check_backward_pass(my_forward, gone_back(back=BACKWARD_BUGS[name].backward))
    assert not feedback.ok
    assert f"These are the gradients of {name!r}." in feedback.message


def test_other_backward_slips_are_named():
    messages = {
        "mean": check_backward_pass(my_forward, gone_back(m=1)).message,
        "slope": check_backward_pass(my_forward, gone_back(slope=lambda A: relu(A) >= 0)).message,
        "both": check_backward_pass(
            my_forward, gone_back(m=1, back=lambda dA, _D, k: dA / k)
        ).message,
        "unknown": check_backward_pass(my_forward, gone_back(slope=lambda _Z: 0.3)).message,
    }
    assert messages["mean"] == "✗ The 1 / m of the mean is missing."
    assert "the gate never closes" in messages["slope"]
    assert "'no mask'" in messages["both"]
    assert "1 / m" in messages["both"]
    assert messages["unknown"].startswith(
        "✗ Wrong: dW[2], db[2], dW[1], db[1]. The first one, dW[2]"
    )


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda *_: ..., "Replace the ..."),
        (lambda *_: None, "returns nothing"),
        (lambda *_: 1 / 0, "ZeroDivisionError"),
        (lambda *_: 3.0, "return two" ),
        (lambda *_: (np.ones((1, 5)) * np.nan, 0), "not finite"),
        (7, "your function itself"),
    ],
)  # fmt: skip
def test_half_written_passes_get_a_kind_sentence(function, words):
    assert words.lower() in check_forward_pass(function).message.lower()
    assert not check_forward_pass(function).ok
    backward = check_backward_pass(my_forward, function)
    assert not backward.ok
    assert backward.message.startswith("✗")


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        ((..., ...), "Replace the ..."),
        (({}, None), "dW must be"),
        (({}, {}), "dW must be a dictionary with the keys 1, 2, 3"),
        (({1: 0, 2: 0, 3: 0}, {}), r"Your dW[1] has shape (); it needs (4, 3)."),
    ],
)
def test_gradients_of_another_form_are_named(returned, words):
    assert words in check_backward_pass(my_forward, lambda *_: returned).message


def test_the_course_arrays_are_not_changed_by_a_learner():
    def greedy(X, W, b, D, keep_prob):
        X *= 0
        return my_forward(X, W, b, D, keep_prob)

    before = course_case().X.copy()
    assert "changes the arrays" in check_forward_pass(greedy).message
    assert np.array_equal(course_case().X, before)


def layer(A, keep_prob, training, rng):
    if not training:
        return A
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


def at_test(value):
    return lambda A, k, training, rng: layer(A, k, True, rng) if training else value(A, k, rng)


def in_training(value):
    return lambda A, k, training, rng: value(A, k, rng) if training else A


@pytest.mark.parametrize(
    ("my_layer", "words"),
    [
        (at_test(lambda A, k, rng: layer(A, k, True, rng)), "Dropout is still on"),
        (at_test(lambda A, k, _rng: A * k), "multiplied by keep_prob"),
        (at_test(lambda A, k, _rng: A / k), "divided by keep_prob"),
        (at_test(lambda A, k, _rng: A * (np.arange(A.size).reshape(A.shape) % 2) / k), "are 0"),
        (at_test(lambda A, _k, _rng: A + 1), "not those of A"),
        (in_training(lambda A, _k, _rng: A), "With training=True"),
        (in_training(lambda A, k, rng: A * (rng.random(A.shape) < k)), "With training=True"),
        (in_training(lambda A, k, rng: A * (rng.random(A.shape) > k) / k), "flipped"),
        (lambda *_: ..., "Replace the ..."),
    ],
)
def test_a_layer_of_two_modes(my_layer, words):
    assert check_layer(layer).message.startswith("✓ Right in both modes")
    feedback = check_layer(my_layer)
    assert not feedback.ok
    assert feedback.message.startswith("✗")
    if words != "flipped":
        assert words in feedback.message


@pytest.mark.parametrize("words", SLIPS)
def test_a_wrong_penalty_is_named(words):
    assert check_penalty(SLIPS[words]).message == f"✗ {words}"


def test_the_right_penalty_however_it_is_written():
    assert check_penalty(ridge_penalty).ok
    assert check_penalty(
        lambda X, w, k: sum(w[j] ** 2 * X[j] @ X[j] for j in range(3)) * (1 / k - 1)
    ).ok
    assert "None of the mistakes I know" in check_penalty(lambda *_: 1.0).message
    assert "Replace the ..." in check_penalty(lambda *_: ...).message
    assert "it should be one number" in check_penalty(lambda *_: np.ones(3)).message


def test_a_cache_that_is_still_a_stub_is_noticed_at_once():
    feedback = check_forward_pass(lambda *args: (my_forward(*args)[0], ...))
    assert feedback.message.startswith("✗ Replace the ...")
