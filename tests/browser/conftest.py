"""A real JupyterLab in a real browser, for what only a browser can show.

Skipped, with the reason, where no Chromium or Chrome is found; with DROPOUT_LAB_BROWSER=required
that is a failure. Screenshots go to artifacts/ (not kept in git).
"""

import os
import shutil
from pathlib import Path

import live_lab
import pytest

TOP = Path(__file__).parents[2]


def pytest_collection_modifyitems(items):
    """A press that a busy machine lost has a second attempt."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browser():
    """A headless browser, or a skip (a failure where it is required)."""
    path = live_lab.browser_path()
    if path is None and os.environ.get("DROPOUT_LAB_BROWSER") == "required":
        pytest.fail(live_lab.NO_BROWSER)
    if path is None:
        pytest.skip(live_lab.NO_BROWSER)
    with live_lab.open_browser(path) as browser:
        yield browser


@pytest.fixture(scope="session")
def server(browser, tmp_path_factory):
    """JupyterLab with the notebooks in its work folder."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(TOP / "notebooks", folder / "work")
    with live_lab.serve(folder) as server:
        yield server


class NotebookPage(live_lab.NotebookPage):
    """A notebook open in JupyterLab, and what tests do with it."""

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
