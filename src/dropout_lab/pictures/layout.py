"""Where everything in a picture of a network stands; it depends on the network's shape alone.

A layer with dropout is drawn as two columns of places, before and after its switches; any other layer
as one column. With three or more dropout layers one of them is open, and the others are one column each.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

MOST = 8  # units or examples in one window
TOP = 50.0
PILL = (54.0, 28.0)
PAGER = 62.0  # room for which units are shown, and for the buttons to the others


@dataclass(frozen=True)
class Layout:
    """The x of each layer's nodes and terminals, the y of its shown units, the sizes of the places.

    place: width and height of a place with two halves. wide: whether there is room for whole
    sentences at the marks.
    """

    node_x: dict[int, float]
    terminal_x: dict[int, float]
    y: dict[int, dict[int, float]]
    place: tuple[float, float]
    wide: bool
    width: float
    height: float

    def half_width(self, l: int) -> float:
        """Half the width of a place in the nodes of layer l."""
        halves = l in self.terminal_x or l == max(self.node_x)
        return (self.place[0] if halves else PILL[0]) / 2

    def right(self, l: int) -> float:
        """Where the edges that leave layer l begin."""
        x = self.terminal_x.get(l)
        return self.node_x[l] + self.half_width(l) if x is None else x + self.place[0] / 2

    def left(self, l: int) -> float:
        """Where the edges that enter layer l end."""
        return self.node_x[l] - self.half_width(l)


@dataclass(frozen=True)
class View:
    """What part of a larger network is looked at: the first unit shown of each layer, by layer.

    examples: the first example shown in a matrix. open: the dropout layer drawn with its switches,
    where there are more than two. narrow: drawn as for two open layers even if there is one: for a phone.
    """

    first: Mapping[int, int] | None = None
    examples: int = 0
    open: int | None = None
    narrow: bool = False

    def units(self, l: int, n: int) -> range:
        """The units of a layer of n that are shown: eight at the most."""
        start = min(max((self.first or {}).get(l, 0), 0), max(n - MOST, 0))
        return range(start, min(start + MOST, n))

    def columns(self, m: int) -> range:
        """The examples of m that are shown: eight at the most."""
        start = min(max(self.examples, 0), max(m - MOST, 0))
        return range(start, min(start + MOST, m))

    def opened(self, layers: Collection[int]) -> list[int]:
        """The dropout layers that are drawn with their switches."""
        if len(layers) <= 2:
            return sorted(layers)
        return [self.open if self.open is not None and self.open in layers else min(layers)]


def other_windows(shown: range, n: int) -> dict[str, int]:
    """Where the windows before and after the shown one begin: {"next": 8}."""
    starts = {
        "previous": max(shown.start - MOST, 0),
        "next": min(shown.start + MOST, n - len(shown)),
    }
    return {word: start for word, start in starts.items() if start != shown.start}


def lay_out(sizes: Sequence[int], layers: Collection[int], view: View | None = None) -> Layout:
    """Place a network with these sizes (n_0, ..., n_L) and dropout in these layers."""
    view = view or View()
    opened, L = view.opened(layers), len(sizes) - 1
    shown = {l: view.units(l, n) for l, n in enumerate(sizes)}
    rows = max(map(len, shown.values()))
    wide = len(opened) < 2 and not view.narrow
    width, height, wire = (86.0, 62.0, 152.0) if wide else (64.0, 46.0, 93.0)
    pitch = height + (18 if wide else 12)
    if rows > 5:
        height, pitch = 42.0, 55.0
    # Left of a dropout layer "stopped by D1" must fit, right of it "not zero", at the largest.
    before, after, between = (72.0, 146.0, 40.0) if wide else (64.0, 72.0, 34.0)
    x, node_x, terminal_x = 4.0, dict[int, float](), dict[int, float]()
    for l in range(L + 1):
        gaps = (between, before if l in opened else 0, after if l - 1 in opened else 0)
        x += max(gaps) if l else 0
        half = (width if l in opened or l == L else PILL[0]) / 2
        node_x[l] = x + half
        x += 2 * half
        if l in opened:
            terminal_x[l] = x + wire + half
            x += wire + width
    whole = max(rows, 3) * pitch
    y = {}
    for l, units in shown.items():
        step = min(1.3 * pitch, whole / len(units))
        middle = TOP + whole / 2
        y[l] = {i: middle + (k - (len(units) - 1) / 2) * step for k, i in enumerate(units)}
    more = PAGER if any(len(shown[l]) < n for l, n in enumerate(sizes)) else 4
    return Layout(node_x, terminal_x, y, (width, height), wide, x + 6, TOP + whole + more)
