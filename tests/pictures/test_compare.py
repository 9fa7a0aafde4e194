"""The picture of a broken backward pass: a verdict for every gradient, and one beside the true one."""

from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from pictures.seen import CASES, FEW, LOOKS, by_class, case_of, frame, marks, texts, told

from dropout_lab.pictures.compare import (
    comparison_parts,
    describe_comparison,
    draw_comparison,
    error_of,
    gradient_names,
)
from dropout_lab.pictures.layout import View
from dropout_lab.pictures.svg import as_text
from dropout_lab.text import number


def steps_of(recipe, case="lesson"):
    return list(told(case, recipe).values())


def verdicts(steps, chosen="dW1"):
    """What stands in the list: each gradient's button."""
    _, listed, *_ = comparison_parts(steps, chosen)
    return {node.get("data-press"): node for node in listed.iter("g") if node.get("data-press")}


@pytest.mark.parametrize("recipe", LOOKS)
def test_every_gradient_says_whether_it_is_right_made_wrong_here_or_inherited(recipe):
    steps = steps_of(recipe)
    last, found = steps[-1], verdicts(steps)
    assert list(found) == gradient_names(steps)
    for name, button in found.items():
        sign, written, words = texts(button)
        wrong, made = name in last.wrong, name in last.story.made
        assert written == name
        assert sign == ("✗" if made else "◥" if wrong else "✓")
        error = number(error_of(last, name)).lstrip("+")
        said = f"{error} {'made here' if made else 'inherited'}" if wrong else "right"
        assert words == said
        assert button.get("aria-label").startswith(f"{name}, {'wrong' if wrong else 'right'}")
        assert button.get("aria-label").endswith(("made here", "inherited", "right"))


def test_the_chosen_gradient_is_outlined_and_pressed():
    for chosen in gradient_names(steps_of("no mask")):
        pressed = {
            name: b.get("aria-pressed") for name, b in verdicts(steps_of("no mask"), chosen).items()
        }
        assert [name for name, state in pressed.items() if state == "true"] == [chosen]
        outlined = [
            name for name, b in verdicts(steps_of("no mask"), chosen).items() if by_class(b, "line")
        ]
        assert outlined == [chosen]


def test_the_error_is_the_relative_error_of_that_gradient():
    last = steps_of("no scale")[-1]
    found, true = last.seen["dW1"], last.truth["dW1"]
    assert np.isclose(error_of(last, "dW1"), (1 - 0.49) / (1 + 0.49))  # two layers of switches
    assert np.allclose(found, 0.49 * true)
    assert error_of(last, "dW3") == 0


@pytest.mark.parametrize("recipe", FEW[1:3])
def test_the_numbers_shown_are_the_recipes_and_the_true_ones(recipe):
    steps = steps_of(recipe)
    last = steps[-1]
    for name in gradient_names(steps):
        *_, mine, true = comparison_parts(steps, name)
        assert (texts(mine)[0], texts(true)[0]) == (name, f"true {name}")
        for root, values in ((mine, last.seen[name]), (true, last.truth[name])):
            cells = [
                g for g in root.iter("g") if g.find("rect") is not None and g.find("g") is None
            ]
            others = ("grid", "columnheader")
            shown = [
                texts(cell)[0]
                for cell in cells
                if cell.get("role") not in others and cell.get("class") != "matrix"
            ]
            assert shown == [number(float(value)) for value in values.ravel()]


@pytest.mark.parametrize("recipe", LOOKS)
def test_only_the_recipes_matrix_is_marked_and_where_the_arrays_say(recipe):
    steps = steps_of(recipe)
    story = steps[-1].story
    for name in gradient_names(steps):
        *_, mine, true = comparison_parts(steps, name)
        assert len(by_class(mine, "wrongword")) == story.wrong.get(name, np.zeros(1)).sum()
        assert len(by_class(mine, "wrong")) == story.made.get(name, np.zeros(1)).sum()
        assert not by_class(true, "wrongword")
        assert not by_class(true, "wrong")
        l = int(name[2])
        back, there = (story.factors[way].get(l) for way in ("backward", "forward"))
        hatched = [f is not None and name == f"dA{l}" and (f == 0).sum() for f in (back, there)]
        assert [len(by_class(root, "hatch")) for root in (mine, true)] == hatched


