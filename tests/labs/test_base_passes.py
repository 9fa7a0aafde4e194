"""What the four labs about the two passes share: masks, recipes, a learner's own function; run once."""

from dataclasses import replace
from html import unescape
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core import gradcheck
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT, Recipe
from dropout_lab.labs import base_passes
from dropout_lab.pictures.svg import as_text

PASSES_LABS = ["step_through", "two_wires", "switch_off", "break_it"]
JUDGING = ["step_through", "two_wires", "break_it"]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def lab():
    return labs.step_through()


@pytest.fixture(params=PASSES_LABS)
def each(request):
    return getattr(labs, request.param)()


# -- Masks ---------------------------------------------------------------------------------------


def test_moving_keep_prob_lets_masks_grow_smoothly(each):
    before = {l: D.copy() for l, D in each.masks.items()}
    each.keep_prob = 0.9
    for l, D in each.masks.items():
        assert np.all(before[l] <= D)
        assert np.any(before[l] != D)
    each.keep_prob = 0.7
    for l, D in each.masks.items():
        np.testing.assert_array_equal(D, before[l])


def test_a_press_opens_a_switch_in_this_example_only(lab, press):
    lab.example = 1
    before = lab.masks[1].copy()
    press(lab._stage, "1 3")
    changed = lab.masks[1] != before
    assert changed[3, 1]
    assert changed.sum() == 1
    press(lab._stage, "1 3")
    np.testing.assert_array_equal(lab.masks[1], before)


def test_a_hand_set_switch_stays_until_new_mask(each):
    each.toggle(1, 0)
    assert each.masks[1][0, 0]
    each.keep_prob = 0.01
    assert each.masks[1][0, 0]
    each.keep_prob = 0.7
    each.new_mask()
    assert each._seed.value == 5
    np.testing.assert_array_equal(each.masks[1], type(each)(seed=5).masks[1])
    each._seed.value = 4
    np.testing.assert_array_equal(each.masks[1], type(each)().masks[1])
    with pytest.raises(ValueError, match="no switch at unit 9 of layer 1"):
        each.toggle(1, 9)


def test_of_one_example_there_is_nothing_to_choose(everything):
    def names(lab):
        return [part.description for part in everything(lab.widget) if hasattr(part, "description")]

    assert "example" in names(labs.two_wires())
    case = base_passes.lesson(1)
    assert "example" not in names(labs.two_wires(case.net, case.X, case.Y))


# -- Recipes -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["correct", *BUGS])
def test_every_recipe_is_harmless_at_both_ends_of_keep_prob(name):
    """Each of them in one of the labs; what is drawn of them is tested with the pictures."""
    lab = getattr(labs, PASSES_LABS[list(BUGS).index(name) % 4 if name in BUGS else 0])()
    lab.recipe = name
    for keep_prob in (0.01, 1.0):
        lab.keep_prob = keep_prob
        assert lab.error is None
        assert (lab.recipe.name, lab.recipe.slope_from) == (name, lab._menu.slope.value)


def test_the_recipe_in_use_is_the_same_object_until_it_is_changed(each):
    assert each.recipe is each.recipe
    assert each.net is each.net
    recipe, net = each.recipe, each.net
    each._menu.slope.value, each.activation = "A_drop", "tanh"
    assert each.recipe == replace(recipe, slope_from="A_drop")
    assert each.net == replace(net, activation="tanh")


def test_a_function_of_a_known_name_does_not_replace_the_known_recipe(lab):
    def correct(dA_drop, _D, _keep_prob):
        return 2 * dA_drop

    for wrong in (labs.step_through(backward=correct), lab):
        wrong.recipe = Recipe("correct", backward=correct)
        assert not wrong.check.ok
        assert wrong.recipe.name == "yours: correct"
        wrong.recipe = "correct"
        assert wrong.check.ok


def test_redefining_your_function_and_running_the_cell_again_takes_the_new_one(lab):
    lab.recipe = Recipe("mine", backward=BUGS["no mask"].backward)
    assert not lab.check.ok
    lab.recipe = Recipe("mine", backward=CORRECT.backward)
    assert lab.check.ok


def test_the_same_function_is_run_again_when_it_is_given_again(lab):
    factor = 2.0
    recipe = Recipe("mine", backward=lambda dA_drop, D, keep_prob: factor * dA_drop * D / keep_prob)
    lab.recipe = recipe
    assert not lab.check.ok
    factor = 1.0
    lab.recipe = recipe
    assert lab.check.ok


