"""The small vocabulary: escaped, without ids, rounded, the same bytes again; colors that can be read."""

import re
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures.seen import contrast, luminance, width_of

from dropout_lab.pictures import svg
from dropout_lab.pictures.svg import (
    STYLE,
    add,
    as_text,
    fills,
    hatching,
    label,
    part,
    picture,
    put,
    shade,
    size_of,
    wrap,
)

# JupyterLab's own: what lies under a picture, and its ink (black at 87 % on white).
GROUND = {
    False: {"paper": "#ffffff", "ink": "#212121"},
    True: {"paper": "#111111", "ink": "#ffffff"},
}
TEXTS = ("ink", "dim", "ring", "wrong", "amber")
MARKS = ("ink", "dim", "ring", "wrong", "up", "down", "hatch")


def colors(dark):
    """The variables of one theme, as the style names them."""
    light_block, dark_block = re.findall(r"\.dropout-stage \{ (.*?) \}", STYLE, re.DOTALL)[:2]
    named = dict(re.findall(r"--(\w+): (#\w{6})", light_block))
    return (
        named | (dict(re.findall(r"--(\w+): (#\w{6})", dark_block)) if dark else {}) | GROUND[dark]
    )


@pytest.mark.parametrize("dark", [False, True])
def test_words_numbers_and_marks_have_contrast_on_paper_card_and_every_shade(dark):
    theme, shades = colors(dark), fills(dark).values()
    for ground in (theme["paper"], theme["card"]):
        for name in TEXTS:
            assert contrast(theme[name], ground) >= 4.5, name
        for name in MARKS:
            assert contrast(theme[name], ground) >= 3, name
    for fill in shades:
        assert contrast(theme["ink"], fill) >= 4.5
        assert min(contrast(theme["ring"], fill), contrast(theme["wrong"], fill)) >= 3


@pytest.mark.parametrize("dark", [False, True])
def test_the_dark_theme_has_a_middle_of_its_own_and_every_shade_is_another(dark):
    shades = fills(dark)
    assert len(set(shades.values())) == len(shades) == 2 + 2 * 9
    assert luminance(shades["zero"]) == (max if not dark else min)(map(luminance, shades.values()))
    for name, (r, g, b) in shades.items():
        theme = r'\[data-jp-theme-light="false"\] ' if dark else r"^"
        assert re.search(
            rf"{theme}\.dropout-stage \.{name} {{ fill: #{r:02x}{g:02x}{b:02x}; }}", STYLE, re.M
        )


CLASSES = (
    "ink dim ringword wrongword amberword ring wrong up down hatch line thin dot dimdot card paper "
    "halo zero nan p1 n9"
)


@pytest.mark.parametrize("class_", CLASSES.split())
def test_each_class_has_its_rule(class_):
    assert re.search(rf"\.dropout-stage \.{class_}(?![\w-])[^{{}}]*{{", STYLE)


def test_only_zero_has_no_color_and_a_faint_value_never_passes_for_one():
    assert shade(0.0, 1.0) == shade(-0.0, 1.0) == "zero"
    assert (shade(1e-12, 1.0), shade(-1e-12, 1.0)) == ("p1", "n1")
    assert (shade(1.0, 1.0), shade(-7.0, 1.0)) == ("p9", "n9")
    assert {shade(value, 1.0) for value in (np.nan, np.inf, -np.inf)} == {"nan"}


@given(st.floats(1e-9, 9.0), st.floats(1e-9, 9.0))
def test_a_larger_value_never_has_a_fainter_shade(a, b):
    low, high = sorted((a, b))
    assert shade(low, 3.0) <= shade(high, 3.0)
    assert shade(-low, 3.0) <= shade(-high, 3.0)


@given(*[st.text("ab<>&\"';\n\0\ud800\u202eé😀")] * 2)
def test_no_text_becomes_markup(text, words):
    root = picture(10, 10, words)
    label(root, 1, 1, text)
    clean = [
        c for c in text + words if c in "\t\n\r" or " " <= c < "\ud800" or "\ue000" <= c <= "\ufffd"
    ]
    if len(clean) < len(text + words):
        return  # XML has no way to write it
    again = fromstring(as_text(root))
    assert len(list(again.iter())) == 4
    assert "<script" not in as_text(root)[len("<svg") :].replace(text, "").replace(words, "")


def test_numbers_are_rounded_and_there_is_no_minus_zero():
    node = add(
        part(9, 9), "rect", x=1 / 3, y=-0.0, width=123.456789, rx=3, class_="card", aria_label="a"
    )
    assert node.attrib == {
        "x": "0.33333", "y": "0", "width": "123.46", "rx": "3", "class": "card", "aria-label": "a",
    }  # fmt: skip


def test_a_picture_carries_its_words_its_step_and_its_style_and_a_part_does_not():
    whole, piece = picture(30, 20, "in words", "dA1"), part(30.4, 20.2)
    assert (whole.get("aria-label"), whole.get("data-step")) == ("in words", "dA1")
    assert whole.find("style").text == STYLE
    assert piece.get("aria-label") is None
    assert len(piece) == 0
    assert size_of(piece) == (30, 20)
    assert piece.get("width") == "30"


def test_a_part_is_put_into_a_picture_at_its_place():
    whole, piece = picture(99, 99, ""), part(30, 20)
    put(whole, 1 / 3, 7.0, piece)
    assert whole[-1] is piece
    found = [piece.get(name) for name in ("x", "y", "width", "height", "xmlns")]
    assert found == ["0.33333", "7", "30", "20", None]


@given(st.floats(4, 99), st.floats(4, 99))
def test_hatching_stays_in_its_box_and_leaves_no_corner_out(width, height):
    path = hatching(width, height)
    ends = [tuple(map(float, point.split())) for point in re.split("[ML]", path)[1:]]
    assert all(-1e-3 <= x <= width + 1e-3 and -1e-3 <= y <= height + 1e-3 for x, y in ends)
    assert len(ends) // 2 == np.ceil((width + height) / 8) - 1


@given(st.text(alphabet="ab =+/", max_size=80), st.integers(4, 40))
def test_wrapping_loses_nothing_and_no_line_ends_in_an_equals_sign(text, most):
    lines = wrap(text, most)
    assert " ".join(lines).split() == text.split()
    longest = max((len(word) for word in text.replace(" = ", " =_").split(" ")), default=0)
    assert all(len(line) <= max(most, longest) for line in lines)
    assert wrap("a = b = c", 3) == ["a", "= b", "= c"]
    assert wrap("", 9) == [""]


@pytest.mark.parametrize("text", ["gradient −1.50", "value −5", "units 0 to 7 of 20"])
def test_the_estimated_width_of_a_text_is_on_the_safe_side(text):
    assert width_of(text, 13) <= svg.text_width(text, 13) + 2
