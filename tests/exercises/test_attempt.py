"""Whatever a half-written function does, its author gets a sentence, and our arrays stay as they were."""

import signal
import threading
import time
from decimal import Decimal

import numpy as np
import pytest

from dropout_lab.exercises import attempt as module
from dropout_lab.exercises.attempt import PRINTED, AttemptError, as_array, attempt

on_posix = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no such timer here")


def double(values):
    return 2 * values


def test_a_result_is_handed_through():
    assert np.array_equal(attempt(double, np.ones(3)), [2, 2, 2])
    assert attempt(lambda a, b: a + b, 2, 3) == 5


def test_prints_are_kept_and_not_shown(capsys):
    def loud(n):
        for i in range(n):
            print("step", i)
        return n

    PRINTED.clear()
    assert attempt(loud, 1000) == 1000
    ((args, text),) = PRINTED
    assert (args, text[:14]) == ((1000,), "step 0\nstep 1\n")
    assert capsys.readouterr().out == ""


def test_a_class_with_a_call_is_a_function_too():
    class Doubler:
        def __call__(self, values):
            return double(values)

    assert attempt(Doubler(), 4) == 8


def stops(_values):
    raise KeyError("W1")


def leaves(_values):
    raise SystemExit


def interrupted(_values):
    raise KeyboardInterrupt


def half_written_error(_values):
    class ShyError(Exception):
        def __str__(self):
            raise ValueError("no")

    raise ShyError


def changes(values):
    values *= 2
    return values


def changes_and_stops(values):
    values[:] = 0
    raise ValueError("no")


TROUBLE = {
    "an exception": (stops, "Your function stopped with KeyError: 'W1'. It was in line"),
    "its code": (stops, """: `raise KeyError("W1")`."""),
    "an assert": (lambda _: exec("assert False"), "Your function stopped with AssertionError."),
    "stopped by hand": (interrupted, "You stopped your function while it was running. It was in"),
    "an error that cannot be shown": (half_written_error, "with ShyError: an error that cannot be"),
    "exit": (leaves, "stopped with SystemExit"),
    "too many arguments": (lambda: 0, "stopped with TypeError"),
    "no end": (lambda values: attempt_for_ever(values), "stopped with RecursionError"),
    "the stub": (lambda _: ..., "Replace the ... in your function with your own line"),
    "None": (lambda _: None, "Your function returns nothing. Does it reach a line that begins"),
    "a changed array": (changes, "Write `A_drop = A * ...`, not `A *= ...`."),
    "no function": ("A * D", "Give me your function itself, without (); you gave 'A * D'."),
}


def attempt_for_ever(values):
    return attempt_for_ever(values)


@pytest.mark.parametrize("name", TROUBLE)
def test_trouble_becomes_a_sentence(name):
    function, words = TROUBLE[name]
    with pytest.raises(AttemptError) as trouble:
        attempt(function, np.ones(3), new="A_drop", old="A")
    assert words in str(trouble.value)


@pytest.mark.parametrize("function", [changes, changes_and_stops])
def test_our_own_arrays_are_never_changed(function):
    ours = np.ones(3)
    with pytest.raises(AttemptError):
        attempt(function, ours)
    assert np.array_equal(ours, np.ones(3))


def test_a_generator_may_move_on():
    assert 0 < attempt(lambda rng: rng.random(), np.random.default_rng(0)) < 1


def test_the_draw_that_courses_teach_gets_the_name_that_a_generator_has():
    with pytest.raises(AttemptError, match=r"has no attribute 'rand'\. .* rng\.random\(shape\)"):
        attempt(lambda rng: rng.rand(3), np.random.default_rng(0))
    with pytest.raises(AttemptError) as trouble:
        attempt(lambda rng: rng.bernoulli(0.5), np.random.default_rng(0))
    assert "rng.random" not in str(trouble.value)


def test_trouble_inside_trouble_keeps_its_sentence():
    with pytest.raises(AttemptError, match=r"^Your function returns nothing"):
        attempt(lambda values: attempt(lambda _: None, values), np.ones(3))


def test_no_value_that_cannot_be_shown_makes_it_raise_something_else():
    class Shy:
        def __repr__(self):
            raise ValueError("no")

    with pytest.raises(AttemptError, match="Give me your function itself"):
        attempt(Shy())


def test_division_by_zero_stays_silent():
    assert np.isinf(attempt(lambda values: values / 0, np.ones(3))).all()


def read(result, shapes=((2, 1),)):
    return as_array(result, "dA", list(shapes), "dA_drop has (2, 1).", " Do you divide by D?")


