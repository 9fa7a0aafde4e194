"""Statistics with axes: gradients before and after the switch, as bars and over many masks.

Every function draws into axes it is given and returns the picture in words. `plot` makes the figure
for a notebook: `plot(gradient_bars, dA_drop, dA, D)`, with your own arrays if you like.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import ArrayLike

from dropout_lab.text import number

# Okabe and Ito's blue and vermillion: 3:1 or better on white, and told apart by place and word too.
AFTER, BEFORE = "#0072B2", "#D55E00"
HATCH = "///"
HOLLOW: dict[str, Any] = {"marker": "o", "markersize": 5, "markerfacecolor": "white"}  # off


class Plot:
    """A figure as a notebook shows it: a PNG, and the picture in words (which nbval compares)."""

    def __init__(self, figure: Figure, words: str) -> None:
        self.figure, self.words = figure, words

    def __repr__(self) -> str:
        return self.words

    def _ipython_display_(self) -> None:
        # JupyterLab gives a PNG no alt text, so the words stand under it, for everybody.
        display({"image/png": self.png(), "text/plain": "a figure"}, raw=True)  # type: ignore[no-untyped-call]
        print(self.words)

    def png(self) -> bytes:
        """The figure as PNG, on white in every theme."""
        png = BytesIO()
        self.figure.savefig(png, format="png", dpi=110, facecolor="white")
        return png.getvalue()


def plot(
    draw: Callable[..., str], *arrays: ArrayLike, size: tuple[float, float] = (7, 3.2)
) -> Plot:
    """One figure with one pair of axes that `draw(axes, *arrays)` fills."""
    figure = Figure(figsize=size, layout="constrained")
    return Plot(figure, draw(figure.add_subplot(), *arrays))


def gradient_bars(axes: Axes, dA_drop: ArrayLike, dA: ArrayLike, D: ArrayLike) -> str:
    """For every unit its gradient after the switch (dA_drop) and before it (dA), as a pair of bars.

    One number per unit each, D True where kept; units that are off are hatched and named. Raises
    ValueError if the lengths differ.
    """
    after, before, kept = _columns(dA_drop, dA, D)
    units = np.arange(after.size)
    for values, color, shift in ((after, AFTER, -0.2), (before, BEFORE, 0.2)):
        bars = axes.bar(units + shift, values, 0.36, color=color, edgecolor="white")
        for bar, is_kept in zip(bars, kept, strict=True):
            bar.set_hatch("" if is_kept else HATCH)
        for unit in units[values == 0]:
            axes.text(unit + shift, 0, "0", ha="center", va="bottom", color=color)
    axes.axhline(0, color="0.3", linewidth=0.8)
    names = [f"unit {i}\n{'kept' if kept[i] else 'off'}" for i in units]
    axes.set_xticks(units, names)
    axes.set_ylabel("gradient")
    _legend(axes)
    pairs = [
        f"unit {i}, {'kept' if kept[i] else 'off'}: after {number(after[i])}, before {number(before[i])}"
        for i in units
    ]
    return "Gradient after and before the switch. " + "; ".join(pairs) + "."


def gradient_strips(axes: Axes, dA_drop: ArrayLike, dA: ArrayLike, D: ArrayLike) -> str:
    """The same over many masks: a strip of points per unit, and the share of masks it is off in.

    After the switch a point is hollow where the unit is off in that mask.

    Arrays (K, n): K masks, n units. Raises ValueError if the shapes differ.
    """
    after, before, kept = (np.asarray(values) for values in (dA_drop, dA, D))
    if not after.shape == before.shape == kept.shape or after.ndim != 2:
        shapes = f"{after.shape}, {before.shape} and {kept.shape}"
        raise ValueError(f"expected three arrays of one shape (masks, units); got {shapes}")
    masks, units = after.shape
    # Points side by side, in the order of the masks: a spread that hides nothing and needs no chance.
    spread = np.linspace(-0.14, 0.14, masks)
    is_on, everywhere = kept.astype(bool), np.ones_like(kept, dtype=bool)
    for values, where, color, shift, look in (
        (after, is_on, AFTER, -0.2, {"marker": "o", "markersize": 3}),
        (after, ~is_on, AFTER, -0.2, HOLLOW),
        (before, everywhere, BEFORE, 0.2, {"marker": "x", "markersize": 3}),
    ):
        shown = np.where(where, values, np.nan)
        for unit in range(units):
            x = unit + shift + spread
            axes.plot(x, shown[:, unit], linestyle="none", color=color, **look)
    axes.axhline(0, color="0.3", linewidth=0.8)
    off = 1 - kept.mean(axis=0)
    axes.set_xticks(range(units), [f"unit {i}\noff in {off[i]:.0%}" for i in range(units)])
    axes.set_ylabel("gradient")
    _legend(axes, hatched=False)
    exact = [(before[:, i][~kept[:, i]] == 0).all() for i in range(units)]
    parts = [
        f"unit {i}: off in {off[i]:.0%} of the masks, its gradient before the switch then {'0' if exact[i] else 'not 0'}"
        for i in range(units)
    ]
    return f"Gradients over {masks} masks. " + "; ".join(parts) + "."


def eps_lines(axes: Axes, eps: ArrayLike, frozen: ArrayLike, fresh: ArrayLike) -> str:
    """The size of a numerical gradient against eps, with the mask frozen and with a fresh one each time.

    Logarithmic axes, where 1 / eps is a straight line. One number per eps each; raises ValueError if
    the lengths differ.
    """
    sizes, still, jumps = (
        np.abs(np.asarray(values, dtype=float)) for values in (eps, frozen, fresh)
    )
    if not sizes.shape == still.shape == jumps.shape:
        raise ValueError(f"expected as many slopes as eps; got {still.size}, {jumps.size}")
    axes.loglog(sizes, still, "o-", color=AFTER, label="mask frozen")
    axes.loglog(sizes, jumps, "x--", color=BEFORE, label="fresh mask for each loss")
    axes.set(xlabel="eps", ylabel="size of the\nnumerical gradient")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    told = [
        f"eps {e:.0e}: {a:.2g} and {b:.2g}" for e, a, b in zip(sizes, still, jumps, strict=True)
    ]
    return "Numerical gradient with the mask frozen, and with fresh masks. " + "; ".join(told) + "."


def _columns(*arrays: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    after, before, kept = (np.asarray(values).ravel() for values in arrays)
    if not after.size == before.size == kept.size:
        sizes = f"{after.size}, {before.size} and {kept.size}"
        raise ValueError(
            f"expected one number per unit in each array; got {sizes}. "
            f"For one example j: dA_drop[:, j], dA[:, j], D[:, j]"
        )
    return after.astype(float), before.astype(float), kept.astype(bool)


def _legend(axes: Axes, hatched: bool = True) -> None:
    handles: list[Patch | Line2D] = [
        Patch(color=AFTER, label="after the switch (dA_drop)"),
        Patch(color=BEFORE, label="before the switch (dA)"),
    ]
    if hatched:
        handles.append(Patch(facecolor="white", edgecolor="0.3", hatch=HATCH, label="unit is off"))
    else:
        handles.append(Line2D([], [], linestyle="none", color=AFTER, label="unit is off", **HOLLOW))
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
