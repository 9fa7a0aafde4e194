"""One unit of the picture: its node, its switch and its terminal, and what they say of its value."""

from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.pictures.layout import Layout
from dropout_lab.pictures.steps import Step
from dropout_lab.pictures.svg import INK_ON_FILL, add, color, label, line
from dropout_lab.text import number


def draw_lever(
    parent: Element, a: float, b: float, y: float, kept: bool, width: float, opacity: float = 1.0
) -> None:
    """The contacts at a and b, and the lever between them, down if kept and up if not."""
    style = {"class_": "line", "stroke_width": width, "stroke_linecap": "round"}
    end = (b, y) if kept else (b - 4, y - 0.62 * (b - a))
    line(parent, a, y, *end, stroke_opacity=opacity, **style)
    for x in (a, b):
        add(parent, "circle", cx=x, cy=y, r=4, class_="dot", fill_opacity=opacity)


def draw_leak(parent: Element, a: float, b: float, y: float) -> None:
    """A dashed arc across an open switch through which a wrong recipe lets a gradient back."""
    arc = f"M{b:.1f} {y:.1f}Q{(a + b) / 2:.1f} {y + 20:.1f} {a:.1f} {y:.1f}"
    add(parent, "path", d=arc, class_="wrong flow", stroke_width=2.4, stroke_dasharray="5 3")
    label(parent, (a + b) / 2, y + 39, "leaks", 12, class_="wrongword", font_weight=700)


def factor_text(factor: float, keep_prob: float) -> str:
    """What a closed switch does to a value: "÷ 0.70" when right, else "× 1", "× 2.04"..."""
    if np.isclose(factor, 1 / keep_prob):
        return f"÷ {keep_prob:.2f}"
    return "× 1" if factor == 1 else f"× {number(factor).lstrip('+')}"


def node_array(step: Step, l: int) -> str | None:
    """The name of the array shown in the nodes of layer l, or None if it has not run yet."""
    if l == 0:
        return "X"
    if step.line.where == "edges" and l == step.line.layer - 1 and l not in step.story.D:
        return f"A{l}"
    names = (f"dZ{l}", f"dA{l}") if step.passed == "backward" else (f"A{l}", f"Z{l}")
    return next((name for name in names if name in step.seen), None)


def terminal_array(step: Step, l: int) -> str | None:
    """The name of the array shown in the terminals of layer l, or None.

    dW needs what the terminals sent forward, so there they show that again.
    """
    if step.line.where == "edges" and l == step.line.layer - 1:
        return f"A{l}_drop" if l in step.story.D else None
    name = f"dA{l}_drop" if step.passed == "backward" else f"A{l}_drop"
    return name if name in step.seen else None


def active_arrays(step: Step) -> set[str]:
    """The arrays this step moves between: drawn bold."""
    l = step.line.layer
    if step.line.where == "edges":
        source = "X" if l == 1 else f"A{l - 1}_drop" if l - 1 in step.story.D else f"A{l - 1}"
        return {f"dZ{l}", source}
    return {step.line.array, step.line.start or step.line.array}


def is_wrong(step: Step, name: str, i: int, example: int) -> bool:
    """Whether a shown entry is not the true gradient."""
    return name in step.wrong and name in step.seen and bool(step.wrong[name][i, example])


def unit_label(step: Step, l: int, i: int, example: int) -> str:
    """What a screen reader says of a unit: "unit 2 of layer 1, off, dA1_drop −0.37, dA1 0"."""
    kind = {0: "input", step.story.net.L: "output"}.get(l, "unit")
    parts = [f"{kind} {i}" if kind != "unit" else f"unit {i} of layer {l}"]
    if l in step.story.D:
        parts.append("kept" if step.story.D[l][i, example] else "off")
    for name in (terminal_array(step, l), node_array(step, l)):
        if name:
            parts.append(f"{name} {number(value_of(step, name, i, example))}")
            if is_wrong(step, name, i, example):
                parts.append(f"wrong, true {number(float(step.truth[name][i, example]))}")
    return ", ".join(parts)


def value_of(step: Step, name: str, i: int, example: int) -> float:
    """One entry of an array of a step."""
    return float(step.seen[name][i, example])


