"""A live chart of all thinned networks: their predictions as a histogram, and what stands for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.charts.live import Live
from dropout_lab.charts.plots import AFTER, BEFORE
from dropout_lab.core.doors import Array
from dropout_lab.experiments.ensemble import Averages, Distribution

SAME = 1e-12
AT_TEST = {
    "everything on": "Every time the same, as it should be.",
    "on at test time": "The switches still flip, so every prediction comes from another thinned network.",
    "scaled again": "Training has scaled already, so this is another network, with a weaker signal.",
}


@dataclass(frozen=True)
class Means:
    """What is shown for one example: thinned (K,), the value of each mark by its name, and how it was got.

    place: where the dropout is, in words. samples: how many. latest: predictions in the way at_test.
    """

    thinned: Distribution
    marks: Mapping[str, float]
    place: str
    samples: int
    at_test: str
    latest: tuple[float, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether everything on equals the renormalized geometric mean, to 1e-12."""
        return abs(self.marks["everything on"] - self.marks["geometric mean"]) < SAME

    @property
    def deviation(self) -> float:
        """How far a single thinned network is from the arithmetic mean, as a standard deviation."""
        return float(self.thinned.variance) ** 0.5


def read_marks(averages: Averages, drawn: Array) -> tuple[Distribution, dict[str, float]]:
    """Of the only example and output: its predictions (K,), and every average by name.

    drawn (S, 1, 1): the predictions of the random masks.
    """
    thinned = Distribution(averages.thinned.values[:, 0, 0], averages.thinned.probabilities)
    marks = {
        "geometric mean": float(averages.geometric[0, 0]),
        "arithmetic mean": float(averages.arithmetic[0, 0]),
        "everything on": float(averages.everything_on[0, 0]),
        "mean of samples": float(drawn[:, 0, 0].mean()),
    }
    return thinned, marks


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
    """Whether everything on is the geometric mean; then the other averages, and your predictions."""
    marks = means.marks
    on, geometric = marks["everything on"], marks["geometric mean"]
    head = (
        f"✓ Everything on, {on:.4f}, is exactly the geometric mean of all thinned networks."
        if means.exact
        else f"✗ Everything on, {on:.4f}, is not the geometric mean, {geometric:.4f}: "
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


BINS = 50
GREEN = "#009E73"
# The name of each mark, and how its line is drawn: color, dashes, width. Drawn in this order, so that
# a thin line on a broad one shows where two averages agree.
MARKS = {
    "geometric mean": (BEFORE, "-", 6.0),
    "arithmetic mean": (AFTER, "-", 3.0),
    "everything on": ("black", "--", 2.0),
    "mean of samples": (GREEN, ":", 2.6),
}


class MeansChart:
    """All predictions between 0 and 1, each with its probability; a line for each average."""

    def __init__(self) -> None:
        self._live = Live(300)
        (axes,) = self._live.axes
        self._edges = np.linspace(0, 1, BINS + 1)
        self._bars = axes.stairs(np.zeros(BINS), self._edges, fill=True)
        self._bars.set(color="#c3d7e8", edgecolor="0.45", label="thinned networks")
        self._lines = {}
        for name, (color, dashes, width) in MARKS.items():
            (line,) = axes.plot([0, 0], [0, 1.08], dashes, color=color, linewidth=width, label=name)
            self._lines[name] = line
        (self._dots,) = axes.plot(
            [],
            [],
            "v",
            color="white",
            markeredgecolor="black",
            markersize=9,
            label="your predictions",
        )
        axes.set(xlim=(-0.01, 1.01), ylim=(0, 1.24), yticks=[])
        axes.set(xlabel="predicted probability", ylabel="probability of\nsuch a network")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=9)
        self._live.moves([self._bars, *self._lines.values(), self._dots])

    def show(self, means: Means) -> Element:
        """The chart, with its words."""
        thinned = means.thinned
        shares, _ = np.histogram(thinned.values, self._edges, weights=thinned.probabilities)
        self._bars.set_data(shares / shares.max(), self._edges)
        for name, line in self._lines.items():
            line.set_xdata([means.marks[name]] * 2)
        self._dots.set_data(means.latest, [1.16] * len(means.latest))
        return self._live.image(describe_means(means))

    def png(self) -> bytes:
        """The chart as it was shown last."""
        return self._live.png()
