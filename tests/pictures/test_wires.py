"""The picture of a nudge: every number on both wires, what was promised and what was answered."""

import dataclasses
from xml.etree.ElementTree import fromstring

import pytest
from cases import nudged

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.recipe import CORRECT
from dropout_lab.pictures.svg import as_text
from dropout_lab.pictures.wires import describe_wires, draw_wires, outcome


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
