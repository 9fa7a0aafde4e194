"""Nudge one unit's value, before or after its switch, and see how its example's loss answers.

A gradient is a promise: nudge Q by a little and the loss moves by dQ times that. dA is the promise
about the value before the switch, dA_drop the one about the value after it.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.doors import Array, check_one_of
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Backward, Forward, loss, resume

Side: TypeAlias = Literal["before", "after"]

SIDES: tuple[Side, ...] = get_args(Side)
EPS = 1e-6


@dataclass(frozen=True)
class Spot:
    """Where to nudge: the value of one unit in one example, before or after its switch."""

    layer: int
    unit: int
    example: int
    where: Side

    @property
    def at(self) -> tuple[int, int]:
        """Its row and column in the arrays of its layer."""
        return self.unit, self.example


@dataclass(frozen=True)
class Nudge:
    """What one nudge did. `was` and `became` map "A", "A_drop" and "loss" to numbers.

    gradients: dA_drop, dA and dZ there. slope: the true slope of the loss at the spot, by central
    differences of a tiny nudge.
    """

    spot: Spot
    size: float
    kept: bool
    keep_prob: float
    Z: float
    was: dict[str, float]
    became: dict[str, float]
    gradients: dict[str, float]
    slope: float

    @property
    def gradient(self) -> float:
        """The gradient that makes the promise: dA before the switch, dA_drop after it."""
        return self.gradients["dA" if self.spot.where == "before" else "dA_drop"]

    @property
    def answer(self) -> float:
        """How much the loss of this example moved."""
        return self.became["loss"] - self.was["loss"]

    @property
    def promise(self) -> float:
        """How much the gradient said it would, to first order."""
        return self.gradient * self.size

    @property
    def gap(self) -> float:
        """How far answer and promise differ, as a share of the larger of the two; 0 if both are 0."""
        sizes = abs(self.answer), abs(self.promise)
        return abs(self.answer - self.promise) / max(sizes) if max(sizes) else 0.0

    @property
    def honest(self) -> bool:
        """Whether the gradient is the true slope."""
        return abs(self.gradient - self.slope) <= 1e-6 * max(1.0, abs(self.slope))


def nudge(
    net: Network, fwd: Forward, bwd: Backward, Y: ArrayLike, spot: Spot, size: float
) -> Nudge:
    """Add `size` to the A of the spot (where="before") or to its A_drop ("after"), and run on.

    Raises ValueError if where is neither, or the layer has no dropout.
    """
    l, at = spot.layer, spot.at
    check_one_of(spot.where, SIDES, "where")
    if l not in fwd.D:
        raise ValueError(f"layer {l} has no switches; those that have are {list(fwd.D)}")

    def run(by: float) -> dict[str, float]:
        A, A_drop = _nudged(fwd, spot, by)
        losses = np.asarray(loss(resume(net, fwd, l, A_drop), Y, per_example=True))
        return {"A": float(A[at]), "A_drop": float(A_drop[at]), "loss": float(losses[spot.example])}

    return Nudge(
        spot,
        size,
        kept=bool(np.broadcast_to(fwd.D[l], fwd.A[l].shape)[at]),
        keep_prob=fwd.keep_prob,
        Z=float(fwd.Z[l][at]),
        was=run(0.0),
        became=run(size),
        gradients={name: float(getattr(bwd, name)[l][at]) for name in ("dA_drop", "dA", "dZ")},
        slope=(run(EPS)["loss"] - run(-EPS)["loss"]) / (2 * EPS),
    )


def _nudged(fwd: Forward, spot: Spot, by: float) -> tuple[Array, Array]:
    """A and A_drop of the layer, with one entry of one of them nudged."""
    A = fwd.A[spot.layer].copy()
    if spot.where == "before":
        A[spot.at] += by
    A_drop = fwd.recipe.through("forward")(A, fwd.D[spot.layer], fwd.keep_prob).copy()
    if spot.where == "after":
        A_drop[spot.at] += by
    return A, A_drop
