"""One row of attention: above, its weights as widths and their sum; below, each weight with its two lanes."""

from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.core.doors import Array
from dropout_lab.core.dropout import apply_mask
from dropout_lab.core.recipe import Recipe
from dropout_lab.experiments import attention as heads
from dropout_lab.experiments.ensemble import Distribution
from dropout_lab.pictures import places
from dropout_lab.pictures.svg import MONO, add, label, line, picture, shade
from dropout_lab.text import line_of, minus, number

RIGHT = 1e-6  # the largest relative error of a right gradient
PLACE = (84.0, 42.0)
LEFT, ONE, MOST, BAND = 96.0, 215.0, 2.15, 26.0  # strips: start, length of 1, longest, height
STRIPS = {"P": 36.0, "P_drop": 74.0, "all masks": 112.0}
XS = {"S": 100.0, "P": 300.0, "P_drop": 524.0}
TOP, ROW = 206.0, 52.0  # the middle of the first unit, and from one to the next
SOFTMAX_X, V_X, WIDTH = 166.0, 708.0, 726.0
CONTACTS, FACTOR_X = (362.0, 404.0), 444.0


@dataclass(frozen=True)
class AttentionRow:
    """Row i of a head, its output's gradient dO, and the recipe for the way back."""

    fwd: heads.AttentionForward
    dO: Array
    recipe: Recipe
    i: int

    @cached_property
    def bwd(self) -> heads.AttentionBackward:
        """The way back, as the recipe goes."""
        return heads.attention_backward(self.fwd, self.dO, self.recipe)

    @cached_property
    def true(self) -> heads.AttentionBackward:
        """The way back as it should be."""
        return heads.attention_backward(self.fwd, self.dO)

    @cached_property
    def errors(self) -> dict[str, float]:
        """The relative errors of dQ, dK and dV."""
        return heads.attention_errors(self.fwd, self.dO, self.bwd)

    @cached_property
    def sums(self) -> Distribution:
        """The sum of the row over all masks."""
        return heads.row_sums(self.fwd.P[self.i], self.fwd.keep_prob)

    @property
    def sum(self) -> float:
        """The sum of the row, with the switches as they are."""
        return float(self.fwd.P_drop[self.i].sum())

    @property
    def good(self) -> bool:
        """Whether all three gradients are right."""
        return max(self.errors.values()) < RIGHT

    def at(self, name: str, j: int) -> float:
        """An entry of the row, of whatever has this name in either pass."""
        return float(getattr(self.bwd if name[0] == "d" else self.fwd, name)[self.i, j])

    def should(self, name: str, j: int) -> float | None:
        """The true value of a gradient's entry, if it is another."""
        true = float(getattr(self.true, name)[self.i, j])
        return None if np.isclose(self.at(name, j), true, rtol=1e-9, atol=1e-12) else true


def draw_attention(row: AttentionRow) -> Element:
    """The strips, and the units below them."""
    keys = range(len(row.fwd.K))
    root = picture(WIDTH, TOP + ROW * len(keys) - 22, describe_attention(row))
    _strips(root, row)
    _mixers(root, len(keys))
    for j in keys:
        _unit(root, row, j, TOP + ROW * j)
    ringed = [j for j in keys if not row.at("D", j) and row.at("dP_drop", j)]
    stopped = [j for j in ringed if row.at("dP", j) == 0]
    notes = ((ringed, "right, not zero:", "D is no factor", XS["P_drop"] + 53, 112, "ringword", "start"),
             (stopped, "stopped", "by D", XS["P"] - 50, 64, "ink", "end"))  # fmt: skip
    for where, first, second, x, width, class_, anchor in notes:
        for j in where[:1]:
            y, left = TOP + ROW * j - 1, x - 2 if anchor == "start" else x + 2 - width
            # No wire shows between two words.
            add(root, "rect", x=left, y=y - 12, width=width, height=31, class_="paper")
            style = {"class_": f"{class_} over", "text_anchor": anchor}
            places.draw_note(root, (x, y), (first, second), 12.5, **style)
    return root


