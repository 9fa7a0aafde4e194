"""The exercises of notebooks 12 and 13 name the slip: at the switch, at the softmax, or in the counter."""

import numpy as np
import pytest
from numpy.random import Generator, Philox

from dropout_lab.bugs.attention import ATTENTION_BUGS
from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.exercises import check_attention, check_no_mask_kept
from dropout_lab.exercises.attention import SLOPES
from dropout_lab.experiments.attention import softmax_back


def right(dP_drop, P, D, keep_prob):
    return softmax_back(P, dP_drop * D / keep_prob)


def test_the_right_way_back_is_accepted_however_it_is_written():
    def by_hand(dP_drop, P, D, keep_prob):
        rows = []
        for p, dp in zip(P, dP_drop * D / keep_prob, strict=True):
            rows.append((np.diag(p) - np.outer(p, p)) @ dp)
        return np.array(rows)

    for function in (right, by_hand):
        assert check_attention(function).bug is None
        assert check_attention(function)


@pytest.mark.parametrize(
    "name", [n for n in BACKWARD_BUGS | ATTENTION_BUGS if n != "slope from dropped P"]
)
def test_a_slip_at_the_switch_is_named(name):
    bug = (BACKWARD_BUGS | ATTENTION_BUGS)[name]
    told = check_attention(lambda dP_drop, P, D, k: softmax_back(P, bug.backward(dP_drop, D, k)))
    assert told.bug == name
    assert repr(name) in told.message
    assert bug.explanation in told.message


@pytest.mark.parametrize("name", [name for name in SLOPES if name])
def test_a_slip_at_the_softmax_is_named(name):
    def wrong(dP_drop, P, D, keep_prob):
        at = P * D / keep_prob if name == "slope from dropped P" else P
        return SLOPES[name][0](at, dP_drop * D / keep_prob)

    told = check_attention(wrong)
    assert told.bug == name
    assert SLOPES[name][1] in told.message


def test_two_slips_at_once_are_both_named():
    told = check_attention(lambda dP_drop, P, D, k: P * dP_drop / k)
    assert told.bug == "no mask"
    assert "'no row sum'" in told.message


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda dP_drop, P, D, k: dP_drop[0], "has shape"),
        (lambda dP_drop, P, D, k: dP_drop / 0 * D, "not finite"),
        (lambda dP_drop, P, D, k: dP_drop + 1, "None of the mistakes I know"),
    ],
)
def test_what_else_goes_wrong_gets_a_sentence(function, words):
    told = check_attention(function)
    assert not told
    assert told.bug == "unknown"
    assert words in told.message


# -- No mask kept --------------------------------------------------------------------------------


def layer(mask):
    """A forward and a backward function that make their masks with mask(shape, keep_prob, seed, call)."""

    def through(values, keep_prob, seed, call):
        return values * mask(values.shape, keep_prob, seed, call) / keep_prob

    return through, through


def philox(shape, keep_prob, seed, call):
    return Generator(Philox(key=seed, counter=[0, 0, 0, call])).random(shape) < keep_prob


def sequence(shape, keep_prob, seed, call):
    return np.random.default_rng([seed, call]).random(shape) < keep_prob


LIVING = np.random.default_rng(0)
WRONG_MASKS = {
    "shifted copies": lambda shape, k, seed, call: Generator(Philox(key=seed, counter=call)).random(shape) < k,
    "seed + call": lambda shape, k, seed, call: np.random.default_rng(seed + call).random(shape) < k,
    "one mask for all calls": lambda shape, k, seed, call: np.random.default_rng(seed).random(shape) < k,
    "fresh mask": lambda shape, k, seed, call: LIVING.random(shape) < k,
    "randn": lambda shape, k, seed, call: np.random.default_rng([seed, call]).standard_normal(shape) < k,
    "flipped comparison": lambda shape, k, seed, call: ~sequence(shape, k, seed, call),
    "seed inside forward": lambda shape, k, seed, call: np.random.default_rng(call).random(shape) < k,
}  # fmt: skip


@pytest.mark.parametrize("mask", [philox, sequence])
def test_a_layer_that_keeps_no_mask_is_accepted(mask):
    told = check_no_mask_kept(*layer(mask))
    assert told.bug is None
    assert told


@pytest.mark.parametrize("name", WRONG_MASKS)
def test_masks_that_are_wrong_or_not_the_same_again_are_named(name):
    told = check_no_mask_kept(*layer(WRONG_MASKS[name]))
    assert not told
    assert told.bug == name


@pytest.mark.parametrize("name", sorted(set(BACKWARD_BUGS) - {"fresh mask"}))
def test_a_slip_on_the_way_back_is_named(name):
    def back(dA_drop, keep_prob, seed, call):
        return BACKWARD_BUGS[name].backward(dA_drop, philox(dA_drop.shape, keep_prob, seed, call), keep_prob)  # fmt: skip

    told = check_no_mask_kept(layer(philox)[0], back)
    assert told.bug == name


def test_a_way_back_with_switches_of_its_own_is_named():
    told = check_no_mask_kept(layer(philox)[0], layer(sequence)[0])
    assert told.bug == "fresh mask"


def test_a_layer_that_keeps_its_mask_after_all_cannot_go_back_first():
    kept = {}

    def forward(A, keep_prob, seed, call):
        kept[call] = philox(A.shape, keep_prob, seed, call)
        return A * kept[call] / keep_prob

    assert not check_no_mask_kept(forward, lambda dA, k, seed, call: dA * kept[call] / k)


def test_a_forward_stub_gets_a_kind_sentence():
    assert "Replace the ..." in check_no_mask_kept(lambda *_: ..., lambda *_: ...).message
