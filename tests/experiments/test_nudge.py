"""A nudge asks the loss itself, and its picture tells what was promised and what was answered."""

import dataclasses
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from cases import draw_case
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.passes import backward, forward
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import lesson
from dropout_lab.experiments.nudge import nudge
from dropout_lab.pictures.svg import as_text
from dropout_lab.pictures.wires import describe_wires, draw_wires, outcome


def nudged(recipe=CORRECT, unit=0, where="after", size=0.1, case=None, layer=1, example=0):
    case = case or lesson(1)
    fwd = forward(case.net, case.X, case.masks, case.keep_prob, recipe)
    bwd = backward(case.net, fwd, case.Y, recipe)
    return nudge(case.net, fwd, bwd, case.Y, layer, unit, example, where, size)


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
    assert n.answer == pytest.approx(-0.000445, abs=1e-6)
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


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"where": "inside"}, "'before' or 'after' the switch; got 'inside'"),
        ({"layer": 2}, r"layer 2 has no switches; those that have are \[1\]"),
    ],
)
def test_a_place_that_is_not_there_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        nudged(**changes)


def texts(svg):
    return [node.text for node in fromstring(svg).iter() if node.tag.endswith("text")]


@pytest.mark.parametrize("recipe", [CORRECT, *BUGS.values()], ids=lambda recipe: recipe.name)
@pytest.mark.parametrize("where", ["before", "after"])
def test_the_picture_is_valid_and_deterministic(recipe, where):
    for unit in range(4):
        n = nudged(recipe, unit, where)
        assert as_text(draw_wires(n)) == as_text(draw_wires(n))
        words = texts(as_text(draw_wires(n)))
        assert "−0" not in words
        assert f"answers {n.answer:+z.6f}" in words
        assert f"promises {n.promise:+z.6f}" in words
        assert ("leaks" in words) == (not n.kept and n.gradients["dA"] != 0)
        assert any(word.startswith("true ") for word in words) == (not n.honest)


def test_the_picture_can_be_pressed_at_both_values_and_the_switch():
    root = fromstring(as_text(draw_wires(nudged())))
    pressable = {node.get("data-press"): node for node in root.iter() if node.get("data-press")}
    assert set(pressable) == {"before", "after", "switch"}
    assert all(node.get("role") == "button" for node in pressable.values())
    assert pressable["after"].get("aria-pressed") == "true"
    assert pressable["switch"].get("aria-label") == "the switch of unit 0, open: D1 is 0"


def test_a_changed_number_changes_the_picture():
    n = nudged()
    for changes in ({"Z": 9.0}, {"size": 0.2}, {"gradients": n.gradients | {"dA": 0.3}}):
        assert as_text(draw_wires(dataclasses.replace(n, **changes))) != as_text(draw_wires(n))


def test_in_words():
    n = nudged(where="before", size=0.001)
    assert outcome(n) == "the loss answers +0.000000, dA1 promised +0.000000"
    assert describe_wires(n).startswith("Unit 0 of layer 1, example 0, off: Z +0.69, A +0.69")
    assert np.isfinite(n.slope)
