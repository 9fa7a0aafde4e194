"""A learner's masks, for check_mask."""

import numpy as np

from . import verdict

_first = {}


@verdict("right")
def right_plain(shape, keep_prob, rng):
    return rng.random(shape) < keep_prob


@verdict("right", says="your D is int64, not boolean")
def right_at_most(shape, keep_prob, rng):
    D = rng.uniform(0, 1, size=shape)
    D = (D <= keep_prob).astype(int)
    return D


@verdict("right")
def right_above_one_minus(shape, keep_prob, rng):
    return rng.random(shape) > 1 - keep_prob


@verdict("right")
def right_binomial(shape, keep_prob, rng):
    return rng.binomial(1, keep_prob, shape)


@verdict("right")
def right_choice(shape, keep_prob, rng):
    return rng.choice([True, False], size=shape, p=[keep_prob, 1 - keep_prob])


@verdict("right")
def right_loop(shape, keep_prob, rng):
    D = np.zeros(shape)
    for index in np.ndindex(*shape):
        if rng.random() < keep_prob:
            D[index] = 1
    return D


@verdict("right", says="your D is float64, not boolean")
def right_floor(shape, keep_prob, rng):
    return np.floor(rng.random(shape) + keep_prob)


@verdict("right")
def right_not_dropped(shape, keep_prob, rng):
    dropped = rng.random(shape) >= keep_prob
    return np.logical_not(dropped)


@verdict("right")
def right_geometric(shape, keep_prob, rng):
    # the first throw succeeds with probability keep_prob
    return rng.geometric(keep_prob, shape) == 1


@verdict("right")
def right_float32_reshaped(shape, keep_prob, rng):
    u = rng.random(int(np.prod(shape)), dtype=np.float32).reshape(shape)
    return np.where(u < keep_prob, 1.0, 0.0)


@verdict("right")
def right_exponential(shape, keep_prob, rng):
    return rng.exponential(size=shape) > -np.log(keep_prob)


@verdict("randn", says="of 24,000 switches, by keep_prob: 58% at 0.2, 69% at 0.5")
def wrong_randn(shape, keep_prob, rng):
    return rng.standard_normal(shape) < keep_prob


@verdict("randn", says="'randn' and 'not boolean'")
def wrong_randn_normal(shape, keep_prob, rng):
    D = rng.normal(0, 1, shape)
    D = (D < keep_prob).astype(float)
    return D


@verdict("flipped comparison")
def wrong_flipped(shape, keep_prob, rng):
    return rng.random(shape) > keep_prob


@verdict(
    "keep_prob and 1 - keep_prob swapped = flipped comparison",
    "flipped comparison",
    says="'flipped comparison' and 'not boolean'",
)
def wrong_swapped(shape, keep_prob, rng):
    return rng.binomial(1, 1 - keep_prob, shape)


@verdict("right", "one mask for all examples", says="✓ One switch per unit. Not wrong")
def right_one_column(shape, keep_prob, rng):
    column = rng.random((shape[0], 1)) < keep_prob
    return np.repeat(column, shape[1], axis=1)


@verdict("one mask for all units", "one switch per example", says="one switch per example")
def wrong_one_row(shape, keep_prob, rng):
    row = rng.random(shape[1]) < keep_prob
    return np.tile(row, (shape[0], 1))


@verdict("one coin for everything", "one switch", says="One single switch turns")
def wrong_one_coin(shape, keep_prob, rng):
    return np.full(shape, rng.random() < keep_prob)


@verdict("exact count", "exact share", says="keeps exactly 2000 of 4000 switches")
def wrong_exact_count(shape, keep_prob, rng):
    n = int(np.prod(shape))
    D = np.zeros(n, dtype=bool)
    D[: round(keep_prob * n)] = True
    rng.shuffle(D)
    return D.reshape(shape)


@verdict("hard-coded keep_prob", "keep_prob not used", says="Do you use keep_prob?")
def wrong_hard_coded(shape, keep_prob, rng):
    return rng.random(shape) < 0.8


@verdict("hard-coded shape", "unknown")
def wrong_shape(shape, keep_prob, rng):
    return rng.random((4, 5)) < keep_prob


@verdict("the same mask every time (seeded)", "seed inside forward")
def wrong_seeded(shape, keep_prob, rng):
    rng = np.random.default_rng(1)
    return rng.random(shape) < keep_prob


@verdict("global state, not rng", "rng not used", says="gave two different masks")
def wrong_global(shape, keep_prob, rng):
    return np.random.rand(*shape) < keep_prob


@verdict("scaled mask", "scale inside the mask", says="the scale is in it already")
def wrong_scaled(shape, keep_prob, rng):
    return (rng.random(shape) < keep_prob) / keep_prob


@verdict("no comparison", "unknown", says="Did you leave out the comparison")
def wrong_no_comparison(shape, keep_prob, rng):
    return rng.random(shape) * keep_prob


