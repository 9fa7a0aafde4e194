"""What was drawn ahead is shown at once, is what the kernel then says, and never jumps back: without a kernel.

`labs/ready.py` draws it; here it is a sentence that names its state, its stop and its step, so that it can
be seen which of them is shown. A test says in which order hand and kernel come.
"""

import json

import pytest
from bare import plain, sent_by

from dropout_lab import labs
from dropout_lab.labs import ready
from dropout_lab.labs.ready import STOPS, packed
from dropout_lab.pictures.columns import to_columns


def tree(state, stop, step="A1"):
    return ["p", {"data-step": step}, f"{state}, {stop}, {step}"]


def said(state, stop, step="A1"):
    """What is shown of it."""
    return tree(state, stop, step)[2]


def answer(state, stop, step="A1"):
    """The kernel's message after it has shown this."""
    return {"tree": json.dumps(tree(state, stop, step)), "place": [state, stop]}


def stops(state, step="A1"):
    """The kernel's message after it has drawn all stops of this state."""
    trees = [tree(state, stop, step) for stop in range(len(STOPS))]
    return {"stops": packed({"state": state, **to_columns(trees)})}


def neighbors(state, stop, **trees):
    """The kernel's message after it has drawn what Next and Previous lead to from here."""
    return {"neighbors": packed({"place": [state, stop], "trees": trees})}


@pytest.fixture
def shown(bare):
    """A picture with its slider, at stop 69 of state 1; all stops are drawn."""
    shown = bare.show(answer(1, 69) | stops(1), slider=True)
    shown.until("stops", "1")
    assert shown.words == said(1, 69)
    return shown


def test_it_tells_the_kernel_that_it_is_seen(bare):
    shown = bare.show(answer(1, 69), slider=True)
    assert bare.page.evaluate("bare.shown[0].model.sent") == [{"seen": True}]
    assert shown.words == said(1, 69)


def test_a_stop_is_shown_at_once_and_the_kernels_answer_touches_nothing(bare, shown):
    bare.slide(0.69)
    assert shown.words == said(1, 68)
    shown.count()
    shown.answer(answer(1, 68))
    assert shown.words == said(1, 68)
    assert shown.touched == []


@pytest.mark.parametrize("name", ["step_through", "switch_off"])
def test_every_picture_of_a_lab_shows_the_stop_that_the_kernel_then_confirms(
    bare, name, monkeypatch
):
    monkeypatch.setattr(ready, "TOO_LONG", 1.0)  # however busy this machine is
    lab = getattr(labs, name)()
    for _ in lab._ready.draw():
        pass
    parts = [part for part in (lab._stage, lab.status) if part.markup]
    pictures = [bare.show(sent_by(part), slider=True) for part in parts]
    for picture in pictures:
        picture.until("stops", str(lab._stage.place[0]))
    for keep_prob in (0.69, 0.05, 1):
        lab.keep_prob = keep_prob
        bare.slide(keep_prob)
        for picture, part in zip(pictures, parts, strict=True):
            assert picture.says(part.markup)
            picture.count()
            picture.answer(sent_by(part))
            assert picture.touched == []


def test_late_answers_do_not_make_the_picture_jump_back(bare, shown):
    for stop in (68, 67, 66, 67):
        bare.slide(STOPS[stop])
        assert shown.words == said(1, stop)
    for stop in (68, 66, 67):
        shown.answer(answer(1, stop))
        assert shown.words == said(1, 67)


def test_a_move_from_the_kernel_waits_for_its_tree(bare, shown):
    bare.page.evaluate("bare.slider.set({value: 0.5}, {})")
    assert shown.words == said(1, 69)
    shown.answer(answer(1, 49))
    assert shown.words == said(1, 49)


def test_a_value_between_two_stops_is_the_kernels_to_show(bare, shown):
    bare.page.evaluate("bare.slider.set({value: 0.66}, {})")
    shown.answer({"tree": json.dumps(tree(1, "0.655")), "place": [1, None]})
    assert shown.words == said(1, "0.655")
    bare.slide(0.65)
    assert shown.words == said(1, 64)


def test_after_another_change_what_was_drawn_before_is_kept_until_the_answer_for_this_stop(
    bare, shown
):
    bare.page.locator("#other").click()
    bare.slide(0.69)
    assert shown.words == said(1, 68)
    shown.answer(answer(2, 69))  # the new mask; the move is on its way
    assert shown.words == said(1, 68)
    shown.answer(answer(2, 68))
    assert shown.words == said(2, 68)
    bare.slide(0.68)
    assert shown.words == said(2, 68)  # nothing is drawn ahead of this state
    shown.answer(answer(2, 67))
    assert shown.words == said(2, 67)
    shown.answer(stops(2))
    shown.until("stops", "2")
    bare.slide(0.5)
    assert shown.words == said(2, 49)


def test_stops_that_come_later_than_a_move_are_shown_then(bare, shown):
    shown.answer(answer(2, 69))
    bare.slide(0.6)
    assert shown.words == said(2, 69)
    shown.answer(stops(2))
    shown.until("stops", "2")
    assert shown.words == said(2, 59)


def test_where_nothing_was_drawn_ahead_every_answer_is_shown_as_it_comes(bare):
    shown = bare.show(answer(1, 69), slider=True)
    bare.slide(0.5)
    for stop in (65, 60, 49):
        shown.answer(answer(1, stop))
        assert shown.words == said(1, stop)


