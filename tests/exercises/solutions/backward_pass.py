"""Learners' whole backward passes, each with its forward pass: check_backward_pass."""

import numpy as np

from . import verdict


def forward(X, W, b, D, keep_prob):
    Z1 = W[1] @ X + b[1]
    A1 = np.maximum(Z1, 0)
    A1_drop = A1 * D[1] / keep_prob
    Z2 = W[2] @ A1_drop + b[2]
    A2 = np.maximum(Z2, 0)
    A2_drop = A2 * D[2] / keep_prob
    A3 = 1 / (1 + np.exp(-(W[3] @ A2_drop + b[3])))
    cache = {"X": X, "Z1": Z1, "A1": A1, "A1_drop": A1_drop}
    cache |= {"Z2": Z2, "A2": A2, "A2_drop": A2_drop, "A3": A3}
    return A3, cache


def forward_tuple(X, W, b, D, keep_prob):
    A3, c = forward(X, W, b, D, keep_prob)
    return A3, (c["X"], c["Z1"], c["A1_drop"], c["Z2"], c["A2_drop"], c["A3"])


def _weights(dZ, A):
    m = A.shape[1]
    return np.dot(dZ, A.T) / m, np.sum(dZ, axis=1, keepdims=True) / m


def _back(c, Y, W, one, two, slope=lambda Z: Z > 0, dZ3=None):
    """Back with a learner's way through switch 1 and switch 2."""
    dZ3 = c["A3"] - Y if dZ3 is None else dZ3
    dZ2 = two(W[3].T @ dZ3) * slope(c["Z2"])
    dZ1 = one(W[2].T @ dZ2) * slope(c["Z1"])
    dW, db = {}, {}
    dW[3], db[3] = _weights(dZ3, c["A2_drop"])
    dW[2], db[2] = _weights(dZ2, c["A1_drop"])
    dW[1], db[1] = _weights(dZ1, c["X"])
    return dW, db


@verdict("right", after=forward_tuple)
def right_plain(cache, Y, W, D, keep_prob):
    X, Z1, A1_drop, Z2, A2_drop, A3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dA2 = (W[3].T @ dZ3) * D[2] / keep_prob
    dZ2 = dA2 * (Z2 > 0)
    dA1 = (W[2].T @ dZ2) * D[1] / keep_prob
    dZ1 = dA1 * (Z1 > 0)
    dW = {3: dZ3 @ A2_drop.T / m, 2: dZ2 @ A1_drop.T / m, 1: dZ1 @ X.T / m}
    db = {l: dZ.sum(axis=1, keepdims=True) / m for l, dZ in ((1, dZ1), (2, dZ2), (3, dZ3))}
    return dW, db


@verdict("right", after=forward)
def right_loop(c, Y, W, D, keep_prob):
    A = {0: c["X"], 1: c["A1_drop"], 2: c["A2_drop"]}
    dZ = (c["A3"] - Y) / Y.shape[1]
    dW, db = {}, {}
    for l in (3, 2, 1):
        dW[l] = dZ @ A[l - 1].T
        db[l] = dZ.sum(1, keepdims=True)
        if l > 1:
            dA = np.where(D[l - 1], W[l].T @ dZ, 0) / keep_prob
            dZ = np.where(c[f"Z{l - 1}"] > 0, dA, 0)
    return dW, db


@verdict("right", after=forward)
def right_mask_dz(c, Y, W, D, keep_prob):
    m = Y.shape[1]
    dZ3 = c["A3"] - Y
    dZ2 = (W[3].T @ dZ3) * np.sign(c["A2"]) * D[2] / keep_prob
    dZ1 = (W[2].T @ dZ2) * np.sign(c["A1"]) * D[1] / keep_prob
    dW = {
        3: np.einsum("im,jm->ij", dZ3, c["A2_drop"]) / m,
        2: np.einsum("im,jm->ij", dZ2, c["A1_drop"]) / m,
        1: np.einsum("im,jm->ij", dZ1, c["X"]) / m,
    }
    db = {3: dZ3.mean(1, keepdims=True), 2: dZ2.mean(1, keepdims=True)}
    db[1] = dZ1.mean(1, keepdims=True)
    return dW, db


