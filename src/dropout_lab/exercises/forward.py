"""Name what is wrong with a learner's whole forward dropout: the mask, the line that uses it, or both."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dropout_lab.core.doors import Array, Rng
from dropout_lab.exercises.attempt import AttemptError, attempt
from dropout_lab.exercises.feedback import Feedback, Finding, in_words, sum_up
from dropout_lab.exercises.mask import as_mask, draw_all, mask_findings
from dropout_lab.exercises.scale import scale_findings
from dropout_lab.exercises.trial import TRIED, Trial, alike

PRAISE = (
    "Right: every switch is a coin of its own, off is 0, kept is divided by keep_prob, and the mask "
    "comes along for the backward pass."
)
# Two slips that together mean something.
TOGETHER = {
    ("flipped comparison", "wrong scale"): "Together they are dropout in another language: you use "
    "keep_prob as the probability of dropping.",
    ("flipped comparison", "one minus mask"): "Together they cancel in A_drop, but D marks the units "
    "that are off, and the backward pass would take it for the others.",
}  # fmt: skip
GUESSED = Finding(
    "mask guessed from A_drop",
    "You read D off A_drop. A kept unit whose A is 0 has A_drop = 0 too, so your D calls it off, and the "
    "backward pass would stop its gradient. D is the draw itself: D = rng.random(A.shape) < keep_prob.",
)
ORDER = Finding("wrong order", "You return the mask first; write `return A_drop, D`.")


@in_words
def check_forward(my_forward: Callable[..., Any]) -> Feedback:
    """Check your own my_forward(A, keep_prob, rng) -> (A_drop, D): the mask and the line that uses it.

    bug: of several the first, with all in the message. "one mask for all examples" is ok and named:
    it is different, not wrong. Never raises.
    """
    swapped = _mask_first(my_forward)

    def both(A: Array, keep_prob: float, rng: Rng) -> Any:
        """A_drop and D, in this order."""
        pair = _pair(my_forward, A, keep_prob, rng)
        return pair[::-1] if swapped else pair

    found = [GUESSED] if _guessed(both) else forward_findings(both)
    return sum_up(found + [ORDER] * swapped, PRAISE)


# One thing under two names: a learner checks, a teacher diagnoses.
diagnose_forward = check_forward


def forward_findings(both: Callable[..., Any]) -> list[Finding]:
    """All there is to say about both(A, keep_prob, rng) -> (A_drop, D); empty if it is right.

    Raises AttemptError where it gives nothing to look at.
    """
    found = mask_findings(draw_all(lambda shape, k, rng: both(_values(shape), k, rng)[1]))
    return _joined(found + scale_findings([_trial(both, case) for case in range(len(TRIED))]))


def _guessed(both: Callable[..., Any]) -> bool:
    """Whether D is never True where A is 0: then it was read off A_drop, which is 0 there anyway."""
    A = _values((20, 20))
    A[::2] = 0
    _, D = both(A, 0.9, np.random.default_rng(0))
    mask = as_mask(D, A.shape, 0.9)
    return bool(mask.any() and not mask[::2].any() and (mask[1::2].any(axis=1)).all())


def _joined(found: list[Finding]) -> list[Finding]:
    """The findings, with a word where two of them belong together."""
    names = [finding.name for finding in found]
    if "neither" in names:  # that no switch is ever open is in it
        return [finding for finding in found if finding.name != "no coin"]
    for (first, second), words in TOGETHER.items():
        if first in names and second in names:
            last = names.index(second)
            found[last] = replace(found[last], sentence=f"{found[last].sentence} {words}")
    return found


def _values(shape: tuple[int, int]) -> Array:
    return np.random.default_rng(sum(shape)).standard_normal(shape)


def _pair(my_forward: Callable[..., Any], A: Array, keep_prob: float, rng: Rng) -> Any:
    """The two things returned. Raises AttemptError if they are not two."""
    result = attempt(my_forward, A, keep_prob, rng, new="A_drop", old="A")
    if isinstance(result, tuple | list) and len(result) == 2:
        return result
    one = "array" if isinstance(result, np.ndarray) else type(result).__name__
    count = f"{len(result)} things" if isinstance(result, tuple | list) else f"one {one}"
    raise AttemptError(
        f"You return {count}; return two, `return A_drop, D`: the backward pass needs the "
        f"mask that the forward pass used."
    )


def _mask_first(my_forward: Callable[..., Any]) -> bool:
    """Whether only the first of the two looks like a mask: among many numbers just two different ones."""
    pair = _pair(my_forward, _values((100, 40)), 0.5, np.random.default_rng(0))
    first, second = map(_different_numbers, pair)
    return first == 2 and second > 2


def _different_numbers(result: object) -> int:
    """How many there are; 0 if these are no numbers."""
    try:
        return len(np.unique(np.asarray(result, dtype=float)))
    except Exception:  # an object may do anything when asked for its numbers
        return 0


def _trial(both: Callable[..., Any], case: int) -> Trial:
    """One random case: A_drop as it should be for the mask that came with it."""
    shape, keep_prob = TRIED[case]
    A = _values(shape)
    A_drop, D = both(A, keep_prob, np.random.default_rng(case))
    mask = as_mask(D, shape, keep_prob)
    return Trial(A, mask, keep_prob, alike(A, A_drop, "A", "A_drop"), "A", "A_drop")
