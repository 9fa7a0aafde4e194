"""A widget that shows a picture or a page, and tells which part of it was pressed, by mouse or by key."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import anywidget
import traitlets

from dropout_lab.pictures.columns import as_node
from dropout_lab.pictures.svg import as_text

HERE = Path(__file__).parent


class Picture(anywidget.AnyWidget):
    """Shows an element tree; calls `on_press(key)` for a press on an element with data-press."""

    _esm = HERE / "picture.js"
    _css = HERE / "lab.css"
    tree = traitlets.Unicode("").tag(sync=True)
    root: Element | None = None  # what is shown

    def __init__(self, on_press: Callable[[str], None] = lambda _: None) -> None:
        super().__init__()
        self._on_press = on_press
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
