"""A widget that shows markup and tells which part of it was pressed, by mouse or by key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

HERE = Path(__file__).parent


class Picture(anywidget.AnyWidget):
    """Shows `markup` (SVG or HTML); calls `on_press(key)` for a press on an element with data-press."""

    _esm = HERE / "picture.js"
    _css = HERE / "lab.css"
    markup = traitlets.Unicode("").tag(sync=True)

    def __init__(self, on_press: Callable[[str], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._on_press = on_press
        self.on_msg(self._receive)

    def _receive(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        if "press" in content:
            self._on_press(str(content["press"]))
