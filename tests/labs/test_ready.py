"""Every stop of keep_prob is drawn ahead, and is what the lab shows when the slider gets there."""

import pytest

from dropout_lab import labs
from dropout_lab.pictures.columns import as_node, fill, to_columns

STAGES = {
    "step_through": labs.step_through,
    "stopped at a step": lambda: labs.step_through(at="dA1", recipe="no mask"),
    "two_wires": labs.two_wires,
    "switch_off": labs.switch_off,
    "break_it": labs.break_it,
}


@pytest.mark.parametrize("name", STAGES)
def test_the_pictures_of_all_stops_come_back_from_one_table(name):
    lab, trees = STAGES[name](), []
    for k in range(1, 101):
        lab.keep_prob = k / 100
        trees.append(as_node(lab._stage.root))
    table = to_columns(trees)
    assert [fill(table, k) for k in range(100)] == trees
