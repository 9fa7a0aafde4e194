"""A learner's notebook is judged by our checks: every verdict is right, and a forged one scores nothing."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from classroom.hand_in import (
    CELLS,
    ENDED,
    FORGED,
    LAST,
    SERIES,
    SLIPS,
    SPOKEN,
    backward,
    hand_in,
    solutions,
)

from dropout_lab.classroom import grade, referee
from dropout_lab.classroom.folder import collect
from dropout_lab.classroom.referee import Verdict

pytestmark = pytest.mark.slow  # a process for each notebook
RIGHT = backward("return dA_drop * D / keep_prob")


def verdicts(tmp_path, cells=None, name=LAST, extra=()):
    """What the grader finds, by check."""
    hand_in(tmp_path / "ada" / f"{name}.ipynb", name, cells, extra)
    (submission,) = collect(tmp_path, SERIES).submissions
    return grade.judge(submission)


def told(verdict):
    return verdict.kind, verdict.what


@pytest.fixture
def short(monkeypatch, tmp_path):
    """A referee who waits five seconds, here in this process."""
    monkeypatch.setattr(referee, "LIMIT", 5.0)

    def judge(source, check="check_backward"):
        """The verdict on one cell."""
        cells = [referee.Cell("imports", "import numpy as np\nfrom dropout_lab import exercises")]
        originals = SERIES[LAST].exercises
        cells += [referee.Cell(originals[check].name, source)]
        return referee.Referee({check: originals[check]}, str(tmp_path)).judge(cells)[check]

    return judge


@pytest.mark.slow
@pytest.mark.parametrize("name", SERIES)
def test_worked_solutions_are_solved(tmp_path, name):
    assert SERIES[name].exercises
    solved = verdicts(tmp_path, solutions(name), name)
    assert solved == dict.fromkeys(SERIES[name].exercises, Verdict("solved"))


def test_a_notebook_as_handed_out_is_not_tried(tmp_path):
    assert {told(each) for each in verdicts(tmp_path).values()} == {("not tried", "")}


def test_a_stub_is_not_tried_although_something_was_written_above_it(short):
    assert told(short(backward("dA = dA_drop * D\n    return ..."))) == ("not tried", "")


def test_half_a_notebook_is_judged_cell_by_cell(tmp_path):
    found = verdicts(tmp_path, {"check_backward": RIGHT, "check_forward": "nonsense("})
    assert told(found.pop("check_forward")) == ("stopped", "SyntaxError")
    assert found.pop("check_backward") == Verdict("solved")
    assert {told(each) for each in found.values()} == {("not tried", "")}


@pytest.mark.parametrize(
    ("check", "body"), [(check, body) for check, bodies in SLIPS.items() for body in bodies]
)
def test_a_slip_has_its_name(short, check, body):
    assert told(short(CELLS[check].format(body), check)) == ("slip", SLIPS[check][body])


@pytest.mark.parametrize("how", FORGED)
def test_what_is_forged_is_judged_by_what_it_does(short, how):
    assert told(short(FORGED[how])) == ("slip", "neither")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
@pytest.mark.parametrize("then", ["", "os.kill(os.getppid(), 9)\n", "os._exit(0)\n"])
def test_what_a_cell_writes_to_open_ends_solves_nothing(tmp_path, then):
    source = SPOKEN + then + backward("return dA_drop")
    found = verdicts(tmp_path, {"check_backward": source})
    assert told(found["check_backward"]) == ("stopped", "died")
    assert "solved" not in {each.kind for each in found.values()}
    if "ppid" not in then:  # else it is a question of who ends whom first
        assert told(found["check_forward"]) == ("not tried", "")


@pytest.mark.parametrize("body", ENDED)
def test_what_does_not_come_to_an_answer_has_stopped(short, body, monkeypatch):
    if ENDED[body] == "endless":
        monkeypatch.setattr(referee, "LIMIT", 1.0)
    assert told(short(backward(body))) == ("stopped", ENDED[body])


def test_a_cell_that_is_endless_itself_has_stopped(short, monkeypatch):
    monkeypatch.setattr(referee, "LIMIT", 1.0)
    assert told(short("while True:\n    exercises.check_backward(0)")) == ("stopped", "endless")


def test_a_cell_that_ends_its_process_takes_no_other_with_it(tmp_path):
    own = backward("return np.asarray(scale(dA_drop * D, keep_prob))")
    cells = {"check_forward": "import os\nos.kill(os.getpid(), 9)", "check_backward": own}
    found = verdicts(tmp_path, cells, extra=["def scale(x, k):\n    return x / k"])
    assert told(found["check_forward"]) == ("stopped", "died")
    assert found["check_backward"] == Verdict("solved")


def test_who_ends_the_referee_has_solved_nothing(tmp_path):
    found = verdicts(tmp_path, {"check_backward": f"import os\nos.kill(os.getppid(), 9)\n{RIGHT}"})
    assert {told(each) for each in found.values()} == {("stopped", "died")}


@pytest.mark.parametrize(
    "source",
    [
        RIGHT.partition("exercises")[0],  # the check was taken out
        RIGHT.replace("exercises.", "# exercises."),
        f"%%time\n{RIGHT}",
        f"%matplotlib inline\n{RIGHT}\n!ls",
        RIGHT.replace("my_backward", "mine"),
        RIGHT.replace("exercises.check", "assert exercises.check"),
        f"from dropout_lab.exercises import check_backward\n{RIGHT.replace('exercises.', '')}",
        backward("return dA_drop") + "\n" + RIGHT,
        backward("return (dA_drop * D / keep_prob).astype(np.float32)"),
        backward("return [[x * s / keep_prob for x, s in zip(*r)] for r in zip(dA_drop, D)]"),
    ],
)
def test_however_it_is_written_what_is_right_is_solved(short, source):
    assert short(source) == Verdict("solved")


def test_helpers_of_ones_own_are_there_and_their_cells_are_not_run(tmp_path):
    extra = ["def scale(x, k):\n    return x / k\n\n\nwhile True:\n    pass"]
    cells = {"check_backward": backward("return scale(dA_drop * D, keep_prob)")}
    assert verdicts(tmp_path, cells, extra=extra)["check_backward"] == Verdict("solved")


def test_an_argument_that_is_changed_is_seen(short):
    body = "dA_drop *= D / keep_prob\n    return dA_drop"
    verdict = short(backward(body))
    assert told(verdict) == ("slip", "unknown")
    assert "changes the arrays" in verdict.message


def test_a_class_is_graded_by_the_command(tmp_path):
    hand_in(tmp_path / "ada" / f"{LAST}.ipynb", cells={"check_backward": RIGHT})
    hand_in(tmp_path / f"bob_{LAST}.ipynb", cells={"check_backward": backward("return dA_drop")})
    hand_in(tmp_path / "=1+1.ipynb")
    hand_in(tmp_path / "eve" / f"{LAST}.ipynb", cells={"check_backward": "import os\nos._exit(0)"})
    (tmp_path / "zoe").mkdir()
    (tmp_path / "zoe" / f"{LAST}.ipynb").write_text("no notebook")
    (tmp_path / "zoe" / "letter.ipynb").write_text('{"cells": []}')
    command = [sys.executable, "-m", "dropout_lab.classroom.grade", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "6/6" in done.stderr
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    assert {name: row["10 check_backward"] for name, row in rows.items()} == {
        "ada": "solved", "bob": "neither", "'=1+1": "not tried", "eve": "stopped: died",
        "zoe": "stopped: unreadable",
    }  # fmt: skip
    assert rows["ada"]["solved"] == "1"
    assert "letter.ipynb (zoe)" in (tmp_path / "grades.html").read_text(encoding="utf-8")


def test_a_folder_without_notebooks_is_told(tmp_path, capsys):
    assert grade.main([str(tmp_path)]) == 1
    assert "no notebook" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        grade.main([str(tmp_path / "nowhere")])
    assert "expected a folder" in capsys.readouterr().err
