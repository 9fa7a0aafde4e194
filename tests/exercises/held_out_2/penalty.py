"""Learners' ridge penalties (notebook 07)."""

import numpy as np


def loops(X, w, keep_prob):
    total = 0
    for j in range(len(w)):
        for i in range(X.shape[1]):
            total += w[j] ** 2 * X[j, i] ** 2 * (1 - keep_prob) / keep_prob
    return total


def in_one(X, w, keep_prob):
    return (1 / keep_prob - 1) * ((X.T * w) ** 2).sum()


def norms(X, w, keep_prob):
    lengths = np.linalg.norm(X, axis=1)
    return np.dot(w**2, lengths**2) * (1 - keep_prob) / keep_prob


def upside_down(X, w, keep_prob):
    return keep_prob / (1 - keep_prob) * np.sum(w**2 * np.sum(X**2, axis=1))


def mean(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.mean(X**2, axis=1))


def plain_ridge(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2)


def no_sum(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * w**2 * np.sum(X**2, axis=1)


def added_first(X, w, keep_prob):
    out = w @ X
    return (1 - keep_prob) / keep_prob * np.sum(out**2)
