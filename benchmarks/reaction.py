"""How fast the labs answer, in a real browser: beside a bare label, and beside `interact` with a plot.

    python benchmarks/reaction.py [--short]

Needs Chromium or Chrome, and playwright (`pip install -e ".[test]"`).
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from far import far_away
from live_lab import NO_BROWSER, NotebookPage, Server, browser_path, open_browser, serve
from measure import machine, p95, table, turns
from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
LABEL = """
import ipywidgets as widgets
slider = widgets.FloatSlider(0.7, min=0.05, max=1, step=0.01)
label = widgets.Label("0.70")
slider.observe(lambda change: setattr(label, "value", f"{change.new:.2f}"), "value")
box = widgets.VBox([slider, label])
box
"""
# The same lab as before its stops were drawn ahead: nobody is ever away for so long.
AS_BEFORE = "__import__('dropout_lab.labs.ready').labs.ready.PAUSE = 1e6\n"
STAGES = ("step_through", "two_wires", "switch_off", "break_it")  # whose stops are drawn ahead
FAR = 150  # milliseconds to a kernel on a hub, and back
LABS = {  # name: the line that makes it, and what `inline.py` draws for it
    "step_through": ("labs.step_through(at='dA1')", "network"),
    "two_wires": ("labs.two_wires()", "network"),
    "switch_off": ("labs.switch_off()", "network"),
    "break_it": ("labs.break_it()", "network"),
    "step_through, no stops": (f"{AS_BEFORE}labs.step_through(at='dA1')", "network"),
    "break_it with its table": ("labs.break_it(table=True)", "network"),
    "detection_matrix": ("labs.detection_matrix()", "network"),
    "switch_off with its chart": ("labs.switch_off(shares=True)", "share"),
    "keep_the_scale": ("labs.keep_the_scale()", "spread"),
    "ensemble": ("labs.ensemble()", "spread"),
}
FIRST = {  # what is shown first after Run All
    "one slider": ("import ipywidgets as widgets\nwidgets.FloatSlider(0.7)", ".widget-slider"),
    "one slider, numpy": (
        "import numpy as np\nimport ipywidgets as widgets\nwidgets.FloatSlider(0.7)",
        ".widget-slider",
    ),
    "step_through": (
        "from dropout_lab import labs\nlabs.step_through(at='dA1')",
        ".dropout-lab svg",
    ),
    "keep_the_scale": (
        "from dropout_lab import labs\nlabs.keep_the_scale()",
        ".dropout-lab svg",
    ),
    "interact": (
        f"import sys\nsys.path.insert(0, {str(HERE)!r})\nimport inline\n"
        "inline.slide(inline.network)",
        ".jp-OutputArea-output img",
    ),
}
# JupyterLab loads what it needs for formulas with the first text or description, whichever comes first;
# a lesson begins with a text.
TITLE = "# A lesson"
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
# When nothing has changed for so long, the answer is complete.
QUIET = 150
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
    """How much is measured.

    warm: rounds of presses before those that count. drag: seconds. ahead: presses after another change.
    calm: milliseconds for the rest of what came before.
    """

    labs: list[str]
    first: list[str]
    first_rounds: int
    warm: int
    rounds: int
    presses: int
    drag: float
    received: int
    ahead: int
    calm: int


FULL = Size(list(LABS), list(FIRST), 5, 1, 3, 12, 2, 6, 6, 1000)
# Everything once, without what only makes numbers steady: nobody reads these.
SHORT = Size(["step_through"], ["one slider"], 1, 0, 1, 1, 0.2, 1, 1, 0)


@dataclass(frozen=True)
class Drag:
    """What a drag showed: how many pictures, and how long after the last move the last one came (ms)."""

    shown: int
    late: float


class Bench:
    """A page with three cells: the label, the lab, and the same content through `interact`.

    move: sets the distance to the server.
    """

    def __init__(
        self, page: Page, received: list[int], move: Callable[[int], None], size: Size
    ) -> None:
        self.page, self.received, self._move, self._quiet = page, received, move, QUIET
        self.size = size

    def go_away(self, milliseconds: int) -> None:
        """The server is so far away from now on."""
        self._move(milliseconds)
        self._quiet = QUIET + milliseconds

    def handle(self, cell: int) -> Any:
        """The handle of the first slider of a cell."""
        return self.page.locator(".jp-Cell").nth(cell).locator(".noUi-handle").first

    def press(self, cell: int, key: str) -> float:
        """Milliseconds from a key press to the last change that it causes, painted."""
        self.page.evaluate(WATCH, cell)
        self.page.keyboard.press(key)
        self.settle()
        return float(self.page.evaluate("window.painted.at(-1) - window.moved"))

    def presses(self, cell: int, count: int) -> list[float]:
        """So many presses, there and back, from keep_prob 1, where every picture says it."""
        self.handle(cell).press("End")
        self.page.wait_for_timeout(2 * self._quiet)
        return [self.press(cell, "ArrowRight" if k % 2 else "ArrowLeft") for k in range(count)]

    def press_after_change(self) -> float:
        """The first press after another change, before any stop is drawn ahead for it.

        At keep_prob 0.7 or a little more: near 1 another mask is often the same, and near 0 a whole layer
        is off, and then a press changes nothing.
        """
        handle = self.handle(CELLS["lab"])
        handle.press("Home")
        while float(handle.get_attribute("aria-valuenow")) < 0.7:
            handle.press("PageUp")
        self.page.wait_for_timeout(2 * self._quiet)
        self.page.evaluate(WATCH, CELLS["lab"])
        self.page.get_by_role("button", name="New mask").click()
        self.settle()
        handle.focus()
        return self.press(CELLS["lab"], "ArrowLeft")

    def bytes_per_press(self, cell: int, count: int) -> float:
        """Bytes that the page receives for one press."""
        self.page.wait_for_timeout(self.size.calm)
        self.handle(cell).press("End")
        self.page.wait_for_timeout(self.size.calm)
        self.received[0] = 0
        self.presses(cell, count)
        return self.received[0] / count

    def drag(self, cell: int, seconds: float) -> Drag:
        """Drag the slider to and fro for so long, from keep_prob 1 downwards."""
        handle = self.handle(cell)
        handle.press("End")
        self.page.wait_for_timeout(2 * self._quiet)
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.evaluate(WATCH, cell)
        start, moves = perf_counter(), 0
        while perf_counter() - start < seconds:
            moves += 1
            self.page.mouse.move(x - 90 * (1 - abs(moves % 80 - 40) / 40), y)
            sleep(max(0.0, start + moves * MOVE_EVERY - perf_counter()))
        self.page.mouse.move(x - 100, y)  # where no move has been: the last state differs
        shown = int(self.page.evaluate("window.painted.length"))
        self.settle()
        late = float(self.page.evaluate("window.painted.at(-1) - window.moved"))
        self.page.mouse.up()
        self.page.wait_for_timeout(self._quiet)
        return Drag(shown, late)

    def settle(self) -> None:
        """Wait until the answer is complete."""
        self.page.wait_for_function(SETTLED, arg=self._quiet, timeout=20_000)


def open_bench(
    browser: Browser, far: tuple[Server, Callable[[int], None]], name: str, size: Size
) -> Bench:
    """The page of a lab, run; all that is drawn ahead is there."""
    server, move = far
    line, drawing = LABS[name]
    inline = f"import sys\nsys.path.insert(0, {str(HERE)!r})\nimport inline\ninline.slide(inline.{drawing})"
    file = server.add(
        f"{name.replace(' ', '_')}.ipynb", LABEL, f"from dropout_lab import labs\n{line}", inline
    )
    page = browser.new_page(viewport={"width": 1280, "height": 2600})
    received = [0]
    page.on("websocket", lambda socket: socket.on("framereceived", partial(count, received)))
    NotebookPage(page, server, file).open().run_all()
    page.locator(".jp-Cell").nth(2).locator("img").first.wait_for()
    page.wait_for_timeout(size.calm)
    if name in STAGES:
        page.locator(READY).wait_for()
    return Bench(page, received, move, size)


def count(received: list[int], payload: str | bytes) -> None:
    """Add the bytes of a message."""
    received[0] += len(payload.encode() if isinstance(payload, str) else payload)


CELLS = {"label": 0, "lab": 1, "interact": 2}


def react(
    bench: Bench, rounds: int, presses: int, cells: Sequence[str] = tuple(CELLS)
) -> dict[str, list[float]]:
    """Milliseconds from key to paint of each cell, in turns."""
    tasks = {name: partial(bench.presses, CELLS[name], presses) for name in cells}
    turns(tasks, bench.size.warm)
    return {name: [t for one in all_ for t in one] for name, all_ in turns(tasks, rounds).items()}


def drags(
    bench: Bench, rounds: int, seconds: float, cells: Sequence[str] = tuple(CELLS)
) -> dict[str, Drag]:
    """The median drag of each cell, in turns."""
    answers = turns({n: partial(bench.drag, CELLS[n], seconds) for n in cells}, rounds)
    return {
        name: Drag(round(median(d.shown for d in all_)), median(d.late for d in all_))
        for name, all_ in answers.items()
    }


def stops_row(bench: Bench, name: str) -> list[object]:
    """A lab whose stops are drawn ahead: the first press after another change, and far from its kernel."""
    count, calm = bench.size.ahead, bench.size.calm
    label = median(react(bench, 1, count, ["label"])["label"])
    after = [bench.press_after_change() for _ in range(count)]
    bench.page.wait_for_timeout(calm)
    if name in STAGES:
        bench.page.locator(READY).wait_for()
    bench.page.wait_for_timeout(6 * calm)  # the stops of the last mask
    bench.go_away(FAR)
    times = react(bench, 1, count, ["label", "lab"])
    shown = drags(bench, 1, bench.size.drag, ["label", "lab"])
    bench.go_away(0)
    far_label, far_lab = median(times["label"]), median(times["lab"])
    return [
        name, f"{median(after) / label:.2f}", f"{far_label:.0f} ms", f"{far_lab:.0f} ms",
        f"{far_lab / far_label:.2f}", shown["label"].shown, shown["lab"].shown,
    ]  # fmt: skip


def first_pictures(
    browser: Browser, server: Server, names: list[str], rounds: int
) -> dict[str, list[float]]:
    """Milliseconds from Run All to the first picture, each time in a new page with a new kernel."""

    def run(name: str) -> float:
        source, selector = FIRST[name]
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        file = f"first_{name.replace(' ', '_')}.ipynb"
        server.add(file, *source.rsplit("\n", 1), title=TITLE)
        NotebookPage(page, server, file).open()
        milliseconds = float(page.evaluate(RUN_TO_FIRST, selector))
        page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        page.close()
        return milliseconds

    return turns({name: partial(run, name) for name in names}, rounds)


def main(size: Size) -> None:
    """Measure and print."""
    path = browser_path()
    if path is None:
        sys.exit(NO_BROWSER)
    with (
        TemporaryDirectory() as folder,
        open_browser(path) as browser,
        serve(Path(folder)) as server,
        far_away(server) as far,
    ):
        packages = ("jupyterlab", "ipywidgets", "anywidget", "ipykernel", "matplotlib")
        print(f"{machine(*packages)}, Chromium {browser.version}")
        tell_first(first_pictures(browser, server, size.first, size.first_rounds))
        reactions, drag_rows, sizes, ahead = [], [], [], []
        for name in size.labs:
            bench = open_bench(browser, far, name, size)
            reactions.append(reaction_row(name, react(bench, size.rounds, size.presses)))
            drag_rows.append(drag_row(name, drags(bench, size.rounds, size.drag)))
            received = {n: bench.bytes_per_press(cell, size.received) for n, cell in CELLS.items()}
            sizes.append([name, *(f"{size / 1000:.1f}" for size in received.values())])
            if name.startswith(STAGES) and "with" not in name:
                ahead.append(stops_row(bench, name))
            bench.page.close()
        print("\nKey press on keep_prob to the complete answer, painted\n")
        print(table(REACTION_HEAD, reactions))
        print("\nPictures shown in a drag of 2 s with 115 moves, and how late the last one came\n")
        print(table(DRAG_HEAD, drag_rows))
        print("\nKilobytes received for one press\n")
        print(table(["", *CELLS], sizes))
        print(f"\nStops drawn ahead, {FAR} ms from the kernel, and the first press without them\n")
        print(table(AHEAD_HEAD, ahead))


def tell_first(times: dict[str, list[float]]) -> None:
    """Print the table of first pictures."""
    print("\nRun All to the first picture, new page and new kernel\n")
    middle = {name: median(values) for name, values in times.items()}
    slider = middle["one slider"]
    rows = [
        [name, f"{value:.0f} ms", f"{p95(times[name]):.0f} ms", f"{value / slider:.2f}"]
        for name, value in middle.items()
    ]
    print(table(["", "median", "p95", "× one slider"], rows))


AHEAD_HEAD = [
    "", "first press × label", "label, far", "lab, far", "lab × label, far", "label's drag, far",
    "lab's drag, far",
]  # fmt: skip
REACTION_HEAD = ["", "label", "lab", "p95", "interact", "p95", "lab × label", "interact × lab"]
DRAG_HEAD = [
    "", "label", "lab", "interact", "label late", "lab late", "interact late", "frames after label's",
]  # fmt: skip


def reaction_row(name: str, times: dict[str, list[float]]) -> list[object]:
    """A line of the first table."""
    label, lab, inline = (median(times[kind]) for kind in CELLS)
    return [
        name, f"{label:.0f} ms", f"{lab:.0f} ms", f"{p95(times['lab']):.0f} ms", f"{inline:.0f} ms",
        f"{p95(times['interact']):.0f} ms", f"{lab / label:.2f}", f"{inline / lab:.2f}",
    ]  # fmt: skip


def drag_row(name: str, found: dict[str, Drag]) -> list[object]:
    """A line of the second table."""
    after = (found["lab"].late - found["label"].late) * 60 / 1000
    return [
        name, *(d.shown for d in found.values()), *(f"{d.late:.0f} ms" for d in found.values()),
        f"{after:.1f}",
    ]  # fmt: skip


if __name__ == "__main__":
    main(SHORT if "--short" in sys.argv[1:] else FULL)
