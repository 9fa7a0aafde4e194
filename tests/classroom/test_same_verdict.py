"""In another process a check says what it says in the notebook."""

import sys
from pathlib import Path

import pytest
from exercises.solutions import SOLUTIONS

from dropout_lab import exercises
from dropout_lab.classroom.referee import Learner


def has_a_name(function):
    """Whether a cell can call it by its name."""
    return callable(function) and (
        vars(sys.modules[function.__module__]).get(function.__name__) is function
    )


# A few of them; what is endless is tested beside.
SOME = [
    each for each in SOLUTIONS if each.verdict != "endless" and all(map(has_a_name, each.arguments))
][::29]
# What stands above a function there says nothing to the learner's process.
SILENT = "verdict = lambda *_, **__: lambda *given: given[-1]\n"


@pytest.fixture
def learner(tmp_path):
    ours = Learner(str(tmp_path))
    yield ours
    ours.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "each", SOME, ids=lambda each: f"{each.checker}-{each.arguments[-1].__name__}"
)
def test_a_solution_has_the_same_verdict_in_another_process(learner, each):
    module = sys.modules[each.arguments[-1].__module__]
    text = Path(module.__file__).read_text(encoding="utf-8")
    names = ", ".join(function.__name__ for function in each.arguments)
    told = getattr(exercises, each.checker)(*each.arguments)
    with learner.limited(60):
        learner.run(text.replace("from . import verdict\n", SILENT), True)
        (asked,), error = learner.run(f"exercises.{each.checker}({names})", True)
        found = learner.check(*asked)
    assert (learner.ended, error) == ("", "")
    if found.kind in ("solved", "slip"):
        assert (found.kind == "solved", found.what or told.bug) == (told.ok, told.bug)
    else:
        assert (told.ok, told.bug) == (False, "unknown")
