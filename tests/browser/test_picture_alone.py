"""What `picture.js` promises a page, without JupyterLab and without a kernel: it is all that runs here."""

import base64

import pytest

from dropout_lab.labs import picture

START = """async (source) => {
    const { default: { render } } = await import(`data:text/javascript;base64,${source}`);
    const values = { tree: "null", place: [] }, heard = {};
    const on = (name, answer) => { heard[name] = answer; };
    window.sent = [];
    window.keys = [];
    const model = { get: (name) => values[name], on, send: (message) => sent.push(message.press) };
    document.body.innerHTML = "<div id='picture'></div>";
    document.addEventListener("keydown", (event) => keys.push(event.key));
    render({ model, el: document.getElementById("picture") });
    window.show = (tree) => {
        values.tree = JSON.stringify(tree);
        heard["change:tree"]();
    };
}"""


@pytest.fixture
def page(browser):
    """A page with a picture in it; `show(tree)` is what the kernel sends."""
    source = base64.b64encode((picture.HERE / "picture.js").read_bytes()).decode()
    with browser.new_page() as page:
        page.evaluate(START, source)
        yield page


def show(page, *children, step="Z1"):
    page.evaluate("(tree) => show(tree)", ["div", {"data-step": step, "data-grid": ""}, *children])


def test_a_key_that_presses_or_moves_goes_no_further_and_others_do(page):
    cells = [["i", {"data-cell": f"0 {k}", "tabindex": "0"}, str(k)] for k in range(2)]
    show(page, ["button", {"data-press": "a"}], ["i", {"data-press": "b", "tabindex": "0"}], *cells)
    for place, key in (("button", "Enter"), ("[data-press=b]", " "), ("[data-cell]", "ArrowRight")):
        page.locator(place).first.press(key)
    assert page.evaluate("[sent, keys]") == [["a", "b"], []]
    page.locator("[data-press=b]").press("Shift+Enter")  # Jupyter's
    assert page.evaluate("[sent, keys]") == [["a", "b"], ["Shift", "Enter"]]


def test_the_focus_stays_on_what_it_was_on_wherever_that_is_drawn_next(page):
    a, b = (["button", {"data-press": key}, key] for key in "ab")
    show(page, a, b)
    page.locator("button").last.focus()
    show(page, ["i", {}, "new"], a, b)
    assert page.evaluate("document.activeElement.dataset.press") == "b"


def test_a_picture_keeps_still_while_its_step_is_the_same(page):
    still = "document.getElementById('picture').classList.contains('still')"
    for step, expected in (("Z1", False), ("Z1", True), ("A1", False), ("A1", True)):
        show(page, step, str(page.evaluate("performance.now()")), step=step)
        assert page.evaluate(still) == expected
