"""A recipe is the five choices an implementation of dropout makes; here are the right ones."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from dropout_lab.core.dropout import Array, Mask, Rng, apply_mask, sample_mask

Sample: TypeAlias = Callable[[tuple[int, ...], float, Rng], Mask]
Through: TypeAlias = Callable[[Array, Mask, float], Array]
AtTest: TypeAlias = Callable[[Array, float, Rng], Array]

SLOPE_SOURCES = ("Z", "A_drop", "A_drop >= 0")


def everything_on(A: Array, keep_prob: float, rng: Rng) -> Array:
    """Test time, right: every switch closed, no scale. keep_prob and rng are not used."""
    return A


@dataclass(frozen=True)
class Recipe:
    """The five choices: how masks are drawn, used forward and back, where slopes come from, test time.

    sample(shape, keep_prob, rng) -> D;  forward(A, D, keep_prob) -> A_drop;
    backward(dA_drop, D, keep_prob) -> dA;  at_test(A, keep_prob, rng) -> A_drop when predicting.
    slope_from: "Z", "A_drop" (the slope formula fed with the dropped A) or "A_drop >= 0".
    Raises ValueError for another slope_from, TypeError if one of the four is not a function.
    """

    name: str
    sample: Sample = sample_mask
    forward: Through = apply_mask
    backward: Through = apply_mask
    slope_from: str = "Z"
    at_test: AtTest = everything_on
    explanation: str = ""
    seen_in: str = ""

    def __post_init__(self) -> None:
        for role in ("sample", "forward", "backward", "at_test"):
            if not callable(getattr(self, role)):
                raise TypeError(f"recipe {self.name!r}: {role} must be a function")
        if self.slope_from not in SLOPE_SOURCES:
            raise ValueError(
                f"recipe {self.name!r}: slope_from must be one of {SLOPE_SOURCES}; "
                f"you gave {self.slope_from!r}"
            )


CORRECT = Recipe(
    "correct",
    explanation="The gradient goes back through the same switch, with the same factor, "
    "as the value went forward.",
)
