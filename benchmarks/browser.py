"""How fast the labs answer, in a real browser: beside a bare label, and beside `interact` with a plot."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tools"))
from far import far_away
from live_lab import NO_BROWSER, NotebookPage, Server, browser_path, open_browser, serve
from measure import Row, medians, one
from playwright.sync_api import Browser

Far = tuple[Server, Callable[[int], None]]  # and what sets the distance to it
LABEL = """
import ipywidgets as widgets
slider = widgets.FloatSlider(0.7, min=0.05, max=1, step=0.01)
label = widgets.Label("0.70")
slider.observe(lambda change: setattr(label, "value", f"{change.new:.2f}"), "value")
box = widgets.VBox([slider, label])
box
"""
STAGES = "stage labs"  # whose stops are drawn ahead
LABS = {  # group: name: the line that makes it
    STAGES: {
        "step_through": "labs.step_through(at='dA1')",
        "two_wires": "labs.two_wires()",
        "switch_off": "labs.switch_off()",
        "break_it": "labs.break_it()",
    },
    "a stage with a chart or table": {
        "switch_off with its chart": "labs.switch_off(shares=True)",
        "break_it with its table": "labs.break_it(table=True)",
    },
    "chart labs": {"keep_the_scale": "labs.keep_the_scale()", "ensemble": "labs.ensemble()"},
    "the matrix of all checks": {"detection_matrix": "labs.detection_matrix()"},
}
INLINE = f"import sys\nsys.path.insert(0, {str(HERE)!r})\nimport inline\n"
SLIDER = "import numpy as np\nimport ipywidgets as widgets\nwidgets.FloatSlider(0.7)"
FIRST = {  # what is run, and what is shown first
    "slider": (SLIDER, ".widget-slider"),
    "lab": ("from dropout_lab import labs\nlabs.step_through(at='dA1')", ".dropout-lab svg"),
    "interact": (f"{INLINE}inline.slide()", ".jp-OutputArea-output img"),
}
TITLE = "# A lesson"  # it has JupyterLab load what it needs for formulas, as every lesson does
INTERACT = "`interact` with an inline plot"
FAR = 150  # milliseconds to a kernel on a hub, and back
CELLS = {"label": 0, "lab": 1, "interact": 2}
KEY, DRAG, AFTER = "key to paint", "pictures in a drag", "the first press after another change"
FAR_KEY, FAR_DRAG = (f"{question}, {FAR} ms away" for question in (KEY, DRAG))
# Every picture that is painted within the cell, from now on: its time, one a frame. A picture is
# painted when the frame after its last change begins to be shown, and an image when it is decoded, too.
WATCH = """(cell) => {
    const output = document.querySelectorAll('.jp-Cell')[cell].querySelector('.jp-Cell-outputWrapper');
    const moving = '.widget-slider, .widget-readout, input';  // the slider itself answers at once
    window.watched?.disconnect();
    window.painted = [];
    let waiting = false;
    window.watched = new MutationObserver(async (changes) => {
        const inside = (node) => (node.closest ? node : node.parentElement)?.closest(moving);
        if (changes.every(({target}) => inside(target))) return;
        window.changed = performance.now();
        if (waiting) return;
        waiting = true;
        await Promise.all([...output.querySelectorAll('img')].map((img) => img.decode().catch(() => 0)));
        requestAnimationFrame(() => setTimeout(() => {
            waiting = false;
            window.painted.push(performance.now());
        }));
    });
    window.watched.observe(output,
        {subtree: true, childList: true, characterData: true, attributes: true});
    for (const kind of ['keydown', 'pointermove', 'mousemove']) {
        document.addEventListener(kind, () => { window.moved = performance.now(); }, {capture: true});
    }
}"""
QUIET = 150  # when nothing has changed for so many milliseconds, the answer is complete
MOVE_EVERY = 2 / 115  # seconds from one move to the next in a drag
SETTLED = """(quiet) => window.painted.length && window.painted.at(-1) >= window.changed
    && performance.now() - Math.max(window.changed, window.moved) > quiet"""
READY = ".dropout-picture[data-stops]:has(.dropout-stage)"
RUN_TO_FIRST = """async (selector) => {
    const start = performance.now();
    jupyterapp.commands.execute('notebook:run-all-cells');
    while (!document.querySelector(selector)) {
        await new Promise(requestAnimationFrame);
        if (performance.now() - start > 30_000) throw new Error('nothing to see of ' + selector);
    }
    await document.querySelector(selector).decode?.();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - start;
}"""


@dataclass(frozen=True)
class Size:
    """How much is measured: labs of each group; calm, milliseconds for the rest of what came before."""

    labs: int
    rounds: int
    presses: int
    calm: int


FULL, SHORT = Size(4, 3, 12, 1000), Size(1, 1, 1, 0)


class Bench:
    """A page with three cells, run: the label, the lab, and the same content through `interact`."""

    def __init__(self, browser: Browser, far: Far, name: str, line: str, size: Size) -> None:
        server, self._move = far
        self.size, self._quiet = size, QUIET
        cells = LABEL, f"from dropout_lab import labs\n{line}", f"{INLINE}inline.slide()"
        file = server.add(f"{name.replace(' ', '_')}.ipynb", *cells)
        self.page = browser.new_page(viewport={"width": 1280, "height": 2600})
        NotebookPage(self.page, server, file).open().run_all()
        self.page.locator(".jp-Cell").nth(2).locator("img").first.wait_for()
        self.page.wait_for_timeout(size.calm)

    def go_away(self, milliseconds: int) -> None:
        """The server is so far away from now on."""
        self._move(milliseconds)
        self._quiet = QUIET + milliseconds

    def rest(self, times: int = 1) -> None:
        """Wait for the rest of what came before, and for all that is drawn ahead."""
        self.page.locator(READY).wait_for()
        self.page.wait_for_timeout(times * self.size.calm)

    def handle(self, cell: str) -> Any:
        """The handle of the first slider of a cell."""
        return self.page.locator(".jp-Cell").nth(CELLS[cell]).locator(".noUi-handle").first

    def press(self, cell: str, key: str) -> float:
        """Seconds from a key press to the last change that it causes, painted."""
        self.page.evaluate(WATCH, CELLS[cell])
        self.page.keyboard.press(key)
        self.settle()
        return float(self.page.evaluate("window.painted.at(-1) - window.moved")) / 1000

    def presses(self, cell: str) -> float:
        """The median of some presses, there and back, from keep_prob 1, where every picture says it."""
        self.handle(cell).press("End")
        self.page.wait_for_timeout(2 * self._quiet)
        keys = ["ArrowRight" if k % 2 else "ArrowLeft" for k in range(self.size.presses)]
        return median(self.press(cell, key) for key in keys)

    def press_after_change(self) -> float:
        """The first press after another change, before any stop is drawn ahead for it.

        At keep_prob 0.7 or a little more: near 1 another mask is often the same, and near 0 a whole layer
        is off, and then a press changes nothing.
        """
        handle = self.handle("lab")
        handle.press("Home")
        while float(handle.get_attribute("aria-valuenow")) < 0.7:
            handle.press("PageUp")
        self.page.wait_for_timeout(2 * self._quiet)
        self.page.evaluate(WATCH, CELLS["lab"])
        self.page.get_by_role("button", name="New mask").click()
        self.settle()
        handle.focus()
        return self.press("lab", "ArrowLeft")

    def drag(self, cell: str) -> float:
        """How many pictures are shown while the slider is dragged to and fro, from keep_prob 1 downwards."""
        handle = self.handle(cell)
        handle.press("End")
        self.page.wait_for_timeout(2 * self._quiet)
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.evaluate(WATCH, CELLS[cell])
        start, moves = perf_counter(), 0
        while perf_counter() - start < 2:
            moves += 1
            self.page.mouse.move(x - 90 * (1 - abs(moves % 80 - 40) / 40), y)
            sleep(max(0.0, start + moves * MOVE_EVERY - perf_counter()))
        self.page.mouse.move(x - 100, y)  # where no move has been: the last state differs
        shown = float(self.page.evaluate("window.painted.length"))
        self.settle()
        self.page.mouse.up()
        self.page.wait_for_timeout(self._quiet)
        return shown

    def settle(self) -> None:
        """Wait until the answer is complete."""
        self.page.wait_for_function(SETTLED, arg=self._quiet, timeout=20_000)

    def compare(self, measured: Callable[[str], float], cells: Sequence[str]) -> dict[str, float]:
        """The median of this measurement for each cell, in turns."""
        return medians({cell: partial(measured, cell) for cell in cells}, self.size.rounds)


def measure(bench: Bench, stage: bool) -> dict[str, dict[str, float]]:
    """What is found on a lab's page, by question and cell; far from the kernel only where it is a stage."""
    near, far = tuple(CELLS), ("label", "lab")
    if stage:
        bench.rest()
    found = {KEY: bench.compare(bench.presses, near), DRAG: bench.compare(bench.drag, far)}
    if stage:
        after = median(bench.press_after_change() for _ in range(bench.size.presses))
        found[AFTER] = found[KEY] | {"lab": after}
        bench.rest(7)  # the stops of the last mask
        bench.go_away(FAR)
        found[FAR_KEY] = bench.compare(bench.presses, far)
        found[FAR_DRAG] = bench.compare(bench.drag, far)
        bench.go_away(0)
    bench.page.close()
    return found


