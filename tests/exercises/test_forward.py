"""A learner's whole forward dropout: mask and scale are named apart, and both if both are wrong."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.recipe import CORRECT
from dropout_lab.exercises.forward import check_forward


def forward_of(sample=sample_mask, forward=apply_mask, order=1):
    def my_forward(A, keep_prob, rng):
        D = sample(A.shape, keep_prob, rng)
        return (forward(A, D, keep_prob), D)[::order]

    return my_forward


def course_style(A, keep_prob, rng):
    D = rng.random((A.shape[0], A.shape[1]))
    D = (keep_prob > D).astype(int)
    A = A * D
    A = A / keep_prob
    return A, D


def rebinds_in_place_on_a_copy(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = np.array(A)
    A_drop *= D
    A_drop /= keep_prob
    return [A_drop, D]


class Layer:
    def __call__(self, A, keep_prob, rng):
        return forward_of()(A, keep_prob, rng)


RIGHT = {
    "as we write it": forward_of(),
    "the recipe": forward_of(CORRECT.sample, CORRECT.forward),
    "as in the course": course_style,
    "a copy changed in place": rebinds_in_place_on_a_copy,
    "binomial": forward_of(lambda shape, k, rng: rng.binomial(1, k, shape) == 1),
    "the upper end": forward_of(lambda shape, k, rng: rng.random(shape) > 1 - k),
    "np.where": forward_of(forward=lambda A, D, k: np.where(D, A / k, 0)),
    "an instance": Layer(),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_solution_is_accepted_however_it_is_written(name):
    feedback = check_forward(RIGHT[name])
    assert feedback.ok, feedback.message
    assert feedback.bug is None
    assert feedback.message.startswith("✓ Right")


SAMPLE_BUGS = ["randn", "flipped comparison", "seed inside forward"]
FORWARD_BUGS = ["no scale at all", "wrong scale"]


@pytest.mark.parametrize("name", [*SAMPLE_BUGS, *FORWARD_BUGS])
def test_every_bug_of_the_forward_pass_is_recognized(name):
    feedback = check_forward(forward_of(BUGS[name].sample, BUGS[name].forward))
    assert (feedback.ok, feedback.bug) == (False, name)
    assert "at once" not in feedback.message


def test_one_mask_for_all_examples_is_different_and_not_wrong():
    name = "one mask for all examples"
    feedback = check_forward(forward_of(BUGS[name].sample))
    assert (feedback.ok, feedback.bug) == (True, name)
    assert "Not wrong, only different" in feedback.message
    column = forward_of(lambda shape, k, rng: rng.random((shape[0], 1)) < k)
    assert check_forward(column) == feedback


@pytest.mark.parametrize(("mask", "scale"), list(product(SAMPLE_BUGS, FORWARD_BUGS)))
def test_two_bugs_at_once_are_both_named(mask, scale):
    feedback = check_forward(forward_of(BUGS[mask].sample, BUGS[scale].forward))
    assert (feedback.ok, feedback.bug) == (False, mask)
    assert f"2 things at once, {mask!r} and {scale!r}.\n1. " in feedback.message


@pytest.mark.parametrize("scale", FORWARD_BUGS)
def test_a_wrong_scale_stays_wrong_beside_a_mask_that_is_only_different(scale):
    shared = BUGS["one mask for all examples"].sample
    feedback = check_forward(forward_of(shared, BUGS[scale].forward))
    assert (feedback.ok, feedback.bug) == (False, scale)
    assert "'one mask for all examples'" in feedback.message


@given(st.integers(0, 2**32), st.sampled_from(["correct", *SAMPLE_BUGS[:2]]))
def test_the_answer_does_not_depend_on_what_is_drawn(salt, name):
    recipe = {"correct": CORRECT, **BUGS}[name]
    mixed = forward_of(
        lambda s, k, rng: recipe.sample(s, k, np.random.default_rng([salt, rng.integers(2**60)]))
    )
    assert check_forward(mixed).bug == (None if name == "correct" else name)


def test_a_known_bug_beside_one_that_is_not_known():
    my_forward = forward_of(BUGS["randn"].sample, lambda A, D, k: A * D / k + 0.25)
    feedback = check_forward(my_forward)
    assert feedback.bug == "randn"
    assert "None of the mistakes I know gives your numbers" in feedback.message


def test_what_nothing_explains_is_unknown_with_the_smallest_failing_case():
    feedback = check_forward(forward_of(forward=lambda A, D, k: A * D / k + 0.25))
    assert (feedback.ok, feedback.bug) == (False, "unknown")
    assert "your A_drop" in feedback.message
    assert "true A_drop" in feedback.message


def test_dropping_with_probability_keep_prob_is_called_by_its_name():
    feedback = check_forward(
        forward_of(BUGS["flipped comparison"].sample, BUGS["wrong scale"].forward)
    )
    assert feedback.message.endswith("you use keep_prob as the probability of dropping.")


def test_a_mask_that_marks_the_units_that_are_off():
    marks_off = forward_of(lambda s, k, rng: rng.random(s) > k, lambda A, D, k: A * (1 - D) / k)
    feedback = check_forward(marks_off)
    assert feedback.bug == "flipped comparison"
    assert "cancel in A_drop, but D marks the units that are off" in feedback.message


def test_another_mask_returned_than_used_is_a_fresh_mask():
    def draws_twice(A, keep_prob, rng):
        return apply_mask(A, rng.random(A.shape) < keep_prob, keep_prob), rng.random(A.shape) < (
            keep_prob
        )

    assert check_forward(draws_twice).bug == "fresh mask"


def test_the_wrong_order_is_noticed_and_hides_nothing():
    feedback = check_forward(forward_of(order=-1))
    assert (feedback.ok, feedback.bug) == (False, "wrong order")
    assert feedback.message == "✗ You return the mask first; write `return A_drop, D`."
    both = check_forward(forward_of(BUGS["randn"].sample, order=-1))
    assert both.bug == "randn"
    assert "`return A_drop, D`" in both.message


@pytest.mark.parametrize("forward", [lambda A, D, k: 0 * A, lambda A, D, k: D])
def test_few_numbers_in_A_drop_are_not_taken_for_a_wrong_order(forward):
    feedback = check_forward(forward_of(forward=forward))
    assert feedback.bug == "unknown"
    assert "your A_drop" in feedback.message
    assert "mask first" not in feedback.message


def test_a_mask_with_the_scale_in_it():
    scaled = lambda A, D, k: A * D  # noqa: E731
    feedback = check_forward(forward_of(lambda s, k, rng: (rng.random(s) < k) / k, scaled))
    assert feedback.bug == "scale inside the mask"
    assert "the scale is in it already" in feedback.message
    assert "at once" not in feedback.message


def seeds_the_layer(A, keep_prob, _rng):
    return forward_of()(A, keep_prob, np.random.default_rng(A.shape[0]))


def test_a_seed_that_depends_on_the_shape_is_still_a_seed_inside_forward():
    assert check_forward(seeds_the_layer).bug == "seed inside forward"


OWN = np.random.default_rng(2)
OTHER = {
    "only A_drop": (lambda A, k, rng: A * (rng.random(A.shape) < k) / k, "You return one array;"),
    "a number": (lambda A, k, rng: 3, "You return one int; return two"),
    "three": (lambda A, k, rng: (A, A > 0, k), "You return 3 things; return two"),
    "a pair of None": (lambda A, k, rng: (None, None), "returns nothing"),
    "a pair of stubs": (lambda A, k, rng: (..., ...), "Replace the ..."),
    "words": (lambda A, k, rng: "AD", "You return one str"),
    "a pair of words": (
        lambda A, k, rng: ("A", "D"),
        "returns a str; it should return one array, D",
    ),
    "A_drop of another shape": (
        lambda A, k, rng: (A.T, rng.random(A.shape) < k),
        "Your A_drop has shape (1, 2); A has (2, 1)",
    ),
    "D transposed": (lambda A, k, rng: (A, rng.random(A.T.shape) < k), "has shape (40, 100)"),
    "no comparison": (
        lambda A, k, rng: (A * rng.random(A.shape), rng.random(A.shape)),
        "Did you leave out the comparison",
    ),
    "another generator": (
        lambda A, k, _rng: forward_of()(A, k, OWN),
        "Twice the same rng",
    ),
}


@pytest.mark.parametrize("name", OTHER)
def test_what_else_goes_wrong_gets_a_sentence(name):
    my_forward, words = OTHER[name]
    feedback = check_forward(my_forward)
    bug = "rng not used" if name == "another generator" else "unknown"
    assert (feedback.ok, feedback.bug) == (False, bug)
    assert words in feedback.message


@pytest.mark.parametrize("order", [1, -1])
def test_a_mask_read_off_A_drop_is_told(order):
    def guesses(A, keep_prob, rng):
        A_drop = A * (rng.random(A.shape) < keep_prob) / keep_prob
        return (A_drop, A_drop != 0)[::order]

    feedback = check_forward(guesses)
    assert (feedback.ok, feedback.bug) == (False, "mask guessed from A_drop")
    assert "A kept unit whose A is 0 has A_drop = 0 too" in feedback.message
    assert ("`return A_drop, D`" in feedback.message) == (order < 0)


def test_a_network_without_dropout_is_called_that():
    feedback = check_forward(lambda A, k, rng: (A, np.ones(A.shape, dtype=bool)))
    assert (feedback.ok, feedback.bug) == (False, "neither")
    assert "No switch is ever open" in feedback.message
    assert "at once" not in feedback.message
