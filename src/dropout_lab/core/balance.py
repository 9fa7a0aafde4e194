"""Value times gradient is kept by every line of a correct pass, so where it changes, that line is wrong.

    at a switch       A * dA == A_drop * dA_drop           each element, whatever D and keep_prob are
    at an activation  Z * dZ == A * dA                     each element; relu, leaky_relu, linear only
    through weights   sum_j A_drop_j dA_drop_j == sum_i (Z_i - b_i) dZ_i                 each example
    of the weights    sum_j W_ij dW_ij == sum over examples of (Z_i - b_i) dZ_i / m      each unit
    of the biases     db_i == sum over examples of dZ_i / m

A check that needs no numerical derivative, and that names the line. It does not see a wrong number
where the value is 0 (0 == 0), a wrong dZ[L], a wrong slope of tanh or sigmoid, nor a mistake that
forward and backward share; and it does not hold for a scale that depends on A.

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


def check_balance(net: Network, fwd: Forward, bwd: Backward) -> BalanceCheck:
    """Compare value times gradient before and after every line of the backward pass bwd of fwd.

    Wrong is a line where a difference exceeds 1e-9 of the sum of the sizes of all products in it, or
    is not finite. Leading axes are welcome. Raises ValueError if bwd has not a gradient for each layer.
    """
    if set(bwd.dZ) != set(net.W) or set(bwd.dA) != set(range(1, net.L)):
        raise ValueError(f"bwd: expected gradients of layers 1 to {net.L}, got dZ {sorted(bwd.dZ)}")
    errors, wrong, untested = {}, [], []
    with np.errstate(all="ignore"):  # what overflows is not finite, and said to be wrong
        for name, left, right, size in _lines(net, fwd, bwd):
            off = np.abs(left - right)
            errors[name] = relative_error(left, right)
            if not np.all(off <= TOLERANCE * size + np.finfo(float).tiny):  # NaN is not <= either
                wrong.append(name)
            if not (left.any() or right.any()):
                untested.append(name)
    return BalanceCheck(wrong[0] if wrong else None, errors, tuple(untested))


def _lines(net: Network, fwd: Forward, bwd: Backward) -> Iterator[tuple[str, Array, Array, Array]]:
    """For each line: what it makes, value times gradient on both sides, and the size of the products."""
    for l in range(net.L, 0, -1):
        W, b, Z, dZ, A_drop = net.W[l], net.b[l], fwd.Z[l], bwd.dZ[l], fwd.A_drop[l - 1]
        m = dZ.shape[-1]
        summed = (Z - b) * dZ
        size = (np.abs(Z) + np.abs(b)) * np.abs(dZ)
        products = np.abs(W) * (np.abs(dZ) @ np.abs(A_drop).mT)
        yield (
            f"dW{l}",
            np.sum(W * bwd.dW[l], axis=-1),
            np.sum(summed, axis=-1) / m,
            (np.sum(products, axis=-1) + np.sum(size, axis=-1)) / m,
        )
        yield f"db{l}", bwd.db[l][..., 0], np.sum(dZ, -1) / m, np.sum(np.abs(dZ), -1) / m
        if l == 1:
            return
        switched = l - 1 in fwd.D
        A, dA, dA_drop = fwd.A[l - 1], bwd.dA[l - 1], bwd.dA_drop[l - 1]
        products = np.abs(A_drop) * (np.abs(W).mT @ np.abs(dZ))
        yield (
            f"dA{l - 1}_drop" if switched else f"dA{l - 1}",
            np.sum(A_drop * dA_drop, axis=-2),
            np.sum(summed, axis=-2),
            np.sum(products, axis=-2) + np.sum(size, axis=-2),
        )
        if switched:
            yield f"dA{l - 1}", *_each(A * dA, A_drop * dA_drop)
        if net.activation in HOMOGENEOUS:
            yield f"dZ{l - 1}", *_each(fwd.Z[l - 1] * bwd.dZ[l - 1], A * dA)


def _each(left: Array, right: Array) -> tuple[Array, Array, Array]:
    """Both sides element by element, and the size of the two products."""
    return left, right, np.abs(left) + np.abs(right)
