"""The lesson network shows all there is to see, and the point sets are what they say they are."""

import numpy as np
import pytest

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.gradcheck import check_gradients
from dropout_lab.core.network import Network
from dropout_lab.core.passes import backward, forward, sample_masks
from dropout_lab.experiments.data import (
    FIELD,
    OUTLIERS,
    Case,
    averages_case,
    football,
    lesson,
    two_moons,
    wide_lesson,
)
from dropout_lab.experiments.ensemble import all_masks

STOPS = np.arange(1, 101) / 100  # of the keep_prob slider


def shows_everything(case: Case) -> bool:
    """Whether example 0 shows, in layer 1, all four kinds of unit, and legible numbers."""
    fwd = forward(case.net, case.X, case.masks, case.keep_prob)
    bwd = backward(case.net, fwd, case.Y)
    kept, active = fwd.D[1][:, 0], fwd.A[1][:, 0] > 0
    if len(fwd.D) == 2:
        off_above = ~fwd.D[2][:, 0]
        if off_above.sum() != 1 or np.abs(bwd.dA_drop[2][off_above, 0]).min() < 0.1:
            return False
    return bool(
        len(set(zip(kept, active, strict=True))) == 4
        and np.abs(bwd.dA_drop[1][~kept, 0]).min() >= 0.1
        and np.abs(bwd.dA_drop[1][~kept & active, 0]).min() >= 0.3
        and bwd.dA_drop[1][:, 0].min() <= -0.1
        and bwd.dA_drop[1][:, 0].max() >= 0.1
        and np.abs(bwd.dA_drop[1][:, 0]).min() >= 0.05
        and (fwd.A_drop[2][:, 0] > 0).any()
        and fwd.A[1][active, 0].min() >= 0.3
        and np.abs(bwd.dZ[3][0, 0]) >= 0.3
        and np.abs(case.X[:, 0]).min() >= 0.1
        and min(np.abs(Z).min() for Z in fwd.Z.values()) >= 0.05
        and max(np.abs(Z[:, 0]).max() for Z in fwd.Z.values()) <= 2.5
    )


def least_gradient(case: Case, keep_prob: float) -> float:
    """The smallest |dA1_drop| of any unit under any of the 16 masks of layer 1; 0 if layer 2 is silent."""
    masks, _ = all_masks({1: 4}, keep_prob)
    fwd = forward(case.net, np.broadcast_to(case.X, (16, *case.X.shape)), masks, keep_prob)
    speaks = (fwd.Z[2] > 0).any(axis=(1, 2)).all()
    return np.abs(backward(case.net, fwd, case.Y).dA_drop[1]).min() if speaks else 0.0


def test_notebook_01_keeps_its_promise_that_no_switch_makes_the_number_after_it_zero():
    """Under none of the 16 masks, at no stop of the slider: layer 2 never falls silent."""
    for keep_prob in STOPS[::9]:
        assert least_gradient(lesson(1), keep_prob) > 0.01


def test_no_mask_of_the_first_fifty_seeds_silences_the_lesson_of_one_example():
    case = lesson(1)
    for seed in range(50):
        masks = sample_masks(case.net, 1, (1,), 0.7, np.random.default_rng(seed))
        fwd = forward(case.net, case.X, masks, 0.7)
        assert (fwd.Z[2] > 0).any()
        assert (backward(case.net, fwd, case.Y).dA_drop[1] != 0).all()


@pytest.mark.parametrize("name", ["no mask", "no scale", "neither", "scaled twice"])
def test_the_gradient_check_of_the_lesson_sees_a_slip_under_every_mask_that_it_can_show_at(name):
    """Leaving the mask out shows at a unit that is off and has a value, the scale at one that is kept."""
    case = lesson(1)
    active = forward(case.net, case.X).A[1][:, 0] > 0
    masks, _ = all_masks({1: 4}, 0.7)
    for D in masks[1]:
        leak, kept = (~D[:, 0] & active).any(), (D[:, 0] & active).any()
        shows = {"no mask": leak, "neither": leak or kept}.get(name, kept)
        check = check_gradients(case.net, case.X, case.Y, {1: D}, 0.7, BUGS[name])
        assert check.ok == (not shows)


@pytest.mark.parametrize("examples", [5, 1])
def test_the_lesson_shows_all_four_kinds_of_unit(examples):
    assert shows_everything(lesson(examples))


def test_both_labels_occur_and_the_single_example_is_the_first_of_five():
    assert set(np.unique(lesson().Y)) == {0, 1}
    np.testing.assert_array_equal(lesson(1).X, lesson().X[:, :1])
    np.testing.assert_array_equal(lesson(1).Y, lesson().Y[:, :1])
    assert lesson(1).masks[1].shape == (4, 1)


def test_a_lesson_of_another_size_is_refused():
    with pytest.raises(ValueError, match="expected 5 examples or 1, got 3"):
        lesson(3)


