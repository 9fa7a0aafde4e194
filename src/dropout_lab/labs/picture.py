"""A widget that shows a picture or a page, and tells which part of it was pressed, by mouse or by key."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import anywidget
import ipywidgets as widgets
import traitlets

from dropout_lab.pictures.columns import as_node
from dropout_lab.pictures.svg import as_text

HERE = Path(__file__).parent


class Picture(anywidget.AnyWidget):
    """Shows an element tree; calls `on_press(key)` for a press on an element with data-press.

    What is drawn ahead for each stop of a slider is explained in `ready.py`: `place` is the number of
    the state and of the stop that the tree is for, `stops` the trees of all stops, `neighbors` what *Next*
    and *Previous* lead to from there. `on_seen` is called when a page shows a picture with a slider.
    """

    _esm = HERE / "picture.js"
    _css = HERE / "lab.css"
    tree = traitlets.Unicode("").tag(sync=True)
    slider = traitlets.Instance(widgets.Widget, allow_none=True).tag(
        sync=True, **widgets.widget_serialization
    )
    place: traitlets.List[int | None] = traitlets.List().tag(sync=True)
    stops = traitlets.Bytes(b"").tag(sync=True)
    neighbors = traitlets.Bytes(b"").tag(sync=True)
    root: Element | None = None  # what is shown

    def __init__(self, on_press: Callable[[str], None] = lambda _: None) -> None:
        super().__init__()
        self._on_press = on_press
        self.on_seen: Callable[[], None] = lambda: None
        self.on_msg(self._receive)

    def show(self, root: Element | None) -> None:
        """Show this tree, or nothing. It is sent as data: the browser has no markup to parse."""
        self.root = root
        nodes = "" if root is None else as_node(root)
        self.tree = json.dumps(nodes, ensure_ascii=False, separators=(",", ":"))

    @property
    def markup(self) -> str:
        """What is shown, as text."""
        return "" if self.root is None else as_text(self.root)

    def _receive(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        if "press" in content:
            self._on_press(str(content["press"]))
        if "seen" in content:
            self.on_seen()


class Line(Picture):
    """A status line: a picture of words, which can be drawn ahead as any picture."""

    @property
    def value(self) -> str:
        """What it says, as text."""
        return self.markup
