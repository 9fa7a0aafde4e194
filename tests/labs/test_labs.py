"""The labs without a browser: set a control, read the state; errors are shown and kept."""

import asyncio
import base64
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT, Recipe
from dropout_lab.experiments.data import lesson
from dropout_lab.labs import _step_through as walk


@pytest.fixture
def lab():
    return labs.step_through()


def press(lab, key):
    """What the browser sends when a unit is clicked, or Enter or Space is pressed on it."""
    lab._stage._handle_custom_msg({"press": key}, [])


def test_it_starts_at_the_first_step_with_every_gradient_right(lab):
    assert lab.step == 0
    assert lab.check.ok
    assert "every gradient is right" in lab.status.value
    assert 'role="status" aria-live="polite"' in lab.status.value
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
    assert "How the cost answers" in lab._words.value


def test_the_current_line_is_lit_and_a_press_on_a_line_goes_there(lab):
    lab._program._handle_custom_msg({"press": "20"}, [])
    assert lab.step == 20
    (lit,) = re.findall(
        r'<li class="lit"><button[^>]*aria-current="step"[^>]*><code>(.*?)<', lab._program.markup
    )
    assert lit == "dA1 = dA1_drop * D1 / keep_prob"


def test_moving_keep_prob_lets_masks_grow_smoothly(lab):
    before = {l: D.copy() for l, D in lab.masks.items()}
    lab.keep_prob = 0.9
    for l, D in lab.masks.items():
        assert np.all(before[l] <= D)
    lab.keep_prob = 0.7
    for l, D in lab.masks.items():
        np.testing.assert_array_equal(D, before[l])
    assert lab._keep_prob.value == 0.7


def test_slider_and_number_box_are_one(lab):
    (slider,) = (w for w in everything(lab.widget) if type(w).__name__ == "FloatSlider")
    slider.value = 0.45
    assert lab.keep_prob == 0.45
    lab._keep_prob.value = 0.62
    assert slider.value == pytest.approx(0.62, abs=1e-12)
    lab._keep_prob.value = 0.625  # typed between two stops of the slider
    assert lab.keep_prob == 0.625
    assert (slider.min, slider.max) == (0.05, 1.0)
    lab._keep_prob.value = 17  # nonsense typed into the box
    assert lab.keep_prob == 1.0
    assert lab.error is None


