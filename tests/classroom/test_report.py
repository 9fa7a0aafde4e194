"""The table and the page tell the same, and nothing a learner wrote does anything in them."""

import csv
import json
import re
from xml.etree.ElementTree import fromstring

import pytest
from classroom.hand_in import LAST, SERIES, hand_in

from dropout_lab.classroom.folder import FirstAnswer, collect, plain
from dropout_lab.classroom.referee import Verdict
from dropout_lab.classroom.report import Grades, draw_mistakes, write_page, write_reports

EVIL = "<script>alert(1)</script>&\u202e"
ONE, TWO = ("04", "check_backward"), ("10", "check_forward")
GRADES = Grades(
    [ONE, TWO],
    {
        plain(EVIL): {ONE: Verdict("slip", "no mask", f"✗ {EVIL}"), TWO: Verdict("solved")},
        "bob": {ONE: Verdict("slip", "no mask", "✗ At units that are off"), TWO: Verdict("stopped", "died")},
        "=cmd": {ONE: Verdict("slip", "unknown", "✗ Hm.")},
    },
    [EVIL],
)  # fmt: skip
ANSWERS = [
    FirstAnswer("bob", "01-zero", "dA1_drop", False),
    FirstAnswer("=cmd", "01-zero", EVIL, False),
    FirstAnswer("zoe", "01-zero", "dA1_drop", False),
    FirstAnswer("ann", "01-zero", "dA1", True),
]


def test_the_table_has_a_row_for_each_learner_and_no_formula(tmp_path):
    paths = write_reports(GRADES, ANSWERS, tmp_path)
    assert [path.name for path in paths] == ["grades.csv", "first_answers.csv", "grades.html"]
    with paths[0].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["learner", "solved", "04 check_backward", "10 check_forward"],
        [plain(EVIL), "1", "no mask", "solved"],
        ["bob", "0", "no mask", "stopped: died"],
        ["'=cmd", "0", "another mistake", "not handed in"],
    ]


def test_mistakes_are_counted_the_most_frequent_first_and_also_told_in_words():
    assert GRADES.mistakes() == [("no mask", 2), ("another mistake", 1)]
    svg = draw_mistakes(GRADES.mistakes())
    assert svg.get("aria-label").endswith("no mask, 2; another mistake, 1")
    long, short = (float(bar.get("width")) for bar in svg.iter("rect"))
    assert long == 2 * short


def test_nothing_a_learner_wrote_is_markup_and_the_page_needs_nothing_else():
    page = write_page(GRADES, ANSWERS)
    assert "<script" not in page
    assert "\u202e" not in page
    assert not re.search(r"""(src|href)=["']""", page)
    root = fromstring(page.replace("<!doctype html>", "").replace('device-width">', 'device-width"/>')
        .replace('charset="utf-8">', 'charset="utf-8"/>'))  # fmt: skip
    texts = [" ".join("".join(cell.itertext()).split()) for cell in root.iter("td")]
    assert "✗ no mask" in texts
    assert "■ stopped: died" in texts
    assert "1 of 4" in texts  # right at first
    assert "dA1_drop (2)" in texts
    assert "leaks" in page  # what "no mask" means


def test_the_same_class_gives_the_same_page(tmp_path):
    first, second = (write_reports(GRADES, ANSWERS, tmp_path)[-1].read_bytes() for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("where", "learner"),
    [
        (f"ada/{LAST}.ipynb", "ada"),
        (f"ada/week 3/{LAST}.ipynb", "ada"),
        (f"ada_{LAST}.ipynb", "ada"),
        (f"ada {LAST} (1).ipynb", "ada"),
        ("ada.ipynb", "ada"),
        (f"{LAST}.ipynb", "class"),
    ],
)
def test_whose_notebook_it_is(tmp_path, where, learner):
    hand_in(tmp_path / "class" / where)
    hand_in(tmp_path / "class" / ".ipynb_checkpoints" / f"{LAST}-checkpoint.ipynb")
    (found,) = collect(tmp_path / "class", SERIES).submissions
    assert (found.learner, found.original.name, found.trouble) == (learner, LAST, "")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"cells": 1}', '{"cells": [{}]}', '{"cells": [1]}', "\udc80"]
)
def test_what_is_no_notebook_is_told_and_stops_nothing(tmp_path, text):
    (tmp_path / f"ada_{LAST}.ipynb").write_bytes(text.encode("utf-8", "surrogateescape"))
    (found,) = collect(tmp_path, SERIES).submissions
    assert (found.learner, found.original.name) == ("ada", LAST)
    assert found.trouble


def test_first_answers_are_read_as_far_as_they_make_sense(tmp_path):
    guesses = {
        "01-zero": {"answer": ["dA1", "dW2"], "right": True}, "04-scale": {"answer": "1", "right": 1},
        "<b>": {"answer": [], "right": True}, "x": 3,
    }  # fmt: skip
    for learner, text in (("ada", json.dumps({"guesses": guesses})), ("bob", "{"), ("eve", "[]")):
        (tmp_path / learner).mkdir()
        (tmp_path / learner / "progress.json").write_text(text)
    assert collect(tmp_path, SERIES).answers == [
        FirstAnswer("ada", "01-zero", "dA1, dW2", True),
        FirstAnswer("ada", "04-scale", "1", False),
    ]
