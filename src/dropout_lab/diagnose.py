"""Run a learner's own function on random cases and, if it is wrong, say in words what is wrong with it."""

from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np

from dropout_lab.digits import numbers
from dropout_lab.dropout import Array, Mask, apply_mask, sample_mask
from dropout_lab.recipes import BACKWARD_BUGS

# The smallest first, so that a counterexample is small; one square, where a transposed mask fits.
SHAPES = [(2, 1), (3, 2), (4, 4), (5, 3), (6, 7)]
KEEP_PROBS = [0.5, 0.8, 0.6, 0.3, 0.7]


@dataclass(frozen=True)
class Diagnosis:
    """ok; bug: a key of BUGS, "unknown", or None when correct; message: one friendly paragraph."""

    ok: bool
    bug: str | None
    message: str


@dataclass(frozen=True)
class Trial:
    """One random case, and what the learner's function made of it."""

    dA_drop: Array
    D: Mask
    keep_prob: float
    found: Any

    @property
    def true(self) -> Array:
        """What it should have made."""
        return apply_mask(self.dA_drop, self.D, self.keep_prob)

    def agrees_with(self, values: Array) -> bool:
        """Whether the function gave these values, up to the rounding of float32."""
        return bool(np.allclose(self.found, values, rtol=1e-5, atol=1e-7))


def diagnose(my_backward: Callable[..., Any]) -> Diagnosis:
    """Check my_backward(dA_drop, D, keep_prob) -> dA; never raises, whatever the function does.

    Any correct way to write it is accepted. A wrong one is compared with every backward bug of
    BUGS; what none of them explains is "unknown", with the smallest failing case and its numbers.
    """
    if not callable(my_backward):
        return _unknown(f"Give me your function itself, without (); you gave {my_backward!r}.")
    trials = []
    for seed, (shape, keep_prob) in enumerate(zip(SHAPES, KEEP_PROBS, strict=True)):
        outcome = _try(my_backward, shape, keep_prob, np.random.default_rng(seed))
        if isinstance(outcome, str):
            return _unknown(_transposed(my_backward) or outcome)
        trials.append(outcome)
    if all(trial.agrees_with(trial.true) for trial in trials):
        return Diagnosis(
            True, None, "✓ Right, in every case I tried: the same switches, both ways."
        )
    for name, bug in BACKWARD_BUGS.items():
        if all(t.agrees_with(bug.backward(t.dA_drop, t.D, t.keep_prob)) for t in trials):
            return Diagnosis(False, name, f"{_evidence(trials)} {bug.explanation}")
    if all(_other_switches(trial) for trial in trials):
        return Diagnosis(False, "fresh mask", f"✗ {BACKWARD_BUGS['fresh mask'].explanation}")
    return _unknown(_smallest(trials))


def _unknown(message: str) -> Diagnosis:
    return Diagnosis(False, "unknown", f"✗ {message}")


def _try(
    function: Callable[..., Any], shape: tuple[int, int], keep_prob: float, rng: np.random.Generator
) -> Trial | str:
    """The result on one random case, or a sentence about why there is none."""
    dA_drop = rng.standard_normal(shape)
    D = sample_mask(shape, keep_prob, rng)
    D[0, 0], D[-1, -1] = False, True  # at least one switch of each kind
    given, mask = dA_drop.copy(), D.copy()
    try:
        with redirect_stdout(StringIO()), np.errstate(all="ignore"):
            result = function(given, mask, keep_prob)
    except (Exception, SystemExit) as error:  # whatever a half-written function may do
        return f"Your function stopped with {type(error).__name__}: {error}."
    if result is ...:
        return "Replace the ... in your function by your own line, then run the cell again."
    if result is None:
        return "Your function returns nothing. Does its last line begin with `return`?"
    if not (np.array_equal(given, dA_drop) and np.array_equal(mask, D)):
        return (
            "Your function changes the arrays it was given, and others still need them. "
            "Write `dA = dA_drop * ...`, not `dA_drop *= ...`."
        )
    try:
        found = np.asarray(result, dtype=float)
    except (TypeError, ValueError):
        return f"Your function returns a {type(result).__name__}; needed is one array, dA."
    if found.shape != shape:
        return f"Your dA has shape {found.shape}; dA_drop has {shape}, and dA has the same."
    if not np.isfinite(found).all():
        return "Your dA has entries that are not finite numbers. Do you divide by D?"
    return Trial(dA_drop, D, keep_prob, found)


def _transposed(function: Callable[..., Any]) -> str | None:
    """A sentence if, on a square case, the function gives what a transposed mask would."""
    outcome = _try(function, (4, 4), 0.6, np.random.default_rng(2))
    if isinstance(outcome, str):
        return None
    transposed = apply_mask(outcome.dA_drop, np.ascontiguousarray(outcome.D.T), outcome.keep_prob)
    if not outcome.agrees_with(transposed):
        return None
    return "You use the mask transposed. D has the shape of dA_drop, switch by switch: no .T here."


def _evidence(trials: list[Trial]) -> str:
    """What the numbers show, at units that are off and at units that are kept."""
    off = np.concatenate([trial.found[~trial.D] for trial in trials])
    leaks = "is 0, good" if not off.any() else "is not 0"
    if not any(trial.found[trial.D].any() for trial in trials):
        return f"✗ At units that are off your dA {leaks}; at units that are kept it is 0."
    powers = {
        0: "the true one, good",
        1: "exactly keep_prob times the true one",
        -1: "exactly 1 / keep_prob times the true one",
        2: "exactly keep_prob squared times the true one",
    }
    for power, name in powers.items():
        if all(np.allclose(t.found[t.D], t.keep_prob**power * t.true[t.D], 1e-5) for t in trials):
            return f"✗ At units that are off your dA {leaks}; at units that are kept it is {name}."
    return f"✗ At units that are off your dA {leaks}."


def _other_switches(trial: Trial) -> bool:
    """Whether every entry is either 0 or rightly scaled: right, but for other switches than D."""
    scaled = trial.dA_drop / trial.keep_prob
    kept = trial.found != 0
    return bool(np.allclose(trial.found[kept], scaled[kept], rtol=1e-5))


def _smallest(trials: list[Trial]) -> str:
    """The first case that fails, with its numbers."""
    trial = next(trial for trial in trials if not trial.agrees_with(trial.true))
    return (
        f"None of the mistakes I know gives your numbers. The smallest case that fails:\n"
        f"  dA_drop    {numbers(trial.dA_drop)}\n"
        f"  D          {numbers(trial.D.astype(int))}\n"
        f"  keep_prob  {trial.keep_prob}\n"
        f"  your dA    {numbers(trial.found)}\n"
        f"  true dA    {numbers(trial.true)}\n"
        f"Take the first number through its switch by hand, and compare."
    )
