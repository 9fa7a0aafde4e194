"""One random case, what a learner's function made of it, and what the numbers show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dropout_lab.core.doors import Array, Mask
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.exercises.attempt import AttemptError, as_array, attempt
from dropout_lab.exercises.feedback import Finding
from dropout_lab.text import minus, number

# Shapes and keep_probs, the smallest first, so that a counterexample is small.
TRIED = [((2, 1), 0.5), ((3, 2), 0.8), ((4, 4), 0.6), ((5, 3), 0.3), ((6, 7), 0.7)]
SQUARE = 2  # of these: there a transposed mask fits

ROUNDED = (
    "Right but for rounding: your numbers are the true ones with fewer digits. Leave out `.round`, and "
    "keep the numbers as float64."
)
# What is found at kept units is one of these times the true value.
FACTORS: dict[str, Callable[[float], float]] = {
    "the true one, good": lambda _: 1,
    "exactly keep_prob times the true one": lambda k: k,
    "exactly 1 / keep_prob times the true one": lambda k: 1 / k,
    "exactly keep_prob squared times the true one": lambda k: k**2,
    "exactly keep_prob / (1 - keep_prob) times the true one": lambda k: k / (1 - k),
}


@dataclass(frozen=True)
class Trial:
    """One random case, values sent through switches, and what the learner's function made of it.

    values, D, found (n, m); `given` and `made` are the names of values and found in the messages.
    """

    values: Array
    D: Mask
    keep_prob: float
    found: Array
    given: str
    made: str

    @property
    def true(self) -> Array:
        """What it should have made."""
        return apply_mask(self.values, self.D, self.keep_prob)

    @property
    def shown(self) -> dict[str, Array]:
        """The arrays it was given, by name, besides D."""
        return {self.given: self.values}

    def agrees_with(self, values: Array) -> bool:
        """Whether the function gave these values, up to the rounding of float32."""
        return bool(np.allclose(self.found, values, rtol=1e-5, atol=1e-7))


def draw(shape: tuple[int, int], keep_prob: float, seed: int, count: int = 1) -> tuple[Array, Mask]:
    """Normal values (count, n, m), and a mask (n, m) whose first unit is off and whose last is kept."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((count, *shape))
    D = sample_mask(shape, keep_prob, rng)
    D[0, 0], D[-1, -1] = False, True
    return values, D


def try_all(function: Callable[..., Any], given: str, made: str) -> list[Trial]:
    """The trials of function(values, D, keep_prob), the smallest first.

    Raises AttemptError with a sentence if one of them gives nothing to look at.
    """
    try:
        return [_try(function, case, given, made) for case in range(len(TRIED))]
    except AttemptError as trouble:
        raise AttemptError(_transposed(function, given, made) or str(trouble)) from trouble


def _try(function: Callable[..., Any], case: int, given: str, made: str) -> Trial:
    """The result on one random case."""
    shape, keep_prob = TRIED[case]
    (values,), D = draw(shape, keep_prob, case)
    found = run_alike(function, (values, D, keep_prob), given, made)
    return Trial(values, D, keep_prob, found, given, made)


def run_alike(function: Callable[..., Any], args: tuple[Any, ...], given: str, made: str) -> Array:
    """function(*args) as an array of the shape of the first. Raises AttemptError if it is not."""
    return alike(args[0], attempt(function, *args, new=made, old=given), given, made)


def alike(values: Array, result: object, given: str, made: str) -> Array:
    """A learner's result as an array of the shape of values. Raises AttemptError if it is not."""
    expected = f"{given} has {values.shape}, and {made} has the same."
    return as_array(result, made, [values.shape], expected, " Do you divide by D?")


def _transposed(function: Callable[..., Any], given: str, made: str) -> str | None:
    """A sentence if, on a square case, the function gives what a transposed mask would."""
    try:
        trial = _try(function, SQUARE, given, made)
    except AttemptError:
        return None
    D = np.ascontiguousarray(trial.D.T)
    if not trial.agrees_with(apply_mask(trial.values, D, trial.keep_prob)):
        return None
    return f"You use the mask transposed. D has the shape of {given}, switch by switch: no .T here."


