"""How fast a lab reacts, printed as ratios to measurements of the same page; nothing is asserted.

Key press on a keep_prob slider to the painted change, beside a slider that only sets a label; and
Run All to the first picture, beside a notebook with one slider.
"""

from statistics import median

LABEL = """
import ipywidgets as widgets
slider = widgets.FloatSlider(0.7, min=0.05, max=1, step=0.01)
label = widgets.Label("0.7")
slider.observe(lambda change: setattr(label, "value", f"{change.new:.2f}"), "value")
box = widgets.VBox([slider, label])
box.add_class("floor")
box
"""
LAB = "from dropout_lab import labs\nlabs.step_through(at='dA1')"
ONE_SLIDER = "import ipywidgets as widgets\nwidgets.FloatSlider(0.7)"

# From the key event to the frame after the watched element changed.
KEY_TO_PAINT = """async ([watched, handle]) => {
    const element = document.querySelector(watched);
    document.querySelector(handle).focus();
    return await new Promise((done, fail) => {
        let start;
        setTimeout(() => fail(new Error('nothing changed in ' + watched)), 5000);
        document.addEventListener('keydown', () => { start = performance.now(); },
            {capture: true, once: true});
        new MutationObserver((_, observer) => {
            observer.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
        }).observe(element, {subtree: true, childList: true, characterData: true, attributes: true});
    });
}"""


def key_to_paint(page, watched, handle, presses=12):
    times = []
    for press in range(presses):
        # In braces: evaluate would wait for a promise that it returns, and the key comes after.
        page.evaluate(f"() => {{ window.reaction = ({KEY_TO_PAINT})(['{watched}', '{handle}']); }}")
        page.keyboard.press("ArrowLeft" if press % 2 else "ArrowRight")
        times.append(page.evaluate("window.reaction"))
        page.wait_for_timeout(60)
    return median(times)


def run_to_first(page, selector):
    page.evaluate(
        """(selector) => { window.first = new Promise((done) => {
            const start = performance.now();
            const look = () => document.querySelector(selector) || performance.now() - start > 2e4
                ? done(performance.now() - start) : requestAnimationFrame(look);
            jupyterapp.commands.execute('notebook:run-all-cells'); look(); }); }""",
        selector,
    )
    return page.evaluate("window.first")


def test_reaction_is_printed(open_notebook, server, capsys):
    name = server.add("reaction.ipynb", LABEL, LAB)
    notebook = open_notebook(name).run_all()
    page = notebook.page
    page.wait_for_selector(".dropout-stage")
    ratios = []
    for _ in range(3):  # alternately, so that both see the same machine
        floor = key_to_paint(page, ".floor > .widget-label", ".floor .noUi-handle")
        lab = key_to_paint(page, ".dropout-picture", ".dropout-lab .noUi-handle")
        ratios.append((lab / floor, lab, floor))
    ratio, lab, floor = sorted(ratios)[1]
    page.close()
    firsts = {}
    for key, source, selector in (
        ("slider", ONE_SLIDER, ".widget-slider"),
        ("lab", LAB, ".dropout-lab svg"),
    ):
        times = []
        for k in range(2):
            page = open_notebook(server.add(f"{key}{k}.ipynb", source)).page
            times.append(run_to_first(page, selector))
            page.close()
        firsts[key] = median(times)
    with capsys.disabled():
        print(
            f"\nreaction: key to paint {lab:.0f} ms, {ratio:.2f} x a bare label ({floor:.0f} ms); "
            f"Run All to first picture {firsts['lab']:.0f} ms, "
            f"{firsts['lab'] / firsts['slider']:.2f} x one slider ({firsts['slider']:.0f} ms)"
        )
    assert ratio > 0
