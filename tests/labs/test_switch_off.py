"""The lab about switching neurons off: what is drawn, what share is kept, what is said of it."""

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.network import Network
from dropout_lab.labs.base_passes import KNOWN


@pytest.fixture
def switch():
    return labs.switch_off(shares=True)


def test_switch_off_shows_D_and_A_drop_of_all_examples_and_counts(switch):
    assert 'data-step="A1_drop"' in switch._stage.markup
    assert ">D1<" in switch._stage.markup
    assert ">A1 * D1 / keep_prob<" in switch._stage.markup
    assert "11 of 20 kept, a share of 0.55" in switch.status.value
    assert "keep_prob says 0.70" in switch.status.value
    assert "<code>D1 = rng.random(A1.shape) &lt; keep_prob</code>" in switch.status.value


def test_a_press_switches_one_unit_in_one_example_off(switch, press):
    before = switch.masks[1].copy()
    press(switch._stage, "1 1")
    assert np.argwhere(before != switch.masks[1]).tolist() == [[1, 0]]
    assert "10 of 20 kept" in switch.status.value
    assert "off=[layer 1 units 0, 1, 2]" in repr(switch)


def test_a_whole_layer_off_is_said_and_called_chance_only_if_it_was_drawn(switch, press):
    for unit in np.flatnonzero(switch.masks[1][:, 0]):
        press(switch._stage, f"1 {unit}")
    assert "the whole layer is off, so layer 2 sees only its biases" in switch.status.value
    assert "Set by hand: unit 1 of layer 1 in example 0" in switch.status.value
    assert "By chance" not in switch.status.value
    switch.reset()
    assert "Set by hand" not in switch.status.value
    switch.keep_prob = 0.05
    assert "By chance: (1 - keep_prob)^4 = 0.81" in switch.status.value


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


def test_without_shares_no_chart_is_drawn():
    lab = labs.switch_off()
    assert lab._chart is None
    assert "of 10,000 draws" not in repr(lab)


def test_a_learners_own_network_can_be_switched_off(rng, press):
    net = Network.random((2, 5, 3, 1), "tanh", rng=rng)
    X, Y = rng.standard_normal((2, 4)), np.array([[0, 1, 0, 1]])
    lab = labs.switch_off(net, X, Y, layer=2)
    press(lab._stage, "2 1")
    assert lab.masks[2].shape == (3, 4)
    assert lab.error is None


@pytest.mark.parametrize("recipe", ["no scale at all", "wrong scale", "randn"])
def test_a_recipe_that_switches_or_scales_otherwise_says_so(switch, recipe):
    switch.recipe = recipe
    assert switch.sampling == "rand < keep_prob"
    assert BUGS[recipe].explanation in switch.status.value


@pytest.mark.parametrize("recipe", ["correct", "no mask", "slope from dropped A"])
def test_a_recipe_that_is_wrong_on_the_way_back_only_is_not_spoken_of(switch, recipe):
    switch.recipe = recipe
    assert KNOWN[recipe].explanation not in switch.status.value


def test_another_sampling_forgets_what_was_switched_by_hand(switch):
    switch.toggle(1, 0)
    switch.sampling = "rand > keep_prob"
    switch.sampling = "rand < keep_prob"
    np.testing.assert_array_equal(switch.masks[1], labs.switch_off().masks[1])
