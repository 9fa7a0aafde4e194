"""Learners' whole backward passes, each with its forward pass (notebook 10)."""

import numpy as np


def forward(X, W, b, D, keep_prob):
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
