"""A notebook that was run and saved, opened again: live while its kernel runs, still pictures after that.

And what was answered and solved is found again. One server for each day; on the second day all that was
saved on the first is there.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import live_lab
import pytest
from live import fill, open_instead, wait_for_status

TOP = Path(__file__).parents[2]
SHIPPED = TOP / "etc" / "jupyter" / "jupyter_server_config.d"
NAME = "01_ask_the_question.ipynb"
CHANGED, SAVED = "changed.ipynb", "saved.ipynb"  # copies of it
KEPT = "kept"  # a folder in which progress is kept
DEAD, STILL, LIVE = "model not found", "still picture", "live"

# Cells out of view are not drawn; so go to each one that stored a lab or a question, and wait for what it shows.
# Only a model that was found has the class of a lab, so that what is live cannot give way to an error.
SHOWN = """async () => {
    const notebook = jupyterapp.shell.currentWidget.content;
    const seen = {};
    for (const [index, cell] of notebook.widgets.entries()) {
        const outputs = cell.model.toJSON().outputs ?? [];
        if (!outputs.some((output) => output.data?.["text/html"])) continue;
        await notebook.scrollToItem(index);
        const look = () => cell.node.innerText.includes("model not found") ? "model not found"
            : cell.node.querySelector(".jupyter-widgets.dropout-lab") ? "live"
            : cell.node.querySelector(".jp-OutputArea .jp-RenderedHTML") ? "still picture" : null;
        for (let tries = 0; !look() && tries < 100; tries++) {
            await new Promise((done) => setTimeout(done, 50));
        }
        seen[cell.model.id] = look();
    }
    return seen;
}"""
RUN = """async (ids) => {
    const notebook = jupyterapp.shell.currentWidget.content;
    for (const id of ids) {
        notebook.activeCellIndex = notebook.widgets.findIndex((cell) => cell.model.id === id);
        notebook.deselectAll();
        await jupyterapp.commands.execute("notebook:run-cell");
    }
}"""
SOLVE = """() => {
    const cells = jupyterapp.shell.currentWidget.content.widgets;
    const exercise = cells.find((cell) => cell.model.id === "exercise");
    exercise.model.sharedModel.setSource("exercises.check_by_hand(0, -0.6)");
}"""
TRUSTED = """() => jupyterapp.shell.currentWidget.content.widgets.every((cell) =>
    cell.model.type !== "code" || cell.model.trusted)"""


@contextlib.contextmanager
def day(browser, folder, yesterday=None):
    """A page with notebook 01, on a server with the shipped configuration.

    Its files, and what is trusted, are yesterday's; on the first day there is also a folder in which
    progress is kept.
    """
    folder.mkdir()
    if yesterday:
        shutil.copytree(yesterday / "work", folder / "work")
        shutil.copytree(yesterday / "data", folder / "data")
    else:
        shutil.copytree(TOP / "notebooks", folder / "work")
        shutil.copytree(TOP / "notebooks", folder / "work" / KEPT)
        (folder / "work" / KEPT / "progress.json").touch()
    shutil.copytree(SHIPPED, folder / "config" / SHIPPED.name)
    with live_lab.serve(folder) as server:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        yield live_lab.NotebookPage(page, server, NAME).open()
        page.close()


def run_all(page):
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")


def save(page):
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")


def shown(page):
    return page.evaluate(SHOWN)


def lab(page, words):
    found = page.locator(".dropout-lab").filter(has_text=words).first
    found.scroll_into_view_if_needed()
    return found


@pytest.fixture(scope="module")
def first_day(browser, tmp_path_factory):
    """Run, move a lab, save; reload while the kernel runs. What was shown, and the folder.

    Then, where progress is kept: answer a question, wrongly, and solve an exercise.
    """
    folder = tmp_path_factory.mktemp("days") / "first"
    with day(browser, folder) as notebook:
        page = notebook.page
        run_all(page)
        save(page)
        before = shown(page)
        notebook.open()
        reloaded = shown(page)
        moved = lab(page, "keep_prob")
        fill(moved, "keep_prob", "0.5")
        wait_for_status(moved, "gradient check")
        open_instead(page, f"{KEPT}/{NAME}")
        run_all(page)
        answer_and_solve(page)
        save(page)
        errors = notebook.errors
    work = folder / "work"
    text = (work / NAME).read_text(encoding="utf-8")
    (work / CHANGED).write_text(text.replace("# Ask the question", "# Changed"), encoding="utf-8")
    shutil.copyfile(work / NAME, work / SAVED)
    return folder, before, reloaded, errors


def answer_and_solve(page):
    guess = lab(page, "In a correct backward pass")
    guess.get_by_label("dA1_drop").press("Space")  # a key finds it wherever the page has moved
    guess.get_by_role("button", name="Commit to my answer").click()
    guess.locator(".status.wrong").wait_for()
    page.evaluate(SOLVE)
    page.evaluate(RUN, ["exercise"])
    noticed = r"^1 of \d+ questions answered, 0 of them right at first; 1 of \d+ exercises solved"
    lab(page, "exercises solved").get_by_text(re.compile(noticed)).wait_for()


@pytest.fixture(scope="module")
def second_day(browser, first_day):
    """The next day: the page, and the folder in which the notebooks are."""
    folder = first_day[0].with_name("second")
    with day(browser, folder, first_day[0]) as notebook:
        yield notebook.page, folder / "work"


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


@pytest.mark.parametrize("name", [NAME, CHANGED])
def test_the_second_day_shows_still_pictures_and_leaves_the_file(second_day, name):
    page, work = second_day
    stored = (work / name).read_bytes()
    assert b"widget-view" in stored
    open_instead(page, name)
    assert page.evaluate(TRUSTED) == (
        name == NAME
    )  # what JupyterLab did not save, it does not trust
    assert set(shown(page).values()) == {STILL}
    # Now with a kernel, which knows nothing of yesterday's labs.
    open_instead(page, name, kernel=True)
    assert set(shown(page).values()) == {STILL}
    assert (work / name).read_bytes() == stored


def test_a_second_save_keeps_what_runs_live_and_the_rest_still(second_day):
    page, _ = second_day
    open_instead(page, SAVED)
    page.evaluate(RUN, ["imports", "see-lab"])
    save(page)
    open_instead(page, SAVED, kernel=True)
    seen = shown(page)
    assert seen.pop("see-lab") == LIVE
    assert set(seen.values()) == {STILL}
    open_instead(page, SAVED)  # its kernel has ended, as on a third day
    assert set(shown(page).values()) == {STILL}


def test_answers_and_progress_are_there_on_the_second_day(second_day):
    page, work = second_day
    kept = json.loads((work / KEPT / "progress.json").read_text(encoding="utf-8"))
    assert kept["guesses"] == {"01-zero": {"answer": ["dA1_drop"], "right": False}}
    assert list(kept["exercises"]) == ["01-check_by_hand"]
    open_instead(page, f"{KEPT}/10_write_it_yourself.ipynb")
    run_all(page)
    progress = lab(page, "exercises solved")
    picture = progress.locator("svg").first
    assert "wrong at first" in picture.text_content()
    assert "01_ask_the_question: 1 wrong, 1 solved, 2 open." in picture.get_attribute("aria-label")
    progress.get_by_text("01_ask_the_question.ipynb: 1 question").click()
    progress.get_by_role("listitem").filter(has_text="which of these are zero").wait_for()
    open_instead(page, f"{KEPT}/{NAME}")
    run_all(page)
    guess = lab(page, "In a correct backward pass")
    guess.get_by_text("dA1_drop ← your answer").wait_for()
    assert guess.get_by_label("dA1_drop").is_checked()


def test_without_the_extension_the_second_day_is_broken(browser, first_day, tmp_path, monkeypatch):
    """Else the tests above would prove nothing, and the extension could go."""
    off = shutil.copytree(
        SHIPPED, tmp_path / "off" / SHIPPED.name
    )  # stronger than what is installed
    for entry in off.iterdir():
        entry.write_text(entry.read_text().replace("true", "false"))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(off.parent))
    with day(browser, tmp_path / "second", first_day[0]) as notebook:
        assert set(shown(notebook.page).values()) == {DEAD}
