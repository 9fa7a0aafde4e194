"""What all labs share: a box of controls and pictures, a status line, errors that are shown and kept."""

import asyncio
import sysconfig
from base64 import b64encode
from collections.abc import Callable
from functools import wraps
from html import escape
from pathlib import Path
from traceback import extract_tb
from typing import Any
from xml.etree.ElementTree import Element

import ipywidgets as widgets
from IPython import get_ipython

from dropout_lab.pictures.svg import as_text


class Answer:
    """A callback for controls; it calls `show`, which shows everything as the controls stand then."""

    def __init__(self, show: Callable[[], None]) -> None:
        self._show, self._waiting = show, False

    def __call__(self, *_: object) -> None:
        """Show now, or soon, unless it is going to be shown anyway."""
        loop = answering()
        if loop is None:
            self._now()
        elif not self._waiting:
            self._waiting = True
            loop.call_soon(self._now)

    def _now(self) -> None:
        self._waiting = False
        self._show()


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


PACKAGE = str(Path(__file__).parents[1])
LIBRARIES = tuple({sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")})


class Lab:
    """Controls above, a picture, a status line below.

    A subclass builds its widgets, calls `_assemble` once, and has `_static()` and `__repr__`. Its
    callbacks go through `_safely`, so that an exception is shown in the lab and kept in `error`; those
    that show everything anew go through `_soon`, which is safe, too.
    """

    error: Exception | None = None

    def __init__(self) -> None:
        self.status = widgets.HTML()
        self._alert = widgets.HTML()
        self.widget = widgets.VBox()
        self.widget.add_class("dropout-lab")

    def _assemble(self, *parts: widgets.Widget) -> None:
        """Put the parts below each other; the error line, empty so far, comes first."""
        self.widget.children = (self._alert, *parts)

    def _say(self, words: str, good: bool | None = None) -> None:
        """Set the status line to trusted HTML words; a screen reader reads it out."""
        kind = {True: "status ok", False: "status wrong", None: "status"}[good]
        self.status.value = f'<div class="{kind}" role="status" aria-live="polite">{words}</div>'

    def _safely(self, callback: Callable[..., None]) -> Callable[..., None]:
        """The same callback; an exception in it is shown, escaped, and kept in `error`."""

        @wraps(callback)
        def guarded(*args: Any) -> None:
            try:
                callback(*args)
            except Exception as error:
                self.error = error
                self._alert.value = (
                    f'<div class="error" role="alert"><strong>This could not be shown.</strong> '
                    f"{escape(_in_words(error))}</div>"
                )
                self._say("The picture is still the last one that worked.")
            else:
                self._alert.value = ""

        return guarded

    def _soon(self, show: Callable[[], None]) -> Answer:
        """A safe callback that shows what is newest; see `answers.py`."""
        return Answer(self._safely(show))

    def _trouble(self) -> str:
        """The error that is shown, if one is."""
        return f"not shown, error={self.error}" if self._alert.value else ""

    def _static(self) -> str:
        """HTML that needs no kernel: for a fresh clone, a web page, a reader without Jupyter."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live widget, its picture for viewers without a kernel, and its state in words.

        A dictionary by type, or a pair of it and its metadata.
        """
        bundle: dict[str, Any] = dict(self.widget._repr_mimebundle_(**kwargs) or {})
        return bundle | {"text/html": self._static(), "text/plain": repr(self)}


def _in_words(error: Exception) -> str:
    """What went wrong and, if it was in a learner's own code, in which line of it."""
    words = f"{type(error).__name__}: {error}"
    theirs = [
        frame
        for frame in extract_tb(error.__traceback__)
        if not frame.filename.startswith((PACKAGE, *LIBRARIES))
    ]
    if theirs:
        words += f" (in {theirs[-1].name}, line {theirs[-1].lineno}: {theirs[-1].line})"
    return words


def as_image(picture: Element, alt: str) -> str:
    """An <img> that carries the whole picture: it is shown even where inline SVG is not."""
    data = b64encode(as_text(picture).encode()).decode()
    return (
        f'<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{data}" style="max-width: 100%">'
    )
