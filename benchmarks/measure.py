"""Times that can be compared: taken in turns in one run, so that all of them see the same machine."""

import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")
Task = Callable[[], object]


def turns(tasks: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """What each task returned, one call of each in every round.

    Every second round goes backwards, so that none always comes after the same neighbour.
    """
    answers: dict[str, list[T]] = {name: [] for name in tasks}
    for round_ in range(rounds):
        for name in list(tasks)[:: -1 if round_ % 2 else 1]:
            answers[name].append(tasks[name]())
    return answers


def in_turns(tasks: Mapping[str, Task], rounds: int) -> dict[str, list[float]]:
    """Seconds that each task took, in turns; one round before does not count."""
    timed = {name: partial(seconds, task) for name, task in tasks.items()}
    turns(timed, 1)
    return turns(timed, rounds)


def seconds(task: Task) -> float:
    """How long one call took."""
    start = perf_counter()
    task()
    return perf_counter() - start


def p95(values: Sequence[float]) -> float:
    """The value that 95% of them stay below."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def in_unit(seconds: float) -> str:
    """Three digits, in s, ms or µs."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; all columns but the first are aligned to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def compare(times: Mapping[str, Sequence[float]], beside: Sequence[str], per: float = 1.0) -> str:
    """Median and p95 of each, and how many times the median of each of `beside` that is.

    per: how many steps one call made.
    """
    middle = {name: median(values) / per for name, values in times.items()}
    rows = [
        [name, in_unit(middle[name]), in_unit(p95(values) / per)]
        + [f"{middle[name] / middle[other]:.2f}" for other in beside]
        for name, values in times.items()
    ]
    return table(["", "median", "p95", *[f"× {other}" for other in beside]], rows)


def machine(*packages: str) -> str:
    """What was measured on: processor, system, and the versions of these packages."""
    parts = [f"{os.cpu_count()} × {_processor()}", f"{platform.system()} {platform.machine()}"]
    parts.append(f"Python {platform.python_version()}")
    for name in packages:
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            parts.append(f"no {name}")
    return ", ".join(parts)


def _processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.split(":")[1] for line in lines if line.startswith("model name")]
    return (names or [platform.processor() or "cores"])[0].strip()
