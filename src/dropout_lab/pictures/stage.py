"""The picture of one step: the network with its switches on the left, the array with its numbers on the right."""

from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.pictures.circuit import draw_circuit
from dropout_lab.pictures.layout import TOP, lay_out
from dropout_lab.pictures.matrix import MAX_ROWS, Panel, arrow_down, draw_panel
from dropout_lab.pictures.steps import Step
from dropout_lab.pictures.svg import MONO, add, as_text, color, label, picture, text_width
from dropout_lab.pictures.unit import factor_text, has_leftover, unit_label
from dropout_lab.text import number

BESIDE, BELOW = 62.0, 32.0  # room between two matrices, for what happens on the way


def draw(step: Step, example: int = 0, start: str | None = None) -> str:
    """The picture as SVG text. The same step gives the same text. Arguments as for `build`."""
    return as_text(build(step, example, start))


def build(step: Step, example: int = 0, start: str | None = None) -> Element:
    """The picture as an element tree.

    start: the array to show before the one this step makes ("D1"), by default what it starts from.
    Raises IndexError if there is no such example.
    """
    _check_example(step, example)
    panels = _panels(step, example, start)
    beside = max(len(panel.columns) for panel in panels) <= 2
    if beside:
        panel_width = sum(panel.width for panel in panels) + BESIDE * (len(panels) - 1)
        panel_height = panels[0].height
    else:
        panel_width = max(panel.width for panel in panels)
        panel_height = sum(panel.height for panel in panels) + BELOW * (len(panels) - 1)
    panel_height += 40 if step.line.array in step.wrong else 0
    at = lay_out(step, panel_height)
    width = at.width + 30 + max(panel_width + 16, 300)
    height = TOP + at.height + 66
    root = picture(width, height, describe(step, example), step.name)
    _title(root, step)
    draw_circuit(root, step, example, at)
    y = TOP - 30 + max(0.0, (at.height + 30 - panel_height) / 2)
    _draw_panels(root, step, example, (at.width + 30, y), panels, beside)
    _legend(root, step, example, width, height - 22)
    return root


def describe(step: Step, example: int = 0) -> str:
    """The picture in words: the line of code, and what it did to each unit of its layer."""
    _check_example(step, example)
    l = step.line.layer
    start = f"{step.passed.capitalize()} pass, {step.code}, example {example}"
    if step.line.where in ("edges", "bias"):
        rows = "; ".join(
            " ".join(number(float(v)) for v in row) for row in step.seen[step.line.array]
        )
        return f"{start}. Row by row: {rows}."
    units = "; ".join(unit_label(step, l, i, example) for i in range(step.story.net.sizes[l]))
    return f"{start}. {units[0].upper()}{units[1:]}."


def _check_example(step: Step, example: int) -> None:
    m = step.seen["X"].shape[1]
    if not 0 <= example < m:
        raise IndexError(f"there is no example {example}; they are numbered 0 to {m - 1}")


def _title(root: Element, step: Step) -> None:
    label(root, 26, 34, step.passed.capitalize(), 14, class_="dim", text_anchor="start")
    code = {"font_family": MONO, "font_weight": 600, "text_anchor": "start"}
    label(root, 104, 34, step.code, 17 if len(step.code) < 70 else 14, **code)


def _panels(step: Step, example: int, start: str | None) -> list[Panel]:
    """The arrays of this step: what it starts from, if anything, and what it makes."""
    if step.line.where == "output":
        Z_to_Y = np.vstack([step.seen[f"A{step.story.net.L}"], step.seen["Y"], step.seen["losses"]])
        rows = [
            *(f"A{step.story.net.L}",) * step.story.net.sizes[-1],
            *("Y",) * step.story.net.sizes[-1],
            "loss",
        ]
        return [Panel("losses", Z_to_Y, step.scale, column=example, rows=rows)]
    names = [name for name in (start or step.line.start, step.line.array) if name]
    return [_panel(step, name, example) for name in names]


def _panel(step: Step, name: str, example: int) -> Panel:
    values, wrong, truth = step.seen[name], step.wrong.get(name), step.truth.get(name)
    if step.line.where in ("edges", "bias"):
        return Panel(name, values, step.scale, wrong=wrong, truth=truth, across="unit")
    l = step.line.layer
    off = None if l not in step.story.D or name.startswith(("Z", "dZ")) else ~step.story.D[l]
    ringed = off & (values != 0) if off is not None and name == f"dA{l}_drop" else None
    silent = None
    if name == f"A{l}" and step.story.net.activation == "relu" and l < step.story.net.L:
        silent = step.seen[f"Z{l}"] <= 0
    return Panel(name, values, step.scale, off, ringed, wrong, truth, silent, example)


