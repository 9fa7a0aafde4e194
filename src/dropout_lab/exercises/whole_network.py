"""Check a whole network that a learner wrote: the course's published numbers, then every gradient."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.doors import Array
from dropout_lab.core.network import Network, as_row
from dropout_lab.core.passes import Backward, Forward, backward, forward, sample_masks
from dropout_lab.exercises.attempt import (
    AttemptError,
    as_array,
    attempt,
    check_answer,
    check_callable,
)
from dropout_lab.exercises.backward import EXPLANATIONS as BACKWARD
from dropout_lab.exercises.feedback import Feedback, accept, in_words, refuse
from dropout_lab.exercises.scale import EXPLANATIONS as FORWARD
from dropout_lab.exercises.slips import (
    BACKWARD_SLIPS,
    EXPLANATIONS,
    FORWARD_SLIPS,
    Plan,
    Slip,
    explaining,
    run_back,
    run_forward,
)
from dropout_lab.exercises.trial import first_apart, in_full
from dropout_lab.exercises.ways import OTHERS, Fixed
from dropout_lab.experiments.data import Case, course_case

# Sizes, examples and keep_prob of two more cases, so that a number written for one of these is seen.
MORE = [((3, 4, 5, 1), 6, 0.6), ((2, 6, 3, 1), 9, 0.8)]
BY_LUCK = (
    "Right, by luck: where is your mask? Your gradients stay the same whatever D is on the way back. "
    "With ReLU, A_drop > 0 holds the mask already; with tanh it would not, as in notebook 06. "
    "Write the line that is always right: dA = dA_drop * D / keep_prob."
)

Gradients = dict[int, Array]


@in_words
def check_forward_pass(my_forward_pass: Callable[..., Any]) -> Feedback:
    """Check my_forward_pass(X, W, b, D, keep_prob) -> (A3, cache): three layers, ReLU, ReLU, sigmoid.

    W, b and D are dictionaries by layer; A3 (1, m) is compared with the course's published numbers,
    and on two other networks with other keep_probs.
    """
    return _judge_forward(my_forward_pass)


@in_words
def check_backward_pass(
    my_forward_pass: Callable[..., Any], my_backward_pass: Callable[..., Any]
) -> Feedback:
    """Check my_backward_pass(cache, Y, W, D, keep_prob) -> (dW, db), dictionaries by layer.

    cache is what your forward pass returned second. Every gradient is compared with the true one.
    """
    check_callable(my_backward_pass)
    told = _judge_forward(my_forward_pass)
    if not told:
        words = "First the forward pass, because the way back needs its numbers. "
        return refuse(words + told.message[2:], told.bug or "unknown", told.case)
    cases = random_cases()
    forwards = [forward(case.net, case.X, case.masks, case.keep_prob) for case in cases]
    backwards = [backward(case.net, fwd, case.Y) for case, fwd in zip(cases, forwards, strict=True)]
    # One after the other: what a forward pass leaves elsewhere is there for its own way back.
    both = [_there_and_back(my_forward_pass, my_backward_pass, case) for case in cases]
    found = [gradients for _, gradients in both]
    for case, fwd, bwd, mine in zip(cases, forwards, backwards, found, strict=True):
        wrong = _wrong(mine, bwd)
        if wrong:
            rows = [as_row(*each) for each in found]
            slip = _backward_slip(cases, forwards, rows, _source(my_backward_pass))
            return _unknown_back(case, fwd, bwd, wrong) if slip is None else slip
    if _by_luck(my_forward_pass, my_backward_pass, both[-1][0], cases[-1], found[-1]):
        return accept(BY_LUCK, "no mask")
    return accept("Right: every dW and db is the true gradient.")


def random_cases() -> list[Case]:
    """Two ReLU networks with masks in which units are off and kept, away from kinks."""
    return [_random_case(*each) for each in MORE]


def _random_case(sizes: tuple[int, ...], m: int, keep_prob: float) -> Case:
    rng = np.random.default_rng(5)
    net = Network.random(sizes, "relu", rng=rng)
    X = rng.standard_normal((sizes[0], m))
    Y = (rng.random((1, m)) < 0.5).astype(float)
    masks = sample_masks(net, m, (1, 2), keep_prob, rng)
    return Case(net, X, Y, masks, keep_prob)


def _given(case: Case) -> dict[str, Any]:
    """What a learner's function is given, by name."""
    net = {"W": dict(case.net.W), "b": dict(case.net.b), "D": dict(case.masks)}
    return {"X": case.X, **net, "keep_prob": case.keep_prob}


