"""The map of all that the lessons ask: what is solved, what was guessed right or wrong, what is open."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

import ipywidgets as widgets

from dropout_lab.labs.base import Lab, as_image, element
from dropout_lab.labs.controls import button
from dropout_lab.labs.picture import Picture
from dropout_lab.lessons import Asked, everything, progress
from dropout_lab.pictures.svg import MONO, add, as_text, label, picture, text_width

# It is stored in the notebooks, and must be true of them also when a learner has not run the cell yet.
NOT_KEPT = (
    "The folder where this cell ran has no progress.json, so your progress is not kept there. "
    "Open the notebook in the folder my_work, which has one, and run this cell there."
)
STATES = {"right": "right at first", "wrong": "wrong at first", "solved": "exercise solved"}
STEP, ROW, MARK = 26, 26, 8.5  # from mark to mark, from row to row, and half a mark
STYLE = """
.dropout-stage .got { fill: #0b6e4f; stroke: none; } .dropout-stage .missed { fill: var(--wrong); stroke: none; }
[data-jp-theme-light="false"] .dropout-stage .got { fill: #6fd6a8; }
.dropout-stage .sign { stroke: var(--paper); stroke-width: 2; fill: none; stroke-linecap: round; }
.dropout-stage .open { stroke: var(--dim); stroke-width: 1.5; fill: none; }
"""


class Progress(Lab):
    """What was answered and solved in this folder, in all notebooks, as progress.json says.

    It follows what happens in its own notebook; *Look again* reads what others have added.
    """

    def __init__(self) -> None:
        super().__init__()
        self._map, self._list = Picture(), widgets.HTML()
        again = button("Look again", self._answer, "read what other notebooks added")
        self._assemble(self._map, self.status, self._list, again)
        self._show()
        progress.watchers.add(self)

    def refresh(self) -> None:
        """Show what was recorded just now."""
        self._answer()

    def _paint(self) -> None:
        self._kept, self._states = progress.is_kept(), states()
        self._map.show(draw_map(self._states) if self._kept else None)
        self._list.value = "".join(map(as_text, self._again()))
        self._say(self._in_words())

    def __repr__(self) -> str:
        return f"Progress({self._trouble() or repr(self._in_words())})"

    def _in_words(self) -> str:
        if not self._kept:
            return NOT_KEPT
        count = Counter(self._states.values())
        guesses = sum(bool(asked.options) for asked in everything().values())
        told = (
            f"{count['right'] + count['wrong']} of {guesses} questions answered, "
            f"{count['right']} of them right at first; "
            f"{count['solved']} of {len(everything()) - guesses} exercises solved."
        )
        still = next((a for a in everything().values() if self._states[a.name] == "open"), None)
        told += f" The first open one is in {still.lesson}.ipynb." if still else ""
        return told + (f" But {progress.trouble}." if progress.trouble else "")

    def _again(self) -> Sequence[Element]:
        """Which notebook to open for what was guessed wrong; its questions are folded away."""
        missed = [each for each in everything().values() if self._states[each.name] == "wrong"]
        if not self._kept or not missed:
            return []
        box = element("div", "Worth another look, now that you know more:")
        for lesson, asked in groupby(missed, key=lambda each: each.lesson):
            questions = [each.question for each in asked]
            folded, many = add(box, "details"), "s" if len(questions) > 1 else ""
            head = add(add(folded, "summary"), "code", f"{lesson}.ipynb")
            head.tail = f": {len(questions)} question{many}"
            lines = add(folded, "ul")
            for question in questions:
                add(lines, "li", question)
        return [box]

    def _static(self) -> Sequence[Element]:
        told = element("p", self._in_words())
        if not self._kept:
            return [told]
        return [as_image(self._map.root), told, *self._again()]


def states() -> dict[str, str]:
    """Of each thing asked, by name: "right", "wrong", "solved" or "open"."""
    guesses, exercises = progress.guesses(), progress.exercises()

    def state(asked: Asked) -> str:
        """Of one."""
        if asked.options:
            entry = guesses.get(asked.name)
            return "open" if entry is None else "right" if entry["right"] else "wrong"
        return "solved" if exercises.get(asked.name, {}).get("solved") else "open"

    return {name: state(asked) for name, asked in everything().items()}


def draw_map(states: Mapping[str, str]) -> Element:
    """A row of marks for each notebook: round for a question, square for an exercise; and a legend."""
    lessons = {
        lesson: list(asked)
        for lesson, asked in groupby(everything().values(), key=lambda asked: asked.lesson)
    }
    left = max(text_width(lesson, 14.5) for lesson in lessons) + 24
    width = max(left + STEP * max(map(len, lessons.values())), 600)
    root = picture(width, ROW * (len(lessons) + 2), _said(lessons, states))
    root.set("role", "img")
    add(root, "style", STYLE)
    for place, (lesson, asked) in enumerate(lessons.items()):
        y = ROW * (place + 0.5)
        label(root, 8, y + 4.5, lesson, 13, text_anchor="start", font_family=MONO)
        for k, each in enumerate(asked):
            state = states[each.name]
            words = f"{STATES.get(state, state)}: {each.question or each.name[3:]}"
            _mark(root, left + STEP * (k + 0.5), y, state, not each.options, words)
    _legend(root, ROW * (len(lessons) + 1.2))
    return root


def _legend(root: Element, y: float) -> None:
    x = 8 + MARK
    for state, words in STATES.items():
        _mark(root, x, y, state, state == "solved")
        label(root, x + 14, y + 4.5, words, 13, text_anchor="start")
        x += text_width(words, 13) + 40
    _mark(root, x, y, "open", False)
    _mark(root, x + 22, y, "open", True)
    label(root, x + 36, y + 4.5, "open", 13, text_anchor="start")


def _mark(root: Element, x: float, y: float, state: str, square: bool, words: str = "") -> None:
    """One mark; what it stands for is told by its shape and its sign, and only then by its color."""
    mark = add(root, "g", transform=f"translate({x:g} {y:g})")
    if words:
        add(mark, "title", words)
    look = {"open": "open", "wrong": "missed"}.get(state, "got")
    if state == "wrong":
        add(mark, "path", d="M0 -11L11 0L0 11L-11 0Z", class_=look)
        add(mark, "path", d="M-3.5 -3.5L3.5 3.5M3.5 -3.5L-3.5 3.5", class_="sign")
        return
    if square:
        corner, side = -MARK + 0.5, 2 * MARK - 1
        add(mark, "rect", x=corner, y=corner, width=side, height=side, rx=2, class_=look)
    else:
        add(mark, "circle", r=MARK, class_=look)
    if state != "open":
        add(mark, "path", d="M-4 0.5L-1 3.5L4 -3", class_="sign")


def _said(lessons: Mapping[str, Sequence[Asked]], states: Mapping[str, str]) -> str:
    """The map for those who cannot see it."""
    rows = []
    for lesson, asked in lessons.items():
        count = Counter(states[each.name] for each in asked)
        told = ", ".join(f"{count[state]} {state}" for state in (*STATES, "open") if count[state])
        rows.append(f"{lesson}: {told}.")
    return " ".join(["All that is asked, by notebook.", *rows])
