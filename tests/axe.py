"""axe-core, and how to ask it about a page or about our labs."""

from pathlib import Path

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async ([where, rules]) => {
    const found = await axe.run(where ?? document, {resultTypes: ['violations'], ...(rules && {runOnly: rules})});
    return found.violations.flatMap(({id, impact, nodes}) =>
        nodes.map((node) => [id, impact, node.target.join(' '), node.html.slice(0, 160)]));
}"""
STOCK = ".noUi-"  # the handles of ipywidgets' sliders


def violations(page, where=None, rules=None):
    """All that axe finds in the page, or where this selector leads: [rule, impact, selector, HTML].

    rules: only these.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE)
    return page.evaluate(RUN, [where, rules])


def is_stock(violation):
    """Whether it is about what stock ipywidgets lack."""
    return STOCK in violation[2] or "noUi-handle" in violation[3]
