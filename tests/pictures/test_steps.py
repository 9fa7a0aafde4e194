"""The steps tell the passes that ran: every code line shown is executed here and gives its array."""

import numpy as np
import pytest
from cases import draw_case

from dropout_lab.bugs import catalogue as slips
from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.dropout import sample_mask
from dropout_lab.core.passes import backward, forward, sample_masks
from dropout_lab.core.recipe import CORRECT, Recipe
from dropout_lab.experiments.data import lesson
from dropout_lab.pictures.steps import nice_ceiling, tell
from dropout_lab.text import line_of, times

RECIPES = {"correct": CORRECT} | BUGS
# What a learner would have at hand when typing the lines; everything else the lines make themselves.
AT_HAND = {"np": np, "redraw": slips.redraw}


def steps_of(case, recipe=CORRECT, seed=5, layers=(1, 2)):
    m = case.X.shape[1]
    masks = sample_masks(case.net, m, layers, case.keep_prob, np.random.default_rng(seed), recipe)
    fwd = forward(case.net, case.X, masks, case.keep_prob, recipe)
    return tell(case.net, fwd, backward(case.net, fwd, case.Y, recipe), case.Y, recipe)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("name", "layers"), [*((name, (1, 2)) for name in RECIPES), ("no mask", (2,)), ("correct", ())]
)
def test_each_code_line_gives_the_array_its_step_shows(activation, name, layers):
    case = draw_case(activation)
    names = AT_HAND | {"X": case.X, "Y": case.Y, "m": case.X.shape[1], "keep_prob": 0.6}
    names |= {f"W{l}": W for l, W in case.net.W.items()}
    names |= {f"b{l}": b for l, b in case.net.b.items()}
    names["rng"] = np.random.default_rng(5)
    for step in steps_of(case, RECIPES[name], layers=layers):
        exec(step.code, names)
        made = step.code.split(" = ")[0]
        assert made == step.line.array
        np.testing.assert_allclose(names[made], step.seen[made], rtol=1e-12, atol=1e-14)
        assert names[made].shape == step.seen[made].shape


def test_the_steps_come_in_the_order_of_the_passes_and_backward_mirrors_forward():
    names = [step.name for step in steps_of(lesson())]
    assert names == [
        "Z1", "A1", "D1", "A1_drop", "Z2", "A2", "D2", "A2_drop", "Z3", "A3", "loss",
        "dZ3", "dW3", "db3", "dA2_drop", "dA2", "dZ2", "dW2", "db2",
        "dA1_drop", "dA1", "dZ1", "dW1", "db1",
    ]  # fmt: skip


def test_seen_grows_by_one_array_at_a_time_and_cannot_be_changed():
    steps = steps_of(lesson())
    for number, step in enumerate(steps):
        assert len(step.seen) == number + 3  # and X and Y
        assert step.line.array in step.seen
        with pytest.raises(TypeError):
            step.seen["X"] = 0
        with pytest.raises(ValueError, match="read-only"):
            step.seen[step.line.array][...] = 0


def test_what_a_line_sends_through_a_switch_or_an_activation():
    starts = {step.name: step.line.start for step in steps_of(lesson()) if step.line.start}
    assert starts == {
        "A1": "Z1", "A1_drop": "A1", "A2": "Z2", "A2_drop": "A2", "A3": "Z3",
        "dA2": "dA2_drop", "dZ2": "dA2", "dA1": "dA1_drop", "dZ1": "dA1",
    }  # fmt: skip


def test_what_each_layer_sends_on_has_one_name():
    story = steps_of(lesson(), layers=(2,))[0].story
    assert [story.sent(l) for l in range(3)] == ["X", "A1", "A2_drop"]
    assert "A1_drop" not in story.arrays


@pytest.mark.parametrize("name", RECIPES)
def test_wrong_marks_exactly_the_entries_that_differ_from_the_true_gradient(name):
    case, recipe = draw_case("tanh"), RECIPES[name]
    step = steps_of(case, recipe)[-1]
    masks = sample_masks(case.net, 8, (1, 2), 0.6, np.random.default_rng(5), recipe)
    # The true backward of a recipe whose forward and backward match is its own.
    true_recipe = recipe if recipe.forward is recipe.backward else CORRECT
    true_recipe = Recipe("true", forward=recipe.forward, backward=true_recipe.backward)
    fwd = forward(case.net, case.X, masks, 0.6, true_recipe)
    true = backward(case.net, fwd, case.Y, true_recipe)
    for l in (1, 2):
        np.testing.assert_allclose(step.truth[f"dA{l}"], true.dA[l], rtol=1e-12)
        differs = ~np.isclose(step.seen[f"dA{l}"], true.dA[l], rtol=1e-6, atol=1e-12)
        marked = step.wrong.get(f"dA{l}", np.zeros_like(differs))
        np.testing.assert_array_equal(marked, differs)
    wrong_backward = recipe.backward is not recipe.forward or recipe.slope_from != "Z"
    assert bool(step.wrong) == wrong_backward


def test_leading_axes_cannot_be_told(rng):
    case = draw_case()
    masks = {1: sample_mask((3, 5, 8), 0.6, rng)}
    fwd = forward(case.net, case.X, masks, 0.6)
    with pytest.raises(ValueError, match="one network with one mask"):
        tell(case.net, fwd, backward(case.net, fwd, case.Y), case.Y)


