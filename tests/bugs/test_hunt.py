"""The bug hunt: what is shown is what runs, every mistake is caught, every fix is right."""

import inspect
import re

import numpy as np
import pytest

from dropout_lab.bugs import listings as hunt_code
from dropout_lab.bugs.hunt import (
    HUNT_CHECKS,
    activation_of,
    as_recipe,
    changes,
    lines_of,
    run_checks,
    slope_source,
)
from dropout_lab.bugs.listings import LISTINGS
from dropout_lab.core.recipe import CORRECT
from dropout_lab.pictures.pages import write_listing, write_still
from dropout_lab.pictures.svg import as_text

CAUGHT = [
    ["gradient check"],
    ["gradient check"],
    ["gradient check"],
    ["gradient check", "dropped rows"],
    ["gradient check", "dropped rows"],
    ["kept share"],
    ["mean of A_drop", "masks differ"],
    ["plain at test"],
]


def failing(row):
    return [name for name, check in row.items() if not check.passed]


@pytest.mark.parametrize(("listing", "caught"), list(zip(LISTINGS, CAUGHT, strict=True)))
def test_every_listing_is_caught_by_just_these_checks(listing, caught):
    row = run_checks(listing.code)
    assert list(row) == list(HUNT_CHECKS)
    assert failing(row) == caught
    assert not any(check.stopped for check in row.values())


@pytest.mark.parametrize("listing", LISTINGS)
def test_every_fix_passes_every_check(listing):
    assert failing(run_checks(listing.fixed)) == []


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_listing_has_at_most_eight_lines_and_says_nothing_about_its_mistake(listing):
    lines = lines_of(listing.code)
    assert 5 <= len(lines) <= 8
    assert all(len(line) <= 72 for line in lines)
    assert not any(mark in line for line in lines for mark in ("#", '"""', "->", ": Array"))


@pytest.mark.parametrize("listing", LISTINGS)
@pytest.mark.parametrize("which", ["code", "fixed"])
def test_the_lines_shown_are_the_lines_that_run(listing, which):
    """The text, run afresh, is the same functions: the same verdicts, number by number."""
    code = getattr(listing, which)
    namespace = {"np": np}
    exec("\n".join(lines_of(code)), namespace)
    afresh = {role: namespace[role] for role in code}
    assert run_checks(afresh) == run_checks(code)


@pytest.mark.parametrize("listing", LISTINGS)
def test_one_role_is_wrong_and_its_lines_are_known(listing):
    assert len(listing.fix) == 1
    assert set(listing.fix) <= set(listing.code)
    assert 1 <= len(listing.wrong_lines) <= 2
    assert listing.wrong_lines <= set(range(1, len(lines_of(listing.code)) + 1))
    (role,) = listing.fix
    start = 1 + next(
        k for k, line in enumerate(lines_of(listing.code)) if line.startswith(f"def {role}(")
    )
    size = len(lines_of({role: listing.code[role]}))
    assert listing.wrong_lines <= set(range(start, start + size))


def test_the_wrong_lines_are_these():
    wrong = [[lines_of(x.code)[n - 1].strip() for n in sorted(x.wrong_lines)] for x in LISTINGS]
    assert wrong == [
        ["dA = dA_drop * D"],
        ["return A_drop >= 0"],
        ["return 1 - A_drop ** 2"],
        ["return dA_drop * scale"],
        ["D = np.random.default_rng(7).random(dA_drop.shape) < keep_prob"],
        ["draws = rng.standard_normal(shape)"],
        [
            "def sample(shape, keep_prob, rng, key=42):",
            "draws = np.random.default_rng(key).random(shape)",
        ],
        ["return A * keep_prob"],
    ]


def test_every_function_of_the_code_is_used():
    used = {f for x in LISTINGS for f in (*x.code.values(), *x.fix.values())}
    written = {
        function for _, function in inspect.getmembers(hunt_code, inspect.isfunction)
        if function.__module__ == hunt_code.__name__
    }  # fmt: skip
    assert written <= used


def test_changes_tell_both_listings_and_nothing_else():
    for listing in LISTINGS:
        told = changes(listing.code, listing.fixed)
        assert [line for sign, line in told if sign != "+"] == lines_of(listing.code)
        assert [line for sign, line in told if sign != "-"] == lines_of(listing.fixed)


