"""The labs about the two passes and about predictions, in JupyterLab: by mouse, by key, and what is read out.

What their controls do is tested in `tests/labs`, and what the page does with a picture in
`test_picture_page.py`; here it is seen that JupyterLab brings the two together.
"""

import re

import pytest
from live import (
    PLACES,
    fill,
    moved,
    number_box,
    on,
    press,
    select,
    show_more,
    status,
    wait_for_status,
    wait_for_step,
)
from playwright.sync_api import expect

FOCUSED = "document.activeElement.dataset.press"


@pytest.fixture
def walk(notebook):
    """The lab of notebook 04 that walks both passes, back at its start."""
    lab = notebook.lab("Forward ↓")
    press(lab, "Reset")
    lab.get_by_role("button", name="Z1 = W1").click()
    show_more(lab)
    wait_for_status(lab, "layer 1 units 0, 2; layer 2 unit 0")
    wait_for_step(lab, "Z1")
    return lab


def line(lab, name):
    return lab.get_by_role("button", name=re.compile(f"^{name} = "))


@on("04")
def test_the_walk_by_mouse(notebook, walk):
    press(walk, "Next ▶")
    wait_for_step(walk, "A1")
    line(walk, "D1").click()
    wait_for_step(walk, "D1")
    assert walk.locator("[aria-current=step]").inner_text().startswith("D1 = ")
    walk.locator("[data-press='1 1']").first.click()
    wait_for_status(walk, "layer 1 units 0, 1, 2")
    walk.locator("[data-press='switch 1 3 4']").click()
    wait_for_status(
        walk, "Set by hand: unit 1 of layer 1 in example 0, unit 3 of layer 1 in example 4"
    )
    track = walk.locator(".noUi-target").nth(1).bounding_box()
    notebook.page.mouse.click(track["x"] + track["width"] - 1, track["y"] + track["height"] / 2)
    wait_for_status(walk, "Off in example 0: layer 1 unit 1. Set")
    assert float(number_box(walk, "keep_prob").input_value()) > 0.97
    press(walk, "Reset")
    line(walk, "dA1").click()
    select(walk, "break it", "no mask")
    wait_for_status(
        walk, re.compile(r"gradient check 0\.\d+ at d\w\d\[\d, \d\] · value × gradient")
    )
    walk.get_by_text("dA1 = dA1_drop / keep_prob").first.wait_for()
    walk.locator("[data-press='example 3']").first.click()
    wait_for_status(walk, "Off in example 3")
    walk.locator("[data-press='1 0']").first.hover()
    expect(walk.locator(".says")).to_contain_text("dA1[0, 3] = dA1_drop[0, 3] / keep_prob")
    press(walk, "New mask")
    expect(number_box(walk, "mask seed")).to_have_value("5")


@on("04")
def test_the_walk_by_keyboard(notebook, walk):
    keyboard, cells = notebook.page.keyboard, notebook.page.locator(".jp-Cell").count()
    press(walk, "Next ▶", "Enter")
    wait_for_step(walk, "A1")
    expect(number_box(walk, "step")).to_have_value("1")  # by the kernel
    fill(walk, "step", "2")
    wait_for_step(walk, "D1")
    handle = walk.locator(".noUi-handle").nth(1)
    for key in ("ArrowLeft", "ArrowRight", *["PageDown"] * 4):
        handle.press(key)
    expect(number_box(walk, "keep_prob")).to_have_value("0.5")
    wait_for_status(walk, "layer 2 units 0, 2")
    fill(walk, "keep_prob", "0.7")
    walk.locator("[data-press='1 3']").first.focus()
    for key, words in (("Enter", "layer 1 units 0, 2, 3"), ("Space", "layer 1 units 0, 2;")):
        keyboard.press(key)
        wait_for_status(walk, words)
        assert notebook.page.evaluate(FOCUSED) == "1 3"
    walk.locator("[data-press='switch 1 0 0']").focus()
    keyboard.press("ArrowRight")
    expect(walk.locator(".heard").first).to_contain_text("D1[0, 1]")
    keyboard.press("Enter")
    wait_for_status(walk, "unit 0 of layer 1 in example 1")
    # Lab's own shortcuts did not act as well.
    assert notebook.page.locator(".jp-Cell").count() == cells
    assert notebook.page.locator(".jp-mod-editMode").count() == 0


