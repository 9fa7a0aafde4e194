"""Every stop of keep_prob is drawn ahead, and is what the lab shows when the slider gets there."""

import asyncio
import json
import zlib

import pytest

from dropout_lab import labs
from dropout_lab.labs import ready
from dropout_lab.labs.ready import STOPS, stop_of
from dropout_lab.pictures.columns import as_node, fill

STAGES = {
    "step_through": labs.step_through,
    "stopped at a step": lambda: labs.step_through(at="dA1", recipe="no mask"),
    "two_wires": labs.two_wires,
    "switch_off": labs.switch_off,
    "break_it": labs.break_it,
}


def unpacked(picture):
    return json.loads(zlib.decompress(picture.stops))


def shown(lab):
    status = lab.status.root
    return as_node(lab._stage.root), "" if status is None else as_node(status)


@pytest.mark.slow
@pytest.mark.parametrize("name", STAGES)
def test_what_is_drawn_ahead_is_what_the_lab_shows_at_each_stop(name, press, monkeypatch):
    monkeypatch.setattr(ready, "TOO_LONG", 1.0)
    lab = STAGES[name]()
    press(lab._stage, "switch" if name == "two_wires" else "1 0")
    before = (repr(lab), shown(lab), lab.keep_prob, dict(lab.by_hand))
    for _ in lab._ready.draw():
        pass
    assert (repr(lab), shown(lab), lab.keep_prob, dict(lab.by_hand)) == before
    tables = unpacked(lab._stage), unpacked(lab.status)
    for k, keep_prob in enumerate(STOPS):
        lab.keep_prob = keep_prob
        assert tuple(fill(table, k) for table in tables) == shown(lab)
        for table, picture in zip(tables, (lab._stage, lab.status), strict=True):
            assert picture.place == [table["state"], k]


@pytest.mark.parametrize("step", ["A1_drop", 0, -1])
def test_what_next_and_previous_lead_to_is_drawn_ahead_for_the_stop_that_is_shown(step):
    lab = labs.step_through(recipe="no mask")
    lab.step = lab._walk.last if step == -1 else step
    for keep_prob in (0.7, 0.6):
        lab.keep_prob = keep_prob
        start, before = lab.step, repr(lab)
        for _ in lab._ready._draw_neighbors():
            pass
        assert repr(lab) == before
        ahead = json.loads(zlib.decompress(lab._stage.neighbors))
        assert ahead["place"] == lab._stage.place
        moves = {"previous": -1, "next": 1}
        assert set(ahead["trees"]) == {
            name for name, by in moves.items() if 0 <= start + by <= lab._walk.last
        }
        for name, tree in ahead["trees"].items():
            number, stop = lab._stage.place
            lab._walk.go(moves[name])
            assert lab._stage.place == [number + 1, stop]  # the stops drawn ahead are void
            assert tree == as_node(lab._stage.root)
            lab.step = start


@pytest.mark.parametrize("name", STAGES)
def test_whatever_else_changes_begins_a_new_state(name, press):
    lab = STAGES[name]()
    changes = [
        lab.new_mask,
        lambda: press(lab._stage, "switch" if name == "two_wires" else "1 1"),
        lambda: setattr(lab, "activation", "tanh"),
        lambda: setattr(lab, "recipe", "randn"),
        lambda: setattr(lab, "example", 2),
        lab.reset,
        lab._show,  # for a reason that no control tells
    ]
    for change in changes:
        lab.keep_prob = 0.6
        number, stop = lab._stage.place
        assert stop == 59
        lab.keep_prob = 0.5
        assert lab._stage.place == [number, 49]
        change()
        assert lab._stage.place[0] > number
        assert lab.status.place == lab._stage.place


def test_a_value_between_two_stops_has_none():
    assert [stop_of(value) for value in (0.01, 0.7, 1.0, 0.705)] == [0, 69, 99, None]
    lab = labs.two_wires(keep_prob=0.705)
    assert lab._stage.place[1] is None


def test_a_picture_that_is_in_doubt_is_for_no_stop(monkeypatch):
    lab = labs.step_through()
    number = lab._stage.place[0]
    monkeypatch.setattr(lab, "_work", lambda: 1 / 0)
    lab.keep_prob = 0.4
    assert "Not judged" in lab._stage.markup
    assert lab._stage.place == [number + 1, None]


def in_a_page(lab, acting):
    """Run this while a page shows the lab; the pause is a twentieth of a second."""

    async def run():
        lab._stage._handle_custom_msg({"seen": True}, [])
        await acting()

    asyncio.run(run())


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(ready, "PAUSE", 0.05)
    monkeypatch.setattr(ready, "TOO_LONG", 1.0)


async def until(condition):
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


