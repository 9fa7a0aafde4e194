"""The two passes told line by line: each step is one line of code, and what it makes, where.

The arrays are those the passes recorded. Each step also knows the true gradients, so that a picture
can show where a recipe goes wrong: where a mistake is made, and where it is only passed on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dropout_lab.core.activations import activation_named
from dropout_lab.core.doors import Array, Mask, as_labels, read_only
from dropout_lab.core.network import Network
from dropout_lab.core.passes import Backward, Forward, backward, forward, loss
from dropout_lab.core.recipe import CORRECT, Recipe, Through
from dropout_lab.pictures.lines import Kind, Line, Passed, lines_of_passes, named, sent_by
from dropout_lab.pictures.words import about


@dataclass(frozen=True)
class Story:
    """What all steps of two passes share. Arrays by name ("dA1_drop"); masks by layer.

    truth: the true gradients. wrong: where the recorded ones differ from them, only arrays that do.
    made: where an array differs although what its line was given was right: the mistake is made there.
    factors: what each switch multiplies by on the way forward and on the way back (n_l, m), by layer,
    found by sending ones through it; None if the recipe is no factor. scales: where colors are full.
    """

    net: Network
    D: Mapping[int, Mask]
    keep_prob: float
    arrays: Mapping[str, NDArray[Any]]
    truth: Mapping[str, Array]
    wrong: Mapping[str, Mask]
    made: Mapping[str, Mask]
    factors: Mapping[Passed, Mapping[int, Array | None]]
    scales: Mapping[str, float]
    lines: Mapping[str, Line]

    @property
    def m(self) -> int:
        """The number of examples."""
        return int(self.arrays["Y"].shape[1])

    def off(self, l: int, i: int, j: int) -> bool:
        """Whether a unit is off in an example."""
        return l in self.D and not self.D[l][i, j]

    def sent(self, l: int) -> str:
        """The name of what layer l sends on: "X", "A1_drop", or "A1" where there is no dropout."""
        return sent_by(l, self.D)

    def stopped(self, passed: Passed, l: int, i: int, j: int) -> bool:
        """Whether the switch of a unit makes 0 of what comes to it in this direction."""
        factor = self.factors[passed].get(l)
        return factor is not None and factor[i, j] == 0

    def leftover(self, l: int, i: int, j: int) -> bool:
        """Whether a unit that is off has a gradient after its switch: the lesson's ring."""
        return self.off(l, i, j) and self.value(named("dA_drop", l), i, j) != 0

    def value(self, name: str, i: int, j: int) -> float:
        """One entry of an array."""
        return float(self.arrays[name][i, j])

    def marked(self, marks: Mapping[str, Mask], name: str | None, i: int, j: int) -> bool:
        """Whether an entry is among those that are wrong, or made wrong."""
        return name is not None and name in marks and bool(marks[name][i, j])

    def scale(self, name: str) -> float:
        """The value of this array at which its color is full."""
        kind = (
            "weights" if name[:2] in ("dW", "db") else "gradients" if name[0] == "d" else "values"
        )
        return self.scales[kind]


@dataclass(frozen=True)
class Step:
    """One line, and the story up to it. seen: X, Y and all arrays computed so far, this one included.

    sentence: what the line does, in words.
    """

    line: Line
    story: Story
    seen: Mapping[str, NDArray[Any]]
    sentence: str

    @property
    def name(self) -> str:
        """What the walk calls it: the array it makes, and "loss" for the losses."""
        return "loss" if self.line.kind == "losses" else self.line.array

    @property
    def code(self) -> str:
        """The line of code."""
        return self.line.code

    @property
    def truth(self) -> Mapping[str, Array]:
        """The true gradients, by name."""
        return self.story.truth

    @property
    def wrong(self) -> Mapping[str, Mask]:
        """Where recorded gradients differ from the true ones; only arrays that do."""
        return self.story.wrong

    @property
    def passed(self) -> Passed:
        """The pass it belongs to."""
        return "backward" if self.line.kind.startswith("d") else "forward"


def tell(
    net: Network, fwd: Forward, bwd: Backward, Y: ArrayLike, recipe: Recipe = CORRECT
) -> list[Step]:
    """The steps of both passes in the order they ran. Raises ValueError for leading axes."""
    if fwd.output.ndim != 2:
        raise ValueError("steps tell one network with one mask; index the leading axis first")
    labels = read_only(as_labels(Y, fwd.output.shape))
    lines = list(lines_of_passes(net, fwd, recipe))
    story = _story(net, fwd, bwd, labels, recipe, lines)
    seen, steps = {"X": fwd.A[0], "Y": labels}, []
    for line in lines:
        seen |= {line.array: story.arrays[line.array]}
        sentence = about(line, story, fwd, recipe)
        steps.append(Step(line, story, MappingProxyType(dict(seen)), sentence))
    return steps


