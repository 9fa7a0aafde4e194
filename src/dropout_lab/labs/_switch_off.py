"""Switch neurons off: click them, move keep_prob, and count what share is kept."""

from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.charts.spread import ShareChart
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT
from dropout_lab.labs.base import element
from dropout_lab.labs.base_passes import PassesLab
from dropout_lab.labs.controls import Chosen, choice
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.stage import Said, build, parts, write_parts
from dropout_lab.pictures.steps import tell
from dropout_lab.pictures.words import off_units

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

    sampling = Chosen[str]("How the switches are drawn, a key of SAMPLING")

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
        super().__init__(net, X, Y, keep_prob, seed, example, [layer])
        self._layer = layer
        self._sampling = choice("D from", list(SAMPLING), sampling, "290px", called="sampling")
        self._stage = Picture(self._safely(self._press))
        self._chart = ShareChart(DRAWS) if shares else None
        self._curve = Picture()
        curve = [self._curve] if shares else []
        self._assemble(
            *self._controls(self._sampling, broken=False), self._stage, *curve, self.status
        )
        self._sampling.observe(self._safely(lambda _: self._draw_otherwise()), "value")
        self._begin(SAMPLING[sampling])
        self._watch()

    def __repr__(self) -> str:
        return (
            f"SwitchOff(keep_prob={self.keep_prob:.2f}, sampling={self.sampling!r}, "
            f"example={self.example}, off=[{off_units(self.masks, self.example)}], "
            f"{self._trouble() or self._counted()})"
        )

    def _draw_otherwise(self) -> None:
        self._switches.forget()
        self.recipe = SAMPLING[self.sampling]

    def _work(self) -> None:
        masks, fwd, bwd = self._run()
        steps = {step.name: step for step in tell(self.net, fwd, bwd, self._Y, self.recipe)}
        share = self._measure() if self._chart else 0.0
        self.masks, self._share = masks, share
        self._step, self._code = steps[f"A{self._layer}_drop"], steps[f"D{self._layer}"].code

    def _paint(self) -> None:
        self._stage.show(write_parts(self._shown(), self._step.name))
        if self._chart:
            self._curve.show(self._chart.show(self.keep_prob, self._share))
        code = element("code", self._code)
        self._say(self._different(), self._in_words(), None, Element("br"), code)

    def _shown(self) -> list[Element]:
        return parts(self._step, self.example, self._view, start=f"D{self._layer}")

    def _still(self) -> Element:
        said = Said(sentence=self._in_words())
        return build(self._step, self.example, self._view, said, f"D{self._layer}")

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
        n, kept = len(D), int(D[:, j].sum())
        words = f"Example {j}: {kept} of {n} units kept."
        if not kept:
            words = (
                f"In example {j} the whole layer is off, so layer {self._layer + 1} sees only its "
                f"biases."
            )
            if not any(example == j for _, _, example in self._switches.by_hand):
                words += f" By chance: (1 - keep_prob)^{n} = {(1 - self.keep_prob) ** n:.2g}."
        by_hand = self._state().partition(" Set by hand: ")[2]
        words += f" Set by hand: {by_hand}" if by_hand else ""
        return f"{self._counted()}; keep_prob says {self.keep_prob:.2f}. {words}"

    def _different(self) -> str:
        """What the recipe says of itself, if it switches or scales otherwise than the correct one."""
        recipe = self.recipe
        same = (recipe.sample, recipe.forward) == (CORRECT.sample, CORRECT.forward)
        return "" if same else recipe.explanation

    def _static(self) -> list[Element]:
        chart = [element("p", self._chart.words)] if self._chart else []
        return [*super()._static(), *chart]
