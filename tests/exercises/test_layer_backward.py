"""The way back through a tanh layer: the switch and the slope can both be wrong, and both are named."""

import re

import numpy as np
import pytest

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.core.activations import tanh_slope
from dropout_lab.core.recipe import CORRECT
from dropout_lab.exercises.layer_backward import check_layer_backward


def layer(backward=CORRECT.backward, slope=lambda Z, A_drop, k: tanh_slope(Z)):
    return lambda dA_drop, Z, A_drop, D, k: backward(dA_drop, D, k) * slope(Z, A_drop, k)


def on_a_copy(dA_drop, Z, _A_drop, D, keep_prob):
    dZ = dA_drop.copy()
    dZ *= D
    dZ /= keep_prob
    dZ *= 1 - np.tanh(Z) ** 2
    return dZ


def careful(dA_drop, Z, A_drop, D, keep_prob):
    assert np.allclose(A_drop, np.tanh(Z) * D / keep_prob)
    return dA_drop * D / keep_prob * tanh_slope(Z)


RIGHT = {
    "with an assert of its own": careful,
    "as we write it": layer(),
    "the other order": lambda dA_drop, Z, A_drop, D, k: (1 - np.tanh(Z) ** 2) * D / k * dA_drop,
    "cosh": lambda dA_drop, Z, A_drop, D, k: np.where(D, dA_drop / k / np.cosh(Z) ** 2, 0),
    "float32": lambda dA_drop, Z, A_drop, D, k: dA_drop * D / k * tanh_slope(Z.astype("float32")),
    "on a copy": on_a_copy,
    "a list": lambda dA_drop, Z, A_drop, D, k: (dA_drop * D / k * tanh_slope(Z)).tolist(),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_solution_is_accepted_however_it_is_written(name):
    feedback = check_layer_backward(RIGHT[name])
    assert feedback.ok, feedback.message
    assert feedback.message.startswith("✓ Right")
    assert "A_drop" not in feedback.message


def from_scaled_A_drop(_Z, A_drop, keep_prob):
    return 1 - (A_drop * keep_prob) ** 2


def recovers_Z(dA_drop, _Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob / np.cosh(np.arctanh(A_drop * keep_prob)) ** 2


@pytest.mark.parametrize("function", [layer(slope=from_scaled_A_drop), recovers_Z])
def test_the_slope_at_A_drop_times_keep_prob_is_right_and_the_message_says_why(function):
    feedback = check_layer_backward(function)
    assert feedback.ok
    assert "at kept units that is A again" in feedback.message
    assert "the mask makes the product 0" in feedback.message


@pytest.mark.parametrize("name", BACKWARD_BUGS)
def test_each_backward_bug_is_named_by_its_explanation(name):
    feedback = check_layer_backward(layer(BACKWARD_BUGS[name].backward))
    assert (feedback.ok, feedback.bug) == (False, name)
    assert feedback.message.startswith("✗ At units that are off your dZ is ")
    assert BACKWARD_BUGS[name].explanation in feedback.message
    assert "at once" not in feedback.message


def from_A_drop(_Z, A_drop, _k):
    return 1 - A_drop**2


SLOPES = {
    "slope from dropped A": from_A_drop,
    "no slope": lambda Z, A_drop, k: 1,
    "slope of ReLU": lambda Z, A_drop, k: Z > 0,
    "slope of sigmoid": lambda Z, A_drop, k: 1 / (2 + np.exp(Z) + np.exp(-Z)),
    "slope 1 - Z**2": lambda Z, A_drop, k: 1 - Z**2,
    "slope 1 - tanh(Z)": lambda Z, A_drop, k: 1 - np.tanh(Z),
    "tanh for its slope": lambda Z, A_drop, k: np.tanh(Z),
}


@pytest.mark.parametrize("bug", BACKWARD_BUGS)
@pytest.mark.parametrize("slope", SLOPES)
def test_a_wrong_switch_with_a_wrong_slope_is_named_with_both(bug, slope):
    feedback = check_layer_backward(layer(BACKWARD_BUGS[bug].backward, SLOPES[slope]))
    assert feedback.bug == bug
    message = feedback.message
    assert "✗ 2 things at once, " in message
    assert repr(bug) in message
    assert repr(slope) in message
    assert BACKWARD_BUGS[bug].explanation in message


ALONE = {
    "slope from dropped A": BUGS["slope from dropped A"].explanation,
    "no slope": "multiply by the slope of tanh, 1 - tanh(Z)**2",
    "slope of ReLU": "Z > 0 is the slope of ReLU; this layer is tanh",
    "slope of sigmoid": "with the sigmoid is its own slope; this layer is tanh",
    "slope 1 - Z**2": "you square Z itself",
    "slope 1 - tanh(Z)": "The square is missing",
    "tanh for its slope": "is the value, not the slope",
}


@pytest.mark.parametrize("slope", SLOPES)
def test_a_wrong_slope_alone_is_told_with_an_entry_and_its_numbers(slope):
    feedback = check_layer_backward(layer(slope=SLOPES[slope]))
    assert (feedback.ok, feedback.bug) == (False, slope)
    assert ALONE[slope] in feedback.message
    assert "your slope is " in feedback.message
    # Where the mask hides the slope there is no evidence; A_drop = 0 may only be that of Z = 0.
    assert "A_drop = 0:" not in feedback.message.replace("Z = 0 and A_drop = 0:", "")
    assert "at once" not in feedback.message


def test_the_slope_from_A_drop_is_shown_where_its_sign_is_wrong():
    message = check_layer_backward(layer(slope=from_A_drop)).message
    assert "your slope is −1.63, the slope of tanh there is +0.05" in message


@pytest.mark.parametrize(
    ("slope", "words"),
    [
        (lambda Z, A_drop, k: A_drop > 0, "A_drop > 0 is the slope of ReLU"),
        (lambda Z, A_drop, k: A_drop >= 0, "A_drop >= 0 is a slip for the slope of ReLU"),
    ],
)
def test_the_slope_of_relu_from_A_drop_is_told_from_the_one_from_Z(slope, words):
    assert words in check_layer_backward(layer(slope=slope)).message


def test_the_slope_of_relu_from_A_drop_behind_other_switches():
    fresh = layer(BACKWARD_BUGS["fresh mask"].backward, lambda Z, A_drop, k: A_drop > 0)
    message = check_layer_backward(fresh).message
    assert "'fresh mask' and 'slope of ReLU from A_drop'" in message


def test_A_drop_times_keep_prob_needs_the_mask():
    feedback = check_layer_backward(
        layer(BACKWARD_BUGS["no mask"].backward, slope=from_scaled_A_drop)
    )
    assert not feedback.ok
    assert "'no mask' and 'slope from A_drop * keep_prob'" in feedback.message


@pytest.mark.parametrize("name", ["no scale", "scaled twice", "multiplied by keep_prob"])
def test_A_drop_times_keep_prob_is_not_blamed_where_the_mask_is_there(name):
    feedback = check_layer_backward(layer(BACKWARD_BUGS[name].backward, slope=from_scaled_A_drop))
    assert BACKWARD_BUGS[name].explanation in feedback.message
    assert "at once" not in feedback.message


def test_the_numbers_at_kept_units_are_told_apart_from_the_slope():
    message = check_layer_backward(layer(BACKWARD_BUGS["no scale"].backward, from_A_drop)).message
    assert "Leave the slope aside for a moment. At units that are off your dZ is 0, good" in message
    assert "it is exactly keep_prob times the true one" in message


def test_switches_drawn_anew_are_a_fresh_mask_whatever_the_slope():
    rng = np.random.default_rng(4)

    def redraws(dA_drop, _Z, A_drop, _D, keep_prob):
        return dA_drop * (rng.random(dA_drop.shape) < keep_prob) / keep_prob * (1 - A_drop**2)

    message = check_layer_backward(redraws).message
    assert "'fresh mask' and 'slope from dropped A'" in message


def test_a_mask_guessed_from_A_drop_is_caught_by_a_kept_unit_whose_value_is_0():
    guessed = lambda dA_drop, Z, A_drop, D, k: dA_drop * (A_drop != 0) / k * tanh_slope(Z)  # noqa: E731
    message = check_layer_backward(guessed).message
    assert "A kept unit with A = 0 is 0 too" in message


OTHER = {
    "zeros": (lambda dA, Z, A, D, k: 0 * dA, "Your dZ is 0 everywhere"),
    "nothing known": (
        lambda dA, Z, A, D, k: layer()(dA, Z, A, D, k) + 0.1,
        "None of the mistakes I know",
    ),
    "a row": (lambda dA, Z, A, D, k: dA[:1], "Your dZ has shape (1, 1); dA_drop has (2, 1)"),
}


@pytest.mark.parametrize("name", OTHER)
def test_what_else_goes_wrong_gets_a_sentence(name):
    function, words = OTHER[name]
    feedback = check_layer_backward(function)
    assert not feedback.ok
    assert feedback.message.startswith("✗ ")
    assert words in feedback.message


@pytest.mark.parametrize("factor", [1.001, 0.999])
def test_nearly_right_is_not_right(factor):
    message = check_layer_backward(layer(slope=lambda Z, A, k: factor * tanh_slope(Z))).message
    rows = [line.split("  ")[1] for line in message.splitlines()[1:8]]
    assert rows == ["dA_drop", "Z", "A_drop", "D", "keep_prob", "your dZ", "true dZ"]


NO_TANH = {
    "slope 1 - tanh(Z**2)": lambda Z, A_drop, k: 1 - np.tanh(Z**2),
    "slope twice": lambda Z, A_drop, k: tanh_slope(Z) ** 2,
    "slope at tanh(Z)": lambda Z, A_drop, k: tanh_slope(np.tanh(Z)),
    "slope tanh(Z)**2 - 1": lambda Z, A_drop, k: np.tanh(Z) ** 2 - 1,
    "slope at A_drop": lambda Z, A_drop, k: tanh_slope(A_drop),
    "rounded": lambda Z, A_drop, k: tanh_slope(Z),
}


@pytest.mark.parametrize("name", NO_TANH)
def test_other_slopes_have_names_and_no_two_numbers_look_equal(name):
    mine = layer(slope=NO_TANH[name])
    rounded = name == "rounded"
    feedback = check_layer_backward(lambda *args: mine(*args).round(2) if rounded else mine(*args))
    assert (feedback.ok, feedback.bug) == (False, name)
    shown = re.search(r"your slope is (\S+), the slope of tanh there is (\S+)\.", feedback.message)
    assert rounded or shown[1] != shown[2]


def test_switches_of_another_example_are_no_new_switches():
    first = layer(lambda dA_drop, D, k: dA_drop * D[:, :1] / k)
    assert check_layer_backward(first).bug == "switches of one example"
