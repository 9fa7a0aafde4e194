"""A page with nothing but `labs/picture.js`: no JupyterLab, no kernel, no network.

A test shows a picture in it and says what a kernel would send (`answer`) and what a hand would do
(`slide`, or the page's own mouse and keyboard). So answers come as late, and in such an order, as it likes.
"""

import base64
import json

from dropout_lab.labs import picture
from dropout_lab.labs.controls import LOWEST, STEP

TRAITS = ("tree", "place", "stops", "neighbors")

# The model is one of anywidget: it takes all of a message, and only then tells of what is another now.
# `slide` moves the slider as its own view does, by hand.
START = """async ([source, style]) => {
    class Model {
        constructor(values) {
            [this.values, this.heard, this.sent] = [values, {}, []];
            const lost = () => Promise.reject(new Error('no such model'));
            this.widget_manager = {get_model: (id) => id === 'slider' ? Promise.resolve(bare.slider) : lost()};
        }
        get(name) { return this.values[name]; }
        on(event, act) { (this.heard[event] ??= []).push(act); }
        off(event, act) { this.heard[event] = this.heard[event].filter((one) => one !== act); }
        send(content) { this.sent.push(content); }
        set(values, options) {
            const other = ([name, value]) => `${this.values[name]}` !== `${value}` || value.byteLength;
            const changed = Object.entries(values).filter(other);
            Object.assign(this.values, values);
            for (const [name, value] of changed) {
                (this.heard[`change:${name}`] ?? []).forEach((act) => act(this, value, options));
            }
        }
    }
    const bytes = (text) => new DataView(Uint8Array.from(atob(text), (one) => one.charCodeAt()).buffer);
    const unpack = ({stops, neighbors, ...rest}) => ({
        ...rest, ...(stops && {stops: bytes(stops)}), ...(neighbors && {neighbors: bytes(neighbors)}),
    });
    const code = await import(`data:text/javascript;base64,${source}`);
    document.head.append(Object.assign(document.createElement('style'), {textContent: style}));
    window.bare = {
        fill: code.fill,
        begin(slider) {
            (this.shown ?? []).forEach(({end}) => end());
            [this.shown, this.slider, this.outside] = [[], new Model(slider), []];
            document.body.innerHTML = `<div class="dropout-lab"><button class="to-previous">Previous</button>
                <button class="to-next">Next</button><button id="other">New mask</button></div>`;
        },
        show(values) {
            const [model, el] = [new Model(unpack(values)), document.createElement('div')];
            document.querySelector('.dropout-lab').append(el);
            this.shown.push({model, el, end: code.default.render({model, el})});
            return this.shown.length - 1;
        },
        async inflated(text) {
            await new Response(new Blob([bytes(text)]).stream()
                .pipeThrough(new DecompressionStream('deflate'))).text();
        },
        answer(k, values) { this.shown[k].model.set(unpack(values)); },
        slide(value) {
            const act = new PointerEvent('pointerdown', {bubbles: true});
            document.querySelector('#other').dispatchEvent(act); // the slider stands in the lab, too
            this.slider.set({value}, {updated_view: {}});
        },
    };
    // What a notebook around the picture would hear.
    document.addEventListener('keydown', (event) => bare.outside.push(event.key));
}"""
# Whether the picture is what this text says. The namespace is no attribute in a page.
SAYS = """([k, text]) => {
    const wanted = new DOMParser().parseFromString(text, 'text/html').body.firstElementChild;
    const shown = bare.shown[k].el.firstElementChild.cloneNode(true);
    for (const root of [wanted, shown]) {
        for (const one of [root, ...root.querySelectorAll('*')]) one.removeAttribute('xmlns');
    }
    return shown.isEqualNode(wanted);
}"""
# Counts what is touched from now on: nodes that came, went, or have other words or attributes.
COUNT = """(k) => {
    bare.touched = [];
    bare.observer?.disconnect();
    bare.observer = new MutationObserver((records) => {
        bare.touched.push(...records.map((one) => one.attributeName ?? one.type));
    });
    const all = {subtree: true, childList: true, attributes: true, characterData: true};
    bare.observer.observe(bare.shown[k].el.firstChild, all);
}"""

