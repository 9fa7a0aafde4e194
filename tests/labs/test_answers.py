"""How a lab answers: as data, in time, and once for moves that come together."""

import asyncio
import json
from xml.etree.ElementTree import Element, SubElement

import pytest

from dropout_lab import labs
from dropout_lab.labs import base as answers
from dropout_lab.labs.picture import Picture, as_node
from dropout_lab.pictures.svg import as_text


def tree():
    root = Element("p", {"class": "<b>"})
    root.text = "one "
    word = SubElement(root, "strong")
    word.text, word.tail = "two <script>", " three"
    return root


def test_a_tree_is_sent_as_data_with_every_text_in_its_place():
    assert as_node(tree()) == [
        "p", {"class": "<b>"}, "one ", ["strong", {}, "two <script>"], " three"
    ]  # fmt: skip


def test_a_picture_shows_the_same_tree_to_the_browser_and_as_text():
    picture = Picture(print)
    picture.show(tree())
    assert json.loads(picture.tree) == as_node(tree())
    assert picture.markup == as_text(tree())
    assert "<script>" not in picture.markup
    picture.show(None)
    assert (json.loads(picture.tree), picture.markup) == ("", "")


@pytest.fixture
def in_browser(monkeypatch):
    """As if the kernel were answering the browser, whenever an event loop is running."""

    def answering():
        try:
            return asyncio.get_running_loop()
        except RuntimeError:
            return None

    monkeypatch.setattr(answers, "answering", answering)


@pytest.mark.usefixtures("in_browser")
def test_moves_that_come_together_are_answered_by_one_picture_of_the_last(monkeypatch):
    lab = labs.step_through(at="A1_drop")
    pictures = []
    monkeypatch.setattr(lab._stage, "show", pictures.append)

    async def drag():
        for keep_prob in (0.6, 0.5, 0.4):
            lab.keep_prob = keep_prob
        assert not pictures
        await asyncio.sleep(0)
        assert len(pictures) == 1
        lab.keep_prob = 0.9
        await asyncio.sleep(0)

    asyncio.run(drag())
    assert "÷ 0.40" in as_text(pictures[0])
    assert "÷ 0.90" in as_text(pictures[1])
    assert len(pictures) == 2


@pytest.mark.usefixtures("in_browser")
def test_an_error_on_the_way_is_shown_and_the_next_move_is_answered():
    lab = labs.step_through(backward=lambda dA_drop, _D, k: None if k < 0.5 else dA_drop)

    async def drag():
        lab.keep_prob = 0.4
        await asyncio.sleep(0)
        assert "did you forget `return`?" in lab._alert.value
        lab.keep_prob = 0.8
        await asyncio.sleep(0)
        assert lab._alert.value == ""

    asyncio.run(drag())
    assert "did you forget `return`?" in str(lab.error)


def test_in_a_cell_a_lab_answers_at_once():
    lab = labs.step_through(at="A1_drop")

    async def cell():
        lab.keep_prob = 0.4
        assert "÷ 0.40" in lab._stage.markup

    asyncio.run(cell())


class Kernel:
    def __init__(self, msg_type):
        self.msg_type = msg_type

    def get_parent(self):
        return {"header": {"msg_type": self.msg_type}} if self.msg_type else {}


class Shell:
    def __init__(self, msg_type):
        self.kernel = Kernel(msg_type)


@pytest.mark.parametrize(
    ("msg_type", "later"), [("comm_msg", True), ("execute_request", False), (None, False)]
)
def test_only_a_message_of_the_browser_is_answered_later(monkeypatch, msg_type, later):
    monkeypatch.setattr(answers, "get_ipython", lambda: Shell(msg_type))

    async def ask():
        return answers.answering()

    assert (asyncio.run(ask()) is not None) == later
    assert answers.answering() is None  # without an event loop there is no later
    monkeypatch.setattr(answers, "get_ipython", lambda: None)
    assert asyncio.run(ask()) is None
