"""axe-core finds nothing serious in our labs, in either theme.

What stock ipywidgets lack, and what we ship around it: slider handles have no accessible name, so
every slider is linked to a number box that has one (`labs/controls.py`).
"""

import pytest
from axe import AXE, RUN, STOCK


@pytest.mark.parametrize("theme", ["Light", "Dark"])
@pytest.mark.parametrize(
    "name",
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"],
)
def test_axe_finds_nothing_serious_in_our_labs(name, theme, request):
    notebook = request.getfixturevalue(name)
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
