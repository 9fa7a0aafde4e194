"""The picture: valid, deterministic, complete, and it says at a glance what the step did."""

import dataclasses
import re
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from cases import draw_case

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.passes import backward, forward
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import lesson
from dropout_lab.pictures.stage import describe, draw
from dropout_lab.pictures.steps import tell
from dropout_lab.pictures.svg import INK_ON_FILL, color
from dropout_lab.text import number, numbers

RECIPES = {"correct": CORRECT} | BUGS


def steps_by_name(recipe=CORRECT, case=None, masks=None):
    case = case or lesson()
    masks = masks or case.masks
    fwd = forward(case.net, case.X, masks, case.keep_prob, recipe)
    bwd = backward(case.net, fwd, case.Y, recipe)
    return {step.name: step for step in tell(case.net, fwd, bwd, case.Y, recipe)}


def elements(svg, class_):
    return [node for node in fromstring(svg).iter() if class_ in node.get("class", "").split()]


def texts(svg):
    return [node.text for node in fromstring(svg).iter() if node.tag.endswith("text")]


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("examples", [5, 1])
def test_every_step_of_every_recipe_is_valid_and_deterministic(name, examples):
    case = lesson(examples)
    for step in steps_by_name(RECIPES[name], case).values():
        for example in {0, examples - 1}:
            svg = draw(step, example)
            assert svg == draw(step, example)
            root = fromstring(svg)
            assert root.tag == "{http://www.w3.org/2000/svg}svg"
            assert root.get("data-step") == step.name
            assert step.code in texts(svg)
            assert not any(node.get("id") for node in root.iter())
            assert "−0 " not in svg


def test_every_unit_is_labelled_and_every_switch_is_a_button():
    svg = draw(steps_by_name()["dA1"])
    units = elements(svg, "unit")
    assert len(units) == sum(lesson().net.sizes)
    assert all(unit.get("aria-label") for unit in units)
    pressable = {unit.get("data-press"): unit for unit in elements(svg, "press")}
    assert set(pressable) == {f"1 {i}" for i in range(4)} | {f"2 {i}" for i in range(3)}
    for key, unit in pressable.items():
        l, i = map(int, key.split())
        off = not lesson().masks[l][i, 0]
        assert unit.get("role") == "button"
        assert unit.get("tabindex") == "0"
        assert unit.get("aria-pressed") == str(off).lower()
        assert f"unit {i} of layer {l}, {'off' if off else 'kept'}" in unit.get("aria-label")


def test_the_label_of_a_unit_tells_both_wires_and_the_truth_where_it_is_wrong():
    right, wrong = (steps_by_name(recipe)["dA2"] for recipe in (CORRECT, BUGS["no mask"]))
    (label,) = [
        unit.get("aria-label")
        for unit in elements(draw(right), "press")
        if unit.get("data-press") == "2 0"
    ]
    assert label == "unit 0 of layer 2, off, dA2_drop +0.19, dA2 0"
    assert "off, dA2_drop +0.19, dA2 +0.27, wrong, true 0" in draw(wrong)


@pytest.mark.parametrize("name", ["A1_drop", "dA1_drop", "dA1", "dZ1", "dW2"])
def test_a_ring_is_drawn_exactly_where_an_off_unit_has_an_after_switch_gradient(name):
    steps = steps_by_name()
    for example in range(5):
        step = steps[name]
        expected = sum(
            int(not D[i, example] and step.seen[f"dA{l}_drop"][i, example] != 0)
            for l, D in step.story.D.items()
            if f"dA{l}_drop" in step.seen
            for i in range(len(D))
        )
        in_legend = 1 if expected else 0
        # cellring is the same mark in the matrix
        assert len(elements(draw(step, example), "ring")) == expected + in_legend


def test_open_switches_say_off_and_closed_ones_their_factor():
    for name in ("A1_drop", "dA1"):
        words = texts(draw(steps_by_name()[name]))
        assert words.count("off") == 3  # two units of layer 1, one of layer 2
        assert words.count("÷ 0.70") == 2
    assert "× 1" in texts(draw(steps_by_name(BUGS["no scale"])["dA1"]))
    assert "× 2.04" in texts(draw(steps_by_name(BUGS["scaled twice"])["dA1"]))


def test_a_unit_that_is_off_keeps_its_value():
    step = steps_by_name()["A1_drop"]
    assert step.seen["A1"][0, 0] > 0
    assert number(step.seen["A1"][0, 0]) in texts(draw(step))


def test_wrong_values_are_framed_and_nothing_else_is():
    for recipe in RECIPES.values():
        step = steps_by_name(recipe, lesson(1))["dA1"]
        wrong = step.wrong.get("dA1", np.zeros((4, 1), bool))
        svg = draw(step)
        assert len(elements(svg, "cellwrong")) == wrong.sum()
        assert ("not the true gradient" in svg) == bool(wrong.any())
        assert ("leaks" in texts(svg)) == bool((step.seen["dA1"][~step.story.D[1]] != 0).any())


def test_true_values_stand_beside_wrong_ones():
    svg = draw(steps_by_name(BUGS["no mask"], lesson(1))["dA1"])
    assert "true dA1[:, 0] =" in texts(svg)
    assert "0, +0.61, 0, +0.52" in texts(svg)
    assert "<title>true value 0</title>" in svg


