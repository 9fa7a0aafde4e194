"""A goal that is reached is ticked in the page and read out; and the way from page to page.

That each goal is reached through the controls of its lab is tested in `tests/labs/test_goals.py`.
"""

from live import fill, on, wait_for_status
from playwright.sync_api import expect

# Counts what changes in a list from now on, as a screen reader hears it.
LISTEN = """(list) => {
    window.heard = 0;
    new MutationObserver(() => { window.heard += 1; })
        .observe(list, {subtree: true, childList: true, characterData: true});
}"""


@on("02")
def test_a_goal_is_reached_and_is_read_out(notebook):
    words = "Find the keep_prob at which this bug is invisible"
    lab = notebook.lab(words)
    line = lab.locator(".goals li").filter(has_text=words)
    expect(line.get_by_role("img", name="not reached yet")).to_have_text("○")
    line.locator("xpath=ancestor::ul[@aria-live='polite']").evaluate(LISTEN)
    fill(lab, "keep_prob", "0.6")
    wait_for_status(lab, "keep_prob says 0.60")
    assert notebook.page.evaluate("heard") == 0  # nothing is read out while nothing is found
    fill(lab, "keep_prob", "0.78")
    expect(line.get_by_role("img", name="reached", exact=True)).to_have_text("✓")
    expect(line).to_contain_text("there randn keeps the right share by chance")
    assert notebook.page.evaluate("heard") > 0


def test_the_last_cell_leads_to_the_glossary_and_from_there_to_a_notebook(open_in_turn):
    page = open_in_turn("10_write_it_yourself.ipynb").page
    current = "jupyterapp.shell.currentWidget.context.path.split('/').at(-1)"
    page.locator(".jp-RenderedMarkdown a", has_text="Glossary").click()
    page.wait_for_function(f"{current} === 'contents.ipynb'")
    heading = page.locator(".jp-RenderedMarkdown h2", has_text="Glossary")
    expect(heading).to_be_in_viewport()
    page.locator(".jp-RenderedMarkdown a", has_text="Keep the expected value").first.click()
    page.wait_for_function(f"{current} === '03_keep_the_scale.ipynb'")
