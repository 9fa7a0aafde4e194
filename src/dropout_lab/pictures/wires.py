"""One unit close up: its value on the way forward, its gradient on the way back, and the switch between."""

from xml.etree.ElementTree import Element

from dropout_lab.experiments.nudge import Nudge
from dropout_lab.pictures.places import (
    Half,
    draw_halves,
    draw_leak,
    draw_lever,
    draw_ring,
    draw_rod,
    draw_wrong,
    factor_text,
)  # fmt: skip
from dropout_lab.pictures.svg import MONO, add, label, line, picture, shade
from dropout_lab.text import minus, number

WIDTH, HEIGHT = 1000.0, 300.0
PLACE = (96.0, 84.0)
Y, LANE = 158.0, 21.0  # the middle of the places, and how far each lane is from it
LANES = (Y - LANE, Y + LANE)
XS = {"Z": 70.0, "A": 262.0, "A_drop": 520.0}
REST_X, REST_W, LOSS_X = 660.0, 116.0, 900.0
GRADIENTS = {"Z": "dZ", "A": "dA", "A_drop": "dA_drop"}
SIDES = {"A": "before", "A_drop": "after"}


def draw_wires(n: Nudge) -> Element:
    """Both ways of the unit with every number on them."""
    root = picture(WIDTH, HEIGHT, describe_wires(n), n.spot.where)
    title = f"unit {n.spot.unit} of layer {n.spot.layer}, example {n.spot.example}"
    state = f"{'kept' if n.kept else 'off'}: D{n.spot.layer} = {int(n.kept)}"
    label(root, 22, 32, title, 16, text_anchor="start", font_weight=700)
    label(root, 30 + 8.9 * len(title), 32, state, 14, class_="dim", text_anchor="start")
    _lanes(root, n)
    _switch(root, n)
    for kind in XS:
        _place(root, n, kind)
    _rest(root)
    _loss(root, n)
    return root


def describe_wires(n: Nudge) -> str:
    """The picture in words."""
    values = {"Z": n.Z, **n.was, **n.gradients}
    numbers = ", ".join(f"{name} {number(value)}" for name, value in values.items())
    return (
        f"Unit {n.spot.unit} of layer {n.spot.layer}, example {n.spot.example}, "
        f"{'kept' if n.kept else 'off'}: {numbers}. "
        f"Nudged by {minus(f'{n.size:+g}')} {n.spot.where} its switch: {outcome(n)}."
    )


def outcome(n: Nudge) -> str:
    """What the nudge did: "the loss answers +0.000000, dA promised +0.000000"."""
    name = f"dA{n.spot.layer}" + ("_drop" if n.spot.where == "after" else "")
    return minus(f"the loss answers {n.answer:+z.6f}, {name} promised {n.promise:+z.6f}")


def _lanes(root: Element, n: Nudge) -> None:
    """The wires beside the switch, with what happens on each stretch of them."""
    l, w = n.spot.layer, PLACE[0] / 2
    stretches = (
        (XS["Z"] + w, XS["A"] - w, "g", "· g′(Z)"),
        (XS["A_drop"] + w, REST_X, f"W{l + 1} @", f"W{l + 1}.T @"),
        (REST_X + REST_W, LOSS_X - w, "", ""),
    )
    for x1, x2, forward, back in stretches:
        for y, words, side in ((Y - LANE, forward, 1), (Y + LANE, back, -1)):
            class_ = "thin" if side > 0 else "line"
            flow = " flow" + (" back" if side < 0 else "")
            line(root, x1, y, x2, y, class_=class_ + flow, stroke_width=1.8 if side > 0 else 2.6)
            middle = (x1 + x2) / 2
            tip = f"M{middle - 5 * side:.5g} {y - 5:.5g}l{10 * side} 5l{-10 * side} 5z"
            add(root, "path", d=tip, class_="dimdot" if side > 0 else "dot")
            if words:
                at = y - 10 if side > 0 else y + 21
                label(root, middle, at, words, 13, class_="dim", font_family=MONO)


def _switch(root: Element, n: Nudge) -> None:
    """Two levers on one rod: it is the same switch."""
    said = f"the switch of unit {n.spot.unit}, {'closed' if n.kept else 'open'}: D{n.spot.layer} is {int(n.kept)}"
    group = _button(root, "switch", said, pressed=not n.kept)
    left, right = XS["A"] + PLACE[0] / 2, XS["A_drop"] - PLACE[0] / 2
    a, b = left + 36, left + 84
    box = {"x": left + 10, "y": Y - LANE - 34, "width": right - left - 20, "height": 2 * LANE + 68}
    add(group, "rect", **box, rx=12, class_="halo")
    # A gradient that a kept unit loses has met another mask than its value.
    closed = (n.kept, n.kept and not _stopped(n))
    for y, down, class_, width in zip(LANES, closed, ("thin", "line"), (1.8, 2.6), strict=True):
        for x1, x2 in ((left, a), (b, right)):
            line(group, x1, y, x2, y, class_=class_, stroke_width=width)
        draw_lever(group, (a, b), y, down, bold=class_ == "line")
    draw_rod(group, (a + b) / 2, LANES, *closed)
    _factors(group, n, a, b, (b + right) / 2)


def _stopped(n: Nudge) -> bool:
    """Whether a gradient came to the switch and none went on."""
    return n.gradients["dA_drop"] != 0 == n.gradients["dA"]


