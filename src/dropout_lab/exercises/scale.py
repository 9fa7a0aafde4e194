"""Name what is wrong with a learner's forward line `A_drop = A * D / keep_prob`."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from dropout_lab.core.doors import Array
from dropout_lab.exercises.attempt import AttemptError
from dropout_lab.exercises.feedback import Diagnosis, Feedback, Finding, unknown, verdict
from dropout_lab.exercises.trial import Trial, evidence, other_switches, smallest, try_all

# The ways to use D and keep_prob, the right one first, and their names in BUGS.
SWITCHES: dict[str, Callable[[Array], Array]] = {
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


def check_scale(my_dropout: Callable[..., Any]) -> Feedback:
    """Check your own my_dropout(A, D, keep_prob) -> A_drop: the switches and the scale."""
    return Feedback.of(diagnose_scale(my_dropout))


def diagnose_scale(my_dropout: Callable[..., Any]) -> Diagnosis:
    """Check my_dropout(A, D, keep_prob) -> A_drop = A * D / keep_prob; never raises.

    bug: a key of BUGS (the first, if the switches and the scale are both wrong), "unknown", or
    None when correct, however it is written.
    """
    try:
        return verdict(scale_findings(try_all(my_dropout, "A", "A_drop")), PRAISE)
    except AttemptError as trouble:
        return unknown(str(trouble))


def scale_findings(trials: list[Trial]) -> list[Finding]:
    """What is wrong with the trials of a forward line; empty if nothing is."""
    names = _names(trials)
    if names is None:
        return [Finding("none that I know", smallest(trials))]
    found = [Finding(name, EXPLANATIONS[name]) for name in names]
    if found:  # the numbers once, before the first name
        found[0] = replace(found[0], sentence=f"{evidence(trials)} {found[0].sentence}")
    return found


def _names(trials: list[Trial]) -> list[str] | None:
    """The names of the slips that give these numbers, [] for none, None if nothing does."""
    for (switch, through), (scale, factor) in product(SWITCHES.items(), SCALES.items()):
        made = [t.values * through(t.D.astype(float)) * factor(t.keep_prob) for t in trials]
        if all(t.agrees_with(values) for t, values in zip(trials, made, strict=True)):
            if (switch, scale) == ("no mask", "no scale at all"):
                return ["neither"]
            return [name for name in (switch, scale) if name]
    return ["fresh mask"] if other_switches(trials) else None
