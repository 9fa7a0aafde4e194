"""The picture of one row of attention: every number, every mark, and lengths that are the weights."""

from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from pictures.seen import by_class, levers, texts

from dropout_lab.bugs.attention import ATTENTION_RECIPES
from dropout_lab.experiments.attention import attention_case, attention_forward
from dropout_lab.pictures import attention as page
from dropout_lab.pictures.attention import AttentionRow, describe_attention, draw_attention
from dropout_lab.pictures.svg import as_text, shade
from dropout_lab.text import number

SEEN = [(recipe, i) for recipe in ATTENTION_RECIPES for i in range(4)]


def row(recipe="correct", i=0, keep_prob=0.6, D=None):
    given, dO = attention_case()
    D = given.D if D is None else D
    fwd = attention_forward(given.Q, given.K, given.V, D, keep_prob)
    return AttentionRow(fwd, dO, ATTENTION_RECIPES[recipe], i)


def segments(root, y):
    rects = [node for node in root.iter("rect") if node.get("class") == "line"]
    return [float(node.get("width")) for node in rects if float(node.get("y")) == y]


def count(root, tag, class_):
    return sum(node.tag == tag for node in by_class(root, class_))


@pytest.mark.parametrize(("recipe", "i"), SEEN)
def test_the_picture_is_valid_the_same_again_and_has_every_number(recipe, i):
    shown = row(recipe, i)
    root = draw_attention(shown)
    assert as_text(root) == as_text(draw_attention(row(recipe, i)))
    fromstring(as_text(root))
    words = texts(root)
    for j in range(6):
        for name in ("S", "dS", "P", "dP", "P_drop", "dP_drop"):
            assert number(shown.at(name, j)) in words
    assert "−0" not in words
    assert not any("-" in word for word in words)


@pytest.mark.parametrize(("recipe", "i"), SEEN)
def test_every_mark_stands_where_the_numbers_say(recipe, i):
    shown = row(recipe, i)
    root, off = draw_attention(shown), [j for j in range(6) if not shown.fwd.D[i, j]]
    assert count(root, "ellipse", "ring") == len(off)  # none of these dP_drop is 0 by chance
    wrong = {
        name: [j for j in range(6) if shown.should(name, j) is not None] for name in ("dP", "dS")
    }
    at_softmax = recipe == "slope from dropped P"
    frames = count(root, "rect", "wrong")
    assert frames == (len(wrong["dS"]) if at_softmax else len(wrong["dP"]))
    assert bool(wrong["dP"]) == (recipe not in ("correct", "slope from dropped P"))
    assert bool(wrong["dS"]) == (recipe != "correct")
    leaks = len(off) if recipe in ("no mask", "neither") else 0
    assert sum("flow" in node.get("class", "") for node in root.iter("path")) == leaks
    assert count(root, "path", "hatch") == len(off) + (0 if leaks else len(off))
    assert levers(root) == [kept for kept in shown.fwd.D[i] for _ in ("forward", "back")]
    assert ("stopped" in texts(root)) == (bool(off) and not leaks)


def test_the_weights_are_widths_and_those_of_P_fill_the_length_1():
    shown = row()
    root = draw_attention(shown)
    for name in ("P", "P_drop"):
        widths = np.array(segments(root, page.STRIPS[name])) / page.ONE
        np.testing.assert_allclose(widths, getattr(shown.fwd, name)[0], atol=2e-4)
    assert sum(segments(root, page.STRIPS["P"])) == pytest.approx(page.ONE, abs=0.1)
    assert "sum 0.57" in texts(root)
    assert "mean 1, exactly" in texts(root)


def test_there_is_a_tick_for_each_of_the_masks():
    root = draw_attention(row())
    y = page.STRIPS["all masks"] + page.BAND
    ticks = [n for n in root.iter("line") if float(n.get("y1")) == y and n.get("x1") == n.get("x2")]
    assert len(ticks) == 2**6
    heights = [float(tick.get("y1")) - float(tick.get("y2")) for tick in ticks]
    chances = row().sums.probabilities
    expected = 3 + (page.BAND - 3) * chances / chances.max()
    np.testing.assert_allclose(heights, expected, atol=0.02)


def test_a_gradient_has_the_shade_of_its_size_on_the_scale_of_the_right_ones():
    shown = row("no mask")
    root, scale = draw_attention(shown), np.abs(shown.true.dP).max()
    for key, value in zip(by_class(root, "press"), shown.bwd.dP[0], strict=True):
        assert shade(float(value), float(scale)) in [n.get("class") for n in key.iter("path")]


def test_a_sum_that_is_too_long_is_cut_off_and_says_so():
    D = np.ones((4, 6), dtype=bool)
    root = draw_attention(row(keep_prob=0.2, D=D))
    assert sum(segments(root, page.STRIPS["P_drop"])) == pytest.approx(
        page.ONE * page.MOST, abs=0.1
    )
    assert "▸" in texts(root)
    assert "sum 5.00" in texts(root)


def test_nothing_moves_from_recipe_to_recipe():
    def places(root):
        return [
            (n.get("x"), n.get("y")) for n in root.iter("rect") if n.get("class") in ("halo", "card", "thin")
        ]  # fmt: skip

    first = places(draw_attention(row()))
    for recipe in ATTENTION_RECIPES:
        assert places(draw_attention(row(recipe))) == first


@pytest.mark.parametrize("recipe", ATTENTION_RECIPES)
def test_a_key_can_be_pressed_and_says_both_ways_through_its_switch(recipe):
    shown = row(recipe)
    keys = by_class(draw_attention(shown), "press")
    assert [key.get("data-press") for key in keys] == [*"012345"]
    for j, key in enumerate(keys):
        kept = bool(shown.fwd.D[0, j])
        assert key.get("role") == "button"
        assert key.get("aria-pressed") == str(not kept).lower()
        assert key.get("aria-label").startswith(f"key {j}, {'kept' if kept else 'off'}, P +0.")
        assert f"P_drop[0, {j}] = 0." in key.get("data-says")
        assert f"dP[0, {j}] = " in key.get("data-says")
        assert key.get("data-says").endswith(number(shown.at("dP", j)))
    spoiled = "wrong, true" in "".join(key.get("aria-label") for key in keys)
    assert spoiled == (recipe != "correct")


def test_the_words_tell_sums_and_errors():
    words = describe_attention(row("no mask"))
    assert "dQ off by 0.45, dK off by 0.34, dV right." in words
    assert "keys off: 0, 4, 5; its row sums to 0.57, over all 64 masks to 1 on average" in words
    assert "rowsum(P * dP) +1.43, rowsum(dO * O) +0.26." in words
    assert "keys off: none" in describe_attention(row(D=np.ones((4, 6), dtype=bool)))
