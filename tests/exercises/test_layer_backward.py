"""The way back through a tanh layer: the switch and the slope can both be wrong, and both are named."""

import numpy as np
import pytest

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.core.activations import tanh_slope
from dropout_lab.core.dropout import apply_mask
from dropout_lab.exercises.layer_backward import check_layer_backward


def layer(backward=apply_mask, slope=lambda Z, A_drop: tanh_slope(Z)):
    return lambda dA_drop, Z, A_drop, D, k: backward(dA_drop, D, k) * slope(Z, A_drop)


SLOPES = {
    "slope from dropped A": (lambda Z, A_drop: 1 - A_drop**2, BUGS["slope from dropped A"].explanation),
    "no slope": (lambda Z, A_drop: 1, "multiply by the slope of tanh, 1 - tanh(Z)**2"),
    "slope of ReLU": (lambda Z, A_drop: Z > 0, "Z > 0 is the slope of ReLU; this layer is tanh"),
    "slope of sigmoid": (lambda Z, A_drop: 1 / (2 + np.exp(Z) + np.exp(-Z)), "with the sigmoid is its own slope; this layer is tanh"),
    "slope 1 - Z**2": (lambda Z, A_drop: 1 - Z**2, "you square Z itself"),
    "slope 1 - tanh(Z)": (lambda Z, A_drop: 1 - np.tanh(Z), "The square is missing"),
    "tanh for its slope": (lambda Z, A_drop: np.tanh(Z), "is the value, not the slope"),
}  # fmt: skip


@pytest.mark.parametrize("bug", BACKWARD_BUGS)
@pytest.mark.parametrize("slope", SLOPES)
def test_a_wrong_switch_with_a_wrong_slope_is_named_with_both(bug, slope):
    feedback = check_layer_backward(layer(BACKWARD_BUGS[bug].backward, SLOPES[slope][0]))
    assert feedback.bug == bug
    message = feedback.message
    assert "✗ 2 things at once, " in message
    assert repr(bug) in message
    assert repr(slope) in message
    assert BACKWARD_BUGS[bug].explanation in message


@pytest.mark.parametrize("name", SLOPES)
def test_a_wrong_slope_alone_is_told_with_an_entry_and_its_numbers(name):
    slope, words = SLOPES[name]
    message = check_layer_backward(layer(slope=slope)).message
    assert words in message
    assert "your slope is " in message
    # Where the mask hides the slope there is no evidence; A_drop = 0 may only be that of Z = 0.
    assert "A_drop = 0:" not in message.replace("Z = 0 and A_drop = 0:", "")


def test_praise_speaks_of_A_drop_only_where_it_was_used():
    assert "A_drop" not in check_layer_backward(layer()).message


def test_what_is_nearly_right_is_shown_with_all_that_went_in():
    message = check_layer_backward(lambda *given: 1.001 * layer()(*given)).message
    rows = [line.split("  ")[1] for line in message.splitlines()[1:8]]
    assert rows == ["dA_drop", "Z", "A_drop", "D", "keep_prob", "your dZ", "true dZ"]
