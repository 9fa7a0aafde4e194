"""Install what the notebooks need into .venv, once, so that a run stopped at any moment is made good by the next.

What is half made is marked as unfinished; the stamp that says what is installed is written last.
Standard library only: `lab.py` calls this before anything is installed.
"""

import contextlib
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from dropout_lab.start import NOTHING_LOST, UTF8, first_free, wait_for

STARTED = time.monotonic()
UV_SAYS = ("Resolved", "Downloading", "Building", "Prepared", "Installed")
# What must be there for a part to work.
NEEDED = {
    "lab": ("numpy", "matplotlib", "ipywidgets", "anywidget", "jupyterlab", "ipykernel", "nbval"),
    "test": (
        "pytest",
        "xdist",
        "pytest_rerunfailures",
        "nbclient",
        "hypothesis",
        "playwright",
        "ruff",
        "mypy",
    ),
    "site": ("jupyterlite_core", "jupyterlite_pyodide_kernel", "pip"),
}


@dataclass(frozen=True)
class Clone:
    """A copy of the project on somebody's disk, and the .venv in it."""

    top: Path

    @property
    def venv(self) -> Path:
        """Where everything is installed."""
        return self.top / ".venv"

    @property
    def python(self) -> Path:
        """The Python of .venv."""
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def stamp(self) -> Path:
        """Written last: what was installed."""
        return self.venv / "dropout_lab.json"

    @property
    def unfinished(self) -> Path:
        """There while something is being installed into a .venv that we made."""
        return self.venv / "dropout_lab.unfinished"

    @property
    def log(self) -> Path:
        """What the installer said."""
        return self.venv / "dropout_lab.log"

    def run(self, *command: str, folder: Path | None = None) -> int:
        """Run a module of the .venv in a folder, by default the top one; its exit code."""
        where = folder or self.top
        return wait_for(subprocess.Popen([self.python, "-m", *command], cwd=where, env=UTF8))

    @contextlib.contextmanager
    def beside(self, *command: str) -> Iterator[Callable[[], int]]:
        """Run a module beside what is run meanwhile, in the time that leaves, where there is `nice`.

        The function it gives waits for its end, shows what it said, and has its exit code.
        """
        nice = [found] if (found := shutil.which("nice")) else []
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            child = subprocess.Popen(
                [*nice, self.python, "-m", *command],
                cwd=self.top,
                env=UTF8,
                stdout=said,
                stderr=said,
            )

            def end() -> int:
                """Its exit code, when it has come to its end."""
                print(f"Waiting for {' '.join(command)}", flush=True)
                code = wait_for(child)
                said.seek(0)
                sys.stdout.write(said.read())
                return code

            try:
                yield end
            finally:
                child.terminate()  # if something else ended this run

    def has(self, *modules: str) -> bool:
        """Whether the Python of .venv starts, is new enough and finds these modules."""
        code = (
            "import sys; from importlib.util import find_spec as f; "
            "sys.exit(sys.version_info < (3, 11) or not all(map(f, sys.argv[1:])))"
        )
        with contextlib.suppress(OSError):
            return subprocess.run([self.python, "-c", code, *modules], check=False).returncode == 0
        return False

    def needs(self) -> str:
        """Changes when something else is to be installed, or the folder was moved."""
        names = ("requirements.txt", "pyproject.toml", "constraints.txt")
        texts = [(self.top / name).read_bytes() for name in names if (self.top / name).exists()]
        return hashlib.sha256(b"\0".join([*texts, os.fsencode(self.top)])).hexdigest()

    def installed(self) -> dict[str, list[str]]:
        """The parts that are installed, and for which needs: {needs: parts}; empty if unknown."""
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
            read = json.loads(self.stamp.read_text(encoding="utf-8"))
            return {str(needs): [str(part) for part in parts] for needs, parts in read.items()}
        return {}

    def ready(self, parts: set[str]) -> bool:
        """Whether these parts were installed to the end, and are still there."""
        done = parts <= set(self.installed().get(self.needs(), []))
        return done and not self.unfinished.exists() and self.has(*modules_of(parts))


def modules_of(parts: set[str]) -> list[str]:
    """What must be found for these parts to work."""
    return ["dropout_lab", *(name for part in sorted(parts) for name in NEEDED.get(part, ()))]


def set_up(clone: Clone, *parts: str) -> None:
    """Make .venv and install the parts into it ("lab", "test", "site", "pinned"), unless they are there."""
    wanted = {"lab", *parts}
    if clone.ready(wanted):
        return
    try:
        with alone(clone) as lock:
            if not clone.ready(wanted):  # another run may just have done it
                make_room(clone)
                install(clone, wanted, lock)
    except OSError as error:
        sys.exit(f"{clone.venv} could not be made: {error}. {NOTHING_LOST}")


@contextlib.contextmanager
def alone(clone: Clone) -> Iterator[IO[str]]:
    """Hold the lock on installing. An installer that outlives its launcher holds it, too."""
    with (clone.top / ".venv.lock").open("a") as lock:
        if not taken(lock):
            print("Another run is installing into .venv; waiting for it ...", flush=True)
            while not taken(lock):
                time.sleep(0.2)
        yield lock


