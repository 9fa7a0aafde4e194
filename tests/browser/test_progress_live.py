"""The second day: answer and solve, save, stop everything, start again, and find it all there."""

import json
import re
import shutil
from contextlib import contextmanager
from pathlib import Path

import live_lab

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SOLVE = """() => {
    const notebook = jupyterapp.shell.currentWidget.content;
    const place = notebook.widgets.findIndex((cell) => cell.model.id === "exercise");
    notebook.activeCellIndex = place;
    notebook.widgets[place].model.sharedModel.setSource("exercises.check_by_hand(0, -0.6)");
    return jupyterapp.commands.execute("notebook:run-cell");
}"""


@contextmanager
def a_day(browser, folder, work):
    """A JupyterLab of its own that shows what is in `work`, and its pages."""
    folder.mkdir()
    shutil.copytree(work, folder / "work")
    page = browser.new_page()
    with live_lab.serve(folder) as server:
        yield page, lambda name: live_lab.NotebookPage(page, server, name).open().run_all()
    page.close()


def lab(page, words):
    found = page.locator(".dropout-lab").filter(has_text=words).first
    found.scroll_into_view_if_needed()
    return found


def test_answers_and_progress_are_there_on_the_second_day(browser, tmp_path):
    work = tmp_path / "my_work"
    shutil.copytree(NOTEBOOKS, work)
    (work / "progress.json").touch()
    with a_day(browser, tmp_path / "first", work) as (page, open_notebook):
        open_notebook("01_ask_the_question.ipynb")
        guess = lab(page, "In a correct backward pass")
        guess.get_by_label("dA1_drop").press("Space")  # a key finds it wherever the page has moved
        guess.get_by_role("button", name="Commit to my answer").click()
        guess.locator(".status.wrong").wait_for()
        page.evaluate(SOLVE)
        progress = lab(page, "exercises solved")
        noticed = (
            r"^1 of \d+ questions answered, 0 of them right at first; 1 of \d+ exercises solved"
        )
        progress.get_by_text(re.compile(noticed)).wait_for()
        page.evaluate("jupyterapp.commands.execute('docmanager:save')")
        page.wait_for_timeout(1_000)
    work = tmp_path / "first" / "work"
    kept = json.loads((work / "progress.json").read_text(encoding="utf-8"))
    assert kept["guesses"] == {"01-zero": {"answer": ["dA1_drop"], "right": False}}
    assert list(kept["exercises"]) == ["01-check_by_hand"]
    with a_day(browser, tmp_path / "second", work) as (page, open_notebook):
        open_notebook("10_write_it_yourself.ipynb")
        progress = lab(page, "exercises solved")
        assert "wrong at first" in progress.locator("svg").first.text_content()
        assert "01_ask_the_question: 1 wrong, 1 solved, 2 open." in progress.locator(
            "svg"
        ).first.get_attribute("aria-label")
        progress.get_by_text("01_ask_the_question.ipynb: 1 question").click()
        progress.get_by_role("listitem").filter(has_text="which of these are zero").wait_for()
        open_notebook("01_ask_the_question.ipynb")
        guess = lab(page, "In a correct backward pass")
        guess.get_by_text("dA1_drop ← your answer").wait_for()
        assert guess.get_by_label("dA1_drop").is_checked()
