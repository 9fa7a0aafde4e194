"""The labs of notebooks 02, 03, 05 and 06 in a real browser: by mouse, by key, and what is read out."""

import re

import pytest
from live import fill, number_box, select, status, wait_for_status
from playwright.sync_api import expect


def lab_with(notebook, selector, nth=0):
    """The nth lab of the notebook that contains the selector."""
    found = notebook.page.locator(".dropout-lab").filter(has=notebook.page.locator(selector))
    found.nth(nth).scroll_into_view_if_needed()
    return found.nth(nth)


def open_more(lab):
    """The second row of controls."""
    if lab.get_by_role("button", name="More", exact=True).count():
        lab.get_by_role("button", name="More", exact=True).press(" ")
    lab.get_by_role("button", name="Less", exact=True).wait_for()


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
    return lab_with(second, ".dropout-panels")


@pytest.fixture
def scale(third):
    lab = lab_with(third, ".dropout-panels")
    open_more(lab)
    select(lab, "show", "next Z")
    fill(lab, "keep_prob", "0.7")
    wait_for_status(lab, "+1.1820")
    return lab


@pytest.fixture
def broken(sixth):
    return lab_with(sixth, ".dropout-table")


@pytest.fixture
def matrix(fifth):
    lab = lab_with(fifth, ".dropout-table")
    open_more(lab)
    return lab


def test_a_prediction_is_asked_before_its_answer_can_be_read(second):
    folded = second.page.locator(".jp-InputArea").filter(has_text="truth=")
    assert folded.count() == 0


def test_an_answer_is_shown_again_when_its_cell_is_run_again(second):
    lab = second.lab("What does an open switch take away?")
    lab.get_by_label("the unit's weights").check()
    done = lab.get_by_role("button", name="Commit to my answer")
    done.click()
    wait_for_status(
        lab, "You chose “the unit's weights”. Setting weights to zero is a different method"
    )
    wait_for_status(
        lab, "It is “the unit's output, for this example”, because only A1 is multiplied"
    )
    mark = lab.get_by_text("the unit's weights ← your answer")
    mark.evaluate("node => node.closest('.dropout-lab').setAttribute('data-old', '')")
    done.press("Shift+Enter")  # runs the cell, as everywhere in Jupyter
    second.wait_until_run()
    expect(second.page.locator("[data-old]")).to_have_count(0)
    mark.wait_for()
    lab.get_by_text("the unit's output, for this example ← the answer").wait_for()
    wait_for_status(
        lab, "It is “the unit's output, for this example”, because only A1 is multiplied"
    )


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
    wait_for_status(switch, "keep_prob says 0.01")
    track = switch.locator(".noUi-target").first.bounding_box()
    second.page.mouse.click(track["x"] + track["width"] * 0.68, track["y"] + track["height"] / 2)
    wait_for_status(switch, re.compile(r"keep_prob says 0\.(6|7)"))
    switch.locator("[data-press='example 2']").first.click()
    wait_for_status(switch, "Example 2:")
    switch.locator("[data-press='example 0']").first.click()


def test_the_chart_of_shares_follows_the_slider_and_the_sampling(shares):
    chart = shares.locator("svg.dropout-panels")
    fill(shares, "keep_prob", "1")
    wait_for_status(shares, "of 10,000 draws 0.84")
    assert "randn 0.841; of 10,000 draws 0.84" in chart.get_attribute("aria-label")
    dot = chart.locator("circle.ink")
    before = dot.bounding_box()
    select(shares, "D from", "rand > keep_prob")
    wait_for_status(shares, "of 10,000 draws 0.000")
    chart.get_by_text("0.000 kept of 10,000 draws").wait_for()
    assert dot.bounding_box()["y"] > before["y"] + 150


def test_nonsense_in_the_number_boxes_does_no_harm(switch, scale, matrix):
    for lab in (switch, scale, matrix):
        for nonsense in ("7", "-3"):
            fill(lab, "keep_prob", nonsense)
        value = float(lab.get_by_label("keep_prob", exact=True).input_value())
        assert 0.01 <= value <= 1
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


def test_a_cell_of_the_matrix_tells_its_evidence(matrix, fifth):
    matrix.get_by_role("button", name=re.compile(r"^randn; kept share: fails")).click()
    wait_for_status(matrix, "kept of 20,000, keep_prob is 0.7")
    assert matrix.get_by_label("bug", exact=True).input_value() == "randn"
    select(matrix, "bug", "one mask for all examples")
    wait_for_status(matrix, "Caught by: no check")
    select(matrix, "check", "masks differ")
    wait_for_status(matrix, "switches stand otherwise")
    assert matrix.locator("[aria-pressed=true]").count() == 1
    # The table is one stop of the Tab key; the arrow keys move inside, and Enter chooses.
    matrix.locator("td button[tabindex='0']").focus()
    fifth.page.keyboard.press("ArrowDown")
    fifth.page.keyboard.press("ArrowLeft")
    wait_for_status(matrix, "switches stand otherwise")
    assert matrix.locator("td button[tabindex='0']").count() == 1
    fifth.page.keyboard.press("Enter")
    wait_for_status(matrix, re.compile("^wrong scale, plain at test: passes"))


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


@pytest.mark.parametrize("width", [1280, 1180, 900, 683])
def test_the_whole_matrix_is_seen_on_a_page_of_any_width(matrix, fifth, width):
    matrix.get_by_label("train as well: loss fell (slower)").check()
    matrix.get_by_role("columnheader", name="loss fell").wait_for()
    fifth.page.set_viewport_size({"width": width, "height": 1000})
    fifth.page.wait_for_timeout(500)
    frame, table = matrix.bounding_box(), matrix.locator("table").bounding_box()
    sizes = matrix.locator("th, td.last, td button").evaluate_all(
        "nodes => nodes.map((node) => parseFloat(getComputedStyle(node).fontSize))"
    )
    matrix.get_by_label("train as well: loss fell (slower)").uncheck()
    fifth.page.set_viewport_size({"width": 1280, "height": 1000})
    assert table["x"] + table["width"] <= frame["x"] + frame["width"] + 1
    assert min(sizes) >= 12


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_screenshots_in_both_themes(theme, request):
    """To be looked at after any change (CONTRIBUTING.md); here, that nothing is wider than the page."""
    for name, selector in (
        ("second", ".dropout-panels"), ("third", ".dropout-panels"),
        ("fifth", ".dropout-table"), ("sixth", ".dropout-table"),
    ):  # fmt: skip
        notebook = request.getfixturevalue(name)
        notebook.theme(theme)
        lab = lab_with(notebook, selector)
        notebook.screenshot(lab, f"{name}-{theme.lower()}")
        frame = lab.bounding_box()
        for part in lab.locator(".dropout-picture > svg, table, img").all():
            box = part.bounding_box()
            assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
        notebook.theme("Light")
