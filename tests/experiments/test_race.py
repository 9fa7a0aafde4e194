"""Recipes side by side: the same networks, the same draws, and numbers that are medians over seeds."""

import dataclasses

import numpy as np
import pytest

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.network import Network
from dropout_lab.core.passes import predict
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import football, two_moons
from dropout_lab.experiments.race import EVERY, Race, mean_output, set_up
from dropout_lab.experiments.training import accuracy, is_right, stacked, train

BOTH = {"correct": CORRECT, "no mask": BUGS["no mask"]}
RNG = np.random.default_rng


def by_hand(recipe, iterations, seeds=3, seed=1, **changes):
    """Every Progress of the same training, without a race."""
    points, rngs = football(RNG(0)).train, [RNG([seed, r]) for r in range(seeds)]
    net = stacked([Network.random((2, 20, 3, 1), rng=rng) for rng in rngs])
    arguments = {"layers": (1, 2), "keep_prob": 0.7, "learning_rate": 0.3, "every": EVERY} | changes
    return list(
        train(net, points.X, points.Y, iterations=iterations, rng=rngs, recipe=recipe, **arguments)
    )


@pytest.mark.parametrize("name", BOTH)
def test_the_numbers_of_a_track_are_medians_over_the_networks_trained_by_hand(name):
    race = Race(BOTH, set_up(seeds=3))
    race.advance_to(33)
    steps, split = by_hand(BOTH[name], 33), football(RNG(0))
    net, score, curve = steps[-1].net, race.scores()[name], race.curves()[name]
    assert score.loss == np.median(steps[-1].loss)
    assert score.noisy_loss == np.median(steps[-1].noisy_loss)
    assert score.train == np.median(accuracy(net, split.train.X, split.train.Y))
    assert score.test == np.median(accuracy(net, split.test.X, split.test.Y))
    lengths = [np.median([np.linalg.norm(W) for W in net.W[l]]) for l in (1, 2, 3)]
    np.testing.assert_allclose(score.norms, lengths, rtol=1e-12)
    assert curve.iterations.tolist() == [0, 5, 10, 15, 20, 25, 30, 33]
    np.testing.assert_array_equal(curve.noisy, [np.median(p.noisy_loss) for p in steps])
    lengths = [np.median([np.linalg.norm(W) for W in p.net.W[1]]) for p in steps]
    np.testing.assert_allclose(curve.size, lengths, rtol=1e-12)
    bands = np.array([np.quantile(p.loss, (0.1, 0.5, 0.9)) for p in steps])
    np.testing.assert_array_equal(np.transpose([curve.low, curve.loss, curve.high]), bands)


def test_all_tracks_begin_with_the_same_networks_and_the_same_masks():
    start = Race(BOTH, set_up(seeds=2)).scores()
    assert start["correct"] == start["no mask"]
    other = Race(BOTH, set_up(seeds=2, seed=2)).scores()
    assert other["correct"] != start["correct"]


def test_a_race_in_stages_is_one_race_and_never_goes_back():
    staged, whole = Race(BOTH, set_up()), Race(BOTH, set_up())
    for iteration in (7, 30, 20):
        staged.advance_to(iteration)
    whole.advance_to(30)
    assert staged.iteration == whole.iteration == 30
    assert staged.scores() == whole.scores()


def fails_while(broken):
    """A backward function that raises as long as there is something in this list."""

    def backward(dA_drop, D, keep_prob):
        if broken and next(broken[0]) > 30:
            raise RuntimeError("no more")
        return CORRECT.backward(dA_drop, D, keep_prob)

    return dataclasses.replace(CORRECT, name="mine", backward=backward)


def test_a_recipe_that_raises_stops_all_tracks_at_the_same_step_and_nothing_is_lost():
    """Whichever stands first; and mended, the race goes on as one that never stopped."""
    broken = [iter(range(10**6))]
    race = Race({**BOTH, "mine": fails_while(broken), "neither": BUGS["neither"]}, set_up(seeds=2))
    with pytest.raises(RuntimeError, match="no more"):
        race.advance_to(40)
    assert {track.iteration for track in race.tracks.values()} == {race.iteration} == {15}
    assert {curve.iterations[-1] for curve in race.curves().values()} == {15}
    broken.clear()
    race.advance_to(40)
    whole = Race({**BOTH, "mine": CORRECT, "neither": BUGS["neither"]}, set_up(seeds=2))
    whole.advance_to(40)
    assert race.scores() == whole.scores()


def test_a_long_curve_is_thinned_out_between_its_two_ends():
    race = Race({"correct": CORRECT}, set_up())
    race.advance_to(200)
    whole, thin = (race.tracks["correct"].curve(most) for most in (300, 7))
    assert len(whole.loss) == 41
    assert len(thin.loss) == 7
    assert thin.iterations[[0, -1]].tolist() == [0, 200]
    assert set(zip(thin.iterations, thin.loss, strict=True)) <= set(
        zip(whole.iterations, whole.loss, strict=True)
    )


