"""Each benchmark runs and fills its tables; what it says about time is never asserted."""

import sys
from functools import partial

import measure
import pytest
from short_runs import numbers, run

ROWS = {
    "ahead.py": ["step_through"],
    "mathematics.py": [
        "ours",
        "ours, 32 seeds, each",
        "floor",
        "one batched pass",
        "a slider move",
    ],
    "start.py": ["numpy", "dropout_lab", "step_through", "train", "01_ask_the_question"],
    "suite.py": ["a notebook with one empty cell", "all in a row"],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_a_short_run_fills_its_tables(name):
    text = run(name)
    assert sys.version.split()[0] in text.splitlines()[0]
    for row in ROWS[name]:
        assert numbers(text, row)  # a time may be rounded to 0.00


def test_tasks_take_turns_and_none_always_comes_after_the_same():
    calls = []
    answers = measure.turns({name: partial(calls.append, name) for name in "abc"}, 3)
    assert "".join(calls) == "abccbaabc"
    assert answers == {name: [None] * 3 for name in "abc"}


def test_the_first_round_does_not_count():
    calls = []
    times = measure.in_turns({"task": lambda: calls.append(1)}, 4)
    assert (len(calls), len(times["task"])) == (5, 4)
    assert all(seconds >= 0 for seconds in times["task"])


def test_a_comparison_gives_medians_per_step_and_their_ratios():
    times = {"quick": [0.002, 0.001, 0.009], "slow": [0.03, 0.04, 0.02]}
    assert measure.compare(times, ["quick"], per=10).splitlines() == [
        "|  | median | p95 | × quick |",
        "| --- | ---: | ---: | ---: |",
        "| quick | 200 µs | 830 µs | 1.00 |",
        "| slow | 3 ms | 3.9 ms | 15.00 |",
    ]


def test_a_time_has_the_unit_that_fits():
    units = [measure.in_unit(seconds) for seconds in (12.34, 0.0123, 0.0000123)]
    assert units == ["12.3 s", "12.3 ms", "12.3 µs"]


def test_the_machine_says_what_is_not_installed():
    assert "numpy 2" in measure.machine("numpy")
    assert measure.machine("no_such_package").endswith("no no_such_package")
