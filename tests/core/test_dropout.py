"""The two lines everything is about."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.core.dropout import apply_mask, sample_mask

shapes = st.tuples(st.integers(1, 6), st.integers(1, 6))
keep_probs = st.floats(0.05, 1.0)


@given(shapes, keep_probs, st.integers(0, 10_000))
def test_the_same_state_gives_the_same_mask(shape, keep_prob, seed):
    D = sample_mask(shape, keep_prob, np.random.default_rng(seed))
    again = sample_mask(shape, keep_prob, np.random.default_rng(seed))
    assert D.shape == shape
    assert D.dtype == bool
    np.testing.assert_array_equal(D, again)


@given(shapes, st.integers(0, 10_000), keep_probs, keep_probs)
def test_masks_grow_with_keep_prob(shape, seed, a, b):
    low, high = sorted((a, b))
    small, large = (sample_mask(shape, k, np.random.default_rng(seed)) for k in (low, high))
    assert np.all(small <= large)


def test_a_mask_keeps_the_share_it_is_told_to(rng):
    share = sample_mask((1000, 1000), 0.7, rng).mean()
    assert abs(share - 0.7) < 5 * np.sqrt(0.7 * 0.3 / 1e6)


def test_randomstate_draws_are_those_of_the_course():
    D = sample_mask((2, 5), 0.7, np.random.RandomState(1))
    np.testing.assert_array_equal(D, np.random.RandomState(1).rand(2, 5) < 0.7)


@given(shapes, keep_probs, st.integers(0, 10_000))
def test_apply_mask_is_values_times_mask_over_keep_prob(shape, keep_prob, seed):
    rng = np.random.default_rng(seed)
    values, D = rng.standard_normal(shape), sample_mask(shape, keep_prob, rng)
    before = values.copy()
    sent = apply_mask(values, D, keep_prob)
    np.testing.assert_array_equal(sent[~D], 0)
    np.testing.assert_allclose(sent[D], values[D] / keep_prob, rtol=1e-15)
    np.testing.assert_array_equal(values, before)


@given(shapes, keep_probs, st.integers(0, 10_000))
def test_apply_mask_is_its_own_adjoint(shape, keep_prob, seed):
    """<f(A), G> = <A, f(G)>: the reason why one function serves both directions."""
    rng = np.random.default_rng(seed)
    A, G = rng.standard_normal((2, *shape))
    D = sample_mask(shape, keep_prob, rng)
    forwards = np.sum(apply_mask(A, D, keep_prob) * G)
    backwards = np.sum(A * apply_mask(G, D, keep_prob))
    np.testing.assert_allclose(forwards, backwards, rtol=1e-12, atol=1e-12)


def test_precision_is_kept():
    sent = apply_mask(np.ones((2, 2), np.float32), np.ones((2, 2), bool), 0.8)
    assert sent.dtype == np.float32


def test_one_switch_per_unit_and_many_masks_at_once(rng):
    values = rng.standard_normal((3, 5))
    assert apply_mask(values, np.array([[True], [False], [True]]), 0.5)[1].tolist() == [0] * 5
    assert apply_mask(values, np.ones((7, 3, 1), bool), 0.5).shape == (7, 3, 5)
    assert apply_mask(values, np.ones((7, 3, 5), bool), 0.5).shape == (7, 3, 5)