def evidence(trials: Sequence[Trial]) -> str:
    """What the numbers show, at units that are off and at units that are kept."""
    made = trials[0].made
    off = np.concatenate([trial.found[~trial.D] for trial in trials])
    leaks = f"At units that are off your {made} {'is not 0' if off.any() else 'is 0, good'}"
    if not off.size:
        leaks = "No switch is ever open: nothing is ever off"
    if not any(trial.found[trial.D].any() for trial in trials):
        return f"{leaks}; at units that are kept it is 0."
    for words, factor in FACTORS.items():
        if all(np.allclose(t.found[t.D], factor(t.keep_prob) * t.true[t.D], 1e-5) for t in trials):
            return f"{leaks}; at units that are kept it is {words}."
    return f"{leaks}."


def first_apart(found: Array, true: Array) -> tuple[int, ...] | None:
    """Where the first entry stands that differs by more than the rounding of float32."""
    apart = ~np.isclose(found, true, rtol=1e-5, atol=1e-7)
    return tuple(map(int, np.argwhere(apart)[0])) if apart.any() else None


def in_full(found: float, true: float) -> tuple[str, str]:
    """Two numbers that differ, with as many digits as it takes to see that they do."""
    pair = number(found), number(true)
    for digits in range(4, 18):
        if len({float(text.replace("−", "-")) for text in pair}) == 2:
            break
        pair = minus(f"{found:+.{digits}g}"), minus(f"{true:+.{digits}g}")
    return pair


def case_of(trial: Trial) -> dict[str, Any]:
    """What the learner can compare with, by name."""
    given = {**trial.shown, "D": trial.D, "keep_prob": trial.keep_prob}
    return {**given, "yours": trial.found, "true": trial.true}


def smallest(trials: Sequence[Trial]) -> Finding:
    """The first case that fails, which no known mistake explains: its first number that differs."""
    trial = next(trial for trial in trials if not trial.agrees_with(trial.true))
    if rounded(trials):
        return Finding("rounded", ROUNDED, case=case_of(trial))
    unit, example = at = first_apart(trial.found, trial.true) or (0, 0)
    yours, true = in_full(float(trial.found[at]), float(trial.true[at]))
    rows = {name: number(float(values[at])) for name, values in trial.shown.items()} | {
        "D": str(int(trial.D[at])),
        "keep_prob": str(trial.keep_prob),
        f"your {trial.made}": yours,
        f"true {trial.made}": true,
    }
    width = max(len(name) for name in rows)
    lines = [f"  {name:{width}}  {value}" for name, value in rows.items()]
    opening = (
        f"None of the mistakes I know gives your numbers. The first one that differs, in the "
        f"smallest case that fails, is at unit {unit} of example {example}:"
    )
    closing = f"{_multiple(trials)}Take it through its switch by hand, and compare."
    return Finding("unknown", "\n".join([opening, *lines, closing]), case=case_of(trial))


def _multiple(trials: Sequence[Trial]) -> str:
    """A sentence if every number is the same multiple of the true one."""
    found, true = (np.concatenate([a.ravel() for a in arrays]) for arrays in (
        [t.found for t in trials], [t.true for t in trials]
    ))  # fmt: skip
    factor = float(found @ true / (true @ true))
    if not np.allclose(found, factor * true, rtol=1e-6, atol=1e-9):
        return ""
    return (
        f"In every case your numbers are {in_full(factor, 1)[0].lstrip('+')} times the true ones. "
    )


def rounded(trials: Sequence[Trial]) -> bool:
    """Whether every number is the true one with fewer digits: float16, or .round(2)."""
    close = all(np.allclose(t.found, t.true, rtol=2e-3, atol=0.06) for t in trials)
    half = all(np.array_equal(t.found, t.found.astype(np.float16)) for t in trials)
    return close and (half or any(_has_decimals(trials, places) for places in range(1, 7)))


def _has_decimals(trials: Sequence[Trial], places: int) -> bool:
    return all(np.allclose(t.found, np.round(t.true, places), rtol=0, atol=1e-9) for t in trials)
