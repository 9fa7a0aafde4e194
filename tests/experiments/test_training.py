"""A run against the same run written by hand, paused, repeated, and one network at a time."""

import dataclasses
import platform
import subprocess
import sys

import numpy as np
import pytest
from cases import Drawn, draw_case

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.dropout import sample_mask
from dropout_lab.core.network import Network
from dropout_lab.core.passes import backward, forward, loss, sample_masks
from dropout_lab.core.recipe import CORRECT, Recipe
from dropout_lab.experiments.data import football
from dropout_lab.experiments.training import accuracy, stacked, train

RULES = {
    "gd": {},
    "momentum": {"momentum": 0.9},
    "adam": {"optimizer": "adam", "learning_rate": 0.02},
    "decay": {"weight_decay": 0.05, "momentum": 0.5},
}


def run(c, rng=1, net=None, **changes):
    """Every Progress of a run on the case c; rng is a seed or what train takes."""
    arguments = {"layers": (1, 2), "keep_prob": 0.7, "iterations": 20, "learning_rate": 0.3}
    given = np.random.default_rng(rng) if isinstance(rng, int) else rng
    return list(train(net or c.net, c.X, c.Y, **(arguments | {"rng": given} | changes)))


def assert_same_net(a, b, **tolerance):
    for l in a.W:
        np.testing.assert_allclose(a.W[l], b.W[l], **tolerance)
        np.testing.assert_allclose(a.b[l], b.b[l], **tolerance)


def assert_same_run(a, b, rtol=0.0):
    assert [p.iteration for p in a] == [p.iteration for p in b]
    for p, q in zip(a, b, strict=True):
        assert_same_net(p.net, q.net, rtol=rtol, atol=rtol)
        np.testing.assert_allclose(p.noisy_loss, q.noisy_loss, rtol=rtol)
        np.testing.assert_allclose(p.loss, q.loss, rtol=rtol)


def differ(p, q):
    return not np.array_equal(p.net.W[1], q.net.W[1])


@pytest.mark.parametrize("rule", RULES)
def test_the_same_generator_state_gives_the_same_run(rule):
    c = draw_case()
    assert_same_run(run(c, **RULES[rule]), run(c, **RULES[rule]))
    assert differ(run(c, **RULES[rule])[-1], run(c, 2, **RULES[rule])[-1])


def by_hand(c, recipe, steps, k=0.7, learning_rate=0.3):
    """Gradient descent as the course writes it; yields W, b and both losses."""
    rng = np.random.default_rng(1)
    W, b = dict(c.net.W), dict(c.net.b)
    for i in range(steps + 1):
        net = Network(dict(W), dict(b), c.net.activation)
        D = {l: sample_mask((c.net.sizes[l], c.X.shape[1]), k, rng) for l in (1, 2)}
        fwd = forward(net, c.X, D, k, recipe)
        yield i, net, loss(fwd, c.Y), loss(forward(net, c.X), c.Y)
        bwd = backward(net, fwd, c.Y, recipe)
        for l in W:
            W[l] = W[l] - learning_rate * bwd.dW[l]
            b[l] = b[l] - learning_rate * bwd.db[l]


@pytest.mark.parametrize(("activation", "recipe"), [("relu", BUGS["no mask"]), ("tanh", CORRECT)])
def test_a_run_agrees_with_a_loop_written_by_hand(activation, recipe):
    c = draw_case(activation)
    for p, (i, net, noisy, plain) in zip(
        run(c, recipe=recipe), by_hand(c, recipe, 20), strict=True
    ):
        assert p.iteration == i
        assert_same_net(p.net, net, rtol=1e-12)
        np.testing.assert_allclose([p.noisy_loss, p.loss], [noisy, plain], rtol=1e-12)


