"""The picture of a training: the decision boundary among the points, and the losses so far."""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D

from dropout_lab.charts.live import Live
from dropout_lab.core.doors import Array
from dropout_lab.core.network import Network
from dropout_lab.experiments.data import Points
from dropout_lab.experiments.race import Curve, mean_output, wrong_points
from dropout_lab.pictures.scores import short

WIDTH, HEIGHT = 860, 380
MARGINS = {"left": 0.075, "right": 0.97, "bottom": 0.24, "top": 0.92, "wspace": 0.17}
GRID = (60, 40)
LEVELS = 10
TEAMS = ((249, 214, 140), (176, 217, 243))  # light orange for label 0, light blue for label 1
POINTS = (("#A85C00", "^", "label 0"), ("#0072B2", "o", "label 1"))
# Told apart by dash as well; all at least 4.5:1 on white.
STYLES = (("#1F2328", "-"), ("#AA3377", "--"), ("#00735A", "-."), ("#5B4FC4", ":"))
FAINT, PALE = 0.55, 0.2  # how strong the color of a thin line is, and of a band
MOST = len(STYLES)


def _shades() -> list[tuple[int, int, int]]:
    """From sure of label 0, over nearly white at one half, to sure of label 1."""
    shades = []
    for p in np.linspace(-1, 1, LEVELS):
        strong, t = np.array(TEAMS[int(p > 0)]), 0.25 + 0.75 * abs(p)
        r, g, b = (int(value) for value in 255 + t * (strong - 255))
        shades.append((r, g, b))
    return shades


