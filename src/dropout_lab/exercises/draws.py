"""Draw many masks with a learner's function, and read each one kindly: True and False, or 0 and 1."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dropout_lab.core.dropout import Mask
from dropout_lab.exercises.attempt import AttemptError, as_array, attempt
from dropout_lab.exercises.feedback import Finding
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
    needed = f"needed is {shape}: rows are units and columns are examples."
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