def everything(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything(child)


def test_a_press_opens_a_switch_in_this_example_only(lab):
    lab.example = 1
    before = lab.masks[1].copy()
    press(lab, "1 3")
    changed = lab.masks[1] != before
    assert changed[3, 1]
    assert changed.sum() == 1
    press(lab, "1 3")
    np.testing.assert_array_equal(lab.masks[1], before)


def test_a_hand_set_switch_stays_until_new_mask(lab):
    lab.toggle(1, 0)
    assert lab.masks[1][0, 0]
    lab.keep_prob = 0.05
    assert lab.masks[1][0, 0]
    lab.keep_prob = 0.7
    lab.new_mask()
    assert lab._seed.value == 5
    fresh = labs.step_through(seed=5)
    np.testing.assert_array_equal(lab.masks[1], fresh.masks[1])


@pytest.mark.parametrize("name", [name for name in BUGS if BUGS[name].at_test is CORRECT.at_test])
def test_every_bug_that_acts_in_these_passes_can_be_chosen(lab, name):
    lab.recipe = name
    assert lab.error is None
    assert lab.recipe.slope_from == BUGS[name].slope_from
    wrong = BUGS[name].backward is not BUGS[name].forward or name == "slope >= 0"
    assert lab.check.ok == (not wrong)
    if wrong:
        assert re.search(
            r"gradient check 0\.\d+, furthest off: d[Wb]\d\[\d, \d\]", lab.status.value
        )
        assert "furthest off d" in repr(lab)


def test_luck_can_be_tried_relu_hides_the_missing_mask_and_tanh_does_not(lab):
    lab.recipe = "no mask"
    assert not lab.check.ok
    lab._menu.slope.value = "A_drop"
    assert lab.check.ok
    assert "every dW and db is right, by luck; wrong: dA1, dA2" in lab.status.value
    assert "slope from A_drop" in lab.status.value
    lab.activation = "tanh"
    assert not lab.check.ok


def test_a_slip_that_the_check_cannot_see_explains_itself(lab):
    lab.recipe = "randn"
    assert "every gradient is right" in lab.status.value
    assert BUGS["randn"].explanation in lab.status.value


@pytest.mark.parametrize("keep_prob", [0.05, 1.0])
@pytest.mark.parametrize("name", ["correct", *BUGS])
def test_the_ends_of_the_slider_are_harmless(lab, name, keep_prob):
    lab.recipe = name
    lab.keep_prob = keep_prob
    for step in range(len(lab.steps)):
        lab.step = step
    assert lab.error is None


def test_a_lab_stopped_at_one_step_shows_only_that():
    stopped = labs.step_through(at="dA1")
    shown = list(everything(stopped.widget))
    assert not {"IntSlider", "ToggleButton"} & {type(part).__name__ for part in shown}
    assert sum(type(part).__name__ == "Picture" for part in shown) == 1
    whole = {type(part).__name__ for part in everything(labs.step_through().widget)}
    assert {"IntSlider", "ToggleButton"} <= whole
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
    assert "my_backward" in lab._menu.menu.options
    wrong = labs.step_through(net, X, Y, backward=forgot, at="dA1")
    assert not wrong.check.ok
    assert wrong.steps[wrong.step].code == "dA1 = dA1_drop / keep_prob"


def test_a_function_of_a_known_name_does_not_replace_the_known_recipe():
    def correct(dA_drop, _D, _keep_prob):
        return 2 * dA_drop

    lab = labs.step_through(backward=correct)
    assert not lab.check.ok
    assert lab.recipe.name == "yours: correct"
    lab.recipe = "correct"
    assert lab.check.ok


def test_redefining_your_function_and_running_the_cell_again_takes_the_new_one(lab):
    lab.recipe = Recipe("mine", backward=BUGS["no mask"].backward)
    assert not lab.check.ok
    lab.recipe = Recipe("mine", backward=CORRECT.backward)
    assert lab.check.ok


def broken(_dA_drop, _D, _keep_prob):
    raise RuntimeError("<b>half-written</b>")


def test_an_error_in_a_callback_is_shown_escaped_and_kept(lab):
    lab.step = "dA1"
    picture = lab._stage.markup
    lab.recipe = Recipe("mine", backward=broken)
    assert isinstance(lab.error, RuntimeError)
    assert 'role="alert"' in lab._alert.value
    assert "RuntimeError: &lt;b&gt;half-written&lt;/b&gt;" in lab._alert.value
    assert "in broken, line" in lab._alert.value
    assert "still the last one that worked" in lab.status.value
    assert lab._stage.markup == picture
    assert "error=" in repr(lab)
    lab.recipe = "correct"
    assert lab._alert.value == ""
    assert "every gradient is right" in lab.status.value
    assert isinstance(lab.error, RuntimeError)  # never lost
    assert "error=" not in repr(lab)


def outer(dA_drop, D, keep_prob):
    return broken(dA_drop, D, keep_prob)


def test_an_error_names_the_line_where_it_happened_not_the_one_that_led_there(lab):
    lab.recipe = Recipe("mine", backward=outer)
    assert "in broken, line" in lab._alert.value
    assert "in outer" not in lab._alert.value


def test_a_half_written_function_still_gives_a_lab():
    def half_written(dA_drop, _D, _keep_prob):
        dA_drop * 2

    lab = labs.step_through(backward=half_written, at="dA1")
    assert "returned None; did you forget `return`?" in lab._alert.value
    assert 'data-step="dA1"' in lab._stage.markup


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"keep_prob": 0}, ValueError, r"\(0, 1\]"),
        ({"at": "dA9"}, ValueError, "no step 'dA9'; the steps are Z1, A1"),
        ({"recipe": "no masks"}, ValueError, "unknown recipe 'no masks'; expected one of correct"),
        ({"recipe": 3}, TypeError, "recipe must be a Recipe or the name of a bug; got 3"),
        ({"backward": 0.5}, TypeError, "backward must be a function"),
        ({"example": 9}, ValueError, "no example 9; they are numbered 0 to 4"),
        ({"net": lesson().net}, ValueError, "needs your own data"),
        ({"X": np.full((3, 5), np.nan)}, ValueError, "NaN"),
        ({"X": np.ones((5, 3))}, ValueError, r"did you pass X\.T\?"),
        ({"Y": [[0, 1, 2, 1, 0]]}, ValueError, "labels must be 0 or 1"),
        ({"layers": [3]}, ValueError, "layer 3 cannot have dropout"),
    ],
)
def test_bad_arguments_are_named_at_once(arguments, error, message):
    with pytest.raises(error, match=message):
        labs.step_through(**arguments)