# -- A learner's function that fails -------------------------------------------------------------


def broken(_dA_drop, _D, _keep_prob):
    raise RuntimeError("half-written")


def outer(dA_drop, D, keep_prob):
    return broken(dA_drop, D, keep_prob)


def test_a_recipe_that_raises_is_shown_in_an_empty_frame(each):
    each.recipe = "correct"
    picture = each._stage.markup
    each.recipe = Recipe("mine", backward=outer)
    assert "RuntimeError: half-written" in each._alert.value
    assert "in broken, line" in each._alert.value  # where it happened, not what led there
    assert "in outer" not in each._alert.value
    for shown in (each._stage.markup, *map(as_text, each._static())):
        assert 'raise RuntimeError("half-written")' in unescape(shown).replace("&quot;", '"')
        assert "half-written" in shown
    assert "data-press" not in each._stage.markup
    each.recipe = "correct"
    assert each._alert.value == ""
    assert each._stage.markup == picture


def told_right(lab):
    """Whether anything that is shown says that something is right."""
    shown = (lab.status.value, lab._stage.markup, *map(as_text, lab._static()))
    return any(word in text for text in shown for word in ("✓", "is right", "status ok"))


@pytest.mark.parametrize("name", JUDGING)
def test_no_right_verdict_stands_beside_an_error(name, press):
    """Until the function works, whatever is moved or looked at."""
    lab = getattr(labs, name)(recipe="correct")
    assert told_right(lab)
    lab.recipe = Recipe("mine", backward=broken)
    assert not told_right(lab)
    lab.example = 2
    press(lab._stage, "units 1 0")
    assert lab._alert.value
    assert not told_right(lab)
    assert not told_right(getattr(labs, name)(backward=broken))
    lab.recipe = "correct"
    assert told_right(lab)


def test_a_function_that_changes_its_mask_is_told(each):
    """The picture shows the masks, so they must be those under which the gradient was checked."""

    def opens_all(dA_drop, D, keep_prob):
        D |= True
        return dA_drop * D / keep_prob

    masks = {l: D.copy() for l, D in each.masks.items()}
    each.recipe = Recipe("mine", backward=opens_all)
    assert "changes its input in place" in each._alert.value
    for l, D in each.masks.items():
        np.testing.assert_array_equal(D, masks[l])


def test_an_error_after_a_switch_from_a_cell_is_shown_and_kept(each):
    def of_kept_units(dA_drop, D, keep_prob):
        return dA_drop * D / keep_prob if D[0, 0] or len(D) == 3 else None

    each.toggle(1, 0)
    each.recipe = Recipe("mine", backward=of_kept_units)
    assert each._alert.value == ""
    each.toggle(1, 0)
    assert "forget `return`" in each._alert.value
    assert "forget `return`" in str(each.error)
    each.toggle(1, 0)  # and back
    assert each._alert.value == ""


@pytest.mark.parametrize("name", ["step_through", "two_wires", "break_it"])
def half_written(dA_drop, _D, _keep_prob):
    dA_drop * 2


def a_stub(_dA_drop, _D, _keep_prob):
    return ...


def transposed(dA_drop, D, keep_prob):
    return dA_drop.T * D.T / keep_prob


@pytest.mark.parametrize(
    ("function", "line", "message"),
    [
        (half_written, "dA = half_written(dA_drop, D, keep_prob)", "forget `return`"),
        (a_stub, "dA = ...", "still returns `...`"),
        (transposed, "dA = dA_drop.T * D.T / keep_prob", "expected shape (3, 5), got (5, 3)"),
    ],
)
@pytest.mark.parametrize("name", ["step_through", "two_wires", "break_it"])
def test_a_half_written_function_stands_in_an_empty_frame_and_never_ours(
    name, function, line, message
):
    lab = getattr(labs, name)(backward=function)
    assert message in lab._alert.value
    assert "no picture until this works" in lab.status.value
    assert lab.recipe.name == lab._menu.menu.value == function.__name__
    for markup in (lab._stage.markup, as_text(lab._failure())):
        texts = " ".join("".join(text.itertext()) for text in fromstring(markup).iter(SVG + "text"))
        assert line in texts
        assert message in texts
        assert "dA1_drop" not in texts
    assert "dA1_drop * D1 / keep_prob" not in repr(lab)
    lab.recipe = "no mask"
    assert "not shown" not in repr(lab)
    assert "dA1" in lab._stage.markup


# -- The verdict ---------------------------------------------------------------------------------


def lucky():
    return replace(BUGS["no mask"], slope_from="A_drop")


