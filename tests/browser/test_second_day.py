"""A notebook that was run and saved, opened again: live while its kernel runs, still pictures after that."""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import live_lab
import pytest
from live import fill, wait_for_status

TOP = Path(__file__).parents[2]
SHIPPED = TOP / "etc" / "jupyter" / "jupyter_server_config.d"
NAME = "01_ask_the_question.ipynb"
DEAD, STILL, LIVE = "model not found", "still picture", "live"

# Cells out of view are not drawn; so go to each one that stored a lab or a question, and wait for what it shows.
SHOWN = """async () => {
    const notebook = jupyterapp.shell.currentWidget.content;
    const seen = {};
    for (const [index, cell] of notebook.widgets.entries()) {
        const outputs = cell.model.toJSON().outputs ?? [];
        if (!outputs.some((output) => output.data?.["text/html"])) continue;
        await notebook.scrollToItem(index);
        const look = () => cell.node.innerText.includes("model not found") ? "model not found"
            : cell.node.querySelector(".jupyter-widgets") ? "live"
            : cell.node.querySelector(".jp-OutputArea .jp-RenderedHTML") ? "still picture" : null;
        for (let tries = 0; !look() && tries < 100; tries++) {
            await new Promise((done) => setTimeout(done, 50));
        }
        await new Promise((done) => setTimeout(done, 300));  // a view may still give way to an error
        seen[cell.model.id] = look();
    }
    return seen;
}"""


@contextlib.contextmanager
def day(browser, folder, yesterday=None, trusted=True):
    """Notebook 01 on a server with the shipped configuration; its files, and what is trusted, are yesterday's."""
    folder.mkdir()
    shutil.copytree(yesterday / "work" if yesterday else TOP / "notebooks", folder / "work")
    if yesterday and trusted:
        shutil.copytree(yesterday / "data", folder / "data")
    shutil.copytree(SHIPPED, folder / "config" / SHIPPED.name)
    with live_lab.serve(folder) as server:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        yield live_lab.NotebookPage(page, server, NAME).open()
        page.close()


def save(notebook):
    notebook.page.evaluate("jupyterapp.commands.execute('docmanager:save')")


def shown(notebook):
    return notebook.page.evaluate(SHOWN)


@pytest.fixture(scope="module")
def first_day(browser, tmp_path_factory):
    """Run, move a lab, save; reload while the kernel runs. What was shown, and the folder."""
    folder = tmp_path_factory.mktemp("days") / "first"
    with day(browser, folder) as notebook:
        notebook.run_all()
        save(notebook)
        before = shown(notebook)
        notebook.open()
        reloaded = shown(notebook)
        lab = notebook.page.locator(".dropout-lab").filter(has_text="keep_prob").first
        lab.scroll_into_view_if_needed()
        fill(lab, "keep_prob", "0.5")
        wait_for_status(lab, "gradient check")
        errors = notebook.errors
    return folder, before, reloaded, errors


def test_a_reload_with_the_kernel_alive_stays_live(first_day):
    _, before, reloaded, errors = first_day
    assert set(before.values()) == {LIVE}
    assert len(before) == 7
    assert reloaded == before
    assert errors == []


def test_what_was_run_and_saved_in_jupyterlab_passes_strict_nbval(first_day):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    command += ["--nbval", "--nbval-current-env", "--nbval-cell-timeout", "60", NAME]
    answer = subprocess.run(
        command, cwd=first_day[0] / "work", capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("trusted", [True, False])
def test_the_second_day_shows_still_pictures_and_leaves_the_file(
    browser, first_day, tmp_path, trusted
):
    stored = (first_day[0] / "work" / NAME).read_bytes()
    assert b"widget-view" in stored
    with day(browser, tmp_path / "second", first_day[0], trusted) as notebook:
        assert set(shown(notebook).values()) == {STILL}
        notebook.open()  # now with a kernel, which knows nothing of yesterday's labs
        assert set(shown(notebook).values()) == {STILL}
    assert (tmp_path / "second" / "work" / NAME).read_bytes() == stored


def test_a_second_save_keeps_what_runs_live_and_the_rest_still(browser, first_day, tmp_path):
    with day(browser, tmp_path / "second", first_day[0]) as notebook:
        notebook.page.evaluate(
            """async () => {
                    const notebook = jupyterapp.shell.currentWidget.content;
                    for (const id of ["imports", "see-lab"]) {
                        const index = notebook.widgets.findIndex((cell) => cell.model.id === id);
                        notebook.activeCellIndex = index;
                        notebook.deselectAll();
                        await jupyterapp.commands.execute("notebook:run-cell");
                    }
                }"""
        )
        notebook.wait_until_run()
        save(notebook)
        notebook.open()
        seen = shown(notebook)
    assert seen.pop("see-lab") == LIVE
    assert set(seen.values()) == {STILL}
    with day(browser, tmp_path / "third", tmp_path / "second") as notebook:
        assert set(shown(notebook).values()) == {STILL}


def test_without_the_extension_the_second_day_is_broken(browser, first_day, tmp_path, monkeypatch):
    """Else the tests above would prove nothing, and the extension could go."""
    off = shutil.copytree(
        SHIPPED, tmp_path / "off" / SHIPPED.name
    )  # stronger than what is installed
    for entry in off.iterdir():
        entry.write_text(entry.read_text().replace("true", "false"))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(off.parent))
    with day(browser, tmp_path / "second", first_day[0]) as notebook:
        assert set(shown(notebook).values()) == {DEAD}
