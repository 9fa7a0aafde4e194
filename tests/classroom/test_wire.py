"""What crosses to another process comes out as it was; what makes no sense ends the talk, and nothing else."""

import inspect
import os
import threading
from fractions import Fraction

import numpy as np
import pytest

from dropout_lab.classroom.wire import GoneError, Kept, Remote, Wire


@pytest.fixture
def ends():
    """Two ends: the second answers, in a thread, with what it keeps."""
    open_ends = [os.pipe(), os.pipe()]
    (a, b), (c, d) = [(os.fdopen(r, "rb"), os.fdopen(w, "wb")) for r, w in open_ends]
    kept = []
    near, far = Wire(a, d, {"sum": sum}), Wire(c, b, {"sum": sum})
    far.kept = kept

    def answer():
        try:
            far.serve()
        except GoneError:
            far.writer.close()

    thread = threading.Thread(target=answer)
    thread.start()
    yield near, kept
    near.writer.close()
    thread.join(5)
    for end in (a, c):
        end.close()


def same(value):
    return value


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, -(2**70), 0.1, float("inf"), "ü\n", ..., [1, [2.5]], (1, (..., "a")),
        {1: "a", "b": [2]}, np.float64(0.1), np.bool_(True), 1 + 2j,
    ],
)  # fmt: skip
def test_plain_values_come_out_as_they_went_in(ends, value):
    near, kept = ends
    kept.append(same)
    found = near.call(0, (value,))
    assert found == value
    assert type(found) is type(value) or isinstance(value, complex)


@pytest.mark.parametrize("dtype", ["bool", "int8", ">i4", "float32", "float64", "complex128"])
def test_arrays_come_out_to_the_last_bit(ends, dtype):
    near, kept = ends
    kept.append(same)
    array = np.random.default_rng(0).normal(size=(2, 3, 0 + 4)).astype(dtype)
    found = near.call(0, (array.T,))
    assert (found.dtype, found.tobytes()) == (array.dtype, np.ascontiguousarray(array.T).tobytes())


def test_numbers_of_other_kinds_become_ours(ends):
    near, kept = ends
    kept.append(same)
    assert near.call(0, (Fraction(1, 4),)) == 0.25
    masked = np.ma.masked_array([1.0, 2.0], [False, True])
    assert near.call(0, (masked,)).tolist() == [1.0, 0.0]


def test_a_generator_moves_on_at_both_ends(ends):
    near, kept = ends
    kept.append(lambda rng: rng.random())
    rng, twin = np.random.default_rng(3), np.random.default_rng(3)
    assert [near.call(0, (rng,)), rng.random()] == [twin.random(), twin.random()]


def test_a_change_of_an_argument_is_seen_here_too(ends):
    near, kept = ends
    kept.append(lambda given, array: given["W"][1].fill(7) or given.update(b=2) or array.fill(1))
    given, array = {"W": [np.zeros(2), np.zeros(2)], "b": 1}, np.zeros(2)
    near.call(0, (given, array))
    assert [list(each) for each in given["W"]] == [[0, 0], [7, 7]]
    assert (given["b"], list(array)) == (2, [1, 1])


def test_functions_can_be_called_from_both_sides(ends):
    near, kept = ends
    kept.append(lambda: max)
    kept.append(lambda function, value: function(value) + 1)
    largest = near.call(0, ())
    assert isinstance(largest, Remote)
    assert (largest.__name__, largest([1, 5])) == ("max", 5)
    assert near.call(1, (lambda value: 10 * value, 4)) == 41


def test_what_both_sides_know_is_the_same_on_both(ends):
    near, kept = ends
    kept.append(lambda function: (function is sum, function))
    assert near.call(0, (sum,)) == (True, sum)


def test_a_function_keeps_the_names_of_its_parameters(ends):
    near, kept = ends
    kept.append(lambda: lambda D, keep_prob: D / keep_prob)
    assert str(inspect.signature(near.call(0, ()))) == "(D, keep_prob)"


def test_what_cannot_cross_stays_and_can_be_handed_back(ends):
    near, kept = ends
    thing = object()
    kept.append(lambda: thing)
    kept.append(lambda given: given is thing)
    there = near.call(0, ())
    assert isinstance(there, Kept)
    assert type(there).__name__ == "object"
    assert near.call(1, (there,)) is True


def test_an_error_comes_as_one_of_the_same_name(ends):
    near, kept = ends
    kept.append(lambda: 1 / 0)
    with pytest.raises(Exception, match="division by zero") as caught:
        near.call(0, ())
    assert (type(caught.value).__name__, near.raised) == ("ZeroDivisionError", "ZeroDivisionError")


@pytest.mark.parametrize(
    "line",
    [
        "", "no json\n", "[]\n", "{}\n", '{"value": 1}\n', '{"value": 1, "after": [null]}\n',
        '{"value": {"array": ["O", [1], ""]}, "after": []}\n',
        '{"value": {"array": ["<f8", [9], ""]}, "after": []}\n',
        '{"value": {"rng": {"bit_generator": "other"}}, "after": []}\n',
        '{"value": {"yours": 5}, "after": []}\n', '{"error": 1}\n',
        '{"value": {"dict": [[{"list": []}, 1]]}, "after": []}\n', "[" * 100_000 + "\n",
    ],
)  # fmt: skip
def test_nonsense_ends_the_talk(tmp_path, line):
    (tmp_path / "in").write_text(line)
    with (tmp_path / "in").open("rb") as reader, (tmp_path / "out").open("wb") as writer:
        wire = Wire(reader, writer, {})
        with pytest.raises(GoneError):
            wire.call(0, ())
        assert wire.gone
        with pytest.raises(GoneError):
            wire.call(0, ())
