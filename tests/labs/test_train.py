"""Training live: right and broken side by side, started, paused, and begun again."""

import asyncio
import re
import threading
import time

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.bugs.catalogue import KNOWN
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import Recipe
from dropout_lab.experiments.race import Race, set_up
from dropout_lab.labs import base_running as running
from dropout_lab.pictures.scores import progress_bar, score_table, share, short

BOTH = ("correct", "no mask")


@pytest.fixture
def lab():
    return labs.train(recipes=BOTH, seeds=3)


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


def test_the_numbers_are_those_of_its_race(lab):
    lab.run(40)
    race = Race({name: KNOWN[name] for name in BOTH}, set_up(seeds=3))
    race.advance_to(40)
    assert lab.scores == race.scores()
    norms = race.scores()["no mask"].norms
    row = re.search(r"<th scope=.row.[^>]*>no mask</th>(.*?)</tr>", lab._table.value)[1]
    assert [*re.findall(r">([^<]+)</td>", row)][4:] == [short(norm) for norm in norms]


def test_without_a_number_run_goes_to_the_end_and_with_one_beyond_it():
    lab = labs.train(iterations=20)
    lab.run()
    assert "<strong>Trained, iteration 20 of 20.</strong>" in lab.status.value
    assert lab._toggle.description == "Done"
    lab.run(3)
    assert (lab.iteration, lab._total) == (23, 23)


def test_at_the_end_start_does_nothing_and_says_what_does():
    lab = labs.train(iterations=20)
    lab.start()  # nobody could press Pause here: it trains to the end at once
    assert lab.iteration == 20
    lab._toggle.click()
    assert (lab.iteration, lab.running, lab._toggle.description) == (20, False, "Done")
    assert "To train again, press Reset; to train on, call run(500)." in lab.status.value
    lab.reset()
    assert (lab.iteration, lab._toggle.description) == (0, "Start")


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
    start = lab.scores, lab._picture.markup
    lab.run(30)
    assert lab.scores != start[0]
    assert lab._picture.markup != start[1]
    lab.reset()
    assert (lab.scores, lab._picture.markup) == start


def test_start_pause_continue_and_reset_while_the_kernel_listens(lab):
    async def use():
        lab._toggle.click()
        assert lab.running
        assert lab._toggle.description == "Pause"
        assert "<strong>Training" in lab.status.value
        await seconds(0.1)
        lab._toggle.click()
        paused = lab.iteration
        assert paused > 0
        assert lab._toggle.description == "Continue"
        await seconds(0.1)
        assert lab.iteration == paused
        lab._toggle.click()
        lab._toggle.click()
        lab._toggle.click()  # fast fingers start it once only
        await seconds(0.1)
        assert lab.iteration > paused
        assert len(asyncio.all_tasks()) == 2
        lab.keep_prob = 0.4
        await seconds(0.05)
        assert lab.running
        assert "keep_prob 0.4 will be used after Reset" in lab.status.value
        lab.reset()
        await seconds(0.1)
        assert (lab.iteration, lab.running) == (0, False)
        assert lab._toggle.description == "Start"

    asyncio.run(use())
    assert lab.error is None


def test_to_start_what_runs_changes_nothing(lab):
    async def use():
        lab.start()
        task = lab._task
        lab.start()
        assert lab._task is task
        lab.pause()

    asyncio.run(use())


def test_a_live_run_is_the_run_of_a_cell():
    lab, same = labs.train(iterations=30), labs.train(iterations=30)
    same.run()

    async def use():
        lab.start()
        await until_it_stops(lab)

    asyncio.run(use())
    assert "<strong>Trained, iteration 30 of 30.</strong>" in lab.status.value
    assert lab._toggle.description == "Done"
    assert repr(lab) == repr(same)
    assert "iteration 30 of 30" in lab._bar.value


def test_the_event_loop_is_never_kept_waiting_for_long():
    lab, gaps = labs.train(), []

    async def use():
        loop = asyncio.get_running_loop()
        lab.start()
        last = loop.time()
        while len(gaps) < 15:
            await asyncio.sleep(0)
            gaps.append(loop.time() - last)
            last = loop.time()
            await asyncio.sleep(0.01)
        lab.pause()

    asyncio.run(use())
    assert sorted(gaps)[7] < 0.2
    assert lab.iteration > 20


