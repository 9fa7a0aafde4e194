"""Where everything in a picture of a network stands: columns of units, and switches between them."""

from dataclasses import dataclass

from dropout_lab.pictures.steps import Step

MAX_UNITS = 8
TOP = 92.0


@dataclass(frozen=True)
class Layout:
    """The x of each layer's nodes and terminals, the y of its shown units, the radii, the size."""

    node_x: dict[int, float]
    terminal_x: dict[int, float]
    y: dict[int, list[float]]
    radius: float
    width: float
    height: float

    @property
    def terminal_radius(self) -> float:
        """Terminals are a little smaller than nodes: they are places, not units."""
        return 0.86 * self.radius

    def right(self, l: int) -> tuple[float, float]:
        """The x and the radius of what layer l sends on from: its terminals, or else its nodes."""
        if l in self.terminal_x:
            return self.terminal_x[l], self.terminal_radius
        return self.node_x[l], self.radius


def lay_out(step: Step, least_height: float = 0) -> Layout:
    """Spread the network of a step evenly; at most eight units of a layer are shown."""
    sizes = [min(n, MAX_UNITS) for n in step.story.net.sizes]
    gaps: list[tuple[str, int, float]] = []
    for l in range(1, step.story.net.L + 1):
        gaps.append(("node", l, 1.0))
        if l in step.story.D:
            gaps.append(("terminal", l, 1.15))
    total = sum(gap for _, _, gap in gaps)
    unit = min(max(540 / total, 98.0), 150.0)
    x = 52.0
    node_x, terminal_x = {0: x}, dict[int, float]()
    for kind, l, gap in gaps:
        x += gap * unit
        (node_x if kind == "node" else terminal_x)[l] = x
    rows = max(sizes)
    pitch = 84.0 if rows <= 5 else 68.0
    height = max(max(rows, 3) * pitch, least_height - 30)
    y = {}
    for l, n in enumerate(sizes):
        step_y = min(1.3 * pitch, max(rows, 3) * pitch / n)
        y[l] = [TOP + height / 2 + (i - (n - 1) / 2) * step_y for i in range(n)]
    return Layout(node_x, terminal_x, y, 27.0, x + 52.0, height)
