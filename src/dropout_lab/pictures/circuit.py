"""The left half of a picture: the network for one example, each dropout unit with its switch.

A unit is drawn as two places: its node (before the switch) and its terminal (after it). Kept: the
switch is closed. Off: it stands open, but the node is still there with its value.
"""

from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.pictures.layout import Layout
from dropout_lab.pictures.steps import Step, largest_finite
from dropout_lab.pictures.svg import add, color, label, line
from dropout_lab.pictures.unit import active_arrays, draw_unit, node_array, terminal_array, value_of
from dropout_lab.text import number


def draw_circuit(parent: Element, step: Step, example: int, at: Layout) -> None:
    """Draw headers, edges and units of one example."""
    group = add(parent, "g", class_="circuit")
    for l in range(step.story.net.L + 1):
        _headers(group, step, l, at)
    for l in range(1, step.story.net.L + 1):
        _edges(group, step, l, example, at)
    for l in range(step.story.net.L + 1):
        for i in range(len(at.y[l])):
            draw_unit(group, step, l, i, example, at)
        hidden = step.story.net.sizes[l] - len(at.y[l])
        if hidden:
            label(group, at.node_x[l], at.y[l][-1] + 44, f"and {hidden} more", 11, class_="dim")
    if step.line.where == "bias":
        _bias_stubs(group, step, at)


def _headers(parent: Element, step: Step, l: int, at: Layout) -> None:
    before = "d" if step.passed == "backward" else ""
    node = node_array(step, l) or f"{before}A{l}"
    active = active_arrays(step)
    _header(parent, at.node_x[l], node, node in active)
    if l in at.terminal_x:
        terminal = terminal_array(step, l) or f"{before}A{l}_drop"
        _header(parent, at.terminal_x[l], terminal, terminal in active)
        if {node, terminal} <= active and step.line.where != "edges":
            middle = (at.node_x[l] + at.terminal_x[l]) / 2 - 4
            tip, tail = (-10, 12) if step.passed == "backward" else (10, -12)
            line(parent, middle + tail, 74, middle + tip, 74, class_="line", stroke_width=2.2)
            head = f"M{middle + tip:.1f} 69l{tip * 0.6:.1f} 5l{-tip * 0.6:.1f} 5z"
            add(parent, "path", d=head, class_="dot")


def _header(parent: Element, x: float, text: str, active: bool) -> None:
    weight = 700 if active else 400
    label(parent, x, 79, text, 14, class_="ink" if active else "dim", font_weight=weight)


def _edges(parent: Element, step: Step, l: int, example: int, at: Layout) -> None:
    x1, r1 = at.right(l - 1)
    x2, r2 = at.node_x[l], at.radius
    weights = step.story.net.W[l]
    widest = float(np.max(np.abs(weights))) or 1.0
    colored = step.line.where == "edges" and step.line.layer == l
    largest = _largest(step) if colored else 1.0
    moving = step.line.array in (f"Z{l}", f"dA{l - 1}_drop") or (
        step.line.array == f"dA{l - 1}" and step.line.start is None
    )
    for i, y2 in enumerate(at.y[l]):
        for j, y1 in enumerate(at.y[l - 1]):
            ends = (x1 + r1, y1, x2 - r2, y2)
            if colored:
                _gradient_edge(parent, ends, value_of(step, step.line.array, i, j), largest)
                continue
            open_switch = l - 1 in step.story.D and not step.story.D[l - 1][j, example]
            faded = open_switch and not (moving and step.passed == "backward")
            _edge(parent, ends, abs(weights[i, j]) / widest, faded, moving, step.passed)


def _edge(
    parent: Element,
    ends: tuple[float, float, float, float],
    strength: float,
    faded: bool,
    moving: bool,
    passed: str,
) -> None:
    opacity = 0.13 if faded else 0.75 if moving else 0.36
    class_ = "thin"
    if moving and not faded:
        class_ += " flow back" if passed == "backward" else " flow"
    line(parent, *ends, class_=class_, stroke_width=0.7 + 2.1 * strength, stroke_opacity=opacity)


def _gradient_edge(
    parent: Element, ends: tuple[float, float, float, float], value: float, largest: float
) -> None:
    if value == 0:
        dotted = {"stroke_width": 1.0, "stroke_dasharray": "1 5", "stroke_opacity": 0.8}
        line(parent, *ends, class_="thin", **dotted)
        return
    width = 1.6 + 5.4 * abs(value) / largest if np.isfinite(value) else 3.0
    negative = {"stroke_dasharray": "9 4"} if value < 0 else {}
    line(parent, *ends, stroke=color(np.sign(value), 1), stroke_width=width, **negative)


def _largest(step: Step) -> float:
    """The largest finite size in the gradient on the edges: the widest line."""
    return largest_finite(step.seen[step.line.array]) or 1.0


def _bias_stubs(parent: Element, step: Step, at: Layout) -> None:
    l, largest = step.line.layer, _largest(step)
    for i, y in enumerate(at.y[l]):
        x, value = at.node_x[l], value_of(step, step.line.array, i, 0)
        reach = 0.71 * at.radius
        ends = (x - reach - 20, y + reach + 12, x - reach, y + reach)
        _gradient_edge(parent, ends, value, largest)
        label(parent, ends[0] + 2, ends[1] + 13, number(value), 12)
