"""A training that works in slices of time, so that the kernel listens in between; one at a time."""

import asyncio
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from time import perf_counter
from typing import Any, ClassVar, ParamSpec, TypeVar

from dropout_lab.core.doors import check_count
from dropout_lab.experiments.race import EVERY, Race, Score
from dropout_lab.labs.base import KeepProbLab

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
SAID_EVERY = 2.0  # seconds from one reading of the status line to the next, during a run


class RunningLab(KeepProbLab):
    """A lab that trains a `Race`: start, pause, and the same from a cell.

    A subclass calls `_begin`, and has `_paint` and `_say_where(why)`.
    """

    _latest: ClassVar[weakref.ref["RunningLab"] | None] = None  # the one that was started last
    _task: asyncio.Task[None] | None = None  # the one whose slices are wanted
    _total: int
    _painting = 0.0  # seconds that the last picture took

    def _safely(self, callback: Callable[..., object]) -> Callable[..., None]:
        """The same callback, in its turn; an exception in it is shown and kept."""
        return in_turn(super()._safely(callback))

    @property
    def iteration(self) -> int:
        """How many steps every recipe has trained."""
        return self._race.iteration

    @property
    def running(self) -> bool:
        """Whether it trains at this moment."""
        return self._task is not None

    @property
    @in_turn
    def scores(self) -> dict[str, Score]:
        """The numbers of each recipe now."""
        return self._race.scores()

    @in_turn
    def run(self, iterations: int | None = None) -> None:
        """Train so many steps here and now (to the end, without a number), then show."""
        to = self._total
        if iterations is not None:
            check_count(iterations, "iterations", 0)
            to = self.iteration + iterations
            self._total = max(self._total, to)
        self.pause()
        self._safely(self._train)([to])

    @in_turn
    def start(self) -> None:
        """Train while the kernel goes on listening; at the end there is nothing to start.

        Without a running event loop nobody could press Pause: then it trains to the end at once.
        """
        if self.iteration >= self._total:
            self._say_where("To train again, press Reset; to train on, call run(500). ")
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.run()
            return
        self._pause_others()
        if not self._task:
            self._task = loop.create_task(self._slices())
            RunningLab._latest = weakref.ref(self)
        self._say_where()

    @in_turn
    def pause(self) -> None:
        """Stop. The picture shows where it stands: every slice ends with one."""
        self._task = None
        self._say_where()

    @in_turn
    def _pause_others(self) -> None:
        """The kernel's time goes to the lab that was asked for last."""
        other = RunningLab._latest() if RunningLab._latest else None
        if other and other is not self and other.running:
            other._task = None
            other._say_where("Paused because another lab was made or started. ")

    def _begin(self, race: Race, iterations: int) -> None:
        """Take this race, untrained, to be run so many iterations; what was run before ends."""
        check_count(iterations, "iterations", 1)
        self._task = None
        self._race, self._iterations, self._total = race, iterations, iterations
        self._steps = EVERY if race.setup.seeds * len(race.tracks) <= MANY else 1

    def _start_or_pause(self) -> None:
        if self.running:
            self.pause()
        else:
            self.start()

    async def _slices(self) -> None:
        """A slice of training, a rest, the next slice, for as long as this is the task that is wanted.

        It is not when the run was paused, or paused and started again.
        """
        mine = asyncio.current_task()
        while True:
            with TURN:
                if self._task is not mine:
                    return
                self._slice()
            await asyncio.sleep(REST)

    def _slice(self) -> None:
        """Train for a moment and show. At the end, or after an error, nothing more is wanted."""
        self._safely(self._train)(self._stops())
        if self._trouble() or self.iteration >= self._total:
            self._task = None
            self._say_where()

    def _stops(self) -> Iterator[int]:
        """The iterations to train to, one after the other, until the slice is over."""
        until = perf_counter() + max(SLICE, PERIOD - self._painting)
        while self.iteration < self._total and perf_counter() < until:
            yield min(self.iteration + self._steps, self._total)

    def _train(self, stops: Iterable[int]) -> None:
        """Train to each of these iterations; then show, as far as it came if a recipe raises."""
        try:
            for iteration in stops:
                self._race.advance_to(iteration)
        finally:
            start = perf_counter()
            self._show()
            self._painting = perf_counter() - start

    def _say_where(self, why: str = "") -> None:
        raise NotImplementedError

    @in_turn
    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return super()._repr_mimebundle_(**kwargs)
