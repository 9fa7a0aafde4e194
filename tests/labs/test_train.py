"""Training live: right and broken side by side, started, paused, and begun again."""

import asyncio
import base64
import re
import threading
import time
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from dropout_lab import labs
from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.network import Network
from dropout_lab.core.passes import predict
from dropout_lab.core.recipe import CORRECT, Recipe
from dropout_lab.experiments.data import football
from dropout_lab.experiments.race import Race, mean_output, set_up, wrong_points
from dropout_lab.experiments.training import accuracy, stacked, train
from dropout_lab.labs import base_running as running
from dropout_lab.pictures.scores import progress_bar, score_table, share, short

BOTH = ("correct", "no mask")


@pytest.fixture
def lab():
    return labs.train(recipes=BOTH, seeds=3)


def pixels(lab):
    return np.asarray(Image.open(BytesIO(lab._chart.png())).convert("RGB")).astype(int)


async def seconds(time):
    await asyncio.sleep(time)


async def until_it_stops(lab):
    for _ in range(1000):
        await seconds(0.01)
        if not lab.running:
            return
    raise AssertionError(f"still running: {lab}")


def test_a_new_lab_is_untrained_and_says_so(lab):
    assert lab.iteration == 0
    assert not lab.running
    assert "<strong>Untrained: press Start, iteration 0 of 2000.</strong>" in lab.status.value
    assert lab._toggle.description == "Start"
    assert repr(lab).startswith(
        "Train(iteration=0, seeds=3, keep_prob=0.70, gd, learning_rate=0.3, relu;"
    )
    start = lab.scores
    assert start["correct"] == start["no mask"]  # the same networks, and the same first masks


def test_run_trains_so_many_steps_the_same_every_time(lab):
    lab.run(40)
    again = labs.train(recipes=BOTH, seeds=3)
    again.run(13)
    again.run(27)
    assert lab.iteration == again.iteration == 40
    assert lab.scores == again.scores
    assert repr(lab) == repr(again)
    assert "<strong>Paused, iteration 40 of 2000.</strong>" in lab.status.value
    assert re.search(r"correct: loss 0\.\d\d, with masks 0\.\d\d, \d\d% right", repr(lab))


def test_the_numbers_are_those_of_training_by_hand(lab):
    lab.run(40)
    split = football(np.random.default_rng(0))
    rngs = [np.random.default_rng([1, r]) for r in range(3)]
    nets = stacked([Network.random((2, 20, 3, 1), rng=rng) for rng in rngs])
    *_, last = train(
        nets, split.train.X, split.train.Y, layers=(1, 2), keep_prob=0.7, iterations=40,
        learning_rate=0.3, rng=rngs, recipe=BUGS["no mask"],
    )  # fmt: skip
    score = lab.scores["no mask"]
    assert score.loss == np.median(last.loss)
    assert score.noisy_loss == np.median(last.noisy_loss)
    assert score.train == np.median(accuracy(last.net, split.train.X, split.train.Y))
    assert score.test == np.median(accuracy(last.net, split.test.X, split.test.Y))
    assert score.norms[1] == pytest.approx(
        np.median([np.linalg.norm(W) for W in last.net.W[2]]), rel=1e-12
    )


def test_without_the_mask_on_the_way_back_the_weights_run_away():
    lab = labs.train(recipes=BOTH, seeds=3, keep_prob=0.5)
    lab.run(300)
    right, broken = lab.scores["correct"], lab.scores["no mask"]
    assert right.train > 0.85 > 0.6 > broken.train
    assert broken.norms[0] > 5 * right.norms[0]
    row = re.search(r"<th scope=.row.>no mask</th>(.*?)</tr>", lab._table.value)[1]
    assert [*re.findall(r">([^<]+)</td>", row)][4:] == [short(norm) for norm in broken.norms]


def test_without_a_number_run_goes_to_the_end_and_start_then_adds_as_much_again():
    lab = labs.train(iterations=20)
    lab.run()
    assert "<strong>Trained, iteration 20 of 20.</strong>" in lab.status.value
    lab.start()  # nobody could press Pause here: it trains to the end at once
    assert lab.iteration == 40
    lab.run(3)
    assert (lab.iteration, lab._total) == (43, 43)


def test_what_is_changed_during_a_run_waits_for_reset(lab):
    lab.run(10)
    lab.keep_prob = 0.5
    lab._settings["activation"].value = "tanh"
    assert "keep_prob 0.5, activation tanh will be used after Reset." in lab.status.value
    before = lab.scores
    lab.run(0)
    assert lab.scores == before
    assert "keep_prob=0.70" in repr(lab)
    lab.reset()
    assert lab.iteration == 0
    assert "after Reset" not in lab.status.value
    assert "keep_prob=0.50, gd, learning_rate=0.3, tanh;" in repr(lab)


