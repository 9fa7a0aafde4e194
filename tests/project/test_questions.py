"""Every question that learners really ask is met by a prediction or an exercise; the file says where."""

import json
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
QUESTIONS = json.loads((NOTEBOOKS / "questions.json").read_text(encoding="utf-8"))
COLLECTED = 46


@pytest.fixture(scope="module")
def cells():
    return {
        (path.name, cell.id): cell
        for path in NOTEBOOKS.glob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
    }


def test_the_questions_are_numbered_and_told_once():
    numbers = [entry["number"] for entry in QUESTIONS]
    assert numbers == list(range(1, COLLECTED + 1))


@pytest.mark.parametrize("entry", QUESTIONS, ids=lambda entry: str(entry["number"]))
def test_a_question_leads_to_a_prediction_or_an_exercise(entry, cells):
    cell = cells[entry["notebook"], entry["cell"]]
    assert cell.cell_type == "code"
    asks = ("labs.guess(", "\ncheck_", "\nexercises.check_")
    assert any(call in cell.source for call in asks), cell.source
    assert entry["question"].endswith("?")
