"""A training that works in slices of time, so that the kernel listens in between; one at a time."""

import asyncio
import threading
import weakref
from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import ParamSpec, TypeVar

from dropout_lab.core.doors import check_count
from dropout_lab.experiments.race import EVERY, Race, Score
from dropout_lab.labs.base import Lab

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


PERIOD = 0.055  # seconds from one picture to the next
SLICE = 0.02  # of them for training, at the least
REST = 0.004  # seconds between two slices: what was pressed or moved is handled then
MANY = 64  # networks: more of them take long for one step, and Pause must not wait for five
LATE = 0.5  # seconds after the end in which a press was still meant as Pause
SAID_EVERY = 2.0  # seconds from one reading of the status line to the next, during a run


class Run:
    """Calls `work` again and again, as a task of the event loop, until it returns False or `pause`.

    work: one slice of some 0.05 s; it must not raise. taken_over: called when another run takes its
    place: the kernel's time goes to the lab that was asked for last.
    """

    def __init__(self, work: Callable[[], bool], taken_over: Callable[[], None]) -> None:
        self._work, self._taken_over = work, taken_over
        self._task: asyncio.Task[None] | None = None

    @property
    def on(self) -> bool:
        """Whether it is at work."""
        return self._task is not None

    @in_turn
    def start(self) -> bool:
        """Begin or go on; False without a running event loop, where nobody could press Pause."""
        global _latest
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return False
        self.alone()
        if not self._task:
            self._task = loop.create_task(self._go_on())
            _latest = weakref.ref(self)
        return True

    @in_turn
    def alone(self) -> None:
        """Pause the run that is at work, unless it is this one."""
        other = _latest() if _latest else None
        if other and other is not self and other.on:
            other.pause()
            other._taken_over()

    @in_turn
    def pause(self) -> None:
        """No slice begins after this."""
        self._task = None

    async def _go_on(self) -> None:
        while self._work_once(asyncio.current_task()):
            await asyncio.sleep(REST)

    @in_turn
    def _work_once(self, task: asyncio.Task[None] | None) -> bool:
        """One slice, unless it was paused, or paused and started again, in the meantime."""
        return self._task is task and self._work()


_latest: weakref.ref[Run] | None = None  # the one that was started last


class RunningLab(Lab):
    """A lab that trains a `Race`: start, pause, and the same from a cell.

    A subclass calls `_begin`, and has `_show()` and `_say_where(why)`.
    """

    _total: int
    _drawing = 0.0  # seconds that the last picture took
    _ended = -1.0  # when a run came to its end by itself

    def __init__(self) -> None:
        super().__init__()
        self._run = Run(self._slice, self._taken_over)

    def _safely(self, callback: Callable[..., None]) -> Callable[..., None]:
        """The same callback, in its turn; an exception in it is shown and kept."""
        return in_turn(super()._safely(callback))

    @property
    def iteration(self) -> int:
        """How many steps every recipe has trained."""
        return self._race.iteration

    @property
    def running(self) -> bool:
        """Whether it trains at this moment."""
        return self._run.on

    @property
    @in_turn
    def scores(self) -> dict[str, Score]:
        """The numbers of each recipe now."""
        return self._race.scores()

    @in_turn
    def run(self, iterations: int | None = None) -> None:
        """Train so many steps here and now (to the end, without a number), then show."""
        if iterations is not None:
            check_count(iterations, "iterations", 0)
            self._total = max(self._total, self.iteration + iterations)
        self.pause()
        to = self._total if iterations is None else self.iteration + iterations
        self._safely(self._train_and_show)(to)

    @in_turn
    def start(self) -> None:
        """Train while the kernel goes on listening; from the end, once more as long."""
        if self.iteration >= self._total:
            self._total += self._iterations
        if self._run.start():
            self._say_where()
        else:
            self.run()

    @in_turn
    def pause(self) -> None:
        """Stop. The picture shows where it stands: every slice ends with one."""
        self._run.pause()
        self._say_where()

    def _begin(self, race: Race, iterations: int) -> None:
        """Take this race, untrained, to be run so many iterations; what was run before ends."""
        check_count(iterations, "iterations", 1)
        self._run.pause()
        self._race, self._iterations, self._total = race, iterations, iterations
        self._steps = EVERY if race.setup.seeds * len(race.tracks) <= MANY else 1

    def _start_or_pause(self) -> None:
        if self.running:
            self.pause()
        elif perf_counter() > self._ended + LATE:
            self.start()

    def _slice(self) -> bool:
        """Train for a moment and show; whether there is more to do."""
        self._safely(self._train_for_a_moment)()
        if self._trouble() or self.iteration >= self._total:
            self._run.pause()
            self._ended = perf_counter()
            self._say_where()
        return self.running

    def _train_for_a_moment(self) -> None:
        until = perf_counter() + max(SLICE, PERIOD - self._drawing)
        try:
            while self.iteration < self._total and perf_counter() < until:
                self._race.advance_to(min(self.iteration + self._steps, self._total))
        finally:  # what a learner's recipe stops is shown as far as it came
            start = perf_counter()
            self._show()
            self._drawing = perf_counter() - start

    def _train_and_show(self, iteration: int) -> None:
        try:
            self._race.advance_to(iteration)
        finally:
            self._show()

    def _taken_over(self) -> None:
        self._say_where("Paused because another lab was made or started. ")

    def _show(self) -> None:
        raise NotImplementedError

    def _say_where(self, why: str = "") -> None:
        raise NotImplementedError
