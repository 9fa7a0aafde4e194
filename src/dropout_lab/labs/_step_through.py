"""Step through both passes: open switches, move keep_prob, break the backward pass, see it caught."""

import asyncio
from collections.abc import Sequence
from functools import cached_property
from html import escape

import ipywidgets as widgets
import numpy as np
from numpy.typing import ArrayLike
from traitlets import HasTraits, Int, link

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.gradcheck import check_gradients
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT, Recipe, Through
from dropout_lab.labs.base import as_image
from dropout_lab.labs.base_passes import PassesLab
from dropout_lab.labs.controls import button, row, whole_number
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.pages import explain, write_program
from dropout_lab.pictures.stage import build, describe
from dropout_lab.pictures.steps import tell
from dropout_lab.pictures.words import entry, off_units, verdict

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


class StepThrough(PassesLab):
    """Both passes, one line at a time, or stopped at one step (`at="dA1"`).

    net, X, Y: your own network and data, or the lesson's. recipe: a Recipe or the name of a bug;
    backward: your own `my_backward(dA_drop, D, keep_prob) -> dA`. layers: those with dropout, by
    default all hidden ones. Raises ValueError or TypeError for input that does not fit.
    """

    def __init__(
        self,
        net: Network | None = None,
        X: ArrayLike | None = None,
        Y: ArrayLike | None = None,
        recipe: Recipe | str = CORRECT,
        at: str | int | None = None,
        *,
        backward: Through | None = None,
        keep_prob: float = 0.7,
        seed: int | None = None,
        example: int = 0,
        layers: Sequence[int] | None = None,
    ) -> None:
        super().__init__(net, X, Y, keep_prob, seed, layers)
        self._walk = Walk()
        self._stage = Picture(self._safely(self._press_unit))
        self._program = None if at is not None else Picture(self._safely(self._press_line))
        self._words = widgets.HTML()
        walk = [self._walk.widget] if self._program else []
        program = [self._program] if self._program else []
        picture = [self._stage, self.status, self._words]
        self._assemble(self._masks_row, self._recipe_row, *walk, *picture, *program)
        if walk:
            self._walk.play.observe(self._safely(lambda _: self._walk.start_or_stop()), "value")
        self._start(example, self._walk)
        self.step = 0 if at is None else at
        self._choose(recipe, backward)

    @property
    def step(self) -> int:
        """The number of the current step; can be set by number or by name, "dA1"."""
        return self._walk.value

    @step.setter
    def step(self, value: int | str) -> None:
        self._walk.go_to(value)

    def __repr__(self) -> str:
        check = "gradient check ok"
        if not self.check.ok:
            check = (
                f"gradient check {self.check.relative_error:.2f}, furthest off {entry(self.check)}"
            )
        return (
            f'StepThrough(step={self.step} "{self.steps[self.step].code}", '
            f"keep_prob={self.keep_prob:.2f}, recipe={self.recipe.name!r}, example={self.example}, "
            f"off=[{off_units(self.masks, self.example)}], {self._trouble() or check})"
        )

    def _show(self) -> None:
        """Compute everything and show the current step; only then is anything changed."""
        with np.errstate(all="ignore"):  # a wrong recipe may divide by zero; the picture says so
            fwd, bwd = self._run()
            steps = tell(self.net, fwd, bwd, self._Y, self.recipe)
            passes = (self._X, self._Y, self.masks, self.keep_prob)
            check = check_gradients(self.net, *passes, self.recipe)
        self.steps, self.check = steps, check
        self._walk.set_names([step.name for step in steps])
        step = steps[self.step]
        self._stage.show(build(step, self.example))
        if self._program:
            self._program.show(write_program(steps, self.step))
        self._words.value = explain(step)
        words = verdict(check, steps[-1].wrong)
        self._say(
            f"<strong>{'✓' if check.ok else '✗'} {escape(words)}.</strong> {self._in_use()}",
            check.ok,
        )

    def _in_use(self) -> str:
        """The recipe, what it says of itself if the check cannot see it, and who is off."""
        recipe = self.recipe
        words = f"Recipe: {recipe.name}"
        words += "" if recipe.slope_from == "Z" else f", slope from {recipe.slope_from}"
        hidden = self.check.ok and recipe.backward is recipe.forward and recipe.name in BUGS
        words += f". {recipe.explanation}" if hidden else "."
        off = off_units(self.masks, self.example) or "none"
        return escape(f"{words} Off in example {self.example}: {off}.")

    def _press_unit(self, key: str) -> None:
        layer, unit = map(int, key.split())
        self.toggle(layer, unit)

    def _press_line(self, key: str) -> None:
        self.step = int(key)

    def _static(self) -> str:
        step = self.steps[self.step]
        return as_image(build(step, self.example), describe(step, self.example))
