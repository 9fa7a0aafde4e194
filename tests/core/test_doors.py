"""What comes in is checked at the door, and every complaint says what was expected and what came."""

import numpy as np
import pytest
from cases import draw_case

from dropout_lab.bugs.checks import detection_matrix
from dropout_lab.core.doors import check_count
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.network import Network
from dropout_lab.core.passes import backward, forward, loss, predict, sample_masks
from dropout_lab.core.recipe import Recipe
from dropout_lab.experiments.data import two_moons
from dropout_lab.experiments.ensemble import all_masks, average_all
from dropout_lab.experiments.race import set_up
from dropout_lab.experiments.training import stacked, train

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("keep_prob", [0, -0.2, 1.2, float("nan"), np.float64(2)])
def test_keep_prob_must_be_in_0_1(keep_prob, rng):
    with pytest.raises(ValueError, match=r"keep_prob must be in \(0, 1\].*got"):
        sample_mask((2, 2), keep_prob, rng)
    with pytest.raises(ValueError, match=r"keep_prob must be in \(0, 1\]"):
        apply_mask(np.ones((2, 2)), np.ones((2, 2), bool), keep_prob)


@pytest.mark.parametrize("keep_prob", ["0.8", None, True, [0.8]])
def test_keep_prob_must_be_a_number(keep_prob, rng):
    with pytest.raises(TypeError, match="keep_prob must be a number"):
        sample_mask((2, 2), keep_prob, rng)


@pytest.mark.parametrize("rng", [None, 0, np.random])
def test_randomness_must_be_passed_in(rng):
    with pytest.raises(TypeError, match="rng must be a random generator"):
        sample_mask((2, 2), 0.5, rng)


@pytest.mark.parametrize("mask", [np.ones((2, 3)), np.ones((2, 3), int), [[True]], None])
def test_a_mask_must_be_boolean(mask):
    with pytest.raises(TypeError, match="must be a boolean array"):
        apply_mask(np.ones((2, 3)), mask, 0.5)


def test_a_transposed_mask_is_named():
    with pytest.raises(ValueError, match=r"expected shape \(2, 3\), got \(3, 2\).*transpose"):
        apply_mask(np.ones((2, 3)), np.ones((3, 2), bool), 0.5)


@pytest.mark.parametrize("shape", [(3,), (1, 3), (2, 4), ()])
def test_a_mask_that_would_broadcast_silently_is_refused(shape):
    with pytest.raises(ValueError, match="expected shape"):
        apply_mask(np.ones((2, 3)), np.ones(shape, bool), 0.5)
    with pytest.raises(ValueError, match="expected shape"):
        apply_mask(np.ones(3), np.ones(1, bool), 0.5)


@pytest.mark.parametrize(
    ("count", "error", "message"),
    [
        (0, ValueError, "seeds must be 1 or more; got 0"),
        (2.0, TypeError, "seeds must be a whole number; got 2.0"),
        (True, TypeError, "seeds must be a whole number; got True"),
        ("2", TypeError, "seeds must be a whole number; got '2'"),
    ],
)
def test_a_count_is_a_whole_number_that_is_large_enough(count, error, message):
    check_count(np.int64(1), "seeds", 1)
    with pytest.raises(error, match=message):
        check_count(count, "seeds", 1)


