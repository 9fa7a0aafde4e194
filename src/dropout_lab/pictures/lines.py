"""Every line of the two passes, in the order they run: its code, its formula, its sentence, its array.

The code is read from the functions that ran (`listing.py`). Forward: Z, A, D, A_drop per layer and
the loss; backward mirrors it: dZ, dW, db, dA_drop, dA.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dropout_lab.core.activations import activation_named, sigmoid
from dropout_lab.core.doors import read_only
from dropout_lab.core.dropout import Array
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Backward, Forward
from dropout_lab.core.recipe import Recipe
from dropout_lab.core.run_network import loss
from dropout_lab.pictures.words import Words
from dropout_lab.text import line_of, times


@dataclass(frozen=True)
class Place:
    """Which array this step makes, and where in the picture of the network it stands.

    where: "node" (before the switch), "terminal" (after it), "switch", "edges" (weights), "bias" or
    "output" (the losses). start: the array the step sends through the switch or the activation, if any.
    factor (n_l, m): what each switch multiplies by in this direction.
    """

    array: str
    where: str
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
    code = f"losses = np.sum(np.logaddexp(0, {Z}) - Y * {Z}, axis=0)"
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
