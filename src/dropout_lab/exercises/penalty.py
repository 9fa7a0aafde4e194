"""Check a learner's formula for what dropout adds to the cost of a linear regression."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dropout_lab.core.doors import Array
from dropout_lab.exercises.attempt import AttemptError, as_array, attempt
from dropout_lab.exercises.feedback import Feedback
from dropout_lab.text import number

Formula = Callable[[Array, Array, float], Any]


def ridge_penalty(X: Array, w: Array, keep_prob: float) -> float:
    """What dropout on the inputs X (n, m) of a linear regression adds to the expected squared error.

    E ||y - w @ (X D / k)||^2 = ||y - w @ X||^2 + (1 - k) / k sum_j w_j^2 ||x_j||^2, for weights w (n,),
    rows x_j of X, and any y; Srivastava et al. (2014), section 9.1, there for vanilla dropout.
    """
    return float((1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X**2, axis=1)))


# Every wrong formula has other numbers in the cases below.
SLIPS: dict[str, Formula] = {
    "You have keep_prob times too little in it twice over: the factor is (1 - keep_prob) / keep_prob, "
    "not (1 - keep_prob) * keep_prob.": lambda X, w, k: (
        (1 - k) * k * np.sum(w**2 * np.sum(X**2, axis=1))
    ),
    "The factor is upside down: (1 - keep_prob) / keep_prob grows when less is kept.": lambda X, w, k: (
        k / (1 - k) * np.sum(w**2 * np.sum(X**2, axis=1))
    ),
    "The factor 1 / keep_prob is missing: values were divided by keep_prob, so their squares were "
    "divided by its square.": lambda X, w, k: (1 - k) * np.sum(w**2 * np.sum(X**2, axis=1)),
    "The factor (1 - keep_prob) / keep_prob is missing.": lambda X, w, _k: np.sum(
        w**2 * np.sum(X**2, axis=1)
    ),
    "This is plain L2: each weight must be weighted by the size of its input, ||x_j||^2.": lambda _X, w, k: (
        (1 - k) / k * np.sum(w**2)
    ),
    "Take the square of each weight, w**2.": lambda X, w, k: (
        (1 - k) / k * np.sum(w * np.sum(X**2, axis=1))
    ),
    "Take ||x_j||^2, the sum of squares of row j, not its square root.": lambda X, w, k: (
        (1 - k) / k * np.sum(w**2 * np.sqrt(np.sum(X**2, axis=1)))
    ),
    "Sum over the examples, do not average: the cost here is a sum.": lambda X, w, k: (
        ridge_penalty(X, w, k) / X.shape[1]
    ),
    "Each input has a switch of its own, so there are no products of different inputs: square first, "
    "then sum over j.": lambda X, w, k: (1 - k) / k * np.sum((w @ X) ** 2),
}


def check_penalty(my_penalty: Callable[..., Any]) -> Feedback:
    """Check your own my_penalty(X, w, keep_prob) -> number: what dropout on X adds to the squared error."""
    try:
        cases = [_try(my_penalty, seed, k) for seed, k in enumerate((0.6, 0.9, 0.3))]
    except AttemptError as trouble:
        return Feedback(False, f"✗ {trouble}")
    if _agree(cases, ridge_penalty):
        return Feedback(True, "✓ Right: a ridge penalty, scaled by the data and by keep_prob.")
    for words, slip in SLIPS.items():
        if _agree(cases, slip):
            return Feedback(False, f"✗ {words}")
    (X, w, k), found = cases[0]
    true = number(ridge_penalty(X, w, k))
    return Feedback(
        False,
        f"✗ None of the mistakes I know gives your numbers. At keep_prob {k}, with {X.shape[0]} inputs "
        f"and {X.shape[1]} examples, you have {number(found)}; it is {true}. Write the variance of "
        f"one input, x D / keep_prob, first: x^2 (1 - keep_prob) / keep_prob.",
    )


def _try(my_penalty: Callable[..., Any], seed: int, keep_prob: float) -> tuple[Any, float]:
    rng = np.random.default_rng(seed)
    X, w = rng.standard_normal((3, 4)) * [[1.0], [2.0], [0.5]], rng.standard_normal(3)
    result = attempt(my_penalty, X, w, keep_prob, new="penalty", old="w")
    found = as_array(np.squeeze(result), "penalty", [()], "it should be one number.")
    return (X, w, keep_prob), float(found)


def _agree(cases: list[tuple[Any, float]], formula: Formula) -> bool:
    return all(np.isclose(found, formula(*case), rtol=1e-5) for case, found in cases)
