"""The bug hunt: eight short listings, each with a real mistake, and what is to be said about it.

The functions stand first, as they are shown and run; every verdict is computed by `hunt.py`.
"""

import numpy as np

from dropout_lab.bugs.catalogue import CDL, scaled_at_test
from dropout_lab.bugs.hunt import Listing
from dropout_lab.core.doors import Array, Mask, Rng
from dropout_lab.core.recipe import everything_on


def switched(A: Array, D: Mask, keep_prob: float) -> Array:
    """Forward, right."""
    return A * D / keep_prob


def switched_by_name(A: Array, D: Mask, keep_prob: float) -> Array:
    """Forward, right, with a name for what is half done."""
    A_masked = A * D
    return A_masked / keep_prob


def switched_with_scale(A: Array, D: Mask, keep_prob: float) -> Array:
    """Forward, right, with a name for the scale."""
    scale = 1 / keep_prob
    return A * D * scale


def switched_back(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward, right."""
    return dA_drop * D / keep_prob


def relu(Z: Array) -> Array:
    """ReLU."""
    return np.maximum(Z, 0)


def tanh(Z: Array) -> Array:
    """The hyperbolic tangent."""
    return np.tanh(Z)


def masked_only(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward with the scale forgotten."""
    dA = dA_drop * D
    return dA


def masked_and_scaled(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """The same with the scale."""
    dA = dA_drop * D / keep_prob
    return dA


def gate_at_least(Z: Array, A_drop: Array) -> Mask:
    """ReLU's slope with `>=` on what is never negative."""
    return A_drop >= 0


def gate(Z: Array, A_drop: Array) -> Mask:
    """ReLU's slope from the dropped value: right, because A_drop > 0 says kept and Z > 0."""
    return A_drop > 0


def slope_of_scaled(Z: Array, A_drop: Array) -> Array:
    """The slope of tanh from a value that is not a tanh any more."""
    return 1 - A_drop**2


def slope_of_tanh(Z: Array, A_drop: Array) -> Array:
    """The slope of tanh from Z."""
    return 1 - np.tanh(Z) ** 2


def scaled_only(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward with the mask forgotten."""
    scale = 1 / keep_prob
    return dA_drop * scale


def scaled_and_masked(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """The same with the mask."""
    scale = 1 / keep_prob
    return dA_drop * D * scale


def drawn_anew(dA_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward through switches drawn anew."""
    D = np.random.default_rng(7).random(dA_drop.shape) < keep_prob
    return dA_drop * D / keep_prob


def draw_normal(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """Masks from the normal curve."""
    draws = rng.standard_normal(shape)
    return draws < keep_prob


def draw_uniform(shape: tuple[int, ...], keep_prob: float, rng: Rng) -> Mask:
    """Masks from even draws."""
    draws = rng.random(shape)
    return draws < keep_prob


def draw_by_default(shape: tuple[int, ...], keep_prob: float, rng: Rng, key: int = 42) -> Mask:
    """Masks from a key that nobody ever passes."""
    draws = np.random.default_rng(key).random(shape)
    return draws < keep_prob


GITHUB = "https://github.com/"
TWO_WAYS = {"forward": switched, "backward": switched_back}

LISTINGS = (
    Listing(
        "Both ways through a switch",
        {"forward": switched_by_name, "backward": masked_only},
        {"backward": masked_and_scaled},
        "Forward, a kept value is divided by keep_prob; backward, its gradient is not. Every gradient "
        "below is only keep_prob times what it should be, once for each dropout layer it crosses. The "
        "mask is there, so the rows of units that are off are 0 as they should be.",
        "a tutorial of numpy, which multiplies by 2 forward and not backward",
        f"{GITHUB}numpy/numpy-tutorials/blob/d8a82a1/content/tutorial-deep-learning-on-mnist.md",
    ),
    Listing(
        "A ReLU layer",
        {"activation": relu, **TWO_WAYS, "slope": gate_at_least},
        {"slope": gate},
        "What comes out of ReLU is never negative, so A_drop >= 0 is true everywhere and the gate "
        "never closes: silent units get a gradient. With > it closes at 0. The switches themselves "
        "are right, so a unit that is off still has no gradient.",
        "an issue about chapter 8 of Grokking Deep Learning",
        f"{GITHUB}iamtrask/Grokking-Deep-Learning/issues/9",
    ),
    Listing(
        "A tanh layer",
        {"activation": tanh, **TWO_WAYS, "slope": slope_of_scaled},
        {"slope": slope_of_tanh},
        "1 - A ** 2 is the slope of tanh where A is a tanh. A_drop has been divided by keep_prob: it "
        "can exceed 1, and then this slope is even negative. Take the slope where it belongs, at Z.",
        "public solutions of a course task; the same idea in a question of a learner",
        f"{CDL}c2w1-programming-assignment-on-regularization/460086",
    ),
    Listing(
        "Both ways, with a name for the scale",
        {"forward": switched_with_scale, "backward": scaled_only},
        {"backward": scaled_and_masked},
        "The gradient leaks back across open switches: units that were off are updated for an output "
        "they never sent. The two lines must use the same factor, D / keep_prob, both of it.",
        "an open issue of numpy-ml",
        f"{GITHUB}ddbourgin/numpy-ml/issues/94",
    ),
    Listing(
        "Both ways, each with its switches",
        {"forward": switched, "backward": drawn_anew},
        {"backward": switched_back},
        "The way back draws switches of its own, so this is the gradient of a network that never made "
        "this output. Keep D from the forward pass: that is why it is an argument.",
        "a public file; which mask the way back should use is a question of a learner",
        "https://stats.stackexchange.com/questions/207481/dropout-backpropagation-implementation",
    ),
    Listing(
        "Drawing the switches",
        {"sample": draw_normal, **TWO_WAYS},
        {"sample": draw_uniform},
        "The normal curve is not even: below keep_prob lies the share Phi(keep_prob), here 0.758 for "
        "0.7, and never more than 0.841. Whatever the switches, the gradient through them is right, "
        "so a gradient check cannot see it. Count what is kept.",
        "a snippet in the thread this series begins with",
        f"{CDL}backward-propagation-with-dropout/8920",
    ),
    Listing(
        "Drawing the switches by a key",
        {"sample": draw_by_default, **TWO_WAYS},
        {"sample": draw_uniform},
        "The key has a default, and nobody passes another: the same switches in every step, which is "
        "one fixed corruption of the data and no dropout. The share kept is fine and so is the "
        "gradient. Draw twice and compare.",
        "the JAX code of a chapter on dropout, as we read it",
        f"{GITHUB}d2l-ai/d2l-en/blob/23d7a5a/chapter_multilayer-perceptrons/dropout.md",
    ),
    Listing(
        "In training and at test time",
        {**TWO_WAYS, "at_test": scaled_at_test},
        {"at_test": everything_on},
        "Inverted dropout has scaled in training already. Scaling at test time as well, as the "
        "original dropout needs it, makes each hidden layer's signal only keep_prob times what it should be. "
        "Training is right, so only a look at the predictions can tell.",
        "two small web demos; the question behind it, asked about Keras, which does it right",
        f"{GITHUB}keras-team/keras/issues/3305",
    ),
)
