"""The network of one example: headings, edges, plain units, the output, and the gradients on the weights."""

import re
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from pictures.seen import (
    CASES,
    by_attribute,
    by_class,
    case_of,
    levers,
    marks,
    tell_steps,
    texts,
    told,
)

from dropout_lab.bugs.catalogue import KNOWN
from dropout_lab.pictures.circuit import draw_circuit
from dropout_lab.pictures.layout import View, lay_out
from dropout_lab.pictures.stage import draw
from dropout_lab.pictures.svg import MONO
from dropout_lab.pictures.unit import Drawing
from dropout_lab.text import number


def circuit(step, example=0, view=None):
    at = lay_out(step.story.net.sizes, step.story.D, view)
    return draw_circuit(Drawing(step, example, at), "")


def units(root):
    """Every unit by its layer and number, whether it has a switch or not."""
    groups = [node for node in root.iter("g") if "unit" in node.get("class", "").split()]
    return {tuple(map(int, group.get("data-row").split())): group for group in groups}


def headings(root):
    """The names of arrays over the columns, and those that are bold."""
    names = [node for node in root.iter("text") if node.get("font-family") == MONO]
    return [n.text for n in names], {n.text for n in names if n.get("font-weight")}


def edges(root):
    """The lines that carry a gradient, or would: those that explain themselves outside a unit."""
    return [node for node in root.iter("line") if node.get("data-says")]


@pytest.mark.parametrize("case", CASES)
def test_every_unit_in_the_window_is_drawn_and_named(case):
    for name, step in told(case).items():
        drawn = units(circuit(step))
        assert set(drawn) == {
            (l, i) for l, n in enumerate(step.story.net.sizes) for i in range(min(n, 8))
        }
        for (l, i), group in drawn.items():
            kind = {0: f"input {i}", step.story.net.L: f"output {i}"}.get(
                l, f"unit {i} of layer {l}"
            )
            assert group.get("aria-label").split(",")[0] == kind, name
            assert group.get("role") in ("button", "img")


@pytest.mark.parametrize("case", CASES)
def test_only_units_with_a_switch_in_the_picture_are_buttons(case):
    step = list(told(case).values())[-1]
    for view in (View(), View(open=2)):
        opened = view.opened(step.story.D)
        pressable = set(by_attribute(circuit(step, view=view), "aria-pressed"))
        assert bool(pressable) == bool(opened)
        for (l, _), group in units(circuit(step, view=view)).items():
            assert (group.get("data-press") is not None) == (l in opened)


@pytest.mark.parametrize(
    ("name", "shown", "bold"),
    [
        ("Z1", ["X", "Z1", "A2", "A3"], {"Z1"}),
        ("A1_drop", ["X", "A1", "A1_drop"], {"A1", "A1_drop"}),
        ("dA1_drop", ["X", "A1", "A1_drop", "dA1_drop", "Z2", "dZ2", "A2_drop", "dA2_drop", "A3", "dZ3"], {"dA1_drop"}),
        ("dA1", ["X", "A1", "dA1", "A1_drop", "dA1_drop", "Z2", "dZ2", "A2_drop", "dA2_drop", "A3", "dZ3"], {"dA1", "dA1_drop"}),
        ("dZ1", ["X", "Z1", "dZ1", "A1_drop", "dA1_drop", "Z2", "dZ2", "A2_drop", "dA2_drop", "A3", "dZ3"], {"dZ1"}),
        ("dW1", None, {"X", "dZ1"}), ("dW2", None, {"A1_drop", "dZ2"}), ("db2", None, {"dZ2"}),
    ],
)  # fmt: skip
def test_headings_say_which_arrays_stand_in_a_column_and_those_of_this_line_are_bold(
    name, shown, bold
):
    names, strong = headings(circuit(told()[name]))
    if shown is not None:
        assert set(names) == set(shown) - {"A2", "A3"} | ({"A3"} if "dZ3" in shown else set())
    assert strong == bold