def test_bad_settings_are_named_and_change_nothing(lab):
    before = repr(lab)
    for name, value in {
        "keep_prob": 0,
        "step": 99,
        "example": -1,
        "recipe": "?",
        "activation": "?",
    }.items():
        with pytest.raises(ValueError, match=r"."):
            setattr(lab, name, value)
    with pytest.raises(ValueError, match="no switch at unit 9 of layer 1"):
        lab.toggle(1, 9)
    assert repr(lab) == before


def test_the_mime_bundle_carries_the_picture_for_viewers_without_a_kernel(lab):
    lab.step = "dA1"
    bundle = lab._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == repr(lab)
    alt, data = re.fullmatch(
        r'<img alt="(.*?)" src="data:image/svg\+xml;base64,(.*?)" style=".*?">', bundle["text/html"]
    ).groups()
    assert "Unit 0 of layer 1, off" in alt
    assert base64.b64decode(data).decode() == lab._stage.markup


def test_nothing_in_a_stored_picture_differs_from_run_to_run(lab):
    assert lab._static() == labs.step_through()._static()
    assert not re.search(
        r"1e−1[0-9]", base64.b64decode(lab._static().split("base64,")[1].split('"')[0]).decode()
    )


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


def test_without_an_event_loop_play_says_so(lab):
    in_a_thread(lambda: setattr(lab._walk.play, "value", True))
    assert isinstance(lab.error, RuntimeError)


def controls_without_a_name(lab):
    names = {"Button", "ToggleButton", "Dropdown", "BoundedFloatText", "BoundedIntText", "Checkbox"}
    return [
        type(widget).__name__
        for widget in everything(lab.widget)
        if type(widget).__name__ in names and not widget.description
    ]


def test_every_control_has_a_name_and_every_slider_a_box_that_has_one(lab):
    assert controls_without_a_name(lab) == []
    sliders = [w for w in everything(lab.widget) if type(w).__name__.endswith("Slider")]
    boxes = [w for w in everything(lab.widget) if type(w).__name__.startswith("Bounded")]
    for slider in sliders:
        same = [box for box in boxes if box.value == pytest.approx(slider.value, abs=1e-12)]
        assert any(box.description for box in same)


# -- Two wires -----------------------------------------------------------------------------------


@pytest.fixture
def wires():
    return labs.two_wires()


def test_two_wires_nudges_after_the_switch_and_tells_promise_and_answer(wires):
    assert "the promise is true" in wires.status.value
    assert "dA1_drop promised" in wires.status.value
    assert repr(wires).startswith("TwoWires(keep_prob=0.70, recipe='correct', Unit 0 of layer 1")


def test_a_press_on_a_value_moves_the_nudge_and_one_on_the_switch_opens_or_closes_it(wires):
    wires._stage._handle_custom_msg({"press": "before"}, [])
    assert wires.nudged.spot.where == "before"
    assert wires.nudged.answer == 0
    wires._stage._handle_custom_msg({"press": "switch"}, [])
    assert wires.nudged.kept
    assert wires.nudged.answer != 0


def test_a_broken_recipe_makes_the_promise_false(wires):
    wires._where.value = "before"
    wires.recipe = "no mask"
    assert "the promise is false" in wires.status.value
    assert "no mask" in wires.status.value


def test_every_control_of_two_wires_changes_what_it_says(wires):
    seen = {repr(wires)}
    changes = [
        (wires._size, 0.3), (wires._unit, 3), (wires._layer, 2), (wires._where, "before"),
        (wires._unit, 2), (wires._keep_prob, 0.5), (wires._example, 4), (wires._activation, "tanh"),
    ]  # fmt: skip
    for control, value in changes:
        control.value = value
        assert repr(wires) not in seen
        seen.add(repr(wires))
    assert wires.error is None


