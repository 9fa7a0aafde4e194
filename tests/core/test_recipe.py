"""A recipe is five choices: the right ones are the right functions, and wrong parts are refused."""

import numpy as np
import pytest

from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.recipe import CORRECT, SLOPE_SOURCES, Recipe


def test_the_right_choices_are_the_two_lines_the_slope_from_Z_and_everything_on():
    assert CORRECT.sample is sample_mask
    assert CORRECT.forward is CORRECT.backward is apply_mask
    assert CORRECT.slope_from == SLOPE_SOURCES[0] == "Z"
    A = np.array([[1.0, 2.0]])
    assert CORRECT.at_test(A, 0.5, None) is A


def test_what_is_not_chosen_is_right():
    mine = Recipe("mine", backward=lambda dA_drop, _D, _k: dA_drop)
    for role in ("sample", "forward", "slope_from", "at_test"):
        assert getattr(mine, role) == getattr(CORRECT, role)


def test_the_right_function_goes_unwatched_and_another_gives_read_only_numbers():
    assert CORRECT.through("backward") is apply_mask
    mine = Recipe("mine", forward=lambda A, D, _k: (A * D).astype(int))
    sent = mine.through("forward")(np.array([[2.0, 3.0]]), np.array([[True, False]]), 0.5)
    assert sent.dtype == float
    assert sent.tolist() == [[2, 0]]
    assert not sent.flags.writeable


def test_a_recipe_of_the_wrong_parts_is_refused():
    with pytest.raises(ValueError, match="unknown slope_from"):
        Recipe("mine", slope_from="A")
    with pytest.raises(TypeError, match="backward must be a function"):
        Recipe("mine", backward=0.8)
