"""What a learner answered first and what is solved, kept in progress.json, where there is such a file.

Nothing is ever recorded where there is none, so that stored notebooks give the same bytes and nobody's
folder fills up. An empty file is enough to begin with. What is in the file and not understood (another
version's, or a learner's own note) stays in it; a file that cannot be read at all is kept under another
name before a new one is written. Several notebooks may record at once.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakSet

from dropout_lab.lessons import everything

FILE = Path("progress.json")  # in the folder where the notebook runs
ABOUT = "First answers and solved exercises. To begin one anew, take it out and restart the kernel."
VERSION = 1
PATIENCE, STALE = (
    4.0,
    2.0,
)  # seconds to wait for another notebook, and when its lock is a dead one's
Entry = dict[str, Any]


class Watcher(Protocol):
    """What shows the progress, and is told when there is more."""

    def refresh(self) -> None:
        """Read anew."""


watchers: WeakSet[Any] = WeakSet()
trouble = ""  # why the last thing could not be recorded


def is_kept() -> bool:
    """Whether there is a file to record in."""
    return FILE.is_file()


def first_answer(name: str) -> list[str]:
    """What was answered first to this question; nothing if it was not asked yet."""
    return list(guesses().get(name, {}).get("answer", []))


def guesses() -> dict[str, Entry]:
    """By name: {"answer": the first answer, "right": whether it was}."""
    return _understood("guesses")


def exercises() -> dict[str, Entry]:
    """By name: {"solved": whether it is, "bugs": the slips that were met on the way}."""
    return _understood("exercises")


def record_guess(name: str, answer: Sequence[str], right: bool) -> None:
    """Keep an answer to a question, if it is the first one."""
    _record("guesses", name, lambda old: old or {"answer": list(answer), "right": right})


def record_try(check: str, solved: bool, bug: str | None) -> None:
    """Keep that an exercise was solved, or the slip that was met. check: say "check_mask".

    The notebook is the one that Jupyter says the kernel was started for; where it does not say so, the
    first that sets this exercise.
    """
    met = [] if solved or bug in (None, "unknown") else [bug]
    if not solved and not met:
        return  # an empty function, say
    set_in = [name for name in everything() if name[3:] == check]
    here = f"{Path(os.environ.get('JPY_SESSION_NAME', '')).name[:2]}-{check}"
    name = here if here in set_in else (set_in or [check])[0]

    def merged(old: Entry | None) -> Entry:
        """The entry after this try."""
        entry = old or {"solved": False, "bugs": []}
        bugs = list(dict.fromkeys([*entry["bugs"], *met]))
        return entry | {"solved": entry["solved"] or solved, "bugs": bugs}

    _record("exercises", name, merged)


def _fits(part: str, entry: object) -> bool:
    """Whether this version can read the entry."""
    if not isinstance(entry, dict):
        return False
    said, flag = ("answer", "right") if part == "guesses" else ("bugs", "solved")
    words = entry.get(said)
    listed = isinstance(words, list) and all(isinstance(word, str) for word in words)
    return listed and isinstance(entry.get(flag), bool)


def _understood(part: str) -> dict[str, Entry]:
    try:
        data = _parsed(FILE.read_bytes()) or {}
    except OSError:
        return {}
    entries = data.get(part)
    known = entries.items() if isinstance(entries, dict) else ()
    return {name: entry for name, entry in known if _fits(part, entry)}


def _parsed(raw: bytes) -> Entry | None:
    """What the bytes say; None if they are damaged."""
    try:
        data = json.loads(raw.decode("utf-8-sig") or "{}")
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _record(part: str, name: str, merge: Callable[[Entry | None], Entry]) -> None:
    """Put an entry into the file, after what others have put there. Never raises for the file's sake."""
    global trouble
    if not is_kept():
        return
    old = _understood(part).get(name)
    if old is not None and merge(old) == old:
        return
    try:
        with _alone():
            _write(part, name, merge)
        trouble = ""
    except OSError as error:
        trouble = f"{FILE} could not be written ({error.strerror or error})"
    for watcher in list(watchers):
        watcher.refresh()


def _write(part: str, name: str, merge: Callable[[Entry | None], Entry]) -> None:
    raw = FILE.read_bytes()
    data = _parsed(raw)
    entries = ({} if data is None else data).get(part, {})
    known = entries if isinstance(entries, dict) else {}
    old = known.get(name)
    if data is None or known is not entries or not (old is None or _fits(part, old)):
        old = None
        _keep_aside(raw)  # something in there is about to be written over
    told = {"about": ABOUT, "version": VERSION} | (data or {})
    told[part] = known | {name: merge(old)}
    target = FILE.resolve()  # a link stays one
    draft = target.with_name(".progress.tmp")
    with draft.open("w", encoding="utf-8", newline="\n") as out:
        out.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
        out.flush()
        os.fsync(out.fileno())
    _patiently(lambda: draft.replace(target))


def _patiently(act: Callable[[], object]) -> None:
    """Windows moves no file onto one that somebody is reading: try again for a moment."""
    for _ in range(20):
        try:
            act()
        except PermissionError:
            time.sleep(0.01)
        else:
            return
    act()


def _keep_aside(raw: bytes) -> None:
    """What cannot be read, under a name that is still free."""
    folder = FILE.resolve().parent
    names = (folder / f"progress.damaged-{n}.json" for n in range(1, 10**6))
    with next(path for path in names if not path.exists()).open("xb") as copy:
        copy.write(raw)


@contextmanager
def _alone() -> Iterator[None]:
    """Only one notebook at a time; one that died with the lock in its hand is not waited for."""
    lock, until = FILE.resolve().with_name(".progress.lock"), time.monotonic() + PATIENCE
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except (FileExistsError, PermissionError) as error:
            # Windows says of a lock that is just being given back that it is forbidden.
            wait = os.name == "nt" or isinstance(error, FileExistsError)
            if not wait or time.monotonic() > until:
                raise
            _forget_if_dead(lock)
            time.sleep(0.01)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _forget_if_dead(lock: Path) -> None:
    try:
        if time.time() - lock.stat().st_mtime > STALE:
            lock.unlink(missing_ok=True)
    except FileNotFoundError:
        pass  # it has just been given back