def test_the_code_is_the_line_and_the_two_of_its_layer_that_a_recipe_can_get_wrong():
    _, _, code, *_ = comparison_parts(steps_of("no mask"), "dW1")
    assert texts(code) == [
        "dW1 = dZ1 @ X.T / m",
        "dA1 = dA1_drop / keep_prob",
        "dZ1 = dA1 * (Z1 > 0)",
    ]
    _, _, code, *_ = comparison_parts(steps_of("no mask"), "dA2")
    assert texts(code) == ["dA2 = dA2_drop / keep_prob", "dZ2 = dA2 * (Z2 > 0)"]


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in CASES if case_of(case).masks])
def test_nothing_moves_from_gradient_to_gradient_and_nothing_sticks_out(case):
    sizes = set()
    for recipe in ("fresh mask", "no factor") if case == "lesson" else ("fresh mask",):
        steps = steps_of(recipe, case)
        for name in gradient_names(steps):
            shown = comparison_parts(steps, name)
            sizes.add(tuple(map(frame, shown)))
            for part in shown:
                assert all(mark.box.inside(*frame(part)) for mark in marks(part))
    assert len(sizes) == 1


def test_the_parts_of_the_lesson_stand_in_two_rows_of_the_box_of_a_lab():
    shown = comparison_parts(steps_of("no mask"), "dA1")
    widths = [frame(part)[0] for part in shown]
    assert sum(widths[:2]) + 12 <= 1112 < sum(widths[:3])
    assert sum(widths[2:]) + 24 <= 1112


def test_in_words():
    words = describe_comparison(steps_of("no scale"), "db1")
    assert words.startswith("db1 = np.sum(dZ1, axis=1, keepdims=True) / m. ")
    assert "Not the true gradient: dA2, dZ2, dW2, db2, dA1_drop, dA1, dZ1, dW1, db1." in words
    last = steps_of("no scale")[-1]
    found, true = (number(float(values["db1"][0, 0])) for values in (last.seen, last.truth))
    assert f" db1: {found};" in words
    assert f"true db1: {true};" in words
    assert found != true
    assert "All gradients are true." in describe_comparison(steps_of("correct"), "dW1")


def test_the_whole_picture_is_valid_and_the_same_again():
    for recipe in FEW[1:3]:
        one, two = (as_text(draw_comparison(steps_of(recipe), "dA1", 2)) for _ in range(2))
        assert one == two
        root = fromstring(one)
        assert root.get("data-step") == "dA1"
        assert not any(node.get("id") for node in root.iter())
    whole = draw_comparison(steps_of("no mask"), "dW1")
    assert all(mark.box.inside(*frame(whole)) for mark in marks(whole))


def test_of_a_large_gradient_a_window_is_compared():
    steps = steps_of("no mask", "large")
    *_, mine, true = comparison_parts(steps, "dW1", 0, View(first={0: 2, 1: 12}))
    for root in (mine, true):
        assert texts(root)[1:9] == ["unit 2", *map(str, range(3, 10))]
        assert number(
            float((steps[-1].seen if root is mine else steps[-1].truth)["dW1"][12, 2])
        ) in texts(root)
    *_, mine, _ = comparison_parts(steps, "dA1", 40, View(examples=40))
    assert texts(mine)[1] == "ex. 40"


def test_an_unknown_gradient_is_named():
    with pytest.raises(ValueError, match="there is no gradient 'dA0'; there are dZ3, dW3"):
        draw_comparison(steps_of("no mask"), "dA0")
