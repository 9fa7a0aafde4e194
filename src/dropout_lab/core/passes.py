"""The two passes through a network with dropout, and nothing else: read them as mirror lines.

    Z[l] = W[l] @ A_drop[l-1] + b[l]      dA_drop[l-1] = W[l].T @ dZ[l]
    A[l] = g(Z[l])                        dA[l-1]      = dA_drop[l-1] * D[l-1] / keep_prob
    A_drop[l] = A[l] * D[l] / keep_prob   dZ[l-1]      = dA[l-1] * g'(Z[l-1])

Read the right column from below. The output layer is a sigmoid with the cross-entropy loss, so
dZ[L] = A[L] - Y. Nothing is checked here, because training runs these lines thousands of times on
the same data: `network.forward` and `network.backward` are the doors, which check what comes in and
lock what goes out. Notation: deeplearning.ai's Deep Learning Specialization, course 2.
"""

from dataclasses import dataclass, field

from dropout_lab.core.activations import activation_named, sigmoid
from dropout_lab.core.doors import crossing
from dropout_lab.core.dropout import Array, Mask
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT, Recipe

Arrays = dict[int, Array]


@dataclass(frozen=True)
class Forward:
    """Every array of a forward pass: Z, A, D, A_drop by layer. A[0] = A_drop[0] = X."""

    Z: Arrays
    A: Arrays
    D: dict[int, Mask]
    A_drop: Arrays
    keep_prob: float
    recipe: Recipe = field(default=CORRECT, repr=False)

    @property
    def output(self) -> Array:
        """A[L], the predicted probabilities (n_L, m)."""
        return self.A[max(self.A)]


@dataclass(frozen=True)
class Backward:
    """Every gradient of a backward pass, by layer; dQ has the shape of Q."""

    dA_drop: Arrays
    dA: Arrays
    dZ: Arrays
    dW: Arrays
    db: Arrays


def run(net: Network, start: Forward) -> Forward:
    """Add the layers above the last A_drop of start, which for a whole pass holds X alone."""
    W, b, L = net.W, net.b, net.L
    Z, A, A_drop = dict(start.Z), dict(start.A), dict(start.A_drop)
    D, keep_prob, g = start.D, start.keep_prob, activation_named(net.activation).value
    through = crossing(start.recipe, "forward")
    for l in range(max(A_drop) + 1, L):
        Z[l] = W[l] @ A_drop[l - 1] + b[l]
        A[l] = g(Z[l])
        A_drop[l] = through(A[l], D[l], keep_prob) if l in D else A[l]
    Z[L] = W[L] @ A_drop[L - 1] + b[L]
    A[L] = sigmoid(Z[L])
    return Forward(Z, A, D, A_drop, keep_prob, start.recipe)


def run_back(net: Network, fwd: Forward, Y: Array, recipe: Recipe) -> Backward:
    """Every gradient, from the last layer down; the 1/m of the mean enters in dW and db."""
    D, keep_prob, m = fwd.D, fwd.keep_prob, Y.shape[-1]
    through = crossing(recipe, "backward")
    slope = activation_named(net.activation).slope(recipe.slope_from)
    slope_at = fwd.Z if recipe.slope_from == "Z" else fwd.A_drop
    bwd = Backward({}, {}, {net.L: fwd.output - Y}, {}, {})
    for l in range(net.L, 0, -1):
        dZ = bwd.dZ[l]
        bwd.dW[l] = dZ @ fwd.A_drop[l - 1].mT / m
        bwd.db[l] = dZ.sum(axis=-1, keepdims=True) / m
        if l > 1:
            bwd.dA_drop[l - 1] = dA_drop = net.W[l].mT @ dZ
            dA = through(dA_drop, D[l - 1], keep_prob) if l - 1 in D else dA_drop
            bwd.dA[l - 1] = dA
            bwd.dZ[l - 1] = dA * slope(slope_at[l - 1])
    return bwd
