"""Right and broken dropout side by side: each recipe is a track, with its losses so far.

All tracks start from the same networks and draw from generators in the same state, so that only the
recipe differs. Many seeds train at once through the leading axis; numbers over them are medians.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dropout_lab.core.dropout import Array
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import Recipe
from dropout_lab.core.run_network import predict
from dropout_lab.experiments.points import Points
from dropout_lab.experiments.setups import Setup
from dropout_lab.experiments.training import Progress, accuracy, train

EVERY = 5  # iterations from one recorded loss to the next
BAND = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Curve:
    """Losses (n,) at these iterations: with masks, and with everything on; over seeds 10, 50, 90%."""

    iterations: Array
    noisy: Array
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
        self.recipe, self._setup = recipe, setup
        self._rngs = setup.generators()
        self._net = setup.networks(self._rngs)
        self._losses: list[tuple[float, ...]] = []
        self._train(0)

    @property
    def iteration(self) -> int:
        """How many steps were taken."""
        return self.last.iteration

    def advance_to(self, iteration: int) -> None:
        """Train up to this iteration; what raises leaves `last` where it was recorded last."""
        if iteration > self.iteration:
            self._train(iteration - self.iteration)

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

    def _train(self, steps: int) -> None:
        setup, begun = self._setup, bool(self._losses)
        for progress in train(
            self.last.net if begun else self._net, setup.points.X, setup.points.Y,
            layers=setup.layers, keep_prob=setup.keep_prob, iterations=steps,
            learning_rate=setup.learning_rate, rng=self._rngs, recipe=self.recipe,
            optimizer=setup.optimizer, every=EVERY, state=self.last.state if begun else None,
        ):  # fmt: skip
            self._record(progress)

    @np.errstate(all="ignore")
    def _record(self, progress: Progress) -> None:
        self.last = progress
        noisy = _median(progress.noisy_loss)
        low, loss, high = np.quantile(np.asarray(progress.loss), BAND)
        self._losses.append((progress.iteration, noisy, float(low), float(loss), float(high)))


class Race:
    """All recipes, step by step together."""

    def __init__(self, recipes: Mapping[str, Recipe], setup: Setup) -> None:
        self.setup = setup
        self.tracks = {name: Track(recipe, setup) for name, recipe in recipes.items()}

    @property
    def iteration(self) -> int:
        """How many steps every recipe has taken."""
        return min(track.iteration for track in self.tracks.values())

    def advance_to(self, iteration: int) -> None:
        """Train all recipes up to this iteration."""
        for track in self.tracks.values():
            track.advance_to(iteration)

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


def wrong_points(net: Network, points: Points) -> Array:
    """Which points (n,) the averaged networks answer wrongly; what is not a number is wrong."""
    output = mean_output(net, points.X)
    return ~np.where(points.Y[0] == 1, output > 0.5, output <= 0.5)


def _median(values: Array | float) -> float:
    return float(np.median(values))
