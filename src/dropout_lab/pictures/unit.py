"""One dropout unit: two places, two wires between them, and two levers on one rod, the same switch both ways.

The upper half of a place is the value, on its way forward; the lower half is the gradient, on its way
back. Hatching means "stopped by its switch". A ring: off, and yet not zero. A frame: made wrong here.
"""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from dropout_lab.pictures.explain import as_key, explain_entry, plain, unit_story
from dropout_lab.pictures.layout import Layout
from dropout_lab.pictures.lines import Kind, Passed, named
from dropout_lab.pictures.places import (
    Half,
    draw_halves,
    draw_leak,
    draw_lever,
    draw_ring,
    draw_rod,
    draw_wrong,
    factor_text,
    two_lines,
)  # fmt: skip
from dropout_lab.pictures.steps import Step, Story
from dropout_lab.pictures.svg import add, label, line, shade
from dropout_lab.text import number

HALVES = ("upper", "lower")


@dataclass(frozen=True)
class Drawing:
    """What every function that draws a part of the stage is given."""

    step: Step
    example: int
    at: Layout

    @property
    def story(self) -> Story:
        """What all steps share."""
        return self.step.story

    def seen(self, name: str) -> str | None:
        """The name, if that array was computed already."""
        return name if name in self.step.seen else None

    def node(self, l: int) -> tuple[str | None, str | None]:
        """The value and the gradient shown before the switch: (Z, dZ) from dZ on, else (A, dA)."""
        if l == 0:
            return "X", None
        output = l == self.story.net.L
        gradient = self.seen(f"dZ{l}") or self.seen(f"dA{l}")
        if gradient == f"dZ{l}" and not output:
            return f"Z{l}", gradient
        return self.seen(f"A{l}") or self.seen(f"Z{l}"), gradient

    def terminal(self, l: int) -> tuple[str | None, str | None]:
        """The value and the gradient shown after the switch."""
        return self.seen(f"A{l}_drop"), self.seen(f"dA{l}_drop")

    def single(self, l: int) -> str | None:
        """The one array shown where a place has no halves: what a dW needs, or the newest."""
        value, gradient = self.node(l)
        if self.step.line.kind == "dW" and l == self.step.line.layer - 1:
            return f"A{l}" if l else value
        return gradient or value

    @property
    def active(self) -> set[str]:
        """The arrays this step moves between: bold."""
        now = self.step.line
        if now.kind in ("dW", "db"):
            sent: Kind = "A_drop" if now.layer - 1 in self.story.D else "A"
            return {f"dZ{now.layer}"} | (
                {named(sent, now.layer - 1)} if now.kind == "dW" else set()
            )
        return {now.array, now.start or now.array}

    def at_switch(self, l: int) -> bool:
        """Whether this step goes through the switches of layer l, in either direction."""
        return self.step.line.array in (f"A{l}_drop", f"dA{l}") and l in self.at.terminal_x


def has_leftover(story: Story, l: int, i: int, j: int) -> bool:
    """Whether a unit that is off has a gradient after its switch: the lesson's ring."""
    return story.off(l, i, j) and story.value(f"dA{l}_drop", i, j) != 0


def unit_label(d: Drawing, l: int, i: int) -> str:
    """What a screen reader says of a unit: "unit 2 of layer 1, off, dA1_drop −0.37, dA1 0"."""
    kind = {0: "input", d.story.net.L: "output"}.get(l, "unit")
    parts = [f"{kind} {i}" if kind != "unit" else f"unit {i} of layer {l}"]
    if l in d.story.D:
        parts.append("off" if d.story.off(l, i, d.example) else "kept")
    names = [*d.node(l), *(d.terminal(l) if l in d.story.D else ())]
    for name in names:
        if name:
            parts.append(f"{name} {number(d.story.value(name, i, d.example))}")
            if d.story.marked(d.story.wrong, name, i, d.example) and name in d.step.seen:
                parts.append(f"wrong, true {number(float(d.story.truth[name][i, d.example]))}")
    return ", ".join(parts)


