"""The series in the browser, as `python3 lab.py site` builds it: pages, a kernel, a picture, a memory.

Skipped where site/ was not built. What needs numpy is skipped, with the reason, where Pyodide's own host
cannot be reached: its numpy, matplotlib and pillow are compiled for the browser and come from there.
With DROPOUT_LAB_SERIES=required both are failures.
"""

import contextlib
import functools
import http.server
import json
import os
import re
import socket
import threading
import urllib.parse
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SITE = TOP / "site" / "series"
LOCK = SITE / "static" / "pyodide" / "pyodide-lock.json"
COMPILED = {"numpy", "matplotlib", "pillow", "contourpy", "kiwisolver"}
READY = """() => {
    const context = window.jupyterapp?.shell?.currentWidget?.sessionContext;
    return context?.isReady && context.session?.kernel?.status === 'idle';
}"""
RUN = """async (code) => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel, said = [];
    const future = kernel.requestExecute({code});
    future.onIOPub = ({content}) => {
        if (content.text) said.push(content.text);
        if (content.ename) said.push(`${content.ename}: ${content.evalue}`);
    };
    await future.done;
    return said.join('');
}"""
CELL = """async (source) => {
    const {content} = jupyterapp.shell.currentWidget;
    content.model.sharedModel.insertCell(0, {cell_type: 'code', source});
    content.activeCellIndex = 0;
    await jupyterapp.commands.execute('notebook:run-cell');
}"""
PICTURE = """
from xml.etree.ElementTree import Element
import ipywidgets
from dropout_lab.labs.picture import Picture
told, moves = [], []
root = Element("div")
button = Element("button", {"data-press": "1 0", "id": "press-me"})
button.text = "press"
root.append(button)
picture, slider = Picture(told.append), ipywidgets.IntSlider(0, 0, 40)
slider.observe(lambda change: moves.append(change.new), "value")
picture.show(root)
ipywidgets.VBox([picture, slider])
"""


class Files(http.server.SimpleHTTPRequestHandler):
    """The files of the site, without a word on the terminal."""

    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript", ".wasm": "application/wasm",
    }  # fmt: skip

    def log_message(self, *_):
        pass


class Series:
    """Notebook 01 of the site, open, with its kernel; `away` is what other hosts were asked for."""

    def __init__(self, page, address):
        self.page, self.away, self.address = page, [], f"{address}/lab/index.html"
        page.on("request", self._note)

    def open(self):
        self.page.goto(f"{self.address}?path=01_ask_the_question.ipynb")
        self.page.wait_for_selector(".jp-OutputArea-output img", timeout=60_000)
        self.page.wait_for_function(READY, timeout=120_000)
        return self

    def run(self, code):
        return self.page.evaluate(RUN, code)

    def _note(self, request):
        host = urllib.parse.urlsplit(request.url).hostname
        if host not in (None, "127.0.0.1"):
            self.away.append(request.url)


def lacking(what):
    """Skip, or fail where the series is required."""
    (pytest.fail if os.environ.get("DROPOUT_LAB_SERIES") == "required" else pytest.skip)(what)


@pytest.fixture(scope="module")
def series(browser):
    if not LOCK.exists():
        lacking("site/ was not built: python3 lab.py site")
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Files, directory=SITE)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Series(context.new_page(), f"http://127.0.0.1:{server.server_port}").open()
    context.close()
    server.shutdown()
    server.server_close()


def test_the_notebooks_and_the_kernel_come_from_the_site_alone(series):
    names = series.run("import os; print(sorted(os.listdir()))")
    assert names.count(".ipynb") == len(list((TOP / "notebooks").glob("*.ipynb")))
    assert series.away == []


def test_every_door_of_the_pages_leads_somewhere(series):
    front = TOP / "site"
    for name in ("index.html", "teaching.html", "pre_and_post_test.html"):
        text = (front / name).read_text(encoding="utf-8")
        for link in re.findall(r'href="([^"]+)"', text):
            if link.startswith(("data:", "#", "https://")):
                continue
            path, _, notebook = link.partition("?path=")
            assert (front / path.partition("#")[0]).is_file(), link
            assert not notebook or (SITE / "files" / notebook).is_file(), link


def test_the_package_is_imported_without_an_install_line(series):
    from dropout_lab import __version__

    said = series.run("import dropout_lab; print(dropout_lab.__version__)")
    assert said.strip() == __version__
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    hosts = {package["file_name"] for name, package in packages.items() if name in COMPILED}
    assert set(series.away) <= hosts


def test_what_a_learner_answers_stays_in_this_browser(series):
    series.run("from dropout_lab.lessons import progress")
    assert series.run("print(progress.is_kept(), progress.trouble)").split() == ["True"]
    series.run("progress.record_guess('01-zero', ['x'], False)")
    series.page.wait_for_timeout(1000)  # it is written to the browser's own store
    series.open()
    series.run("from dropout_lab.lessons import progress")
    assert "01-zero" in series.run("print(progress.guesses())")


def test_a_picture_pressed_and_a_slider_moved_reach_python(series):
    series.page.evaluate(CELL, PICTURE)
    button = series.page.locator("#press-me")
    button.wait_for(timeout=30_000)
    button.click()
    handle = series.page.locator(".jp-OutputArea .noUi-handle").first
    handle.focus()
    for _ in range(20):
        series.page.keyboard.press("ArrowRight")
    series.page.wait_for_timeout(500)
    assert series.run("print(told, moves[-1])").strip() == "['1 0'] 20"


def reachable(host):
    with contextlib.suppress(OSError), socket.create_connection((host, 443), 5):
        return True
    return False


@pytest.mark.slow
def test_notebook_01_runs_and_its_lab_answers(series):
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    host = urllib.parse.urlsplit(packages["numpy"]["file_name"]).hostname
    if not reachable(host):
        lacking(f"{host}, from where numpy for the browser comes, cannot be reached")
    series.open()
    series.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    lab = series.page.locator(".dropout-lab").filter(has_text="dA1_drop").first
    lab.locator(".verdict").filter(has_text="every gradient is right").wait_for(timeout=240_000)
    lab.locator("[data-press='1 1']").first.click()
    lab.locator("[data-press='1 1'][aria-pressed=true]").first.wait_for(timeout=30_000)
    cells = series.page.evaluate(
        "[...jupyterapp.shell.currentWidget.content.model.cells].flatMap((cell) =>"
        " (cell.sharedModel.outputs || []).filter((o) => o.output_type === 'error'))"
    )
    assert cells == []
