"""A check of value × gradient must forgive rounding, and nothing else."""

import numpy as np
import pytest

from dropout_lab.exercises.balance_check import check_balance_check


def products(A, A_drop, dA_drop, dA):
    return A * dA, A_drop * dA_drop


def within(tolerance):
    def my_check(*given):
        left, right = products(*given)
        return bool(np.all(np.abs(left - right) <= tolerance(left, right)))

    return my_check


RIGHT = {
    "np.allclose": lambda *given: np.allclose(*products(*given)),
    "a small distance": within(lambda *_: 1e-6),
    "in proportion": within(lambda left, right: 1e-9 * (abs(left) + abs(right))),
    "the norm of the difference": lambda *given: (
        np.linalg.norm(np.subtract(*products(*given))) < 1e-7
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_good_check_is_accepted(name):
    feedback = check_balance_check(RIGHT[name])
    assert feedback.ok, feedback.message


WRONG = {
    "always yes": (lambda *_: True, "yes to everything"),
    "always no": (lambda *given: np.array_equal(*products(*given)), "allow a little"),
    "turned round": (lambda *given: not np.allclose(*products(*given)), "the other way around"),
    "false alarms": (within(lambda *_: 1e-14), "refuses the true line where values are about 1000"),
    "other sign": (lambda *given: np.allclose(*map(np.abs, products(*given))), "not their sizes"),
    "too small": (lambda *given: bool(np.all(np.subtract(*products(*given)) < 1e-6)), "all too small"),
    "too large": (lambda *given: bool(np.all(np.subtract(*products(*given)) > -1e-6)), "all too large"),
    "sums": (lambda *given: np.isclose(*map(np.sum, products(*given))), "entry by entry"),
    "no mask passes": (within(lambda *_: 0.1), "passes where values are about 0.001. There your tolerance"),
    "no scale passes": (lambda _A, A_drop, _dA_drop, dA: not dA[A_drop == 0].any(), "where the switch is open"),
    "unknown": (lambda *given: np.subtract(*products(*given)), "not True or False. End it with a comparison: are all"),
}  # fmt: skip


@pytest.mark.parametrize("bug", WRONG)
def test_what_is_wrong_with_a_check_has_a_name(bug):
    my_check, words = WRONG[bug]
    feedback = check_balance_check(my_check)
    assert (feedback.ok, feedback.bug) == (False, bug)
    assert words in feedback.message


def test_a_check_that_compares_the_gradients_alone_refuses_the_true_line():
    feedback = check_balance_check(lambda _A, _A_drop, dA_drop, dA: np.allclose(dA, dA_drop))
    assert feedback.bug == "false alarms"


def test_a_check_that_looks_at_kept_units_only_misses_the_leak():
    def kept(A, A_drop, dA_drop, dA):
        on = A_drop != 0
        return np.allclose((A * dA)[on], (A_drop * dA_drop)[on])

    assert check_balance_check(kept).bug == "no mask passes"


def test_a_check_of_the_wrong_pairs_is_not_told_about_rounding():
    crossed = check_balance_check(
        lambda A, A_drop, dA_drop, dA: np.allclose(A * dA_drop, A_drop * dA)
    )
    assert crossed.bug == "always no"
    assert "even where nothing is rounded. The two products are" in crossed.message
