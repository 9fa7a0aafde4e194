"""Stored notebooks: executed, clean, within the rules of the series, and their solutions work.

A notebook whose outputs are cleared passes strict nbval without checking anything; so that it is
stored executed is a test of its own.
"""

import base64
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))
from tools.save_notebooks import WIDGET_VIEW, execute

UNCLEAN = "run or saved in JupyterLab? `python3 lab.py save` stores it clean"
NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def texts(output):
    yield from output.get("data", {}).values()
    yield output.get("text", "")


def shows_something(cell):
    """Whether running the cell must leave an output: it prints, or ends in an expression."""
    last = cell.source.rstrip().splitlines()[-1]
    return (
        "print(" in cell.source
        or re.match(r"(labs|exercises|charts|check)[\w.]*\(|\w+\.goals\(|\)$", last) is not None
    )


def test_there_is_a_notebook():
    assert [path.name for path in NOTEBOOKS][:1] == ["01_ask_the_question.ipynb"]


def test_it_is_stored_executed_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), UNCLEAN
    for cell in code_cells(notebook):
        assert bool(cell.outputs) == shows_something(cell), cell.source


def test_what_is_stored_is_clean(notebook):
    assert "widgets" not in notebook.metadata, UNCLEAN
    for output in outputs(notebook):
        assert output.output_type != "error"
        assert output.get("name") != "stderr"
        assert WIDGET_VIEW not in output.get("data", {}), UNCLEAN
        for text in texts(output):
            assert not re.search(r"0x[0-9a-f]{6,}|/home/|/root/|/Users/|/tmp/|C:\\", text)
            assert "np.float64(" not in text
    for cell in notebook.cells:
        assert "execution" not in cell.metadata, UNCLEAN  # time stamps
        assert re.fullmatch(r"[a-z][a-z0-9-]*", cell.id)


def test_it_is_stored_with_line_ends_of_one_kind(path):
    assert b"\r" not in path.read_bytes()


def test_labs_are_stored_with_a_picture_or_words_that_need_no_kernel(notebook):
    for cell in code_cells(notebook):
        if "labs." in cell.source and "import" not in cell.source:
            (output,) = cell.outputs
            if cell.id == "own-lab":
                assert "not shown, error=" in output.data["text/plain"]  # the stub, said kindly
            assert output.data["text/plain"]
            assert "image/png" not in output.data
            html = output.data["text/html"]
            stills = (
                '<img alt="',
                "<details>",
                "<table",
                "<p>The folder where this cell ran has no progress.json",
            )
            assert any(still in html for still in stills)
            assert "data:image/png" not in html  # would be compared, and differs by machine


def test_cells_are_short_and_imports_come_first(notebook):
    first, *others = code_cells(notebook)
    packages = re.findall(r"^(?:from|import) (\S+)", first.source, re.MULTILINE)
    beside = set(packages) - {"numpy", "dropout_lab"}
    assert "dropout_lab" in packages
    assert len(beside) <= 1
    assert beside <= sys.stdlib_module_names
    for cell in code_cells(notebook):
        assert len(cell.source.splitlines()) <= 10, cell.source
    for cell in others:
        assert not re.search(r"^\s*(import|from) ", cell.source, re.MULTILINE)


def test_it_has_the_parts_every_notebook_has(notebook):
    text = markdown(notebook)
    assert text.startswith("# ")
    parts = ["What you'll do", "What you'll learn", "What you'll need", "## Your turn"]
    parts += [
        "<summary>Hint</summary>",
        "<summary>Solution</summary>",
        "## In one minute",
        "[Contents](contents.ipynb)",
    ]
    positions = [text.index(part) for part in parts]
    assert positions == sorted(positions)
    assert any(".goals(" in cell.source for cell in code_cells(notebook))
    assert any("labs.guess(" in cell.source for cell in code_cells(notebook))
    assert "assert " in "\n".join(cell.source for cell in code_cells(notebook))


def test_the_prose_keeps_the_voice(notebook):
    assert not re.search(
        r"\b(simply|obviously|colour|behaviour)\b", markdown(notebook), re.IGNORECASE
    )


def test_no_cell_shows_the_answer_to_a_prediction_or_is_folded(notebook):
    """A prediction is asked by its name. Colab, VS Code and GitHub fold nothing."""
    for cell in code_cells(notebook):
        assert "jupyter" not in cell.metadata
        assert "truth=" not in cell.source


