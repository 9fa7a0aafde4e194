"""A learner's mask is judged by its law: any way to write it will do, and each slip has its name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.dropout import sample_mask
from dropout_lab.exercises.mask import KEEP_PROBS, check_mask


def in_a_loop(shape, keep_prob, rng):
    D = np.zeros(shape, dtype=bool)
    for i, j in np.ndindex(shape):
        D[i, j] = rng.random() < keep_prob
    return D


def with_a_buffer():
    buffers = {}

    def my_mask(shape, keep_prob, rng):
        buffer = buffers.setdefault(shape, np.empty(shape, dtype=bool))
        buffer[:] = rng.random(shape) < keep_prob
        return buffer

    return my_mask


class Sampler:
    def __call__(self, shape, keep_prob, rng):
        return rng.random(shape) < keep_prob


RIGHT = {
    "as we write it": sample_mask,
    "at most": lambda shape, k, rng: rng.random(shape) <= k,
    "the upper end": lambda shape, k, rng: rng.random(shape) > 1 - k,
    "uniform": lambda shape, k, rng: rng.uniform(size=shape) < k,
    "uniform from -1 to 1": lambda shape, k, rng: rng.uniform(-1, 1, shape) < 2 * k - 1,
    "binomial": lambda shape, k, rng: rng.binomial(1, k, shape) == 1,
    "choice": lambda shape, k, rng: rng.choice([True, False], shape, p=[k, 1 - k]),
    "transposed twice": lambda shape, k, rng: (rng.random(shape[::-1]) < k).T,
    "two axes": lambda shape, k, rng: rng.random((shape[0], shape[1])) < k,
    "float32": lambda shape, k, rng: rng.random(shape, dtype=np.float32) < k,
    "a generator from rng": lambda shape, k, rng: np.random.default_rng(rng).random(shape) < k,
    "a seed from rng": lambda s, k, rng: np.random.default_rng(rng.integers(2**60)).random(s) < k,
    "column by column": lambda shape, k, rng: np.stack(
        [rng.random(shape[0]) < k for _ in range(shape[1])], axis=1
    ),
    "not dropped": lambda shape, k, rng: ~(rng.random(shape) < 1 - k),
    "a loop": in_a_loop,
    "an instance": Sampler(),
    "one buffer for all": with_a_buffer(),
}


@pytest.mark.parametrize("name", RIGHT)
def test_any_way_to_write_the_right_law_is_accepted(name):
    feedback = check_mask(RIGHT[name])
    assert feedback.ok, feedback.message
    assert feedback.bug is None
    assert feedback.message.startswith("✓ Right")
    assert "note" not in feedback.message


@given(st.integers(0, 2**32))
def test_a_right_function_is_not_accused_whatever_it_draws(salt):
    mixed = lambda s, k, rng: np.random.default_rng([salt, rng.integers(2**60)]).random(s) < k  # noqa: E731
    assert check_mask(mixed).ok


@pytest.mark.parametrize(
    "kind", [int, float, np.uint8, list], ids=["int", "float", "uint8", "list"]
)
def test_numbers_for_booleans_are_right_with_a_note(kind):
    convert = np.ndarray.tolist if kind is list else lambda D: D.astype(kind)
    feedback = check_mask(lambda shape, k, rng: convert(rng.random(shape) < k))
    assert feedback.ok
    assert feedback.bug is None
    told = "a list" if kind is list else np.dtype(kind).name
    assert f"your D is {told}, not" in feedback.message


SAMPLE_BUGS = ["randn", "flipped comparison", "seed inside forward", "one mask for all examples"]


@pytest.mark.parametrize("name", SAMPLE_BUGS)
def test_every_sample_bug_is_recognized(name):
    feedback = check_mask(BUGS[name].sample)
    assert feedback.bug == name
    assert feedback.ok == (name == "one mask for all examples")
    assert BUGS[name].explanation in feedback.message
    assert "at once" not in feedback.message  # one bug, and nothing else


OTHERWISE = {
    "normal": ("randn", lambda shape, k, rng: rng.normal(size=shape) < k),
    "dropped is True": ("flipped comparison", lambda shape, k, rng: rng.random(shape) < 1 - k),
    "RandomState": (
        "seed inside forward",
        lambda shape, k, rng: np.random.RandomState(3).random_sample(shape) < k,
    ),
    "the first units": (
        "seed inside forward",
        lambda s, k, rng: np.arange(s[0] * s[1]).reshape(s) < k * s[0] * s[1],
    ),
    "one column": (
        "one mask for all examples",
        lambda shape, k, rng: rng.random((shape[0], 1)) < k,
    ),
    "repeated": (
        "one mask for all examples",
        lambda shape, k, rng: np.repeat(rng.random((shape[0], 1)) < k, shape[1], axis=1),
    ),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_bugs_written_in_another_way_are_recognized_too(name):
    bug, my_mask = OTHERWISE[name]
    assert check_mask(my_mask).bug == bug


@given(st.integers(0, 2**32), st.sampled_from(["randn", "flipped comparison"]))
def test_a_wrong_share_is_recognized_whatever_is_drawn(salt, name):
    sample = BUGS[name].sample
    mixed = lambda s, k, rng: sample(s, k, np.random.default_rng([salt, rng.integers(2**60)]))  # noqa: E731
    assert check_mask(mixed).bug == name


def test_the_message_shows_the_shares_of_randn():
    message = check_mask(BUGS["randn"].sample).message
    assert "of 24,000 switches, by keep_prob: 58% at 0.2, 69% at 0.5, 76% at 0.7, 82%" in message


TWO = {
    "randn, flipped": (
        lambda s, k, rng: rng.standard_normal(s) > k,
        ["randn", "flipped comparison"],
    ),
    "randn, seeded": (
        lambda s, k, rng: np.random.default_rng(1).standard_normal(s) < k,
        ["seed inside forward", "randn"],
    ),
    "flipped, shared": (
        lambda s, k, rng: np.broadcast_to(rng.random((s[0], 1)) > k, s),
        ["flipped comparison", "one mask for all examples"],
    ),
    "randn, scaled": (
        lambda s, k, rng: (rng.standard_normal(s) < k) / k,
        ["randn", "scale inside the mask"],
    ),
    "seeded, shared": (
        lambda s, k, rng: np.broadcast_to(np.random.default_rng(1).random((s[0], 1)) < k, s),
        ["seed inside forward", "one mask for all examples"],
    ),
}


@pytest.mark.parametrize("name", TWO)
def test_two_bugs_at_once_are_both_named(name):
    my_mask, names = TWO[name]
    feedback = check_mask(my_mask)
    assert not feedback.ok
    assert feedback.bug == names[0]
    assert feedback.message.startswith(f"✗ 2 things at once, {names[0]!r} and {names[1]!r}.\n1. ")


def test_a_global_generator_is_noticed_and_does_not_hide_the_law():
    rng = np.random.default_rng(5)
    feedback = check_mask(lambda shape, k, _: rng.random(shape) < k)
    assert (feedback.ok, feedback.bug) == (False, "rng not used")
    assert "Twice the same rng gave two different masks" in feedback.message
    both = check_mask(lambda shape, k, _: rng.standard_normal(shape) < k)
    assert both.bug == "randn"
    assert "2 things at once, 'randn' and 'rng not used'." in both.message
    assert "rng.random(shape), so that a run can be repeated" in both.message


def uneven_unit(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    D[7] = True
    return D


def uneven_example(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    D[:, 0] = False
    return D


def exact(shape, keep_prob, rng):
    return rng.permutation(shape[0] * shape[1]).reshape(shape) < keep_prob * shape[0] * shape[1]


def test_one_mask_that_is_unlucky_is_not_accused_of_a_wrong_share():
    unlucky = lambda s, k, rng: np.random.default_rng(2071).random(s) < k  # noqa: E731
    feedback = check_mask(unlucky)
    assert feedback.bug == "seed inside forward"
    assert "at once" not in feedback.message


def test_what_is_only_different_is_not_called_right_as_well():
    message = check_mask(BUGS["one mask for all examples"].sample).message
    assert message.startswith("✓ One switch per unit. Not wrong, only different")


# What is told, and its name where it has one; these are no keys of BUGS.
NAMES = {
    "exactly the share": "exact share", "exactly in each column": "exact share",
    "one for an example": "one switch per example", "one for all": "one switch",
    "scaled": "scale inside the mask", "half": "keep_prob not used", "squared": "wrong share",
    "a little off": "wrong share", "all on": "no coin", "all off": "no coin",
    "one unit always": "uneven", "one example never": "uneven",
}  # fmt: skip
OTHERS = {
    "exactly the share": (exact, "every mask of yours keeps exactly 2000 of 4000 switches"),
    "exactly in each column": (
        lambda s, k, rng: rng.random(s).argsort(axis=0) < k * s[0],
        "keeps exactly 2000 of 4000 switches",
    ),
    "one for an example": (
        lambda s, k, rng: np.broadcast_to(rng.random((1, s[1])) < k, s),
        "one switch per example",
    ),
    "one for all": (lambda s, k, rng: np.full(s, rng.random() < k), "One single switch turns"),
    "scaled": (lambda s, k, rng: (rng.random(s) < k) / k, "the scale is in it already"),
    "no comparison": (lambda s, k, rng: rng.random(s), "Did you leave out the comparison"),
    "no normal comparison": (lambda s, k, rng: rng.normal(size=s), "Did you leave out"),
    "probabilities": (lambda s, k, rng: np.full(s, k), "holds numbers like +0.20"),
    "minus one": (lambda s, k, rng: np.where(rng.random(s) < k, 1, -1), "numbers like −1;"),
    "transposed": (
        lambda s, k, rng: (rng.random(s) < k).T,
        "has shape (40, 100); it should be (100,",
    ),
    "flat": (lambda s, k, rng: rng.random(s[0]) < k, "has shape (100,); it should be (100, 40)"),
    "one row": (lambda s, k, rng: rng.random((1, s[1])) < k, "Your D has shape (1, 40)"),
    "half": (lambda s, k, rng: rng.random(s) < 0.5, "Do you use keep_prob?"),
    "squared": (lambda s, k, rng: rng.random(s) < k**2, "It should be keep_prob."),
    "a little off": (lambda s, k, rng: rng.random(s) < k - 0.04, "It should be keep_prob."),
    "all on": (lambda s, k, rng: np.ones(s, dtype=bool), "is closed: nothing is ever off"),
    "all off": (lambda s, k, rng: np.zeros(s), "is open: nothing is ever kept"),
    "one unit always": (uneven_unit, "keep unit 7 in 100% of its draws"),
    "one example never": (uneven_example, "keep example 0 in 0% of its draws"),
    "the course's rand": (lambda s, k, rng: rng.rand(*s) < k, "rng.random(shape)"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_bugs_does_not_list_gets_a_sentence_of_its_own(name):
    my_mask, words = OTHERS[name]
    feedback = check_mask(my_mask)
    assert (feedback.ok, feedback.bug) == (False, NAMES.get(name, "unknown"))
    assert feedback.message.startswith("✗ ")
    assert words in feedback.message
    assert "at once" not in feedback.message


def test_the_same_function_gets_the_same_answer_again():
    assert check_mask(BUGS["randn"].sample) == check_mask(BUGS["randn"].sample)


def test_no_slip_hides_at_every_keep_prob_we_try():
    phi = {0.2: 0.579, 0.5: 0.691, 0.7: 0.758, 0.9: 0.816}
    assert max(abs(phi[k] - k) for k in KEEP_PROBS) > 0.3
    assert max(abs(1 - 2 * k) for k in KEEP_PROBS) > 0.5


def antithetic(shape, keep_prob, rng):
    draws = rng.random((shape[0] // 2, shape[1]))
    return np.concatenate([draws, 1 - draws]) < keep_prob


def mirrored(shape, keep_prob, rng):
    half = rng.random(shape[0] * shape[1] // 2)
    return np.concatenate([half, 1 - half[::-1]]).reshape(shape) < keep_prob


def paired(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    D[50:] = D[:50][np.random.default_rng(3).permutation(50)]
    return D


def every_second_repeats():
    kept = []

    def my_mask(shape, keep_prob, rng):
        if kept and kept[-1].shape == shape:
            return kept.pop() < keep_prob
        kept.append(rng.random(shape))
        return kept[-1] < keep_prob

    return my_mask


def never_empty(shape, keep_prob, rng):
    D = rng.random(shape) < keep_prob
    D[0] |= ~D.any(axis=0)
    return D


DEPENDENT = {
    "tiled": (lambda s, k, rng: np.tile(rng.random((50, s[1])) < k, (2, 1)), "units 0 and 50 always"),
    "tiled examples": (lambda s, k, rng: np.tile(rng.random((s[0], 10)) < k, (1, 4)), "always agree"),
    "repeated": (lambda s, k, rng: np.repeat(rng.random((50, s[1])) < k, 2, axis=0), "units 0 and 1 always"),
    "antithetic": (antithetic, "units 0 and 50 never agree"),
    "mirrored": (mirrored, "switches 0 and 3999 of a mask, counted row by row, never agree"),
    "paired": (paired, "always agree"),
    "a short row again and again": (lambda s, k, rng: np.resize(rng.random(1999), s) < k, "counted row by row"),
    "sums": (lambda s, k, rng: (rng.random((s[0], 1)) + rng.random(s[1])) % 1 < k, "units"),
    "every second call": (every_second_repeats(), "each from a generator of its own, always agree"),
    "never empty": (never_empty, "with 2 units and keep_prob 0.2 your masks keep 5"),
}  # fmt: skip


@pytest.mark.parametrize("name", DEPENDENT)
def test_switches_that_know_of_one_another_are_told(name):
    my_mask, words = DEPENDENT[name]
    feedback = check_mask(my_mask)
    assert (feedback.ok, feedback.bug) == (False, "dependent switches"), feedback.message
    assert words in feedback.message
    assert "at once" not in feedback.message


@given(st.integers(0, 2**32))
def test_units_with_a_chance_of_their_own_are_uneven_and_not_dependent(salt):
    def uneven(shape, keep_prob, rng):
        D = np.random.default_rng([salt, rng.integers(2**60)]).random(shape) < keep_prob
        D[: shape[0] // 2] = True
        return D

    assert check_mask(uneven).bug == "uneven"
