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