@verdict("antithetic", "dependent switches", says="examples 0 and 20 never agree")
def wrong_antithetic(shape, keep_prob, rng):
    u = rng.random(shape)
    half = shape[1] // 2
    u[:, half : 2 * half] = 1 - u[:, :half]
    return u < keep_prob


@verdict(
    "at least one kept in each column",
    "dependent switches",
    says="with 2 units and keep_prob 0.2 your masks keep 5",
)
def wrong_never_empty(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    for j in range(shape[1]):
        while not D[:, j].any():
            D[:, j] = rng.random(shape[0]) < keep_prob
    return D


@verdict(
    "the first mask is kept for ever",
    "seed inside forward",
    says="'seed inside forward' and 'keep_prob not used'",
)
def wrong_cached(shape, keep_prob, rng):
    if shape not in _first:
        _first[shape] = rng.random(shape) < keep_prob
    return _first[shape]


@verdict("uniform from -1 to 1", "wrong share", says="It should be keep_prob.")
def wrong_minus_one(shape, keep_prob, rng):
    return rng.uniform(-1, 1, shape) < keep_prob


@verdict("transposed", "unknown", says="has shape (40, 100); it should be (100, 40)")
def wrong_transposed(shape, keep_prob, rng):
    return (rng.random(shape) < keep_prob).T


@verdict("share off by 0.03", "wrong share")
def wrong_slightly_more(shape, keep_prob, rng):
    return rng.random(shape) < keep_prob + 0.03


@verdict("paired examples", "dependent switches", says="examples 0 and 1 always agree")
def wrong_paired(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    D[:, 1::2] = D[:, : shape[1] // 2 * 2 : 2]
    return D


@verdict("one row, shifted from unit to unit", "dependent switches")
def wrong_shifted(shape, keep_prob, rng):
    row = rng.random(shape[1]) < keep_prob
    return np.array([np.roll(row, i) for i in range(shape[0])])


@verdict("the first unit is always kept", "uneven", says="keep unit 0 in 100% of its draws")
def wrong_first_kept(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    D[0, :] = True
    return D


@verdict("draws until the count is exact", "exact share")
def wrong_until_exact(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    while D.mean() != keep_prob:
        D = rng.random(shape) < keep_prob
    return D


@verdict("paired units", "dependent switches", says="units 0 and 50 always agree")
def wrong_paired_units(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    half = shape[0] // 2
    D[half : 2 * half] = D[:half]
    return D


@verdict("antithetic units", "dependent switches", says="units 0 and 50 never agree")
def wrong_antithetic_units(shape, keep_prob, rng):
    U = rng.random(shape)
    half = shape[0] // 2
    U[half : 2 * half] = 1 - U[:half]
    return U < keep_prob


@verdict("exact count in each example", "exact share")
def wrong_exact_per_example(shape, keep_prob, rng):
    n = round(keep_prob * shape[0])
    order = np.argsort(rng.random(shape), axis=0).argsort(axis=0)
    return order < n


@verdict(
    "a sum of two random numbers, modulo 1 (independent in pairs only)",
    "dependent switches",
    says="agree in 84% of all cases",
)
def wrong_pairwise(shape, keep_prob, rng):
    U = rng.random((shape[0], 1)) + rng.random((1, shape[1]))
    return U % 1 < keep_prob


@verdict("systematic sampling", "exact share")
def wrong_systematic(shape, keep_prob, rng):
    n = shape[0]
    U = (np.arange(n)[:, None] + rng.random((1, shape[1]))) / n
    return rng.permuted(U, axis=0) < keep_prob


@verdict(
    "every second call repeats the mask of the first",
    "dependent switches",
    says="masks 0 and 1, each from a generator of its own, always agree",
)
def wrong_alternating(shape, keep_prob, rng):
    if "last" in _first and _first["last"].shape == shape:
        return _first.pop("last")
    _first["last"] = rng.random(shape) < keep_prob
    return _first["last"].copy()


# -- By somebody else ------------------------------------------------------------------------------


@verdict("right")
def uniform(shape, keep_prob, rng):
    return rng.uniform(0, 1, size=shape) < keep_prob


@verdict("right")
def coin(shape, keep_prob, rng):
    D = rng.binomial(1, keep_prob, size=shape)
    return D


@verdict("right")
def other_end(shape, keep_prob, rng):
    D = rng.random(shape) > 1 - keep_prob
    return D.astype(float)


@verdict("right")
def choose(shape, keep_prob, rng):
    return rng.choice([True, False], size=shape, p=[keep_prob, 1 - keep_prob])


@verdict("randn", says="'randn' and 'not boolean'")
def normal(shape, keep_prob, rng):
    D = rng.standard_normal(shape)
    D = D < keep_prob
    return D.astype(int)


@verdict("flipped comparison", says="'flipped comparison' and 'not boolean'")
def backwards(shape, keep_prob, rng):
    r = rng.random(shape)
    D = np.ones(shape)
    D[r < keep_prob] = 0
    return D


@verdict("right", "one mask for all examples")
def one_column(shape, keep_prob, rng):
    column = rng.random((shape[0], 1)) < keep_prob
    return np.repeat(column, shape[1], axis=1)


@verdict("a seed inside", "seed inside forward")
def seeded(shape, keep_prob, rng):
    rng = np.random.default_rng(1)
    D = rng.random(shape) < keep_prob
    return D


@verdict("an exact share instead of coins", "exact share")
def exact_share(shape, keep_prob, rng):
    n = int(np.prod(shape))
    kept = round(keep_prob * n)
    D = np.zeros(n, dtype=bool)
    D[rng.permutation(n)[:kept]] = True
    return D.reshape(shape)


@verdict("the mask scaled already", "scale inside the mask")
def scaled(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    return D / keep_prob


# -- Ours ------------------------------------------------------------------------------------------

_buffers = {}


@verdict("right")
def one_buffer_for_all(shape, keep_prob, rng):
    buffer = _buffers.setdefault(shape, np.empty(shape, dtype=bool))
    buffer[:] = rng.random(shape) < keep_prob
    return buffer


@verdict(
    "mirrored",
    "dependent switches",
    says="switches 0 and 3999 of a mask, counted row by row, never agree",
)
def mirrored(shape, keep_prob, rng):
    half = rng.random(shape[0] * shape[1] // 2)
    return np.concatenate([half, 1 - half[::-1]]).reshape(shape) < keep_prob


def shared(shape, keep_prob, rng):
    return rng.random((shape[0], 1)) < keep_prob


# fmt: off
verdict("right")(lambda s, k, rng: (rng.random(s[::-1]) < k).T)
verdict("right", says="your D is uint8, not boolean")(lambda s, k, rng: (rng.random(s) < k).astype(np.uint8))
verdict("right", says="your D is a list, not an array of booleans")(lambda s, k, rng: (rng.random(s) < k).tolist())
verdict("right", "one mask for all examples")(shared)
verdict("the first units", "seed inside forward", says="'seed inside forward' and 'one mask for all examples'")(
    lambda s, k, rng: np.arange(s[0] * s[1]).reshape(s) < k * s[0] * s[1]
)
# This one keeps a share so far from keep_prob that many masks would not be forgiven it.
verdict("an unlucky seed", "seed inside forward")(lambda s, k, rng: np.random.default_rng(2071).random(s) < k)
verdict("randn, flipped", "randn", says="'randn' and 'flipped comparison'")(
    lambda s, k, rng: rng.standard_normal(s) > k
)
verdict("randn, seeded", "seed inside forward", says="'seed inside forward' and 'randn'")(
    lambda s, k, rng: np.random.default_rng(1).standard_normal(s) < k
)
verdict("flipped, shared", "flipped comparison", says="'flipped comparison' and 'one mask for all examples'")(
    lambda s, k, rng: rng.random((s[0], 1)) > k
)
verdict("randn, scaled", "randn", says="'randn' and 'scale inside the mask'")(
    lambda s, k, rng: (rng.standard_normal(s) < k) / k
)
verdict("seeded, shared", "seed inside forward", says="'seed inside forward' and 'one mask for all examples'")(
    lambda s, k, rng: shared(s, k, np.random.default_rng(1))
)
verdict("randn, from elsewhere", "randn", says=(
    "'randn' and 'rng not used'", "rng.random(shape), so that a run can be repeated",
))(lambda s, k, rng: np.random.standard_normal(s) < k)
verdict("probabilities", "unknown", says="holds numbers like +0.20")(lambda s, k, rng: np.full(s, k))
verdict("minus one", "unknown", says="numbers like −1;")(lambda s, k, rng: np.where(rng.random(s) < k, 1, -1))
verdict("flat", "unknown", says="has shape (100,); it should be (100, 40)")(lambda s, k, rng: rng.random(s[0]) < k)
verdict("one row", "unknown", says="Your D has shape (1, 40)")(lambda s, k, rng: rng.random((1, s[1])) < k)
verdict("all on", "no coin", says="is closed: nothing is ever off")(lambda s, k, rng: np.ones(s, dtype=bool))
verdict("all off", "no coin", says="is open: nothing is ever kept")(lambda s, k, rng: np.zeros(s))
verdict("one example never", "uneven", says="keep example 0 in 0% of its draws")(
    lambda s, k, rng: (rng.random(s) < k) & (np.arange(s[1]) > 0)
)
verdict("a row again and again", "dependent switches", says="counted row by row")(
    lambda s, k, rng: np.resize(rng.random(1999), s) < k
)
