"""The two passes told line by line: each step is one line of code, and what it makes, where.

The arrays are those the passes recorded. Each step also knows the true gradients, so that a picture
can show where a recipe goes wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dropout_lab.core.doors import as_labels, read_only
from dropout_lab.core.dropout import Array, Mask
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Backward, Forward
from dropout_lab.core.recipe import CORRECT, Recipe
from dropout_lab.core.run_network import backward
from dropout_lab.pictures.lines import Place, backward_lines, forward_lines


@dataclass(frozen=True)
class Step:
    """One line of a pass. `seen` and `truth` map names ("dA1_drop") to read-only arrays.

    seen: X, Y and all arrays computed so far, this step's included. truth: the true gradients; wrong:
    where the recipe's differ, only for arrays that do. switches: the mask of each layer that has
    dropout. scale: the value at which colors are full. passed: "forward" or "backward".
    """

    name: str
    code: str
    formula: str
    sentence: str
    place: Place
    seen: Mapping[str, NDArray[Any]]
    truth: Mapping[str, Array]
    wrong: Mapping[str, Mask]
    switches: Mapping[int, Mask]
    net: Network
    keep_prob: float
    passed: str
    scale: float


def true_gradients(net: Network, fwd: Forward, Y: ArrayLike) -> Backward:
    """The gradient of the forward pass that was really run, whatever its recipe.

    Dropout's forward is linear and element by element, so its true backward is that same function.
    """
    true = replace(CORRECT, name="true gradient", backward=fwd.recipe.forward)
    return backward(net, fwd, Y, true)


def tell(
    net: Network, fwd: Forward, bwd: Backward, Y: ArrayLike, recipe: Recipe = CORRECT
) -> list[Step]:
    """The steps of both passes in the order they ran. Raises ValueError for leading axes."""
    if fwd.output.ndim != 2:
        raise ValueError("steps tell one network with one mask; index the leading axis first")
    Y = read_only(as_labels(Y, fwd.output.shape))
    truth = MappingProxyType(_named_gradients(true_gradients(net, fwd, Y), fwd))
    wrong = MappingProxyType(_differences(_named_gradients(bwd, fwd), truth))
    masks = {l: np.broadcast_to(D, fwd.A[l].shape) for l, D in fwd.D.items()}
    switches = MappingProxyType(masks)
    k = fwd.keep_prob
    scales = {
        "forward": nice_ceiling(fwd.Z, fwd.A, fwd.A_drop),
        "backward": nice_ceiling(bwd.dA_drop, bwd.dA, bwd.dZ),
    }
    seen: dict[str, NDArray[Any]] = {"X": fwd.A[0], "Y": Y}
    steps = []
    lines = [*forward_lines(net, fwd, Y, recipe), *backward_lines(net, fwd, bwd, recipe)]
    for code, formula, sentence, place, values in lines:
        seen |= {place.array: values}
        name = "loss" if place.where == "output" else place.array
        passed = "backward" if name.startswith("d") else "forward"
        scale = scales[passed]
        so_far = MappingProxyType(dict(seen))
        steps.append(
            Step(
                name,
                code,
                formula,
                sentence,
                place,
                so_far,
                truth,
                wrong,
                switches,
                net,
                k,
                passed,
                scale,
            )
        )
    return steps


def _named_gradients(bwd: Backward, fwd: Forward) -> dict[str, Array]:
    """{"dA1_drop": ..., "dW2": ...}: a Backward under the names the code lines use."""
    return {
        kind.replace("dA_drop", "dA") + str(l) + ("_drop" if kind == "dA_drop" else ""): values
        for kind, by_layer in vars(bwd).items()
        for l, values in by_layer.items()
        if kind != "dA_drop" or l in fwd.D
    }


def _differences(found: Mapping[str, Array], true: Mapping[str, Array]) -> dict[str, Mask]:
    """Where arrays differ by more than rounding; arrays that agree everywhere are left out."""
    differ = {
        name: ~(np.abs(values - true[name]) <= 1e-12 + 1e-6 * np.abs(true[name]))
        for name, values in found.items()
    }
    return {name: where for name, where in differ.items() if where.any()}


def nice_ceiling(*groups: Mapping[int, Array]) -> float:
    """The largest size among the finite entries, rounded up to a round number."""
    entries = np.concatenate([values.ravel() for group in groups for values in group.values()])
    largest = np.max(np.abs(entries), initial=0, where=np.isfinite(entries))
    if largest == 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(largest))
    return float(next(r * power for r in (1, 1.5, 2, 3, 4, 5, 7.5, 10) if largest <= r * power))
