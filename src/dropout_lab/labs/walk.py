"""Previous, Next, Play and a slider: the way through a list of steps, forwards and backwards."""

import asyncio
from collections.abc import Sequence

import ipywidgets as widgets
from traitlets import link

from dropout_lab.labs.controls import button, row, whole_number

SECONDS_PER_STEP = 1.6


class Walk:
    """Controls for a step number; watch `slider` for changes of its `value`.

    The slider has no accessible name of its own; the box linked to it carries it.
    """

    def __init__(self) -> None:
        self.box = whole_number("step", 0, 0, 0, "100px")
        self.slider = widgets.IntSlider(
            0, 0, 0, readout=False, layout={"width": "260px", "margin": "2px 8px"}
        )
        link((self.box, "max"), (self.slider, "max"))
        link((self.box, "value"), (self.slider, "value"))
        self.play = widgets.ToggleButton(description="Play", layout={"width": "auto"})
        previous = button("Previous", lambda _: self.go(-1), "The line before")
        next_ = button("Next", lambda _: self.go(1), "The next line")
        self.widget = row(previous, next_, self.play, self.box, self.slider)
        self._task: asyncio.Task[None] | None = None
        self._names: list[str] = []

    @property
    def index(self) -> int:
        """The number of the current step."""
        return int(self.slider.value)

    def set_names(self, names: Sequence[str]) -> None:
        """The names of the steps, and so how many there are."""
        self._names = list(names)
        self.slider.max = len(self._names) - 1

    def go_to(self, step: int | str) -> None:
        """Go to a step by number or name. Raises ValueError if there is none."""
        if step not in self._names and step not in range(len(self._names)):
            raise ValueError(f"there is no step {step!r}; the steps are {', '.join(self._names)}")
        self.slider.value = self._names.index(step) if isinstance(step, str) else step

    def go(self, by: int) -> None:
        """Move by so many steps, not beyond either end."""
        self.slider.value = min(max(self.index + by, 0), self.slider.max)

    def start_or_stop(self) -> None:
        """Follow the Play button. Needs a running event loop, as every notebook kernel has."""
        self.play.description = "Pause" if self.play.value else "Play"
        if self.play.value and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._walk())

    async def _walk(self) -> None:
        """One step every so often; from the start again if it stands at the end."""
        if self.index == self.slider.max:
            self.slider.value = 0
        while self.play.value and self.index < self.slider.max:
            await asyncio.sleep(SECONDS_PER_STEP)
            if self.play.value:
                self.go(1)
        self._task = None
        self.play.value = False
