"""Judge one notebook: its cells run in a process of their own, and our checks call the functions there.

The verdict is what our check says here, where no cell has ever run. What a cell prints, what it makes of
the names `exercises`, `numpy` or `dropout_lab`, and what it answers instead of a check, counts nothing.
"""

import inspect
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dropout_lab import exercises
from dropout_lab.classroom.runner import SAMPLERS, limit_memory
from dropout_lab.classroom.wire import GoneError, Wire

LIMIT, IN_ALL = 20.0, 120.0  # seconds: one cell with its checks, and a whole notebook
WORSE = ["not tried", "stopped", "slip", "solved"]  # of several attempts the best one counts
CHECKS = [name for name in exercises.__all__ if name.startswith("check_")]


@dataclass(frozen=True)
class Verdict:
    """kind: one of WORSE; what: the slip's name, or why it stopped; message: what the check said."""

    kind: str
    what: str = ""
    message: str = ""


@dataclass(frozen=True)
class Cell:
    """A code cell. name: its id, which stays when the cell is edited."""

    name: str
    source: str

    def asks(self) -> list[str]:
        """The checks it calls, as far as one can see without running it."""
        return [check for check in CHECKS if re.search(rf"\b{check}\s*\(", self.source)]


class Learner:
    """A process in which a learner's cells run. ended: why it did, "" if it did not."""

    def __init__(self, folder: str) -> None:
        command = [sys.executable, "-m", "dropout_lab.classroom.runner"]
        self.process = subprocess.Popen(
            command, cwd=folder, env=_small_environment(folder),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.wire = Wire(self.process.stdout, self.process.stdin, SAMPLERS)
        self.endless = False

    @property
    def ended(self) -> str:
        """Why nothing more comes from it."""
        if not self.wire.gone:
            return ""
        return "endless" if self.endless or self.wire.gone == "late" else "died"

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """End the process if what is done in here takes longer."""

        def end() -> None:
            """The time is up."""
            self.endless = True
            self.process.kill()

        clock = threading.Timer(seconds, end)
        clock.start()
        try:
            yield
        except GoneError:
            pass  # `ended` tells why
        finally:
            clock.cancel()

    def run(self, source: str, whole: bool) -> tuple[list[Any], str]:
        """Run a cell there: what its checks were asked about, and the error that stopped it."""
        try:
            asked, error = self.wire.call(0, (source, whole))
            known = [(name, args, kwargs) for name, args, kwargs in asked if name in CHECKS]
        except (TypeError, ValueError) as wrong:  # not what our side over there would say
            raise self.wire.end("nonsense") from wrong
        return known, str(error)

    def check(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Verdict:
        """What our own check says."""
        check, self.wire.stub, self.wire.raised = getattr(exercises, name), False, ""
        try:
            inspect.signature(check).bind(*args, **kwargs)
            told = check(*args, **kwargs)
        except Exception as error:  # it never raises; if it does, an odd answer is no right one
            return Verdict("stopped", type(error).__name__)
        if told.ok:
            return Verdict("solved")
        if self.wire.stub or any(arg is ... for arg in (*args, *kwargs.values())):
            return Verdict("not tried")
        if told.bug == "unknown" and self.wire.raised:
            return Verdict("stopped", self.wire.raised, told.message)
        return Verdict("slip", told.bug or "unknown", told.message)

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        for end in (self.process.stdin, self.process.stdout):
            try:
                if end is not None:
                    end.close()
            except OSError:
                pass  # what it was not told any more


def _small_environment(folder: str) -> dict[str, str]:
    """No more than Python needs: a learner's cell has no business with an instructor's keys."""
    needed = ("PATH", "PYTHONPATH", "SYSTEMROOT", "LANG", "LC_ALL", "VIRTUAL_ENV")
    given = {name: os.environ[name] for name in needed if name in os.environ}
    alone = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    own = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR"), folder)
    return given | alone | own | {"PYTHONUTF8": "1", "MPLBACKEND": "Agg"}


class Referee:
    """Goes through a notebook. originals: the series' own cells with exercises, by the check they call."""

    def __init__(self, originals: Mapping[str, Cell], folder: str) -> None:
        self.originals, self.folder = originals, folder
        self.found = {check: Verdict("not tried") for check in originals}
        self.ran: list[tuple[str, bool]] = []  # what a new process has to run again
        self.learner: Learner | None = None
        self.until = time.monotonic() + IN_ALL

    def judge(self, cells: Sequence[Cell]) -> dict[str, Verdict]:
        """The verdict on every exercise."""
        try:
            for cell in cells:
                if checks := self._set_in(cell):
                    self._judge_cell(cell, checks)
                else:
                    self._try(cell.source, False)
        finally:
            if self.learner:
                self.learner.close()
        return self.found

    def _set_in(self, cell: Cell) -> list[str]:
        """The exercises of this cell: those whose check it calls, or whose cell it once was."""
        asks = [check for check in self.originals if check in cell.asks()]
        return asks or [
            check for check, its in self.originals.items() if its.name == cell.name != ""
        ]

    def _judge_cell(self, cell: Cell, checks: list[str]) -> None:
        verdicts = self._try(cell.source, True)
        if any(_same(cell, original) for original in self.originals.values()):
            return  # as it was handed out
        for check in checks:
            if not {check, ""} & verdicts.keys():  # the call was taken out: it is made all the same
                verdicts |= self._try(_call(self.originals[check]), True)
            told = verdicts.get(check, verdicts.get("", Verdict("not tried")))
            if WORSE.index(told.kind) >= WORSE.index(self.found[check].kind):
                self.found[check] = told

    def _try(self, source: str, whole: bool) -> dict[str, Verdict]:
        """Run a cell and check what it asks; under "" what holds for exercises that were not reached."""
        left = self.until - time.monotonic()
        if left <= 0:
            return {"": Verdict("stopped", "endless")}
        learner, verdicts = self._alive(), {}
        with learner.limited(min(LIMIT, left)):
            asked, error = learner.run(source, whole)
            if error:
                verdicts[""] = Verdict("stopped", error)
            for name, args, kwargs in {entry[0]: entry for entry in asked}.values():
                verdict = learner.check(name, args, kwargs)
                if not learner.ended:
                    verdicts[name] = verdict
        if learner.ended:
            verdicts[""] = Verdict("stopped", learner.ended)
            learner.close()
            self.learner = None
        else:
            self.ran.append((source, whole))
        return verdicts

    def _alive(self) -> Learner:
        """The process, or a new one in which all that came to an end has run again."""
        if self.learner is None:
            self.learner = Learner(self.folder)
            with self.learner.limited(max(self.until - time.monotonic(), 0)):
                for source, whole in self.ran:
                    self.learner.run(source, whole)
        return self.learner


def _call(original: Cell) -> str:
    """The line of an exercise that calls its check."""
    return next(line for line in original.source.splitlines() if Cell("", line).asks())


def _same(cell: Cell, other: Cell) -> bool:
    """Whether two cells differ in nothing but space and comments."""
    first, second = (
        [line.rstrip() for line in each.source.splitlines() if line.split("#")[0].strip()]
        for each in (cell, other)
    )
    return first == second


def main() -> None:
    """Judge the notebook that stdin tells; the verdicts go to stdout, after a word only the sender knows."""
    task = json.loads(sys.stdin.buffer.read())
    limit_memory()
    originals = {check: Cell(*cell) for check, cell in task["originals"].items()}
    cells = [Cell(*cell) for cell in task["cells"]]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.chdir(folder)  # nothing is recorded in a progress.json of somebody else
        found = Referee(originals, folder).judge(cells)
        os.chdir(tempfile.gettempdir())
    told = {name: [each.kind, each.what, each.message] for name, each in found.items()}
    sys.stdout.buffer.write(task["word"].encode() + json.dumps(told).encode())


if __name__ == "__main__":
    main()
