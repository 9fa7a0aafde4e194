"""A real JupyterLab in a real browser, for what only a browser can show.

Skipped, with the reason, where no Chromium or Chrome is found; with DROPOUT_LAB_BROWSER=required
that is a failure. Screenshots go to artifacts/ (not kept in git).
"""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import bare as bare_page
import live_lab
import pytest
from live import open_instead

TOP = Path(__file__).parents[2]
SIZE = {"width": 1280, "height": 1000}
AGAIN = "again"  # a folder with the notebooks once more, for who opens them in turn


def pytest_collection_modifyitems(items):
    """A press that a busy machine lost has a second attempt."""
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
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
    shutil.copytree(TOP / "notebooks", folder / "work" / AGAIN)
    with live_lab.serve(folder) as server:
        yield server


# Colors may change slowly (no picture of ours does); two frames later all is drawn.
DRAWN = """async () => {
    await Promise.all(document.getAnimations()
        .filter((one) => one instanceof CSSTransition).map((one) => one.finished));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


class NotebookPage(live_lab.NotebookPage):
    """A notebook open in JupyterLab, and what tests do with it."""

    def run_all(self):
        """The command's promise is kept when the last cell has been run: there is no more to wait for."""
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        return self

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
        self.page.evaluate(DRAWN)

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
def opened():
    """All notebooks that were opened so far."""
    return []


@pytest.fixture(autouse=True)
def no_page_error(request, opened):
    """No test may cause an error in a page. A second attempt does not forgive it, but ends it."""
    yield
    errors = [error for notebook in opened for error in notebook.errors]
    if getattr(request.node, "execution_count", 1) > 1:
        for notebook in opened:
            notebook.errors.clear()
    assert errors == []


@pytest.fixture(scope="session")
def open_notebook(browser, server, opened):
    """A function that opens a notebook in a page of its own."""
    pages = []

    def open_(name):
        pages.append(browser.new_page(viewport=SIZE))
        opened.append(NotebookPage(pages[-1], server, name).open())
        return opened[-1]

    yield open_
    for page in pages:
        page.close()


@pytest.fixture(scope="session")
def page_in_turn(browser, server):
    """The page in which notebooks are opened in turn."""
    with browser.new_page(viewport=SIZE) as page:
        NotebookPage(page, server, server.add("empty.ipynb", "")).open()
        yield page


@pytest.fixture(scope="session")
def open_in_turn(page_in_turn, server, opened):
    """A function that opens a notebook in place of the one before, with a kernel of its own.

    It is faster by far than a page of its own, for which JupyterLab is loaded anew. What was opened
    before is gone.
    """

    def open_(name):
        path = f"{AGAIN}/{name}" if (server.work / AGAIN / name).exists() else name
        page_in_turn.set_viewport_size(SIZE)
        open_instead(page_in_turn, path)
        opened.append(NotebookPage(page_in_turn, server, path))
        return opened[-1]

    return open_


@pytest.fixture(scope="session")
def page_of_pictures(browser, opened):
    """A page for `labs/picture.js` alone."""
    with browser.new_page(viewport=SIZE) as page:
        opened.append(here := SimpleNamespace(errors=[]))
        page.on("pageerror", lambda error: here.errors.append(str(error)))
        bare_page.start(page)
        yield page


@pytest.fixture
def bare(page_of_pictures):
    """That page, empty; the mouse points at nothing."""
    page_of_pictures.mouse.move(0, 0)
    return bare_page.Bare(page_of_pictures)


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
