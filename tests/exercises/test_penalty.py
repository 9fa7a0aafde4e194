"""The ridge penalty is known however it is written, and each wrong formula has its name."""

import numpy as np
import pytest

from dropout_lab.exercises.penalty import (
    EXPLANATIONS,
    WRONG_FORMULAS,
    check_penalty,
    ridge_penalty,
)

RIGHT = {
    "as we write it": ridge_penalty,
    "a loop": lambda X, w, k: sum(w[j] ** 2 * X[j] @ X[j] for j in range(3)) * (1 / k - 1),
    "an array of one number": lambda X, w, k: np.array([[ridge_penalty(X, w, k)]]),
}


@pytest.mark.parametrize("name", RIGHT)
def test_the_right_penalty_is_accepted_however_it_is_written(name):
    assert check_penalty(RIGHT[name])


def test_it_is_what_dropout_adds_to_the_expected_squared_error():
    """Both switches of two inputs, each with its probability."""
    rng = np.random.default_rng(0)
    X, w, y, k = rng.standard_normal((2, 5)), rng.standard_normal(2), rng.standard_normal(5), 0.7
    expected = sum(
        (k if a else 1 - k) * (k if b else 1 - k) * np.sum((y - w @ (X * [[a], [b]] / k)) ** 2)
        for a in (0, 1)
        for b in (0, 1)
    )
    assert np.isclose(expected - np.sum((y - w @ X) ** 2), ridge_penalty(X, w, k))


@pytest.mark.parametrize("name", WRONG_FORMULAS)
def test_a_wrong_formula_is_named(name):
    feedback = check_penalty(WRONG_FORMULAS[name])
    assert (feedback.ok, feedback.bug) == (False, name)
    assert feedback.message == f"✗ {EXPLANATIONS[name]}"


def total(term, n=3, m=4):
    """The sum of term(j, e) over inputs j and examples e, one by one."""
    return sum(term(j, e) for j in range(n) for e in range(m))


# The slips as a learner might write them, in loops and powers, by nothing of ours.
BY_HAND = {
    "multiplied by keep_prob": lambda X, w, k: total(
        lambda j, e: (k - k**2) * (w[j] * X[j, e]) ** 2
    ),
    "factor upside down": lambda X, w, k: total(lambda j, e: (w[j] * X[j, e]) ** 2 / (1 / k - 1)),
    "no 1 / keep_prob": lambda X, w, k: total(lambda j, e: (1 - k) * (w[j] * X[j, e]) ** 2),
    "no 1 - keep_prob": lambda X, w, k: total(lambda j, e: (w[j] * X[j, e]) ** 2 / k),
    "second moment": lambda X, w, k: total(lambda j, e: (w[j] * X[j, e] / k) ** 2),
    "divided by keep_prob squared": lambda X, w, k: total(
        lambda j, e: (1 - k) * (w[j] * X[j, e] / k) ** 2
    ),
    "halved": lambda X, w, k: total(lambda j, e: (1 / k - 1) * (w[j] * X[j, e]) ** 2 / 2),
    "no weights": lambda X, w, k: total(lambda j, e: (1 / k - 1) * X[j, e] ** 2),
    "no factor": lambda X, w, k: total(lambda j, e: (w[j] * X[j, e]) ** 2),
    "plain L2": lambda X, w, k: sum((1 / k - 1) * w[j] ** 2 for j in range(3)),
    "weights not squared": lambda X, w, k: total(lambda j, e: (1 / k - 1) * w[j] * X[j, e] ** 2),
    "norms not squared": lambda X, w, k: sum(
        (1 / k - 1) * w[j] ** 2 * (X[j] @ X[j]) ** 0.5 for j in range(3)
    ),
    "mean over examples": lambda X, w, k: total(
        lambda j, e: (1 / k - 1) * (w[j] * X[j, e]) ** 2 / 4
    ),
    "products of inputs": lambda X, w, k: sum(
        (1 / k - 1) * sum(w[j] * X[j, e] for j in range(3)) ** 2 for e in range(4)
    ),
}


def test_each_slip_is_what_its_name_says():
    assert BY_HAND.keys() == WRONG_FORMULAS.keys()
    for name, formula in BY_HAND.items():
        assert check_penalty(formula).bug == name


@pytest.mark.parametrize("factor", [1.001, 0.999])
def test_nearly_right_is_not_right_and_is_told_with_its_numbers(factor):
    feedback = check_penalty(lambda X, w, k: factor * ridge_penalty(X, w, k))
    assert (feedback.ok, feedback.bug) == (False, "unknown")
    assert "At keep_prob 0.6, with 3 inputs and 4 examples, you have +" in feedback.message
    assert "it should be one number" in check_penalty(lambda *_: np.ones(3)).message


def test_the_case_shown_is_one_that_fails_and_its_numbers_look_different():
    def fixed(X, w, _keep_prob):
        return ridge_penalty(X, w, 0.6)

    feedback = check_penalty(fixed)
    assert "At keep_prob 0.9" in feedback.message
    assert feedback.case["true"] != feedback.case["yours"]
    near = check_penalty(lambda X, w, k: 1.0001 * ridge_penalty(X, w, k)).message
    yours, its = near.split("you have ")[1].split(". Write")[0].split("; it is ")
    assert float(yours) != float(its)
