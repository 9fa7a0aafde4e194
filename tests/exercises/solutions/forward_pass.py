"""Learners' whole forward passes: check_forward_pass."""

import numpy as np

from . import verdict


def relu(Z):
    return np.maximum(Z, 0)


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


@verdict("right", says="✓ Right: the numbers that the course")
def right_plain(X, W, b, D, keep_prob):
    Z1 = W[1] @ X + b[1]
    A1_drop = np.maximum(Z1, 0) * D[1] / keep_prob
    Z2 = W[2] @ A1_drop + b[2]
    A2_drop = np.maximum(Z2, 0) * D[2] / keep_prob
    A3 = 1 / (1 + np.exp(-(W[3] @ A2_drop + b[3])))
    return A3, (X, Z1, A1_drop, Z2, A2_drop, A3)


@verdict("right")
def right_loop(X, W, b, D, keep_prob):
    A, cache = X, {"A0": X}
    for l in range(1, 4):
        Z = np.dot(W[l], A) + b[l]
        if l < 3:
            A = relu(Z) * D[l] / keep_prob
        else:
            A = sigmoid(Z)
        cache[f"Z{l}"], cache[f"A{l}"] = Z, A
    return A, cache


@verdict("right")
def right_switch_before_relu(X, W, b, D, keep_prob):
    # for relu the order of switch and activation makes no difference
    A1 = relu((W[1] @ X + b[1]) * D[1] / keep_prob)
    A2 = relu((W[2] @ A1 + b[2]) * D[2] / keep_prob)
    A3 = sigmoid(W[3] @ A2 + b[3])
    return A3, [X, A1, A2, A3]


@verdict("right")
def right_scale_in_weights(X, W, b, D, keep_prob):
    A1 = np.where(D[1], relu(W[1] @ X + b[1]), 0)
    A2 = np.where(D[2], relu(W[2] @ A1 / keep_prob + b[2]), 0)
    Z3 = W[3] @ A2 / keep_prob + b[3]
    return sigmoid(Z3), (A1, A2, Z3)


@verdict("right")
def right_stable(X, W, b, D, keep_prob):
    Z1 = np.matmul(W[1], X) + b[1]
    A1 = Z1 * (Z1 > 0) * D[1] / keep_prob
    Z2 = np.matmul(W[2], A1) + b[2]
    A2 = Z2 * (Z2 > 0) * D[2] / keep_prob
    Z3 = np.matmul(W[3], A2) + b[3]
    A3 = np.where(Z3 >= 0, 1 / (1 + np.exp(-abs(Z3))), 1 - 1 / (1 + np.exp(-abs(Z3))))
    return A3, (Z1, A1, Z2, A2, Z3, A3)


@verdict("right")
def right_by_example(X, W, b, D, keep_prob):
    columns = []
    for i in range(X.shape[1]):
        a = X[:, i]
        for l in (1, 2):
            z = W[l] @ a + b[l][:, 0]
            a = np.array([max(0.0, v) for v in z]) * D[l][:, i] / keep_prob
        columns.append(sigmoid(W[3] @ a + b[3][:, 0]))
    return np.array(columns).T, X


@verdict("right")
def right_tanh_sigmoid(X, W, b, D, keep_prob):
    Z1 = np.einsum("ij,jm->im", W[1], X) + b[1]
    A1 = (np.abs(Z1) + Z1) / 2 * D[1] / keep_prob
    Z2 = np.einsum("ij,jm->im", W[2], A1) + b[2]
    A2 = (np.abs(Z2) + Z2) / 2 * D[2] / keep_prob
    Z3 = np.einsum("ij,jm->im", W[3], A2) + b[3]
    A3 = 0.5 * (1 + np.tanh(Z3 / 2))
    return A3, (Z1, Z2, Z3)


