"""Where a number comes from: the line that made it, with this entry's own numbers in it.

Each explanation is a list of (style, text): "h" a heading, "c" code, "b" the result, "t" a remark,
"r" a remark about a ring, "w" something wrong. `as_key` packs it into one attribute of the tree, which
the browser writes into a fixed place when a number is pointed at, without asking the kernel.
"""

import ast
from collections.abc import Sequence

import numpy as np

from dropout_lab.core.balance import HOMOGENEOUS
from dropout_lab.pictures.lines import Line, named
from dropout_lab.pictures.steps import Story
from dropout_lab.text import number

Lines = list[tuple[str, str]]
MOST_TERMS = 4


def as_key(lines: Sequence[tuple[str, str]]) -> str:
    """The lines as one text: style and text of each, one per line."""
    return "\n".join(f"{style}|{text}" for style, text in lines)


def plain(value: float) -> str:
    """A number inside a formula: without the + of a positive one."""
    return number(value).lstrip("+")


def entry_name(story: Story, name: str, i: int, j: int) -> str:
    """An entry as code: "dA1[0]", with several examples "dA1[0, 3]"."""
    weights = name[:2] in ("dW", "db")
    return f"{name}[{i}]" if story.m == 1 and not weights else f"{name}[{i}, {j}]"


def arithmetic(story: Story, name: str, i: int, j: int) -> str:
    """How the line that makes an array comes to this entry: "−0.44 * 0 / 0.70"; "" if it is drawn."""
    line = story.lines.get(name)
    if line is None or line.kind == "D":
        return ""
    if line.kind in ("Z", "dA_drop", "dW", "db") or (line.kind == "dA" and line.start is None):
        return _summed(story, line, i, j)
    return _put_in(story, line, i, j)


def _put_in(story: Story, line: Line, i: int, j: int) -> str:
    """The line's own code with numbers for its arrays."""
    right = line.code.partition(" = ")[2]
    if "redraw(" in right and line.start:  # new switches cannot be read off this entry alone
        value, result = (story.value(name, i, j) for name in (line.start, line.array))
        return (
            f"{plain(value)} * {plain(result / value)}"
            if value
            else f"{plain(value)} * (new switch)"
        )
    tree = ast.parse(right.replace(", axis=0", ""), mode="eval")
    given = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            given[node.id] = _value(story, node.id, i, j)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = given[node.id]
    return ast.unparse(tree)


def _value(story: Story, name: str, i: int, j: int) -> str:
    if name == "keep_prob":
        return f"{story.keep_prob:.2f}"
    if name not in story.arrays:
        return name
    values = story.arrays[name]
    return (
        str(int(values[i, j]))
        if values.dtype == bool
        else plain(float(values[min(i, len(values) - 1), j]))
    )


def _summed(story: Story, line: Line, i: int, j: int) -> str:
    """A sum of products, term by term."""
    l, arrays = line.layer, story.arrays
    if line.kind in ("dW", "db"):
        dZ = arrays[named("dZ", l)][i]
        sent = (
            arrays[named("A_drop" if l - 1 in story.D else "A", l - 1)][j]
            if line.kind == "dW"
            else None
        )
        mean = "" if story.m == 1 else f" / {story.m}"
        terms = _terms(dZ, sent)
        return f"({terms}){mean}" if mean else terms
    if line.kind == "Z":
        sent = arrays[named("A_drop" if l - 1 in story.D else "A", l - 1)][:, j]
        b = float(story.net.b[l][i, 0])
        return f"{_terms(story.net.W[l][i], sent)} {'−' if b < 0 else '+'} {plain(abs(b))}"
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


def explain_entry(story: Story, name: str, i: int, j: int) -> Lines:
    """Two lines about one number: its arithmetic, then what is to be said about it."""
    if name in ("X", "Y"):
        return [
            ("c", f"{entry_name(story, name, i, j)} = {plain(story.value(name, i, j))}"),
            ("t", ""),
        ]
    line = story.lines[name]
    value = story.arrays[name][j] if name == "losses" else story.arrays[name][i, j]
    result = str(int(value)) if line.kind == "D" else plain(float(value))
    made = arithmetic(story, name, i, j)
    right = line.code.partition(" = ")[2]
    words = entry_name(story, name, i, j) if name != "losses" else f"losses[{j}]"
    code = (
        f"{words} = {_indexed(story, right, i, j)} = {made} = {result}"
        if made
        else f"{words} = {result}"
    )
    return [("c", code), remark(story, name, i, j)]