class Grumpy:
    def __array__(self, dtype=None, copy=None):
        raise OSError("no numbers today")


@pytest.mark.parametrize(
    "result",
    [
        [[1], [0]],
        np.array([[True], [False]]),
        (np.array([1]), [0]),
        np.array([[1 + 0j], [0]]),
        np.ma.array([[1.0], [9.0]], mask=[[False], [True]]),
        [[Decimal(1)], [Decimal(0)]],
    ],
)
def test_numbers_of_any_kind_are_read(result):
    assert np.array_equal(read(result), [[1.0], [0.0]])


def test_what_is_read_is_a_copy():
    result = np.zeros((2, 1))
    found = read(result)
    result[:] = 7
    assert not found.any()


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("dA", "returns a str; it should return one array, dA."),
        ([[1], [2, 3]], "returns a list; it should return one array, dA."),
        ([[10**400], [1]], "returns a list; it should return one array, dA."),
        (Grumpy(), "returns a Grumpy; it should return one array, dA."),
        (np.array([[1j], [0]]), "it should return one array, dA."),
        (None, "returns nothing"),
        (..., "Replace the ..."),
        (0.5, "Your dA has shape (); dA_drop has (2, 1)."),
        (np.zeros((1, 2)), "Your dA has shape (1, 2); dA_drop has (2, 1)."),
        ([[np.nan], [1]], "not finite numbers. Do you divide by D?"),
        ([[np.inf], [1]], "not finite numbers. Do you divide by D?"),
        (np.array([[1 + 1e-9j], [0]]), "returns complex numbers; it should return one array, dA."),
        (np.array([["1"], ["0"]]), "returns an array; it should"),
        (np.ma.array([[1.0], [np.nan]], mask=[[False], [False]]), "not finite numbers"),
    ],
)
def test_what_is_not_an_array_of_this_shape_gets_a_sentence(result, words):
    with pytest.raises(AttemptError) as trouble:
        read(result)
    assert words in str(trouble.value)


def test_what_is_masked_everywhere_is_nothing():
    assert not read(np.ma.array([[1.0], [1.0]], mask=True)).any()


def never_ends(values):
    i = 0
    while i < 2:
        try:
            values = np.tanh(values)
        except Exception:
            break
    return values


@on_posix
def test_an_endless_loop_gets_a_sentence_with_its_line(monkeypatch):
    monkeypatch.setattr(module, "LIMIT", 0.1)
    with pytest.raises(AttemptError) as trouble:
        attempt(never_ends, np.ones(3))
    assert str(trouble.value).startswith("Your function was still running after 0.1 seconds.")
    lines = ("while i < 2:", "try:", "values = np.tanh(values)")
    assert any(f": `{line}`. Does its loop end?" in str(trouble.value) for line in lines)


@on_posix
def test_an_alarm_that_was_set_before_still_rings(monkeypatch):
    monkeypatch.setattr(module, "LIMIT", 0.1)
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append("theirs"))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(AttemptError, match="still running"):
            attempt(never_ends, np.ones(3))
        assert attempt(double, 2) == 4
        assert not rung
        time.sleep(0.4)
        assert rung == ["theirs"]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@on_posix
def test_a_call_within_a_call_ends_with_it(monkeypatch):
    monkeypatch.setattr(module, "LIMIT", 0.1)
    with pytest.raises(AttemptError, match="still running"):
        attempt(lambda values: attempt(never_ends, values), np.ones(3))
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_where_no_alarm_can_be_set_nothing_is_limited():
    found = []
    thread = threading.Thread(target=lambda: found.append(attempt(double, 2)))
    thread.start()
    thread.join()
    assert found == [4]


@pytest.mark.parametrize("name", ["np", "apply_mask", "exercises"])
def test_a_name_of_the_first_cell_that_is_not_there_yet(name):
    with pytest.raises(AttemptError, match=f"`{name}` comes from the first cell .* run the first"):
        attempt(eval(f"lambda values: {name}(values)", {}), np.ones(3))
    with pytest.raises(AttemptError, match="NameError: name 'A7' is not defined"):
        attempt(eval("lambda values: A7", {}), np.ones(3))


def grows(W):
    W[3] = 0
    return 1


def changes_within(W):
    W[1] *= 2
    return 1


@pytest.mark.parametrize("function", [grows, changes_within])
def test_dictionaries_of_arrays_are_copies_too(function):
    ours = {1: np.ones(2), 2: np.ones(3)}
    with pytest.raises(AttemptError, match=r"changes the arrays it was given \(here W\)"):
        attempt(function, ours)
    assert set(ours) == {1, 2}
    assert np.array_equal(ours[1], np.ones(2))
