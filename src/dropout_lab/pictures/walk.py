"""A walk on one page: the line with its verdict, what it does, the picture, and the program as a mirror.

Forward lines read down; beside each stands the backward line that mirrors it, and they read up.
"""

import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from dropout_lab.pictures.stage import Said, draw_scale
from dropout_lab.pictures.steps import Step
from dropout_lab.pictures.svg import STYLE, add

Row = tuple[
    tuple[int, ...], tuple[int, ...]
]  # the steps of a forward cell and of its backward cell
TURN = "turn around: the way back begins here"


def write_stage(
    step: Step,
    said: Said,
    shown: Sequence[Element],
    place: str = "",
    notes: Sequence[str] = ("", ""),
) -> Element:
    """A step on a page of its own: head, sentence, the parts of the picture, and a place for words.

    place: "line 21 of 24". notes: what stands in the place for words until something is pointed at:
    the formula, and who is off.
    """
    root = Element("div", {"class": "dropout-page dropout-stage", "data-step": step.name})
    add(root, "style", STYLE)
    head = add(root, "div", class_="head")
    add(head, "span", f"{step.passed}{', ' + place if place else ''}", class_="where")
    # A long line is written smaller, so that the verdict stays beside it and nothing below moves.
    add(head, "code", step.code, class_="long" if len(step.code) > 40 else "short")
    kind = {True: "verdict ok", False: "verdict wrong", None: "verdict"}[said.good]
    add(head, "strong", said.signed, class_=kind, role="status", aria_live="polite")
    add(root, "p", said.sentence, class_="sentence")
    row = add(root, "div", class_="parts")
    row.extend(shown)
    foot = add(root, "div", class_="foot")
    slots = any(part.find(".//*[@data-slot]") is not None for part in shown)
    if not slots:
        says = add(foot, "p", class_="says")
        for k, text in enumerate(notes):
            add(says, "span", text, class_="slot slot-t", data_slot=k, data_note=text)
    else:
        add(foot, "p", notes[-1], class_="state")
    foot.append(draw_scale(step, legend=slots))
    # Heard, not seen: what is pointed at by key, and who is off.
    add(root, "span", "", class_="heard", role="status", aria_live="polite")
    if not slots:
        add(root, "span", notes[-1], class_="heard", role="status", aria_live="polite")
    return root


def write_program(steps: Sequence[Step], current: int) -> Element:
    """The mirrored listing. Each line is a button that names its step: data-press="step 20"."""
    page = Element("div", {"class": "scroll"})
    table = add(page, "table", class_="dropout-program", data_grid="")
    head = add(add(table, "thead"), "tr")
    add(head, "th", "Forward ↓", scope="col")
    add(head, "th", "Backward ↑, each line beside the one it mirrors", scope="col")
    body = add(table, "tbody")
    for number, (forward, backward) in enumerate(_rows(steps)):
        twin = current in forward + backward
        row = add(body, "tr", class_="twin" if twin else "pair")
        starts = steps[forward[0]].line.kind == "Z" if forward else False
        if starts and number:
            row.set("class", f"{row.get('class')} layer")
        last = bool(forward) and steps[forward[0]].name == "loss"
        cell = add(row, "td", **({"colspan": 2} if last else {}))
        for k, index in enumerate(forward):
            _line(cell, steps[index], index, current, (number, k))
        if last:
            add(cell, "span", TURN, class_="note")
            continue
        cell = add(row, "td")
        for k, index in enumerate(backward):
            _line(cell, steps[index], index, current, (number, 10 + k))
        if not backward:
            add(cell, "span", "drawn once, used on both sides" if forward else "", class_="note")
    return page


def _rows(steps: Sequence[Step]) -> Iterator[Row]:
    """Pairs of what goes forward and what mirrors it, from the first layer down."""
    at = {step.name: index for index, step in enumerate(steps)}
    layers = sorted({step.line.layer for step in steps if step.line.kind == "Z"})
    for l in layers:
        below = at.get(f"dA{l - 1}_drop", at.get(f"dA{l - 1}") if f"D{l - 1}" not in at else None)
        parameters = (at[f"dW{l}"], at[f"db{l}"])
        if below is None:
            yield (at[f"Z{l}"],), parameters
        else:
            yield (), (below,)
            yield (at[f"Z{l}"],), parameters
        yield (at[f"A{l}"],), (at[f"dZ{l}"],)
        if f"D{l}" in at:
            yield (at[f"D{l}"],), ()
            yield (at[f"A{l}_drop"],), (at[f"dA{l}"],)
    yield (at["loss"],), ()


def _line(parent: Element, step: Step, index: int, current: int, cell: tuple[int, int]) -> None:
    lit = index == current
    # One stop for the Tab key: from the lit line the arrow keys lead to the others.
    button = add(
        parent, "button", type="button", class_="lit" if lit else "line", data_press=f"step {index}",
        data_cell=f"{cell[0]} {cell[1]}", tabindex=0 if lit else -1,
    )  # fmt: skip
    if lit:
        button.set("aria-current", "step")
    _code(add(button, "code"), step)
    if step.name in step.story.made:
        add(button, "span", "✗ made here", class_="slip made")
    elif step.name in step.wrong:
        add(button, "span", "◥ inherited", class_="slip")


def _code(parent: Element, step: Step) -> None:
    """The code, with `D / keep_prob` underlined: the same in both directions."""
    found = re.search(r"D\d+ / keep_prob", step.code)
    if not found:
        parent.text = step.code
        return
    parent.text = step.code[: found.start()]
    mark = add(parent, "mark", found.group())
    mark.tail = step.code[found.end() :]