def test_the_masks_of_a_progress_give_its_noisy_loss_and_its_next_step():
    c = draw_case()
    now, after = run(c, iterations=1)
    fwd = forward(now.net, c.X, now.state.masks, 0.7)
    assert loss(fwd, c.Y) == now.noisy_loss
    bwd = backward(now.net, fwd, c.Y)
    np.testing.assert_allclose(after.net.W[1], now.net.W[1] - 0.3 * bwd.dW[1], rtol=1e-14)


@pytest.mark.parametrize("rule", RULES)
def test_training_learns(rule):
    points = football(np.random.default_rng(0)).train
    net = Network.random((2, 20, 3, 1), rng=np.random.default_rng(0))
    c = Drawn(net, points.X, points.Y, {}, 0.86)
    first, last = run(c, iterations=200, every=200, keep_prob=0.86, **RULES[rule])
    assert last.loss < 0.6 * first.loss
    assert accuracy(last.net, c.X, c.Y) > 0.85


@pytest.mark.parametrize("off", [{"keep_prob": 1}, {"layers": ()}])
def test_without_dropout_both_losses_are_the_same(off):
    for p in run(draw_case(), **off):
        assert p.noisy_loss == p.loss
    assert any(p.noisy_loss != p.loss for p in run(draw_case()))


def test_the_loss_has_everything_on_whatever_the_recipe_does_at_test_time():
    c = draw_case()
    for name in ("on at test time", "scaled again at test time"):
        assert_same_run(run(c, recipe=BUGS[name]), run(c))


@pytest.mark.parametrize("rule", RULES)
def test_a_run_continued_from_its_last_progress_is_one_longer_run(rule):
    c, every = draw_case(), 4
    whole = run(c, iterations=40, every=every, **RULES[rule])
    rng = np.random.default_rng(1)
    first = run(c, rng, iterations=20, every=every, **RULES[rule])
    last = first[-1]
    second = run(c, rng, last.net, iterations=20, every=every, state=last.state, **RULES[rule])
    assert_same_run(first + second, whole)


def test_a_run_may_be_continued_from_any_progress_if_its_generator_was_kept():
    c = draw_case()
    rng = np.random.default_rng(1)
    going = train(
        c.net, c.X, c.Y, layers=(1,), keep_prob=0.7, iterations=9, learning_rate=0.3, rng=rng
    )
    third = [next(going) for _ in range(4)][-1]
    rest = run(c, rng, third.net, layers=(1,), iterations=6, state=third.state)
    assert_same_run(rest, run(c, layers=(1,), iterations=9)[4:])


def test_progress_comes_every_so_often_and_always_at_both_ends():
    c = draw_case()

    def iterations(**changes):
        return [p.iteration for p in run(c, **changes)]

    assert iterations(iterations=7, every=3) == [0, 3, 6, 7]
    assert iterations(iterations=6, every=3) == [0, 3, 6]
    assert iterations(iterations=2, every=5) == [0, 2]
    assert iterations(iterations=0) == [0]
    state = run(c, iterations=7)[-1].state
    assert iterations(iterations=4, every=3, state=state) == [9, 11]
    assert iterations(iterations=0, state=state) == [7]


def test_how_often_progress_comes_changes_no_number():
    c = draw_case()
    often, seldom = run(c, momentum=0.9), run(c, momentum=0.9, every=10)
    assert_same_run(seldom, often[::10])


def three_networks(activation):
    c = draw_case(activation, m=12)
    nets = [
        Network.random((4, 5, 6, 1), activation, rng=np.random.default_rng(r)) for r in range(3)
    ]
    return c, nets


