"""One step downhill: masks, the gradient of every parameter with them, and the rule that follows it.

All parameters stand in one row w (P,), or (R, P) for R networks at once; W and b are views of it.
What does not change from step to step is laid out once, in a `Descent`, so that a step is little
more than its matrix products and its random numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from dropout_lab.core.doors import draw_masks
from dropout_lab.core.dropout import Array, Mask, Rng, check_rng
from dropout_lab.core.network import Network, as_row, from_row
from dropout_lab.core.passes import Forward, run, run_back
from dropout_lab.core.recipe import Recipe
from dropout_lab.experiments.optimizers import Memory, Optimizer

Masks: TypeAlias = dict[int, Mask]
HELD = 2**24  # bytes


@dataclass(frozen=True)
class Descent:
    """What stays the same in every step. net: its shapes and its activation count, not its numbers."""

    net: Network
    X: Array
    Y: Array
    keep_prob: float
    recipe: Recipe
    optimizer: Optimizer
    is_weight: Array
    draw: Callable[[], Masks]

    @np.errstate(all="ignore")  # a broken recipe may overflow; the losses then say so
    def go(self, w: Array, masks: Masks, memory: Memory, steps: int) -> tuple[Array, Masks, Memory]:
        """The parameters after so many steps, the masks of the next, what the optimizer remembers."""
        for _ in range(steps):
            w, memory = self.optimizer.step(w, self.gradient(w, masks), memory, self.is_weight)
            masks = self.draw()
        return w, masks, memory

    def gradient(self, w: Array, masks: Masks) -> Array:
        """The gradient, dW and db, of the loss with these masks, in a row like w."""
        net, X = self.net.with_parameters(*from_row(w, self.net)), self.X
        fwd = run(net, Forward({}, {0: X}, masks, {0: X}, self.keep_prob, self.recipe))
        bwd = run_back(net, fwd, self.Y, self.recipe)
        return as_row(bwd.dW, bwd.db)


def drawing(
    net: Network,
    m: int,
    layers: Sequence[int],
    keep_prob: float,
    rng: Rng | Sequence[Rng],
    recipe: Recipe,
) -> Callable[[], Masks]:
    """A function that draws the masks of one step, from one generator or from one for each network."""
    sizes = net.sizes
    alone = {l: (sizes[l], m) for l in sorted(layers)}
    if not isinstance(rng, Sequence):
        check_rng(rng)
        shapes = {l: (*net.batch, *shape) for l, shape in alone.items()}
        return lambda: draw_masks(shapes, keep_prob, rng, recipe)
    for one in rng:
        check_rng(one)
    if net.batch != (len(rng),):
        raise ValueError(f"{len(rng)} generators for networks with leading axes {net.batch}")
    return lambda: together([draw_masks(alone, keep_prob, one, recipe) for one in rng])


def together(arrays: Sequence[Mapping[int, Any]]) -> dict[int, Any]:
    """Arrays by layer, of R networks, as one with a leading axis (R, ...) by layer."""
    return {l: np.stack([one[l] for one in arrays]) for l in arrays[0]}


def hold_memory() -> None:
    """Let Python keep the memory that a step frees, for the next step.

    The arrays of many networks have some megabytes, which Linux's allocator (glibc) would hand back
    to the system after every step and fetch again, page by page: that can take twice as long as the
    step itself. Freeing one large array, of which not a byte is touched, raises its limits (mallopt(3):
    M_MMAP_THRESHOLD, M_TRIM_THRESHOLD). Elsewhere this does nothing.
    """
    np.empty(HELD, dtype=np.uint8)
