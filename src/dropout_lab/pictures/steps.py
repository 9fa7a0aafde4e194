"""The two passes told line by line: each step is one line of code, and what it makes, where.

The arrays are those the passes recorded. Each step also knows the true gradients, so that a picture
can show where a recipe goes wrong.
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

Where: TypeAlias = Literal["node", "terminal", "switch", "edges", "bias", "output"]
Passed: TypeAlias = Literal["forward", "backward"]


@dataclass(frozen=True)
class Place:
    """Which array this step makes, and where in the picture of the network it stands.

    where: "node" (before the switch), "terminal" (after it), "switch", "edges" (weights), "bias" or
    "output" (the losses). start: the array the step sends through the switch or the activation, if any.
    factor (n_l, m): what each switch multiplies by in this direction.
    """

    array: str
    where: Where
    layer: int
    start: str | None = None
    factor: Array | None = None


Line: TypeAlias = tuple[str, str, str, Place, NDArray[Any]]


def after(l: int, fwd: Forward) -> str:
    """The name of what layer l sends on: "X", "A1_drop", or "A1" where there is no dropout."""
    return "X" if l == 0 else f"A{l}_drop" if l in fwd.D else f"A{l}"


def forward_lines(net: Network, fwd: Forward, Y: Array, recipe: Recipe) -> Iterator[Line]:
    """Z and A of each layer, D and A_drop where it has dropout, and the losses."""
    words = Words(net, fwd, recipe)
    g = activation_named(net.activation).value
    for l in range(1, net.L + 1):
        Z, A, D, A_drop = f"Z{l}", f"A{l}", f"D{l}", f"A{l}_drop"
        sent = after(l - 1, fwd)
        code = f"{Z} = W{l} @ {sent} + b{l}"
        formula = f"z = w₁ a₁ + w₂ a₂ + … + b   for each unit of layer {l}, a from {sent}"
        yield code, formula, words.Z(l, sent), Place(Z, "node", l), fwd.Z[l]
        code = f"{A} = {line_of(g if l < net.L else sigmoid, (Z,))}"
        name = net.activation if l < net.L else "sigmoid"
        yield code, f"a = g(z),   g = {name}", words.A(l), Place(A, "node", l, Z), fwd.A[l]
        if l not in fwd.D:
            continue
        code = f"{D} = {line_of(recipe.sample, (f'{A}.shape', 'keep_prob', 'rng'))}"
        formula = "P(D = 1) = keep_prob, for each switch on its own"
        yield (
            code,
            formula,
            words.D(l),
            Place(D, "switch", l),
            np.broadcast_to(fwd.D[l], fwd.A[l].shape),
        )
        factor = recipe.forward(np.ones(fwd.A[l].shape), fwd.D[l], fwd.keep_prob)
        code = f"{A_drop} = {line_of(recipe.forward, (A, D, 'keep_prob'))}"
        place = Place(A_drop, "terminal", l, A, factor)
        formula = "a_drop = a · D / keep_prob"
        yield code, formula, words.A_drop(l), place, fwd.A_drop[l]
    Z, losses = f"Z{net.L}", read_only(np.asarray(loss(fwd, Y, per_example=True)))
    code = f"losses = np.sum(np.logaddexp(0, (1 - 2 * Y) * {Z}), axis=0)"
    formula = "L = −y log a − (1 − y) log(1 − a),   written in z so that no digit is lost"
    yield (
        code,
        formula,
        words.loss(float(np.mean(losses))),
        Place("losses", "output", net.L),
        losses,
    )


def backward_lines(net: Network, fwd: Forward, bwd: Backward, recipe: Recipe) -> Iterator[Line]:
    """From the output down: dZ, dW, db of each layer, then back through the switches below it."""
    words = Words(net, fwd, recipe)
    slope = activation_named(net.activation).slope(recipe.slope_from)
    for l in range(net.L, 0, -1):
        dA, dZ, dW, db = f"dA{l}", f"dZ{l}", f"dW{l}", f"db{l}"
        if l == net.L:
            formula = f"∂L/∂Z{l} = A{l} − Y   (sigmoid and cross-entropy together)"
            yield f"{dZ} = A{l} - Y", formula, words.dZ_output(l), Place(dZ, "node", l), bwd.dZ[l]
        else:
            at = f"Z{l}" if recipe.slope_from == "Z" else after(l, fwd)
            code = f"{dZ} = {times(dA, line_of(slope, (at,)))}"
            formula = f"∂L/∂Z{l} = ∂L/∂A{l} · g′(Z{l})"
            yield code, formula, words.dZ(l), Place(dZ, "node", l, dA), bwd.dZ[l]
        sent = after(l - 1, fwd)
        formula = f"∂J/∂W{l} = mean over the examples of ∂L/∂Z{l} · {sent}ᵀ"
        code = f"{dW} = {dZ} @ {sent}.T / m"
        yield code, formula, words.dW(l), Place(dW, "edges", l), bwd.dW[l]
        formula = f"∂J/∂b{l} = mean over the examples of ∂L/∂Z{l}"
        code = f"{db} = np.sum({dZ}, axis=1, keepdims=True) / m"
        yield code, formula, words.db(l), Place(db, "bias", l), bwd.db[l]
        if l > 1:
            yield from _through_switch(l - 1, fwd, bwd, recipe, words)


def _through_switch(
    l: int, fwd: Forward, bwd: Backward, recipe: Recipe, words: Words
) -> Iterator[Line]:
    """From dZ of the layer above to dA of layer l: one step, or two with a switch on the way."""
    dA, dA_drop, D = f"dA{l}", f"dA{l}_drop", f"D{l}"
    code = f"W{l + 1}.T @ dZ{l + 1}"
    if l not in fwd.D:
        formula = f"∂L/∂A{l} = W{l + 1}ᵀ · ∂L/∂Z{l + 1}"
        place = Place(dA, "node", l)
        yield f"{dA} = {code}", formula, words.dA_plain(l), place, bwd.dA[l]
        return
    formula = f"∂L/∂A{l}_drop = W{l + 1}ᵀ · ∂L/∂Z{l + 1}   (no D{l} in it)"
    place = Place(dA_drop, "terminal", l)
    yield f"{dA_drop} = {code}", formula, words.dA_drop(l), place, bwd.dA_drop[l]
    factor = recipe.backward(np.ones(bwd.dA[l].shape), fwd.D[l], fwd.keep_prob)
    code = f"{dA} = {line_of(recipe.backward, (dA_drop, D, 'keep_prob'))}"
    formula = f"∂L/∂A{l} = ∂L/∂A{l}_drop · ∂A{l}_drop/∂A{l},   ∂A{l}_drop/∂A{l} = D{l} / keep_prob"
    yield code, formula, words.dA(l), Place(dA, "node", l, dA_drop, factor), bwd.dA[l]


@dataclass(frozen=True)
class Step:
    """One line of a pass. `seen` and `truth` map names ("dA1_drop") to read-only arrays.

    seen: X, Y and all arrays computed so far, this step's included. truth: the true gradients; wrong:
    where the recipe's differ, only for arrays that do. switches: the mask of each layer that has
    dropout. scale: the value at which colors are full. passed: "forward" or "backward".
    """

    name: str
    code: str
    formula: str
    sentence: str
    place: Place
    seen: Mapping[str, NDArray[Any]]
    truth: Mapping[str, Array]
    wrong: Mapping[str, Mask]
    switches: Mapping[int, Mask]
    net: Network
    keep_prob: float
    passed: Passed
    scale: float


def true_gradients(net: Network, fwd: Forward, Y: ArrayLike) -> Backward:
    """The gradient of the forward pass that was really run, whatever its recipe.

    Dropout's forward is linear and element by element, so its true backward is that same function.
    """
    true = replace(CORRECT, name="true gradient", backward=fwd.recipe.forward)
    return backward(net, fwd, Y, true)


def tell(
    net: Network, fwd: Forward, bwd: Backward, Y: ArrayLike, recipe: Recipe = CORRECT
) -> list[Step]:
    """The steps of both passes in the order they ran. Raises ValueError for leading axes."""
    if fwd.output.ndim != 2:
        raise ValueError("steps tell one network with one mask; index the leading axis first")
    Y = read_only(as_labels(Y, fwd.output.shape))
    truth = MappingProxyType(_named_gradients(true_gradients(net, fwd, Y), fwd))
    wrong = MappingProxyType(_differences(_named_gradients(bwd, fwd), truth))
    masks = {l: np.broadcast_to(D, fwd.A[l].shape) for l, D in fwd.D.items()}
    switches = MappingProxyType(masks)
    k = fwd.keep_prob
    scales: dict[Passed, float] = {
        "forward": nice_ceiling(fwd.Z, fwd.A, fwd.A_drop),
        "backward": nice_ceiling(bwd.dA_drop, bwd.dA, bwd.dZ),
    }
    seen: dict[str, NDArray[Any]] = {"X": fwd.A[0], "Y": Y}
    steps = []
    lines = [*forward_lines(net, fwd, Y, recipe), *backward_lines(net, fwd, bwd, recipe)]
    for code, formula, sentence, place, values in lines:
        seen |= {place.array: values}
        name = "loss" if place.where == "output" else place.array
        passed: Passed = "backward" if name.startswith("d") else "forward"
        scale = scales[passed]
        so_far = MappingProxyType(dict(seen))
        steps.append(
            Step(
                name,
                code,
                formula,
                sentence,
                place,
                so_far,
                truth,
                wrong,
                switches,
                net,
                k,
                passed,
                scale,
            )
        )
    return steps


def _named_gradients(bwd: Backward, fwd: Forward) -> dict[str, Array]:
    """{"dA1_drop": ..., "dW2": ...}: a Backward under the names the code lines use."""
    return {
        kind.replace("dA_drop", "dA") + str(l) + ("_drop" if kind == "dA_drop" else ""): values
        for kind, by_layer in vars(bwd).items()
        for l, values in by_layer.items()
        if kind != "dA_drop" or l in fwd.D
    }


def _differences(found: Mapping[str, Array], true: Mapping[str, Array]) -> dict[str, Mask]:
    """Where arrays differ by more than rounding; arrays that agree everywhere are left out."""
    differ = {
        name: ~(np.abs(values - true[name]) <= 1e-12 + 1e-6 * np.abs(true[name]))
        for name, values in found.items()
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