@verdict("right")
def right_in_place_copies(X, W, b, D, keep_prob):
    Z1 = W[1] @ X
    Z1 += b[1]
    A1 = Z1.copy()
    A1[A1 < 0] = 0
    A1 *= D[1]
    A1 /= keep_prob
    Z2 = W[2] @ A1
    Z2 += b[2]
    A2 = Z2.copy()
    A2[A2 < 0] = 0
    A2 *= D[2]
    A2 /= keep_prob
    A3 = sigmoid(W[3] @ A2 + b[3])
    return A3, {"Z": {1: Z1, 2: Z2}, "A": {0: X, 1: A1, 2: A2, 3: A3}}


def _layers(X, W, b, one, two, last=sigmoid):
    A1 = one(relu(W[1] @ X + b[1]))
    A2 = two(relu(W[2] @ A1 + b[2]))
    return last(W[3] @ A2 + b[3]), (A1, A2)


@verdict("no scale", "no scale at all")
def wrong_no_scale(X, W, b, D, keep_prob):
    return _layers(X, W, b, lambda A: A * D[1], lambda A: A * D[2])


@verdict("no mask")
def wrong_no_mask(X, W, b, D, keep_prob):
    return _layers(X, W, b, lambda A: A / keep_prob, lambda A: A / keep_prob)


@verdict("neither", says="'no dropout at all'")
def wrong_no_dropout(X, W, b, D, keep_prob):
    return _layers(X, W, b, lambda A: A, lambda A: A)


@verdict("no dropout in layer 2", "neither", says="Layer 2 goes without its dropout.")
def wrong_only_first(X, W, b, D, keep_prob):
    return _layers(X, W, b, lambda A: A * D[1] / keep_prob, lambda A: A)


@verdict("no scale in layer 1", "no scale at all")
def wrong_scale_second_only(X, W, b, D, keep_prob):
    return _layers(X, W, b, lambda A: A * D[1], lambda A: A * D[2] / keep_prob)


@verdict("no mask in layer 2", "no mask")
def wrong_mask_first_only(X, W, b, D, keep_prob):
    return _layers(X, W, b, lambda A: A * D[1] / keep_prob, lambda A: A / keep_prob)


@verdict("no sigmoid")
def wrong_no_sigmoid(X, W, b, D, keep_prob):
    return _layers(
        X, W, b, lambda A: A * D[1] / keep_prob, lambda A: A * D[2] / keep_prob, last=lambda Z: Z
    )


@verdict("tanh instead of relu", "tanh for ReLU", says="You have tanh where the course has ReLU.")
def wrong_tanh(X, W, b, D, keep_prob):
    A1 = np.tanh(W[1] @ X + b[1]) * D[1] / keep_prob
    A2 = np.tanh(W[2] @ A1 + b[2]) * D[2] / keep_prob
    A3 = sigmoid(W[3] @ A2 + b[3])
    return A3, (A1, A2)


@verdict("layer 3 gets A2, not A2_drop", "neither")
def wrong_undropped(X, W, b, D, keep_prob):
    A1 = relu(W[1] @ X + b[1])
    A1_drop = A1 * D[1] / keep_prob
    A2 = relu(W[2] @ A1_drop + b[2])
    A2_drop = A2 * D[2] / keep_prob
    A3 = sigmoid(W[3] @ A2 + b[3])
    return A3, (A1_drop, A2_drop)


@verdict("bias of layer 2 forgotten", "no bias", says="In layer 2: The bias b is missing.")
def wrong_no_bias(X, W, b, D, keep_prob):
    A1 = relu(W[1] @ X + b[1]) * D[1] / keep_prob
    A2 = relu(W[2] @ A1) * D[2] / keep_prob
    A3 = sigmoid(W[3] @ A2 + b[3])
    return A3, (A1, A2)


@verdict("no relu", "no activation", says="The ReLU is missing")
def wrong_no_relu(X, W, b, D, keep_prob):
    A1 = (W[1] @ X + b[1]) * D[1] / keep_prob
    A2 = (W[2] @ A1 + b[2]) * D[2] / keep_prob
    return sigmoid(W[3] @ A2 + b[3]), (A1, A2)


