"""One unit close up: nudge its value before or after the switch, and that example's loss answers."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT, Recipe, Through
from dropout_lab.experiments.nudge import SIDES, Nudge, Spot, nudge
from dropout_lab.labs.base_passes import PassesLab
from dropout_lab.labs.controls import Chosen, choice, number_box
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.wires import describe_wires, draw_wires, outcome

LARGEST = 0.5
BROKEN = 0.05  # a promise that is off by more is none


class TwoWires(PassesLab):
    """One unit, both wires, every number on them. Press a value to nudge it, or the switch.

    layer, unit, example: which one, numbered as in the code (layers from 1, the others from 0).
    nudge: how much to add; where: "before" or "after" the switch. The rest as in `step_through`.
    """

    layer = Chosen[int]("The layer of the unit, numbered from 1")
    unit = Chosen[int]("The unit, numbered from 0")
    where = Chosen[str]("Where its value is nudged, before or after the switch")

    def __init__(
        self,
        net: Network | None = None,
        X: ArrayLike | None = None,
        Y: ArrayLike | None = None,
        recipe: Recipe | str = CORRECT,
        layer: int | None = None,
        unit: int = 0,
        *,
        nudge: float = 0.1,
        where: str = "after",
        backward: Through | None = None,
        keep_prob: float = 0.7,
        seed: int | None = None,
        example: int = 0,
        layers: Sequence[int] | None = None,
    ) -> None:
        super().__init__(net, X, Y, keep_prob, seed, example, layers)
        switched = self._switches.layers
        if not switched:
            raise ValueError("no layer of this network has dropout, so there is no switch to show")
        self._layer = choice("layer", switched, switched[0] if layer is None else layer, "100px")
        units = range(self._net.sizes[self.layer])
        self._unit = choice("unit", units, unit, "100px")
        self._where = choice("nudge", SIDES, where, "140px", called="where")
        name, range_ = f"by (at most {LARGEST})", (-LARGEST, LARGEST)
        self._size = number_box(name, nudge, *range_, "170px", called="nudge")
        self._stage = Picture(self._safely(self._press))
        many = [self._layer] if len(switched) > 1 else []
        many += [self._example] if self._X.shape[1] > 1 else []
        controls = self._controls(self._unit, self._where, self._size, also=many)
        self._assemble(*controls, self._stage, self.status)
        self._layer.observe(self._safely(lambda _: self._new_layer()), "value")
        self._begin(recipe, backward)
        self._watch(self._unit, self._where, self._size)

    def __repr__(self) -> str:
        return (
            f"TwoWires(keep_prob={self.keep_prob:.2f}, recipe={self.recipe.name!r}, "
            f"{self._trouble() or describe_wires(self.nudged)})"
        )

    def _work(self) -> None:
        self.masks, self._fwd, self._bwd = self._run()

    @np.errstate(all="ignore")  # a wrong recipe may divide by zero; the picture says so
    def _paint(self) -> None:
        passes = (self.net, self._fwd, self._bwd, self._Y)
        spot = Spot(self.layer, self.unit, self.example, self._where.value)
        self.nudged = nudge(*passes, spot, float(self._size.value))
        self._stage.show(draw_wires(self.nudged))
        good, verdict = _judged(self.nudged)
        words = f"{outcome(self.nudged)}. In use: {self.recipe.name}. {self._state()}"
        self._say(words, f"{'✓' if good else '✗'} {verdict}:", good)

    def _new_layer(self) -> None:
        with self._answer.once():
            self._unit.options = range(self._net.sizes[self.layer])

    def _press(self, key: str) -> None:
        if key == "switch":
            self.toggle(self.layer, self.unit)
        else:
            self.where = key

    def _still(self) -> Element:
        return draw_wires(self.nudged)


def _judged(nudged: Nudge) -> tuple[bool, str]:
    """Whether the loss did what the gradient promised, and how far off it was.

    Above 5% it did not: either the gradient is wrong, or the nudge too large for a straight line.
    """
    off = nudged.gap
    if not nudged.honest:
        return False, "the promise is false"
    if off > BROKEN:
        return False, f"off by {off:.0%}: the gradient is right, the nudge too large for it"
    return True, "the promise is true" + (f", to {off:.0%}" if off >= 0.005 else "")
