"""A live chart of all thinned networks: their predictions as a histogram, and what stands for them."""

from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.charts.live import Live
from dropout_lab.charts.means_words import Means, describe_means
from dropout_lab.charts.plots import AFTER, BEFORE

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