@on("04")
def test_play_walks_until_it_is_paused(walk):
    fill(walk, "step", "20")
    wait_for_step(walk, "dA1")
    press(walk, "Play")
    wait_for_step(walk, "dZ1")
    press(walk, "Pause")
    expect(walk.get_by_role("button", name="Play", exact=True)).to_be_visible()


@on("04")
def test_a_drag_is_followed_on_the_way(notebook, walk):
    line(walk, "A1_drop").click()
    wait_for_step(walk, "A1_drop")
    handle, mouse = walk.locator(".noUi-handle").nth(1), notebook.page.mouse
    handle.hover()  # it is in view now, and stands still
    box = handle.bounding_box()
    mouse.down()
    for by in range(0, -30, -5):
        mouse.move(box["x"] + by, box["y"] + box["height"] / 2)
    expect(number_box(walk, "keep_prob")).to_have_value(re.compile(r"^0\.[456]"))
    expect(walk.get_by_text(re.compile(r"÷ 0\.[456]")).first).to_be_visible()
    mouse.up()


@on("04")
def test_the_walk_is_seen_whole_and_nothing_moves_from_step_to_step(notebook, walk):
    select(walk, "break it", "fresh mask")
    press(walk, "Less")
    expect(walk.get_by_label("activation", exact=True)).to_be_hidden()
    expect(walk.locator(".verdict")).to_contain_text("✗")
    seen = {}
    for k in range(24):
        there = walk.locator(f"[data-press='step {k}']")
        name = there.inner_text().split(" = ")[0]
        there.click()
        wait_for_step(walk, "loss" if name == "losses" else name)
        boxes = notebook.page.evaluate(PLACES)
        width, height = boxes.pop("size")
        assert width <= 1112
        assert height <= 680
        assert moved(seen, boxes) == []


@on("04")
def test_two_wires_by_mouse_and_by_key(notebook):
    lab = notebook.lab("the rest of")
    lab.locator("[data-press=switch]").click()
    select(lab, "nudge", "before")
    wait_for_status(lab, "the loss answers +0.000000, dA1 promised +0.000000")
    lab.locator("[data-press=after]").focus()
    notebook.page.keyboard.press("Enter")
    wait_for_status(lab, "dA1_drop promised")
    assert notebook.page.evaluate(FOCUSED) == "after"
    fill(lab, "by (at most 0.5)", "0.01")
    lab.get_by_text("nudge +0.01").wait_for()


@on("01")
def test_a_prediction_by_mouse_and_by_key_is_shown_again_when_its_cell_is_run_again(notebook):
    lab = notebook.lab("In a correct backward pass")
    assert "it is" not in lab.inner_text()
    lab.get_by_label("dA1_drop").check()
    lab.get_by_label("dA1", exact=True).press("Space")
    press(lab, "Commit to my answer", "Enter")
    wait_for_status(lab, "you said yes, it is no")
    assert "✓ dA1: yes" in status(lab)
    lab.evaluate("(node) => node.setAttribute('data-old', '')")
    press(lab, "Commit to my answer", "Shift+Enter")  # runs the cell, as everywhere in Jupyter
    expect(notebook.page.locator("[data-old]")).to_have_count(0)
    wait_for_status(lab, "you said yes, it is no")
    lab.get_by_text("dA1_drop ← your answer").wait_for()


@on("01")
def test_shift_enter_runs_the_cell_and_presses_nothing_in_a_picture(notebook):
    lab = notebook.page.locator(".dropout-lab").nth(1)
    unit = lab.locator("[data-press='1 1']")
    before = unit.get_attribute("aria-pressed")
    lab.evaluate("(node) => node.setAttribute('data-old', '')")
    unit.press("Shift+Enter")
    expect(notebook.page.locator("[data-old]")).to_have_count(0)
    expect(unit).to_have_attribute("aria-pressed", before)


