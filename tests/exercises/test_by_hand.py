"""Feedback names the slip, and whatever is handed in, it is answered in words."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.exercises.by_hand import GIVEN, TOLD_APART, check_by_hand


@pytest.mark.parametrize(
    "kept", [-0.6, -0.6000001, np.float64(-0.6), -3 / 5, Decimal("-0.6"), np.array(-0.6)]
)
@pytest.mark.parametrize("off", [0, 0.0, -0.0])
def test_the_right_numbers_are_accepted_however_they_are_written(off, kept):
    feedback = check_by_hand(off, kept)
    assert feedback
    assert feedback.bug is None
    assert repr(feedback).startswith("✓ Right")


@pytest.mark.parametrize("name", TOLD_APART)
def test_each_slip_is_named(name):
    off, kept = TOLD_APART[name].backward(*GIVEN).ravel()
    feedback = check_by_hand(off, kept)
    assert (feedback.ok, feedback.bug) == (False, name)
    assert f"the numbers of '{name}'" in feedback.message
    for where, number, true in (("the unit that is off", off, 0), ("the kept unit", kept, -0.6)):
        assert (where in feedback.message) == (not np.isclose(number, true))


def test_the_slips_all_give_different_numbers():
    answers = {tuple(np.round(slip.backward(*GIVEN).ravel(), 6)) for slip in TOLD_APART.values()}
    assert len(answers) == len(TOLD_APART) == 6


def test_two_slips_at_once_get_a_word_about_each_number():
    message = check_by_hand(9, 7).message
    assert "what does an open switch let through?" in message
    assert "divided by 0.5" in message
    assert "open switch" not in check_by_hand(0, 7).message
    assert "divided" not in check_by_hand(9, -0.6).message


@pytest.mark.parametrize(
    ("off", "kept"), [(0.02, -0.6), (-0.02, -0.6), (0, -0.62), (0, -0.58), (0, -0.6001)]
)
def test_nearly_right_is_not_right_and_says_which_number(off, kept):
    feedback = check_by_hand(off, kept)
    assert (feedback.ok, feedback.bug) == (False, "unknown")
    assert ("open switch" in feedback.message) == (off != 0)
    assert ("divided by 0.5" in feedback.message) == (kept != -0.6)


@pytest.mark.parametrize(
    ("off", "kept", "message"),
    [
        (..., ..., "Replace the ... after `off =`"),
        (0, ..., "Replace the ... after `kept =`"),
        ("0", -0.6, "`off` should be one number, like 0.25; it is a str"),
        (0, None, "`kept` should be one number, like 0.25; it is a NoneType"),
        (False, -0.6, "it is a bool"),
        (0, [-0.6], "it is a list"),
        (10**400, 1, "far too large"),
    ],
)
def test_what_is_not_a_number_gets_a_hint(off, kept, message):
    feedback = check_by_hand(off, kept)
    assert (feedback.ok, feedback.bug) == (False, "unknown")
    assert message in feedback.message


@given(st.one_of(st.floats(), st.none(), st.text(), st.binary()), st.floats())
def test_nothing_handed_in_makes_it_raise(off, kept):
    assert isinstance(check_by_hand(off, kept).message, str)


def test_a_number_that_is_nearly_right_is_shown_with_the_digits_that_differ():
    assert "You have −0.6001 at the kept unit" in check_by_hand(0, -0.6001).message
    assert "does not flip the sign" in check_by_hand(0, 0.6).message
