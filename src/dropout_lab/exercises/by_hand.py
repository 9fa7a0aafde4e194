"""Checks for the exercises: feedback in words, whatever a learner hands in."""

from numbers import Real

import numpy as np

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.core.dropout import apply_mask
from dropout_lab.exercises.feedback import Feedback as Feedback
from dropout_lab.exercises.layer import check_layer as check_layer
from dropout_lab.exercises.layer_backward import check_layer_backward as check_layer_backward
from dropout_lab.exercises.penalty import check_penalty as check_penalty
from dropout_lab.exercises.share_check import check_share_check as check_share_check
from dropout_lab.exercises.whole_network import check_backward_pass as check_backward_pass
from dropout_lab.exercises.whole_network import check_forward_pass as check_forward_pass
from dropout_lab.text import number

# Exercise of notebook 01: two units of one example, the first off and the second kept.
BY_HAND_DROP = np.array([[0.6], [-0.3]])
BY_HAND_MASK = np.array([[False], [True]])
BY_HAND_KEEP_PROB = 0.5
# Each backward slip gives other numbers here, so that an answer tells which one it was. A fresh mask
# is luck, not a slip of arithmetic.
SLIPS = [bug for name, bug in BACKWARD_BUGS.items() if name != "fresh mask"]


def check_by_hand(off: object, kept: object) -> Feedback:
    """Check dA1 of two units: off with dA1_drop = 0.6, kept with dA1_drop = -0.3, keep_prob = 0.5.

    Anything may be given: what is not a number gets a hint, a wrong number the name of its slip.
    """
    for name, answer in (("off", off), ("kept", kept)):
        if answer is ...:
            return Feedback(False, f"Replace the ... after `{name} =` by a number, then run again.")
        if isinstance(answer, bool) or not isinstance(answer, Real):
            kind = type(answer).__name__
            return Feedback(False, f"`{name}` should be one number, like 0.25; it is a {kind}.")
    try:
        found = np.array([[float(off)], [float(kept)]])  # type: ignore[arg-type]
    except OverflowError:
        return Feedback(False, "✗ That number is far too large; both answers are below 1 in size.")
    args = (BY_HAND_DROP, BY_HAND_MASK, BY_HAND_KEEP_PROB)
    if np.allclose(found, apply_mask(*args), atol=1e-3):
        return Feedback(True, "✓ Right, both. The open switch stops it; the closed one divides.")
    for slip in SLIPS:
        if np.allclose(found, slip.backward(*args), atol=1e-3):
            return Feedback(False, f"✗ These are the numbers of {slip.name!r}. {slip.explanation}")
    return Feedback(False, "✗ Not yet. " + _each(found))


def _each(found: np.ndarray) -> str:
    """A word about each number, when no single slip explains both."""
    off, kept = (number(float(value)) for value in found.ravel())
    words = []
    if found[0, 0] != 0:
        words.append(
            f"You have {off} at the unit that is off: what does an open switch let through?"
        )
    if not np.isclose(found[1, 0], -0.6, atol=1e-3):
        words.append(
            f"You have {kept} at the kept unit: its value was divided by 0.5 on the way out."
        )
    return " ".join(words)