def _draw_panels(
    root: Element,
    step: Step,
    example: int,
    corner: tuple[float, float],
    panels: list[Panel],
    beside: bool,
) -> None:
    x, y = corner
    for panel in panels[:-1]:
        draw_panel(root, x, y, panel)
        if beside:
            _factors(root, step, example, x + panel.width, y + 38)
            x += panel.width + BESIDE
        else:
            words = _on_the_way(step, panel.title)
            arrow_down(root, x + panel.left + 4, y + panel.height + 3, words)
            y += panel.height + BELOW
    draw_panel(root, x, y, panels[-1])
    if step.line.array in step.wrong:
        _true_values(root, step, example, corner[0], y + panels[-1].height + 16)


def _true_values(root: Element, step: Step, example: int, x: float, y: float) -> None:
    """The true gradient in words, under the wrong one."""
    one_column = step.line.where in ("edges", "bias")
    column = 0 if one_column else example
    true = step.truth[step.line.array][:MAX_ROWS, column]
    name = f"true {step.line.array}[:, {column}]"
    start = {"text_anchor": "start", "class_": "wrongword"}
    label(root, x, y, f"{name} =", 12, font_family=MONO, **start)
    label(root, x, y + 18, ", ".join(number(float(v)) for v in true), 13, **start)


def _factors(root: Element, step: Step, example: int, x: float, y: float) -> None:
    """Between two single columns: what happens to each number on the way."""
    layer, factor = step.line.layer, step.line.factor
    for i in range(min(step.story.net.sizes[layer], MAX_ROWS)):
        if factor is None:
            text = "→"
        elif layer in step.story.D and factor[i, example] == 0:
            text = "× 0"
        else:
            text = factor_text(float(factor[i, example]), step.story.keep_prob)
        label(root, x + 28, y + i * 34.0 + 20, text, 12, class_="ink")


def _on_the_way(step: Step, start: str) -> str:
    if start != step.line.start:
        return step.code.partition(" = ")[2]
    if step.line.factor is not None:
        return f"through the switches of layer {step.line.layer}"
    return "through the activation" if step.passed == "forward" else "times the slope"


def _legend(root: Element, step: Step, example: int, width: float, y: float) -> None:
    """What the marks mean, only those in this picture, then the color scale at the right."""
    x = 26.0
    if step.story.D:
        add(
            root,
            "circle",
            cx=x + 9,
            cy=y - 4,
            r=9,
            fill="none",
            class_="body off",
            stroke_width=1.5,
        )
        x = _legend_text(root, x + 26, y, "off: still there, sends 0", "ink")
    if _any_ring(step, example):
        add(root, "circle", cx=x + 10, cy=y - 4, r=9, class_="ring", stroke_width=4)
        x = _legend_text(root, x + 27, y, "off, yet dA_drop is not zero", "ringword")
    if any(name in step.seen for name in step.wrong):
        add(root, "rect", x=x, y=y - 13, width=18, height=18, rx=3, class_="wrong", stroke_width=3)
        add(root, "path", d=f"M{x + 9:.1f} {y - 13:.1f}h9v9z", class_="wrongword")
        x = _legend_text(root, x + 26, y, "not the true gradient", "wrongword")
    left = width - 216
    low, high = (number(sign * step.scale) for sign in (-1, 1))
    label(root, left - 6, y, low, 12, class_="dim", text_anchor="end")
    for k in range(13):
        fill = color((k - 6) / 6 * step.scale, step.scale)
        add(root, "rect", x=left + 13.0 * k, y=y - 13, width=13.0, height=16, fill=fill)
    add(root, "rect", x=left, y=y - 13, width=169, height=16, fill="none", class_="thin")
    label(root, left + 174, y, high, 12, class_="dim", text_anchor="start")


def _legend_text(root: Element, x: float, y: float, text: str, class_: str) -> float:
    label(root, x, y, text, 12.5, class_=class_, text_anchor="start")
    return x + text_width(text, 12.5) + 24


def _any_ring(step: Step, example: int) -> bool:
    return any(
        has_leftover(step, l, i, example)
        for l in step.story.D
        for i in range(step.story.net.sizes[l])
    )
