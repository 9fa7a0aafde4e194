"""What every lab must do: paint once, answer each control, keep errors, name bad arguments, stand still."""

import re
from collections import Counter

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import Recipe
from dropout_lab.experiments.data import averages_case, lesson
from dropout_lab.labs.controls import Chosen
from dropout_lab.labs.picture import Picture

QUESTION = {"question": "Which <one>?", "options": ["a", "b"], "truth": "b"}
LABS = {name: QUESTION if name == "guess" else {} for name in labs.__all__ if name != "fold"}
WITH_KEEP_PROB = [name for name in LABS if name not in ("guess", "bug_hunt", "progress")]


def make(name, **arguments):
    return getattr(labs, name)(**LABS[name], **arguments)


@pytest.fixture(params=LABS)
def lab(request):
    return make(request.param)


@pytest.fixture
def painted(monkeypatch):
    """How often each picture was shown."""
    times, show = Counter(), Picture.show

    def counted(picture, root):
        times[picture] += 1
        show(picture, root)

    monkeypatch.setattr(Picture, "show", counted)
    return times


def told(lab, everything):
    """All that a reader can see or hear."""
    pictures = [part.markup for part in everything(lab.widget) if isinstance(part, Picture)]
    return (repr(lab), lab.status.value, *pictures)


def test_there_are_twelve_labs():
    assert len(LABS) == 12
    with pytest.raises(AttributeError, match="it has attention, break_it, bug_hunt"):
        _ = labs.nothing


# -- Painting ------------------------------------------------------------------------------------


def none(_dA_drop, _D, _keep_prob):
    return None


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        *((name, {}) for name in LABS),
        ("step_through", {"recipe": "no mask", "example": 1, "at": "dA1"}),
        ("step_through", {"recipe": "slope from dropped A"}),
        ("step_through", {"backward": none}),
        ("two_wires", {"recipe": "no mask", "example": 1, "unit": 1, "where": "before"}),
        ("two_wires", {"layer": 2}),
        ("switch_off", {"sampling": "randn < keep_prob", "shares": True, "example": 1}),
        ("break_it", {"recipe": "correct", "table": True, "gradient": "dZ1", "activation": "tanh"}),
        ("detection_matrix", {"bug": "randn", "check": "kept share", "keep_prob": 0.5}),
        ("detection_matrix", {"loss": True}),
        ("attention", {"recipe": "no mask", "query": 2, "keep_prob": 0.3}),
        ("bug_hunt", {"listing": 3}),
        ("keep_the_scale", {"quantity": "cost J", "keep_prob": 0.5, "unit": 1, "example": 2}),
        ("ensemble", {"dropout": "one more layer after it", "samples": 10, "activation": "relu"}),
        ("train", {"recipes": ["correct", "no mask"], "optimizer": "adam", "keep_prob": 0.5}),
    ],
)
def test_a_new_lab_paints_each_of_its_pictures_once(name, arguments, painted, everything):
    lab = make(name, **arguments)
    pictures = [part for part in everything(lab.widget) if isinstance(part, Picture)]
    if lab.status.layout.display == "none":  # it has nothing to say
        pictures.remove(lab.status)
    assert dict(painted) == dict.fromkeys(pictures, 1)


def controls_of(lab, everything):
    """The controls by name, without buttons and sliders (a slider is linked to a box)."""
    named = [w for w in everything(lab.widget) if getattr(w, "description", "")]
    return {w.description: w for w in named if "Button" not in type(w).__name__}


def other_value(control):
    """A value where the control does not stand."""
    if hasattr(control, "options"):
        values = [one[1] if isinstance(one, tuple) else one for one in control.options]
        return values[-1] if control.value != values[-1] else values[0]
    if isinstance(control.value, bool):
        return not control.value
    return control.value + 1 if control.value == int(control.value) else control.value / 2


def said(lab):
    """What a lab says of itself: its status line, or the page that carries it."""
    hidden = lab.status.layout.display == "none"
    return lab._stage.markup if hidden else lab.status.value


QUIET = {"caught by"}  # read when Commit is pressed
UNSEEN = {"at test time"}  # until something is predicted