KEYS = """(keys) => keys.map((key) => {
    const press = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
    document.activeElement.dispatchEvent(press);
    return document.activeElement.dataset.cell;
})"""


def start(page):
    """Make the page ready. Raises what `picture.js` raises when it is loaded."""
    source = base64.b64encode((picture.HERE / "picture.js").read_bytes()).decode()
    style = (picture.HERE / "lab.css").read_text(encoding="utf-8")
    page.evaluate(START, [source, f"{style} body {{ font-family: sans-serif }}"])


def sent_by(part):
    """What the kernel sends of a picture of a lab: all that it shows now."""
    return {name: getattr(part, name) for name in TRAITS}


def plain(message):
    """A message as it can be handed to the page: without bytes."""
    packed = {k: base64.b64encode(v).decode() for k, v in message.items() if isinstance(v, bytes)}
    return message | packed


class Shown:
    """A picture in the page."""

    def __init__(self, page, message, slider):
        traits = {"tree": "", "place": [], "slider": "IPY_MODEL_slider" if slider else ""}
        self.page = page
        self._k = page.evaluate("(traits) => bare.show(traits)", plain(traits | message))
        self.at = page.locator(".dropout-picture").nth(self._k)
        if slider:  # it says so when it has found it
            page.wait_for_function(f"bare.shown[{self._k}].model.sent.length")

    def answer(self, message):
        """The kernel's message comes. What is drawn ahead is unpacked before this returns."""
        js = "([k, message]) => bare.answer(k, message)"
        self.page.evaluate(js, [self._k, plain(message)])

    def until(self, name, value):
        """Wait until what was drawn ahead, "stops" or "neighbors", is unpacked."""
        self.page.wait_for_function(
            "([k, name, value]) => bare.shown[k].el.dataset[name] === value",
            arg=[self._k, name, value],
        )

    def says(self, markup):
        """Whether it is this, to the last attribute."""
        return self.page.evaluate(SAYS, [self._k, markup])

    def end(self):
        """It is taken out of the page."""
        self.page.evaluate(f"bare.shown[{self._k}].end()")

    def count(self):
        """Begin to count what is touched."""
        self.page.evaluate(COUNT, self._k)

    @property
    def touched(self):
        """What was touched since then: the names of attributes, "childList", "characterData"."""
        return self.page.evaluate("bare.touched")

    @property
    def words(self):
        """All that it says."""
        return self.at.evaluate("(el) => el.textContent")

    @property
    def pressed(self):
        """What it has told the kernel of presses."""
        sent = self.page.evaluate(f"bare.shown[{self._k}].model.sent")
        return [content["press"] for content in sent if "press" in content]


class Bare:
    """The page, empty but for three buttons of a lab; its slider stands at 0.7."""

    def __init__(self, page):
        self.page = page
        page.evaluate("(slider) => bare.begin(slider)", {"min": LOWEST, "step": STEP, "value": 0.7})

    def show(self, message, slider=False):
        """Show a picture: a tree, or what the kernel has sent of one."""
        tree = message if isinstance(message, dict) else {"tree": json.dumps(message)}
        return Shown(self.page, tree, slider)

    def slide(self, value):
        """Move the slider by hand."""
        self.page.evaluate("(value) => bare.slide(value)", value)

    @property
    def outside(self):
        """The keys that were heard outside of the pictures."""
        return self.page.evaluate("bare.outside")

    def keys(self, *keys):
        """Press these keys, and give the data-cell that has the focus after each, as numbers."""
        return [[int(one) for one in place.split()] for place in self.page.evaluate(KEYS, keys)]

    @property
    def focus(self):
        """The data-press of what has the focus."""
        return self.page.evaluate("document.activeElement.dataset.press")
