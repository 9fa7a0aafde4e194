"""Train with dropout, right and broken side by side, and watch the boundaries and the losses."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any
from xml.etree.ElementTree import Element

import ipywidgets as widgets
from numpy.typing import ArrayLike

from dropout_lab.bugs.catalogue import named
from dropout_lab.charts.boundary import MOST, TrainingChart
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import Recipe
from dropout_lab.experiments.optimizers import OPTIMIZERS
from dropout_lab.experiments.race import RATES, Race, Setup, set_up
from dropout_lab.labs.base import as_image, element
from dropout_lab.labs.base_running import SAID_EVERY, RunningLab, in_turn
from dropout_lab.labs.controls import button, choice, more, number_box, row
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.scores import progress_bar, score_line, score_table, told

FINEST, COARSEST = 1e-6, 1000.0


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def chosen_recipes(recipes: Sequence[Recipe | str] | Recipe | str, most: int) -> dict[str, Recipe]:
    """The recipes by name. Raises ValueError for none, too many, one twice or an unknown one."""
    listed = [recipes] if isinstance(recipes, str | Recipe) else list(recipes)
    if not 1 <= len(listed) <= most:
        raise ValueError(f"expected 1 to {most} recipes; got {len(listed)}")
    known = [named(recipe) for recipe in listed]
    by_name = {recipe.name: recipe for recipe in known}
    if len(by_name) < len(known):
        names = ", ".join(recipe.name for recipe in known)
        raise ValueError(f"each recipe needs a name of its own; got {names}")
    return by_name


class Train(RunningLab):
    """Train one recipe or up to four at once: the boundaries, the right answers, losses and weights.

    net, X, Y: your own network with two inputs, and points (2, m) for it; without them the course's
    2-20-3-1 on 211 points (data: "football" or "two moons") with 1,000 test points. recipes: names of
    bugs, "correct", or your own. seeds: how many networks of each recipe train at once; all numbers
    are medians over them. layers: those with dropout, all hidden ones by default. Raises ValueError or
    TypeError for input that does not fit.

    Start trains while you look; `run(300)` trains from a cell, the same every time. What is changed
    during a run is used from the next Reset on. One run works at a time: to make or start another
    lab, also by running its cell again, pauses this one.
    """

    def __init__(
        self,
        net: Network | None = None,
        X: ArrayLike | None = None,
        Y: ArrayLike | None = None,
        recipes: Sequence[Recipe | str] | Recipe | str = "correct",
        *,
        seeds: int = 1,
        keep_prob: float = 0.7,
        learning_rate: float | None = None,
        optimizer: str = "gd",
        iterations: int = 2000,
        activation: str | None = None,
        layers: Sequence[int] | None = None,
        data: str = "football",
        seed: int = 1,
    ) -> None:
        super().__init__()
        self._recipes = chosen_recipes(recipes, MOST)
        setup = set_up(
            net, X, Y, data, layers=layers, keep_prob=keep_prob, learning_rate=learning_rate,
            optimizer=optimizer, activation=activation, seeds=seeds, seed=seed,
        )  # fmt: skip
        self._begin(Race(self._recipes, setup), iterations)
        self._pause_others()
        self._build()
        self._show()

    @in_turn
    def reset(self) -> None:
        """Begin again with untrained networks and the settings as the controls stand."""
        wanted = {name: control.value for name, control in self._settings.items()}
        setup = replace(self._race.setup, **wanted)
        self._begin(Race(self._recipes, setup), self._iterations)
        self._show()

    @in_turn
    def __repr__(self) -> str:
        s, scores = self._race.setup, self.scores.items()
        lines = "".join(f"\n  {score_line(name, score)}" for name, score in scores)
        trouble = self._trouble()
        return (
            f"Train(iteration={self.iteration}, seeds={s.seeds}, keep_prob={s.keep_prob:.2f}, "
            f"{s.optimizer}, learning_rate={s.learning_rate:g}, {s.activation}"
            f"{', ' + trouble if trouble else ''};{lines})"
        )

    def _static(self) -> list[Element]:
        return [as_image(self._chart.still()), element("p", told(self.scores))]

    def _build(self) -> None:
        self._toggle = button("Start", self._safely(lambda _: self._start_or_pause()))
        reset = button("Reset", self._safely(lambda _: self.reset()), "Untrained networks")
        self._bar, self._table = widgets.HTML(), widgets.HTML()
        setup, names = self._race.setup, list(self._recipes)
        tested = setup.test is not None
        self._chart = TrainingChart(setup.points, names, bands=setup.seeds > 1, tested=tested)
        self._picture = Picture()
        first, more_button, rest = self._settings_rows(setup)
        self._assemble(
            row(self._toggle, reset, first, more_button, self._bar), rest,
            self._picture, self.status, self._table,
        )  # fmt: skip

    def _settings_rows(self, setup: Setup) -> tuple[widgets.Widget, ...]:
        """The controls of the setup that all need; a button for the rest of them, and the rest."""
        keep_prob_row = self._keep_prob_row(setup.keep_prob)
        given = (setup.learning_rate, FINEST, COARSEST, "170px")
        rate = number_box("learning rate", *given, called="learning_rate")
        optimizer = choice("optimizer", OPTIMIZERS, setup.optimizer, "150px")
        activation = choice("activation", list(ACTIVATIONS), setup.activation, "170px")
        self._settings = {
            "keep_prob": self._keep_prob, "learning_rate": rate, "optimizer": optimizer,
            "activation": activation,
        }  # fmt: skip
        # The rate goes first: what suits one optimizer does not suit the other.
        optimizer.observe(lambda change: setattr(rate, "value", RATES[change["new"]]), "value")
        for control in self._settings.values():
            control.observe(self._safely(lambda _: self._changed()), "value")
        return row(keep_prob_row, activation), *more(rate, optimizer)

    @property
    def setup(self) -> Setup:
        """What this run trains with: keep_prob, activation and so on, as they stood at its start."""
        return self._race.setup

    def _waiting(self) -> str:
        """What differs from the setup in use, in a sentence; empty if nothing does."""
        new = [
            f"{control.description} {_short(control.value)}"
            for name, control in self._settings.items()
            if control.value != getattr(self._race.setup, name)
        ]
        return f"{', '.join(new)} will be used after Reset." if new else ""

    def _changed(self) -> None:
        """A setting was changed: what is not trained yet takes it at once, a run keeps what it has."""
        if self.iteration == 0 and not self.running and self._waiting():
            self.reset()
        self._say_where()

    def _paint(self) -> None:
        nets = {name: track.last.net for name, track in self._race.tracks.items()}
        scores, curves = self.scores, self._race.curves()
        self._picture.show(self._chart.show(nets, scores, curves, self._total))
        self._table.value = score_table(scores)
        self._bar.value = progress_bar(self.iteration, self._total)
        # A status line is read out, and nobody can listen to ten a second.
        if not self.running or perf_counter() > self._said + SAID_EVERY:
            self._say_where()

    def _say_where(self, why: str = "") -> None:
        self._said, i, done = perf_counter(), self.iteration, self.iteration >= self._total
        state, action = (
            ("Training", "Pause") if self.running else ("Trained", "Done") if done
            else ("Paused", "Continue") if i else ("Untrained: press Start", "Start")
        )  # fmt: skip
        self._toggle.description = action
        stopped = "Stopped by the error above. " if self._trouble() else ""
        where = f"{state}, iteration {i} of {self._total}."
        self._say(f"{stopped}{why}{told(self.scores)} {self._waiting()}".rstrip(), where)
