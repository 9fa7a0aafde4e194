"""All thinned networks at test time: what they predict, their means, and the one with everything on."""

from dataclasses import replace
from xml.etree.ElementTree import Element

import ipywidgets as widgets
import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.charts.means import (
    about_test,
    describe_means,
    draw_means,
    read_means,
    verdict,
)
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.doors import Array, as_floats
from dropout_lab.core.network import Network
from dropout_lab.core.passes import forward, predict
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import averages_case
from dropout_lab.experiments.ensemble import average_all, monte_carlo
from dropout_lab.labs.base import KeepProbLab, as_image, element
from dropout_lab.labs.controls import Chosen, button, choice, more, row, whole_number
from dropout_lab.labs.picture import Picture

SAMPLES = (10, 100, 1000)
PLACES = BEFORE_OUTPUT, ONE_MORE = ("right before the output", "one more layer after it")
AT_TEST = {
    "everything on": CORRECT,
    "on at test time": BUGS["on at test time"],
    "scaled again": BUGS["scaled again at test time"],
}
REMEMBERED = 8


class Ensemble(KeepProbLab):
    """The predictions of all 2^n thinned networks for one example, and the averages of them.

    net, X: your own network and data (at most 12 units in the layer with dropout), or ours. dropout:
    where it is, BEFORE_OUTPUT or ONE_MORE. samples: how many random masks. at_test: what a prediction
    does with dropout, a key of AT_TEST. Raises ValueError or TypeError for input that does not fit.
    """

    dropout = Chosen[str]("Where the dropout is")
    activation = Chosen[str]("The activation of the hidden layers")
    example = Chosen[int]("The example, numbered from 0")
    samples = Chosen[int]("How many random masks are drawn")
    at_test = Chosen[str]("What a prediction does with dropout, a key of AT_TEST")
    _latest: tuple[float, ...] = ()  # the predictions of the question that is shown

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
        self._net, self._X = _own_or_ours(net, X)
        keep_prob_row = self._keep_prob_row(keep_prob)
        places, examples = PLACES[: self._net.L - 1], range(self._X.shape[1])
        g = activation or self._net.activation
        self._dropout = choice("dropout", places, dropout, "245px")
        self._activation = choice("activation", list(ACTIVATIONS), g, "170px")
        self._example = choice("example", examples, example, "110px")
        self._samples = choice("samples", SAMPLES, samples, "140px")
        self._seed = whole_number("seed", seed, 0, 10**6)
        self._at_test = choice("at test time", list(AT_TEST), at_test, "240px", called="at_test")
        self._picture = Picture()
        self._assemble(*self._controls(keep_prob_row), self._picture, self.status)
        which = (self._dropout, self._activation, self._example)
        self._asked = (self._keep_prob, *which, self._samples, self._seed, self._at_test)
        self._show()
        self._watch()

    def _controls(self, keep_prob_row: widgets.HBox) -> tuple[widgets.HBox, widgets.HBox]:
        draw = self._safely(lambda _: self._draw_anew())
        ask = self._safely(lambda _: self.predict())
        again = button("New samples", draw, "Other random masks")
        once = button("Predict", ask, "One prediction at test time")
        more_, rest = more(self._at_test, self._activation, self._example, self._seed)
        return row(keep_prob_row, self._dropout, self._samples, again, once, more_), rest

    def predict(self) -> float:
        """One prediction at test time, as the button makes it."""
        recipe, many = AT_TEST[self.at_test], len(self._latest)
        rng = np.random.default_rng([self._seed.value, many])
        net, X, layers, keep_prob = self._now()
        made = float(predict(net, X, keep_prob, recipe, rng, layers)[0, 0])
        self._latest = (*self._latest, made)
        self._show()
        return made

    def __repr__(self) -> str:
        shown = self._trouble() or describe_means(self.means)
        return f"Ensemble(keep_prob={self.keep_prob:.2f}, {shown})"

    def _work(self) -> None:
        rng = np.random.default_rng(self._seed.value)
        drawn = monte_carlo(*self._now(), self.samples, rng)
        place = f"{self.dropout}, {self.activation}, example {self.example}"
        # What was predicted before does not belong to what is asked now.
        self.means = read_means(average_all(*self._now()), drawn, place, self.at_test)
        self._latest = ()

    def _draw_anew(self) -> None:
        self._seed.value += 1

    def _now(self) -> tuple[Network, Array, list[int], float]:
        """The network, the one example, the layer with dropout, and keep_prob."""
        layer = self._net.L - (1 if self.dropout == BEFORE_OUTPUT else 2)
        net = replace(self._net, activation=self.activation)
        return net, self._X[:, [self.example]], [layer], self.keep_prob

    def _paint(self) -> None:
        self.means = replace(self.means, latest=self._latest[-REMEMBERED:])
        self._picture.show(draw_means(self.means))
        head, words = verdict(self.means)
        self._say(words, head, None, element("div", about_test(self.means)))

    def _static(self) -> list[Element]:
        words = " ".join((*verdict(self.means), about_test(self.means)))
        return [as_image(self._picture.root), element("p", words)]


def _own_or_ours(net: Network | None, X: ArrayLike | None) -> tuple[Network, Array]:
    """Your own network and data, or ours. Raises ValueError for what does not fit."""
    if (net is None) != (X is None):
        raise ValueError("your own network needs your own data: give net and X")
    case = averages_case()
    net, values = case.net if net is None else net, as_floats(case.X if X is None else X, "X")
    if forward(net, values).output.shape[0] != 1:  # complains about data, too
        raise ValueError(f"expected a network with one output; got one with {net.sizes[-1]}")
    return net, values
