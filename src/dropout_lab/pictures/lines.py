"""Every line of the two passes: the array it makes, the code that makes it, and its formula.

Forward: Z, A, D, A_drop of each layer, and the losses; backward mirrors it: dZ, dW, db, dA_drop, dA.
The code is read from the functions that ran.
"""

from collections.abc import Iterator
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
    """One line of a pass: the array it makes, the code that makes it, and its formula.

    start: the array it sends through a switch or an activation, if it does.
    """

    kind: Kind
    layer: int
    code: str
    formula: str
    start: str | None = None

    @property
    def array(self) -> str:
        """The name of the array it makes."""
        return named(self.kind, self.layer)


@dataclass(frozen=True)
class Lines:
    """The lines of both passes; the sentences about them are in `words.py`."""

    net: Network
    fwd: Forward
    recipe: Recipe

    def both(self) -> Iterator[Line]:
        """Forward from the first layer up, then backward from the last one down."""
        L = self.net.L
        for l in range(1, L + 1):
            yield self._Z(l)
            yield self._A(l)
            if l in self.fwd.D:
                yield self._D(l)
                yield self._A_drop(l)
        yield self._losses()
        for l in range(L, 0, -1):
            yield self._dZ_output() if l == L else self._dZ(l)
            yield self._dW(l)
            yield self._db(l)
            if l - 1 in self.fwd.D:
                yield self._dA_drop(l - 1)
                yield self._dA(l - 1)
            elif l > 1:
                yield self._dA_plain(l - 1)

    def _sent(self, l: int) -> str:
        """The name of what layer l sends on: "X", "A1_drop", or "A1" where there is no dropout."""
        return named("A_drop" if l in self.fwd.D else "A", l)

    def _Z(self, l: int) -> Line:
        sent = self._sent(l - 1)
        code = f"Z{l} = W{l} @ {sent} + b{l}"
        formula = f"z = w₁ a₁ + w₂ a₂ + … + b   for each unit of layer {l}, a from {sent}"
        return Line("Z", l, code, formula)

    def _A(self, l: int) -> Line:
        hidden = l < self.net.L
        g = activation_named(self.net.activation).value if hidden else sigmoid
        code = f"A{l} = {line_of(g, (f'Z{l}',))}"
        formula = f"a = g(z),   g = {self.net.activation if hidden else 'sigmoid'}"
        return Line("A", l, code, formula, start=f"Z{l}")

    def _D(self, l: int) -> Line:
        code = f"D{l} = {line_of(self.recipe.sample, (f'A{l}.shape', 'keep_prob', 'rng'))}"
        formula = "P(D = 1) = keep_prob, for each switch on its own"
        return Line("D", l, code, formula)

    def _A_drop(self, l: int) -> Line:
        code = f"A{l}_drop = {line_of(self.recipe.forward, (f'A{l}', f'D{l}', 'keep_prob'))}"
        formula = "a_drop = a · D / keep_prob"
        return Line("A_drop", l, code, formula, f"A{l}")

    def _losses(self) -> Line:
        L = self.net.L
        code = f"losses = np.sum(np.logaddexp(0, (1 - 2 * Y) * Z{L}), axis=0)"
        formula = "L = −y log a − (1 − y) log(1 − a),   written in z so that no digit is lost"
        return Line("losses", L, code, formula)

    def _dZ_output(self) -> Line:
        L = self.net.L
        formula = f"∂L/∂Z{L} = A{L} − Y   (sigmoid and cross-entropy together)"
        return Line("dZ", L, f"dZ{L} = A{L} - Y", formula)

    def _dZ(self, l: int) -> Line:
        slope = activation_named(self.net.activation).slope(self.recipe.slope_from)
        at = f"Z{l}" if self.recipe.slope_from == "Z" else self._sent(l)
        code = f"dZ{l} = {times(f'dA{l}', line_of(slope, (at,)))}"
        formula = f"∂L/∂Z{l} = ∂L/∂A{l} · g′(Z{l})"
        return Line("dZ", l, code, formula, start=f"dA{l}")

    def _dW(self, l: int) -> Line:
        sent = self._sent(l - 1)
        formula = f"∂J/∂W{l} = mean over the examples of ∂L/∂Z{l} · {sent}ᵀ"
        return Line("dW", l, f"dW{l} = dZ{l} @ {sent}.T / m", formula)

    def _db(self, l: int) -> Line:
        code = f"db{l} = np.sum(dZ{l}, axis=1, keepdims=True) / m"
        formula = f"∂J/∂b{l} = mean over the examples of ∂L/∂Z{l}"
        return Line("db", l, code, formula)

    def _dA_plain(self, l: int) -> Line:
        code = f"dA{l} = W{l + 1}.T @ dZ{l + 1}"
        formula = f"∂L/∂A{l} = W{l + 1}ᵀ · ∂L/∂Z{l + 1}"
        return Line("dA", l, code, formula)

    def _dA_drop(self, l: int) -> Line:
        code = f"dA{l}_drop = W{l + 1}.T @ dZ{l + 1}"
        formula = f"∂L/∂A{l}_drop = W{l + 1}ᵀ · ∂L/∂Z{l + 1}   (no D{l} in it)"
        return Line("dA_drop", l, code, formula)

    def _dA(self, l: int) -> Line:
        code = f"dA{l} = {line_of(self.recipe.backward, (f'dA{l}_drop', f'D{l}', 'keep_prob'))}"
        formula = (
            f"∂L/∂A{l} = ∂L/∂A{l}_drop · ∂A{l}_drop/∂A{l},   ∂A{l}_drop/∂A{l} = D{l} / keep_prob"
        )
        return Line("dA", l, code, formula, f"dA{l}_drop")
