"""A recipe is the five choices an implementation of dropout makes; here are the right ones.

How masks are drawn, how they are used forward and back, where the slope of the activation is taken,
and what happens at test time. The known ways to choose wrongly are in `bugs.catalogue`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias, get_args

from dropout_lab.core.doors import Array, Mask, Rng, check_one_of, sent_through
from dropout_lab.core.dropout import apply_mask, sample_mask

Sample: TypeAlias = Callable[[tuple[int, ...], float, Rng], Mask]
Through: TypeAlias = Callable[[Array, Mask, float], Array]
AtTest: TypeAlias = Callable[[Array, float, Rng | None], Array]
SlopeFrom: TypeAlias = Literal["Z", "A_drop", "A_drop >= 0"]

SLOPE_SOURCES: tuple[SlopeFrom, ...] = get_args(SlopeFrom)


def everything_on(A: Array, keep_prob: float, rng: Rng | None) -> Array:
    """Test time, right: every switch closed, no scale. keep_prob and rng are not used."""
    return A


@dataclass(frozen=True)
class Recipe:
    """The five choices, and a word about them.

    sample(shape, keep_prob, rng) -> D;  forward(A, D, keep_prob) -> A_drop;
    backward(dA_drop, D, keep_prob) -> dA;  at_test(A, keep_prob, rng) -> A_drop when predicting.
    slope_from: "Z", "A_drop" (the slope formula fed with the dropped A) or "A_drop >= 0".
    Raises ValueError for another slope_from, TypeError if one of the four is not a function.
    """

    name: str
    sample: Sample = sample_mask
    forward: Through = apply_mask
    backward: Through = apply_mask
    slope_from: SlopeFrom = "Z"
    at_test: AtTest = everything_on
    explanation: str = ""
    seen_in: str = ""

    def __post_init__(self) -> None:
        for role in ("sample", "forward", "backward", "at_test"):
            if not callable(getattr(self, role)):
                raise TypeError(f"recipe {self.name!r}: {role} must be a function")
        check_one_of(self.slope_from, SLOPE_SOURCES, "slope_from")

    def through(self, role: Literal["forward", "backward"]) -> Through:
        """Its forward or backward, watched at the door; the right one needs no watching."""
        function: Through = getattr(self, role)
        if function is apply_mask:
            return function
        return partial(sent_through, function, f"recipe {self.name!r}: {role}")


CORRECT = Recipe(
    "correct",
    explanation="The gradient goes back through the same switch, with the same factor, "
    "as the value went forward.",
)
