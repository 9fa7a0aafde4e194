"""The front page in a real browser, from a disk: it answers mouse and keys, in both themes, at every width."""

import front_page as front
import pytest
from axe import violations

from dropout_lab import lesson

FEW = (0.6, 0.7, 0.8)
SCREENS = {"phone": (390, 844, 1), "laptop": (1112, 780, 1), "projector": (683, 512, 1.5)}
SMALLEST = """() => Math.min(...[...document.querySelectorAll('#stage text')].filter((t) => t.textContent)
    .map((t) => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a))"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The page with few stops, on a disk."""
    path = tmp_path_factory.mktemp("site") / "index.html"
    page = front.front_page(lesson(1), series=True, stops=FEW)
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def window(browser):
    """A window that shows the page, what was asked of anyone, and what was complained of."""
    with browser.new_page(reduced_motion="reduce") as page:
        asked, wrong = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        yield page, asked, wrong


@pytest.fixture
def visit(window, address):
    """A function that opens the page anew on a screen; nothing may be asked of anyone."""
    page, asked, wrong = window

    def visit_(screen="laptop", scheme="light"):
        width, height, _ = SCREENS[screen]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        page.wait_for_selector("html[data-live]")
        return page

    asked.clear()
    yield visit_
    assert asked == [address]
    assert wrong == []


def unit(page, number):
    return page.locator(f"#stage [data-press='{front.LAYER} {number}']")


def verdict(page):
    return page.locator("#stage .verdict").inner_text()


def said(recipe, keep_prob, *kept):
    """The verdict that Python gives."""
    (state,) = [
        s for s in front.states([keep_prob])
        if s.recipe == recipe and s.mask[:, 0].tolist() == list(kept)
    ]  # fmt: skip
    return front.told(lesson(1), state)[1].signed


def test_the_first_answer_is_there_at_once(visit):
    page = visit()
    assert float(page.evaluate("document.documentElement.dataset.live")) < 1000  # here about 250
    assert verdict(page) == said("correct", 0.7, False, True, False, True)


def test_a_unit_answers_a_click_and_a_key(visit):
    page = visit()
    unit(page, 0).click()
    assert unit(page, 0).get_attribute("aria-pressed") == "false"
    assert verdict(page) == said("correct", 0.7, True, True, False, True)
    unit(page, 1).focus()
    page.keyboard.press("Enter")
    assert unit(page, 1).get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.activeElement.dataset.press") == "1 1"
    assert verdict(page) == said("correct", 0.7, True, False, False, True)


def test_a_broken_line_turns_red_and_says_so(visit):
    page = visit()
    page.get_by_label("no mask").focus()
    page.keyboard.press("Space")
    assert verdict(page) == said("no mask", 0.7, False, True, False, True)
    assert verdict(page).startswith("✗")
    assert page.locator("#stage .verdict").get_attribute("role") == "status"
    assert page.locator("#stage rect.wrong").count() == 2
    page.get_by_role("button", name="Reset").click()
    assert verdict(page).startswith("✓")


def test_the_slider_answers_the_arrow_keys_and_keeps_what_was_set_by_hand(visit):
    page = visit()
    slider = page.get_by_role("slider", name="keep_prob")
    unit(page, 3).click()
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "0.80"
    drawn = front.facts(lesson(1), FEW)["drawn"][2]
    assert verdict(page) == said("correct", 0.8, *drawn[:3], False)
    page.keyboard.press("ArrowLeft")
    assert verdict(page) == said("correct", 0.7, False, True, False, False)


def test_pointing_explains(visit):
    page = visit()
    unit(page, 1).hover()
    assert "unit 1: kept" in page.locator("#stage").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_is_readable_and_clean(visit, screen, scheme):
    page, scale = visit(screen, scheme), SCREENS[screen][2]
    for recipe in ("correct", "no mask"):
        page.get_by_label(recipe, exact=True).check()
        assert page.evaluate("document.documentElement.scrollWidth") <= SCREENS[screen][0]
        assert page.evaluate(SMALLEST) * scale >= 11.9
    assert violations(page) == []
    light = page.evaluate("document.documentElement.dataset.jpThemeLight")
    assert light == str(scheme == "light").lower()


def test_on_a_laptop_the_question_and_the_whole_picture_fit_one_window(visit):
    page = visit("laptop")
    box = page.locator("#stage .parts").bounding_box()
    assert box["y"] + box["height"] <= SCREENS["laptop"][1]


def test_a_turned_phone_gets_the_other_drawing(visit):
    page = visit("phone")
    assert page.locator("#stage .parts > svg").first.get_attribute("viewBox").split()[0] != "0"
    page.set_viewport_size({"width": 844, "height": 390})
    wide = page.locator("#stage .parts > svg[viewBox^='0 0']").first
    wide.wait_for()
    assert verdict(page).startswith("✓")
