"""The lab of bugs by checks: which check catches which bug, and the evidence in each cell."""

import re
from html import unescape

import pytest

from dropout_lab import labs
from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.recipe import Recipe


@pytest.fixture
def matrix():
    return labs.detection_matrix()


def test_the_matrix_lists_all_bugs_and_tells_the_evidence_of_a_cell(matrix):
    assert list(matrix.matrix) == ["correct", *BUGS]
    assert "<strong>no mask, gradient check: fails.</strong> Relative error" in matrix.status.value
    assert "Caught by: gradient check, value × gradient, dropped rows." in matrix.status.value


def test_a_press_on_a_cell_of_the_matrix_shows_its_evidence(matrix, press):
    row = list(matrix.matrix).index("randn")
    press(matrix._picture, f"{row} 3")
    assert matrix._bug.value == "randn"
    assert matrix._check.value == "kept share"
    assert "kept of 20,000, keep_prob is 0.7" in matrix.status.value
    assert matrix._picture.markup.count('aria-pressed="true"') == 1


def test_what_no_check_catches_is_said(matrix):
    matrix.choose("one mask for all examples", "masks differ")
    assert "passes." in matrix.status.value
    assert "Caught by: no check." in matrix.status.value


def test_every_setting_of_the_matrix_fills_it_anew(matrix):
    assert "no mask: gradient check, value × gradient, dropped rows\n" in repr(matrix)
    matrix.activation, matrix.slope_from = "relu", "A_drop"
    assert "no mask: value × gradient\n" in repr(matrix)
    matrix.keep_prob = 0.5
    assert "flipped comparison: -\n" in repr(matrix)
    before = matrix.chosen.numbers
    matrix._again()
    assert matrix._seed.value == 1
    assert matrix.chosen.numbers != before


def test_a_box_adds_by_how_much_the_loss_fell_and_takes_it_away_again(matrix, press):
    before = matrix._picture.markup
    matrix._loss.value = True
    assert ">loss fell</th>" in matrix._picture.markup
    assert matrix.error is None
    row = list(matrix.matrix).index("no mask")
    press(matrix._picture, f"{row} 8")
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
    assert '>●<span class="word"> not finite</span>' in matrix._picture.markup


def test_the_end_of_the_slider_is_harmless_to_the_matrix(matrix):
    matrix.keep_prob = 0.01
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
    assert '>!<span class="word"> stopped</span>' in lab._picture.markup
    assert "correct: -\n" in repr(lab)


def test_the_last_column_counts_the_checks_that_see_it(matrix):
    told = re.findall(r'<th scope="row">([^<]*)</th>.*?<td class="last">(.*?)</td>', still(matrix))
    assert [unescape(name) for name, _ in told] == list(matrix.matrix)
    counts = dict(told)
    assert counts["no mask"] == "3"
    assert counts["randn"] == "1"
    assert counts["one mask for all examples"] == "no check sees this"
    assert counts["correct"] == "every check passes"
    matrix.activation, matrix.slope_from = "relu", "A_drop"
    good = '<td class="good">·</td>'
    assert f'no mask</th>{good}<td class="caught">● caught</td>{6 * good}<td class="last">1<' in still(matrix)  # fmt: skip


def still(matrix):
    return matrix._repr_mimebundle_()["text/html"]
