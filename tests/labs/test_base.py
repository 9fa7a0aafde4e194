"""How a lab answers: in time, and once for moves that come together; what it says of errors."""

import asyncio
from types import SimpleNamespace

import pytest

from dropout_lab import labs
from dropout_lab.labs import base as answers
from dropout_lab.labs.base import Answer, Lab, element
from dropout_lab.pictures.svg import as_text


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


@pytest.mark.parametrize(
    ("msg_type", "later"), [("comm_msg", True), ("execute_request", False), (None, False)]
)
def test_only_a_message_of_the_browser_is_answered_later(monkeypatch, msg_type, later):
    parent = {"header": {"msg_type": msg_type}} if msg_type else {}
    kernel = SimpleNamespace(get_parent=lambda: parent)
    monkeypatch.setattr(answers, "get_ipython", lambda: SimpleNamespace(kernel=kernel))

    async def ask():
        return answers.answering()

    assert (asyncio.run(ask()) is not None) == later
    assert answers.answering() is None  # without an event loop there is no later
    monkeypatch.setattr(answers, "get_ipython", lambda: None)
    assert asyncio.run(ask()) is None


@pytest.mark.usefixtures("in_browser")
def test_moves_of_several_controls_are_answered_by_one_picture(monkeypatch):
    lab, pictures = labs.step_through(at="A1_drop"), []
    monkeypatch.setattr(lab._stage, "show", pictures.append)

    async def drag():
        lab.keep_prob, lab.example, lab.activation = 0.4, 2, "tanh"
        lab.new_mask()
        lab.recipe = "slope from dropped A"
        assert not pictures
        await asyncio.sleep(0)

    asyncio.run(drag())
    assert len(pictures) == 1


def test_what_is_moved_together_in_a_cell_is_answered_once():
    shown = []
    answer = Answer(lambda: shown.append("all"))
    with answer.once():
        answer()
        with answer.once():
            answer()
        assert shown == []
    assert shown == ["all"]
    answer()
    assert shown == ["all"] * 2


def fail(*_):
    raise RuntimeError("deep inside")


def test_what_is_refused_is_not_answered():
    shown = []
    answer = Answer(lambda: shown.append("all"))

    def refuse():
        with answer.once():
            answer()
            fail()

    with pytest.raises(RuntimeError):
        refuse()
    assert shown == []
    answer()
    assert shown == ["all"]


def test_an_error_of_a_callback_that_another_one_led_to_stays_on_the_screen():
    lab = Lab()
    lab._safely(lambda: lab._safely(fail)())()
    assert "deep inside" in lab._alert.value
    lab._safely(lambda: None)()
    assert lab._alert.value == ""


def test_work_is_done_again_only_when_something_else_is_asked():
    class Counted(Lab):
        worked, asked = 0, 1

        def _question(self):
            return (self.asked,)

        def _work(self):
            self.worked += 1
            if self.asked == 3:
                fail()

    lab = Counted()
    lab._show()
    lab._show()
    assert lab.worked == 1
    lab.asked = 2
    lab._show()
    assert lab.worked == 2
    lab.asked = 3
    with pytest.raises(RuntimeError):
        lab._show()
    lab.asked = 2  # what was half worked out is worked out anew
    lab._show()
    assert lab.worked == 4


@pytest.mark.parametrize(
    ("good", "kind"), [(True, "status ok"), (False, "status wrong"), (None, "status")]
)
def test_what_is_said_is_marked_good_or_wrong_and_escaped(good, kind):
    lab = Lab()
    lab._say("<words>", "<head>", good, element("code", "<below>"))
    assert lab.status.value == (
        f'<div class="{kind}" role="status" aria-live="polite"><strong>&lt;head&gt;</strong> '
        f"&lt;words&gt;<code>&lt;below&gt;</code></div>"
    )
    lab._say("only words")
    assert lab.status.value.endswith('"polite">only words</div>')


@pytest.mark.parametrize("make", [labs.two_wires, labs.progress, lambda: labs.fold(labs.train())])
def test_where_ipywidgets_is_too_old_a_lab_shows_its_still_picture_and_says_why(monkeypatch, make):
    lab = make()
    live = lab._repr_mimebundle_()["text/html"]
    monkeypatch.delattr("ipywidgets.Widget._repr_mimebundle_")  # version 7 has none
    shown = lab._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"}
    assert "needs ipywidgets 8" in shown["text/html"]
    assert shown["text/html"].endswith(live)
