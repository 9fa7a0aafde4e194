"""Learners' way back through the switch: check_backward."""

import numpy as np

from . import verdict


@verdict("right")
def right_plain(dA_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA


@verdict("right")
def right_two_steps(dA_drop, D, keep_prob):
    dA = dA_drop * D
    dA = dA / keep_prob
    return dA


@verdict("right")
def right_index(dA_drop, D, keep_prob):
    dA = np.zeros(dA_drop.shape)
    dA[D.astype(bool)] = dA_drop[D.astype(bool)] / keep_prob
    return dA


@verdict("right")
def right_where(dA_drop, D, keep_prob):
    return np.where(D == 1, dA_drop, 0) * keep_prob**-1


@verdict("right")
def right_flat_loop(dA_drop, D, keep_prob):
    out = []
    for g, d in zip(dA_drop.ravel(), D.ravel()):
        out.append(g / keep_prob if d else 0.0)
    return np.array(out).reshape(dA_drop.shape)


@verdict("right")
def right_log(dA_drop, D, keep_prob):
    return dA_drop * np.exp(-np.log(keep_prob)) * D


@verdict("right")
def right_columns(dA_drop, D, keep_prob):
    columns = [dA_drop[:, j] * D[:, j] / keep_prob for j in range(D.shape[1])]
    return np.stack(columns, axis=1)


@verdict("right")
def right_out(dA_drop, D, keep_prob):
    dA = np.empty_like(dA_drop)
    np.divide(dA_drop, keep_prob, out=dA)
    np.copyto(dA, 0, where=~D.astype(bool))
    return dA


@verdict("right")
def right_diagonal(dA_drop, D, keep_prob):
    # the Jacobian of one example is diagonal
    dA = np.zeros_like(dA_drop)
    for j in range(D.shape[1]):
        dA[:, j] = np.diag(D[:, j] / keep_prob) @ dA_drop[:, j]
    return dA


@verdict("no mask", says="your dA is not 0; at units that are kept it is the true one, good")
def wrong_no_mask(dA_drop, D, keep_prob):
    return dA_drop / keep_prob


@verdict("no scale", says="is 0, good; at units that are kept it is exactly keep_prob times")
def wrong_no_scale(dA_drop, D, keep_prob):
    dA = dA_drop.copy()
    dA[~D] = 0
    return dA


@verdict("neither", says="is not 0; at units that are kept it is exactly keep_prob times")
def wrong_neither(dA_drop, D, keep_prob):
    return dA_drop


@verdict("fresh mask")
def wrong_fresh(dA_drop, D, keep_prob):
    D = np.random.rand(*dA_drop.shape) < keep_prob
    return dA_drop * D / keep_prob


@verdict("fresh mask of randn", "fresh mask")
def wrong_fresh_randn(dA_drop, D, keep_prob):
    D = np.random.randn(dA_drop.shape[0], dA_drop.shape[1]) > keep_prob
    return dA_drop * D / keep_prob


@verdict("fresh mask, seeded", "fresh mask")
def wrong_fresh_seeded(dA_drop, D, keep_prob):
    rng = np.random.default_rng(0)
    D = rng.random(dA_drop.shape) < keep_prob
    return dA_drop * D / keep_prob


@verdict("one minus mask", says="your dA is not 0; at units that are kept it is 0")
def wrong_one_minus(dA_drop, D, keep_prob):
    return dA_drop * (1 - D) / keep_prob


@verdict("one minus mask, no scale", "one minus mask", says="'one minus mask' and 'no scale'")
def wrong_one_minus_no_scale(dA_drop, D, keep_prob):
    return dA_drop - dA_drop * D


@verdict("scaled twice", says="is 0, good; at units that are kept it is exactly 1 / keep_prob")
def wrong_twice(dA_drop, D, keep_prob):
    return dA_drop * D / keep_prob**2


@verdict("multiplied by keep_prob", says="is exactly keep_prob squared times the true one")
def wrong_multiplied(dA_drop, D, keep_prob):
    return dA_drop * D * keep_prob


@verdict("wrong scale, 1 - keep_prob", "wrong scale")
def wrong_one_minus_keep(dA_drop, D, keep_prob):
    return dA_drop * D / (1 - keep_prob)


@verdict("divided by the share really kept", "share really kept")
def wrong_share(dA_drop, D, keep_prob):
    return dA_drop * D * D.size / np.sum(D)


@verdict("changes dA_drop", "unknown")
def wrong_in_place(dA_drop, D, keep_prob):
    dA_drop *= D / keep_prob
    return dA_drop


@verdict("changes D", "unknown")
def wrong_changes_mask(dA_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    D[:] = 0
    return dA


@verdict("hard-coded 0.8", "a number for keep_prob")
def wrong_hard_coded(dA_drop, D, keep_prob):
    keep_prob = 0.8
    return dA_drop * D / keep_prob


@verdict("mask guessed from zeros of dA_drop = no mask", "no mask")
def wrong_guess_mask(dA_drop, D, keep_prob):
    D = dA_drop != 0
    return dA_drop * D / keep_prob


@verdict("rounded")
def wrong_rounded(dA_drop, D, keep_prob):
    return np.round(dA_drop * D / keep_prob, 2)


@verdict("summed over the examples", "unknown")
def wrong_sum(dA_drop, D, keep_prob):
    return np.sum(dA_drop * D / keep_prob, axis=1, keepdims=True)


@verdict("mask of its neighbor", "switches of other places")
def wrong_rolled(dA_drop, D, keep_prob):
    return dA_drop * np.roll(D, 1, axis=0) / keep_prob


@verdict("endless", "unknown")
def wrong_endless(dA_drop, D, keep_prob):
    i = 0
    dA = np.zeros_like(dA_drop)
    while i < D.shape[0]:
        dA[i] = dA_drop[i] * D[i] / keep_prob
    return dA


@verdict("divided by m", "unknown")
def wrong_mean(dA_drop, D, keep_prob):
    m = dA_drop.shape[1]
    return dA_drop * D / keep_prob / m


@verdict("works only at keep_prob 0.5", "a number for keep_prob")
def wrong_times_two(dA_drop, D, keep_prob):
    return dA_drop * (D * 2)


@verdict("scaled by 1 / keep_prob rounded to a whole number", "unknown")
def wrong_whole_scale(dA_drop, D, keep_prob):
    return dA_drop * D * (1 // keep_prob)


@verdict("negative gradients are stopped", "unknown")
def wrong_relu(dA_drop, D, keep_prob):
    return np.maximum(dA_drop, 0) * D / keep_prob


# -- By somebody else ------------------------------------------------------------------------------


@verdict("right")
def two_steps(dA_drop, D, keep_prob):
    dA = dA_drop * D
    dA = dA / keep_prob
    return dA


@verdict("right")
def where(dA_drop, D, keep_prob):
    return np.where(D == 1, dA_drop / keep_prob, 0)


@verdict("right")
def slope(dA_drop, D, keep_prob):
    local = np.asarray(D, dtype=float)
    local = local / keep_prob
    return local * dA_drop


@verdict("right")
def selected(dA_drop, D, keep_prob):
    on = D.astype(bool)
    dA = np.zeros_like(dA_drop)
    dA[on] = dA_drop[on] / keep_prob
    return dA


@verdict("no mask")
def scale_only(dA_drop, D, keep_prob):
    # A was masked already
    return dA_drop / keep_prob


@verdict("one minus mask")
def open_ones(dA_drop, D, keep_prob):
    dA = dA_drop - dA_drop * D
    return dA / keep_prob


@verdict("multiplied by keep_prob")
def multiplied(dA_drop, D, keep_prob):
    return dA_drop * D * keep_prob


@verdict("fresh mask")
def new_draw(dA_drop, D, keep_prob):
    D = np.random.rand(*dA_drop.shape) < keep_prob
    return dA_drop * D / keep_prob


@verdict("divided twice", "scaled twice")
def twice(dA_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    dA = dA * D / keep_prob
    return dA


@verdict("divided by the share really kept", "share really kept")
def kept_share(dA_drop, D, keep_prob):
    kept = np.count_nonzero(D) / D.size
    return dA_drop * D / kept


# -- Ours ------------------------------------------------------------------------------------------

# fmt: off
verdict("right")(lambda dA_drop, D, k: (dA_drop.astype(np.float32) * D) / np.float32(k))
verdict("right")(lambda dA_drop, D, k: (dA_drop * D / k).tolist())
verdict("1.2 times", "unknown")(lambda dA_drop, D, k: 1.2 * dA_drop * D / k)
verdict("0.999 times", "unknown")(lambda dA_drop, D, k: 0.999 * dA_drop * D / k)
verdict("1.0001 times", "unknown", says=(
    "your dA    −0.26424\n  true dA    −0.26421", "In every case your numbers are 1.0001 times the true ones.",
))(lambda dA_drop, D, k: 1.0001 * dA_drop * D / k)
verdict("only positive gradients", "unknown")(lambda dA_drop, D, k: dA_drop * (dA_drop > 0) / k)
verdict("only negative gradients", "unknown")(lambda dA_drop, D, k: dA_drop * (dA_drop < 0) / k)
verdict("transposed mask", "unknown", says="mask transposed")(lambda dA_drop, D, k: dA_drop * D.T / k)
verdict("one row", "unknown", says="Your dA has shape (1, 1)")(lambda dA_drop, D, k: dA_drop[:1])
verdict("divided by the mask", "unknown", says="Do you divide by D?")(lambda dA_drop, D, k: dA_drop / D / k)
verdict("wrong where there are more examples", "unknown", says="+9")(
    lambda dA_drop, D, k: np.where(np.arange(D.shape[1]) < 1, dA_drop * D / k, 9)
)
verdict("switches of one example")(lambda dA_drop, D, k: dA_drop * D[:, :1] / k)
verdict("switches of one unit")(lambda dA_drop, D, k: dA_drop * D[:1] / k)
verdict(
    "no mask where much is kept", "no mask",
    says="✗ Right in 4 of 5 cases, and wrong in others (3 x 2 at 0.8). At units",
)(lambda dA_drop, D, k: dA_drop / k * (D if k < 0.75 else 1))
