"""Build the front page: the question, and the stage of notebook 01 live in any browser, without a kernel.

Every picture that the page can show is made here, by the functions that the lab uses, and stands in
the page, packed. It is one file that asks nobody for anything: no other host, no tracker, and its own
policy forbids both.
"""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import Template
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import nbformat
import numpy as np

from dropout_lab import __version__
from dropout_lab.bugs.catalogue import KNOWN
from dropout_lab.core.balance import check_balance
from dropout_lab.core.doors import Mask
from dropout_lab.core.gradcheck import check_gradients
from dropout_lab.core.passes import backward, forward, sample_masks
from dropout_lab.experiments.data import Case
from dropout_lab.labs.base_passes import FIRST_SLIPS
from dropout_lab.pictures.columns import as_node, to_columns
from dropout_lab.pictures.layout import View, lay_out
from dropout_lab.pictures.stage import Said, parts
from dropout_lab.pictures.steps import Step, tell
from dropout_lab.pictures.svg import STYLE, as_text
from dropout_lab.pictures.walk import write_stage
from dropout_lab.pictures.words import about_check, off_units

TOP = Path(__file__).parents[1]
FRONT, LABS = TOP / "tools" / "front", TOP / "src" / "dropout_lab" / "labs"
LINE, LAYER, UNITS = "dA1", 1, 4
RECIPES = ("correct", *FIRST_SLIPS)
STOPS = tuple(k / 20 for k in range(1, 21))  # of the slider of keep_prob, equally far apart
MASKS = [np.array(bits).reshape(UNITS, 1) for bits in product([False, True], repeat=UNITS)]
WIDE, NARROW = View(), View(narrow=True)

NUMERALS = {10: "Ten", 11: "Eleven", 12: "Twelve", 13: "Thirteen", 14: "Fourteen"}
SERIES = "series/lab/index.html?path="  # the name of a notebook follows
IN_BROWSER = (
    "The whole series, with its labs and exercises, without installing anything. The first visit "
    "downloads Python for the browser, about 30 MB, so give it a minute. What you write stays in this "
    "browser. This door is new and was not yet tested to its end; if a lab does not answer, take the "
    "one beside it."
)
NOT_BUILT = "This copy of the page was built without the series; take the door beside this one."
FOR_CLASS = (
    "Plans for one and for two lessons, questions for before and after, homework that is graded in "
    "words, and every notebook checked number by number with one command."
)


@dataclass(frozen=True)
class State:
    """What a reader can choose: a recipe, keep_prob, and the mask."""

    recipe: str
    keep_prob: float
    mask: Mask


def states(stops: Sequence[float] = STOPS) -> list[State]:
    """All of them; that of recipe r, stop s and mask k is number (r * len(stops) + s) * len(MASKS) + k."""
    return [State(*chosen) for chosen in product(RECIPES, stops, MASKS)]


def told(case: Case, state: State) -> tuple[Step, Said]:
    """The line that the question is about, with the verdict, as the lab of notebook 01 has them."""
    recipe, masks = KNOWN[state.recipe], {LAYER: state.mask}
    fwd = forward(case.net, case.X, masks, state.keep_prob, recipe)
    bwd = backward(case.net, fwd, case.Y, recipe)
    steps = {step.name: step for step in tell(case.net, fwd, bwd, case.Y, recipe)}
    check = check_gradients(case.net, case.X, case.Y, masks, state.keep_prob, recipe, bwd=bwd)
    code = {name: step.code for name, step in steps.items()}
    step = steps[LINE]
    good, words = about_check(check, step.wrong, check_balance(case.net, fwd, bwd), code)
    return step, Said(words, good, step.sentence)


def drawn_page(step: Step, said: Said, state: State, view: View) -> Element:
    """The page of the lab; on a phone without what stands before and behind the switches."""
    shown = parts(step, 0, view)
    if view.narrow:
        at = lay_out(step.story.net.sizes, step.story.D, view)
        left, right = at.left(LAYER) - 70, at.right(LAYER) + 78
        shown[0].set("viewBox", f"{left:.0f} 0 {right - left:.0f} {at.height:.0f}")
        shown[0].set("width", f"{right - left:.0f}")
    off = off_units({LAYER: state.mask}, 0) or "none"
    page = write_stage(step, said, shown, "", ("", f"Off: {off}."))
    page.remove(page[0])  # the style, which stands in the head
    return page


def packed(pages: list[Element]) -> str:
    """All trees as one table, gzipped, as text that stands in a page."""
    table = json.dumps(to_columns([as_node(page) for page in pages]), separators=(",", ":"))
    return base64.b64encode(gzip.compress(table.encode(), 9, mtime=0)).decode()


def facts(case: Case, stops: Sequence[float]) -> dict[str, Any]:
    """The mask that is drawn at each stop of the slider: from the same seed, as in the lab."""
    drawn = [
        sample_masks(case.net, 1, [LAYER], stop, np.random.default_rng(case.seed))[LAYER]
        for stop in stops
    ]
    return {**slider(stops), "drawn": [D[:, 0].tolist() for D in drawn]}


def first(case: Case) -> State:
    """What the page shows at first: the case as it is."""
    return State("correct", case.keep_prob, case.masks[LAYER])


def slider(stops: Sequence[float]) -> dict[str, float]:
    """Where it begins and ends, and how far apart its stops are."""
    return {"low": stops[0], "high": stops[-1], "step": round(stops[1] - stops[0], 6)}


