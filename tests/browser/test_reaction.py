"""The benchmark of reactions runs and fills its tables; what it says about time is never asserted."""

import pytest
import reaction
from short_runs import numbers, run


@pytest.mark.slow
def test_a_short_run_fills_its_tables(browser):
    text = run("reaction.py")
    assert len(numbers(text, "one slider")) == 3
    parts = text.split("\n\n")[4::2]
    answers, drags, sizes, ahead = (numbers(part, "step_through") for part in parts)
    assert len(answers) == 7
    assert len(drags) == 7
    assert len(sizes) == 3
    assert len(ahead) == 6
    assert min(*answers, *sizes) > 0


def test_what_is_drawn_inline_follows_its_slider(open_in_turn, server):
    """So that the comparison is with something that works: each drawing changes with keep_prob."""
    start = f"import sys\nsys.path.insert(0, {str(reaction.HERE)!r})\nimport inline"
    drawings = sorted({drawing for _, drawing in reaction.LABS.values()})
    cells = [f"inline.slide(inline.{drawing})" for drawing in drawings]
    notebook = open_in_turn(server.add("inline.ipynb", start, *cells)).run_all()
    for cell in range(1, len(cells) + 1):
        output = notebook.page.locator(".jp-Cell").nth(cell)
        output.scroll_into_view_if_needed()
        picture = output.locator("img").last
        before = picture.get_attribute("src")
        output.locator(".noUi-handle").press("End")
        notebook.page.wait_for_function(
            "([cell, before]) => [...document.querySelectorAll('.jp-Cell')[cell]"
            ".querySelectorAll('img')].at(-1)?.src != before",
            arg=[cell, before],
        )