@pytest.mark.parametrize("rule", RULES)
def test_many_networks_at_once_train_as_each_would_alone(rule):
    c, nets = three_networks("relu")
    rngs = [np.random.default_rng([5, r]) for r in range(3)]
    together = run(c, rngs, stacked(nets), **RULES[rule])
    for r, net in enumerate(nets):
        alone = run(c, np.random.default_rng([5, r]), net, **RULES[rule])
        for p, q in zip(together, alone, strict=True):
            np.testing.assert_allclose(p.net.W[1][r], q.net.W[1], rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(p.net.b[3][r], q.net.b[3], rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(p.noisy_loss[r], q.noisy_loss, rtol=1e-9)
            np.testing.assert_allclose(p.loss[r], q.loss, rtol=1e-9)
            assert p.loss.shape == p.noisy_loss.shape == (3,)


def test_one_generator_draws_a_mask_of_its_own_for_each_network():
    c, nets = three_networks("tanh")
    first = run(c, 1, stacked(nets), iterations=0)[0]
    rng = np.random.default_rng(1)
    for l, n in ((1, 5), (2, 6)):
        np.testing.assert_array_equal(first.state.masks[l], sample_mask((3, n, 12), 0.7, rng))


def test_nothing_given_is_changed_and_no_progress_changes_later():
    c = draw_case()
    rng = np.random.default_rng(1)
    given = [a.copy() for a in (*c.net.W.values(), *c.net.b.values(), c.X, c.Y)]
    going = train(
        c.net, c.X, c.Y, layers=(1, 2), keep_prob=0.7, iterations=9, learning_rate=0.3, rng=rng,
        momentum=0.9,
    )  # fmt: skip
    early = next(going)
    seen = [a.copy() for a in (*early.net.W.values(), early.state.memory.first)]
    list(going)
    for before, now in zip(given, (*c.net.W.values(), *c.net.b.values(), c.X, c.Y), strict=True):
        np.testing.assert_array_equal(before, now)
    for before, now in zip(seen, (*early.net.W.values(), early.state.memory.first), strict=True):
        np.testing.assert_array_equal(before, now)


HUGE = {
    "forward": Recipe("huge forward", forward=lambda A, D, k: A * D / k * 1e200),
    "backward": Recipe("huge backward", backward=lambda dA_drop, D, k: dA_drop * D / k * 1e200),
}


@pytest.mark.parametrize("direction", HUGE)
def test_a_run_that_overflows_goes_on_in_silence(direction):
    """A warning would be an error here."""
    c = draw_case("relu")
    passed = run(c, iterations=8, recipe=HUGE[direction])
    assert len(passed) == 9
    assert not np.isfinite(passed[-1].loss)
    assert 0 <= accuracy(passed[-1].net, c.X, c.Y) <= 1


def test_the_settings_of_numpy_are_left_alone_while_a_run_pauses():
    c = draw_case()
    going = train(
        c.net, c.X, c.Y, layers=(1,), keep_prob=0.7, iterations=3, learning_rate=0.3,
        rng=np.random.default_rng(1),
    )  # fmt: skip
    with np.errstate(all="raise"):
        for _ in going:
            assert set(np.geterr().values()) == {"raise"}


def test_accuracy_is_the_share_of_right_answers_with_everything_on():
    net = Network({1: [[1.0]]}, {1: [[0.0]]})
    X, Y = [[-2.0, -1, 1, 2]], [[0, 1, 1, 1]]
    assert accuracy(net, X, Y) == 0.75
    assert isinstance(accuracy(net, X, Y), float)
    other = Network({1: [[-1.0]]}, {1: [[0.0]]})
    assert accuracy(stacked([net, other]), X, Y).tolist() == [0.75, 0.25]
    lost = Network({1: [[np.nan]]}, {1: [[0.0]]})
    assert accuracy(lost, X, Y) == 0
    overflows = Network({1: [[1e308]]}, {1: [[1e308]]})
    assert accuracy(overflows, [[1.0, -3]], [[1, 0]]) == 1
    undecided = Network({1: [[0.0]]}, {1: [[0.0]]})
    assert accuracy(undecided, X, Y) == 0.25


BAD = {
    "optimizer": ({"optimizer": "sgd"}, ValueError, "unknown optimizer"),
    "learning rate": ({"learning_rate": 0}, ValueError, "learning_rate must be above 0"),
    "momentum": ({"momentum": 1.0}, ValueError, "momentum must be in"),
    "weight decay": ({"weight_decay": -1}, ValueError, "weight_decay must be 0 or more"),
    "iterations": ({"iterations": -1}, ValueError, "iterations must be 0 or more; got -1"),
    "every": ({"every": 0}, ValueError, "every must be 1 or more; got 0"),
    "rng": ({"rng": None}, TypeError, "rng must be a random generator"),
    "rngs": (
        {"rng": [np.random.default_rng(0)]},
        ValueError,
        r"expected one generator for each network, got 1 for leading axes \(\)",
    ),
    "a seed": ({"rng": [0]}, TypeError, "rng must be a random generator"),
    "Y": ({"Y": np.ones((1, 7))}, ValueError, "one column per example"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_argument_that_does_not_fit_is_named_before_the_first_step(name):
    c = draw_case()
    changes, error, message = BAD[name]
    arguments = {
        "net": c.net, "X": c.X, "Y": c.Y, "layers": (1, 2), "keep_prob": 0.7, "iterations": 3,
        "learning_rate": 0.3, "rng": np.random.default_rng(1),
    }  # fmt: skip
    with pytest.raises(error, match=message):
        train(**(arguments | changes))


def test_a_state_of_another_run_is_refused():
    c = draw_case()
    last = run(c)[-1]
    for changes in ({"keep_prob": 0.5}, {"layers": (1,)}, {"optimizer": "adam"}):
        with pytest.raises(ValueError, match="begin a new run"):
            run(c, 1, last.net, state=last.state, **changes)
    run(c, 1, last.net, state=last.state, layers=(2, 1))  # the same layers in another order
    other = dataclasses.replace(c, net=draw_case(sizes=(4, 3, 6, 1)).net)
    with pytest.raises(ValueError, match="state belongs to a network"):
        run(other, state=last.state)


def test_weight_decay_pulls_at_the_weights_and_not_at_the_biases():
    c = draw_case()
    plain, decayed = (run(c, iterations=1, weight_decay=decay)[-1].net for decay in (0.0, 0.1))
    for l, W in c.net.W.items():
        np.testing.assert_allclose(decayed.W[l], plain.W[l] - 0.3 * 0.1 * W, rtol=1e-12)
        np.testing.assert_array_equal(decayed.b[l], plain.b[l])


def test_masks_are_drawn_by_the_recipe_in_ascending_layers():
    c = draw_case()
    for recipe in (CORRECT, BUGS["flipped comparison"]):
        first = run(c, layers=(2, 1), recipe=recipe)[0]
        masks = sample_masks(c.net, 8, (1, 2), 0.7, np.random.default_rng(1), recipe)
        for l in (1, 2):
            np.testing.assert_array_equal(first.state.masks[l], masks[l])


MEMORY = """
import resource
import numpy as np
from dropout_lab.core.passes import Network
from dropout_lab.experiments.data import football
from dropout_lab.experiments.training import stacked, train

points, rng = football(np.random.default_rng(0)).train, np.random.default_rng(0)
net = stacked([Network.random((2, 20, 3, 1), rng=rng) for _ in range(32)])
steps = train(net, points.X, points.Y, layers=(1, 2), keep_prob=0.86, iterations=60,
              learning_rate=0.3, rng=rng, every=20)
fetched = [resource.getrusage(resource.RUSAGE_SELF).ru_minflt for _ in steps]
print((fetched[-1] - fetched[1]) / 40)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc hands memory back")
def test_many_networks_do_not_send_their_memory_back_after_every_step():
    """Counted in pages fetched from the system: some 300 in every step without `_hold_memory`."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 20


def test_a_recipe_may_draw_one_mask_for_all_networks():
    c, nets = three_networks("tanh")
    shared = Recipe("shared", sample=lambda shape, k, rng: rng.random(shape[-2:]) < k)
    together = run(c, 1, stacked(nets), recipe=shared)[-1]
    for r, net in enumerate(nets):
        alone = run(c, 1, net)[-1]
        np.testing.assert_allclose(together.net.W[1][r], alone.net.W[1], rtol=1e-9)
