"""Learners' penalties of dropout on a linear regression: check_penalty."""

import itertools

import numpy as np


#: right
def right_plain(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X**2, axis=1))


#: right
def right_loop(X, w, keep_prob):
    total = 0
    for j in range(X.shape[0]):
        for i in range(X.shape[1]):
            total += w[j] ** 2 * X[j, i] ** 2 * (1 - keep_prob) / keep_prob
    return total


#: right
def right_einsum(X, w, keep_prob):
    return (1 / keep_prob - 1) * np.einsum("j,ji,ji->", w * w, X, X)


#: right
def right_norm(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.linalg.norm(X * w[:, None]) ** 2


#: right
def right_diagonal(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * (w**2 @ np.diag(X @ X.T))


#: right
def right_sum_of_variances(X, w, keep_prob):
    variance = X**2 * (1 - keep_prob) / keep_prob
    return float((np.reshape(w, (-1, 1)) ** 2 * variance).sum())


#: right
def right_all_masks(X, w, keep_prob):
    # the variance of w @ (x D / keep_prob), over all masks, each with its probability
    total = 0.0
    for D in itertools.product([0, 1], repeat=len(w)):
        D = np.array(D)
        chance = np.prod(np.where(D == 1, keep_prob, 1 - keep_prob))
        total += chance * np.sum((w * (D / keep_prob - 1) @ X) ** 2)
    return total


#: right
def right_examples(X, w, keep_prob):
    return sum(((w * x) ** 2).sum() for x in X.T) * (1 - keep_prob) / keep_prob


#: odds upside down
def wrong_odds(X, w, keep_prob):
    return keep_prob / (1 - keep_prob) * np.sum(w**2 * np.sum(X**2, axis=1))


#: factor missing
def wrong_no_factor(X, w, keep_prob):
    return np.sum(w**2 * np.sum(X**2, axis=1))


#: 1 - keep_prob only
def wrong_not_divided(X, w, keep_prob):
    return (1 - keep_prob) * np.sum(w**2 * np.sum(X**2, axis=1))


#: vanilla dropout, k (1 - k)
def wrong_vanilla(X, w, keep_prob):
    return keep_prob * (1 - keep_prob) * np.sum(w**2 * np.sum(X**2, axis=1))


#: 1 / keep_prob only
def wrong_inverse(X, w, keep_prob):
    return np.sum(w**2 * np.sum(X**2, axis=1)) / keep_prob


#: wrong axis
def wrong_axis(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X**2, axis=0))


#: w is not squared
def wrong_w(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w * np.sum(X**2, axis=1))


#: X is not squared
def wrong_x(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X, axis=1))


#: squared after the sum
def wrong_square_late(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum((w @ X) ** 2)


#: mean over the examples
def wrong_mean(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.mean(X**2, axis=1))


#: an array, one number per input
def wrong_array(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * w**2 * np.sum(X**2, axis=1)


#: plain ridge, X is not used
def wrong_ridge(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2)


#: half of it
def wrong_half(X, w, keep_prob):
    return 0.5 * (1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X**2, axis=1))


#: about the mean of X
def wrong_variance(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.var(X, axis=1) * X.shape[1])


#: hard-coded keep_prob
def wrong_hard_coded(X, w, keep_prob):
    k = 0.6
    return (1 - k) / k * np.sum(w**2 * np.sum(X**2, axis=1))


#: changes w
def wrong_changes_w(X, w, keep_prob):
    w **= 2
    return (1 - keep_prob) / keep_prob * np.sum(w * np.sum(X**2, axis=1))


#: an estimate from draws
def wrong_monte_carlo(X, w, keep_prob):
    rng = np.random.default_rng(0)
    D = rng.random((500, *X.shape)) < keep_prob
    noise = np.einsum("j,nji->ni", w, X * D / keep_prob) - w @ X
    return np.mean(np.sum(noise**2, axis=1))


#: right only for as many inputs as examples
def wrong_square(X, w, keep_prob):
    n = X.shape[0]
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X[:, :n] ** 2, axis=1))


#: rounded
def wrong_rounded(X, w, keep_prob):
    return round((1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X**2, axis=1)), 1)


#: divided by keep_prob squared
def wrong_square_factor(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob**2 * np.sum(w**2 * np.sum(X**2, axis=1))


#: the square root of it
def wrong_root(X, w, keep_prob):
    return np.sqrt((1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X**2, axis=1)))
