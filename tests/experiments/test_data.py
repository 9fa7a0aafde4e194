"""The lesson network is the first that a search finds, and the point sets are what they say they are."""

import numpy as np
import pytest

from dropout_lab.core.network import Network
from dropout_lab.core.passes import backward, forward, sample_masks
from dropout_lab.experiments import data as datasets
from dropout_lab.experiments.data import (
    FIELD,
    OUTLIERS,
    Case,
    averages_case,
    football,
    lesson,
    make_lesson,
    two_moons,
    wide_lesson,
)


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


def far_from_kinks(case: Case) -> bool:
    """Whether no |Z| comes near 0 at any stop of the keep_prob slider."""
    for keep_prob in np.arange(5, 101) / 100:
        rng = np.random.default_rng(case.seed)
        masks = sample_masks(case.net, case.X.shape[1], tuple(case.masks), keep_prob, rng)
        fwd = forward(case.net, case.X, masks, keep_prob)
        if min(np.abs(Z).min() for Z in fwd.Z.values()) < 2e-4:
            return False
    return True


def search() -> tuple[int, int]:
    for net_seed in range(3000):
        case = make_lesson(net_seed, 0)
        Z1 = case.net.W[1] @ case.X + case.net.b[1]
        # These do not depend on the mask, and rule most networks out at once.
        if (Z1[:, 0] > 0).sum() != 2 or np.abs(Z1).min() < 0.05 or np.abs(case.X[:, 0]).min() < 0.1:
            continue
        for mask_seed in range(20):
            cases = [make_lesson(net_seed, mask_seed, examples) for examples in (5, 1)]
            if all(map(shows_everything, cases)) and all(map(far_from_kinks, cases)):
                return net_seed, mask_seed
    raise AssertionError("nothing found")


def test_the_seeds_of_the_lesson_are_the_first_the_search_finds():
    assert search() == (datasets.LESSON_SEED, datasets.LESSON_MASK_SEED)


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
