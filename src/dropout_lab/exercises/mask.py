"""Name what is wrong with the way a learner draws masks, from the masks alone.

Whether a random function is right can only be told from many draws. The seeds are fixed, so the answer
is always the same; the thresholds are seven standard deviations wide, so that a right function is not
accused, and each slip is looked for where it is far from right.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BUGS, normal_share
from dropout_lab.core.doors import Array, Mask
from dropout_lab.exercises.attempt import AttemptError, as_array, attempt
from dropout_lab.exercises.feedback import Feedback, Finding, in_words, opened, sum_up
from dropout_lab.text import number

# Not square, so that a transposed mask is seen; 24,000 switches at each keep_prob.
UNITS, EXAMPLES, DRAWS = 100, 40, 6
SHAPE = (UNITS, EXAMPLES)
FEW, MANY = 2, 400  # a layer so small that often none of its units is kept
# randn hides near 0.7833 and a flipped comparison at 0.5: no slip hides at all four.
KEEP_PROBS = (0.2, 0.5, 0.7, 0.9)
SIGMAS = 7
# The shares that known slips keep, by their names.
LAWS: dict[tuple[str, ...], Callable[[float], float]] = {
    (): lambda k: k,
    ("flipped comparison",): lambda k: 1 - k,
    ("randn",): normal_share,
    ("randn", "flipped comparison"): lambda k: 1 - normal_share(k),
}

PRAISE = "Right: every switch is a coin of its own, and it comes from rng and keep_prob."
# Where these are found, switches are no coins of their own, and need not be asked.
PATTERNS = {
    "seed inside forward", "one switch", "one mask for all examples", "one switch per example",
    "exact share",
}  # fmt: skip
EACH = "Give each switch a number of its own: rng.random(shape)."
ELSEWHERE = (
    "Twice the same rng gave two different masks: your numbers come from somewhere else, perhaps from "
    "np.random. Draw them from rng, as rng.random(shape), so that a run can be repeated."
)
SCALED = (
    "Your D holds 0 and 1 / keep_prob, so the scale is in it already. D only says who is kept; the "
    "scale has its place in the next line, A * D / keep_prob, and there it would come in twice."
)
BOOLEAN = (
    "The numbers come out the same, but ~D does not, and `apply_mask` wants booleans: "
    "keep the comparison as it is, without .astype."
)


@in_words
def check_mask(my_mask: Callable[..., Any]) -> Feedback:
    """Check your own my_mask(shape, keep_prob, rng) -> D, True with probability keep_prob; never raises.

    Any function with the right law is accepted, whichever way it uses rng (a Generator). One mask
    for all examples is accepted too, and named: it is different, not wrong.
    """
    return sum_up(mask_findings(draw_all(my_mask)), PRAISE)


@dataclass(frozen=True)
class Draws:
    """masks[keep_prob] (DRAWS, UNITS, EXAMPLES), each mask from a generator of its own.

    few() (DRAWS, FEW, MANY): masks at keep_prob 0.2 of a layer that has only two units.
    again (UNITS, EXAMPLES): drawn with the same seed and keep_prob as masks[0.5][0]; form: what is
    to be said about the kind of numbers the function returns.
    """

    masks: dict[float, Mask]
    few: Callable[[], Mask]
    again: Mask
    form: list[Finding]


def draw_all(my_mask: Callable[..., Any]) -> Draws:
    """Call my_mask(shape, keep_prob, rng) with many generators; raises AttemptError with a sentence."""

    def draw(keep_prob: float, seed: int, shape: tuple[int, int] = SHAPE) -> Any:
        """One mask, from this seed."""
        return attempt(my_mask, shape, keep_prob, np.random.default_rng(seed))

    masks = {
        k: np.stack([as_mask(draw(k, seed), SHAPE, k) for seed in range(DRAWS)]) for k in KEEP_PROBS
    }

    def few() -> Mask:
        """Masks of a small layer."""
        shape = FEW, MANY
        return np.stack([as_mask(draw(0.2, seed, shape), shape, 0.2) for seed in range(DRAWS)])

    last = draw(0.5, 0)
    return Draws(masks, few, as_mask(last, SHAPE, 0.5), _form(last, 0.5))


def as_mask(result: object, shape: tuple[int, int], keep_prob: float) -> Mask:
    """The mask that a learner means by booleans, by 0 and 1, or by 0 and 1 / keep_prob.

    shape (n, m); a mask (n, 1), one switch per unit, is spread over the examples. Raises
    AttemptError for another shape and for other numbers.
    """
    expected = f"it should be {shape}: rows are units and columns are examples."
    found = as_array(result, "D", [shape, (shape[0], 1)], expected)
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
    told = (
        f"One note: your D is {result.dtype}, not boolean."
        if isinstance(result, np.ndarray)
        else (f"One note: your D is a {type(result).__name__}, not an array of booleans.")
    )
    return [Finding("not boolean", f"{told} {BOOLEAN}", False)]


def mask_findings(draws: Draws) -> list[Finding]:
    """All there is to say about these masks; empty if they are right and boolean."""
    shares = {k: float(masks.mean()) for k, masks in draws.masks.items()}
    if set(shares.values()) in ({0.0}, {1.0}):
        return [_never_switched(shares[0.5])]
    found = [*_generator(draws), *_pattern(draws), *_share(shares, _coins(draws))]
    dependent = [] if {each.name for each in found} & PATTERNS else _dependent(draws.masks[0.5])
    if all(finding.name == "wrong share" for finding in found):
        # What depends on one another also shows shares that coins of their own would not show.
        found = [] if dependent else _uneven(draws) or found
    found += dependent
    if not found:
        found = _few(draws.few())
    return [*found, *draws.form]


def _never_switched(share: float) -> Finding:
    state = "closed: nothing is ever off" if share else "open: nothing is ever kept"
    return Finding("no coin", f"Every switch in every mask of yours is {state}.")


def _generator(draws: Draws) -> list[Finding]:
    """Where the randomness comes from: it should be rng, and only rng."""
    if _constant(draws):
        told = f"From {DRAWS} different generators you made {DRAWS} times the same mask. "
        return [Finding("seed inside forward", told + BUGS["seed inside forward"].explanation)]
    if np.array_equal(draws.again, draws.masks[0.5][0]):
        return []
    return [Finding("rng not used", ELSEWHERE)]


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


def _constant(draws: Draws) -> bool:
    """Whether all masks at one keep_prob are the same."""
    return bool((draws.masks[0.5] == draws.masks[0.5][0]).all())


def _alike(draws: Draws, axis: int) -> bool:
    """Whether in every mask all switches along this axis are the same."""
    return not any(np.ptp(masks.astype(int), axis=axis).any() for masks in draws.masks.values())


def _coins(draws: Draws) -> int:
    """How many independent coins stand behind the share kept at one keep_prob."""
    masks = 1 if _constant(draws) else DRAWS
    units = 1 if _alike(draws, axis=1) else UNITS
    examples = 1 if _alike(draws, axis=2) else EXAMPLES
    return masks * units * examples


def _share(shares: dict[float, float], coins: int) -> list[Finding]:
    """Whether the share kept is keep_prob, and if not, which known slip keeps this one."""

    def fits(law: Callable[[float], float]) -> bool:
        """Whether the masks may well keep these shares."""
        return all(_near(share, law(k), coins) for k, share in shares.items())

    told = ", ".join(f"{share:.0%} at {k}" for k, share in shares.items())
    count = UNITS * EXAMPLES * DRAWS
    opening = f"The share your masks keep of {count:,} switches, by keep_prob: {told}."
    for names, law in LAWS.items():
        if fits(law):
            return opened(opening, [Finding(name, BUGS[name].explanation) for name in names])
    middle = sum(shares.values()) / len(shares)
    if fits(lambda _: middle):
        return [Finding("keep_prob not used", f"{opening} Do you use keep_prob?")]
    return [Finding("wrong share", f"{opening} It should be keep_prob.")]


def _near(share: float, expected: float, coins: int) -> bool:
    """Whether so many coins may well show this share: sd = sqrt(p (1 - p) / coins)."""
    return abs(share - expected) <= SIGMAS * math.sqrt(expected * (1 - expected) / coins)


def _uneven(draws: Draws) -> list[Finding]:
    """A unit, or an example, whose switches do not have the chance that the others have."""
    for k, masks in draws.masks.items():
        for what, axes in (("unit", (0, 2)), ("example", (0, 1))):
            shares = masks.mean(axis=axes)
            mean, coins = float(shares.mean()), masks.size // shares.size
            if not all(_near(float(share), mean, coins) for share in shares):
                i = int(np.argmax(np.abs(shares - mean)))
                told = f"your masks keep {what} {i} in {shares[i]:.0%} of its draws."
                needs = "Every switch needs the same chance."
                return [Finding("uneven", f"At keep_prob {k} {told} {needs}")]
    return []


def _few(masks: Mask) -> list[Finding]:
    """Whether the share is right in a small layer too; not if somebody sees to it that one is kept."""
    share = float(masks.mean())
    if _near(share, 0.2, masks.size):
        return []
    told = (
        f"With {UNITS} units the share is right, but with {FEW} units and keep_prob 0.2 your masks keep "
        f"{share:.0%}. Do you see to it that some unit is always kept? Coins of their own may all fall the "
        f"same way. {EACH}"
    )
    return [Finding("dependent switches", told)]


def _dependent(masks: Mask) -> list[Finding]:
    """Switches that agree, or differ, more often than coins of their own: tiled, repeated, mirrored.

    masks (DRAWS, UNITS, EXAMPLES) at keep_prob 0.5, where every correlation is as good as normal.
    """
    values = masks - masks.mean(axis=(0, 2), keepdims=True)  # a unit may have a chance of its own,
    values -= values.mean(axis=(0, 1), keepdims=True)  # and so may an example
    coins = values / (values.std() or 1)
    draws, units, examples = (np.moveaxis(coins, axis, 0).reshape(n, -1) for axis, n in (
        (0, DRAWS), (1, UNITS), (2, EXAMPLES)
    ))  # fmt: skip
    waves = np.fft.rfft(draws)
    shifted = np.fft.irfft(np.sum(waves * waves.conj(), axis=0), draws.shape[1])
    mirrored = np.fft.irfft(np.sum(waves * waves, axis=0), draws.shape[1])
    told = [
        (
            "masks {0} and {1}, each from a generator of its own,",
            _correlations(draws),
            draws.shape[1],
        ),
        ("units {0} and {1}", _correlations(units), units.shape[1]),
        ("examples {0} and {1}", _correlations(examples), examples.shape[1]),
        ("switches {0} and {1} of a mask, counted row by row,", _correlated(shifted), coins.size),
        ("switches {0} and {1} of a mask, counted row by row,", _mirror(mirrored), coins.size),
    ]
    seen: list[tuple[float, float, str]] = []
    for words, found, count in told:
        # Each pair stands twice in a shift by half of all and in a mirror: hence the root.
        most = max(map(abs, found.values()))
        if most > SIGMAS * math.sqrt(2 / count):
            # Of several that are as good as equal the first, which is easy to find.
            where = next(pair for pair in found if abs(found[pair]) >= 0.8 * most)
            seen.append((most, found[where], words.format(*where)))
    if not seen:
        return []
    _, correlation, which = max(seen, key=lambda each: round(each[0], 2))
    sentence = (
        f"Your switches depend on one another: at keep_prob 0.5 {which} {_agree(correlation)}, and coins of their own "
        f"agree in about half. {EACH}"
    )
    return [Finding("dependent switches", sentence)]


def _agree(correlation: float) -> str:
    if abs(correlation) > 0.97:
        return "always agree" if correlation > 0 else "never agree"
    return f"agree in {(1 + correlation) / 2:.0%} of all cases"


Pairs = dict[tuple[int, int], float]


def _correlations(rows: Array) -> Pairs:
    """The correlation of each two rows."""
    both = rows @ rows.T / rows.shape[1]
    return {(i, j): float(both[i, j]) for i in range(len(rows)) for j in range(i + 1, len(rows))}


def _correlated(shifted: Array) -> Pairs:
    """That of each switch and the one so many places further on."""
    size = DRAWS * len(shifted)
    return {(0, lag): float(shifted[lag]) / size for lag in range(1, len(shifted))}


def _mirror(mirrored: Array) -> Pairs:
    """That of all switches whose places add up to the same number."""
    size = DRAWS * len(mirrored)
    return {(0, place): float(mirrored[place]) / size for place in range(1, len(mirrored))}
