"""dropout_lab: see why the backward pass of inverted dropout needs its mask and its scale.

Here are the words of the lessons, grouped by what they are for. Each is loaded when it is first
asked for, so that a notebook waits only for what it uses.
"""

from typing import TYPE_CHECKING

from dropout_lab._lazy import lazily

__version__ = "0.1.0"

_HOMES = {
    # the two lines
    "sample_mask": "core.dropout:sample_mask",
    "apply_mask": "core.dropout:apply_mask",
    # recipes
    "Recipe": "core.recipe:Recipe",
    "CORRECT": "core.recipe:CORRECT",
    "BUGS": "bugs.catalogue:BUGS",
    "BACKWARD_BUGS": "bugs.catalogue:BACKWARD_BUGS",
    "ATTENTION_BUGS": "bugs.attention:ATTENTION_BUGS",
    "ADAPTER_BUGS": "bugs.attention:ADAPTER_BUGS",
    # the network
    "Network": "core.network:Network",
    "ACTIVATIONS": "core.activations:ACTIVATIONS",
    "sample_masks": "core.passes:sample_masks",
    "forward": "core.passes:forward",
    "backward": "core.passes:backward",
    "resume": "core.passes:resume",
    "predict": "core.passes:predict",
    "loss": "core.passes:loss",
    # checks
    "check_gradients": "core.gradcheck:check_gradients",
    "check_balance": "core.balance:check_balance",
    "detection_matrix": "bugs.checks:detection_matrix",
    # data
    "lesson": "experiments.data:lesson",
    "wide_lesson": "experiments.data:wide_lesson",
    "course_case": "experiments.data:course_case",
    "course_backward_case": "experiments.data:course_backward_case",
    "averages_case": "experiments.data:averages_case",
    "football": "experiments.data:football",
    "two_moons": "experiments.data:two_moons",
    # all masks
    "all_masks": "experiments.ensemble:all_masks",
    "distribution": "experiments.ensemble:distribution",
    "expected_loss": "experiments.ensemble:expected_loss",
    "expected_gradients": "experiments.ensemble:expected_gradients",
    "gradient_distributions": "experiments.ensemble:gradient_distributions",
    "average_all": "experiments.ensemble:average_all",
    "monte_carlo": "experiments.ensemble:monte_carlo",
    # training
    "train": "experiments.training:train",
    "stacked": "experiments.training:stacked",
    "accuracy": "experiments.training:accuracy",
    "Optimizer": "experiments.optimizers:Optimizer",
    # a machine that differentiates
    "Tape": "experiments.tape:Tape",
    "Value": "experiments.tape:Value",
    "Rule": "experiments.tape:Rule",
    "RULES": "experiments.tape:RULES",
    "write_passes": "experiments.written:write_passes",
    # attention, adapters, and masks made again
    "attention_case": "experiments.attention:attention_case",
    "attention_forward": "experiments.attention:attention_forward",
    "attention_backward": "experiments.attention:attention_backward",
    "attention_errors": "experiments.attention:attention_errors",
    "row_sums": "experiments.attention:row_sums",
    "adapter_forward": "experiments.attention:adapter_forward",
    "adapter_backward": "experiments.attention:adapter_backward",
    "gradient_errors": "experiments.attention:gradient_errors",
    "counted_mask": "experiments.remake:counted_mask",
    "memories": "experiments.remake:memories",
    # telling
    "tell": "pictures.steps:tell",
    "draw": "pictures.stage:draw",
    "numbers": "text:numbers",
    # rooms
    "labs": "labs",
    "exercises": "exercises",
    "bugs": "bugs",
    "charts": "charts",
}
__all__ = list(_HOMES)

if TYPE_CHECKING:  # the same for Tab, help and type checkers; a test compares the two
    from dropout_lab import bugs as bugs
    from dropout_lab import charts as charts
    from dropout_lab import exercises as exercises
    from dropout_lab import labs as labs
    from dropout_lab.bugs.attention import ADAPTER_BUGS as ADAPTER_BUGS
    from dropout_lab.bugs.attention import ATTENTION_BUGS as ATTENTION_BUGS
    from dropout_lab.bugs.catalogue import BACKWARD_BUGS as BACKWARD_BUGS
    from dropout_lab.bugs.catalogue import BUGS as BUGS
    from dropout_lab.bugs.checks import detection_matrix as detection_matrix
    from dropout_lab.core.activations import ACTIVATIONS as ACTIVATIONS
    from dropout_lab.core.balance import check_balance as check_balance
    from dropout_lab.core.dropout import apply_mask as apply_mask
    from dropout_lab.core.dropout import sample_mask as sample_mask
    from dropout_lab.core.gradcheck import check_gradients as check_gradients
    from dropout_lab.core.network import Network as Network
    from dropout_lab.core.passes import backward as backward
    from dropout_lab.core.passes import forward as forward
    from dropout_lab.core.passes import loss as loss
    from dropout_lab.core.passes import predict as predict
    from dropout_lab.core.passes import resume as resume
    from dropout_lab.core.passes import sample_masks as sample_masks
    from dropout_lab.core.recipe import CORRECT as CORRECT
    from dropout_lab.core.recipe import Recipe as Recipe
    from dropout_lab.experiments.attention import adapter_backward as adapter_backward
    from dropout_lab.experiments.attention import adapter_forward as adapter_forward
    from dropout_lab.experiments.attention import attention_backward as attention_backward
    from dropout_lab.experiments.attention import attention_case as attention_case
    from dropout_lab.experiments.attention import attention_errors as attention_errors
    from dropout_lab.experiments.attention import attention_forward as attention_forward
    from dropout_lab.experiments.attention import gradient_errors as gradient_errors
    from dropout_lab.experiments.attention import row_sums as row_sums
    from dropout_lab.experiments.data import averages_case as averages_case
    from dropout_lab.experiments.data import course_backward_case as course_backward_case
    from dropout_lab.experiments.data import course_case as course_case
    from dropout_lab.experiments.data import football as football
    from dropout_lab.experiments.data import lesson as lesson
    from dropout_lab.experiments.data import two_moons as two_moons
    from dropout_lab.experiments.data import wide_lesson as wide_lesson
    from dropout_lab.experiments.ensemble import all_masks as all_masks
    from dropout_lab.experiments.ensemble import average_all as average_all
    from dropout_lab.experiments.ensemble import distribution as distribution
    from dropout_lab.experiments.ensemble import expected_gradients as expected_gradients
    from dropout_lab.experiments.ensemble import expected_loss as expected_loss
    from dropout_lab.experiments.ensemble import gradient_distributions as gradient_distributions
    from dropout_lab.experiments.ensemble import monte_carlo as monte_carlo
    from dropout_lab.experiments.optimizers import Optimizer as Optimizer
    from dropout_lab.experiments.remake import counted_mask as counted_mask
    from dropout_lab.experiments.remake import memories as memories
    from dropout_lab.experiments.tape import RULES as RULES
    from dropout_lab.experiments.tape import Rule as Rule
    from dropout_lab.experiments.tape import Tape as Tape
    from dropout_lab.experiments.tape import Value as Value
    from dropout_lab.experiments.training import accuracy as accuracy
    from dropout_lab.experiments.training import stacked as stacked
    from dropout_lab.experiments.training import train as train
    from dropout_lab.experiments.written import write_passes as write_passes
    from dropout_lab.pictures.stage import draw as draw
    from dropout_lab.pictures.steps import tell as tell
    from dropout_lab.text import numbers as numbers
else:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
