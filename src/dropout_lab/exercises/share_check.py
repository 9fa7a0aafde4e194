"""A check is checked too: it should tell masks that keep the right share from masks that do not.

A good check of something random lets the right masks pass nearly always, and no wrong ones. So it is
run many times, on right masks and on two wrong kinds, where these differ from the right ones.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.recipe import CORRECT, Sample
from dropout_lab.exercises.attempt import AttemptError, attempt
from dropout_lab.exercises.feedback import Feedback

RUNS = 25  # at each keep_prob, each with a generator of its own
RIGHT_AT = (0.2, 0.5, 0.7, 0.9)
# Not where a slip hides: randn keeps the right share at 0.7833, a flipped comparison at 0.5.
WRONG_AT = {"randn": (0.5, 0.7, 0.9), "flipped comparison": (0.2, 0.7, 0.9)}
KEEPS = {
    "randn": {0.5: "69.1%", 0.7: "75.8%", 0.9: "81.6%"},
    "flipped comparison": {0.2: "80%", 0.7: "30%", 0.9: "10%"},
}
# A check at two sd has 5 false alarms in 100 runs and rarely more than 12; at one sd it has 32.
ALARMS_ALLOWED = 12
MISSES_ALLOWED = 2

SD = "The sd of the share kept among n switches is sqrt(keep_prob * (1 - keep_prob) / n)"


def check_share_check(my_check: Callable[..., Any]) -> Feedback:
    """Check your own my_check(sample, keep_prob, rng) -> True if the masks keep the right share.

    `sample(shape, keep_prob, rng)` draws a mask. Never raises; says how often right masks are
    refused, and how often wrong ones pass.
    """
    try:
        passed = {
            name: {k: _passes(my_check, sample, k) for k in keep_probs}
            for name, sample, keep_probs in _samplers()
        }
    except AttemptError as trouble:
        return Feedback(False, f"✗ {trouble}")
    right = sum(passed.pop("correct").values())
    return _one_answer(right, passed) or _two_rates(right, passed)


def _samplers() -> list[tuple[str, Sample, tuple[float, ...]]]:
    wrong = [(name, BUGS[name].sample, keep_probs) for name, keep_probs in WRONG_AT.items()]
    return [("correct", CORRECT.sample, RIGHT_AT), *wrong]


def _passes(my_check: Callable[..., Any], sample: Sample, keep_prob: float) -> int:
    """In how many runs the check says yes to these masks."""
    first = RUNS * round(10 * keep_prob)
    seeds = range(first, first + RUNS)
    return sum(_answer(my_check, sample, keep_prob, seed) for seed in seeds)


def _answer(my_check: Callable[..., Any], sample: Sample, keep_prob: float, seed: int) -> bool:
    answer = attempt(my_check, sample, keep_prob, np.random.default_rng(seed))
    if isinstance(answer, bool | np.bool_):
        return bool(answer)
    what = (
        "a number" if isinstance(answer, int | float | np.number) else f"a {type(answer).__name__}"
    )
    raise AttemptError(
        f"Your check returns {what}, not True or False. End it with a comparison: how far may the "
        f"share be from keep_prob?"
    )


def _one_answer(right: int, passed: dict[str, dict[float, int]]) -> Feedback | None:
    """A word about a check that does not tell the masks apart, or tells them the wrong way round."""
    runs = RUNS * len(RIGHT_AT)
    counts = [count for by_keep_prob in passed.values() for count in by_keep_prob.values()]
    if right == runs and min(counts) == RUNS:
        return Feedback(
            False,
            "✗ Your check says yes to everything, also to masks that keep 10% where 90% are needed.",
        )
    if right == 0 and max(counts) == 0:
        return Feedback(
            False,
            "✗ Your check says no to everything, also to the right masks. A share drawn by chance is "
            f"hardly ever exactly keep_prob: allow for chance. {SD}.",
        )
    if right <= ALARMS_ALLOWED and min(counts) >= RUNS - MISSES_ALLOWED:
        return Feedback(
            False,
            "✗ Just the other way round: your check says no to right masks, yes to wrong ones.",
        )
    return None


def _two_rates(right: int, passed: dict[str, dict[float, int]]) -> Feedback:
    """The two rates that make a check good or bad: false alarms, and slips that pass."""
    runs = RUNS * len(RIGHT_AT)
    words = [_miss(name, by_keep_prob) for name, by_keep_prob in passed.items()]
    if runs - right > ALARMS_ALLOWED:
        words.append(
            f"It raises a false alarm on the right masks in {runs - right} of {runs} runs: allow for "
            f"chance. {SD}; three of them are a good distance."
        )
    if any(words):
        return Feedback(False, "✗ " + " ".join(filter(None, words)))
    return Feedback(
        True,
        f"✓ Right: it passes the right masks in {right} of {runs} runs, and it stops randn and the "
        f"flipped comparison. A gradient check can see neither.",
    )


def _miss(name: str, by_keep_prob: dict[float, int]) -> str:
    """A sentence about the keep_prob where most of these wrong masks pass, or nothing."""
    k, count = max(by_keep_prob.items(), key=lambda item: item[1])
    if count <= MISSES_ALLOWED:
        return ""
    advice = "draw more switches, or allow less distance"
    if name == "flipped comparison" and _one_sided(list(by_keep_prob.values())):
        advice = "a share can be too large or too small, so compare abs(share - keep_prob)"
    return (
        f"It lets masks of the kind {name!r} pass at keep_prob {k} in {count} of {RUNS} runs, where "
        f"the share kept is {KEEPS[name][k]}: {advice}."
    )


def _one_sided(passed: list[int]) -> bool:
    """Whether all that keep too much pass (at 0.2) and none that keep too little, or the reverse."""
    too_much, *too_little = passed
    if too_much <= MISSES_ALLOWED:
        return min(too_little) == RUNS
    return too_much == RUNS and max(too_little) <= MISSES_ALLOWED