BAD = {
    "X transposed": ({"X": np.ones((8, 4))}, ValueError, r"did you pass X\.T\?"),
    "X one-dimensional": ({"X": np.ones(4)}, ValueError, r"expected shape \(4, m\)"),
    "NaN in X": ({"X": np.full((4, 8), np.nan)}, ValueError, "NaN"),
    "keep_prob 0": ({"keep_prob": 0}, ValueError, r"\(0, 1\]"),
    "keep_prob 0 without a mask": ({"keep_prob": 0, "masks": {}}, ValueError, r"\(0, 1\]"),
    "keep_prob in percent": ({"keep_prob": 80}, ValueError, r"\(0, 1\]"),
    "mask of numbers": ({"masks": {1: np.ones((5, 8))}}, TypeError, "boolean"),
    "mask transposed": ({"masks": {1: np.ones((8, 5), bool)}}, ValueError, "layer 1.*transpose"),
    "mask of the output": ({"masks": {3: np.ones((1, 8), bool)}}, ValueError, "output"),
    "mask of no layer": ({"masks": {0: np.ones((4, 8), bool)}}, ValueError, r"\[1, 2\]"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_to_forward_is_named(name):
    c = draw_case()
    changes, error, message = BAD[name]
    arguments = {"X": c.X, "masks": c.masks, "keep_prob": 0.6} | changes
    with pytest.raises(error, match=message):
        forward(c.net, **arguments)


@pytest.mark.parametrize(
    ("Y", "message"),
    [
        ([[0, 1, 2, 0, 0, 0, 0, 0]], "labels must be 0 or 1"),
        (np.full((1, 8), 0.5), "labels must be 0 or 1"),
        (np.zeros(8), "one column per example"),
        (np.zeros((1, 7)), "expected shape"),
        (np.full((1, 8), np.nan), "labels must be 0 or 1"),
    ],
)
def test_bad_labels_are_named(Y, message):
    c = draw_case()
    fwd = forward(c.net, c.X, c.masks, 0.6)
    with pytest.raises(ValueError, match=message):
        backward(c.net, fwd, Y)
    with pytest.raises(ValueError, match=message):
        loss(fwd, Y)


def test_layers_that_cannot_have_dropout_are_named(rng):
    with pytest.raises(ValueError, match="layer 3 cannot have dropout"):
        sample_masks(draw_case().net, 5, (1, 3), 0.5, rng)


def in_place(dA_drop, D, keep_prob):
    dA_drop *= D
    return dA_drop / keep_prob


SLIPPED = {
    "changes its input": (in_place, ValueError, "changes its input in place"),
    "returns None": (lambda _dA_drop, _D, _k: None, TypeError, "forget `return`"),
    "is not written yet": (lambda _dA_drop, _D, _k: ..., TypeError, "still returns `...`"),
    "the transpose": (lambda dA_drop, _D, _k: dA_drop.T, ValueError, "expected shape"),
    "another shape": (lambda dA_drop, _D, _k: dA_drop[:1], ValueError, "expected shape"),
    "no numbers": (lambda _dA_drop, _D, _k: "dA", TypeError, "expected an array, got str"),
}


@pytest.mark.parametrize("role", ["forward", "backward"])
@pytest.mark.parametrize("name", SLIPPED)
def test_a_recipe_function_that_slips_is_named(name, role):
    function, error, message = SLIPPED[name]
    c = draw_case()
    recipe = Recipe("mine", **{role: function})
    with pytest.raises(error, match=f"recipe 'mine': {role}.*{message}"):
        backward(c.net, forward(c.net, c.X, c.masks, 0.6, recipe), c.Y, recipe)


@pytest.mark.parametrize(
    ("sample", "error", "message"),
    [
        (lambda shape, _k, _rng: np.ones(shape), TypeError, "must be a boolean array"),
        (lambda shape, _k, _rng: np.ones(shape, bool).T, ValueError, "expected shape.*transpose"),
    ],
)
def test_a_recipe_whose_masks_do_not_fit_is_named_when_they_are_drawn(sample, error, message, rng):
    with pytest.raises(error, match=f"the mask of layer 1.*{message}"):
        sample_masks(draw_case().net, 8, (1, 2), 0.6, rng, Recipe("mine", sample=sample))


def test_an_error_inside_a_recipe_function_comes_through_as_it_is():
    c = draw_case()
    with pytest.raises(ZeroDivisionError):
        forward(c.net, c.X, c.masks, 0.6, Recipe("mine", forward=lambda *_: 1 / 0))


# -- Whatever comes in, the complaint is ours ----------------------------------------------------


def trained(**changes):
    c, rng = draw_case(), np.random.default_rng(0)
    given = {"net": c.net, "X": c.X, "Y": c.Y, "layers": [1], "keep_prob": 0.5, "rng": rng}
    return list(train(**(given | {"iterations": 1, "learning_rate": 0.1} | changes)))[-1]


def unequal():
    c = draw_case()
    return forward(c.net, c.X, {1: np.ones((2, 5, 8), bool), 2: np.ones((3, 6, 8), bool)}, 0.5)


def none_at_all(function):
    c = draw_case()
    return lambda: function(c.net, np.ones((4, 0)))


NO_NUMBERS, NO_EXAMPLE = "X: expected an array of numbers, got", r"\(4, m\) with m at least 1"
COMPLAINTS = {
    "net x": (lambda: forward("x", [[1]]), TypeError, "net must be a Network; got 'x'"),
    "net x, race": (lambda: set_up("x"), TypeError, "net must be a Network; got 'x'"),
    "net x, averages": (lambda: average_all("x", [[1]], [1], 0.5), TypeError, "be a Network"),
    "recipe by name": (lambda: trained(recipe="no mask"), TypeError, "recipe must be a Recipe"),
    "masks in a list": (lambda: forward(draw_case().net, np.ones((4, 1)), [1]), TypeError, "masks"),
    "layers 1": (lambda: trained(layers=1), TypeError, r"layers must be a list.*\[1, 2\]; got 1"),
    "layers '1'": (lambda: trained(layers="1"), TypeError, "layers must be a list.*got '1'"),
    "layers 1.0": (lambda: trained(layers=[1.0]), TypeError, "a layer must be a whole number"),
    "X of words": (lambda: trained(X="abc"), ValueError, NO_NUMBERS),
    "X ragged": (lambda: trained(X=[[1], [1, 2]]), ValueError, NO_NUMBERS),
    "Y of words": (lambda: trained(Y="abc"), ValueError, "Y: expected an array of numbers"),
    "W of words": (lambda: Network({1: "W"}, {1: [[1]]}), ValueError, r"W\[1\]: expected an array"),
    "sizes '341'": (lambda: Network.random("341", rng=RNG), TypeError, "each of sizes must be"),
    "one size": (lambda: Network.random((3,), rng=RNG), ValueError, "expected at least two"),
    "no example": (none_at_all(forward), ValueError, NO_EXAMPLE),
    "no example, test": (none_at_all(lambda *a: predict(*a, 0.5)), ValueError, NO_EXAMPLE),
    "no example, masks": (
        lambda: sample_masks(draw_case().net, 0, [1], 0.5, RNG),
        ValueError,
        "m ",
    ),
    "leading axes": (unequal, ValueError, r"leading axes must agree; got D1 \(2,\), D2 \(3,\)"),
    "state x": (lambda: trained(state="x"), TypeError, "state must be a State; got 'x'"),
    "state of another m": (
        lambda: trained(X=np.ones((4, 3)), Y=np.ones((1, 3)), state=trained().state),
        ValueError,
        "state belongs to a run on 8 examples; X has 3",
    ),
    "no networks": (lambda: stacked([]), ValueError, "expected networks of the same sizes"),
    "units in a list": (lambda: all_masks([3], 0.5), TypeError, "units must be a Mapping"),
    "half a unit": (
        lambda: all_masks({1: 2.5}, 0.5),
        TypeError,
        "units of layer 1 must be a whole",
    ),
    "activation x": (
        lambda: detection_matrix(activation="x"),
        ValueError,
        "unknown activation 'x'",
    ),
    "noise": (lambda: two_moons(5, RNG, noise="a"), TypeError, "noise must be a number; got 'a'"),
}


@pytest.mark.parametrize("name", COMPLAINTS)
@pytest.mark.filterwarnings("error")
def test_bad_input_gets_our_sentence_and_neither_numpys_nor_a_warning(name):
    call, error, message = COMPLAINTS[name]
    with pytest.raises(error, match=message):
        call()
