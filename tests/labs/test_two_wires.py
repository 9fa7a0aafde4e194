"""The lab with one unit close up: a nudge, what the gradient promised, what the loss answers."""

import pytest

from dropout_lab import labs


@pytest.fixture
def wires():
    return labs.two_wires()


def test_a_press_on_a_value_moves_the_nudge_and_one_on_the_switch_opens_or_closes_it(wires, press):
    press(wires._stage, "before")
    assert wires.nudged.spot.where == "before"
    assert wires.nudged.answer == 0
    press(wires._stage, "switch")
    assert wires.nudged.kept
    assert wires.nudged.answer != 0


def test_a_broken_recipe_makes_the_promise_false(wires):
    wires._where.value = "before"
    wires.recipe = "no mask"
    assert "the promise is false" in wires.status.value
    assert "no mask" in wires.status.value


def test_going_to_a_smaller_layer_keeps_the_unit_among_its_units(wires):
    wires._unit.value = 3
    wires._layer.value = 2
    assert wires._unit.options == (0, 1, 2)
    assert wires.nudged.spot.layer == 2
    assert wires.error is None
