"""Findings become one message, mistakes first, and one name; feedback is false where it is not ok."""

import pytest

from dropout_lab.exercises.attempt import AttemptError
from dropout_lab.exercises.feedback import (
    Feedback,
    Finding,
    accept,
    in_words,
    opened,
    refuse,
    sum_up,
)


def test_feedback_is_shown_as_its_message_and_is_true_only_when_ok():
    assert accept("Right.") == Feedback(True, "✓ Right.", None)
    assert refuse("No.", "randn") == Feedback(False, "✗ No.", "randn")
    assert refuse("No.").bug == "unknown"
    assert repr(refuse("No.")) == "✗ No."
    assert accept("Right.")
    assert not refuse("No.")


def test_an_attempt_that_fails_becomes_feedback_and_any_other_error_is_ours():
    @in_words
    def check_nothing(error):
        """Raise it."""
        raise error

    assert check_nothing(AttemptError("no numbers")) == refuse("no numbers")
    assert (check_nothing.__name__, check_nothing.__doc__) == ("check_nothing", "Raise it.")
    with pytest.raises(ZeroDivisionError):
        check_nothing(ZeroDivisionError())


ODD, RANDN, SCALE = Finding("odd", "Odd."), Finding("randn", "R."), Finding("wrong scale", "S.")
SHARED = Finding("one mask for all examples", "Shared.", wrong=False)
NOTE = Finding("not boolean", "A note.", wrong=False)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([], accept("Right.")),
        ([NOTE], accept("Right. A note.")),
        ([SHARED], Feedback(True, "✓ Shared.", "one mask for all examples")),
        ([ODD], refuse("Odd.", "odd")),
        ([SCALE], refuse("S.", "wrong scale")),
        ([ODD, RANDN], refuse("2 things at once, 'randn' and 'odd'.\n1. R.\n2. Odd.", "randn")),
        ([RANDN, SCALE], refuse("2 things at once, 'randn' and 'wrong scale'.\n1. R.\n2. S.", "randn")),
        ([SHARED, ODD], refuse(
            "2 things at once, 'odd' and 'one mask for all examples'.\n1. Odd.\n2. Shared.",
            "one mask for all examples",
        )),
    ],
)  # fmt: skip
def test_mistakes_come_first_and_of_these_the_ones_that_bugs_knows(findings, expected):
    assert sum_up(findings, "Right.") == expected


def test_an_opening_stands_before_the_first_sentence_alone():
    sentences = [finding.sentence for finding in opened("Look:", [RANDN, SCALE])]
    assert sentences == ["Look: R.", "S."]
    assert opened("Look:", []) == []
