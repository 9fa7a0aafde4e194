"""All thinned networks and a sample of them: their predictions as histograms, and what stands for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.charts.panels import Mark, Panel, draw_panels
from dropout_lab.core.doors import Array
from dropout_lab.experiments.ensemble import Averages, Distribution

SAME = 1e-12
GEOMETRIC = "renormalized geometric mean"  # of p and of 1 - p, scaled to a sum of 1
AT_TEST = {
    "everything on": "Every time the same, as it should be.",
    "on at test time": "The switches still flip, so every prediction comes from another thinned network.",
    "scaled again": "Training has scaled already, so this is another network, with a weaker signal.",
}


@dataclass(frozen=True)
class Means:
    """What is shown for one example: thinned (K,) and drawn (S,) predictions, and every mean by its name.

    place: where the dropout is, in words. latest: your predictions, made in the way at_test.
    """

    thinned: Distribution
    drawn: Distribution
    marks: Mapping[str, float]
    place: str
    at_test: str
    latest: tuple[float, ...] = ()

    @property
    def samples(self) -> int:
        """How many random masks were drawn."""
        return self.drawn.values.size

    @property
    def exact(self) -> bool:
        """Whether everything on equals the renormalized geometric mean, to 1e-12."""
        return abs(self.marks["everything on"] - self.marks[GEOMETRIC]) < SAME

    @property
    def deviation(self) -> float:
        """How far a single thinned network is from the arithmetic mean, as a standard deviation."""
        return float(self.thinned.variance) ** 0.5


def read_means(averages: Averages, drawn: Array, place: str, at_test: str) -> Means:
    """Of the only example and output: all predictions (K,), those of random masks (S,), every mean.

    drawn (S, 1, 1): the predictions of the random masks.
    """
    thinned = Distribution(averages.thinned.values[:, 0, 0], averages.thinned.probabilities)
    samples = Distribution(drawn[:, 0, 0], np.full(len(drawn), 1 / len(drawn)))
    marks = {
        GEOMETRIC: float(averages.geometric[0, 0]),
        "arithmetic mean": float(averages.arithmetic[0, 0]),
        "everything on": float(averages.everything_on[0, 0]),
        "mean of samples": float(samples.mean),
    }
    return Means(thinned, samples, marks, place, at_test)


def describe_means(means: Means) -> str:
    """All numbers of the chart."""
    possible = means.thinned.values[means.thinned.probabilities > 0]
    told = ", ".join(f"{name} {value:.4f}" for name, value in means.marks.items())
    networks = "networks predict" if possible.size > 1 else "network predicts"
    words = (
        f"dropout {means.place}: {possible.size} thinned {networks} {possible.min():.4f} to "
        f"{possible.max():.4f}; {told} ({means.samples} samples)"
    )
    if means.latest:
        words += f"; predictions, {means.at_test}: {_listed(means)}"
    return words


def verdict(means: Means) -> tuple[str, str]:
    """Whether everything on is the renormalized geometric mean; then the other averages, and your predictions."""
    marks = means.marks
    on, geometric = marks["everything on"], marks[GEOMETRIC]
    head = (
        f"✓ Everything on, {on:.4f}, is exactly the {GEOMETRIC} of all thinned networks."
        if means.exact
        else f"✗ Everything on, {on:.4f}, is not the {GEOMETRIC}, {geometric:.4f}: "
        f"they differ by {abs(on - geometric):.4f}."
    )
    arithmetic, drawn = marks["arithmetic mean"], marks["mean of samples"]
    more = (
        f"The arithmetic mean is {arithmetic:.4f}, {abs(on - arithmetic):.4f} away. The mean of "
        f"{means.samples} samples is {drawn:.4f}, {abs(drawn - arithmetic):.4f} from the arithmetic "
        f"one; chance moves it by {means.deviation / means.samples**0.5:.4f}."
    )
    return head, more


def about_test(means: Means) -> str:
    """The predictions made at test time, and what is to be said about them."""
    if not means.latest:
        return "Press Predict for a prediction at test time; press again and compare."
    return f"Your predictions, {means.at_test}: {_listed(means)}. {AT_TEST[means.at_test]}"


def _listed(means: Means) -> str:
    return ", ".join(f"{value:.4f}" for value in means.latest)


TICKS = np.linspace(0, 1, 6)


def draw_means(means: Means) -> Element:
    """What all thinned networks predict, and below it what random masks and you do, over one axis."""
    count = int(np.sum(means.thinned.probabilities > 0))
    networks = (
        f"What all {count} thinned networks predict" if count > 1 else "What the network predicts"
    )
    every = [
        _mark(means, GEOMETRIC, "other"),
        _mark(means, "everything on", "on"),
        _mark(means, "arithmetic mean", "mean"),
    ]
    some = [
        _mark(means, "arithmetic mean", "mean"),
        _mark(means, "mean of samples", "chance"),
        Mark("your predictions", means.latest, "on"),
    ]
    panels = [
        Panel(f"{networks}: the taller, the more probable", means.thinned, every),
        Panel(f"What {means.samples} random masks predict", means.drawn, some),
    ]
    return draw_panels(panels, TICKS, "predicted probability", describe_means(means))


def _mark(means: Means, name: str, kind: str) -> Mark:
    return Mark(f"{name} {means.marks[name]:.4f}", [means.marks[name]], kind)