def test_before_the_first_step_settings_are_used_at_once_and_the_rate_follows_the_optimizer(lab):
    lab._settings["optimizer"].value = "adam"
    assert lab._settings["learning_rate"].value == 0.01
    lab.keep_prob = 0.5
    assert "after Reset" not in lab.status.value
    assert "keep_prob=0.50, adam, learning_rate=0.01" in repr(lab)


def test_reset_begins_with_the_same_networks_again(lab):
    start = lab.scores, pixels(lab)
    lab.run(30)
    assert lab.scores != start[0]
    assert np.any(pixels(lab) != start[1])
    lab.reset()
    assert lab.scores == start[0]
    assert np.mean(pixels(lab) != start[1]) < 0.001


def test_start_pause_continue_and_reset_while_the_kernel_listens(lab):
    async def use():
        lab._toggle.click()
        assert lab.running
        assert lab._toggle.description == "Pause"
        assert "<strong>Training" in lab.status.value
        await seconds(0.4)
        lab._toggle.click()
        paused = lab.iteration
        assert paused > 0
        assert lab._toggle.description == "Continue"
        await seconds(0.2)
        assert lab.iteration == paused
        lab._toggle.click()
        lab._toggle.click()
        lab._toggle.click()  # fast fingers start it once only
        await seconds(0.3)
        assert lab.iteration > paused
        assert len(asyncio.all_tasks()) == 2
        lab.keep_prob = 0.4
        await seconds(0.2)
        assert lab.running
        assert "keep_prob 0.4 will be used after Reset" in lab.status.value
        lab.reset()
        await seconds(0.1)
        assert (lab.iteration, lab.running) == (0, False)
        assert lab._toggle.description == "Start"

    asyncio.run(use())
    assert lab.error is None


def test_a_live_run_is_the_run_of_a_cell():
    lab, same = labs.train(iterations=30), labs.train(iterations=30)
    same.run()

    async def use():
        lab.start()
        await until_it_stops(lab)

    asyncio.run(use())
    assert "<strong>Trained, iteration 30 of 30.</strong>" in lab.status.value
    assert lab._toggle.description == "Continue"
    assert repr(lab) == repr(same)
    assert "iteration 30 of 30" in lab._bar.value


def test_a_press_that_comes_just_after_the_end_was_meant_as_pause():
    lab = labs.train(iterations=10)

    async def use():
        lab._toggle.click()
        await until_it_stops(lab)
        lab._toggle.click()
        assert not lab.running
        await seconds(running.LATE)
        lab._toggle.click()
        assert lab.running
        lab.pause()

    asyncio.run(use())
    assert lab._total == 20


def test_the_event_loop_is_never_kept_waiting_for_long():
    lab, gaps = labs.train(), []

    async def use():
        loop = asyncio.get_running_loop()
        lab.start()
        last = loop.time()
        while len(gaps) < 40:
            await asyncio.sleep(0)
            gaps.append(loop.time() - last)
            last = loop.time()
            await asyncio.sleep(0.02)
        lab.pause()

    asyncio.run(use())
    assert sorted(gaps)[20] < 0.2
    assert lab.iteration > 50


def test_the_status_line_is_not_said_with_every_picture(lab):
    said, shown = [], []
    lab.status.observe(lambda change: said.append(change["new"]), "value")
    lab._picture.observe(lambda change: shown.append(change["new"]), "tree")

    async def use():
        lab.start()
        await seconds(1)
        lab.pause()

    asyncio.run(use())
    assert len(said) <= 3
    assert len(shown) > len(said)


def test_a_new_lab_and_a_started_lab_pause_the_one_that_runs():
    old = labs.train()

    async def use():
        old.start()
        await seconds(0.15)
        new = labs.train()  # as when its cell is run again
        assert not old.running
        assert "Paused because another lab was made or started." in old.status.value
        assert old._toggle.description == "Continue"
        where = old.iteration
        old.start()
        await seconds(0.15)
        assert old.iteration > where
        new.start()
        assert new.running
        assert not old.running
        where = old.iteration
        await seconds(0.15)
        assert old.iteration == where
        new.pause()
        assert len(asyncio.all_tasks()) <= 2

    asyncio.run(use())


def test_a_lab_that_is_refused_does_not_pause_another():
    lab = labs.train()

    async def use():
        lab.start()
        with pytest.raises(ValueError, match="unknown recipe"):
            labs.train(recipes="nothing")
        assert lab.running
        lab.run(0)
        assert not lab.running

    asyncio.run(use())


