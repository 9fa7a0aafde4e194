"""A check is checked too: it should tell masks that keep the right share from masks that do not.

A good check of something random lets the right masks pass nearly always, and no wrong ones. So it is
run many times, on right masks and on two wrong kinds, where these differ from the right ones.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import KNOWN, normal_share
from dropout_lab.core.doors import Mask, Rng
from dropout_lab.core.recipe import Sample
from dropout_lab.exercises.attempt import attempt, yes_or_no
from dropout_lab.exercises.feedback import Feedback, Finding, accept, in_words, refuse

RUNS = 25  # at each keep_prob, each with a generator of its own
# Not where a slip hides: randn keeps the right share at 0.7833, a flipped comparison at 0.5.
KEEP_PROBS = {
    "correct": (0.2, 0.5, 0.7, 0.9),
    "randn": (0.5, 0.7, 0.9),
    "flipped comparison": (0.2, 0.7, 0.9),
}
KEPT: dict[str, Callable[[float], float]] = {
    "randn": normal_share,
    "flipped comparison": lambda k: 1 - k,
}
RIGHT_RUNS = RUNS * len(KEEP_PROBS["correct"])
# A check at two sd has 5 false alarms in 100 runs and rarely more than 12; at one sd it has 32.
ALARMS_ALLOWED = 12
MISSES_ALLOWED = 2

BLIND = (
    "Whatever keep_prob is, your check says the same about the same masks. Do you use keep_prob? Compare the "
    "share with it, and not with a number of your own."
)
SD = "The sd of the share kept among n switches is sqrt(keep_prob * (1 - keep_prob) / n)"


@in_words
def check_share_check(my_check: Callable[..., Any]) -> Feedback:
    """Check your own my_check(sample, keep_prob, rng) -> True if the masks keep the right share.

    `sample(shape, keep_prob, rng)` draws a mask. Never raises; says how often right masks are
    refused, and how often wrong ones pass.
    """
    passed = {
        name: {k: _passes(my_check, KNOWN[name].sample, k) for k in keep_probs}
        for name, keep_probs in KEEP_PROBS.items()
    }
    right = sum(passed.pop("correct").values())
    found = _one_answer(right, passed) or [*_misses(passed), *_false_alarms(right)]
    if found and found[0].name not in ("always yes", "always no") and _blind(my_check):
        return refuse(BLIND, "keep_prob not used")
    if found:
        return refuse(" ".join(finding.sentence for finding in found), found[0].name)
    return accept(
        f"Right: it passes the right masks in {right} of {RIGHT_RUNS} runs, and it stops randn and the "
        f"flipped comparison. A gradient check can see neither."
    )


def _passes(my_check: Callable[..., Any], sample: Sample, keep_prob: float) -> int:
    """In how many runs the check says yes to these masks."""
    first = RUNS * round(10 * keep_prob)
    seeds = range(first, first + RUNS)
    return sum(_answer(my_check, sample, keep_prob, seed) for seed in seeds)


def _answer(my_check: Callable[..., Any], sample: Sample, keep_prob: float, seed: int) -> bool:
    answer = attempt(my_check, sample, keep_prob, np.random.default_rng(seed))
    return yes_or_no(answer, "how far may the share be from keep_prob?")


def _blind(my_check: Callable[..., Any]) -> bool:
    """Whether the answer depends on the share that is kept, but not on keep_prob."""
    answers = set()
    for share in np.arange(0.05, 1, 0.05):

        def sample(shape: Any, _keep_prob: float, rng: Rng, share: float = share) -> Mask:
            """Masks that keep this share, whatever they are asked for."""
            return rng.random(shape) < share

        said = {_answer(my_check, sample, k, 0) for k in KEEP_PROBS["correct"]}
        if len(said) > 1:
            return False
        answers |= said
    return len(answers) > 1


def _one_answer(right: int, passed: dict[str, dict[float, int]]) -> list[Finding]:
    """A word about a check that does not tell the masks apart, or tells them the wrong way round."""
    counts = [count for by_keep_prob in passed.values() for count in by_keep_prob.values()]
    if right == RIGHT_RUNS and min(counts) == RUNS:
        words = "everything, also to masks that keep 10% where 90% are needed."
        return [Finding("always yes", f"Your check says yes to {words}")]
    if right == 0 and max(counts) == 0:
        words = "A share drawn by chance is hardly ever exactly keep_prob: allow for chance."
        told = f"Your check says no to everything, also to the right masks. {words} {SD}."
        return [Finding("always no", told)]
    if right <= ALARMS_ALLOWED and min(counts) >= RUNS - MISSES_ALLOWED:
        words = "your check says no to right masks, yes to wrong ones."
        return [Finding("the other way around", f"Just the other way around: {words}")]
    return []


def _misses(passed: dict[str, dict[float, int]]) -> Iterator[Finding]:
    """A sentence for each wrong kind that gets through, about the keep_prob where most of it does."""
    advice = "draw more switches, or allow less distance"
    if _one_sided(list(passed["flipped comparison"].values())):
        advice = "a share can be too large or too small, so compare abs(share - keep_prob)"
    for name, by_keep_prob in passed.items():
        k, count = max(by_keep_prob.items(), key=lambda item: item[1])
        if count <= MISSES_ALLOWED:
            continue
        told = (
            f"It lets masks of the kind {name!r} pass at keep_prob {k} in {count} of {RUNS} runs, "
            f"where the share kept is {100 * KEPT[name](k):.3g}%: {advice}."
        )
        yield Finding(f"{name} passes", told)


def _one_sided(passed: list[int]) -> bool:
    """Whether all that keep too much pass (at 0.2) and none that keep too little, or the reverse."""
    too_much, *too_little = passed
    if too_much <= MISSES_ALLOWED:
        return min(too_little) == RUNS
    return too_much == RUNS and max(too_little) <= MISSES_ALLOWED


def _false_alarms(right: int) -> Iterator[Finding]:
    """A sentence if too many right masks are refused."""
    if RIGHT_RUNS - right > ALARMS_ALLOWED:
        told = (
            f"It raises a false alarm on the right masks in {RIGHT_RUNS - right} of {RIGHT_RUNS} "
            f"runs: allow for chance. {SD}; three of them are a good distance."
        )
        yield Finding("false alarms", told)
