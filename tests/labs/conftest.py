"""What the tests of the labs share: a press as the browser sends it, and all parts of a lab."""

import asyncio

import pytest

from dropout_lab.experiments.race import Track
from dropout_lab.labs import _guess, base

TRAINED = {}


@pytest.fixture(autouse=True)
def a_new_kernel(monkeypatch):
    """No question was answered before."""
    monkeypatch.setattr(_guess, "EARLIER", {})


@pytest.fixture
def trained_once(monkeypatch):
    """A race of the same recipe with the same setup is trained once, whichever tests run it."""
    train_to = Track.train_to

    def remembered(track, iteration):
        way = track.recipe, repr(track._setup), track.iteration, iteration
        if way not in TRAINED:
            TRAINED[way] = [(progress, track.drawn) for progress in train_to(track, iteration)]
        for progress, track.drawn in TRAINED[way]:
            yield progress

    monkeypatch.setattr(Track, "train_to", remembered)


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
