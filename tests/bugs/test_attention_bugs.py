"""The slips of attention and adapters: explained, seen, and each different from the right way."""

import numpy as np
import pytest

from dropout_lab.bugs.attention import ADAPTER_BUGS, ATTENTION_BUGS, ATTENTION_RECIPES
from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.dropout import apply_mask
from dropout_lab.core.recipe import CORRECT


@pytest.mark.parametrize(
    "bug", [*ATTENTION_BUGS.values(), *ADAPTER_BUGS.values()], ids=lambda b: b.name
)
def test_a_slip_is_explained_differs_on_the_way_back_and_names_no_person(bug):
    assert bug.explanation.endswith(".")
    assert not bug.seen_in or bug.seen_in.startswith("https://github.com/")
    assert bug.forward is CORRECT.forward
    assert bug.sample is CORRECT.sample
    assert (bug.backward, bug.slope_from) != (CORRECT.backward, CORRECT.slope_from)


def test_names_are_those_of_the_catalogue_where_the_slip_is_the_same():
    for name, bug in (ATTENTION_BUGS | ADAPTER_BUGS).items():
        assert bug.name == name
        assert name not in BUGS or bug.backward is BUGS[name].backward
    assert list(ATTENTION_RECIPES) == ["correct", *ATTENTION_BUGS]


def test_the_drop_probability_is_1_minus_keep_prob():
    dP_drop, D = np.ones((2, 3)), np.array([[True, False, True]] * 2)
    found = ATTENTION_BUGS["scaled by the drop probability"].backward(dP_drop, D, 0.9)
    np.testing.assert_allclose(found, apply_mask(dP_drop, D, 0.9) * 0.9 * 0.1)


def test_what_the_gallery_knows_is_where_it_was_seen():
    for name in ("fresh mask", "wrong scale"):
        assert BUGS[name].seen_in.startswith("https://github.com/")
    assert ATTENTION_BUGS["slope from dropped P"].seen_in == ATTENTION_BUGS["neither"].seen_in
    assert {bug.seen_in.rpartition("/")[2] for bug in ADAPTER_BUGS.values()} == {"97", "102"}
