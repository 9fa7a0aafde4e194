"""The two passes told line by line: each step is one line of code, and what it makes, where.

Forward: Z, A, D, A_drop of each layer, and the losses; backward mirrors it: dZ, dW, db, dA_drop, dA.
The code is read from the functions that ran, the arrays are those the passes recorded. Each step also
knows the true gradients, so that a picture can show where a recipe goes wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dropout_lab.core.activations import activation_named, sigmoid
from dropout_lab.core.doors import Array, Mask, as_labels, read_only
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Backward, Forward, backward, loss
from dropout_lab.core.recipe import CORRECT, Recipe
from dropout_lab.pictures.words import Words
from dropout_lab.text import line_of, times

Kind: TypeAlias = Literal["Z", "A", "D", "A_drop", "losses", "dZ", "dW", "db", "dA_drop", "dA"]
# Before the switch, after it, at the switch itself, on the weights, on the biases, behind the output.
Where: TypeAlias = Literal["node", "terminal", "switch", "edges", "bias", "output"]
PLACES: dict[Kind, Where] = {
    "Z": "node", "A": "node", "D": "switch", "A_drop": "terminal", "losses": "output",
    "dZ": "node", "dW": "edges", "db": "bias", "dA_drop": "terminal", "dA": "node",
}  # fmt: skip


def named(kind: Kind, l: int) -> str:
    """The name of an array of layer l: ("dA_drop", 1) is "dA1_drop"; what layer 0 sends is X."""
    if l == 0:
        return "X"
    stem, drop, _ = kind.partition("_drop")
    return kind if kind == "losses" else f"{stem}{l}{drop}"


@dataclass(frozen=True)
class Line:
    """One line of a pass: the array it makes, the code that makes it, its formula, and a sentence.

    start: the array it sends through a switch or an activation, if it does. factor (n_l, m): what
    each switch multiplies by in this direction.
    """

    kind: Kind
    layer: int
    code: str
    formula: str
    sentence: str
    start: str | None = None
    factor: Array | None = None

    @property
    def array(self) -> str:
        """The name of the array it makes."""
        return named(self.kind, self.layer)

    @property
    def where(self) -> Where:
        """Where in the picture of the network that array stands."""
        return PLACES[self.kind]


@dataclass(frozen=True)
class Story:
    """What all steps of two passes share. Arrays by name ("dA1_drop"); masks by layer.

    truth: the true gradients. wrong: where the recorded ones differ from them, only arrays that do.
    made: where an array differs although what its line was given was right: the mistake is made there.
    """

    net: Network
    D: Mapping[int, Mask]
    keep_prob: float
    arrays: Mapping[str, NDArray[Any]]
    truth: Mapping[str, Array]
    wrong: Mapping[str, Mask]
    made: Mapping[str, Mask]
    scales: Mapping[str, float]


@dataclass(frozen=True)
class Step:
    """One line, and the story up to it. seen: X, Y and all arrays computed so far, this one included."""

    line: Line
    story: Story
    seen: Mapping[str, NDArray[Any]]

    @property
    def name(self) -> str:
        """What the walk calls it: the array it makes, and "loss" for the losses."""
        return "loss" if self.line.kind == "losses" else self.line.array

    @property
    def code(self) -> str:
        """The line of code."""
        return self.line.code

    @property
    def sentence(self) -> str:
        """What the line does, in words."""
        return self.line.sentence

    @property
    def truth(self) -> Mapping[str, Array]:
        """The true gradients, by name."""
        return self.story.truth

    @property
    def wrong(self) -> Mapping[str, Mask]:
        """Where recorded gradients differ from the true ones; only arrays that do."""
        return self.story.wrong

    @property
    def passed(self) -> Literal["forward", "backward"]:
        """The pass it belongs to."""
        return "backward" if self.line.kind.startswith("d") else "forward"

    @property
    def scale(self) -> float:
        """The value at which colors are full."""
        return self.story.scales[self.passed]


def tell(
    net: Network, fwd: Forward, bwd: Backward, Y: ArrayLike, recipe: Recipe = CORRECT
) -> list[Step]:
    """The steps of both passes in the order they ran. Raises ValueError for leading axes."""
    if fwd.output.ndim != 2:
        raise ValueError("steps tell one network with one mask; index the leading axis first")
    labels = read_only(as_labels(Y, fwd.output.shape))
    story = _story(net, fwd, bwd, labels)
    seen, steps = {"X": fwd.A[0], "Y": labels}, []
    for line in _Lines(net, fwd, recipe, labels).both():
        seen |= {line.array: story.arrays[line.array]}
        steps.append(Step(line, story, MappingProxyType(dict(seen))))
    return steps


def true_recipe(fwd: Forward) -> Recipe:
    """The recipe whose backward pass is the gradient of the forward pass that was really run.

    Dropout's forward is linear and element by element, so its true backward is that same function.
    """
    return replace(CORRECT, name="true gradient", backward=fwd.recipe.forward)


def _story(net: Network, fwd: Forward, bwd: Backward, Y: Array) -> Story:
    losses = read_only(np.asarray(loss(fwd, Y, per_example=True)))
    D = {l: np.broadcast_to(mask, fwd.A[l].shape) for l, mask in fwd.D.items()}
    recorded = _by_name(bwd, fwd)
    truth = _by_name(backward(net, fwd, Y, true_recipe(fwd)), fwd)
    arrays = {named("D", l): mask for l, mask in D.items()} | recorded | {"losses": losses}
    for kind in ("Z", "A", "A_drop"):
        arrays |= {named(kind, l): values for l, values in getattr(fwd, kind).items() if l}
    scales = {
        "forward": nice_ceiling(fwd.Z, fwd.A, fwd.A_drop),
        "backward": nice_ceiling(bwd.dA_drop, bwd.dA, bwd.dZ),
    }
    wrong = _differences(recorded, truth)
    made = _differences(recorded, _right_lines(net, fwd, bwd))
    return Story(net, D, fwd.keep_prob, arrays, truth, wrong, made, scales)


def _right_lines(net: Network, fwd: Forward, bwd: Backward) -> dict[str, Array]:
    """What the two lines that a recipe can get wrong give, made right, from the very same input."""
    through = true_recipe(fwd).through("backward")
    slope = activation_named(net.activation).slope_from_Z
    right = {named("dZ", l): bwd.dA[l] * slope(fwd.Z[l]) for l in range(1, net.L)}
    return right | {
        named("dA", l): through(bwd.dA_drop[l], D, fwd.keep_prob) for l, D in fwd.D.items()
    }


def _by_name(bwd: Backward, fwd: Forward) -> dict[str, Array]:
    """Every gradient under the name the code lines use; without dropout there is no dA_drop."""
    kinds: tuple[Kind, ...] = ("dA_drop", "dA", "dZ", "dW", "db")
    return {
        named(kind, l): values
        for kind in kinds
        for l, values in getattr(bwd, kind).items()
        if kind != "dA_drop" or l in fwd.D
    }


def _differences(found: Mapping[str, Array], true: Mapping[str, Array]) -> dict[str, Mask]:
    """Where arrays differ by more than rounding; arrays that agree everywhere are left out."""
    differ = {
        name: ~(np.abs(found[name] - values) <= 1e-12 + 1e-6 * np.abs(values))
        for name, values in true.items()
    }
    return {name: where for name, where in differ.items() if where.any()}


def largest_finite(values: NDArray[Any]) -> float:
    """The largest size among the finite entries; 0 without any."""
    return float(np.max(np.abs(values), initial=0, where=np.isfinite(values)))


def nice_ceiling(*groups: Mapping[int, Array]) -> float:
    """The largest size among the finite entries, rounded up to a round number."""
    entries = np.concatenate([values.ravel() for group in groups for values in group.values()])
    largest = largest_finite(entries)
    if largest == 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(largest))
    return float(next(r * power for r in (1, 1.5, 2, 3, 4, 5, 7.5, 10) if largest <= r * power))


@dataclass(frozen=True)
class _Lines:
    """The lines of both passes: code and formula are here, the sentences are in `words.py`."""

    net: Network
    fwd: Forward
    recipe: Recipe
    Y: Array

    @property
    def words(self) -> Words:
        """What is said about each line."""
        return Words(self.net, self.fwd, self.recipe)

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
        return Line("Z", l, code, formula, self.words.Z(l, sent))

    def _A(self, l: int) -> Line:
        hidden = l < self.net.L
        g = activation_named(self.net.activation).value if hidden else sigmoid
        code = f"A{l} = {line_of(g, (f'Z{l}',))}"
        formula = f"a = g(z),   g = {self.net.activation if hidden else 'sigmoid'}"
        return Line("A", l, code, formula, self.words.A(l), start=f"Z{l}")

    def _D(self, l: int) -> Line:
        code = f"D{l} = {line_of(self.recipe.sample, (f'A{l}.shape', 'keep_prob', 'rng'))}"
        formula = "P(D = 1) = keep_prob, for each switch on its own"
        return Line("D", l, code, formula, self.words.D(l))

    def _A_drop(self, l: int) -> Line:
        code = f"A{l}_drop = {line_of(self.recipe.forward, (f'A{l}', f'D{l}', 'keep_prob'))}"
        formula = "a_drop = a · D / keep_prob"
        factor = self._factor(l, self.recipe.forward)
        return Line("A_drop", l, code, formula, self.words.A_drop(l), f"A{l}", factor)

    def _losses(self) -> Line:
        L, mean = self.net.L, float(np.mean(loss(self.fwd, self.Y, per_example=True)))
        code = f"losses = np.sum(np.logaddexp(0, (1 - 2 * Y) * Z{L}), axis=0)"
        formula = "L = −y log a − (1 − y) log(1 − a),   written in z so that no digit is lost"
        return Line("losses", L, code, formula, self.words.loss(mean))

    def _dZ_output(self) -> Line:
        L = self.net.L
        formula = f"∂L/∂Z{L} = A{L} − Y   (sigmoid and cross-entropy together)"
        return Line("dZ", L, f"dZ{L} = A{L} - Y", formula, self.words.dZ_output(L))

    def _dZ(self, l: int) -> Line:
        slope = activation_named(self.net.activation).slope(self.recipe.slope_from)
        at = f"Z{l}" if self.recipe.slope_from == "Z" else self._sent(l)
        code = f"dZ{l} = {times(f'dA{l}', line_of(slope, (at,)))}"
        formula = f"∂L/∂Z{l} = ∂L/∂A{l} · g′(Z{l})"
        return Line("dZ", l, code, formula, self.words.dZ(l), start=f"dA{l}")

    def _dW(self, l: int) -> Line:
        sent = self._sent(l - 1)
        formula = f"∂J/∂W{l} = mean over the examples of ∂L/∂Z{l} · {sent}ᵀ"
        return Line("dW", l, f"dW{l} = dZ{l} @ {sent}.T / m", formula, self.words.dW(l))

    def _db(self, l: int) -> Line:
        code = f"db{l} = np.sum(dZ{l}, axis=1, keepdims=True) / m"
        formula = f"∂J/∂b{l} = mean over the examples of ∂L/∂Z{l}"
        return Line("db", l, code, formula, self.words.db(l))

    def _dA_plain(self, l: int) -> Line:
        code = f"dA{l} = W{l + 1}.T @ dZ{l + 1}"
        formula = f"∂L/∂A{l} = W{l + 1}ᵀ · ∂L/∂Z{l + 1}"
        return Line("dA", l, code, formula, self.words.dA_plain(l))

    def _dA_drop(self, l: int) -> Line:
        code = f"dA{l}_drop = W{l + 1}.T @ dZ{l + 1}"
        formula = f"∂L/∂A{l}_drop = W{l + 1}ᵀ · ∂L/∂Z{l + 1}   (no D{l} in it)"
        return Line("dA_drop", l, code, formula, self.words.dA_drop(l))

    def _dA(self, l: int) -> Line:
        code = f"dA{l} = {line_of(self.recipe.backward, (f'dA{l}_drop', f'D{l}', 'keep_prob'))}"
        formula = (
            f"∂L/∂A{l} = ∂L/∂A{l}_drop · ∂A{l}_drop/∂A{l},   ∂A{l}_drop/∂A{l} = D{l} / keep_prob"
        )
        factor = self._factor(l, self.recipe.backward)
        return Line("dA", l, code, formula, self.words.dA(l), f"dA{l}_drop", factor)

    def _factor(self, l: int, through: Any) -> Array:
        """What each switch multiplies by, found by sending ones through it."""
        return through(np.ones(self.fwd.A[l].shape), self.fwd.D[l], self.fwd.keep_prob)
