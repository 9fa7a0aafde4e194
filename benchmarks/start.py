"""How long it takes until a lesson can begin, and how much memory its kernel holds.

    python benchmarks/start.py [--short]

Every number comes from a process or kernel of its own, because only the first import costs anything.
"""

import subprocess
import sys
from functools import partial
from pathlib import Path
from statistics import median

import nbformat
from measure import compare, in_unit, machine, table, turns
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
IMPORTS = {
    "numpy": "import numpy",
    "dropout_lab": "import dropout_lab",
    "its mathematics": "import dropout_lab.experiments.training",
    "its notebooks' first line": "from dropout_lab import labs",
    "ipywidgets": "import ipywidgets",
    "ipywidgets and anywidget": "import ipywidgets, anywidget",
    "matplotlib": "import matplotlib.figure",
}
LABS = {
    "one slider": "widgets.FloatSlider(0.7)",
    "predict": "labs.guess('01-zero')",
    "step_through": "labs.step_through()",
    "two_wires": "labs.two_wires()",
    "switch_off": "labs.switch_off()",
    "break_it": "labs.break_it()",
    "detection_matrix": "labs.detection_matrix()",
    "bug_hunt": "labs.bug_hunt()",
    "keep_the_scale": "labs.keep_the_scale()",
    "ensemble": "labs.ensemble()",
    "train": "labs.train()",
}
QUIET = ["--log-level=ERROR"]
BARE = "import numpy, matplotlib.pyplot"
WEIGH = "import psutil; print(psutil.Process().memory_info().rss)"
TIMED = """
from time import perf_counter as now
start = now()
{line}
print(now() - start)
"""
BUILT = """
from time import perf_counter as now
import ipywidgets as widgets
import anywidget
from dropout_lab import labs
times = [now()]
for _ in range(6):
    {line}
    times.append(now())
print(*(later - sooner for sooner, later in zip(times, times[1:])))
"""


def seconds(code: str) -> list[float]:
    """What a fresh Python prints when it runs the code."""
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(number) for number in answer.stdout.split()]


def import_times(rounds: int) -> dict[str, list[float]]:
    """Seconds of each import, each time in a fresh process."""
    tasks = {name: partial(seconds, TIMED.format(line=line)) for name, line in IMPORTS.items()}
    return {name: [one for (one,) in answers] for name, answers in turns(tasks, rounds).items()}


def construction_times(rounds: int) -> list[list[object]]:
    """For each lab: its first construction, imports of its own included, and a later one."""
    tasks = {name: partial(seconds, BUILT.format(line=line)) for name, line in LABS.items()}
    answers = turns(tasks, rounds)
    first = {name: median(one[0] for one in all_) for name, all_ in answers.items()}
    later = {name: median(median(one[1:]) for one in all_) for name, all_ in answers.items()}
    return [[name, in_unit(first[name]), in_unit(later[name])] for name in LABS]


def kernel_memory(cells: list[str]) -> int:
    """Bytes resident in a kernel that has run these cells."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in [*cells, WEIGH]])
    client = NotebookClient(notebook, kernel_name="python3", extra_arguments=QUIET)
    done = client.execute()
    return int(done.cells[-1].outputs[-1]["text"])


def notebook_cells(path: Path) -> list[str]:
    """The code of a notebook."""
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def memories(rounds: int, paths: list[Path]) -> list[list[object]]:
    """Megabytes of the kernel of each notebook, beside one that only imported what all plots need."""
    tasks = {"numpy and matplotlib only": partial(kernel_memory, [BARE])} | {
        path.stem: partial(kernel_memory, notebook_cells(path)) for path in paths
    }
    sizes = {name: median(sizes) / 1e6 for name, sizes in turns(tasks, rounds).items()}
    bare = sizes["numpy and matplotlib only"]
    return [[name, f"{size:.0f}", f"{size / bare:.2f}"] for name, size in sizes.items()]


def main(short: bool) -> None:
    """Measure and print."""
    print(machine("numpy", "ipywidgets", "anywidget", "matplotlib"))
    print("\nImports, each in a fresh process\n")
    print(compare(import_times(1 if short else 15), ["numpy"]))
    print("\nConstruction of a lab, in a process that has imported ipywidgets and anywidget\n")
    rows = construction_times(1 if short else 5)
    print(table(["", "the first", "each later one"], rows))
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    print("\nMemory of the kernel after a notebook has run\n")
    rows = memories(1 if short else 3, paths[:1] if short else paths)
    print(table(["", "MB", "× numpy and matplotlib only"], rows))


if __name__ == "__main__":
    main("--short" in sys.argv[1:])
