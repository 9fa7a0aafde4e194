"""A small network with dropout, run forward and backward, keeping every array under a name of its own.

The lines of the two passes are in `passes.py`; here are the doors to them, which check what comes in
and lock what goes out, so that a recorded array can be looked at and not changed. Shapes: X (n_0, m),
W[l] (n_l, n_{l-1}), b[l] (n_l, 1), everything else of layer l (n_l, m); any of W, b and D may have
leading axes, which then run many networks or many masks at once.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.activations import activation_named, sigmoid
from dropout_lab.core.doors import as_labels, as_values, check_hidden, draw_masks, read_only
from dropout_lab.core.dropout import Array, Mask, Rng, check_keep_prob, check_mask
from dropout_lab.core.network import Network as Network
from dropout_lab.core.passes import Backward as Backward
from dropout_lab.core.passes import Forward as Forward
from dropout_lab.core.passes import run, run_back
from dropout_lab.core.recipe import CORRECT, Recipe

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
    check_hidden(layers, net.L)
    shapes = {l: (*net.batch, net.sizes[l], m) for l in sorted(layers)}
    return draw_masks(shapes, keep_prob, rng, recipe)


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
    check_keep_prob(keep_prob)
    X = read_only(as_values(X, net.sizes[0]))
    D = dict(sorted((masks or {}).items()))
    check_hidden(D, net.L)
    for l, mask in D.items():
        check_mask(mask, (net.sizes[l], X.shape[-1]), f"the mask of layer {l}")
    return _locked(run(net, Forward({}, {0: X}, D, {0: X}, keep_prob, recipe)))


def resume(net: Network, fwd: Forward, l: int, A_drop: ArrayLike) -> Forward:
    """The rest of the pass fwd, from a changed after-switch value A_drop of layer l (for nudging)."""
    if l not in fwd.A_drop:
        raise ValueError(f"layer {l} has no A_drop; layers 0 to {net.L - 1} have")
    changed = np.asarray(A_drop, dtype=float)
    if changed.shape[-2:] != fwd.A_drop[l].shape[-2:]:
        raise ValueError(f"A_drop has shape {changed.shape}, needed is {fwd.A_drop[l].shape}")
    Z, A = ({k: v for k, v in arrays.items() if k <= l} for arrays in (fwd.Z, fwd.A))
    earlier = {k: v for k, v in fwd.A_drop.items() if k < l}
    start = Forward(Z, A, fwd.D, earlier | {l: read_only(changed)}, fwd.keep_prob, fwd.recipe)
    return _locked(run(net, start))


def backward(net: Network, fwd: Forward, Y: ArrayLike, recipe: Recipe = CORRECT) -> Backward:
    """Send the gradient of the mean cross-entropy back through fwd; Y (n_L, m) of 0 and 1.

    The recipe's `backward` crosses each switch, its `slope_from` says where g' is taken. As in the
    course, dA and dZ belong to each example's own loss; the 1/m of the mean enters in dW and db.
    """
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
) -> Array:
    """Test time: A[L] with everything on, unless the recipe's `at_test` gets that wrong.

    `at_test` acts on every hidden layer. Raises TypeError if it draws random numbers and rng is None.
    """
    check_keep_prob(keep_prob)
    A = as_values(X, net.sizes[0])
    g = activation_named(net.activation).value
    for l in range(1, net.L):
        A = recipe.at_test(g(net.W[l] @ A + net.b[l]), keep_prob, rng)  # type: ignore[arg-type]
    return sigmoid(net.W[net.L] @ A + net.b[net.L])


def loss(fwd: Forward, Y: ArrayLike, per_example: bool = False) -> Array | float:
    """Mean cross-entropy -y log a - (1-y) log(1-a), or each example's own, from the logits Z[L].

    From the logits because log(1 - a) loses all its digits when the sigmoid saturates. The shape is
    (m,) per example, a float otherwise; leading axes stay in front.
    """
    logits = fwd.Z[max(fwd.Z)]
    Y = as_labels(Y, logits.shape)
    losses = np.sum(np.logaddexp(0, logits) - Y * logits, axis=-2)
    if per_example:
        return losses
    mean = np.mean(losses, axis=-1)
    return mean if mean.ndim else float(mean)
