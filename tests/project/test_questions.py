"""Every question that learners really ask is met by a prediction or an exercise; the bank says by which."""

import re
from pathlib import Path

import nbformat
import pytest

from dropout_lab import exercises
from dropout_lab.lessons import LESSONS, everything, learners_questions

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
COLLECTED = 54
ASKS = re.compile(
    r'^labs\.guess\("(?P<guess>[^"]+)"\)$|^exercises\.(?P<check>check_\w+)\(', re.MULTILINE
)


def asked_in(path):
    """What the notebook asks, by the names that the bank must give it, in the order of its cells."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and (found := list(ASKS.finditer(cell.source))):
            last = found[-1]
            assert last.end() == len(cell.source) or last["check"], cell.source  # asks and no more
            yield last["guess"] or f"{path.name[:2]}-{last['check']}"


def test_the_questions_are_numbered_and_told_once():
    told = learners_questions()
    assert list(told) == list(range(1, COLLECTED + 1))
    assert len(set(told.values())) == COLLECTED
    assert all(question.endswith("?") or ". " in question for question in told.values())


def test_every_question_is_settled_and_no_other():
    settled = {number for asked in everything().values() for number in asked.settles}
    assert settled == set(learners_questions())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_asks_what_stands_in_the_file_of_its_name(path):
    told = [asked.name for asked in everything().values() if asked.lesson == path.stem]
    assert list(asked_in(path)) == told


def test_nothing_is_asked_that_no_notebook_shows():
    asked = [name for path in NOTEBOOKS for name in asked_in(path)]
    assert sorted(asked) == sorted(everything())


@pytest.mark.parametrize("asked", everything().values(), ids=lambda asked: asked.name)
def test_a_name_has_the_number_of_its_notebook_and_an_exercise_its_check(asked):
    assert asked.name.startswith(f"{asked.lesson[:2]}-")
    assert bool(asked.question) == bool(asked.options)
    assert asked.options or asked.name[3:] in exercises.__all__


def test_every_file_of_the_lessons_is_read():
    stems = {path.stem for path in LESSONS.glob("*.toml")} - {"questions"}
    assert stems == {asked.lesson for asked in everything().values()}
