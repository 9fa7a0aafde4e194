"""Controls with names: what ipywidgets lacks for keyboards and screen readers is added here once."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, overload

import ipywidgets as widgets
from traitlets import link

from dropout_lab.core.doors import check_between, check_count, check_one_of

Value = TypeVar("Value")
LOWEST, STEP = 0.01, 0.01


def _named(name: str, width: str) -> dict[str, Any]:
    """A name before the control, as long as it is, and the width of both."""
    style = {"description_width": "initial"}
    return {"description": name, "style": style, "layout": {"width": width}}


def number_box(
    name: str, value: float, low: float, high: float, width: str = "150px", *, called: str = ""
) -> widgets.BoundedFloatText:
    """A box for a number, with its name before it.

    called: its name as an argument, if that is another. Raises ValueError for a value out of range, which
    the box would silently replace, TypeError for what is no number.
    """
    check_between(value, called or name, low, high)
    return widgets.BoundedFloatText(value, min=low, max=high, step=STEP, **_named(name, width))


def whole_number(
    name: str, value: int, low: int, high: int, width: str = "130px", *, called: str = ""
) -> widgets.BoundedIntText:
    """A box for a whole number with its name before it; arguments and errors as of `number_box`."""
    check_count(value, called or name, low)
    check_between(value, called or name, low, high)
    return widgets.BoundedIntText(value, min=low, max=high, **_named(name, width))


def choice(
    name: str, options: Sequence[Any], value: Any, width: str, *, called: str = ""
) -> widgets.Dropdown:
    """A drop-down with its name before it; an option may be a pair, what is shown and the value.

    called: its name as an argument, if that is another. Raises ValueError for an unknown value.
    """
    check_one_of(value, map(_value_of, options), called or name)
    return widgets.Dropdown(options=list(options), value=value, **_named(name, width))


def _value_of(option: Any) -> Any:
    return option[1] if isinstance(option, tuple) else option


class Chosen(Generic[Value]):
    """A property of a lab, say `gradient`: what its drop-down `_gradient` says; can be set.

    Raises ValueError for what is not among the options.
    """

    def __init__(self, words: str) -> None:
        self.__doc__ = f"{words}; can be set."

    def __set_name__(self, lab: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, lab: None, _: type) -> "Chosen[Value]": ...
    @overload
    def __get__(self, lab: object, _: type) -> Value: ...
    def __get__(self, lab: object, _: type) -> Any:
        return self if lab is None else getattr(lab, f"_{self._name}").value

    def __set__(self, lab: object, value: Value) -> None:
        menu = getattr(lab, f"_{self._name}")
        check_one_of(value, map(_value_of, menu.options), self._name)
        menu.value = value


def keep_prob_control(value: float) -> tuple[widgets.BoundedFloatText, widgets.HBox]:
    """A number box linked to a slider from 0.01 to 1; `box.value` is the value.

    The slider has no accessible name of its own, so the box carries it. Its step is as fine as what
    can be typed, because a slider moves what it is linked to onto its own steps.
    """
    box = number_box("keep_prob", value, LOWEST, 1.0, "128px")
    range_ = {"min": LOWEST, "max": 1.0, "value": _on_grid(value), "step": STEP}
    layout = {"width": "150px", "margin": "2px 6px"}
    slider = widgets.FloatSlider(**range_, readout=False, layout=layout)
    # On its grid 0.7 is 0.7000000000000001; the box shows 0.7.
    link((box, "value"), (slider, "value"), transform=(_on_grid, lambda value: round(value, 4)))
    return box, widgets.HBox([box, slider])


def _on_grid(value: float) -> float:
    """The nearest value where the slider can stand, to the last digit.

    With any other value it corrects itself as soon as it is shown, and sends that as if it were moved:
    one more picture for nothing, and a value that a cell has set in the meantime would be lost.
    """
    span = 1 - LOWEST  # the slider counts in percent of it, hence this detour
    percent = STEP * 100 / span
    return round((value - LOWEST) * 100 / span / percent) * percent * span / 100 + LOWEST


def button(name: str, on_click: Callable[..., None], tooltip: str = "") -> widgets.Button:
    """A button that does one thing."""
    layout = {"width": "auto", "align_self": "flex-start"}
    made = widgets.Button(description=name, tooltip=tooltip, layout=layout)
    made.on_click(on_click)
    return made


def row(*parts: widgets.Widget) -> widgets.HBox:
    """Parts beside each other, wrapping where the page is narrow."""
    return widgets.HBox(parts, layout={"flex_flow": "row wrap", "align_items": "center"})


def more(*controls: widgets.Widget) -> tuple[widgets.ToggleButton, widgets.HBox]:
    """A button "More", and the row of these controls that it shows; hidden at first.

    Its name says what a press will do: ipywidgets tells a screen reader nothing of a toggle's state.
    """
    button = widgets.ToggleButton(layout={"width": "auto"})
    box = row(*controls)

    def turn(_: object = None) -> None:
        """Show the row, or hide it."""
        button.description = "Less" if button.value else "More"
        box.layout.display = "flex" if button.value else "none"

    turn()
    button.observe(turn, "value")
    return button, box
