"""What all labs share: controls and pictures in a box, a status line, errors that are shown and kept."""

import asyncio
import sysconfig
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from time import monotonic
from traceback import FrameSummary, extract_tb
from typing import Any, ClassVar, Self
from xml.etree.ElementTree import Element

import ipywidgets as widgets
from IPython import get_ipython
from traitlets import HasTraits

from dropout_lab.core.doors import check_between, check_keep_prob, check_one_of
from dropout_lab.core.recipe import CORRECT, Recipe
from dropout_lab.labs.controls import LOWEST, keep_prob_control
from dropout_lab.labs.goals import GOALS, Board, write_goals
from dropout_lab.labs.picture import Line
from dropout_lab.pictures.svg import add, as_text
from dropout_lab.text import line_of

NOT_LIVE = (
    "This is a still picture. A lab that answers needs ipywidgets 8, and "
    f"{widgets.__version__} is installed here."
)
PACKAGE = str(Path(__file__).parents[1])
LIBRARIES = tuple({sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")})


class Answer:
    """A callback for controls; it calls `show`, which shows everything as the controls stand then."""

    # When a control was moved or answered the last time, by `monotonic`.
    asked: ClassVar[float] = -1.0

    def __init__(self, show: Callable[[], None]) -> None:
        self._show, self._waiting, self._held = show, False, False
        self._timer: asyncio.TimerHandle | None = None
        # Seconds without another move to wait for, because the page shows the answer already.
        self.patience: Callable[[], float] = lambda: 0.0

    def __call__(self, *_: object) -> None:
        """Show now, or soon, unless it is going to be shown anyway."""
        Answer.asked = monotonic()
        if self._held:
            return
        loop = answering()
        if loop is None:
            self._now()
        elif wait := self.patience():
            self._unless_another_comes(loop, wait)
        elif not self._waiting:
            self._waiting = True
            loop.call_soon(self._now)

    def _unless_another_comes(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = loop.call_later(seconds, self._now)

    @contextmanager
    def once(self) -> Iterator[None]:
        """However many controls are moved in here, one answer to all of them follows."""
        held, self._held = self._held, True
        try:
            yield
        finally:
            self._held = held
        self()

    def _now(self) -> None:
        self._waiting = False
        if self._timer:
            self._timer.cancel()
        self._show()
        Answer.asked = monotonic()  # what came while it worked has been waiting


def answering() -> asyncio.AbstractEventLoop | None:
    """The event loop of a kernel that is answering the browser; None in a cell or without a kernel."""
    kernel: Any = getattr(get_ipython(), "kernel", None)
    # Kernels other than ipykernel may not say what they are answering.
    parent = kernel.get_parent() if hasattr(kernel, "get_parent") else {}
    if parent.get("header", {}).get("msg_type") != "comm_msg":
        return None
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class Lab:
    """Controls above, a picture, a status line below.

    A subclass builds its widgets, calls `_assemble`, `_show` and `_watch`, has `_paint`, `_static` and
    `__repr__`. What takes time goes into `_work`, which runs only when a control in `_asked` has moved.
    Other callbacks go through `_safely`, so that an exception is shown in the lab and kept in `error`.
    """

    error: Exception | None = None
    _board: Board | None = None
    _made_of: ClassVar[type[widgets.HTML | Line]] = widgets.HTML  # what the status line is made of

    def __init__(self) -> None:
        self.status, self._alert = self._made_of(), widgets.HTML()
        self.widget = widgets.VBox()
        self.widget.add_class("dropout-lab")
        self._answer = Answer(self._safely(self._show))
        self._asked: tuple[Any, ...] = ()  # the controls that `_work` depends on
        self._answered: object = None  # the question whose answer is at hand

    def _assemble(self, *parts: widgets.Widget) -> None:
        """Put the parts below each other; the error line, empty so far, comes first."""
        self.widget.children = (self._alert, *parts)

    def goals(self, name: str) -> Self:
        """The same lab, with the goals of this name below it, say "02-switch"; a key of GOALS."""
        check_one_of(name, GOALS, "goals")
        self._board = Board(GOALS[name])
        self._board.look(self)
        self.widget.children = (*self.widget.children, self._board.picture)
        return self

    def _watch(self, *shown: HasTraits) -> None:
        """Show everything anew when a control in `_asked` moves, or one that says what is shown."""
        for control in (*self._asked, *shown):
            control.observe(self._answer, "value")

    def _show(self) -> None:
        self._update()
        self._paint()
        if self._board:
            self._board.look(self)

    def _update(self) -> None:
        """Work, unless the controls ask what they asked the last time."""
        question = self._question()
        if question != self._answered:
            self._answered = None  # what is half worked out answers nothing
            self._work()
            self._answered = question

    def _question(self) -> tuple[object, ...]:
        """Everything that `_work` depends on."""
        return tuple(control.value for control in self._asked)

    def _work(self) -> None:
        """Work out what is painted. Whatever may fail comes first; only then is anything changed."""

    def _paint(self) -> None:
        """Show what was worked out, and say it in the status line."""

    def _say(self, words: str, head: str = "", good: bool | None = None, *below: Element) -> None:
        """Set the status line: a bold head, words, and what stands below; a screen reader reads it out."""
        kind = {True: "status ok", False: "status wrong", None: "status"}[good]
        attributes = {"class": kind, "role": "status", "aria-live": "polite"}
        told = _told(attributes, head, words, below)
        if isinstance(self.status, widgets.HTML):
            self.status.value = as_text(told)
        else:
            self.status.show(told)
        self.status.layout.display = ""

    def _safely(self, callback: Callable[..., object]) -> Callable[..., None]:
        """The same callback; an exception in it is shown, and kept in `error`."""

        @wraps(callback)
        def guarded(*args: Any) -> None:
            before = self.error
            try:
                callback(*args)
            except Exception as error:
                self.error = error
                attributes = {"class": "error", "role": "alert"}
                alert = _told(attributes, "This could not be shown.", _in_words(error))
                self._alert.value = as_text(alert)
                self._say(self._doubt())
            else:
                if self.error is before:  # and none was shown by a callback that this one led to
                    self._alert.value = ""

        return guarded

    def _doubt(self) -> str:
        """What is shown beside an error, in words."""
        return "The picture is still the last one that worked."

    def _trouble(self) -> str:
        """The error that is shown, if one is."""
        return f"not shown, error={self.error}" if self._alert.value else ""

    def _static(self) -> Sequence[Element]:
        """HTML that needs no kernel: for a fresh clone, a web page, a reader without Jupyter."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live widget, its picture for viewers without a kernel, and its state in words."""
        goals = [write_goals(self._board.goals)] if self._board else []
        return self._bundle("".join(map(as_text, [*self._static(), *goals])), kwargs)

    def _bundle(self, html: str, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The live widget, or why there is none, with this still picture."""
        live = getattr(self.widget, "_repr_mimebundle_", None)
        if live is None:  # ipywidgets 7, as on Colab
            return {"text/plain": repr(self), "text/html": f"<p>{NOT_LIVE}</p>{html}"}
        return dict(live(**kwargs) or {}) | {"text/plain": repr(self), "text/html": html}


class KeepProbLab(Lab):
    """A lab with a control for keep_prob; it makes one with `_keep_prob_row`."""

    _keep_prob: widgets.BoundedFloatText

    def _keep_prob_row(self, value: float) -> widgets.HBox:
        check_keep_prob(value)
        self._keep_prob, row = keep_prob_control(value)
        return row

    @property
    def keep_prob(self) -> float:
        """The probability that a unit is kept, as the control stands; can be set."""
        return float(self._keep_prob.value)

    @keep_prob.setter
    def keep_prob(self, value: float) -> None:
        check_keep_prob(value)
        check_between(value, "keep_prob in a lab", LOWEST, 1)
        self._keep_prob.value = value


def _told(
    attributes: dict[str, str], head: str, words: str, below: Sequence[Element] = ()
) -> Element:
    """A <div>: a bold head, if there is one, words, and what stands below."""
    box = Element("div", attributes)
    if head:
        add(box, "strong", head).tail = f" {words}"
    else:
        box.text = words
    box.extend(below)
    return box


def _in_words(error: Exception) -> str:
    """What went wrong and, if it was in a learner's own code, in which line of it."""
    words, theirs = f"{type(error).__name__}: {error}", frame_of(error)
    if theirs:
        words += f" (in {theirs.name}, line {theirs.lineno}: {theirs.line})"
    return words


def frame_of(error: Exception) -> FrameSummary | None:
    """The last frame of a learner's own code in which it stands."""
    frames = extract_tb(error.__traceback__)
    own = (one for one in frames if not one.filename.startswith((PACKAGE, *LIBRARIES)))
    return next(iter(reversed(list(own))), None)


def failed_line(error: Exception | None, recipe: Recipe) -> str:
    """The learner's line where the error stands, or the call of a function that ran to its end."""
    theirs = frame_of(error) if error else None
    if theirs and theirs.line:
        return theirs.line
    if recipe.backward is CORRECT.backward:
        return f"A_drop = {line_of(recipe.forward, ('A', 'D', 'keep_prob'))}"
    return f"dA = {line_of(recipe.backward, ('dA_drop', 'D', 'keep_prob'))}"


def element(tag: str, text: str) -> Element:
    """An element with a text in it."""
    made = Element(tag)
    made.text = text
    return made


def as_image(picture: Element | None) -> Element:
    """An <img> that carries the whole picture: it is shown even where inline SVG is not."""
    if picture is None:  # nothing was shown yet
        return Element("img", {"alt": ""})
    words = picture.get("aria-label", "")
    data = b64encode(as_text(picture).encode()).decode()
    source = f"data:image/svg+xml;base64,{data}"
    return Element("img", {"alt": words, "src": source, "style": "max-width: 100%"})
