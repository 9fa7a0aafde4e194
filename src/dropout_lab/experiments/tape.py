"""A tape records what a forward pass does, and then writes the backward pass by itself.

This is reverse-mode automatic differentiation: a rule for each kind of step, and the chain rule from
the last step back to the first. No more than that is meant by "automatically".

Source: Baydin et al. (2018), https://arxiv.org/abs/1502.05767.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from dropout_lab.core.activations import ACTIVATIONS, Elementwise, sigmoid
from dropout_lab.core.doors import Array
from dropout_lab.core.dropout import apply_mask
from dropout_lab.text import expressions_of


class Rule(NamedTuple):
    """One kind of step: forward(*inputs) -> value, and backward(d, *kept) -> gradients of the inputs.

    d is the gradient of the value; keeps says which inputs, by place, the way back needs. What backward
    returns belongs to the first input, or as a tuple to the first ones.
    """

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    keeps: tuple[int, ...] = ()

    def send(self, d: Array, code: str, inputs: tuple[Any, ...]) -> Iterable[Any]:
        """Each input that gets a gradient, that gradient, and the code of it."""
        kept = [inputs[k] for k in self.keeps]
        sent = self.backward(d, *(value.data for value in kept))
        parts = sent if isinstance(sent, tuple) else (sent,)
        lines = expressions_of(self.backward, (code, *(value.code for value in kept)), len(parts))
        return zip(inputs, parts, lines, strict=False)  # the last inputs may get none


def _product_back(dZ: Array, W: Array, A: Array) -> tuple[Array, Array]:
    return dZ @ A.T, W.T @ dZ


def _sum_back(d: Array) -> tuple[Array, Array]:
    return d, d


def _bias_back(dZ: Array) -> tuple[Array, Array]:
    return dZ, np.sum(dZ, axis=1, keepdims=True)


def _times_back(d: Array, A: Array, B: Array) -> tuple[Array, Array]:
    return d * B, d * A


def _over_back(d: Array, A: Array, B: Array) -> tuple[Array, Array]:
    return d / B, -d * A / B**2


def _losses(Z: Array, Y: Array) -> Array:
    return np.sum(np.logaddexp(0, (1 - 2 * Y) * Z), axis=0)


def _losses_back(d: Array, Z: Array, Y: Array) -> Array:
    return d * (sigmoid(Z) - Y)


def _bend(g: Elementwise, slope: Elementwise) -> Rule:
    def send(dA: Array, Z: Array) -> Array:
        """The slope is at Z, which the tape has kept."""
        return dA * slope(Z)

    return Rule(g, send, keeps=(0,))


RULES = {name: _bend(g.value, g.slope_from_Z) for name, g in ACTIVATIONS.items()} | {
    "@": Rule(operator.matmul, _product_back, keeps=(0, 1)),
    "+": Rule(operator.add, _sum_back),
    "+ b": Rule(operator.add, _bias_back),  # a column, added to every example
    "*": Rule(operator.mul, _times_back, keeps=(0, 1)),
    "/": Rule(operator.truediv, _over_back, keeps=(0, 1)),
    "switch": Rule(apply_mask, apply_mask, keeps=(1, 2)),  # D and keep_prob; A is not needed
    "losses": Rule(_losses, _losses_back, keeps=(0, 1)),
}


@dataclass(eq=False)
class Value:
    """An array on a tape, and what it came from. A constant gets no gradient.

    name: under which it stands in the code; without one it is part of a longer line.
    """

    tape: "Tape"
    data: Any
    name: str = ""
    constant: bool = False
    made: str = ""
    rule: Rule | None = None
    inputs: tuple["Value", ...] = ()

    def __post_init__(self) -> None:
        self.tape.record.append(self)

    @property
    def code(self) -> str:
        """Its name, or how it was made."""
        return self.name or self.made

    def __matmul__(self, other: "Value") -> "Value":
        return self.tape.apply("@", self, other)

    def __add__(self, other: "Value") -> "Value":
        return self.tape.apply("+ b" if other.data.shape[1] == 1 else "+", self, other)

    def __mul__(self, other: "Value") -> "Value":
        return self.tape.apply("*", self, other)

    def __truediv__(self, other: "Value") -> "Value":
        return self.tape.apply("/", self, other)


class Tape:
    """Values in the order in which they were made, by these rules."""

    def __init__(self, rules: Mapping[str, Rule] = RULES) -> None:
        self.rules, self.record = rules, list[Value]()

    def apply(self, rule: str, *inputs: Value) -> Value:
        """Make a value by a rule, and record what it was made from."""
        used, data = self.rules[rule], [value.data for value in inputs]
        (made,) = expressions_of(used.forward, tuple(value.code for value in inputs), 1)
        return Value(self, used.forward(*data), made=made, rule=used, inputs=inputs)

    def send_back(self, last: Value) -> dict[str, tuple[Array, str]]:
        """{"dA1": (the gradient of sum(last), its code)} for each named value, in the order they are made."""
        sent, found = {last: (np.ones_like(last.data), f"np.ones_like({last.code})")}, {}
        for value in reversed(self.record):
            if value in sent and not value.constant:
                d, code = sent[value]
                if value.name:
                    found[f"d{value.name}"] = d, code
                    code = f"d{value.name}"
                for v, part, line in value.rule.send(d, code, value.inputs) if value.rule else ():
                    if part.shape != np.shape(v.data) and not v.constant:
                        raise ValueError(f"{line}: not of the shape of {v.code}, {v.data.shape}")
                    old = sent.get(v)  # what came back to it along another path
                    sent[v] = (old[0] + part, f"{old[1]} + {line}") if old else (part, line)
        return found
