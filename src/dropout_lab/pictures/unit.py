"""One dropout unit: two places, two wires between them, and two levers on one rod, the same switch both ways.

The upper half of a place is the value, on its way forward; the lower half is the gradient, on its way
back. Hatching means "stopped by its switch". A ring: off, and yet not zero. A frame: made wrong here.
"""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from dropout_lab.pictures.explain import as_key, explain_entry, in_column, plain, unit_story
from dropout_lab.pictures.layout import Layout
from dropout_lab.pictures.lines import Passed, named
from dropout_lab.pictures.places import (
    Half,
    Point,
    draw_halves,
    draw_leak,
    draw_lever,
    draw_note,
    draw_ring,
    draw_rod,
    draw_wrong,
    factor_text,
)  # fmt: skip
from dropout_lab.pictures.steps import Step, Story
from dropout_lab.pictures.svg import add, label, line, shade
from dropout_lab.text import number

HALVES = ("upper", "lower")
Names = tuple[str | None, str | None]  # of the array in the upper half, and in the lower one


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

    def node(self, l: int) -> Names:
        """The value and the gradient shown before the switch: (Z, dZ) from dZ on, else (A, dA)."""
        if l == 0:
            return "X", None
        output = l == self.story.net.L
        gradient = self.seen(f"dZ{l}") or self.seen(f"dA{l}")
        if gradient == f"dZ{l}" and not output:
            return f"Z{l}", gradient
        return self.seen(f"A{l}") or self.seen(f"Z{l}"), gradient

    def terminal(self, l: int) -> Names:
        """The value and the gradient shown after the switch."""
        return self.seen(f"A{l}_drop"), self.seen(f"dA{l}_drop")

    def single(self, l: int) -> str | None:
        """The one array shown where a place has no halves: what a dW needs, or the newest."""
        if self.step.line.kind == "dW" and l == self.step.line.layer - 1:
            return self.story.sent(l)
        names = [name for name in (*self.terminal(l), *self.node(l)) if name]
        return max(names, key=list(self.step.seen).index, default=None)

    @property
    def active(self) -> set[str]:
        """The arrays this step moves between: bold."""
        now = self.step.line
        if now.kind == "dW":
            return {f"dZ{now.layer}", self.story.sent(now.layer - 1)}
        return {f"dZ{now.layer}"} if now.kind == "db" else {now.array, now.start or now.array}

    @property
    def tells_story(self) -> bool:
        """Whether a unit's whole way is told beside the network: with one example, at its switch."""
        now = self.step.line
        at_switch = now.kind in ("A_drop", "dA_drop", "dA") and now.layer in self.at.terminal_x
        return self.story.m == 1 and at_switch

    def at_switch(self, l: int) -> bool:
        """Whether this step goes through the switches of layer l, in either direction."""
        return self.step.line.array in (f"A{l}_drop", f"dA{l}") and l in self.at.terminal_x


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


def says(d: Drawing, l: int, i: int) -> str:
    """What is said of a unit that is pointed at: the whole way through a switch, or its newest number."""
    name, told = d.single(l), [("t", "")]
    if d.tells_story and l in d.at.terminal_x:
        told = unit_story(d.story, l, i, d.example, d.step.seen)
    elif name:
        told = explain_entry(d.story, name, i, d.example)
    return as_key(in_column(told) if d.tells_story else told)


def draw_unit(parent: Element, d: Drawing, l: int, i: int) -> None:
    """A unit with its switch; it can be pressed, by mouse or by key, and pointed at."""
    (w, h), y, j = d.at.place, d.at.y[l][i], d.example
    left, right = d.at.node_x[l], d.at.terminal_x[l]
    group = add(
        parent, "g", class_="press unit", data_press=f"{l} {i}", data_row=f"{l} {i}",
        data_says=says(d, l, i), aria_label=unit_label(d, l, i), role="button",
        tabindex=0, aria_pressed=str(d.story.off(l, i, j)).lower(),
    )  # fmt: skip
    box = {"x": left - w / 2 - 7, "y": y - h / 2 - 6, "width": right - left + w + 14}
    add(group, "rect", **box, height=h + 12, rx=14, class_="halo")
    _wires(group, d, l, i)
    hatched = {
        passed: d.seen(name) is not None and d.story.stopped(passed, l, i, j)
        for passed, name in _through(l).items()
    }
    draw_place(group, d, (left, y), d.node(l), i, "lower" if hatched["backward"] else "")
    draw_place(group, d, (right, y), d.terminal(l), i, "upper" if hatched["forward"] else "")
    if d.seen(f"dA{l}_drop") and d.story.leftover(l, i, j):
        draw_ring(group, (right, y), d.at.place)


def _through(l: int) -> dict[Passed, str]:
    """The array that comes out of the switches of a layer, in each direction."""
    return {"forward": named("A_drop", l), "backward": named("dA", l)}


