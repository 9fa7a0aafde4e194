"""One sentence for each step, in words a learner would use; where a recipe is wrong, it says what is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.doors import Mask
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.gradcheck import GradientCheck
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Forward
from dropout_lab.core.recipe import Recipe

SILENT = {
    "relu": " A unit below zero falls silent: its value is 0. That is ReLU, not dropout.",
    "leaky_relu": " A unit below zero keeps a hundredth of its value.",
}
# A recipe may combine a slip on the way through the switch with one about the slope.
SLOPE_SLIPS = {
    BUGS[name].slope_from: BUGS[name].explanation for name in ("slope from dropped A", "slope >= 0")
}


@dataclass(frozen=True)
class Words:
    """The sentences about one forward pass and the recipe that goes back through it."""

    net: Network
    fwd: Forward
    recipe: Recipe

    def Z(self, l: int, sent: str) -> str:
        if l - 1 in self.fwd.D:
            return f"Each unit of layer {l} adds up what came through the switches, {sent}."
        return f"Each unit of layer {l} adds up what it is sent, {sent}."

    def A(self, l: int) -> str:
        if l == self.net.L:
            return "The sigmoid turns the last sum into a probability."
        return "The activation bends each value." + SILENT.get(self.net.activation, "")

    def D(self, l: int) -> str:
        if self.recipe.sample is not sample_mask:
            return self.recipe.explanation
        return (
            f"Each unit gets a switch of its own in each example: closed with probability "
            f"{self.fwd.keep_prob:.2f}, open otherwise. Here {_count(~self.fwd.D[l])} open."
        )

    def A_drop(self, l: int) -> str:
        if self.recipe.forward is not apply_mask:
            return self.recipe.explanation
        return (
            f"A closed switch passes A{l} on, divided by keep_prob. An open one passes 0; its unit "
            f"is still there, and so is its value in A{l}."
        )

    def loss(self, mean: float) -> str:
        return f"How surprised the network is by each label. The mean is the cost, J = {mean:.4f}."

    def dZ_output(self, l: int) -> str:
        return f"The way back begins: how far each output A{l} is from its label."

    def dZ(self, l: int) -> str:
        if self.recipe.slope_from != "Z":
            return SLOPE_SLIPS[self.recipe.slope_from]
        return f"Back through the activation: its slope at Z{l} says how much gets through."

    def dW(self, l: int) -> str:
        if l - 1 not in self.fwd.D:
            return f"How the cost answers to each weight into layer {l}."
        silent = np.flatnonzero((self.fwd.A_drop[l - 1] == 0).all(axis=-1))
        start = f"dW{l} contains A{l - 1}_drop, which is 0 where a switch is open. "
        if silent.size:
            return (
                start + f"Sent 0 in every example, off or silent: {_listed('unit', silent)}. So "
                f"{_listed('column', silent)} of dW{l} vanished, without any backward mask: "
                f"this you do get for free."
            )
        return start + (
            f"A column of dW{l} vanishes by itself only if its unit sent 0 in every example; "
            f"here none did."
        )

    def db(self, l: int) -> str:
        return f"How the cost answers to each bias of layer {l}: the row means of dZ{l}."

    def dA_plain(self, l: int) -> str:
        return f"Back along the weights. Layer {l} has no switches, so this is dA{l} already."

    def dA_drop(self, l: int) -> str:
        return (
            f"The gradient of what left the switches. D{l} does not occur in this line, so nothing "
            f"made it zero. A ring marks each value that is not zero although its switch is open."
        )

    def dA(self, l: int) -> str:
        if self.recipe.backward is not self.fwd.recipe.forward:
            return self.recipe.explanation
        if self.recipe.backward is not apply_mask:
            return f"Back through the same switches, with the same factor as A{l} went forward."
        return (
            f"Back through the same switches. An open one stops the gradient; a closed one divides "
            f"it by keep_prob, as it did with A{l}."
        )


def _count(off: np.ndarray) -> str:
    return f"{int(off.sum())} of {off.size} {'is' if off.sum() == 1 else 'are'}"


def _listed(noun: str, indices: np.ndarray) -> str:
    return f"{noun}{'s' if len(indices) > 1 else ''} {', '.join(map(str, indices))}"


def entry(check: GradientCheck) -> str:
    """The entry furthest off as code: "dW1[2, 0]"."""
    kind, layer, index = check.worst
    return f"{kind}{layer}[{', '.join(map(str, index))}]"


def verdict(check: GradientCheck, wrong: Collection[str] = ()) -> str:
    """A gradient check in words. wrong: arrays on the way that are not the true gradient all the same.

    The check sees what training uses, dW and db; a wrong dA can be hidden by a slope that is 0.
    """
    if check.ok and wrong:
        names = ", ".join(sorted(wrong))
        return f"gradient check {check.relative_error:.0e}, every dW and db is right, by luck; wrong: {names}"
    if check.ok:
        return f"gradient check {check.relative_error:.0e}, every gradient is right"
    return f"gradient check {check.relative_error:.2g}, furthest off: {entry(check)}"


def off_units(masks: Mapping[int, Mask], example: int) -> str:
    """The units that are off in an example: "layer 1 units 0, 2; layer 2 unit 0"."""
    off = {l: np.flatnonzero(~D[:, example]) for l, D in masks.items()}
    return "; ".join(
        f"layer {l} {_listed('unit', units)}" for l, units in off.items() if units.size
    )
