"""Learners' way forward, with the drawing: check_forward."""

import numpy as np

from . import verdict


@verdict("right")
def right_plain(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = A * D / keep_prob
    return A_drop, D


@verdict("right")
def right_integers(A, keep_prob, rng):
    D = (rng.random(A.shape) < keep_prob).astype(np.int64)
    A_drop = np.multiply(A, D)
    A_drop = A_drop / keep_prob
    return A_drop, D


@verdict("right")
def right_binomial(A, keep_prob, rng):
    D = rng.binomial(n=1, p=keep_prob, size=A.shape)
    return A * D / keep_prob, D


@verdict("right")
def right_rows_columns(A, keep_prob, rng):
    D = rng.random((A.shape[0], A.shape[1])) <= keep_prob
    return np.where(D, A / keep_prob, 0), D


@verdict("right")
def right_loop(A, keep_prob, rng):
    D = np.zeros(A.shape, dtype=bool)
    A_drop = np.zeros(A.shape)
    it = np.nditer(A, flags=["multi_index"])
    for a in it:
        if rng.random() < keep_prob:
            D[it.multi_index] = True
            A_drop[it.multi_index] = a / keep_prob
    return A_drop, D


@verdict("right")
def right_complement(A, keep_prob, rng):
    off = rng.random(A.shape) < 1 - keep_prob
    A_drop = A / keep_prob
    A_drop[off] = 0
    return A_drop, ~off


@verdict("right")
def right_choice(A, keep_prob, rng):
    D = rng.choice([1.0, 0.0], size=A.shape, p=[keep_prob, 1 - keep_prob])
    return A * (D / keep_prob), D


def _mask(shape, keep_prob, rng):
    return rng.uniform(0.0, 1.0, shape) < keep_prob


@verdict("right")
def right_helpers(A, keep_prob, rng):
    D = _mask(A.shape, keep_prob, rng)
    return [A * D / keep_prob, D]


@verdict("tuple swapped", "wrong order", says="✗ You return the mask first; write")
def wrong_swapped(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return D, A * D / keep_prob


@verdict("mask is not returned", "unknown", says="You return one array; return two")
def wrong_only_output(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return A * D / keep_prob


@verdict("randn")
def wrong_randn(A, keep_prob, rng):
    D = rng.standard_normal(A.shape) < keep_prob
    return A * D / keep_prob, D


@verdict("flipped comparison")
def wrong_flipped(A, keep_prob, rng):
    D = rng.random(A.shape) > keep_prob
    return A * D / keep_prob, D


@verdict("no scale", "no scale at all")
def wrong_no_scale(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = A * D
    return A_drop, D


@verdict("no mask")
def wrong_no_mask(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = A / keep_prob
    return A_drop, D


@verdict("neither")
def wrong_neither(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return A, D


@verdict("scaled mask is returned", "scale inside the mask", says="the scale is in it already")
def wrong_scaled_mask(A, keep_prob, rng):
    D = (rng.random(A.shape) < keep_prob) / keep_prob
    return A * D, D


@verdict("another mask is returned than was used (fresh mask)", "fresh mask")
def wrong_two_masks(A, keep_prob, rng):
    A_drop = A * (rng.random(A.shape) < keep_prob) / keep_prob
    D = rng.random(A.shape) < keep_prob
    return A_drop, D


@verdict(
    "the dropped units are returned (one minus mask)",
    "one minus mask",
    "flipped comparison",
    says=(
        "'flipped comparison' and 'one minus mask' and",
        "cancel in A_drop, but D marks the units that are off",
    ),
)
def wrong_dropped(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return A * D / keep_prob, 1 - D


@verdict("random numbers are returned instead of the mask", "unknown", says="the comparison")
def wrong_numbers(A, keep_prob, rng):
    U = rng.random(A.shape)
    return A * (U < keep_prob) / keep_prob, U


@verdict("multiplied by keep_prob")
def wrong_multiplied(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return A * D * keep_prob, D


@verdict("changes A", "unknown")
def wrong_changes_a(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A[~D] = 0
    return A / keep_prob, D


@verdict("exact count", "exact share")
def wrong_exact_count(A, keep_prob, rng):
    n = round(keep_prob * A.size)
    D = rng.permutation(np.arange(A.size) < n).reshape(A.shape)
    return A * D / keep_prob, D


@verdict("divided by the share really kept", "share really kept")
def wrong_share(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return A * D / np.mean(D), D


@verdict("square mask, shape of the rows only", "unknown")
def wrong_shape(A, keep_prob, rng):
    D = rng.random((A.shape[0], A.shape[0])) < keep_prob
    return A * D / keep_prob, D


@verdict("right", "one mask for all examples", says="Not wrong, only different")
def right_one_mask(A, keep_prob, rng):
    D = np.zeros_like(A)
    D[:] = (rng.random(A.shape[0]) < keep_prob)[:, None]
    return A * D / keep_prob, D


@verdict(
    "mask read off from the zeros (silent units count as off)",
    "mask guessed from A_drop",
    says="A kept unit whose A is 0 has A_drop = 0 too",
)
def wrong_mask_from_zeros(A, keep_prob, rng):
    A_drop = A * (rng.random(A.shape) < keep_prob) / keep_prob
    D = A_drop != 0
    return A_drop, D


@verdict("float16", "rounded")
def wrong_float16(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return (A * D / keep_prob).astype("float16"), D


@verdict("a dictionary", "unknown", says="You return one dict; return two")
def wrong_dictionary(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return {"A_drop": A * D / keep_prob, "D": D}


@verdict("paired units", "dependent switches")
def wrong_paired_units(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    D[1::2] = D[: A.shape[0] // 2 * 2 : 2]
    return A * D / keep_prob, D


@verdict("global state, not rng", "rng not used", says="Twice the same rng")
def wrong_global(A, keep_prob, rng):
    D = np.random.rand(*A.shape) < keep_prob
    return A * D / keep_prob, D


# -- By somebody else ------------------------------------------------------------------------------


@verdict("right")
def as_numbers(A, keep_prob, rng):
    D = (rng.random(A.shape) < keep_prob).astype(A.dtype)
    A_drop = np.multiply(A, D)
    A_drop = A_drop / keep_prob
    return A_drop, D


@verdict("right")
def rows(A, keep_prob, rng):
    units, m = A.shape
    D = np.array([rng.random(m) < keep_prob for _ in range(units)])
    return np.where(D, A, 0) / keep_prob, D


@verdict("right")
def listed(A, keep_prob, rng):
    mask = rng.uniform(size=A.shape) <= keep_prob
    dropped = A.copy()
    dropped[~mask] = 0
    return [dropped * (1 / keep_prob), mask]


@verdict("fresh mask returned", "fresh mask")
def second_draw(A, keep_prob, rng):
    A_drop = A * (rng.random(A.shape) < keep_prob) / keep_prob
    D = rng.random(A.shape) < keep_prob
    return A_drop, D


@verdict("D and A_drop swapped", "wrong order")
def swapped(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = A * D / keep_prob
    return D, A_drop


@verdict("no scale", "no scale", "no scale at all")
def no_scale(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A_drop = A * D
    return A_drop, D


@verdict("randn")
def normal(A, keep_prob, rng):
    D = rng.normal(size=A.shape) < keep_prob
    A_drop = A * D / keep_prob
    return A_drop, D


@verdict("A overwritten", "unknown")
def in_place(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A *= D
    A /= keep_prob
    return A, D


# -- Ours ------------------------------------------------------------------------------------------


def forward_of(sample, through=lambda A, D, k: A * D / k, order=1):
    """A whole forward dropout: how D is drawn, how it is used, and which of the two is returned first."""

    def my_forward(A, keep_prob, rng):
        D = sample(A.shape, keep_prob, rng)
        return (through(A, D, keep_prob), D)[::order]

    return my_forward


def coins(shape, keep_prob, rng):
    return rng.random(shape) < keep_prob


def shared(shape, keep_prob, rng):
    return rng.random((shape[0], 1)) < keep_prob


@verdict(
    "guessed, the mask first",
    "mask guessed from A_drop",
    says=("'mask guessed from A_drop' and 'wrong order'", "`return A_drop, D`"),
)
def guesses(A, keep_prob, rng):
    A_drop = A * coins(A.shape, keep_prob, rng) / keep_prob
    return A_drop != 0, A_drop


# fmt: off
verdict("right", "one mask for all examples", says="Not wrong, only different")(forward_of(shared))
verdict("wrong scale")(forward_of(coins, lambda A, D, k: A * D / (1 - k)))
verdict("shared, no scale", "no scale at all", says="'no scale at all' and 'one mask for all examples'")(
    forward_of(shared, lambda A, D, k: A * D)
)
verdict("shared, wrong scale", "wrong scale", says="'wrong scale' and 'one mask for all examples'")(
    forward_of(shared, lambda A, D, k: A * D / (1 - k))
)
verdict("randn, and what nobody knows", "randn", says=(
    "'randn' and 'unknown'", "None of the mistakes I know gives your numbers",
))(forward_of(lambda s, k, rng: rng.standard_normal(s) < k, lambda A, D, k: A * D / k + 0.25))
verdict("what nobody knows", "unknown", says=("your A_drop", "true A_drop"))(
    forward_of(coins, lambda A, D, k: A * D / k + 0.25)
)
verdict("another language", "flipped comparison", says=(
    "'flipped comparison' and 'wrong scale'",
    "you use keep_prob as the probability of dropping.",
))(forward_of(lambda s, k, rng: rng.random(s) > k, lambda A, D, k: A * D / (1 - k)))
verdict("randn, the mask first", "randn", says=("'randn' and 'wrong order'", "`return A_drop, D`"))(
    forward_of(lambda s, k, rng: rng.standard_normal(s) < k, order=-1)
)
verdict("all zero", "unknown", says="your A_drop")(forward_of(coins, lambda A, D, k: 0 * A))
verdict("the mask for A_drop", "unknown", says="your A_drop")(forward_of(coins, lambda A, D, k: D))
verdict("a seed that depends on the shape", "seed inside forward")(
    lambda A, k, rng: forward_of(coins)(A, k, np.random.default_rng(A.shape[0]))
)
verdict("no switch ever open", "neither", says="No switch is ever open")(forward_of(lambda s, k, rng: np.ones(s) > 0, lambda A, D, k: A))
verdict("a number", "unknown", says="You return one int; return two")(lambda A, k, rng: 3)
verdict("three", "unknown", says="You return 3 things; return two")(lambda A, k, rng: (A, A > 0, k))
verdict("a pair of None", "unknown", says="returns nothing")(lambda A, k, rng: (None, None))
verdict("a pair of stubs", "unknown", says="Replace the ...")(lambda A, k, rng: (..., ...))
verdict("a pair of words", "unknown", says="returns a str; it should return one array, D")(lambda A, k, rng: ("A", "D"))
verdict("A_drop transposed", "unknown", says="Your A_drop has shape (1, 2); A has (2, 1)")(
    forward_of(coins, lambda A, D, k: A.T)
)
verdict("D transposed", "unknown", says="has shape (40, 100)")(lambda A, k, rng: (A, coins(A.T.shape, k, rng)))
