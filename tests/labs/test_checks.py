"""The labs about checks: breaking the backward pass, and which check catches which bug."""

import re

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.bugs.checks import COLUMNS, ROWS
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import Recipe


@pytest.fixture
def broken():
    return labs.break_it(table=True)


@pytest.fixture
def matrix():
    return labs.detection_matrix()


def press(picture, key):
    picture._handle_custom_msg({"press": key}, [])


def test_break_it_starts_with_no_mask_and_says_what_is_wrong(broken):
    assert "gradient check 0.14, furthest off: db1[0, 0]" in broken.status.value
    assert "Not the true gradient: dA2, dZ2, dW2" in broken.status.value
    assert ">true dW1<" in broken._stage.markup


def test_a_press_on_a_gradient_shows_it(broken):
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
def test_a_press_on_a_cell_switches_to_it(broken, recipe, column, ok):
    press(broken._table, f"{list(ROWS).index(recipe)} {COLUMNS.index(column)}")
    assert (broken.recipe.name, broken.activation, broken.recipe.slope_from) == (recipe, *column)
    assert broken.check.ok == ok
    assert broken.error is None
    pressed = re.search(r'aria-label="([^"]+)"[^>]*aria-pressed="true"', broken._table.markup)
    assert pressed[1].startswith(f"{recipe}; {column[0]}, {column[1]}".replace(">", "&gt;"))


def test_the_table_and_the_check_below_agree(broken):
    for row, recipe in enumerate(ROWS):
        press(broken._table, f"{row} 0")
        cell = re.search(rf'aria-label="{recipe}; relu, Z: (\w+)', broken._table.markup)
        assert (cell[1] == "right") == broken.check.ok


def test_luck_is_called_luck(broken):
    press(broken._table, f"{list(ROWS).index('no mask')} {COLUMNS.index(('relu', 'A_drop'))}")
    assert "every dW and db is right, by luck; wrong: dA1, dA2" in broken.status.value


def test_a_recipe_with_a_slope_of_its_own_can_be_given():
    recipe = Recipe("no mask", backward=BUGS["no mask"].backward, slope_from="A_drop")
    lab = labs.break_it(recipe=recipe, gradient="dA1")
    assert lab.check.ok
    assert "slope_from='A_drop'" in repr(lab)
    assert "wrong=[dA2, dA1]" in repr(lab)


def test_a_learners_own_backward_function_can_be_broken_it():
    lab = labs.break_it(backward=lambda dA_drop, D, _keep_prob: dA_drop * D)
    assert lab.recipe.name == "<lambda>"
    assert not lab.check.ok
    assert "&lt;lambda&gt;" in lab.status.value


@pytest.mark.parametrize("keep_prob", [0.05, 1.0])
@pytest.mark.parametrize("name", ["correct", *BUGS])
def test_the_ends_of_the_slider_are_harmless_to_break_it(name, keep_prob):
    lab = labs.break_it(recipe=name, keep_prob=keep_prob)
    assert lab.error is None
    assert "gradient check" in lab.status.value


def test_every_control_of_break_it_changes_what_it_says(broken):
    told = {repr(broken) + broken._stage.markup}
    for control, value in (
        (broken._keep_prob, 0.5), (broken._seed, 9), (broken._menu.menu, "no scale"),
        (broken._activation, "tanh"), (broken._menu.slope, "A_drop"), (broken._gradient, "dA1"),
        (broken._example, 3),
    ):  # fmt: skip
        control.value = value
        assert broken.error is None
        state = repr(broken) + broken._stage.markup
        assert state not in told
        told.add(state)


def test_the_still_picture_of_break_it_needs_no_kernel(broken):
    html = broken._repr_mimebundle_()["text/html"]
    assert html.startswith('<table class="dropout-table">')
    assert "<button" not in html
    assert '<img alt="dW1 = dZ1 @ X.T / m. Not the true gradient' in html
    assert "<table" not in labs.break_it()._repr_mimebundle_()["text/html"]


def test_bad_arguments_of_break_it_are_named(rng):
    with pytest.raises(ValueError, match="there is no gradient 'dW9'; there are dZ3, dW3"):
        labs.break_it(gradient="dW9")
    with pytest.raises(ValueError, match="unknown recipe 'nothing'"):
        labs.break_it(recipe="nothing")
    with pytest.raises(ValueError, match=r"unknown activation 'rleu'"):
        labs.break_it(activation="rleu")
    net = Network.random((3, 4, 1), rng=rng)
    with pytest.raises(ValueError, match="no layer of this network has dropout"):
        labs.break_it(net, np.ones((3, 2)), np.ones((1, 2)), layers=[])


def test_the_matrix_lists_all_bugs_and_tells_the_evidence_of_a_cell(matrix):
    assert list(matrix.matrix) == ["correct", *BUGS]
    assert "<strong>no mask, gradient check: fails.</strong> Relative error" in matrix.status.value
    assert "Caught by: gradient check, dropped rows." in matrix.status.value


