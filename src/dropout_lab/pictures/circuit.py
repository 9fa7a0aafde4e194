"""The network of one example: columns of units, the weights between them, and every dropout unit's switch."""

from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.pictures.explain import as_key, explain_entry
from dropout_lab.pictures.layout import PAGER, PILL
from dropout_lab.pictures.places import draw_pager, draw_ring
from dropout_lab.pictures.svg import MONO, add, label, line, part, shade
from dropout_lab.pictures.unit import Drawing, draw_place, draw_unit, draw_words, says, unit_label
from dropout_lab.text import number


def draw_circuit(d: Drawing, words: str) -> Element:
    """Headings, edges and units of one example."""
    root = part(d.at.width, d.at.height, words)
    for l in d.at.terminal_x:
        _card(root, d, l)
    for l in range(1, d.story.net.L + 1):
        _edges(root, d, l)
    for l in range(d.story.net.L + 1):
        _headings(root, d, l)
        draw = draw_unit if l in d.at.terminal_x else _single
        for i in d.at.y[l]:
            draw(root, d, l, i)
        _rest(root, d, l)
    for l in d.at.terminal_x:  # last, so that nothing is drawn over them
        for i in d.at.y[l]:
            draw_words(root, d, l, i)
    if d.step.line.kind == "db":
        _bias_stubs(root, d)
    return root


def _card(parent: Element, d: Drawing, l: int) -> None:
    """The ground on which the units of a dropout layer stand."""
    w, left, right = d.at.place[0], d.at.node_x[l], d.at.terminal_x[l]
    box = {
        "x": left - w / 2 - 13,
        "y": 2,
        "width": right - left + w + 26,
        "height": d.at.height - 6,
    }
    add(parent, "rect", **box, rx=14, class_="card", fill_opacity=0.6)


def _headings(parent: Element, d: Drawing, l: int) -> None:
    """The names of the arrays above their column; the value over the gradient."""
    x, active = d.at.node_x[l], d.active
    if l not in d.at.terminal_x and l != d.story.net.L:
        single = d.single(l) or f"A{l}"
        _heading(parent, x, 36, single, single in active)
        return
    columns = {x: d.node(l)}
    if l in d.at.terminal_x:
        columns[d.at.terminal_x[l]] = d.terminal(l)
    for middle, names in columns.items():
        for y, name in zip((17.0, 36.0), names, strict=True):
            if name:
                _heading(parent, middle, y, name, name in active)
    if l in d.at.terminal_x:
        _arrows(parent, d, l)


def _heading(parent: Element, x: float, y: float, text: str, active: bool) -> None:
    weight = {"font_weight": 700} if active else {}
    label(parent, x, y, text, 14 if active else 13, class_="ink" if active else "dim", font_family=MONO, **weight)  # fmt: skip


def _arrows(parent: Element, d: Drawing, l: int) -> None:
    """Forward above, backward below: bold the one this step goes."""
    middle, reach = (d.at.node_x[l] + d.at.terminal_x[l]) / 2, (26 if d.at.wide else 17)
    for y, side, array in ((13, 1, f"A{l}_drop"), (32, -1, f"dA{l}")):
        if not d.seen(array):
            continue
        bold = d.step.line.array == array
        tip = middle + side * reach
        class_, dot = ("line", "dot") if bold else ("thin", "dimdot")
        line(parent, middle - side * reach, y, tip - side * 6, y, class_=class_, stroke_width=2.6 if bold else 1.4)  # fmt: skip
        add(parent, "path", d=f"M{tip - 8 * side:.5g} {y - 4.5:.5g}l{8 * side} 4.5l{-8 * side} 4.5z", class_=dot)  # fmt: skip


def _single(parent: Element, d: Drawing, l: int, i: int) -> None:
    """A unit without a switch in the picture: one number in a pill; the output has two, and its label."""
    x, y, (w, h), j = d.at.node_x[l], d.at.y[l][i], PILL, d.example
    group = add(parent, "g", class_="unit", role="img", data_row=f"{l} {i}", data_says=says(d, l, i), aria_label=unit_label(d, l, i))  # fmt: skip
    if l == d.story.net.L:
        _output(group, d, i)
        return
    name, box = d.single(l), {"x": x - w / 2, "y": y - h / 2, "width": w, "height": h, "rx": h / 2}
    dash = "4 3" if d.story.off(l, i, j) else "2 4" if name is None else "none"
    value = 0.0 if name is None else d.story.value(name, i, j)
    filled = name is not None and (name[0] == "d" or name in d.active)
    kind = shade(value, d.story.scale(name)) if name and filled else "card"
    add(group, "rect", **box, class_=kind)
    add(group, "rect", **box, class_="thin", stroke_width=1.4, stroke_dasharray=dash)
    if name is None:
        return
    weight = {"font_weight": 700} if name in d.active else {}
    label(group, x, y + 4.7, number(value), 13, class_="ink", **weight)
    if name.endswith("_drop") and name[0] == "d" and d.story.leftover(l, i, j):
        draw_ring(group, (x, y - h / 2), (w, 2 * h))
    if d.story.marked(d.story.wrong, name, i, j):
        add(group, "path", d=f"M{x + w / 2 - 15:.5g} {y - h / 2:.5g}h11v11z", class_="wrongword")
    if d.story.marked(d.story.made, name, i, j):
        frame = {"x": x - w / 2 - 4, "y": y - h / 2 - 4, "width": w + 8, "height": h + 8}
        add(group, "rect", **frame, class_="wrong", stroke_width=3)


