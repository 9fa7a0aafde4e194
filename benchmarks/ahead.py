"""What it takes to draw all stops of keep_prob ahead, while nobody asks for anything.

python benchmarks/ahead.py [--short]
"""

import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from time import thread_time

from measure import machine, p95, table

from dropout_lab.labs import ready
from dropout_lab.labs._break_it import BreakIt
from dropout_lab.labs._step_through import StepThrough
from dropout_lab.labs._switch_off import SwitchOff
from dropout_lab.labs._two_wires import TwoWires
from dropout_lab.labs.base_passes import PassesLab

STAGES: dict[str, Callable[[], PassesLab]] = {
    "step_through": partial(StepThrough, at="dA1"),
    "two_wires": TwoWires,
    "switch_off": SwitchOff,
    "break_it": BreakIt,
}
HEAD = ["", "all stops", "a slice, p95", "the longest slice", "kB sent"]


def draw(name: str) -> tuple[list[float], int]:
    """Seconds of processor time of each slice, and how many bytes are sent in the end."""
    lab = STAGES[name]()
    slices: list[float] = []
    start = thread_time()
    for _ in lab._ready.draw():
        slices.append(thread_time() - start - sum(slices))
    return slices, len(lab._stage.stops) + len(lab.status.stops)


def row(name: str, rounds: int) -> list[object]:
    """A line of the table; the longest slice is that of the median round."""
    runs = [draw(name) for _ in range(rounds)]
    slices = [slices for slices, _ in runs]
    return [
        name, f"{1e3 * median(map(sum, slices)):.0f} ms", f"{1e3 * median(map(p95, slices)):.1f} ms",
        f"{1e3 * median(map(max, slices)):.0f} ms", f"{runs[0][1] / 1000:.0f}",
    ]  # fmt: skip


def main(short: bool) -> None:
    """Measure and print."""
    ready.TOO_LONG = 1.0  # it is to be measured however long it takes
    print(machine("numpy", "ipywidgets", "anywidget"))
    print(f"\nAll {len(ready.STOPS)} stops, one lab after the other\n")
    print(
        table(HEAD, [row(name, 1 if short else 5) for name in list(STAGES)[: 1 if short else None]])
    )


if __name__ == "__main__":
    main("--short" in sys.argv[1:])