class TrainingChart:
    """Left the points with the boundary of one recipe, right the losses of all."""

    def __init__(self, points: Points, names: Sequence[str], bands: bool) -> None:
        self._points = points
        shades = _shades()
        lines = [_rgb(color, t) for color, *_ in (*STYLES, *POINTS) for t in (1, FAINT, PALE)]
        self._live = Live(
            HEIGHT, 2, beside=True, width=WIDTH, margins=MARGINS, shades=[*shades, *lines]
        )
        left, right = self._live.axes
        self._low, self._high = _frame(points.X)
        self._build_map(left, ListedColormap(np.array(shades) / 255))
        self._build_curves(right, names, bands)
        self._still: tuple[str, int, float] | None = None

    def show(self, shown: str, net: Network, curves: Mapping[str, Curve], total: int) -> Element:
        """The chart: the boundary of recipe `shown`, whose networks are net, and all curves."""
        self._set_still(shown, curves, total)
        self._set_map(net)
        for name, curve in curves.items():
            self._set_curve(name, curve)
        self.words = describe(shown, net, self._points, curves)
        return self._live.image(self.words)

    def png(self) -> bytes:
        """The chart as it was shown last."""
        return self._live.png()

    def _build_map(self, axes: Axes, colors: ListedColormap) -> None:
        (x0, y0), (x1, y1) = self._low, self._high
        self._xs, self._ys = (
            np.linspace(*ends, n) for ends, n in zip(((x0, x1), (y0, y1)), GRID, strict=True)
        )
        self._grid = np.stack(np.meshgrid(self._xs, self._ys)).reshape(2, -1)
        self._image = axes.imshow(
            np.full(GRID[::-1], 0.5), colors, vmin=0, vmax=1, origin="lower", aspect="equal",
            extent=(x0, x1, y0, y1), interpolation="bilinear", interpolation_stage="data",
        )  # fmt: skip
        (self._boundary,) = axes.plot([], [], color="black", linewidth=2)
        self._dots: list[Line2D] = []
        for label, (color, mark, name) in enumerate(POINTS):
            X = self._points.X[:, self._points.Y[0] == label]
            self._dots += axes.plot(*X, mark, color=color, markersize=4, label=name)
        self._dots += axes.plot(
            [], [], "x", color="black", markersize=7, markeredgewidth=1.5, label="wrong"
        )
        axes.plot([], [], color="black", linewidth=2, label="boundary")
        axes.set(xlim=(x0, x1), ylim=(y0, y1), xlabel="x₁", ylabel="x₂")
        _legend(axes, 4)
        self._live.moves([self._image, self._boundary, *self._dots])

    def _build_curves(self, axes: Axes, names: Sequence[str], bands: bool) -> None:
        self._curves = {}
        sizes = range(13, 0, -3)  # so that marks in one place are all seen
        for name, (color, dash), size in zip(names, STYLES, sizes, strict=False):
            band = axes.fill_between(
                [0], [0], [0], color=color, alpha=PALE, linewidth=0, visible=bands
            )
            (noisy,) = axes.plot([], [], color=color, linewidth=0.8, alpha=FAINT)
            (line,) = axes.plot([], [], dash, color=color, linewidth=2.2, label=name)
            (beyond,) = axes.plot([], [], "^", color=color, markersize=size, clip_on=False)
            self._curves[name] = (band, noisy, line, beyond)
            self._live.moves([band, noisy, line, beyond])
        axes.plot([], [], color="0.4", linewidth=0.8, label="thin: with masks")
        if bands:
            axes.fill_between([], [], color="0.4", alpha=PALE, linewidth=0, label="10-90% of seeds")
        axes.set(xlabel="iteration", ylabel="loss")
        axes.set_title("Loss, everything on", fontsize=10)
        _legend(axes, 3)

    def _set_still(self, shown: str, curves: Mapping[str, Curve], total: int) -> None:
        """Titles and limits, drawn anew only when they change."""
        first = max(np.nan_to_num([c.high[0] for c in curves.values()], nan=0, posinf=0))
        still = (shown, total, float(np.ceil(15 * max(first, 0.1)) / 10))
        if still != self._still:
            left, right = self._live.axes
            left.set_title(f"Boundary of “{shown}”, everything on", fontsize=10)
            right.set(xlim=(0, total), ylim=(0, still[2]))
            self._still = still
            self._live.stale()

    def _set_map(self, net: Network) -> None:
        output = mean_output(net, self._grid).reshape(GRID[::-1])
        self._image.set_data(np.ma.masked_invalid(output))
        lines = contour_generator(self._xs, self._ys, np.ma.masked_invalid(output)).lines(0.5)
        gap = np.full((1, 2), np.nan)
        path = np.concatenate([part for line in lines for part in (line, gap)] or [gap])
        self._boundary.set_data(*path.T)
        self._dots[-1].set_data(*self._points.X[:, wrong_points(net, self._points)])

    def _set_curve(self, name: str, curve: Curve) -> None:
        band, noisy, line, beyond = self._curves[name]
        _, top = self._live.axes[1].get_ylim()
        low, high = (_finite(values, 2 * top) for values in (curve.low, curve.high))
        band.set_data(curve.iterations, low, high)
        noisy.set_data(curve.iterations, _finite(curve.noisy, 2 * top))
        line.set_data(curve.iterations, _finite(curve.loss, 2 * top))
        # What is beyond the picture, or not a number, is marked at its upper edge.
        beyond.set_data(curve.iterations[-1:], [top])
        beyond.set_visible(not curve.loss[-1] <= top)


def _rgb(color: str, strength: float) -> tuple[int, int, int]:
    """The color on white; at strength 1 nothing of the white is seen."""
    r, g, b = (round(255 + strength * (value - 255)) for value in bytes.fromhex(color[1:]))
    return r, g, b


def describe(shown: str, net: Network, points: Points, curves: Mapping[str, Curve]) -> str:
    """The chart in words."""
    wrong, n = int(wrong_points(net, points).sum()), points.X.shape[1]
    told = [
        f"{name} went from {short(c.loss[0])} to {short(c.loss[-1])}, with masks {short(c.noisy[-1])}"
        for name, c in curves.items()
    ]
    return (
        f"After {curves[shown].iterations[-1]:.0f} iterations the boundary of {shown} leaves {wrong} of {n} points "
        f"on the wrong side. Loss with everything on: {'; '.join(told)}."
    )


def _finite(values: Array, top: float) -> Array:
    """Values no larger than top: far off the picture, and so is what is not a number."""
    return np.minimum(np.nan_to_num(values, nan=top, posinf=top), top)


def _frame(X: Array) -> tuple[Array, Array]:
    """The corners of a frame around the points, with a margin."""
    low, high = X.min(axis=1), X.max(axis=1)
    margin = 0.05 * max(float((high - low).max()), 1e-9)
    return low - margin, high + margin


def _legend(axes: Axes, columns: int) -> None:
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=columns, frameon=False, fontsize=9,
        handletextpad=0.4, columnspacing=1.2,
    )  # fmt: skip
