"""Where a number comes from: the line that made it, with this entry's own numbers in it.

Each explanation is a list of (style, text): "u" a title, "h" a heading, "c" code, "b" the result,
"t" a remark, "r" a remark about a ring, "w" something wrong. `as_key` packs it into one attribute of the tree, which
the browser writes into a fixed place when a number is pointed at, without asking the kernel.
"""

import re
from collections.abc import Collection, Sequence

import numpy as np

from dropout_lab.core.balance import HOMOGENEOUS
from dropout_lab.pictures.lines import Line, named
from dropout_lab.pictures.steps import Story
from dropout_lab.pictures.svg import wrap
from dropout_lab.text import number

Told = tuple[str, str]  # a style and a text
MOST_TERMS = 4
NAME = re.compile(r"[A-Za-z_]\w*")
BARE = re.compile(r"(^|\()\((−[^()]+)\)(?! \*\*)")
COLUMN, COLUMN_LINES = 37, 18  # letters in a line of the story beside the network, and its lines


def as_key(lines: Sequence[Told]) -> str:
    """The lines as one text: style and text of each, one per line."""
    return "\n".join(f"{style}|{text}" for style, text in lines)


def in_column(lines: Sequence[Told]) -> list[Told]:
    """The lines broken to fit a narrow column; where they become too many, without the empty ones."""
    told = [(style, piece) for style, text in lines for piece in wrap(text, COLUMN)]
    return told if len(told) <= COLUMN_LINES else [line for line in told if line[1]]


def plain(value: float) -> str:
    """A number inside a formula: without the + of a positive one."""
    return number(value).lstrip("+")


def entry_name(story: Story, name: str, i: int, j: int) -> str:
    """An entry as code: "dA1[0]", with several examples "dA1[0, 3]"."""
    if name == "losses":
        return f"losses[{j}]"
    weights = name[:2] in ("dW", "db")
    return f"{name}[{i}]" if story.m == 1 and not weights else f"{name}[{i}, {j}]"


def arithmetic(story: Story, name: str, i: int, j: int) -> str:
    """How the line that makes an array comes to this entry: "−0.44 * 0 / 0.70"; "" if it is drawn."""
    line = story.lines[name]
    if line.kind == "D":
        return ""
    if line.kind in ("dW", "db", "Z", "dA_drop") or (line.kind == "dA" and line.start is None):
        return _summed(story, line, i, j)
    if line.kind == "losses":
        term = line.right.removeprefix("np.sum(").removesuffix(", axis=0)")
        return " + ".join(_put_in(story, term, k, j) for k in range(len(story.arrays["Y"])))
    if "redraw(" in line.right and line.start:  # new switches cannot be read off this entry alone
        value, result = (story.value(array, i, j) for array in (line.start, name))
        return f"{plain(value)} * {plain(result / value) if value else '(new switch)'}"
    return _put_in(story, line.right, i, j)


def _put_in(story: Story, code: str, i: int, j: int) -> str:
    """A piece of code with this entry's numbers for its arrays; a negative one in parentheses."""

    def number_for(name: re.Match[str]) -> str:
        """What stands for a name: its number, keep_prob, or the name itself."""
        if name[0] not in story.arrays:
            return f"{story.keep_prob:.2f}" if name[0] == "keep_prob" else name[0]
        value = plain(story.value(name[0], i, j))
        return f"({value})" if value.startswith("−") else value

    told = NAME.sub(number_for, code)
    # At the start, and alone at the start of a call, a negative number needs none, unless it is squared.
    return BARE.sub(r"\1\2", told).replace("-", "−")


def _summed(story: Story, line: Line, i: int, j: int) -> str:
    """A sum of products, term by term."""
    l, arrays = line.layer, story.arrays
    if line.kind in ("dW", "db"):
        sent = arrays[story.sent(l - 1)][j] if line.kind == "dW" else None
        terms = _terms(arrays[named("dZ", l)][i], sent)
        return terms if story.m == 1 else f"({terms}) / {story.m}"
    if line.kind == "Z":
        b = float(story.net.b[l][i, 0])
        terms = _terms(story.net.W[l][i], arrays[story.sent(l - 1)][:, j])
        return f"{terms} {'−' if b < 0 else '+'} {plain(abs(b))}"
    return _terms(story.net.W[l + 1][:, i], arrays[named("dZ", l + 1)][:, j])


def _terms(left: np.ndarray, right: np.ndarray | None) -> str:
    """Products, or single numbers, with their signs; only the first few of many."""
    told = ""
    for k, a in enumerate(left[:MOST_TERMS]):
        sign = "−" if a < 0 else "+"
        told += f" {sign} " if k else ("−" if a < 0 else "")
        told += plain(abs(float(a)))
        if right is not None:
            b = plain(float(right[k]))
            told += f"·({b})" if b.startswith("−") else f"·{b}"
    return told + (" + …" if len(left) > MOST_TERMS else "")