def draw_unit(parent: Element, d: Drawing, l: int, i: int) -> None:
    """A unit with its switch; it can be pressed, by mouse or by key, and pointed at."""
    (w, h), y = d.at.place, d.at.y[l][i]
    left, right = d.at.node_x[l], d.at.terminal_x[l]
    off = d.story.off(l, i, d.example)
    says = unit_story(d.story, l, i, d.example) if d.story.m == 1 else _newest(d, l, i)
    button = {"role": "button", "tabindex": 0, "aria_pressed": str(off).lower()}
    group = add(
        parent, "g", class_="press unit", data_press=f"{l} {i}", data_row=f"{l} {i}",
        data_says=as_key(says), aria_label=unit_label(d, l, i), **button,
    )  # fmt: skip
    box = {
        "x": left - w / 2 - 7,
        "y": y - h / 2 - 6,
        "width": right - left + w + 14,
        "height": h + 12,
    }
    add(group, "rect", **box, rx=14, class_="halo")
    _wires(group, d, l, i)
    draw_place(group, d, (left, y), d.node(l), i, "lower" if _stopped(d, "backward", l, i) else "")
    draw_place(
        group, d, (right, y), d.terminal(l), i, "upper" if _stopped(d, "forward", l, i) else ""
    )
    if d.seen(f"dA{l}_drop") and has_leftover(d.story, l, i, d.example):
        draw_ring(group, (right, y), d.at.place)


def _newest(d: Drawing, l: int, i: int) -> list[tuple[str, str]]:
    """What is said of a unit among several examples: its newest number."""
    names = [name for name in (*d.terminal(l), *d.node(l)) if name]
    order = list(d.step.seen)
    newest = (
        d.step.line.array
        if d.step.line.array in names
        else max(names, key=order.index, default=None)
    )
    return explain_entry(d.story, newest, i, d.example) if newest else [("t", "")]


def _stopped(d: Drawing, passed: Passed, l: int, i: int) -> bool:
    """Whether the switch stops what comes in this direction: what is left then is a 0 that it made."""
    name = f"A{l}_drop" if passed == "forward" else f"dA{l}"
    factor = d.story.factors[passed][l]
    return d.seen(name) is not None and factor is not None and factor[i, d.example] == 0


def draw_place(
    parent: Element,
    d: Drawing,
    at: tuple[float, float],
    names: tuple[str | None, str | None],
    i: int,
    stopped: str = "",
) -> None:
    """A place of this step's: the value above, the gradient below; the stopped half is hatched."""
    halves = [
        _half(d, name, half, i, stopped == half) for name, half in zip(names, HALVES, strict=True)
    ]
    draw_halves(parent, at, d.at.place, halves[0], halves[1])
    gradient = names[1]
    if gradient and d.story.marked(d.story.wrong, gradient, i, d.example):
        draw_wrong(parent, at, d.at.place, d.story.marked(d.story.made, gradient, i, d.example))


def _half(d: Drawing, name: str | None, half: str, i: int, hatched: bool) -> Half | None:
    if name is None:
        return None
    value, active = d.story.value(name, i, d.example), name in d.active
    filled = half == "lower" or (active and d.step.passed == "forward")
    return Half(value, shade(value, d.story.scale(name)) if filled else "card", active, hatched)


def _wires(parent: Element, d: Drawing, l: int, i: int) -> None:
    """The way forward above, the way back below; one lever in each, on one rod."""
    (w, h), y = d.at.place, d.at.y[l][i]
    left, right = d.at.node_x[l] + w / 2, d.at.terminal_x[l] - w / 2
    a, b = left + (34 if d.at.wide else 9), left + (76 if d.at.wide else 41)
    kept = not d.story.off(l, i, d.example)
    closed = {"forward": kept, "backward": _lower_lever(d.story, l, i, d.example, kept)}
    lanes: tuple[Passed, Passed] = ("forward", "backward")
    for passed in lanes:
        lane = y - h / 4 if passed == "forward" else y + h / 4
        array = f"A{l}_drop" if passed == "forward" else f"dA{l}"
        drawn = d.seen(f"D{l}") if passed == "forward" else d.seen(array)
        bold = d.step.line.array == array
        class_, opacity = "line" if bold else "thin", 1.0 if drawn else 0.35
        if bold and closed[passed]:
            class_ += " flow back" if passed == "backward" else " flow"
        style = {"class_": class_, "stroke_opacity": opacity, "stroke_width": 2.8 if bold else 1.6}
        for x1, x2 in ((left, a), (b, right)):
            line(parent, x1, lane, x2, lane, **style)
        draw_lever(parent, a, b, lane, closed[passed], bold, opacity)
    draw_rod(parent, (a + b) / 2, (y - h / 4, y + h / 4), closed["forward"], closed["backward"])
    _factor(parent, d, l, i, (b, right), kept and closed["backward"])


