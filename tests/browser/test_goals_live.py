"""Goals in a real browser: reached by mouse, by key and by number box; and the way from page to page."""

import pytest
from live import fill, wait_for_step
from playwright.sync_api import expect

GOALS = ".goals"


# Opened for these tests alone: a goal that any other test has reached would stay reached.
@pytest.fixture(scope="module")
def second(open_in_turn):
    return open_in_turn("02_switch_neurons_off.ipynb").run_all()


@pytest.fixture
def fourth(open_in_turn):
    return open_in_turn("04_mask_the_gradients.ipynb").run_all()


@pytest.fixture
def goal():
    """A function: the line of a goal with these words, in a notebook that has been run."""

    def line(notebook, words):
        found = notebook.page.locator(f"{GOALS} li").filter(has_text=words)
        expect(found).to_have_count(1)
        return found

    return line


def lab_of(notebook, line):
    """The lab that a goal belongs to."""
    return notebook.page.locator(".dropout-lab").filter(has=line)


def reached(line, words):
    """Wait for the tick, and for the sentence that says what was found."""
    expect(line.locator(".mark")).to_have_text("✓")
    expect(line.get_by_role("img", name="reached", exact=True)).to_have_count(1)
    expect(line).to_contain_text(words)


def test_a_goal_is_reached_by_mouse(second, goal):
    line = goal(second, "Switch unit 1 off")
    expect(line.get_by_role("img", name="not reached yet")).to_have_text("○")
    lab_of(second, line).locator("[data-press='1 1']").click()
    reached(line, "One number, in the column of that example")
    lab_of(second, line).get_by_role("button", name="Reset", exact=True).click()
    reached(line, "One number")  # what was found stays found


def test_a_goal_is_reached_by_the_number_box_and_is_read_out(second, goal):
    line = goal(second, "Find the keep_prob at which this bug is invisible")
    live = line.locator("xpath=ancestor::ul[@aria-live='polite']")
    expect(live).to_have_count(1)
    live.evaluate(
        """(list) => {
            list.dataset.test = '';
            new MutationObserver(() => { list.dataset.test += 'x'; })
                .observe(list, {subtree: true, childList: true, characterData: true});
        }"""
    )
    lab = lab_of(second, line)
    fill(lab, "keep_prob", "0.6")
    expect(lab.locator("[role=status]").first).to_contain_text("keep_prob says 0.60")
    assert live.get_attribute("data-test") == ""  # nothing is read out while nothing is found
    fill(lab, "keep_prob", "0.78")
    reached(line, "there randn keeps the right share by chance")
    assert live.get_attribute("data-test")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
@pytest.mark.parametrize("width", [1280, 900])
def test_goals_stand_below_the_lab_and_nothing_is_cut_off(second, goal, theme, width):
    second.page.set_viewport_size({"width": width, "height": 1000})
    second.theme(theme)
    line = goal(second, "Find the keep_prob at which this bug is invisible")
    lab = lab_of(second, line)
    line.scroll_into_view_if_needed()
    second.screenshot(lab, f"goals-{theme.lower()}-{width}")
    box, around = line.bounding_box(), lab.bounding_box()
    below = lab.locator(".status").bounding_box()
    assert box["y"] >= below["y"] + below["height"] - 1
    assert around["x"] <= box["x"] < box["x"] + box["width"] <= around["x"] + around["width"] + 1
    assert line.evaluate("(node) => node.scrollWidth <= node.clientWidth + 1")
    assert line.evaluate("(node) => parseFloat(getComputedStyle(node).fontSize)") >= 12
    second.theme("Light")
    second.page.set_viewport_size({"width": 1280, "height": 1000})


def test_a_goal_is_reached_by_key_and_the_focus_stays(fourth, goal):
    line = goal(
        fourth, "Find a line that writes a zero on the other side of the switch for every ring"
    )
    walk = lab_of(fourth, line)
    wait_for_step(walk, "dA1_drop")
    expect(line.get_by_role("img", name="not reached yet")).to_have_text("○")
    following = walk.get_by_role("button", name="Next ▶", exact=True)
    following.focus()
    fourth.page.keyboard.press("Enter")
    reached(line, "dA2 = dA2_drop * D2 / keep_prob")
    assert fourth.page.evaluate("document.activeElement.textContent") == "Next ▶"
    fourth.page.keyboard.press("Shift+Tab")
    fourth.page.keyboard.press("Enter")
    reached(goal(fourth, "Step back over that line"), "this one line makes the difference")


def test_the_last_cell_leads_to_the_glossary_and_from_there_to_a_notebook(open_in_turn):
    tenth = open_in_turn("10_write_it_yourself.ipynb")
    current = "jupyterapp.shell.currentWidget.context.path.split('/').at(-1)"
    tenth.page.locator(".jp-RenderedMarkdown a", has_text="Glossary").scroll_into_view_if_needed()
    tenth.page.locator(".jp-RenderedMarkdown a", has_text="Glossary").click()
    tenth.page.wait_for_function(f"{current} === 'contents.ipynb'")
    heading = tenth.page.locator(".jp-RenderedMarkdown h2", has_text="Glossary")
    expect(heading).to_be_in_viewport()
    tenth.page.locator(".jp-RenderedMarkdown a", has_text="Keep the expected value").first.click()
    tenth.page.wait_for_function(f"{current} === '03_keep_the_scale.ipynb'")
