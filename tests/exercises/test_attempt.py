"""Whatever a half-written function does, its author gets a sentence, and our arrays stay as they were."""

import numpy as np
import pytest

from dropout_lab.exercises.attempt import AttemptError, as_array, attempt


def double(values):
    return 2 * values


def test_a_result_is_handed_through():
    assert np.array_equal(attempt(double, np.ones(3)), [2, 2, 2])
    assert attempt(lambda a, b: a + b, 2, 3) == 5


def test_prints_are_swallowed(capsys):
    def loud(n):
        for i in range(n):
            print("step", i)
        return n

    assert attempt(loud, 1000) == 1000
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


def changes(values):
    values *= 2
    return values


def changes_and_stops(values):
    values[:] = 0
    raise ValueError("no")


TROUBLE = {
    "an exception": (stops, "Your function stopped with KeyError: 'W1'."),
    "exit": (leaves, "stopped with SystemExit"),
    "too many arguments": (lambda: 0, "stopped with TypeError"),
    "no end": (lambda values: attempt_for_ever(values), "stopped with RecursionError"),
    "the stub": (lambda _: ..., "Replace the ... in your function by your own line"),
    "None": (lambda _: None, "Your function returns nothing. Does its last line begin"),
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


@pytest.mark.parametrize("result", [[[1], [0]], np.array([[True], [False]]), (np.array([1]), [0])])
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
    ],
)
def test_what_is_not_an_array_of_this_shape_gets_a_sentence(result, words):
    with pytest.raises(AttemptError) as trouble:
        read(result)
    assert words in str(trouble.value)
