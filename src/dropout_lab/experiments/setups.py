"""What a training starts from: points on a plane, networks, and the settings that all recipes share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.activations import activation_named
from dropout_lab.core.doors import as_labels, as_values, check_hidden
from dropout_lab.core.dropout import Rng, check_keep_prob
from dropout_lab.core.network import Network
from dropout_lab.experiments.optimizers import Optimizer, check_count
from dropout_lab.experiments.points import FOOTBALL_SIZE, Points, Split, football, two_moons
from dropout_lab.experiments.training import stacked

SIZES = (2, 20, 3, 1)  # the course's network for 211 points
RATES = {"gd": 0.3, "adam": 0.01}  # learning rates that do well with it
MOST_SEEDS = 64
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
            raise ValueError(f"seeds must be {MOST_SEEDS} or fewer; you gave {self.seeds}")
        check_hidden(self.layers, len(self._sizes) - 1)

    @property
    def _sizes(self) -> tuple[int, ...]:
        return self.net.sizes if self.net else SIZES

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
    """A setup from what is given; the rest is ours. Without layers, every hidden layer has dropout.

    Raises ValueError for networks or points that do not fit the plane, or an unknown name.
    """
    if net is not None and (net.batch or net.sizes[0] != 2 or net.sizes[-1] != 1):
        given = f"sizes {net.sizes}" + (f", leading axes {net.batch}" if net.batch else "")
        raise ValueError(f"needed is one network with 2 inputs and 1 output; yours has {given}")
    points, test = _points(X, Y, data)
    hidden = range(1, len(net.sizes if net else SIZES) - 1)
    return Setup(
        points, test, net, tuple(hidden if layers is None else layers), keep_prob,
        RATES.get(optimizer, 1.0) if learning_rate is None else learning_rate, optimizer,
        activation or (net.activation if net else "relu"), seeds, seed,
    )  # fmt: skip


def _points(X: ArrayLike | None, Y: ArrayLike | None, data: str) -> tuple[Points, Points | None]:
    """Your points, which have no test set; or ours, which do."""
    if (X is None) != (Y is None):
        raise ValueError("points need their labels: give both X and Y, or neither")
    if X is not None and Y is not None:
        values = as_values(X, 2)
        if values.ndim != 2 or not values.size:
            raise ValueError(f"X has shape {values.shape}, needed is (2, m) with m at least 1")
        return Points(values, as_labels(Y, (1, values.shape[1]))), None
    if data not in DATA:
        raise ValueError(f"data must be one of {list(DATA)}; you gave {data!r}")
    split = DATA[data](np.random.default_rng(0))
    return split.train, split.test