def test_without_a_slider_every_answer_is_shown(bare):
    shown = bare.show(answer(1, 69))
    for stop in (65, None, 69):
        shown.answer(answer(1, stop))
        assert shown.words == said(1, stop)


# What is unpacked next waits until `bare.go()` is called; what comes after it does not.
HOLD = """() => {
    const {stream} = Blob.prototype, gate = new Promise((go) => { bare.go = go; });
    const transform = async (bytes, out) => { await gate; out.enqueue(bytes); };
    Blob.prototype.stream = function () {
        Blob.prototype.stream = stream;
        return stream.call(this).pipeThrough(new TransformStream({transform}));
    };
}"""


def test_of_stops_that_come_while_others_are_unpacked_the_newest_count(bare, shown):
    bare.page.evaluate(HOLD)
    shown.answer(stops(2))
    shown.answer(stops(3))
    shown.until("stops", "3")
    bare.page.evaluate("bare.go()")
    bare.page.evaluate("(bytes) => bare.inflated(bytes)", plain(stops(2))["stops"])
    shown.answer(answer(3, 69))
    bare.slide(0.5)
    assert shown.words == said(3, 49)


@pytest.mark.parametrize("lacking", ["DecompressionStream", "slider"])
def test_where_stops_cannot_be_had_every_picture_comes_from_the_kernel(bare, lacking):
    if lacking == "slider":
        shown = bare.show(answer(1, 69) | stops(1) | {"slider": "IPY_MODEL_lost"})
    else:
        bare.page.evaluate("window.kept = DecompressionStream; delete window.DecompressionStream")
        shown = bare.show(answer(1, 69) | stops(1) | {"slider": "IPY_MODEL_slider"})
        bare.page.evaluate("void (window.DecompressionStream = kept)")
    bare.slide(0.5)
    assert shown.words == said(1, 69)
    shown.answer(answer(1, 49))
    assert shown.words == said(1, 49)


# -- Next and Previous -----------------------------------------------------------------------------


@pytest.fixture
def walk(shown):
    """What Next and Previous lead to from A1 is there, too."""
    ahead = {"next": tree(2, 69, "D1"), "previous": tree(2, 69, "Z1")}
    shown.answer(neighbors(1, 69, **ahead))
    shown.until("neighbors", "1,69")
    return shown


def press(bare, name):
    bare.page.get_by_role("button", name=name).click()


@pytest.mark.parametrize(("name", "step"), [("Next", "D1"), ("Previous", "Z1")])
def test_next_and_previous_are_shown_at_once_and_the_kernels_answer_touches_nothing(
    bare, walk, name, step
):
    press(bare, name)
    assert walk.words == said(2, 69, step)
    walk.count()
    walk.answer(answer(2, 69, step))
    assert walk.touched == []
    assert "still" not in walk.at.get_attribute("class")  # its motion goes on
    walk.answer(answer(3, 69, step))
    assert walk.words == said(3, 69, step)
    assert "still" in walk.at.get_attribute("class")


def test_next_by_key_is_shown_at_once(bare, walk):
    bare.page.get_by_role("button", name="Next").press("Enter")
    assert walk.words == said(2, 69, "D1")


def test_what_was_asked_before_next_does_not_lead_back(bare, walk):
    press(bare, "New mask")
    press(bare, "Next")
    walk.answer(answer(2, 69))  # the new mask, at the step that was left
    assert walk.words == said(2, 69, "D1")
    walk.answer(answer(3, 69, "D1"))
    assert walk.words == said(3, 69, "D1")


def test_presses_that_come_together_end_where_the_kernel_says(bare, walk):
    for name in ("Next", "Next", "Next", "Previous"):
        press(bare, name)
        assert walk.words == said(2, 69, "D1")  # what comes after it was not drawn
    for state, step in enumerate(("D1", "A1_drop", "Z2", "A1_drop"), start=2):
        walk.answer(answer(state, 69, step))
        assert walk.words == said(state, 69, step)


def test_after_another_act_the_kernels_next_answer_is_shown(bare, walk):
    press(bare, "Next")
    press(bare, "New mask")
    walk.answer(answer(3, 69))
    assert walk.words == said(3, 69)


def test_next_after_a_move_is_the_kernels_to_show(bare, walk):
    bare.slide(0.69)
    press(bare, "Next")
    assert walk.words == said(1, 68)
    walk.answer(answer(2, 68, "D1"))
    assert walk.words == said(2, 68, "D1")


def test_a_move_after_next_waits_for_the_kernel(bare, walk):
    press(bare, "Next")
    bare.slide(0.69)
    assert walk.words == said(2, 69, "D1")  # the stops were those of the step that was left
    walk.answer(answer(2, 68, "D1"))
    assert walk.words == said(2, 68, "D1")


def test_what_a_press_leads_to_is_shown_once_and_only_where_there_is_a_step(bare, shown):
    shown.answer(neighbors(1, 69, next=tree(2, 69, "D1")))
    shown.until("neighbors", "1,69")
    press(bare, "Previous")
    assert shown.words == said(1, 69)
    press(bare, "Next")
    shown.answer(answer(2, 69, "D1"))
    press(bare, "Next")
    assert shown.words == said(2, 69, "D1")


def test_another_labs_next_does_nothing_here(bare, walk):
    bare.page.evaluate("document.querySelector('.to-next').closest('.dropout-lab').before("
                       "document.querySelector('.to-next'))")  # fmt: skip
    press(bare, "Next")
    assert walk.words == said(1, 69)