def describe_attention(row: AttentionRow) -> str:
    """The picture in words."""
    off = ", ".join(str(j) for j in range(len(row.fwd.K)) if not row.at("D", j)) or "none"
    sums = row.fwd.P[row.i] @ row.bwd.dP[row.i], row.dO[row.i] @ row.fwd.O[row.i]
    errors = ", ".join(
        f"{name} {'right' if error < RIGHT else f'off by {error:.2f}'}"
        for name, error in row.errors.items()
    )
    return (
        f"{errors}. Query {row.i}, keys off: {off}; its row sums to {row.sum:.2f}, over all "
        f"{row.sums.probabilities.size} masks to {float(row.sums.mean):.4g} on average, sd "
        f"{float(row.sums.variance) ** 0.5:.2f}. "
        f"rowsum(P * dP) {number(float(sums[0]))}, rowsum(dO * O) {number(float(sums[1]))}."
    )


def _x(length: float) -> float:
    """Where a length ends in the strips; what is too long is cut off."""
    return LEFT + ONE * min(length, MOST)


def _strips(root: Element, row: AttentionRow) -> None:
    """P and P_drop as widths, a tick for each mask at the sum it gives, a line through all of them at 1."""
    told = ("sum 1, always", f"sum {row.sum:.2f}", f"mean {float(row.sums.mean):.4g}, exactly")
    for (name, y), words in zip(STRIPS.items(), told, strict=True):
        label(root, LEFT - 12, y + 18, name, 14, text_anchor="end", font_family=MONO)
        label(root, _x(MOST) + 14, y + 18, words, 14, text_anchor="start", font_weight=700)
    for name in ("P", "P_drop"):
        _widths(root, row, name)
    y, most = STRIPS["all masks"] + BAND, float(row.sums.probabilities.max())
    line(root, LEFT, y, _x(MOST), y, class_="thin", stroke_width=1)
    for total, chance in zip(row.sums.values, row.sums.probabilities, strict=True):
        x, top = _x(float(total)), y - 3 - (BAND - 3) * float(chance) / most
        line(root, x, y, x, top, class_="thin", stroke_width=1.6)
    add(root, "path", d=f"M{_x(row.sum):.5g} {y + 2:.5g}l-6 10h12z", class_="dot")
    line(root, _x(1), 30, _x(1), y + 8, class_="line", stroke_width=1.6, stroke_dasharray="4 3")
    label(root, _x(1), 22, "1", 14, font_weight=700)


def _widths(root: Element, row: AttentionRow, name: str) -> None:
    """One segment for each key, as wide as its weight, with its number."""
    y, start = STRIPS[name], 0.0
    for j in range(len(row.fwd.K)):
        x, end = _x(start), _x(start + row.at(name, j))
        start += row.at(name, j)
        box = {"x": x, "y": y, "width": end - x, "height": BAND}
        add(root, "rect", **box, class_="card" if name == "P" else "p3")
        add(root, "rect", **box, class_="line", stroke_width=1.2)
        label(root, (x + end) / 2, y + 18, str(j) if end - x > 11 else "", 13)
    label(root, _x(MOST) + 6, y + 18, "▸" if start > MOST else "", 14)


def _mixers(root: Element, count: int) -> None:
    """What mixes the entries of a row: softmax before the units, the values V behind them."""
    top, height = TOP - PLACE[1] / 2 - 4, ROW * (count - 1) + PLACE[1] + 8
    for x, words in ((SOFTMAX_X, "softmax"), (V_X, "@ V")):
        box = {"x": x - 12, "y": top, "width": 24.0, "height": height, "rx": 8}
        add(root, "rect", **box, class_="card")
        add(root, "rect", **box, class_="thin", stroke_width=1.4)
        y = top + height / 2
        turn = f"rotate(-90 {x:.5g} {y:.5g})"
        label(root, x, y + 5, words, 14, font_family=MONO, transform=turn)
    for name, x in XS.items():
        label(root, x, TOP - 32, f"{name}, d{name}", 14, font_family=MONO, font_weight=700)


