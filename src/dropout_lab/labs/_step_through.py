"""Step through both passes: open switches, move keep_prob, break the backward pass, see it caught."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element

import ipywidgets as widgets
from numpy.typing import ArrayLike
from traitlets import HasTraits, Int, link

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.doors import check_one_of
from dropout_lab.core.network import Network
from dropout_lab.core.passes import backward, forward
from dropout_lab.core.recipe import CORRECT, Recipe, Through
from dropout_lab.labs.base import as_image, failed_line
from dropout_lab.labs.base_passes import CheckedLab
from dropout_lab.labs.controls import button, choice, row, whole_number
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.layout import View
from dropout_lab.pictures.stage import build, parts, strip
from dropout_lab.pictures.steps import Step, tell
from dropout_lab.pictures.walk import write_program, write_stage
from dropout_lab.pictures.words import off_units

SECONDS_PER_STEP = 1.6
SWITCHED = ("D", "A_drop", "dA_drop", "dA")  # lines about the switches of their layer


class Walk(HasTraits):
    """The number of a step; watch `value` for changes. names: those of all steps.

    Its controls are made when they are first asked for. The slider has no accessible name of its own;
    the box linked to it carries it.
    """

    value = Int(0)

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._task: asyncio.Task[None] | None = None
        self._names = list(names)
        self.last = len(names) - 1

    @cached_property
    def widget(self) -> widgets.HBox:
        """All controls in a row."""
        layout = {"width": "110px", "margin": "2px 4px"}
        slider = widgets.IntSlider(self.value, 0, self.last, readout=False, layout=layout)
        for control in (self.box, slider):
            link((self, "value"), (control, "value"))
        previous = button("◀ Previous", lambda _: self.go(-1), "The line before")
        next_ = button("Next ▶", lambda _: self.go(1), "The next line")
        next_.style.font_weight = "bold"
        previous.add_class("to-previous")  # `picture.js` knows them by these
        next_.add_class("to-next")
        return row(previous, next_, self.play, slider)

    @cached_property
    def box(self) -> widgets.BoundedIntText:
        """The number of the step, with its name."""
        return whole_number("step", self.value, 0, self.last, "100px")

    @cached_property
    def play(self) -> widgets.ToggleButton:
        """The button that is down while it walks by itself."""
        return widgets.ToggleButton(description="Play", layout={"width": "auto"})

    def go_to(self, step: int | str) -> None:
        """Go to a step by number or name. Raises ValueError if there is none."""
        known = self._names if isinstance(step, str) else range(len(self._names))
        check_one_of(step, known, "step")
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


class StepThrough(CheckedLab):
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
        super().__init__(net, X, Y, keep_prob, seed, example, layers)
        self._begin(recipe, backward)
        self._walk = Walk([step.name for step in self.steps])
        self.step = 0 if at is None else at
        self._walks = at is None
        self._stage = Picture(self._safely(self._press))
        layers_ = list(self._switches.layers)
        self._open = choice("layer", layers_, layers_[0], "100px") if len(layers_) > 2 else None
        opened = [self._open] if self._open else []
        walk, box = ([self._walk.widget], [self._walk.box]) if self._walks else ([], [])
        if self._walks:
            self._walk.play.observe(self._safely(lambda _: self._walk.start_or_stop()), "value")
        self._assemble(*self._controls(*walk, also=[*box, *opened]), self.status, self._stage)
        self._watch(self._walk, *opened)

    @property
    def step(self) -> int:
        """The number of the current step; can be set by number or by name, "dA1"."""
        return self._walk.value

    @step.setter
    def step(self, value: int | str) -> None:
        self._walk.go_to(value)

    def __repr__(self) -> str:
        code = self.steps[self.step].code
        if self._doubted:
            code = failed_line(self.error, self.recipe)
        return (
            f'StepThrough(step={self.step} "{code}", '
            f"keep_prob={self.keep_prob:.2f}, recipe={self.recipe.name!r}, example={self.example}, "
            f"off=[{off_units(self.masks, self.example)}], {self._checked()})"
        )

    def _paint(self) -> None:
        step, view = self.steps[self.step], self._seen()
        shown = parts(step, self.example, view)
        place = f"line {self.step + 1} of {len(self.steps)}" if self._walks else ""
        notes = (step.line.formula, self._in_use() + self._state())
        page = write_stage(step, self._said(step.sentence), shown, place, notes)
        if self._walks:
            page.append(write_program(self.steps, self.step))
        self._stage.show(page)
        self.status.layout.display = "none"  # all is said on the page

    def _neighbors(self) -> dict[str, dict[str, Any]]:
        """What *Next* and *Previous* change in this lab, as far as there is a step."""
        if not self._walks:
            return {}
        steps = {"previous": self.step - 1, "next": self.step + 1}
        return {
            name: {"_walk": SimpleNamespace(value=step)}
            for name, step in steps.items()
            if 0 <= step <= self._walk.last
        }

    def _seen(self) -> View:
        """The part of the network to look at: of many dropout layers the one this step is about is open."""
        line = self.steps[self.step].line
        if self._open and line.layer in self._switches.layers and line.kind in SWITCHED:
            return replace(self._view, open=line.layer)
        return replace(self._view, open=self._open.value) if self._open else self._view

    def _press(self, key: str) -> None:
        verb, *numbers = key.split()
        if verb == "step":
            self.step = int(numbers[0])
        else:
            super()._press(key)

    def _static(self) -> list[Element]:
        """The picture; with one example also the way there, and what becomes of it without the mask."""
        few = not self._walks and self._X.shape[1] == 1
        if not few or self._doubted or self.used.name != CORRECT.name:
            return super()._static()
        return [*super()._static(), as_image(strip(self._way()))]

    def _way(self) -> list[tuple[str, Step]]:
        """Forward through the switch, back up to it, through it, and past it."""
        net, l = self.net, min(self._switches.layers)
        fwd = forward(net, self._X, self.masks, self.keep_prob)
        bug = BUGS["no mask"]
        broken = tell(net, fwd, backward(net, fwd, self._Y, bug), self._Y, bug)
        right, wrong = ({step.name: step for step in steps} for steps in (self.steps, broken))
        return [
            ("forward, through the switch", right[f"A{l}_drop"]),
            ("backward, up to the switch: not through it yet", right[f"dA{l}_drop"]),
            ("backward, through the same switch", right[f"dA{l}"]),
            ("backward without the mask: past the switch", wrong[f"dA{l}"]),
        ]

    def _still(self) -> Element:
        step = self.steps[self.step]
        return build(step, self.example, self._seen(), self._said(step.sentence))
