"""Check a learner's formula for what dropout adds to the cost of a linear regression."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dropout_lab.core.doors import Array
from dropout_lab.exercises.attempt import as_array, attempt
from dropout_lab.exercises.feedback import Feedback, accept, in_words, refuse
from dropout_lab.exercises.trial import in_full


def ridge_penalty(X: Array, w: Array, keep_prob: float) -> float:
    """What dropout on the inputs X (n, m) of a linear regression adds to the expected squared error.

    E ||y - w @ (X D / k)||^2 = ||y - w @ X||^2 + (1 - k) / k sum_j w_j^2 ||x_j||^2, for weights w (n,),
    rows x_j of X, and any y; Srivastava et al. (2014), section 9.1, there for vanilla dropout.
    """
    return (1 - keep_prob) / keep_prob * _weighed(X, w)


def _weighed(X: Array, w: Array) -> float:
    """The sum over the inputs j of w_j^2 ||x_j||^2."""
    return float(np.sum(w**2 * np.sum(X**2, axis=1)))


# The slips by name; each formula gives other numbers than the rest.
WRONG_FORMULAS: dict[str, Callable[[Array, Array, float], Any]] = {
    "multiplied by keep_prob": lambda X, w, k: (1 - k) * k * _weighed(X, w),
    "factor upside down": lambda X, w, k: k / (1 - k) * _weighed(X, w),
    "no 1 / keep_prob": lambda X, w, k: (1 - k) * _weighed(X, w),
    "no 1 - keep_prob": lambda X, w, k: _weighed(X, w) / k,
    "second moment": lambda X, w, k: _weighed(X, w) / k**2,
    "divided by keep_prob squared": lambda X, w, k: (1 - k) / k**2 * _weighed(X, w),
    "halved": lambda X, w, k: ridge_penalty(X, w, k) / 2,
    "no weights": lambda X, _w, k: (1 - k) / k * np.sum(X**2),
    "no factor": lambda X, w, _k: _weighed(X, w),
    "plain L2": lambda _X, w, k: (1 - k) / k * np.sum(w**2),
    "weights not squared": lambda X, w, k: (1 - k) / k * np.sum(w * np.sum(X**2, axis=1)),
    "norms not squared": lambda X, w, k: (1 - k) / k * np.sum(w**2 * np.linalg.norm(X, axis=1)),
    "mean over examples": lambda X, w, k: ridge_penalty(X, w, k) / X.shape[1],
    "products of inputs": lambda X, w, k: (1 - k) / k * np.sum((w @ X) ** 2),
}
EXPLANATIONS = {
    "multiplied by keep_prob": "You multiply by keep_prob where you should divide: the factor is "
    "(1 - keep_prob) / keep_prob, not (1 - keep_prob) * keep_prob.",
    "factor upside down": "The factor is upside down: (1 - keep_prob) / keep_prob grows when less is "
    "kept.",
    "no 1 / keep_prob": "The factor 1 / keep_prob is missing: values were divided by keep_prob, so "
    "their squares were divided by its square.",
    "no 1 - keep_prob": "The variance of D / keep_prob is (1 - keep_prob) / keep_prob: a factor "
    "1 - keep_prob is missing, and with keep_prob = 1 nothing would be added.",
    "second moment": "The factor is the variance of D / keep_prob, which is (1 - keep_prob) / keep_prob.",
    "divided by keep_prob squared": "One division too many: (1 - keep_prob) * keep_prob is the variance "
    "of D, and divided by keep_prob**2 it is (1 - keep_prob) / keep_prob.",
    "halved": "There is no 1/2 here: the cost is the sum of squares itself.",
    "no weights": "The weights are missing: the noise of input j is multiplied by w_j.",
    "no factor": "The factor (1 - keep_prob) / keep_prob is missing.",
    "plain L2": "This is plain L2: each weight must be weighted by the size of its input, ||x_j||^2.",
    "weights not squared": "Take the square of each weight, w**2.",
    "norms not squared": "Take ||x_j||^2, the sum of squares of row j, not its square root.",
    "mean over examples": "Sum over the examples, do not average: the cost here is a sum.",
    "products of inputs": "Each input has a switch of its own, so there are no products of different "
    "inputs: square first, then sum over j.",
}


@in_words
def check_penalty(my_penalty: Callable[..., Any]) -> Feedback:
    """Check your own my_penalty(X, w, keep_prob) -> number: what dropout on X adds to the squared error."""
    cases = [_case(seed, k) for seed, k in enumerate((0.6, 0.9, 0.3))]
    found = [_run(my_penalty, case) for case in cases]

    def gives(formula: Callable[..., Any]) -> bool:
        """Whether this formula gives what was found."""
        return np.allclose(found, [formula(*case) for case in cases], rtol=1e-5)

    if gives(ridge_penalty):
        return accept("Right: a ridge penalty, scaled by the data and by keep_prob.")
    for name, formula in WRONG_FORMULAS.items():
        if gives(formula):
            return refuse(EXPLANATIONS[name], name)
    true = [ridge_penalty(*case) for case in cases]
    which = next(i for i in range(len(cases)) if not np.isclose(found[i], true[i], rtol=1e-5))
    (X, w, k), (yours, its) = cases[which], in_full(found[which], true[which])
    return refuse(
        f"None of the mistakes I know gives your numbers. At keep_prob {k}, with {X.shape[0]} inputs "
        f"and {X.shape[1]} examples, you have {yours}; it is {its}. Write the variance of one input, "
        f"x D / keep_prob, first: x^2 (1 - keep_prob) / keep_prob.",
        case={"X": X, "w": w, "keep_prob": k, "yours": found[which], "true": true[which]},
    )


def _case(seed: int, keep_prob: float) -> tuple[Array, Array, float]:
    """Three inputs of different size, in four examples, with their weights."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((3, 4)) * [[1.0], [2.0], [0.5]]
    return X, rng.standard_normal(3), keep_prob


def _run(my_penalty: Callable[..., Any], case: tuple[Array, Array, float]) -> float:
    result = attempt(my_penalty, *case, new="penalty", old="w")
    shapes: list[tuple[int, ...]] = [(), (1,), (1, 1)]
    return as_array(result, "penalty", shapes, "it should be one number.").item()