def first_picture(browser: Browser, server: Server, name: str) -> float:
    """Seconds from Run All to the first picture, in a new page with a new kernel."""
    source, selector = FIRST[name]
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    file = server.add(f"first_{name}.ipynb", *source.rsplit("\n", 1), title=TITLE)
    NotebookPage(page, server, file).open()
    milliseconds = float(page.evaluate(RUN_TO_FIRST, selector))
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.close()
    return milliseconds / 1000


def group_rows(group: str, found: dict[str, dict[str, dict[str, float]]]) -> list[Row]:
    """The rows of a group of labs, from what was found by lab, question and cell."""

    def row(question: str, beside: str, cell: str, **how: Any) -> Row:
        pairs = {name: (lab[question]["lab"], lab[question][cell]) for name, lab in found.items()}
        return Row(f"{group}: {question}", beside, pairs, **how)

    whole = "{:.0f}".format
    rows = [row(KEY, "a label", "label"), row(KEY, INTERACT, "interact")]
    rows += [row(DRAG, "those of the label", "label", show=whole)]
    if group == STAGES:
        rows += [row(question, "a label", "label") for question in (FAR_KEY, AFTER)]
        rows += [row(FAR_DRAG, "those of the label", "label", show=whole)]
    return rows


def rows(short: bool) -> list[Row]:
    """Everything that takes a browser; nothing, and a sentence, where there is none."""
    path, size, found = browser_path(), SHORT if short else FULL, list[Row]()
    if path is None:
        print(NO_BROWSER)
        return []
    with (
        TemporaryDirectory() as folder,
        open_browser(path) as browser,
        serve(Path(folder)) as server,
        far_away(server) as far,
    ):
        print(f"Chromium {browser.version}")
        for group, labs in LABS.items():
            pages = {
                name: measure(Bench(browser, far, name, labs[name], size), group == STAGES)
                for name in list(labs)[: size.labs]
            }
            found += group_rows(group, pages)
        tasks = {name: partial(first_picture, browser, server, name) for name in FIRST}
        first, what = medians(tasks, size.rounds), "Run All to the first picture"
    found += [one(what, "one slider with numpy", first["lab"], first["slider"])]
    return [*found, one(what, INTERACT, first["lab"], first["interact"])]
