"""The labs of notebooks 02, 03, 05 and 06 in a real browser: by mouse, by key, and what is read out."""

import re

import pytest
from live import fill, number_box, select, status, wait_for_status
from playwright.sync_api import expect

LABS = {
    "second": 13,
    "third": 11,
    "fifth": 10,
    "sixth": 11,
    "seventh": 12,
    "eighth": 11,
    "ninth": 4,
    "tenth": 4,
}


def lab_with(notebook, selector, nth=0):
    """The nth lab of the notebook that contains the selector."""
    found = notebook.page.locator(".dropout-lab").filter(has=notebook.page.locator(selector))
    found.nth(nth).scroll_into_view_if_needed()
    return found.nth(nth)


@pytest.fixture
def switch(second):
    lab = lab_with(second, ".dropout-stage")
    fill(lab, "keep_prob", "0.7")
    select(lab, "D from", "rand < keep_prob")
    lab.get_by_role("button", name="Reset", exact=True).click()
    wait_for_status(lab, "11 of 20 kept")
    return lab


@pytest.fixture
def shares(second):
    return lab_with(second, ".dropout-chart")


@pytest.fixture
def scale(third):
    lab = lab_with(third, ".dropout-chart")
    select(lab, "show", "next Z")
    fill(lab, "keep_prob", "0.7")
    wait_for_status(lab, "+1.1820")
    return lab


@pytest.fixture
def broken(sixth):
    return lab_with(sixth, ".dropout-table")


@pytest.fixture
def matrix(fifth):
    return lab_with(fifth, ".dropout-table")


@pytest.mark.parametrize("name", LABS)
def test_running_a_notebook_shows_its_labs_and_no_error(name, request):
    notebook = request.getfixturevalue(name)
    assert notebook.page.locator(".dropout-lab").count() == LABS[name]
    assert notebook.page.locator(".jp-OutputArea-output[data-mime-type$='stderr']").count() == 0
    assert notebook.errors == []


def test_a_prediction_is_asked_before_its_answer_can_be_read(second):
    folded = second.page.locator(".jp-InputArea").filter(has_text="truth=")
    assert folded.count() == 0


def test_clicking_and_pressing_neurons_off(switch):
    switch.locator("[data-press='1 1']").click()
    wait_for_status(switch, "10 of 20 kept")
    switch.locator("[data-press='1 3']").focus()
    switch.locator("[data-press='1 3']").press("Enter")
    wait_for_status(switch, "the whole layer is off, so layer 2 sees only its biases")
    assert "By chance" not in status(switch)  # it was switched off by hand
    switch.locator("[data-press='1 3']").press(" ")
    wait_for_status(switch, "1 of 4 units kept")
    switch.get_by_role("button", name="New mask").click()
    wait_for_status(switch, "keep_prob says 0.70")
    expect(number_box(switch, "mask seed")).to_have_value("5")


def test_keep_prob_and_the_example_of_switch_off(switch, second):
    handle = switch.locator(".noUi-handle").first
    handle.focus()
    handle.press("End")
    wait_for_status(switch, "20 of 20 kept, a share of 1.00")
    handle.press("Home")
    wait_for_status(switch, "keep_prob says 0.05")
    track = switch.locator(".noUi-target").first.bounding_box()
    second.page.mouse.click(track["x"] + track["width"] * 0.68, track["y"] + track["height"] / 2)
    wait_for_status(switch, re.compile(r"keep_prob says 0\.(6|7)"))
    switch.locator("[data-press='example 2']").first.click()
    wait_for_status(switch, "Example 2:")
    switch.locator("[data-press='example 0']").first.click()


def test_the_chart_of_shares_follows_the_slider_and_the_sampling(shares):
    image = shares.locator("img.dropout-chart")
    fill(shares, "keep_prob", "1")
    wait_for_status(shares, "of 10,000 draws 0.84")
    assert "randn 0.841; of 10,000 draws 0.84" in image.get_attribute("alt")
    before = image.get_attribute("src")
    select(shares, "D from", "rand > keep_prob")
    wait_for_status(shares, "of 10,000 draws 0.000")
    assert image.get_attribute("src") != before
    assert image.evaluate("(image) => image.naturalWidth") > 1000  # sharp on any screen


