"""Learners' dropout layers with both modes: check_layer."""

import numpy as np

from . import verdict


@verdict("right")
def right_plain(A, keep_prob, training, rng):
    if not training:
        return A
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


@verdict("right")
def right_else(A, keep_prob, training, rng):
    if training:
        D = rng.uniform(size=A.shape) < keep_prob
        A_drop = A * D
        A_drop = A_drop / keep_prob
    else:
        A_drop = A.copy()
    return A_drop


@verdict("right")
def right_keep_all(A, keep_prob, training, rng):
    keep_prob = keep_prob if training else 1.0
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


@verdict("right")
def right_binomial(A, keep_prob, training, rng):
    D = rng.binomial(1, keep_prob, A.shape) / keep_prob if training else np.ones(A.shape)
    return A * D


@verdict("right")
def right_copy(A, keep_prob, training, rng):
    out = np.array(A, dtype=float)
    if training:
        out[rng.random(out.shape) >= keep_prob] = 0
        out /= keep_prob
    return out


@verdict("right")
def right_conditional(A, keep_prob, training, rng):
    factor = (rng.random(A.shape) > 1 - keep_prob) / keep_prob
    return np.where(training, A * factor, A)


@verdict("right")
def right_loop(A, keep_prob, training, rng):
    if training is False:
        return A + 0
    A_drop = np.zeros_like(A)
    for i in range(len(A)):
        for j in range(len(A[i])):
            A_drop[i][j] = A[i][j] / keep_prob if rng.random() < keep_prob else 0
    return A_drop


@verdict("right")
def right_choice(A, keep_prob, training, rng):
    if training == True:  # noqa: E712
        return A * rng.choice([0, 1 / keep_prob], A.shape, p=[1 - keep_prob, keep_prob])
    elif training == False:  # noqa: E712
        return A


@verdict("on at test time", says="✗ With training=False: two calls give different values.")
def wrong_always_on(A, keep_prob, training, rng):
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


@verdict("scaled again at test time", says="False: the values are multiplied by keep_prob")
def wrong_scaled_again(A, keep_prob, training, rng):
    if not training:
        return A * keep_prob
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


@verdict("divided at test time", says="With training=False: the values are divided by keep_prob")
def wrong_divided_at_test(A, keep_prob, training, rng):
    if training:
        A = A * (rng.random(A.shape) < keep_prob)
    return A / keep_prob


@verdict("no scale", "no scale at all", says="✗ With training=True: At units that are off")
def wrong_no_scale(A, keep_prob, training, rng):
    if not training:
        return A
    return A * (rng.random(A.shape) < keep_prob)


@verdict("vanilla dropout", "scaled again at test time", "no scale at all")
def wrong_vanilla(A, keep_prob, training, rng):
    if not training:
        return A * keep_prob
    return A * (rng.random(A.shape) < keep_prob)


@verdict("no mask", "no coin")
def wrong_no_mask(A, keep_prob, training, rng):
    if not training:
        return A
    return A / keep_prob


@verdict("modes swapped", "on at test time", "modes swapped", says="the wrong way round")
def wrong_swapped(A, keep_prob, training, rng):
    if training:
        return A
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


@verdict(
    "never drops",
    "neither",
    "no coin",
    "no dropout at all",
    "unknown",
    says=("✗ With training=True: ", "nothing is ever off"),
)
def wrong_never(A, keep_prob, training, rng):
    return A


@verdict("flipped comparison")
def wrong_flipped(A, keep_prob, training, rng):
    if training:
        return A * (rng.random(A.shape) > keep_prob) / keep_prob
    return A


@verdict("randn")
def wrong_randn(A, keep_prob, training, rng):
    if training:
        return A * (rng.standard_normal(A.shape) < keep_prob) / keep_prob
    return A


@verdict("randn, and keep_prob = 1 does not switch it off", "on at test time", "randn")
def wrong_randn_one(A, keep_prob, training, rng):
    if not training:
        keep_prob = 1
    return A * (rng.standard_normal(A.shape) < keep_prob) / keep_prob


@verdict("nothing at test time", "unknown", says="With training=False: Your function")
def wrong_none_at_test(A, keep_prob, training, rng):
    if training:
        return A * (rng.random(A.shape) < keep_prob) / keep_prob


@verdict("zeros at test time", "off at test time", says="With training=False: some values are 0")
def wrong_zero_at_test(A, keep_prob, training, rng):
    A_drop = np.zeros_like(A)
    if training:
        A_drop = A * (rng.random(A.shape) < keep_prob) / keep_prob
    return A_drop