def _judge_forward(my_forward_pass: Callable[..., Any]) -> Feedback:
    """What there is to say about a forward pass."""
    cases = [course_case(), *random_cases()]
    given = [_given(case) for case in cases]
    found = [_run_forward(my_forward_pass, each)[0] for each in given]
    true = [forward(case.net, case.X, case.masks, case.keep_prob) for case in cases]
    which = [i for i, fwd in enumerate(true) if first_apart(found[i], fwd.output)]
    if not which:
        return accept("Right: the numbers that the course published for this network.")
    case = {**given[which[0]], **_named(true[which[0]]), "yours": found[which[0]]}
    together = explaining(
        FORWARD_SLIPS, lambda plan: _gives(run_forward, [(c, plan) for c in cases], found)
    )
    if together:
        told = " ".join(_sentence(slip, FORWARD, "numbers") for slip in together)
        return refuse(told, _name(together, FORWARD), case)
    return _unknown_forward(case, true[which[0]].output)


def _run_forward(my_forward_pass: Callable[..., Any], given: dict[str, Any]) -> tuple[Array, Any]:
    """A3 (1, m) and the cache. Raises AttemptError if there are no such two."""
    result = attempt(my_forward_pass, *given.values(), new="A_drop", old="A")
    A3, cache = _two(result, "Return two things: `return A3, cache`.")
    shape = (1, given["X"].shape[1])
    first, second = (isinstance(each, np.ndarray) and each.shape == shape for each in (A3, cache))
    if second and not first:
        raise AttemptError("You return the cache first; write `return A3, cache`.")
    found = as_array(A3, "A3", [shape], f"it needs {shape}.")
    if cache is None:
        raise AttemptError(
            "Your A3 is there, but your cache is None. Keep in it what your backward pass will need: X, "
            "every Z and A_drop, and A3."
        )
    check_answer(cache)
    return found, cache


def _there_and_back(
    my_forward_pass: Callable[..., Any], my_backward_pass: Callable[..., Any], case: Case
) -> tuple[Any, tuple[Gradients, Gradients]]:
    """The cache, and the two dictionaries of gradients."""
    _, cache = _run_forward(my_forward_pass, _given(case))
    return cache, _run_back(my_backward_pass, cache, case)


def _run_back(
    my_backward_pass: Callable[..., Any], cache: Any, case: Case, masks: Any = None
) -> tuple[Gradients, Gradients]:
    """The dictionaries dW and db. Raises AttemptError if there are no such two."""
    # Bound, not handed over: the cache is the learner's own, and may well be changed.
    function = partial(my_backward_pass, cache)
    given = (case.Y, dict(case.net.W), dict(masks or case.masks), case.keep_prob)
    return _gradients(attempt(function, *given, new="dA", old="dA"), case.net)


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


def _gives(
    run: Callable[..., Array], calls: Sequence[tuple[Any, ...]], found: Sequence[Array]
) -> bool:
    """Whether run gives in each call what was found; the first that does not ends it."""
    with np.errstate(all="ignore"):
        for mine, call in zip(found, calls, strict=True):
            true = run(*call)
            if not (np.abs(mine - true) <= 1e-7 + 1e-5 * np.abs(true)).all():
                return False
    return True


def _named(fwd: Forward) -> dict[str, Array]:
    """The true arrays by their names, in the order in which they are made."""
    names = {f"Z{l}": fwd.Z[l] for l in fwd.Z}
    for l in fwd.Z:
        names |= {f"A{l}": fwd.A[l]} | ({f"A{l}_drop": fwd.A_drop[l]} if l in fwd.A_drop else {})
    order = [
        f"{name}{l}{drop}" for l in fwd.Z for name, drop in (("Z", ""), ("A", ""), ("A", "_drop"))
    ]
    return {name: names[name] for name in order if name in names}


def _sentence(slip: Slip, explanations: Mapping[str, str], what: str) -> str:
    """What is said about one slip, and in which layer it is."""
    fixed = [piece.number for piece in slip.pieces.values() if isinstance(piece, Fixed)]
    if fixed:
        return f"You have {fixed[0]:g} where keep_prob belongs: right for one keep_prob, wrong for others."
    if slip.name in EXPLANATIONS or slip.name in OTHERS:
        place = f"In layer {slip.layer}: " if slip.layer else ""
        return place + (EXPLANATIONS | OTHERS)[slip.name]
    if slip.name == "neither" and slip.layer:
        return f"Layer {slip.layer} goes without its dropout."
    name = _renamed(slip.name, explanations)
    shown = "no dropout at all" if name == "neither" and explanations is FORWARD else name
    place = f" in layer {slip.layer}" if slip.layer else ""
    return f"These are the {what} of {shown!r}{place}. {explanations.get(slip.name, '')}".rstrip()


def _name(together: Sequence[Slip], explanations: Mapping[str, str]) -> str:
    """The first name that BUGS knows, or else the first."""
    names = [_renamed(slip.name, explanations) for slip in together]
    return next((name for name in names if name in BUGS), names[0])


