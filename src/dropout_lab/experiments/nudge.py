"""Nudge one unit's value, before or after its switch, and see how its example's loss answers.

A gradient is a promise: nudge Q by a little and the loss moves by dQ times that. dA is the promise
about the value before the switch, dA_drop the one about the value after it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.doors import Array
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Backward, Forward, loss, resume

PLACES = ("before", "after")
EPS = 1e-6


@dataclass(frozen=True)
class Nudge:
    """What one nudge did. `was` and `became` map "A", "A_drop" and "loss" to numbers.

    answer: the change of this example's loss. promise: the gradient there times size. slope: the
    true slope of the loss there, by central differences of a tiny nudge.
    """

    layer: int
    unit: int
    example: int
    where: str
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
        return self.gradients["dA" if self.where == "before" else "dA_drop"]

    @property
    def answer(self) -> float:
        """How much the loss moved."""
        return self.became["loss"] - self.was["loss"]

    @property
    def promise(self) -> float:
        """How much the gradient said it would, to first order."""
        return self.gradient * self.size

    @property
    def honest(self) -> bool:
        """Whether the gradient is the true slope."""
        return abs(self.gradient - self.slope) <= 1e-6 * max(1.0, abs(self.slope))


def nudge(
    net: Network,
    fwd: Forward,
    bwd: Backward,
    Y: ArrayLike,
    layer: int,
    unit: int,
    example: int,
    where: str,
    size: float,
) -> Nudge:
    """Add `size` to A (where="before") or A_drop ("after") of one unit in one example, and run on.

    Raises ValueError if where is neither, or the layer has no dropout.
    """
    if where not in PLACES:
        raise ValueError(f"where must be 'before' or 'after' the switch; got {where!r}")
    if layer not in fwd.D:
        raise ValueError(f"layer {layer} has no switches; those that have are {list(fwd.D)}")
    at = (unit, example)

    def run(by: float) -> dict[str, float]:
        A, A_drop = _nudged(fwd, layer, at, where, by)
        losses = np.asarray(loss(resume(net, fwd, layer, A_drop), Y, per_example=True))
        return {"A": float(A[at]), "A_drop": float(A_drop[at]), "loss": float(losses[example])}

    gradients = {name: float(getattr(bwd, name)[layer][at]) for name in ("dA_drop", "dA", "dZ")}
    kept = bool(np.broadcast_to(fwd.D[layer], fwd.A[layer].shape)[at])
    slope = (run(EPS)["loss"] - run(-EPS)["loss"]) / (2 * EPS)
    place = (layer, unit, example, where, size, kept, fwd.keep_prob)
    return Nudge(*place, float(fwd.Z[layer][at]), run(0.0), run(size), gradients, slope)


def _nudged(
    fwd: Forward, layer: int, at: tuple[int, int], where: str, by: float
) -> tuple[Array, Array]:
    """A and A_drop of the layer, with one entry of one of them nudged."""
    A = fwd.A[layer].copy()
    if where == "before":
        A[at] += by
    A_drop = fwd.recipe.through("forward")(A, fwd.D[layer], fwd.keep_prob).copy()
    if where == "after":
        A_drop[at] += by
    return A, A_drop