def test_what_a_listing_leaves_out_is_right():
    recipe = as_recipe({})
    parts = ("sample", "forward", "backward", "at_test", "slope_from")
    assert all(getattr(recipe, part) == getattr(CORRECT, part) for part in parts)


def test_a_slope_is_known_by_its_values():
    assert slope_source(lambda Z, _: Z > 0, "relu") == "Z"
    assert slope_source(lambda _, A_drop: A_drop > 0, "relu") == "A_drop"
    assert slope_source(lambda _, A_drop: A_drop >= 0, "relu") == "A_drop >= 0"
    assert slope_source(lambda Z, _: 1 / np.cosh(Z) ** 2, "tanh") == "Z"
    for wrong in (lambda Z, _: 1 - Z**2, lambda *_: None, lambda *_: 1.0):
        with pytest.raises(ValueError, match="is not the slope of tanh, neither at Z nor"):
            slope_source(wrong, "tanh")


def test_an_activation_is_known_by_its_values():
    assert activation_of({"activation": lambda Z: (Z > 0) * Z}) == "relu"
    assert activation_of({}) == "tanh"
    with pytest.raises(ValueError, match="activation is none of relu, leaky_relu"):
        activation_of({"activation": np.sin})


def test_a_learners_fix_goes_where_its_name_says_or_where_the_mistake_is():
    ours = LISTINGS[3]

    def backward(dA_drop, D, keep_prob):
        return dA_drop * D / keep_prob

    def mine(dA_drop, D, keep_prob):
        return dA_drop * D / keep_prob

    def forward(A, D, keep_prob):
        return A * D / keep_prob

    for fix in (backward, mine):
        assert ours.with_fix(fix) == {**ours.code, "backward": fix}
        assert failing(run_checks(ours.with_fix(fix))) == []
        assert "def backward(dA_drop, D, keep_prob):" in lines_of(ours.with_fix(fix))
    assert failing(run_checks(ours.with_fix(forward))) == CAUGHT[3]
    with pytest.raises(TypeError, match="fix must be a function"):
        ours.with_fix("dA_drop * D")


def test_a_fix_that_cannot_run_gets_a_row_that_says_so():
    def slope(_Z, _A_drop):
        raise RuntimeError("not yet")

    row = run_checks(LISTINGS[1].with_fix(slope))
    assert all(check.stopped for check in row.values())
    assert row["gradient check"].evidence == "could not run: RuntimeError: not yet"
    none = run_checks(LISTINGS[0].with_fix(lambda *_: None))
    assert none["gradient check"].stopped
    assert "returned None" in none["gradient check"].evidence
    assert none["kept share"].passed


def test_a_function_without_source_is_shown_by_its_name():
    namespace = {}
    exec("def f(A, D, keep_prob): return A", namespace)
    assert lines_of({"forward": namespace["f"]}) == ["forward = f"]
    nameless = lambda A, D, keep_prob: A  # noqa: E731
    assert lines_of({"forward": nameless}) == ["forward = <lambda>"]


def test_where_it_was_seen_is_a_public_link():
    places = ("https://github.com/", "https://community.deeplearning.ai/", "https://stats.stack")
    assert all(listing.link.startswith(places) for listing in LISTINGS)
    assert all(ord(letter) < 128 for listing in LISTINGS for letter in listing.link)


def test_each_line_is_a_button_and_a_note_stands_beside_it():
    listing = LISTINGS[3]
    page = as_text(write_listing(listing, "Listing 4 of 8", {}))
    assert re.findall(r'data-press="(\d)"', page) == ["1", "2", "3", "4", "5", "6"]
    assert "note" not in page
    noted = as_text(write_listing(listing, "", {2: ("← <your> line", "yours")}))
    assert '<span class="note yours">← &lt;your&gt; line</span></button>' in noted
    assert noted.count("note") == 1


def test_the_still_page_folds_the_answer_and_holds_no_rounding_errors():
    for listing in LISTINGS:
        rows = run_checks(listing.code), run_checks(listing.fixed)
        page = as_text(write_still(listing, "Listing", *rows))
        question, answer = page.split("<details>")
        assert listing.why not in question.replace("&gt;", ">")
        assert "With the fix, 7 of 7 checks pass." in answer
        assert "e-1" not in page
        assert "<button" not in page