def taken(lock: IO[str]) -> bool:
    """Take the lock; False if somebody else has it. Where files cannot be locked, go on without."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


def make_room(clone: Clone) -> None:
    """Keep a .venv that can be installed into. Remove what we left half made; set aside what is not ours."""
    gone = clone.top / ".venv.gone"
    shutil.rmtree(gone, ignore_errors=True)
    if not os.path.lexists(clone.venv):
        return
    half = clone.unfinished.exists()
    ours = not clone.venv.is_symlink() and (half or clone.stamp.exists())
    # What should be there by the stamp, or what it takes to install into a .venv of somebody's own.
    parts = clone.installed().get(clone.needs(), [])
    if not half and clone.has(*(modules_of(set(parts)) if parts else ["sys" if ours else "pip"])):
        return
    if ours or (clone.venv.is_dir() and not any(clone.venv.iterdir())):
        print("The folder .venv is not whole; making it anew.", flush=True)
        clone.venv.rename(gone)  # at once, so that a run stopped in the middle leaves no half
        shutil.rmtree(gone, ignore_errors=True)
        return
    aside = first_free(clone.top / f".venv.old{n}" for n in ("", *range(2, 10**6)))
    clone.venv.rename(aside)
    print(f".venv could not be used; it is {aside.name} now, and a new one is made.", flush=True)


def install(clone: Clone, wanted: set[str], lock: IO[str]) -> None:
    """Install the wanted parts and those that were there; the stamp comes last."""
    before = clone.installed()
    parts = wanted.union(*before.values())
    uv = shutil.which("uv")
    print("Installing into .venv; this happens once and takes a minute or so.", flush=True)
    if not os.path.lexists(clone.venv):
        make_venv(clone, lock, with_pip=uv is None or "test" in parts)  # contributors want pip
    elif before:
        clone.unfinished.touch()
    code = 1
    if uv:
        code = work(clone, [uv, "pip", "install", "--python", str(clone.python)], parts, lock)
    if code:
        code = with_pip(clone, parts, lock)
    if code and before and clone.has(*modules_of(wanted)):
        clone.unfinished.unlink(missing_ok=True)
        print("Updating failed (no network?); going on with what is installed.", flush=True)
        return
    if code:
        said = clone.log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
        sys.exit("\n".join([*said, "Installing failed, see above. Is the network up? " + AGAIN]))
    half = clone.stamp.with_suffix(".half")
    half.write_text(json.dumps({clone.needs(): sorted(parts)}), encoding="utf-8")
    half.replace(clone.stamp)
    clone.unfinished.unlink(missing_ok=True)


AGAIN = "Run this command again; it goes on where it can."


def make_venv(clone: Clone, lock: IO[str], with_pip: bool) -> None:
    """A new .venv, marked as unfinished before anything else is in it."""
    try:
        import_module("venv"), import_module("ensurepip")
    except ImportError:  # Debian ships Python without them
        sys.exit("This Python lacks the venv module. Debian, Ubuntu: sudo apt install python3-venv")
    clone.venv.mkdir()
    clone.unfinished.touch()
    command = [sys.executable, "-m", "venv", *([] if with_pip else ["--without-pip"])]
    if watch([*command, str(clone.venv)], clone, lock):
        sys.exit(f"{clone.venv} could not be made:\n{clone.log.read_text(errors='replace')}")


def with_pip(clone: Clone, parts: set[str], lock: IO[str]) -> int:
    """Install with pip; its exit code."""
    if not clone.has("pip"):
        watch([str(clone.python), "-m", "ensurepip"], clone, lock)
    command = [str(clone.python), "-m", "pip", "install", "--disable-pip-version-check"]
    return work(clone, [*command, "--no-input", "--progress-bar=off"], parts, lock)


def work(clone: Clone, command: list[str], parts: set[str], lock: IO[str]) -> int:
    """Run an installer for these parts; its exit code."""
    extras = ",".join(sorted(parts & {"test", "site"}))
    what = ["-e", f".[{extras}]"] if extras else ["-r", "requirements.txt"]
    pins = ["-c", "constraints.txt"] if "pinned" in parts else []
    return watch([*command, *what, *pins], clone, lock)


def watch(command: Sequence[str], clone: Clone, lock: IO[str]) -> int:
    """Run a command that may take a minute, what it says into the log; a line shows that it is alive."""
    kept: Any = {} if os.name == "nt" else {"pass_fds": [lock.fileno()]}
    calm = 0.5 if sys.stdout.isatty() else 10.0
    with clone.log.open("wb") as log:
        child = subprocess.Popen(
            command, cwd=clone.top, env=UTF8, stdout=log, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, **kept,
        )  # fmt: skip
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return child.wait(calm)
                show_alive(time.monotonic() - STARTED, clone.log)
        finally:
            child.terminate()
            child.wait()
            if sys.stdout.isatty():
                print("\r" + " " * 78 + "\r", end="", flush=True)


def show_alive(seconds: float, log: Path) -> None:
    """One line: how long it has been, and how far the installer is."""
    line = f"{seconds:5.0f} s  {progress(log.read_text(encoding='utf-8', errors='replace'))}"[:78]
    print(
        f"\r{line:78}" if sys.stdout.isatty() else line,
        end="" if sys.stdout.isatty() else "\n",
        flush=True,
    )


def progress(said: str) -> str:
    """How far pip or uv is, by what it said."""
    lines = [line for line in said.splitlines() if not line.startswith("WARNING")]
    found = sum(line.startswith("Collecting ") for line in lines)
    if found:
        unpacking = any(line.startswith("Installing collected packages") for line in lines)
        return f"{found} packages found{'; unpacking them' if unpacking else ''}"
    last = lines[-1].strip() if lines else ""
    return last if last.startswith(UV_SAYS) else "getting ready"
