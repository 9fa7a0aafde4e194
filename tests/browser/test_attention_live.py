"""The lab of notebook 12 in a real browser: one row of attention, by mouse and by key, in both themes."""

import re

import axe
import pytest
from live import fill, select, status, wait_for_status
from playwright.sync_api import expect

SMALLEST = """svg => Math.min(...[...svg.querySelectorAll('text')].filter((text) => text.textContent)
    .map((text) => { const {a, b} = text.getScreenCTM();
        return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b); }))"""


@pytest.fixture(scope="session")
def twelfth(open_notebook):
    return open_notebook("12_drop_attention_and_adapters.ipynb").run_all()


@pytest.fixture
def lab(twelfth):
    found = twelfth.page.locator(".dropout-lab").filter(
        has=twelfth.page.locator("[data-press='5']")
    )
    found.first.scroll_into_view_if_needed()
    found.first.get_by_role("button", name="Reset", exact=True).click()
    wait_for_status(found.first, "✓ correct")
    return found.first


def test_running_the_notebook_shows_its_labs_and_no_error(twelfth):
    expect(twelfth.page.locator(".dropout-lab").nth(7)).to_be_attached()  # eight, or more
    assert twelfth.page.locator(".jp-OutputArea-output[data-mime-type$='stderr']").count() == 0
    assert twelfth.errors == []


def test_a_key_is_switched_by_mouse_and_by_key(lab, twelfth):
    key = lab.locator("[data-press='0']")
    expect(key).to_have_attribute("aria-pressed", "true")
    key.click()
    wait_for_status(lab, "keys off: 4, 5;")
    expect(key).to_have_attribute("aria-pressed", "false")
    key.focus()
    key.press("Enter")
    wait_for_status(lab, "keys off: 0, 4, 5;")
    twelfth.page.keyboard.press("Space")  # the focus is still there
    wait_for_status(lab, "keys off: 4, 5;")
    twelfth.page.keyboard.press("Tab")
    twelfth.page.keyboard.press("Enter")
    wait_for_status(lab, "keys off: 1, 4, 5;")


def test_pointing_at_a_key_writes_both_ways_through_its_switch(lab):
    lab.locator("[data-press='1']").hover()
    lab.get_by_text(
        re.compile(r"P_drop\[0, 1\] = 0\.08 \* 1 / 0\.6 = \+0\.14 .*dP\[0, 1\] =")
    ).wait_for()


def test_every_slip_is_said_and_dV_stays_right(lab):
    for slip, words in (
        ("slope from dropped P", "dS = P_drop * (dP - rowsum(P_drop * dP))"),
        ("no mask", "dP = dP_drop / keep_prob"),
        ("no scale", "dP = dP_drop * D;"),
        ("neither", "dP = dP_drop;"),
        ("scaled by the drop probability", "dP = dP_drop * D * (1 - keep_prob)"),
    ):
        select(lab, "break it", slip)
        wait_for_status(lab, f"✗ {slip}")
        assert words in status(lab)
        assert "dV right" in status(lab)
        assert lab.locator("svg rect.wrong").count() > 0


def test_keep_prob_the_query_and_new_switches(lab):
    fill(lab, "keep_prob", "1")
    wait_for_status(lab, "keys off: none; its row sums to 1.00")
    handle = lab.locator(".noUi-handle").first
    handle.focus()
    handle.press("Home")
    wait_for_status(lab, "on average")
    lab.get_by_text("mean 1, exactly").wait_for()
    select(lab, "query", "3")
    wait_for_status(lab, "Query 3,")
    fill(lab, "keep_prob", "0.6")
    wait_for_status(lab, "its row sums to 1.23")
    lab.get_by_role("button", name="New mask").press("Enter")
    expect(lab.locator("[role=status]").first).not_to_contain_text("its row sums to 1.23")


@pytest.mark.parametrize("width", [1280, 900])
def test_labels_can_be_read_and_nothing_is_cut_off(lab, twelfth, width):
    twelfth.page.set_viewport_size({"width": width, "height": 1000})
    twelfth.page.evaluate("jupyterapp.shell.collapseLeft()")
    twelfth.page.wait_for_timeout(500)
    picture, frame = lab.locator("svg.dropout-stage"), lab.bounding_box()
    box, smallest = picture.bounding_box(), picture.evaluate(SMALLEST)
    outside = picture.evaluate(
        """svg => { const page = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter((text) => { const box = text.getBoundingClientRect();
                return box.left < page.left || box.right > page.right || box.bottom > page.bottom;
            }).map((text) => text.textContent); }"""
    )
    twelfth.page.set_viewport_size({"width": 1280, "height": 1000})
    assert smallest >= 12
    assert outside == []
    assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_both_themes_are_drawn_and_accessible(lab, twelfth, theme):
    select(lab, "break it", "no mask")
    wait_for_status(lab, "✗ no mask")
    twelfth.theme(theme)
    twelfth.screenshot(lab, f"12-attention-{theme.lower()}")
    twelfth.page.evaluate(axe.AXE)
    ours = [found for found in twelfth.page.evaluate(axe.RUN) if axe.STOCK not in found[2]]
    assert [found for found in ours if found[1] in ("serious", "critical")] == []
    ink, paper = lab.evaluate(
        """lab => ['.ink', '.paper'].map((name) => getComputedStyle(lab.querySelector('svg ' + name)).fill)"""
    )
    assert ink != paper
