"""Name what is wrong with the way a learner draws masks, from the masks alone.

Whether a random function is right can only be told from many draws. Ours have fixed seeds, so the
answer is always the same; the thresholds are seven standard deviations wide, so that a right function
is not accused, and each slip is looked for where it is far from right.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.doors import Mask
from dropout_lab.exercises.attempt import AttemptError, as_array, attempt
from dropout_lab.exercises.feedback import Diagnosis, Feedback, Finding, unknown, verdict
from dropout_lab.text import number

# Not square, so that a transposed mask is seen; 24,000 switches at each keep_prob.
UNITS, EXAMPLES, DRAWS = 100, 40, 6
# randn hides near 0.7833 and a flipped comparison at 0.5: no slip hides at all four.
KEEP_PROBS = (0.2, 0.5, 0.7, 0.9)


@dataclass(frozen=True)
class Draws:
    """masks[keep_prob] (DRAWS, UNITS, EXAMPLES), each mask from a generator of its own.

    again (UNITS, EXAMPLES): drawn with the same seed and keep_prob as masks[0.5][0]; form: what is
    to be said about the kind of numbers the function returns.
    """

    masks: dict[float, Mask]
    again: Mask
    form: list[Finding]


def draw_all(my_mask: Callable[..., Any]) -> Draws:
    """Call my_mask(shape, keep_prob, rng) with many generators; raises AttemptError with a sentence."""
    masks = {k: np.stack([_mask(my_mask, k, i) for i in range(DRAWS)]) for k in KEEP_PROBS}
    last = _draw(my_mask, 0.5, 0)
    again = as_switches(last, (UNITS, EXAMPLES), 0.5)
    return Draws(masks, again, _form(last, 0.5))


def _mask(my_mask: Callable[..., Any], keep_prob: float, i: int) -> Mask:
    return as_switches(_draw(my_mask, keep_prob, i), (UNITS, EXAMPLES), keep_prob)


def _draw(my_mask: Callable[..., Any], keep_prob: float, i: int) -> Any:
    return attempt(my_mask, (UNITS, EXAMPLES), keep_prob, np.random.default_rng(i))


def as_switches(result: object, shape: tuple[int, int], keep_prob: float) -> Mask:
    """The mask that a learner means by booleans, by 0 and 1, or by 0 and 1 / keep_prob.

    shape (n, m); a mask (n, 1), one switch per unit, is spread over the examples. Raises
    AttemptError for another shape and for other numbers.
    """
    needed = f"it should be {shape}: rows are units and columns are examples."
    found = as_array(result, "D", [shape, (shape[0], 1)], needed)
    odd = ~np.isclose(found[..., None], (0, 1, 1 / keep_prob)).any(axis=-1)
    if odd.any():
        raise AttemptError(
            f"Your D holds numbers like {number(float(found[odd][0]))}; a switch is True or False. "
            f"Did you leave out the comparison with keep_prob?"
        )
    return np.broadcast_to(found != 0, shape)


def _form(result: object, keep_prob: float) -> list[Finding]:
    """A word about a mask that is not made of booleans: wrong only if the scale is in it already."""
    if np.isclose(np.max(np.asarray(result, dtype=float)), 1 / keep_prob):
        return [Finding("scale inside the mask", SCALED)]
    if isinstance(result, np.ndarray) and result.dtype == np.bool_:
        return []
    kind = result.dtype if isinstance(result, np.ndarray) else type(result).__name__
    return [Finding("not boolean", f"One note: your D is {kind}, not boolean. {BOOLEAN}", False)]


SCALED = (
    "Your D holds 0 and 1 / keep_prob, so the scale is in it already. D only says who is kept; the "
    "scale has its place in the next line, A * D / keep_prob, and there it would come in twice."
)
BOOLEAN = (
    "The numbers come out the same, but ~D does not, and `apply_mask` wants booleans: "
    "keep the comparison as it is, without .astype."
)


SIGMAS = 7
PRAISE = "Right: every switch is a coin of its own, and it comes from rng and keep_prob."


def check_mask(my_mask: Callable[..., Any]) -> Feedback:
    """Check your own my_mask(shape, keep_prob, rng) -> D: the law of the masks it draws."""
    return Feedback.of(diagnose_mask(my_mask))


def diagnose_mask(my_mask: Callable[..., Any]) -> Diagnosis:
    """Check my_mask(shape, keep_prob, rng) -> D, True with probability keep_prob; never raises.

    Any function with the right law is accepted, whichever way it uses rng (a Generator). One mask
    for all examples is accepted too, and named: it is different, not wrong.
    """
    try:
        return verdict(mask_findings(draw_all(my_mask)), PRAISE)
    except AttemptError as trouble:
        return unknown(str(trouble))


def mask_findings(draws: Draws) -> list[Finding]:
    """All there is to say about these masks; empty if they are right and boolean."""
    shares = {k: float(masks.mean()) for k, masks in draws.masks.items()}
    if set(shares.values()) in ({0.0}, {1.0}):
        return [_never_switched(shares[0.5])]
    parts = (_source(draws), _pattern(draws), _share(shares, _coins(draws)))
    found = [finding for part in parts for finding in part]
    if all(finding.name == "wrong share" for finding in found):
        found = _uneven(draws) or found
    return [*found, *draws.form]


def _never_switched(share: float) -> Finding:
    state = "closed: nothing is ever off" if share else "open: nothing is ever kept"
    return Finding("no coin", f"Every switch in every mask of yours is {state}.")


def _source(draws: Draws) -> list[Finding]:
    """Where the randomness comes from: it should be rng, and only rng."""
    if _constant(draws):
        told = f"From {DRAWS} different generators you made {DRAWS} times the same mask. "
        return [Finding("seed inside forward", told + BUGS["seed inside forward"].explanation)]
    if np.array_equal(draws.again, draws.masks[0.5][0]):
        return []
    return [
        Finding(
            "rng not used",
            "Twice the same rng gave two different masks: your numbers come from somewhere else, "
            "perhaps from np.random. Draw them from rng, as rng.random(shape), so that a run can "
            "be repeated.",
        )
    ]


def _pattern(draws: Draws) -> list[Finding]:
    """Switches that should be independent, and are not."""
    per_unit, per_example = _alike(draws, axis=2), _alike(draws, axis=1)
    if per_unit and per_example:
        return [Finding("one switch", f"One single switch turns the whole layer on or off. {EACH}")]
    if per_unit:
        told = f"One switch per unit. {BUGS['one mask for all examples'].explanation}"
        return [Finding("one mask for all examples", told, wrong=False)]
    if per_example:
        told = f"All units of an example are on or off together: one switch per example. {EACH}"
        return [Finding("one switch per example", told)]
    counts = {k: masks.sum(axis=(1, 2)) for k, masks in draws.masks.items()}
    if _constant(draws) or any(np.ptp(count) for count in counts.values()):
        return []
    told = (
        f"At keep_prob 0.5 every mask of yours keeps exactly {counts[0.5][0]} of "
        f"{UNITS * EXAMPLES} switches. Each unit alone has the right chance, but independent coins "
        f"vary: these know of one another, and that is not dropout as we define it. {EACH}"
    )
    return [Finding("exact share", told)]


EACH = "Give each switch a number of its own: rng.random(shape)."


def _constant(draws: Draws) -> bool:
    """Whether all masks at one keep_prob are the same."""
    return bool((draws.masks[0.5] == draws.masks[0.5][0]).all())


def _alike(draws: Draws, axis: int) -> bool:
    """Whether in every mask all switches along this axis are the same."""
    return not any(np.ptp(masks.astype(int), axis=axis).any() for masks in draws.masks.values())


def _coins(draws: Draws) -> int:
    """How many independent coins stand behind the share kept at one keep_prob."""
    coins = UNITS * EXAMPLES * DRAWS
    for alike, share in (
        (_constant(draws), DRAWS),
        (_alike(draws, axis=1), UNITS),
        (_alike(draws, axis=2), EXAMPLES),
    ):
        coins = coins // share if alike else coins
    return coins


def _share(shares: dict[float, float], coins: int) -> list[Finding]:
    """Whether the share kept is keep_prob, and if not, which known slip keeps this one."""
    known: dict[tuple[str, ...], Callable[[float], float]] = {
        (): lambda k: k,
        ("flipped comparison",): lambda k: 1 - k,
        ("randn",): _phi,
        ("randn", "flipped comparison"): lambda k: 1 - _phi(k),
    }
    told = ", ".join(f"{share:.0%} at {k}" for k, share in shares.items())
    count = UNITS * EXAMPLES * DRAWS
    opening = f"The share your masks keep of {count:,} switches, by keep_prob: {told}. "
    for names, law in known.items():
        if all(_near(share, law(k), coins) for k, share in shares.items()):
            openings = [opening, ""]
            return [
                Finding(name, f"{start}{BUGS[name].explanation}")
                for name, start in zip(names, openings, strict=False)
            ]
    middle = sum(shares.values()) / len(shares)
    if all(_near(share, middle, coins) for share in shares.values()):
        return [Finding("keep_prob not used", f"{opening}Do you use keep_prob?")]
    return [Finding("wrong share", f"{opening}It should be keep_prob.")]


def _phi(z: float) -> float:
    """The share of the normal curve below z."""
    return (1 + math.erf(z / math.sqrt(2))) / 2


def _near(share: float, expected: float, coins: int) -> bool:
    """Whether so many coins may well show this share: sd = sqrt(p (1 - p) / coins)."""
    return abs(share - expected) <= SIGMAS * math.sqrt(expected * (1 - expected) / coins)


def _uneven(draws: Draws) -> list[Finding]:
    """A unit, or an example, whose switches do not have the chance that the others have."""
    for k, masks in draws.masks.items():
        for what, axes in (("unit", (0, 2)), ("example", (0, 1))):
            shares = masks.mean(axis=axes)
            coins = masks.size // shares.size
            mean = float(shares.mean())
            if not all(_near(float(share), mean, coins) for share in shares):
                i = int(np.argmax(np.abs(shares - mean)))
                told = (
                    f"At keep_prob {k} your masks keep {what} {i} in {shares[i]:.0%} of its draws. "
                )
                return [Finding("uneven", f"{told}Every switch needs the same chance.")]
    return []
