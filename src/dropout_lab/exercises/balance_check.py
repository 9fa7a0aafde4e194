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
        words = "no to everything, also to the true line. Rounded products are hardly ever exactly equal: allow a little."
        return refuse(f"Your check says {words}", "always no")
    if len(passed) == wrong:
        if alarms:
            return refuse("Just the other way round: it stops only the true line.", "turned round")
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
        # Two entries wrong by the same product, with opposite signs: no sum shows it.
        found["sums"] = (
            found["correct"] + np.where(np.arange(24) < 2, [1, -1] * 12, 0).reshape(4, 6) / values
        )
        for name, dA in found.items():
            yield (name, scale), (A, apply_mask(A, D, 0.7), dA_drop, dA)


def _says(my_check: Callable[..., Any], case: Case) -> bool:
    answer = attempt(my_check, *case, new="left", old="A")
    return yes_or_no(answer, "are all products the same, up to rounding?")


def _in_part(alarms: list[float], passed: list[tuple[str, float]]) -> tuple[str, str]:
    """What a check that is right in part gets wrong, and the name of that."""
    if alarms:
        words = "Compare A * dA with A_drop * dA_drop, and allow for rounding in proportion, as np.allclose does."
        return (
            f"It refuses the true line where values are about {alarms[0]:g}. {words}",
            "false alarms",
        )
    name, scale = passed[0]
    if name == "sums":
        words = "Their sums are the same, the entries are not: compare entry by entry."
        return f"It lets two sets of products pass that differ. {words}", name
    words = "Compare A * dA with A_drop * dA_drop in every entry, also where the switch is open."
    return f"The slip {name!r} passes where values are about {scale:g}. {words}", f"{name} passes"
