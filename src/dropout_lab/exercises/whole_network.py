"""Check a whole network that a learner wrote: the course's published numbers, then every gradient."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.core.doors import Array
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Backward, backward, forward, sample_masks
from dropout_lab.core.recipe import CORRECT, Recipe, SlopeFrom
from dropout_lab.exercises.attempt import AttemptError, as_array, attempt, check_answer
from dropout_lab.exercises.feedback import Feedback
from dropout_lab.experiments.data import Case, course_case
from dropout_lab.text import numbers

PUBLISHED = np.array([[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]])
SIZES, EXAMPLES, KEEP_PROB = (3, 4, 5, 1), 6, 0.6
FORWARD_SLIPS = {name: BUGS[name] for name in ("no scale at all", "wrong scale")} | {
    "scaled twice": Recipe("scaled twice", forward=BUGS["scaled twice"].backward),
    "no dropout at all": Recipe("no dropout at all", forward=BUGS["neither"].backward),
    "one minus mask": Recipe("one minus mask", forward=BUGS["one minus mask"].backward),
}


def check_forward_pass(my_forward_pass: Callable[..., Any]) -> Feedback:
    """Check my_forward_pass(X, W, b, D, keep_prob) -> (A3, cache): three layers, ReLU, ReLU, sigmoid.

    W, b and D are dictionaries by layer; A3 (1, m) is compared with the course's published numbers.
    """
    case = course_case()
    try:
        A3, _ = _run_forward(my_forward_pass, case)
        if np.allclose(A3, PUBLISHED, atol=1e-6):
            return Feedback(
                True, "✓ Right: the numbers that the course published for this network."
            )
        return Feedback(False, f"✗ {_forward_words(A3, case)}")
    except AttemptError as trouble:
        return Feedback(False, f"✗ {trouble}")


def check_backward_pass(
    my_forward_pass: Callable[..., Any], my_backward_pass: Callable[..., Any]
) -> Feedback:
    """Check my_backward_pass(cache, Y, W, D, keep_prob) -> (dW, db), dictionaries by layer.

    cache is what your forward pass returned second. Every gradient is compared with the true one.
    """
    case = random_case()
    try:
        _, cache = _run_forward(my_forward_pass, case)
        result = attempt(
            my_backward_pass,
            cache,
            case.Y,
            case.net.W,
            case.masks,
            case.keep_prob,
            new="dA",
            old="dA",
        )
        dW, db = _gradients(result, case.net)
    except AttemptError as trouble:
        return Feedback(False, f"✗ {trouble}")
    bwd = _run(case, CORRECT)
    wrong = [
        name for name, mine, true in _pairs(dW, db, bwd) if not np.allclose(mine, true, 1e-5, 1e-8)
    ]
    if not wrong:
        return Feedback(True, "✓ Right: every dW and db is the true gradient.")
    return Feedback(False, f"✗ {_backward_words(dW, db, case, wrong)}")


def random_case() -> Case:
    """A 3-4-5-1 ReLU network with masks in which units are off and kept, away from kinks."""
    rng = np.random.default_rng(5)
    net = Network.random(SIZES, "relu", rng=rng)
    X = rng.standard_normal((SIZES[0], EXAMPLES))
    Y = (rng.random((1, EXAMPLES)) < 0.5).astype(float)
    masks = sample_masks(net, EXAMPLES, (1, 2), KEEP_PROB, rng)
    return Case(net, X, Y, masks, KEEP_PROB)


def _run_forward(my_forward_pass: Callable[..., Any], case: Case) -> tuple[Array, Any]:
    args = (case.X, dict(case.net.W), dict(case.net.b), dict(case.masks), case.keep_prob)
    result = attempt(my_forward_pass, *args, new="A_drop", old="A")
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise AttemptError("Return two things: `return A3, cache`.")
    shape = (1, case.X.shape[1])
    A3 = as_array(result[0], "A3", [shape], f"it needs {shape}.")
    check_answer(result[1])
    return A3, result[1]


def _forward_words(A3: Array, case: Case) -> str:
    for name, slip in FORWARD_SLIPS.items():
        with np.errstate(all="ignore"):
            other = forward(case.net, case.X, case.masks, case.keep_prob, slip).output
        if np.allclose(A3, other, atol=1e-6):
            return f"These are the numbers of {name!r}. {slip.explanation}".rstrip()
    tanh = replace(case.net, activation="tanh")
    if np.allclose(A3, forward(tanh, case.X, case.masks, case.keep_prob).output, atol=1e-6):
        return "You have tanh where the course has ReLU."
    for layer in (1, 2):
        only = {l: D for l, D in case.masks.items() if l != layer}
        if np.allclose(A3, forward(case.net, case.X, only, case.keep_prob).output, atol=1e-6):
            return f"Layer {layer} goes without its dropout."
    return (
        f"Your A3 is {numbers(A3)}; the course has {numbers(PUBLISHED)}. Print your arrays in "
        f"order, Z1, A1, A1_drop, Z2, ..., beside those of forward(net, X, D, keep_prob)."
    )


def _gradients(result: object, net: Network) -> tuple[dict[int, Array], dict[int, Array]]:
    check_answer(result)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise AttemptError("Return two dictionaries by layer: `return dW, db`.")
    return _by_layer(result[0], "dW", net.W), _by_layer(result[1], "db", net.b)


def _by_layer(found: object, name: str, like: Mapping[int, Array]) -> dict[int, Array]:
    check_answer(found)
    if not isinstance(found, Mapping) or set(found) != set(like):
        raise AttemptError(
            f"{name} must be a dictionary with the keys {', '.join(map(str, like))}."
        )
    return {
        l: as_array(found[l], f"{name}[{l}]", [like[l].shape], f"it needs {like[l].shape}.")
        for l in like
    }


def _run(case: Case, recipe: Recipe) -> Backward:
    fwd = forward(case.net, case.X, case.masks, case.keep_prob)
    return backward(case.net, fwd, case.Y, recipe)


def _pairs(
    dW: Mapping[int, Array], db: Mapping[int, Array], bwd: Backward
) -> list[tuple[str, Array, Array]]:
    """Name, found and true, in the order in which a backward pass makes them."""
    order = sorted(dW, reverse=True)
    return [
        pair
        for l in order
        for pair in ((f"dW[{l}]", dW[l], bwd.dW[l]), (f"db[{l}]", db[l], bwd.db[l]))
    ]


def _backward_words(
    dW: Mapping[int, Array], db: Mapping[int, Array], case: Case, wrong: list[str]
) -> str:
    m = case.X.shape[1]
    sources: tuple[SlopeFrom, ...] = ("Z", "A_drop >= 0")
    for recipe, source in product((CORRECT, *BACKWARD_BUGS.values()), sources):
        bwd = _run(case, replace(recipe, slope_from=source))
        for factor, words in ((1.0, ""), (m, "The 1 / m of the mean is missing.")):
            if all(np.allclose(mine, factor * true, 1e-5) for _, mine, true in _pairs(dW, db, bwd)):
                told = [f"These are the gradients of {recipe.name!r}. {recipe.explanation}"]
                told = [] if recipe is CORRECT else told
                told += [BUGS["slope >= 0"].explanation] if source != "Z" else []
                return " ".join((*told, words)).strip()
    return (
        f"Wrong: {', '.join(wrong)}. The first one, {wrong[0]}, is where to look: what comes before it "
        f"is right. Compare your arrays with those of backward(net, fwd, Y), from the output down."
    )