def test_reset_from_another_thread_is_the_last_word():
    """JupyterLab's presses and a notebook's cells come on threads of their own."""
    lab, loop = labs.train(recipes=BOTH), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        for _ in range(12):
            loop.call_soon_threadsafe(lab.start)
            while not lab.iteration:
                time.sleep(0.003)
            lab.reset()
            where = lab.iteration, lab.running, "Untrained" in lab.status.value
            time.sleep(0.1)
            assert where == (lab.iteration, lab.running, True) == (0, False, True)
            assert "Untrained" in lab.status.value
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
    assert lab.error is None


def breaks_after(calls):
    """A backward function that raises from that call on."""
    count = iter(range(10**6))

    def backward(dA_drop, D, keep_prob):
        if next(count) >= calls:
            raise RuntimeError("<b>no more</b>")
        return dA_drop * D / keep_prob

    return Recipe("mine", backward=backward)


def test_an_error_in_a_learners_recipe_stops_the_run_and_loses_nothing():
    lab = labs.train(recipes=("correct", breaks_after(40)))

    async def use():
        lab.start()
        await until_it_stops(lab)

    asyncio.run(use())
    assert isinstance(lab.error, RuntimeError)
    assert "&lt;b&gt;no more&lt;/b&gt; (in backward, line" in lab._alert.value
    assert "Stopped by the error above." in lab.status.value
    assert lab._toggle.description == "Continue"
    assert lab.iteration == 20  # two layers: 40 calls
    assert "iteration 20 of 2000" in lab._bar.value
    lab.boundary = "mine"
    assert lab._chart.words.startswith("After 20 iterations the boundary of mine")
    assert f">{share(lab.scores['mine'].train)}</td>" in lab._table.value
    assert lab.scores["correct"].train > 0.5
    lab.run(5)
    assert "error=<b>no more</b>" in repr(lab)


def test_numbers_that_overflow_are_told_and_are_no_error():
    lab = labs.train(
        recipes=BOTH, activation="linear", learning_rate=200.0, seeds=2, optimizer="gd"
    )
    lab._race.tracks["no mask"].recipe = Recipe("no mask", backward=lambda dA, _D, _k: -1e30 * dA)
    lab.boundary = "no mask"
    lab.run(100)
    assert lab.error is None
    assert "no mask: loss not finite, with masks not finite, " in repr(lab)
    assert ">not finite</td>" in lab._table.value
    assert "to not finite" in lab._chart.words
    *_, beyond = lab._chart._curves["no mask"]
    assert beyond.get_visible()
    lab.reset()
    assert not beyond.get_visible()


def test_the_recipe_whose_boundary_is_shown_can_be_chosen(lab):
    lab.run(100)
    assert "the boundary of correct leaves" in lab._picture.markup
    before = lab._chart._boundary.get_xydata().copy()
    lab.boundary = "no mask"
    assert "the boundary of no mask leaves" in lab._picture.markup
    assert lab._chart._live.axes[0].get_title() == "Boundary of “no mask”, everything on"
    assert not np.array_equal(before, lab._chart._boundary.get_xydata())
    picture, title = pixels(lab), (slice(0, 40), slice(0, 688))
    lab.boundary = "correct"
    assert np.any(pixels(lab)[title] != picture[title])
    with pytest.raises(ValueError, match=r"unknown boundary .*; expected one of correct, no mask"):
        lab.boundary = "neither"


def test_the_boundary_runs_where_the_averaged_networks_are_undecided(lab):
    lab.run(200)
    path = lab._chart._boundary.get_xydata()
    net = lab._race.tracks["correct"].last.net
    output = mean_output(net, path[~np.isnan(path).any(axis=1)].T)
    assert np.all(np.abs(output - 0.5) < 0.05)
    (left, right, low, high), shown = lab._chart._image.get_extent(), lab._chart._image.get_array()
    corners = mean_output(net, np.array([[left, right, left, right], [low, low, high, high]]))
    np.testing.assert_allclose(shown[[0, 0, -1, -1], [0, -1, 0, -1]], corners)
    X = lab._race.setup.points.X
    np.testing.assert_allclose(mean_output(net, X), predict(net, X, 1.0).mean(axis=(0, 1)))


def test_wrong_points_are_marked_and_counted(lab):
    lab.run(100)
    net, points = lab._race.tracks["correct"].last.net, lab._race.setup.points
    wrong = wrong_points(net, points)
    assert 5 < wrong.sum() < 60
    np.testing.assert_array_equal(lab._chart._dots[-1].get_xydata().T, points.X[:, wrong])
    assert f"leaves {wrong.sum()} of 211 points on the wrong side" in lab._chart.words
    one = labs.train()
    one.run(50)
    right = 1 - wrong_points(one._race.tracks["correct"].last.net, points).mean()
    assert np.isclose(right, one.scores["correct"].train)