def test_going_to_a_smaller_layer_keeps_the_unit_among_its_units(wires):
    wires._unit.value = 3
    wires._layer.value = 2
    assert wires._unit.options == (0, 1, 2)
    assert wires.nudged.spot.layer == 2
    assert wires.error is None


def test_the_picture_of_two_wires_is_the_stored_one(wires):
    data = wires._repr_mimebundle_()["text/html"].split("base64,")[1].split('"')[0]
    assert base64.b64decode(data).decode() == wires._stage.markup


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"unit": 4}, r"unknown unit 4; expected one of 0, 1, 2, 3"),
        ({"layer": 3}, r"unknown layer 3; expected one of 1, 2"),
        ({"where": "inside"}, "unknown where"),
        ({"layers": []}, "no layer of this network has dropout"),
    ],
)
def test_bad_arguments_of_two_wires_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        labs.two_wires(**arguments)


@pytest.mark.parametrize("name", ["correct", *BUGS])
def test_the_ends_of_the_sliders_are_harmless_to_two_wires(wires, name):
    wires.recipe = name
    for control, value in ((wires._keep_prob, 1.0), (wires._size, -0.5), (wires._keep_prob, 0.05)):
        control.value = value
    assert wires.error is None


def test_every_control_of_two_wires_has_a_name(wires):
    assert controls_without_a_name(wires) == []


# -- Predict -------------------------------------------------------------------------------------

QUESTION = ("Which are zero?", ["dA1_drop", "dA1", "dW2"], ["dA1", "dW2"])


def test_a_prediction_is_not_told_before_it_is_committed():
    guess = labs.guess(*QUESTION, because={"dA1": "because <of> the switch"})
    assert "yes" not in guess.status.value
    assert guess.answer == []
    assert not guess.committed
    for box in guess._boxes:
        box.value = box.description != "dW2"
    guess._commit_ticked()
    assert guess.answer == ["dA1_drop", "dA1"]
    assert not guess.right
    words = re.sub("<.*?>", "", guess.status.value)
    assert "✗ dA1_drop: you said yes, it is no." in words
    assert "✓ dA1: yes. because &lt;of&gt; the switch" in words
    assert "✗ dW2: you said no, it is yes." in words


def test_ticking_everything_is_not_right():
    guess = labs.guess(*QUESTION)
    guess.commit("dA1_drop", "dA1", "dW2")
    assert not guess.right
    guess.commit("dA1")
    assert not guess.right


def test_a_prediction_can_be_committed_from_a_cell():
    guess = labs.guess(*QUESTION)
    guess.commit("dW2", "dA1")
    assert guess.right
    assert "You saw it" in guess.status.value
    assert repr(guess).endswith("answer='dA1, dW2', right=True)")


def test_one_of_several_and_nothing_chosen_yet():
    guess = labs.guess("Which?", ["a", "b"], truth="b")
    guess._commit_ticked()
    assert not guess.committed
    assert "Choose one first" in guess.status.value
    guess._radio.value = "a"
    guess._commit_ticked()
    words = re.sub("<.*?>", "", guess.status.value)
    assert "✗ a: you said yes, it is no." in words
    assert "✗ b: you said no, it is yes." in words
    guess._radio.value = "b"
    guess._commit_ticked()
    assert guess.right
    unticked = labs.guess(*QUESTION)
    unticked._commit_ticked()
    assert not unticked.committed
    assert "Tick what you think" in unticked.status.value
    with pytest.raises(ValueError, match="choose one of a, b"):
        guess.commit()


def test_a_default_answer_stands_until_the_learner_commits():
    guess = labs.guess(*QUESTION, default=["dA1"])
    assert guess.answer == ["dA1"]
    assert not guess.committed


def test_answers_that_are_not_options_are_named():
    with pytest.raises(ValueError, match="truth 'dW9' is not one of"):
        labs.guess("Which?", ["a"], truth="dW9")
    with pytest.raises(ValueError, match="answer 'c' is not one of a, b"):
        labs.guess("Which?", ["a", "b"], truth="b").commit("c")


def test_without_a_kernel_the_answer_is_folded_away():
    html = labs.guess("1 < 2?", ["<yes>"], truth="<yes>")._repr_mimebundle_()["text/html"]
    assert "<strong>1 &lt; 2?</strong>" in html
    assert html.index("&lt;yes&gt;</li>") < html.index("<details>") < html.index("&lt;yes&gt;: yes")
