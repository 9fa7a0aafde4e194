"""Training is the two passes and a small step downhill, over and over, with new masks each time.

    D = new masks;  J = loss(forward(net, X, D));  W <- W - learning_rate dW;  b <- b - learning_rate db

`train` is a generator: it hands over its progress and goes on when asked, so a run can be watched,
paused, and continued later from its last `Progress` as if it had never stopped. A network with a
leading axis, W[l] (R, n_l, n_{l-1}), is R networks that train at once, each with masks of its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.doors import (
    Array,
    Mask,
    Rng,
    as_labels,
    as_values,
    check_count,
    check_hidden,
    check_keep_prob,
    check_kind,
    check_rng,
    draw_masks,
)
from dropout_lab.core.network import Network, as_row, from_row
from dropout_lab.core.passes import Forward, forward, loss, predict, run, run_back
from dropout_lab.core.recipe import CORRECT, Recipe
from dropout_lab.experiments.optimizers import Memory, Optimizer, is_weight

Masks: TypeAlias = dict[int, Mask]
Settings: TypeAlias = tuple[tuple[int, ...], float, str]  # layers, keep_prob, optimizer

HELD = 2**24  # bytes


@dataclass(frozen=True)
class State:
    """What a run needs to go on: the masks its next step will use, and what its optimizer remembers."""

    iteration: int
    masks: Masks
    memory: Memory
    settings: Settings


@dataclass(frozen=True)
class Progress:
    """A network on its way, and its two losses: floats, or (R,) for R networks.

    noisy_loss: with the masks of the next step, `state.masks`; it is the loss that step goes down.
    loss: the same network with everything on, no mask and no scale, whatever the recipe does at test
    time: the same question to every recipe, it costs no random numbers, and it equals noisy_loss at
    keep_prob 1. What a recipe itself answers at test time is `predict(net, X, keep_prob, recipe)`.
    """

    net: Network
    noisy_loss: Array | float
    loss: Array | float
    state: State = field(repr=False)

    @property
    def iteration(self) -> int:
        """How many steps led to this network."""
        return self.state.iteration


def train(
    net: Network,
    X: ArrayLike,
    Y: ArrayLike,
    *,
    layers: Sequence[int],
    keep_prob: float,
    iterations: int,
    learning_rate: float,
    rng: Rng | Sequence[Rng],
    recipe: Recipe = CORRECT,
    optimizer: str = "gd",
    momentum: float = 0.0,
    weight_decay: float = 0.0,
    every: int = 1,
    state: State | None = None,
) -> Iterator[Progress]:
    """Train net on the full batch X (n_0, m), Y (n_L, m) with dropout in those layers.

    Yields iteration 0 (nothing done yet), every `every`-th iteration, and the last one. rng: one
    generator, which draws (R, n_l, m) for R networks; or a sequence of R, one for each network, which
    then trains as it would alone. To go on from a Progress `last`, with the same generator:
    `train(last.net, ..., state=last.state)`; its numbers are those of one longer run, and what was
    yielded is not yielded again. Raises ValueError or TypeError, at once, for an argument that does
    not fit. A run that overflows goes on, with inf and NaN for its losses. Rules: `optimizers.py`.
    """
    check_kind(net, Network, "net")
    check_kind(recipe, Recipe, "recipe")
    X = as_values(X, net.sizes[0])
    Y = as_labels(Y, (net.sizes[-1], X.shape[-1]))
    check_keep_prob(keep_prob)
    check_hidden(layers, net.L)
    check_count(iterations, "iterations", 0)
    check_count(every, "every", 1)
    rule = Optimizer(optimizer, learning_rate, momentum, weight_decay)
    descent = _Descent(
        net, X, Y, tuple(sorted(layers)), keep_prob, recipe, rule, is_weight(net),
        draw=_drawer(net, X.shape[-1], layers, keep_prob, rng, recipe),
    )  # fmt: skip
    w = as_row(net.W, net.b)
    if w.ndim > 1:
        _hold_memory()
    if state:
        _check_state(state, descent.settings, w.shape, X.shape[-1])
    return _iterate(descent, w, iterations, every, state)


@dataclass(frozen=True)
class _Descent:
    """What stays the same in every step. net: its shapes and its activation count, not its numbers."""

    net: Network
    X: Array
    Y: Array
    layers: tuple[int, ...]
    keep_prob: float
    recipe: Recipe
    optimizer: Optimizer
    is_weight: Array
    draw: Callable[[], Masks]

    @property
    def settings(self) -> Settings:
        """What must not change when a run is continued."""
        return self.layers, float(self.keep_prob), self.optimizer.name

    @np.errstate(all="ignore")  # a broken recipe may overflow; the losses then say so
    def go(self, w: Array, state: State, steps: int) -> tuple[Array, State]:
        """The parameters after so many steps, and the new state."""
        masks, memory = state.masks, state.memory
        for _ in range(steps):
            w, memory = self.optimizer.step(w, self.gradient(w, masks), memory, self.is_weight)
            masks = self.draw()
        return w, State(state.iteration + steps, masks, memory, self.settings)

    def gradient(self, w: Array, masks: Masks) -> Array:
        """The gradient, dW and db, of the loss with these masks, in a row like w."""
        net, X = self.net.with_parameters(*from_row(w, self.net)), self.X
        fwd = run(net, Forward({}, {0: X}, masks, {0: X}, self.keep_prob, self.recipe))
        bwd = run_back(net, fwd, self.Y, self.recipe)
        return as_row(bwd.dW, bwd.db)

    @np.errstate(all="ignore")
    def progress(self, w: Array, state: State) -> Progress:
        """Where the run stands, with both losses."""
        net, X, Y = Network(*from_row(w, self.net), self.net.activation), self.X, self.Y
        noisy = forward(net, X, state.masks, self.keep_prob, self.recipe)
        return Progress(net, loss(noisy, Y), loss(forward(net, X), Y), state)


def _iterate(
    descent: _Descent, w: Array, iterations: int, every: int, given: State | None
) -> Iterator[Progress]:
    state = given or State(0, descent.draw(), descent.optimizer.start(w), descent.settings)
    last = state.iteration + iterations
    if state is not given or not iterations:
        yield descent.progress(w, state)
    while state.iteration < last:
        to = min(last, state.iteration + every - state.iteration % every)
        w, state = descent.go(w, state, to - state.iteration)
        yield descent.progress(w, state)


def _check_state(state: State, settings: Settings, shape: tuple[int, ...], m: int) -> None:
    check_kind(state, State, "state")
    if state.settings != settings:
        raise ValueError(
            f"state belongs to a run with (layers, keep_prob, optimizer) = {state.settings}; got "
            f"{settings}. To change them, begin a new run from that network, without state"
        )
    if state.memory.first.shape != shape:
        raise ValueError(
            f"state belongs to a network with parameters {state.memory.first.shape}; yours has {shape}"
        )
    examples = {D.shape[-1] for D in state.masks.values()} - {1, m}
    if examples:
        raise ValueError(f"state belongs to a run on {examples.pop()} examples; X has {m}")


def _drawer(
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
        return lambda: draw_masks(recipe.sample, shapes, keep_prob, rng)
    for one in rng:
        check_rng(one)
    if net.batch != (len(rng),):
        raise ValueError(
            f"rng: expected one generator for each network, got {len(rng)} for leading axes {net.batch}"
        )
    return lambda: _together([draw_masks(recipe.sample, alone, keep_prob, one) for one in rng])


def _together(arrays: Sequence[Mapping[int, Any]]) -> dict[int, Any]:
    """Arrays by layer, of R networks, as one with a leading axis (R, ...) by layer."""
    return {l: np.stack([one[l] for one in arrays]) for l in arrays[0]}


def _hold_memory() -> None:
    """Let Python keep the memory that a step frees, for the next step.

    The arrays of many networks have some megabytes, which Linux's allocator (glibc) would hand back
    to the system after every step and fetch again, page by page: that can take twice as long as the
    step itself. Freeing one large array, of which not a byte is touched, raises its limits (mallopt(3):
    M_MMAP_THRESHOLD, M_TRIM_THRESHOLD). Elsewhere this does nothing.
    """
    np.empty(HELD, dtype=np.uint8)


def stacked(nets: Sequence[Network]) -> Network:
    """R networks of the same sizes as one with a leading axis: W[l] (R, n_l, n_{l-1})."""
    for net in nets:
        check_kind(net, Network, "each of nets")
    alike = {(net.sizes, net.batch, net.activation) for net in nets}
    if len(alike) != 1:
        raise ValueError(
            f"nets: expected networks of the same sizes and activation, got {sorted(alike)}"
        )
    W, b = _together([net.W for net in nets]), _together([net.b for net in nets])
    return Network(W, b, nets[0].activation)


@np.errstate(all="ignore")
def accuracy(net: Network, X: ArrayLike, Y: ArrayLike) -> Array | float:
    """The share of right answers with everything on; (R,) for R networks."""
    output = predict(net, X, keep_prob=1.0)
    share = is_right(output, as_labels(Y, output.shape)).mean(axis=(-2, -1))
    return share if share.ndim else float(share)


def is_right(output: Array, Y: Array) -> Mask:
    """Which answers are right: 1 where A[L] > 0.5, else 0. What is not a number is never right."""
    return np.where(Y == 1, output > 0.5, output <= 0.5)
