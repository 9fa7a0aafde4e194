"""Learners' whole forward passes (notebook 10)."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(0, z)


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


def switch_first(X, W, b, D, keep_prob):
    # relu lets a positive factor through, so the order does not matter
    Z1 = np.dot(W[1], X) + b[1]
    A1_drop = relu(Z1 * D[1] / keep_prob)
    Z2 = np.dot(W[2], A1_drop) + b[2]
    A2_drop = relu(Z2 * D[2] / keep_prob)
    Z3 = np.dot(W[3], A2_drop) + b[3]
    A3 = sigmoid(Z3)
    return A3, (X, Z1, A1_drop, Z2, A2_drop, A3)


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


def no_last_bias(X, W, b, D, keep_prob):
    A1 = relu(W[1] @ X + b[1])
    A1 = A1 * D[1] / keep_prob
    A2 = relu(W[2] @ A1 + b[2])
    A2 = A2 * D[2] / keep_prob
    A3 = sigmoid(W[3] @ A2)
    return A3, (X, A1, A2, A3)


def bias_after_switch(X, W, b, D, keep_prob):
    A1 = relu(W[1] @ X) * D[1] / keep_prob + b[1]
    A2 = relu(W[2] @ A1) * D[2] / keep_prob + b[2]
    A3 = sigmoid(W[3] @ A2 + b[3])
    return A3, (X, A1, A2, A3)
