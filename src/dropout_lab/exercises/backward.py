"""Check a learner's line back through the switch, and name what is wrong with it."""

from collections.abc import Callable
from typing import Any

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.exercises.feedback import Feedback, in_words, sum_up
from dropout_lab.exercises.trial import try_all
from dropout_lab.exercises.ways import OTHERS, findings

EXPLANATIONS = {name: bug.explanation for name, bug in BACKWARD_BUGS.items()} | OTHERS | {
    "wrong scale": "You divide by the drop probability, 1 - keep_prob. The forward pass divided by "
    "keep_prob, so its slope is 1 / keep_prob.",
}  # fmt: skip
PRAISE = "Right, in every case I tried: the same switches, both ways."


@in_words
def check_backward(my_backward: Callable[..., Any]) -> Feedback:
    """Check your own my_backward(dA_drop, D, keep_prob) -> dA: what is wrong with it, in words.

    Any correct way to write it is accepted. A wrong use of the switches and a wrong scale are named,
    both if there are both; what no known slip explains is "unknown", with the first number that
    differs. Never raises, whatever the function does.
    """
    return sum_up(findings(try_all(my_backward, "dA_drop", "dA"), EXPLANATIONS), PRAISE)


# One thing under two names: a learner checks, a teacher diagnoses.
diagnose = check_backward
