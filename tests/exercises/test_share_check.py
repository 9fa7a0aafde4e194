"""A check of something random must forgive chance and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.exercises.share_check import KEEP_PROBS, KEPT, check_share_check


def within(sds, n):
    def my_check(sample, keep_prob, rng):
        share = sample((n, 1), keep_prob, rng).mean()
        return abs(share - keep_prob) < sds * np.sqrt(keep_prob * (1 - keep_prob) / n)

    return my_check


def many_small_masks(sample, keep_prob, rng):
    shares = [np.mean(sample((20, 5), keep_prob, rng)) for _ in range(100)]
    return bool(abs(np.mean(shares) - keep_prob) < 0.02)


RIGHT = {
    "three sd": within(3, 10_000),
    "four sd": within(4, 10_000),
    "two sd": within(2, 10_000),
    "a fixed distance": lambda s, k, rng: abs(s((100, 100), k, rng).mean() - k) < 0.025,
    "many small masks": many_small_masks,
    "np.isclose": lambda s, k, rng: np.isclose(s((200, 100), k, rng).mean(), k, rtol=0, atol=0.02),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_good_check_is_accepted(name):
    feedback = check_share_check(RIGHT[name])
    assert feedback.ok, feedback.message
    assert feedback.message.startswith("✓ Right")


@given(st.integers(0, 2**32), st.sampled_from([2, 3, 4]))
def test_a_good_check_is_accepted_whatever_it_draws(salt, sds):
    def salted(sample, keep_prob, rng):
        mixed = np.random.default_rng([salt, rng.integers(2**60)])
        return within(sds, 10_000)(sample, keep_prob, mixed)

    assert check_share_check(salted).ok


def from_below(sample, keep_prob, rng):
    return sample((100, 100), keep_prob, rng).mean() < keep_prob + 0.02


def either_end(sample, keep_prob, rng):
    return abs(abs(sample((100, 100), keep_prob, rng).mean() - 0.5) - abs(keep_prob - 0.5)) < 0.02


def from_above(sample, keep_prob, rng):
    return sample((100, 100), keep_prob, rng).mean() > keep_prob - 0.02


WRONG = {
    "yes": (lambda *_: True, "says yes to everything"),
    "no": (lambda *_: False, "says no to everything"),
    "the other way around": (lambda *args: not within(3, 10_000)(*args), "the other way around"),
    "exactly": (
        lambda s, k, rng: s((50, 50), k, rng).mean() == k,
        "raises a false alarm on the right masks in 9",
    ),
    "one sd": (within(1, 10_000), "allow for chance. The sd of the share"),
    "too few switches": (within(3, 100), "lets masks of the kind 'randn' pass at keep_prob 0.7"),
    "too far": (
        lambda s, k, rng: abs(s((100, 100), k, rng).mean() - k) < 0.15,
        "in 25 of 25 runs, where the share kept is 75.8%: draw more switches, or allow less",
    ),
    "much too far": (
        lambda s, k, rng: abs(s((100, 100), k, rng).mean() - k) < 0.5,
        "'flipped comparison' pass at keep_prob 0.7",
    ),
    "very much too far": (
        lambda s, k, rng: abs(s((100, 100), k, rng).mean() - k) < 0.7,
        "'flipped comparison' pass at keep_prob 0.2",
    ),
    "either end": (either_end, "'flipped comparison' pass at keep_prob 0.2 in 2"),
    "from below": (
        from_below,
        "'flipped comparison' pass at keep_prob 0.7 in 25 of 25 runs, where",
    ),
    "from above": (from_above, "compare abs(share - keep_prob)"),
    "a share": (lambda s, k, rng: s((9, 9), k, rng).mean(), "returns a number, not True or False"),
    "1 for True": (lambda s, k, rng: 1, "returns a number, not True or False"),
    "an array": (lambda s, k, rng: s((9, 9), k, rng) == k, "returns an array, not True or False"),
    "the wrong order": (lambda s, k, rng: s(k, (9, 9), rng), "keep_prob must be a number"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_check_is_said_in_words(name):
    my_check, words = WRONG[name]
    feedback = check_share_check(my_check)
    assert not feedback.ok
    assert feedback.message.startswith("✗ ")
    assert words in feedback.message


def test_false_alarms_and_slips_that_pass_are_both_said():
    message = check_share_check(lambda s, k, rng: rng.random() < 0.5).message
    assert "false alarm" in message
    assert "'randn'" in message
    assert "'flipped comparison'" in message
    assert "draw more switches" in message


def test_passing_every_wrong_mask_and_many_right_ones_is_not_the_other_way_round():
    half_an_sd = within(0.5, 10_000)
    message = check_share_check(lambda *args: not half_an_sd(*args)).message
    assert "other way round" not in message
    assert "'randn'" in message


NAMES = {
    "yes": "always yes",
    "no": "always no",
    "the other way around": "the other way around",
    "exactly": "false alarms",
    "too far": "randn passes",
    "very much too far": "randn passes",
    "either end": "flipped comparison passes",
    "a share": "unknown",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_slip_has_a_name(name):
    assert check_share_check(WRONG[name][0]).bug == NAMES[name]


def test_a_one_sided_check_is_told_so_and_a_far_one_is_not():
    for one_sided in (from_below, from_above):
        assert "draw more switches" not in check_share_check(one_sided).message
    assert "abs(share" in check_share_check(from_below).message
    assert "abs(share" in check_share_check(from_above).message
    for name in ("too far", "much too far", "very much too far", "too few switches"):
        assert "abs(share" not in check_share_check(WRONG[name][0]).message


def test_the_shares_in_the_messages_are_those_of_the_slips():
    rng = np.random.default_rng(0)
    for name, law in KEPT.items():
        for k in KEEP_PROBS[name]:
            assert abs(BUGS[name].sample((1000, 1000), k, rng).mean() - law(k)) < 0.002


def test_one_boolean_in_an_array_is_an_answer():
    assert check_share_check(lambda *args: np.array(within(3, 10_000)(*args))).ok
    assert check_share_check(lambda *args: np.array([within(3, 10_000)(*args)])).ok


def test_a_number_for_keep_prob_is_told_and_a_check_by_lot_is_not_told_so():
    blind = check_share_check(lambda s, k, rng: abs(s((100, 100), k, rng).mean() - 0.8) < 0.02)
    assert (blind.ok, blind.bug) == (False, "keep_prob not used")
    assert check_share_check(lambda s, k, rng: rng.random() < 0.5).bug != "keep_prob not used"
