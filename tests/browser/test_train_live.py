"""Training in JupyterLab: start, pause, go on, begin again, and the kernel listens all the time."""

import re

import pytest
from live import fill, on, press, run_cell, wait_for_status, write
from playwright.sync_api import expect

LONG = "from dropout_lab import labs\nlab = labs.train(recipes=('correct', 'no mask'), iterations=50_000)\nlab"


@pytest.fixture(scope="module")
def long(open_in_turn, server):
    """A lab whose run does not end while it is tested, and a cell below it."""
    return open_in_turn(server.add("train.ipynb", LONG, "lab.iteration, lab.running")).run_all()


@pytest.fixture
def lab(long):
    """That lab, untrained."""
    lab = long.lab(".dropout-race")
    press(lab, "Reset")
    wait_for_status(lab, "Untrained")
    return lab


def iteration(lab):
    words = lab.locator("progress").locator("../..").inner_text()
    return int(re.search(r"iteration (\d+) of", words)[1])


def wait_until_beyond(lab, step):
    lab.page.wait_for_function(
        """(step) => Number(document.querySelector('.dropout-lab progress').parentNode.parentNode
            .textContent.match(/iteration (\\d+) of/)[1]) > step""",
        arg=step,
    )


def test_start_pause_continue_and_reset_by_mouse(lab, long):
    press(lab, "Start")
    wait_until_beyond(lab, 0)
    wait_until_beyond(lab, iteration(lab))  # more than one picture comes
    press(lab, "Pause")
    wait_for_status(lab, "Paused")
    stopped = iteration(lab)
    run_cell(long.page, 1)  # the kernel has nothing else to tell
    assert long.page.locator(".jp-OutputArea-output").last.inner_text() == f"({stopped}, False)"
    assert iteration(lab) == stopped
    press(lab, "Continue")
    wait_until_beyond(lab, stopped)
    press(lab, "Reset")
    wait_for_status(lab, "Untrained: press Start, iteration 0 of 50000.")
    expect(lab.get_by_role("button", name="Start", exact=True)).to_be_visible()


def test_by_keyboard_the_focus_stays_on_the_button_and_what_is_moved_waits_for_reset(lab, long):
    focused = "document.activeElement.textContent"
    press(lab, "Start", "Enter")
    wait_until_beyond(lab, 0)
    assert long.page.evaluate(focused) == "Pause"
    lab.locator(".noUi-handle").first.press("PageDown")
    wait_for_status(lab, "keep_prob 0.65 will be used after Reset.")
    wait_until_beyond(lab, iteration(lab))
    lab.get_by_role("button", name="Pause", exact=True).focus()
    long.page.keyboard.press("Space")
    wait_for_status(lab, "Paused")
    assert long.page.evaluate(focused) == "Continue"
    press(lab, "Reset", "Enter")
    wait_for_status(lab, "Untrained")
    assert "after Reset" not in lab.locator("[role=status]").inner_text()
    fill(lab, "keep_prob", "0.7")


def test_another_cell_can_be_run_meanwhile_and_running_the_labs_cell_again_ends_the_run(lab, long):
    output = long.page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea-output")
    press(lab, "Start")
    wait_until_beyond(lab, 0)
    run_cell(long.page, 1)
    assert re.search(r"\([1-9]\d*, True\)", output.inner_text())
    write(long.page, 1, "old = lab")
    run_cell(long.page, 1)
    run_cell(long.page, 0)
    write(long.page, 1, "old.iteration, old.running, lab.iteration")
    run_cell(long.page, 1)
    first = output.inner_text()
    assert re.search(r"\([1-9]\d*, False, 0\)", first)
    run_cell(long.page, 1)
    assert output.inner_text() == first
    write(long.page, 1, "lab.iteration, lab.running")


@on("07")
def test_at_the_end_the_button_says_done(notebook):
    """The second lab is at its end: the cell has run it."""
    lab = notebook.lab(".dropout-race", 1)
    press(lab, "Done")
    wait_for_status(lab, "To train again, press Reset")
    press(lab, "Reset")
    wait_for_status(lab, "Untrained: press Start")
