"""Check a learner's line back through the switch, and name what is wrong with it."""

from collections.abc import Callable
from typing import Any

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.exercises.feedback import Feedback, accept, in_words, refuse
from dropout_lab.exercises.trial import evidence, redrawn, smallest, try_all


@in_words
def check_backward(my_backward: Callable[..., Any]) -> Feedback:
    """Check your own my_backward(dA_drop, D, keep_prob) -> dA: what is wrong with it, in words.

    Any correct way to write it is accepted. A wrong one is compared with every backward bug of
    BUGS; what none of them explains is "unknown", with the smallest failing case and its numbers.
    Never raises, whatever the function does.
    """
    trials = try_all(my_backward, "dA_drop", "dA")
    if all(t.agrees_with(t.true) for t in trials):
        return accept("Right, in every case I tried: the same switches, both ways.")
    for name, bug in BACKWARD_BUGS.items():
        if all(t.agrees_with(bug.backward(t.values, t.D, t.keep_prob)) for t in trials):
            return refuse(f"{evidence(trials)} {bug.explanation}", name)
    if redrawn(trials):
        return refuse(BACKWARD_BUGS["fresh mask"].explanation, "fresh mask")
    return refuse(smallest(trials))


# One thing under two names: a learner checks, a teacher diagnoses.
diagnose = check_backward
