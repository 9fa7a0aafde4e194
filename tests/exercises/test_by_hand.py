"""Feedback names the slip, and whatever is handed in, it is answered in words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.exercises.by_hand import GIVEN, TOLD_APART, check_by_hand


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


@pytest.mark.parametrize(
    ("off", "kept"), [(0.02, -0.6), (-0.02, -0.6), (0, -0.62), (0, -0.58), (0, -0.6001)]
)
def test_nearly_right_is_not_right_and_says_which_number(off, kept):
    feedback = check_by_hand(off, kept)
    assert (feedback.ok, feedback.bug) == (False, "unknown")
    assert ("open switch" in feedback.message) == (off != 0)
    assert ("divided by 0.5" in feedback.message) == (kept != -0.6)


@given(st.one_of(st.floats(), st.none(), st.text(), st.binary()), st.floats())
def test_nothing_handed_in_makes_it_raise(off, kept):
    assert isinstance(check_by_hand(off, kept).message, str)
