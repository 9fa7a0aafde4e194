"""Where things stand follows from the network's shape alone; nothing overlaps, nothing sticks out."""

import re
from functools import cache
from importlib import resources
from itertools import combinations, pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures.seen import (
    CASES,
    Box,
    Mark,
    by_attribute,
    case_of,
    frame,
    marks,
    texts,
    told,
)

from dropout_lab.pictures.layout import MOST, View, lay_out, other_windows
from dropout_lab.pictures.stage import parts

pytestmark = pytest.mark.slow  # every step of every case is drawn, once for all tests
BOX = (1112, 680)  # what a lab may take of a laptop's window
SPACE = 12  # between two parts on a page
# Of a network that is not the lesson's, these have every mark and every word.
MARKED = {
    "lesson": ("correct", "no mask", "fresh mask", "wrong scale", "two slips", "no factor at all"),
    "one example": ("correct", "no mask", "no scale", "one minus mask", "two slips", "no factor"),
    "three layers": ("fresh mask",),
}


class Part(NamedTuple):
    """What matters of one part of one picture."""

    picture: str
    size: tuple[float, float]
    outside: list[str]
    words: list[tuple[str, Box, int]]  # text, box, and the unit or matrix it belongs to
    boxes: list[tuple[Box, int]]
    places: dict[tuple[str, ...], Box]


@cache
def survey(case: str) -> list[Part]:
    """Every step of recipes that look different, measured."""
    recipes = MARKED.get(case, ("no mask",) if case_of(case).masks else ("correct",))
    return [
        measure(f"{recipe}, {name}, part {k}", part)
        for recipe in recipes
        for name, step in told(case, recipe).items()
        for k, part in enumerate(parts(step))
    ]


def measure(picture, part) -> Part:
    width, height = size = frame(part)
    drawn = list(marks(part))
    written = [mark for mark in drawn if mark.node.tag == "text" and mark.node.text]
    boxes = [mark for mark in drawn if mark.node.tag == "rect" and mark.group() is not None]
    # A halo shows only while its unit is pointed at; the pill around a matrix entry is a ring.
    boxes = [mark for mark in boxes if not {"halo", "ring"} & set(mark.node.get("class").split())]
    outside = [
        f"{mark.node.tag} {mark.node.text or mark.node.get('class')} {mark.box}"
        for mark in drawn
        if not mark.box.inside(width, height)
    ]
    return Part(
        picture, size, outside, [(m.node.text, m.box, id(m.group())) for m in written],
        [(m.box, id(m.group())) for m in boxes], dict(places(part, drawn)),
    )  # fmt: skip


def places(part, drawn: list[Mark]):
    """The first box of every unit, and of every cell of the matrices."""
    matrices = [node for node in part.iter("g") if node.get("class") == "matrix"]
    seen = set()
    for mark in drawn:
        group = mark.group()
        if mark.node.tag != "rect" or group is None:
            continue
        if group.get("data-row") and id(group) not in seen:
            seen.add(id(group))
            yield ("unit", group.get("data-row")), mark.box
        elif (
            group in matrices
            and mark.around[-1].get("data-says")
            and id(mark.around[-1]) not in seen
        ):
            seen.add(id(mark.around[-1]))
            k = matrices.index(group)
            # The second matrix stands below the first, whose height is that of its layer.
            title = group.find("text").text if k else ""
            rows = [row for row in group if row.tag == "g"]
            row = mark.around[-2]
            yield (
                (
                    "cell",
                    str(k),
                    title,
                    str(rows.index(row)),
                    str(list(row).index(mark.around[-1])),
                ),
                mark.box,
            )


@pytest.mark.parametrize("case", CASES)
def test_a_step_changes_ink_and_moves_no_unit_and_no_cell(case):
    stands, size = {}, {}
    for part in survey(case):
        for key, box in part.places.items():
            assert stands.setdefault(key, box) == box, (part.picture, key)
        k = part.picture[-1]
        assert size.setdefault(k, part.size) == part.size, part.picture
    assert len(stands) > sum(min(n, MOST) for n in case_of(case).net.sizes)


@pytest.mark.parametrize("case", CASES)
def test_nothing_sticks_out_of_its_picture(case):
    assert not [(part.picture, part.outside) for part in survey(case) if part.outside]


@pytest.mark.parametrize("case", CASES)
def test_no_two_texts_overlap(case):
    for part in survey(case):
        for (a, one, _), (b, two, _) in combinations(part.words, 2):
            assert not one.meets(two, by=1), (part.picture, a, b)


@pytest.mark.parametrize("case", CASES)
def test_no_text_stands_on_a_unit_or_a_cell_of_which_it_is_no_part(case):
    for part in survey(case):
        for text, box, owner in part.words:
            for other, group in part.boxes:
                assert owner == group != id(None) or not box.meets(other, by=1), (
                    part.picture,
                    text,
                )


@pytest.mark.parametrize("case", CASES)
def test_no_two_units_and_no_two_cells_overlap(case):
    for part in survey(case)[:8]:  # they do not move
        for (a, one), (b, two) in combinations(part.places.items(), 2):
            assert not one.meets(two), (part.picture, a, b)


