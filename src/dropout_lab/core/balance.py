"""Value times gradient is kept by every line of a correct pass, so where it changes, that line is wrong.

    at a switch       A * dA == A_drop * dA_drop           each element, whatever D and keep_prob are
    at an activation  Z * dZ == A * dA                     each element; relu, leaky_relu, linear only
    through weights   sum_j A_drop_j dA_drop_j == sum_i (Z_i - b_i) dZ_i                 each example
    of the weights    sum_j W_ij dW_ij == sum over examples of (Z_i - b_i) dZ_i / m      each unit
    of the biases     db_i == sum over examples of dZ_i / m

A check that needs no numerical derivative, and that names the line. It does not see a wrong number
where the value is 0 (0 == 0), a wrong dZ[L], a wrong dZ at tanh or sigmoid, an error that its
sums do not show (dW plus anything orthogonal to the rows of W), nor a mistake that forward and backward
share; and it does not hold for a scale that moves with A.

Sources: Euler's theorem for homogeneous functions; Du, Hu, Lee (2018), https://arxiv.org/abs/1806.00900;
Tanaka et al. (2020), https://arxiv.org/abs/2006.05467, "neuron-wise conservation of synaptic saliency".
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dropout_lab.core.doors import Array
from dropout_lab.core.gradcheck import relative_error
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Backward, Forward

TOLERANCE = 1e-9  # correct networks of every scale stay below 3e-16
HOMOGENEOUS = ("relu", "leaky_relu", "linear")  # g(c z) = c g(z) for c > 0


@dataclass(frozen=True)
class BalanceCheck:
    """where: the first line, in backward order, at which value times gradient changes, or None.

    errors: ||left - right|| / (||left|| + ||right||) of every line, by the name of what it makes
    ("dA1"); NaN if one is not finite. untested: lines with nothing but 0 on both sides.
    """

    where: str | None
    errors: dict[str, float]
    untested: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether it changes nowhere."""
        return self.where is None


@dataclass(frozen=True)
class Line:
    """A line of the backward pass, named after what it makes: value times gradient on its two sides.

    size: the sum of the absolute values of all products in it, of which rounding is a tiny share.
    """

    name: str
    left: Array
    right: Array
    size: Array

    @property
    def wrong(self) -> bool:
        """Whether the sides differ by more than rounding anywhere, or are not finite."""
        off = np.abs(self.left - self.right)
        near = off <= TOLERANCE * self.size + np.finfo(float).tiny
        return not np.all(near & np.isfinite(off))


def check_balance(net: Network, fwd: Forward, bwd: Backward) -> BalanceCheck:
    """Compare value times gradient before and after every line of the backward pass bwd of fwd.

    Wrong is a line where a difference exceeds 1e-9 of the sum of the sizes of all products in it, or
    is not finite. Leading axes are welcome. Raises ValueError if bwd lacks a gradient of some layer,
    or has one of another shape.
    """
    _check_fits(net, fwd, bwd)
    with np.errstate(all="ignore"):  # what overflows is not finite, and said to be wrong
        lines = list(_lines(net, fwd, bwd))
        wrong = [line.name for line in lines if line.wrong]
        errors = {line.name: relative_error(line.left, line.right) for line in lines}
    untested = [line.name for line in lines if not (line.left.any() or line.right.any())]
    return BalanceCheck(wrong[0] if wrong else None, errors, tuple(untested))


def _check_fits(net: Network, fwd: Forward, bwd: Backward) -> None:
    hidden = {l: fwd.A[l] for l in range(1, net.L)}
    pairs = {"dA_drop": hidden, "dA": hidden, "dZ": fwd.Z, "dW": net.W, "db": net.b}
    for name, values in pairs.items():
        expected = {l: value.shape[-2:] for l, value in values.items()}
        got = {l: np.shape(gradient)[-2:] for l, gradient in getattr(bwd, name).items()}
        if got != expected:
            raise ValueError(f"bwd.{name}: expected the shapes {expected}, got {got}")


def _lines(net: Network, fwd: Forward, bwd: Backward) -> Iterator[Line]:
    """Every line, in backward order."""
    for l in range(net.L, 0, -1):
        yield from _weights(net, fwd, bwd, l)
        if l > 1:
            A, dA, switched = fwd.A[l - 1], bwd.dA[l - 1], l - 1 in fwd.D
            if switched:
                yield _each(f"dA{l - 1}", A * dA, fwd.A_drop[l - 1] * bwd.dA_drop[l - 1])
            if net.activation in HOMOGENEOUS:
                yield _each(f"dZ{l - 1}", fwd.Z[l - 1] * bwd.dZ[l - 1], A * dA)


def _each(name: str, left: Array, right: Array) -> Line:
    """A line whose law holds element by element."""
    return Line(name, left, right, np.abs(left) + np.abs(right))


def _weights(net: Network, fwd: Forward, bwd: Backward, l: int) -> Iterator[Line]:
    """The lines at the weights of layer l, which make dW[l], db[l] and the gradient of what came in."""
    W, b, Z, dZ, A_drop = net.W[l], net.b[l], fwd.Z[l], bwd.dZ[l], fwd.A_drop[l - 1]
    m = dZ.shape[-1]
    out = (Z - b) * dZ
    out_size = (np.abs(Z) + np.abs(b)) * np.abs(dZ)
    in_size = np.abs(W) * (np.abs(dZ) @ np.abs(A_drop).mT)
    size = np.sum(in_size, axis=-1) + np.sum(out_size, axis=-1)
    yield Line(f"dW{l}", np.sum(W * bwd.dW[l], axis=-1), np.sum(out, axis=-1) / m, size / m)
    size = np.sum(np.abs(dZ), axis=-1)
    yield Line(f"db{l}", bwd.db[l][..., 0], np.sum(dZ, axis=-1) / m, size / m)
    if l > 1:
        switched = l - 1 in fwd.D  # without a switch, dA_drop and dA are one array
        name, back = ("_drop", bwd.dA_drop) if switched else ("", bwd.dA)
        in_size = np.abs(A_drop) * (np.abs(W).mT @ np.abs(dZ))
        size = np.sum(in_size, axis=-2) + np.sum(out_size, axis=-2)
        left, right = np.sum(A_drop * back[l - 1], axis=-2), np.sum(out, axis=-2)
        yield Line(f"dA{l - 1}{name}", left, right, size)
