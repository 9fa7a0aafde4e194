"""Checks for a learner's own functions: what is wrong, in words. `NAME.py` has `check_NAME`."""

from typing import TYPE_CHECKING

from dropout_lab._lazy import lazily

_HOMES = {
    "check_by_hand": "by_hand:check_by_hand",
    "check_mask": "mask:check_mask",
    "check_scale": "scale:check_scale",
    "check_forward": "forward:check_forward",
    "check_backward": "backward:check_backward",
    "check_layer": "layer:check_layer",
    "check_layer_backward": "layer_backward:check_layer_backward",
    "check_forward_pass": "whole_network:check_forward_pass",
    "check_backward_pass": "whole_network:check_backward_pass",
    "check_penalty": "penalty:check_penalty",
    "check_share_check": "share_check:check_share_check",
    "check_balance_check": "balance_check:check_balance_check",
    "check_tape": "tape:check_tape",
    "check_attention": "attention:check_attention",
    "check_no_mask_kept": "remake:check_no_mask_kept",
    "diagnose": "backward:diagnose",
    "diagnose_forward": "forward:diagnose_forward",
}
__all__ = list(_HOMES)

if TYPE_CHECKING:
    from dropout_lab.exercises.attention import check_attention as check_attention
    from dropout_lab.exercises.backward import check_backward as check_backward
    from dropout_lab.exercises.backward import diagnose as diagnose
    from dropout_lab.exercises.balance_check import check_balance_check as check_balance_check
    from dropout_lab.exercises.by_hand import check_by_hand as check_by_hand
    from dropout_lab.exercises.forward import check_forward as check_forward
    from dropout_lab.exercises.forward import diagnose_forward as diagnose_forward
    from dropout_lab.exercises.layer import check_layer as check_layer
    from dropout_lab.exercises.layer_backward import check_layer_backward as check_layer_backward
    from dropout_lab.exercises.mask import check_mask as check_mask
    from dropout_lab.exercises.penalty import check_penalty as check_penalty
    from dropout_lab.exercises.remake import check_no_mask_kept as check_no_mask_kept
    from dropout_lab.exercises.scale import check_scale as check_scale
    from dropout_lab.exercises.share_check import check_share_check as check_share_check
    from dropout_lab.exercises.tape import check_tape as check_tape
    from dropout_lab.exercises.whole_network import check_backward_pass as check_backward_pass
    from dropout_lab.exercises.whole_network import check_forward_pass as check_forward_pass
else:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