def explain_entry(story: Story, name: str, i: int, j: int) -> list[Told]:
    """Two lines about one number: its arithmetic, then what is to be said about it."""
    value = story.arrays[name][j if name == "losses" else (i, j)]
    entry, result = entry_name(story, name, i, j), plain(float(value))
    if name in ("X", "Y"):
        return [("c", f"{entry} = {result}"), ("t", "")]
    made = arithmetic(story, name, i, j)
    right = _indexed(story, story.lines[name].right, i, j)
    code = f"{entry} = {right} = {made} = {result}" if made else f"{entry} = {result}"
    return [("c", code), remark(story, name, i, j)]


def _indexed(story: Story, right: str, i: int, j: int) -> str:
    """The right side of a line of code, each array with the index of this entry where it has one."""
    if "@" in right or "np.sum" in right or "redraw" in right:
        return right
    arrays = story.arrays
    return NAME.sub(lambda n: entry_name(story, n[0], i, j) if n[0] in arrays else n[0], right)


def remark(story: Story, name: str, i: int, j: int) -> Told:
    """What is to be said about an entry: wrong, a ring, stopped; and value times gradient."""
    line = story.lines[name]
    l, told, style = line.layer, [], "t"
    if story.marked(story.wrong, name, i, j):
        made = story.marked(story.made, name, i, j)
        where = "made wrong by this line" if made else "passed on from above"
        told, style = [f"true: {plain(float(story.truth[name][i, j]))}, {where}."], "w"
    elif line.kind == "D":
        told = ["open: off in this example." if story.off(l, i, j) else "closed: kept."]
    elif line.kind == "dA_drop" and story.leftover(l, i, j):
        told, style = (
            [f"Off, and not zero: D{l} is no factor of this line, so no reason to be 0."],
            "r",
        )
    elif line.kind in ("A_drop", "dA") and story.stopped(
        "forward" if line.kind == "A_drop" else "backward", l, i, j
    ):
        told = ["Stopped by its switch."]
    if story.m > 1 and (pair := products(story, name, i, j)):
        told.append(pair)
    return style, " ".join(told)


def products(story: Story, name: str, i: int, j: int) -> str:
    """Value times gradient before and after a switch or an activation: a right line keeps it.

    "" where that does not hold: at a switch whose recipe is no factor, at an activation with a bend of its own.
    """
    line = story.lines[name]
    l = line.layer
    if line.kind == "dA" and l in story.D and all(f[l] is not None for f in story.factors.values()):
        before, after = (f"A{l}", f"dA{l}"), (f"A{l}_drop", f"dA{l}_drop")
    elif line.kind == "dZ" and line.start and story.net.activation in HOMOGENEOUS:
        before, after = (f"Z{l}", f"dZ{l}"), (f"A{l}", f"dA{l}")
    else:
        return ""
    left, right = (story.value(a, i, j) * story.value(d, i, j) for a, d in (before, after))
    if left == 0 == right:
        return "Value × gradient: 0 = 0, nothing to compare."
    sign = "=" if abs(left - right) <= 1e-9 * (abs(left) + abs(right)) else "≠"
    words = f"{' · '.join(before)} = {plain(left)} {sign} {plain(right)} = {' · '.join(after)}"
    return f"Value × gradient: {words}."


def unit_story(story: Story, l: int, i: int, j: int, seen: Collection[str]) -> list[Told]:
    """The way of one dropout unit as far as it was seen: through its switch, back up to it, back through it."""
    A_drop, dA_drop, dA = named("A_drop", l), named("dA_drop", l), named("dA", l)
    told = [("u", f"unit {i}: {'off' if story.off(l, i, j) else 'kept'}")]
    told += _paragraph(story, "forward, through the switch", A_drop, i, j, "b")
    if dA_drop in seen:
        ringed = story.leftover(l, i, j)
        told += _paragraph(
            story, "backward, up to the switch", dA_drop, i, j, "r" if ringed else "b"
        )
        no_factor = f"D{l} is no factor"
        told += [
            ("r", f"{no_factor}, so no reason to be 0") if ringed else ("t", f"{no_factor} of it")
        ]
    if dA in seen:
        style, end = _ending(story, l, i, j)
        told += _paragraph(
            story, "backward, through the same switch", dA, i, j, "w" if style == "w" else "b"
        )
        told += [(style, end)]
    return told


def _paragraph(story: Story, heading: str, name: str, i: int, j: int, style: str) -> list[Told]:
    made, result = arithmetic(story, name, i, j), plain(story.value(name, i, j))
    return [
        ("t", ""),
        ("h", heading),
        ("c", story.lines[name].code),
        (style, f"= {made} = {result}"),
    ]


def _ending(story: Story, l: int, i: int, j: int) -> Told:
    """How the way of a unit ends: wrong, or right, and why."""
    dA, off = named("dA", l), story.off(l, i, j)
    if story.marked(story.wrong, dA, i, j):
        past = ": it got past an open switch" if off and story.value(dA, i, j) else ""
        return "w", f"should be {plain(float(story.truth[dA][i, j]))}{past}"
    if f"D{l}" in story.lines[dA].code:
        return "t", f"the first time D{l} is a factor of it"
    return "t", "right: nothing came back" if off else "right: its switch is closed"
