"""The lab of one row of attention: press a key, choose a slip, and be told what became of the gradients."""

from itertools import pairwise

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.bugs.attention import ATTENTION_BUGS


@pytest.fixture
def lab():
    return labs.attention()


def test_a_press_switches_a_key_of_the_row_that_is_shown(lab, press):
    before = lab.row.fwd.D.copy()
    lab.query = 2
    press(lab._stage, "3")
    assert lab.row.fwd.D[2, 3] != before[2, 3]
    assert np.sum(before != lab.row.fwd.D) == 1
    press(lab._stage, "3")
    assert np.array_equal(lab.row.fwd.D, before)
    with pytest.raises(ValueError, match="unknown key 9; expected one of 0, 1, 2, 3, 4, 5"):
        lab.toggle(9)


@pytest.mark.parametrize("name", ATTENTION_BUGS)
def test_a_slip_is_said_with_its_line_and_dV_is_right(lab, name):
    lab.recipe = name
    assert f"✗ {name}" in lab.status.value
    assert ATTENTION_BUGS[name].explanation.split("<")[0] in lab.status.value.replace("&gt;", ">")
    assert "dV right" in lab.status.value
    code = "P_drop * (dP - rowsum" if name == "slope from dropped P" else "dP = dP_drop"
    assert code in lab.status.value


def test_a_slip_that_changes_nothing_says_so(lab):
    lab.keep_prob = 1.0
    lab.recipe = "no mask"
    assert "with these switches this slip changes nothing" in lab.status.value
    assert "✓" in lab.status.value


def test_the_same_draws_open_one_by_one_as_keep_prob_falls(lab):
    kept = []
    for keep_prob in (0.9, 0.6, 0.3, 0.1):
        lab.keep_prob = keep_prob
        kept.append(lab.row.fwd.D)
    for more, fewer in pairwise(kept):
        assert np.all(more | ~fewer)


def test_new_mask_and_reset(lab, press):
    before = repr(lab)
    press(lab._stage, "2")
    lab.query, lab.recipe = 1, "neither"
    lab.new_mask()
    drawn = np.random.default_rng(1).random((4, 6)) < 0.6  # the next seed, and nothing by hand
    assert np.array_equal(lab.row.fwd.D, drawn)
    lab.reset()
    assert repr(lab) == before
