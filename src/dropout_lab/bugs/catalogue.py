"""Every known slip as a recipe: what is wrong, and where it was seen or asked; none names a person."""

from math import erf, sqrt
from typing import Any

import numpy as np

from dropout_lab.core.doors import Array, Mask, Rng, check_one_of
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.recipe import CORRECT, Recipe


def no_mask(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward without the mask."""
    return dA_drop / keep_prob


def no_scale(values: Array, D: Mask, keep_prob: float) -> Array:
    """The mask without the scale, in either direction."""
    return values * D


def neither(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward as if there were no dropout."""
    return dA_drop


def scaled_twice(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward with the scale twice."""
    return dA_drop * D / keep_prob / keep_prob


def multiplied(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward multiplied by keep_prob in place of divided."""
    return dA_drop * D * keep_prob


def redraw(D: Mask, keep_prob: float) -> Mask:
    """Another mask of the same law. Its seed is D itself, so that a rerun gives the same numbers."""
    return sample_mask(D.shape, keep_prob, np.random.default_rng(np.packbits(D)))


def fresh_mask(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward through new switches."""
    return dA_drop * redraw(D, keep_prob) / keep_prob


def one_minus_mask(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward through exactly the wrong switches."""
    return dA_drop * (1 - D) / keep_prob


def randn_mask(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """Normal draws where uniform ones belong: keeps the share Phi(keep_prob)."""
    return rng.standard_normal(shape) < keep_prob


def normal_share(keep_prob: float) -> float:
    """Phi(keep_prob), the share that `randn < keep_prob` keeps: the normal curve below keep_prob."""
    return (1 + erf(keep_prob / sqrt(2))) / 2


def flipped_mask(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """The comparison the wrong way round: keeps the share 1 - keep_prob."""
    return rng.random(shape) > keep_prob


def seeded_mask(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """The seed set inside the forward pass: the same mask every time."""
    return np.random.default_rng(1).random(shape) < keep_prob


def shared_mask(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """One switch per unit, the same for all examples of the batch."""
    return np.broadcast_to(rng.random((*shape[:-1], 1)) < keep_prob, shape)


def wrong_scale(values: Array, D: Mask, keep_prob: float) -> Array:
    """Divided by the drop probability, in either direction."""
    return values * D / (1 - keep_prob)


def dropped_at_test(A: Array, keep_prob: float, rng: Rng | None) -> Array:
    """Dropout still on when predicting."""
    D = sample_mask(A.shape, keep_prob, rng)  # type: ignore[arg-type]  # says that it needs one
    return apply_mask(A, D, keep_prob)


def scaled_at_test(A: Array, keep_prob: float, rng: Rng | None) -> Array:
    """Scaled by keep_prob when predicting, as the original (not inverted) dropout needs."""
    return A * keep_prob


CDL = "https://community.deeplearning.ai/t/"

_BUGS = (
    Recipe(
        "no mask",
        backward=no_mask,
        explanation="The gradient leaks back across open switches: units that were off are "
        "updated for an output they never sent.",
        seen_in="https://github.com/ddbourgin/numpy-ml/issues/94",
    ),
    Recipe(
        "no scale",
        backward=no_scale,
        explanation="A kept unit sent A / keep_prob forward, so its slope is 1 / keep_prob. Without "
        "it the gradient is only keep_prob times what it should be, for each dropout layer it crosses.",
        seen_in="https://github.com/numpy/numpy-tutorials: content/tutorial-deep-learning-on-mnist.md",
    ),
    Recipe(
        "neither",
        backward=neither,
        explanation="The backward pass of a network without dropout. Averaged over masks it looks "
        "nearly right, and it loses part of what dropout regularizes.",
        seen_in=f"{CDL}backward-propagation-with-dropout/8920",
    ),
    Recipe(
        "scaled twice",
        backward=scaled_twice,
        explanation="One division too many: the forward pass divides once, so its slope has the "
        "factor once.",
        seen_in=f"{CDL}drop-out-gradient-scaled-again/30413",
    ),
    Recipe(
        "multiplied by keep_prob",
        backward=multiplied,
        explanation="The slope of A / keep_prob is 1 / keep_prob, not keep_prob.",
    ),
    Recipe(
        "fresh mask",
        backward=fresh_mask,
        explanation="New switches for the way back: this is the gradient of a network that never "
        "made this output.",
        seen_in="https://github.com/openai/guided-diffusion/issues/167",
    ),
    Recipe(
        "one minus mask",
        backward=one_minus_mask,
        explanation="Exactly the wrong units: the gradient goes back only where the switch was open.",
    ),
    Recipe(
        "randn",
        sample=randn_mask,
        explanation="randn draws from the normal curve, so the share kept is Phi(keep_prob), between "
        "50% and 84.1%, whatever keep_prob says. A gradient check cannot see it.",
        seen_in=f"{CDL}backward-propagation-with-dropout/8920",
    ),
    Recipe(
        "flipped comparison",
        sample=flipped_mask,
        explanation="rand > keep_prob keeps the share 1 - keep_prob, and the scale no longer fits "
        "it. A gradient check cannot see it.",
        seen_in=f"{CDL}c2w1-dropout-regularization-lecture-issue/85191",
    ),
    Recipe(
        "seed inside forward",
        sample=seeded_mask,
        explanation="The same mask in every step: one fixed corruption of the data, not dropout. "
        "A gradient check cannot see it.",
        seen_in=f"{CDL}course-2-week-1-programming-assignment-regularization/34916/4",
    ),
    Recipe(
        "one mask for all examples",
        sample=shared_mask,
        explanation="Not wrong, only different: the expected gradient is exactly the same, the "
        "noise of the gradient is not.",
        seen_in="https://stats.stackexchange.com/questions/335690",
    ),
    Recipe(
        "wrong scale",
        forward=wrong_scale,
        backward=wrong_scale,
        explanation="Divided by the drop probability: the mean of A_drop is not A. The backward pass "
        "matches, so a gradient check rightly passes.",
        seen_in="https://github.com/rasbt/LLMs-from-scratch/issues/431",
    ),
    Recipe(
        "no scale at all",
        forward=no_scale,
        backward=no_scale,
        explanation="Masked, never scaled: in training the next layer gets, on average, only "
        "keep_prob times what it should. The backward pass matches, so a gradient check rightly passes.",
    ),
    Recipe(
        "slope from dropped A",
        slope_from="A_drop",
        explanation="The slope formula in A is right at A = g(Z), and A_drop is not that. ReLU "
        "forgives it, because its slope depends on the sign alone; tanh and sigmoid do not.",
        seen_in=f"{CDL}what-is-dz1-np-multiply-da1-np-int64-a1-0/194620",
    ),
    Recipe(
        "slope >= 0",
        slope_from="A_drop >= 0",
        explanation="A ReLU output is never negative, so A_drop >= 0 is always true and the gate "
        "never closes.",
        seen_in="https://github.com/iamtrask/Grokking-Deep-Learning/issues/9",
    ),
    Recipe(
        "on at test time",
        at_test=dropped_at_test,
        explanation="Predictions change with every call: the switches still flip.",
    ),
    Recipe(
        "scaled again at test time",
        at_test=scaled_at_test,
        explanation="Inverted dropout has scaled in training already; scaling again makes each "
        "hidden layer's signal only keep_prob times what it should be.",
    ),
)

BUGS: dict[str, Recipe] = {bug.name: bug for bug in _BUGS}
BACKWARD_BUGS = {
    name: bug for name, bug in BUGS.items()
    if bug.forward is CORRECT.forward and bug.backward is not CORRECT.backward
}  # fmt: skip
KNOWN: dict[str, Recipe] = {CORRECT.name: CORRECT} | BUGS
# What each slip is about, and the names of the slips; for menus and tables.
GROUPS: dict[str, tuple[str, ...]] = {
    "backward": tuple(BACKWARD_BUGS),
    "mask": ("randn", "flipped comparison", "seed inside forward", "one mask for all examples"),
    "scale": ("wrong scale", "no scale at all"),
    "slope": ("slope from dropped A", "slope >= 0"),
    "test time": ("on at test time", "scaled again at test time"),
}


def named(recipe: Recipe | str) -> Recipe:
    """The recipe itself, or the known one of this name. Raises ValueError or TypeError if there is none."""
    if isinstance(recipe, str):
        check_one_of(recipe, KNOWN, "recipe")
        recipe = KNOWN[recipe]
    if not isinstance(recipe, Recipe):
        raise TypeError(f"recipe must be a Recipe or the name of a bug; got {recipe!r}")
    return recipe


def yours(function: Any) -> Recipe:
    """A learner's own `my_backward(dA_drop, D, keep_prob) -> dA` as a recipe under its name."""
    if not callable(function):
        raise TypeError(f"backward must be a function(dA_drop, D, keep_prob); got {function!r}")
    name = getattr(function, "__name__", "yours")
    name = f"yours: {name}" if name in KNOWN else name
    return Recipe(
        name, backward=function, explanation="This is what the function you passed in does."
    )
