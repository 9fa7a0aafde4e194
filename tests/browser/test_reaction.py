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
IMPORT = "from dropout_lab import labs"
LABS = {
    "step_through": "labs.step_through(at='dA1')",
    "switch_off": "labs.switch_off()",
    "break_it": "labs.break_it()",
    "break_it with its table": "labs.break_it(table=True)",
    "switch_off with its chart": "labs.switch_off(shares=True)",
    "keep_the_scale": "labs.keep_the_scale()",
    "detection_matrix": "labs.detection_matrix()",
}
# The part that is changed last, so that all of the lab is painted.
WATCHED = dict.fromkeys(LABS, ".dropout-picture") | {
    "switch_off with its chart": ".dropout-picture:has(.dropout-chart)",
    "break_it with its table": ".dropout-picture:has(.dropout-table)",
}
NUMBER_THE_LABS = """() => [...document.querySelectorAll('.dropout-lab')].forEach(
    (lab, nth) => lab.classList.add(`lab-${nth}`))"""
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


def test_key_to_paint_is_printed(open_notebook, server, capsys):
    """Every lab beside a bare label in the same page, alternately, so that both see the same machine."""
    name = server.add("reaction.ipynb", LABEL, *(f"{IMPORT}\n{source}" for source in LABS.values()))
    page = open_notebook(name).run_all().page
    page.locator(".dropout-lab").nth(len(LABS) - 1).wait_for()
    page.evaluate(NUMBER_THE_LABS)
    told = []
    for nth, lab in enumerate(LABS):
        page.locator(f".lab-{nth}").scroll_into_view_if_needed()
        ratios = []
        for _ in range(3):
            floor = key_to_paint(page, ".floor > .widget-label", ".floor .noUi-handle")
            mine = key_to_paint(page, f".lab-{nth} {WATCHED[lab]}", f".lab-{nth} .noUi-handle")
            ratios.append((mine / floor, mine, floor))
        ratio, mine, floor = sorted(ratios)[1]
        told.append(f"{lab} {mine:.0f} ms, {ratio:.2f} x a bare label ({floor:.0f} ms)")
    page.close()
    with capsys.disabled():
        print("\nreaction, key to paint: " + "; ".join(told))
    assert len(told) == len(LABS)


def test_run_all_to_first_picture_is_printed(open_notebook, server, capsys):
    firsts = {}
    for key, source, selector in (
        ("slider", ONE_SLIDER, ".widget-slider"),
        ("lab", f"{IMPORT}\nlabs.step_through(at='dA1')", ".dropout-lab svg"),
    ):
        times = []
        for k in range(2):
            page = open_notebook(server.add(f"{key}{k}.ipynb", source)).page
            times.append(run_to_first(page, selector))
            page.close()
        firsts[key] = median(times)
    with capsys.disabled():
        print(
            f"\nreaction: Run All to first picture {firsts['lab']:.0f} ms, "
            f"{firsts['lab'] / firsts['slider']:.2f} x one slider ({firsts['slider']:.0f} ms)"
        )
    assert min(firsts.values()) > 0
