"""Run a learner's own function on random cases and, if it is wrong, say in words what is wrong with it."""

from collections.abc import Callable
from typing import Any

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.exercises.attempt import AttemptError
from dropout_lab.exercises.feedback import Diagnosis as Diagnosis
from dropout_lab.exercises.feedback import Feedback, unknown
from dropout_lab.exercises.forward import diagnose_forward as diagnose_forward
from dropout_lab.exercises.mask import diagnose_mask as diagnose_mask
from dropout_lab.exercises.scale import diagnose_scale as diagnose_scale
from dropout_lab.exercises.trial import Trial, evidence, other_switches, smallest, try_all


def check_backward(my_backward: Callable[..., Any]) -> Feedback:
    """Check your own my_backward(dA_drop, D, keep_prob) -> dA: what is wrong with it, in words."""
    return Feedback.of(diagnose(my_backward))


def diagnose(my_backward: Callable[..., Any]) -> Diagnosis:
    """Check my_backward(dA_drop, D, keep_prob) -> dA; never raises, whatever the function does.

    Any correct way to write it is accepted. A wrong one is compared with every backward bug of
    BUGS; what none of them explains is "unknown", with the smallest failing case and its numbers.
    """
    try:
        return _compared(try_all(my_backward, "dA_drop", "dA"))
    except AttemptError as trouble:
        return unknown(str(trouble))


def _compared(trials: list[Trial]) -> Diagnosis:
    """The diagnosis from what the function gave."""
    if all(trial.agrees_with(trial.true) for trial in trials):
        return Diagnosis(
            True, None, "✓ Right, in every case I tried: the same switches, both ways."
        )
    for name, bug in BACKWARD_BUGS.items():
        if all(t.agrees_with(bug.backward(t.values, t.D, t.keep_prob)) for t in trials):
            return Diagnosis(False, name, f"✗ {evidence(trials)} {bug.explanation}")
    if other_switches(trials):
        return Diagnosis(False, "fresh mask", f"✗ {BACKWARD_BUGS['fresh mask'].explanation}")
    return unknown(smallest(trials))
