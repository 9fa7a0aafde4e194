"""Many trees of one shape as one table: what they share stands once, what differs in columns.

A slider has a hundred stops, and the pictures of neighbors differ in a few numbers and colors. A tree
is a node: a text, or [tag, attributes, child, child, ...]. The table has a `template`, which is a node
with numbers in some places; number c stands for column c. `columns[c]` is [pattern, values], and tree k
has `values[patterns[pattern][k]]` in that place, or nothing if that is None; an element whose tag is None
is not there at all. Many columns share a pattern, so patterns stand once, too. Of a long text only the
words that differ are columns: {"words": [word, 3, word]}. `labs/picture.js` has the same `fill`.
"""

from collections.abc import Generator, Hashable, Sequence
from itertools import zip_longest
from typing import Any, TypedDict
from xml.etree.ElementTree import Element

LONG = 30  # characters of a text that is worth taking apart
Node = str | list[Any]


class Columns(TypedDict):
    """The table. It is plain data, as JSON carries it."""

    template: Any
    patterns: list[list[int]]
    columns: list[tuple[int, list[Any]]]


def as_node(element: Element) -> list[Any]:
    """An element as [tag, attributes, child, child, ...]; a child is a text or again such a list."""
    node = [element.tag, element.attrib]
    if element.text:
        node.append(element.text)
    for child in element:
        node.append(as_node(child))
        if child.tail:
            node.append(child.tail)
    return node


def to_columns(nodes: Sequence[Node]) -> Columns:
    """The table of these trees, of which there is at least one."""
    making = in_slices(nodes)
    while True:
        try:
            next(making)
        except StopIteration as end:
            made: Columns = end.value
            return made


def in_slices(nodes: Sequence[Node]) -> Generator[None, None, Columns]:
    """The same, for a kernel that has to answer in between: it rests after each element."""
    if not nodes:
        raise ValueError("expected at least one tree, got none")
    table = _Table()
    template = yield from table.merge(nodes)
    patterns = [list(pattern) for pattern in table.patterns]
    return {"template": template, "patterns": patterns, "columns": table.columns}


def fill(table: Columns, k: int) -> Any:
    """Tree number k of a table, numbered from 0: the inverse of `to_columns`."""

    def pick(part: Any) -> Any:
        """A tag or a text, of this tree."""
        if isinstance(part, dict):
            words = map(pick, part["words"])
            return " ".join(word for word in words if word is not None)
        if not isinstance(part, int):
            return part
        pattern, values = table["columns"][part]
        return values[table["patterns"][pattern][k]]

    def grow(part: Any) -> Any:
        """A node, with all that is in it."""
        if not isinstance(part, list):
            return pick(part)
        tag, attributes, *children = part
        if pick(tag) is None:
            return None
        own = {name: pick(value) for name, value in attributes.items()}
        grown = [grow(child) for child in children]
        present = {name: value for name, value in own.items() if value is not None}
        return [pick(tag), present, *(child for child in grown if child is not None)]

    return grow(table["template"])


class _Table:
    """The patterns and columns found so far."""

    def __init__(self) -> None:
        self.patterns: dict[tuple[int, ...], int] = {}
        self.columns: list[tuple[int, list[Any]]] = []
        self.known: dict[tuple[int, str], int] = {}

    def merge(self, nodes: Sequence[Any]) -> Generator[None, None, Any]:
        """A template for what stands in one place of all trees; None where a tree has nothing there."""
        some = next(node for node in nodes if node is not None)
        if not all(node is None or isinstance(node, list) for node in nodes):
            return self.value(nodes)
        yield
        if all(node is some or node == some for node in nodes):
            return some
        tag = self.value([node and node[0] for node in nodes])
        there = [node or some for node in nodes]  # where nothing stands, only the tag says so
        names = dict.fromkeys(name for node in there for name in node[1])
        template = [tag, {name: self.value([n[1].get(name) for n in there]) for name in names}]
        for children in zip_longest(*(node[2:] for node in there)):
            child = yield from self.merge(children)
            template.append(child)
        return template

    def value(self, values: Sequence[Any]) -> Any:
        """What all have in common, a long text of which some words differ, or a column."""
        if not all(isinstance(value, str) and len(value) > LONG for value in values):
            return self.whole(values)
        words = zip_longest(*(value.split(" ") for value in values))
        shared = [self.whole(word) for word in words]
        return {"words": shared} if any(isinstance(word, int) for word in shared) else values[0]

    def whole(self, values: Sequence[Any]) -> Any:
        """What all have in common, or a column."""
        same = values.count(values[0]) == len(values)
        return values[0] if same else self.column(values)

    def column(self, values: Sequence[Any]) -> int:
        """The number of a column with these values."""
        places: dict[Hashable, int] = {}
        plain = all(isinstance(value, str) for value in values)
        keys = values if plain else [repr(value) for value in values]
        pattern = tuple([places.setdefault(key, len(places)) for key in keys])
        different = list(dict(zip(pattern, values, strict=True)).values())
        number = self.patterns.setdefault(pattern, len(self.patterns))
        key = number, repr(different)
        if key not in self.known:
            self.known[key] = len(self.columns)
            self.columns.append((number, different))
        return self.known[key]
