"""What a user waits for, each beside something else in the same run: one table of ratios.

python benchmarks/run.py [--short]

--short: everything once, to see that every row comes out; its numbers say nothing. Rows that need a
browser or PyTorch are left out where there is none.
"""

import sys

import browser
import mathematics
import start
from measure import machine, table


def main(short: bool) -> None:
    """Measure and print."""
    print(machine("numpy", "jupyterlab", "ipywidgets", "anywidget", "matplotlib"))
    rows = [part for module in (browser, start, mathematics) for part in module.rows(short)]
    print(f"\n{table(rows)}")


if __name__ == "__main__":
    main("--short" in sys.argv[1:])
