"""Times that can be compared: taken in turns in one run, so that all of them see the same machine."""

import os
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median
from time import perf_counter


def medians(tasks: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of what each task returns, one call of each in every round.

    Every second round goes backwards, so that none always comes after the same neighbor. The first does
    not count.
    """
    answers: dict[str, list[float]] = {name: [] for name in tasks}
    for round_ in range(rounds + 1):
        for name in list(tasks)[:: -1 if round_ % 2 else 1]:
            answers[name].append(tasks[name]())
    return {name: median(values[1:]) for name, values in answers.items()}


def seconds(task: Callable[[], object]) -> float:
    """How long one call took."""
    start = perf_counter()
    task()
    return perf_counter() - start


def in_unit(seconds: float) -> str:
    """Three digits, in s, ms or µs."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


@dataclass(frozen=True)
class Row:
    """What a user waits for, beside something else: (ours, theirs) of every case, usually of one."""

    what: str
    beside: str
    pairs: Mapping[str, tuple[float, float]]
    show: Callable[[float], str] = in_unit

    def cells(self) -> list[str]:
        """Medians over the cases, and the ratio; of several cases from the smallest to the largest."""
        ours, theirs = (self.show(median(side)) for side in zip(*self.pairs.values(), strict=True))
        ratios = sorted((our / their, case) for case, (our, their) in self.pairs.items())
        (least, _), *_, (most, case) = [*ratios[:1], *ratios]
        ratio = f"{least:.2f} to {most:.2f} ({case})" if least < most else f"{most:.2f}"
        return [self.what, ours, self.beside, theirs, ratio]


def one(what: str, beside: str, ours: float, theirs: float) -> Row:
    """The row of a single case."""
    return Row(what, beside, {"": (ours, theirs)})


def table(rows: Iterable[Row]) -> str:
    """A Markdown table."""
    head = ["what a user waits for", "ours", "beside", "theirs", "ratio"]
    lines = [head, ["---", "---:", "---", "---:", "---:"], *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine(*packages: str) -> str:
    """What was measured on: cores, system, and the versions of these packages."""
    parts = [f"{os.cpu_count()} cores", f"{platform.system()} {platform.machine()}"]
    parts.append(f"Python {platform.python_version()}")
    return ", ".join(parts + [f"{name} {version(name)}" for name in packages])