@verdict("changes A", "unknown")
def wrong_changes_a(A, keep_prob, training, rng):
    if training:
        A *= rng.random(A.shape) < keep_prob
        A /= keep_prob
    return A


@verdict("right", "one mask for all examples", says="✓ With training=True: One switch per unit.")
def right_one_mask(A, keep_prob, training, rng):
    if not training:
        return A
    return A * (rng.random((A.shape[0], 1)) < keep_prob) / keep_prob


@verdict("wrong scale, 1 - keep_prob", "wrong scale")
def wrong_scale(A, keep_prob, training, rng):
    if not training:
        return A
    return A * (rng.random(A.shape) < keep_prob) / (1 - keep_prob)


@verdict("the same mask every time (seeded)", "seed inside forward")
def wrong_seeded(A, keep_prob, training, rng):
    if not training:
        return A
    rng = np.random.default_rng(3)
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


@verdict("a tuple", "unknown")
def wrong_tuple(A, keep_prob, training, rng):
    D = np.ones_like(A)
    if training:
        D = (rng.random(A.shape) < keep_prob) / keep_prob
    return A * D, D


@verdict("paired examples", "dependent switches")
def wrong_paired(A, keep_prob, training, rng):
    if not training:
        return A
    D = rng.random(A.shape) < keep_prob
    half = A.shape[1] // 2
    D[:, half : 2 * half] = D[:, :half]
    return A * D / keep_prob


@verdict("changes A, at test time too", "unknown")
def wrong_changes_at_test(A, keep_prob, training, rng):
    if not training:
        A /= 1.0
        A += 0.01
        return A
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


@verdict("paired units", "dependent switches")
def wrong_paired_units(A, keep_prob, training, rng):
    if not training:
        return A
    D = rng.random(A.shape) < keep_prob
    D[1::2] = D[: A.shape[0] // 2 * 2 : 2]
    return A * D / keep_prob


@verdict("never empty", "dependent switches")
def wrong_never_empty(A, keep_prob, training, rng):
    if not training:
        return A
    D = rng.random(A.shape) < keep_prob
    D[0, ~D.any(axis=0)] = True
    return A * D / keep_prob


# -- By somebody else ------------------------------------------------------------------------------


@verdict("right")
def if_else(A, keep_prob, training, rng):
    if training:
        D = rng.random(A.shape) < keep_prob
        A_drop = A * D / keep_prob
    else:
        A_drop = A
    return A_drop


@verdict("right")
def set_to_one(A, keep_prob, training, rng):
    k = keep_prob if training else 1.0
    D = (rng.random(A.shape) < k).astype(int)
    return A * D / k


@verdict("right")
def copied(A, keep_prob, training, rng):
    out = A.copy()
    if training:
        out *= rng.binomial(1, keep_prob, A.shape)
        out /= keep_prob
    return out


@verdict("right")
def drop_rate(A, keep_prob, training, rng):
    rate = 1 - keep_prob
    if training is True:
        off = rng.uniform(size=A.shape) < rate
        return np.where(off, 0, A / (1 - rate))
    return A


@verdict("scaled again at test time")
def scaled_again(A, keep_prob, training, rng):
    if training:
        return A * (rng.random(A.shape) < keep_prob) / keep_prob
    return A * keep_prob


@verdict("on at test time")
def always_on(A, keep_prob, training, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = A * D
    if training:
        A_drop = A_drop / keep_prob
    return A_drop


@verdict("nothing returned at test time", "unknown")
def nothing_returned(A, keep_prob, training, rng):
    if training:
        D = rng.random(A.shape) < keep_prob
        return A * D / keep_prob


@verdict("the modes swapped", "on at test time", "modes swapped")
def modes_swapped(A, keep_prob, training, rng):
    if training:
        return A
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


@verdict("divided by 1 - keep_prob", "wrong scale")
def other_probability(A, keep_prob, training, rng):
    if not training:
        return A
    D = rng.random(A.shape) < keep_prob
    return A * D / (1 - keep_prob)


# -- Ours ------------------------------------------------------------------------------------------

# fmt: off
verdict("half of them off at test time", "off at test time")(
    lambda A, k, training, rng: right_plain(A, k, True, rng) if training else A * (np.arange(A.shape[1]) % 2) / k
)
verdict("one more at test time", "unknown", says="not those of A")(
    lambda A, k, training, rng: right_plain(A, k, True, rng) if training else A + 1
)
verdict("one row in training", "unknown", says="With training=True: Your A_drop has shape (1, 40)")(
    lambda A, k, training, rng: A[:1] if training else A
)
