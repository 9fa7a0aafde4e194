"""Fact (s): the same switches again, from memory, from a state, and from a counter; the table of bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.core.dropout import apply_mask
from dropout_lab.experiments.attention import gradient_errors
from dropout_lab.experiments.remake import counted_mask, memories

shapes = st.tuples(st.integers(1, 40), st.integers(1, 40))


@given(shapes, st.floats(0.05, 1.0), st.integers(0, 2**32))
def test_every_way_but_forgetting_makes_the_same_switches(shape, keep_prob, seed):
    for name, way in memories(shape, keep_prob, seed).items():
        for _ in range(2):
            again = way.again()
            assert again.shape == way.D.shape == shape
            assert again.dtype == way.D.dtype == bool
            assert name == "keep nothing" or np.array_equal(again, way.D)


def test_forgetting_draws_other_switches_of_the_same_law():
    way = memories((200, 300), 0.7, 1)["keep nothing"]
    again = way.again()
    assert not np.array_equal(again, way.D)
    assert again.mean() == pytest.approx(way.D.mean(), abs=0.02)


@given(shapes)
def test_what_is_kept_in_bytes(shape):
    size = shape[0] * shape[1]
    kept = {name: way.nbytes for name, way in memories(shape, 0.7, 3).items()}
    assert kept == {
        "keep D": size,
        "keep D packed": -(-size // 8),
        "keep the state": 32,
        "keep a key": 8,
        "keep nothing": 0,
    }


def test_the_state_of_the_generator_is_two_numbers_that_fit_into_those_bytes():
    words = np.random.default_rng(3).bit_generator.state["state"].values()
    assert [word < 2**128 for word in words] == [True, True]


def test_a_counted_mask_is_the_same_in_any_order_and_another_for_every_call_and_seed():
    def made(seed, call):
        return counted_mask((30, 40), 0.6, seed, call).tobytes()

    pairs = [(seed, call) for seed in range(4) for call in range(5)]
    forward, back = [made(*pair) for pair in pairs], [made(*pair) for pair in reversed(pairs)]
    assert forward == back[::-1]
    assert len(set(forward)) == len(pairs)
    assert np.mean([counted_mask((50, 50), 0.6, 1, c).mean() for c in range(20)]) == pytest.approx(0.6, abs=0.01)  # fmt: skip


def test_calls_in_the_lowest_word_are_shifted_copies():
    one, two = (counted_mask((4000,), 0.6, 7, [call, 0, 0, 0]) for call in (5, 6))
    assert np.array_equal(one[4:], two[:-4])
    one, two = (counted_mask((4000,), 0.6, 7, call) for call in (5, 6))
    assert np.mean(one[4:] == two[:-4]) < 0.6  # as often as two coins agree


def test_a_call_below_0_and_a_wrong_keep_prob_are_refused():
    with pytest.raises(ValueError, match="call must be 0 or more; got -1"):
        counted_mask((2, 2), 0.5, 1, -1)
    with pytest.raises(ValueError, match="seed must be 0 or more"):
        counted_mask((2, 2), 0.5, -1, 0)
    with pytest.raises(TypeError, match="call must be a whole number"):
        counted_mask((2, 2), 0.5, 1, 0.5)
    with pytest.raises(ValueError, match="keep_prob must be in"):
        counted_mask((2, 2), 1.5, 1, 0)


@given(st.integers(0, 10**6))
def test_the_factor_goes_back_only_if_it_does_not_depend_on_A(seed):
    """Fact (t)."""
    rng = np.random.default_rng(seed)
    A, dA_drop = rng.uniform(1, 2, (2, 3, 4))
    D = counted_mask(A.shape, 0.6, seed, 0)
    D[0, 0], D[1, 1] = True, False

    def by_share(A):
        return A * D * D.size / D.sum()

    def by_sum(A):
        return A * D * A.sum() / (A * D).sum()

    for layer, right in ((by_share, True), (by_sum, False)):
        found = {"dA": dA_drop * layer(A) / A}
        assert (gradient_errors(layer, {"A": A}, dA_drop, found)["dA"] < 1e-6) == right


def test_a_check_with_the_call_frozen_passes_and_one_with_new_calls_does_not():
    A, dA_drop = np.random.default_rng(1).uniform(1, 2, (2, 4, 6))
    calls, found = iter(range(1000)), {"dA": apply_mask(dA_drop, counted_mask(A.shape, 0.6, 3, 0), 0.6)}  # fmt: skip
    for call, right in ((lambda: 0, True), (lambda: next(calls), False)):
        layer = lambda A, call=call: apply_mask(A, counted_mask(A.shape, 0.6, 3, call()), 0.6)  # noqa: E731
        assert (gradient_errors(layer, {"A": A}, dA_drop, found)["dA"] < 1e-6) == right
