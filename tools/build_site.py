"""Build the site: the front page, the documents it leads to, and the whole series in the browser.

`python3 lab.py site` makes `site/` anew. The series is JupyterLite: the notebooks, JupyterLab without a
server, and Pyodide, a Python that runs in the browser, with this package in its lock file, so that a
first cell imports it without an install line. Pyodide's core comes from npm and what is plain Python
from PyPI, and both then stand on the site; only numpy, matplotlib, pillow and what they are built with,
which are compiled for the browser, are fetched by a reader's browser from Pyodide's own host.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from email.parser import Parser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, cast
from zipfile import ZipFile

sys.path.insert(0, str(Path(__file__).parent))
from documents import write_documents
from front_page import front_page
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dropout_lab.experiments.data import lesson

TOP = Path(__file__).parents[1]
PYODIDE = Path("static") / "pyodide"
CORE = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
# What the kernel and the labs need of plain Python that Pyodide's own lock file lacks.
ADDED = (
    "ipywidgets",
    "anywidget",
    "psygnal",
    "comm",
    "jupyterlab_widgets",
    "ipython_pygments_lexers",
)
KERNEL = ("ipython", "jedi", "micropip", "typing-extensions", "matplotlib")
SETTINGS = {
    "@jupyterlite/pyodide-kernel-extension:kernel": {
        "pyodideUrl": f"./{PYODIDE.as_posix()}/pyodide.mjs",
        "disablePyPIFallback": True,
    }
}
NO_NPM = "npm was not found (it comes with Node.js), so the front page is built without the series."


def build(folder: Path) -> None:
    """Make the whole site anew in this folder; without npm, all but the series."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    npm = shutil.which("npm")
    if npm:
        build_series(folder / "series", npm)  # it reads the index.html of its own top folder
    else:
        print(NO_NPM, file=sys.stderr)
    write_documents(folder)
    page = front_page(lesson(1), series=npm is not None)
    (folder / "index.html").write_text(page, encoding="utf-8")


def build_series(folder: Path, npm: str) -> None:
    """JupyterLite with the notebooks and a Python that knows this package."""
    with TemporaryDirectory() as work:
        lite = Path(work) / "lite"
        lite.mkdir()
        config: dict[str, Any] = {"jupyter-lite-schema-version": 0}
        config["jupyter-config-data"] = {"litePluginSettings": SETTINGS, "exposeAppInBrowser": True}
        (lite / "jupyter-lite.json").write_text(json.dumps(config), encoding="utf-8")
        memory = Path(work) / "memory" / "progress.json"  # where it is, answers are kept
        memory.parent.mkdir()
        memory.write_text("{}\n", encoding="utf-8")
        options = ["--contents", TOP / "notebooks", "--contents", memory.parent]
        options += ["--output-dir", folder, "--apps", "lab"]
        _run(_python("jupyterlite_core"), "build", *options, "--no-sourcemaps", "--force", cwd=lite)
        put_python(folder / PYODIDE, npm, Path(work))


def put_python(folder: Path, npm: str, work: Path) -> None:
    """Pyodide's core, the wheels of plain Python, and the lock file that knows them all."""
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_VERSION

    folder.mkdir(parents=True, exist_ok=True)
    _run([npm], "pack", "--silent", f"pyodide@{PYODIDE_VERSION}", cwd=work)
    with tarfile.open(work / f"pyodide-{PYODIDE_VERSION}.tgz") as archive:
        for name in CORE:  # extractall has a safe way only from Python 3.11.4 on
            core = cast(IO[bytes], archive.extractfile(f"package/{name}"))
            (folder / name).write_bytes(core.read())
    lock = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    plain = [f"{name}=={version}" for name, version in plain_packages(lock["packages"], KERNEL)]
    _run(_python("pip"), "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, TOP)
    anywhere = ["--only-binary=:all:", "--platform=any", "--abi=none", "--implementation=py"]
    version = f"--python-version={'.'.join(lock['info']['python'].split('.')[:2])}"
    into = ["--quiet", "--no-deps", "--dest", folder]
    _run(_python("pip"), "download", *into, *anywhere, version, *plain, *ADDED)
    (stub,) = folder.parents[1].glob("extensions/*/*/static/pypi/widgetsnbextension-4*.whl")
    shutil.copy(stub, folder)  # ipywidgets asks for it; in JupyterLite it is empty
    write_lock(folder, PYODIDE_CDN_URL)


def plain_packages(packages: dict[str, Any], wanted: Iterable[str]) -> list[tuple[str, str]]:
    """(name, version) of all that is plain Python among these packages and what they depend on."""
    waiting, found = [canonicalize_name(name) for name in wanted], dict[str, dict[str, Any]]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = packages[name]
            waiting += map(canonicalize_name, packages[name]["depends"])
    plain = (name for name in found if found[name]["file_name"].endswith("-none-any.whl"))
    return sorted((name, found[name]["version"]) for name in plain)


def write_lock(folder: Path, host: str) -> None:
    """Enter the wheels of this folder; every other package is to be fetched from Pyodide's host."""
    path = folder / "pyodide-lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    packages: dict[str, Any] = lock["packages"]
    for package in packages.values():
        package["file_name"] = f"{host}/{package['file_name']}"
    entries = [entry(wheel, lock["info"]["python"]) for wheel in sorted(folder.glob("*.whl"))]
    packages |= {made["name"]: made for made in entries}
    for made in entries:
        missing = set(made["depends"]) - set(packages)
        if missing:
            raise ValueError(
                f"{made['name']} needs what Pyodide lacks: {', '.join(sorted(missing))}"
            )
    path.write_text(json.dumps(lock), encoding="utf-8")


def entry(wheel: Path, python: str) -> dict[str, Any]:
    """What the lock file says of a wheel of plain Python."""
    name, version, *_ = wheel.name.split("-")
    with ZipFile(wheel) as archive:
        files = archive.namelist()
        (about,) = [file for file in files if file.endswith(".dist-info/METADATA")]
        needs = Parser().parsestr(archive.read(about).decode()).get_all("Requires-Dist", [])
    short = ".".join(python.split(".")[:2])
    there = {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix"}
    there |= {"python_version": short, "python_full_version": python, "extra": ""}
    wanted = [
        need for need in map(Requirement, needs) if not need.marker or need.marker.evaluate(there)
    ]
    roots = {file.split("/")[0].removesuffix(".py") for file in files if file.endswith(".py")}
    return {
        "name": canonicalize_name(name),
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(root for root in roots if root.isidentifier()),
        "depends": sorted(canonicalize_name(need.name) for need in wanted),
        "unvendored_tests": False,
    }


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _run(command: list[str], *arguments: object, cwd: Path = TOP) -> None:
    subprocess.run([*command, *map(str, arguments)], cwd=cwd, check=True)


if __name__ == "__main__":
    build(TOP / "site")
    print(f"Built {TOP / 'site'}. Look at it: python3 -m http.server --directory site")