def test_each_recipe_has_a_dash_of_its_own_and_seeds_a_band():
    lab = labs.train(recipes=("correct", "no mask", "no scale", "neither"), seeds=5)
    lab.run(30)
    dashes = [line.get_linestyle() for _, _, line, _ in lab._chart._curves.values()]
    assert len(set(dashes)) == 4
    for name, (band, noisy, line, _) in lab._chart._curves.items():
        curve = lab._race.tracks[name].curve()
        assert np.all(curve.low <= curve.loss)
        assert np.all(curve.loss <= curve.high)
        assert np.any(curve.low < curve.high)
        assert band.get_visible()
        np.testing.assert_array_equal(line.get_xdata(), curve.iterations)
        np.testing.assert_array_equal(line.get_ydata(), curve.loss)
        np.testing.assert_array_equal(noisy.get_ydata(), curve.noisy)
    assert not labs.train()._chart._curves["correct"][0].get_visible()


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    race = Race({"correct": CORRECT}, set_up())
    race.advance_to(100)
    all_, some = race.tracks["correct"].curve(), race.tracks["correct"].curve(most=7)
    assert list(all_.iterations) == list(range(0, 101, 5))
    assert len(some.iterations) == 7
    assert (some.iterations[0], some.iterations[-1]) == (0, 100)
    assert set(zip(some.iterations, some.loss, strict=True)) <= set(
        zip(all_.iterations, all_.loss, strict=True)
    )


def test_what_moves_is_drawn_as_a_full_drawing_would_draw_it(lab):
    lab.run(150)
    quick = pixels(lab)
    live = lab._chart._live
    for artist in live._moving:
        artist.set_animated(False)
    live._canvas.draw()
    full = np.asarray(live._canvas.buffer_rgba())[:, :, :3].astype(int)
    assert np.percentile(np.abs(quick - full), 98) <= 16


def test_a_learners_own_network_and_points(rng):
    net = Network.random((2, 4, 1), "tanh", rng=rng)
    X = rng.standard_normal((2, 12))
    lab = labs.train(net, X, X[:1] > 0, seeds=2, keep_prob=0.8)
    first = lab._race.tracks["correct"].last.net
    np.testing.assert_array_equal(first.W[1], [net.W[1], net.W[1]])
    lab.run(20)
    trained = lab._race.tracks["correct"].last.net
    assert np.any(trained.W[1][0] != trained.W[1][1])  # other masks
    assert "of the test points" not in repr(lab)
    assert ">-</td>" in lab._table.value
    assert "tanh;" in repr(lab)


def test_two_moons_and_a_choice_of_layers():
    lab = labs.train(data="two moons", layers=[2], iterations=10)
    lab.run()
    assert list(lab._race.tracks["correct"].last.state.masks) == [2]
    assert lab._race.setup.points.X.shape == (2, 211)


def test_the_still_picture_is_a_png_with_its_words(lab):
    lab.run(5)
    data, metadata = lab._repr_mimebundle_()
    assert Image.open(BytesIO(base64.b64decode(data["image/png"]))).width == 1376
    assert "text/html" not in data  # a PNG in it would be compared, and differs by machine
    assert metadata["image/png"]["alt"].startswith(
        "After 5 iterations the boundary of correct leaves"
    )
    assert data["text/plain"] == repr(lab)
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_number_of_iterations_below_zero_is_refused(lab):
    with pytest.raises(ValueError, match="iterations must be 0 or more"):
        lab.run(-1)
    assert lab.iteration == 0


def test_numbers_are_short_and_large_ones_rounded():
    values = (0.257, 9.99, 31.4, 1536.9, 123_456, 5_448_743, np.inf, np.nan)
    assert [short(value) for value in values] == [
        "0.26", "9.99", "31", "1,500", "120,000", "5e+06", "not finite", "not finite",
    ]  # fmt: skip
    assert (share(0.914), share(None)) == ("91%", "-")


def test_the_table_and_the_bar_are_named_for_everybody(lab):
    table = score_table(lab.scores)
    assert table.count('scope="col"') == 7
    assert table.count('scope="row"') == 2
    assert "<caption>" in table
    assert progress_bar(300, 2000).startswith('<label>progress <progress max="2000" value="300"')
    mine = labs.train(recipes=Recipe("<i>mine</i>"))
    assert "<i>" not in mine._table.value + mine.status.value + mine._picture.markup


def test_a_large_field_of_networks_is_trained_one_step_at_a_time():
    few = labs.train(seeds=4, recipes=BOTH)
    many = labs.train(seeds=64, recipes=BOTH)
    assert (few._steps, many._steps) == (5, 1)
    assert running.SLICE < running.PERIOD < 0.1
