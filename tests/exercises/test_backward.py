"""A learner's backward function: right ones are accepted however written, wrong ones are named."""

import numpy as np
import pytest

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.core.recipe import CORRECT
from dropout_lab.exercises.backward import check_backward


def in_place_on_a_copy(dA_drop, D, keep_prob):
    dA = dA_drop.copy()
    dA *= D
    dA /= keep_prob
    return dA


def in_a_loop(dA_drop, D, keep_prob):
    dA = np.zeros_like(dA_drop)
    for i, j in np.ndindex(dA.shape):
        if D[i, j]:
            dA[i, j] = dA_drop[i, j] / keep_prob
    return dA


RIGHT = {
    "as we write it": CORRECT.backward,
    "np.where": lambda dA_drop, D, k: np.where(D, dA_drop / k, 0),
    "a pre-scaled mask": lambda dA_drop, D, k: dA_drop * (D / k),
    "float32": lambda dA_drop, D, k: (dA_drop.astype(np.float32) * D) / np.float32(k),
    "a copy changed in place": in_place_on_a_copy,
    "a loop": in_a_loop,
    "a list of lists": lambda dA_drop, D, k: (dA_drop * D / k).tolist(),
    "with integers": lambda dA_drop, D, k: dA_drop * D.astype(int) / k,
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_solution_is_accepted_however_it_is_written(name):
    feedback = check_backward(RIGHT[name])
    assert feedback.ok, feedback.message
    assert feedback.bug is None
    assert feedback.message.startswith("✓ Right")


@pytest.mark.parametrize("name", BACKWARD_BUGS)
def test_every_backward_bug_is_recognized(name):
    feedback = check_backward(BACKWARD_BUGS[name].backward)
    assert not feedback.ok
    assert feedback.bug == name
    assert BACKWARD_BUGS[name].explanation in feedback.message


EVIDENCE = {
    "no mask": ("your dA is not 0", "it is the true one, good"),
    "no scale": ("your dA is 0, good", "exactly keep_prob times the true one"),
    "neither": ("your dA is not 0", "exactly keep_prob times the true one"),
    "scaled twice": ("your dA is 0, good", "exactly 1 / keep_prob times"),
    "multiplied by keep_prob": ("your dA is 0, good", "exactly keep_prob squared times"),
    "one minus mask": ("your dA is not 0", "at units that are kept it is 0"),
}


@pytest.mark.parametrize("name", EVIDENCE)
def test_the_message_tells_what_the_numbers_show(name):
    message = check_backward(BACKWARD_BUGS[name].backward).message
    for words in EVIDENCE[name]:
        assert words in message


def test_bugs_written_in_another_way_are_recognized_too():
    assert check_backward(lambda dA_drop, D, k: np.where(D, dA_drop, 0)).bug == "no scale"
    assert check_backward(lambda dA_drop, D, k: np.where(D, 0, dA_drop / k)).bug == "one minus mask"
    rng = np.random.default_rng(3)
    random = check_backward(lambda dA_drop, D, k: dA_drop * (rng.random(D.shape) < k) / k)
    assert random.bug == "fresh mask"


@pytest.mark.parametrize("sign", [1, -1])
def test_a_gate_on_the_sign_of_the_gradient_is_no_draw(sign):
    gate = check_backward(lambda dA_drop, _D, k: dA_drop * (sign * dA_drop > 0) / k)
    assert gate.bug == "unknown"
    assert "New switches" not in gate.message


OTHER = {
    "a transposed mask": (lambda dA_drop, D, k: dA_drop * D.T / k, "mask transposed"),
    "one row": (lambda dA_drop, D, k: dA_drop[:1], r"Your dA has shape (1, 1)"),
    "division by the mask": (lambda dA_drop, D, k: dA_drop / D / k, "Do you divide by D?"),
}


@pytest.mark.parametrize("name", OTHER)
def test_what_else_goes_wrong_gets_a_sentence_and_no_traceback(name):
    function, words = OTHER[name]
    feedback = check_backward(function)
    assert not feedback.ok
    assert feedback.bug == "unknown"
    assert words in feedback.message


def test_what_no_known_bug_explains_is_unknown_with_the_smallest_failing_case():
    feedback = check_backward(lambda dA_drop, D, k: dA_drop * D / k + 0.25)
    assert feedback.bug == "unknown"
    lines = feedback.message.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["dA_drop", "D", "keep_prob"]
    assert lines[4].split()[:2] == ["your", "dA"]
    assert lines[4].split()[2:] == ["+0.25"]
    assert lines[5].split() == ["true", "dA", "0"]
    assert feedback.case["yours"].shape == (2, 1)  # two numbers: the smallest case


@pytest.mark.parametrize("factor", [1.001, 0.999, 1.2])
def test_nearly_right_is_not_right(factor):
    feedback = check_backward(lambda dA_drop, D, k: factor * dA_drop * D / k)
    assert not feedback.ok
    assert feedback.bug == "unknown"


def test_right_in_the_smallest_case_and_wrong_in_a_larger_one():
    first_row_only = check_backward(
        lambda dA_drop, D, k: np.where(np.arange(D.shape[1]) < 1, dA_drop * D / k, 9)
    )
    assert first_row_only.bug == "unknown"
    assert "+9" in first_row_only.message


def only_when_much_is_kept(dA_drop, D, keep_prob):
    return dA_drop / keep_prob * (D if keep_prob < 0.75 else 1)


NAMED = {
    "first example": (lambda dA_drop, D, k: dA_drop * D[:, :1] / k, ["switches of one example"]),
    "first unit": (lambda dA_drop, D, k: dA_drop * D[:1] / k, ["switches of one unit"]),
    "rolled": (lambda dA_drop, D, k: dA_drop * np.roll(D, 1, 0) / k, ["switches of other places"]),
    "one case": (only_when_much_is_kept, ["no mask"]),
    "1 - keep_prob": (lambda dA_drop, D, k: dA_drop * D / (1 - k), ["wrong scale"]),
    "two": (lambda dA_drop, D, k: dA_drop * (1 - D), ["one minus mask", "no scale"]),
    "share": (lambda dA_drop, D, k: dA_drop * D / D.mean(), ["share really kept"]),
    "0.8": (lambda dA_drop, D, k: dA_drop * D / 0.8, ["a number for keep_prob"]),
    "float16": (lambda dA_drop, D, k: (dA_drop * D / k).astype(np.float16), ["rounded"]),
    "round": (lambda dA_drop, D, k: (dA_drop * D / k).round(2), ["rounded"]),
}


@pytest.mark.parametrize("name", NAMED)
def test_what_is_not_in_bugs_has_a_name_too(name):
    function, names = NAMED[name]
    feedback = check_backward(function)
    assert (feedback.ok, feedback.bug) == (False, names[0])
    assert "New switches" not in feedback.message
    assert all(repr(each) in feedback.message for each in names if len(names) > 1)


def test_a_mask_that_is_missing_in_one_case_is_told_with_this_case():
    message = check_backward(only_when_much_is_kept).message
    assert message.startswith(
        "✗ Right in 4 of 5 cases, and wrong in others (3 x 2 at 0.8). At units"
    )


def test_the_first_number_that_differs_is_shown_with_as_many_digits_as_it_takes():
    feedback = check_backward(lambda dA_drop, D, k: 1.0001 * dA_drop * D / k)
    assert "your dA    −0.26424\n  true dA    −0.26421" in feedback.message
    assert "In every case your numbers are 1.0001 times the true ones." in feedback.message


def test_the_arrays_to_compare_with_can_be_had():
    def my_own(dA_drop, D, keep_prob):
        return dA_drop * D / keep_prob + 0.25

    feedback = check_backward(my_own)
    assert (
        "All arrays are in `exercises.check_backward(my_own).case`: dA_drop, D," in feedback.message
    )
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
