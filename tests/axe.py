"""axe-core, and how to ask it about our labs."""

from pathlib import Path

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
    const found = await axe.run('.dropout-lab', {resultTypes: ['violations']});
    return found.violations.flatMap(({id, impact, nodes}) =>
        nodes.map((node) => [id, impact, node.target.join(' '), node.html.slice(0, 160)]));
}"""
STOCK = ".noUi-"  # the handles of ipywidgets' sliders
