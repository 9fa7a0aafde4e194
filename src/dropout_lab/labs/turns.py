"""One thing at a time: what is pressed, what a cell calls and what trains by itself take turns.

JupyterLab hands what is pressed to the kernel on a thread of its own, while a cell runs on the main
one, and a training goes on on the thread that started it.
"""

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")

TURN = threading.RLock()


def in_turn(method: Callable[Given, Result]) -> Callable[Given, Result]:
    """The same method; it waits until no other one of these is at work in another thread."""

    @wraps(method)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with TURN:
            return method(*args, **kwargs)

    return guarded