def test_a_collapsed_dropout_layer_shows_what_left_its_switches_and_its_ring():
    steps = told("three layers")
    for name, heading in (
        ("A2_drop", "A2_drop"),
        ("dA2_drop", "dA2_drop"),
        ("dA2", "dA2"),
        ("dW3", "A2_drop"),
    ):
        step = steps[name]
        root = circuit(step)
        assert heading in headings(root)[1]
        for (l, i), group in units(root).items():
            if l == 2:
                assert number(step.seen[heading][i, 0]) in texts(group)
                ringed = name == "dA2_drop" and step.story.leftover(2, i, 0)
                assert len(by_class(group, "ring")) == ringed
                dashed = [n for n in group.iter("rect") if n.get("stroke-dasharray") == "4 3"]
                assert len(dashed) == step.story.off(2, i, 0)


@pytest.mark.parametrize(
    "case", ["no dropout", "only the second", "a plain layer between", "two outputs"]
)
def test_a_layer_without_dropout_has_one_place_a_plain_wire_and_no_switch(case):
    story = told(case)["dW1"].story
    for step in told(case).values():
        root = circuit(step)
        for (l, _), group in units(root).items():
            assert len(levers(group)) == (2 if l in story.D else 0)
            assert not (by_class(group, "hatch") and l not in story.D)


def test_in_plain_layers_too_a_wrong_number_has_a_corner_and_one_made_here_a_frame():
    for case in ("one example", "three layers", "a plain layer between"):
        for recipe in ("no mask", "slope >= 0", "no scale"):
            for step in told(case, recipe).values():
                d = Drawing(step, 0, lay_out(step.story.net.sizes, step.story.D))
                for (l, i), group in units(draw_circuit(d, "")).items():
                    if l in d.at.terminal_x or l == step.story.net.L:
                        continue
                    name, story = d.single(l), step.story
                    corner = [n for n in by_class(group, "wrongword") if n.tag == "path"]
                    assert len(corner) == story.marked(story.wrong, name, i, 0)
                    assert len(by_class(group, "wrong")) == story.marked(story.made, name, i, 0)


@pytest.mark.parametrize("name", ["dW1", "dW2", "dW3"])
def test_edges_carry_the_gradient_of_each_weight(name):
    """Its sign in color and in dashes, its size in the width; 0 is dotted and has no color."""
    for recipe in ("correct", "no mask"):
        step = told("one example", recipe)[name]
        dW, found = step.seen[name], edges(circuit(step))
        assert len(found) == dW.size
        by_entry = {re.search(rf"{name}(\[.*?\]) = ", e.get("data-says"))[1]: e for e in found}
        widths = {}
        for (i, j), value in np.ndenumerate(dW):
            edge = by_entry[f"[{i}, {j}]"]
            dashes = edge.get("stroke-dasharray")
            assert edge.get("class") == ("thin" if value == 0 else "up" if value > 0 else "down")
            assert dashes == ("1 5" if value == 0 else "9 4" if value < 0 else None)
            widths[abs(value)] = float(edge.get("stroke-width"))
        assert [widths[v] for v in sorted(widths)] == sorted(widths.values())


def test_the_gradient_of_a_weight_runs_from_what_was_sent_to_the_sum_it_enters():
    step = told("one example")["dW2"]
    at = lay_out(step.story.net.sizes, step.story.D)
    for edge in edges(circuit(step)):
        x1, x2 = float(edge.get("x1")), float(edge.get("x2"))
        assert abs(x1 - at.right(1)) < 0.1
        assert abs(x2 - at.left(2)) < 0.1
        i, j = map(int, re.search(r"dW2\[(\d+), (\d+)\]", edge.get("data-says")).groups())
        assert abs(float(edge.get("y1")) - at.y[1][j]) < 0.1
        assert abs(float(edge.get("y2")) - at.y[2][i]) < 0.1


def test_the_gradient_of_a_bias_stands_at_its_unit():
    for name, n in (("db1", 4), ("db2", 3), ("db3", 1)):
        step = told("lesson", "no scale")[name]
        found = edges(circuit(step))
        assert [edge.get("class") for edge in found] == [
            "thin" if v == 0 else "up" if v > 0 else "down" for v in step.seen[name][:, 0]
        ]
        assert len(found) == n


