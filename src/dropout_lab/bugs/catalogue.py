"""Every known slip as a recipe: what is wrong, and where it was seen or asked; none names a person."""

from dropout_lab.bugs import slips
from dropout_lab.core.recipe import Recipe

CDL = "https://community.deeplearning.ai/t/"

_BACKWARD_BUGS = (
    Recipe(
        "no mask",
        backward=slips.no_mask,
        explanation="The gradient leaks back across open switches: units that were off are "
        "updated for an output they never sent.",
        seen_in="https://github.com/ddbourgin/numpy-ml/issues/94",
    ),
    Recipe(
        "no scale",
        backward=slips.no_scale,
        explanation="A kept unit sent A / keep_prob forward, so its slope is 1 / keep_prob. Without "
        "it the gradient is keep_prob times too small for each dropout layer it crosses.",
        seen_in="https://github.com/numpy/numpy-tutorials: content/tutorial-deep-learning-on-mnist.md",
    ),
    Recipe(
        "neither",
        backward=slips.neither,
        explanation="The backward pass of a network without dropout. Averaged over masks it looks "
        "nearly right, and it loses part of what dropout regularizes.",
        seen_in=f"{CDL}backward-propagation-with-dropout/8920",
    ),
    Recipe(
        "scaled twice",
        backward=slips.scaled_twice,
        explanation="One division too many: the forward pass divides once, so its slope has the "
        "factor once.",
        seen_in=f"{CDL}drop-out-gradient-scaled-again/30413",
    ),
    Recipe(
        "multiplied by keep_prob",
        backward=slips.multiplied,
        explanation="The slope of A / keep_prob is 1 / keep_prob, not keep_prob.",
    ),
    Recipe(
        "fresh mask",
        backward=slips.fresh_mask,
        explanation="New switches for the way back: this is the gradient of a network that never "
        "made this output.",
    ),
    Recipe(
        "one minus mask",
        backward=slips.one_minus_mask,
        explanation="Exactly the wrong units: the gradient goes back only where the switch was open.",
    ),
)

_OTHER_BUGS = (
    Recipe(
        "randn",
        sample=slips.randn_mask,
        explanation="randn draws from the normal curve, so the share kept is Phi(keep_prob), between "
        "50% and 84.1%, whatever keep_prob says. A gradient check cannot see it.",
        seen_in=f"{CDL}backward-propagation-with-dropout/8920",
    ),
    Recipe(
        "flipped comparison",
        sample=slips.flipped_mask,
        explanation="rand > keep_prob keeps the share 1 - keep_prob, and the scale no longer fits "
        "it. A gradient check cannot see it.",
        seen_in=f"{CDL}c2w1-dropout-regularization-lecture-issue/85191",
    ),
    Recipe(
        "seed inside forward",
        sample=slips.seeded_mask,
        explanation="The same mask in every step: one fixed corruption of the data, not dropout. "
        "A gradient check cannot see it.",
        seen_in=f"{CDL}course-2-week-1-programming-assignment-regularization/34916/4",
    ),
    Recipe(
        "one mask for all examples",
        sample=slips.shared_mask,
        explanation="Not wrong, only different: the expected gradient is exactly the same, the "
        "noise of the gradient is not.",
        seen_in="https://stats.stackexchange.com/questions/335690",
    ),
    Recipe(
        "wrong scale",
        forward=slips.wrong_scale,
        backward=slips.wrong_scale,
        explanation="Divided by the drop probability: the mean of A_drop is not A. The backward pass "
        "matches, so a gradient check rightly passes.",
    ),
    Recipe(
        "no scale at all",
        forward=slips.no_scale,
        backward=slips.no_scale,
        explanation="Masked, never scaled: in training the next layer gets keep_prob times too "
        "little. The backward pass matches, so a gradient check rightly passes.",
    ),
    Recipe(
        "slope from dropped A",
        slope_from="A_drop",
        explanation="The slope formula in A is right at A = g(Z), and A_drop is not that. ReLU "
        "forgives it, because A_drop > 0 already contains the mask; tanh and sigmoid do not.",
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
        at_test=slips.dropped_at_test,
        explanation="Predictions change with every call: the switches still flip.",
    ),
    Recipe(
        "scaled again at test time",
        at_test=slips.scaled_at_test,
        explanation="Inverted dropout has scaled in training already; scaling again makes each "
        "hidden layer's signal keep_prob times too small.",
    ),
)

BACKWARD_BUGS: dict[str, Recipe] = {bug.name: bug for bug in _BACKWARD_BUGS}
BUGS: dict[str, Recipe] = BACKWARD_BUGS | {bug.name: bug for bug in _OTHER_BUGS}
