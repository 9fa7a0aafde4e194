"""One row of attention and its switches: what becomes of its sum, and of the gradients on the way back."""

from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.bugs.attention import ATTENTION_RECIPES
from dropout_lab.core.doors import check_count, check_one_of
from dropout_lab.core.dropout import sample_mask
from dropout_lab.experiments.attention import attention_case, attention_forward
from dropout_lab.labs.base import KeepProbLab, as_image, element
from dropout_lab.labs.controls import Chosen, button, choice, row
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.attention import AttentionRow, describe_attention, draw_attention
from dropout_lab.pictures.stage import write_parts
from dropout_lab.text import line_of


class Attention(KeepProbLab):
    """One query of a head with six keys; press a key to switch it off or on.

    recipe: how the gradient goes back, "correct" or the name of a slip. query: the row that is shown,
    numbered from 0. seed: of the switches. Raises ValueError or TypeError for what there is not.
    """

    recipe = Chosen[str]("How the gradient goes back, by name")
    query = Chosen[int]("The row that is shown, numbered from 0")

    def __init__(
        self, recipe: str = "correct", query: int = 0, *, keep_prob: float = 0.6, seed: int = 0
    ) -> None:
        super().__init__()
        self._given, self._dO = attention_case()
        check_count(seed, "seed", 0)
        self._seed = self._first = seed
        self._by_hand: dict[tuple[int, int], bool] = {}
        keep_prob_row = self._keep_prob_row(keep_prob)
        self._query = choice("query", range(len(self._dO)), query, "100px")
        self._recipe = choice("break it", list(ATTENTION_RECIPES), recipe, "270px", called="recipe")
        self._stage = Picture(self._safely(lambda key: self.toggle(int(key))))
        new = button("New mask", self.new_mask, "Draw other switches")
        reset = button("Reset", self._safely(self.reset), "Everything as it was")
        controls = row(self._query, keep_prob_row, self._recipe, new, reset)
        self._assemble(controls, self._stage, self.status)
        self._asked = (self._keep_prob, self._query, self._recipe)
        self._start = {control: control.value for control in self._asked}
        self._show()
        self._watch()

    def __repr__(self) -> str:
        told = self._trouble() or describe_attention(self.row)
        return f"Attention(keep_prob={self.keep_prob:.2f}, recipe={self.recipe!r}, {told})"

    def toggle(self, key: int) -> None:
        """Switch a key of the row that is shown off or on."""
        check_one_of(key, range(self._given.D.shape[1]), "key")
        self._by_hand[self.query, key] = not self.row.fwd.D[self.query, key]
        self._show()

    def new_mask(self, *_: object) -> None:
        """Draw other switches, from the next seed; what was switched by hand is forgotten."""
        self._seed += 1
        self._by_hand.clear()
        self._answer()

    def reset(self, *_: object) -> None:
        """Everything as it was at the start."""
        with self._answer.once():
            self._seed, self._by_hand = self._first, {}
            for control, value in self._start.items():
                control.value = value

    def _question(self) -> tuple[object, ...]:
        return (*super()._question(), self._seed, dict(self._by_hand))

    def _work(self) -> None:
        given = self._given
        D = sample_mask(given.D.shape, self.keep_prob, np.random.default_rng(self._seed))
        for at, kept in self._by_hand.items():
            D[at] = kept
        fwd = attention_forward(given.Q, given.K, given.V, D, self.keep_prob)
        self.row = AttentionRow(fwd, self._dO, ATTENTION_RECIPES[self.recipe], self.query)

    def _paint(self) -> None:
        self._stage.show(write_parts([draw_attention(self.row)], "row"))
        recipe, P = self.row.recipe, "P" if self.row.recipe.slope_from == "Z" else "P_drop"
        harmless = self.row.good and recipe.name != "correct"
        told = "with these switches this slip changes nothing." if harmless else recipe.explanation
        back = line_of(recipe.backward, ("dP_drop", "D", "keep_prob"))
        code = f"dP = {back};   dS = {P} * (dP - rowsum({P} * dP))"
        head = f"{'✓' if self.row.good else '✗'} {recipe.name}: {told}"
        below = (
            element("code", code),
            element("br", ""),
            element("span", describe_attention(self.row)),
        )
        self._say("", head, self.row.good, element("br", ""), *below)

    def _static(self) -> list[Element]:
        return [as_image(draw_attention(self.row))]
