"""The ridge penalty is what dropout adds, and each wrong formula has its sentence."""

import numpy as np
import pytest
from exercises.solutions import SOLUTIONS

from dropout_lab.exercises.penalty import (
    EXPLANATIONS,
    WRONG_FORMULAS,
    check_penalty,
    ridge_penalty,
)


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


def test_each_slip_has_been_written_by_somebody_in_another_way():
    written = {name for each in SOLUTIONS if each.checker == "check_penalty" for name in each.names}
    assert written == {*WRONG_FORMULAS, "unknown"}


@pytest.mark.parametrize("name", WRONG_FORMULAS)
def test_a_wrong_formula_is_named(name):
    feedback = check_penalty(WRONG_FORMULAS[name])
    assert (feedback.ok, feedback.bug) == (False, name)
    assert feedback.message == f"✗ {EXPLANATIONS[name]}"


def test_the_case_shown_is_one_that_fails_and_its_numbers_look_different():
    def fixed(X, w, _keep_prob):
        return ridge_penalty(X, w, 0.6)

    feedback = check_penalty(fixed)
    assert "At keep_prob 0.9" in feedback.message
    assert feedback.case["true"] != feedback.case["yours"]
    near = check_penalty(lambda X, w, k: 1.0001 * ridge_penalty(X, w, k)).message
    yours, its = near.split("you have ")[1].split(". Write")[0].split("; it is ")
    assert float(yours) != float(its)