def _lower_lever(story: Story, l: int, i: int, j: int, kept: bool) -> bool:
    """How the lever on the way back stands: as on the way forward, unless the recipe uses another mask.

    A recipe that stops nothing uses no mask at all: then its open switches leak.
    """
    factor = story.factors["backward"][l]
    if factor is None or (factor != 0).all():
        return kept
    return bool(factor[i, j] != 0)


def _factor(
    parent: Element, d: Drawing, l: int, i: int, ends: tuple[float, float], closed: bool
) -> None:
    """Once between the lanes where both directions agree; else above and below, each for itself."""
    y, h = d.at.y[l][i], d.at.place[1]
    forward, backward = (_read(d, passed, l, i) for passed in ("forward", "backward"))
    x = (ends[0] + ends[1]) / 2 + (0 if d.at.wide else 3)
    if not d.seen(f"A{l}_drop") and not d.seen(f"dA{l}"):
        return
    right = factor_text(
        (0 if d.story.off(l, i, d.example) else 1 / d.story.keep_prob), d.story.keep_prob
    )
    if not d.seen(f"dA{l}") or backward == forward:
        class_ = "ink" if forward == right else "amberword"
        bold = {"font_weight": 700} if d.at_switch(l) else {}
        label(parent, x, y + 5, forward, 13, class_=class_ + " knock", **bold)
        return
    label(parent, x, y - h / 4 - 4, forward, 13, class_="dim knock" if forward == right else "amberword knock")  # fmt: skip
    label(parent, x, y + h / 4 - 4, backward, 13, class_="wrongword knock", font_weight=700)
    if not closed and _leaks(d, l, i):
        draw_leak(parent, ends[0] - 32, ends[0], y + h / 4)
        label(
            parent, x + 2, y + h / 4 + 14, "leaks", 13, class_="wrongword knock", font_weight=700
        )


def _read(d: Drawing, passed: Passed, l: int, i: int) -> str:
    """The factor in one direction, as it was measured."""
    factor = d.story.factors[passed][l]
    if factor is None:
        return "f(A)" if passed == "forward" else "f(dA)"
    return factor_text(float(factor[i, d.example]), d.story.keep_prob)


def _leaks(d: Drawing, l: int, i: int) -> bool:
    """Whether a gradient gets back across an open switch."""
    lever = _lower_lever(d.story, l, i, d.example, not d.story.off(l, i, d.example))
    return not lever and d.seen(f"dA{l}") is not None and d.story.value(f"dA{l}", i, d.example) != 0


def draw_words(parent: Element, d: Drawing, l: int, i: int) -> None:
    """Words at the mark, once in a picture: at the first unit that has it."""
    (w, h), y, j = d.at.place, d.at.y[l][i], d.example
    left, right = d.at.node_x[l] - w / 2, d.at.terminal_x[l] + w / 2
    gradient = d.node(l)[1]
    if gradient and d.story.marked(d.story.made, gradient, i, j):
        true = f"true {plain(float(d.story.truth[gradient][i, j]))}"
        label(parent, left - 9, y + h / 4 + 4, true, 13, class_="wrongword over", text_anchor="end", font_weight=700)  # fmt: skip
    if d.step.line.layer != l or d.step.line.kind not in ("dA_drop", "dA"):
        return
    shown = d.at.y[l]
    ringed = [k for k in shown if has_leftover(d.story, l, k, j)]
    if ringed and i == ringed[0]:
        words = (
            ("not zero: nothing on", f"its way has met D{l}")
            if d.at.wide
            else ("arrives,", "not zero")
        )
        two_lines(
            parent,
            right + (12 if d.at.wide else 5),
            y - h / 2 + (4 if d.at.wide else 8),
            words,
            "ringword",
            "start",
        )
    stopped = [k for k in shown if d.step.line.kind == "dA" and d.story.off(l, k, j)]
    stopped = [
        k for k in stopped if _stopped(d, "backward", l, k) and has_leftover(d.story, l, k, j)
    ]
    if stopped and i == stopped[0]:
        two_lines(parent, left - 9, y + h / 4 - 5, ("stopped", f"by D{l}"), "ink", "end")