@pytest.mark.parametrize(
    ("name", "arguments", "count"),
    [
        ("step_through", {}, 6), ("step_through", {"at": "dA1"}, 5), ("two_wires", {"unit": 3}, 10),
        ("switch_off", {"shares": True}, 4), ("break_it", {"gradient": "dA1"}, 7),
        ("detection_matrix", {}, 7), ("bug_hunt", {}, 1), ("keep_the_scale", {}, 5),
        ("ensemble", {}, 7), ("train", {"recipes": ["correct", "no mask"]}, 4),
        ("attention", {}, 3),
    ],
)  # fmt: skip
def test_each_control_changes_what_is_told_and_is_answered_by_one_picture(
    name, arguments, count, painted, everything
):
    names = controls_of(make(name, **arguments), everything).keys() - QUIET
    assert len(names) == count
    for description in names:
        lab = make(name, **arguments)
        control, before = controls_of(lab, everything)[description], told(lab, everything)
        painted.clear()
        control.value = other_value(control)
        assert lab.error is None, description
        assert set(painted.values()) == {1}, description
        assert (told(lab, everything) != before) == (description not in UNSEEN), description


@pytest.mark.parametrize(
    ("name", "arguments", "act"),
    [
        ("step_through", {}, lambda lab: setattr(lab, "recipe", "slope from dropped A")),
        ("step_through", {}, lambda lab: setattr(lab, "step", "dA1")),
        ("step_through", {}, lambda lab: lab.toggle(1, 0)),
        ("step_through", {}, lambda lab: lab.new_mask()),
        ("step_through", {}, lambda lab: lab._stage._on_press("1 0")),
        ("two_wires", {}, lambda lab: setattr(lab, "layer", 2)),
        ("two_wires", {"unit": 3}, lambda lab: setattr(lab, "layer", 2)),
        ("two_wires", {"unit": 3}, lambda lab: lab._stage._on_press("switch")),
        ("switch_off", {}, lambda lab: lab._stage._on_press("1 0")),
        ("break_it", {"table": True}, lambda lab: lab._table._on_press("0 3")),
        ("break_it", {}, lambda lab: lab._stage._on_press("dA2")),
        ("detection_matrix", {}, lambda lab: lab.choose("randn", "kept share")),
        ("attention", {}, lambda lab: lab._stage._on_press("4")),
        ("attention", {"keep_prob": 0.5}, lambda lab: lab.reset()),
        ("attention", {}, lambda lab: lab.new_mask()),
        ("bug_hunt", {}, lambda lab: lab.press(1)),
        ("bug_hunt", {}, lambda lab: lab.commit("gradient check")),
        ("ensemble", {}, lambda lab: lab.predict()),
        ("train", {}, lambda lab: lab.run(5)),
        ("train", {}, lambda lab: lab.reset()),
    ],
)
def test_what_is_done_in_a_cell_or_by_a_press_is_answered_by_one_picture(
    name, arguments, act, painted
):
    lab = make(name, **arguments)
    painted.clear()
    act(lab)
    assert set(painted.values()) == {1}


def test_a_cell_can_set_what_a_drop_down_can_and_nothing_else(lab, everything):
    chosen = [name for kind in type(lab).mro() for name in vars(kind) if is_chosen(kind, name)]
    before = told(lab, everything)
    for name in chosen:
        with pytest.raises(ValueError, match=f"unknown {name} 'nothing'; expected one of "):
            setattr(lab, name, "nothing")
    assert told(lab, everything) == before
    for name in chosen:
        value = other_value(getattr(lab, f"_{name}"))
        setattr(lab, name, value)
        assert getattr(lab, name) == getattr(lab, f"_{name}").value == value
        assert getattr(type(lab), name).__doc__.endswith("; can be set.")


def is_chosen(kind, name):
    return isinstance(vars(kind)[name], Chosen)


