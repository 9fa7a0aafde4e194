"""Keep the scale: a quantity over all masks, with its exact mean, with and without / keep_prob."""

from collections.abc import Callable
from dataclasses import replace
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.charts.spread import describe_spread, draw_spread
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.doors import Array, check_hidden
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Forward, forward, loss, resume
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import wide_lesson
from dropout_lab.experiments.ensemble import distribution
from dropout_lab.labs.base import KeepProbLab, as_image, element
from dropout_lab.labs.base_passes import own_or_ours
from dropout_lab.labs.controls import Chosen, choice, more, row
from dropout_lab.labs.picture import Picture
from dropout_lab.text import minus

QUANTITIES = ("next Z", "next A", "squared length of A_drop", "cost J")
NO_SCALE = BUGS["no scale at all"]


class KeepTheScale(KeepProbLab):
    """The distribution of a quantity over all masks of one layer, inverted above and vanilla below.

    net, X, Y: your own network and data (at most 12 units in the layer), or eight units of ours.
    quantity: what is looked at first, one of QUANTITIES. unit: of the next layer; example: numbered
    from 0. Raises ValueError or TypeError for input that does not fit.
    """

    quantity = Chosen[str]("What is looked at, one of QUANTITIES")
    unit = Chosen[int]("The unit of the next layer")
    example = Chosen[int]("The example, numbered from 0")
    activation = Chosen[str]("The activation of the hidden layers")

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
        self._net, self._X, self._Y = own_or_ours(wide_lesson(), net, X, Y)
        check_hidden([layer], self._net.L)
        self._layer = layer
        units, examples = range(self._net.sizes[layer + 1]), range(self._X.shape[1])
        keep_prob_row = self._keep_prob_row(keep_prob)
        self._quantity = choice("show", QUANTITIES, quantity, "230px", called="quantity")
        self._unit = choice("unit", units, unit, "100px")
        self._example = choice("example", examples, example, "110px")
        self._activation = choice("activation", list(ACTIVATIONS), self._net.activation, "170px")
        self._picture = Picture()
        shown, (more_, rest) = (self._quantity, self._activation), more(self._unit, self._example)
        self._assemble(row(keep_prob_row, *shown, more_), rest, self._picture, self.status)
        self._asked = (self._keep_prob, *shown, self._unit, self._example)
        self._show()
        self._watch()

    def __repr__(self) -> str:
        shown = self._trouble() or describe_spread(*self._shown)
        return f"KeepTheScale(keep_prob={self.keep_prob:.2f}, {shown})"

    def _reading(self) -> tuple[str, Callable[[Forward], Array]]:
        """What is looked at: its full name, and how it is read off a pass with a leading mask axis."""
        l, i, j = self._layer, self.unit, self.example
        here = f"of unit {i}, example {j}"
        return {
            "next Z": (f"Z{l + 1} {here}", lambda fwd: fwd.Z[l + 1][..., i, j]),
            "next A": (f"A{l + 1} {here}", lambda fwd: fwd.A[l + 1][..., i, j]),
            "squared length of A_drop": (
                f"squared length of A{l}_drop, example {j}",
                lambda fwd: np.sum(fwd.A_drop[l][..., j] ** 2, axis=-1),
            ),
            "cost J": ("cost J", lambda fwd: np.asarray(loss(fwd, self._Y))),
        }[self.quantity]

    def _work(self) -> None:
        net, (name, read) = replace(self._net, activation=self.activation), self._reading()
        scaled, plain = (
            distribution(read, net, self._X, [self._layer], self.keep_prob, recipe)
            for recipe in (CORRECT, NO_SCALE)
        )
        on = forward(net, self._X)
        times = resume(net, on, self._layer, on.A[self._layer] * self.keep_prob)
        self._shown = (name, (scaled, plain), (float(read(on)), float(read(times))))

    def _paint(self) -> None:
        self._picture.show(draw_spread(*self._shown))
        head, words = self._verdict()
        self._say(words, head)

    def _static(self) -> list[Element]:
        head, words = self._verdict()
        return [as_image(self._picture.root), element("p", f"{head} {words}")]

    @property
    def kept(self) -> bool:
        """Whether, with the scale, the exact mean is the value with everything on."""
        _, (scaled, _), (on, _) = self._shown
        return bool(np.isclose(float(scaled.mean), on))

    def _verdict(self) -> tuple[str, str]:
        """Whether the mean is kept; then which mean equals which mark."""
        _, (scaled, plain), (on, times) = self._shown
        mean, bare = float(scaled.mean), float(plain.mean)
        head = (
            f"{'✓ kept' if self.kept else '✗ not kept'}: with the scale the exact mean is "
            f"{mean:+z.4f}, with everything on it is {on:+z.4f}."
        )
        vanilla = (
            f"it equals everything on with A times keep_prob, {times:+z.4f}"
            if np.isclose(bare, times)
            else f"everything on with A times keep_prob gives {times:+z.4f}"
        )
        words = (
            f"Without the scale the mean is {bare:+z.4f}; {vanilla}. "
            f"Over {scaled.probabilities.size} masks the standard deviation is "
            f"{float(scaled.variance) ** 0.5:.4f} with the scale."
        )
        return minus(head), minus(words)
