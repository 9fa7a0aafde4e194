"""Check a learner's dropout layer that keeps no mask: the switches of a call are made twice."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.core.doors import Array, Rng
from dropout_lab.core.dropout import apply_mask
from dropout_lab.exercises.feedback import Feedback, accept, in_words, refuse
from dropout_lab.exercises.forward import check_forward
from dropout_lab.exercises.trial import run_alike

SHAPE, KEEP_PROB, SEED, CALLS, MOVED = (40, 50), 0.6, 7, 3, 8
SLIPS = {
    "fresh mask": "The way back has other switches than the way forward: make them from seed and call, "
    "and from nothing that moves on when a number is drawn.",
    "one mask for all calls": "Every call has the same switches: call has to go into the mask as well.",
    "seed + call": "Call 1 of one seed is call 0 of the next: two layers would share their switches. Keep "
    "the two apart, as in key=seed, counter=[0, 0, 0, call].",
    "shifted copies": "The switches of a call are those of the call before, moved along: drawing counts "
    "up the counter's lowest word. Put call into the highest: counter=[0, 0, 0, call].",
}


@in_words
def check_no_mask_kept(my_forward: Callable[..., Any], my_backward: Callable[..., Any]) -> Feedback:
    """Check my_forward(A, keep_prob, seed, call) -> A_drop and my_backward(dA_drop, keep_prob, seed, call).

    The way back of a call is asked for first, as if by another machine, and then its way forward.
    Never raises, whatever the two do.
    """

    def forward(A: Array, keep_prob: float, seed: int = SEED, call: int = 0) -> Array:
        """What the learner's layer sends on."""
        return run_alike(my_forward, (A, keep_prob, seed, call), "A", "A_drop")

    def with_mask(A: Array, keep_prob: float, rng: Rng) -> tuple[Array, Array]:
        """The same with its mask, which is what ones of this shape come through."""
        seed = int(rng.integers(2**31))  # type: ignore[union-attr]
        return forward(A, keep_prob, seed), forward(np.ones(A.shape), keep_prob, seed) != 0

    once, again = forward(np.ones(SHAPE), KEEP_PROB), forward(np.ones(SHAPE), KEEP_PROB)
    if not np.array_equal(once, again):
        return refuse(SLIPS["fresh mask"], "fresh mask")
    told = check_forward(with_mask)
    if not told.ok:
        return told
    dA_drop, masks = np.random.default_rng(0).standard_normal(SHAPE), []
    for call in range(CALLS):
        dA = run_alike(my_backward, (dA_drop, KEEP_PROB, SEED, call), "dA_drop", "dA")
        masks.append(forward(np.ones(SHAPE), KEEP_PROB, call=call) != 0)
        given = dA_drop, masks[-1], KEEP_PROB
        if not np.allclose(dA, apply_mask(*given)):
            alike = (n for n, bug in BACKWARD_BUGS.items() if np.allclose(dA, bug.backward(*given)))
            name = next(alike, "fresh mask")
            return refuse(SLIPS.get(name, BACKWARD_BUGS[name].explanation), name)
    first, second = (mask.ravel() for mask in masks[:2])
    next_seed = forward(np.ones(SHAPE), KEEP_PROB, SEED + 1).ravel() != 0
    shifts = [np.mean(first[by:] == second[:-by]) for by in range(1, MOVED + 1)]
    found = {
        "one mask for all calls": np.array_equal(first, second),
        "seed + call": np.array_equal(second, next_seed),
        "shifted copies": max(shifts) > 0.9,
    }
    for name, wrong in found.items():
        if wrong:
            return refuse(SLIPS[name], name)
    return accept("Right: nothing is kept, and every call goes back through its own switches.")
