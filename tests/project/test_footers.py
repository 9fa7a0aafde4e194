"""Every notebook leads on, back, and to the contents; the list of contents and the glossary are whole."""

from pathlib import Path

import footers
import nbformat
import pytest

TOP = Path(__file__).parents[2]
LESSONS = sorted((TOP / "notebooks").glob("[0-9]*.ipynb"))
OPENING = {path.name: nbformat.read(path, as_version=4).cells[0].source for path in LESSONS}
PAGE = nbformat.read(TOP / "notebooks" / "contents.ipynb", as_version=4)
RUN = "run: python -m tools.footers"
WORDS = (
    "A1_drop", "switch", "mask", "keep_prob", "inverted dropout", "dA1_drop", "slope", "ring",
    "recipe", "inherited", "gradient check", "frozen mask", "value × gradient", "thinned network",
)  # fmt: skip


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_notebook_ends_with_the_way_on(path):
    titles = {name: footers.title_of(words) for name, words in OPENING.items()}
    last = nbformat.read(path, as_version=4).cells[-1]
    assert (last.id, last.source) == ("footer", footers.footers(titles)[path.name]), RUN


def test_the_first_has_nothing_before_it_and_the_last_nothing_after_it():
    told = footers.footers({"1.ipynb": "One", "2.ipynb": "Two", "3.ipynb": "Three"})
    home = "[Contents](contents.ipynb) · [Glossary](contents.ipynb#Glossary)"
    assert told == {
        "1.ipynb": f"{home} · Next: [Two](2.ipynb)",
        "2.ipynb": f"{home} · Previous: [One](1.ipynb) · Next: [Three](3.ipynb)",
        "3.ipynb": f"{home} · Previous: [Two](2.ipynb)",
    }


def test_the_contents_list_every_notebook():
    (listed,) = (cell.source for cell in PAGE.cells if cell.id == "contents")
    assert listed == footers.contents(OPENING), RUN
    assert len(listed.splitlines()) == len(LESSONS)


def test_the_glossary_has_the_words_of_the_lessons_and_its_heading():
    (glossary,) = (cell.source for cell in PAGE.cells if cell.id == "glossary")
    assert glossary.startswith("## Glossary\n")
    explained = [line.split(":")[0] for line in glossary.splitlines() if line.startswith("- ")]
    assert all(line.startswith("- **") for line in explained)
    assert [word for word in WORDS if not any(word in line for line in glossary.split("**")[1::2])] == []  # fmt: skip


def test_writing_adds_what_is_missing_and_then_changes_no_byte(tmp_path):
    for path in (*LESSONS[:3], TOP / "notebooks" / "contents.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if cell.id != "footer"]
        if path == LESSONS[1]:  # here something was added below an old footer
            notebook.cells.insert(3, nbformat.v4.new_markdown_cell("old", id="footer"))
        nbformat.write(notebook, tmp_path / path.name)
    footers.write(tmp_path)
    first = nbformat.read(tmp_path / LESSONS[0].name, as_version=4)
    assert first.cells[-1].source.endswith(f"({LESSONS[1].name})")
    assert "Previous" in nbformat.read(tmp_path / LESSONS[2].name, as_version=4).cells[-1].source
    second = nbformat.read(tmp_path / LESSONS[1].name, as_version=4).cells
    assert [cell.id for cell in second].index("footer") == len(second) - 1
    listed = nbformat.read(tmp_path / "contents.ipynb", as_version=4).cells[1].source
    assert len(listed.splitlines()) == 3
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    footers.write(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