def _renamed(name: str, explanations: Mapping[str, str]) -> str:
    """BUGS keeps "no scale" for the backward line."""
    return "no scale at all" if name == "no scale" and explanations is FORWARD else name


def _unknown_forward(case: dict[str, Any], true: Array) -> Feedback:
    at = first_apart(case["yours"], true) or (0, 0)
    yours, its = in_full(float(case["yours"][at]), float(true[at]))
    return refuse(
        f"At keep_prob {case['keep_prob']} your A3 of example {at[1]} is {yours}; it is {its}. Print your "
        f"arrays in order, Z1, A1, A1_drop, Z2, ..., beside those of forward(net, X, D, keep_prob).",
        case=case,
    )


def _wrong(found: tuple[Gradients, Gradients], bwd: Backward) -> list[tuple[str, Array, Array]]:
    """Name, what was found and what is true of each wrong gradient, from the output down."""
    kinds = (("dW", found[0], bwd.dW), ("db", found[1], bwd.db))
    return [
        (f"{kind}[{l}]", mine[l], true[l])
        for l in sorted(bwd.dW, reverse=True)
        for kind, mine, true in kinds
        if first_apart(mine[l], true[l])
    ]


def _backward_slip(
    cases: Sequence[Case], forwards: Sequence[Forward], found: Sequence[Array], source: str
) -> Feedback | None:
    """The slips that together give these rows of all dW and db, if they are known."""

    def gives(plan: Plan) -> bool:
        """Whether both cases are explained."""
        pairs = zip(cases, forwards, strict=True)
        return _gives(run_back, [(*pair, plan) for pair in pairs], found)

    together = list(explaining(BACKWARD_SLIPS, gives))
    if not together:
        return None
    # The numbers are the same: at a ReLU, A_drop >= 0 is no slope at all.
    together = [
        replace(slip, name="slope >= 0") if slip.name == "no slope" and ">=" in source else slip
        for slip in together
    ]
    told = " ".join(_sentence(slip, BACKWARD, "gradients") for slip in together)
    return refuse(told, _name(together, BACKWARD))


def _source(function: Callable[..., Any]) -> str:
    """The text of a function; "" where there is none."""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""


def _unknown_back(
    case: Case, fwd: Forward, bwd: Backward, wrong: list[tuple[str, Array, Array]]
) -> Feedback:
    name, mine, true = wrong[0]
    at = first_apart(mine, true) or (0, 0)
    yours, its = in_full(float(mine[at]), float(true[at]))
    place = ", ".join(map(str, at))
    arrays = {
        f"{kind}{l}{drop}": values[l]
        for l in sorted(bwd.dZ, reverse=True)
        for kind, drop, values in (
            ("dA", "_drop", bwd.dA_drop), ("dA", "", bwd.dA), ("dZ", "", bwd.dZ),
            ("dW", "", bwd.dW), ("db", "", bwd.db),
        )
        if l in values
    }  # fmt: skip
    return refuse(
        f"Wrong: {', '.join(each for each, _, _ in wrong)}. The first one, {name}, is where to look: what "
        f"comes before it is right. Your {name}[{place}] is {yours}; it is {its}. Compare your arrays "
        f"with those of backward(net, fwd, Y), from the output down.",
        case={**_given(case), "Y": case.Y, **_named(fwd), **arrays, "yours": mine},
    )


def _by_luck(
    forward_pass: Callable[..., Any], backward_pass: Callable[..., Any], cache: Any, case: Case,
    found: tuple[Gradients, Gradients],
) -> bool:  # fmt: skip
    """Whether the gradients stay the same when the way back sees open switches only.

    In the arguments, in the cache, and in whatever the forward pass may have left elsewhere. A cache that
    holds more than arrays is not looked into: then nobody is suspected.
    """
    opened = {l: np.zeros_like(D) for l, D in case.masks.items()}
    try:
        other_cache = _opened(cache, case)
        _run_forward(forward_pass, _given(replace(case, masks=opened)))
        other = _run_back(backward_pass, other_cache, case, opened)
    except (AttemptError, TypeError):
        return False
    return bool(np.allclose(as_row(*other), as_row(*found), rtol=1e-5, atol=1e-9))


def _opened(cache: Any, case: Case) -> Any:
    """The cache with every switch of every mask in it open; TypeError where it holds something unknown."""
    if isinstance(cache, np.ndarray):
        for D in case.masks.values():
            for scale in (1, 1 / case.keep_prob):
                if cache.shape == D.shape and np.allclose(cache, D * scale):
                    return np.zeros_like(cache)
        return cache
    if type(cache) is dict:
        return {key: _opened(value, case) for key, value in cache.items()}
    if type(cache) in (tuple, list):
        return type(cache)(_opened(value, case) for value in cache)
    if isinstance(cache, int | float | str | np.number):
        return cache
    raise TypeError(f"no array: {type(cache).__name__}")
