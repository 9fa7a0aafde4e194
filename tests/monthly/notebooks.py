"""That nbval compares what we rely on it for: a stored number that is changed is a failure."""

import base64
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01_ask_the_question.ipynb"
WANTED = ("imports", "see-lab", "arrays")  # the first lab and the first printed arrays are enough


def output_of(notebook, cell_id):
    (cell,) = (cell for cell in notebook.cells if cell.id == cell_id)
    return cell.outputs[0]


def a_printed_number(notebook):
    stream = output_of(notebook, "arrays")
    stream["text"] = changed(stream["text"], "+1.11", "+1.12")


def a_number_inside_a_picture(notebook):
    data = output_of(notebook, "see-lab").data
    before, _, rest = data["text/html"].partition("base64,")
    picture, quote, after = rest.partition('"')
    svg = changed(base64.b64decode(picture).decode(), ">+1.11<", ">+1.12<")
    data["text/html"] = f"{before}base64,{base64.b64encode(svg.encode()).decode()}{quote}{after}"


def changed(text, old, new):
    assert old in text
    return text.replace(old, new, 1)


def nothing(notebook):
    pass


@pytest.mark.parametrize("change", [nothing, a_printed_number, a_number_inside_a_picture])
def test_strict_nbval_fails_when_one_stored_number_is_changed(change, tmp_path):
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id in WANTED]
    change(notebook)
    nbformat.write(notebook, tmp_path / "changed.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "changed.ipynb"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert answer.returncode == (change is not nothing), answer.stdout
    assert ("1 failed" in answer.stdout) == (change is not nothing)