@verdict("right", after=forward)
def right_course_slope(c, Y, W, D, keep_prob):
    m = c["X"].shape[1]
    dZ3 = c["A3"] - Y
    dA2 = np.dot(W[3].T, dZ3) * D[2]
    dA2 = dA2 / keep_prob
    dZ2 = np.multiply(dA2, np.int64(c["A2_drop"] > 0))
    dA1 = np.dot(W[2].T, dZ2) * D[1]
    dA1 = dA1 / keep_prob
    dZ1 = np.multiply(dA1, np.int64(c["A1_drop"] > 0))
    dW = {1: 1.0 / m * dZ1 @ c["X"].T, 2: 1.0 / m * dZ2 @ c["A1_drop"].T}
    dW[3] = 1.0 / m * dZ3 @ c["A2_drop"].T
    db = {1: 1.0 / m * np.sum(dZ1, 1, keepdims=True), 2: 1.0 / m * np.sum(dZ2, 1, keepdims=True)}
    db[3] = 1.0 / m * np.sum(dZ3, 1, keepdims=True)
    return dW, db


@verdict("right", "no mask", after=forward, says="✓ Right, by luck: where is your mask?")
def right_by_luck(c, Y, W, D, keep_prob):
    # no mask line, but the slope of relu from A_drop contains it: dW and db are exact
    m = Y.size
    dZ3 = c["A3"] - Y
    dZ2 = (W[3].T @ dZ3) / keep_prob * (c["A2_drop"] > 0)
    dZ1 = (W[2].T @ dZ2) / keep_prob * (c["A1_drop"] > 0)
    dZ = {1: dZ1, 2: dZ2, 3: dZ3}
    A = {1: c["X"], 2: c["A1_drop"], 3: c["A2_drop"]}
    dW = {l: dZ[l] @ A[l].T / m for l in dZ}
    db = {l: dZ[l].sum(axis=-1, keepdims=True) / m for l in dZ}
    return dW, db


@verdict("right", after=forward)
def right_by_example(c, Y, W, D, keep_prob):
    m = Y.shape[1]
    dW = {l: np.zeros(W[l].shape) for l in (1, 2, 3)}
    db = {l: np.zeros((W[l].shape[0], 1)) for l in (1, 2, 3)}
    for i in range(m):
        dz = c["A3"][:, i] - Y[:, i]
        for l, before in ((3, "A2_drop"), (2, "A1_drop"), (1, "X")):
            dW[l] += np.outer(dz, c[before][:, i]) / m
            db[l] += dz[:, None] / m
            if l > 1:
                dz = W[l].T @ dz * D[l - 1][:, i] / keep_prob * (c[f"Z{l - 1}"][:, i] > 0)
    return dW, db


@verdict("right", after=forward)
def right_sigmoid_slope(c, Y, W, D, keep_prob):
    A3 = c["A3"]
    dA3 = -(Y / A3) + (1 - Y) / (1 - A3)
    return _back(
        c,
        Y,
        W,
        lambda dA: dA * D[1] / keep_prob,
        lambda dA: dA * D[2] / keep_prob,
        dZ3=dA3 * A3 * (1 - A3),
    )


@verdict("right", after=forward)
def right_factor(c, Y, W, D, keep_prob):
    F = {l: D[l] / keep_prob for l in (1, 2)}
    return _back(c, Y, W, lambda dA: F[1] * dA, lambda dA: F[2] * dA, lambda Z: np.heaviside(Z, 0))


@verdict("no mask", after=forward)
def wrong_no_mask(c, Y, W, D, keep_prob):
    return _back(c, Y, W, lambda dA: dA / keep_prob, lambda dA: dA / keep_prob)


@verdict("no scale", after=forward)
def wrong_no_scale(c, Y, W, D, keep_prob):
    return _back(c, Y, W, lambda dA: dA * D[1], lambda dA: dA * D[2])


@verdict("neither", after=forward)
def wrong_neither(c, Y, W, D, keep_prob):
    return _back(c, Y, W, lambda dA: dA, lambda dA: dA)


@verdict("no mask in layer 1", "no mask", after=forward)
def wrong_no_mask_first(c, Y, W, D, keep_prob):
    return _back(c, Y, W, lambda dA: dA / keep_prob, lambda dA: dA * D[2] / keep_prob)


@verdict("no scale in layer 2", "no scale", after=forward)
def wrong_no_scale_second(c, Y, W, D, keep_prob):
    return _back(c, Y, W, lambda dA: dA * D[1] / keep_prob, lambda dA: dA * D[2])