def test_wires_flow_the_way_the_step_goes_and_only_then():
    for name, layers, back in (
        ("Z2", (1,), False),
        ("dA1_drop", (1,), True),
        ("Z1", (0,), False),
        ("loss", (), False),
        ("dZ2", (), True),
    ):
        flowing = [
            n
            for n in circuit(told()[name]).iter("line")
            if "flow" in n.get("class") and n.get("data-row")
        ]
        assert {int(n.get("data-row")[0]) for n in flowing} == set(layers)
        assert all(("back" in n.get("class")) == back for n in flowing)


def test_a_unit_that_is_off_sends_nothing_on_and_its_wires_are_faint():
    step = told()["Z2"]
    for wire in circuit(step).iter("line"):
        if wire.get("data-row", "").startswith("1 "):
            off = step.story.off(1, int(wire.get("data-row")[2:]), 0)
            assert (float(wire.get("stroke-opacity")) < 0.2) == off
            assert ("flow" in wire.get("class")) == (not off)


def test_the_output_shows_its_label_and_the_loss_from_the_loss_on():
    for example in range(5):
        for name, step in told().items():
            words = texts(circuit(step, example))
            loss = f"loss {number(step.story.arrays['losses'][example]).lstrip('+')}"
            assert (loss in words) == ("losses" in step.seen), name
            assert (f"y = {step.story.arrays['Y'][0, example]:.0f}" in words) == (
                "losses" in step.seen
            )


@pytest.mark.parametrize("case", ["lesson", "three layers", "large", "two outputs"])
def test_every_number_in_a_plain_unit_and_in_the_output_is_that_of_the_array(case):
    for step in told(case, "no mask").values():
        d = Drawing(step, 2, lay_out(step.story.net.sizes, step.story.D))
        for (l, i), group in units(draw_circuit(d, "")).items():
            if l in d.at.terminal_x:
                continue
            names = d.node(l) if l == step.story.net.L else (d.single(l),)
            expected = [number(step.seen[name][i, 2]) for name in names if name]
            found = [text for text in texts(group) if text[0] in "+−0"]
            assert found == expected, step.name


def test_the_arrows_over_a_switch_show_which_way_this_step_goes():
    def arrows(name):
        found = [
            m for m in marks(circuit(told()[name])) if m.node.tag == "path" and m.box.bottom < 40
        ]
        return [(m.node.get("class"), m.box.top < 20) for m in found]

    assert arrows("Z1") == []
    assert arrows("A1_drop") == [("dot", True)]
    assert arrows("dA2") == [("dimdot", True), ("dimdot", True), ("dot", False)]
    assert arrows("dA1") == [("dimdot", True), ("dot", False), ("dimdot", True), ("dimdot", False)]


def test_nothing_is_drawn_over_the_words_at_the_marks():
    root = circuit(told("one example", "no mask")["dA1"])
    kinds = [node.get("class", "").split()[-1] for node in root]
    first = kinds.index("over")
    assert set(kinds[first:]) == {"over"}


@pytest.mark.parametrize("case", ["lesson", "large"])
def test_the_units_of_a_dropout_layer_stand_on_a_card(case):
    step = told(case)["dA1"]
    drawn = list(marks(circuit(step)))
    cards = [m.box for m in drawn if m.node.get("class") == "card" and m.node.get("fill-opacity")]
    assert len(cards) == len(step.story.D)
    for mark in drawn:
        if mark.node.get("class") == "halo" and mark.group().get("aria-pressed"):
            left, top, right, bottom = mark.box
            under = [c for c in cards if c.left < left and right < c.right]
            assert len(under) == 1
            assert under[0].top < top < bottom <= under[0].bottom


@np.errstate(all="ignore")
def test_values_that_are_not_numbers_are_drawn_and_said():
    """Divided by 1 - keep_prob = 0: infinite forward, NaN back, and not called a mistake of some line."""
    case = case_of("lesson")
    masks = {l: np.ones_like(D) for l, D in case.masks.items()}
    steps = tell_steps(case, KNOWN["wrong scale"], masks, keep_prob=1.0)
    assert not steps["dA1"].wrong
    for step in steps.values():
        assert step.sentence.endswith(".")
        assert fromstring(draw(step)) is not None
    assert "+inf" in texts(circuit(steps["A1_drop"]))
    assert by_class(circuit(steps["A1_drop"]), "nan")