def test_the_two_wider_networks_are_drawn_from_their_seeds_and_have_256_masks():
    wide, averages = wide_lesson(), averages_case()
    drawn = Network.random((3, 8, 3, 1), "tanh", rng=np.random.default_rng(1))
    np.testing.assert_array_equal(wide.net.W[3], drawn.W[3])
    assert {l: D.shape for l, D in wide.masks.items()} == {1: (8, 5)}
    drawn = Network.random((3, 8, 8, 1), "tanh", rng=np.random.default_rng(113))
    np.testing.assert_array_equal(averages.net.W[3], 2 * drawn.W[3])
    np.testing.assert_array_equal(averages.net.b[3], drawn.b[3])
    assert averages.masks == {}
    for case in (wide, averages):
        assert (case.X.shape, set(np.unique(case.Y))) == ((3, 5), {0, 1})


SETS = {"football": football, "two moons": lambda rng: two_moons(200, rng)}


@pytest.mark.parametrize("name", SETS)
def test_the_same_generator_state_gives_the_same_points(name):
    one, same, other = (SETS[name](np.random.default_rng(seed)) for seed in (3, 3, 4))
    for part in ("train", "test"):
        np.testing.assert_array_equal(getattr(one, part).X, getattr(same, part).X)
        np.testing.assert_array_equal(getattr(one, part).Y, getattr(same, part).Y)
        assert not np.array_equal(getattr(one, part).X, getattr(other, part).X)


@pytest.mark.parametrize("name", SETS)
def test_columns_are_examples_labels_are_0_and_1_and_coordinates_of_order_1(name):
    split = SETS[name](np.random.default_rng(0))
    for points in (split.train, split.test):
        n = points.X.shape[1]
        assert points.X.shape == (2, n)
        assert points.Y.shape == (1, n)
        assert set(np.unique(points.Y)) == {0, 1}
        assert 0.4 < points.Y.mean() < 0.6
        assert np.all(np.abs(points.X.mean(axis=1)) < 0.2)
        assert np.all((points.X.std(axis=1) > 0.3) & (points.X.std(axis=1) < 1))


def test_the_football_field_has_211_balls_to_learn_from_and_others_to_be_tested_on():
    split = football(np.random.default_rng(0), test_size=300)
    assert split.train.X.shape == (2, 211)
    assert split.test.X.shape == (2, 300)
    assert not set(split.train.X[0]) & set(split.test.X[0])
    assert np.all(np.abs(split.train.X) <= FIELD)


def wrong_side(points):
    """Which labels are not those of the curve."""
    above = points.X[1:] > np.sin(2 * points.X[:1]) / 2
    return above != points.Y


def test_one_ball_in_twenty_is_an_outlier_in_either_set_and_anywhere_on_the_field():
    split = football(np.random.default_rng(0), test_size=20_000)
    assert 0.02 < wrong_side(split.train).mean() < 0.08
    assert abs(wrong_side(split.test).mean() - OUTLIERS) < 0.005
    outliers = wrong_side(split.test)[0]
    for points, sign in ((split.test.X, 1), (split.test.X, -1)):
        for axis in (0, 1):
            share = np.mean(sign * points[axis, outliers] > 0)
            assert 0.4 < share < 0.6


def test_without_noise_each_moon_is_half_a_circle_around_its_own_center():
    points = two_moons(400, np.random.default_rng(0), noise=0).train
    first = points.Y[0] == 0
    assert first.sum() == 200
    for moon, center, side in ((first, [[-0.5], [-0.25]], 1), (~first, [[0.5], [0.25]], -1)):
        from_center = side * (points.X[:, moon] - center)
        np.testing.assert_allclose(np.hypot(*from_center), 1, atol=1e-12)
        assert from_center[1].min() >= 0
        assert from_center[0].min() < -0.9
        assert from_center[0].max() > 0.9


def test_noise_spreads_the_moons_by_its_standard_deviation():
    quiet, noisy = (two_moons(5000, np.random.default_rng(0), noise).train for noise in (0, 0.3))
    assert abs((noisy.X - quiet.X).std() - 0.3) < 0.01


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda rng: two_moons(0, rng), ValueError, "n must be 1 or more"),
        (lambda rng: two_moons(2.5, rng), TypeError, "n must be a whole number; got 2.5"),
        (lambda rng: two_moons(10, rng, noise=-1), ValueError, "noise is a standard deviation"),
        (lambda rng: two_moons(10, rng, noise=np.nan), ValueError, "noise is a standard deviation"),
        (lambda rng: football(rng, test_size=0), ValueError, "test_size must be 1 or more"),
        (lambda _: football(0), TypeError, "rng must be a random generator"),
        (lambda _: two_moons(10, None), TypeError, "rng must be a random generator"),
    ],
)
def test_what_does_not_fit_is_named(call, error, message, rng):
    with pytest.raises(error, match=message):
        call(rng)
