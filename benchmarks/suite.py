"""How long the notebooks take under strict nbval: each alone, all in a row, and with workers.

    python benchmarks/suite.py [--short]

Workers need pytest-xdist; a notebook stays in one worker, because its cells share a kernel.
"""

import os
import subprocess
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from measure import Task, compare, in_turns, machine
from nbformat.v4 import new_code_cell, new_notebook

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
NBVAL = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
EMPTY = "a notebook with one empty cell"


def check(*arguments: str | Path) -> None:
    """Run nbval in a process of its own. Raises CalledProcessError, with what it said, if it fails."""
    command = [sys.executable, *NBVAL, *map(str, arguments)]
    done = subprocess.run(
        command, cwd=NOTEBOOKS.parent, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout)


def empty_notebook(folder: str) -> Path:
    """What a notebook costs before its first line: pytest, nbval and a kernel that starts and stops."""
    path = Path(folder) / "empty.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("")]), path)
    return path


def together(paths: list[Path], most: int) -> dict[str, Task]:
    """All of them: in a row, then with 2, 4, ... workers."""
    tasks: dict[str, Task] = {"all in a row": partial(check, *paths)}
    if find_spec("xdist"):
        workers = [n for n in (2, 4, 8) if n <= most]
        for n in workers:
            tasks[f"all, {n} workers"] = partial(check, "-n", str(n), "--dist", "loadfile", *paths)
    return tasks


def main(short: bool) -> None:
    """Measure and print."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))[: 1 if short else None]
    rounds, most = (1, 1) if short else (2, 2 * (os.cpu_count() or 1))
    print(machine("nbval", "pytest", "pytest-xdist"))
    print("\nThe notebooks under strict nbval, from the command to its end\n")
    with TemporaryDirectory() as folder:
        alone: dict[str, Task] = {EMPTY: partial(check, empty_notebook(folder))}
        if not short:
            alone |= {path.stem: partial(check, path) for path in paths}
        times = in_turns(alone | together(paths, most), rounds)
    print(compare(times, [EMPTY, "all in a row"]))


if __name__ == "__main__":
    main("--short" in sys.argv[1:])
