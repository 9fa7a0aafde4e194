"""What is pointed at explains itself, and only what is new moves: `labs/picture.js` in a page without a kernel."""

import json
import re

import pytest
from bare import sent_by

from dropout_lab import labs
from dropout_lab.labs.goals import GOALS, write_goals
from dropout_lab.pictures.columns import as_node


@pytest.fixture
def walk(bare):
    """The walk at dA1 in the page, and the lab."""
    lab = labs.step_through()
    lab.step = "dA1"
    return bare.show(sent_by(lab._stage)), lab


def says(shown):
    return shown.at.locator(".says").inner_text()


def heard(shown):
    return shown.at.locator(".heard").first.text_content()


def test_pointing_by_mouse_explains_and_lights_and_is_not_spoken(walk, bare):
    shown, _ = walk
    before = says(shown)
    shown.at.locator("[data-press='1 0']").hover()
    assert "dA1[0, 0] = dA1_drop[0, 0] * D1[0, 0] / keep_prob = " in says(shown)
    assert shown.at.locator(".lit[data-row='1 0']").count() >= 5  # the unit, its edges, its cells
    assert heard(shown) == ""
    shown.at.locator("[data-press='1 1']").hover()
    assert shown.at.locator(".lit[data-row='1 0']").count() == 0
    bare.page.mouse.move(0, 0)
    assert says(shown) == before
    assert shown.at.locator(".lit[data-row]").count() == 0
    assert shown.pressed == []


def test_pointing_by_focus_explains_and_is_spoken(walk, bare):
    shown, _ = walk
    shown.at.locator("[data-press='1 1']").focus()
    told = says(shown)
    assert "dA1[1, 0]" in told
    assert heard(shown) == " ".join(told.split("\n"))
    shown.at.locator("[data-press='1 0']").hover()
    assert "dA1[0, 0]" in says(shown)
    bare.page.mouse.move(0, 0)
    assert says(shown) == told  # what has the focus again
    bare.page.keyboard.press("Tab")
    assert says(shown) != told


def test_lines_are_written_in_the_style_that_they_name(bare):
    slots = [["span", {"data-slot": str(k), "data-note": "note"}, "note"] for k in range(3)]
    shown = bare.show(["div", {}, ["b", {"data-says": "u|a | b\nw|c"}, "point"], *slots])
    shown.at.get_by_text("point").hover()
    spans = shown.at.locator("span")
    assert spans.all_inner_texts() == ["a | b", "c", ""]
    classes = [one.get_attribute("class") for one in spans.all()]
    assert classes == ["slot slot-u", "slot slot-w", "slot slot-t"]
    bare.page.mouse.move(0, 0)
    assert spans.all_inner_texts() == ["note"] * 3
    assert {one.get_attribute("class") for one in spans.all()} == {"slot slot-t"}


def test_what_is_pointed_at_is_explained_anew_with_every_answer(walk):
    shown, lab = walk
    shown.at.locator("[data-press='1 1']").hover()
    before = says(shown)
    for name, value in (("keep_prob", 0.9), ("step", "A1_drop")):
        setattr(lab, name, value)
        shown.answer(sent_by(lab._stage))
        assert re.search(r"\[1, 0\]", says(shown))
        assert says(shown) != before
        before = says(shown)


def test_after_pointing_has_ended_the_next_words_are_shown(walk, bare):
    shown, lab = walk
    shown.at.locator("[data-press='1 1']").hover()
    bare.page.mouse.move(0, 0)
    for step in ("dA2", "D1"):
        lab.step = step
        shown.answer(sent_by(lab._stage))
        assert shown.says(lab._stage.markup)


# -- Motion and ends -------------------------------------------------------------------------------

# The names and the ends, in seconds, of what moves.
MOVING = """() => document.getAnimations().map((one) =>
    [one.animationName, one.effect.getComputedTiming().endTime / 1000])"""


def test_only_a_new_step_moves_and_comes_to_rest(bare):
    lab = labs.step_through()
    shown = bare.show(sent_by(lab._stage))
    lab.step = "A1_drop"
    shown.answer(sent_by(lab._stage))
    moving = bare.page.evaluate(MOVING)
    assert {name for name, _ in moving} == {"dropout-stage-flow"}
    assert max(end for _, end in moving) < 3
    lab.keep_prob = 0.6
    shown.answer(sent_by(lab._stage))
    assert bare.page.evaluate(MOVING) == []
    bare.page.emulate_media(reduced_motion="reduce")
    lab.step = "Z2"
    shown.answer(sent_by(lab._stage))
    assert bare.page.evaluate(MOVING) == []
    bare.page.emulate_media(reduced_motion="no-preference")
    assert bare.page.evaluate(MOVING) != []


def test_a_picture_without_steps_is_shown_and_changes(bare):
    """A board of goals: what is reached is ticked in place, and nothing else is touched."""
    goals = GOALS["01-see"]
    shown = bare.show(as_node(write_goals(goals)))
    shown.count()
    shown.answer({"tree": json.dumps(as_node(write_goals(goals, {goals[0]})))})
    assert set(shown.touched) == {"class", "aria-label", "characterData", "childList"}
    assert shown.at.locator("li.reached").count() == 1
    assert goals[0].found in shown.words


def test_what_was_taken_out_of_the_page_hears_nothing_more(bare):
    shown = bare.show(["p", {}, "one"], slider=True)
    shown.end()
    shown.answer({"tree": '["p",{},"two"]', "place": [1, 69]})
    bare.slide(0.5)
    assert shown.words == "one"
    assert bare.page.evaluate("Object.values(bare.slider.heard).flat().length") == 0
