"""Write the way on at the end of every notebook, and the list of contents.

After adding a notebook, or changing a title: `python -m tools.footers`.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
CONTENTS = "contents.ipynb"
HOME = f"[Contents]({CONTENTS}) · [Glossary]({CONTENTS}#Glossary)"


def footers(titles: Mapping[str, str]) -> dict[str, str]:
    """{file: its last cell}, for {file: title} in the order of the lessons."""
    files, parts = list(titles), {file: [HOME] for file in titles}
    for before, after in pairwise(files):
        parts[after].append(f"Previous: [{titles[before]}]({before})")
        parts[before].append(f"Next: [{titles[after]}]({after})")
    return {file: " · ".join(words) for file, words in parts.items()}


def contents(opening: Mapping[str, str]) -> str:
    """The list of all notebooks, for {file: its first cell}: the title, and what you'll do."""
    lines = []
    for file, words in opening.items():
        (todo,) = re.findall(r"^\*\*What you'll do\.\*\* (.+)$", words, re.MULTILINE)
        lines.append(f"- {file[:2]} [{title_of(words)}]({file}). {todo}")
    return "\n".join(lines)


def title_of(words: str) -> str:
    """The first heading."""
    return words.splitlines()[0].removeprefix("# ")


def write(folder: Path = NOTEBOOKS) -> None:
    """Put both where they belong; a notebook that has them already is not touched."""
    read = {path.name: nbformat.read(path, as_version=4) for path in _lessons(folder)}
    opening = {name: notebook.cells[0].source for name, notebook in read.items()}
    last = footers({name: title_of(words) for name, words in opening.items()})
    for name, notebook in read.items():
        others = [cell for cell in notebook.cells if cell.id != "footer"]
        footer = nbformat.v4.new_markdown_cell(last[name], id="footer")
        notebook.cells = [*others, footer]  # it is the last cell, whatever was added
        _store(notebook, folder / name)
    page = nbformat.read(folder / CONTENTS, as_version=4)
    (listed,) = (cell for cell in page.cells if cell.id == "contents")
    listed.source = contents(opening)
    _store(page, folder / CONTENTS)


def _lessons(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]*.ipynb"))


def _store(notebook: nbformat.NotebookNode, path: Path) -> None:
    text = str(nbformat.writes(notebook)) + "\n"
    if text != path.read_text(encoding="utf-8"):
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
