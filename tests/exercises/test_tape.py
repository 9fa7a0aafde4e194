"""Two rules of a tape: each slip in `@` is named, and a right rule is right however it is written."""

import numpy as np
import pytest

from dropout_lab.core.dropout import apply_mask
from dropout_lab.exercises.tape import check_tape
from dropout_lab.experiments.tape import RULES

product_back = RULES["@"].backward


def in_einsum(dZ, W, A):
    return np.einsum("im,jm->ij", dZ, A), np.einsum("ij,im->jm", W, dZ)


def example_by_example(dZ, W, A):
    dW = sum(np.outer(dZ[:, j], A[:, j]) for j in range(A.shape[1]))
    return dW, (dZ.T @ W).T


@pytest.mark.parametrize("rule", [product_back, in_einsum, example_by_example])
def test_a_right_rule_is_right_however_it_is_written(rule):
    feedback = check_tape(rule, apply_mask)
    assert (feedback.ok, feedback.bug) == (True, None)
    assert "the tape writes 14 lines" in feedback.message
    assert "`dA1 = dA1_drop * D1 / keep_prob`" in feedback.message


def test_the_line_it_quotes_is_the_learner_s_own():
    def my_switch_back(dA_drop, D, keep_prob):
        return D / keep_prob * dA_drop

    assert "`dA1 = D1 / keep_prob * dA1_drop`" in check_tape(product_back, my_switch_back).message


SLIPS = {
    "swapped": (lambda dZ, W, A: (W.T @ dZ, dZ @ A.T), "Your dW is not the gradient of W. It is the gradient of A"),
    "not transposed": (lambda dZ, W, A: (dZ @ A.T, W @ dZ), "Your dA is not the gradient of A. W is not transposed."),
    "wrong order": (lambda dZ, W, A: (A.T @ dZ, W.T @ dZ), "dZ belongs where Z stood, on the left"),
    "transposed": (lambda dZ, W, A: (A @ dZ.T, W.T @ dZ), "the true one, transposed"),
    "divided by m": (lambda dZ, W, A: (dZ @ A.T / A.shape[1], W.T @ dZ), "the mean of the losses"),
    "unknown": (lambda dZ, W, A: (dZ @ A.T, W * dZ), "on a random case its first number is"),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_the_rule_of_the_product_has_a_name(slip):
    rule, words = SLIPS[slip]
    feedback = check_tape(rule, apply_mask)
    assert (feedback.ok, feedback.bug) == (False, slip)
    assert words in feedback.message


OTHERS = {
    "dW alone not transposed": (lambda dZ, W, A: (dZ @ A, W.T @ dZ), "A is not transposed"),
    "dA alone in the wrong order": (lambda dZ, W, A: (dZ @ A.T, dZ @ W.T), "on the right"),
    "dA alone transposed": (lambda dZ, W, A: (dZ @ A.T, dZ.T @ W), "Your dA"),
    "both gradients of W": (lambda dZ, W, A: (dZ @ A.T, dZ @ A.T), "Your dA is not the gradient of A. It is the gradient of W"),
    "a stub": (lambda *_: (..., ...), "Replace the ... in your function"),
    "one thing": (lambda dZ, W, A: dZ @ A.T, "sends back two things"),
    "a list": (lambda dZ, W, A: [dZ @ A.T, W.T @ dZ], "sends back two things"),
    "a sum over the wrong axis": (lambda dZ, W, A: (dZ.sum(1), W.T @ dZ), "dW has the shape of W, (3, 3)"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_what_else_may_go_wrong_is_said(name):
    rule, words = OTHERS[name]
    feedback = check_tape(rule, apply_mask)
    assert not feedback.ok
    assert words in feedback.message


def test_a_rule_that_is_right_and_then_stops_gets_a_sentence():
    calls = []

    def tired(dZ, W, A):
        calls.append(dZ)
        if len(calls) > 3:
            raise RuntimeError("enough")
        return product_back(dZ, W, A)

    assert "stopped with RuntimeError: enough" in check_tape(tired, apply_mask).message
