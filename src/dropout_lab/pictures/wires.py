"""The picture of one unit close up: the wire forward, the wire back, and one switch through both."""

from xml.etree.ElementTree import Element

from dropout_lab.experiments.nudge import Nudge
from dropout_lab.pictures.svg import INK_ON_FILL, MONO, add, color, label, line, picture
from dropout_lab.pictures.unit import draw_leak, draw_lever, factor_text
from dropout_lab.text import number

WIDTH, HEIGHT = 960, 400
FORWARD_Y, BACKWARD_Y = 130.0, 290.0
Z_X, A_X, DROP_X, REST_X, LOSS_X = 80.0, 260.0, 480.0, 650.0, 860.0
RADIUS = 30.0


def draw_wires(n: Nudge) -> Element:
    """Both wires of the unit with every number on them."""
    root = picture(WIDTH, HEIGHT, describe_wires(n), n.spot.where)
    title = f"unit {n.spot.unit} of layer {n.spot.layer}, example {n.spot.example}"
    label(root, 26, 34, title, 16, text_anchor="start", font_weight=600)
    _wire(root, n, FORWARD_Y, "forward")
    _wire(root, n, BACKWARD_Y, "back")
    _switch(root, n)
    _forward_places(root, n)
    _backward_places(root, n)
    return root


def describe_wires(n: Nudge) -> str:
    """The picture in words."""
    state = "kept" if n.kept else "off"
    values = {"Z": n.Z, **n.was, **n.gradients}
    numbers = ", ".join(f"{name} {number(value)}" for name, value in values.items())
    return (
        f"Unit {n.spot.unit} of layer {n.spot.layer}, example {n.spot.example}, {state}: {numbers}. "
        f"Nudged by {n.size:+g} {n.spot.where} its switch: {outcome(n)}."
    )


def outcome(n: Nudge) -> str:
    """What the nudge did: "the loss answers +0.000000, dA promised +0.000000"."""
    name = f"dA{n.spot.layer}" + ("_drop" if n.spot.where == "after" else "")
    return f"the loss answers {n.answer:+z.6f}, {name} promised {n.promise:+z.6f}"


def _wire(root: Element, n: Nudge, y: float, direction: str) -> None:
    """The line, with what happens on each stretch of it; the gap of the switch is left out."""
    back = direction == "back"
    flow = "line flow back" if back else "line flow"
    for x1, x2 in ((Z_X, A_X), (DROP_X, REST_X), (REST_X, LOSS_X)):
        line(root, x1, y, x2, y, class_=flow, stroke_width=2.2)
    if back:  # the way back begins where the way forward ends
        line(root, LOSS_X, FORWARD_Y, LOSS_X, y, class_="line", stroke_width=2.2)
    l = n.spot.layer
    words = ("· g′(Z)", f"W{l + 1}.T @") if back else ("g", f"W{l + 1} @")
    label(root, (Z_X + A_X) / 2, y - 12, words[0], 13, class_="dim", font_family=MONO)
    label(root, (DROP_X + REST_X) / 2 - 12, y - 12, words[1], 13, class_="dim", font_family=MONO)
    side = -1 if back else 1
    for x in ((Z_X + A_X) / 2, (DROP_X + REST_X) / 2 - 12):
        add(
            root,
            "path",
            d=f"M{x + 5 * side:.1f} {y - 5:.1f}l{9 * side} 5l{-9 * side} 5z",
            class_="dot",
        )
    label(root, 26, y - 74, "back" if back else "forward", 13, class_="dim", text_anchor="start")


def _switch(root: Element, n: Nudge) -> None:
    """One lever on each wire and a dashed rod between them: it is the same switch."""
    state = "closed" if n.kept else "open"
    said = f"the switch of unit {n.spot.unit}, {state}: D{n.spot.layer} is {int(n.kept)}"
    attributes = {"role": "button", "tabindex": 0, "aria_pressed": str(not n.kept).lower()}
    group = add(root, "g", class_="press", data_press="switch", aria_label=said, **attributes)
    middle = (A_X + DROP_X) / 2
    box = {
        "x": middle - 52,
        "y": FORWARD_Y - 50,
        "width": 104,
        "height": BACKWARD_Y - FORWARD_Y + 90,
    }
    add(group, "rect", **box, rx=14, class_="halo")
    a, b = middle - 32, middle + 32
    for y in (FORWARD_Y, BACKWARD_Y):
        line(group, A_X + RADIUS, y, a, y, class_="line", stroke_width=2.2)
        line(group, b, y, DROP_X - RADIUS, y, class_="line", stroke_width=2.2)
        draw_lever(group, a, b, y, n.kept, 5)
    if n.kept:
        factors = ((FORWARD_Y, "A", "A_drop", n.was), (BACKWARD_Y, "dA_drop", "dA", n.gradients))
        for y, start, end, values in factors:
            if values[start] != 0:
                factor = factor_text(values[end] / values[start], n.keep_prob)
                label(group, middle, y - 13, factor, 13)
    elif n.gradients["dA"] != 0:
        draw_leak(group, a, b, BACKWARD_Y)
    rod = {"class_": "thin", "stroke_width": 1.5, "stroke_dasharray": "3 4"}
    line(group, middle, FORWARD_Y + (8 if n.kept else -16), middle, BACKWARD_Y - 30, **rod)
    words = f"D{n.spot.layer} = {int(n.kept)}: {state}"
    label(group, middle + 10, (FORWARD_Y + BACKWARD_Y) / 2 + 5, words, 13, text_anchor="start")


