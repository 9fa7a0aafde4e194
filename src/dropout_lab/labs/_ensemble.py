"""All thinned networks at test time: what they predict, their means, and the one with everything on."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any

import ipywidgets as widgets
import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.charts.live import WIDTH
from dropout_lab.charts.means import (
    Means,
    MeansChart,
    about_test,
    describe_means,
    read_marks,
    verdict,
)
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.doors import Array, check_keep_prob, check_one_of
from dropout_lab.core.network import Network
from dropout_lab.core.passes import forward, predict
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import averages_case
from dropout_lab.experiments.ensemble import average_all, monte_carlo
from dropout_lab.labs.base import Lab
from dropout_lab.labs.controls import button, choice, keep_prob_control, row, whole_number
from dropout_lab.labs.picture import Picture

SAMPLES = (10, 100, 1000)
BEFORE_OUTPUT, ONE_MORE = "right before the output", "one more layer after it"
AT_TEST = {
    "everything on": CORRECT,
    "on at test time": BUGS["on at test time"],
    "scaled again": BUGS["scaled again at test time"],
}
REMEMBERED = 8


class Ensemble(Lab):
    """The predictions of all 2^n thinned networks for one example, and the averages of them.

    net, X: your own network and data (at most 12 units in the layer with dropout), or ours. dropout:
    where it is, BEFORE_OUTPUT or ONE_MORE. samples: how many random masks. at_test: what a prediction
    does with dropout, a key of AT_TEST. Raises ValueError or TypeError for input that does not fit.
    """

    def __init__(
        self,
        net: Network | None = None,
        X: ArrayLike | None = None,
        dropout: str = BEFORE_OUTPUT,
        *,
        keep_prob: float = 0.5,
        example: int = 0,
        activation: str | None = None,
        samples: int = 100,
        seed: int = 0,
        at_test: str = "everything on",
    ) -> None:
        super().__init__()
        if (net is None) != (X is None):
            raise ValueError("your own network needs your own data: give net and X")
        check_keep_prob(keep_prob)
        case = averages_case()
        self._net = net or case.net
        self._X = np.asarray(case.X if X is None else X, dtype=float)
        if forward(self._net, self._X).output.shape[0] != 1:  # complains about data, too
            raise ValueError(
                f"expected a network with one output; got one with {self._net.sizes[-1]}"
            )
        places = [BEFORE_OUTPUT, ONE_MORE][: self._net.L - 1]
        self._keep_prob, keep_prob_row = keep_prob_control(keep_prob)
        examples = range(self._X.shape[1])
        g = activation or self._net.activation
        self._dropout = _menu("dropout", places, dropout, "290px")
        self._activation = _menu("activation", list(ACTIVATIONS), g, "170px")
        self._example = _menu("example", examples, example, "110px")
        self._samples = _menu("samples", SAMPLES, samples, "140px")
        self._seed = whole_number("seed", seed, 0, 10**6)
        self._at_test = _menu("at test time", list(AT_TEST), at_test, "240px")
        again = button(
            "New samples", self._safely(lambda _: self._draw_anew()), "Other random masks"
        )
        predict = button(
            "Predict", self._safely(lambda _: self._predict()), "One prediction at test time"
        )
        self._chart = MeansChart()
        self._picture = Picture(lambda _: None)
        self._latest: tuple[float, ...] = ()
        first = row(keep_prob_row, self._dropout, self._activation, self._example)
        second = row(row(again, self._samples, self._seed), row(self._at_test, predict))
        self._assemble(first, second, self._picture, self.status)
        which = (self._keep_prob, self._dropout, self._activation, self._example)
        for control in (*which, self._samples, self._seed, self._at_test):
            control.observe(self._soon(self._change), "value")
        self._show()

    @property
    def keep_prob(self) -> float:
        """The probability that a unit is kept."""
        return float(self._keep_prob.value)

    @keep_prob.setter
    def keep_prob(self, value: float) -> None:
        check_keep_prob(value)
        self._keep_prob.value = value

    def predict(self) -> float:
        """One prediction at test time, as the button makes it."""
        self._predict()
        return self._latest[-1]

    def __repr__(self) -> str:
        shown = self._trouble() or describe_means(self.means)
        return f"Ensemble(keep_prob={self.keep_prob:.2f}, {shown})"

    def _change(self) -> None:
        """Something else is asked: what was predicted before does not belong to it."""
        self._latest = ()
        self._show()

    def _draw_anew(self) -> None:
        self._seed.value += 1

    def _now(self) -> tuple[Network, Array, list[int], float]:
        """The network, the one example, the layer with dropout, and keep_prob."""
        net, j = replace(self._net, activation=self._activation.value), self._example.value
        layer = self._net.L - (1 if self._dropout.value == BEFORE_OUTPUT else 2)
        return net, self._X[:, [j]], [layer], self.keep_prob

    def _predict(self) -> None:
        recipe, many = AT_TEST[self._at_test.value], len(self._latest)
        rng = np.random.default_rng([self._seed.value, many])
        net, X, layers, keep_prob = self._now()
        made = float(predict(net, X, keep_prob, recipe, rng, layers)[0, 0])
        self._latest = (*self._latest, made)
        self._show()

    def _show(self) -> None:
        rng, samples = np.random.default_rng(self._seed.value), self._samples.value
        drawn = monte_carlo(*self._now(), samples, rng)
        thinned, marks = read_marks(average_all(*self._now()), drawn)
        place = f"{self._dropout.value}, {self._activation.value}, example {self._example.value}"
        latest = self._latest[-REMEMBERED:]
        self.means = Means(thinned, marks, place, samples, self._at_test.value, latest)
        self._picture.show(self._chart.show(self.means))
        head, more = verdict(self.means)
        words = f"{escape(more)}<br>{escape(about_test(self.means))}"
        self._say(f"<strong>{escape(head)}</strong> {words}")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Live, and as a PNG with its words. No text/html: a PNG in it would be compared by nbval."""
        bundle = dict(self.widget._repr_mimebundle_(**kwargs) or {})
        bundle |= {"image/png": b64encode(self._chart.png()).decode(), "text/plain": repr(self)}
        return bundle, {"image/png": {"width": WIDTH, "alt": describe_means(self.means)}}


def _menu(name: str, options: Sequence[Any], value: Any, width: str) -> widgets.Dropdown:
    """A drop-down; a value that is not among the options is named."""
    check_one_of(value, options, name)
    return choice(name, options, value, width)
