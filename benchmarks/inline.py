"""The usual way to show what a stage lab shows: `interact` around a function that draws with pyplot.

The mathematics is ours, so that only the way of drawing and of sending differs; with about as many shapes
and numbers. An inline plot takes as long whatever it shows, so this one stands for all.
"""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from matplotlib.axes import Axes

from dropout_lab.core.doors import Array
from dropout_lab.core.gradcheck import check_gradients
from dropout_lab.core.passes import Backward, Forward, backward, forward, sample_masks
from dropout_lab.experiments.data import lesson

CASE = lesson()


def network(keep_prob: float) -> None:
    """Both passes of the lesson's network at one step: the neurons and the matrix, with numbers."""
    net, X, Y = CASE.net, CASE.X, CASE.Y
    masks = sample_masks(net, X.shape[1], tuple(CASE.masks), keep_prob, np.random.default_rng(0))
    fwd = forward(net, X, masks, keep_prob)
    bwd = backward(net, fwd, Y)
    check = check_gradients(net, X, Y, masks, keep_prob)
    _, (left, right) = plt.subplots(1, 2, figsize=(9, 4), width_ratios=(3, 2))
    draw_network(left, fwd, bwd)
    right.imshow(bwd.dA[1], cmap="RdBu", vmin=-1, vmax=1)
    for (i, j), value in np.ndenumerate(bwd.dA[1]):
        right.text(j, i, f"{value:.2f}", ha="center", va="center", fontsize=8)
    right.set(title="dA1", xlabel="example", ylabel="unit")
    plt.suptitle(f"keep_prob {keep_prob:.2f}, gradient check {check.relative_error:.0e}")
    plt.show()


def draw_network(axes: Axes, fwd: Forward, bwd: Backward) -> None:
    """A circle with its number for each unit of example 0, and all edges."""
    layers: list[Array] = [fwd.A[0], *bwd.dA.values(), bwd.dZ[max(bwd.dZ)]]
    for x, values in enumerate(layers):
        ys = np.linspace(0, 1, len(values) + 2)[1:-1]
        for y, value in zip(ys, values[:, 0], strict=True):
            off = x in fwd.D and value == 0
            axes.scatter(x, y, s=900, c=[value], cmap="RdBu", vmin=-1, vmax=1, edgecolors="k")
            axes.text(x, y, "off" if off else f"{value:.2f}", ha="center", va="center", fontsize=8)
            if x + 1 < len(layers):
                for after in np.linspace(0, 1, len(layers[x + 1]) + 2)[1:-1]:
                    axes.plot([x, x + 1], [y, after], color="0.8", zorder=0)
    axes.set(title="the network, example 0", ylim=(0, 1))
    axes.axis("off")


def slide() -> Any:
    """What a notebook writes."""
    return interact(network, keep_prob=FloatSlider(0.7, min=0.05, max=1, step=0.01))
