"""The picture of a nudge: every number on both wires, what was promised and what was answered."""

import dataclasses
from itertools import combinations
from xml.etree.ElementTree import fromstring

import pytest
from cases import nudged
from pictures.seen import by_attribute, by_class, frame, levers, marks, texts

from dropout_lab.bugs.catalogue import KNOWN
from dropout_lab.pictures.svg import as_text
from dropout_lab.pictures.wires import describe_wires, draw_wires, outcome
from dropout_lab.text import minus, number

LOOKS = ("correct", "no mask", "no scale", "fresh mask", "one minus mask", "wrong scale")
WAYS = [
    (recipe, unit, where) for recipe in LOOKS for unit in range(4) for where in ("before", "after")
]


def drawn(recipe="correct", unit=0, where="after", size=0.1):
    n = nudged(KNOWN[recipe], unit, where, size)
    return n, draw_wires(n)


@pytest.mark.parametrize(("recipe", "unit", "where"), WAYS)
def test_the_picture_is_valid_the_same_again_and_has_every_number(recipe, unit, where):
    n, root = drawn(recipe, unit, where)
    words, svg = texts(root), as_text(root)
    assert svg == as_text(draw_wires(n))
    assert fromstring(svg).get("data-step") == where
    assert "−0" not in words
    assert "-" not in "".join(words)  # a minus sign is a minus sign
    for value in (n.Z, n.was["A"], n.was["A_drop"], *n.gradients.values()):
        assert number(value) in words
    assert number(n.was["loss"]).lstrip("+") in words
    assert minus(f"answers {n.answer:+z.6f}") in words
    assert minus(f"promises {n.promise:+z.6f}") in words
    assert any(word.startswith(minus(f"nudge {n.size:+g} → ")) for word in words)


@pytest.mark.parametrize(("recipe", "unit", "where"), WAYS)
def test_every_mark_stands_where_the_numbers_say(recipe, unit, where):
    n, root = drawn(recipe, unit, where)
    came, went = n.gradients["dA_drop"], n.gradients["dA"]
    assert len(by_class(root, "ring")) == (not n.kept and came != 0)
    assert {node.tag for node in by_class(root, "ring")} <= {"ellipse"}
    assert len([node for node in by_class(root, "wrong") if node.tag == "rect"]) == (not n.honest)
    assert any(word.startswith("true gradient") for word in texts(root)) == (not n.honest)
    leaks = not n.kept and went != 0
    assert texts(root).count("leaks") == leaks
    assert len([node for node in by_class(root, "wrong") if "flow" in node.get("class")]) == leaks
    stopped = came != 0 == went
    assert len(by_class(root, "hatch")) == (not n.kept) + stopped
    assert levers(root) == [n.kept, n.kept and not stopped]


@pytest.mark.parametrize(
    ("recipe", "kept", "off"),
    [
        ("correct", ["÷ 0.70"], ["× 0"]), ("no mask", ["÷ 0.70"], ["× 0", "÷ 0.70"]),
        ("no scale", ["÷ 0.70", "× 1"], ["× 0"]), ("one minus mask", ["÷ 0.70", "× 0"], ["× 0", "÷ 0.70"]),
        ("wrong scale", ["× 3.33"], ["× 0"]), ("no scale at all", ["× 1"], ["× 0"]),
    ],
)  # fmt: skip
def test_the_factor_stands_once_if_both_ways_agree_else_for_each(recipe, kept, off):
    for unit, factors in ((1, kept), (0, off)):
        _, root = drawn(recipe, unit)
        found = [node for node in root.iter("text") if node.text[0] in "÷×"]
        assert [node.text for node in found] == factors
        red = [node.text for node in found if "wrongword" in node.get("class")]
        assert red == factors[1:]
        amber = [node.text for node in found if "amberword" in node.get("class")]
        slip = recipe in ("wrong scale", "no scale at all") and unit == 1
        assert amber == (factors if slip else [])


def test_a_silent_unit_tells_its_factor_by_the_nudge():
    """Its value is 0, so nothing can be read off it; the nudge before the switch can."""
    _, root = drawn("wrong scale", 3, "before")
    assert [word for word in texts(root) if word[0] in "÷×"] == ["× 3.33"]


def test_the_picture_can_be_pressed_at_both_values_and_the_switch():
    _, root = drawn()
    pressable = by_attribute(root, "data-press")
    assert set(pressable) == {"before", "after", "switch"}
    assert all(
        node.get("role") == "button" and node.get("tabindex") == "0" for node in pressable.values()
    )
    assert {key: node.get("aria-pressed") for key, node in pressable.items()} == {
        "before": "false", "after": "true", "switch": "true",
    }  # fmt: skip
    assert pressable["switch"].get("aria-label") == "the switch of unit 0, open: D1 is 0"
    assert pressable["before"].get("aria-label") == "nudge A1, before the switch"


def test_nothing_moves_sticks_out_or_overlaps():
    halos = set()
    for recipe, unit, where in WAYS:
        for size in (0.1, -0.001):
            _, root = drawn(recipe, unit, where, size)
            found = list(marks(root))
            assert all(mark.box.inside(*frame(root)) for mark in found)
            halos.add(tuple(mark.box for mark in found if mark.node.get("class") == "halo"))
            words = [mark for mark in found if mark.node.tag == "text"]
            for a, b in combinations(words, 2):
                assert not a.box.meets(b.box, by=1), (recipe, a.node.text, b.node.text)
    assert len(halos) == 1


def test_an_off_unit_to_which_nothing_came_back_has_no_ring():
    n = nudged()
    nothing = dataclasses.replace(n, gradients=dict.fromkeys(n.gradients, 0.0))
    assert len(by_class(draw_wires(n), "ring")) == 1
    assert not by_class(draw_wires(nothing), "ring")
    assert len(by_class(draw_wires(nothing), "hatch")) == 1  # its value alone


def test_in_words():
    n = nudged(where="before", size=0.001)
    assert outcome(n) == "the loss answers +0.000000, dA1 promised +0.000000"
    assert describe_wires(n).startswith(
        "Unit 0 of layer 1, example 0, off: Z +0.67, A +0.67, A_drop 0"
    )
    assert describe_wires(n).endswith(f"Nudged by +0.001 before its switch: {outcome(n)}.")
    assert "-" not in describe_wires(nudged(size=-0.1)).replace("W2", "")
