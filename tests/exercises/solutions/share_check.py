"""Learners' checks of a sampler: check_share_check."""

import math

import numpy as np

from . import verdict


@verdict("right")
def right_plain(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


@verdict("right")
def right_four(sample, keep_prob, rng):
    n = 40_000
    kept = np.count_nonzero(sample((n, 1), keep_prob, rng))
    deviation = math.sqrt(keep_prob * (1 - keep_prob) / n)
    return bool(abs(kept / n - keep_prob) <= 4.5 * deviation)


@verdict("right")
def right_many_draws(sample, keep_prob, rng):
    shares = [np.mean(sample((20, 10), keep_prob, rng)) for _ in range(200)]
    n = 200 * 200
    return np.abs(np.mean(shares) - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


@verdict("right")
def right_if_else(sample, keep_prob, rng):
    D = sample((100_000, 1), keep_prob, rng)
    z = (np.sum(D) - D.size * keep_prob) / np.sqrt(D.size * keep_prob * (1 - keep_prob))
    if z > 5 or z < -5:
        return False
    return True


@verdict("right")
def right_fixed_tolerance(sample, keep_prob, rng):
    D = sample((200_000, 1), keep_prob, rng)
    return abs(D.mean() - keep_prob) < 0.01


@verdict("right")
def right_interval(sample, keep_prob, rng):
    n = 20_000
    sd = (keep_prob * (1 - keep_prob) / n) ** 0.5
    low, high = keep_prob - 5 * sd, keep_prob + 5 * sd
    return low < sample((n, 1), keep_prob, rng).sum() / n < high


@verdict("right")
def right_hoeffding(sample, keep_prob, rng):
    n = 100_000
    bound = math.sqrt(math.log(2 / 1e-6) / (2 * n))
    return math.isclose(sample((n, 1), keep_prob, rng).mean(), keep_prob, rel_tol=0, abs_tol=bound)


@verdict("right")
def right_chi(sample, keep_prob, rng):
    n = 50_000
    kept = int((sample((n, 1), keep_prob, rng) != 0).sum())
    expected = np.array([n * keep_prob, n * (1 - keep_prob)])
    seen = np.array([kept, n - kept])
    return np.sum((seen - expected) ** 2 / expected) < 25


@verdict("says yes to everything", "always yes", says="says yes to everything")
def wrong_always_true(sample, keep_prob, rng):
    return True


@verdict("says no to everything", "always no", says="says no to everything")
def wrong_always_false(sample, keep_prob, rng):
    return False


@verdict("exactly equal", "always no")
def wrong_equal(sample, keep_prob, rng):
    return sample((10_000, 1), keep_prob, rng).mean() == keep_prob


@verdict("too strict, one deviation", "false alarms", says="allow for chance. The sd of the share")
def wrong_one_deviation(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < np.sqrt(keep_prob * (1 - keep_prob) / n)


# Strict, and good enough: five false alarms in a hundred are what many a textbook allows.
@verdict("right")
def wrong_two_deviations(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 2 * np.sqrt(keep_prob * (1 - keep_prob) / n)


@verdict("too loose, 0.5", "randn passes", says="'flipped comparison' pass at keep_prob 0.7")
def wrong_loose(sample, keep_prob, rng):
    return abs(sample((1000, 1), keep_prob, rng).mean() - keep_prob) < 0.5


@verdict("too few draws", "randn passes", says="draw more switches")
def wrong_few(sample, keep_prob, rng):
    n = 10
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


@verdict(
    "abs is missing",
    "randn passes",
    says=(
        "'randn' pass at keep_prob 0.9",
        "'flipped comparison' pass at keep_prob 0.7 in 25 of 25 runs, where the share kept is 30%: a share",
        "compare abs(share - keep_prob)",
    ),
)
def wrong_no_abs(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return share - keep_prob < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


@verdict("answer inverted", "the other way around", says="the other way around")
def wrong_inverted(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) > 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


@verdict("compared with 1 - keep_prob", "flipped comparison passes", "false alarms", "unknown")
def wrong_one_minus(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - (1 - keep_prob)) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


@verdict(
    "square root is missing (too strict)",
    "false alarms",
    says="raises a false alarm on the right masks in 97 of 100",
)
def wrong_no_root(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 5 * keep_prob * (1 - keep_prob) / n


@verdict("deviation of one draw (too loose)", "always yes")
def wrong_no_n(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob))


@verdict("does not use sample", "always yes", "sample not used")
def wrong_own_mask(sample, keep_prob, rng):
    n = 10_000
    share = (rng.random((n, 1)) < keep_prob).mean()
    return abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


@verdict("returns a number, the share", "unknown", says="returns a number, not True or False")
def wrong_share(sample, keep_prob, rng):
    return sample((10_000, 1), keep_prob, rng).mean()


@verdict("returns nothing", "unknown")
def wrong_prints(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    print(abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n))


@verdict("returns text", "unknown")
def wrong_text(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    ok = abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)
    return "right" if ok else "wrong"


@verdict(
    "compares the spread only (misses a flipped comparison)",
    "flipped comparison passes",
    says="'flipped comparison' pass at keep_prob 0.2 in 2",
)
def wrong_spread(sample, keep_prob, rng):
    D = sample((100_000, 1), keep_prob, rng).astype(float)
    return abs(D.std() - np.sqrt(keep_prob * (1 - keep_prob))) < 0.01


@verdict("raises instead of answering", "unknown")
def wrong_asserts(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    assert abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)
    return True


@verdict("hard-coded keep_prob", "unknown", "keep_prob not used")
def wrong_hard_coded(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), 0.8, rng).mean()
    return abs(share - 0.8) < 5 * np.sqrt(0.8 * 0.2 / n)


@verdict("right")
def right_three(sample, keep_prob, rng):
    n = 100_000
    z = (sample((n, 1), keep_prob, rng).mean() - keep_prob) / (
        keep_prob * (1 - keep_prob) / n
    ) ** 0.5
    return bool(-3.5 < z < 3.5)


@verdict(
    "tries until it fits",
    "randn passes",
    says="'randn' pass at keep_prob 0.7 in 25 of 25 runs, where the share kept is 75.8%: draw more switches, or allow less",
)
def wrong_tries(sample, keep_prob, rng):
    n = 100
    for _ in range(1000):
        share = sample((n, 1), keep_prob, rng).mean()
        if abs(share - keep_prob) < 0.02:
            return True
    return False


# -- By somebody else ------------------------------------------------------------------------------


@verdict("right")
def deviations(sample, keep_prob, rng):
    n = 100_000
    kept = np.sum(sample((n, 1), keep_prob, rng))
    sd = np.sqrt(n * keep_prob * (1 - keep_prob))
    z = (kept - n * keep_prob) / sd
    return bool(-5 < z < 5)


@verdict("right")
def square(sample, keep_prob, rng):
    D = sample((200, 200), keep_prob, rng)
    return np.abs(D.mean() - keep_prob) < 0.02


@verdict("right")
def in_rounds(sample, keep_prob, rng):
    shares = []
    for _ in range(100):
        shares.append(sample((20, 10), keep_prob, rng).mean())
    spread = np.sqrt(keep_prob * (1 - keep_prob) / 20_000)
    if abs(np.mean(shares) - keep_prob) > 5 * spread:
        return False
    return True


@verdict("only one side is looked at", "randn passes", "flipped comparison passes")
def one_side(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return share - keep_prob < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


@verdict("too few draws", "randn passes", "flipped comparison passes")
def few(sample, keep_prob, rng):
    n = 10
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


@verdict("no allowance for chance", "always no", "false alarms")
def equal(sample, keep_prob, rng):
    share = sample((1000, 10), keep_prob, rng).mean()
    return share == keep_prob


@verdict("True and False swapped", "the other way around")
def upside_down(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) > 5 * np.sqrt(keep_prob * (1 - keep_prob) / n)


@verdict("the square root forgotten, far too strict", "false alarms", "always no")
def no_root(sample, keep_prob, rng):
    n = 10_000
    share = sample((n, 1), keep_prob, rng).mean()
    return abs(share - keep_prob) < 5 * keep_prob * (1 - keep_prob) / n


# -- Ours ------------------------------------------------------------------------------------------

# fmt: off
verdict("right")(lambda sample, k, rng: np.array(right_plain(sample, k, rng)))
verdict("right")(lambda sample, k, rng: np.array([right_plain(sample, k, rng)]))
verdict("only from above", "randn passes", says="compare abs(share - keep_prob)")(
    lambda sample, k, rng: sample((100, 100), k, rng).mean() > k - 0.02
)
verdict("much too far", "randn passes", says="'flipped comparison' pass at keep_prob 0.2")(
    lambda sample, k, rng: abs(sample((100, 100), k, rng).mean() - k) < 0.7
)
verdict("by lot", "randn passes", says=("'randn'", "'flipped comparison'", "draw more switches", "false alarm"))(
    lambda sample, k, rng: rng.random() < 0.5
)
# It lets every wrong mask pass, and many a right one.
verdict("farther than half a deviation", "randn passes", says="'randn'")(
    lambda sample, k, rng: abs(sample((10_000, 1), k, rng).mean() - k) >= 0.5 * math.sqrt(k * (1 - k) / 10_000)
)
verdict("a number for keep_prob", "keep_prob not used")(
    lambda sample, k, rng: abs(sample((100, 100), k, rng).mean() - 0.8) < 0.02
)
verdict("1 for True", "unknown", says="returns a number, not True or False")(lambda sample, k, rng: 1)
verdict("an array", "unknown", says="returns an array, not True or False")(lambda sample, k, rng: sample((9, 9), k, rng) == k)
verdict("the wrong order", "unknown", says="keep_prob must be a number")(lambda sample, k, rng: sample(k, (9, 9), rng))
