"""The switches of a lab: drawn from a seed, and set by hand."""

from collections.abc import Sequence

import numpy as np

from dropout_lab.core.doors import Mask, check_hidden, check_one_of
from dropout_lab.core.network import Network
from dropout_lab.core.passes import sample_masks
from dropout_lab.core.recipe import Recipe


class Switches:
    """Masks for m examples. The same seed keeps its draws, so they grow and shrink with keep_prob."""

    def __init__(self, net: Network, m: int, layers: Sequence[int]) -> None:
        check_hidden(layers, net.L)
        self._net, self._m, self.layers = net, m, tuple(layers)
        self._by_hand: dict[tuple[int, int, int], bool] = {}

    @property
    def by_hand(self) -> dict[tuple[int, int, int], bool]:
        """What was switched by hand: {(layer, unit, example): kept}."""
        return dict(self._by_hand)

    def masks(self, seed: int, keep_prob: float, recipe: Recipe) -> dict[int, Mask]:
        """The masks of this seed, then what was switched by hand."""
        rng = np.random.default_rng(seed)
        drawn = sample_masks(self._net, self._m, self.layers, keep_prob, rng, recipe)
        masks = {l: np.array(D) for l, D in drawn.items()}
        for (l, i, j), kept in self._by_hand.items():
            masks[l][i, j] = kept
        return masks

    def toggle(self, masks: dict[int, Mask], layer: int, unit: int, example: int) -> None:
        """Switch one unit over from where it stands in masks, until `forget`."""
        if layer not in masks or unit not in range(len(masks[layer])):
            raise ValueError(f"there is no switch at unit {unit} of layer {layer}")
        check_one_of(example, range(self._m), "example")
        at = layer, unit, example
        self._by_hand[at] = not self._by_hand.get(at, bool(masks[layer][unit, example]))

    def forget(self) -> None:
        """Forget what was switched by hand."""
        self._by_hand.clear()
