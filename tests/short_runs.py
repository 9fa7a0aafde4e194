"""A short run of a benchmark, and the numbers in its tables."""

import re
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def run(name):
    """What a short run of this benchmark prints."""
    command = [sys.executable, str(BENCHMARKS / name), "--short"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def numbers(text, row):
    """The numbers in the row of this name."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {row} |"))
    return [float(number) for number in re.findall(r"\d+\.?\d*(?:e-?\d+)?", line.split("|", 2)[2])]
