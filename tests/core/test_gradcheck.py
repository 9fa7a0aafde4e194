"""A gradient that was not compared with finite differences does not exist."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from cases import draw_case, error_between, passes_gradient_check
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.core import gradcheck
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.gradcheck import (
    Gradients,
    check_gradients,
    numerical_gradients,
)
from dropout_lab.core.network import Network, as_row
from dropout_lab.core.passes import backward, forward, loss, sample_masks
from dropout_lab.core.recipe import CORRECT, SLOPE_SOURCES, Recipe
from dropout_lab.experiments.data import lesson


@given(
    st.sampled_from(list(ACTIVATIONS)),
    st.sampled_from([(2, 3, 1), (3, 4, 3, 1), (4, 5, 6, 2), (2, 4, 3, 3, 1)]),
    st.sampled_from([0.3, 0.5, 0.8, 1.0]),
    st.booleans(),
    st.integers(0, 20),
)
def test_correct_backprop_passes_for_every_activation_and_architecture(
    activation, sizes, keep_prob, all_layers, seed
):
    hidden = range(1, len(sizes) - 1)
    layers = tuple(hidden) if all_layers else (1,)
    c = draw_case(activation, sizes, 5, layers, keep_prob, seed)
    check = check_gradients(c.net, c.X, c.Y, c.masks, keep_prob)
    assert check.ok, check


def test_one_batched_pass_gives_what_the_usual_loop_gives():
    c = draw_case("tanh", sizes=(2, 3, 1), layers=(1,))
    eps = 1e-5

    def cost(W1):
        net = Network({1: W1, 2: c.net.W[2]}, c.net.b, "tanh")
        return loss(forward(net, c.X, c.masks, c.keep_prob), c.Y)

    batched = numerical_gradients(c.net, c.X, c.Y, c.masks, c.keep_prob, eps=eps)
    for index in np.ndindex(3, 2):
        nudge = np.zeros((3, 2))
        nudge[index] = eps
        slope = (cost(c.net.W[1] + nudge) - cost(c.net.W[1] - nudge)) / (2 * eps)
        np.testing.assert_allclose(batched.dW[1][index], slope, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("slope_from", SLOPE_SOURCES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", ["correct", *BACKWARD_BUGS, "wrong scale", "no scale at all"])
def test_which_slip_the_gradient_check_catches(name, activation, slope_from):
    recipe = replace(({"correct": CORRECT} | BUGS)[name], slope_from=slope_from)
    for seed in (0, 1):
        c = draw_case(activation, keep_prob=0.6, seed=seed)
        check = check_gradients(c.net, c.X, c.Y, c.masks, 0.6, recipe)
        assert check.ok == passes_gradient_check(name, activation, slope_from), check
        assert check.ok or check.relative_error > 1e-3


def test_for_relu_the_slope_from_dropped_A_makes_the_missing_mask_exact_not_only_close():
    c = draw_case("relu")
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    lucky = Recipe("lucky", backward=BUGS["no mask"].backward, slope_from="A_drop")
    found, true = backward(c.net, fwd, c.Y, lucky), backward(c.net, fwd, c.Y)
    assert error_between(found, true) < 1e-15
    assert not np.allclose(found.dA[1], true.dA[1])


def test_error_shrinks_with_eps_until_rounding_takes_over():
    """Fact (d): about 1e-6, 1e-10 and 2e-9 at eps 1e-3, 1e-5 and 1e-7."""
    c = draw_case("tanh")
    true = backward(c.net, forward(c.net, c.X, c.masks, c.keep_prob), c.Y)
    errors = [
        error_between(true, numerical_gradients(c.net, c.X, c.Y, c.masks, c.keep_prob, eps=eps))
        for eps in (1e-3, 1e-5, 1e-7)
    ]
    assert errors[1] < errors[0] < 1e-5
    assert errors[1] < errors[2] < 1e-6


def test_relative_error_by_its_formula():
    a = Gradients({1: np.array([[3.0, 0.0]])}, {1: np.array([[0.0]])})
    n = Gradients({1: np.array([[0.0, 4.0]])}, {1: np.array([[0.0]])})
    zero = Gradients({1: np.zeros((1, 2))}, {1: np.zeros((1, 1))})
    assert error_between(a, n) == pytest.approx(5 / 7)
    assert error_between(a, a) == 0
    assert error_between(zero, zero) == 0
    assert error_between(a, zero) == 1


def test_worst_names_the_entry_furthest_off():
    c = draw_case()

    def one_wrong(dA_drop, D, keep_prob):
        dA = dA_drop * D / keep_prob
        if len(dA) == 5:
            dA[3] += 10
        return dA

    check = check_gradients(c.net, c.X, c.Y, c.masks, 0.6, Recipe("one wrong", backward=one_wrong))
    kind, layer, index = check.worst
    assert not check.ok
    assert (kind, layer, index[0]) in (("dW", 1, 3), ("db", 1, 3))


def test_a_gradient_that_is_not_a_number_is_not_ok():
    c = draw_case()
    recipe = Recipe("nan", backward=lambda dA_drop, _D, _k: dA_drop * np.nan)
    check = check_gradients(c.net, c.X, c.Y, c.masks, 0.6, recipe)
    assert not check.ok
    assert check.worst[:2] == ("dW", 1)


def test_leading_axes_are_refused_in_words():
    c = draw_case()
    many = Network({l: W[None] for l, W in c.net.W.items()}, c.net.b, "tanh")
    with pytest.raises(ValueError, match="one network"):
        numerical_gradients(many, c.X, c.Y, c.masks, 0.6)
    with pytest.raises(ValueError, match="one mask per layer"):
        numerical_gradients(c.net, c.X, c.Y, {1: np.ones((3, 5, 8), bool)}, 0.6)


@pytest.mark.parametrize("examples", [5, 1])
@pytest.mark.parametrize("keep_prob", [k / 100 for k in range(1, 101)])
def test_the_lesson_network_passes_at_every_stop_of_the_slider(examples, keep_prob):
    """A kink next to a slider stop would show learners a false alarm."""
    case = lesson(examples)
    rng = np.random.default_rng(case.seed)
    masks = sample_masks(case.net, examples, tuple(case.masks), keep_prob, rng)
    assert check_gradients(case.net, case.X, case.Y, masks, keep_prob).ok


@pytest.mark.parametrize(("slip", "ok"), [(1e-8, True), (1e-5, False), (1e-4, False)])
def test_ok_means_below_one_in_a_million(slip, ok):
    c = draw_case()
    nearly = Recipe("nearly", backward=lambda dA_drop, D, k: (1 + slip) * dA_drop * D / k)
    assert check_gradients(c.net, c.X, c.Y, c.masks, 0.6, nearly).ok == ok


@pytest.mark.parametrize("sign", [1, -1])
def test_worst_is_the_largest_difference_of_either_sign(sign):
    c = draw_case()

    def one_row(dA_drop, D, keep_prob):
        dA = dA_drop * D / keep_prob
        if len(dA) == 6:
            dA[4] += 10 * sign * D[4]
        return dA

    check = check_gradients(c.net, c.X, c.Y, c.masks, 0.6, Recipe("one row", backward=one_row))
    numerical = numerical_gradients(c.net, c.X, c.Y, c.masks, 0.6)
    recipe = Recipe("one row", backward=one_row)
    found = backward(c.net, forward(c.net, c.X, c.masks, 0.6), c.Y, recipe)
    differences = {
        (kind, l, index): abs(getattr(found, kind)[l][index] - value)
        for kind in ("dW", "db")
        for l, values in getattr(numerical, kind).items()
        for index, value in np.ndenumerate(values)
    }
    assert differences[check.worst] == max(differences.values())


# -- Large networks ------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 3e4, 1e5, 1e6])
def test_chunks_change_no_digit(most, monkeypatch):
    """Down to one parameter at a time; the last chunk is a smaller one."""
    c = draw_case("relu", sizes=(6, 9, 8, 1), m=20)
    given = c.net, c.X, c.Y, c.masks, c.keep_prob
    monkeypatch.setattr(gradcheck, "MOST_BYTES", 1e9)
    whole = numerical_gradients(*given)
    monkeypatch.setattr(gradcheck, "MOST_BYTES", most)
    parts = numerical_gradients(*given)
    np.testing.assert_array_equal(as_row(parts.dW, parts.db), as_row(whole.dW, whole.db))


def a_large_case(m):
    rng = np.random.default_rng(0)
    net = Network.random((20, 20, 20, 1), "tanh", rng=rng)
    X, Y = rng.standard_normal((20, m)), rng.random((1, m)) < 0.5
    return net, X, Y, sample_masks(net, m, (1, 2), 0.7, rng), 0.7


@pytest.mark.parametrize("m", [20, 400, pytest.param(4000, marks=pytest.mark.slow)])
def test_memory_is_bounded_however_many_examples_there_are(m):
    given = a_large_case(m)
    tracemalloc.start()
    check = check_gradients(*given)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert check.ok
    assert peak < 1.5 * gradcheck.MOST_BYTES


def test_where_all_would_take_too_long_a_random_sample_is_checked_and_counted(monkeypatch):
    given = net, X, Y, masks, keep_prob = a_large_case(20)
    count = as_row(net.W, net.b).size
    whole = check_gradients(*given)
    assert whole.sample is None
    monkeypatch.setattr(gradcheck, "MOST_WORK", 0)
    check, again = check_gradients(*given), check_gradients(*given)
    assert check.ok
    assert check == again
    assert check.sample == (gradcheck.FEWEST, count)
    other = check_gradients(*given, rng=np.random.default_rng(7))
    assert other.relative_error != check.relative_error

    def one_row(dA_drop, D, k):
        dA = dA_drop * D / k
        return np.where(np.arange(20)[:, None] == 4, 3 * dA, dA)

    recipe = Recipe("one row", backward=one_row)
    wrong = check_gradients(net, X, Y, masks, keep_prob, recipe)
    found = backward(net, forward(net, X, masks, keep_prob), Y, recipe)
    true = numerical_gradients(net, X, Y, masks, keep_prob)
    off = {kind: getattr(found, kind)[1] - getattr(true, kind)[1] for kind in ("dW", "db")}
    kind, layer, index = wrong.worst
    assert (wrong.ok, layer) == (False, 1)
    assert abs(off[kind][index]) > np.quantile(np.abs(off["dW"]), 0.9)
    monkeypatch.setattr(gradcheck, "FEWEST", count)
    assert check_gradients(*given) == whole


def test_a_sample_grows_with_what_is_left_to_spend(monkeypatch):
    given = a_large_case(20)
    monkeypatch.setattr(gradcheck, "MOST_WORK", 4e6)
    half = check_gradients(*given).sample[0]
    monkeypatch.setattr(gradcheck, "MOST_WORK", 2e6)
    assert gradcheck.FEWEST < check_gradients(*given).sample[0] == half // 2
