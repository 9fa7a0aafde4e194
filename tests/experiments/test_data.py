"""The lesson network is not hand-picked: it is the first that a search finds, and here is the search."""

import numpy as np
import pytest

from dropout_lab.core.passes import backward, forward, sample_masks
from dropout_lab.experiments import data as datasets
from dropout_lab.experiments.data import Case, lesson, make_lesson


def shows_everything(case: Case) -> bool:
    """Whether example 0 shows, in layer 1, all four kinds of unit, and legible numbers."""
    fwd = forward(case.net, case.X, case.masks, case.keep_prob)
    bwd = backward(case.net, fwd, case.Y)
    kept, active = fwd.D[1][:, 0], fwd.A[1][:, 0] > 0
    if len(fwd.D) == 2:
        off_above = ~fwd.D[2][:, 0]
        if off_above.sum() != 1 or np.abs(bwd.dA_drop[2][off_above, 0]).min() < 0.1:
            return False
    return bool(
        len(set(zip(kept, active, strict=True))) == 4
        and np.abs(bwd.dA_drop[1][~kept, 0]).min() >= 0.1
        and np.abs(bwd.dA_drop[1][~kept & active, 0]).min() >= 0.3
        and bwd.dA_drop[1][:, 0].min() <= -0.1
        and bwd.dA_drop[1][:, 0].max() >= 0.1
        and np.abs(bwd.dA_drop[1][:, 0]).min() >= 0.05
        and (fwd.A_drop[2][:, 0] > 0).any()
        and fwd.A[1][active, 0].min() >= 0.3
        and np.abs(bwd.dZ[3][0, 0]) >= 0.3
        and np.abs(case.X[:, 0]).min() >= 0.1
        and min(np.abs(Z).min() for Z in fwd.Z.values()) >= 0.05
        and max(np.abs(Z[:, 0]).max() for Z in fwd.Z.values()) <= 2.5
    )


def far_from_kinks(case: Case) -> bool:
    """Whether no |Z| comes near 0 at any stop of the keep_prob slider."""
    for keep_prob in np.arange(5, 101) / 100:
        rng = np.random.default_rng(case.seed)
        masks = sample_masks(case.net, case.X.shape[1], tuple(case.masks), keep_prob, rng)
        fwd = forward(case.net, case.X, masks, keep_prob)
        if min(np.abs(Z).min() for Z in fwd.Z.values()) < 2e-4:
            return False
    return True


def search() -> tuple[int, int]:
    for net_seed in range(3000):
        case = make_lesson(net_seed, 0)
        Z1 = case.net.W[1] @ case.X + case.net.b[1]
        # These do not depend on the mask, and rule most networks out at once.
        if (Z1[:, 0] > 0).sum() != 2 or np.abs(Z1).min() < 0.05 or np.abs(case.X[:, 0]).min() < 0.1:
            continue
        for mask_seed in range(20):
            cases = [make_lesson(net_seed, mask_seed, examples) for examples in (5, 1)]
            if all(map(shows_everything, cases)) and all(map(far_from_kinks, cases)):
                return net_seed, mask_seed
    raise AssertionError("nothing found")


def test_the_seeds_of_the_lesson_are_the_first_the_search_finds():
    assert search() == (datasets.LESSON_SEED, datasets.LESSON_MASK_SEED)


@pytest.mark.parametrize("examples", [5, 1])
def test_the_lesson_shows_all_four_kinds_of_unit(examples):
    assert shows_everything(lesson(examples))


def test_both_labels_occur_and_the_single_example_is_the_first_of_five():
    assert set(np.unique(lesson().Y)) == {0, 1}
    np.testing.assert_array_equal(lesson(1).X, lesson().X[:, :1])
    np.testing.assert_array_equal(lesson(1).Y, lesson().Y[:, :1])
    assert lesson(1).masks[1].shape == (4, 1)


def test_a_lesson_of_another_size_is_refused():
    with pytest.raises(ValueError, match="5 examples or 1; you asked for 3"):
        lesson(3)