@pytest.mark.usefixtures("quick")
def test_it_is_drawn_when_nobody_has_asked_for_anything_for_a_while(monkeypatch):
    monkeypatch.setattr(ready, "PAUSE", 1.0)  # so that a busy machine is not taken for a quiet one
    lab, drawn = labs.two_wires(), []

    async def acting():
        for keep_prob in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            lab.keep_prob = keep_prob
            await asyncio.sleep(0.02)
            drawn.append(lab._ready._making)
        await until(lambda: lab._stage.stops)
        number = unpacked(lab._stage)["state"]
        lab.keep_prob = 0.2
        assert lab._stage.place == [number, 19]
        lab.new_mask()
        await until(lambda: unpacked(lab._stage)["state"] > number)
        await until(lambda: lab._ready._made)
        lab.keep_prob = 0.25
        await asyncio.sleep(0.2)
        assert lab._ready._making is None  # all is there

    in_a_page(lab, acting)
    assert drawn == [None] * 7


@pytest.mark.usefixtures("quick")
def test_the_neighbors_are_drawn_first_and_again_for_every_other_stop():
    lab = labs.step_through()

    async def acting():
        await until(lambda: lab._stage.neighbors)
        assert not lab._stage.stops
        await until(lambda: lab._ready._made)
        assert lab._stage.stops
        lab.keep_prob = 0.4
        place = lab._stage.place
        await until(lambda: json.loads(zlib.decompress(lab._stage.neighbors))["place"] == place)

    in_a_page(lab, acting)


@pytest.mark.usefixtures("quick")
def test_nothing_is_drawn_while_another_lab_is_moved(monkeypatch):
    monkeypatch.setattr(ready, "PAUSE", 1.0)  # so that a busy machine is not taken for a quiet one
    lab, other = labs.two_wires(), labs.keep_the_scale()

    async def acting():
        for k in range(20):
            other.keep_prob = 0.3 + k / 50
            await asyncio.sleep(0.01)
            assert lab._ready._making is None

    in_a_page(lab, acting)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "make",
    [
        lambda: labs.step_through(backward=lambda dA_drop, D, keep_prob: dA_drop * D / keep_prob),
        lambda: labs.break_it(table=True),
        lambda: labs.switch_off(shares=True),
    ],
)
def test_a_learners_function_a_table_and_a_chart_are_not_drawn_ahead(make):
    lab = make()

    async def acting():
        await asyncio.sleep(0.2)

    in_a_page(lab, acting)
    assert lab._ready._timer is None
    assert not lab._stage.stops


def test_nothing_is_drawn_without_a_page():
    lab = labs.two_wires()
    lab.keep_prob = 0.5
    assert lab._ready._timer is None


@pytest.mark.usefixtures("quick")
def test_what_would_take_too_long_is_left(monkeypatch):
    monkeypatch.setattr(ready, "TOO_LONG", 0.0)
    lab = labs.two_wires()

    async def acting():
        await until(lambda: lab._ready._made)

    in_a_page(lab, acting)
    assert not lab._stage.stops


@pytest.mark.usefixtures("quick", "in_browser")
def test_what_the_page_shows_by_itself_is_confirmed_when_the_slider_rests(monkeypatch):
    monkeypatch.setattr(ready, "CONFIRM", 0.3)
    lab, said = labs.two_wires(), []

    def places():
        said.append(lab._stage.place[1])
        return said[-1]

    async def acting():
        await until(lambda: lab._ready._sent == lab._ready._number)
        start = places()
        for keep_prob in (0.3, 0.4, 0.5, 0.6):
            lab.keep_prob = keep_prob
            await asyncio.sleep(0.02)
            assert places() == start
        await until(lambda: places() == stop_of(0.6))
        lab.keep_prob = 0.4
        lab.new_mask()  # nothing was drawn for that: the answer does not wait
        await asyncio.sleep(0)
        assert places() == stop_of(0.4)
        number = lab._stage.place[0]
        await asyncio.sleep(0.4)
        assert lab._stage.place == [number, stop_of(0.4)]  # and nothing comes after it

    in_a_page(lab, acting)
    assert set(said) == {stop_of(keep_prob) for keep_prob in (0.7, 0.6, 0.4)}


@pytest.mark.usefixtures("quick", "in_browser")
@pytest.mark.parametrize("before", ["no stops", "a value between two stops"])
def test_what_the_page_cannot_show_is_answered_at_once(before, monkeypatch):
    if before == "no stops":
        monkeypatch.setattr(ready, "TOO_LONG", 0.0)
    lab = labs.two_wires()

    async def acting():
        await until(lambda: lab._ready._made)
        lab.keep_prob = 0.4 if before == "no stops" else 0.405
        await asyncio.sleep(0)
        assert lab._stage.place[1] == stop_of(lab.keep_prob)

    in_a_page(lab, acting)
    assert lab._answer._timer is None
