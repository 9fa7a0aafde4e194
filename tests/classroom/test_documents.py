"""What the pages for instructors say of notebooks and questions is what these say."""

import ast
import json
import re
from pathlib import Path

import pytest

from dropout_lab.classroom.folder import series
from dropout_lab.lessons import everything, prediction

TOP = Path(__file__).parents[2]
TEACHING = (TOP / "docs" / "teaching.md").read_text(encoding="utf-8")
TEST, ANSWERS = (TOP / "docs" / "pre_and_post_test.md").read_text(encoding="utf-8").split("\n---\n")
QUESTIONS = re.findall(r"^\*\*(\d)\.\*\* (.*)\n\n((?:- .*\n)+)", TEST, re.MULTILINE)
KEY = re.findall(r"^\| (\d) \| ([\w-]+) \| ([a-f, ]+) \|", ANSWERS, re.MULTILINE)


def test_the_table_of_notebooks_says_their_titles_minutes_and_questions():
    rows = re.findall(r"^\| (\d\d) (.*?) \| (\d+) \| .*? \| (.*?) \|$", TEACHING, re.MULTILINE)
    for path in sorted((TOP / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
        number = path.name[:2]
        settled = {
            q for asked in everything().values() if asked.notebook == number for q in asked.settles
        }
        title, minutes = first.splitlines()[0][2:], re.search(r"About (\d+) minutes", first)[1]
        assert (number, title, minutes, ", ".join(map(str, sorted(settled))) or "–") in rows


def test_there_are_eight_questions_and_as_many_answers():
    assert [each[0] for each in QUESTIONS] == [each[0] for each in KEY] == list("12345678")


@pytest.mark.parametrize("at", range(8))
def test_a_question_of_the_page_is_one_of_the_bank_with_its_answer(at):
    (_, question, options), (_, name, letters) = QUESTIONS[at], KEY[at]
    asked = prediction(name)
    truth = [asked.truth] if isinstance(asked.truth, str) else asked.truth
    assert question == asked.question
    assert re.findall(r"^- \w\) (.*)$", options, re.MULTILINE) == list(asked.options)
    assert letters.split(", ") == [
        letter for letter, o in zip("abcdef", asked.options, strict=False) if o in truth
    ]


def test_the_recipe_for_nbgrader_fits_the_cells():
    recipe = re.findall(r"```python\n(.*?)```", TEACHING, re.DOTALL)
    for block in recipe:
        ast.parse(block)
    for original in series().values():
        for check, cell in original.exercises.items():
            assert cell.name.startswith("exercise")
            assert cell.source.rstrip().splitlines()[-1].startswith(f"exercises.{check}(")
