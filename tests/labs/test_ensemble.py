"""The lab about test time: all thinned networks, their averages, and a prediction of your own."""

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.charts.means import AT_TEST as TOLD
from dropout_lab.core.network import Network
from dropout_lab.experiments.data import averages_case
from dropout_lab.experiments.ensemble import average_all
from dropout_lab.labs._ensemble import AT_TEST, BEFORE_OUTPUT, ONE_MORE


@pytest.fixture
def lab():
    return labs.ensemble()


def test_one_more_layer_after_the_dropout_ends_it(lab):
    lab._dropout.value = ONE_MORE
    assert not lab.means.exact
    assert (
        "✗ Everything on, 0.0717, is not the renormalized geometric mean, 0.3057"
        in lab.status.value
    )
    lab._activation.value = "linear"
    assert lab.means.exact
    lab._activation.value, lab.keep_prob = "tanh", 1.0
    assert lab.means.exact
    assert "1 thinned network predicts 0.0717 to 0.0717" in repr(lab)


@pytest.mark.parametrize("dropout", [BEFORE_OUTPUT, ONE_MORE])
def test_the_marks_are_those_of_the_mathematics(dropout):
    lab = labs.ensemble(dropout=dropout, keep_prob=0.7, example=3)
    case = averages_case()
    a = average_all(case.net, case.X, [2 if dropout == BEFORE_OUTPUT else 1], 0.7)
    marks = lab.means.marks
    assert np.isclose(marks["everything on"], a.everything_on[0, 3])
    assert np.isclose(marks["renormalized geometric mean"], a.geometric[0, 3])
    assert np.isclose(marks["arithmetic mean"], a.arithmetic[0, 3])
    assert np.allclose(lab.means.thinned.values, a.thinned.values[:, 0, 3])
    assert np.isclose(lab.means.deviation, np.sqrt(a.thinned.variance[0, 3]))


def test_more_samples_come_nearer_and_new_samples_differ(lab):
    def off():
        return abs(lab.means.marks["mean of samples"] - lab.means.marks["arithmetic mean"])

    rms = []
    for samples in (10, 1000):
        lab._samples.value = samples
        found = []
        for _ in range(40):
            lab._draw_anew()
            found.append(off())
        assert len(set(found)) > 30
        rms.append(np.sqrt(np.mean(np.square(found))))
    assert 5 < rms[0] / rms[1] < 20  # the square root of 100 is 10
    assert lab._seed.value == 80


def test_with_dropout_on_every_prediction_is_another(lab):
    lab._at_test.value = "on at test time"
    made = [lab.predict() for _ in range(10)]
    assert len(set(made)) > 5
    assert all(np.abs(lab.means.thinned.values - value).min() < 1e-12 for value in made)
    assert lab.means.latest == tuple(made[-8:])
    assert f"Your predictions, on at test time: {made[2]:.4f}" in lab.status.value
    assert "The switches still flip" in lab.status.value
    again = labs.ensemble(at_test="on at test time")
    assert [again.predict() for _ in range(10)] == made  # a rerun tells the same


def test_with_everything_on_every_prediction_is_the_same(lab):
    assert "Press Predict" in lab.status.value
    assert lab.predict() == lab.predict() == lab.means.marks["everything on"]
    assert "Every time the same, as it should be." in lab.status.value


def test_scaled_again_is_another_network(lab):
    lab._at_test.value = "scaled again"
    assert lab.predict() == lab.predict() != lab.means.marks["everything on"]
    assert "weaker signal" in lab.status.value


def test_another_question_forgets_the_predictions(lab):
    for control, value in (
        (lab._keep_prob, 0.6), (lab._dropout, ONE_MORE), (lab._activation, "relu"),
        (lab._example, 2), (lab._samples, 10), (lab._seed, 5), (lab._at_test, "scaled again"),
    ):  # fmt: skip
        lab.predict()
        assert lab.means.latest
        control.value = value
        assert lab.means.latest == ()


def test_the_buttons_do_what_they_say(lab):
    buttons = {b.description: b for b in lab.widget.children[1].children if hasattr(b, "click")}
    buttons["Predict"].click()
    assert len(lab.means.latest) == 1
    buttons["New samples"].click()
    assert lab._seed.value == 1


def test_a_learners_own_network(rng):
    net = Network.random((2, 5, 1), "relu", rng=rng)
    X = rng.standard_normal((2, 3))
    lab = labs.ensemble(net, X)
    assert lab.means.thinned.values.shape == (32,)
    assert lab._dropout.options == (BEFORE_OUTPUT,)
    assert lab.means.exact
    with pytest.raises(ValueError, match="unknown dropout"):
        labs.ensemble(net, X, ONE_MORE)


def test_two_outputs_are_refused(rng):
    net = Network.random((2, 4, 2), rng=rng)
    with pytest.raises(ValueError, match="one output"):
        labs.ensemble(net, np.ones((2, 3)))


def test_every_way_of_test_time_is_told():
    assert list(TOLD) == list(AT_TEST)
