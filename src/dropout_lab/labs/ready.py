"""The pictures of all stops of keep_prob, drawn while nobody asks for anything.

A page that waits for its kernel shows a slider's move 30 ms later, or 200 ms on a hub. So the kernel
draws every stop ahead, with the lab's own code, and the page shows one at once: `picture.js`, whose
`refresh` decides. The kernel's own answer follows, and is the same tree. Each tree says which stop it
is for, and has the number of its state: all that is shown depends on, but keep_prob. When the state
changes, what was drawn ahead is void. What *Next* and *Previous* lead to is drawn in the same way, for
the stop that is shown.
"""

import asyncio
import copy
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic, perf_counter, thread_time
from types import SimpleNamespace
from typing import Any

import ipywidgets as widgets

from dropout_lab.labs.base import Answer
from dropout_lab.labs.controls import LOWEST, STEP
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.columns import Node, as_node, in_slices

STOPS = tuple(round(LOWEST + STEP * k, 4) for k in range(round((1 - LOWEST) / STEP) + 1))
PAUSE = 0.2  # seconds without a move, before anything is drawn ahead
CONFIRM = 0.1  # seconds without a move, before the kernel confirms what the page shows already
SLICE, REST = 0.004, 0.01  # seconds of work, and of rest, in which an answer can come between
# Seconds of work for one stop, on the average of so many: then a move would have to wait, and nothing is
# drawn ahead.
TOO_LONG, TRIED = 0.025, 10


def stop_of(keep_prob: float) -> int | None:
    """The number of this stop, from 0 for the lowest; None for a value between two stops."""
    k = round((keep_prob - LOWEST) / STEP)
    return k if STOPS[k] == keep_prob else None


def packed(table: object) -> bytes:
    """A table as the page unpacks it."""
    return zlib.compress(json.dumps(table, ensure_ascii=False).encode(), 1)


class Still:
    """Takes the place of a picture: keeps the tree that it is given."""

    def __init__(self) -> None:
        self.root: Any = None
        self.layout = SimpleNamespace(display="")

    def show(self, root: Any) -> None:
        """Keep this tree."""
        self.root = root

    def node(self) -> Node:
        """What was kept, as a picture sends it."""
        return "" if self.root is None else as_node(self.root)


class Ready:
    """Draws a lab ahead. Nothing is drawn before a page has said that it shows the lab.

    state: gives what the pictures depend on beside keep_prob; None if they must not be drawn ahead.
    """

    def __init__(
        self, lab: Any, slider: widgets.FloatSlider, state: Callable[[], object | None]
    ) -> None:
        self._lab, self._state = lab, state
        self._pictures = [part for part in lab.widget.children if isinstance(part, Picture)]
        self._shown: tuple[object, object] = (None, None)
        self._number = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._making: Iterator[None] | None = None
        self._made = False  # all stops of this state
        self._sent: int | None = None  # the number of the state whose stops the page has
        self._place: list[int | None] = []
        self._drawn_for: list[int | None] = []  # the place whose neighbors were drawn last
        for picture in self._pictures:
            picture.slider, picture.on_seen = slider, self._seen
        lab._answer.patience = self._patience

    @contextmanager
    def showing(self, doubted: bool = False) -> Iterator[None]:
        """Around all that shows something: what is shown, and what it is for, go in one message.

        doubted: it is not what the controls ask for.
        """
        with ExitStack() as stack:
            for picture in self._pictures:
                stack.enter_context(picture.hold_sync())
            yield
            shown = self._lab.keep_prob, self._state()
            # With the same controls as before, something else has changed.
            if doubted or shown[1] != self._shown[1] or shown == self._shown:
                self._number += 1
                self._making, self._made = None, False
            self._shown = shown
            stop = None if doubted else stop_of(self._lab.keep_prob)
            self._place = [self._number, stop]
            for picture in self._pictures:
                picture.place = self._place
        self._later(PAUSE)

    def _patience(self) -> float:
        """A drag that the page answers alone is not slowed down by answers that it does not need."""
        there = self._sent == self._number and stop_of(self._lab.keep_prob) is not None
        return CONFIRM if there and self._state() == self._shown[1] else 0.0

    def _seen(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._later(PAUSE)

    def _later(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        # Beside a table or a chart a stop takes longer than a move may wait.
        alone = len(self._pictures) <= len((self._lab._stage, self._lab.status))
        whole = self._made and self._drawn_for == self._place
        if self._loop and alone and not whole and self._shown[1] is not None:
            self._timer = self._loop.call_later(seconds, self._work)

    def _work(self) -> None:
        """Draw for a moment, unless somebody has just asked for something."""
        wait = Answer.asked + PAUSE - monotonic()
        if wait > 0:
            return self._later(wait)
        if self._state() != self._shown[1]:  # it will be shown at once, and this is called again
            return None
        self._making = self._making or self.draw()
        end = perf_counter() + SLICE
        try:
            while perf_counter() < end:
                next(self._making)
        except StopIteration:
            self._making, self._made = None, True
        except Exception:  # it cannot be drawn; this is told when it is asked for
            self._making, self._made, self._drawn_for = None, True, self._place
        return self._later(REST)

    def draw(self) -> Iterator[None]:
        """Draw what is missing, and send it; rests in between."""
        if self._drawn_for != self._place:
            yield from self._draw_neighbors()
        if not self._made:
            yield from self._draw_stops()

    def _draw_neighbors(self) -> Iterator[None]:
        """What *Next* and *Previous* lead to, as one tree each."""
        trees, stage, place = {}, self._lab._stage, self._place
        for name, changes in self._lab._neighbors().items():
            lab, stills = self._double(**changes)
            lab._paint()
            trees[name] = stills[stage].node()
            yield
        self._drawn_for = place
        if trees:
            stage.neighbors = packed({"place": place, "trees": trees})

    def _draw_stops(self) -> Iterator[None]:
        """The picture at every stop."""
        lab, stills = self._double()
        nodes: dict[Picture, list[Node]] = {picture: [] for picture in stills}
        spent = 0.0
        for k, keep_prob in enumerate(STOPS):
            start = thread_time()
            lab._keep_prob.value = keep_prob
            lab._update()
            yield
            lab._paint()
            for picture, still in stills.items():
                nodes[picture].append(still.node())
            spent += thread_time() - start
            if k == TRIED and spent > TOO_LONG * k:
                return
            yield
        for picture, trees in nodes.items():
            table = yield from in_slices(trees)
            picture.stops = packed({"state": self._number, **table})
            yield
        self._sent = self._number

    def _double(self, **changes: Any) -> tuple[Any, dict[Picture, Still]]:
        """A lab that works and paints as this one, into nothing that is shown, at any keep_prob."""
        lab = copy.copy(self._lab)
        vars(lab).update(changes)
        moved, stills = SimpleNamespace(value=lab.keep_prob), {}
        lab._asked = tuple(moved if one is lab._keep_prob else one for one in lab._asked)
        lab._keep_prob = moved
        for name, part in list(vars(lab).items()):
            if isinstance(part, Picture):
                stills[part] = still = Still()
                setattr(lab, name, still)
        return lab, {picture: stills[picture] for picture in self._pictures}