def _factors(group: Element, n: Nudge, a: float, b: float, x: float) -> None:
    """What the switch does to the value and to the gradient: once, if both are the same."""
    right = factor_text(1 / n.keep_prob if n.kept else 0, n.keep_prob)
    moved = [n.became[kind] - n.was[kind] for kind in ("A_drop", "A")]
    # A silent unit tells nothing of its switch, unless it was nudged.
    forward = _ratio(n, n.was["A_drop"], n.was["A"]) or _ratio(n, *moved) or right
    came, went = n.gradients["dA_drop"], n.gradients["dA"]
    back = _ratio(n, went, came) or forward
    slip = "" if forward == right else "amberword over"
    if back == forward:
        label(group, x, Y + 5, forward, 14, font_weight=700, class_=slip or "ink over")
        return
    label(group, x, Y - LANE - 6, forward, 13, class_=slip or "dim over")
    label(group, x, Y + LANE - 7, back, 14, font_weight=700, class_="wrongword over")
    if not n.kept and went:
        draw_leak(group, (a, b), Y + LANE)
        label(group, x, Y + LANE + 18, "leaks", 13, font_weight=700, class_="wrongword over")


def _ratio(n: Nudge, after: float, before: float) -> str:
    """By what a number was multiplied; "" if it was 0."""
    return factor_text(after / before, n.keep_prob) if before else ""


def _place(root: Element, n: Nudge, kind: str) -> None:
    """A place with its value and its gradient; A and A_drop can be pressed, which nudges them."""
    x, l = XS[kind], n.spot.layer
    before, suffix = kind.partition("_")[0], "_drop" if kind == "A_drop" else ""
    side = SIDES.get(kind)
    name = f"{before}{l}{suffix}"
    group = root
    if side:
        group = _button(root, side, f"nudge {name}, {side} the switch", n.spot.where == side)
        box = {"x": x - PLACE[0] / 2 - 8, "y": Y - PLACE[1] / 2 - 8}
        add(group, "rect", **box, width=PLACE[0] + 16, height=PLACE[1] + 16, rx=16, class_="halo")
    value = n.Z if kind == "Z" else n.was[kind]
    gradient = n.gradients[GRADIENTS[kind]]
    scale = max(0.5, *(abs(g) for g in n.gradients.values()))
    upper = Half(value, "card", side == n.spot.where, kind == "A_drop" and not n.kept)
    lower = Half(
        gradient, shade(gradient, scale), side == n.spot.where, kind == "A" and _stopped(n)
    )
    draw_halves(group, (x, Y), PLACE, upper, lower)
    label(group, x, Y - PLACE[1] / 2 - 12, name, 14, font_family=MONO, class_="dim")
    label(group, x, Y + PLACE[1] / 2 + 22, f"d{name}", 14, font_family=MONO, font_weight=700)
    if kind == "A_drop" and not n.kept and gradient != 0:
        draw_ring(group, (x, Y), PLACE)
    if side == n.spot.where:
        _nudged(group, n, x, kind)


def _nudged(group: Element, n: Nudge, x: float, kind: str) -> None:
    """What was done to the value, and what its gradient promises."""
    top, bottom = Y - PLACE[1] / 2, Y + PLACE[1] / 2
    bold = {"font_weight": 700, "class_": "ink"}
    # As many digits as the nudge itself, so that a small one is seen.
    nudge = minus(f"nudge {n.size:+g} → {n.became[kind]:+.5g}")
    label(group, x, top - 44, nudge, 13, **bold)
    add(group, "path", d=f"M{x - 6:.5g} {top - 38:.5g}h12l-6 9z", class_="dot")
    promise = minus(f"promises {n.promise:+z.6f}")
    bold["class_"] = "ink" if n.honest else "wrongword"
    label(group, x, bottom + 44, promise, 13, **bold)
    if not n.honest:
        label(group, x, bottom + 64, f"true gradient: {number(n.slope)}", 13, **bold)
        draw_wrong(group, (x, Y), PLACE, made=True)


def _rest(root: Element) -> None:
    """The layers above, as one box."""
    _box(root, REST_X + REST_W / 2, (REST_W, PLACE[1] + 16), "thin")
    for k, word in enumerate(("the rest of", "the network")):
        label(root, REST_X + REST_W / 2, Y - 4 + 18 * k, word, 13, class_="dim")


def _loss(root: Element, n: Nudge) -> None:
    """The loss of this example, and how it answers the nudge."""
    _box(root, LOSS_X, PLACE, "line")
    label(root, LOSS_X, Y - 6, "loss", 13, class_="dim")
    label(root, LOSS_X, Y + 16, number(n.was["loss"]).lstrip("+"), 14)
    answer = minus(f"answers {n.answer:+z.6f}")
    label(root, LOSS_X, Y + PLACE[1] / 2 + 44, answer, 13, font_weight=700)


def _box(root: Element, x: float, size: tuple[float, float], class_: str) -> None:
    w, h = size
    box = {"x": x - w / 2, "y": Y - h / 2, "width": w, "height": h, "rx": 11}
    add(root, "rect", **box, class_="card")
    add(root, "rect", **box, class_=class_, stroke_width=1.5)


def _button(root: Element, key: str, said: str, pressed: bool) -> Element:
    button = {"role": "button", "tabindex": 0, "aria_pressed": str(pressed).lower()}
    return add(root, "g", class_="press", data_press=key, aria_label=said, **button)
