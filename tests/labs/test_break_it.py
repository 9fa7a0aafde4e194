"""The lab that breaks the backward pass: every gradient beside the true one, and a table of recipes."""

import re

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.bugs.checks import COLUMNS, ROWS
from dropout_lab.core.recipe import Recipe


@pytest.fixture
def broken():
    return labs.break_it(table=True)


def test_break_it_starts_with_no_mask_and_says_what_is_wrong(broken):
    assert "gradient check 0.7 at dW1[0, 0]" in broken.status.value
    assert "Not the true gradient: dA2, dZ2, dW2" in broken.status.value
    assert ">true dW1<" in broken._stage.markup


def test_a_press_on_a_gradient_shows_it(broken, press):
    press(broken._stage, "dA2")
    assert broken.gradient == "dA2"
    assert ">true dA2<" in broken._stage.markup
    assert broken._gradient.value == "dA2"


@pytest.mark.parametrize(
    ("recipe", "column", "ok"),
    [
        ("no mask", ("relu", "A_drop"), True), ("no scale", ("relu", "A_drop"), False),
        ("correct", ("tanh", "A_drop"), False), ("correct", ("tanh", "Z"), True),
        ("correct", ("relu", "A_drop >= 0"), False),
    ],
)  # fmt: skip
def test_a_press_on_a_cell_switches_to_it(broken, recipe, column, ok, press):
    press(broken._table, f"{list(ROWS).index(recipe)} {COLUMNS.index(column)}")
    assert (broken.recipe.name, broken.activation, broken.recipe.slope_from) == (recipe, *column)
    assert broken.check.ok == ok
    assert broken.error is None
    pressed = re.search(r'aria-label="([^"]+)"[^>]*aria-pressed="true"', broken._table.markup)
    assert pressed[1].startswith(f"{recipe}; {column[0]}, {column[1]}".replace(">", "&gt;"))


def test_the_table_and_the_check_below_agree(broken, press):
    for row, recipe in enumerate(ROWS):
        press(broken._table, f"{row} 0")
        cell = re.search(rf'aria-label="{recipe}; relu, Z: (\w+)', broken._table.markup)
        assert (cell[1] == "right") == broken.check.ok


def test_a_recipe_with_a_slope_of_its_own_can_be_given():
    recipe = Recipe("no mask", backward=BUGS["no mask"].backward, slope_from="A_drop")
    lab = labs.break_it(recipe=recipe, gradient="dA1")
    assert lab.check.ok
    assert "slope_from='A_drop'" in repr(lab)
    assert "wrong=[dA2, dA1]" in repr(lab)


def test_the_still_picture_of_break_it_needs_no_kernel(broken):
    html = broken._repr_mimebundle_()["text/html"]
    assert html.startswith('<table class="dropout-table">')
    assert "<button" not in html
    assert '<img alt="dW1 = dZ1 @ X.T / m. Not the true gradient' in html
    assert "<table" not in labs.break_it()._repr_mimebundle_()["text/html"]


def test_a_gradient_that_is_not_finite_is_shown_as_wrong(broken):
    broken.recipe = Recipe(
        "huge", backward=lambda dA_drop, _D, _keep_prob: np.full_like(dA_drop, np.inf)
    )
    for gradient in ("dA2", "dA1", "dW1"):
        broken.gradient = gradient
        assert broken.error is None
    assert "Not the true gradient: dA2" in broken.status.value
    assert "gradient check nan" in repr(broken)