def true_recipe(fwd: Forward) -> Recipe:
    """The recipe whose backward pass is the gradient of the forward pass that was really run.

    Dropout's forward is linear and element by element, so its true backward is that same function.
    """
    return replace(CORRECT, name="true gradient", backward=fwd.recipe.forward)


def _story(
    net: Network, fwd: Forward, bwd: Backward, Y: Array, recipe: Recipe, lines: Sequence[Line]
) -> Story:
    losses = read_only(np.asarray(loss(fwd, Y, per_example=True)))
    D = {l: np.broadcast_to(mask, fwd.A[l].shape) for l, mask in fwd.D.items()}
    recorded, true = _by_name(bwd, fwd), backward(net, fwd, Y, true_recipe(fwd))
    truth = _by_name(true, fwd)
    arrays: dict[str, NDArray[Any]] = {"X": fwd.A[0], "Y": Y, "losses": losses} | recorded
    arrays |= {named("D", l): mask for l, mask in D.items()}
    kinds: tuple[Kind, ...] = ("Z", "A", "A_drop")
    for kind in kinds:
        layers = D if kind == "A_drop" else range(1, net.L + 1)
        arrays |= {named(kind, l): getattr(fwd, kind)[l] for l in layers}
    wrong = _differences(recorded, truth)
    made = _differences(recorded, _right_lines(net, fwd, bwd))
    # A wrong line may happen to give what is true: no mask, and a slope that is 0 at units that are off.
    made = {name: made[name] & wrong[name] for name in made if name in wrong}
    made = {name: where for name, where in made.items() if where.any()}
    factors: dict[Passed, dict[int, Array | None]] = {
        "forward": {l: _factor(recipe.forward, fwd.A[l], d, fwd.keep_prob) for l, d in D.items()},
        "backward": {
            l: _factor(recipe.backward, bwd.dA_drop[l], d, fwd.keep_prob) for l, d in D.items()
        },
    }
    by_name = {line.array: line for line in lines}
    scales = _scales(net, fwd, true, Y)
    return Story(net, D, fwd.keep_prob, arrays, truth, wrong, made, factors, scales, by_name)


def _factor(through: Through, values: Array, D: Mask, keep_prob: float) -> Array | None:
    """What each switch multiplies by, or None if it does not multiply by a number of its own."""
    factor = np.asarray(through(np.ones(values.shape), D, keep_prob), dtype=float)
    same = np.allclose(through(values, D, keep_prob), values * factor, equal_nan=True)
    return factor if same else None


def _scales(net: Network, fwd: Forward, true: Backward, Y: Array) -> dict[str, float]:
    """Where colors are full: from the correct recipe with these masks, whatever recipe was run."""
    if fwd.recipe.forward is not CORRECT.forward:
        fwd = forward(net, fwd.A[0], fwd.D, fwd.keep_prob)
        true = backward(net, fwd, Y)
    return {
        "values": nice_ceiling(fwd.Z, fwd.A, fwd.A_drop),
        "gradients": nice_ceiling(true.dA_drop, true.dA, true.dZ),
        "weights": nice_ceiling(true.dW, true.db),
    }


def _right_lines(net: Network, fwd: Forward, bwd: Backward) -> dict[str, Array]:
    """What the two lines that a recipe can get wrong give, made right, from the very same input."""
    through = true_recipe(fwd).through("backward")
    slope = activation_named(net.activation).slope_from_Z
    right = {named("dZ", l): bwd.dA[l] * slope(fwd.Z[l]) for l in range(1, net.L)}
    return right | {
        named("dA", l): through(bwd.dA_drop[l], D, fwd.keep_prob) for l, D in fwd.D.items()
    }


def _by_name(bwd: Backward, fwd: Forward) -> dict[str, Array]:
    """Every gradient under the name the code lines use; without dropout there is no dA_drop."""
    kinds: tuple[Kind, ...] = ("dA_drop", "dA", "dZ", "dW", "db")
    return {
        named(kind, l): values
        for kind in kinds
        for l, values in getattr(bwd, kind).items()
        if kind != "dA_drop" or l in fwd.D
    }


def _differences(found: Mapping[str, Array], true: Mapping[str, Array]) -> dict[str, Mask]:
    """Where arrays differ by more than rounding; arrays that agree everywhere are left out."""
    differ = {
        name: ~np.isclose(found[name], values, rtol=1e-6, atol=1e-12, equal_nan=True)
        for name, values in true.items()
    }
    return {name: where for name, where in differ.items() if where.any()}


def largest_finite(values: NDArray[Any]) -> float:
    """The largest size among the finite entries; 0 without any."""
    return float(np.max(np.abs(values), initial=0, where=np.isfinite(values)))


def nice_ceiling(*groups: Mapping[int, Array]) -> float:
    """The largest size among the finite entries, rounded up to a round number."""
    entries = np.concatenate([values.ravel() for group in groups for values in group.values()])
    largest = largest_finite(entries)
    if largest == 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(largest))
    return float(next(r * power for r in (1, 1.5, 2, 3, 4, 5, 7.5, 10) if largest <= r * power))
