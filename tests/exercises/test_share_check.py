"""A check of something random must forgive chance and nothing else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.exercises.share_check import KEEP_PROBS, KEPT, check_share_check


@given(st.integers(0, 2**32), st.sampled_from([2, 3, 4]))
def test_a_good_check_is_accepted_whatever_it_draws(salt, sds):
    def salted(sample, keep_prob, rng):
        share = sample(
            (10_000, 1), keep_prob, np.random.default_rng([salt, rng.integers(2**60)])
        ).mean()
        return abs(share - keep_prob) < sds * np.sqrt(keep_prob * (1 - keep_prob) / 10_000)

    assert check_share_check(salted).ok


def test_the_shares_in_the_messages_are_those_of_the_slips():
    rng = np.random.default_rng(0)
    for name, law in KEPT.items():
        for k in KEEP_PROBS[name]:
            assert abs(BUGS[name].sample((1000, 1000), k, rng).mean() - law(k)) < 0.002
