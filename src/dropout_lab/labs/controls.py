"""Controls with names: what ipywidgets lacks for keyboards and screen readers is added here once."""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
from traitlets import link

LOWEST = 0.05


def keep_prob_control(value: float) -> tuple[widgets.BoundedFloatText, widgets.HBox]:
    """keep_prob, from 0.05 to 1."""
    return number_control("keep_prob", value, LOWEST, 1.0, 0.05)


def number_control(
    name: str, value: float, low: float, high: float, step: float
) -> tuple[widgets.BoundedFloatText, widgets.HBox]:
    """A number box linked to a slider; `box.value` is the value.

    The slider has no accessible name of its own, so the box carries it.
    """
    range_ = {"min": low, "max": high, "value": value}
    label = {"description": name, "style": {"description_width": "72px"}}
    box = widgets.BoundedFloatText(**range_, **label, step=0.01, layout={"width": "150px"})
    slider = widgets.FloatSlider(
        **range_, step=step, readout=False, layout={"width": "220px", "margin": "2px 8px"}
    )
    # The slider snaps to 0.7000000000000001 and the like; the box shows 0.7.
    link((box, "value"), (slider, "value"), transform=(float, lambda value: round(value, 4)))
    return box, widgets.HBox([box, slider])


def choice(name: str, options: Sequence[Any], value: Any, width: str = "230px") -> widgets.Dropdown:
    """A drop-down with its name before it."""
    return widgets.Dropdown(
        options=list(options),
        value=value,
        description=name,
        style={"description_width": "initial"},
        layout={"width": width},
    )


def whole_number(
    name: str, value: int, low: int, high: int, width: str = "130px"
) -> widgets.BoundedIntText:
    """A box for a whole number with its name before it."""
    return widgets.BoundedIntText(
        value=value,
        min=low,
        max=high,
        description=name,
        style={"description_width": "initial"},
        layout={"width": width},
    )


def button(name: str, on_click: Callable[..., None], tooltip: str = "") -> widgets.Button:
    """A button that does one thing."""
    made = widgets.Button(
        description=name, tooltip=tooltip, layout={"width": "auto", "align_self": "flex-start"}
    )
    made.on_click(on_click)
    return made


def row(*parts: widgets.Widget) -> widgets.HBox:
    """Parts beside each other, wrapping where the page is narrow."""
    return widgets.HBox(parts, layout={"flex_flow": "row wrap", "align_items": "center"})