def _forward_places(root: Element, n: Nudge) -> None:
    scale = max(1.0, *(abs(value) for value in (n.Z, n.was["A"], n.was["A_drop"])))
    _place(root, (Z_X, FORWARD_Y), f"Z{n.spot.layer}", n.Z, scale)
    places = {
        "before": (A_X, "A", f"A{n.spot.layer}"),
        "after": (DROP_X, "A_drop", f"A{n.spot.layer}_drop"),
    }
    for where, (x, key, name) in places.items():
        said = f"nudge {name}, {where} the switch"
        attributes = {
            "role": "button",
            "tabindex": 0,
            "aria_pressed": str(n.spot.where == where).lower(),
        }
        group = add(root, "g", class_="press", data_press=where, aria_label=said, **attributes)
        add(group, "circle", cx=x, cy=FORWARD_Y, r=RADIUS + 8, class_="halo")
        _place(group, (x, FORWARD_Y), name, n.was[key], scale)
        if n.spot.where == where:
            label(group, x, FORWARD_Y - 72, f"nudge {n.size:+g}", 13, font_weight=700)
            arrow = f"M{x - 6:.1f} {FORWARD_Y - 67:.1f}h12l-6 8z"
            add(group, "path", d=arrow, class_="dot")
        if n.became[key] != n.was[key]:
            label(group, x, FORWARD_Y + 50, f"→ {number(n.became[key])}", 13, font_weight=700)
    _rest(root)
    _place(root, (LOSS_X, FORWARD_Y), "loss", n.was["loss"], scale)
    words = f"answers {n.answer:+z.6f}"
    label(root, LOSS_X, FORWARD_Y - 72, words, 13, font_weight=700)


def _rest(root: Element) -> None:
    """The layers above, as one box."""
    box = {"x": REST_X, "y": FORWARD_Y - 34, "width": 96, "height": BACKWARD_Y - FORWARD_Y + 68}
    add(root, "rect", **box, rx=10, class_="paper")
    add(root, "rect", **box, rx=10, class_="thin", stroke_width=1.5)
    for k, word in enumerate(("the rest", "of the", "network")):
        label(root, REST_X + 48, (FORWARD_Y + BACKWARD_Y) / 2 - 14 + 20 * k, word, 13, class_="dim")


def _backward_places(root: Element, n: Nudge) -> None:
    scale = max(0.5, *(abs(value) for value in n.gradients.values()))
    l, y = n.spot.layer, BACKWARD_Y
    xs = {"dZ": (Z_X, f"dZ{l}"), "dA": (A_X, f"dA{l}"), "dA_drop": (DROP_X, f"dA{l}_drop")}
    for key, (x, name) in xs.items():
        _place(root, (x, y), name, n.gradients[key], scale)
    asked = A_X if n.spot.where == "before" else DROP_X
    if not n.honest:
        side = 2 * RADIUS + 12
        frame = {"x": asked - side / 2, "y": y - side / 2, "width": side, "height": side, "rx": 5}
        add(root, "rect", **frame, class_="wrong", stroke_width=3)
        label(root, asked, y + 82, f"true {number(n.slope)}", 13, class_="wrongword")
    if not n.kept and n.gradients["dA_drop"] != 0:
        add(root, "circle", cx=DROP_X, cy=y, r=RADIUS + 8, class_="ring", stroke_width=5)
    words = f"promises {n.promise:+z.6f}"
    label(
        root,
        asked,
        y + 60,
        words,
        13,
        font_weight=700,
        class_="ink" if n.honest else "wrongword",
    )


def _place(root: Element, at: tuple[float, float], name: str, value: float, scale: float) -> None:
    x, y = at
    add(
        root,
        "circle",
        cx=x,
        cy=y,
        r=RADIUS,
        fill=color(value, scale),
        class_="body",
        stroke_width=2,
    )
    label(root, x, y + 5, number(value), 14, class_="value", fill=INK_ON_FILL)
    label(root, x, y - RADIUS - 16, name, 13, font_family=MONO)
