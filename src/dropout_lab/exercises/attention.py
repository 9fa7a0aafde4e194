"""Check a learner's way back through the switch of attention and through its softmax."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from dropout_lab.bugs.attention import ATTENTION_BUGS
from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.core.doors import Array, Mask
from dropout_lab.core.dropout import apply_mask
from dropout_lab.exercises.feedback import Feedback, accept, in_words, refuse
from dropout_lab.exercises.trial import TRIED, draw, run_alike
from dropout_lab.experiments.attention import softmax, softmax_back
from dropout_lab.text import numbers

SWITCHES = BACKWARD_BUGS | ATTENTION_BUGS
CROSSINGS = {"": apply_mask} | {name: bug.backward for name, bug in SWITCHES.items()}
# Ways from dP to dS, at P unless the name says otherwise, and what is said of them.
SLOPES: dict[str, tuple[Callable[[Array, Array], Array], str]] = {
    "": (softmax_back, ""),
    "slope from dropped P": (softmax_back, SWITCHES["slope from dropped P"].explanation),
    "no row sum": (
        lambda P, dP: P * dP,
        "Raising one score lowers the other weights of its row: subtract rowsum(P * dP) from dP first.",
    ),
    "sum over columns": (
        lambda P, dP: P * (dP - (P * dP).sum(axis=0)),
        "You sum over axis 0. Each row is a softmax of its own: axis=1, keepdims=True.",
    ),
    "slope of sigmoid": (
        lambda P, dP: P * (1 - P) * dP,
        "P * (1 - P) is how a weight answers its own score; it answers those of its whole row.",
    ),
    "no slope": (lambda _, dP: dP, "That is dP. One more line leads to dS."),
}


@in_words
def check_attention(my_attention_backward: Callable[..., Any]) -> Feedback:
    """Check your own my_attention_backward(dP_drop, P, D, keep_prob) -> dS, all of one shape (q, n).

    Names what is wrong with the way across the switch, with the slope of softmax, or with both.
    Never raises, whatever the function does.
    """
    trials = []
    for case, (shape, keep_prob) in enumerate(TRIED[1:]):
        (dP_drop, S), D = draw(shape, keep_prob, case, 2)
        args = dP_drop, softmax(S), D, keep_prob
        trials.append((args, run_alike(my_attention_backward, args, "dP_drop", "dS")))

    def gives(crossing: str, slope: str) -> bool:
        """Whether these two make what was found, in every case."""
        made = [(found, _made(crossing, slope, *args)) for args, found in trials]
        return all(np.allclose(found, dS, rtol=1e-5, atol=1e-8) for found, dS in made)

    pairs = [pair for pair in product(CROSSINGS, SLOPES) if gives(*pair)]
    if not pairs:
        args, found = trials[0]
        shown = f"  yours  {numbers(found)}\n  true   {numbers(_made('', '', *args))}"
        return refuse(f"None of the mistakes I know gives your dS. The smallest case:\n{shown}")
    crossing, slope = min(pairs, key=lambda pair: sum(map(bool, pair)))
    if not crossing and not slope:
        return accept(
            "Right, in every case I tried: back through the same switch, then the slope at P."
        )
    told = [f"The switch, {crossing!r}: {SWITCHES[crossing].explanation}"] if crossing else []
    told += [f"The softmax, {slope!r}: {SLOPES[slope][1]}"] if slope else []
    return refuse(" ".join(told), crossing or slope)


def _made(crossing: str, slope: str, dP_drop: Array, P: Array, D: Mask, keep_prob: float) -> Array:
    """The dS of this way across the switch and this slope."""
    at = apply_mask(P, D, keep_prob) if slope == "slope from dropped P" else P
    return SLOPES[slope][0](at, CROSSINGS[crossing](dP_drop, D, keep_prob))
