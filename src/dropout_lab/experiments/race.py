"""Right and broken dropout side by side: each recipe is a track, with its losses so far.

All tracks start from the same networks and draw from generators in the same state, so that only the
recipe differs. Many seeds train at once through the leading axis; numbers over them are medians.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.activations import activation_named
from dropout_lab.core.doors import (
    Array,
    Rng,
    as_labels,
    as_values,
    check_count,
    check_hidden,
    check_keep_prob,
    check_kind,
    check_one_of,
)
from dropout_lab.core.network import Network
from dropout_lab.core.passes import predict
from dropout_lab.core.recipe import Recipe
from dropout_lab.experiments.data import FOOTBALL_SIZE, Points, Split, football, two_moons
from dropout_lab.experiments.optimizers import Optimizer
from dropout_lab.experiments.training import Progress, State, accuracy, stacked, train

SIZES = (2, 20, 3, 1)  # the course's network for 211 points
RATES = {"gd": 0.3, "adam": 0.01}  # learning rates that do well with it
MOST_SEEDS = 64
EVERY = 5  # iterations from one recorded loss to the next
BAND = (0.1, 0.5, 0.9)
DATA: dict[str, Callable[[Rng], Split]] = {
    "football": football,
    "two moons": lambda rng: two_moons(FOOTBALL_SIZE, rng),
}


@dataclass(frozen=True)
class Setup:
    """Points and networks, and how they are trained; the same for every recipe.

    net: one that all seeds start from; without one, each seed draws its own of SIZES. Raises ValueError
    or TypeError for what does not fit, as the functions that are used here do.
    """

    points: Points
    test: Points | None
    net: Network | None
    layers: tuple[int, ...]
    keep_prob: float
    learning_rate: float
    optimizer: str
    activation: str
    seeds: int
    seed: int

    def __post_init__(self) -> None:
        check_keep_prob(self.keep_prob)
        Optimizer(self.optimizer, self.learning_rate)
        activation_named(self.activation)
        check_count(self.seeds, "seeds", 1)
        check_count(self.seed, "seed", 0)
        if self.seeds > MOST_SEEDS:
            raise ValueError(f"seeds must be {MOST_SEEDS} or fewer; got {self.seeds}")

    def generators(self) -> list[np.random.Generator]:
        """One for each seed, in the same state every time."""
        return [np.random.default_rng([self.seed, r]) for r in range(self.seeds)]

    def networks(self, rngs: Sequence[Rng]) -> Network:
        """The networks to start from, W[l] (R, n_l, n_{l-1})."""
        if self.net:
            return stacked([replace(self.net, activation=self.activation)] * self.seeds)
        return stacked([Network.random(SIZES, self.activation, rng=rng) for rng in rngs])


def set_up(
    net: Network | None = None,
    X: ArrayLike | None = None,
    Y: ArrayLike | None = None,
    data: str = "football",
    *,
    layers: Sequence[int] | None = None,
    keep_prob: float = 0.7,
    learning_rate: float | None = None,
    optimizer: str = "gd",
    activation: str | None = None,
    seeds: int = 1,
    seed: int = 1,
) -> Setup:
    """A setup from what is given, the usual for the rest. Without layers, every hidden one has dropout.

    Raises ValueError for networks or points that do not fit the plane, or an unknown name.
    """
    if net is not None:
        check_kind(net, Network, "net")
    if net is not None and (net.batch or net.sizes[0] != 2 or net.sizes[-1] != 1):
        given = f"sizes {net.sizes}" + (f", leading axes {net.batch}" if net.batch else "")
        raise ValueError(f"expected one network with 2 inputs and 1 output, got {given}")
    L = net.L if net else len(SIZES) - 1
    layers = range(1, L) if layers is None else layers
    check_hidden(layers, L)
    return Setup(
        *_points(X, Y, data), net, tuple(layers), keep_prob,
        learning_rate=RATES.get(optimizer, 1.0) if learning_rate is None else learning_rate,
        optimizer=optimizer, activation=activation or (net.activation if net else "relu"),
        seeds=seeds, seed=seed,
    )  # fmt: skip


def _points(X: ArrayLike | None, Y: ArrayLike | None, data: str) -> tuple[Points, Points | None]:
    """The points given, without a test set; or those of this name, with one."""
    if (X is None) != (Y is None):
        raise ValueError("points need their labels: give both X and Y, or neither")
    if X is not None and Y is not None:
        values = as_values(X, 2)
        if values.ndim != 2 or not values.size:
            raise ValueError(f"X: expected shape (2, m) with m at least 1, got {values.shape}")
        return Points(values, as_labels(Y, (1, values.shape[1]))), None
    check_one_of(data, DATA, "data")
    split = DATA[data](np.random.default_rng(0))
    return split.train, split.test


@dataclass(frozen=True)
class Curve:
    """Losses (n,) at these iterations: with masks, and with everything on; over seeds 10, 50, 90%.

    size: the length of W1, a median over seeds as well.
    """

    iterations: Array
    noisy: Array
    size: Array
    low: Array
    loss: Array
    high: Array


@dataclass(frozen=True)
class Score:
    """How good the networks of a track are now: medians over seeds. test: None without test points."""

    noisy_loss: float
    loss: float
    train: float
    test: float | None
    norms: tuple[float, ...]


class Track:
    """One recipe on its way. `last` is where it stands."""

    def __init__(self, recipe: Recipe, setup: Setup) -> None:
        self.recipe, self._setup, self._rngs = recipe, setup, setup.generators()
        self._losses: list[tuple[float, ...]] = []
        self.record(next(self._train(setup.networks(self._rngs), 0)))

    @property
    def iteration(self) -> int:
        """How many steps were taken."""
        return self.last.iteration

    @property
    def drawn(self) -> list[Any]:
        """The states of its generators; can be set, to take draws back."""
        return [rng.bit_generator.state for rng in self._rngs]

    @drawn.setter
    def drawn(self, states: Sequence[Any]) -> None:
        for rng, state in zip(self._rngs, states, strict=True):
            rng.bit_generator.state = state

    def train_to(self, iteration: int) -> Iterator[Progress]:
        """Train up to this iteration, a few steps at each `next`; `record` what it hands over."""
        return self._train(self.last.net, iteration - self.iteration, self.last.state)

    @np.errstate(all="ignore")
    def record(self, progress: Progress) -> None:
        """Stand there, and remember the losses."""
        self.last = progress
        size = np.sqrt(np.sum(np.square(progress.net.W[1]), axis=(-2, -1)))
        noisy, middle = np.median([np.ravel(progress.noisy_loss), size], axis=1)
        self._losses.append((progress.iteration, noisy, middle, *np.quantile(progress.loss, BAND)))

    def curve(self, most: int = 300) -> Curve:
        """The losses so far, at no more than `most` iterations; the first and the last are among them."""
        count = len(self._losses)
        some = np.unique(np.linspace(0, count - 1, min(most, count)).astype(int))
        return Curve(*np.array(self._losses)[some].T)

    @np.errstate(all="ignore")  # a run that overflows is told, not stopped
    def score(self) -> Score:
        """The numbers of this moment."""
        net, test = self.last.net, self._setup.test
        points = self._setup.points
        return Score(
            noisy_loss=_median(self.last.noisy_loss),
            loss=_median(self.last.loss),
            train=_median(accuracy(net, points.X, points.Y)),
            test=None if test is None else _median(accuracy(net, test.X, test.Y)),
            norms=tuple(_median(np.linalg.norm(W, axis=(-2, -1))) for W in net.W.values()),
        )

    def _train(self, net: Network, steps: int, state: State | None = None) -> Iterator[Progress]:
        setup = self._setup
        return train(
            net, setup.points.X, setup.points.Y, layers=setup.layers, keep_prob=setup.keep_prob,
            iterations=steps, learning_rate=setup.learning_rate, rng=self._rngs,
            recipe=self.recipe, optimizer=setup.optimizer, every=EVERY, state=state,
        )  # fmt: skip


class Race:
    """All recipes, step by step together."""

    def __init__(self, recipes: Mapping[str, Recipe], setup: Setup) -> None:
        self.setup = setup
        self.tracks = {name: Track(recipe, setup) for name, recipe in recipes.items()}

    @property
    def iteration(self) -> int:
        """How many steps every recipe has taken."""
        return next(iter(self.tracks.values())).iteration

    def advance_to(self, iteration: int) -> None:
        """Train all recipes up to this iteration. If one raises, all stop where all were recorded last."""
        tracks, at = list(self.tracks.values()), self.iteration
        runs = [track.train_to(iteration) for track in tracks if iteration > at]
        while self.iteration < iteration:
            drawn = [track.drawn for track in tracks]
            try:
                made = [next(run) for run in runs]
            except BaseException:  # a learner's interrupt, too
                for track, states in zip(tracks, drawn, strict=True):
                    track.drawn = states
                raise
            for track, progress in zip(tracks, made, strict=True):
                track.record(progress)

    def curves(self) -> dict[str, Curve]:
        """The losses so far, by recipe."""
        return {name: track.curve() for name, track in self.tracks.items()}

    def scores(self) -> dict[str, Score]:
        """The numbers of this moment, by recipe."""
        return {name: track.score() for name, track in self.tracks.items()}


@np.errstate(all="ignore")
def mean_output(net: Network, X: Array) -> Array:
    """The probability of label 1 at X (2, n), everything on, averaged over the networks: (n,)."""
    output = predict(net, X, keep_prob=1.0)
    return output.reshape(-1, X.shape[-1]).mean(axis=0)


def _median(values: Array | float) -> float:
    return float(np.median(values))
