"""A real JupyterLab in a real browser, for what only a browser can show: the tests and benchmarks use it."""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NO_BROWSER = "no Chromium or Chrome found; CONTRIBUTING.md says how to install one"
QUIET = ["disable-gpu", "no-first-run", "disable-background-networking", "disable-component-update"]
QUIET += ["disable-sync", "disable-quic"]
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# Autosave would replace what is stored by what was run. News and updates would ask the network.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"autosave": False},
}
FOLDERS = {
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
}


def browser_path() -> str | None:
    """Where a Chromium or Chrome is, if there is one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


@contextlib.contextmanager
def open_browser(path: str) -> Iterator[Browser]:
    """A headless browser."""
    sandbox = [] if hasattr(os, "geteuid") and os.geteuid() else ["no-sandbox"]
    flags = [f"--{flag}" for flag in (*QUIET, *sandbox)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Server:
    """Where JupyterLab answers, and the folder it shows."""

    address: str
    token: str
    work: Path

    def add(self, name: str, *sources: str, title: str = "") -> str:
        """Put a notebook with these code cells, under a title if there is one, into the folder."""
        cells = [new_code_cell(source, id=f"cell-{k}") for k, source in enumerate(sources)]
        if title:
            cells.insert(0, new_markdown_cell(title, id="title"))
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), self.work / name)
        return name


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[Server]:
    """JupyterLab on a free port of this machine; its settings and its work folder are in `folder`."""
    work, port, token = folder / "work", free_port(), secrets.token_hex(16)
    work.mkdir(exist_ok=True)
    for name, values in SETTINGS.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))
    own = {variable: str(folder / name) for variable, name in FOLDERS.items()}
    for name in FOLDERS.values():
        (folder / name).mkdir(exist_ok=True)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"]
    command += ["--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={work}"]
    log = folder / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            command, env=os.environ | own, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            wait_for_port(port, process, log)
            yield Server(f"http://127.0.0.1:{port}", token, work)
        finally:
            process.terminate()
            process.wait(20)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return as soon as the server answers. Raises RuntimeError with its log if it does not."""
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not answer\n{log.read_text()}")


class NotebookPage:
    """A notebook open in JupyterLab."""

    def __init__(self, page: Page, server: Server, name: str) -> None:
        self.page, self.server, self.name = page, server, name
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self) -> Self:
        """Open the notebook and wait for its kernel: the idle badge alone is not enough."""
        address = f"{self.server.address}/doc/tree/{self.name}?token={self.server.token}&reset"
        self.page.goto(address)
        self.page.wait_for_function(
            """() => {
                const context = window.jupyterapp?.shell?.currentWidget?.sessionContext;
                return context?.isReady && context.session?.kernel?.status === 'idle';
            }""",
            timeout=60_000,
        )
        return self

    def run_all(self) -> Self:
        """Run all cells and wait until none is running."""
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        self.wait_until_run()
        return self

    def wait_until_run(self) -> None:
        """Wait until no cell is running."""
        self.page.wait_for_timeout(300)
        self.page.wait_for_function(
            "() => ![...document.querySelectorAll('.jp-InputPrompt')]"
            ".some((prompt) => prompt.textContent.includes('[*]'))",
            timeout=60_000,
        )
