"""The lab that walks through both passes: its steps, its verdict, Play."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from dropout_lab import labs
from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT
from dropout_lab.labs import _step_through as walk


@pytest.fixture
def lab():
    return labs.step_through()


def test_it_starts_at_the_first_step_with_every_gradient_right(lab):
    assert lab.step == 0
    assert lab.check.ok
    assert "every gradient is right" in lab._stage.markup
    assert lab.error is None


def test_its_state_is_told_in_words_and_the_same_state_in_the_same_words(lab):
    lab.step = "dA1"
    words = repr(lab)
    assert words == (
        "StepThrough(step=20 \"dA1 = dA1_drop * D1 / keep_prob\", keep_prob=0.70, recipe='correct', "
        "example=0, off=[layer 1 units 0, 2; layer 2 unit 0], gradient check ok)"
    )
    assert repr(labs.step_through(at="dA1")) == words


def test_stepping_goes_both_ways_and_stops_at_the_ends(lab):
    last = len(lab.steps) - 1
    lab._walk.go(-1)
    assert lab.step == 0
    for _ in range(last + 3):
        lab._walk.go(1)
    assert lab.step == last
    assert 'data-step="db1"' in lab._stage.markup
    lab._walk.go(-1)
    assert 'data-step="dW1"' in lab._stage.markup
    assert "How the cost responds" in lab._stage.markup


def test_the_current_line_is_lit_and_a_press_on_a_line_goes_there(lab, press):
    press(lab._stage, "step 20")
    assert lab.step == 20
    (lit,) = re.findall(
        r'<button[^>]*class="lit"[^>]*aria-current="step"[^>]*><code>(.*?)</code>',
        lab._stage.markup,
    )
    assert lit == "dA1 = dA1_drop * <mark>D1 / keep_prob</mark>"


@pytest.mark.parametrize("name", [name for name in BUGS if BUGS[name].at_test is CORRECT.at_test])
def test_every_bug_that_acts_in_these_passes_can_be_chosen(lab, name):
    lab.recipe = name
    assert lab.error is None
    assert lab.recipe.slope_from == BUGS[name].slope_from
    wrong = BUGS[name].backward is not BUGS[name].forward or name == "slope >= 0"
    assert lab.check.ok == (not wrong)
    if wrong:
        assert re.search(
            r"gradient check 0\.\d+ at d[Wb]\d\[\d, \d\] · value × gradient", lab._stage.markup
        )
        assert "worst at d" in repr(lab)


def test_luck_can_be_tried_relu_hides_the_missing_mask_and_tanh_does_not(lab):
    lab.recipe = "no mask"
    assert not lab.check.ok
    lab._menu.slope.value = "A_drop"
    assert lab.check.ok
    assert "every dW and db is right, by luck; wrong: dA1, dA2" in lab._stage.markup
    assert "Slope from A_drop" in lab._stage.markup
    lab.activation = "tanh"
    assert not lab.check.ok


def test_a_slip_that_the_check_cannot_see_explains_itself(lab):
    lab.recipe = "randn"
    assert "every gradient is right" in lab._stage.markup
    assert BUGS["randn"].explanation in lab._stage.markup


def test_a_lab_stopped_at_one_step_shows_only_that(everything):
    stopped = labs.step_through(at="dA1")
    shown = list(everything(stopped.widget))
    assert "IntSlider" not in {type(part).__name__ for part in shown}
    assert "Play" not in {getattr(part, "description", "") for part in shown}
    assert sum(type(part).__name__ == "Picture" for part in shown) == 1
    whole = {type(part).__name__ for part in everything(labs.step_through().widget)}
    assert "IntSlider" in whole
    assert 'data-step="dA1"' in stopped._stage.markup
    assert labs.step_through(at=0).step == 0


def test_a_learners_own_network_data_and_backward_function(rng):
    def my_backward(dA_drop, D, keep_prob):
        return dA_drop * D / keep_prob

    def forgot(dA_drop, _D, keep_prob):
        return dA_drop / keep_prob

    net = Network.random((2, 5, 1), "tanh", rng=rng)
    X, Y = rng.standard_normal((2, 3)), [[0, 1, 1]]
    lab = labs.step_through(net, X, Y, backward=my_backward, at="dA1")
    assert lab.check.ok
    assert lab.steps[lab.step].code == "dA1 = dA1_drop * D1 / keep_prob"
    assert ("my_backward", "my_backward") in lab._menu.menu.options
    wrong = labs.step_through(net, X, Y, backward=forgot, at="dA1")
    assert not wrong.check.ok
    assert wrong.steps[wrong.step].code == "dA1 = dA1_drop / keep_prob"


def test_a_step_that_does_not_exist_is_named_and_changes_nothing(lab):
    before = repr(lab)
    for step in (99, -1, "dA9"):
        with pytest.raises(ValueError, match=f"unknown step {step!r}; expected one of "):
            lab.step = step
    assert repr(lab) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["correct", *BUGS])
def test_every_step_of_every_recipe_can_be_shown(lab, name):
    lab.recipe, lab.keep_prob = name, 0.01
    for step in lab.steps:
        lab.step = step.name
        assert f'data-step="{step.name}"' in lab._stage.markup
    assert lab.error is None


def test_the_walk_has_a_box_and_a_slider_for_one_number(lab, everything):
    slider = next(part for part in everything(lab.widget) if type(part).__name__ == "IntSlider")
    box = next(
        part for part in everything(lab.widget) if getattr(part, "description", "") == "step"
    )
    assert (box.max, slider.max) == (23, 23)
    slider.value = 20
    assert (lab.step, box.value) == (20, 20)
    lab.step = 3
    assert (slider.value, box.value) == (3, 3)


def in_a_thread(function):
    """Run it where no event loop runs yet: the browser tests leave theirs in the main thread."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(function).result()


def test_play_walks_to_the_end_pauses_and_starts_again(lab, monkeypatch):
    monkeypatch.setattr(walk, "SECONDS_PER_STEP", 0.001)

    async def play():
        lab.step = 21
        lab._walk.play.value = True
        assert lab._walk.play.description == "Pause"
        await asyncio.sleep(0.2)
        assert lab.step == 23
        assert lab._walk.play.value is False
        lab._walk.play.value = True  # from the start again
        await asyncio.sleep(0.004)
        lab._walk.play.value = False
        await asyncio.sleep(0.01)
        stopped_at = lab.step
        await asyncio.sleep(0.02)
        assert lab.step == stopped_at < 23

    in_a_thread(lambda: asyncio.run(play()))


def test_fast_fingers_start_one_walk_only(lab):
    async def play():
        for on in (True, False, True, False, True):
            lab._walk.play.value = on
        assert len(asyncio.all_tasks()) == 2
        lab._walk.play.value = False

    in_a_thread(lambda: asyncio.run(play()))
    assert lab.error is None


def test_without_an_event_loop_play_says_so(lab):
    in_a_thread(lambda: setattr(lab._walk.play, "value", True))
    assert isinstance(lab.error, RuntimeError)
