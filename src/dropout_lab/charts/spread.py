"""Two live charts: the share of units kept for rand and randn, and a quantity over all masks."""

from xml.etree.ElementTree import Element

import numpy as np
from matplotlib.patches import StepPatch

from dropout_lab.bugs.catalogue import normal_share
from dropout_lab.charts.live import Live
from dropout_lab.charts.plots import AFTER, BEFORE
from dropout_lab.core.doors import Array
from dropout_lab.experiments.ensemble import Distribution
from dropout_lab.pictures.steps import nice_ceiling

FIXED_POINT = 0.7833  # where Phi(k) = k, to four digits
BINS = 49


class ShareChart:
    """The share kept against keep_prob: the lines of rand and randn, and where you stand.

    words: the chart in words, as it was shown last.
    """

    def __init__(self) -> None:
        self._live = Live(280)
        (axes,) = self._live.axes
        k = np.linspace(0, 1, 101)
        axes.plot(k, k, color=AFTER, label="rand < keep_prob keeps keep_prob")
        phi = [normal_share(value) for value in k]
        axes.plot(k, phi, "--", color=BEFORE, label="randn < keep_prob keeps Φ(keep_prob)")
        axes.plot(FIXED_POINT, FIXED_POINT, "s", color="0.2", fillstyle="none", markersize=11)
        axes.annotate(
            f"{FIXED_POINT:.3f}:\nhere they agree", (FIXED_POINT, FIXED_POINT), (0.87, 0.42),
            arrowprops={"arrowstyle": "-", "color": "0.4"}, color="0.2", va="center", ha="center",
        )  # fmt: skip
        axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="keep_prob", ylabel="share kept")
        (self._here,) = axes.plot([0, 0], [0, 1], ":", color="0.35")
        (self._found,) = axes.plot([0], [0], "o", color="black", markersize=9)
        axes.plot([], [], "o", color="black", markersize=9, label="kept in 10,000 draws of yours")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=9)
        self._live.moves([self._here, self._found])
        self.words = ""

    def show(self, keep_prob: float, share: float) -> Element:
        """The chart for this keep_prob and this measured share."""
        self._here.set_xdata([keep_prob, keep_prob])
        self._found.set_data([keep_prob], [share])
        self.words = describe_share(keep_prob, share)
        return self._live.image(self.words)


def describe_share(keep_prob: float, share: float) -> str:
    """The chart in words."""
    return (
        f"Share kept at keep_prob {keep_prob:.2f}: rand keeps {keep_prob:.3f}, randn "
        f"{normal_share(keep_prob):.3f}; of 10,000 draws {share:.3f} were kept. The two lines cross at "
        f"{FIXED_POINT}."
    )


class SpreadChart:
    """A quantity over all masks, with the scale above and without it below, each with its exact mean."""

    def __init__(self) -> None:
        self._live = Live(400, axes=2)
        self._rows = []
        titles = ("A * D / keep_prob", "A * D, no scale")
        for axes, title in zip(self._live.axes, titles, strict=True):
            bars = axes.stairs(np.zeros(BINS), np.linspace(-1, 1, BINS + 1), fill=True)
            bars.set(color="#9ecae1", edgecolor=AFTER)
            (mean,) = axes.plot([0, 0], [0, 1], color=AFTER, linewidth=3, label="exact mean")
            (on,) = axes.plot(
                [0, 0], [0, 1], "--", color="black", linewidth=1.8, label="everything on"
            )
            (times,) = axes.plot(
                [0, 0], [0, 1], ":", color=BEFORE, linewidth=2.4,
                label="everything on,\nA times keep_prob",
            )  # fmt: skip
            axes.set(ylim=(0, 1), yticks=[])
            axes.set_ylabel(title, fontsize=9)
            self._rows.append((bars, mean, on, times))
            self._live.moves([bars, mean, on, times])
        self._live.axes[0].legend(
            loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=9
        )
        self._frame: tuple[str, float, float] | None = None

    def show(
        self, name: str, spreads: tuple[Distribution, Distribution], marks: tuple[float, float]
    ) -> Element:
        """The chart. spreads: with the scale and without; marks: everything on, and times k."""
        self._fit(name, spreads, marks)
        low, high = self._live.axes[0].get_xlim()
        edges = np.linspace(low, high, BINS + 1)
        for row, spread in zip(self._rows, spreads, strict=True):
            _set_bars(row[0], spread, edges)
            for line, x in zip(row[1:], (float(spread.mean), *marks), strict=True):
                line.set_xdata([x, x])
        return self._live.image(describe_spread(name, spreads, marks))

    def png(self) -> bytes:
        """The chart as it was shown last."""
        return self._live.png()

    def _fit(
        self, name: str, spreads: tuple[Distribution, Distribution], marks: tuple[float, float]
    ) -> None:
        """Round limits around all values, changed only when they must."""
        values = np.concatenate([*(spread.values for spread in spreads), marks])
        largest = nice_ceiling({0: values})
        frame = (name, -largest if values.min() < 0 else 0.0, largest)
        if frame != self._frame:
            self._frame = frame
            self._live.axes[-1].set(xlim=frame[1:], xlabel=name)
            self._live.stale()


def _set_bars(bars: StepPatch, spread: Distribution, edges: Array) -> None:
    shares, _ = np.histogram(spread.values, edges, weights=spread.probabilities)
    bars.set_data(0.92 * shares / shares.max(), edges)


def describe_spread(
    name: str, spreads: tuple[Distribution, Distribution], marks: tuple[float, float]
) -> str:
    """The chart in words."""
    scaled, plain = spreads
    return (
        f"{name} over {scaled.probabilities.size} masks. With the scale: exact mean "
        f"{float(scaled.mean):.4f}, standard deviation {float(scaled.variance) ** 0.5:.4f}. Without: "
        f"mean {float(plain.mean):.4f}, standard deviation {float(plain.variance) ** 0.5:.4f}. "
        f"Everything on: {marks[0]:.4f}; everything on, A times keep_prob: {marks[1]:.4f}."
    )
