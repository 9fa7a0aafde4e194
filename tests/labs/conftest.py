"""What the tests of the labs share: a press as the browser sends it, and all parts of a lab."""

import pytest

from dropout_lab.labs import _guess


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
