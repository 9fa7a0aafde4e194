"""A nudge asks the loss itself whether the gradient kept its promise."""

import pytest
from cases import draw_case, nudged
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.recipe import CORRECT, Recipe


@given(
    st.sampled_from([1, 2]), st.integers(0, 4), st.integers(0, 7),
    st.sampled_from(["before", "after"]), st.floats(-1e-4, 1e-4), st.integers(0, 5),
)  # fmt: skip
def test_the_correct_gradient_keeps_its_promise_everywhere(layer, unit, example, where, size, seed):
    case = draw_case("tanh", seed=seed)
    n = nudged(CORRECT, unit, where, size, case, layer, example)
    assert n.honest
    assert abs(n.answer - n.promise) <= 2 * size**2 + 1e-14


def test_before_an_open_switch_no_size_moves_the_loss():
    for size in (-0.5, 0.001, 0.5):
        n = nudged(where="before", size=size)
        assert not n.kept
        assert n.answer == 0
        assert n.promise == 0
        assert n.became["A"] == n.was["A"] + size
        assert n.became["A_drop"] == n.was["A_drop"] == 0


def test_after_an_open_switch_the_loss_answers():
    n = nudged(where="after", size=0.001)
    assert n.answer == pytest.approx(0.001113, abs=1e-6)
    assert n.became["A"] == n.was["A"]
    assert n.became["A_drop"] == 0.001


def test_at_a_kept_unit_a_nudge_before_arrives_divided_by_keep_prob():
    n = nudged(unit=1, where="before", size=0.1)
    assert n.kept
    assert n.became["A_drop"] - n.was["A_drop"] == pytest.approx(0.1 / 0.7)


@pytest.mark.parametrize(
    ("name", "unit", "where", "honest"),
    [
        ("no mask", 0, "before", False),
        ("no mask", 1, "before", True),
        ("no scale", 0, "before", True),
        ("no scale", 1, "before", False),
        ("no mask", 0, "after", True),
    ],
)
def test_a_broken_backward_pass_breaks_its_promise_where_it_is_wrong(name, unit, where, honest):
    assert nudged(BUGS[name], unit, where).honest == honest


@pytest.mark.parametrize(("slip", "honest"), [(1e-7, True), (1e-4, False)])
def test_honest_means_true_to_six_digits(slip, honest):
    nearly = Recipe("nearly", backward=lambda dA_drop, D, k: (1 + slip) * dA_drop * D / k)
    assert nudged(nearly, unit=1, where="before").honest == honest


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"where": "inside"}, "unknown where 'inside'; expected one of before, after"),
        ({"layer": 2}, r"layer 2 has no switches; those that have are \[1\]"),
    ],
)
def test_a_place_that_is_not_there_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        nudged(**changes)
