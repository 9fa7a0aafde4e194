"""Name what is wrong with a learner's forward line `A_drop = A * D / keep_prob`."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from dropout_lab.core.doors import Array
from dropout_lab.exercises.feedback import Feedback, Finding, in_words, opened, sum_up
from dropout_lab.exercises.trial import Trial, evidence, redrawn, smallest, try_all

# The ways to use D and keep_prob, the right one first, and their names in BUGS.
USES_OF_D: dict[str, Callable[[Array], Array]] = {
    "": lambda D: D,
    "no mask": np.ones_like,
    "one minus mask": lambda D: 1 - D,
}
SCALES: dict[str, Callable[[float], float]] = {
    "": lambda k: 1 / k,
    "no scale at all": lambda _: 1,
    "wrong scale": lambda k: 1 / (1 - k),
    "multiplied by keep_prob": lambda k: k,
    "scaled twice": lambda k: 1 / k**2,
}
# BUGS explains what each slip does to a backward pass, or to both; these are about forward alone.
EXPLANATIONS = {
    "no scale at all": "Masked, never scaled: in training the next layer gets keep_prob times too "
    "little. A gradient check cannot see it.",
    "wrong scale": "Divided by the drop probability, 1 - keep_prob: the mean of A_drop is not A. A "
    "gradient check cannot see it.",
    "no mask": "Every value is scaled, and the switches of D are not used: nothing is ever off.",
    "one minus mask": "These are exactly the wrong units: those that D keeps are off.",
    "neither": "A comes out as it went in: no switch, no scale. That is a network without dropout.",
    "multiplied by keep_prob": "Only the share keep_prob of the units comes through; dividing by "
    "keep_prob makes up for that, multiplying makes it worse.",
    "scaled twice": "That is one division too many: the mean of A_drop is now A / keep_prob, not A.",
    "fresh mask": "Every value is 0 or rightly scaled, but it went through other switches than D. "
    "Draw D once, and use that one everywhere.",
}
PRAISE = "Right, in every case I tried: off is 0, and kept is divided by keep_prob."


@in_words
def check_scale(my_dropout: Callable[..., Any]) -> Feedback:
    """Check your own my_dropout(A, D, keep_prob) -> A_drop = A * D / keep_prob; never raises.

    However it is written: only its numbers count. If the use of D and the scale are both wrong, the
    message tells both, and bug is the first.
    """
    return sum_up(scale_findings(try_all(my_dropout, "A", "A_drop")), PRAISE)


def scale_findings(trials: list[Trial]) -> list[Finding]:
    """What is wrong with the trials of a forward line; empty if nothing is."""
    names = _names(trials)
    if names is None:
        return [Finding("none that I know", smallest(trials))]
    return opened(evidence(trials), [Finding(name, EXPLANATIONS[name]) for name in names])


def _names(trials: list[Trial]) -> list[str] | None:
    """The names of the slips that give these numbers, [] for none, None if nothing does."""
    for (use, of_D), (scale, factor) in product(USES_OF_D.items(), SCALES.items()):
        made = [t.values * of_D(t.D.astype(float)) * factor(t.keep_prob) for t in trials]
        if all(t.agrees_with(values) for t, values in zip(trials, made, strict=True)):
            if (use, scale) == ("no mask", "no scale at all"):
                return ["neither"]
            return [name for name in (use, scale) if name]
    return ["fresh mask"] if redrawn(trials) else None
