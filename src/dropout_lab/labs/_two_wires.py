"""One unit close up: nudge its value before or after the switch, and that example's loss answers."""

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.doors import check_one_of
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT, Recipe, Through
from dropout_lab.experiments.nudge import SIDES, Spot, nudge
from dropout_lab.labs.base import as_image
from dropout_lab.labs.base_passes import PassesLab
from dropout_lab.labs.controls import button, choice, number_box, row
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.wires import describe_wires, draw_wires, outcome

LARGEST = 0.5


class TwoWires(PassesLab):
    """One unit, both wires, every number on them. Press a value to nudge it, or the switch.

    layer, unit, example: which one, numbered as in the code (layers from 1, the others from 0).
    nudge: how much to add; where: "before" or "after" the switch. The rest as in `step_through`.
    """

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
        super().__init__(net, X, Y, keep_prob, seed, layers)
        switched = list(self._switches.layers)
        if not switched:
            raise ValueError("no layer of this network has dropout, so there is no switch to show")
        self._layer = choice("layer", switched, self._among(layer, switched, "layer"), "100px")
        units = range(self._net.sizes[self._layer.value])
        self._unit = choice("unit", units, self._among(unit, units, "unit"), "100px")
        self._where = choice("nudge", SIDES, self._among(where, SIDES, "where"), "140px")
        self._size = number_box("by", nudge, -LARGEST, LARGEST)
        flip = button("Open or close its switch", self._safely(self._flip))
        self._stage = Picture(self._safely(self._press))
        which = row(self._layer, self._unit, flip, self._where, self._size)
        self._assemble(self._masks_row, self._recipe_row, which, self._stage, self.status)
        self._layer.observe(self._safely(lambda _: self._new_layer()), "value")
        self._start(example, self._unit, self._where, self._size)
        self._choose(recipe, backward)

    def __repr__(self) -> str:
        return (
            f"TwoWires(keep_prob={self.keep_prob:.2f}, recipe={self.recipe.name!r}, "
            f"{self._trouble() or describe_wires(self.nudged)})"
        )

    def _among(self, value: int | str | None, known: Sequence[int | str], name: str) -> int | str:
        """The value, or the first known one if there is none."""
        if value is None:
            return known[0]
        check_one_of(value, known, name)
        return value

    def _show(self) -> None:
        with np.errstate(all="ignore"):  # a wrong recipe may divide by zero; the picture says so
            fwd, bwd = self._run()
            spot = Spot(self._layer.value, self._unit.value, self.example, self._where.value)
            self.nudged = nudge(self.net, fwd, bwd, self._Y, spot, float(self._size.value))
        self._stage.show(draw_wires(self.nudged))
        honest = self.nudged.honest
        verdict = "✓ the promise is true" if honest else "✗ the promise is false"
        self._say(
            f"<strong>{verdict}:</strong> {escape(outcome(self.nudged))}. "
            f"Recipe: {escape(self.recipe.name)}.",
            honest,
        )

    def _new_layer(self) -> None:
        self._unit.options = list(range(self._net.sizes[self._layer.value]))
        self._show()

    def _flip(self, *_: object) -> None:
        self.toggle(self._layer.value, self._unit.value)

    def _press(self, key: str) -> None:
        if key == "switch":
            self._flip()
        else:
            self._where.value = key

    def _static(self) -> str:
        return as_image(draw_wires(self.nudged), describe_wires(self.nudged))
