"""Sentences follow from the state, not from the recipe's name: they count, they point, they never soothe."""

import dataclasses
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures.seen import CASES, FEW, RECIPES, case_of, tell_steps, told

from dropout_lab.bugs.catalogue import BUGS, KNOWN
from dropout_lab.core.activations import ACTIVATIONS, activation_named
from dropout_lab.core.gradcheck import GradientCheck
from dropout_lab.core.network import Network
from dropout_lab.core.passes import sample_masks
from dropout_lab.core.recipe import Recipe
from dropout_lab.pictures.words import about_check, off_units

MISTAKE = re.compile(r"This line makes (\d+) of (\d+) entries wrong")
WELL = re.compile(
    r"Back through the same|as it did|makes nothing wrong|right numbers|nothing can go wrong"
)


ALL = KNOWN | RECIPES


def drawn(recipe, activation="relu", seed=0, keep_prob=0.7, closed=False):
    """The steps of the lesson's network, with another activation and other masks."""
    case, keep_prob = (
        case_of("lesson"),
        min(keep_prob, 0.9) if recipe == "wrong scale" else keep_prob,
    )
    net = dataclasses.replace(case.net, activation=activation)
    case = dataclasses.replace(case, net=net)
    masks = sample_masks(net, case.X.shape[1], (1, 2), keep_prob, np.random.default_rng(seed))
    masks = {l: np.ones_like(D) for l, D in masks.items()} if closed else masks
    return tell_steps(case, ALL[recipe] if isinstance(recipe, str) else recipe, masks, keep_prob)


# Recipes of all kinds with activations and masks of all kinds. Divided by 1 - keep_prob = 0 is another matter.
anyhow = given(
    recipe=st.sampled_from(list(ALL)), activation=st.sampled_from(list(ACTIVATIONS)),
    seed=st.integers(0, 99), keep_prob=st.sampled_from([0.2, 0.7, 1.0]), closed=st.booleans(),
)  # fmt: skip


@anyhow
def test_every_step_has_a_sentence_and_a_formula(**how):
    steps = drawn(**how)
    for name, step in steps.items():
        assert step.sentence.endswith("."), name
        assert "  " not in step.sentence
        assert "None" not in step.sentence
        assert step.line.formula


def made_wrong(step):
    """Where this line gives something else than the true line on the same input, and not the truth."""
    story, l = step.story, step.line.layer
    if step.line.kind == "dA" and l in story.D:
        there = story.factors["forward"][l]
        right = story.arrays[f"dA{l}_drop"] * there
    elif step.line.kind == "dZ" and step.line.start:
        right = story.arrays[f"dA{l}"] * activation_named(story.net.activation).slope_from_Z(
            story.arrays[f"Z{l}"]
        )
    else:
        return np.zeros(step.seen[step.line.array].shape, bool)
    found, true = step.seen[step.line.array], step.truth[step.line.array]
    return ~np.isclose(found, right, rtol=1e-6, atol=1e-12) & ~np.isclose(
        found, true, rtol=1e-6, atol=1e-12
    )


@anyhow
def test_a_sentence_counts_what_its_line_makes_wrong_and_at_which_units(**how):
    steps = drawn(**how)
    if any(factor is None for factor in steps["dA1"].story.factors["forward"].values()):
        return
    for step in steps.values():
        if step.passed == "forward":
            assert not MISTAKE.search(step.sentence)
            continue
        made, said = made_wrong(step), MISTAKE.match(step.sentence)
        assert bool(said) == made.any()
        if said:
            assert (int(said[1]), int(said[2])) == (made.sum(), made.size)
            off, kept = (
                (made & ~step.story.D[step.line.layer]).any(),
                (made & step.story.D[step.line.layer]).any(),
            )
            where = (
                "those of units that are off"
                if not kept
                else "those of kept units"
                if not off
                else "at kept units and at units that are off"
            )
            assert where in step.sentence


@anyhow
def test_no_sentence_says_all_is_well_where_the_line_makes_something_wrong(**how):
    steps = drawn(**how)
    for step in steps.values():
        if step.name in step.story.made:
            assert not WELL.search(step.sentence), step.sentence
        if step.name in step.wrong:
            assert "wrong" in step.sentence or "error made at" in step.sentence


@anyhow
def test_a_right_line_beside_a_red_check_says_where_it_goes_wrong(**how):
    """So does every line of the way back that only passes a mistake on, or that no mistake reached."""
    steps = drawn(**how)
    order = list(steps)
    made = [order.index(name) for name in order if name in steps["dA1"].story.made]
    for here, step in enumerate(steps.values()):
        if step.passed == "forward" or here in made:
            continue
        later = re.search(r"it goes wrong (one line|(\d+) lines) later: (\w+)\.", step.sentence)
        passed = re.search(
            r"This line is right, but it passes on the error made at (\w+)\.", step.sentence
        )
        free = re.search(
            r"This line is right, and the error made at (\w+) does not reach it\.", step.sentence
        )
        before, after = [k for k in made if k < here], [k for k in made if k > here]
        assert bool(later) == (not before and bool(after))
        assert bool(passed) == (step.name in step.wrong)
        assert bool(free) == (bool(before) and step.name not in step.wrong)
        if later:
            assert later[3] == order[after[0]]
            assert int(later[2] or 1) == after[0] - here
        if passed or free:
            assert (passed or free)[1] == order[before[-1]]