def test_the_shown_line_is_read_from_the_function_that_runs():
    def one_line(dA_drop, D, keep_prob):
        """A docstring does no harm."""
        return dA_drop * D / keep_prob

    def several(dA_drop, D, keep_prob):
        scale = 1 / keep_prob
        return dA_drop * D * scale

    arguments = ("dA1_drop", "D1", "keep_prob")
    assert line_of(one_line, arguments) == "dA1_drop * D1 / keep_prob"
    assert line_of(several, arguments) == "several(dA1_drop, D1, keep_prob)"
    assert line_of(np.multiply, arguments) == "multiply(dA1_drop, D1, keep_prob)"
    assert line_of(lambda dA_drop, D, k: dA_drop * D / k, arguments).startswith("<lambda>(")
    assert line_of(eval("lambda a, b, c: a"), arguments).startswith("<lambda>(")


def test_products_keep_the_parentheses_they_need():
    assert times("dA1", "Z1 > 0") == "dA1 * (Z1 > 0)"
    assert times("dA1", "1 - A1 ** 2") == "dA1 * (1 - A1 ** 2)"
    assert times("dA1", "np.cosh(Z1)") == "dA1 * np.cosh(Z1)"


@pytest.mark.parametrize(
    ("largest", "ceiling"), [(0.0, 1), (0.6, 0.75), (1.0, 1), (1.01, 1.5), (23, 30), (8e-4, 1e-3)]
)
def test_color_scales_end_at_round_numbers(largest, ceiling):
    values = {1: np.array([[-largest, np.inf, np.nan]])}
    assert nice_ceiling(values) == pytest.approx(ceiling)


@pytest.mark.parametrize("name", RECIPES)
def test_a_mistake_is_made_where_the_line_is_wrong_and_only_passed_on_by_the_others(name):
    """With two layers of dropout, a slip at the switches is made twice and spoils all between."""
    story = steps_of(draw_case("tanh"), RECIPES[name])[-1].story
    if name in BACKWARD_BUGS:
        assert set(story.made) == {"dA1", "dA2"}
        assert {"dA2", "dZ2", "dA1_drop", "dA1", "dZ1", "dW1"} <= set(story.wrong)
        assert "dA2_drop" not in story.wrong  # above the first slip all is right
    elif RECIPES[name].slope_from != "Z":
        assert set(story.made) == {"dZ1", "dZ2"}
        assert "dA2" not in story.wrong
    else:
        assert not story.made
        assert not story.wrong


def test_what_a_line_makes_wrong_is_judged_by_what_it_was_given():
    story = steps_of(draw_case("tanh"), BUGS["no mask"])[-1].story
    off = ~story.D[1]
    assert np.array_equal(story.made["dA1"], off)
    assert story.wrong["dA1"].sum() > off.sum()  # the rest inherited it from dA2


@pytest.mark.parametrize(
    ("name", "there", "back"),
    [
        ("correct", "D / k", "D / k"), ("no mask", "D / k", "1 / k"), ("neither", "D / k", "1"),
        ("no scale", "D / k", "D"), ("scaled twice", "D / k", "D / k / k"),
        ("one minus mask", "D / k", "(1 - D) / k"), ("wrong scale", "D / (1 - k)", "D / (1 - k)"),
    ],
)  # fmt: skip
def test_the_factor_of_a_switch_is_measured_in_both_directions(name, there, back):
    story = steps_of(draw_case("tanh"), RECIPES[name])[0].story
    for l, D in story.D.items():
        for passed, expected in (("forward", there), ("backward", back)):
            factor = eval(expected, {"D": D.astype(float), "k": 0.6}) * np.ones(D.shape)
            np.testing.assert_allclose(story.factors[passed][l], factor, rtol=1e-12)


def test_a_recipe_that_multiplies_by_no_number_of_its_own_has_no_factor():
    squared = Recipe("squared", backward=lambda dA_drop, D, _: dA_drop * abs(dA_drop) * D)
    factors = steps_of(draw_case("tanh"), squared)[0].story.factors
    assert factors["backward"] == {1: None, 2: None}
    assert all(factor is not None for factor in factors["forward"].values())


def test_a_wrong_line_that_happens_to_give_the_truth_makes_no_mistake():
    """No mask, and a ReLU slope read off A_drop, which is 0 at the units that are off: dZ is right."""
    lucky = Recipe("lucky", backward=BUGS["no mask"].backward, slope_from="A_drop")
    story = steps_of(lesson(), lucky)[-1].story
    assert set(story.made) == set(story.wrong) == {"dA1", "dA2"}


def test_the_formula_of_each_layer_names_its_own_activation_and_what_it_is_sent():
    formulas = {step.name: step.line.formula for step in steps_of(lesson(), CORRECT)}
    bent = [formulas[name].split("g = ")[1] for name in ("A1", "A2", "A3")]
    sent = [formulas[name].split("from ")[1] for name in ("Z1", "Z2", "Z3")]
    assert bent == ["relu", "relu", "sigmoid"]
    assert sent == ["X", "A1_drop", "A2_drop"]
