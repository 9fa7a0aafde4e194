"""Facts (q) and (r): attention and adapters against finite differences, for random shapes and keep_prob."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_lab.bugs.attention import ADAPTER_BUGS, ATTENTION_BUGS
from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.attention import (
    adapter_backward,
    adapter_forward,
    attention_backward,
    attention_case,
    attention_errors,
    attention_forward,
    gradient_errors,
    row_sums,
)

RIGHT = 1e-6
heads = st.tuples(
    *(st.integers(2, 6) for _ in range(4)), st.floats(0.2, 1.0), st.integers(0, 10**6)
)


def head(q, n, d, v, keep_prob, seed):
    rng = np.random.default_rng(seed)
    Q, K, V, dO = (rng.standard_normal(shape) for shape in ((q, d), (n, d), (n, v), (q, v)))
    return attention_forward(Q, K, V, sample_mask((q, n), keep_prob, rng), keep_prob), dO


def adapter(m, n, p, r, keep_prob, seed):
    rng = np.random.default_rng(seed)
    shapes = (m, n), (n, p), (n, r), (r, p), (m, p)
    X, W, A, B, dY = (rng.standard_normal(shape) for shape in shapes)
    return X, W, A, B, sample_mask((m, n), keep_prob, rng), keep_prob, dY


def adapter_errors(X, W, A, B, D, keep_prob, dY, recipe=CORRECT):
    X_drop, _ = adapter_forward(X, W, A, B, D, keep_prob)
    found = adapter_backward(dY, X_drop, W, A, B, D, keep_prob, recipe)

    def run(A, B, X):
        return adapter_forward(X, W, A, B, D, keep_prob)[1]

    return gradient_errors(run, {"A": A, "B": B, "X": X}, dY, found)


@settings(max_examples=40, deadline=None)
@given(heads)
def test_the_gradients_of_a_head_are_those_of_finite_differences(shape):
    fwd, dO = head(*shape)
    bwd = attention_backward(fwd, dO)
    assert max(attention_errors(fwd, dO, bwd).values()) < RIGHT
    for name, gradient in vars(bwd).items():
        assert gradient.shape == getattr(fwd, name[1:]).shape


@settings(max_examples=40, deadline=None)
@given(heads)
def test_the_sum_in_the_slope_needs_neither_P_nor_D(shape):
    """Fact (q, 3): value times gradient is the same on both sides of the switch and of `@ V`."""
    fwd, dO = head(*shape)
    bwd = attention_backward(fwd, dO)
    np.testing.assert_allclose(fwd.P * bwd.dP, fwd.P_drop * bwd.dP_drop, atol=1e-12)
    kept = np.sum(dO * fwd.O, axis=1)
    np.testing.assert_allclose(np.sum(fwd.P * bwd.dP, axis=1), kept, atol=1e-12)


def test_without_the_switch_that_sum_is_another_number():
    fwd, dO = attention_case()
    dP_drop = attention_backward(fwd, dO).dP_drop
    assert np.abs(np.sum(fwd.P * dP_drop, axis=1) - np.sum(dO * fwd.O, axis=1)).max() > 0.5


@settings(max_examples=25, deadline=None)
@given(heads, st.sampled_from(sorted(ATTENTION_BUGS | BACKWARD_BUGS)))
def test_dV_is_right_in_all_of_them(shape, name):
    """Fact (q, 2): it contains P_drop."""
    fwd, dO = head(*shape)
    bwd = attention_backward(fwd, dO, (ATTENTION_BUGS | BACKWARD_BUGS)[name])
    assert attention_errors(fwd, dO, bwd)["dV"] < RIGHT


@pytest.mark.parametrize("name", ATTENTION_BUGS)
def test_every_slip_spoils_dQ_and_dK(name):
    fwd, dO = attention_case()
    errors = attention_errors(fwd, dO, attention_backward(fwd, dO, ATTENTION_BUGS[name]))
    assert min(errors["dQ"], errors["dK"]) > 0.1


def test_no_scale_makes_dS_keep_prob_times_too_small():
    fwd, dO = attention_case()
    dS, true = (attention_backward(fwd, dO, recipe).dS for recipe in (BUGS["no scale"], CORRECT))
    np.testing.assert_allclose(dS, fwd.keep_prob * true)


def test_with_the_slope_from_dropped_P_a_missing_mask_cannot_be_seen():
    """That slope is 0 at an open switch, as ReLU's is: notebook 06 for softmax."""
    fwd, dO = attention_case()
    pairs = (CORRECT, BUGS["no mask"]), (BUGS["no scale"], BUGS["neither"])
    for masked, unmasked in pairs:
        dS = [
            attention_backward(fwd, dO, replace(recipe, slope_from="A_drop")).dS
            for recipe in (masked, unmasked)
        ]
        np.testing.assert_allclose(*dS, atol=1e-15)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 8), st.floats(0.1, 1.0), st.integers(0, 10**6))
def test_a_row_sums_to_1_on_average_over_all_masks(n, keep_prob, seed):
    """Fact (q, 1), with its variance."""
    scores = np.exp(np.random.default_rng(seed).standard_normal(n))
    P_row = scores / scores.sum()
    sums = row_sums(P_row, keep_prob)
    assert sums.values.shape == (2**n,)
    assert sums.mean == pytest.approx(1, abs=1e-12)
    assert sums.variance == pytest.approx((1 - keep_prob) / keep_prob * np.sum(P_row**2), abs=1e-12)


def test_the_sums_are_those_of_the_masks():
    fwd, _ = attention_case()
    row = apply_mask(fwd.P[0], fwd.D[0], fwd.keep_prob)
    assert np.isclose(row_sums(fwd.P[0], fwd.keep_prob).values, row.sum()).any()


def test_a_row_of_many_keys_is_too_much_for_an_exact_sum():
    with pytest.raises(ValueError, match="12 units are the most"):
        row_sums(np.full(13, 1 / 13), 0.5)


def test_a_mask_or_keep_prob_that_does_not_fit_is_refused():
    fwd, _ = attention_case()
    with pytest.raises(ValueError, match="keep_prob must be in"):
        attention_forward(fwd.Q, fwd.K, fwd.V, fwd.D, 0)
    with pytest.raises(TypeError, match="boolean"):
        attention_forward(fwd.Q, fwd.K, fwd.V, fwd.D.astype(int), 0.5)
    with pytest.raises(ValueError, match="expected shape"):
        attention_forward(fwd.Q, fwd.K, fwd.V, fwd.D.T, 0.5)


@settings(max_examples=40, deadline=None)
@given(heads)
def test_the_gradients_of_an_adapter_are_those_of_finite_differences(shape):
    assert max(adapter_errors(*adapter(*shape)).values()) < RIGHT


@settings(max_examples=25, deadline=None)
@given(heads, st.sampled_from(sorted(BACKWARD_BUGS)))
def test_an_adapter_s_own_weights_are_right_whatever_is_forgotten(shape, name):
    """Fact (r): their gradients contain X_drop."""
    errors = adapter_errors(*adapter(*shape), BACKWARD_BUGS[name])
    assert max(errors["dA"], errors["dB"]) < RIGHT


@pytest.mark.parametrize("name", ADAPTER_BUGS)
def test_and_the_gradient_of_its_input_is_not(name):
    assert adapter_errors(*adapter(5, 6, 4, 2, 0.6, 0), ADAPTER_BUGS[name])["dX"] > 0.1
