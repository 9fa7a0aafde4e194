"""Set up what is missing, then open the notebooks, check everything, or store the notebooks.

python3 lab.py        open the notebooks in JupyterLab (options with -- go there: --no-browser)
python3 lab.py test   run every check: ruff, mypy, pytest, the notebooks under strict nbval
python3 lab.py save   for maintainers: run all notebooks and store them with their outputs

Needs only Python 3.11 or newer (Windows: py lab.py). Installs into .venv, copies the notebooks into
my_work/ and never overwrites anything there.
"""

from __future__ import annotations  # an older Python, too, must get as far as being told

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent
VENV = TOP / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
UTF8 = dict(os.environ, PYTHONUTF8="1")  # for what is run from here, on Windows as elsewhere
NBVAL = "pytest --nbval --nbval-current-env --nbval-cell-timeout 60 notebooks"
CHECKS = ["ruff check .", "ruff format --check .", "mypy", "pytest tests", NBVAL]


def run(*command: str, folder: Path = TOP) -> int:
    """Run a module of the .venv; its exit code."""
    return subprocess.call([str(PYTHON), "-m", *command], cwd=str(folder), env=UTF8)


def works() -> bool:
    """Whether .venv has a Python that starts."""
    command = [str(PYTHON), "-c", ""]
    return bool(shutil.which(command[0])) and subprocess.run(command, check=False).returncode == 0


def set_up() -> None:
    """Make .venv and install into it, if anything changed since the last time."""
    if sys.version_info < (3, 11):
        sys.exit(f"dropout_lab needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    stamp = VENV / "dropout_lab.stamp"
    needs = (TOP / "requirements.txt").read_text() + (TOP / "pyproject.toml").read_text()
    if works() and stamp.exists() and stamp.read_text() == needs + sys.version:
        return
    try:
        import ensurepip  # noqa: F401  Debian ships venv without it
        import venv
    except ImportError:
        sys.exit("This Python lacks the venv module. Debian, Ubuntu: sudo apt install python3-venv")
    if VENV.exists() and not works():
        print("The folder .venv does not work any more; making it anew.")
        shutil.rmtree(str(VENV), ignore_errors=True)
    print("Installing into .venv; this happens once and takes a minute or two ...", flush=True)
    try:
        if not VENV.exists():
            venv.create(str(VENV), with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"The folder .venv could not be made: {error}")
    if run("pip", "install", "-q", "--disable-pip-version-check", "-r", "requirements.txt") != 0:
        sys.exit("Installing failed, see above. Is the network up? Then run this command again.")
    stamp.write_text(needs + sys.version)


def copy_notebooks(source: Path, target: Path) -> list[str]:
    """Copy notebooks that are not there yet, never over another file. Returns what to tell."""
    target.mkdir(exist_ok=True)
    ledger, told = target / ".originals.json", []  # name -> the text that was copied last
    try:
        known = dict(json.loads(ledger.read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError):
        known = {}
    for original in sorted(source.glob("*.ipynb")):
        copy, now = target / original.name, original.read_text(encoding="utf-8")
        if copy.exists() and now not in (known.get(copy.name), copy.read_text(encoding="utf-8")):
            versions = (target / f"{original.stem}_{n}.ipynb" for n in range(2, 10**6))
            copy = next(path for path in versions if not path.exists())
            told.append(f"{original.name} has changed; the new one is beside yours: {copy.name}")
        if not copy.exists():
            shutil.copyfile(str(original), str(copy))
        known[original.name] = now
    ledger.write_text(json.dumps(known), encoding="utf-8")
    return told


def free_port(wanted: int = 8888) -> int:
    """The wanted port, or another one if somebody answers there already."""
    with socket.socket() as probe, socket.socket() as spare:
        if probe.connect_ex(("127.0.0.1", wanted)) != 0:
            return wanted
        spare.bind(("127.0.0.1", 0))
        print(f"Port {wanted} is busy; JupyterLab gets {spare.getsockname()[1]}.")
        return int(spare.getsockname()[1])


def main(arguments: list[str]) -> None:
    """Do what the first argument says."""
    if arguments and arguments[0] not in ("test", "save") and arguments[0][:2] != "--":
        sys.exit(__doc__)
    set_up()
    if arguments[:1] == ["test"]:
        failed = [check for check in CHECKS if run(*check.split()) != 0]
        sys.exit("Failed: " + "; ".join(failed) if failed else 0)
    if arguments[:1] == ["save"]:
        sys.exit(run("tools.save_notebooks"))
    work = TOP / "my_work"
    sys.stdout.writelines(f"{told}\n" for told in copy_notebooks(TOP / "notebooks", work))
    port, first = f"--ServerApp.port={free_port()}", min(work.glob("0*.ipynb")).name
    sys.exit(run("jupyterlab", first, port, *arguments, folder=work))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(0)
