"""A learner's forward line: switches and scale are looked at apart, so that two slips get two names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.exercises.scale import check_scale

WRONG_SWITCHES = {"no mask": np.ones_like, "one minus mask": np.logical_not}
WRONG_SCALES = {
    "no scale at all": lambda k: 1,
    "wrong scale": lambda k: 1 / (1 - k),
    "multiplied by keep_prob": lambda k: k,
    "scaled twice": lambda k: 1 / k**2,
}


@pytest.mark.parametrize("switch", WRONG_SWITCHES)
@pytest.mark.parametrize("scale", WRONG_SCALES)
def test_two_slips_at_once_are_both_named(switch, scale):
    through, factor = WRONG_SWITCHES[switch], WRONG_SCALES[scale]
    feedback = check_scale(lambda A, D, k: A * through(D) * factor(k))
    if (switch, scale) == ("no mask", "no scale at all"):
        assert feedback.bug == "neither"
    else:
        assert feedback.bug == switch
        assert f"2 things at once, {switch!r} and {scale!r}." in feedback.message
    assert feedback.message.count("At units that are off") == 1


@given(st.floats(0.1, 3).filter(lambda c: abs(c - 1) > 1e-3))
def test_nearly_right_is_unknown_with_the_smallest_failing_case(factor):
    feedback = check_scale(lambda A, D, k: factor * A * D / k)
    assert (feedback.ok, feedback.bug) == (False, "unknown")
    rows = dict(line.strip().rsplit("  ", 1) for line in feedback.message.splitlines()[1:6])
    assert [row.strip() for row in rows] == ["A", "D", "keep_prob", "your A_drop", "true A_drop"]
    assert rows["your A_drop"] != rows["true A_drop"]
    assert "times the true ones" in feedback.message
