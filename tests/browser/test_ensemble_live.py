"""The labs about test time and about finding the bug, in a real browser: by mouse, by key, by ear."""

import re
from pathlib import Path

import pytest
from axe import AXE, RUN, STOCK
from playwright.sync_api import expect

from dropout_lab import labs
from dropout_lab.charts.spread import ShareChart
from dropout_lab.labs import picture
from dropout_lab.pictures.svg import as_text

ENSEMBLE = "from dropout_lab import labs\nlabs.ensemble()"
HUNT = "labs.bug_hunt(4)"
FIXED = """def backward(dA_drop, D, keep_prob):
    return dA_drop * D / keep_prob

labs.bug_hunt(4, fix=backward)"""


@pytest.fixture(scope="module")
def notebook(server, open_in_turn):
    return open_in_turn(server.add("ensemble.ipynb", ENSEMBLE, HUNT, FIXED)).run_all()


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
    lab.locator("[role=status]").filter(has_text=words).wait_for(timeout=15_000)


def select(lab, name, option):
    lab.get_by_label(name, exact=True).select_option(option)


def press(lab, name):
    lab.get_by_role("button", name=name, exact=True).click()


def open_more(lab):
    """The second row of controls."""
    if lab.get_by_role("button", name="More", exact=True).count():
        lab.get_by_role("button", name="More", exact=True).press("Enter")
    lab.get_by_role("button", name="Less", exact=True).wait_for()


def test_every_control_of_the_ensemble_answers(ensemble):
    select(ensemble, "dropout", "right before the output")
    wait_for_status(ensemble, "Everything on, 0.0717, is exactly the renormalized geometric mean")
    chart = ensemble.locator("svg.dropout-panels")
    assert "256 thinned networks" in chart.get_attribute("aria-label")
    expect(chart.get_by_text("everything on 0.0717")).to_be_visible()
    places = [tip.bounding_box()["x"] for tip in chart.locator(".tip").all()]
    assert abs(places[0] - places[1]) < 0.1  # equal means stand under each other
    select(ensemble, "dropout", "one more layer after it")
    wait_for_status(ensemble, "is not the renormalized geometric mean, 0.3057")
    chart.get_by_text("renormalized geometric mean 0.3057").wait_for()
    assert not ensemble.get_by_label("activation", exact=True).is_visible()
    open_more(ensemble)
    select(ensemble, "activation", "linear")
    wait_for_status(ensemble, "is exactly the renormalized geometric mean")
    select(ensemble, "activation", "tanh")
    select(ensemble, "samples", "1000")
    wait_for_status(ensemble, "The mean of 1000 samples")
    select(ensemble, "example", "2")
    wait_for_status(ensemble, re.compile("Everything on, 0.(?!0717)"))
    press(ensemble, "New samples")
    expect(ensemble.get_by_label("seed", exact=True)).to_have_value("1")


def test_keep_prob_of_the_ensemble_by_keyboard(ensemble):
    open_more(ensemble)
    select(ensemble, "example", "0")
    handle = ensemble.locator(".noUi-handle").first
    handle.focus()
    for _ in range(10):
        handle.press("PageUp")
    wait_for_status(ensemble, "is exactly the renormalized geometric mean")
    assert ensemble.get_by_label("keep_prob", exact=True).input_value() == "1"
    ensemble.get_by_label("keep_prob", exact=True).fill("0.5")
    ensemble.get_by_label("keep_prob", exact=True).press("Enter")
    wait_for_status(ensemble, "0.3057")


def test_with_dropout_on_a_second_prediction_differs(ensemble):
    open_more(ensemble)
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
    wait_for_status(hunt, "You suspect line 2.")
    cells = notebook.page.locator(".jp-Cell").count()
    hunt.locator("[data-press='6']").focus()
    notebook.page.keyboard.press("Enter")
    wait_for_status(hunt, "You suspect line 6.")
    assert notebook.page.evaluate("document.activeElement.dataset.press") == "6"
    assert notebook.page.locator(".jp-Cell").count() == cells
    notebook.page.keyboard.press("Shift+Tab")
    assert notebook.page.evaluate("document.activeElement.dataset.press") == "5"


