"""A layer of two modes: nothing is said that is not so."""

import numpy as np

from dropout_lab.exercises.layer import check_layer


def test_a_layer_that_does_nothing_is_not_told_that_it_masks():
    feedback = check_layer(lambda A, *_: A)
    assert feedback.bug == "neither"
    assert "Masked" not in feedback.message


def test_dropout_in_both_modes_is_not_called_the_wrong_way_round():
    always = check_layer(lambda A, k, _training, rng: np.where(rng.random(A.shape) < k, A / k, 0))
    assert "the wrong way round" not in always.message