def test_a_press_on_a_cell_of_the_matrix_shows_its_evidence(matrix):
    row = list(matrix.matrix).index("randn")
    press(matrix._picture, f"{row} 2")
    assert matrix._bug.value == "randn"
    assert matrix._check.value == "kept share"
    assert "kept of 20,000, keep_prob is 0.7" in matrix.status.value
    assert matrix._picture.markup.count('aria-pressed="true"') == 1


def test_the_drop_downs_are_another_way_to_a_cell(matrix):
    matrix.choose("on at test time", "same at test")
    assert "two predictions" in matrix.status.value.lower()
    assert "Caught by: same at test, plain at test" in matrix.status.value


def test_what_no_check_catches_is_said(matrix):
    matrix.choose("one mask for all examples", "masks differ")
    assert "passes." in matrix.status.value
    assert "Caught by: no check." in matrix.status.value


def test_every_setting_of_the_matrix_fills_it_anew(matrix):
    assert "no mask: gradient check, dropped rows\n" in repr(matrix)
    matrix._activation.value, matrix._slope.value = "relu", "A_drop"
    assert "no mask: -\n" in repr(matrix)
    matrix.keep_prob = 0.5
    assert "flipped comparison: -\n" in repr(matrix)
    before = matrix.chosen.numbers
    matrix._again()
    assert matrix._seed.value == 1
    assert matrix.chosen.numbers != before


def test_a_box_adds_by_how_much_the_loss_fell_and_takes_it_away_again(matrix):
    before = matrix._picture.markup
    matrix._loss.value = True
    assert ">loss fell</th>" in matrix._picture.markup
    assert matrix.error is None
    row = list(matrix.matrix).index("no mask")
    press(matrix._picture, f"{row} 7")
    fall = matrix.chosen.numbers["fall"]
    assert f">{fall:.0%}</button>" in matrix._picture.markup
    assert "After 100 steps the loss fell from 0.85 to" in matrix.status.value
    assert f"({fall:.0%})" in matrix.status.value
    matrix._loss.value = False
    assert matrix.error is None
    assert matrix._check.value == "gradient check"
    assert matrix._picture.markup == before


def test_the_chosen_check_stays_when_the_loss_comes_or_goes():
    matrix = labs.detection_matrix(check="kept share", bug="randn", loss=True)
    assert list(matrix.matrix["randn"])[-1] == "loss fell"
    matrix._loss.value = False
    assert matrix._check.value == "kept share"
    matrix._loss.value = True
    assert (matrix._bug.value, matrix._check.value) == ("randn", "kept share")


def test_a_loss_that_is_not_a_number_is_told():
    def huge(dA_drop, _D, _keep_prob):
        return 1e200 * dA_drop

    matrix = labs.detection_matrix(recipe=Recipe("huge", backward=huge), loss=True)
    matrix.choose("yours: huge", "loss fell")
    assert not matrix.chosen.passed
    assert ">not finite</button>" in matrix._picture.markup


@pytest.mark.parametrize("keep_prob", [0.05, 1.0])
def test_the_ends_of_the_slider_are_harmless_to_the_matrix(matrix, keep_prob):
    matrix.keep_prob = keep_prob
    assert matrix.error is None
    assert "could not run" not in matrix._picture.markup
    assert "correct: -\n" in repr(matrix)


def test_a_learners_recipe_gets_the_first_row_and_may_be_half_written():
    def half(_dA_drop, _D, _keep_prob):
        return None

    lab = labs.detection_matrix(recipe=Recipe("mine", backward=half))
    assert next(iter(lab.matrix)) == "yours: mine"
    lab.choose("yours: mine", "gradient check")
    assert "could not run" in lab.status.value
    assert "returned None" in lab.status.value
    assert ">!<" in lab._picture.markup
    assert "correct: -\n" in repr(lab)


def test_the_still_matrix_is_a_table_without_buttons(matrix):
    bundle = matrix._repr_mimebundle_()
    assert bundle["text/html"].startswith("<table")
    assert "<button" not in bundle["text/html"]
    crosses = sum(not check.passed for row in matrix.matrix.values() for check in row.values())
    assert bundle["text/html"].count('<td class="bad">✗</td>') == crosses == 23


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"activation": "rleu"}, Exception),
        ({"keep_prob": 0}, ValueError),
        ({"bug": "x"}, Exception),
    ],
)
def test_bad_arguments_of_the_matrix_are_refused(arguments, error):
    with pytest.raises(error):
        labs.detection_matrix(**arguments)


@pytest.mark.parametrize("make", [labs.break_it, labs.detection_matrix, labs.switch_off])
def test_an_error_in_a_callback_is_shown_and_kept(make):
    lab = make()

    def fail(*_):
        raise RuntimeError("<b>no</b>")

    lab._safely(fail)()
    assert isinstance(lab.error, RuntimeError)
    assert "&lt;b&gt;no&lt;/b&gt;" in lab._alert.value
