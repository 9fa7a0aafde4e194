"""Previous, Next, Play and a slider: the way through a list of steps, forwards and backwards."""

import asyncio
from collections.abc import Sequence
from functools import cached_property

import ipywidgets as widgets
from traitlets import HasTraits, Int, link

from dropout_lab.labs.controls import button, row, whole_number

SECONDS_PER_STEP = 1.6


class Walk(HasTraits):
    """A step number; watch `value` for changes. Its controls are made when they are first asked for.

    The slider has no accessible name of its own; the box linked to it carries it.
    """

    value = Int(0)
    last = Int(0)

    def __init__(self) -> None:
        super().__init__()
        self._task: asyncio.Task[None] | None = None
        self._names: list[str] = []

    @cached_property
    def widget(self) -> widgets.HBox:
        """All controls in a row."""
        box = whole_number("step", self.value, 0, self.last, "100px")
        layout = {"width": "260px", "margin": "2px 8px"}
        slider = widgets.IntSlider(self.value, 0, self.last, readout=False, layout=layout)
        for control in (box, slider):
            link((self, "last"), (control, "max"))
            link((self, "value"), (control, "value"))
        previous = button("Previous", lambda _: self.go(-1), "The line before")
        next_ = button("Next", lambda _: self.go(1), "The next line")
        return row(previous, next_, self.play, box, slider)

    @cached_property
    def play(self) -> widgets.ToggleButton:
        """The button that is down while it walks by itself."""
        return widgets.ToggleButton(description="Play", layout={"width": "auto"})

    def set_names(self, names: Sequence[str]) -> None:
        """The names of the steps, and so how many there are."""
        self._names = list(names)
        self.last = len(self._names) - 1

    def go_to(self, step: int | str) -> None:
        """Go to a step by number or name. Raises ValueError if there is none."""
        if step not in self._names and step not in range(len(self._names)):
            raise ValueError(f"there is no step {step!r}; the steps are {', '.join(self._names)}")
        self.value = self._names.index(step) if isinstance(step, str) else step

    def go(self, by: int) -> None:
        """Move by so many steps, not beyond either end."""
        self.value = min(max(self.value + by, 0), self.last)

    def start_or_stop(self) -> None:
        """Follow the Play button. Needs a running event loop, as every notebook kernel has."""
        self.play.description = "Pause" if self.play.value else "Play"
        if self.play.value and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._walk())

    async def _walk(self) -> None:
        """One step every so often; from the start again if it stands at the end."""
        if self.value == self.last:
            self.value = 0
        while self.play.value and self.value < self.last:
            await asyncio.sleep(SECONDS_PER_STEP)
            if self.play.value:
                self.go(1)
        self._task = None
        self.play.value = False
