"""The table of facts (b): which recipe is right with which activation and which source of the slope."""

import numpy as np
import pytest
from cases import draw_case

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.bugs.checks import COLUMNS, ROWS, gradient_errors
from dropout_lab.core.gradcheck import check_gradients

RIGHT = {
    ("correct", column)
    for column in COLUMNS
    if column not in [("relu", "A_drop >= 0"), ("tanh", "A_drop"), ("sigmoid", "A_drop")]
} | {("no mask", ("relu", "A_drop"))}


@pytest.mark.parametrize("seed", range(4))
def test_right_are_the_correct_lines_but_for_three_slopes_and_one_coincidence(seed):
    case = draw_case("relu", (4, 5, 6, 1), m=8, keep_prob=0.6, seed=seed)
    errors = gradient_errors(case.net, case.X, case.Y, case.masks, 0.6)
    assert list(errors) == ["correct", *BACKWARD_BUGS] == list(ROWS)
    for name, row in errors.items():
        assert tuple(row) == COLUMNS
        for column, error in row.items():
            assert (error < 1e-6) == ((name, column) in RIGHT), (name, column, error)


def test_an_error_is_that_of_the_gradient_check():
    case = draw_case("relu", keep_prob=0.6)
    errors = gradient_errors(case.net, case.X, case.Y, case.masks, 0.6)
    check = check_gradients(case.net, case.X, case.Y, case.masks, 0.6, BUGS["no scale"])
    assert np.isclose(errors["no scale"]["relu", "Z"], check.relative_error)