@pytest.mark.parametrize("name", ["step_through", "break_it"])
@pytest.mark.parametrize(
    ("recipe", "keep_prob", "words"),
    [
        (lucky(), 0.7, "every dW and db is right, by luck; wrong: dA1, dA2"),
        (lucky(), 0.7, "value × gradient changes at dA2 = dA2_drop / keep_prob"),
        (BUGS["neither"], 0.9999991, "gradient check passes (9e-07), too near to tell; wrong: dW1"),
        (BUGS["neither"], 0.9999991, "value × gradient changes at dA2 = dA2_drop"),
        (BUGS["no mask"], 0.7,
         "✗ gradient check 0.7 at dW1[0, 0] · value × gradient changes at dA2"),
    ],
)  # fmt: skip
def test_with_a_wrong_gradient_no_verdict_is_right_whatever_the_check_says(
    name, recipe, keep_prob, words
):
    lab = getattr(labs, name)(recipe=recipe, keep_prob=keep_prob)
    said = lab._said()
    assert words in said.signed
    assert said.signed.startswith("✗ ")
    assert lab.check.ok == ("gradient check passes" in said.verdict)
    assert "value × gradient changes at dA2" in said.verdict


def test_it_says_what_value_times_gradient_does_not_see():
    lab = labs.step_through(recipe="slope from dropped A")
    lab.activation = "tanh"
    assert lab._said().verdict.endswith(" · value × gradient does not see it")


@pytest.mark.parametrize("seed", range(3))
def test_right_passes_with_a_value_at_a_kink_are_right(seed, rng):
    """With biases of 0 a unit that is sent nothing has Z = 0, where ReLU has its kink."""
    drawn = Network.random((3, 4, 3, 1), rng=rng)
    net = Network(drawn.W, {l: 0 * b for l, b in drawn.b.items()})
    data = rng.standard_normal((3, 5)), (rng.random((1, 5)) < 0.5)
    lab = labs.step_through(net, *data, keep_prob=0.2, seed=seed)
    assert lab.check.skipped
    assert lab._said().good
    lab.recipe = "no scale"
    assert not lab._said().good


def test_what_value_times_gradient_does_not_hold_for_is_judged_by_the_nudges_alone():
    """A scale that depends on A: the same function backward passes it, and is wrong (fact (t))."""

    def keep_the_sum(A, D, _keep_prob):
        return A * D * np.sum(A) / np.sum(A * D)

    lab = labs.step_through(recipe=Recipe("sum", forward=keep_the_sum, backward=keep_the_sum))
    assert lab.balance is None
    assert not lab._said().good


# -- Run once ------------------------------------------------------------------------------------


@pytest.fixture
def ran(monkeypatch):
    """The passes that were run, in order."""
    passes = []

    def watch(module, name):
        function = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *a, **k: (passes.append(name), function(*a, **k))[1]
        )

    watch(base_passes, "forward")
    watch(base_passes, "backward")
    watch(gradcheck, "backward")
    return passes


ONCE = ["forward", "backward"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [(name, {}) for name in PASSES_LABS]
    + [("step_through", {"recipe": "no mask", "example": 1, "at": "dA1"})],
)
def test_a_new_lab_runs_each_pass_once(name, arguments, ran):
    getattr(labs, name)(**arguments)
    assert ran == ["forward", *ONCE]  # the first one looks whether the data fits


def test_a_change_runs_each_pass_once(each, ran):
    for change in (
        lambda: setattr(each, "keep_prob", 0.4),
        lambda: each.new_mask(),
        lambda: each.toggle(1, 0),
        lambda: setattr(each, "activation", "tanh"),
        lambda: setattr(each, "recipe", "slope from dropped A"),
    ):
        ran.clear()
        change()
        assert ran == ONCE


def test_what_is_looked_at_does_not_run_the_passes_again(ran):
    walk, wires, breaks = labs.step_through(), labs.two_wires(), labs.break_it()
    ran.clear()
    walk.step, walk.example = "dA1", 2
    wires.unit, wires.where, wires._size.value, wires.example = 2, "before", 0.3, 1
    breaks.gradient, breaks.example = "dA1", 3
    repr(walk), walk._repr_mimebundle_(), repr(wires), repr(breaks)
    assert ran == []


def test_after_an_error_the_passes_are_run_again(lab, ran):
    lab.recipe = Recipe("mine", backward=broken)
    ran.clear()
    lab.recipe = "correct"
    assert ran == ONCE
    assert lab.check.ok
