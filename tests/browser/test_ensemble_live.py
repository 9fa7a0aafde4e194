"""The labs about test time and about finding the bug, in JupyterLab: by mouse and by key."""

import re

from live import fill, on, press, select, show_more, wait_for_status
from playwright.sync_api import expect


@on("08")
def test_the_ensemble_by_menu_and_by_key(notebook):
    lab = notebook.lab("New samples")
    select(lab, "dropout", "right before the output")
    wait_for_status(lab, "Everything on, 0.0717, is exactly the renormalized geometric mean")
    chart = lab.locator("svg.dropout-panels")
    assert "256 thinned networks" in chart.get_attribute("aria-label")
    places = [tip.bounding_box()["x"] for tip in chart.locator(".tip").all()]
    assert abs(places[0] - places[1]) < 0.1  # equal means stand under each other
    select(lab, "dropout", "one more layer after it")
    wait_for_status(lab, "is not the renormalized geometric mean, 0.3057")
    handle = lab.locator(".noUi-handle").first
    handle.press("End")
    wait_for_status(lab, "is exactly the renormalized geometric mean")
    fill(lab, "keep_prob", "0.5")
    wait_for_status(lab, "0.3057")
    press(lab, "New samples", "Enter")
    expect(lab.get_by_label("seed", exact=True)).to_have_value("1")
    show_more(lab)
    select(lab, "at test time", "on at test time")
    press(lab, "Predict", "Enter")
    wait_for_status(lab, re.compile(r"on at test time: 0\.\d{4}\. The switches"))
    press(lab, "Predict")
    wait_for_status(lab, re.compile(r"on at test time: 0\.\d{4}, 0\.\d{4}\. The"))


@on("09")
def test_the_hunt_by_mouse_from_a_line_to_the_fix(notebook):
    lab = notebook.lab(".dropout-hunt")
    select(lab, "listing", "1: Both ways through a switch")
    wait_for_status(lab, "One line is wrong")
    assert lab.get_by_role("button", name="Show the fix").is_disabled()
    press(lab, "Commit")
    wait_for_status(lab, "Press the line you suspect and choose a check first")
    lab.locator("li button").filter(has_text="dA = dA_drop * D").click()
    wait_for_status(lab, "You suspect line")
    select(lab, "caught by", "kept share")
    press(lab, "Commit")
    wait_for_status(lab, "Kept share does not see it. Caught by: gradient check.")
    press(lab, "Show the fix")
    wait_for_status(lab, "With the fix every check passes.")
    assert lab.locator("ins").inner_text().strip() == "dA = dA_drop * D / keep_prob"
    assert lab.get_by_role("link").get_attribute("href").startswith("https://github.com/numpy")
    press(lab, "Next")
    wait_for_status(lab, "One line is wrong")
    press(lab, "Previous")
    expect(lab.locator("ins")).to_have_count(1)  # what was answered is still there
    expect(lab.get_by_text("Your first try: ✓ line 5, ✗ kept share.")).to_be_visible()


@on("09")
def test_the_hunt_by_key_goes_from_line_to_line(notebook):
    lab, focused = notebook.lab(".dropout-hunt"), "document.activeElement.dataset.press"
    select(lab, "listing", "4: Both ways, with a name for the scale")
    cells = notebook.page.locator(".jp-Cell").count()
    lab.get_by_text("Listing 4 of 8").wait_for()
    lab.locator("[data-press='6']").press("Enter")
    wait_for_status(lab, "You suspect line 6.")
    assert notebook.page.evaluate(focused) == "6"
    assert notebook.page.locator(".jp-Cell").count() == cells
    notebook.page.keyboard.press("Shift+Tab")
    assert notebook.page.evaluate(focused) == "5"
