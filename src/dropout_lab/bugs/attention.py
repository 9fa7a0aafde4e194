"""The same slips in today's networks: how attention and adapters get their way back wrong."""

from dataclasses import replace

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.doors import Array, Mask
from dropout_lab.core.recipe import CORRECT, Recipe


def drop_probability(dP_drop: Array, D: Mask, keep_prob: float) -> Array:
    """Backward scaled by the drop probability."""
    return dP_drop * D * (1 - keep_prob)


_NKI = "https://github.com/aws-neuron/nki-samples/pull/81"
_FMS = "https://github.com/foundation-model-stack/fms-acceleration/"
_ATTENTION_BUGS = (
    Recipe(
        "slope from dropped P",
        slope_from="A_drop",
        explanation="P * (dP - rowsum(P * dP)) is the slope of softmax at its own output. P_drop is "
        "not that: its rows do not sum to 1.",
        seen_in=_NKI,
    ),
    replace(BUGS["no mask"], seen_in="", explanation="A weight that nobody used gets a gradient."),
    replace(BUGS["no scale"], seen_in=""),
    replace(BUGS["neither"], seen_in=_NKI, explanation="dP_drop is taken for dP."),
    Recipe(
        "scaled by the drop probability",
        backward=drop_probability,
        explanation="The factor is 1 / keep_prob, as on the way forward, not 1 - keep_prob.",
        seen_in="https://github.com/NVIDIA/apex/commit/aad9300b",
    ),
)
_ADAPTER_BUGS = (
    replace(
        BUGS["neither"],
        explanation="The adapter's input was dropped on the way forward; what comes back to it is not.",
        seen_in=f"{_FMS}issues/97",
    ),
    replace(
        BUGS["no scale"],
        explanation="The mask is there, found where X_drop is not 0; the scale is not.",
        seen_in=f"{_FMS}pull/102",
    ),
)
ATTENTION_BUGS = {bug.name: bug for bug in _ATTENTION_BUGS}
ADAPTER_BUGS = {bug.name: bug for bug in _ADAPTER_BUGS}
ATTENTION_RECIPES = {CORRECT.name: CORRECT} | ATTENTION_BUGS
