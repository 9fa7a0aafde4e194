"""Run a network on a tape: the same forward pass, and the backward pass that the machine writes."""

from collections.abc import Mapping
from dataclasses import dataclass

from numpy.typing import ArrayLike

from dropout_lab.core.doors import Array, as_labels
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Backward, Forward
from dropout_lab.experiments.tape import RULES, Rule, Tape, Value


@dataclass(frozen=True)
class Written:
    """Both passes as lines of code, and the gradients `bwd` that the machine's own lines gave."""

    forward: list[str]
    backward: list[str]
    bwd: Backward


def write_passes(
    net: Network, fwd: Forward, Y: ArrayLike, rules: Mapping[str, Rule] = RULES
) -> Written:
    """What a tape with these rules makes of the pass fwd: of its X, masks and keep_prob.

    It starts from the sum of the losses, so that dA and dZ belong to each example's own; the 1/m of the
    mean enters in dW and db, as in `backward`. Raises ValueError for leading axes, for labels that do
    not fit, and for a rule whose gradient has not the shape of its value.
    """
    if fwd.output.ndim != 2:
        raise ValueError("a tape runs one network with one mask; index the leading axis first")
    tape = Tape(rules)
    sent = tape.send_back(_record(tape, net, fwd, as_labels(Y, fwd.output.shape)))
    forward = [f"{value.name} = {value.made}" for value in tape.record if value.name and value.made]
    backward = [f"{name} = {code}" for name, (_, code) in sent.items()]
    return Written(
        forward, backward, _collect(net, fwd, {name: d for name, (d, _) in sent.items()})
    )


def _record(tape: Tape, net: Network, fwd: Forward, Y: Array) -> Value:
    """The forward pass on the tape, under the names of the series; its losses."""
    sent = Value(tape, fwd.A[0], "X", constant=True)
    keep_prob = Value(tape, fwd.keep_prob, "keep_prob", constant=True)
    for l in range(1, net.L + 1):
        W, b = Value(tape, net.W[l], f"W{l}"), Value(tape, net.b[l], f"b{l}")
        Z = W @ sent + b
        Z.name = f"Z{l}"
        if l < net.L:
            sent = tape.apply(net.activation, Z)
            sent.name = f"A{l}"
        if l in fwd.D:
            D = Value(tape, fwd.D[l], f"D{l}", constant=True)
            sent = tape.apply("switch", sent, D, keep_prob)
            sent.name = f"A{l}_drop"
    losses = tape.apply("losses", Z, Value(tape, Y, "Y", constant=True))
    losses.name = "losses"
    return losses


def _collect(net: Network, fwd: Forward, found: Mapping[str, Array]) -> Backward:
    """The gradients by layer; where there is no switch, dA_drop is dA."""
    m, hidden = fwd.output.shape[1], range(1, net.L)
    dA_drop = {l: found[f"dA{l}_drop" if l in fwd.D else f"dA{l}"] for l in hidden}
    dA = {l: found[f"dA{l}"] for l in hidden}
    dZ = {l: found[f"dZ{l}"] for l in net.W}
    dW, db = ({l: found[f"{kind}{l}"] / m for l in net.W} for kind in ("dW", "db"))
    return Backward(dA_drop, dA, dZ, dW, db)
