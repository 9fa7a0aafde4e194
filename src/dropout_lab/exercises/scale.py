"""Name what is wrong with a learner's forward line `A_drop = A * D / keep_prob`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dropout_lab.exercises.feedback import Feedback, Finding, in_words, sum_up
from dropout_lab.exercises.trial import Trial, try_all
from dropout_lab.exercises.ways import OTHERS, findings

# BUGS explains what each slip does to a backward pass, or to both; these are about forward alone.
EXPLANATIONS = OTHERS | {
    "no scale": "Masked, never scaled: in training the next layer gets, on average, only "
    "keep_prob times what it should. A gradient check cannot see it.",
    "wrong scale": "Divided by the drop probability, 1 - keep_prob: the mean of A_drop is not A. A "
    "gradient check cannot see it.",
    "no mask": "Every value is scaled, and the switches of D are not used: nothing is ever off.",
    "one minus mask": "These are exactly the wrong units: those that D keeps are off.",
    "neither": "A comes out as it went in: no switch, no scale. That is a network without dropout.",
    "multiplied by keep_prob": "Only the share keep_prob of the units comes through; dividing by "
    "keep_prob makes up for that, multiplying makes it worse.",
    "scaled twice": "That is one division too many: the mean of A_drop is now A / keep_prob, not A.",
    "fresh mask": "Every value is 0 or scaled, but it went through other switches than D. "
    "Draw D once, and use that one everywhere.",
}  # fmt: skip
PRAISE = "Right, in every case I tried: off is 0, and kept is divided by keep_prob."


@in_words
def check_scale(my_dropout: Callable[..., Any]) -> Feedback:
    """Check your own my_dropout(A, D, keep_prob) -> A_drop = A * D / keep_prob; never raises.

    However it is written: only its numbers count. If the use of D and the scale are both wrong, the
    message tells both, and bug is the first.
    """
    return sum_up(scale_findings(try_all(my_dropout, "A", "A_drop")), PRAISE)


def scale_findings(trials: Sequence[Trial]) -> list[Finding]:
    """What is wrong with the trials of a forward line; empty if nothing is."""
    # BUGS keeps "no scale" for the backward line.
    return [
        replace(finding, name="no scale at all") if finding.name == "no scale" else finding
        for finding in findings(trials, EXPLANATIONS)
    ]
