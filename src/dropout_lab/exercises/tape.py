"""Check two rules of a tape that a learner wrote: the way back through `@`, and through a switch."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dropout_lab.core.doors import Array
from dropout_lab.core.dropout import apply_mask
from dropout_lab.core.passes import forward
from dropout_lab.exercises.attempt import AttemptError, as_array, attempt
from dropout_lab.exercises.backward import check_backward
from dropout_lab.exercises.feedback import Feedback, accept, in_words, refuse
from dropout_lab.experiments.data import lesson
from dropout_lab.experiments.tape import RULES, Rule
from dropout_lab.experiments.written import write_passes
from dropout_lab.text import number

Made = Callable[[Array, Array, Array], Array]

# W (n, n'), A (n', m), dZ (n, m). The square case is the first, because every slip gives numbers there.
SHAPES = [(3, 3, 3), (2, 3, 4), (4, 2, 1)]
TRUE: dict[str, Made] = {"dW": lambda dZ, _W, A: dZ @ A.T, "dA": lambda dZ, W, _A: W.T @ dZ}
SLIPS: dict[str, dict[str, tuple[Made, str]]] = {
    "dW": {
        "swapped": (
            TRUE["dA"],
            "It is the gradient of A: you return the two in the wrong order.",
        ),
        "not transposed": (
            lambda dZ, _W, A: dZ @ A,
            "A is not transposed. dW has one row for each row of dZ and one column for each row of A.",
        ),
        "wrong order": (
            lambda dZ, _W, A: A.T @ dZ,
            "The factors are in the wrong order: dZ belongs where Z stood, on the left.",
        ),
        "transposed": (lambda dZ, _W, A: A @ dZ.T, "It is the true one, transposed."),
        "divided by m": (
            lambda dZ, _W, A: dZ @ A.T / dZ.shape[1],
            "It is divided by m. That belongs to the mean of the losses, not to `@`.",
        ),
    },
    "dA": {
        "swapped": (
            TRUE["dW"],
            "It is the gradient of W: you return the two in the wrong order.",
        ),
        "not transposed": (
            lambda dZ, W, _A: W @ dZ,
            "W is not transposed. The way back leads from the units of Z to those of A.",
        ),
        "wrong order": (
            lambda dZ, W, _A: dZ @ W.T,
            "The factors are in the wrong order: dZ belongs where A stood, on the right.",
        ),
        "transposed": (lambda dZ, W, _A: dZ.T @ W, "It is the true one, transposed."),
    },
}


@in_words
def check_tape(my_product_back: Callable[..., Any], my_switch_back: Callable[..., Any]) -> Feedback:
    """Check my_product_back(dZ, W, A) -> (dW, dA) and my_switch_back(dA_drop, D, keep_prob) -> dA.

    Both are tried on random cases, then put on a tape. Never raises; names the slip.
    """
    for case, shape in enumerate(SHAPES):
        wrong = _wrong_product(my_product_back, shape, case)
        if wrong is not None:  # it is false in a condition
            return wrong
    feedback = check_backward(my_switch_back)
    return accept(_run(my_product_back, my_switch_back)) if feedback else feedback


def _wrong_product(
    function: Callable[..., Any], shape: tuple[int, int, int], seed: int
) -> Feedback | None:
    """What is wrong with the rule of `@` on one random case, if anything is."""
    n, before, m = shape
    rng = np.random.default_rng(seed)
    dZ, W, A = (rng.standard_normal(size) for size in ((n, m), (n, before), (before, m)))
    result = attempt(function, dZ, W, A, new="dW", old="dZ")
    if not isinstance(result, tuple) or len(result) != 2:
        raise AttemptError("The rule of `@` sends back two things: `return dW, dA`.")
    for (name, true), values, like in zip(TRUE.items(), result, (W, A), strict=True):
        expected = f"{name} has the shape of {name[1:]}, {like.shape}."
        found, right = as_array(values, name, [like.shape], expected), true(dZ, W, A)
        if np.allclose(found, right, 1e-5, 1e-8):
            continue
        for slip, (made, words) in SLIPS[name].items():
            if np.allclose(found, made(dZ, W, A), 1e-5, 1e-8):
                return refuse(f"Your {name} is not the gradient of {name[1:]}. {words}", slip)
        first = f"{number(float(found.flat[0]))} instead of {number(float(right.flat[0]))}"
        return refuse(
            f"Your {name} is not the gradient of {name[1:]}: on a random case its first number is "
            f"{first}. Nudge one entry of {name[1:]}: which entries of Z move, and by how much?"
        )
    return None


def _run(my_product_back: Callable[..., Any], my_switch_back: Callable[..., Any]) -> str:
    """Praise, with the line that a tape with these rules writes for the lesson network."""
    case = lesson()
    fwd = forward(case.net, case.X, case.masks, case.keep_prob)
    rules = RULES | {
        "@": Rule(RULES["@"].forward, my_product_back, RULES["@"].keeps),
        "switch": Rule(apply_mask, my_switch_back, RULES["switch"].keeps),
    }
    lines = attempt(lambda: write_passes(case.net, fwd, case.Y, rules)).backward
    (line,) = [line for line in lines if line.startswith("dA1 = ")]
    return (
        f"Right, both. With your rules the tape writes {len(lines)} lines, and among them `{line}`."
    )
