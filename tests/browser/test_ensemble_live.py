"""The labs about test time and about finding the bug, in a real browser: by mouse, by key, by ear."""

import re

import pytest
from axe import AXE, RUN, STOCK
from playwright.sync_api import expect

ENSEMBLE = "from dropout_lab import labs\nlabs.ensemble()"
HUNT = "labs.bug_hunt(4)"
FIXED = """def backward(dA_drop, D, keep_prob):
    return dA_drop * D / keep_prob

labs.bug_hunt(4, fix=backward)"""


@pytest.fixture(scope="module")
def notebook(server, open_notebook):
    return open_notebook(server.add("ensemble.ipynb", ENSEMBLE, HUNT, FIXED)).run_all()


@pytest.fixture
def ensemble(notebook):
    return notebook.lab("New samples")


@pytest.fixture
def hunt(notebook):
    lab = notebook.page.locator(".dropout-lab").nth(1)
    lab.scroll_into_view_if_needed()
    select(lab, "listing", "4: Both ways, with a name for the scale")
    return lab


def wait_for_status(lab, words):
    lab.locator("[role=status]").filter(has_text=words).wait_for(timeout=5_000)


def select(lab, name, option):
    lab.get_by_label(name, exact=True).select_option(option)


def press(lab, name):
    lab.get_by_role("button", name=name, exact=True).click()


def test_every_control_of_the_ensemble_answers(ensemble):
    select(ensemble, "dropout", "right before the output")
    wait_for_status(ensemble, "Everything on, 0.0717, is exactly the geometric mean")
    chart = ensemble.locator("img.dropout-chart")
    assert "256 thinned networks" in chart.get_attribute("alt")
    before = chart.get_attribute("src")
    select(ensemble, "dropout", "one more layer after it")
    wait_for_status(ensemble, "is not the geometric mean, 0.3057")
    assert ensemble.locator("img.dropout-chart").get_attribute("src") != before
    select(ensemble, "activation", "linear")
    wait_for_status(ensemble, "is exactly the geometric mean")
    select(ensemble, "activation", "tanh")
    select(ensemble, "samples", "1000")
    wait_for_status(ensemble, "The mean of 1000 samples")
    select(ensemble, "example", "2")
    wait_for_status(ensemble, re.compile("Everything on, 0.(?!0717)"))
    press(ensemble, "New samples")
    expect(ensemble.get_by_label("seed", exact=True)).to_have_value("1")


def test_keep_prob_of_the_ensemble_by_keyboard(ensemble):
    select(ensemble, "example", "0")
    handle = ensemble.locator(".noUi-handle").first
    handle.focus()
    for _ in range(10):
        handle.press("PageUp")
    wait_for_status(ensemble, "is exactly the geometric mean")
    assert ensemble.get_by_label("keep_prob", exact=True).input_value() == "1"
    ensemble.get_by_label("keep_prob", exact=True).fill("0.5")
    ensemble.get_by_label("keep_prob", exact=True).press("Enter")
    wait_for_status(ensemble, "0.3057")


def test_with_dropout_on_a_second_prediction_differs(ensemble):
    select(ensemble, "at test time", "on at test time")
    wait_for_status(ensemble, "Press Predict")
    ensemble.get_by_role("button", name="Predict", exact=True).press("Enter")
    wait_for_status(ensemble, re.compile(r"on at test time: 0\.\d{4}\. The switches"))
    ensemble.get_by_role("button", name="Predict", exact=True).press("Space")
    wait_for_status(ensemble, re.compile(r"on at test time: 0\.\d{4}, 0\.\d{4}\. The"))
    made = re.search(r"time: (\S+), (\S+)\. ", ensemble.locator("[role=status]").inner_text())
    assert made[1] != made[2]


def test_lines_are_pressed_by_mouse_and_by_key(hunt, notebook):
    hunt.locator("[data-press='2']").click()
    wait_for_status(hunt, "This line is fine")
    cells = notebook.page.locator(".jp-Cell").count()
    hunt.locator("[data-press='6']").focus()
    notebook.page.keyboard.press("Enter")
    wait_for_status(hunt, "This is the wrong line")
    assert notebook.page.evaluate("document.activeElement.dataset.press") == "6"
    assert notebook.page.locator(".jp-Cell").count() == cells
    notebook.page.keyboard.press("Shift+Tab")
    assert notebook.page.evaluate("document.activeElement.dataset.press") == "5"


def test_commit_then_see_then_the_fix(hunt):
    select(hunt, "listing", "1: Both ways through a switch")
    wait_for_status(hunt, "One line is wrong")
    assert hunt.get_by_role("button", name="Show the fix").is_disabled()
    assert hunt.locator("table").count() == 0
    select(hunt, "caught by", "kept share")
    press(hunt, "Commit")
    wait_for_status(hunt, "No: kept share does not see it. Caught by: gradient check.")
    assert hunt.locator("td.fail").count() == 1
    press(hunt, "Show the fix")
    wait_for_status(hunt, "With the fix every check passes.")
    assert hunt.locator("ins").inner_text().strip() == "dA = dA_drop * D / keep_prob"
    assert hunt.get_by_role("link").get_attribute("href").startswith("https://github.com/numpy")
    press(hunt, "Next")
    wait_for_status(hunt, "One line is wrong")
    assert "Listing 2 of 8" in hunt.inner_text()
    press(hunt, "Previous")
    hunt.get_by_text("Listing 1 of 8: Both ways through a switch").wait_for(timeout=5_000)
    expect(hunt.locator("ins")).to_have_count(1)  # what was answered is still there


def test_a_learners_own_fix_is_checked(notebook):
    lab = notebook.page.locator(".dropout-lab").nth(2)
    wait_for_status(lab, "With your fix every check passes.")
    assert "Your fix" in lab.inner_text()


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_both_themes_and_axe(notebook, hunt, theme):
    press(hunt, "Commit")
    notebook.theme(theme)
    for k in range(3):
        lab = notebook.page.locator(".dropout-lab").nth(k)
        lab.scroll_into_view_if_needed()
        notebook.screenshot(lab, f"ensemble-lab{k}-{theme.lower()}")
    notebook.page.evaluate(AXE)
    violations = notebook.page.evaluate(RUN)
    assert [v for v in violations if STOCK not in v[2] and "noUi-handle" not in v[3]] == []
    assert notebook.errors == []
