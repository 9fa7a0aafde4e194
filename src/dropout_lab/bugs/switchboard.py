"""Every backward recipe with every activation and slope source, and how far off its gradient is.

This is where the coincidence shows: with ReLU and the slope taken from the dropped A, "no mask" is
exact. Each activation needs one forward pass and one set of numerical gradients for all recipes.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.core.dropout import Mask
from dropout_lab.core.gradcheck import numerical_gradients, relative_error
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT
from dropout_lab.core.run_network import backward, forward

# (activation, slope_from). Where two sources give the same formula only one is listed.
COLUMNS = (
    ("relu", "Z"), ("relu", "A_drop"), ("relu", "A_drop >= 0"), ("leaky_relu", "A_drop"),
    ("tanh", "Z"), ("tanh", "A_drop"), ("sigmoid", "Z"), ("sigmoid", "A_drop"), ("linear", "Z"),
)  # fmt: skip
ROWS = {"correct": CORRECT} | BACKWARD_BUGS

Column = tuple[str, str]


def gradient_errors(
    net: Network, X: ArrayLike, Y: ArrayLike, masks: Mapping[int, Mask], keep_prob: float
) -> dict[str, dict[Column, float]]:
    """{recipe: {(activation, slope_from): relative error to the numerical gradient}}, masks frozen."""
    errors: dict[str, dict[Column, float]] = {name: {} for name in ROWS}
    for activation in dict(COLUMNS):
        bent, frozen = replace(net, activation=activation), dict(masks)
        fwd = forward(bent, X, frozen, keep_prob)
        true = numerical_gradients(bent, X, Y, frozen, keep_prob)
        for name, recipe in ROWS.items():
            for column in (c for c in COLUMNS if c[0] == activation):
                with np.errstate(all="ignore"):  # a slope fed with a dropped A may overflow
                    bwd = backward(bent, fwd, Y, replace(recipe, slope_from=column[1]))
                errors[name][column] = relative_error(bwd, true)
    return {name: {c: row[c] for c in COLUMNS} for name, row in errors.items()}
