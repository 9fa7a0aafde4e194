"""The bug hunt without a browser: press, commit, see the fix, give your own."""

import re

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.bugs.listings import LISTINGS


@pytest.fixture
def lab():
    return labs.bug_hunt(4)


def find(lab, name):
    rows = (getattr(part, "children", ()) for part in lab.widget.children)
    return next(b for row in rows for b in row if b.description == name)


def test_it_starts_with_a_listing_and_no_answer(lab):
    assert "Listing 4 of 8: Both ways, with a name for the scale" in lab._code.markup
    assert "One line is wrong. Which check would catch it?" in lab.status.value
    assert lab._result.markup == ""
    assert repr(lab) == ("BugHunt(listing=4 'Both ways, with a name for the scale', no answer yet)")
    assert find(lab, "Show the fix").disabled


def test_nothing_tells_the_answer_before_committing(lab):
    for number, listing in enumerate(LISTINGS, 1):
        lab.listing = number
        said = lab._code.markup + lab.status.value + lab._result.markup + repr(lab)
        assert listing.why[:20] not in said
        assert "fails" not in said


def test_a_press_on_a_line_says_whether_it_is_wrong(lab, press):
    press(lab._code, "2")
    assert "✗ This line is fine as it is." in lab.status.value
    assert "0 of 8 lines found" in lab.status.value
    press(lab._code, "6")
    assert "✓ This is the wrong line." in lab.status.value
    assert "1 of 8 lines found" in lab.status.value
    assert re.search(r'data-press="6".*this is the wrong line', lab._code.markup)
    with pytest.raises(ValueError, match="unknown line 7; expected one of 1, 2, 3, 4, 5, 6"):
        lab.press(7)


def test_committing_shows_what_every_check_says(lab):
    lab._check.value = "kept share"
    find(lab, "Commit").click()
    assert "✗ No: kept share does not see it." in lab.status.value
    assert "Caught by: gradient check, dropped rows." in lab.status.value
    assert "kept share (your choice)" in lab._result.markup
    assert lab._result.markup.count("✗ fails") == 2
    assert lab._result.markup.count("✓ passes") == 5
    assert LISTINGS[3].why in lab._result.markup
    assert f'href="{LISTINGS[3].link}"' in lab._result.markup
    assert "relative error 0.3" in lab._result.markup


@pytest.mark.parametrize("number", range(1, 9))
@pytest.mark.parametrize("check", ["gradient check", "kept share", "plain at test", "masks differ"])
def test_the_verdict_is_that_of_the_checks(number, check):
    lab = labs.bug_hunt(number)
    lab.commit(check)
    caught = not lab.verdicts[check].passed
    assert ("✓ Yes" in lab.status.value) == caught
    assert (check in lab.caught_by) == caught
    assert f"named for {int(caught)} of 1 listings" in lab.status.value


def test_the_fix_is_shown_after_committing_with_its_line_marked(lab):
    lab.show_fix()
    assert "Commit to a check first" in lab.status.value
    assert lab._result.markup == ""
    lab.commit("gradient check")
    assert not find(lab, "Show the fix").disabled
    assert "<del>" not in lab._result.markup
    find(lab, "Show the fix").click()
    assert re.findall(r"<del><code>(.*?)</code>", lab._result.markup) == [
        "    return dA_drop * scale"
    ]
    assert re.findall(r"<ins><code>(.*?)</code>", lab._result.markup) == [
        "    return dA_drop * D * scale"
    ]
    assert "✓ With the fix every check passes." in lab.status.value
    assert "with the fix fails []" in repr(lab)
    assert lab.fixed


def test_previous_and_next_stop_at_the_ends(lab):
    for _ in range(9):
        find(lab, "Next").click()
    assert lab.listing == 8
    assert "Listing 8 of 8" in lab._code.markup
    for _ in range(9):
        find(lab, "Previous").click()
    assert lab.listing == 1
    lab._listing.value = 3
    assert "Listing 3 of 8" in lab._code.markup


def test_each_listing_keeps_its_answer_and_the_score_counts_all(lab):
    lab.commit("gradient check")
    lab.press(6)
    lab.listing = 6
    assert lab._result.markup == ""
    lab.commit("gradient check")
    lab.press(2)
    assert "2 of 8 lines found, a check that catches it named for 1 of 2" in lab.status.value
    lab.listing = 4
    assert "gradient check (your choice)" in lab._result.markup
    assert "this is the wrong line" in lab._code.markup


def test_a_learners_right_fix_passes():
    def backward(dA_drop, D, keep_prob):
        return dA_drop * D / keep_prob

    lab = labs.bug_hunt(4, fix=backward)
    assert lab.fixed
    assert "✓ With your fix every check passes." in lab.status.value
    assert ">Your fix<" in lab._result.markup
    assert "with your fix" in lab._result.markup
    assert LISTINGS[3].why not in lab._result.markup
    assert lab.caught_by == ["gradient check", "dropped rows"]
    lab.listing = 5
    assert lab._result.markup == ""


def test_a_learners_wrong_fix_is_told_what_still_fails():
    def backward(dA_drop, D, _keep_prob):
        return dA_drop * D

    lab = labs.bug_hunt(4, fix=backward)
    assert not lab.fixed
    assert "✗ With your fix this still fails: gradient check." in lab.status.value
    assert "with the fix fails [gradient check]" in repr(lab)
    lab.commit("gradient check")
    lab.show_fix()
    assert lab.fixed
    assert "✓ With the fix every check passes." in lab.status.value


def test_a_stub_is_told_kindly():
    def backward(_dA_drop, _D, _keep_prob): ...

    lab = labs.bug_hunt(1, fix=backward)
    assert lab.error is None
    assert "returned None; did you forget `return`?" in lab.status.value
    assert "✗ could not run" in lab._result.markup


def test_a_slope_of_ones_own_is_checked_too():
    assert labs.bug_hunt(3, fix=lambda Z, _: 1 / np.cosh(Z) ** 2).fixed
    assert labs.bug_hunt(2, fix=lambda Z, _: Z > 0).fixed
    lab = labs.bug_hunt(3, fix=lambda Z, _: 1 - Z**2)
    assert "slope(Z, A_drop) is not the slope of tanh" in lab.status.value


def test_the_still_page_is_the_listing_with_the_answer_folded(lab):
    html = lab._repr_mimebundle_()["text/html"]
    assert "<pre>def forward(A, D, keep_prob):\n    scale = 1 / keep_prob\n" in html
    assert "* scale\n\ndef backward(dA_drop, D, keep_prob):\n" in html
    assert html.count("<details>") == 1
    assert "dropped rows fails: 11 of 11 units" in html
    assert "+     return dA_drop * D * scale" in html
    lab.commit("kept share")
    assert lab._repr_mimebundle_()["text/html"] == html
    with pytest.raises(ValueError, match="unknown check"):
        lab.commit("eyes")