@verdict("scale on the output as well", "unknown", says="Print your arrays in order")
def wrong_output_scaled(X, W, b, D, keep_prob):
    A1 = relu(W[1] @ X + b[1]) * D[1] / keep_prob
    A2 = relu(W[2] @ A1 + b[2]) * D[2] / keep_prob
    A3 = sigmoid(W[3] @ A2 + b[3]) / keep_prob
    return A3, (A1, A2)


@verdict(
    "hard-coded keep_prob of the course",
    "a number for keep_prob",
    says="You have 0.7 where keep_prob belongs",
)
def wrong_hard_coded(X, W, b, D, keep_prob):
    return _layers(X, W, b, lambda A: A * D[1] / 0.7, lambda A: A * D[2] / 0.7)


@verdict("only A3 is returned", "unknown", says="Return two things: `return A3, cache`.")
def wrong_only_output(X, W, b, D, keep_prob):
    A3, _ = right_plain(X, W, b, D, keep_prob)
    return A3


@verdict("tuple swapped", "unknown", says="You return the cache first")
def wrong_swapped(X, W, b, D, keep_prob):
    A3, cache = right_plain(X, W, b, D, keep_prob)
    return cache, A3


@verdict("predictions instead of probabilities", "unknown")
def wrong_predictions(X, W, b, D, keep_prob):
    A3, cache = right_plain(X, W, b, D, keep_prob)
    return (A3 > 0.5).astype(float), cache


@verdict("changes the masks", "unknown")
def wrong_changes_masks(X, W, b, D, keep_prob):
    D[1] = D[1] / keep_prob
    D[2] = D[2] / keep_prob
    A1 = relu(W[1] @ X + b[1]) * D[1]
    A2 = relu(W[2] @ A1 + b[2]) * D[2]
    return sigmoid(W[3] @ A2 + b[3]), (A1, A2)


@verdict("leaky relu", "leaky ReLU for ReLU")
def wrong_leaky(X, W, b, D, keep_prob):
    Z1 = W[1] @ X + b[1]
    A1 = np.where(Z1 > 0, Z1, 0.01 * Z1) * D[1] / keep_prob
    Z2 = W[2] @ A1 + b[2]
    A2 = np.where(Z2 > 0, Z2, 0.01 * Z2) * D[2] / keep_prob
    return sigmoid(W[3] @ A2 + b[3]), (A1, A2)


@verdict("fresh masks", "unknown")
def wrong_fresh(X, W, b, D, keep_prob):
    rng = np.random.default_rng()
    A1 = relu(W[1] @ X + b[1])
    A1 = A1 * (rng.random(A1.shape) < keep_prob) / keep_prob
    A2 = relu(W[2] @ A1 + b[2])
    A2 = A2 * (rng.random(A2.shape) < keep_prob) / keep_prob
    return sigmoid(W[3] @ A2 + b[3]), (A1, A2)


@verdict("scaled twice in layer 2", "scaled twice")
def wrong_twice(X, W, b, D, keep_prob):
    return _layers(X, W, b, lambda A: A * D[1] / keep_prob, lambda A: A * D[2] / keep_prob**2)


@verdict("rounded to 2 digits", "unknown")
def wrong_rounded(X, W, b, D, keep_prob):
    A3, cache = right_plain(X, W, b, D, keep_prob)
    return np.round(A3, 2), cache


@verdict("half written", "unknown")
def wrong_half_written(X, W, b, D, keep_prob):
    Z1 = W[1] @ X + b[1]
    A1_drop = np.maximum(Z1, 0) * D[1] / keep_prob
    A3 = ...
    cache = (X, Z1, A1_drop)
    return A3, cache


@verdict("the published numbers, typed in", "unknown", says="but your cache is None")
def wrong_typed_in(X, W, b, D, keep_prob):
    A3 = np.array([[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]])
    return A3, None


@verdict("masks of the course, typed in", "unknown")
def wrong_masks_typed_in(X, W, b, D, keep_prob):
    D = {
        1: np.array([[1, 0, 1, 1, 1], [1, 1, 1, 1, 1]]),
        2: np.array([[1, 1, 1, 0, 1], [1, 1, 1, 1, 1], [0, 0, 1, 1, 0]]),
    }
    return right_plain(X, W, b, D, keep_prob)


