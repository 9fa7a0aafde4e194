"""The labs about the forward pass: switching neurons off, and keeping the scale."""

import base64
from itertools import pairwise

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.core.network import Network
from dropout_lab.core.passes import forward
from dropout_lab.experiments.data import lesson
from dropout_lab.labs._switch_off import SAMPLING


@pytest.fixture
def switch():
    return labs.switch_off(shares=True)


@pytest.fixture
def scale():
    return labs.keep_the_scale()


def press(picture, key):
    picture._handle_custom_msg({"press": key}, [])


def test_switch_off_shows_D_and_A_drop_of_all_examples_and_counts(switch):
    assert 'data-step="A1_drop"' in switch._stage.markup
    assert ">D1<" in switch._stage.markup
    assert ">A1 * D1 / keep_prob<" in switch._stage.markup
    assert "11 of 20 kept, a share of 0.55" in switch.status.value
    assert "keep_prob says 0.70" in switch.status.value
    assert "<code>D1 = rng.random(A1.shape) &lt; keep_prob</code>" in switch.status.value


def test_a_press_switches_one_unit_in_one_example_off(switch):
    before = switch.masks[1].copy()
    press(switch._stage, "1 1")
    assert np.argwhere(before != switch.masks[1]).tolist() == [[1, 0]]
    assert "10 of 20 kept" in switch.status.value
    assert "off=[layer 1 units 0, 1, 2]" in repr(switch)


def test_a_whole_layer_off_is_said_with_its_probability(switch):
    for unit in np.flatnonzero(switch.masks[1][:, 0]):
        press(switch._stage, f"1 {unit}")
    assert "the whole layer is off, so layer 2 sees only its biases" in switch.status.value
    assert "(1 - keep_prob)^4 = 0.0081" in switch.status.value


@pytest.mark.parametrize(
    ("sampling", "share"),
    [("rand < keep_prob", 0.5), ("randn < keep_prob", 0.691), ("rand > keep_prob", 0.5)],
)
def test_the_share_kept_is_measured(switch, sampling, share):
    switch.sampling, switch.keep_prob = sampling, 0.5
    assert abs(switch._share - share) < 0.02
    assert f"of 10,000 draws {switch._share:.3f} were kept" in switch._curve.markup


def test_at_keep_prob_one_randn_still_switches_off(switch):
    switch.keep_prob, switch.sampling = 1.0, "randn < keep_prob"
    assert abs(switch._share - 0.841) < 0.02
    assert "rng.standard_normal(A1.shape) &lt; keep_prob" in switch.status.value
    assert "whatever keep_prob says" in switch.status.value


def test_one_mask_for_all_and_a_seed_inside_forward_show_what_they_are(switch):
    switch.sampling = "one mask for all examples"
    assert all((row == row[0]).all() for row in switch.masks[1])
    switch.sampling = "seed inside forward"
    fixed = switch.masks[1]
    switch.new_mask()
    assert np.array_equal(switch.masks[1], fixed)
    switch.sampling = "rand < keep_prob"
    assert not np.array_equal(switch.masks[1], fixed)


def test_other_masks_give_another_share_and_each_coin_counts_once(switch):
    once = switch._share
    switch.new_mask()
    assert switch._share != once
    switch.sampling = "one mask for all examples"
    assert abs(switch._share - 0.7) < 0.02


def test_masks_grow_smoothly_with_keep_prob(switch):
    kept = []
    for keep_prob in (0.05, 0.3, 0.6, 1.0):
        switch.keep_prob = keep_prob
        kept.append(switch.masks[1])
    assert all((low <= high).all() for low, high in pairwise(kept))
    assert kept[-1].all()


@pytest.mark.parametrize("keep_prob", [0.05, 1.0])
@pytest.mark.parametrize("sampling", SAMPLING)
def test_the_ends_of_the_slider_are_harmless_to_switch_off(switch, sampling, keep_prob):
    switch.sampling, switch.keep_prob = sampling, keep_prob
    assert switch.error is None
    assert f"keep_prob says {keep_prob:.2f}" in switch.status.value


def test_without_shares_no_chart_is_drawn():
    lab = labs.switch_off()
    assert lab._chart is None
    assert "of 10,000 draws" not in repr(lab)


def test_a_learners_own_network_can_be_switched_off(rng):
    net = Network.random((2, 5, 3, 1), "tanh", rng=rng)
    X, Y = rng.standard_normal((2, 4)), np.array([[0, 1, 0, 1]])
    lab = labs.switch_off(net, X, Y, layer=2)
    press(lab._stage, "2 1")
    assert lab.masks[2].shape == (3, 4)
    assert lab.error is None


