"""A learner's line on the way back: what is shown beside the name of a slip, and the same names in every check."""

import numpy as np
import pytest

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.core.activations import tanh_slope
from dropout_lab.exercises.backward import check_backward
from dropout_lab.exercises.layer_backward import check_layer_backward
from dropout_lab.exercises.tape import check_tape
from dropout_lab.experiments.tape import RULES

CHECKS = {
    "check_backward": check_backward,
    "check_layer_backward": lambda back: check_layer_backward(
        lambda dA_drop, Z, _A_drop, D, k: back(dA_drop, D, k) * tanh_slope(Z)
    ),
    "check_tape": lambda back: check_tape(RULES["@"].backward, back),
}


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", BACKWARD_BUGS)
def test_every_backward_bug_is_told_by_its_name_and_its_explanation(check, name):
    feedback = CHECKS[check](BACKWARD_BUGS[name].backward)
    assert (feedback.ok, feedback.bug) == (False, name)
    assert BACKWARD_BUGS[name].explanation in feedback.message
    assert "at once" not in feedback.message


def test_what_no_known_bug_explains_is_shown_with_the_smallest_failing_case():
    feedback = check_backward(lambda dA_drop, D, k: dA_drop * D / k + 0.25)
    lines = feedback.message.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["dA_drop", "D", "keep_prob"]
    assert lines[4].split() == ["your", "dA", "+0.25"]
    assert lines[5].split() == ["true", "dA", "0"]
    assert feedback.case["yours"].shape == (2, 1)  # two numbers: the smallest case


def test_the_arrays_to_compare_with_can_be_had():
    def my_own(dA_drop, D, keep_prob):
        return dA_drop * D / keep_prob + 0.25

    feedback = check_backward(my_own)
    told = "All arrays are in `exercises.check_backward(my_own).case`: dA_drop, D,"
    assert told in feedback.message
    case = feedback.case
    assert np.allclose(case["true"], case["dA_drop"] * case["D"] / case["keep_prob"])
    assert np.allclose(case["yours"], my_own(case["dA_drop"], case["D"], case["keep_prob"]))


def test_what_is_printed_in_the_case_shown_stands_below():
    def talks(dA_drop, D, keep_prob):
        for row in range(30):
            print("row", row, D.shape)
        return dA_drop * D / keep_prob + 0.25 * (D.shape == (3, 2))

    lines = check_backward(talks).message.splitlines()
    start = lines.index("Your function printed:")
    assert lines[start + 1 : start + 3] == ["  row 0 (3, 2)", "  row 1 (3, 2)"]
    assert lines[start + 20 :] == ["  row 19 (3, 2)", "  ... and 10 lines more"]
    right = check_backward(lambda dA_drop, D, k: print("hello") or dA_drop * D / k)
    assert right.message.endswith("both ways.\nYour function printed:\n  hello")