@anyhow
def test_nothing_leaks_where_no_switch_is_open(**how):
    steps = drawn(**how)
    for step in steps.values():
        l = step.line.layer
        if "leak" in step.sentence and step.passed == "backward":
            assert step.name == f"dA{l}"
            across = ~step.story.D[l] & (step.seen[f"dA{l}"] != 0)
            assert across.any()


def test_the_lessons_sentences():
    said = {name: step.sentence for name, step in told("lesson", "no mask").items()}
    assert said["dA1"].startswith(
        "This line makes 9 of 20 entries wrong: those of units that are off. "
        + BUGS["no mask"].explanation
    )
    assert said["dA1"].endswith(" It also passes on the error made at dA2.")
    assert said["dA2_drop"].endswith(" This line is right; it goes wrong one line later: dA2.")
    assert said["dZ3"].endswith(" This line is right; it goes wrong 4 lines later: dA2.")
    right = {name: step.sentence for name, step in told().items()}
    assert right["dA1"] == (
        "Back through the same switches. An open one stops the gradient; a closed one divides it by "
        "keep_prob, as it did with A1."
    )  # fmt: skip
    assert "same factor" in told("lesson", "no scale at all")["dA1"].sentence
    assert "same function" in told("lesson", "no factor at all")["dA1"].sentence


def test_a_slip_of_the_slope_is_told_at_its_own_line():
    """With tanh and a slope from A_drop nothing is red at dA: it goes wrong one line later."""
    steps = drawn("slope from dropped A", "tanh")
    assert steps["dA2"].sentence.endswith("This line is right; it goes wrong one line later: dZ2.")
    assert BUGS["slope from dropped A"].explanation in steps["dZ2"].sentence
    assert (
        drawn("slope from dropped A", "relu")["dZ2"].sentence
        == "The slope is taken from A_drop. Here that makes nothing wrong."
    )


def test_the_slope_line_explains_the_slope_whatever_the_recipe_does_at_the_switch():
    for slope_from, name in (("A_drop", "slope from dropped A"), ("A_drop >= 0", "slope >= 0")):
        for bug in ("correct", "no mask"):
            recipe = Recipe("both", backward=KNOWN[bug].backward, slope_from=slope_from)
            activation = "tanh" if slope_from == "A_drop" else "relu"
            for line in ("dZ1", "dZ2"):
                assert BUGS[name].explanation in drawn(recipe, activation)[line].sentence


def silenced(layer, by):
    """The lesson with the biases of a layer moved."""
    case = case_of("lesson")
    b = case.net.b | {layer: case.net.b[layer] + by}
    return dataclasses.replace(case, net=Network(case.net.W, b, case.net.activation))


def test_a_silent_layer_above_is_named_as_the_reason_that_nothing_comes_back():
    steps = tell_steps(silenced(2, -99.0), RECIPES["no mask"])
    for name in ("dA1_drop", "dA1"):
        assert steps[name].sentence.startswith(
            "Layer 2 is silent (Z2 <= 0), so nothing comes back."
        )
    steps = tell_steps(
        case_of("lesson"), masks={1: case_of("lesson").masks[1], 2: np.zeros((3, 5), bool)}
    )
    assert (steps["dA1"].seen["Z2"] > 0).any()
    assert steps["dA1_drop"].sentence == "dZ2 is 0 everywhere, so nothing comes back."


def test_a_slip_that_does_no_harm_is_not_called_right():
    """Nothing comes back to the only unit that is off: its weights are 0."""
    case = case_of("one example")
    W = case.net.W | {2: case.net.W[2] * [[0, 1, 1, 1]]}
    case = dataclasses.replace(case, net=Network(W, case.net.b, case.net.activation))
    masks = {1: np.array([[False], [True], [True], [True]])}
    steps = tell_steps(case, KNOWN["no mask"], masks)
    assert not steps["dA1"].wrong
    assert steps["dA1"].sentence.startswith("Here this line still gives the right numbers")


def test_a_function_of_your_own_that_is_right_is_told_so():
    mine = Recipe("mine", backward=lambda dA_drop, D, keep_prob: dA_drop * (D * (1 / keep_prob)))
    sentence = "Back through the same switches, with the same factor as A1 went forward."
    assert drawn(mine)["dA1"].sentence == sentence


@anyhow
def test_only_a_silent_layer_is_called_silent(**how):
    steps = drawn(**how)
    for step in steps.values():
        if found := re.match(r"Layer (\d) is silent", step.sentence):
            assert (step.seen[f"Z{found[1]}"] <= 0).all()
        if found := re.search(r"nothing comes back", step.sentence, re.IGNORECASE):
            assert not step.seen[step.line.array].any()