def recipe_buttons() -> str:
    """A radio button for each recipe."""
    boxes = []
    for number, name in enumerate(RECIPES):
        box = Element("label")
        button = SubElement(box, "input", type="radio", name="recipe", value=str(number))
        if number == 0:
            button.set("checked", "")
        button.tail = f" {name}"
        boxes.append(as_text(box))
    return "".join(boxes)


def marked(parent: Element, text: str) -> Element:
    """Words with `code` and **bold**, as children of an element."""
    for k, piece in enumerate(re.split(r"(`[^`]+`|\*\*[^*]+\*\*)", text)):
        if k % 2:
            SubElement(parent, "code" if piece[0] == "`" else "strong").text = piece.strip("`*")
        elif len(parent):
            parent[-1].tail = piece
        else:
            parent.text = piece
    return parent


def answer(notebook: str = "01_ask_the_question") -> Element:
    """The three sentences that end a notebook, from the notebook itself."""
    cells = nbformat.read(TOP / "notebooks" / f"{notebook}.ipynb", as_version=4).cells
    (words,) = (cell.source for cell in cells if cell.source.startswith("## In one minute"))
    told = Element("ol")
    for sentence in re.findall(r"^\d\. (.+)$", words, re.MULTILINE):
        marked(SubElement(told, "li"), sentence)
    return told


MIRROR = [("A1", "dZ1"), ("D1", ""), ("A1_drop", "dA1"), ("Z2", "dA1_drop")]


def program(case: Case) -> Element:
    """The lines around the switch, each beside the line that mirrors it, as the correct recipe runs them."""
    fwd = forward(case.net, case.X, case.masks, case.keep_prob)
    steps = tell(case.net, fwd, backward(case.net, fwd, case.Y), case.Y)
    code = {step.name: step.code for step in steps}
    table = Element("table", {"class": "mirror", "aria-labelledby": "mirror"})
    head = SubElement(SubElement(table, "thead"), "tr")
    for words in ("Forward ↓", "Backward ↑"):
        SubElement(head, "th", scope="col").text = words
    body = SubElement(table, "tbody")
    for forth, back in MIRROR:
        row = SubElement(body, "tr", {"class": "same" if back == LINE else "pair"})
        _line(row, code[forth], "↓")
        _line(row, code.get(back, ""), "↑")
    return table


def _line(row: Element, code: str, way: str) -> None:
    cell = SubElement(row, "td", {"data-way": way})
    if not code:
        SubElement(cell, "span", {"class": "quiet"}).text = "drawn once, used on both sides"
        return
    before, factor, after = re.split(r"(D\d+ / keep_prob|$)", code, maxsplit=1)
    line = SubElement(cell, "code")
    line.text = before
    if factor:
        SubElement(line, "mark").text = factor
        line[-1].tail = after


def inlined(*names: str) -> str:
    """The scripts of the lab and of the page as one, so that the page also works from a disk."""
    lab = (LABS / "picture.js").read_text(encoding="utf-8")
    lab = re.sub(r"^export default (.*);$", r"const picture = \1;", lab, flags=re.MULTILINE)
    lab = re.sub(r"^export (?=function|const)", "", lab, flags=re.MULTILINE)
    return "\n".join([lab, *((FRONT / name).read_text(encoding="utf-8") for name in names)])


def policy(*scripts: str) -> str:
    """What the page's own policy allows to run: these scripts, and nothing else from anywhere."""
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def front_page(case: Case, series: bool, stops: Sequence[float] = STOPS) -> str:
    """The page. series: whether the notebooks are on the site, too."""
    start, theme = first(case), (FRONT / "theme.js").read_text(encoding="utf-8")
    script = inlined("page.js")
    count = len(list((TOP / "notebooks").glob("[0-9]*.ipynb")))
    fields = {
        "description": "See on real numbers why the backward pass of inverted dropout needs its mask "
        "and its scale: open switches, move keep_prob, break the backward line.",
        "style": (LABS / "lab.css").read_text(encoding="utf-8") + STYLE + style(),
        "theme": theme,
        "script": script,
        "policy": policy(theme, script),
        "keep_prob": start.keep_prob,
        "shown": f"{start.keep_prob:.2f}",
        "recipes": recipe_buttons(),
        "still": as_text(drawn_page(*told(case, start), start, WIDE)),
        "answer": as_text(answer()),
        "program": as_text(program(case)),
        "count": NUMERALS.get(count, str(count)),
        "browser": IN_BROWSER if series else NOT_BUILT,
        "series": f"{SERIES}01_ask_the_question.ipynb" if series else "#doors",
        "teaching": FOR_CLASS,
        "version": __version__,
        "facts": json.dumps(facts(case, stops)),
    }
    template = Template((FRONT / "page.html").read_text(encoding="utf-8"))
    shown = {name: packed(pages) for name, pages in drawn_states(case, stops).items()}
    return template.substitute(fields, **slider(stops), **shown)


def drawn_states(case: Case, stops: Sequence[float]) -> dict[str, list[Element]]:
    """The pictures of all states, wide and narrow."""
    done = [(*told(case, state), state) for state in states(stops)]
    views = {"wide": WIDE, "narrow": NARROW}
    return {name: [drawn_page(*of, view) for of in done] for name, view in views.items()}


def style() -> str:
    """The style of all pages."""
    return (FRONT / "page.css").read_text(encoding="utf-8")
