"""Every check answers in words, whatever is handed in, and says ✓ only to what is right."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.exercises.backward import check_backward
from dropout_lab.exercises.feedback import Feedback
from dropout_lab.exercises.forward import check_forward
from dropout_lab.exercises.layer_backward import check_layer_backward
from dropout_lab.exercises.mask import check_mask
from dropout_lab.exercises.scale import check_scale
from dropout_lab.exercises.share_check import check_share_check

CHECKS = [
    check_backward, check_forward, check_layer_backward, check_mask, check_scale, check_share_check,
]  # fmt: skip


def right_forward(A, keep_prob, rng):
    D = sample_mask(A.shape, keep_prob, rng)
    return apply_mask(A, D, keep_prob), D


@pytest.mark.parametrize(
    ("check", "function"),
    [
        (check_backward, apply_mask),
        (check_mask, sample_mask),
        (check_scale, apply_mask),
        (check_forward, right_forward),
    ],
)
def test_a_right_function_gets_a_check_mark(check, function):
    feedback = check(function)
    assert feedback.ok
    assert repr(feedback).startswith("✓ Right")


def test_the_feedback_is_the_message_of_the_diagnosis():
    assert "Phi(keep_prob)" in check_mask(BUGS["randn"].sample).message
    assert "never scaled" in check_scale(BUGS["no scale at all"].forward).message
    assert "never scaled" in check_forward(lambda A, k, rng: (A * (d := rng.random(A.shape) < k), d)).message  # fmt: skip
    assert check_mask(BUGS["one mask for all examples"].sample).ok


class Shy:
    def __repr__(self):
        raise ValueError("no")

    def __array__(self, dtype=None, copy=None):
        raise ValueError("no")


NASTY = {
    "None": None,
    "a number": 0.8,
    "an array": np.ones((2, 3)),
    "a string": "A * D / keep_prob",
    "something that cannot be shown": Shy(),
    "a class": Shy,
    "dict": dict,
    "print": print,
    "len": len,
    "math.sqrt": math.sqrt,
    "np.multiply": np.multiply,
    "returns its first argument": lambda *args: args[0],
    "returns all arguments": lambda *args: args,
    "returns what cannot be shown": lambda *_: Shy(),
    "returns a pair of them": lambda *_: (Shy(), Shy()),
    "returns complex numbers": lambda *args: args[0] * 1j,
    "returns a huge number": lambda *_: 10**400,
    "returns an empty array": lambda *_: np.array([]),
    "returns an empty pair": lambda *_: ([], []),
    "returns ragged lists": lambda *_: [[1], [2, 3]],
    "returns itself": lambda *_: print,
    "a generator": lambda *_: (n for n in range(3)),
    "assert": lambda *_: exec("assert False"),
    "stops": lambda *_: next(iter([])),
}


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_nothing_handed_in_makes_a_check_raise(check, name, capsys):
    feedback = check(NASTY[name])
    assert isinstance(feedback, Feedback)
    assert not feedback.ok
    assert feedback.message.startswith("✗ ")
    assert len(feedback.message) < 2000
    assert capsys.readouterr().out == ""


@given(st.one_of(st.none(), st.floats(), st.text(), st.lists(st.floats()), st.booleans()))
def test_nothing_that_a_function_returns_makes_a_check_raise(result):
    for check in CHECKS:
        feedback = check(lambda *_: result)
        assert not feedback.ok


@given(st.sampled_from(CHECKS), st.integers(0, 2**32))
def test_no_sentence_says_simply_and_none_is_empty(check, seed):
    rng = np.random.default_rng(seed)
    feedback = check(lambda *args: rng.standard_normal(np.shape(args[0])))
    assert len(feedback.message) > 20
    assert "simply" not in feedback.message
