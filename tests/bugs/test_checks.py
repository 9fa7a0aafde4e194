"""Each check sees its own kind of bug and is blind to the rest: the detection matrix of facts.md."""

from dataclasses import replace

import numpy as np
import pytest
from cases import draw_case
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_lab.bugs import checks
from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.bugs.checks import (
    CHECKS,
    COLUMNS,
    LOSS_FELL,
    ROWS,
    detection_matrix,
    draw_subject,
    gradient_errors,
    kept_share,
    loss_fell,
    mean_preserved,
)
from dropout_lab.core.gradcheck import check_gradients
from dropout_lab.core.passes import backward, forward, loss
from dropout_lab.core.recipe import CORRECT, Recipe

CAUGHT_BY = {
    "correct": "", "no mask": "gradient check, value × gradient, dropped rows",
    "no scale": "gradient check, value × gradient",
    "neither": "gradient check, value × gradient, dropped rows",
    "scaled twice": "gradient check, value × gradient",
    "multiplied by keep_prob": "gradient check, value × gradient",
    "fresh mask": "gradient check, value × gradient, dropped rows",
    "one minus mask": "gradient check, value × gradient, dropped rows", "randn": "kept share",
    "flipped comparison": "kept share, mean of A_drop",
    "seed inside forward": "mean of A_drop, masks differ", "one mask for all examples": "",
    "wrong scale": "mean of A_drop", "no scale at all": "mean of A_drop",
    "slope from dropped A": "gradient check", "slope >= 0": "gradient check",
    "on at test time": "same at test, plain at test", "scaled again at test time": "plain at test",
}  # fmt: skip


def caught_by(row):
    return ", ".join(name for name, check in row.items() if not check.passed)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_which_check_catches_which_bug(activation):
    matrix = detection_matrix(activation, "Z", 0.7, np.random.default_rng(1))
    assert {name: caught_by(row) for name, row in matrix.items()} == CAUGHT_BY
    assert list(matrix) == ["correct", *BUGS]
    assert all(list(row) == list(CHECKS) for row in matrix.values())


def test_with_relu_and_the_slope_from_the_dropped_A_only_value_times_gradient_sees_no_mask():
    matrix = detection_matrix("relu", "A_drop", 0.7, np.random.default_rng(1))
    caught = {name: caught_by(row) for name, row in matrix.items()}
    assert caught["no mask"] == "value × gradient"
    assert caught["slope from dropped A"] == ""
    assert caught["slope >= 0"] == "gradient check, value × gradient"
    assert not any("dropped rows" in checks for checks in caught.values())
    same = set(CAUGHT_BY) - {"no mask", "slope from dropped A", "slope >= 0"}
    expected = {name: CAUGHT_BY[name].replace(", dropped rows", "") for name in same}
    assert {name: caught[name] for name in same} == expected


def test_at_one_half_two_bugs_are_invisible_and_at_one_nearly_all():
    half = detection_matrix("tanh", keep_prob=0.5)
    assert caught_by(half["flipped comparison"]) == caught_by(half["wrong scale"]) == ""
    one = detection_matrix("tanh", keep_prob=1.0)
    caught = {name for name, row in one.items() if caught_by(row)}
    assert {"randn", "flipped comparison", "wrong scale"} <= caught
    assert caught.isdisjoint({"correct", "no scale", "scaled twice", "on at test time"})
    # This check opens switches itself, so it sees what keep_prob = 1 hides from all others.
    assert caught_by(one["no mask"]) == "dropped rows"


@settings(max_examples=10)
@given(st.floats(0.1, 0.95), st.integers(0, 1000), st.sampled_from(["relu", "tanh", "leaky_relu"]))
def test_a_correct_recipe_passes_every_check(keep_prob, seed, activation):
    rng = np.random.default_rng(seed)
    recipes = {"correct": CORRECT, "shared": BUGS["one mask for all examples"]}
    matrix = detection_matrix(activation, "Z", keep_prob, rng, recipes)
    # Eleven coins for all examples may fall the same way twice; 176 do not.
    assert caught_by(matrix["correct"]) == ""
    assert caught_by(matrix["shared"]) in ("", "masks differ")


def test_randn_needs_more_than_300_draws_to_show_in_the_mean():
    subject = replace(draw_subject("tanh", 0.7, np.random.default_rng(0)), recipe=BUGS["randn"])
    few = mean_preserved(subject, np.random.default_rng(1))
    many = mean_preserved(subject, np.random.default_rng(1), draws=1000)
    assert (few.passed, many.passed) == (True, False)
    assert abs(many.numbers["ratio"] - 1.083) < 0.03  # Phi(0.7) / 0.7


def test_randn_is_invisible_at_its_fixed_point():
    rng = np.random.default_rng(0)
    for keep_prob, passes in ((0.7833, True), (0.6, False), (0.9, False)):
        subject = replace(draw_subject("tanh", keep_prob, rng), recipe=BUGS["randn"])
        assert kept_share(subject, rng).passed == passes


def test_results_carry_evidence_and_numbers():
    matrix = detection_matrix()
    assert matrix["no mask"]["gradient check"].evidence.startswith("relative error 0.")
    assert "worst at d" in matrix["no mask"]["gradient check"].evidence
    assert matrix["correct"]["gradient check"].numbers["relative error"] < 1e-8
    assert matrix["no mask"]["dropped rows"].numbers["wrong"] == 11
    evidence = matrix["correct"]["dropped rows"].evidence
    assert evidence == "0 of 11 units, switched off in every example, still have a gradient"
    assert abs(matrix["randn"]["kept share"].numbers["share"] - 0.758) < 0.02  # Phi(0.7)
    assert matrix["no mask"]["value × gradient"].evidence.startswith(
        "changes first at the line that makes dA2, relative error 0."
    )
    assert "0 of 176 switches" in matrix["seed inside forward"]["masks differ"].evidence
    assert all(
        check.evidence and check.numbers for row in matrix.values() for check in row.values()
    )


