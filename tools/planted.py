"""Show that what is tested still turns red: plant each stored bug, run its tests, take it out again.

    python -m tools.planted                all bugs of tests/planted
    python -m tools.planted NAME ...       these
    python -m tools.planted --sample 10    ten of them; which ones, the current commit says

The tracked files are copied as they are in the working tree, twice, for two workers, and the copies'
package is what their tests import: PYTHONPATH comes before an editable install. First all tests must be
green without a bug, because what is red anyway shows nothing. Then a bug is red if pytest ends with
exit code 1: a test failed, or a fixture that it needs. Everything else is no proof. 0 is STAYED GREEN. 2
(the tests could not even be imported: of that any test would do), 4 and 5 (they are not there) are errors,
as is a bug whose `old` does not stand in its file exactly once.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import time
import tomllib
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

TOP = Path(__file__).parents[1]
# The first failure is enough, and no second attempt (pytest-rerunfailures) makes it another.
QUICK = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "--force-reruns=0"]
NO_NBVAL = ["-p", "no:nbval"]  # what it imports takes longer than a test
VERDICTS = {0: "STAYED GREEN", 1: "red"}
one_browser = Lock()


@dataclass(frozen=True)
class Bug:
    """`new` in place of `old` in a file, which makes the tests fail; what: the bug in a sentence.

    tests: node ids or files of pytest; options: what else pytest needs to collect them.
    """

    what: str
    file: str
    old: str
    new: str
    tests: Sequence[str]
    options: Sequence[str] = ()

    def planted(self, text: bytes) -> bytes:
        """The text of the file with the bug in it. Raises ValueError unless `old` is there once."""
        old, new = self.old.encode(), self.new.encode()
        if text.count(old) != 1:
            raise ValueError(f"`old` stands in {self.file} {text.count(old)} times, not once")
        return text.replace(old, new)


def read_bugs(top: Path = TOP) -> dict[str, Bug]:
    """Every stored bug, by the name of its file."""
    files = sorted((top / "tests" / "planted").glob("*.toml"))
    return {file.stem: Bug(**tomllib.loads(file.read_text(encoding="utf-8"))) for file in files}


def run_tests(copy: Path, tests: Iterable[str], options: Sequence[str]) -> tuple[int, str]:
    """The exit code of pytest in a copy, and the end of what it said."""
    path = os.pathsep.join(filter(None, [str(copy / "src"), os.environ.get("PYTHONPATH")]))
    with one_browser if any("tests/browser" in test for test in tests) else nullcontext():
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *QUICK, *(options or NO_NBVAL), *tests], cwd=copy, check=False,
            env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip
    return done.returncode, "\n".join((done.stdout + done.stderr).splitlines()[-12:])


def try_bug(top: Path, copy: Path, bug: Bug) -> str:
    """The verdict on one bug, planted in the copy and taken out again."""
    file = copy / bug.file
    try:
        file.write_bytes(bug.planted(file.read_bytes()))
    except (OSError, ValueError) as error:
        return f"error: {error}"
    code, said = run_tests(copy, bug.tests, bug.options)
    shutil.copy2(top / bug.file, file)  # with its time, by which Python knows what it has compiled
    return VERDICTS.get(code, f"error: exit code {code}\n{said}")


def green_without(copy: Path, bugs: Iterable[Bug]) -> bool:
    """Whether the tests of these bugs pass where no bug is planted; says which do not."""
    tests: dict[tuple[str, ...], dict[str, None]] = {}
    for bug in bugs:
        tests.setdefault(tuple(bug.options), {}).update(dict.fromkeys(bug.tests))
    ends = [run_tests(copy, list(some), options) for options, some in tests.items()]
    failed = [said for code, said in ends if code != 0]
    for said in failed:
        print(f"not green without a bug:\n{said}", flush=True)
    return not failed


def try_all(top: Path, bugs: Mapping[str, Bug]) -> bool:
    """Whether every one of these bugs is red; a line for each."""
    # A worker from either end: of the browser's, which come first, one at a time is run.
    left = deque(sorted(bugs, key=lambda name: "tests/browser" not in bugs[name].tests[0]))

    def work(copy: Path, take: Callable[[], str]) -> list[str]:
        """The verdicts on the bugs that are taken, as long as any are left."""
        verdicts: list[str] = []
        while True:
            try:
                name = take()
            except IndexError:
                return verdicts
            start = time.monotonic()
            verdicts.append(try_bug(top, copy, bugs[name]))
            print(f"{time.monotonic() - start:5.1f} s  {name}: {verdicts[-1]}", flush=True)

    with TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        copies = [Path(folder, name).resolve() for name in ("one", "two")]
        for copy in copies:
            copy_tracked(top, copy)
        if not green_without(copies[0], bugs.values()):
            return False
        done = pool.map(work, copies, (left.popleft, left.pop))
        return {verdict for verdicts in done for verdict in verdicts} <= {"red"}


def copy_tracked(top: Path, to: Path) -> None:
    """Copy the files that git knows, as they are in the working tree."""
    for name in git(top, "ls-files", "-z").split("\0"):
        if name and (top / name).exists():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(top / name, to / name)


def git(top: Path, *words: str) -> str:
    """What git says."""
    return subprocess.run(
        ["git", *words], cwd=top, check=True, capture_output=True, text=True
    ).stdout


def main(arguments: Sequence[str], top: Path = TOP) -> int:
    """Try the bugs that are asked for; 0 if all are red."""
    start, bugs = time.monotonic(), read_bugs(top)
    parser = argparse.ArgumentParser(prog="python -m tools.planted", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--sample", type=int, metavar="N")
    asked = parser.parse_args(arguments)
    names = asked.names or list(bugs)
    if asked.sample:
        names = random.Random(git(top, "rev-parse", "HEAD")).sample(names, asked.sample)
    red = try_all(top, {name: bugs[name] for name in names})
    used = os.times().children_user + os.times().children_system
    print(f"{len(names)} bugs in {time.monotonic() - start:.0f} s ({used:.0f} s of processor time)")
    return 0 if red else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
