"""A real JupyterLab in a real browser, for what only a browser can show; `bare` for `picture.js` alone.

`on("04")` of `live.py` gives a test its notebook, which all of its tests share. Skipped, with the reason,
where no Chromium or Chrome is found; with DROPOUT_LAB_BROWSER=required that is a failure. Screenshots go to
artifacts/ (not kept in git).
"""

import os
import shutil
from types import SimpleNamespace

import bare as bare_page
import live_lab
import pytest
from live import SHIPPED, TOP, open_instead

SIZE = {"width": 1280, "height": 1000}


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
    """JupyterLab with the notebooks in its work folder, and with the shipped configuration."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(SHIPPED, folder / "config" / SHIPPED.name)
    shutil.copytree(TOP / "notebooks", folder / "work")
    with live_lab.serve(folder) as server:
        yield server


# Colors may change slowly (no picture of ours does); two frames later all is drawn.
DRAWN = """async () => {
    await Promise.allSettled(document.getAnimations()  // one may be called off
        .filter((one) => one instanceof CSSTransition).map((one) => one.finished));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
# Whether the page is as wide as it was set, and no longer moves.
SETTLED = """async (width) => {
    const frame = () => new Promise(requestAnimationFrame);
    const wide = () => jupyterapp.shell.currentWidget.node.getBoundingClientRect().width;
    let [was, still] = [wide(), 0];
    while (window.innerWidth !== width || still < 3) {
        await frame();
        [still, was] = [wide() === was ? still + 1 : 0, wide()];
    }
}"""
# What is shown of a notebook that was not run. Cells out of view are not drawn; so go to each with a picture.
BEFORE = """async () => {
    const notebook = jupyterapp.shell.currentWidget.content, pictures = [];
    for (const [k, cell] of notebook.widgets.entries()) {
        if (!JSON.stringify(cell.model.toJSON().outputs ?? "").includes("data:image/svg")) continue;
        await notebook.scrollToItem(k);
        const find = () => cell.node.querySelector("img[src^='data:image/svg']");
        for (let tries = 0; !find() && tries < 1000; tries++) await new Promise(requestAnimationFrame);
        await find().decode();
        pictures.push([find().alt, find().naturalWidth]);
    }
    const trusted = notebook.widgets.every((cell) => cell.model.trusted);
    return {pictures, trusted, words: notebook.node.innerText};
}"""
IS_LIGHT = "document.body.dataset.jpThemeLight === 'true'"


class NotebookPage(live_lab.NotebookPage):
    """A notebook open in JupyterLab, and what tests do with it."""

    def run_all(self):
        """The command's promise is kept when the last cell has been run: there is no more to wait for."""
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        return self

    def both_themes(self):
        """Give "Light" and "Dark" while JupyterLab is in that theme; the one that is there comes first."""
        light = self.page.evaluate(IS_LIGHT)
        yield "Light" if light else "Dark"
        name = "Dark" if light else "Light"
        self.page.evaluate(
            "(theme) => jupyterapp.commands.execute('apputils:change-theme', {theme})",
            f"JupyterLab {name}",
        )
        self.page.wait_for_function(f"({IS_LIGHT}) === {str(not light).lower()}")
        self.page.evaluate(DRAWN)
        yield name

    def at_width(self, width, height=1000):
        """Make the window so wide, without the files beside the notebook."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.evaluate("jupyterapp.shell.collapseLeft()")
        self.page.evaluate(SETTLED, width)

    def lab(self, inside, nth=0):
        """The nth lab that contains these words, or this selector; scrolled into view."""
        labs = self.page.locator(".dropout-lab")
        selects = inside.startswith((".", "["))
        found = (
            labs.filter(has=self.page.locator(inside)) if selects else labs.filter(has_text=inside)
        )
        found.nth(nth).scroll_into_view_if_needed()
        return found.nth(nth)

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
def only_page(browser, server):
    """The page of JupyterLab in which all notebooks are opened in turn: to load it takes longest."""
    with browser.new_page(viewport=SIZE) as page:
        NotebookPage(page, server, server.add("empty.ipynb", "")).open()
        yield page


@pytest.fixture(scope="session")
def open_in_turn(only_page, server, opened):
    """A function that opens a notebook in place of the one before, with a kernel of its own."""

    def open_(name):
        only_page.set_viewport_size(SIZE)
        open_instead(only_page, name)
        opened.append(NotebookPage(only_page, server, name))
        return opened[-1]

    return open_


@pytest.fixture(scope="session")
def notebook(request, open_in_turn):
    """A notebook, run from top to bottom; `before` is what it showed before that.

    All tests of one come one after the other, whatever file they stand in.
    """
    notebook = open_in_turn(next(TOP.glob(f"notebooks/{request.param}_*.ipynb")).name)
    notebook.before = notebook.page.evaluate(BEFORE)
    return notebook.run_all()


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
