"""A learner's forward line: switches and scale are looked at apart, so that two slips get two names."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.dropout import apply_mask
from dropout_lab.exercises.scale import check_scale


def on_a_copy(A, D, keep_prob):
    A_drop = A.copy()
    A_drop[~D] = 0
    A_drop /= keep_prob
    return A_drop


RIGHT = {
    "as we write it": apply_mask,
    "np.where": lambda A, D, k: np.where(D, A / k, 0),
    "np.multiply": lambda A, D, k: np.multiply(A, D.astype(int)) / k,
    "a pre-scaled mask": lambda A, D, k: A * (D / k),
    "float32": lambda A, D, k: (A.astype(np.float32) * D) / np.float32(k),
    "a copy changed in place": on_a_copy,
    "a list of lists": lambda A, D, k: (A * D / k).tolist(),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_solution_is_accepted_however_it_is_written(name):
    feedback = check_scale(RIGHT[name])
    assert feedback.ok, feedback.message
    assert feedback.bug is None
    assert feedback.message.startswith("✓ Right")


@pytest.mark.parametrize("name", ["no scale at all", "wrong scale"])
def test_every_forward_bug_is_recognized(name):
    feedback = check_scale(BUGS[name].forward)
    assert (feedback.ok, feedback.bug) == (False, name)


ALONE = {
    "no scale at all": (lambda A, D, k: A * D, "it is exactly keep_prob times the true one"),
    "wrong scale": (lambda A, D, k: A * D / (1 - k), "exactly keep_prob / (1 - keep_prob) times"),
    "multiplied by keep_prob": (lambda A, D, k: A * D * k, "exactly keep_prob squared times"),
    "scaled twice": (lambda A, D, k: A * D / k / k, "exactly 1 / keep_prob times the true one"),
    "no mask": (
        lambda A, D, k: A / k,
        "off your A_drop is not 0; at units that are kept it is the",
    ),
    "neither": (lambda A, D, k: A, "A comes out as it went in"),
    "one minus mask": (lambda A, D, k: A * ~D / k, "at units that are kept it is 0. These"),
}


@pytest.mark.parametrize("name", ALONE)
def test_a_slip_is_named_with_what_the_numbers_show(name):
    my_dropout, words = ALONE[name]
    feedback = check_scale(my_dropout)
    assert (feedback.ok, feedback.bug) == (False, name)
    assert words in feedback.message
    assert "at once" not in feedback.message


WRONG_SWITCHES = {"no mask": np.ones_like, "one minus mask": np.logical_not}
WRONG_SCALES = {
    "no scale at all": lambda k: 1,
    "wrong scale": lambda k: 1 / (1 - k),
    "multiplied by keep_prob": lambda k: k,
    "scaled twice": lambda k: 1 / k**2,
}


@pytest.mark.parametrize(("switch", "scale"), list(product(WRONG_SWITCHES, WRONG_SCALES)))
def test_two_slips_at_once_are_both_named(switch, scale):
    through, factor = WRONG_SWITCHES[switch], WRONG_SCALES[scale]
    feedback = check_scale(lambda A, D, k: A * through(D) * factor(k))
    if (switch, scale) == ("no mask", "no scale at all"):
        assert feedback.bug == "neither"
    else:
        assert feedback.bug == switch
        assert f"2 things at once, {switch!r} and {scale!r}." in feedback.message
    assert feedback.message.count("At units that are off") == 1


def test_switches_of_ones_own_are_a_fresh_mask():
    rng = np.random.default_rng(3)
    assert check_scale(lambda A, D, k: A * (rng.random(A.shape) < k) / k).bug == "fresh mask"


def gated(A, D, keep_prob):
    return np.maximum(A, 0) * D / keep_prob


@pytest.mark.parametrize("my_dropout", [gated, lambda A, D, k: 0 * A])
def test_zeros_alone_are_not_called_a_fresh_mask(my_dropout):
    assert check_scale(my_dropout).bug == "unknown"


@given(st.floats(0.1, 3).filter(lambda c: abs(c - 1) > 1e-3))
def test_nearly_right_is_unknown_with_the_smallest_failing_case(factor):
    feedback = check_scale(lambda A, D, k: factor * A * D / k)
    assert (feedback.ok, feedback.bug) == (False, "unknown")
    rows = dict(line.strip().rsplit("  ", 1) for line in feedback.message.splitlines()[1:6])
    assert [row.strip() for row in rows] == ["A", "D", "keep_prob", "your A_drop", "true A_drop"]
    assert rows["your A_drop"] != rows["true A_drop"]
    assert "times the true ones" in feedback.message


OTHER = {
    "a transposed mask": (lambda A, D, k: A * D.T / k, "D has the shape of A, switch by switch"),
    "one row": (lambda A, D, k: A[:1], "Your A_drop has shape (1, 1); A has (2, 1)"),
    "a pair": (lambda A, D, k: (A * D / k, D), "Your A_drop has shape (2, 2, 1)"),
    "division by the mask": (lambda A, D, k: A / D / k, "Do you divide by D?"),
}


@pytest.mark.parametrize("name", OTHER)
def test_what_else_goes_wrong_gets_a_sentence(name):
    my_dropout, words = OTHER[name]
    feedback = check_scale(my_dropout)
    assert (feedback.ok, feedback.bug) == (False, "unknown")
    assert words in feedback.message