# -- keep_prob -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WITH_KEEP_PROB)
def test_slider_box_and_cell_are_one(name, everything):
    lab = make(name)
    (slider,) = (w for w in everything(lab.widget) if type(w).__name__ == "FloatSlider")
    assert (slider.min, slider.max) == (0.01, 1.0)
    for value in (slider.min, slider.max):
        slider.value = value
        assert f"keep_prob={value:.2f}" in repr(lab)
        assert lab.error is None
    lab.keep_prob = 0.62
    assert slider.value == pytest.approx(0.62, abs=1e-12)
    slider.value = 0.45
    assert lab.keep_prob == lab._keep_prob.value == 0.45
    lab._keep_prob.value = 17  # nonsense typed into the box
    assert lab.keep_prob == 1.0
    before = repr(lab)
    for value, error in ((0, ValueError), (1.2, ValueError), ("half", TypeError)):
        with pytest.raises(error, match="keep_prob must be"):
            lab.keep_prob = value
    assert repr(lab) == before


# -- Errors --------------------------------------------------------------------------------------


def move(lab, everything):
    """What a reader does, whatever the lab is: move keep_prob, turn the page, commit to an answer, look again."""
    controls = controls_of(lab, everything)
    if hasattr(lab, "truth"):
        lab._radio.value = "a"
        lab._commit_ticked()
    elif hasattr(lab, "refresh"):
        lab.refresh()
    else:
        control = controls.get("keep_prob", controls.get("listing"))
        control.value = other_value(control)


def test_an_error_in_a_callback_is_shown_escaped_and_kept(lab, everything, monkeypatch):
    def fail(*_):
        raise RuntimeError("<b>no</b>")

    part = "_reveal" if hasattr(lab, "truth") else "_paint"
    with monkeypatch.context() as broken:
        broken.setattr(lab, part, fail)
        lab._safely(move)(lab, everything)
    assert isinstance(lab.error, RuntimeError)
    assert '<div class="error" role="alert"><strong>This could not' in lab._alert.value
    assert "RuntimeError: &lt;b&gt;no&lt;/b&gt;" in lab._alert.value
    assert "in fail, line" in lab._alert.value
    words = "still the last one that worked", "no picture until this works"
    assert any(part in said(lab) for part in words)
    assert "not shown, error=<b>no</b>" in repr(lab)
    lab._safely(move)(lab, everything)
    assert lab._alert.value == ""
    assert not any(part in said(lab) for part in words)
    assert "not shown" not in repr(lab)
    assert isinstance(lab.error, RuntimeError)  # never lost