def test_nonsense_in_the_number_boxes_does_no_harm(switch, scale, matrix):
    for lab in (switch, scale, matrix):
        for nonsense in ("7", "-3"):
            fill(lab, "keep_prob", nonsense)
        value = float(lab.get_by_label("keep_prob", exact=True).input_value())
        assert 0.05 <= value <= 1
        assert lab.locator("[role=alert]").count() == 0
        fill(lab, "keep_prob", "0.7")


def test_every_control_of_keep_the_scale(scale):
    said = {status(scale)}
    for name, option in (
        ("show", "next A"), ("unit", "1"), ("example", "3"), ("activation", "relu"),
        ("show", "squared length of A_drop"), ("show", "cost J"),
    ):  # fmt: skip
        before = status(scale)
        select(scale, name, option)
        expect(scale.locator("[role=status]")).not_to_have_text(before)
        assert status(scale) not in said
        said.add(status(scale))
    assert "not kept" in status(scale)
    handle = scale.locator(".noUi-handle").first
    handle.focus()
    handle.press("End")
    wait_for_status(scale, "✓ kept")
    for name, option in (("unit", "0"), ("example", "0"), ("activation", "tanh")):
        select(scale, name, option)


def test_break_it_by_mouse_and_by_key(broken):
    cell = broken.get_by_role("button", name=re.compile(r"^no mask; relu, A_drop: right"))
    cell.click()
    wait_for_status(broken, "every dW and db is right, by luck; wrong: dA1, dA2")
    broken.locator(".parts [data-press='dA1']").focus()
    broken.locator(".parts [data-press='dA1']").press("Enter")
    broken.get_by_text("true dA1").first.wait_for()
    assert broken.get_by_label("gradient", exact=True).input_value() == "dA1"
    select(broken, "activation", "tanh")
    wait_for_status(broken, "tanh, slope from A_drop")
    chosen = broken.locator(".dropout-table [aria-pressed=true]")
    assert chosen.get_attribute("aria-label").startswith("no mask; tanh, A_drop: wrong")
    select(broken, "break it", "correct")
    select(broken, "slope from", "Z")
    wait_for_status(broken, "every gradient is right")
    select(broken, "gradient", "dW2")
    broken.get_by_text("true dW2").first.wait_for()
    fill(broken, "keep_prob", "0.4")
    wait_for_status(broken, "every gradient is right")


def test_a_cell_of_the_matrix_tells_its_evidence(matrix):
    matrix.get_by_role("button", name=re.compile(r"^randn; kept share: fails")).click()
    wait_for_status(matrix, "kept of 20,000, keep_prob is 0.7")
    assert matrix.get_by_label("bug", exact=True).input_value() == "randn"
    select(matrix, "bug", "one mask for all examples")
    wait_for_status(matrix, "Caught by: no check")
    select(matrix, "check", "masks differ")
    wait_for_status(matrix, "switches stand otherwise")
    assert matrix.locator("[aria-pressed=true]").count() == 1
    # The chosen cell is the one stop of the Tab key; Enter on it keeps it.
    matrix.locator("td button[tabindex='0']").focus()
    matrix.locator("td button[tabindex='0']").press("Enter")
    wait_for_status(matrix, "switches stand otherwise")


def test_the_matrix_is_filled_anew(matrix):
    select(matrix, "activation", "relu")
    select(matrix, "slope from", "A_drop")
    matrix.get_by_role("button", name=re.compile("^no mask; gradient check: passes")).wait_for()
    before = int(matrix.get_by_label("seed", exact=True).input_value())
    matrix.get_by_role("button", name="Run again").click()
    expect(matrix.get_by_label("seed", exact=True)).to_have_value(str(before + 1))
    select(matrix, "activation", "tanh")
    select(matrix, "slope from", "Z")
    matrix.get_by_role("button", name=re.compile("^no mask; gradient check: fails")).wait_for()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_screenshots_in_both_themes(theme, request):
    """To be looked at after any change (CONTRIBUTING.md); here, that nothing is wider than the page."""
    for name, selector in (
        ("second", ".dropout-chart"), ("third", ".dropout-chart"),
        ("fifth", ".dropout-table"), ("sixth", ".dropout-table"),
    ):  # fmt: skip
        notebook = request.getfixturevalue(name)
        notebook.theme(theme)
        lab = lab_with(notebook, selector)
        notebook.screenshot(lab, f"{name}-{theme.lower()}")
        frame = lab.bounding_box()
        for part in lab.locator("svg, table, img").all():
            box = part.bounding_box()
            assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
        notebook.theme("Light")
