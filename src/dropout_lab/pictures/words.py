"""One sentence for each line, in words a learner would use; it follows from what happened, not from a name."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.balance import BalanceCheck
from dropout_lab.core.doors import Mask
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.gradcheck import GradientCheck
from dropout_lab.core.passes import Forward
from dropout_lab.core.recipe import Recipe
from dropout_lab.pictures.lines import Line, named

if TYPE_CHECKING:
    from dropout_lab.pictures.steps import Story

SILENT = {
    "relu": " A unit below zero falls silent: its value is 0. That is ReLU, not dropout.",
    "leaky_relu": " A unit below zero keeps a hundredth of its value.",
}
# A recipe may combine a slip on the way through the switch with one about the slope.
SLOPE_SLIPS = {
    BUGS[name].slope_from: BUGS[name].explanation for name in ("slope from dropped A", "slope >= 0")
}


def about(line: Line, story: "Story", fwd: Forward, recipe: Recipe) -> str:
    """What a line does; if it makes something wrong, what, and how many entries of it."""
    l, kind = line.layer, line.kind
    if kind in ("Z", "A", "D", "A_drop", "losses"):
        return _forward(line, story, fwd, recipe)
    if line.array in story.made:
        return _mistake(line, story, recipe)
    if kind == "dW":
        words = _about_dW(l, fwd)
    elif kind == "db":
        words = f"How the cost responds to each bias of layer {l}: the row means of dZ{l}."
    elif l == story.net.L:
        words = f"The way back begins: how far each output A{l} is from its label."
    else:
        words = _silent_above(l, story) or _backward(line, story, recipe)
    return words + _elsewhere(line, story)


def _forward(line: Line, story: "Story", fwd: Forward, recipe: Recipe) -> str:
    l, own = line.layer, f"Here the recipe {recipe.name!r} has a line of its own."
    if line.kind == "Z":
        sent = named("A_drop" if l - 1 in fwd.D else "A", l - 1)
        what = "what came through the switches" if l - 1 in fwd.D else "what it is sent"
        return f"Each unit of layer {l} adds up {what}, {sent}."
    if line.kind == "A":
        if l == story.net.L:
            return "The sigmoid turns the last sum into a probability."
        return "The activation bends each value." + SILENT.get(story.net.activation, "")
    if line.kind == "D":
        if recipe.sample is not sample_mask:
            return recipe.explanation or own
        return (
            f"Each unit gets a switch of its own in each example: closed with probability "
            f"{fwd.keep_prob:.2f}, open otherwise. Here {_count(~fwd.D[l])} open."
        )
    if line.kind == "A_drop":
        if recipe.forward is not apply_mask:
            return recipe.explanation or own
        return (
            f"A closed switch passes A{l} on, divided by keep_prob. An open one passes 0; its unit "
            f"is still there, and so is its value in A{l}."
        )
    mean = float(np.mean(story.arrays["losses"]))
    return f"How surprised the network is by each label. The mean is the cost, J = {mean:.4f}."


def _backward(line: Line, story: "Story", recipe: Recipe) -> str:
    """A line of the way back that makes nothing wrong."""
    l = line.layer
    if line.kind == "dA_drop":
        ringed = (~story.D[l] & (story.arrays[line.array] != 0)).any()
        ring = " A ring marks each value that is not zero although its switch is open." if ringed else ""  # fmt: skip
        return (
            f"The gradient of what left the switches. D{l} is no factor of it, so an open switch does "
            f"not make it zero.{ring}"
        )
    if line.kind == "dZ":
        if recipe.slope_from != "Z":
            return f"The slope is taken from {recipe.slope_from}. Here that makes nothing wrong."
        return f"Back through the activation: its slope at Z{l} says how much gets through."
    if line.start is None:
        return f"Back along the weights. Layer {l} has no switches, so this is dA{l} already."
    if recipe.backward is apply_mask:
        if story.D[l].all():
            return f"Back through the same switches. All are closed here, and divide by keep_prob, as they did with A{l}."  # fmt: skip
        return (
            f"Back through the same switches. An open one stops the gradient; a closed one divides "
            f"it by keep_prob, as it did with A{l}."
        )
    there, back = (story.factors[passed][l] for passed in ("forward", "backward"))
    if there is not None and back is not None and np.allclose(there, back):
        return f"Back through the same switches, with the same factor as A{l} went forward."
    if recipe.backward is recipe.forward:
        return f"Back through the same function as A{l} went forward."
    return "Here this line still gives the right numbers: nothing came back where its slip would show."  # fmt: skip


def _mistake(line: Line, story: "Story", recipe: Recipe) -> str:
    """How many entries this line makes wrong, and at which units; then what the slip is."""
    l, made = line.layer, story.made[line.array]
    where = ""
    if l in story.D:
        off, kept = (made & ~story.D[l]).any(), (made & story.D[l]).any()
        units = {(True, False): "those of units that are off", (False, True): "those of kept units"}
        where = units.get((bool(off), bool(kept)), "at kept units and at units that are off")
        where = f": {where}" if off != kept else f", {where}"
    explanation = (
        SLOPE_SLIPS.get(recipe.slope_from, "") if line.kind == "dZ" else recipe.explanation
    )
    told = f"This line makes {int(made.sum())} of {made.size} entries wrong{where}. {explanation}"
    passed_on = (story.wrong[line.array] & ~made).any()
    return told.strip() + (
        f" It also passes on the error made at {_culprit(line, story)}." if passed_on else ""
    )


def _culprit(line: Line, story: "Story") -> str | None:
    """The last line before this one that made something wrong."""
    order = list(story.lines)
    before = [name for name in order[: order.index(line.array)] if name in story.made]
    return before[-1] if before else None


def _elsewhere(line: Line, story: "Story") -> str:
    """Where the mistake is made, if not here: a red check beside a right line is then no riddle."""
    order, culprit = list(story.lines), _culprit(line, story)
    if line.array in story.wrong:
        return f" This line is right, but it passes on the error made at {culprit}."
    if culprit:
        return f" This line is right, and the error made at {culprit} does not reach it."
    later = [name for name in order if name in story.made]
    if not later:
        return ""
    gap = order.index(later[0]) - order.index(line.array)
    lines = "one line" if gap == 1 else f"{gap} lines"
    return f" This line is right; it goes wrong {lines} later: {later[0]}."


def _silent_above(l: int, story: "Story") -> str:
    """With ReLU a whole layer may be silent, and a wrong mask may stop all: then nothing comes back."""
    above = l + 1
    if above >= story.net.L or story.arrays[f"dZ{above}"].any():
        return ""
    if story.net.activation == "relu" and (story.arrays[f"Z{above}"] <= 0).all():
        return f"Layer {above} is silent (Z{above} <= 0), so nothing comes back."
    return f"dZ{above} is 0 everywhere, so nothing comes back."


def _about_dW(l: int, fwd: Forward) -> str:
    if l - 1 not in fwd.D:
        return f"How the cost responds to each weight into layer {l}."
    silent = np.flatnonzero((fwd.A_drop[l - 1] == 0).all(axis=-1))
    start = f"dW{l} contains A{l - 1}_drop, which is 0 where a switch is open. "
    if silent.size:
        return (
            start + f"Sent 0 in every example, off or silent: {_listed('unit', silent)}. So "
            f"{_listed('column', silent)} of dW{l} vanished by itself, without any "
            f"backward mask."
        )
    return start + (
        f"A column of dW{l} vanishes by itself only if its unit sent 0 in every example; "
        f"here none did."
    )


def _count(off: np.ndarray) -> str:
    return f"{int(off.sum())} of {off.size} {'is' if off.sum() == 1 else 'are'}"


def _listed(noun: str, indices: np.ndarray) -> str:
    return f"{noun}{'s' if len(indices) > 1 else ''} {', '.join(map(str, indices))}"


def entry(check: GradientCheck) -> str:
    """The entry furthest off as code: "dW1[2, 0]"."""
    kind, layer, index = check.worst
    return f"{kind}{layer}[{', '.join(map(str, index))}]"


def about_check(
    check: GradientCheck,
    wrong: Collection[str] = (),
    balance: BalanceCheck | None = None,
    code: Mapping[str, str] = MappingProxyType({}),
) -> tuple[bool, str]:
    """Whether every gradient is right, and a gradient check in words.

    wrong: arrays that are not the true gradient: with one of them no verdict is good, whatever a check
    says. balance: value times gradient of the same passes; None if it does not apply. code: the line that
    makes an array.
    """
    error, names, part = check.relative_error, ", ".join(sorted(wrong)), _left_out(check)
    used = ", ".join(sorted(name for name in wrong if name.startswith(("dW", "db"))))
    if check.ok and not wrong:
        return True, f"gradient check {error:.0e}{part}, every gradient is right"
    if check.ok:
        luck = f"every dW and db is right, by luck; wrong: {names}"
        told = f"too near to tell; wrong: {used}" if used else luck
        words = f"gradient check passes ({error:.0e}){part}, {told}"
        if balance and balance.where:
            line = code.get(balance.where, balance.where)
            words += f" · value × gradient changes at {line}"
        return False, words
    words = f"gradient check {error:.2g}{part}"
    if balance is None:
        return False, f"{words}, worst at {entry(check)}"
    # The name alone: beside the line of code there is room for no other line.
    at = "does not see it" if balance.ok else f"changes at {balance.where}"
    return False, f"{words} at {entry(check)} · value × gradient {at}"


def _left_out(check: GradientCheck) -> str:
    """What the check did not look at: " (a sample of 2,000 of 5,151 parameters; 3 left out at kinks)"."""
    told = []
    if check.sample:
        told.append(f"a sample of {check.sample[0]:,} of {check.sample[1]:,} parameters")
    if check.untested:
        told.append(f"{', '.join(check.untested)} untested")
    elif check.skipped:
        told.append(f"{check.skipped} left out at kinks")
    return f" ({'; '.join(told)})" if told else ""


def off_units(masks: Mapping[int, Mask], example: int) -> str:
    """The units that are off in an example: "layer 1 units 0, 2; layer 2 unit 0"."""
    off = {l: np.flatnonzero(~D[:, example]) for l, D in masks.items()}
    return "; ".join(
        f"layer {l} {_listed('unit', units)}" for l, units in off.items() if units.size
    )