def test_the_status_line_is_not_said_with_every_picture(lab, monkeypatch):
    monkeypatch.setattr("dropout_lab.labs._train.SAID_EVERY", 60.0)  # also on a slow machine
    said, shown = [], []
    lab.status.observe(lambda change: said.append(change["new"]), "value")
    lab._picture.observe(lambda change: shown.append(change["new"]), "tree")

    async def use():
        lab.start()
        while len(shown) < 5:
            await seconds(0.01)
        lab.pause()

    asyncio.run(use())
    assert len(said) <= 3


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
    assert "mine went from" in lab._chart.words
    assert f">{share(lab.scores['mine'].train)}</td>" in lab._table.value
    assert lab.scores["correct"].train > 0.5
    lab.run(5)
    assert "error=<b>no more</b>" in repr(lab)


def test_numbers_that_overflow_are_told_and_are_no_error():
    lab = labs.train(
        recipes=BOTH, activation="linear", learning_rate=200.0, seeds=2, optimizer="gd"
    )
    lab._race.tracks["no mask"].recipe = Recipe("no mask", backward=lambda dA, _D, _k: -1e30 * dA)
    lab.run(100)
    assert lab.error is None
    assert "no mask: loss not finite, with masks not finite, " in repr(lab)
    assert ">not finite</td>" in lab._table.value
    assert "to not finite" in lab._chart.words
    assert ">off the chart: not finite</text>" in lab._picture.markup
    lab.reset()
    assert "off the chart" not in lab._picture.markup


def test_a_learners_own_network_and_points(rng):
    net = Network.random((2, 4, 1), "tanh", rng=rng)
    X = rng.standard_normal((2, 12))
    lab = labs.train(net, X, X[:1] > 0, seeds=2, keep_prob=0.8)
    first = lab._race.tracks["correct"].last.net
    np.testing.assert_array_equal(first.W[1], [net.W[1], net.W[1]])
    lab.run(20)
    trained = lab._race.tracks["correct"].last.net
    assert np.any(trained.W[1][0] != trained.W[1][1])  # other masks
    assert "of new points" not in repr(lab)
    assert "Of the points right: correct " in lab.status.value
    assert ">-</td>" in lab._table.value
    assert "tanh;" in repr(lab)


def test_two_moons_and_a_choice_of_layers():
    lab = labs.train(data="two moons", layers=[2], iterations=10)
    lab.run()
    assert list(lab._race.tracks["correct"].last.state.masks) == [2]
    assert lab._race.setup.points.X.shape == (2, 211)


def test_the_still_picture_is_the_race_as_it_stands_with_its_sentence(lab):
    lab.run(5)
    shown = lab._repr_mimebundle_()
    assert "5 iterations: correct went from" in shown["text/html"]
    right, broken = (share(score.test) for score in lab.scores.values())
    assert right != share(lab.scores["correct"].train)
    told = f"<p>Of new points right: correct {right}, no mask {broken}.</p>"
    assert shown["text/html"].endswith(told)
    assert shown["text/plain"] == repr(lab)
    assert "application/vnd.jupyter.widget-view+json" in shown
    before = shown["text/html"]
    assert labs.train(recipes=BOTH, seeds=3)._repr_mimebundle_()["text/html"] != before
    assert lab._repr_mimebundle_()["text/html"] == before


def test_a_number_of_iterations_below_zero_is_refused(lab):
    with pytest.raises(ValueError, match="iterations must be 0 or more"):
        lab.run(-1)
    assert lab.iteration == 0


def test_numbers_are_short_and_large_ones_rounded():
    values = (0.257, 9.99, 31.4, 1536.9, 123_456, 5_448_743, np.inf, np.nan)
    assert [short(value) for value in values] == [
        "0.26", "9.99", "31", "1,500", "120,000", "5 × 10⁶", "not finite", "not finite",
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


def test_a_large_field_of_networks_is_trained_one_step_at_a_time(monkeypatch):
    monkeypatch.setattr(running, "MANY", 8)
    assert [labs.train(seeds=seeds, recipes=BOTH)._steps for seeds in (4, 5)] == [5, 1]
    assert running.SLICE < running.PERIOD < 0.1
