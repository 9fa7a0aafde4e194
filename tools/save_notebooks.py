"""Run every notebook from top to bottom and store it with its outputs.

What is stored is deterministic, so that a notebook run twice gives the same bytes: no time stamps,
no widget state (with it, pages made by nbconvert are blank offline), and no widget ids (without
them, a notebook that has not been run yet shows its still pictures).
"""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def execute(path: Path) -> str:
    """The text of the notebook at path, executed and cleaned."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # how prints are cut into pieces is a matter of time
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    notebook.metadata.pop("widgets", None)
    # Only what does not depend on the machine it was run on.
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
    return str(nbformat.writes(notebook)) + "\n"


def main() -> None:
    """Execute and store all notebooks; a notebook that fails is not stored."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        text = execute(path)
        changed = text != path.read_text(encoding="utf-8")
        if changed:
            path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{path.name}: {'stored' if changed else 'unchanged'}")


if __name__ == "__main__":
    main()