def test_the_still_picture_of_switch_off_is_the_live_one(switch):
    html = switch._repr_mimebundle_()["text/html"]
    picture = base64.b64decode(html.split("base64,")[1].split('"')[0]).decode()
    assert picture == switch._stage.markup
    assert "The two lines cross at 0.7833." in html
    assert "image/png" not in html  # its bytes differ from machine to machine


@pytest.mark.parametrize(
    ("lab", "arguments", "message"),
    [
        ("switch_off", {"sampling": "random"}, "unknown sampling"),
        ("switch_off", {"layer": 3}, "layer 3 cannot have dropout"),
        ("switch_off", {"keep_prob": 0}, r"keep_prob must be in \(0, 1\]"),
        ("switch_off", {"example": 5}, "there is no example 5"),
        (
            "keep_the_scale",
            {"quantity": "Z"},
            r"unknown quantity .*; expected one of next Z, next A",
        ),
        ("keep_the_scale", {"unit": 3}, r"unknown unit 3; expected one of 0, 1, 2"),
        ("keep_the_scale", {"example": 7}, "unknown example"),
        ("keep_the_scale", {"keep_prob": 1.2}, r"keep_prob must be in \(0, 1\]"),
        ("keep_the_scale", {"layer": 3}, "layer 3 cannot have dropout"),
        ("keep_the_scale", {"layer": 0}, "layer 0 cannot have dropout"),
    ],
)
def test_bad_arguments_are_named(lab, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(labs, lab)(**arguments)


def test_a_layer_of_too_many_units_says_what_to_do(rng):
    net = Network.random((2, 13, 2, 1), rng=rng)
    with pytest.raises(ValueError, match="Draw a sample of masks"):
        labs.keep_the_scale(net, np.ones((2, 3)), np.ones((1, 3)))


@pytest.mark.parametrize("keep_prob", [0.05, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "linear"])
def test_the_next_Z_keeps_its_mean_for_every_keep_prob(scale, keep_prob, activation):
    scale._activation.value, scale.keep_prob = activation, keep_prob
    _, (scaled, plain), (on, times) = scale._shown
    assert np.isclose(scaled.mean, on)
    assert np.isclose(plain.mean, times)
    assert "✓ kept" in scale.status.value
    assert "it equals everything on with A times keep_prob" in scale.status.value


@pytest.mark.parametrize("quantity", ["next A", "squared length of A_drop", "cost J"])
def test_what_is_not_linear_does_not_keep_its_mean(scale, quantity):
    scale.quantity = quantity
    assert "✗ not kept" in scale.status.value
    scale.keep_prob = 1.0
    assert "✓ kept" in scale.status.value


def test_with_a_linear_activation_the_next_A_keeps_its_mean_too(scale):
    scale.quantity, scale._activation.value = "next A", "linear"
    assert "✓ kept" in scale.status.value


def test_the_squared_length_grows_by_one_over_keep_prob(scale):
    scale.quantity, scale.keep_prob = "squared length of A_drop", 0.4
    _, (scaled, _), (on, _) = scale._shown
    assert np.isclose(scaled.mean, on / 0.4)


def test_every_control_of_keep_the_scale_changes_what_it_shows(scale):
    told = {repr(scale)}
    for control, value in (
        (scale._keep_prob, 0.5), (scale._unit, 1), (scale._example, 2),
        (scale._quantity, "next A"), (scale._activation, "relu"),
    ):  # fmt: skip
        control.value = value
        assert scale.error is None
        assert repr(scale) not in told
        told.add(repr(scale))


def test_keep_the_scale_reads_the_unit_and_example_it_names(scale):
    scale._unit.value, scale._example.value = 2, 3
    on = forward(scale._net, scale._X)
    assert scale._shown[0] == "Z2 of unit 2, example 3"
    assert np.isclose(scale._shown[2][0], on.Z[2][2, 3])
    scale.quantity = "next A"
    assert np.isclose(scale._shown[2][0], on.A[2][2, 3])


def test_the_still_picture_of_keep_the_scale_is_a_png_with_its_words(scale):
    data, metadata = scale._repr_mimebundle_()
    assert data["image/png"].startswith("iVBOR")
    assert "text/html" not in data  # a PNG in it would be compared, and differs by machine
    assert metadata["image/png"]["alt"] in data["text/plain"]
    assert "over 256 masks" in data["text/plain"]


def test_the_network_of_the_lab_is_the_lesson():
    assert labs.switch_off().net.sizes == lesson().net.sizes
