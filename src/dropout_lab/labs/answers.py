"""When a lab answers: at once in a cell; in the browser a moment later, and once for moves that come together.

The browser sends no second move of a slider before it was told that the first one was taken. So it is
told first, and the picture is made while the next move is already on its way.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from IPython import get_ipython


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
