"""Check a learner's dropout layer that knows two modes: training, and everything on."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dropout_lab.core.doors import Array, Mask, Rng
from dropout_lab.exercises.attempt import AttemptError, as_array, attempt
from dropout_lab.exercises.feedback import Feedback
from dropout_lab.exercises.forward import diagnose_forward

SHAPE, KEEP_PROB = (4, 6), 0.6


def check_layer(my_layer: Callable[..., Any]) -> Feedback:
    """Check my_layer(A, keep_prob, training, rng) -> A_drop: dropout if training, else A as it is."""
    try:
        trouble = _at_test(my_layer)
        if trouble:
            return Feedback(False, f"✗ With training=False: {trouble}")
        diagnosis = diagnose_forward(lambda A, k, rng: _with_mask(my_layer, A, k, rng))
    except AttemptError as error:
        return Feedback(False, f"✗ {error}")
    if diagnosis.ok and diagnosis.bug is None:
        return Feedback(
            True, "✓ Right in both modes: dropout in training, everything on at test time."
        )
    return Feedback(
        diagnosis.ok, f"{diagnosis.message[:1]} With training=True: {diagnosis.message[2:]}"
    )


def _run(
    my_layer: Callable[..., Any], A: Array, keep_prob: float, training: bool, rng: Rng
) -> Array:
    result = attempt(my_layer, A, keep_prob, training, rng, new="A_drop", old="A")
    return as_array(result, "A_drop", [A.shape], f"A has {A.shape}, and A_drop has the same.")


def _with_mask(
    my_layer: Callable[..., Any], A: Array, keep_prob: float, rng: Rng
) -> tuple[Array, Mask]:
    """A_drop and the mask that can be read off it, because no entry of A is 0 here."""
    A_drop = _run(my_layer, A, keep_prob, True, rng)
    return A_drop, A_drop != 0


def _at_test(my_layer: Callable[..., Any]) -> str:
    """What is wrong when nothing should happen; empty if nothing is."""
    A = np.random.default_rng(0).standard_normal(SHAPE)
    once, again = (_run(my_layer, A, KEEP_PROB, False, np.random.default_rng(s)) for s in (1, 2))
    if not np.array_equal(once, again):
        return (
            "two calls give different values. Dropout is still on; a prediction must not be random."
        )
    slips = {
        "the values are multiplied by keep_prob. That is for the original dropout; inverted dropout "
        "has divided in training, and leaves test time alone.": A * KEEP_PROB,
        "the values are divided by keep_prob. In training that made up for the units that were off; "
        "now none is.": A / KEEP_PROB,
    }
    if np.allclose(once, A):
        return ""
    for words, values in slips.items():
        if np.allclose(once, values):
            return words
    if not once.all():
        return "some values are 0. At test time every switch is closed."
    return "the values are not those of A. Return A as it is."
