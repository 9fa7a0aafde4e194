"""A real JupyterLab in a real browser, for what only a browser can show.

Skipped, with the reason, where no Chromium or Chrome is found; with DROPOUT_LAB_BROWSER=required
that is a failure. Screenshots go to artifacts/ (not kept in git).
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

TOP = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = ["disable-gpu", "no-first-run", "disable-background-networking", "disable-component-update"]
QUIET += ["disable-sync", "disable-quic"]


def find_browser():
    """The path of a Chromium or Chrome, or a skip (a failure where it is required)."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        reason = "no Chromium or Chrome found; CONTRIBUTING.md says how to install one"
        if os.environ.get("DROPOUT_LAB_BROWSER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def browser():
    """A headless browser."""
    path = find_browser()
    sandbox = [] if hasattr(os, "geteuid") and os.geteuid() else ["no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[f"--{flag}" for flag in (*QUIET, *sandbox)]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(browser, tmp_path_factory):
    """JupyterLab on a free port of this machine, with settings and a work folder of its own."""
    folder = tmp_path_factory.mktemp("lab")
    work = folder / "work"
    shutil.copytree(TOP / "notebooks", work)
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    # Or a notebook that one test has run for two minutes is, for the next, not the stored one any more.
    manager = folder / "settings" / "@jupyterlab" / "docmanager-extension"
    manager.mkdir(parents=True)
    (manager / "plugin.jupyterlab-settings").write_text(json.dumps({"autosave": False}))
    environment = dict(os.environ)
    for variable, name in {
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
    }.items():
        (folder / name).mkdir(exist_ok=True)
        environment[variable] = str(folder / name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"]
    command += ["--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={work}"]
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for_port(port, process, folder / "server.log")
        yield Server(port, token, work)
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def wait_for_port(port, process, log):
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError("JupyterLab did not answer\n" + log.read_text())


class Server:
    """Where JupyterLab answers, and the folder it shows."""

    def __init__(self, port, token, work):
        self.address = f"http://127.0.0.1:{port}"
        self.token, self.work = token, work

    def add(self, name, *sources):
        """Put a notebook with these code cells into the folder."""
        import nbformat
        from nbformat.v4 import new_code_cell, new_notebook

        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        cells = [new_code_cell(source, id=f"cell-{k}") for k, source in enumerate(sources)]
        notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, self.work / name)
        return name


class NotebookPage:
    """A notebook open in JupyterLab."""

    def __init__(self, page, server, name):
        self.page, self.server, self.name = page, server, name
        self.errors = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self):
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

    def run_all(self):
        """Run all cells and wait until none is running."""
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        self.wait_until_run()
        return self

    def wait_until_run(self):
        self.page.wait_for_timeout(300)
        self.page.wait_for_function(
            "() => ![...document.querySelectorAll('.jp-InputPrompt')]"
            ".some((prompt) => prompt.textContent.includes('[*]'))",
            timeout=60_000,
        )

    def restart_and_run_all(self):
        self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
        self.page.wait_for_timeout(500)
        return self.run_all()

    def theme(self, name):
        """Switch JupyterLab's theme: "Light" or "Dark"."""
        theme = f"JupyterLab {name}"
        self.page.evaluate(
            "(theme) => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme
        )
        light = str(name == "Light").lower()
        self.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")
        self.page.wait_for_timeout(300)

    def lab(self, words):
        """The first lab that contains these words; scrolled into view."""
        found = self.page.locator(".dropout-lab").filter(has_text=words).first
        found.scroll_into_view_if_needed()
        return found

    def screenshot(self, locator, name):
        folder = TOP / "artifacts"
        folder.mkdir(exist_ok=True)
        locator.screenshot(path=str(folder / f"{name}.png"))


@pytest.fixture(scope="session")
def open_notebook(browser, server):
    """A function that opens a notebook in a page of its own."""
    pages = []

    def open_(name):
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        pages.append(page)
        return NotebookPage(page, server, name).open()

    yield open_
    for page in pages:
        page.close()


def _running(notebook):
    """A fixture that gives this notebook, run from top to bottom."""

    @pytest.fixture(scope="session")
    def fixture(open_notebook):
        return open_notebook(f"{notebook}.ipynb").run_all()

    return fixture


first = _running("01_ask_the_question")
second = _running("02_switch_neurons_off")
third = _running("03_keep_the_scale")
fourth = _running("04_mask_the_gradients")
fifth = _running("05_catch_a_wrong_gradient")
sixth = _running("06_see_why_relu_hides_it")
seventh = _running("07_train_with_dropout")
eighth = _running("08_switch_everything_back_on")
ninth = _running("09_find_the_bug")
tenth = _running("10_write_it_yourself")
