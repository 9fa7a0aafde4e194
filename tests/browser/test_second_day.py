"""A notebook that was run and saved, opened again: live while its kernel runs, still pictures after that.

And what was answered and solved is found again. One server for each day; on the second day all that was
saved on the first is there. Both have the shipped configuration.
"""

import json
import re
import shutil
from types import SimpleNamespace

import live_lab
import nbformat
import pytest
from live import SHIPPED, TOP, fill, open_instead, press, wait_for_status

NAME = "01_ask_the_question.ipynb"
DAYS = "days"  # the folder in which it is run
CHANGED, SAVED = "changed.ipynb", "saved.ipynb"  # copies of it
KEPT = "kept"  # a folder in which progress is kept
STILL, LIVE = "still picture", "live"
COMPARED = ("text/plain", "text/html", "image/svg+xml")  # what strict nbval compares of an output

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
        for (let tries = 0; !look() && tries < 500; tries++) await new Promise(requestAnimationFrame);
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


def save(page):
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")


def shown(page):
    return page.evaluate(SHOWN)


@pytest.fixture(scope="module")
def first_day(server, open_in_turn):
    """Run, move a lab, save; reload while the kernel runs. What was shown, and the folder.

    Then, where progress is kept: answer a question, wrongly, and solve an exercise.
    """
    work = server.work / DAYS
    shutil.copytree(TOP / "notebooks", work / KEPT)
    (work / KEPT / "progress.json").touch()
    shutil.copyfile(TOP / "notebooks" / NAME, work / NAME)
    notebook = open_in_turn(f"{DAYS}/{NAME}").run_all()
    save(notebook.page)
    before = shown(notebook.page)
    notebook.open()
    reloaded = shown(notebook.page)
    moved = notebook.lab("keep_prob")
    fill(moved, "keep_prob", "0.5")
    wait_for_status(moved, "gradient check")
    answer_and_solve(open_in_turn(f"{DAYS}/{KEPT}/{NAME}"))
    save(notebook.page)
    text = (work / NAME).read_text(encoding="utf-8")
    (work / CHANGED).write_text(text.replace("# Ask the question", "# Changed"), encoding="utf-8")
    shutil.copyfile(work / NAME, work / SAVED)
    return SimpleNamespace(work=work, before=before, reloaded=reloaded)


def answer_and_solve(notebook):
    notebook.page.evaluate(RUN, ["imports", "predict-zero", "progress"])
    guess = notebook.lab("In a correct backward pass")
    guess.get_by_label("dA1_drop").press("Space")  # a key finds it wherever the page has moved
    press(guess, "Commit to my answer")
    guess.locator(".status.wrong").wait_for()
    notebook.page.evaluate(SOLVE)
    notebook.page.evaluate(RUN, ["exercise"])
    noticed = r"^1 of \d+ questions answered, 0 of them right at first; 1 of \d+ exercises solved"
    notebook.lab("exercises solved").get_by_text(re.compile(noticed)).wait_for()


@pytest.fixture(scope="module")
def second_day(browser, first_day, tmp_path_factory):
    """The next day, on another server, with yesterday's files and with what is trusted: the notebook."""
    folder = tmp_path_factory.mktemp("second")
    shutil.copytree(first_day.work, folder / "work")
    shutil.copytree(first_day.work.parents[1] / "data", folder / "data")
    shutil.copytree(SHIPPED, folder / "config" / SHIPPED.name)
    with (
        live_lab.serve(folder) as server,
        browser.new_page(viewport={"width": 1280, "height": 1000}) as page,
    ):
        yield live_lab.NotebookPage(page, server, NAME).open()


def test_a_reload_with_the_kernel_alive_stays_live(first_day):
    assert set(first_day.before.values()) == {LIVE}
    assert len(first_day.before) == 7
    assert first_day.reloaded == first_day.before


def test_what_was_run_and_saved_in_jupyterlab_is_what_strict_nbval_compares_with(first_day):
    def outputs(path):
        cells = nbformat.read(path, as_version=4).cells
        return [
            (one.get("text"), {kind: one.get("data", {}).get(kind) for kind in COMPARED})
            for cell in cells for one in cell.get("outputs", [])
        ]  # fmt: skip

    assert outputs(first_day.work / SAVED) == outputs(TOP / "notebooks" / NAME)


@pytest.mark.parametrize("name", [NAME, CHANGED])
def test_the_second_day_shows_still_pictures_and_leaves_the_file(second_day, name):
    page, stored = second_day.page, (second_day.server.work / name).read_bytes()
    assert b"widget-view" in stored
    open_instead(page, name)
    # What JupyterLab did not save, it does not trust.
    assert page.evaluate(TRUSTED) == (name == NAME)
    assert set(shown(page).values()) == {STILL}
    # Now with a kernel, which knows nothing of yesterday's labs.
    open_instead(page, name, kernel=True)
    assert set(shown(page).values()) == {STILL}
    assert (second_day.server.work / name).read_bytes() == stored


def test_a_second_save_keeps_what_runs_live_and_the_rest_still(second_day):
    page = second_day.page
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
    page, work = second_day.page, second_day.server.work
    kept = json.loads((work / KEPT / "progress.json").read_text(encoding="utf-8"))
    assert kept["guesses"] == {"01-zero": {"answer": ["dA1_drop"], "right": False}}
    assert list(kept["exercises"]) == ["01-check_by_hand"]
    open_instead(page, f"{KEPT}/{NAME}")
    page.evaluate(RUN, ["imports", "predict-zero", "progress"])
    progress = page.locator(".dropout-lab").filter(has_text="exercises solved").first
    picture = progress.locator("svg").first
    assert "wrong at first" in picture.text_content()
    assert "01_ask_the_question: 1 wrong, 1 solved, 2 open." in picture.get_attribute("aria-label")
    progress.get_by_text("01_ask_the_question.ipynb: 1 question").click()
    progress.get_by_role("listitem").filter(has_text="which of these are zero").wait_for()
    guess = page.locator(".dropout-lab").filter(has_text="In a correct backward pass").first
    guess.get_by_text("dA1_drop ← your answer").wait_for()
    assert guess.get_by_label("dA1_drop").is_checked()