@anyhow
def test_a_ring_is_announced_where_there_is_one(**how):
    steps = drawn(**how)
    for step in steps.values():
        l = step.line.layer
        ringed = (
            step.line.kind == "dA_drop"
            and (~step.story.D[l] & (step.seen[step.line.array] != 0)).any()
        )
        assert ("A ring marks" in step.sentence) == ringed


def test_masks_and_losses_are_counted():
    for case in ("lesson", "one example", "large"):
        steps = told(case)
        D, losses = steps["D1"].seen["D1"], steps["loss"].seen["losses"]
        off = (~D).sum()
        assert f"Here {off} of {D.size} {'is' if off == 1 else 'are'} open." in steps["D1"].sentence
        assert steps["loss"].sentence.endswith(f"J = {losses.mean():.4f}.")


@pytest.mark.parametrize("recipe", ["randn", "flipped comparison", "one mask for all examples"])
def test_another_way_to_draw_masks_is_told_where_they_are_drawn(recipe):
    assert drawn(recipe)["D1"].sentence == BUGS[recipe].explanation


def test_another_way_forward_is_told_where_it_goes():
    for recipe in ("wrong scale", "no scale at all"):
        assert drawn(recipe)["A1_drop"].sentence == BUGS[recipe].explanation


def test_the_sentence_about_dW_names_the_columns_that_vanish_by_themselves():
    case = case_of("lesson")
    masks = {l: D.copy() for l, D in case.masks.items()}
    masks[1][[0, 2]] = False
    step = tell_steps(case, masks=masks)["dW2"]
    silent = [j for j in range(4) if not step.seen["A1_drop"][j].any()]
    assert {0, 2} <= set(silent)
    assert f"columns {', '.join(map(str, silent))} of dW2 vanished" in step.sentence
    assert not step.seen["dW2"][:, silent].any()


@pytest.mark.parametrize("case", CASES)
def test_the_sentence_about_dW_is_true(case):
    for recipe in FEW if case_of(case).masks else FEW[:1]:
        steps = told(case, recipe)
        for l, D in steps["dW1"].story.D.items():
            step = steps[f"dW{l + 1}"]
            silent = ~step.seen[f"A{l}_drop"].any(axis=1)
            assert ("here none did" in step.sentence) == (not silent.any())
            assert ("vanished" in step.sentence) == silent.any()
            assert len(D) == len(silent)


CHECKS = {
    "right": GradientCheck(True, 3e-11, ("dW", 1, (0, 0))),
    "wrong": GradientCheck(False, 0.14, ("dW", 1, (2, 0))),
    "of some": GradientCheck(True, 3e-11, ("dW", 1, (0, 0)), sample=(2000, 5151)),
    "of some, wrong": GradientCheck(False, 0.14, ("dW", 1, (2, 0)), 3, sample=(2000, 5151)),
    "at a kink": GradientCheck(True, 3e-11, ("dW", 1, (0, 0)), 3),
    "all at a kink": GradientCheck(True, 3e-11, ("dW", 1, (0, 0)), 2, ("dW1", "db1")),
}
SOME = "(a sample of 2,000 of 5,151 parameters)"


@pytest.mark.parametrize(
    ("check", "wrong", "good", "words"),
    [
        ("right", (), True, "gradient check 3e-11, every gradient is right"),
        ("right", ("dA1",), False,
         "gradient check passes (3e-11), every dW and db is right, by luck; wrong: dA1"),
        ("right", ("dA1", "dW1"), False,
         "gradient check passes (3e-11), too near to tell; wrong: dW1"),
        ("wrong", ("dA1", "dW1"), False, "gradient check 0.14, worst at dW1[2, 0]"),
        ("wrong", (), False, "gradient check 0.14, worst at dW1[2, 0]"),
        ("of some", (), True, f"gradient check 3e-11 {SOME}, every gradient is right"),
        ("of some", ("dW1",), False,
         f"gradient check passes (3e-11) {SOME}, too near to tell; wrong: dW1"),
        ("of some, wrong", ("dW1",), False, f"gradient check 0.14 {SOME[:-1]}; 3 left out at kinks), worst at dW1[2, 0]"),
        ("at a kink", (), True,
         "gradient check 3e-11 (3 left out at kinks), every gradient is right"),
        ("all at a kink", (), True,
         "gradient check 3e-11 (dW1, db1 untested), every gradient is right"),
    ],
)  # fmt: skip
def test_a_verdict_is_green_only_if_no_gradient_is_wrong(check, wrong, good, words):
    assert about_check(CHECKS[check], wrong) == (good, words)


@anyhow
def test_a_green_verdict_has_no_wrong_gradient_beside_it(**how):
    steps = drawn(**how)
    story = steps["dA1"].story
    used = [name for name in story.wrong if name[:2] in ("dW", "db")]
    good, words = about_check(CHECKS["right"], story.wrong)
    assert good == (not story.wrong)
    assert ("by luck" in words) == (bool(story.wrong) and not used)


def test_who_is_off_in_an_example():
    masks = {1: np.array([[0, 1], [1, 1], [0, 1]], bool), 2: np.array([[0, 1]], bool)}
    assert off_units(masks, 0) == "layer 1 units 0, 2; layer 2 unit 0"
    assert off_units(masks, 1) == ""
