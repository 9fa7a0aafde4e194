"""In another process a check says what it says in the notebook: of solutions by somebody who never saw it."""

import importlib
from pathlib import Path

import pytest
from exercises.held_out.table import ROWS

from dropout_lab import exercises
from dropout_lab.classroom.referee import Learner

# A few of them; what is endless is tested beside, and numbers by hand are no functions.
SOME = [
    row for row in ROWS[::29] if row.verdict != "endless" and all(map(callable, row.arguments))
]  # fmt: skip


@pytest.fixture
def learner(tmp_path):
    ours = Learner(str(tmp_path))
    yield ours
    ours.close()


@pytest.mark.slow
@pytest.mark.parametrize("row", SOME, ids=lambda row: f"{row.checker}-{row.arguments[-1].__name__}")
def test_a_solution_has_the_same_verdict_in_another_process(learner, row):
    module = importlib.import_module(row.arguments[-1].__module__)
    names = ", ".join(each.__name__ for each in row.arguments)
    told = getattr(exercises, row.checker)(*row.arguments)
    with learner.limited(60):
        learner.run(Path(module.__file__).read_text(encoding="utf-8"), True)
        (asked,), error = learner.run(f"exercises.{row.checker}({names})", True)
        found = learner.check(*asked)
    assert (learner.ended, error) == ("", "")
    if found.kind in ("solved", "slip"):
        assert (found.kind == "solved", found.what or told.bug) == (told.ok, told.bug)
    else:
        assert (told.ok, told.bug) == (False, "unknown")
