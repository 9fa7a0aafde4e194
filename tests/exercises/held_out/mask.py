"""A learner's masks, for check_mask."""

import numpy as np

_first = {}


#: right
def right_plain(shape, keep_prob, rng):
    return rng.random(shape) < keep_prob


#: right
def right_at_most(shape, keep_prob, rng):
    D = rng.uniform(0, 1, size=shape)
    D = (D <= keep_prob).astype(int)
    return D


#: right
def right_above_one_minus(shape, keep_prob, rng):
    return rng.random(shape) > 1 - keep_prob


#: right
def right_binomial(shape, keep_prob, rng):
    return rng.binomial(1, keep_prob, shape)


#: right
def right_choice(shape, keep_prob, rng):
    return rng.choice([True, False], size=shape, p=[keep_prob, 1 - keep_prob])


#: right
def right_loop(shape, keep_prob, rng):
    D = np.zeros(shape)
    for index in np.ndindex(*shape):
        if rng.random() < keep_prob:
            D[index] = 1
    return D


#: right
def right_floor(shape, keep_prob, rng):
    return np.floor(rng.random(shape) + keep_prob)


#: right
def right_not_dropped(shape, keep_prob, rng):
    dropped = rng.random(shape) >= keep_prob
    return np.logical_not(dropped)


#: right
def right_geometric(shape, keep_prob, rng):
    # the first throw succeeds with probability keep_prob
    return rng.geometric(keep_prob, shape) == 1


#: right
def right_float32_reshaped(shape, keep_prob, rng):
    u = rng.random(int(np.prod(shape)), dtype=np.float32).reshape(shape)
    return np.where(u < keep_prob, 1.0, 0.0)


#: right
def right_exponential(shape, keep_prob, rng):
    return rng.exponential(size=shape) > -np.log(keep_prob)


#: randn
def wrong_randn(shape, keep_prob, rng):
    return rng.standard_normal(shape) < keep_prob


#: randn
def wrong_randn_normal(shape, keep_prob, rng):
    D = rng.normal(0, 1, shape)
    D = (D < keep_prob).astype(float)
    return D


#: flipped comparison
def wrong_flipped(shape, keep_prob, rng):
    return rng.random(shape) > keep_prob


#: keep_prob and 1 - keep_prob swapped = flipped comparison
def wrong_swapped(shape, keep_prob, rng):
    return rng.binomial(1, 1 - keep_prob, shape)


#: right
def right_one_column(shape, keep_prob, rng):
    column = rng.random((shape[0], 1)) < keep_prob
    return np.repeat(column, shape[1], axis=1)


#: one mask for all units
def wrong_one_row(shape, keep_prob, rng):
    row = rng.random(shape[1]) < keep_prob
    return np.tile(row, (shape[0], 1))


#: one coin for everything
def wrong_one_coin(shape, keep_prob, rng):
    return np.full(shape, rng.random() < keep_prob)


#: exact count
def wrong_exact_count(shape, keep_prob, rng):
    n = int(np.prod(shape))
    D = np.zeros(n, dtype=bool)
    D[: round(keep_prob * n)] = True
    rng.shuffle(D)
    return D.reshape(shape)


#: hard-coded keep_prob
def wrong_hard_coded(shape, keep_prob, rng):
    return rng.random(shape) < 0.8


#: hard-coded shape
def wrong_shape(shape, keep_prob, rng):
    return rng.random((4, 5)) < keep_prob


#: the same mask every time (seeded)
def wrong_seeded(shape, keep_prob, rng):
    rng = np.random.default_rng(1)
    return rng.random(shape) < keep_prob


#: global state, not rng
def wrong_global(shape, keep_prob, rng):
    return np.random.rand(*shape) < keep_prob


#: scaled mask
def wrong_scaled(shape, keep_prob, rng):
    return (rng.random(shape) < keep_prob) / keep_prob


#: no comparison
def wrong_no_comparison(shape, keep_prob, rng):
    return rng.random(shape) * keep_prob


#: antithetic
def wrong_antithetic(shape, keep_prob, rng):
    u = rng.random(shape)
    half = shape[1] // 2
    u[:, half : 2 * half] = 1 - u[:, :half]
    return u < keep_prob


#: at least one kept in each column
def wrong_never_empty(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    for j in range(shape[1]):
        while not D[:, j].any():
            D[:, j] = rng.random(shape[0]) < keep_prob
    return D


#: the first mask is kept for ever
def wrong_cached(shape, keep_prob, rng):
    if shape not in _first:
        _first[shape] = rng.random(shape) < keep_prob
    return _first[shape]


#: uniform from -1 to 1
def wrong_minus_one(shape, keep_prob, rng):
    return rng.uniform(-1, 1, shape) < keep_prob


#: transposed
def wrong_transposed(shape, keep_prob, rng):
    return (rng.random(shape) < keep_prob).T


#: share off by 0.03
def wrong_slightly_more(shape, keep_prob, rng):
    return rng.random(shape) < keep_prob + 0.03


#: paired examples
def wrong_paired(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    D[:, 1::2] = D[:, : shape[1] // 2 * 2 : 2]
    return D


#: one row, shifted from unit to unit
def wrong_shifted(shape, keep_prob, rng):
    row = rng.random(shape[1]) < keep_prob
    return np.array([np.roll(row, i) for i in range(shape[0])])


#: the first unit is always kept
def wrong_first_kept(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    D[0, :] = True
    return D


#: draws until the count is exact
def wrong_until_exact(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    while D.mean() != keep_prob:
        D = rng.random(shape) < keep_prob
    return D


#: paired units
def wrong_paired_units(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    half = shape[0] // 2
    D[half : 2 * half] = D[:half]
    return D


#: antithetic units
def wrong_antithetic_units(shape, keep_prob, rng):
    U = rng.random(shape)
    half = shape[0] // 2
    U[half : 2 * half] = 1 - U[:half]
    return U < keep_prob


#: exact count in each example
def wrong_exact_per_example(shape, keep_prob, rng):
    n = round(keep_prob * shape[0])
    order = np.argsort(rng.random(shape), axis=0).argsort(axis=0)
    return order < n


#: a sum of two random numbers, modulo 1 (independent in pairs only)
def wrong_pairwise(shape, keep_prob, rng):
    U = rng.random((shape[0], 1)) + rng.random((1, shape[1]))
    return U % 1 < keep_prob


#: systematic sampling
def wrong_systematic(shape, keep_prob, rng):
    n = shape[0]
    U = (np.arange(n)[:, None] + rng.random((1, shape[1]))) / n
    return rng.permuted(U, axis=0) < keep_prob


#: every second call repeats the mask of the first
def wrong_alternating(shape, keep_prob, rng):
    if "last" in _first and _first["last"].shape == shape:
        return _first.pop("last")
    _first["last"] = rng.random(shape) < keep_prob
    return _first["last"].copy()