def _unit(root: Element, row: AttentionRow, j: int, y: float) -> None:
    """A key: its places and its switch; pressed, the switch moves."""
    said, says = _said(row, j)
    button = {"role": "button", "tabindex": 0, "aria_pressed": str(not row.at("D", j)).lower()}
    group = add(root, "g", class_="press", data_press=j, data_says=says, aria_label=said, **button)
    add(group, "rect", x=8, y=y - 26, width=570, height=52, rx=12, class_="halo")
    label(group, 30, y + 5, f"key {j}", 13, class_="dim")
    _switch(group, row, j, y)
    for name, x in XS.items():
        _place(group, row, j, name, (x, y))


def _said(row: AttentionRow, j: int) -> tuple[str, str]:
    """What a screen reader says of a key, and what pointing at it explains: both ways through its switch."""
    told, done = [f"key {j}, {'kept' if row.at('D', j) else 'off'}"], []
    for name in ("P", "P_drop", "dP_drop", "dP", "dS"):
        told.append(f"{name} {number(row.at(name, j))}")
        true = row.should(name, j) if name[0] == "d" else None
        told += [] if true is None else [f"wrong, true {number(true)}"]
    switch = f"{row.at('D', j):.0f}", f"{row.fwd.keep_prob:.2f}"
    for function, start, end in (
        (apply_mask, "P", "P_drop"),
        (row.recipe.backward, "dP_drop", "dP"),
    ):
        line_ = minus(line_of(function, (f"{row.at(start, j):.2f}", *switch)))
        done.append(f"{end}[{row.i}, {j}] = {line_} = {number(row.at(end, j))}")
    return ", ".join(told), f"c|{'     '.join(done)}"


def _place(group: Element, row: AttentionRow, j: int, name: str, at: tuple[float, float]) -> None:
    """The value above, its gradient below; what the switch stops is hatched, what is wrong is marked."""
    slope, off = row.at(f"d{name}", j), not row.at("D", j)
    scale = float(np.abs(getattr(row.true, f"d{name}")).max())
    upper = places.Half(row.at(name, j), "card", hatched=off and name == "P_drop")
    stopped = off and name == "P" and slope == 0
    lower = places.Half(slope, shade(slope, scale), True, hatched=stopped)
    places.draw_halves(group, at, PLACE, upper, lower)
    if (
        row.should(f"d{name}", j) is not None
    ):  # made at the switch, or else where the slope is taken
        made = name == "P" or np.array_equal(row.bwd.dP, row.true.dP)
        places.draw_wrong(group, at, PLACE, made)
    if off and name == "P_drop" and slope:
        places.draw_ring(group, at, PLACE)


def _switch(group: Element, row: AttentionRow, j: int, y: float) -> None:
    """The way forward above, the way back below; a lever in each, on one rod, and the factor."""
    half, lanes, kept = PLACE[0] / 2, (y - 10.5, y + 10.5), bool(row.at("D", j))
    ends = [XS["S"] + half, SOFTMAX_X - 12, SOFTMAX_X + 12, XS["P"] - half, XS["P"] + half]
    ends += [*CONTACTS, XS["P_drop"] - half, XS["P_drop"] + half, V_X - 12]
    for lane, class_, width in zip(lanes, ("thin", "line"), (1.6, 2.4), strict=True):
        for x1, x2 in zip(ends[::2], ends[1::2], strict=True):
            line(group, x1, lane, x2, lane, class_=class_, stroke_width=width)
        places.draw_lever(group, CONTACTS, lane, kept, class_ == "line")
    places.draw_rod(group, sum(CONTACTS) / 2, lanes, kept, kept)
    D, k = row.fwd.D[row.i, j : j + 1], row.fwd.keep_prob
    forward, back = (
        places.factor_text(float(way(np.ones(1), D, k)[0]), k) for way in (apply_mask, row.recipe.backward)
    )  # fmt: skip
    if back == forward:
        label(group, FACTOR_X, y + 5, forward, 13, font_weight=700, class_="ink over")
        return
    label(group, FACTOR_X, lanes[0] - 4, forward, 13, class_="dim over")
    label(group, FACTOR_X, lanes[1] + 15, back, 13, font_weight=700, class_="wrongword over")
    if not kept:
        places.draw_leak(group, CONTACTS, lanes[1])
