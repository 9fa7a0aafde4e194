"""Open the notebooks: copy what is not there yet, never over a learner's file, and start JupyterLab.

Both ways in come here, `lab.py` in a clone and the command `dropout-lab`. Standard library only.
"""

import contextlib
import hashlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

UTF8 = dict(os.environ, PYTHONUTF8="1")  # for what is run from here, on Windows as elsewhere
LEDGER = ".originals.json"
MEMORY = "progress.json"  # where it is, answers are kept in it (lessons/progress.py)
EXTENSION = "--ServerApp.jpserver_extensions={'dropout_lab.second_day': True}"
# overrides.json: no news and no search for updates, so nothing asks the network, or whether it may.
QUIET = f"--LabApp.app_settings_dir={Path(__file__).parent}"

NOTHING_LOST = "Nothing of yours was changed; run this command again when that is mended."


def first_free(paths: Iterator[Path]) -> Path:
    """The first path where nothing is, not even a broken link."""
    return next(path for path in paths if not os.path.lexists(path))


def wait_for(child: "subprocess.Popen[bytes]") -> int:
    """Its exit code. Ctrl-C is the child's to answer (JupyterLab asks), and raised when it has ended."""
    interrupted = False
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            interrupted = True
            continue
        if interrupted:
            raise KeyboardInterrupt
        return code


def work_folder(folder: Path) -> Path:
    """The folder a learner works in, made if need be; a sentence if something else is in its place."""
    if folder.is_symlink() and not folder.exists():
        sys.exit(f"{folder} is a link that leads nowhere. Mend or rename it. {NOTHING_LOST}")
    if folder.exists() and not folder.is_dir():
        sys.exit(f"{folder} is a file, and the notebooks need a folder there. {NOTHING_LOST}")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        sys.exit(f"{folder} could not be made: {error.strerror}. {NOTHING_LOST}")
    return folder


def copy_notebooks(source: Path, target: Path) -> list[str]:
    """Copy notebooks that are not there yet, never over another file. Returns what to tell."""
    work_folder(target)
    known = read_ledger(target / LEDGER)
    originals = {path.name: path.read_bytes() for path in sorted(source.glob("*.ipynb"))}
    told = []
    if not known and any(os.path.lexists(target / name) for name in originals):
        told.append("What was copied before is not known; yours are kept, and checked one by one.")
    now = dict(known)
    try:
        for name, text in originals.items():
            told += copy_one(target / name, text, known.get(name))
            now[name] = fingerprint(text)
        if now != known:
            write_whole(target / LEDGER, json.dumps(now).encode())
        if not os.path.lexists(target / MEMORY):
            (target / MEMORY).touch()
    except OSError as error:
        sys.exit(f"{target} could not be written: {error.strerror}. {NOTHING_LOST}")
    return told


def copy_one(copy: Path, text: bytes, known: str | None) -> list[str]:
    """Copy one notebook, unless it, or what was made of it, is there. known: the one copied last."""
    there = read(copy) if os.path.lexists(copy) else None
    if there is None and not os.path.lexists(copy):
        write_whole(copy, text)
        return []
    if there is not None and there != text and text.startswith(there):
        half = first_free(copy.with_name(f"{copy.name}.half{n}") for n in ("", *range(2, 10**6)))
        copy.rename(half)
        write_whole(copy, text)
        return [f"{copy.name} was only half copied; it is whole now, the half is {half.name}."]
    mark = fingerprint(text)
    if mark == known or (there is not None and fingerprint(there) == mark):
        return []
    beside = (copy.with_name(f"{copy.stem}_{n}{copy.suffix}") for n in range(2, 10**6))
    for path in beside:
        if not os.path.lexists(path):
            write_whole(path, text)
            return [f"{copy.name} has changed; the new one is beside yours: {path.name}"]
        if fingerprint(read(path) or b"") == mark:
            return []
    return []


def read(path: Path) -> bytes | None:
    """What is in a file; None if it cannot be read."""
    with contextlib.suppress(OSError):
        return path.read_bytes()
    return None


def fingerprint(text: bytes) -> str:
    """The same for the same text, whatever ends its lines."""
    return hashlib.sha256(text.replace(b"\r\n", b"\n")).hexdigest()


def read_ledger(ledger: Path) -> dict[str, str]:
    """For each name the fingerprint of the original that was copied last; empty if it is lost or damaged."""
    try:
        entries = dict(json.loads(ledger.read_text(encoding="utf-8"))).items()
    except (OSError, TypeError, ValueError):
        return {}
    # Before there were fingerprints, the whole text stood here.
    return {
        str(name): text if len(text) == 64 else fingerprint(text.encode("utf-8"))
        for name, text in entries
        if isinstance(text, str)
    }


def write_whole(path: Path, text: bytes) -> None:
    """Write a file in one piece: who is interrupted leaves all of it or nothing."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(text)
    part.replace(path)


def free_port(wanted: int = 8888) -> int:
    """The wanted port, or another one if somebody answers there already."""
    with socket.socket() as probe, socket.socket() as spare:
        if probe.connect_ex(("127.0.0.1", wanted)) != 0:
            return wanted
        spare.bind(("127.0.0.1", 0))
        print(f"Port {wanted} is busy; JupyterLab gets {spare.getsockname()[1]}.")
        return int(spare.getsockname()[1])


def options(first: str, arguments: Sequence[str]) -> list[str]:
    """JupyterLab's options: what was asked for, and what was not."""
    ours = [f"--LabApp.default_url=/lab/tree/{quote(first)}", EXTENSION, QUIET]
    asked = {argument.partition("=")[0] for argument in arguments}
    if not asked & {"--port", "--ServerApp.port", "--LabApp.port"}:
        ours.append(f"--ServerApp.port={free_port()}")
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in asked:
        print("You are root, whom JupyterLab refuses unless told; it is told: --allow-root.")
        ours.append("--allow-root")
    return [*ours, *arguments]


def open_lab(python: str | Path, notebooks: Path, folder: Path, arguments: Sequence[str]) -> int:
    """Copy what is missing into the folder and open JupyterLab there; its exit code."""
    sys.stdout.writelines(f"{told}\n" for told in copy_notebooks(notebooks, folder))
    first = min(path.name for path in notebooks.glob("*.ipynb"))
    command = [str(python), "-m", "jupyterlab", *options(first, arguments)]
    sys.stdout.flush()
    if os.name != "nt":  # JupyterLab takes this process over, so that a signal to one is to both
        os.chdir(folder)
        os.execve(str(python), command, UTF8)
    with contextlib.suppress(KeyboardInterrupt):
        return wait_for(subprocess.Popen(command, cwd=folder, env=UTF8))
    return 0