@on("02")
def test_switch_off_by_mouse_and_by_key(notebook):
    lab = notebook.lab(".dropout-stage")
    lab.locator("[data-press='1 1']").click()
    wait_for_status(lab, "10 of 20 kept")
    lab.locator("[data-press='1 3']").press("Enter")
    wait_for_status(lab, "the whole layer is off, so layer 2 sees only its biases")
    notebook.page.keyboard.press("Space")  # the focus is still there
    wait_for_status(lab, "1 of 4 units kept")
    press(lab, "Reset")
    lab.locator(".noUi-handle").first.press("End")
    wait_for_status(lab, "20 of 20 kept, a share of 1.00")
    lab.locator("[data-press='example 2']").first.click()
    wait_for_status(lab, "Example 2:")


@on("02")
def test_the_chart_of_shares_follows_the_number_box_and_the_menu(notebook):
    lab = notebook.lab(".dropout-panels")
    chart, dot = lab.locator("svg.dropout-panels"), lab.locator("svg.dropout-panels circle.ink")
    fill(lab, "keep_prob", "1")
    wait_for_status(lab, "of 10,000 draws 0.84")
    assert "randn 0.841; of 10,000 draws 0.84" in chart.get_attribute("aria-label")
    before = dot.bounding_box()
    select(lab, "D from", "rand > keep_prob")
    wait_for_status(lab, "of 10,000 draws 0.000")
    assert dot.bounding_box()["y"] > before["y"] + 150


@on("03")
def test_keep_the_scale_by_menu_and_by_key(notebook):
    lab = notebook.lab(".dropout-panels")
    select(lab, "show", "cost J")
    wait_for_status(lab, "not kept")
    lab.locator(".noUi-handle").first.press("End")
    wait_for_status(lab, "✓ kept")
    fill(lab, "keep_prob", "7")  # nonsense does no harm
    expect(number_box(lab, "keep_prob")).to_have_value("1")
    assert lab.get_by_role("alert").count() == 0


@on("06")
def test_break_it_by_mouse_and_by_key(notebook):
    lab = notebook.lab(".dropout-table")
    lab.get_by_role("button", name=re.compile(r"^no mask; relu, A_drop: right")).click()
    wait_for_status(lab, "every dW and db is right, by luck; wrong: dA1, dA2")
    lab.locator(".parts [data-press='dA1']").press("Enter")
    lab.get_by_text("true dA1").first.wait_for()
    assert lab.get_by_label("gradient", exact=True).input_value() == "dA1"
    select(lab, "activation", "tanh")
    wait_for_status(lab, "tanh, slope from A_drop")
    chosen = lab.locator(".dropout-table [aria-pressed=true]")
    assert chosen.get_attribute("aria-label").startswith("no mask; tanh, A_drop: wrong")


@on("05")
def test_a_cell_of_the_matrix_tells_its_evidence_by_mouse_and_by_key(notebook):
    lab, keyboard = notebook.lab(".dropout-table"), notebook.page.keyboard
    lab.get_by_role("button", name=re.compile(r"^randn; kept share: fails")).click()
    wait_for_status(lab, "kept of 20,000, keep_prob is 0.7")
    assert lab.get_by_label("bug", exact=True).input_value() == "randn"
    select(lab, "bug", "one mask for all examples")
    select(lab, "check", "masks differ")
    wait_for_status(lab, "switches stand otherwise")
    # The table is one stop of the Tab key; the arrow keys move inside, and Enter chooses.
    lab.locator("td button[tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowLeft", "Enter"):
        keyboard.press(key)
    wait_for_status(lab, re.compile("^wrong scale, plain at test: passes"))


@on("12")
def test_a_row_of_attention_by_mouse_and_by_key(notebook):
    lab = notebook.lab("[data-press='5']")
    press(lab, "Reset")
    wait_for_status(lab, "✓ correct")
    key = lab.locator("[data-press='0']")
    key.click()
    wait_for_status(lab, "keys off: 4, 5;")
    expect(key).to_have_attribute("aria-pressed", "false")
    key.press("Enter")
    wait_for_status(lab, "keys off: 0, 4, 5;")
    lab.locator("[data-press='1']").hover()
    lab.get_by_text(
        re.compile(r"P_drop\[0, 1\] = 0\.08 \* 1 / 0\.6 = \+0\.14 .*dP\[0, 1\] =")
    ).wait_for()
    select(lab, "break it", "slope from dropped P")
    wait_for_status(lab, "✗ slope from dropped P")
    press(lab, "Reset")
    lab.locator(".noUi-handle").first.press("End")
    wait_for_status(lab, "keys off: none; its row sums to 1.00")
