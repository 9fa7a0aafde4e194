"""Labs: controls and a picture that answers them. One line in a notebook makes one.

A lab is loaded when it is first asked for, so that a notebook waits only for what it shows.
"""

from importlib import import_module
from typing import Any

_LABS = {
    "break_it": ("breaking", "BreakIt"),
    "bug_hunt": ("hunting", "BugHunt"),
    "detection_matrix": ("detecting", "DetectionMatrix"),
    "ensemble": ("averaging", "Ensemble"),
    "keep_the_scale": ("scaling", "KeepTheScale"),
    "predict": ("predicting", "Predict"),
    "step_through": ("stepping", "StepThrough"),
    "switch_off": ("switching", "SwitchOff"),
    "train": ("training", "Train"),
    "two_wires": ("nudging", "TwoWires"),
}

__all__ = list(_LABS)


def __getattr__(name: str) -> Any:
    """The lab of this name."""
    if name not in _LABS:
        raise AttributeError(f"there is no lab {name!r}; there are {', '.join(_LABS)}")
    module, lab = _LABS[name]
    return getattr(import_module(f"{__name__}.{module}"), lab)


def __dir__() -> list[str]:
    """The names for the Tab key."""
    return __all__
