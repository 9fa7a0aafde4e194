"""Check a whole network that a learner wrote: the course's published numbers, then every gradient."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.core.doors import Array, Mask
from dropout_lab.core.network import Network, as_row
from dropout_lab.core.passes import Forward, backward, forward, sample_masks
from dropout_lab.core.recipe import CORRECT, Recipe, SlopeFrom
from dropout_lab.exercises.attempt import AttemptError, as_array, attempt, check_answer
from dropout_lab.exercises.feedback import Feedback, accept, in_words, refuse
from dropout_lab.experiments.data import Case, course_case
from dropout_lab.text import numbers

PUBLISHED = np.array([[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]])
SIZES, EXAMPLES, KEEP_PROB = (3, 4, 5, 1), 6, 0.6
# The slips that a forward pass can have, by their names in BUGS.
FORWARD_SLIPS = {name: BUGS[name] for name in ("no scale at all", "wrong scale")} | {
    "scaled twice": Recipe("scaled twice", forward=BUGS["scaled twice"].backward),
    "neither": Recipe("no dropout at all", forward=BUGS["neither"].backward),
    "one minus mask": Recipe("one minus mask", forward=BUGS["one minus mask"].backward),
}
# How a backward pass can go wrong beside BACKWARD_BUGS, "" for right: where the slope is taken, and a
# factor of all gradients, each with what to say about it.
SLOPES: dict[str, tuple[SlopeFrom, str]] = {
    "": ("Z", ""),
    "slope >= 0": ("A_drop >= 0", BUGS["slope >= 0"].explanation),
}
FACTORS = {"": (1, ""), "no 1 / m": (EXAMPLES, "The 1 / m of the mean is missing.")}

Gradients = dict[int, Array]


@in_words
def check_forward_pass(my_forward_pass: Callable[..., Any]) -> Feedback:
    """Check my_forward_pass(X, W, b, D, keep_prob) -> (A3, cache): three layers, ReLU, ReLU, sigmoid.

    W, b and D are dictionaries by layer; A3 (1, m) is compared with the course's published numbers.
    """
    case = course_case()
    A3, _ = _run_forward(my_forward_pass, case)
    if np.allclose(A3, PUBLISHED, atol=1e-6):
        return accept("Right: the numbers that the course published for this network.")
    return _forward_slip(A3, case)


@in_words
def check_backward_pass(
    my_forward_pass: Callable[..., Any], my_backward_pass: Callable[..., Any]
) -> Feedback:
    """Check my_backward_pass(cache, Y, W, D, keep_prob) -> (dW, db), dictionaries by layer.

    cache is what your forward pass returned second. Every gradient is compared with the true one.
    """
    case = random_case()
    _, cache = _run_forward(my_forward_pass, case)
    given = (cache, case.Y, case.net.W, case.masks, case.keep_prob)
    dW, db = _gradients(attempt(my_backward_pass, *given, new="dA", old="dA"), case.net)
    fwd = forward(case.net, case.X, case.masks, case.keep_prob)
    bwd = backward(case.net, fwd, case.Y)
    wrong = [
        f"{kind}[{l}]"
        for l in sorted(dW, reverse=True)
        for kind, mine, true in (("dW", dW, bwd.dW), ("db", db, bwd.db))
        if not np.allclose(mine[l], true[l], 1e-5, 1e-8)
    ]
    if not wrong:
        return accept("Right: every dW and db is the true gradient.")
    return _backward_slip(as_row(dW, db), case, fwd, wrong)


def random_case() -> Case:
    """A 3-4-5-1 ReLU network with masks in which units are off and kept, away from kinks."""
    rng = np.random.default_rng(5)
    net = Network.random(SIZES, "relu", rng=rng)
    X = rng.standard_normal((SIZES[0], EXAMPLES))
    Y = (rng.random((1, EXAMPLES)) < 0.5).astype(float)
    masks = sample_masks(net, EXAMPLES, (1, 2), KEEP_PROB, rng)
    return Case(net, X, Y, masks, KEEP_PROB)


def _run_forward(my_forward_pass: Callable[..., Any], case: Case) -> tuple[Array, Any]:
    """A3 (1, m) and the cache. Raises AttemptError if there are no such two."""
    args = (case.X, dict(case.net.W), dict(case.net.b), dict(case.masks), case.keep_prob)
    result = attempt(my_forward_pass, *args, new="A_drop", old="A")
    A3, cache = _two(result, "Return two things: `return A3, cache`.")
    shape = (1, case.X.shape[1])
    found = as_array(A3, "A3", [shape], f"it needs {shape}.")
    check_answer(cache)
    return found, cache


def _two(result: Any, otherwise: str) -> tuple[Any, Any]:
    """The two things returned. Raises AttemptError, with the words given, if they are not two."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise AttemptError(otherwise)
    return result[0], result[1]


