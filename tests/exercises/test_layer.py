"""A layer of two modes is looked at in both: everything on at test time, dropout in training."""

import numpy as np
import pytest

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.exercises.layer import check_layer


def layer(A, keep_prob, training, rng):
    if not training:
        return A
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


def at_test(value):
    return lambda A, k, training, rng: layer(A, k, True, rng) if training else value(A, k, rng)


def in_training(value):
    return lambda A, k, training, rng: value(A, k, rng) if training else A


AT_TEST = {
    "on at test time": (lambda A, k, rng: layer(A, k, True, rng), "Dropout is still on"),
    "scaled again at test time": (lambda A, k, _rng: A * k, "multiplied by keep_prob"),
    "divided at test time": (lambda A, k, _rng: A / k, "divided by keep_prob"),
    "off at test time": (lambda A, k, _rng: A * (np.arange(6) % 2) / k, "some values are 0"),
    "unknown": (lambda A, _k, _rng: A + 1, "not those of A"),
}
IN_TRAINING = {
    "no scale at all": lambda A, k, rng: A * (rng.random(A.shape) < k),
    "flipped comparison": lambda A, k, rng: A * (rng.random(A.shape) > k) / k,
    "seed inside forward": lambda A, k, _rng: layer(A, k, True, np.random.default_rng(1)),
}


@pytest.mark.parametrize("bug", AT_TEST)
def test_what_is_wrong_at_test_time_is_named(bug):
    value, words = AT_TEST[bug]
    feedback = check_layer(at_test(value))
    assert (feedback.ok, feedback.bug) == (False, bug)
    assert feedback.message.startswith("✗ With training=False: ")
    assert words in feedback.message


@pytest.mark.parametrize("bug", IN_TRAINING)
def test_what_is_wrong_in_training_is_named(bug):
    feedback = check_layer(in_training(IN_TRAINING[bug]))
    assert (feedback.ok, feedback.bug) == (False, bug)
    assert feedback.message.startswith("✗ With training=True: ")


def test_a_layer_that_does_nothing_is_refused():
    message = check_layer(lambda A, *_: A).message
    assert message.startswith("✗ With training=True: ")
    assert "nothing is ever off" in message


def test_one_mask_for_all_examples_is_different_and_not_wrong():
    shared = BUGS["one mask for all examples"].sample
    feedback = check_layer(in_training(lambda A, k, rng: A * shared(A.shape, k, rng) / k))
    assert (feedback.ok, feedback.bug) == (True, "one mask for all examples")
    assert feedback.message.startswith("✓ With training=True: One switch per unit.")


def test_a_layer_that_does_nothing_is_not_told_that_it_masks():
    feedback = check_layer(lambda A, *_: A)
    assert feedback.bug == "neither"
    assert "Masked" not in feedback.message


def test_the_two_cases_the_wrong_way_round():
    swapped = check_layer(lambda A, k, training, rng: layer(A, k, not training, rng))
    assert swapped.bug == "on at test time"
    assert "the two cases are the wrong way round" in swapped.message
    always = check_layer(lambda A, k, training, rng: layer(A, k, True, rng))
    assert "the wrong way round" not in always.message


def test_the_case_in_which_a_layer_stops_is_said():
    assert (
        "With training=False: Your function returns nothing"
        in check_layer(in_training_only).message
    )
    broken = in_training(lambda A, k, rng: A[:1])
    assert "With training=True: Your A_drop has shape (1, 40)" in check_layer(broken).message


def in_training_only(A, keep_prob, training, rng):
    A_drop = layer(A, keep_prob, True, rng)
    return A_drop if training else None