def _output(group: Element, d: Drawing, i: int) -> None:
    """The output: A above, dZ below, its label y and its loss under it."""
    L, j = d.story.net.L, d.example
    x, y, (_, h) = d.at.node_x[L], d.at.y[L][i], d.at.place
    draw_place(group, d, (x, y), d.node(L), i)
    if "losses" in d.step.seen:
        label(group, x, y + h / 2 + 18, f"y = {d.story.value('Y', i, j):.0f}", 13, class_="dim")
        if i == max(d.at.y[L]):
            text = f"loss {number(float(d.story.arrays['losses'][j])).lstrip('+')}"
            bold = {"font_weight": 700} if d.step.name == "loss" else {}
            label(group, x, y + h / 2 + 36, text, 13, class_="ink" if bold else "dim", **bold)


def _edges(parent: Element, d: Drawing, l: int) -> None:
    x1, x2, weights = d.at.right(l - 1), d.at.left(l), d.story.net.W[l]
    widest = float(np.max(np.abs(weights))) or 1.0
    now = d.step.line
    colored = now.kind == "dW" and now.layer == l
    back = now.kind == "dA_drop" or (now.kind == "dA" and now.start is None)
    moving = (now.kind == "Z" and now.layer == l) or (back and now.layer == l - 1)
    for i, y2 in d.at.y[l].items():
        for j, y1 in d.at.y[l - 1].items():
            if colored:
                _gradient_edge(parent, d, (x1, y1, x2, y2), d.story.value(now.array, i, j), (i, j))
                continue
            faded = d.story.off(l - 1, j, d.example) and not back
            opacity = 0.14 if faded else 0.7 if moving else 0.26
            flow = (" flow back" if back else " flow") if moving and not faded else ""
            width = 0.7 + 1.9 * abs(weights[i, j]) / widest
            line(parent, x1, y1, x2, y2, class_=f"thin{flow}", data_row=f"{l - 1} {j}", stroke_width=width, stroke_opacity=opacity)  # fmt: skip


def _gradient_edge(
    parent: Element,
    d: Drawing,
    ends: tuple[float, float, float, float],
    value: float,
    entry: tuple[int, int],
) -> None:
    """An entry of a dW on its weight: wide as it is large, dashed if negative, dotted if 0."""
    name, (i, j) = d.step.line.array, entry
    says = as_key(explain_entry(d.story, name, i, j))
    if value == 0:
        dotted = {"stroke_width": 1.4, "stroke_dasharray": "1 5", "class_": "thin"}
        line(parent, *ends, data_says=says, **dotted)
        return
    size = min(abs(value) / d.story.scale(name), 1) if np.isfinite(value) else 0.5
    negative = {"stroke_dasharray": "9 4"} if value < 0 else {}
    line(parent, *ends, class_="up" if value > 0 else "down", stroke_width=1.6 + 5 * size, data_says=says, **negative)  # fmt: skip


def _bias_stubs(parent: Element, d: Drawing) -> None:
    """The gradient of each bias, beside its unit."""
    l, name = d.step.line.layer, d.step.line.array
    for i, y in d.at.y[l].items():
        x, value = d.at.left(l), d.story.value(name, i, 0)
        _gradient_edge(parent, d, (x - 24, y + 20, x - 2, y + 6), value, (i, 0))


def _rest(parent: Element, d: Drawing, l: int) -> None:
    """Which units of how many are shown, how many of the others are off, and buttons to them."""
    n, units = d.story.net.sizes[l], list(d.at.y[l])
    if len(units) == n:
        return
    shown = range(units[0], units[-1] + 1)
    x = (d.at.node_x[l] + d.at.terminal_x.get(l, d.at.node_x[l])) / 2
    y = d.at.height - PAGER
    lines = (f"{shown[0]}–{shown[-1]}", f"of {n}")
    if l in d.at.terminal_x:
        off = sum(d.story.off(l, i, d.example) for i in range(n) if i not in shown)
        lines = (f"units {shown[0]} to {shown[-1]} of {n}", f"{off} more off" if off else "")
    for k, text in enumerate(lines):
        label(parent, x, y + 13 + 15 * k, text, 13, class_="dim")
    draw_pager(parent, (x, y + 46), shown, n, f"units {l}", f"units of layer {l}")
