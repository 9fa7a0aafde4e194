"""The picture of a step, whole: valid, the same bytes again, escaped, said in words; and its parts on a page."""

import dataclasses
import itertools
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from pictures.seen import (
    CASES,
    FEW,
    RECIPES,
    STEPS,
    by_attribute,
    by_class,
    case_of,
    frame,
    marks,
    number_of,
    tell_steps,
    texts,
    told,
)

from dropout_lab.bugs.catalogue import BUGS, KNOWN
from dropout_lab.core.passes import sample_masks
from dropout_lab.pictures.layout import View
from dropout_lab.pictures.stage import (
    Said,
    build,
    describe,
    draw,
    draw_scale,
    parts,
    strip,
    write_parts,
)
from dropout_lab.pictures.svg import SHADES, as_text
from dropout_lab.text import number, numbers


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("case", ["lesson", "one example"])
def test_every_step_of_every_recipe_is_valid(recipe, case):
    for name, step in told(case, recipe).items():
        svg = draw(step, step.story.m - 1)
        root = fromstring(svg)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.get("data-step") == name
        assert not any(node.get("id") for node in root.iter())
        assert step.code in [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
        assert "−0 " not in svg
        assert '"-0' not in svg.replace('"-0.', "")


@pytest.mark.parametrize("recipe", FEW[:3])
def test_the_same_steps_give_the_same_text(recipe):
    for case in ("lesson", "one example"):
        again = tell_steps(case_of(case), RECIPES[recipe])
        for name, step in told(case, recipe).items():
            assert draw(step) == draw(again[name])


@pytest.mark.parametrize("case", CASES)
def test_the_whole_picture_holds_its_parts(case):
    for step in list(told(case).values())[::3]:
        root = build(
            step,
            said=Said("gradient check 0.14, worst at dW1[2, 0]", False, "A sentence. " * 30),
        )
        width, height = frame(root)
        assert all(mark.box.inside(width, height) for mark in marks(root))
        inner = [node for node in root if node.tag == "svg"]
        assert len(inner) == 3  # network, what stands beside it, scale
        boxes = [(float(n.get("x")), float(n.get("y")), *frame(n)) for n in inner]
        (x1, y1, w1, h1), (x2, y2, _, h2), (_, y3, _, _) = boxes
        assert x1 + w1 < x2
        assert y1 == y2
        assert y3 >= y1 + max(h1, h2)


def test_verdict_and_sentence_stand_over_the_picture():
    step = told("lesson", "no mask")["dA1"]
    good = build(step, said=Said("right", True, "Two words."))
    bad = build(step, said=Said("wrong", False, ("Two words. " * 40).strip()))
    assert "✓ right" in texts(good)
    assert {n.get("class") for n in good.iter("text") if n.text == "✓ right"} == {"ink"}
    assert {n.get("class") for n in bad.iter("text") if n.text == "✗ wrong"} == {"wrongword"}
    assert "Two words." in texts(good)
    lines = [text for text in texts(bad) if text.startswith(("Two", "words"))]
    assert " ".join(lines) == ("Two words. " * 40).strip()
    assert len(lines) > 2


@pytest.mark.parametrize("evil", ["</text><script>alert(1)</script>", '"><b>', "a & b"])
def test_text_is_escaped(evil):
    step = told()["dA1"]
    step = dataclasses.replace(step, line=dataclasses.replace(step.line, right=evil))
    svg = as_text(build(step, said=Said(evil, True, evil)))
    assert "<script" not in svg
    assert "<b>" not in svg
    assert [node.text for node in fromstring(svg).iter() if node.text == evil]


@pytest.mark.parametrize("name", STEPS)
def test_a_changed_number_changes_the_picture(name):
    step = told()[name]
    array = step.line.array
    changed = np.array(step.seen[array])
    changed[..., 0] = ~changed[..., 0] if changed.dtype == bool else changed[..., 0] + 0.25
    story = dataclasses.replace(step.story, arrays=dict(step.story.arrays) | {array: changed})
    assert draw(dataclasses.replace(step, story=story)) != draw(step)


@pytest.mark.parametrize("case", ["lesson", "three layers", "large", "two outputs"])
def test_the_words_of_a_step_tell_its_line_and_every_unit_of_its_layer(case):
    for recipe in FEW[:2]:
        for step in told(case, recipe).values():
            words = describe(step, 1)
            assert words.startswith(f"{step.passed.capitalize()} pass, {step.code}, example 1. ")
            assert words == parts(step, 1)[0].get("aria-label")
            if step.line.kind in ("dW", "db"):
                assert "Row by row: " in words
                assert words.count(";") == len(step.seen[step.line.array]) - 1
                continue
            l, n = step.line.layer, step.story.net.sizes[step.line.layer]
            assert words.count(";") == n - 1
            if step.name != "loss" and step.line.kind != "D" and f"{step.line.kind}" != "Z":
                for i in range(n):
                    assert f"{step.line.array} {number(step.seen[step.line.array][i, 1])}" in words
            if l in step.story.D:
                assert words.count(", off,") + words.count(", kept,") >= n - 1


def test_the_words_say_what_is_wrong_and_what_would_be_true():
    assert describe(told("lesson", "no mask")["dA2"]).startswith(
        "Backward pass, dA2 = dA2_drop / keep_prob, example 0. "
        "Unit 0 of layer 2, off, A2 +1.57, dA2 +0.85, wrong, true 0, A2_drop 0, dA2_drop +0.59; unit 1"
    )


@pytest.mark.parametrize("call", [draw, describe, parts, build])
def test_an_example_that_is_not_there_is_named(call):
    for example in (5, -1):
        with pytest.raises(IndexError, match=f"no example {example}; they are numbered 0 to 4"):
            call(told()["dA1"], example)


@pytest.mark.parametrize("case", ["lesson", "one example", "large", "no dropout"])
def test_one_scale_of_colors_serves_all_recipes_that_share_a_forward_pass(case):
    names = FEW[:4] if case_of(case).masks else FEW[:1]
    scales = [told(case, recipe)["dW1"].story.scales for recipe in names]
    assert all(scale == scales[0] for scale in scales)
    story = told(case)["dW1"].story
    for kind, arrays in (
        ("values", ("Z", "A")),
        ("gradients", ("dA", "dZ")),
        ("weights", ("dW", "db")),
    ):
        largest = max(
            np.abs(values).max() for name, values in story.arrays.items()
            if name.startswith(arrays) and (kind != "gradients" or name[:2] not in ("dW", "db"))
        )  # fmt: skip
        assert largest <= scales[0][kind] <= 2 * largest


def test_a_recipe_with_a_wrong_forward_pass_is_colored_by_the_right_one():
    right = told()["dA1"].story
    for recipe in ("wrong scale", "no scale at all", "no factor at all"):
        assert told("lesson", recipe)["dA1"].story.scales == right.scales


@pytest.mark.parametrize("name", STEPS)
def test_the_scale_says_where_its_colors_are_full(name):
    step = told()[name]
    for legend in (True, False):
        root = draw_scale(step, legend)
        gradient = name.startswith("d")
        full = step.story.scale(step.line.array if name not in ("D1", "D2", "loss") else "A1")
        assert texts(root)[:2] == [
            f"{'gradient' if gradient else 'value'} {number(-full)}",
            number(full),
        ]
        shades = [node.get("class") for node in root.iter("rect")][:-1]
        assert shades == [
            *(f"n{k}" for k in range(SHADES, 0, -1)),
            "zero",
            *(f"p{k}" for k in range(1, SHADES + 1)),
        ]
        assert ("hatched: stopped by its switch" in texts(root)) == legend
        assert all(mark.box.inside(*frame(root)) for mark in marks(root))
        words = sorted(
            (m.box for m in marks(root) if m.node.tag == "text"), key=lambda box: box.left
        )
        assert all(a.right <= b.left for a, b in itertools.pairwise(words))


def test_the_legend_speaks_of_red_only_where_something_is_wrong():
    assert "red: not the true gradient" in texts(draw_scale(told("lesson", "no mask")["dA1"]))
    assert "red: not the true gradient" not in texts(draw_scale(told()["dA1"]))


def test_with_one_example_a_unit_tells_its_story_at_its_switch_and_matrices_stand_elsewhere():
    for name, step in told("one example").items():
        network, beside = parts(step)
        story = name in ("A1_drop", "dA1_drop", "dA1")
        assert bool(by_attribute(beside, "data-slot")) == story == bool(network.get("data-pointed"))
        assert bool(by_class(beside, "matrix")) == (not story)
    for step in told().values():
        assert by_class(parts(step)[1], "matrix")
    for case in ("no dropout", "one layer"):
        for step in told(case).values():
            assert by_class(parts(step)[1], "matrix")


def test_the_story_begins_with_the_first_unit_that_is_off_and_has_a_ring():
    case = case_of("one example")
    for mask, first in (([1, 1, 0, 0], 2), ([1, 1, 1, 1], 0), ([1, 1, 1, 0], 3)):
        step = tell_steps(case, masks={1: np.array(mask, bool)[:, None]})["dA1"]
        ringed = [i for i in range(4) if step.story.leftover(1, i, 0)]
        assert parts(step)[0].get("data-pointed") == f"1 {(ringed or [first])[0]}"


def test_parts_stand_on_a_page_with_a_place_for_words():
    shown = parts(told()["dA1"])
    page = write_parts(shown, "dA1")
    assert page.get("data-step") == "dA1"
    assert list(page.find("div")) == shown
    assert by_attribute(page, "data-slot")
    assert page.find("style").text


def test_a_strip_shows_the_open_layer_at_several_steps():
    right, broken = told("one example"), told("one example", "no mask")
    frames = [
        ("a", right["A1_drop"]),
        ("b", right["dA1_drop"]),
        ("c", right["dA1"]),
        ("d", broken["dA1"]),
    ]
    root = strip(frames)
    words = texts(root)
    for told_, step in frames:
        assert told_ in words
        assert step.code in words
        assert f"{step.code}: {told_}" in root.get("aria-label")
    inner = [node for node in root if node.tag == "svg"]
    assert len({(node.get("x"), node.get("y")) for node in inner}) == 4
    assert len({tuple(node.get("viewBox").split()) for node in inner}) == 1
    corners = [(float(n.get("x")), float(n.get("y")), *frame(n)) for n in inner]
    width, height = frame(root)
    assert all(x + w <= width and y + h <= height for x, y, w, h in corners)


@np.errstate(all="ignore")
def test_values_that_are_not_numbers_are_drawn():
    case = case_of("lesson")
    masks = {l: np.ones_like(D) for l, D in case.masks.items()}
    for step in tell_steps(case, BUGS["wrong scale"], masks, keep_prob=1.0).values():
        assert fromstring(draw(step)) is not None


@pytest.mark.parametrize("recipe", KNOWN)
def test_every_recipe_of_the_catalogue_can_be_drawn_with_masks_of_its_own(recipe):
    case, known = case_of("lesson"), KNOWN[recipe]
    masks = sample_masks(case.net, 5, (1, 2), 0.7, np.random.default_rng(3), known)
    for name in ("D1", "A1_drop", "dA1"):
        step = tell_steps(case, known, masks)[name]
        assert step.code in draw(step).replace("&lt;", "<").replace("&gt;", ">")


@pytest.mark.parametrize("view", [View(open=2), View(open=3)])
def test_the_open_layer_of_three_is_chosen(view):
    step = told("three layers")["dA1"]
    network = parts(step, view=view)[0]
    assert {key.split()[0] for key in by_attribute(network, "data-press")} == {str(view.open)}


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
    assert not np.isfinite(value) or number_of(text) == pytest.approx(value, rel=1)


def test_an_array_in_one_line():
    assert numbers(np.array([[0.5], [-0.0]])) == "+0.50  0"
