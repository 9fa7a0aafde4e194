"""The bug hunt without a browser: press, commit, see the fix, give your own."""

import re

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


def test_nothing_is_chosen_beforehand_and_commit_asks_for_it(lab, press):
    assert lab._check.value == ""
    find(lab, "Commit").click()
    told = "Press the line you suspect and choose a check first:</strong> a guess is worth more"
    assert told in lab.status.value
    lab._check.value = "kept share"
    find(lab, "Commit").click()
    assert "Press the line you suspect first:" in lab.status.value
    lab._check.value = ""
    press(lab._code, "2")
    find(lab, "Commit").click()
    assert "Choose a check first:" in lab.status.value
    assert lab._result.markup == ""
    assert repr(lab).endswith(", no answer yet)")
    assert labs.bug_hunt(check="kept share")._check.value == "kept share"


def test_a_press_before_committing_chooses_a_line_and_tells_nothing(lab, press):
    press(lab._code, "2")
    assert "You suspect line 2." in lab.status.value
    press(lab._code, "6")
    assert re.search(r'data-press="6".*← your line', lab._code.markup)
    assert lab._code.markup.count("← your line") == 1
    said = lab.status.value + lab._code.markup
    assert not re.search("✓|✗|wrong one|fine as it is", said)
    with pytest.raises(ValueError, match="unknown line 7; expected one of 1, 2, 3, 4, 5, 6"):
        lab.press(7)


GRADES = [
    (6, "gradient check", "ok", "✓ Both are right."),
    (6, "kept share", "wrong", "✗ The line is right, the check is not."),
    (2, "dropped rows", "wrong", "✗ The check is right, the line is not."),
    (2, "kept share", "wrong", "✗ Neither the line nor the check."),
]


@pytest.mark.parametrize(("line", "check", "look", "head"), GRADES)
def test_line_and_check_are_graded_apart_and_green_needs_both(lab, line, check, look, head):
    lab.press(line)
    lab.commit(check)
    assert f'class="status {look}"' in lab.status.value
    assert head in lab.status.value
    wrong, caught = line == 6, check in lab.caught_by
    assert (f"Line {line} is the wrong one." in lab.status.value) == wrong
    assert (f"{check.capitalize()} catches it." in lab.status.value) == caught
    assert (
        f"First tries so far: {int(wrong)} of 1 lines, {int(caught)} of 1 checks."
        in lab.status.value
    )
    assert f"line={line}, check={check!r}, right={wrong and caught}, caught by" in repr(lab)


def test_the_first_try_counts_and_stays(lab, press):
    lab.press(2)
    lab.commit("kept share")
    first = "Your first try: ✗ line 2, ✗ kept share."
    assert first in lab._result.markup
    assert "✗ your line: fine as it is" in lab._code.markup
    press(lab._code, "6")  # from now on a press tells
    assert "Line 6 is the wrong one." in lab.status.value
    assert "← the wrong line" in lab._code.markup
    lab.commit("gradient check")
    assert "✓ Both are right." in lab.status.value
    assert "Your first try was: ✗ line 2, ✗ kept share." in lab.status.value
    assert "First tries so far: 0 of 1 lines, 0 of 1 checks." in lab.status.value
    assert first in lab._result.markup
    assert "kept share (your first choice)" in lab._result.markup
    lab.listing = 5
    assert lab._check.value == ""
    lab.listing = 4
    assert lab._check.value == "kept share"
    assert first in lab._result.markup


def test_committing_shows_what_every_check_says(lab, press):
    press(lab._code, "6")
    lab._check.value = "kept share"
    find(lab, "Commit").click()
    assert (
        "Kept share does not see it. Caught by: gradient check, dropped rows." in lab.status.value
    )
    assert "kept share (your first choice)" in lab._result.markup
    assert lab._result.markup.count(">● catches it<") == 2
    assert lab._result.markup.count(">· passes<") == 5
    assert LISTINGS[3].why in lab._result.markup
    assert f'href="{LISTINGS[3].link}"' in lab._result.markup
    assert "relative error 0.7" in lab._result.markup


@pytest.mark.parametrize("number", range(1, 9))
def test_the_verdict_is_that_of_the_checks(number):
    check = ("gradient check", "kept share", "plain at test", "masks differ")[number // 2 % 4]
    lab = labs.bug_hunt(number)
    lab.press(min(LISTINGS[number - 1].wrong_lines))
    lab.commit(check)
    caught = not lab.verdicts[check].passed
    assert ("✓ Both are right" in lab.status.value) == caught
    assert (check in lab.caught_by) == caught
    assert f"{int(caught)} of 1 checks" in lab.status.value


def test_the_fix_is_shown_after_committing_with_its_line_marked(lab):
    lab.show_fix()
    assert "Commit to a line and a check first" in lab.status.value
    assert lab._result.markup == ""
    lab.press(6)
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
    lab.press(6)
    lab.commit("gradient check")
    lab.listing = 6
    assert lab._result.markup == ""
    lab.press(2)
    lab.commit("gradient check")
    assert "First tries so far: 2 of 2 lines, 1 of 2 checks." in lab.status.value
    lab.listing = 4
    assert "gradient check (your first choice)" in lab._result.markup
    assert "✓ your line, and the wrong one" in lab._code.markup


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
    lab.press(6)
    lab.commit("gradient check")
    lab.show_fix()
    assert lab.fixed
    assert "✓ With the fix every check passes." in lab.status.value


def test_a_stub_is_told_kindly():
    def backward(_dA_drop, _D, _keep_prob): ...

    lab = labs.bug_hunt(1, fix=backward)
    assert lab.error is None
    assert "returned None; did you forget `return`?" in lab.status.value
    assert "! could not run" in lab._result.markup


def test_the_still_page_is_the_listing_with_the_answer_folded(lab):
    html = lab._repr_mimebundle_()["text/html"]
    assert "* scale\n\ndef backward(dA_drop, D, keep_prob):\n" in html
    assert "dropped rows fails: 11 of 11 units" in html
    lab.press(2)
    lab.commit("kept share")
    assert lab._repr_mimebundle_()["text/html"] == html
    with pytest.raises(ValueError, match="unknown check"):
        lab.commit("eyes")
