"""The two passes through a network with dropout: read them as mirror lines.

    Z[l] = W[l] @ A_drop[l-1] + b[l]      dA_drop[l-1] = W[l].T @ dZ[l]
    A[l] = g(Z[l])                        dA[l-1]      = dA_drop[l-1] * D[l-1] / keep_prob
    A_drop[l] = A[l] * D[l] / keep_prob   dZ[l-1]      = dA[l-1] * g'(Z[l-1])

Read the right column from below. The output layer is a sigmoid with the cross-entropy loss, so
dZ[L] = A[L] - Y. Shapes: X (n_0, m), W[l] (n_l, n_{l-1}), b[l] (n_l, 1), everything else of layer l
(n_l, m); any of W, b and D may have leading axes, which then run many networks or many masks at once.

`run` and `run_back` are the bare lines, because training runs them thousands of times on the same
data. `forward` and `backward` are the doors to them, which check what comes in and lock what goes
out, so that a recorded array can be looked at and not changed.
Notation: deeplearning.ai's Deep Learning Specialization, course 2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.activations import activation_named, sigmoid
from dropout_lab.core.doors import (
    Array,
    Mask,
    Rng,
    as_floats,
    as_labels,
    as_values,
    check_count,
    check_hidden,
    check_keep_prob,
    check_kind,
    check_leading,
    check_mask_fits,
    draw_masks,
    read_only,
)
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
    through = start.recipe.through("forward")
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
    through = recipe.through("backward")
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


Record = TypeVar("Record", Forward, Backward)


def sample_masks(
    net: Network,
    m: int,
    layers: Sequence[int],
    keep_prob: float,
    rng: Rng,
    recipe: Recipe = CORRECT,
) -> dict[int, Mask]:
    """Draw D[l] (n_l, m) for each of the hidden layers, in ascending order.

    Raises TypeError or ValueError for a recipe whose masks are not boolean or do not fit.
    """
    check_kind(net, Network, "net")
    check_kind(recipe, Recipe, "recipe")
    check_count(m, "m", 1)
    check_hidden(layers, net.L)
    shapes = {l: (*net.batch, net.sizes[l], m) for l in sorted(layers)}
    return draw_masks(recipe.sample, shapes, keep_prob, rng)


def forward(
    net: Network,
    X: ArrayLike,
    masks: Mapping[int, Mask] | None = None,
    keep_prob: float = 1.0,
    recipe: Recipe = CORRECT,
) -> Forward:
    """Run the net on X (n_0, m), with dropout in the layers that have a mask.

    Raises ValueError for NaN in X, shapes that do not fit or keep_prob outside (0, 1]; TypeError for
    a mask that is not boolean; the same for a recipe that returns something of another shape.
    """
    check_kind(net, Network, "net")
    check_kind(recipe, Recipe, "recipe")
    check_keep_prob(keep_prob)
    X = read_only(as_values(X, net.sizes[0]))
    if masks is not None:
        check_kind(masks, Mapping, "masks")
    D = dict(sorted((masks or {}).items()))
    check_hidden(D, net.L)
    for l, mask in D.items():
        check_mask_fits(mask, (net.sizes[l], X.shape[-1]), f"the mask of layer {l}")
    named = {
        f"{name}{l}": a
        for name, group in (("W", net.W), ("b", net.b), ("D", D))
        for l, a in group.items()
    }
    check_leading(X=X, **named)
    return _locked(run(net, Forward({}, {0: X}, D, {0: X}, keep_prob, recipe)))


def resume(net: Network, fwd: Forward, l: int, A_drop: ArrayLike) -> Forward:
    """The rest of the pass fwd, from a changed after-switch value A_drop of layer l (for nudging)."""
    if l not in fwd.A_drop:
        raise ValueError(f"layer {l} has no A_drop; layers 0 to {net.L - 1} have")
    changed = as_floats(A_drop, "A_drop")
    if changed.shape[-2:] != fwd.A_drop[l].shape[-2:]:
        raise ValueError(f"A_drop: expected shape {fwd.A_drop[l].shape}, got {changed.shape}")
    Z, A = ({k: v for k, v in arrays.items() if k <= l} for arrays in (fwd.Z, fwd.A))
    earlier = {k: v for k, v in fwd.A_drop.items() if k < l}
    start = Forward(Z, A, fwd.D, earlier | {l: read_only(changed)}, fwd.keep_prob, fwd.recipe)
    return _locked(run(net, start))


def backward(net: Network, fwd: Forward, Y: ArrayLike, recipe: Recipe = CORRECT) -> Backward:
    """Send the gradient of the mean cross-entropy back through fwd; Y (n_L, m) of 0 and 1.

    The recipe's `backward` crosses each switch, its `slope_from` says where g' is taken. As in the
    course, dA and dZ belong to each example's own loss; the 1/m of the mean enters in dW and db.
    """
    check_kind(net, Network, "net")
    check_kind(recipe, Recipe, "recipe")
    bwd = run_back(net, fwd, as_labels(Y, fwd.output.shape), recipe)
    return _locked(Backward(*(dict(sorted(arrays.items())) for arrays in vars(bwd).values())))


def _locked(record: Record) -> Record:
    """The same record with its arrays locked; masks and X are the caller's and stay as they are."""
    for name, arrays in vars(record).items():
        if name not in ("D", "keep_prob", "recipe"):
            for values in arrays.values():
                values.setflags(write=False)
    return record


def predict(
    net: Network,
    X: ArrayLike,
    keep_prob: float,
    recipe: Recipe = CORRECT,
    rng: Rng | None = None,
    layers: Sequence[int] | None = None,
) -> Array:
    """Test time: A[L] with everything on, unless the recipe's `at_test` gets that wrong.

    layers: the hidden layers with dropout, on which `at_test` acts; by default all of them. Raises
    ValueError for a layer that is not hidden, TypeError if at_test draws numbers and rng is None.
    """
    check_kind(net, Network, "net")
    check_kind(recipe, Recipe, "recipe")
    check_keep_prob(keep_prob)
    layers = range(1, net.L) if layers is None else layers
    check_hidden(layers, net.L)
    A, g = as_values(X, net.sizes[0]), activation_named(net.activation).value
    for l in range(1, net.L):
        A = g(net.W[l] @ A + net.b[l])
        A = recipe.at_test(A, keep_prob, rng) if l in layers else A
    return sigmoid(net.W[net.L] @ A + net.b[net.L])


def loss(fwd: Forward, Y: ArrayLike, per_example: bool = False) -> Array | float:
    """Mean cross-entropy -y log a - (1-y) log(1-a), or each example's own.

    -log a = log(1 + e^-z) and -log(1 - a) = log(1 + e^z), from the logits z = Z[L], which keep the
    digits that a and 1 - a lose when the sigmoid saturates. Shape (m,) per example, a float otherwise;
    leading axes stay in front.
    """
    logits = fwd.Z[max(fwd.Z)]
    Y = as_labels(Y, logits.shape)
    losses = np.sum(np.logaddexp(0, (1 - 2 * Y) * logits), axis=-2)
    if per_example:
        return losses
    mean = np.mean(losses, axis=-1)
    return mean if mean.ndim else float(mean)
