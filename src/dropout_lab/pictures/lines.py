"""Every line of the two passes: the array it makes, the code that makes it, and its formula.

Forward: Z, A, D, A_drop of each layer, and the losses; backward mirrors it: dZ, dW, db, dA_drop, dA.
The code is read from the functions that ran.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dropout_lab.core.activations import activation_named, sigmoid
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Forward
from dropout_lab.core.recipe import Recipe
from dropout_lab.text import line_of, times

Passed: TypeAlias = Literal["forward", "backward"]
Kind: TypeAlias = Literal["Z", "A", "D", "A_drop", "losses", "dZ", "dW", "db", "dA_drop", "dA"]


def named(kind: Kind, l: int) -> str:
    """The name of an array of layer l: ("dA_drop", 1) is "dA1_drop"; what layer 0 sends is X."""
    if l == 0:
        return "X"
    stem, drop, _ = kind.partition("_drop")
    return kind if kind == "losses" else f"{stem}{l}{drop}"


@dataclass(frozen=True)
class Line:
    """One line of a pass: the array it makes, the expression that makes it, and its formula.

    start: the array it sends through a switch or an activation, if it does.
    """

    kind: Kind
    layer: int
    right: str
    formula: str
    start: str | None = None

    @property
    def array(self) -> str:
        """The name of the array it makes."""
        return named(self.kind, self.layer)

    @property
    def code(self) -> str:
        """The line of code."""
        return f"{self.array} = {self.right}"


def sent_by(l: int, D: Container[int]) -> str:
    """The name of what layer l sends on: "X", "A1_drop", or "A1" where there is no dropout."""
    return named("A_drop" if l in D else "A", l)


def lines_of_passes(net: Network, fwd: Forward, recipe: Recipe) -> Iterator[Line]:
    """Forward from the first layer up, then backward from the last one down."""
    for l in range(1, net.L + 1):
        yield from _forward(l, net, fwd, recipe)
    right = f"np.sum(np.logaddexp(0, (1 - 2 * Y) * Z{net.L}), axis=0)"
    formula = "L = −y log a − (1 − y) log(1 − a),   written in z so that no digit is lost"
    yield Line("losses", net.L, right, formula)
    for l in range(net.L, 0, -1):
        yield from _backward(l, net, fwd, recipe)


def _forward(l: int, net: Network, fwd: Forward, recipe: Recipe) -> Iterator[Line]:
    sent, hidden = sent_by(l - 1, fwd.D), l < net.L
    formula = f"z = w₁ a₁ + w₂ a₂ + … + b   for each unit of layer {l}, a from {sent}"
    yield Line("Z", l, f"W{l} @ {sent} + b{l}", formula)
    g = activation_named(net.activation).value if hidden else sigmoid
    formula = f"a = g(z),   g = {net.activation if hidden else 'sigmoid'}"
    yield Line("A", l, line_of(g, (f"Z{l}",)), formula, f"Z{l}")
    if l in fwd.D:
        drawn = line_of(recipe.sample, (f"A{l}.shape", "keep_prob", "rng"))
        yield Line("D", l, drawn, "P(D = 1) = keep_prob, for each switch on its own")
        right = line_of(recipe.forward, (f"A{l}", f"D{l}", "keep_prob"))
        yield Line("A_drop", l, right, "a_drop = a · D / keep_prob", f"A{l}")


def _backward(l: int, net: Network, fwd: Forward, recipe: Recipe) -> Iterator[Line]:
    yield _dZ(l, net, fwd, recipe)
    sent, below = sent_by(l - 1, fwd.D), l - 1
    mean = "mean over the examples of"
    yield Line("dW", l, f"dZ{l} @ {sent}.T / m", f"∂J/∂W{l} = {mean} ∂L/∂Z{l} · {sent}ᵀ")
    right = f"np.sum(dZ{l}, axis=1, keepdims=True) / m"
    yield Line("db", l, right, f"∂J/∂b{l} = {mean} ∂L/∂Z{l}")
    right, formula = f"W{l}.T @ dZ{l}", f"∂L/∂{sent} = W{l}ᵀ · ∂L/∂Z{l}"
    if below in fwd.D:
        yield Line("dA_drop", below, right, f"{formula}   (no D{below} in it)")
        right = line_of(recipe.backward, (f"dA{below}_drop", f"D{below}", "keep_prob"))
        slope = f"∂A{below}_drop/∂A{below}"
        formula = f"∂L/∂A{below} = ∂L/∂A{below}_drop · {slope},   {slope} = D{below} / keep_prob"
        yield Line("dA", below, right, formula, f"dA{below}_drop")
    elif below:
        yield Line("dA", below, right, formula)


def _dZ(l: int, net: Network, fwd: Forward, recipe: Recipe) -> Line:
    if l == net.L:
        formula = f"∂L/∂Z{l} = A{l} − Y   (sigmoid and cross-entropy together)"
        return Line("dZ", l, f"A{l} - Y", formula)
    slope = activation_named(net.activation).slope(recipe.slope_from)
    at = f"Z{l}" if recipe.slope_from == "Z" else sent_by(l, fwd.D)
    right = times(f"dA{l}", line_of(slope, (at,)))
    return Line("dZ", l, right, f"∂L/∂Z{l} = ∂L/∂A{l} · g′(Z{l})", f"dA{l}")
