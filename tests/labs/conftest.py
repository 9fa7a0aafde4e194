"""What the tests of the labs share: a press as the browser sends it, and all parts of a lab."""

import asyncio

import pytest

from dropout_lab.labs import _guess, base


@pytest.fixture(autouse=True)
def a_new_kernel(monkeypatch):
    """No question was answered before."""
    monkeypatch.setattr(_guess, "EARLIER", {})


@pytest.fixture
def press():
    """Press a part of a picture, with the mouse, or with Enter or Space."""

    def pressed(picture, key):
        picture._handle_custom_msg({"press": key}, [])

    return pressed


@pytest.fixture
def everything():
    """A widget and all that is in it."""

    def inside(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from inside(child)

    return inside


@pytest.fixture
def in_browser(monkeypatch):
    """As if the kernel were answering the browser, whenever an event loop is running."""

    def answering():
        try:
            return asyncio.get_running_loop()
        except RuntimeError:
            return None

    monkeypatch.setattr(base, "answering", answering)
