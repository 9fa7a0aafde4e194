"""A dropout unit: two places, two wires, one switch; each mark stands where the arrays say, and only there."""

import itertools
from functools import cache

import numpy as np
import pytest
from pictures.seen import (
    FEW,
    LOOKS,
    RECIPES,
    by_attribute,
    by_class,
    levers,
    marks,
    texts,
    told,
)

from dropout_lab.bugs.catalogue import redraw
from dropout_lab.pictures.circuit import draw_circuit
from dropout_lab.pictures.layout import lay_out
from dropout_lab.pictures.unit import Drawing, unit_label
from dropout_lab.text import number

AT = ("Z1", "D1", "A1_drop", "dA2_drop", "dA2", "dA1", "dZ1")


def drawing(step, example=0):
    return Drawing(step, example, lay_out(step.story.net.sizes, step.story.D))


def units_of(step, example=0):
    """The groups of all dropout units of a step, by layer and unit."""
    groups = by_attribute(draw_circuit(drawing(step, example), ""), "data-press")
    return {tuple(map(int, key.split())): group for key, group in groups.items() if key[0] != "u"}


@cache
def drawn(recipe, name, j):
    return units_of(told("lesson", recipe)[name], j)


def everywhere(recipes=LOOKS, at=AT, examples=(0, 3)):
    """Every dropout unit at these steps: the step, the example, its layer and number, its group."""
    for recipe, name, j in itertools.product(recipes, at, examples):
        for (l, i), group in drawn(recipe, name, j).items():
            yield told("lesson", recipe)[name], j, l, i, group


def shown(step, l):
    """The arrays in the places of a unit: before the switch and after it, values and gradients."""
    node = (f"Z{l}", f"dZ{l}") if f"dZ{l}" in step.seen else (f"A{l}", f"dA{l}")
    node = (f"Z{l}", node[1]) if f"A{l}" not in step.seen else node
    return [name for name in (*node, f"A{l}_drop", f"dA{l}_drop") if name in step.seen]


def words_with_factor(group):
    """What stands at the switch: text, its class, and how far it is from the middle of the unit."""
    halo = next(node for node in group if "halo" in node.get("class"))
    middle = float(halo.get("y")) + float(halo.get("height")) / 2
    return [
        (node.text, node.get("class").split()[0], float(node.get("y")) - middle)
        for node in group.iter("text")
        if node.text[0] in "÷×f"
    ]


def test_a_ring_is_drawn_exactly_where_an_off_unit_has_a_gradient_after_its_switch():
    for step, j, l, i, group in everywhere(at=("dA2_drop", "dA1"), examples=range(5)):
        gradient = step.seen.get(f"dA{l}_drop")
        ringed = gradient is not None and not step.story.D[l][i, j] and gradient[i, j] != 0
        assert len(by_class(group, "ring")) == ringed


def test_a_frame_is_drawn_where_the_mistake_is_made_and_a_corner_where_a_number_is_wrong():
    for step, j, l, i, group in everywhere(at=(*AT, "dZ2", "dW2")):
        names = shown(step, l)
        made = sum(step.story.made[name][i, j] for name in names if name in step.story.made)
        wrong = sum(step.story.wrong[name][i, j] for name in names if name in step.story.wrong)
        assert len([node for node in by_class(group, "wrong") if node.tag == "rect"]) == made
        corners = [node for node in by_class(group, "wrongword") if node.tag == "path"]
        assert len(corners) == wrong >= made


def test_hatching_stands_exactly_where_the_factor_in_that_direction_is_0():
    for step, j, l, i, group in everywhere():
        factors = {f"A{l}_drop": "forward", f"dA{l}": "backward"}
        stopped = 0
        for name, passed in factors.items():
            factor = step.story.factors[passed][l]
            stopped += name in step.seen and factor is not None and factor[i, j] == 0
        assert len(by_class(group, "hatch")) == stopped


def test_in_the_row_of_an_off_unit_the_hatching_is_a_diagonal():
    """After the switch the value is stopped, before it the gradient; the other two are alive."""
    step = told("lesson")["dA1"]
    group = units_of(step)[(1, 0)]
    x_node, x_terminal = (drawing(step).at.node_x[1], drawing(step).at.terminal_x[1])
    y = drawing(step).at.y[1][0]
    found = [m.box for m in marks(group) if m.node.get("class") == "hatch"]
    lower, upper = sorted(found)
    assert abs((lower.left + lower.right) / 2 - x_node) < 6
    assert lower.top > y
    assert abs((upper.left + upper.right) / 2 - x_terminal) < 6
    assert upper.bottom < y
    values = [step.seen[name][0, 0] for name in ("A1", "dA1_drop")]
    assert all(value != 0 and number(value) in texts(group) for value in values)