def test_the_true_values_are_those_of_the_example_shown():
    step = steps_by_name(BUGS["no mask"])["dA1"]
    for example in range(5):
        true = ", ".join(number(value) for value in step.truth["dA1"][:, example])
        assert f"true dA1[:, {example}] =" in texts(draw(step, example))
        assert true in texts(draw(step, example))


def test_off_entries_are_hatched_and_the_example_is_outlined():
    step = steps_by_name()["A1_drop"]
    svg = draw(step, 3)
    hatched = [n for n in fromstring(svg).iter() if n.get("stroke") == "#57606a"]
    assert len(hatched) == 2 * (~step.story.D[1]).sum()
    assert "example 3" in texts(svg)


def test_steps_that_have_not_run_are_empty():
    step = steps_by_name()["Z1"]
    matrix = step.seen["Z1"].size
    shown = [n for n in elements(draw(step), "value") if re.search(r"\d", n.text or "")]
    assert len(shown) == matrix + 3 + 4  # the matrix, the inputs, the nodes of layer 1


def test_edges_carry_the_gradient_of_weights_and_a_zero_one_has_no_color():
    case = lesson(1)
    step = steps_by_name(case=case)["dW2"]
    edges = [n for n in fromstring(draw(step)).iter() if n.tag.endswith("line")]
    dotted = [n for n in edges if n.get("stroke-dasharray") == "1 5"]
    colored = [n for n in edges if n.get("stroke") in ("#56b4e9", "#e69f00")]
    assert len(dotted) == (step.seen["dW2"] == 0).sum()
    assert len(colored) == (step.seen["dW2"] != 0).sum() > 0
    negative = [n for n in colored if n.get("stroke-dasharray")]
    assert len(negative) == (step.seen["dW2"] < 0).sum()


@pytest.mark.parametrize("name", ["Z1", "A1_drop", "loss", "dA1", "dW2", "db1"])
def test_a_changed_number_changes_the_picture(name):
    step = steps_by_name()[name]
    changed = np.array(step.seen[step.line.array], float)
    changed[..., 0] += 0.01 if changed.ndim == 1 else 0.25
    seen = dict(step.seen) | {step.line.array: changed}
    assert draw(dataclasses.replace(step, seen=seen)) != draw(step)


def test_the_description_tells_the_layer_in_words():
    words = describe(steps_by_name()["dA2"], 0)
    assert words.startswith(
        "Backward pass, dA2 = dA2_drop * D2 / keep_prob, example 0. "
        "Unit 0 of layer 2, off, dA2_drop +0.19, dA2 0; unit 1"
    )
    assert "Row by row" in describe(steps_by_name()["dW2"])


def test_an_example_that_is_not_there_is_named():
    with pytest.raises(IndexError, match="no example 5; they are numbered 0 to 4"):
        draw(steps_by_name()["dA1"], 5)


def test_a_large_network_is_cut_to_what_can_be_read_and_says_so():
    case = draw_case("tanh", (2, 20, 3, 1), m=30, layers=(1,))
    step = steps_by_name(case=case)["dA1"]
    svg = draw(step, 17)
    assert "and 12 more" in texts(svg)
    assert "and 12 more rows, columns 14 to 19 of 30" in texts(svg)
    assert "example 17" in texts(svg)
    assert len(elements(svg, "press")) == 8


def test_values_that_are_not_numbers_are_drawn_and_said():
    with np.errstate(all="ignore"):
        case = lesson()
        masks = {l: np.ones_like(D) for l, D in case.masks.items()}
        fwd = forward(case.net, case.X, masks, 1.0, BUGS["wrong scale"])
        bwd = backward(case.net, fwd, case.Y, BUGS["wrong scale"])
        for step in tell(case.net, fwd, bwd, case.Y, BUGS["wrong scale"]):
            assert fromstring(draw(step)) is not None
            if step.name == "A1_drop":
                assert "+inf" in texts(draw(step))


def test_text_is_escaped():
    step = steps_by_name()["dA1"]
    evil = dataclasses.replace(step.line, code="</text><script>alert(1)</script>")
    evil = dataclasses.replace(step, line=evil)
    assert "<script" not in draw(evil)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (1.0, "+1"), (-2.0, "−2"), (0.266, "+0.27"), (-0.005, "−0.01"),
        (0.0049, "+5e−3"), (-0.00051, "−5e−4"), (9.96e-4, "+1e−3"), (1e-12, "+1e−12"),
        (12.34, "+12.3"), (123.4, "+123"), (1e6, "+1e+06"), (np.nan, "nan"), (-np.inf, "−inf"),
    ],
)  # fmt: skip
def test_numbers_are_short_and_only_an_exact_zero_is_0(value, text):
    assert number(value) == text


def test_an_array_in_one_line():
    assert numbers(np.array([[0.5], [-0.0]])) == "+0.50  0"


def luminance(hex_color):
    channels = [int(hex_color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("value", np.linspace(-1.5, 1.5, 13))
def test_numbers_on_fills_have_contrast_and_only_zero_is_white(value):
    light, dark = luminance(color(value, 1.0)), luminance(INK_ON_FILL)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
    assert (color(value, 1.0) == "#ffffff") == (value == 0)