def test_commit_asks_for_what_is_missing_then_grades_then_shows_the_fix(hunt):
    select(hunt, "listing", "1: Both ways through a switch")
    wait_for_status(hunt, "One line is wrong")
    assert hunt.get_by_role("button", name="Show the fix").is_disabled()
    assert hunt.get_by_label("caught by", exact=True).input_value() == "choose a check"
    press(hunt, "Commit")
    wait_for_status(hunt, "Press the line you suspect and choose a check first")
    assert hunt.locator("table").count() == 0
    hunt.locator("li button").filter(has_text="dA = dA_drop * D").click()
    wait_for_status(hunt, "You suspect line")
    select(hunt, "caught by", "kept share")
    press(hunt, "Commit")
    wait_for_status(hunt, "The line is right, the check is not.")
    wait_for_status(hunt, "Kept share does not see it. Caught by: gradient check.")
    assert hunt.locator("td.caught").count() == 1
    press(hunt, "Show the fix")
    wait_for_status(hunt, "With the fix every check passes.")
    assert hunt.locator("ins").inner_text().strip() == "dA = dA_drop * D / keep_prob"
    assert hunt.get_by_role("link").get_attribute("href").startswith("https://github.com/numpy")
    press(hunt, "Next")
    wait_for_status(hunt, "One line is wrong")
    assert "Listing 2 of 8" in hunt.inner_text()
    press(hunt, "Previous")
    hunt.get_by_text("Listing 1 of 8: Both ways through a switch").wait_for(timeout=15_000)
    expect(hunt.locator("ins")).to_have_count(1)  # what was answered is still there
    expect(hunt.get_by_text("Your first try: ✓ line 5, ✗ kept share.")).to_be_visible()


def test_a_learners_own_fix_is_checked(notebook):
    lab = notebook.page.locator(".dropout-lab").nth(2)
    wait_for_status(lab, "With your fix every check passes.")
    assert "Your fix" in lab.inner_text()


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_both_themes_and_axe(notebook, hunt, theme):
    hunt.locator("[data-press='2']").click()
    select(hunt, "caught by", "gradient check")
    press(hunt, "Commit")
    wait_for_status(hunt, "check is right, the line is not")
    notebook.theme(theme)
    for k in range(3):
        lab = notebook.page.locator(".dropout-lab").nth(k)
        lab.scroll_into_view_if_needed()
        notebook.screenshot(lab, f"ensemble-lab{k}-{theme.lower()}")
    notebook.page.evaluate(AXE)
    violations = notebook.page.evaluate(RUN)
    assert [v for v in violations if STOCK not in v[2] and "noUi-handle" not in v[3]] == []
    assert notebook.errors == []


# -- Charts on pages of every width --------------------------------------------------------------

TEXTS = """() => [...document.querySelectorAll('.dropout-panels')].map((chart) => {
    const box = (node) => { const b = node.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
    return [box(chart), [...chart.querySelectorAll('text')].map((text) =>
        [text.textContent, parseFloat(getComputedStyle(text).fontSize), box(text)])];
})"""


def charts():
    """Charts of all kinds, with means at either end and in the middle."""
    scale = labs.keep_the_scale()
    for quantity in ("next Z", "squared length of A_drop", "cost J"):
        for keep_prob in (0.01, 0.5, 1.0):
            scale.quantity, scale.keep_prob = quantity, keep_prob
            yield f"{quantity} at {keep_prob}", scale._picture.markup
    for example in range(5):
        lab = labs.ensemble(example=example, at_test="on at test time")
        for many in range(4):
            yield f"example {example}, {many} predictions", lab._picture.markup
            lab.predict()
    for keep_prob in (0.01, 0.5, 1.0):
        yield f"share at {keep_prob}", as_text(ShareChart(10_000).show(keep_prob, 0.7))


@pytest.mark.parametrize("width", [1112, 732, 579])
def test_no_word_of_a_chart_is_small_or_cut_off_or_covers_another(browser, width):
    """What JupyterLab leaves of 1280, of 900 and, on a projector, of 1024 pixels at 150 %."""
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    names, pictures = zip(*charts(), strict=True)
    style = Path(picture.__file__).with_name("lab.css").read_text(encoding="utf-8")
    inside = "".join(f"<div>{one}</div>" for one in pictures)
    page.set_content(
        f"<style>{style}</style><div class='dropout-lab' style='width: {width}px'>{inside}</div>"
    )
    for name, (frame, texts) in zip(names, page.evaluate(TEXTS), strict=True):
        assert frame[2] - frame[0] == pytest.approx(min(width, 720 if "share" in name else 1112))
        for k, (words, size, box) in enumerate(texts):
            assert size >= 12, f"{name}: {words}"
            whole = frame[0] - 1 <= box[0] < box[2] <= frame[2] + 1
            assert whole, f"{name}: {words} is cut off"
            for other, _, (left, top, right, bottom) in texts[k + 1 :]:
                apart = min(box[2], right) - max(box[0], left) < 2
                apart |= min(box[3], bottom) - max(box[1], top) < 6
                assert apart, f"{name}: {words} covers {other}"
    page.close()
