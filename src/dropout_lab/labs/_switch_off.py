"""Switch neurons off: click them, move keep_prob, and count what share is kept."""

from html import escape
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.doors import check_one_of
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT
from dropout_lab.labs.base import as_image
from dropout_lab.labs.base_passes import PassesLab
from dropout_lab.labs.controls import choice
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.stage import build, describe
from dropout_lab.pictures.steps import tell
from dropout_lab.pictures.words import off_units

if TYPE_CHECKING:
    from dropout_lab.charts.spread import ShareChart

DRAWS = 10_000
SAMPLING = {
    "rand < keep_prob": CORRECT,
    "randn < keep_prob": BUGS["randn"],
    "rand > keep_prob": BUGS["flipped comparison"],
    "one mask for all examples": BUGS["one mask for all examples"],
    "seed inside forward": BUGS["seed inside forward"],
}


class SwitchOff(PassesLab):
    """One layer with switches: D, A and A_drop for all examples; click a neuron to switch it.

    sampling: how the switches are drawn, a key of SAMPLING. shares: show the share kept as well,
    against keep_prob. layer: the one with dropout. The rest as in `step_through`.
    """

    def __init__(
        self,
        net: Network | None = None,
        X: ArrayLike | None = None,
        Y: ArrayLike | None = None,
        sampling: str = "rand < keep_prob",
        *,
        shares: bool = False,
        layer: int = 1,
        keep_prob: float = 0.7,
        seed: int | None = None,
        example: int = 0,
    ) -> None:
        super().__init__(net, X, Y, keep_prob, seed, [layer])
        self._layer = layer
        self._sampling = choice("D from", list(SAMPLING), _known(sampling), "290px")
        self._stage = Picture(self._safely(self._press))
        self._chart = _share_chart() if shares else None
        self._curve = Picture(lambda _: None)
        curve = [self._curve] if shares else []
        self._assemble(self._masks_row, self._sampling, self._stage, *curve, self.status)
        self._menu.choose(SAMPLING[sampling])
        self._sampling.observe(self._safely(lambda _: self._draw_otherwise()), "value")
        self._start(example)

    @property
    def sampling(self) -> str:
        """How the switches are drawn; can be set to a key of SAMPLING."""
        return str(self._sampling.value)

    @sampling.setter
    def sampling(self, value: str) -> None:
        self._sampling.value = _known(value)

    def __repr__(self) -> str:
        return (
            f"SwitchOff(keep_prob={self.keep_prob:.2f}, sampling={self.sampling!r}, "
            f"example={self.example}, off=[{off_units(self.masks, self.example)}], "
            f"{self._trouble() or self._counted()})"
        )

    def _draw_otherwise(self) -> None:
        self._menu.choose(SAMPLING[self.sampling])
        self._forget()

    def _show(self) -> None:
        fwd, bwd = self._run()
        steps = tell(self.net, fwd, bwd, self._Y, self.recipe)
        self._step = next(step for step in steps if step.name == f"A{self._layer}_drop")
        self._code = next(step.code for step in steps if step.name == f"D{self._layer}")
        self._stage.show(self._draw())
        if self._chart:
            self._share = self._measure()
            self._curve.show(self._chart.show(self.keep_prob, self._share))
        self._say(self._in_words())

    def _draw(self) -> Element:
        return build(self._step, self.example, start=f"D{self._layer}")

    def _measure(self) -> float:
        """The share kept of many draws. A single column, so that each coin counts once."""
        rng = np.random.default_rng(self._seed.value)
        return float(np.mean(self.recipe.sample((DRAWS, 1), self.keep_prob, rng)))

    def _counted(self) -> str:
        D = self.masks[self._layer]
        words = f"{int(D.sum())} of {D.size} kept, a share of {D.mean():.2f}"
        return words + (f"; of {DRAWS:,} draws {self._share:.3f}" if self._chart else "")

    def _in_words(self) -> str:
        """What is kept, and how likely it is that nothing is."""
        D, j = self.masks[self._layer], self.example
        words = f"{self._counted()}; keep_prob says {self.keep_prob:.2f}. "
        n = len(D)
        if not D[:, j].any():
            words += (
                f"In example {j} the whole layer is off, so layer {self._layer + 1} sees only its "
                f"biases. By chance: (1 - keep_prob)^{n} = {(1 - self.keep_prob) ** n:.2g}. "
            )
        else:
            words += f"Example {j}: {int(D[:, j].sum())} of {n} units kept. "
        different = "" if self.recipe is CORRECT else f"{self.recipe.explanation} "
        different = "" if self.sampling == "rand < keep_prob" else different
        return f"<strong>{escape(words)}</strong>{escape(different)}<br><code>{escape(self._code)}</code>"

    def _press(self, key: str) -> None:
        layer, unit = map(int, key.split())
        self.toggle(layer, unit)

    def _static(self) -> str:
        image = as_image(self._draw(), describe(self._step, self.example))
        if not self._chart:
            return image
        return f"{image}<p>{escape(self._chart.words)}</p>"


def _share_chart() -> "ShareChart":
    """The chart. It loads matplotlib, which takes its time, so only where it is wanted."""
    from dropout_lab.charts.spread import ShareChart

    return ShareChart()


def _known(sampling: str) -> str:
    check_one_of(sampling, SAMPLING, "sampling")
    return sampling