@pytest.mark.parametrize(
    ("name", "arguments", "error", "message"),
    [
        ("step_through", {"at": "dA9"}, ValueError, "unknown step 'dA9'; expected one of Z1, A1"),
        ("step_through", {"at": 24}, ValueError, "unknown step 24; expected one of 0, 1, 2"),
        ("step_through", {"recipe": "no masks"}, ValueError, "unknown recipe 'no masks'; expected"),
        ("step_through", {"recipe": 3}, TypeError, "recipe must be a Recipe or the name of a bug"),
        ("step_through", {"backward": 0.5}, TypeError, "backward must be a function"),
        ("step_through", {"example": 9}, ValueError, "unknown example 9; expected one of 0, 1, 2"),
        ("step_through", {"net": lesson().net}, ValueError, "needs your own data"),
        ("step_through", {"X": np.full((3, 5), np.nan)}, ValueError, "NaN"),
        ("step_through", {"X": np.ones((5, 3))}, ValueError, r"did you pass X\.T\?"),
        ("step_through", {"layers": [3]}, ValueError, "layer 3 cannot have dropout"),
        ("two_wires", {"unit": 4}, ValueError, "unknown unit 4; expected one of 0, 1, 2, 3"),
        ("two_wires", {"layer": 3}, ValueError, "unknown layer 3; expected one of 1, 2"),
        ("two_wires", {"where": "inside"}, ValueError, "unknown where 'inside'; expected one of be"),
        ("two_wires", {"nudge": 99}, ValueError, "nudge: expected a number from -0.5 to 0.5, got 99"),
        ("two_wires", {"nudge": "a"}, TypeError, "nudge must be a number; got 'a'"),
        ("step_through", {"layers": "1"}, TypeError, "layers must be a list of layer numbers"),
        ("step_through", {"seed": 10**7}, ValueError, "seed: expected a number from 0 to 1e"),
        ("two_wires", {"layers": []}, ValueError, "no layer of this network has dropout"),
        ("switch_off", {"sampling": "random"}, ValueError, "unknown sampling 'random'"),
        ("break_it", {"gradient": "dW9"}, ValueError, "unknown gradient 'dW9'; expected one of dZ3"),
        ("break_it", {"activation": "rleu"}, ValueError, "unknown activation 'rleu'"),
        ("detection_matrix", {"activation": "rleu"}, ValueError, "unknown activation 'rleu'"),
        ("detection_matrix", {"slope_from": "A"}, ValueError, "unknown slope_from 'A'; expected"),
        ("detection_matrix", {"bug": "x"}, ValueError, "unknown bug 'x'; expected one of correct"),
        ("detection_matrix", {"check": "loss fell"}, ValueError, "unknown check 'loss fell'"),
        ("attention", {"recipe": "x"}, ValueError, "unknown recipe 'x'; expected one of correct, slo"),
        ("attention", {"query": 4}, ValueError, "unknown query 4; expected one of 0, 1, 2, 3"),
        ("bug_hunt", {"listing": 0}, ValueError, "unknown listing 0; expected one of 1, 2, 3"),
        ("bug_hunt", {"listing": 9}, ValueError, "unknown listing 9; expected one of 1, 2, 3"),
        ("bug_hunt", {"check": "eyes"}, ValueError, "unknown check 'eyes'; expected one of gradient"),
        ("bug_hunt", {"fix": "D"}, TypeError, "fix must be a function"),
        ("keep_the_scale", {"quantity": "Z"}, ValueError, "unknown quantity 'Z'; expected one of ne"),
        ("keep_the_scale", {"unit": 3}, ValueError, "unknown unit 3; expected one of 0, 1, 2"),
        ("keep_the_scale", {"example": 7}, ValueError, "unknown example 7"),
        ("keep_the_scale", {"layer": 3}, ValueError, "layer 3 cannot have dropout"),
        ("ensemble", {"dropout": "everywhere"}, ValueError, "unknown dropout 'everywhere'"),
        ("ensemble", {"example": 5}, ValueError, "unknown example 5; expected one of 0, 1, 2, 3, 4"),
        ("ensemble", {"samples": 7}, ValueError, "unknown samples 7; expected one of 10, 100, 1000"),
        ("ensemble", {"at_test": "off"}, ValueError, "unknown at_test 'off'; expected one of every"),
        ("ensemble", {"activation": "rleu"}, ValueError, "unknown activation 'rleu'"),
        ("ensemble", {"X": np.ones((3, 1))}, ValueError, "give net and X"),
        ("ensemble", {"net": averages_case().net}, ValueError, "give net and X"),
        ("ensemble", {"net": averages_case().net, "X": np.ones((5, 3))}, ValueError, r"pass X\.T"),
        ("train", {"recipes": "nothing"}, ValueError, "unknown recipe 'nothing'; expected one of co"),
        ("train", {"recipes": ["correct"] * 2}, ValueError, "a name of its own; got correct, corr"),
        ("train", {"recipes": []}, ValueError, "expected 1 to 4 recipes; got 0"),
        ("train", {"recipes": list(BUGS)[:5]}, ValueError, "expected 1 to 4 recipes; got 5"),
        ("train", {"recipes": [7]}, TypeError, "recipe must be a Recipe or the name of a bug"),
        ("train", {"seeds": 65}, ValueError, "seeds must be 64 or fewer; got 65"),
        ("train", {"iterations": 0}, ValueError, "iterations must be 1 or more"),
        ("train", {"learning_rate": 1e4}, ValueError, "learning_rate: .* from 1e-06 to 1000"),
        ("guess", {"default": "c"}, ValueError, "unknown default 'c'; expected one of a, b"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named_at_once(name, arguments, error, message):
    with pytest.raises(error, match=message):
        make(name, **arguments)


@pytest.mark.parametrize("name", ["keep_the_scale", "ensemble"])
def test_a_layer_of_too_many_units_says_what_to_do(name, rng):
    sizes = {"keep_the_scale": (2, 13, 2, 1), "ensemble": (2, 13, 1)}
    data = {"X": np.ones((2, 3))} | ({"Y": np.ones((1, 3))} if name == "keep_the_scale" else {})
    with pytest.raises(ValueError, match="Draw a sample of masks"):
        make(name, net=Network.random(sizes[name], rng=rng), **data)


# -- The still picture, and words ----------------------------------------------------------------


def test_without_a_kernel_a_picture_with_words_or_a_page_is_left(lab):
    data = lab._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == repr(lab)
    assert not re.search("<button|<script|<input", data["text/html"])
    assert all(len(words) > 60 for words in re.findall('alt="(.*?)"', data["text/html"]))
    shown = "<table|<img alt|<details|<p>The folder where this cell ran has no progress"
    assert re.search(shown, data["text/html"])


def test_the_same_lab_is_told_in_the_same_words_and_pictures(lab, everything):
    again = getattr(labs, next(n for n in LABS if getattr(labs, n) is type(lab)))
    arguments = LABS["guess"] if type(lab) is labs.guess else {}
    assert told(again(**arguments), everything) == told(lab, everything)
    bundle, other = lab._repr_mimebundle_(), again(**arguments)._repr_mimebundle_()
    if isinstance(bundle, dict):
        assert other["text/html"] == bundle["text/html"]


def test_every_control_has_a_name_and_every_slider_a_box_that_has_one(lab, everything):
    kinds = {"Button", "ToggleButton", "Dropdown", "BoundedFloatText", "BoundedIntText", "Checkbox"}
    parts = list(everything(lab.widget))
    for part in parts:
        assert type(part).__name__ not in kinds or part.description
    boxes = [part for part in parts if type(part).__name__.startswith("Bounded")]
    for slider in (part for part in parts if type(part).__name__.endswith("Slider")):
        same = [box for box in boxes if box.value == pytest.approx(slider.value, abs=1e-12)]
        assert any(box.description for box in same)


def test_its_state_is_told_in_words_and_its_status_line_is_read_out(lab):
    assert re.match(rf"{type(lab).__name__}\(.*\)$", repr(lab), re.DOTALL)
    assert "error" not in repr(lab).replace("relative error", "")
    assert re.search('class="(status|verdict)[a-z ]*" role="status" aria-live="polite">', said(lab))


def test_what_a_learner_calls_things_is_escaped():
    name = "<i>mine</i>"
    recipe = Recipe(name, backward=lambda dA_drop, _D, _keep_prob: dA_drop)
    for lab in (
        labs.step_through(recipe=recipe), labs.break_it(recipe=recipe), labs.two_wires(recipe=recipe),
        labs.train(recipes=recipe), labs.detection_matrix(recipe=recipe, bug=f"yours: {name}"),
        labs.guess(question=name, options=[name], truth=name, because=[name]),
    ):  # fmt: skip
        if isinstance(lab, labs.guess):
            lab.commit(name)
        assert name in repr(lab)
        assert "&lt;i&gt;mine" in said(lab)
        assert "<i>" not in said(lab)
        html = lab._repr_mimebundle_()
        assert "<i>" not in (html if isinstance(html, dict) else html[0]).get("text/html", "")


# -- Out of range ---------------------------------------------------------------------------------

WITH_SEED = [name for name in WITH_KEEP_PROB if name != "keep_the_scale"]


@pytest.mark.parametrize("name", WITH_KEEP_PROB)
def test_a_keep_prob_that_no_slider_reaches_is_refused_and_not_replaced(name):
    lab = make(name, keep_prob=0.01)
    assert lab.keep_prob == 0.01
    assert lab.error is None
    for keep_prob, message in ((0, r"\(0, 1\]"), (0.0099, r"from 0\.01 to 1, got 0\.00")):
        with pytest.raises(ValueError, match=f"keep_prob.*{message}"):
            make(name, keep_prob=keep_prob)
        with pytest.raises(ValueError, match=f"keep_prob.*{message}"):
            lab.keep_prob = keep_prob
    assert lab.keep_prob == 0.01


@pytest.mark.parametrize("name", WITH_SEED)
def test_a_seed_out_of_range_is_refused_and_not_replaced(name):
    for seed, error in ((-1, ValueError), (1.5, TypeError), ("a", TypeError)):
        with pytest.raises(error, match=f"seed must be .*; got {seed!r}"):
            make(name, seed=seed)


def test_a_switch_of_no_example_is_named():
    lab = make("step_through")
    for example in (77, -1):
        with pytest.raises(ValueError, match=f"unknown example {example}; expected one of 0, 1"):
            lab.toggle(1, 0, example)