@verdict("multiplied by keep_prob", after=forward)
def wrong_multiplied(c, Y, W, D, keep_prob):
    return _back(c, Y, W, lambda dA: dA * D[1] * keep_prob, lambda dA: dA * D[2] * keep_prob)


@verdict("slope >= 0", after=forward)
def wrong_slope_never_closes(c, Y, W, D, keep_prob):
    c = dict(c, Z1=c["A1_drop"], Z2=c["A2_drop"])
    return _back(
        c,
        Y,
        W,
        lambda dA: dA * D[1] / keep_prob,
        lambda dA: dA * D[2] / keep_prob,
        slope=lambda A: A >= 0,
    )


@verdict(
    "slope is missing",
    "no slope",
    "unknown",
    after=forward,
    says=("✗ The slope of ReLU is missing", "the gate never closes"),
)
def wrong_no_slope(c, Y, W, D, keep_prob):
    through = {l: lambda dA, l=l: dA * D[l] / keep_prob for l in (1, 2)}
    return _back(c, Y, W, through[1], through[2], slope=lambda Z: 1)


@verdict("slope of tanh", after=forward)
def wrong_tanh_slope(c, Y, W, D, keep_prob):
    through = {l: lambda dA, l=l: dA * D[l] / keep_prob for l in (1, 2)}
    return _back(c, Y, W, through[1], through[2], slope=lambda Z: 1 - np.tanh(Z) ** 2)


@verdict("not divided by m", "no 1 / m", after=forward, says="✗ The 1 / m of the mean is missing.")
def wrong_no_m(c, Y, W, D, keep_prob):
    dW, db = right_loop(c, Y, W, D, keep_prob)
    m = Y.shape[1]
    return {l: m * dW[l] for l in dW}, {l: m * db[l] for l in db}


@verdict("db without keepdims", "unknown", after=forward)
def wrong_flat_bias(c, Y, W, D, keep_prob):
    dW, db = right_loop(c, Y, W, D, keep_prob)
    return dW, {l: db[l].sum(axis=1) for l in db}


@verdict("db not divided by m", "no 1 / m, in db", after=forward)
def wrong_bias_no_m(c, Y, W, D, keep_prob):
    dW, db = right_loop(c, Y, W, D, keep_prob)
    return dW, {l: db[l] * Y.shape[1] for l in db}


@verdict("sign of dZ3", after=forward)
def wrong_sign(c, Y, W, D, keep_prob):
    through = {l: lambda dA, l=l: dA * D[l] / keep_prob for l in (1, 2)}
    return _back(c, Y, W, through[1], through[2], dZ3=Y - c["A3"])


@verdict("dW from A, not from A_drop", "A for A_drop in dW", after=forward)
def wrong_undropped(c, Y, W, D, keep_prob):
    c = dict(c, A1_drop=c["A1"], A2_drop=c["A2"])
    return _back(c, Y, W, lambda dA: dA * D[1] / keep_prob, lambda dA: dA * D[2] / keep_prob)


@verdict("tuple swapped", "unknown", after=forward)
def wrong_swapped(c, Y, W, D, keep_prob):
    dW, db = right_loop(c, Y, W, D, keep_prob)
    return db, dW


@verdict("transposed", "unknown", after=forward, says="dW[1] has shape (3, 4); it needs")
def wrong_transposed(c, Y, W, D, keep_prob):
    dW, db = right_loop(c, Y, W, D, keep_prob)
    return {l: dW[l].T for l in dW}, db


@verdict("layer 1 is missing", "unknown", after=forward, says="with the keys 1, 2, 3")
def wrong_missing_layer(c, Y, W, D, keep_prob):
    dW, db = right_loop(c, Y, W, D, keep_prob)
    return {3: dW[3], 2: dW[2]}, {3: db[3], 2: db[2]}


@verdict("hard-coded number of examples", "unknown", after=forward)
def wrong_hard_coded_m(c, Y, W, D, keep_prob):
    dW, db = right_loop(c, Y, W, D, keep_prob)
    return {l: dW[l] * Y.shape[1] / 211 for l in dW}, {l: db[l] * Y.shape[1] / 211 for l in db}


@verdict("scaled twice in layer 1", "scaled twice", after=forward)
def wrong_twice_first(c, Y, W, D, keep_prob):
    return _back(c, Y, W, lambda dA: dA * D[1] / keep_prob**2, lambda dA: dA * D[2] / keep_prob)


