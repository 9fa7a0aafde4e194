"""axe-core finds nothing serious in our labs, in either theme.

What stock ipywidgets lack, and what we ship around it: slider handles have no accessible name, so
every slider is linked to a number box that has one (`labs/controls.py`).
"""

import pytest
from axe import AXE, RUN, STOCK
from playwright.sync_api import expect

# How many labs each notebook has. Those that other tests need as well have a page and a fixture of
# their own; the rest are opened in turn.
SHARED = {"first": 7, "second": 14, "third": 12, "fourth": 11, "fifth": 13, "sixth": 12}
IN_TURN = {
    "07_train_with_dropout": 13,
    "08_switch_everything_back_on": 12,
    "09_find_the_bug": 5,
    "10_write_it_yourself": 6,
    "13_make_the_same_switches_again": 14,
}
LABS = SHARED | IN_TURN


@pytest.fixture(scope="module", params=LABS)
def notebook(request, open_in_turn):
    """Each notebook, run; all tests of one come before the next is opened."""
    name = request.param
    if name in SHARED:
        notebook = request.getfixturevalue(name)
    else:
        notebook = open_in_turn(f"{name}.ipynb").run_all()
    expect(notebook.page.locator(".dropout-lab")).to_have_count(LABS[name])
    return notebook


def test_running_a_notebook_shows_its_labs_and_no_error(notebook):
    assert notebook.page.locator(".jp-OutputArea-output[data-mime-type$='stderr']").count() == 0
    assert notebook.errors == []


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_axe_finds_nothing_serious_in_our_labs(notebook, theme):
    notebook.theme(theme)
    notebook.page.evaluate(AXE)
    violations = notebook.page.evaluate(RUN)
    ours = [
        violation
        for violation in violations
        if violation[1] in ("serious", "critical")
        and STOCK not in violation[2]
        and "noUi-handle" not in violation[3]
    ]
    assert ours == []


def test_what_stock_sliders_lack_is_still_so(first):
    """When this fails, ipywidgets has named its sliders: the exception above can go."""
    first.page.evaluate(AXE)
    violations = first.page.evaluate(RUN)
    assert any("noUi-handle" in violation[3] for violation in violations)