def _gradients(result: Any, net: Network) -> tuple[Gradients, Gradients]:
    dW, db = _two(result, "Return two dictionaries by layer: `return dW, db`.")
    return _by_layer(dW, "dW", net.W), _by_layer(db, "db", net.b)


def _by_layer(found: object, name: str, like: Mapping[int, Array]) -> Gradients:
    check_answer(found)
    if not isinstance(found, Mapping) or set(found) != set(like):
        keys = ", ".join(map(str, like))
        raise AttemptError(f"{name} must be a dictionary with the keys {keys}.")
    return {
        l: as_array(found[l], f"{name}[{l}]", [like[l].shape], f"it needs {like[l].shape}.")
        for l in like
    }


def _forward_slip(A3: Array, case: Case) -> Feedback:
    """The slip that gives this A3, if it is known."""

    def gives(net: Network, masks: dict[int, Mask], recipe: Recipe = CORRECT) -> bool:
        """Whether this other forward pass gives the same A3."""
        with np.errstate(all="ignore"):
            other = forward(net, case.X, masks, case.keep_prob, recipe).output
        return np.allclose(A3, other, atol=1e-6)

    for name, slip in FORWARD_SLIPS.items():
        if gives(case.net, case.masks, slip):
            told = f"These are the numbers of {slip.name!r}. {slip.explanation}".rstrip()
            return refuse(told, name)
    if gives(replace(case.net, activation="tanh"), case.masks):
        return refuse("You have tanh where the course has ReLU.", "tanh for ReLU")
    for layer in (1, 2):
        if gives(case.net, {l: D for l, D in case.masks.items() if l != layer}):
            return refuse(f"Layer {layer} goes without its dropout.", "a layer without dropout")
    return refuse(
        f"Your A3 is {numbers(A3)}; the course has {numbers(PUBLISHED)}. Print your arrays in "
        f"order, Z1, A1, A1_drop, Z2, ..., beside those of forward(net, X, D, keep_prob)."
    )


def _backward_slip(found: Array, case: Case, fwd: Forward, wrong: list[str]) -> Feedback:
    """The slips that together give this row of all dW and db, if they are known."""
    recipes = {"": CORRECT} | BACKWARD_BUGS
    for bug, slip, factor in product(recipes, SLOPES, FACTORS):
        (slope_from, slope), (times, mean) = SLOPES[slip], FACTORS[factor]
        recipe = replace(recipes[bug], slope_from=slope_from)
        bwd = backward(case.net, fwd, case.Y, recipe)
        if np.allclose(found, times * as_row(bwd.dW, bwd.db), 1e-5):
            gradients = f"These are the gradients of {bug!r}. {recipe.explanation}" if bug else ""
            told = " ".join(filter(None, (gradients, slope, mean)))
            return refuse(told, bug or slip or factor)
    return refuse(
        f"Wrong: {', '.join(wrong)}. The first one, {wrong[0]}, is where to look: what comes before it "
        f"is right. Compare your arrays with those of backward(net, fwd, Y), from the output down."
    )
