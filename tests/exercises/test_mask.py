"""A learner's mask is judged by its law, whatever is drawn; `test_forward.py` draws right and wrong ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.dropout import sample_mask
from dropout_lab.exercises.mask import KEEP_PROBS, PRAISE, check_mask


def test_a_mask_of_booleans_gets_no_note():
    assert check_mask(sample_mask).message == f"✓ {PRAISE}"


@given(st.integers(0, 2**32))
def test_units_with_a_chance_of_their_own_are_uneven_and_not_dependent(salt):
    def uneven(shape, keep_prob, rng):
        D = sample_mask(shape, keep_prob, np.random.default_rng([salt, rng.integers(2**60)]))
        D[: shape[0] // 2] = True
        return D

    assert check_mask(uneven).bug == "uneven"


SAMPLE_BUGS = ["randn", "flipped comparison", "seed inside forward", "one mask for all examples"]


@pytest.mark.parametrize("name", SAMPLE_BUGS)
def test_every_sample_bug_is_told_by_its_name_and_its_explanation(name):
    feedback = check_mask(BUGS[name].sample)
    assert feedback.bug == name
    assert BUGS[name].explanation in feedback.message


def test_the_same_function_gets_the_same_answer_again():
    assert check_mask(BUGS["randn"].sample) == check_mask(BUGS["randn"].sample)


def test_no_slip_hides_at_every_keep_prob_we_try():
    phi = {0.2: 0.579, 0.5: 0.691, 0.7: 0.758, 0.9: 0.816}
    assert max(abs(phi[k] - k) for k in KEEP_PROBS) > 0.3
    assert max(abs(1 - 2 * k) for k in KEEP_PROBS) > 0.5