def draw_place(
    parent: Element, d: Drawing, at: Point, names: Names, i: int, hatched: str = ""
) -> None:
    """A place of this step's: the value above, the gradient below; the stopped half is hatched."""
    halves = (
        _half(d, name, half, i, hatched == half) for name, half in zip(names, HALVES, strict=True)
    )
    draw_halves(parent, at, d.at.place, *halves)
    if d.story.marked(d.story.wrong, names[1], i, d.example):
        draw_wrong(parent, at, d.at.place, d.story.marked(d.story.made, names[1], i, d.example))


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
    contacts = (left + 34, left + 76) if d.at.wide else (left + 7, left + 38)
    lanes = (y - h / 4, y + h / 4)
    kept = not d.story.off(l, i, d.example)
    closed = (kept, _lower_lever(d.story, l, i, d.example) if d.seen(f"dA{l}") else kept)
    drawn = (f"D{l}", f"dA{l}")
    for k, array in enumerate(_through(l).values()):
        bold, opacity = d.step.line.array == array, 1.0 if d.seen(drawn[k]) else 0.35
        flow = (" flow", " flow back")[k] if bold and closed[k] else ""
        class_ = ("line" if bold else "thin") + flow
        style = {"class_": class_, "stroke_opacity": opacity, "stroke_width": 2.8 if bold else 1.6}
        for x1, x2 in ((left, contacts[0]), (contacts[1], right)):
            line(parent, x1, lanes[k], x2, lanes[k], **style)
        draw_lever(parent, contacts, lanes[k], closed[k], bold, opacity)
    draw_rod(parent, sum(contacts) / 2, lanes, *closed)
    _factor(parent, d, l, i, (contacts[1] + right) / 2 - (0 if d.at.wide else 1))
    if _leaks(d, l, i):
        draw_leak(parent, contacts, lanes[1])


def _lower_lever(story: Story, l: int, i: int, j: int) -> bool:
    """How the lever on the way back stands: as on the way forward, unless the recipe uses another mask.

    A recipe that stops nothing uses no mask at all: then its open switches leak.
    """
    factor = story.factors["backward"][l]
    if factor is None or (factor != 0).all():
        return not story.off(l, i, j)
    return bool(factor[i, j] != 0)


def _factor(parent: Element, d: Drawing, l: int, i: int, x: float) -> None:
    """Once between the lanes where both directions agree; else above and below, each for itself."""
    if not d.seen(f"A{l}_drop"):
        return
    (_, h), y, j = d.at.place, d.at.y[l][i], d.example
    size = 13.0 if d.at.wide else 12.75  # 12 px and more at 900 px
    right = factor_text(0 if d.story.off(l, i, j) else 1 / d.story.keep_prob, d.story.keep_prob)
    forward, backward = (_read(d, passed, l, i) for passed in ("forward", "backward"))
    class_ = "amberword knock" if forward != right else "ink knock"
    if not d.seen(f"dA{l}") or backward == forward:
        bold = {"font_weight": 700} if d.at_switch(l) else {}
        label(parent, x, y + 5, forward, size, class_=class_, **bold)
        return
    label(parent, x, y - h / 4 - 4, forward, size, class_=class_.replace("ink", "dim"))
    red = {"class_": "wrongword knock", "font_weight": 700}
    label(parent, x, y + h / 4 - 4, backward, size, **red)
    if _leaks(d, l, i):
        label(parent, x - 3, y + h / 4 + 14, "leaks", size, **red)


def _read(d: Drawing, passed: Passed, l: int, i: int) -> str:
    """The factor in one direction, as it was measured; the same words both ways for the same function."""
    factor = d.story.factors[passed][l]
    if factor is not None:
        return factor_text(float(factor[i, d.example]), d.story.keep_prob)
    return "f(A)" if d.story.factors["forward"][l] is None else "f(dA)"


def _leaks(d: Drawing, l: int, i: int) -> bool:
    """Whether a gradient gets back across an open switch through which no value went."""
    story, name, j = d.story, f"dA{l}", d.example
    crossed = d.seen(name) is not None and not _lower_lever(story, l, i, j)
    return crossed and story.value(name, i, j) != 0 and story.marked(story.wrong, name, i, j)


def draw_words(parent: Element, d: Drawing, l: int, i: int) -> None:
    """Words at the marks of a unit: what would be true, and at the first that has one, ring and stop."""
    (w, h), y, j = d.at.place, d.at.y[l][i], d.example
    left, right = d.at.node_x[l] - w / 2, d.at.terminal_x[l] + w / 2
    size, low = (13.0 if d.at.wide else 12.75), y + h / 4
    gradient, now = d.node(l)[1], d.step.line
    lines: tuple[str, ...]
    if gradient and d.story.marked(d.story.made, gradient, i, j):
        true = plain(float(d.story.truth[gradient][i, j]))
        lines = ("should", "be 0") if true == "0" else ("should", "be", true)
        draw_note(parent, (left - 9, low + 11 - 7 * len(lines)), lines, size, class_="wrongword over", text_anchor="end")  # fmt: skip
    if now.layer != l or now.kind not in ("dA_drop", "dA"):
        return
    ringed = [k for k in d.at.y[l] if d.story.leftover(l, k, j)]
    if i in ringed[:1]:
        right_ = not d.story.marked(d.story.wrong, f"dA{l}_drop", i, j)
        lines = ("right," if right_ else "arrives,", "not zero")
        if d.at.wide:
            lines = ("right, not zero:" if right_ else "not zero:", f"D{l} is no", "factor of it")
        draw_note(parent, (right + 9, y - h / 2 + (0 if d.at.wide else 8)), lines, size, class_="ringword over", text_anchor="start")  # fmt: skip
    stopped = [k for k in ringed if now.kind == "dA" and d.story.stopped("backward", l, k, j)]
    if i in stopped[:1]:
        draw_note(parent, (left - 4, low - 5), ("stopped", f"by D{l}"), size, class_="ink over", text_anchor="end")  # fmt: skip
