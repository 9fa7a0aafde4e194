"""What every check does: it answers in words, whatever is handed in, and accepts only what is right."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_lab import exercises
from dropout_lab.core.activations import tanh_slope
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.network import Network
from dropout_lab.core.passes import backward, forward
from dropout_lab.exercises.feedback import Feedback
from dropout_lab.exercises.penalty import ridge_penalty
from dropout_lab.experiments.tape import RULES


def right_forward(A, keep_prob, rng):
    D = sample_mask(A.shape, keep_prob, rng)
    return apply_mask(A, D, keep_prob), D


def right_layer(A, keep_prob, training, rng):
    return right_forward(A, keep_prob, rng)[0] if training else A


def right_layer_backward(dA_drop, Z, _A_drop, D, keep_prob):
    return apply_mask(dA_drop, D, keep_prob) * tanh_slope(Z)


def right_forward_pass(X, W, b, D, keep_prob):
    net = Network(W, b, "relu")
    fwd = forward(net, X, D, keep_prob)
    return fwd.output, (net, fwd)


def right_backward_pass(cache, Y, _W, _D, _keep_prob):
    bwd = backward(*cache, Y)
    return bwd.dW, bwd.db


def right_check(sample, keep_prob, rng):
    return abs(sample((100, 100), keep_prob, rng).mean() - keep_prob) < 0.025


def right_attention(dP_drop, P, D, keep_prob):
    dP = apply_mask(dP_drop, D, keep_prob)
    return P * (dP - np.sum(P * dP, axis=1, keepdims=True))


def right_remade(A, keep_prob, seed, call):
    rng = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, call]))
    return apply_mask(A, sample_mask(A.shape, keep_prob, rng), keep_prob)


RIGHT = {
    "check_mask": sample_mask,
    "check_scale": apply_mask,
    "check_forward": right_forward,
    "check_backward": apply_mask,
    "check_layer": right_layer,
    "check_layer_backward": right_layer_backward,
    "check_forward_pass": right_forward_pass,
    "check_backward_pass": right_backward_pass,
    "check_penalty": ridge_penalty,
    "check_share_check": right_check,
    "check_balance_check": lambda A, A_drop, dA_drop, dA: np.allclose(A * dA, A_drop * dA_drop),
    "check_tape": apply_mask,
    "check_attention": right_attention,
    "check_no_mask_kept": right_remade,
}
CHECKS = {name: getattr(exercises, name) for name in RIGHT} | {
    "check_backward_pass": partial(exercises.check_backward_pass, right_forward_pass),
    "check_tape": partial(exercises.check_tape, RULES["@"].backward),
    "check_no_mask_kept": partial(exercises.check_no_mask_kept, right_remade),
}
every_check = pytest.mark.parametrize("name", RIGHT)


def test_no_check_of_a_function_is_left_out():
    told = {name for name in exercises.__all__ if name.startswith("check_")}
    assert told == {*RIGHT, "check_by_hand"}
    assert exercises.diagnose is exercises.check_backward
    assert exercises.diagnose_forward is exercises.check_forward


@every_check
def test_a_right_function_gets_a_check_mark_and_its_prints_are_swallowed(name, capsys):
    def loud(*args):
        print("args", args)
        return RIGHT[name](*args)

    feedback = CHECKS[name](loud)
    assert feedback
    assert (feedback.ok, feedback.bug) == (True, None)
    assert repr(feedback).startswith("✓ Right")
    assert capsys.readouterr().out == ""


def raises(*_):
    raise KeyError("W1")


def leaves(*_):
    raise SystemExit


TROUBLE = {
    "the stub": (lambda *_: ..., "Replace the ... in your function"),
    "None": (lambda *_: None, "Your function returns nothing"),
    "an exception": (raises, "Your function stopped with KeyError: 'W1'."),
    "exit": (leaves, "stopped with SystemExit"),
    "too few arguments": (lambda: 0, "stopped with TypeError"),
    "no function": (0.8, "Give me your function itself, without (); you gave 0.8."),
}


@every_check
@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_half_written_function_gets_a_kind_sentence(name, trouble):
    function, words = TROUBLE[trouble]
    feedback = CHECKS[name](function)
    assert not feedback
    assert (feedback.ok, feedback.bug) == (False, "unknown")
    assert feedback.message.startswith("✗ ")
    assert words in feedback.message


# Which arguments are arrays, and the advice to a function that changes one.
ARRAYS = {
    "check_scale": ([0, 1], "Write `A_drop = A * ...`, not `A *= ...`."),
    "check_forward": ([0], "Write `A_drop = A * ...`"),
    "check_backward": ([0, 1], "Write `dA = dA_drop * ...`, not `dA_drop *= ...`."),
    "check_layer": ([0], "Write `A_drop = A * ...`"),
    "check_layer_backward": ([0, 1, 2, 3], "Write `dZ = dA_drop * ...`"),
    "check_forward_pass": ([0], "Write `A_drop = A * ...`"),
    "check_backward_pass": ([1], "Write `dA = dA * ...`"),
    "check_balance_check": ([0, 1, 2, 3], "Write `left = A * ...`"),
    "check_tape": ([0, 1], "Write `dA = dA_drop * ...`"),
    "check_penalty": ([0, 1], "Write `penalty = w * ...`"),
}
PLACES = [(name, place) for name, (places, _) in ARRAYS.items() for place in places]


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_an_array_changed_in_place_gets_advice(name, place):
    def greedy(*args):
        result = RIGHT[name](*args)
        args[place].fill(0)
        return result

    message = CHECKS[name](greedy).message
    assert "changes the arrays it was given" in message
    assert ARRAYS[name][1] in message


class Shy:
    def __repr__(self):
        raise ValueError("no")

    def __array__(self, dtype=None, copy=None):
        raise ValueError("no")


NASTY = {
    "None": None,
    "an array": np.ones((2, 3)),
    "a string": "A * D / keep_prob",
    "something that cannot be shown": Shy(),
    "a class": Shy,
    "dict": dict,
    "print": print,
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
    "returns a function": lambda *_: print,
    "a generator": lambda *_: (n for n in range(3)),
    "stops": lambda *_: next(iter([])),
}


@every_check
@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_handed_in_makes_a_check_raise(name, nasty, capsys):
    feedback = CHECKS[name](NASTY[nasty])
    assert isinstance(feedback, Feedback)
    assert not feedback
    assert feedback.message.startswith("✗ ")
    assert 20 < len(feedback.message) < 2000
    assert capsys.readouterr().out == ""


ANYTHING = st.one_of(st.none(), st.floats(), st.text(), st.lists(st.floats()), st.booleans())


@settings(max_examples=100)
@given(st.sampled_from(list(CHECKS)), ANYTHING)
def test_nothing_that_a_function_returns_makes_a_check_raise(name, result):
    assert not CHECKS[name](lambda *_: result)


@given(st.sampled_from(list(CHECKS)), st.integers(0, 2**32))
def test_no_sentence_says_simply_and_none_is_empty(name, seed):
    rng = np.random.default_rng(seed)
    feedback = CHECKS[name](lambda *args: rng.standard_normal(np.shape(args[0])))
    assert len(feedback.message) > 20
    assert "simply" not in feedback.message
