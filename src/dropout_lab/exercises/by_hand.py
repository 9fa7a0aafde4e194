"""Check two gradients worked out by hand: one at a unit that is off, one at a unit that is kept."""

from decimal import Decimal
from numbers import Real

import numpy as np

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.core.doors import Array
from dropout_lab.core.dropout import apply_mask
from dropout_lab.exercises.feedback import Feedback, accept, in_words, refuse
from dropout_lab.exercises.trial import in_full
from dropout_lab.text import number

# dA1_drop, D1 and keep_prob: two units of one example, the first off and the second kept.
GIVEN = (np.array([[0.6], [-0.3]]), np.array([[False], [True]]), 0.5)
EXACT = 1e-6  # enough for the rounding of float32
# Each of these gives other numbers here, so that an answer tells which one it was. A fresh mask is
# luck, not a slip of arithmetic.
TOLD_APART = {name: bug for name, bug in BACKWARD_BUGS.items() if name != "fresh mask"}


@in_words
def check_by_hand(off: object, kept: object) -> Feedback:
    """Check dA1 of two units: off with dA1_drop = 0.6, kept with dA1_drop = -0.3, keep_prob = 0.5.

    Anything may be given: what is not a number gets a hint, a wrong number the name of its slip.
    """
    for name, answer in (("off", off), ("kept", kept)):
        if answer is ...:
            return _hint(f"Replace the ... after `{name} =` with a number, then run again.")
        if isinstance(answer, np.ndarray) and answer.shape == ():
            answer = answer.item()
        if isinstance(answer, bool) or not isinstance(answer, Real | Decimal):
            kind = type(answer).__name__
            kind = "an array" if isinstance(answer, np.ndarray) else f"a {kind}"
            return _hint(f"`{name}` should be one number, like 0.25; it is {kind}.")
    try:
        found = np.array([[float(off)], [float(kept)]])  # type: ignore[arg-type]
    except OverflowError:
        return refuse("That number is far too large; both answers are below 1 in size.")
    if np.allclose(found, apply_mask(*GIVEN), atol=EXACT):
        return accept("Right, both. The open switch stops it; the closed one divides.")
    for name, bug in TOLD_APART.items():
        if np.allclose(found, bug.backward(*GIVEN), atol=EXACT):
            return refuse(f"These are the numbers of {name!r}. {_each(found)}", name)
    return refuse("Not yet. " + _each(found))


def _hint(message: str) -> Feedback:
    """A word to somebody who has not answered yet: no ✗."""
    return Feedback(False, message, "unknown")


def _each(found: Array) -> str:
    """A word about each number, when no single slip explains both."""
    off, kept = (float(value) for value in found.ravel())
    words = []
    if off != 0:
        asked = "what does an open switch let through?"
        words.append(f"You have {number(off)} at the unit that is off: {asked}")
    if not np.isclose(kept, -0.6, atol=EXACT):
        told = "its value was divided by 0.5 on the way out."
        if np.isclose(kept, 0.6, atol=EXACT):
            told = "a switch does not flip the sign of −0.3."
        yours, _ = in_full(kept, -0.6)
        words.append(f"You have {yours} at the kept unit: {told}")
    return " ".join(words)