@verdict("changes X", "unknown")
def wrong_changes_x(X, W, b, D, keep_prob):
    A3, cache = right_plain(X, W, b, D, keep_prob)
    X /= X.max()
    return A3, cache


# -- By somebody else ------------------------------------------------------------------------------


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@verdict("right")
def loop(X, W, b, D, keep_prob):
    cache = {"X": X}
    A = X
    for l in (1, 2):
        Z = W[l] @ A + b[l]
        A = relu(Z)
        A = A * D[l] / keep_prob
        cache[l] = (Z, A)
    A3 = sigmoid(W[3] @ A + b[3])
    cache["A3"] = A3
    return A3, cache


@verdict("right")
def switch_first(X, W, b, D, keep_prob):
    # relu lets a positive factor through, so the order does not matter
    Z1 = np.dot(W[1], X) + b[1]
    A1_drop = relu(Z1 * D[1] / keep_prob)
    Z2 = np.dot(W[2], A1_drop) + b[2]
    A2_drop = relu(Z2 * D[2] / keep_prob)
    Z3 = np.dot(W[3], A2_drop) + b[3]
    A3 = sigmoid(Z3)
    return A3, (X, Z1, A1_drop, Z2, A2_drop, A3)


@verdict("layer 2 fed with the undropped A1", "neither")
def wrong_name(X, W, b, D, keep_prob):
    Z1 = W[1] @ X + b[1]
    A1 = relu(Z1)
    A1_drop = A1 * D[1] / keep_prob
    Z2 = W[2] @ A1 + b[2]
    A2 = relu(Z2)
    A2_drop = A2 * D[2] / keep_prob
    Z3 = W[3] @ A2_drop + b[3]
    A3 = sigmoid(Z3)
    return A3, (X, Z1, A1_drop, Z2, A2_drop, A3)


@verdict("b[3] forgotten", "no bias")
def no_last_bias(X, W, b, D, keep_prob):
    A1 = relu(W[1] @ X + b[1])
    A1 = A1 * D[1] / keep_prob
    A2 = relu(W[2] @ A1 + b[2])
    A2 = A2 * D[2] / keep_prob
    A3 = sigmoid(W[3] @ A2)
    return A3, (X, A1, A2, A3)


@verdict("bias added after the switch", "unknown")
def bias_after_switch(X, W, b, D, keep_prob):
    A1 = relu(W[1] @ X) * D[1] / keep_prob + b[1]
    A2 = relu(W[2] @ A1) * D[2] / keep_prob + b[2]
    A3 = sigmoid(W[3] @ A2 + b[3])
    return A3, (X, A1, A2, A3)


# -- Ours ------------------------------------------------------------------------------------------


def passes(drop=lambda A, D, k: A * D / k, g=relu):
    """A forward pass with this line at both switches, and this activation."""

    def my_forward_pass(X, W, b, D, keep_prob):
        A1_drop = drop(g(W[1] @ X + b[1]), D[1], keep_prob)
        A2_drop = drop(g(W[2] @ A1_drop + b[2]), D[2], keep_prob)
        return 1 / (1 + np.exp(-(W[3] @ A2_drop + b[3]))), (A1_drop, A2_drop)

    return my_forward_pass


# fmt: off
verdict("wrong scale", says="'wrong scale'")(passes(lambda A, D, k: A * D / (1 - k)))
verdict("scaled twice", says="'scaled twice'")(passes(lambda A, D, k: A * D / k / k))
verdict("one minus mask", says="'one minus mask'")(passes(lambda A, D, k: A * (1 - D) / k))
verdict("a cache that is a stub", "unknown", says="✗ Replace the ...")(lambda *given: (passes()(*given)[0], ...))
verdict("not a number", "unknown", says="not finite")(lambda *_: (np.full((1, 5), np.nan), 0))
verdict("too few examples", "unknown", says="Your A3 has shape (1, 4); it needs (1, 5).")(lambda *_: (np.ones((1, 4)), 0))
