"""The lesson network is the first that a search finds."""

import numpy as np
from experiments.test_data import STOPS, least_gradient, shows_everything

from dropout_lab.core.passes import forward, sample_masks
from dropout_lab.experiments import data as datasets
from dropout_lab.experiments.data import Case, make_lesson


def far_from_kinks(case: Case) -> bool:
    """Whether no |Z| comes near 0 at any stop of the keep_prob slider."""
    for keep_prob in STOPS:
        rng = np.random.default_rng(case.seed)
        masks = sample_masks(case.net, case.X.shape[1], tuple(case.masks), keep_prob, rng)
        fwd = forward(case.net, case.X, masks, keep_prob)
        if min(np.abs(Z).min() for Z in fwd.Z.values()) < 2e-4:
            return False
    return True


def search() -> tuple[int, int]:
    """Units 0 and 2 are off, 0 and 1 have a value; and no mask makes a number after a switch vanish."""
    for net_seed in range(200_000):
        case = make_lesson(net_seed, 4, 1)
        # This rules most networks out at once.
        active = case.net.W[1] @ case.X + case.net.b[1] > 0
        if active[:, 0].tolist() != [True, True, False, False]:
            continue
        if (forward(case.net, case.X, case.masks, 0.7).Z[2] > 0).sum() < 2:
            continue
        both = (case, make_lesson(net_seed, 4))
        if not all(map(shows_everything, both)) or not all(map(far_from_kinks, both)):
            continue
        if least_gradient(case, 0.7) >= 0.4 and all(least_gradient(case, k) > 0.01 for k in STOPS):
            return net_seed, 4
    raise AssertionError("nothing found")


def test_the_seeds_of_the_lesson_are_the_first_the_search_finds():
    assert search() == (datasets.LESSON_SEED, datasets.LESSON_MASK_SEED)
