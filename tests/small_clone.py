"""A small clone of the project whose packages are stand-ins on disk: installing needs no network."""

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

from dropout_lab.install import NEEDED

TOP = Path(__file__).parents[1]
LAUNCHER = [
    "lab.py",
    *(f"src/dropout_lab/{name}.py" for name in ("__init__", "_lazy", "install", "start")),
]
PACKAGES = {name for names in NEEDED.values() for name in names}
# What it was started with, and that all of every package is there.
JUPYTERLAB = """
import json, os, sys, importlib
for name in {names}:
    assert importlib.import_module(name + ".part99").whole
print("OPENED", json.dumps([os.getcwd(), sys.argv[1:]]))
"""
CHECK = "import sys; print('CHECKED', sys.argv)"


def wheel(folder, name, main=""):
    """A wheel of one package with a hundred modules, so that unpacking it takes a moment."""
    info = f"{name}-1.0.dist-info"
    files = {f"{name}/part{k:02}.py": "whole = True\n" * 50 for k in range(100)}
    files |= {f"{name}/__init__.py": "", f"{name}/__main__.py": main}
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


def make(folder):
    """The clone, with two notebooks and a `wheels` folder; it needs every package that ours needs."""
    for path in LAUNCHER:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(TOP / path, folder / path)
    (folder / "wheels").mkdir()
    for name in {*PACKAGES, "dropout_lab"}:
        main = JUPYTERLAB.format(names=sorted(NEEDED["lab"])) if name == "jupyterlab" else CHECK
        wheel(folder / "wheels", name, main)
    needed = "\n".join([*NEEDED["lab"], "dropout_lab"])
    (folder / "requirements.txt").write_text(needed)
    (folder / "pyproject.toml").write_text("")
    (folder / "notebooks").mkdir()
    for name, text in (("01_first", "one" * 200_000), ("02_second", "two" * 200_000)):
        (folder / "notebooks" / f"{name}.ipynb").write_text(json.dumps({"cells": text}))
    return folder


def environment(folder):
    """No network, no package but those of the clone, and no uv."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    kept.pop("PYTHONPATH", None)
    kept |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}
    kept |= {"PIP_FIND_LINKS": str(folder / "wheels"), "PATH": os.defpath, "PIP_NO_COMPILE": "1"}
    return kept


def start(folder, *arguments):
    """A run of its launcher that goes on by itself, in a process group of its own."""
    command = [getattr(sys, "_base_executable", sys.executable), "lab.py", *arguments]
    return subprocess.Popen(
        command, cwd=folder, env=environment(folder), text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        # Where the tests themselves run in the background, a shell has them ignore Ctrl+C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def wait_for(process, words):
    """Until it has said so."""
    assert any(words in line for line in process.stdout), words


def rest(process):
    """What it says from now on, to its end."""
    with process.stdout as said:
        text = said.read()
    process.wait(60)
    return text


def run(folder, *arguments):
    """A run to its end: exit code and what it said."""
    process = start(folder, *arguments)
    said, _ = process.communicate(timeout=120)
    return process.returncode, said


def opened(said):
    """The folder and the arguments with which JupyterLab was started."""
    (line,) = [line for line in said.splitlines() if line.startswith("OPENED ")]
    return json.loads(line.removeprefix("OPENED "))
