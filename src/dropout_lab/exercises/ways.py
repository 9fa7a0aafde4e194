"""The ways a learner's line may use the switches and the scale; one of them gives the numbers found."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import redraw
from dropout_lab.core.doors import Array
from dropout_lab.exercises.feedback import Finding, opened
from dropout_lab.exercises.trial import Trial, case_of, evidence, smallest

Factor = Callable[[Array, float], Any]


@dataclass(frozen=True)
class Fixed:
    """The scale with a number where keep_prob belongs."""

    number: float

    def __call__(self, _D: Array, _keep_prob: float) -> float:
        """Return 1 / number, whatever keep_prob is."""
        return 1 / self.number


# The ways to use D (n, m), here of 0.0 and 1.0, and keep_prob; the right one is first, and "".
USES: list[tuple[str, Factor]] = [
    ("", lambda D, _k: D),
    ("no mask", lambda D, _k: np.ones_like(D)),
    ("one minus mask", lambda D, _k: 1 - D),
    ("switches of one example", lambda D, _k: D[:, :1] + 0 * D),
    ("switches of one example", lambda D, _k: D[:, -1:] + 0 * D),
    ("switches of one unit", lambda D, _k: D[:1] + 0 * D),
    ("switches of one unit", lambda D, _k: D[-1:] + 0 * D),
    *[("switches of other places", lambda D, _k, a=a, n=n: np.roll(D, n, a)) for a in (0, 1) for n in (1, -1)],
    *[("switches of other places", lambda D, _k, a=a: np.flip(D, a)) for a in (0, 1, (0, 1))],
    ("fresh mask", lambda D, k: redraw(D != 0, k)),  # that of BUGS; any other is told by `redrawn`
    ("mask with another sign", lambda D, _k: -D),
    ("mask with another sign", lambda D, _k: 2 * D - 1),
]  # fmt: skip
SCALES: list[tuple[str, Factor]] = [
    ("", lambda _D, k: 1 / k),
    ("no scale", lambda _D, _k: 1),
    ("wrong scale", lambda _D, k: 1 / (1 - k)),
    ("multiplied by keep_prob", lambda _D, k: k),
    ("scaled twice", lambda _D, k: 1 / k**2),
    ("multiplied by 1 - keep_prob", lambda _D, k: 1 - k),
    ("square root of keep_prob", lambda _D, k: k**-0.5),
    ("scaled by 1 + keep_prob", lambda _D, k: 1 + k),
    ("share really kept", lambda D, _k: 1 / np.maximum(D.mean(), 1e-9)),
    ("share really kept", lambda D, _k: 1 / np.maximum(D.mean(axis=0), 1e-9)),
    ("share really kept", lambda D, _k: 1 / np.maximum(D.mean(axis=1, keepdims=True), 1e-9)),
    *[("a number for keep_prob", Fixed(percent / 100)) for percent in range(5, 100, 5)],
]  # fmt: skip
PLACE = "Switch and value belong together entry by entry: D has one switch for each entry."
OTHERS = {
    "switches of one example": f"You use the switches of one example for all of them. {PLACE}",
    "switches of one unit": f"You use the switches of one unit for all of them. {PLACE}",
    "switches of other places": f"You use D, but moved to other places. {PLACE}",
    "mask with another sign": "A switch multiplies by 0 or by 1; yours flips signs.",
    "multiplied by 1 - keep_prob": "1 - keep_prob is the share that is off; what makes up for it is "
    "to divide by keep_prob.",
    "square root of keep_prob": "Divide by keep_prob itself, not by its square root: that would keep "
    "the length of the values, not their mean.",
    "scaled by 1 + keep_prob": "The factor is 1 / keep_prob, not 1 + keep_prob.",
    "share really kept": "You divide by the share that happens to be kept here; the factor is "
    "1 / keep_prob, a number that is the same for every mask.",
    "a number for keep_prob": "Your factor is the same in every case, whatever keep_prob is. Did you "
    "write a number where keep_prob belongs?",
}
Way = tuple[str, Callable[[Any], Any]]


def explained(
    trials: Sequence[Trial], uses: Sequence[Way] = (), slopes: Sequence[Way] = ()
) -> Iterator[tuple[list[str], str]]:
    """The names of slips at the switch, and of a slope, that together give these numbers.

    uses: further ways to use the switches, functions of a trial. slopes: what to multiply by after it.
    """
    all_uses = [*[(name, _of_trial(use)) for name, use in USES], *uses]
    scales = [(name, _of_trial(scale)) for name, scale in SCALES]
    all_slopes = slopes or [("", _plainly)]
    U, S, G = (_rows(trials, some) for some in (all_uses, scales, all_slopes))
    found, values = _row(trials, lambda t: t.found), _row(trials, lambda t: t.values)
    made = values * U[:, None, None] * S[:, None] * G
    fits = np.isclose(found, made, rtol=1e-5, atol=1e-7).all(axis=-1)
    for use, scale, slope in np.argwhere(fits):
        names = [name for name in (all_uses[use][0], scales[scale][0]) if name]
        yield ["neither"] if names == ["no mask", "no scale"] else names, all_slopes[slope][0]


def _plainly(_trial: Trial) -> int:
    """No slope: the values as they are."""
    return 1


def _of_trial(factor: Factor) -> Callable[[Trial], Any]:
    return lambda t: factor(t.D.astype(float), t.keep_prob)


def _row(trials: Sequence[Trial], of: Callable[[Any], Any]) -> Array:
    """What a function makes of all trials, one entry after the other."""
    return np.concatenate([(of(t) * np.ones_like(t.values)).ravel() for t in trials])


def _rows(trials: Sequence[Trial], ways: Sequence[Way]) -> Array:
    return np.array([_row(trials, of) for _, of in ways])


def names_of(trials: Sequence[Trial]) -> list[str] | None:
    """The names of the slips that give these numbers, [] for none, None if nothing known does."""
    if all(t.agrees_with(t.true) for t in trials):
        return []
    if all(t.agrees_with(t.values) and t.D.all() for t in trials):
        return ["neither"]
    known = [names for names, _ in explained(trials)]
    return min(known, key=len) if known else redrawn(trials)


def redrawn(trials: Sequence[Trial]) -> list[str] | None:
    """The name of a fresh mask, and of a scale, if new switches were drawn; None otherwise.

    Every entry is either 0 or scaled alike; some came through an open switch, and some did not come
    through a closed one; and nowhere, where chance can tell, are these just D, or all closed. What
    follows from the sign of the value is no draw.
    """
    through = [t.found != 0 for t in trials]
    pairs = list(zip(trials, through, strict=True))
    off_came = any((came & ~t.D).any() for t, came in pairs)
    kept_stayed = any((~came & t.D & (t.values != 0)).any() for t, came in pairs)
    alive = [(t.D[t.values != 0], came[t.values != 0], t.keep_prob) for t, came in pairs]
    telling = [(D, came) for D, came, k in alive if D.size >= 12 and k < 0.75]
    signs = [[np.array_equal(came, s * t.values > 0) for t, came in pairs] for s in (1, -1)]
    if any(map(all, signs)):
        return None
    same = any(came.all() or np.array_equal(came, D) for D, came in telling)
    if same or not (off_came and kept_stayed):
        return None
    for name, scale in SCALES:
        alike = all(
            np.allclose(t.found[came], (t.values * _of_trial(scale)(t))[came], 1e-5)
            for t, came in pairs
        )
        if alike:
            return ["fresh mask", name] if name else ["fresh mask"]
    return None


def findings(trials: Sequence[Trial], explanations: Mapping[str, str]) -> list[Finding]:
    """What is wrong with these trials of a line, in words; empty if nothing is."""
    names = names_of(trials)
    if names is None:
        return _sometimes(trials, explanations) or [smallest(trials)]
    return opened(evidence(trials), [Finding(name, explanations[name]) for name in names])


def _sometimes(trials: Sequence[Trial], explanations: Mapping[str, str]) -> list[Finding]:
    """The slip that explains all cases that are wrong, if only some are."""
    wrong = [t for t in trials if not t.agrees_with(t.true)]
    names = names_of(wrong) if sum(t.D.size for t in wrong) >= 6 else None
    if not names or len(wrong) == len(trials):
        return []
    cases = ", ".join(f"{t.D.shape[0]} x {t.D.shape[1]} at {t.keep_prob}" for t in wrong)
    words = f"Right in {len(trials) - len(wrong)} of {len(trials)} cases, and wrong in others ({cases})."
    told = [Finding(name, explanations[name], case=case_of(wrong[0])) for name in names]
    return opened(f"{words} {evidence(wrong)}", told)
