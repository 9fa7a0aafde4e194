"""The command `dropout-lab grade FOLDER`: who solved what, and which mistake the class made."""

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from dropout_lab.classroom.folder import Original, Submission, collect, series
from dropout_lab.classroom.referee import IN_ALL, WORSE, Verdict
from dropout_lab.classroom.report import Grades, write_reports

running: set["subprocess.Popen[bytes]"] = set()  # the referees at work
PATIENCE = IN_ALL + 30  # seconds for a notebook, should its referee not answer
Progress = Callable[[int, int, str], None]


def judge(submission: Submission) -> dict[str, Verdict]:
    """The verdict on every exercise of one notebook, found by a referee in a process of its own."""
    original = submission.original
    if original is None:
        return {}
    if submission.trouble:
        unread = Verdict("stopped", "unreadable", submission.trouble)
        return dict.fromkeys(original.exercises, unread)
    word = secrets.token_hex(16)  # a cell cannot know it, and so cannot answer for the referee
    task = {
        "word": word,
        "originals": {k: [its.name, its.source] for k, its in original.exercises.items()},
        "cells": [[cell.name, cell.source] for cell in submission.cells],
    }
    told = _ask_referee(json.dumps(task).encode()).decode(errors="replace")
    try:
        verdicts, _ = json.JSONDecoder().raw_decode(told.partition(word)[2])
    except ValueError:  # nothing of ours came
        return dict.fromkeys(original.exercises, Verdict("stopped", "died"))
    return {check: Verdict(*entry) for check, entry in verdicts.items()}


def _ask_referee(task: bytes) -> bytes:
    """What the referee answers; nothing if it did not come to an end."""
    own_group: dict[str, Any] = {} if os.name == "nt" else {"process_group": 0}
    referee = subprocess.Popen(
        [sys.executable, "-m", "dropout_lab.classroom.referee"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **own_group,
    )  # fmt: skip
    running.add(referee)
    try:
        return referee.communicate(task, timeout=PATIENCE)[0]
    except (subprocess.TimeoutExpired, OSError):
        return b""
    finally:
        running.discard(referee)
        _end(referee)


def _end(referee: "subprocess.Popen[bytes]") -> None:
    """End it, and what cells have started."""
    try:
        if os.name == "nt":
            referee.kill()
        else:
            os.killpg(referee.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # all of it is over
    referee.wait()


def grade(
    submissions: Sequence[Submission], workers: int, progress: Progress
) -> list[tuple[Submission, dict[str, Verdict]]]:
    """Judge all notebooks, so many at a time; in the order in which they were found."""
    found: dict[int, dict[str, Verdict]] = {}
    pool = ThreadPoolExecutor(workers)
    try:
        jobs = {pool.submit(judge, each): i for i, each in enumerate(submissions)}
        for done, job in enumerate(as_completed(jobs), 1):
            found[jobs[job]] = job.result()
            progress(done, len(jobs), submissions[jobs[job]].learner)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for referee in list(running):  # who presses Ctrl-C does not want to wait for them
            _end(referee)
    return [(each, found[i]) for i, each in enumerate(submissions)]


def summed_up(
    judged: Sequence[tuple[Submission, dict[str, Verdict]]], originals: dict[str, Original]
) -> Grades:
    """The table: of several attempts at an exercise the best one counts."""
    seen = {each.original.name for each, _ in judged if each.original}
    columns = [
        (name[:2], check) for name in originals if name in seen for check in originals[name].exercises
    ]  # fmt: skip
    rows: Grades = Grades(columns, {each.learner: {} for each, _ in judged})
    for submission, verdicts in judged:
        if submission.original is None:
            rows.left_out.append(f"{submission.path.name} ({submission.learner})")
        for check, verdict in verdicts.items():
            place = (submission.original.name[:2] if submission.original else "", check)
            old = rows.verdicts[submission.learner].get(place)
            if old is None or WORSE.index(verdict.kind) >= WORSE.index(old.kind):
                rows.verdicts[submission.learner][place] = verdict
    return rows


def show_progress(done: int, count: int, learner: str) -> None:
    """A bar on stderr; a line for each notebook where stderr is no screen."""
    bar = "█" * (20 * done // count)
    end = "" if sys.stderr.isatty() and done < count else "\n"
    start = "\r" if sys.stderr.isatty() else ""
    print(
        f"{start}{bar:░<20} {done}/{count} {learner:<30.30}", end=end, file=sys.stderr, flush=True
    )


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dropout-lab grade", description=__doc__)
    parser.add_argument(
        "folder", type=Path, help="FOLDER/<learner>/*.ipynb or FOLDER/<learner>.ipynb"
    )
    parser.add_argument(
        "--to", type=Path, help="where grades.csv and grades.html go (default: FOLDER)"
    )
    parser.add_argument("--workers", type=int, default=2, help="notebooks at a time (default: 2)")
    given = parser.parse_args(argv)
    if not given.folder.is_dir():
        parser.error(f"expected a folder with learners' notebooks, got {given.folder}")
    if given.workers < 1:
        parser.error(f"expected at least one worker, got {given.workers}")
    return given


def main(argv: Sequence[str] | None = None) -> int:
    """Grade a folder; 0 if there was something to grade."""
    given = _arguments(argv)
    originals = series()
    handed = collect(given.folder, originals)
    if not handed.submissions:
        print(f"There is no notebook in {given.folder}.", file=sys.stderr)
        return 1
    try:
        judged = grade(handed.submissions, given.workers, show_progress)
    except KeyboardInterrupt:
        print("\nInterrupted; nothing was written.", file=sys.stderr)
        return 130
    target = given.to or given.folder
    try:
        target.mkdir(parents=True, exist_ok=True)
        paths = write_reports(summed_up(judged, originals), handed.answers, target)
    except OSError as error:
        print(f"{error.filename} could not be written: {error.strerror}.", file=sys.stderr)
        return 1
    print("\n".join(f"Written: {path}" for path in paths))
    return 0


if __name__ == "__main__":
    sys.exit(main())