def _indexed(story: Story, right: str, i: int, j: int) -> str:
    """The right side of a line of code, each array with the index of this entry where it has one."""
    if "@" in right or "np.sum" in right or "redraw" in right:
        return right
    tree = ast.parse(right, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in story.arrays:
            node.id = entry_name(story, node.id, i, j)
    return ast.unparse(tree)


def remark(story: Story, name: str, i: int, j: int) -> tuple[str, str]:
    """What is to be said about an entry: wrong, a ring, stopped; and value times gradient."""
    line = story.lines[name]
    l, kind = line.layer, line.kind
    told, style = [], "t"
    if story.marked(story.wrong, name, i, j):
        true = plain(float(story.truth[name][i, j]))
        where = (
            "made wrong by this line"
            if story.marked(story.made, name, i, j)
            else "passed on from above"
        )
        told.append(f"true: {true}, {where}.")
        style = "w"
    elif kind == "D":
        told.append("open: off in this example." if story.off(l, i, j) else "closed: kept.")
    elif kind == "dA_drop" and story.off(l, i, j) and story.value(name, i, j) != 0:
        told.append(f"Off, and not zero: there is no D{l} in this line, so no reason to be 0.")
        style = "r"
    elif kind in ("A_drop", "dA") and story.off(l, i, j) and story.value(name, i, j) == 0:
        told.append("Stopped by its switch.")
    if story.m > 1 and (pair := products(story, name, i, j)):
        told.append(pair)
    return style, " ".join(told)


def products(story: Story, name: str, i: int, j: int) -> str:
    """Value times gradient before and after a switch or an activation: a right line keeps it."""
    line = story.lines[name]
    l = line.layer
    if line.kind == "dA" and l in story.D and story.factors["backward"][l] is not None:
        before, after = (f"A{l}", f"dA{l}"), (f"A{l}_drop", f"dA{l}_drop")
    elif line.kind == "dZ" and line.start and story.net.activation in HOMOGENEOUS:
        before, after = (f"Z{l}", f"dZ{l}"), (f"A{l}", f"dA{l}")
    else:
        return ""
    left, right = (story.value(a, i, j) * story.value(d, i, j) for a, d in (before, after))
    if left == 0 == right:
        return "Value × gradient: 0 = 0, nothing to compare."
    same = abs(left - right) <= 1e-9 * (abs(left) + abs(right))
    sign = "=" if same else "≠"
    words = f"{' · '.join(before)} = {plain(left)} {sign} {plain(right)} = {' · '.join(after)}"
    return f"Value × gradient: {words}."


def unit_story(story: Story, l: int, i: int, j: int) -> Lines:
    """The whole way of one dropout unit: through its switch, back up to it, and back through it."""
    off = story.off(l, i, j)
    A_drop, dA_drop, dA = named("A_drop", l), named("dA_drop", l), named("dA", l)
    ringed = off and story.value(dA_drop, i, j) != 0
    wrong = story.marked(story.wrong, dA, i, j)
    why = f"no D{l} in it, so no reason to be 0" if ringed else f"no D{l} in it"
    end = ("t", f"the first time this number meets D{l}")
    if wrong:
        past = ": it got past an open switch" if off and story.value(dA, i, j) else ""
        end = ("w", f"true {plain(float(story.truth[dA][i, j]))}{past}")
    return [
        ("u", f"unit {i}: {'off' if off else 'kept'}"),
        ("t", ""),
        ("h", "forward, through the switch"),
        *_made(story, A_drop, i, j, "b"),
        ("t", ""),
        ("h", "backward, up to the switch"),
        *_made(story, dA_drop, i, j, "r" if ringed else "b"),
        ("r" if ringed else "t", why),
        ("t", ""),
        ("h", "backward, through the same switch"),
        *_made(story, dA, i, j, "w" if wrong else "b"),
        end,
    ]


def _made(story: Story, name: str, i: int, j: int, style: str) -> Lines:
    code = story.lines[name].code
    made, result = arithmetic(story, name, i, j), plain(story.value(name, i, j))
    if len(made) + len(result) > 33:
        return [("c", code), ("c", f"= {made}"), (style, f"= {result}")]
    return [("c", code), (style, f"= {made} = {result}")]
