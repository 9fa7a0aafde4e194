"""The bug hunt: eight short listings, each with a real mistake, and what is to be said about it.

The code is in `hunt_code.py`; every verdict about it is computed by `hunt_listing.py`.
"""

from dropout_lab.bugs import hunt_code as code
from dropout_lab.bugs.hunt import Listing

CDL = "https://community.deeplearning.ai/t/"
GITHUB = "https://github.com/"
TWO_WAYS = {"forward": code.switched, "backward": code.switched_back}

LISTINGS = (
    Listing(
        "Both ways through a switch",
        {"forward": code.switched_by_name, "backward": code.masked_only},
        {"backward": code.masked_and_scaled},
        "Forward, a kept value is divided by keep_prob; backward, its gradient is not. Every gradient "
        "below is keep_prob times too small, once for each dropout layer it crosses. The mask is "
        "there, so the rows of units that are off are 0 as they should be.",
        "a tutorial of numpy, which multiplies by 2 forward and not backward",
        f"{GITHUB}numpy/numpy-tutorials/blob/d8a82a1/content/tutorial-deep-learning-on-mnist.md",
    ),
    Listing(
        "A ReLU layer",
        {"activation": code.relu, **TWO_WAYS, "slope": code.gate_at_least},
        {"slope": code.gate},
        "What comes out of ReLU is never negative, so A_drop >= 0 is true everywhere and the gate "
        "never closes: silent units get a gradient. With > it closes at 0. The switches themselves "
        "are right, so a unit that is off still has no gradient.",
        "an issue about chapter 8 of Grokking Deep Learning",
        f"{GITHUB}iamtrask/Grokking-Deep-Learning/issues/9",
    ),
    Listing(
        "A tanh layer",
        {"activation": code.tanh, **TWO_WAYS, "slope": code.slope_of_scaled},
        {"slope": code.slope_of_tanh},
        "1 - A ** 2 is the slope of tanh where A is a tanh. A_drop has been divided by keep_prob: it "
        "can exceed 1, and then this slope is even negative. Take the slope where it belongs, at Z.",
        "public solutions of a course task; the same idea in a question of a learner",
        f"{CDL}c2w1-programming-assignment-on-regularization/460086",
    ),
    Listing(
        "Both ways, with a name for the scale",
        {"forward": code.switched_with_scale, "backward": code.scaled_only},
        {"backward": code.scaled_and_masked},
        "The gradient leaks back across open switches: units that were off are updated for an output "
        "they never sent. The two lines must use the same factor, D / keep_prob, both of it.",
        "an open issue of numpy-ml",
        f"{GITHUB}ddbourgin/numpy-ml/issues/94",
    ),
    Listing(
        "Both ways, each with its switches",
        {"forward": code.switched, "backward": code.drawn_anew},
        {"backward": code.switched_back},
        "The way back draws switches of its own, so this is the gradient of a network that never made "
        "this output. Keep D from the forward pass: that is why it is an argument.",
        "a public file; which mask the way back should use is a question of a learner",
        "https://stats.stackexchange.com/questions/207481/dropout-backpropagation-implementation",
    ),
    Listing(
        "Drawing the switches",
        {"sample": code.draw_normal, **TWO_WAYS},
        {"sample": code.draw_uniform},
        "The normal curve is not even: below keep_prob lies the share Phi(keep_prob), here 0.758 for "
        "0.7, and never more than 0.841. Whatever the switches, the gradient through them is right, "
        "so a gradient check cannot see it. Count what is kept.",
        "a snippet in the thread this series begins with",
        f"{CDL}backward-propagation-with-dropout/8920",
    ),
    Listing(
        "Drawing the switches by a key",
        {"sample": code.draw_by_default, **TWO_WAYS},
        {"sample": code.draw_uniform},
        "The key has a default, and nobody passes another: the same switches in every step, which is "
        "one fixed corruption of the data and no dropout. The share kept is fine and so is the "
        "gradient. Draw twice and compare.",
        "the JAX code of a chapter on dropout, as we read it",
        f"{GITHUB}d2l-ai/d2l-en/blob/23d7a5a/chapter_multilayer-perceptrons/dropout.md",
    ),
    Listing(
        "In training and at test time",
        {**TWO_WAYS, "at_test": code.scaled_at_test},
        {"at_test": code.plain_at_test},
        "Inverted dropout has scaled in training already. Scaling at test time as well, as the "
        "original dropout needs it, makes each hidden layer's signal keep_prob times too small. "
        "Training is right, so only a look at the predictions can tell.",
        "two small web demos; the question behind it, asked about Keras, which does it right",
        f"{GITHUB}keras-team/keras/issues/3305",
    ),
)
