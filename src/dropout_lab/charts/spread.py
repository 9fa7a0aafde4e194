"""A quantity over all masks, with the scale and without; and the share of units kept for rand and randn."""

from xml.etree.ElementTree import Element

import numpy as np

from dropout_lab.bugs.catalogue import normal_share
from dropout_lab.charts.panels import (
    Mark,
    Panel,
    draw_panels,
    draw_row,
    empty_chart,
    place,
    round_ticks,
    stretched,
)
from dropout_lab.experiments.ensemble import Distribution
from dropout_lab.pictures.svg import add
from dropout_lab.text import minus

Spreads = tuple[Distribution, Distribution]  # with the scale, and without
TITLES = (
    "Over all masks, with the scale: A * D / keep_prob",
    "Over all masks, without the scale: A * D",
)


def draw_spread(name: str, spreads: Spreads, marks: tuple[float, float]) -> Element:
    """Both spreads over one axis, each with its exact mean; marks: everything on, A as it is and A * k."""
    panels = []
    for title, spread in zip(TITLES, spreads, strict=True):
        told = {
            "everything on": (marks[0], "on"),
            "exact mean over all masks": (float(spread.mean), "mean"),
            "everything on, A * keep_prob": (marks[1], "other"),
        }
        rows = [
            Mark(minus(f"{words} {value:z.4f}"), [value], kind)
            for words, (value, kind) in told.items()
        ]
        panels.append(Panel(title, spread, rows))
    ticks = round_ticks(*(spread.values for spread in spreads), np.array(marks))
    return draw_panels(panels, ticks, name, describe_spread(name, spreads, marks))


def describe_spread(name: str, spreads: Spreads, marks: tuple[float, float]) -> str:
    """The chart in words."""
    scaled, plain = spreads
    return (
        f"{name} over {scaled.probabilities.size} masks. With the scale: exact mean "
        f"{float(scaled.mean):.4f}, standard deviation {float(scaled.variance) ** 0.5:.4f}. Without: "
        f"mean {float(plain.mean):.4f}, standard deviation {float(plain.variance) ** 0.5:.4f}. "
        f"Everything on: {marks[0]:.4f}; everything on, A times keep_prob: {marks[1]:.4f}."
    )


FIXED_POINT = 0.7833  # where Phi(k) = k, to four digits
UNITS, TOP, BOX = np.linspace(0, 1, 6), 34, 220  # both axes; pixels above the box, and its height


class ShareChart:
    """The share kept against keep_prob: the lines of rand and randn, and where you stand.

    draws: of how many the measured share is. words: the chart in words, as it was shown last.
    """

    words = ""

    def __init__(self, draws: int) -> None:
        self._draws = draws

    def show(self, keep_prob: float, share: float) -> Element:
        """The chart for this keep_prob and this measured share."""
        self.words = describe_share(keep_prob, share, self._draws)
        root = empty_chart(TOP + BOX + 66, self.words, 720)
        x, floor = place(keep_prob, UNITS), TOP + BOX
        add(root, "line", x1=x, x2=x, y1=TOP, y2=floor, class_="mark on")
        _lines(root)
        add(root, "circle", cx=x, cy=_height(share), r=6, class_="ink")
        told = f"{share:.3f} kept of {self._draws:,} draws"
        draw_row(root, Mark(told, [keep_prob], "on"), floor + 22, UNITS)
        add(root, "text", "keep_prob", x="50%", y=floor + 60, class_="ink")
        return root


def _height(share: float) -> float:
    return TOP + BOX * (1 - share)


def _lines(root: Element) -> None:
    """What stands still: the axes, both lines with their names, and where they cross."""
    left, right, floor = place(0, UNITS), place(1, UNITS), TOP + BOX
    for tick in UNITS:
        x, y = place(tick, UNITS), _height(tick)
        add(root, "line", x1=x, x2=x, y1=TOP, y2=floor, class_="grid")
        add(root, "line", x1=left, x2=right, y1=y, y2=y, class_="grid")
        add(root, "text", f"{tick:g}", x=x, y=floor + 17, class_="dim")
        if tick:
            add(root, "text", f"{tick:g}", x=left, y=y - 3, class_="dim start over")
    add(root, "text", "share kept", x=left, y=14, class_="ink title")
    frame = stretched(root, TOP, BOX, 1)
    add(frame, "path", d="M0 1L1 0", class_="mark mean")
    curve = "L".join(f"{k:g} {1 - normal_share(k):.4g}" for k in np.linspace(0, 1, 41))
    add(frame, "path", d=f"M{curve}", class_="mark other")
    for words, k, share, side in (
        ("randn < keep_prob keeps Φ(keep_prob)", 0.06, 0.75, "start"),
        ("rand < keep_prob keeps keep_prob", 0.36, 0.24, "start"),
        (f"they agree at {FIXED_POINT:.3f}", 1.0, 0.6, "end"),
    ):
        x, y = place(k, UNITS), _height(share)
        add(root, "text", words, x=x, y=y, class_=f"ink over {side}")
    x, y = place(FIXED_POINT, UNITS), _height(FIXED_POINT)
    add(root, "circle", cx=x, cy=y, r=9, class_="axis", fill="none")


def describe_share(keep_prob: float, share: float, draws: int) -> str:
    """The chart in words."""
    return (
        f"Share kept at keep_prob {keep_prob:.2f}: rand keeps {keep_prob:.3f}, randn "
        f"{normal_share(keep_prob):.3f}; of {draws:,} draws {share:.3f} were kept. The two lines cross at "
        f"{FIXED_POINT}."
    )
