"""What an instructor writes first, `assert check_backward(f)`, fails for a wrong answer, with every check."""

import inspect

import pytest

from dropout_lab import exercises
from dropout_lab.classroom.referee import CHECKS


def first_of(*args):
    """Right for no exercise: what it was given comes back."""
    return args[0]


@pytest.mark.parametrize("name", CHECKS)
def test_to_assert_a_wrong_answer_fails_and_the_slip_has_a_name(name):
    check = getattr(exercises, name)
    wrong = check(*[first_of for _ in inspect.signature(check).parameters])
    with pytest.raises(AssertionError):
        assert wrong
    assert isinstance(wrong.bug, str)
    assert wrong.bug