@verdict("fresh masks", "unknown", after=forward, says="dW[1], db[1]. The first one, dW[2]")
def wrong_fresh(c, Y, W, D, keep_prob):
    rng = np.random.default_rng()
    D = {l: rng.random(D[l].shape) < keep_prob for l in D}
    return _back(c, Y, W, lambda dA: dA * D[1] / keep_prob, lambda dA: dA * D[2] / keep_prob)


@verdict("one minus mask", after=forward)
def wrong_one_minus(c, Y, W, D, keep_prob):
    return _back(
        c, Y, W, lambda dA: dA * (1 - D[1]) / keep_prob, lambda dA: dA * (1 - D[2]) / keep_prob
    )


@verdict("keys from 0", "unknown", after=forward)
def wrong_keys(c, Y, W, D, keep_prob):
    dW, db = right_loop(c, Y, W, D, keep_prob)
    return {l - 1: dW[l] for l in dW}, {l - 1: db[l] for l in db}


def forward_no_scale(X, W, b, D, keep_prob):
    return forward(X, W, b, D, 1)


@verdict(
    "the forward pass has no scale, the backward pass fits it",
    "no scale at all",
    after=forward_no_scale,
    says="✗ First the forward pass",
)
def wrong_consistent(c, Y, W, D, keep_prob):
    return _back(c, Y, W, lambda dA: dA * D[1], lambda dA: dA * D[2])


def forward_reversed(X, W, b, D, keep_prob):
    A3, cache = forward_tuple(X, W, b, D, keep_prob)
    return A3, cache[::-1]


@verdict(
    "cache has another order than the backward pass expects", "unknown", after=forward_reversed
)
def wrong_order(cache, Y, W, D, keep_prob):
    return right_plain(cache, Y, W, D, keep_prob)


def forward_course_only(X, W, b, D, keep_prob):
    return forward(X, W, b, D, 0.7)


@verdict(
    "the forward pass has keep_prob 0.7, hard-coded",
    "a number for keep_prob",
    after=forward_course_only,
)
def wrong_forward_hard_coded(c, Y, W, D, keep_prob):
    return right_loop(c, Y, W, D, keep_prob)


@verdict("keep_prob 0.7, hard-coded both ways", "a number for keep_prob", after=forward_course_only)
def wrong_both_hard_coded(c, Y, W, D, keep_prob):
    return right_loop(c, Y, W, D, 0.7)


def forward_scaled_masks(X, W, b, D, keep_prob):
    for l in (1, 2):
        D[l] = D[l] / keep_prob
    return forward(X, W, b, D, 1)


@verdict("the forward pass changes the masks", "unknown", after=forward_scaled_masks)
def wrong_scaled_masks(c, Y, W, D, keep_prob):
    return right_loop(c, Y, W, D, 1)


@verdict("five examples, hard-coded", "a number for m", after=forward)
def wrong_five_examples(c, Y, W, D, keep_prob):
    dW, db = right_loop(c, Y, W, D, keep_prob)
    return {l: dW[l] * Y.shape[1] / 5 for l in dW}, {l: db[l] * Y.shape[1] / 5 for l in db}


@verdict("slope from A_drop, no scale", "no scale", after=forward)
def wrong_course_no_scale(c, Y, W, D, keep_prob):
    c = dict(c, Z1=c["A1_drop"], Z2=c["A2_drop"])
    return _back(c, Y, W, lambda dA: dA, lambda dA: dA)


# -- By somebody else ------------------------------------------------------------------------------


def forward_by_layer(X, W, b, D, keep_prob):
    Z1 = W[1] @ X + b[1]
    A1 = np.maximum(Z1, 0)
    A1_drop = A1 * D[1] / keep_prob
    Z2 = W[2] @ A1_drop + b[2]
    A2 = np.maximum(Z2, 0)
    A2_drop = A2 * D[2] / keep_prob
    Z3 = W[3] @ A2_drop + b[3]
    A3 = 1 / (1 + np.exp(-Z3))
    cache = {
        "X": X,
        "Z": {1: Z1, 2: Z2},
        "A": {1: A1, 2: A2},
        "A_drop": {0: X, 1: A1_drop, 2: A2_drop},
        "A3": A3,
    }
    return A3, cache


