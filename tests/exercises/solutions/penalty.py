"""Learners' penalties of dropout on a linear regression: check_penalty."""

import itertools

import numpy as np

from . import verdict


@verdict("right")
def right_plain(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X**2, axis=1))


@verdict("right")
def right_loop(X, w, keep_prob):
    total = 0
    for j in range(X.shape[0]):
        for i in range(X.shape[1]):
            total += w[j] ** 2 * X[j, i] ** 2 * (1 - keep_prob) / keep_prob
    return total


@verdict("right")
def right_einsum(X, w, keep_prob):
    return (1 / keep_prob - 1) * np.einsum("j,ji,ji->", w * w, X, X)


@verdict("right")
def right_norm(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.linalg.norm(X * w[:, None]) ** 2


@verdict("right")
def right_diagonal(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * (w**2 @ np.diag(X @ X.T))


@verdict("right")
def right_sum_of_variances(X, w, keep_prob):
    variance = X**2 * (1 - keep_prob) / keep_prob
    return float((np.reshape(w, (-1, 1)) ** 2 * variance).sum())


@verdict("right")
def right_all_masks(X, w, keep_prob):
    # the variance of w @ (x D / keep_prob), over all masks, each with its probability
    total = 0.0
    for D in itertools.product([0, 1], repeat=len(w)):
        D = np.array(D)
        chance = np.prod(np.where(D == 1, keep_prob, 1 - keep_prob))
        total += chance * np.sum((w * (D / keep_prob - 1) @ X) ** 2)
    return total


@verdict("right")
def right_examples(X, w, keep_prob):
    return sum(((w * x) ** 2).sum() for x in X.T) * (1 - keep_prob) / keep_prob


@verdict("odds upside down", "factor upside down")
def wrong_odds(X, w, keep_prob):
    return keep_prob / (1 - keep_prob) * np.sum(w**2 * np.sum(X**2, axis=1))


@verdict("factor missing", "no factor")
def wrong_no_factor(X, w, keep_prob):
    return np.sum(w**2 * np.sum(X**2, axis=1))


@verdict("1 - keep_prob only", "no 1 / keep_prob")
def wrong_not_divided(X, w, keep_prob):
    return (1 - keep_prob) * np.sum(w**2 * np.sum(X**2, axis=1))


@verdict("vanilla dropout, k (1 - k)", "multiplied by keep_prob")
def wrong_vanilla(X, w, keep_prob):
    return keep_prob * (1 - keep_prob) * np.sum(w**2 * np.sum(X**2, axis=1))


@verdict("1 / keep_prob only", "no 1 - keep_prob")
def wrong_inverse(X, w, keep_prob):
    return np.sum(w**2 * np.sum(X**2, axis=1)) / keep_prob


@verdict("wrong axis", "unknown")
def wrong_axis(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X**2, axis=0))


@verdict("w is not squared", "weights not squared")
def wrong_w(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w * np.sum(X**2, axis=1))


@verdict("X is not squared", "unknown")
def wrong_x(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X, axis=1))


@verdict("squared after the sum", "products of inputs")
def wrong_square_late(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum((w @ X) ** 2)


@verdict("mean over the examples", "mean over examples")
def wrong_mean(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.mean(X**2, axis=1))


@verdict("an array, one number per input", "unknown", says="it should be one number")
def wrong_array(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * w**2 * np.sum(X**2, axis=1)


@verdict("plain ridge, X is not used", "plain L2")
def wrong_ridge(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2)


@verdict("half of it", "halved")
def wrong_half(X, w, keep_prob):
    return 0.5 * (1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X**2, axis=1))


@verdict("about the mean of X", "unknown")
def wrong_variance(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.var(X, axis=1) * X.shape[1])


@verdict("hard-coded keep_prob", "unknown")
def wrong_hard_coded(X, w, keep_prob):
    k = 0.6
    return (1 - k) / k * np.sum(w**2 * np.sum(X**2, axis=1))


@verdict("changes w", "unknown")
def wrong_changes_w(X, w, keep_prob):
    w **= 2
    return (1 - keep_prob) / keep_prob * np.sum(w * np.sum(X**2, axis=1))


@verdict("an estimate from draws", "unknown")
def wrong_monte_carlo(X, w, keep_prob):
    rng = np.random.default_rng(0)
    D = rng.random((500, *X.shape)) < keep_prob
    noise = np.einsum("j,nji->ni", w, X * D / keep_prob) - w @ X
    return np.mean(np.sum(noise**2, axis=1))


@verdict("right only for as many inputs as examples", "unknown")
def wrong_square(X, w, keep_prob):
    n = X.shape[0]
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X[:, :n] ** 2, axis=1))


@verdict("rounded", "unknown")
def wrong_rounded(X, w, keep_prob):
    return round((1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X**2, axis=1)), 1)


@verdict("divided by keep_prob squared")
def wrong_square_factor(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob**2 * np.sum(w**2 * np.sum(X**2, axis=1))


@verdict("the square root of it", "unknown")
def wrong_root(X, w, keep_prob):
    return np.sqrt((1 - keep_prob) / keep_prob * np.sum(w**2 * np.sum(X**2, axis=1)))


# -- By somebody else ------------------------------------------------------------------------------


@verdict("right")
def loops(X, w, keep_prob):
    total = 0
    for j in range(len(w)):
        for i in range(X.shape[1]):
            total += w[j] ** 2 * X[j, i] ** 2 * (1 - keep_prob) / keep_prob
    return total


@verdict("right")
def in_one(X, w, keep_prob):
    return (1 / keep_prob - 1) * ((X.T * w) ** 2).sum()


@verdict("right")
def norms(X, w, keep_prob):
    lengths = np.linalg.norm(X, axis=1)
    return np.dot(w**2, lengths**2) * (1 - keep_prob) / keep_prob


@verdict("the fraction upside down", "factor upside down")
def upside_down(X, w, keep_prob):
    return keep_prob / (1 - keep_prob) * np.sum(w**2 * np.sum(X**2, axis=1))


@verdict("a mean over the examples", "mean over examples")
def mean(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2 * np.mean(X**2, axis=1))


@verdict("plain ridge, without the data", "plain L2")
def plain_ridge(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * np.sum(w**2)


@verdict("not summed over the inputs", "unknown")
def no_sum(X, w, keep_prob):
    return (1 - keep_prob) / keep_prob * w**2 * np.sum(X**2, axis=1)


@verdict("added before squaring", "products of inputs")
def added_first(X, w, keep_prob):
    out = w @ X
    return (1 - keep_prob) / keep_prob * np.sum(out**2)


# -- Ours ------------------------------------------------------------------------------------------

# fmt: off
verdict("right")(lambda X, w, k: np.array([[right_plain(X, w, k)]]))
verdict("second moment")(lambda X, w, k: np.sum((w[:, None] * X / k) ** 2))
verdict("no weights")(lambda X, w, k: (1 / k - 1) * np.sum(X**2))
verdict("norms not squared")(lambda X, w, k: (1 / k - 1) * sum(w**2 * [(x @ x) ** 0.5 for x in X]))
verdict("0.999 times", "unknown", says="At keep_prob 0.6, with 3 inputs and 4 examples, you have +")(
    lambda X, w, k: 0.999 * right_plain(X, w, k)
)
