"""Learners' checks of a sampler: check_share_check."""

import math

import numpy as np


#: right
def right_plain(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


#: right
def right_four(sample, keep_prob, rng):
    n = 40_000
    kept = np.count_nonzero(sample((n, 1), keep_prob, rng))
    deviation = math.sqrt(keep_prob * (1 - keep_prob) / n)
    return bool(abs(kept / n - keep_prob) <= 4.5 * deviation)


#: right
def right_many_draws(sample, keep_prob, rng):
    shares = [np.mean(sample((20, 10), keep_prob, rng)) for _ in range(200)]
    n = 200 * 200
    return np.abs(np.mean(shares) - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


#: right
def right_if_else(sample, keep_prob, rng):
    D = sample((100_000, 1), keep_prob, rng)
    z = (np.sum(D) - D.size * keep_prob) / np.sqrt(D.size * keep_prob * (1 - keep_prob))
    if z > 5 or z < -5:
        return False
    return True


#: right
def right_fixed_tolerance(sample, keep_prob, rng):
    D = sample((200_000, 1), keep_prob, rng)
    return abs(D.mean() - keep_prob) < 0.01


#: right
def right_interval(sample, keep_prob, rng):
    n = 20_000
    sd = (keep_prob * (1 - keep_prob) / n) ** 0.5
    low, high = keep_prob - 5 * sd, keep_prob + 5 * sd
    return low < sample((n, 1), keep_prob, rng).sum() / n < high


#: right
def right_hoeffding(sample, keep_prob, rng):
    n = 100_000
    bound = math.sqrt(math.log(2 / 1e-6) / (2 * n))
    return math.isclose(sample((n, 1), keep_prob, rng).mean(), keep_prob, rel_tol=0, abs_tol=bound)


#: right
def right_chi(sample, keep_prob, rng):
    n = 50_000
    kept = int((sample((n, 1), keep_prob, rng) != 0).sum())
    expected = np.array([n * keep_prob, n * (1 - keep_prob)])
    seen = np.array([kept, n - kept])
    return np.sum((seen - expected) ** 2 / expected) < 25


#: says yes to everything
def wrong_always_true(sample, keep_prob, rng):
    return True


#: says no to everything
def wrong_always_false(sample, keep_prob, rng):
    return False


#: exactly equal
def wrong_equal(sample, keep_prob, rng):
    return sample((10_000, 1), keep_prob, rng).mean() == keep_prob


#: too strict, one deviation
def wrong_one_deviation(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < np.sqrt(keep_prob * (1 - keep_prob) / n)


#: too strict, 2 deviations
def wrong_two_deviations(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 2 * np.sqrt(keep_prob * (1 - keep_prob) / n)


#: too loose, 0.5
def wrong_loose(sample, keep_prob, rng):
    return abs(sample((1000, 1), keep_prob, rng).mean() - keep_prob) < 0.5


#: too few draws
def wrong_few(sample, keep_prob, rng):
    n = 10
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


#: abs is missing
def wrong_no_abs(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return share - keep_prob < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


#: answer inverted
def wrong_inverted(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) > 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


#: compared with 1 - keep_prob
def wrong_one_minus(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - (1 - keep_prob)) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


#: square root is missing (too strict)
def wrong_no_root(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 5 * keep_prob * (1 - keep_prob) / n


#: deviation of one draw (too loose)
def wrong_no_n(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob))


#: does not use sample
def wrong_own_mask(sample, keep_prob, rng):
    n = 10_000
    share = (rng.random((n, 1)) < keep_prob).mean()
    return abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


#: returns a number, the share
def wrong_share(sample, keep_prob, rng):
    return sample((10_000, 1), keep_prob, rng).mean()


#: returns nothing
def wrong_prints(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    print(abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n))


#: returns text
def wrong_text(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    ok = abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)
    return "right" if ok else "wrong"


#: compares the spread only (misses a flipped comparison)
def wrong_spread(sample, keep_prob, rng):
    D = sample((100_000, 1), keep_prob, rng).astype(float)
    return abs(D.std() - np.sqrt(keep_prob * (1 - keep_prob))) < 0.01


#: raises instead of answering
def wrong_asserts(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    assert abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)
    return True


#: hard-coded keep_prob
def wrong_hard_coded(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), 0.8, rng).mean()
    return abs(share - 0.8) < 5 * np.sqrt(0.8 * 0.2 / n)


#: right
def right_three(sample, keep_prob, rng):
    n = 100_000
    z = (sample((n, 1), keep_prob, rng).mean() - keep_prob) / (
        keep_prob * (1 - keep_prob) / n
    ) ** 0.5
    return bool(-3.5 < z < 3.5)


#: tries until it fits
def wrong_tries(sample, keep_prob, rng):
    n = 100
    for _ in range(1000):
        share = sample((n, 1), keep_prob, rng).mean()
        if abs(share - keep_prob) < 0.02:
            return True
    return False
