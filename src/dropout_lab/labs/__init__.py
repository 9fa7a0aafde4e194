"""Labs: controls and a picture that answers them. One line in a notebook makes one."""

from typing import TYPE_CHECKING

from dropout_lab._lazy import lazily

_HOMES = {
    "attention": "_attention:Attention",
    "break_it": "_break_it:BreakIt",
    "bug_hunt": "_bug_hunt:BugHunt",
    "detection_matrix": "_detection_matrix:DetectionMatrix",
    "ensemble": "_ensemble:Ensemble",
    "fold": "_guess:Fold",
    "guess": "_guess:Guess",
    "keep_the_scale": "_keep_the_scale:KeepTheScale",
    "progress": "_progress:Progress",
    "step_through": "_step_through:StepThrough",
    "switch_off": "_switch_off:SwitchOff",
    "train": "_train:Train",
    "two_wires": "_two_wires:TwoWires",
}
__all__ = list(_HOMES)

if TYPE_CHECKING:
    from dropout_lab.labs._attention import Attention as attention
    from dropout_lab.labs._break_it import BreakIt as break_it
    from dropout_lab.labs._bug_hunt import BugHunt as bug_hunt
    from dropout_lab.labs._detection_matrix import DetectionMatrix as detection_matrix
    from dropout_lab.labs._ensemble import Ensemble as ensemble
    from dropout_lab.labs._guess import Fold as fold
    from dropout_lab.labs._guess import Guess as guess
    from dropout_lab.labs._keep_the_scale import KeepTheScale as keep_the_scale
    from dropout_lab.labs._progress import Progress as progress
    from dropout_lab.labs._step_through import StepThrough as step_through
    from dropout_lab.labs._switch_off import SwitchOff as switch_off
    from dropout_lab.labs._train import Train as train
    from dropout_lab.labs._two_wires import TwoWires as two_wires
else:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