def test_the_upper_lever_is_the_mask_and_the_lower_one_is_what_the_recipe_uses():
    for recipe in RECIPES:
        steps = told("lesson", recipe)
        for l, D in steps["dA1"].story.D.items():
            back = {"fresh mask": redraw(D, 0.7), "one minus mask": ~D}.get(recipe, D)
            for name, j in itertools.product(("D1", "A1_drop", "dA2", "dA1"), range(5)):
                lower = (
                    back if f"dA{l}" in steps[name].seen else D
                )  # before that line it is not known
                for (k, i), unit in drawn(recipe, name, j).items():
                    assert k != l or levers(unit) == [D[i, j], lower[i, j]], (recipe, name)


def test_the_rod_ties_both_levers_and_is_broken_where_they_differ():
    for _, _, _, _, group in everywhere(
        recipes=("correct", "no mask", "fresh mask", "one minus mask")
    ):
        up, low = levers(group)
        rods = [node for node in group.iter("line") if node.get("stroke-dasharray") == "2 3"]
        crack = [
            n for n in by_class(group, "wrong") if n.tag == "path" and "flow" not in n.get("class")
        ]
        assert (len(rods), len(crack)) == ((1, 0) if up == low else (2, 1))


def test_a_gradient_leaks_only_across_an_open_lever_of_a_recipe_without_a_mask():
    found = set()
    for recipe in RECIPES:
        for step, j, l, i, group in everywhere((recipe,), ("A1_drop", "dA2", "dA1"), range(5)):
            crossed = step.seen.get(f"dA{l}", step.story.D[l] * 0.0)[i, j] != 0
            leaks = crossed and not levers(group)[1] and bool(step.wrong)
            arcs = [node for node in by_class(group, "wrong") if "flow" in node.get("class")]
            assert len(arcs) == texts(group).count("leaks") == leaks
            found |= {recipe} if leaks else set()
    assert found == {"no mask", "neither", "two slips", "no factor"}


@pytest.mark.parametrize(
    ("recipe", "kept", "off"),
    [
        ("correct", ["÷ 0.70"], ["× 0"]), ("no mask", ["÷ 0.70"], ["× 0", "÷ 0.70"]),
        ("no scale", ["÷ 0.70", "× 1"], ["× 0"]), ("neither", ["÷ 0.70", "× 1"], ["× 0", "× 1"]),
        ("scaled twice", ["÷ 0.70", "× 2.04"], ["× 0"]),
        ("multiplied by keep_prob", ["÷ 0.70", "× 0.70"], ["× 0"]),
        ("one minus mask", ["÷ 0.70", "× 0"], ["× 0", "÷ 0.70"]),
        ("wrong scale", ["× 3.33"], ["× 0"]), ("no scale at all", ["× 1"], ["× 0"]),
        ("no factor", ["÷ 0.70", "f(dA)"], ["× 0", "f(dA)"]),
        ("no factor at all", ["f(A)"], ["f(A)"]),
    ],
)  # fmt: skip
def test_the_factor_stands_once_between_the_lanes_where_both_ways_agree_else_in_each(
    recipe, kept, off
):
    groups = units_of(told("lesson", recipe)["dA1"])
    quarter = drawing(told()["dA1"]).at.place[1] / 4
    for unit, expected in ((1, kept), (0, off)):
        texts_, classes, ys = zip(*words_with_factor(groups[(1, unit)]), strict=True)
        assert list(texts_) == expected
        first = "ink" if len(expected) == 1 else "dim"
        assert classes[0] == (first if texts_[0] == ("÷ 0.70" if unit else "× 0") else "amberword")
        if len(expected) == 1:
            assert abs(ys[0] - 5) < quarter / 2
        else:
            assert classes[1] == "wrongword"
            assert ys[0] < -quarter + 2 < 0 < ys[1] < quarter


def test_before_its_line_has_run_no_factor_stands_at_a_switch():
    assert not any(map(words_with_factor, units_of(told()["D1"]).values()))


def test_the_numbers_in_the_places_are_those_of_the_arrays_and_none_else():
    for step, j, l, i, group in everywhere(recipes=FEW):
        expected = [number(float(step.seen[name][i, j])) for name in shown(step, l)]
        found = [text for text in texts(group) if text[0] in "+−0ni"]
        assert sorted(found) == sorted(expected)
        assert "−0" not in found


