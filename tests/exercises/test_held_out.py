"""Solutions by two people who had not read the checkers: no right one refused, no wrong one praised or misnamed.

When the first collection was first run, 1 of 102 right ones was refused, 12 of 247 wrong ones were praised and 5
misnamed. The second came after that was mended, with 40 put down as right and 60 as wrong: none refused, one praised
(a mask shared by all examples, now put down as right), one misnamed.
"""

import re

import pytest
from exercises.held_out.table import ROWS
from exercises.held_out_2.table import ROWS as MORE_ROWS

from dropout_lab import exercises
from dropout_lab.exercises import attempt

SHORT = 0.2  # seconds


def name_of(row):
    given = getattr(row.arguments[-1], "__name__", row.arguments)
    return f"{row.checker}-{given}"


@pytest.mark.slow
@pytest.mark.parametrize("row", [*ROWS, *MORE_ROWS], ids=name_of)
def test_every_verdict_is_right_and_every_slip_has_its_name(row, monkeypatch, capsys):
    if "endless" in row.verdict:
        monkeypatch.setattr(attempt, "LIMIT", SHORT)
    feedback = getattr(exercises, row.checker)(*row.arguments)
    assert feedback.ok == (row.verdict == "right"), feedback.message
    assert feedback.bug in (row.names or (None,)), feedback.message
    assert capsys.readouterr().out == ""
    if row.verdict == "endless":
        assert "It was in line" in feedback.message
    rows = dict(re.findall(r"^  (your|true) \w+ +(\S+)$", feedback.message, re.MULTILINE))
    assert not rows or rows["your"] != rows["true"]
