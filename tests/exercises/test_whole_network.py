"""A whole network is compared with the course's numbers, and then every gradient with the true one."""

from functools import partial

import numpy as np
import pytest

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.core.gradcheck import check_gradients
from dropout_lab.core.passes import forward
from dropout_lab.exercises.whole_network import (
    check_backward_pass,
    check_forward_pass,
    random_cases,
)


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


def my_backward(cache, Y, W, D, keep_prob, back=through, slope=lambda Z: Z > 0, m=None):
    X, Z1, A1_drop, Z2, A2_drop, A3 = cache
    m = m or X.shape[1]
    dZ3 = A3 - Y
    dZ2 = back(W[3].T @ dZ3, D[2], keep_prob) * slope(Z2)
    dZ1 = back(W[2].T @ dZ2, D[1], keep_prob) * slope(Z1)
    sent = {3: (dZ3, A2_drop), 2: (dZ2, A1_drop), 1: (dZ1, X)}
    dW = {l: dZ @ A.T / m for l, (dZ, A) in sent.items()}
    return dW, {l: dZ.sum(axis=1, keepdims=True) / m for l, (dZ, _) in sent.items()}


def test_the_checks_use_a_case_away_from_kinks():
    for case in random_cases():
        fwd = forward(case.net, case.X, case.masks, case.keep_prob)
        assert min(np.abs(Z).min() for Z in fwd.Z.values()) > 1e-3
        assert check_gradients(case.net, case.X, case.Y, case.masks, case.keep_prob).ok
        assert all(0 < D.mean() < 1 for D in case.masks.values())


@pytest.mark.parametrize("name", BACKWARD_BUGS)
def test_a_backward_bug_is_named(name):
    feedback = check_backward_pass(
        my_forward, partial(my_backward, back=BACKWARD_BUGS[name].backward)
    )
    assert (feedback.ok, feedback.bug) == (False, name)
    assert f"These are the gradients of {name!r}." in feedback.message


MEANS = {
    "1 / m twice": (lambda m: m, "You divide by m twice"),
    "times m": (lambda m: 1 / m**2, "You multiply by m"),
}


@pytest.mark.parametrize("name", MEANS)
@pytest.mark.parametrize("of", ["dW and db", "dW", "db"])
def test_a_wrong_mean_is_told_in_words_and_where(name, of):
    too_much, words = MEANS[name]

    def my_pass(cache, *args):
        m = cache[0].shape[1]
        pair = zip(("dW", "db"), my_backward(cache, *args), strict=True)
        return [
            {l: each / (too_much(m) if kind in of else 1) for l, each in grads.items()}
            for kind, grads in pair
        ]

    message = check_backward_pass(my_forward, my_pass).message
    assert message.startswith(f"✗ {words}{'' if 'and' in of else f' in {of}'}")


def in_layer(layer, function):
    """The function in this layer (of two or more units), and the right line in the other."""
    calls = []

    def drop(values, D, keep_prob):
        calls.append(0)
        return (function if len(calls) % 2 == layer % 2 else through)(values, D, keep_prob)

    return drop


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("name", ["no mask", "no scale", "scaled twice", "one minus mask"])
def test_a_slip_in_one_layer_is_told_with_its_layer(layer, name):
    slip = BACKWARD_BUGS[name].backward
    back = check_backward_pass(my_forward, partial(my_backward, back=in_layer(3 - layer, slip)))
    assert (back.bug, f"in layer {layer}." in back.message) == (name, True), back.message
    forth = check_forward_pass(partial(my_forward, drop=in_layer(layer, slip)))
    assert forth.bug == (name + " at all" if name == "no scale" else name)
    assert f"in layer {layer}." in forth.message


def test_two_slips_in_two_layers_are_both_told():
    slip = in_layer(1, BACKWARD_BUGS["no mask"].backward)
    message = check_backward_pass(my_forward, partial(my_backward, back=slip, m=1)).message
    assert "'no mask' in layer 2." in message
    assert "The 1 / m of the mean is missing." in message


def from_A_drop(cache, Y, W, D, keep_prob, back=through):
    X, _, A1_drop, _, A2_drop, A3 = cache
    return my_backward((X, A1_drop, A1_drop, A2_drop, A2_drop, A3), Y, W, D, keep_prob, back=back)


@pytest.mark.parametrize("scaled", [False, True])
def test_a_mask_that_comes_in_the_cache_is_seen(scaled):
    def remembers(X, W, b, D, keep_prob):
        A3, cache = my_forward(X, W, b, D, keep_prob)
        return A3, {"cache": cache, "D": {l: D[l] / keep_prob if scaled else D[l] for l in D}}

    def uses(cache, Y, W, _D, keep_prob):
        back = (lambda dA, D, _k: dA * D) if scaled else through
        return from_A_drop(cache["cache"], Y, W, cache["D"], keep_prob, back)

    feedback = check_backward_pass(remembers, uses)
    assert (feedback.ok, feedback.bug) == (True, None)


def test_a_mask_kept_elsewhere_is_seen_too():
    kept = {}

    def remembers(X, W, b, D, keep_prob):
        kept.update(D)
        return my_forward(X, W, b, D, keep_prob)

    elsewhere = check_backward_pass(
        remembers, lambda cache, Y, W, _D, k: from_A_drop(cache, Y, W, dict(kept), k, through)
    )
    assert (elsewhere.ok, elsewhere.bug) == (True, None)


GREEDY = {
    "W": lambda cache, Y, W, D, k: W[3].fill(0),
    "b": lambda cache, Y, W, D, k: W.pop(3),
    "D": lambda cache, Y, W, D, k: D.update({1: D[1] / k}),
}


@pytest.mark.parametrize("name", GREEDY)
def test_what_is_handed_out_are_copies(name):
    def greedy(cache, *args):
        result = my_backward(cache, *args)
        GREEDY[name](cache, *args)
        return result

    assert "changes the arrays it was given" in check_backward_pass(my_forward, greedy).message
    assert check_backward_pass(my_forward, my_backward).ok


def test_the_advice_to_compare_can_be_followed():
    odd = partial(my_forward, g=lambda Z: relu(Z) + 0.1)
    feedback = check_forward_pass(odd)
    assert "All arrays are in `exercises.check_forward_pass(my_forward_pass).case`: X, W, b, D" in (
        feedback.message
    )
    case = feedback.case
    assert np.allclose(case["Z1"], case["W"][1] @ case["X"] + case["b"][1])
    assert np.allclose(case["A2_drop"], case["A2"] * case["D"][2] / case["keep_prob"])
    back = check_backward_pass(my_forward, partial(my_backward, slope=lambda _Z: 0.3)).case
    assert np.allclose(back["dA1"], back["dA1_drop"] * back["D"][1] / back["keep_prob"])
    assert np.allclose(back["dZ2"], back["dA2"] * (back["Z2"] > 0))