def draw_unit(parent: Element, step: Step, l: int, i: int, example: int, at: Layout) -> None:
    """Draw one unit; one with a switch can be pressed, by mouse or by key."""
    x, y, r = at.node_x[l], at.y[l][i], at.radius
    said = unit_label(step, l, i, example)
    switched = l in step.story.D
    off = switched and not step.story.D[l][i, example]
    if switched:
        attributes = {"role": "button", "tabindex": 0, "aria_pressed": str(off).lower()}
        group = add(parent, "g", class_="press unit", data_press=f"{l} {i}", **attributes)
    else:
        group = add(parent, "g", class_="unit", role="img")
    group.set("aria-label", said)
    add(group, "title", said)
    if switched:
        x_t, r_t = at.terminal_x[l], at.terminal_radius
        box = {"x": x - r - 7, "y": y - r - 9, "width": x_t - x + r + r_t + 16}
        add(group, "rect", **box, height=2 * r + 18, rx=14, class_="halo")
        _switch(group, step, l, i, example, at)
        ringed = has_leftover(step, l, i, example)
        if ringed:
            add(group, "circle", cx=x_t, cy=y, r=r_t + 7.5, class_="ring", stroke_width=4.5)
        room = 24 if ringed else 9
        _place(group, step, terminal_array(step, l), i, example, (x_t, y, r_t), False, room)
    _place(group, step, node_array(step, l), i, example, (x, y, r), off)
    if l == step.story.net.L and "losses" in step.seen:
        truth = int(float(step.seen["Y"][i, example]))
        label(group, x, y + r + 20, f"y = {truth}", 13)
        if step.name == "loss":
            loss = number(float(step.seen["losses"][example]))
            label(group, x, y + r + 39, f"loss {loss}", 13, font_weight=700)


def has_leftover(step: Step, l: int, i: int, example: int) -> bool:
    """Whether an after-switch gradient is shown that is not zero although the switch is open."""
    name = f"dA{l}_drop"
    off = not step.story.D[l][i, example]
    return off and terminal_array(step, l) == name and value_of(step, name, i, example) != 0


def _place(
    parent: Element,
    step: Step,
    name: str | None,
    i: int,
    example: int,
    circle: tuple[float, float, float],
    off: bool,
    room: float = 9,
) -> None:
    """A node or a terminal: a circle with its value, dashed if off, framed if wrong."""
    x, y, r = circle
    bold = name is not None and name in active_arrays(step)
    outline = {"class_": "body off" if off else "body", "stroke_width": 2.6 if bold else 1.5}
    if name is None:
        opacity = {"stroke_opacity": 0.55}
        add(parent, "circle", cx=x, cy=y, r=r, fill="none", **outline, **opacity)
        return
    value = value_of(step, name, i, example)
    add(parent, "circle", cx=x, cy=y, r=r, fill=color(value, step.scale), **outline)
    label(
        parent, x, y + 4.7, number(value), 13 if r > 25 else 12.5, class_="value", fill=INK_ON_FILL
    )
    if is_wrong(step, name, i, example):
        side = 2 * r + room
        frame = {"x": x - side / 2, "y": y - side / 2, "width": side, "height": side, "rx": 4}
        add(parent, "rect", **frame, class_="wrong", stroke_width=2.6)
        corner = f"M{x + side / 2 - 13:.1f} {y - side / 2:.1f}h13v13z"
        add(parent, "path", d=corner, class_="wrongword")


def _switch(parent: Element, step: Step, l: int, i: int, example: int, at: Layout) -> None:
    y, kept = at.y[l][i], bool(step.story.D[l][i, example])
    left, right = at.node_x[l] + at.radius, at.terminal_x[l] - at.terminal_radius
    if has_leftover(step, l, i, example):
        right -= 11
    middle = (left + right) / 2
    reach = min(24.0, (right - left) / 2 - 9)
    a, b = middle - reach, middle + reach
    drawn = f"D{l}" in step.seen
    wire = {"class_": "line", "stroke_width": 2.2, "stroke_opacity": 1.0 if drawn else 0.45}
    here = step.line.layer == l and step.line.array in (f"A{l}_drop", f"dA{l}", f"D{l}")
    active = here and step.line.where != "edges" and f"dA{l}_drop" != step.line.array
    flow = (" flow back" if step.passed == "backward" else " flow") if active and kept else ""
    line(parent, left, y, a, y, **wire | {"class_": "line" + flow})
    line(parent, b, y, right, y, **wire | {"class_": "line" + flow})
    opacity = 1.0 if drawn else 0.45
    draw_lever(parent, a, b, y, kept, 5 if active else 4, opacity)
    if not kept:
        leaks = step.line.array == f"dA{l}" and value_of(step, f"dA{l}", i, example) != 0
        label(parent, middle, y + (25 if leaks else 19), "off", 12, class_="dim")
        if leaks:
            draw_leak(parent, a, b, y)
    elif active and step.line.factor is not None:
        text = factor_text(float(step.line.factor[i, example]), step.story.keep_prob)
        label(parent, middle, y - 11, text, 12, class_="ink")
