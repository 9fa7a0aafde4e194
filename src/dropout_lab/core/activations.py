"""An activation bends each value on its own; its slope says how much a small nudge gets through.

Every slope is written twice: from Z, which is always right, and from A = g(Z), as most course code
writes it to save an array. The second is right only as long as A really is g(Z): after inverted
dropout it is not. The bodies are one expression each because the lab shows them as they stand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dropout_lab.core.doors import Array, check_one_of
from dropout_lab.core.recipe import SlopeFrom

Elementwise: TypeAlias = Callable[[Array], NDArray[Any]]


def relu(Z: Array) -> Array:
    """max(Z, 0)."""
    return np.maximum(Z, 0)


def relu_slope(Z: Array) -> NDArray[np.bool_]:
    """1 where Z > 0, else 0. The same line serves Z and A, because A > 0 exactly where Z > 0."""
    return Z > 0


def relu_slope_at_least(A: Array) -> NDArray[np.bool_]:
    """The slip `A >= 0`: true everywhere, because A is never negative."""
    return A >= 0


def leaky_relu(Z: Array) -> Array:
    """Z where positive, else Z / 100."""
    return np.where(Z > 0, Z, 0.01 * Z)


def leaky_relu_slope(Z: Array) -> Array:
    """1 where Z > 0, else 0.01. The same line serves Z and A, because A has the sign of Z."""
    return np.where(Z > 0, 1, 0.01)


def leaky_relu_slope_at_least(A: Array) -> Array:
    """The slip `A >= 0`."""
    return np.where(A >= 0, 1, 0.01)


def tanh(Z: Array) -> Array:
    """The hyperbolic tangent, between -1 and 1."""
    return np.tanh(Z)


def tanh_slope(Z: Array) -> Array:
    """1 - tanh(Z)^2."""
    return 1 - np.tanh(Z) ** 2


def tanh_slope_from_A(A: Array) -> Array:
    """1 - A^2."""
    return 1 - A**2


@np.errstate(over="ignore")  # exp(800) is inf, and 1 / (1 + inf) is the 0 that is wanted
def sigmoid(Z: Array) -> Array:
    """1 / (1 + e^-Z), between 0 and 1."""
    return 1 / (1 + np.exp(-Z))


@np.errstate(over="ignore")
def sigmoid_slope(Z: Array) -> Array:
    """A (1 - A) with A = sigmoid(Z), as 1 / ((1 + e^Z) (1 + e^-Z))."""
    return 1 / ((1 + np.exp(Z)) * (1 + np.exp(-Z)))


def sigmoid_slope_from_A(A: Array) -> Array:
    """A (1 - A)."""
    return A * (1 - A)


def linear(Z: Array) -> Array:
    """Z as it is."""
    return Z


def linear_slope(Z: Array) -> Array:
    """1 everywhere."""
    return np.ones_like(Z)


@dataclass(frozen=True)
class Activation:
    """g and its slope g', written from Z, from A, and from A with the slip `>=` for `>`."""

    value: Elementwise
    slope_from_Z: Elementwise
    slope_from_A: Elementwise
    slope_at_least: Elementwise

    def slope(self, slope_from: SlopeFrom) -> Elementwise:
        """The slope formula a recipe uses: "Z", "A_drop" or "A_drop >= 0"."""
        if slope_from == "Z":
            return self.slope_from_Z
        return self.slope_from_A if slope_from == "A_drop" else self.slope_at_least


ACTIVATIONS = {
    "relu": Activation(relu, relu_slope, relu_slope, relu_slope_at_least),
    "leaky_relu": Activation(
        leaky_relu, leaky_relu_slope, leaky_relu_slope, leaky_relu_slope_at_least
    ),
    # The slopes below compare nothing, so the slip cannot happen: the last two are the same.
    "tanh": Activation(tanh, tanh_slope, tanh_slope_from_A, tanh_slope_from_A),
    "sigmoid": Activation(sigmoid, sigmoid_slope, sigmoid_slope_from_A, sigmoid_slope_from_A),
    "linear": Activation(linear, linear_slope, linear_slope, linear_slope),
}


def activation_named(name: str) -> Activation:
    """The activation of this name. Raises ValueError, with the known names, if there is none."""
    check_one_of(name, ACTIVATIONS, "activation")
    return ACTIVATIONS[name]