@pytest.mark.parametrize(
    ("number", "cell_id"), [("01", "break-lab"), ("05", "matrix-lab"), ("09", "hunt-check")]
)
def test_what_would_give_a_prediction_away_is_stored_folded(number, cell_id):
    (path,) = (path for path in NOTEBOOKS if path.name.startswith(number))
    cells = code_cells(nbformat.read(path, as_version=4))
    (place,) = (k for k, cell in enumerate(cells) if cell.id == cell_id)
    assert any(cell.source.startswith("labs.guess(") for cell in cells[place - 3 : place])
    (output,) = cells[place].outputs
    assert re.fullmatch("<details><summary>.*</details>", output.data["text/html"], re.DOTALL)


def test_a_line_above_each_live_picture_says_how_to_make_it_live(notebook):
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if cell.cell_type == "code" and re.search(
            r"labs\.(?!guess|progress|fold)\w+\(", cell.source
        ):
            assert "Run the next cell to make the picture live" in before.source


def test_links_to_files_lead_somewhere_and_others_to_primary_places(path, notebook):
    primary = (
        "https://community.deeplearning.ai/", "https://stats.stackexchange.com/",
        "https://stackoverflow.com/", "https://datascience.stackexchange.com/",
        "https://ai.stackexchange.com/", "https://github.com/", "https://arxiv.org/",
    )  # fmt: skip
    for target in re.findall(r"\]\(([^)]+)\)", markdown(notebook)):
        if target.startswith("http"):
            assert target.startswith(primary), target
        else:
            assert (path.parent / target.split("#")[0]).exists(), target


def test_the_solutions_solve_the_exercises(notebook):
    """Run the notebook's imports, then each solution, in order: the last line is its check."""
    solutions = re.findall(
        r"<summary>Solution</summary>\s*```python\n(.*?)```", markdown(notebook), re.DOTALL
    )
    stubs = [cell for cell in code_cells(notebook) if cell.id.startswith("exercise")]
    assert len(solutions) == len(stubs) > 0
    names = {}
    exec(code_cells(notebook)[0].source, names)
    for solution, stub in zip(solutions, stubs, strict=True):
        *lines, check = solution.strip().splitlines()
        assert check == stub.source.splitlines()[-1]
        exec("\n".join(lines), names)
        feedback = eval(check, names)
        assert feedback.ok
        assert feedback.message.startswith("✓")


def test_storing_a_notebook_again_changes_no_byte():
    path = NOTEBOOKS[4]  # one that prints in the course of a long cell
    once = execute(path)
    assert once == execute(path)
    assert WIDGET_VIEW not in once


def validate(notebook, path):
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval"]
    command += ["--nbval-current-env", "--rootdir", str(path.parent), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=path.parent)


def change_a_printed_number(notebook):
    cell = next(cell for cell in code_cells(notebook) if "dA1_drop  " in cell.source)
    stream = cell.outputs[0]
    stream["text"] = stream["text"].replace("+1.11", "+1.12", 1)


def change_a_number_inside_a_picture(notebook):
    cell = next(cell for cell in code_cells(notebook) if "step_through(" in cell.source)
    data = cell.outputs[0].data
    before, picture, after = re.split(r"(?<=base64,)(.*?)(?=\")", data["text/html"], maxsplit=1)
    svg = base64.b64decode(picture).decode()
    changed = svg.replace(">+1.11<", ">+1.12<", 1)
    assert changed != svg
    data["text/html"] = before + base64.b64encode(changed.encode()).decode() + after


@pytest.mark.parametrize(
    ("change", "failures"),
    [(None, 0), (change_a_printed_number, 1), (change_a_number_inside_a_picture, 1)],
)
def test_strict_nbval_fails_when_one_stored_number_is_changed(change, failures, tmp_path):
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    # The imports, the first lab and the first printed arrays are enough, and quicker.
    wanted = {"imports", "see-lab", "arrays"}
    notebook.cells = [cell for cell in notebook.cells if cell.id in wanted]
    if change:
        change(notebook)
    answer = validate(notebook, tmp_path / "changed.ipynb")
    assert answer.returncode == (1 if failures else 0), answer.stdout
    assert (f"{failures} failed" in answer.stdout) == bool(failures)
