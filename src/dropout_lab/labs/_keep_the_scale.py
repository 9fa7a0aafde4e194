"""Keep the scale: a quantity over all masks, with its exact mean, with and without / keep_prob."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.charts.live import WIDTH
from dropout_lab.charts.spread import SpreadChart, describe_spread
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.doors import Array, check_hidden, check_keep_prob, check_one_of
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Forward, forward, loss, resume
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import wide_lesson
from dropout_lab.experiments.ensemble import Distribution, distribution
from dropout_lab.labs.base import Lab
from dropout_lab.labs.controls import choice, keep_prob_control, row
from dropout_lab.labs.picture import Picture

NO_SCALE = BUGS["no scale at all"]


class KeepTheScale(Lab):
    """The distribution of a quantity over all masks of one layer, inverted above and vanilla below.

    net, X, Y: your own network and data (at most 12 units in the layer), or eight units of ours.
    quantity: what is looked at first, one of `quantities`. unit: of the next layer; example: numbered
    from 0. Raises ValueError or TypeError for input that does not fit.
    """

    def __init__(
        self,
        net: Network | None = None,
        X: ArrayLike | None = None,
        Y: ArrayLike | None = None,
        quantity: str = "next Z",
        *,
        layer: int = 1,
        unit: int = 0,
        example: int = 0,
        keep_prob: float = 0.7,
    ) -> None:
        super().__init__()
        if net is not None and (X is None or Y is None):
            raise ValueError("your own network needs your own data: give X and Y as well")
        check_keep_prob(keep_prob)
        case = wide_lesson()
        self._net, self._layer = net or case.net, layer
        self._X = np.asarray(case.X if X is None else X, dtype=float)
        self._Y = np.asarray(case.Y if Y is None else Y, dtype=float)
        loss(forward(self._net, self._X), self._Y)  # complains about data that does not fit
        check_hidden([layer], self._net.L)
        self._keep_prob, keep_prob_row = keep_prob_control(keep_prob)
        self._quantity = choice("show", list(self._readings()), None, "230px")
        self._quantity.value = self._checked(quantity, list(self._readings()), "quantity")
        units, examples = range(self._net.sizes[layer + 1]), range(self._X.shape[1])
        self._unit = choice("unit", units, self._checked(unit, units, "unit"), "100px")
        self._example = choice(
            "example", examples, self._checked(example, examples, "example"), "110px"
        )
        self._activation = choice("activation", list(ACTIVATIONS), self._net.activation, "170px")
        self._chart = SpreadChart()
        self._picture = Picture(lambda _: None)
        which = (self._quantity, self._unit, self._example, self._activation)
        self._assemble(row(keep_prob_row), row(*which), self._picture, self.status)
        self._show()
        for control in (self._keep_prob, *which):
            control.observe(self._soon(self._show), "value")

    @property
    def keep_prob(self) -> float:
        """The probability that a unit is kept."""
        return float(self._keep_prob.value)

    @keep_prob.setter
    def keep_prob(self, value: float) -> None:
        check_keep_prob(value)
        self._keep_prob.value = value

    @property
    def quantity(self) -> str:
        """What is looked at; can be set."""
        return str(self._quantity.value)

    @quantity.setter
    def quantity(self, value: str) -> None:
        self._quantity.value = self._checked(value, self._quantity.options, "quantity")

    def __repr__(self) -> str:
        shown = self._trouble() or describe_spread(*self._shown)
        return f"KeepTheScale(keep_prob={self.keep_prob:.2f}, {shown})"

    def _checked(self, value: Any, known: Sequence[Any], name: str) -> Any:
        check_one_of(value, known, name)
        return value

    def _readings(self) -> dict[str, Callable[[Forward], Array]]:
        """What can be looked at: its name, and how it is read off a pass with a leading mask axis."""
        l = self._layer
        return {
            "next Z": lambda fwd: fwd.Z[l + 1][..., self._unit.value, self._example.value],
            "next A": lambda fwd: fwd.A[l + 1][..., self._unit.value, self._example.value],
            "squared length of A_drop": lambda fwd: np.sum(
                fwd.A_drop[l][..., self._example.value] ** 2, axis=-1
            ),
            "cost J": lambda fwd: np.asarray(loss(fwd, self._Y)),
        }

    def _show(self) -> None:
        net = replace(self._net, activation=self._activation.value)
        read, k = self._readings()[self.quantity], self.keep_prob
        spreads = [
            distribution(read, net, self._X, [self._layer], k, recipe)
            for recipe in (CORRECT, NO_SCALE)
        ]
        on = forward(net, self._X)
        times = resume(net, on, self._layer, on.A[self._layer] * k)
        marks = (float(read(on)), float(read(times)))
        self._shown = (self._name(), (spreads[0], spreads[1]), marks)
        self._picture.show(self._chart.show(*self._shown))
        self._say(self._verdict(spreads[0], spreads[1], marks))

    def _name(self) -> str:
        l, j = self._layer, self._example.value
        return {
            "next Z": f"Z{l + 1} of unit {self._unit.value}, example {j}",
            "next A": f"A{l + 1} of unit {self._unit.value}, example {j}",
            "squared length of A_drop": f"squared length of A{l}_drop, example {j}",
            "cost J": "cost J",
        }[self.quantity]

    def _verdict(
        self, scaled: Distribution, plain: Distribution, marks: tuple[float, float]
    ) -> str:
        """Which mean equals which mark."""
        mean, bare = float(scaled.mean), float(plain.mean)
        kept, vanilla = bool(np.isclose(mean, marks[0])), bool(np.isclose(bare, marks[1]))
        first = (
            f"{'✓ kept' if kept else '✗ not kept'}: with the scale the exact mean is {mean:+z.4f}, "
            f"with everything on it is {marks[0]:+z.4f}."
        )
        second = f"Without the scale the mean is {bare:+z.4f}; " + (
            f"it equals everything on with A times keep_prob, {marks[1]:+z.4f}."
            if vanilla
            else f"everything on with A times keep_prob gives {marks[1]:+z.4f}."
        )
        deviation = float(scaled.variance) ** 0.5
        count = scaled.probabilities.size
        third = f"Over {count} masks the standard deviation is {deviation:.4f} with the scale."
        return f"<strong>{escape(first)}</strong> {escape(second)} {escape(third)}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Live, and as a PNG with its words. No text/html: a PNG in it would be compared by nbval."""
        bundle = dict(self.widget._repr_mimebundle_(**kwargs) or {})
        bundle |= {"image/png": b64encode(self._chart.png()).decode(), "text/plain": repr(self)}
        size = {"width": WIDTH, "alt": describe_spread(*self._shown)}
        return bundle, {"image/png": size}
