"""A learner's whole forward dropout: mask and scale are named apart, and both if both are wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.dropout import apply_mask
from dropout_lab.core.recipe import CORRECT
from dropout_lab.exercises.forward import check_forward

SAMPLE_BUGS = ["randn", "flipped comparison", "seed inside forward"]
FORWARD_BUGS = ["no scale at all", "wrong scale"]


def forward_of(sample, forward=apply_mask):
    def my_forward(A, keep_prob, rng):
        D = sample(A.shape, keep_prob, rng)
        return forward(A, D, keep_prob), D

    return my_forward


@pytest.mark.parametrize("mask", SAMPLE_BUGS)
@pytest.mark.parametrize("scale", FORWARD_BUGS)
def test_two_bugs_at_once_are_both_named(mask, scale):
    feedback = check_forward(forward_of(BUGS[mask].sample, BUGS[scale].forward))
    assert (feedback.ok, feedback.bug) == (False, mask)
    assert f"2 things at once, {mask!r} and {scale!r}.\n1. " in feedback.message


@given(st.integers(0, 2**32), st.sampled_from(["correct", *SAMPLE_BUGS[:2]]))
def test_the_answer_does_not_depend_on_what_is_drawn(salt, name):
    """Of the mask, which `check_mask` looks at in the same way, and of the line that uses it."""
    recipe = {"correct": CORRECT, **BUGS}[name]
    mixed = forward_of(
        lambda s, k, rng: recipe.sample(s, k, np.random.default_rng([salt, rng.integers(2**60)]))
    )
    assert check_forward(mixed).bug == (None if name == "correct" else name)
