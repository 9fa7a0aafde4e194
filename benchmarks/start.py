"""How long it takes until a lesson can begin: each time in a process of its own, as only the first import costs anything."""

import subprocess
import sys
from functools import partial

from measure import Row, medians, one

LINES = {
    "numpy": "import numpy",
    "labs": "from dropout_lab import labs",
    "a slider": "import numpy, ipywidgets, anywidget; ipywidgets.FloatSlider(0.7)",
    "a lab": "from dropout_lab import labs; labs.step_through(at='dA1')",
    "pyplot": "import numpy, ipywidgets, matplotlib.pyplot as plt; plt.subplots()",
}
TIMED = "from time import perf_counter as now\nstart = now()\n{}\nprint(now() - start)"


def seconds(line: str) -> float:
    """How long the line takes in a fresh Python."""
    command = [sys.executable, "-c", TIMED.format(line)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def rows(short: bool) -> list[Row]:
    """Imports, and the first lab."""
    tasks = {name: partial(seconds, line) for name, line in LINES.items()}
    times = medians(tasks, 1 if short else 15)
    words, first = "`from dropout_lab import labs`", "imports and the first lab"
    return [
        one(words, "`import numpy`", times["labs"], times["numpy"]),
        one(first, "numpy, ipywidgets and a slider", times["a lab"], times["a slider"]),
        one(first, "numpy, ipywidgets and a figure", times["a lab"], times["pyplot"]),
    ]