def test_the_same_generator_gives_the_same_matrix():
    once, again = (detection_matrix(rng=np.random.default_rng(3)) for _ in range(2))
    assert once == again


def test_the_loss_falls_with_nearly_every_bug_and_leaves_the_other_columns_alone():
    """A number that says little: of 17 departures at most three are seen."""
    plain, trained = (
        detection_matrix("relu", "A_drop", rng=np.random.default_rng(2), loss=train)
        for train in (False, True)
    )
    fell = {name: row.pop(LOSS_FELL) for name, row in trained.items()}
    assert trained == plain
    assert fell["correct"].passed
    assert fell["correct"].numbers["fall"] > 0.2
    assert sum(not check.passed for check in fell.values()) <= 3


def test_the_loss_that_fell_is_told_as_it_is():
    def rng():
        return np.random.default_rng(0)

    subject = draw_subject("tanh", 0.7, rng())
    check = loss_fell(subject, rng())
    start, end, fall = (check.numbers[name] for name in ("from", "to", "fall"))
    assert start == loss(forward(subject.net, subject.X), subject.Y)
    assert np.isclose(fall, (start - end) / start)
    assert check.evidence == (
        f"after 100 steps the loss fell from {start:.2f} to {end:.2f} ({fall:.0%})"
    )
    fixed = replace(draw_subject("relu", 0.7, rng()), recipe=BUGS["seed inside forward"])
    rose = loss_fell(fixed, rng())  # it fits its one mask, not the network with everything on
    assert rose.numbers["fall"] < 0
    assert not rose.passed


def raises(dA_drop, D, keep_prob):
    raise KeyError("dA7")


@pytest.mark.parametrize(
    ("recipe", "column", "words"),
    [
        (Recipe("r", backward=raises), "gradient check", "could not run: KeyError: 'dA7'"),
        (Recipe("r", backward=lambda dA, D, k: dA[:1]), "dropped rows", "expected shape"),
        (Recipe("r", backward=lambda dA, D, k: None), "gradient check", "returned None"),
        (Recipe("r", forward=lambda A, D, k: A[:1]), "mean of A_drop", "expected shape"),
        (Recipe("r", sample=lambda shape, k, rng: rng.random(shape)), "masks differ", ""),
        (Recipe("r", sample=lambda shape, k, rng: None), "kept share", "could not run: TypeError"),
        (Recipe("r", at_test=lambda A, k, rng: A[:1]), "same at test", "could not run: ValueError"),
    ],
)
def test_a_recipe_that_stops_gets_a_row_that_says_so_and_the_rest_is_filled(recipe, column, words):
    matrix = detection_matrix(recipes={"yours": recipe, "correct": CORRECT})
    assert words in matrix["yours"][column].evidence
    assert any(check.stopped for check in matrix["yours"].values())
    assert not any(check.passed for check in matrix["yours"].values() if check.stopped)
    assert caught_by(matrix["correct"]) == ""


def test_what_is_unknown_is_refused():
    with pytest.raises(ValueError, match=r"unknown activation 'rleu'"):
        detection_matrix("rleu")
    with pytest.raises(ValueError, match="unknown slope_from"):
        detection_matrix("relu", "A")
    with pytest.raises(ValueError, match="keep_prob must be in"):
        detection_matrix(keep_prob=0)
    with pytest.raises(TypeError, match="rng must be a random generator"):
        detection_matrix(rng=7)


def test_dropped_rows_tells_the_largest_gradient_of_all_units():
    subject = replace(draw_subject("tanh", 0.7, np.random.default_rng(0)), recipe=BUGS["no mask"])
    masks, largest = subject.draw(np.random.default_rng(1)), 0.0
    for l, D in masks.items():
        for i in range(len(D)):
            off = D & (np.arange(len(D)) != i)[:, None]
            fwd = forward(subject.net, subject.X, masks | {l: off}, 0.7)
            bwd = backward(subject.net, fwd, subject.Y, subject.recipe)
            largest = max(largest, np.abs(bwd.dW[l][i]).max(), np.abs(bwd.db[l][i]).max())
    check = checks.dropped_rows(subject, np.random.default_rng(1))
    assert np.isclose(check.numbers["largest"], largest)
    assert check.evidence.endswith(f"still have a gradient, as large as {largest:.2g}")


def test_dropped_rows_looks_at_the_biases_too():
    """With X = 0 nothing reaches dW1, and the leak shows in db1 alone."""
    subject = draw_subject("tanh", 0.7, np.random.default_rng(0))
    silent = replace(subject, X=np.zeros_like(subject.X), layers=[1], recipe=BUGS["no mask"])
    assert not checks.dropped_rows(silent, np.random.default_rng(0)).passed


# Fact (b): which recipe is right with which activation and which source of the slope.
RIGHT = {
    ("correct", column)
    for column in COLUMNS
    if column not in [("relu", "A_drop >= 0"), ("tanh", "A_drop"), ("sigmoid", "A_drop")]
} | {("no mask", ("relu", "A_drop"))}


@pytest.mark.parametrize("seed", range(2))
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


@pytest.mark.parametrize(("keep_prob", "kept"), [(0.9, 0.86), (0.9, 0.94), (0.1, 0.14)])
def test_a_share_that_is_off_by_four_hundredths_is_seen(keep_prob, kept):
    near = replace(CORRECT, sample=lambda shape, _k, rng: rng.random(shape) < kept)
    subject = replace(draw_subject("tanh", keep_prob, np.random.default_rng(0)), recipe=near)
    assert not kept_share(subject, np.random.default_rng(0)).passed