def test_without_a_word_every_hidden_layer_has_dropout_and_each_optimizer_its_own_rate():
    assert set_up().layers == (1, 2)
    assert set_up(layers=[2]).layers == (2,)
    assert set_up(Network.random((2, 3, 4, 5, 1), rng=RNG(0))).layers == (1, 2, 3)
    assert set_up(optimizer="adam").learning_rate == 0.01
    assert (set_up().learning_rate, set_up(learning_rate=2).learning_rate) == (0.3, 2)


@pytest.mark.parametrize("changes", [{"optimizer": "adam", "learning_rate": 0.01},
                                     {"layers": (2,)}, {"keep_prob": 0.5}])  # fmt: skip
def test_every_setting_reaches_the_training(changes):
    race = Race({"correct": CORRECT}, set_up(seeds=3, **changes))
    race.advance_to(20)
    assert race.scores()["correct"].loss == np.median(by_hand(CORRECT, 20, **changes)[-1].loss)


def test_points_of_your_own_have_no_test_set_and_a_network_of_your_own_starts_every_seed():
    net = Network.random((2, 4, 1), "tanh", rng=RNG(0))
    points = two_moons(20, RNG(0)).train
    setup = set_up(net, points.X, points.Y, seeds=3)
    race = Race({"correct": CORRECT}, setup)
    assert (setup.activation, setup.test, race.scores()["correct"].test) == ("tanh", None, None)
    start = race.tracks["correct"].last.net
    np.testing.assert_array_equal(start.W[1], [net.W[1]] * 3)
    bent = set_up(net, points.X, points.Y, activation="relu")
    assert bent.networks(bent.generators()).activation == "relu"


def test_the_two_point_sets_are_those_of_the_lessons():
    for name, split in (("football", football(RNG(0))), ("two moons", two_moons(211, RNG(0)))):
        setup = set_up(data=name)
        np.testing.assert_array_equal(setup.points.X, split.train.X)
        np.testing.assert_array_equal(setup.test.Y, split.test.Y)


def test_the_boundary_is_that_of_the_averaged_networks_and_what_is_no_number_is_wrong():
    nets = [Network.random((2, 3, 1), rng=RNG(r)) for r in range(3)]
    points = two_moons(50, RNG(0)).train
    mean = np.mean([predict(net, points.X, 1.0)[0] for net in nets], axis=0)
    np.testing.assert_allclose(mean_output(stacked(nets), points.X), mean)
    np.testing.assert_array_equal(
        mean_output(nets[0], points.X), predict(nets[0], points.X, 1.0)[0]
    )
    lost = Network({1: [[np.nan, 1.0]]}, {1: [[0.0]]})
    assert not is_right(mean_output(lost, np.ones((2, 2))), np.array([0.0, 1.0])).any()


def test_a_track_that_overflows_is_told_and_not_stopped():
    huge = dataclasses.replace(CORRECT, backward=lambda dA_drop, D, k: 1e200 * dA_drop * D / k)
    race = Race({"huge": huge}, set_up(seeds=2))
    race.advance_to(15)
    assert race.iteration == 15
    assert not np.isfinite(race.scores()["huge"].loss)


NET = Network.random((2, 3, 1), rng=RNG(0))
BAD = {
    "three inputs": ({"net": Network.random((3, 1), rng=RNG(0))}, r"1 output, got sizes \(3, 1\)"),
    "many networks": ({"net": stacked([NET, NET])}, r"leading axes \(2,\)"),
    "no labels": ({"X": np.ones((2, 3))}, "points need their labels"),
    "no points": ({"X": np.ones((2, 0)), "Y": np.ones((1, 0))}, r"\(2, m\) with m at least 1"),
    "other labels": ({"X": np.ones((2, 3)), "Y": np.full((1, 3), 2)}, "labels must be 0 or 1"),
    "data": ({"data": "moons"}, "unknown data 'moons'; expected one of football, two moons"),
    "optimizer": ({"optimizer": "sgd"}, "unknown optimizer 'sgd'"),
    "rate": ({"learning_rate": 0}, "learning_rate must be above 0"),
    "activation": ({"activation": "swish"}, "unknown activation 'swish'"),
    "keep_prob": ({"keep_prob": 0}, r"keep_prob must be in \(0, 1\]"),
    "no seed": ({"seeds": 0}, "seeds must be 1 or more; got 0"),
    "too many seeds": ({"seeds": 65}, "seeds must be 64 or fewer; got 65"),
    "seed": ({"seed": -1}, "seed must be 0 or more"),
    "output layer": ({"layers": (3,)}, "layer 3 cannot have dropout"),
    "layer of yours": ({"net": NET, "layers": (2,)}, "layer 2 cannot have dropout"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_is_named_before_the_race(name):
    changes, message = BAD[name]
    with pytest.raises(ValueError, match=message):
        set_up(**changes)