@pytest.mark.parametrize("case", ["lesson", "one example", "one open layer"])
def test_the_parts_of_the_lesson_stand_beside_each_other_in_the_box_of_a_lab(case):
    sizes = {part.picture[-1]: part.size for part in survey(case)}
    assert sum(width for width, _ in sizes.values()) + SPACE * (len(sizes) - 1) <= BOX[0]
    assert max(height for _, height in sizes.values()) <= 380  # of 680, for controls and program


def test_the_page_leaves_that_space_between_two_parts():
    style = (resources.files("dropout_lab") / "labs" / "lab.css").read_text(encoding="utf-8")
    (rule,) = re.findall(r"\.parts \{([^}]*)\}", style)
    assert f"gap: 0 {SPACE}px" in rule


@pytest.mark.parametrize(
    ("layers", "view", "opened"),
    [
        ((), View(), []), ((2,), View(), [2]), ((1, 3), View(), [1, 3]), ((1, 3), View(open=3), [1, 3]),
        ((1, 2, 3), View(), [1]), ((1, 2, 3), View(open=2), [2]), ((2, 3, 4), View(open=1), [2]),
    ],
)  # fmt: skip
def test_up_to_two_dropout_layers_are_drawn_with_their_switches_and_of_more_only_the_open_one(
    layers, view, opened
):
    assert view.opened(layers) == opened
    at = lay_out((3, 4, 4, 4, 4, 1), layers, view)
    assert list(at.terminal_x) == opened


@given(
    sizes=st.lists(st.integers(1, 30), min_size=2, max_size=6),
    dropped=st.sets(st.integers(1, 4)),
    open_=st.integers(1, 4),
)
def test_columns_come_from_left_to_right_and_rows_from_top_to_bottom(sizes, dropped, open_):
    layers = [l for l in dropped if l < len(sizes) - 1]
    at = lay_out(sizes, layers, View(open=open_))
    edges = [0.0]
    for l in range(len(sizes)):
        edges += [at.left(l), at.right(l)]
        if l in at.terminal_x:
            assert at.node_x[l] + at.place[0] < at.terminal_x[l]
    assert edges == sorted(edges)
    assert edges[-1] <= at.width
    for l, n in enumerate(sizes):
        ys = list(at.y[l].values())
        assert len(ys) == min(n, MOST)
        half = at.place[1] / 2
        assert all(low - high >= 2 * half for high, low in pairwise(ys))
        assert ys[0] - half >= 40  # below the headings
        assert ys[-1] + half <= at.height


@given(st.integers(-5, 60), st.integers(1, 50), st.integers(0, 40))
def test_a_window_shows_eight_units_or_all_of_fewer(first, n, examples):
    shown = View(first={1: first}).units(1, n)
    assert len(shown) == min(n, MOST)
    assert 0 <= shown.start <= shown.stop <= n
    assert first in shown or first < 0 or first > n - MOST
    assert View(examples=examples).columns(n) == View(first={0: examples}).units(0, n)


@given(st.integers(1, 50))
def test_the_buttons_of_the_windows_lead_to_every_unit_and_back(n):
    shown, starts, seen = View().units(1, n), [], set()
    windows = {"next": 0}
    while "next" in windows and len(starts) <= n:
        shown = View(first={1: windows["next"]}).units(1, n)
        starts.append(shown.start)
        seen |= set(shown)
        windows = other_windows(shown, n)
        assert ("previous" in windows) == (shown.start > 0)
    assert seen == set(range(n))
    assert starts == sorted(set(starts))
    while "previous" in windows and starts:
        assert windows["previous"] < starts.pop()
        windows = other_windows(View(first={1: windows["previous"]}).units(1, n), n)
    assert set(windows) <= {"next"}


@pytest.mark.parametrize("first", [0, 5, 12])
def test_a_large_layer_says_which_units_are_shown_and_how_many_others_are_off(first):
    step = told("large", "correct")["dA1"]
    for example in (0, 17):
        network, _ = parts(step, example, View(first={1: first}))
        assert f"units {first} to {first + 7} of 20" in texts(network)
        off = ~step.story.D[1][:, example]
        others = off.sum() - off[first : first + 8].sum()
        assert f"{others} more off" in texts(network)
        buttons = by_attribute(network, "aria-label")
        pages = {"next": min(first + 8, 12), "previous": max(first - 8, 0)}
        for word, start in pages.items():
            button = buttons.get(f"{word} units of layer 1")
            assert (button is None) == (start == first)
            if button is not None:
                assert button.get("data-press") == f"units 1 {start}"
                assert (button.get("role"), button.get("tabindex")) == ("button", "0")
        shown = {unit.get("data-press") for unit in network.iter("g") if unit.get("aria-pressed")}
        assert shown == {f"1 {i}" for i in range(first, first + 8)}


def test_all_marks_stay_in_place_when_other_windows_are_shown():
    step = told("large", "no mask")["dA1"]
    for view in (View(), View(first={0: 2, 1: 9}, examples=30)):
        for k, part in enumerate(parts(step, 33, view)):
            found = measure(f"part {k}", part)
            assert found.size == next(p.size for p in survey("large") if p.picture[-1] == str(k))
            assert not found.outside
