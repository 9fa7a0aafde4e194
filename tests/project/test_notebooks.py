"""Stored notebooks: executed, clean, within the rules of the series, and their solutions work.

A notebook whose outputs are cleared passes strict nbval without checking anything; so that it is
stored executed is a test of its own.
"""

import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

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


def shows_something(cell):
    """Whether running the cell must leave an output: it prints, or ends in an expression."""
    last = cell.source.rstrip().splitlines()[-1]
    return (
        "print(" in cell.source
        or re.match(r"(labs|exercises|charts|check)[\w.]*\(|\w+\.goals\(|\)$", last) is not None
    )


def test_it_is_stored_executed_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), UNCLEAN
    for cell in code_cells(notebook):
        assert bool(cell.outputs) == shows_something(cell), cell.source


def test_what_is_stored_is_clean(notebook):
    assert "widgets" not in notebook.metadata, UNCLEAN
    for output in (output for cell in code_cells(notebook) for output in cell.outputs):
        assert output.output_type != "error"
        assert output.get("name") != "stderr"
        data = output.get("data", {})
        assert WIDGET_VIEW not in data, UNCLEAN
        for text in (*data.values(), output.get("text", "")):
            assert not re.search(r"0x[0-9a-f]{6,}|/home/|/root/|/Users/|/tmp/|C:\\", text)
            assert "np.float64(" not in text
    for cell in notebook.cells:
        assert "execution" not in cell.metadata, UNCLEAN  # time stamps
        assert "jupyter" not in cell.metadata  # Colab, VS Code and GitHub fold nothing
        assert re.fullmatch(r"[a-z][a-z0-9-]*", cell.id)


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
    code = "\n".join(cell.source for cell in code_cells(notebook))
    assert [word for word in (".goals(", "labs.guess(", "assert ") if word not in code] == []
    assert "truth=" not in code  # a prediction is asked by its name
    assert not re.search(r"\b(simply|obviously|colour|behaviour)\b", text, re.IGNORECASE)


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


@pytest.mark.slow
def test_storing_a_notebook_again_changes_no_byte(tmp_path):
    prints = "import time\nfor k in range(3):\n    print(k, flush=True)\n    time.sleep(0.1)"
    cells = [prints, "from dropout_lab import labs\nlabs.two_wires()"]
    notebook = new_notebook(cells=[new_code_cell(cell, id=f"c{k}") for k, cell in enumerate(cells)])
    nbformat.write(notebook, tmp_path / "a.ipynb")
    once = execute(tmp_path / "a.ipynb")
    assert once == execute(tmp_path / "a.ipynb")
    assert WIDGET_VIEW not in once
    assert "<svg" in once or "<img" in once
