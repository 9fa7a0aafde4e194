"""Check a learner's dropout layer that knows two modes: training, and everything on."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dropout_lab.core.doors import Array, Mask, Rng
from dropout_lab.exercises.attempt import AttemptError
from dropout_lab.exercises.feedback import Feedback, Finding, accept, in_words, refuse, sum_up
from dropout_lab.exercises.forward import forward_findings
from dropout_lab.exercises.trial import run_alike

KEEP_PROB = 0.6
STILL_ON = "two calls give different values. Dropout is still on; a prediction must not be random."
MULTIPLIED = (
    "the values are multiplied by keep_prob. That is for the original dropout; inverted dropout "
    "has divided in training, and leaves test time alone."
)
DIVIDED = (
    "the values are divided by keep_prob. In training that made up for the units that were off; "
    "now none is."
)


@in_words
def check_layer(my_layer: Callable[..., Any]) -> Feedback:
    """Check my_layer(A, keep_prob, training, rng) -> A_drop: dropout if training, else A as it is."""
    try:
        found = _at_test(my_layer)
    except AttemptError as trouble:
        raise AttemptError(f"With training=False: {trouble}") from trouble
    if found:
        return refuse(f"With training=False: {found.sentence}", found.name)
    try:
        told = sum_up(forward_findings(lambda *args: _with_mask(my_layer, *args)), "")
    except AttemptError as trouble:
        raise AttemptError(f"With training=True: {trouble}") from trouble
    if told.ok and told.bug is None:
        return accept("Right in both modes: dropout in training, everything on at test time.")
    return replace(told, message=f"{told.message[0]} With training=True: {told.message[2:]}")


def _run(
    my_layer: Callable[..., Any], A: Array, keep_prob: float, training: bool, rng: Rng
) -> Array:
    return run_alike(my_layer, (A, keep_prob, training, rng), "A", "A_drop")


def _with_mask(
    my_layer: Callable[..., Any], A: Array, keep_prob: float, rng: Rng
) -> tuple[Array, Mask]:
    """A_drop and the mask that can be read off it, because no entry of A is 0 here."""
    A_drop = _run(my_layer, A, keep_prob, True, rng)
    return A_drop, A_drop != 0


def _at_test(my_layer: Callable[..., Any]) -> Finding | None:
    """What is wrong when nothing should happen; None if nothing is."""
    A = np.random.default_rng(0).standard_normal((4, 6))
    once, again = (_run(my_layer, A, KEEP_PROB, False, np.random.default_rng(s)) for s in (1, 2))
    if not np.array_equal(once, again):
        in_training = _run(my_layer, A, KEEP_PROB, True, np.random.default_rng(1))
        swapped = " With training=True it is off: the two cases are the wrong way round."
        off = np.allclose(in_training, A)
        return Finding("on at test time", STILL_ON + swapped * off)
    if np.allclose(once, A):
        return None
    if np.allclose(once, A * KEEP_PROB):
        return Finding("scaled again at test time", MULTIPLIED)
    if np.allclose(once, A / KEEP_PROB):
        return Finding("divided at test time", DIVIDED)
    if not once.all():
        return Finding(
            "off at test time", "some values are 0. At test time every switch is closed."
        )
    return Finding("unknown", "the values are not those of A. Return A as it is.")
