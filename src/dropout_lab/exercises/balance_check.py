"""A check is checked too: value × gradient at one switch should tell right ways back from wrong ones."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.core.doors import Array
from dropout_lab.core.dropout import apply_mask
from dropout_lab.exercises.attempt import attempt, yes_or_no
from dropout_lab.exercises.feedback import Feedback, accept, in_words, refuse
from dropout_lab.exercises.trial import draw

SCALES = (1.0, 1e-3, 1e3)
# Further wrong products, and what a check that lets them pass has overlooked.
OVERLOOKED = {
    "sums": "It lets two sets of products pass that differ. Their sums are the same, the entries are not: "
    "compare entry by entry.",
    "other sign": "It lets products pass that differ only in their sign: compare the products, not their sizes.",
    "too small": "It lets products pass that are all too small: a difference may have either sign, so look "
    "at abs(A * dA - A_drop * dA_drop).",
    "too large": "It lets products pass that are all too large: a difference may have either sign, so look "
    "at abs(A * dA - A_drop * dA_drop).",
}
Case = tuple[Array, Array, Array, Array]  # A, A_drop, dA_drop, dA


@in_words
def check_balance_check(my_check: Callable[..., Any]) -> Feedback:
    """Check your own my_check(A, A_drop, dA_drop, dA) -> True if value × gradient is kept by the switch.

    Tried on right ways back and on every backward bug, with small and large values; never raises.
    """
    answers = {at: _says(my_check, case) for at, case in _cases()}
    alarms = [scale for (name, scale), said in answers.items() if name == "correct" and not said]
    passed = [at for at, said in answers.items() if at[0] != "correct" and said]
    wrong = len(answers) - len(SCALES)
    if not alarms and not passed:
        return accept(
            "Right: it passes the true line at every scale and stops all wrong ones, without one "
            "numerical derivative."
        )
    if not any(answers.values()):
        return refuse(_always_no(my_check), "always no")
    if len(passed) == wrong:
        if alarms:
            return refuse("Just the other way around: it stops only the true line.", "turned round")
        return refuse(
            "Your check says yes to everything, also to a line without its mask.", "always yes"
        )
    return refuse(*_in_part(alarms, passed))


def _cases() -> Iterator[tuple[tuple[str, float], Case]]:
    """One switch and what comes back through it, by the name of the way back and the size of the values."""
    for seed, scale in enumerate(SCALES):
        (values, dA_drop), D = draw((4, 6), 0.7, seed, 2)
        A = scale * values
        ways = {"correct": apply_mask} | {name: bug.backward for name, bug in BACKWARD_BUGS.items()}
        found = {name: way(dA_drop, D, 0.7) for name, way in ways.items()}
        true, two = found["correct"], (np.arange(24) < 2).reshape(4, 6)
        # Two entries wrong by the same product, with opposite signs: no sum shows it.
        found["sums"] = true + two * np.array([1, -1] * 3) / values
        found |= {
            "other sign": -true,
            "too small": true - 1 / values,
            "too large": true + 1 / values,
        }
        for name, dA in found.items():
            yield (name, scale), (A, apply_mask(A, D, 0.7), dA_drop, dA)


def _says(my_check: Callable[..., Any], case: Case) -> bool:
    answer = attempt(my_check, *case, new="left", old="A")
    return yes_or_no(answer, "are all products the same, up to rounding?")


def _always_no(my_check: Callable[..., Any]) -> str:
    """What to say to a check that says no to everything: at keep_prob 0.5 the true line is free of rounding."""
    (A, dA_drop), D = draw((4, 6), 0.5, 0, 2)
    exact = _says(my_check, (A, apply_mask(A, D, 0.5), dA_drop, apply_mask(dA_drop, D, 0.5)))
    no = "Your check says no to everything, also to the true line"
    if exact:
        return f"{no}. Rounded products are hardly ever exactly equal: allow a little."
    return f"{no}, even where nothing is rounded. The two products are A * dA and A_drop * dA_drop."


def _in_part(alarms: list[float], passed: list[tuple[str, float]]) -> tuple[str, str]:
    """What a check that is right in part gets wrong, and the name of that."""
    if alarms:
        words = "Compare A * dA with A_drop * dA_drop, and allow for rounding in proportion, as np.allclose with atol=0 does."
        return (
            f"It refuses the true line where values are about {alarms[0]:g}. {words}",
            "false alarms",
        )
    name, scale = passed[0]
    if name in OVERLOOKED:
        return OVERLOOKED[name], name
    words = "Compare A * dA with A_drop * dA_drop in every entry, also where the switch is open."
    if (name, SCALES[0]) not in passed:  # it is seen where values are larger
        words = "There your tolerance is too large: allow for rounding in proportion, as np.allclose with atol=0 does."
    return f"The slip {name!r} passes where values are about {scale:g}. {words}", f"{name} passes"