def test_what_the_step_moves_between_is_bold():
    expected = {
        "Z1": ["Z1"], "A1_drop": ["A1", "A1_drop"], "dA1_drop": ["dA1_drop"],
        "dA1": ["dA1", "dA1_drop"], "dZ1": ["dZ1"], "db1": ["dZ1"], "dW2": ["A1_drop"],
    }  # fmt: skip
    for name, names in expected.items():
        step = told("lesson", "no scale")[name]
        for (l, i), group in units_of(step, 2).items():
            bold = [
                n.text for n in group.iter("text") if n.get("font-weight") and n.text[0] in "+−0"
            ]
            if l == 1:
                assert sorted(bold) == sorted(number(step.seen[a][i, 2]) for a in names)
            else:
                assert len(bold) == (name == "dW2")


def test_what_is_not_yet_computed_is_a_dotted_or_an_empty_place_and_a_faint_lever():
    groups = units_of(told("lesson")["A1_drop"])
    assert len([n for n in groups[(2, 0)].iter("rect") if n.get("stroke-dasharray") == "2 4"]) == 2
    assert not [n for n in groups[(1, 0)].iter("rect") if n.get("stroke-dasharray") == "2 4"]
    faint = [
        n.get("stroke-opacity") for n in groups[(1, 0)].iter("line") if n.get("stroke-linecap")
    ]
    assert faint == ["1", "0.35"]


def test_every_unit_is_a_button_that_says_its_state_its_numbers_and_what_would_be_true():
    for step, j, l, i, group in everywhere(recipes=FEW):
        off = not step.story.D[l][i, j]
        assert (group.get("role"), group.get("tabindex")) == ("button", "0")
        assert group.get("aria-pressed") == str(bool(off)).lower()
        says = group.get("aria-label")
        assert says == unit_label(drawing(step, j), l, i)
        assert says.startswith(f"unit {i} of layer {l}, {'off' if off else 'kept'}")
        names = shown(step, l)
        for name in names:
            assert f", {name} {number(step.seen[name][i, j])}" in says
        wrong = [name for name in names if name in step.wrong and step.wrong[name][i, j]]
        assert says.count("wrong, true ") == len(wrong)
        for name in wrong:
            assert (
                f"{name} {number(step.seen[name][i, j])}, wrong, true {number(step.truth[name][i, j])}"
                in says
            )


def test_ring_frame_hatching_and_switch_are_different_shapes():
    step = told("lesson", "no mask")["dA1"]
    group = units_of(step)[(1, 0)]
    assert [node.tag for node in by_class(group, "ring")] == ["ellipse"]
    assert sorted(node.tag for node in by_class(group, "wrong")) == ["path", "rect"]  # leak, frame
    assert {node.tag for node in by_class(group, "hatch")} == {"path"}
    assert len(levers(group)) == 2


@pytest.mark.parametrize("case", ["lesson", "one example"])
@pytest.mark.parametrize("recipe", LOOKS)
def test_words_stand_at_the_mark_once_and_only_where_they_are_true(case, recipe):
    for name, step in told(case, recipe).items():
        words, l, story = texts(draw_circuit(drawing(step), "")), step.line.layer, step.story
        switched = l in story.D and name in (f"dA{l}_drop", f"dA{l}")
        ringed = [i for i in range(len(story.D[l])) if story.leftover(l, i, 0)] if switched else []
        found = [word for word in words if word in ("not zero", "not zero:", "right, not zero:")]
        assert len(found) == bool(ringed)
        right = any(word.startswith("right,") for word in words)
        wrong = story.wrong.get(f"dA{l}_drop", np.zeros((9, 9)))
        assert right == (bool(ringed) and not wrong[ringed[0], 0])
        stopped = [i for i in ringed if name == f"dA{l}" and story.arrays[name][i, 0] == 0]
        assert words.count("stopped") == words.count(f"by D{l}") == bool(stopped)


@pytest.mark.parametrize("case", ["lesson", "one example"])
@pytest.mark.parametrize("recipe", LOOKS)
def test_what_would_be_true_stands_beside_each_number_that_is_made_wrong(case, recipe):
    for name in ("dA2_drop", "dA2", "dZ2", "dA1", "dZ1", "db1"):
        if step := told(case, recipe).get(name):
            story, j = step.story, step.story.m - 1
            words = texts(draw_circuit(drawing(step, j), ""))
            shown = {l: f"dZ{l}" if f"dZ{l}" in step.seen else f"dA{l}" for l in story.D}
            expected = [
                "be 0" if true == 0 else number(true).lstrip("+")
                for l, name in shown.items() if name in step.seen and name in story.made
                for true in story.truth[name][:, j][story.made[name][:, j]]
            ]  # fmt: skip
            heads = [
                words[k + 1 : k + 3] for k, word in enumerate(words) if word in ("should", "true")
            ]
            assert sorted(next(w for w in head if w != "be") for head in heads) == sorted(expected)