@verdict("right", after=forward_by_layer)
def loop(cache, Y, W, D, keep_prob):
    m = Y.shape[1]
    dZ = (cache["A3"] - Y) / m
    dW, db = {}, {}
    for l in (3, 2, 1):
        dW[l] = dZ @ cache["A_drop"][l - 1].T
        db[l] = np.sum(dZ, axis=1, keepdims=True)
        if l > 1:
            dA = W[l].T @ dZ * D[l - 1] / keep_prob
            dZ = np.where(cache["Z"][l - 1] > 0, dA, 0)
    return dW, db


@verdict("right", after=forward_by_layer)
def course_slope(cache, Y, W, D, keep_prob):
    m = cache["X"].shape[1]
    A1, A2 = cache["A_drop"][1], cache["A_drop"][2]
    dZ3 = cache["A3"] - Y
    dA2 = np.dot(W[3].T, dZ3)
    dA2 = dA2 * D[2]
    dA2 = dA2 / keep_prob
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dA1 = np.dot(W[2].T, dZ2)
    dA1 = dA1 * D[1]
    dA1 = dA1 / keep_prob
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW = {1: dZ1 @ cache["X"].T / m, 2: dZ2 @ A1.T / m, 3: dZ3 @ A2.T / m}
    db = {l: d.mean(axis=1).reshape(-1, 1) for l, d in [(1, dZ1), (2, dZ2), (3, dZ3)]}
    return dW, db


@verdict("no mask in layer 1", "no mask", after=forward_by_layer)
def one_mask_forgotten(cache, Y, W, D, keep_prob):
    m = Y.shape[1]
    dZ3 = cache["A3"] - Y
    dA2 = (W[3].T @ dZ3) * D[2] / keep_prob
    dZ2 = dA2 * (cache["Z"][2] > 0)
    dA1 = (W[2].T @ dZ2) / keep_prob
    dZ1 = dA1 * (cache["Z"][1] > 0)
    A_drop = cache["A_drop"]
    dW = {3: dZ3 @ A_drop[2].T / m, 2: dZ2 @ A_drop[1].T / m, 1: dZ1 @ A_drop[0].T / m}
    db = {
        3: dZ3.sum(1, keepdims=True) / m,
        2: dZ2.sum(1, keepdims=True) / m,
        1: dZ1.sum(1, keepdims=True) / m,
    }
    return dW, db


@verdict("dW from the undropped A", "A for A_drop in dW", after=forward_by_layer)
def undropped_values(cache, Y, W, D, keep_prob):
    m = Y.shape[1]
    A = {0: cache["X"], **cache["A"]}
    dZ = cache["A3"] - Y
    dW, db = {}, {}
    for l in (3, 2, 1):
        dW[l] = dZ @ A[l - 1].T / m
        db[l] = dZ.sum(axis=1, keepdims=True) / m
        if l > 1:
            dZ = W[l].T @ dZ * D[l - 1] / keep_prob * (cache["Z"][l - 1] > 0)
    return dW, db


@verdict("divided by m twice", "1 / m twice", after=forward_by_layer)
def mean_twice(cache, Y, W, D, keep_prob):
    m = Y.shape[1]
    dZ = (cache["A3"] - Y) / m
    dW, db = {}, {}
    for l in (3, 2, 1):
        dW[l] = dZ @ cache["A_drop"][l - 1].T / m
        db[l] = dZ.sum(axis=1, keepdims=True) / m
        if l > 1:
            dZ = W[l].T @ dZ * D[l - 1] / keep_prob * (cache["Z"][l - 1] > 0)
    return dW, db


# -- Ours ------------------------------------------------------------------------------------------


def _summed(gradients, m):
    """The sums of which gradients are the means."""
    return [{l: m * each[l] for l in each} for each in gradients]


# fmt: off
verdict("no mask, no 1 / m", "no mask", after=forward, says=("'no mask'", "The 1 / m of the mean is missing."))(
    lambda c, Y, W, D, k: _summed(wrong_no_mask(c, Y, W, D, k), Y.size)
)
verdict("no slope, no 1 / m", "no slope", after=forward, says="true.) The 1 / m")(
    lambda c, Y, W, D, k: _summed(wrong_no_slope(c, Y, W, D, k), Y.size)
)
verdict("a number for keep_prob", after=forward, says="You have 0.6 where keep_prob belongs")(
    lambda c, Y, W, D, k: right_loop(c, Y, W, D, 0.6)
)
verdict("a number", "unknown", after=forward, says="Return two dictionaries by layer: `return dW, db`.")(lambda *_: 3.0)
verdict("stubs", "unknown", after=forward, says="Replace the ...")(lambda *_: (..., ...))
