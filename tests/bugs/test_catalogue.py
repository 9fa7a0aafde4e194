"""The catalogue of slips: complete, explained, and each wrong in the way it says."""

from math import erf, sqrt

import numpy as np
import pytest

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS, GROUPS, KNOWN, named, yours
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.recipe import CORRECT, Recipe

NAMES = {
    "no mask", "no scale", "neither", "scaled twice", "multiplied by keep_prob", "fresh mask",
    "one minus mask", "randn", "flipped comparison", "seed inside forward",
    "one mask for all examples", "wrong scale", "no scale at all", "slope from dropped A",
    "slope >= 0", "on at test time", "scaled again at test time",
}  # fmt: skip


def test_the_catalogue_is_complete_and_every_slip_is_explained():
    assert set(BUGS) == NAMES
    for name, bug in BUGS.items():
        assert bug.name == name
        assert bug.explanation.endswith(".")
        assert not bug.seen_in or bug.seen_in.startswith("https://")
    assert CORRECT.explanation


def test_every_slip_is_in_one_group_and_in_the_order_of_the_catalogue():
    assert [name for names in GROUPS.values() for name in names] == list(BUGS)
    assert list(KNOWN) == ["correct", *BUGS]


FIELDS = {
    "backward": ["backward"],
    "mask": ["sample"],
    "scale": ["forward", "backward"],
    "slope": ["slope_from"],
    "test time": ["at_test"],
}


@pytest.mark.parametrize("group", GROUPS)
def test_each_slip_differs_from_the_correct_recipe_in_what_its_group_is_about(group):
    fields = ("sample", "forward", "backward", "slope_from", "at_test")
    for name in GROUPS[group]:
        differs = [f for f in fields if getattr(BUGS[name], f) != getattr(CORRECT, f)]
        assert differs == FIELDS[group]
    for name in GROUPS["scale"]:
        assert BUGS[name].forward is BUGS[name].backward is not apply_mask


@pytest.mark.parametrize("name", BACKWARD_BUGS)
def test_no_backward_slip_gives_the_right_numbers(name, rng):
    dA_drop, D = rng.standard_normal((6, 9)), sample_mask((6, 9), 0.6, rng)
    found = BUGS[name].backward(dA_drop, D, 0.6)
    assert found.shape == dA_drop.shape
    assert not np.allclose(found, apply_mask(dA_drop, D, 0.6))
    np.testing.assert_array_equal(found, BUGS[name].backward(dA_drop, D, 0.6))


def phi(k):
    return (1 + erf(k / sqrt(2))) / 2


@pytest.mark.parametrize(
    ("keep_prob", "share"), [(0.1, 0.540), (0.5, 0.691), (0.8, 0.788), (0.86, 0.805), (1.0, 0.841)]
)
def test_randn_keeps_the_share_phi_of_keep_prob(keep_prob, share, rng):
    """Fact (c)."""
    assert phi(keep_prob) == pytest.approx(share, abs=5e-4)
    D = BUGS["randn"].sample((1000, 1000), keep_prob, rng)
    assert D.mean() == pytest.approx(share, abs=2e-3)
    legacy = BUGS["randn"].sample((1000, 1000), keep_prob, np.random.RandomState(0))
    assert legacy.mean() == pytest.approx(share, abs=2e-3)


def test_near_its_fixed_point_it_takes_many_draws_to_see_randn():
    """Fact (c): so many, until the difference is five standard deviations of the share kept."""
    k = 0.8
    assert round(25 * k * (1 - k) / (phi(k) - k) ** 2, -2) == 28_500


def test_the_other_ways_to_draw_a_mask(rng):
    flipped = BUGS["flipped comparison"].sample((1000, 1000), 0.7, rng)
    assert flipped.mean() == pytest.approx(0.3, abs=2e-3)
    seeded = BUGS["seed inside forward"].sample
    np.testing.assert_array_equal(seeded((4, 5), 0.5, rng), seeded((4, 5), 0.5, rng))
    shared = BUGS["one mask for all examples"].sample((50, 7), 0.5, rng)
    assert shared.shape == (50, 7)
    assert np.all(shared == shared[:, :1])
    assert 0 < shared[:, 0].mean() < 1


def test_wrong_scale_divides_by_the_drop_probability():
    A, D = np.ones((1, 2)), np.array([[True, False]])
    assert BUGS["wrong scale"].forward(A, D, 0.8) == pytest.approx(np.array([[5.0, 0.0]]))
    assert BUGS["no scale at all"].forward(A, D, 0.8).tolist() == [[1.0, 0.0]]


def test_a_recipe_is_asked_for_by_itself_or_by_name():
    mine = Recipe("mine")
    assert named(mine) is mine
    assert named("no mask") is BUGS["no mask"]
    assert named("correct") is CORRECT
    assert list(KNOWN) == ["correct", *BUGS]
    with pytest.raises(ValueError, match=r"unknown recipe 'no masks'; expected one of correct, no"):
        named("no masks")
    with pytest.raises(TypeError, match="recipe must be a Recipe or the name of a bug; got 3"):
        named(3)


def test_a_learners_backward_becomes_a_recipe_under_a_name_that_is_free():
    def mine(dA_drop, D, keep_prob):
        return dA_drop

    recipe = yours(mine)
    assert (recipe.name, recipe.backward) == ("mine", mine)
    mine.__name__ = "neither"
    assert yours(mine).name == "yours: neither"
    with pytest.raises(TypeError, match="backward must be a function"):
        yours(0.8)
