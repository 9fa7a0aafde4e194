"""First answers and solved exercises are kept where there is a file for them, and nothing in it is ever lost."""

import json
import os
import subprocess
import sys
import time

import pytest

from dropout_lab import exercises, labs
from dropout_lab.core.dropout import sample_mask
from dropout_lab.labs import _guess
from dropout_lab.lessons import progress


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, where progress is kept."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_guess, "EARLIER", {})  # a new kernel
    (tmp_path / "progress.json").touch()
    return tmp_path


def stored(folder):
    return json.loads((folder / "progress.json").read_text(encoding="utf-8"))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_without_a_file_nothing_is_recorded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    labs.guess("01-zero").commit("dA1")
    exercises.check_mask(sample_mask)
    assert names(tmp_path) == []
    assert progress.guesses() == progress.exercises() == {}


def test_the_first_answer_is_kept_and_no_later_one(folder):
    guess = labs.guess("01-zero")
    assert (folder / "progress.json").read_text() == ""  # asking is not answering
    guess.commit("dA1_drop", "dA1")
    guess.commit(*guess.truth)
    assert guess.right
    assert stored(folder)["guesses"] == {"01-zero": {"answer": ["dA1_drop", "dA1"], "right": False}}
    assert names(folder) == ["progress.json"]


@pytest.mark.usefixtures("folder")
def test_the_next_day_a_question_shows_its_earlier_answer():
    progress.record_guess("01-break", ["all of them"], False)
    guess = labs.guess("01-break")
    assert guess.committed
    assert guess.answer == ["all of them"]
    assert "You chose “all of them”" in guess.status.value
    assert not labs.guess("01-zero").committed


@pytest.mark.usefixtures("folder")
def test_an_answer_that_is_no_option_any_more_is_not_shown():
    progress.record_guess("01-break", ["some of them"], False)
    assert not labs.guess("01-break").committed


def test_what_is_solved_stays_solved_and_slips_are_collected(folder, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/my_work/02_switch_neurons_off_2.ipynb")
    exercises.check_mask(lambda _shape, _keep_prob, _rng: ...)
    assert (folder / "progress.json").read_text() == ""  # nothing tried yet
    exercises.check_mask(lambda shape, keep_prob, rng: rng.standard_normal(shape) < keep_prob)
    exercises.check_mask(sample_mask)
    exercises.check_mask(lambda shape, keep_prob, rng: rng.standard_normal(shape) < keep_prob)
    assert stored(folder)["exercises"] == {"02-check_mask": {"solved": True, "bugs": ["randn"]}}


@pytest.mark.parametrize(
    ("notebook", "kept"),
    [
        ("/x/10_write_it_yourself.ipynb", "10-check_backward"),
        ("04_mask_the_gradients_2.ipynb", "04-check_backward"),
        ("practice.ipynb", "04-check_backward"),
        ("07_train_with_dropout.ipynb", "04-check_backward"),
        ("", "04-check_backward"),
    ],
)
def test_an_exercise_belongs_to_the_notebook_it_was_solved_in(folder, monkeypatch, notebook, kept):
    monkeypatch.setenv("JPY_SESSION_NAME", notebook)
    assert exercises.check_backward(lambda dA_drop, D, keep_prob: dA_drop * D / keep_prob)
    assert list(stored(folder)["exercises"]) == [kept]


def test_a_check_that_uses_another_solves_only_itself(folder):
    def layer(A, keep_prob, training, rng):
        return A * sample_mask(A.shape, keep_prob, rng) / keep_prob if training else A

    assert exercises.check_layer(layer)
    assert list(stored(folder)["exercises"]) == ["08-check_layer"]


def test_numbers_worked_out_by_hand_are_an_exercise_too(folder):
    assert exercises.check_by_hand(0, -0.6)
    assert stored(folder)["exercises"]["01-check_by_hand"]["solved"]


# -- Nothing is lost ------------------------------------------------------------------------------

GOOD = {"answer": ["dA1"], "right": False}


@pytest.mark.parametrize(
    "damaged",
    [
        b"{",
        b'{"guesses": {"01-zero": {"answer"',
        b"\xff\xfe\x00",
        b"[1, 2]",
        b"null",
        b"[" * 100_000,
        b'{"guesses": [1]}',
        b'{"guesses": {"01-zero": {"answer": "dA1", "right": 1}}}',
    ],
)
def test_a_damaged_file_is_kept_aside_and_a_new_one_begun(folder, damaged):
    (folder / "progress.json").write_bytes(damaged)
    assert progress.guesses() == {}
    progress.record_guess("01-zero", ["dA1"], False)
    assert progress.guesses() == {"01-zero": GOOD}
    assert (folder / "progress.damaged-1.json").read_bytes() == damaged
    (folder / "progress.json").write_bytes(b"}")
    progress.record_guess("01-zero", ["dA1"], False)
    assert (folder / "progress.damaged-2.json").read_bytes() == b"}"
    assert len(names(folder)) == 3


def test_what_another_version_wrote_stays(folder):
    theirs = {
        "version": 7,
        "guesses": {"01-zero": GOOD | {"sure": 0.7}, "14-new": {"score": 3}},
        "goals": {"01": ["ring"]},
    }
    (folder / "progress.json").write_text(json.dumps(theirs), encoding="utf-8-sig")
    assert list(progress.guesses()) == ["01-zero"]
    progress.record_guess("01-break", ["all of them"], False)
    now = stored(folder)
    assert now["guesses"].pop("01-break")
    assert {name: now[name] for name in theirs} == theirs
    assert names(folder) == ["progress.json"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="asks for POSIX")
def test_a_file_that_cannot_be_read_or_written_is_left_alone_and_said(folder, monkeypatch):
    def refuse(*_args, **_more):
        raise PermissionError(13, "Permission denied")

    for forbidden in ("pathlib.Path.read_bytes", "os.open", "os.fsync"):
        (folder / "progress.json").write_text("{")
        with monkeypatch.context() as patch:
            patch.setattr(forbidden, refuse)
            labs.guess("01-zero").commit("dA1")
            assert progress.trouble == "progress.json could not be written (Permission denied)"
        assert (folder / "progress.json").read_text() == "{"
        assert ".progress.lock" not in names(folder)
    progress.record_guess("01-zero", ["dA1"], False)
    assert progress.trouble == ""


def test_a_link_stays_a_link(folder):
    (folder / "progress.json").rename(folder / "elsewhere.json")
    (folder / "progress.json").symlink_to("elsewhere.json")
    progress.record_guess("01-zero", ["dA1"], False)
    assert (folder / "progress.json").is_symlink()
    assert progress.guesses() == {"01-zero": GOOD}


def test_a_dead_notebooks_lock_is_not_waited_for_and_a_living_ones_is(folder, monkeypatch):
    lock = folder / ".progress.lock"
    lock.touch()
    monkeypatch.setattr(progress, "PATIENCE", 0.1)
    progress.record_guess("01-zero", ["dA1"], False)
    assert "could not be written" in progress.trouble
    assert progress.guesses() == {}
    long_ago = time.time() - 60
    os.utime(lock, (long_ago, long_ago))
    progress.record_guess("01-zero", ["dA1"], False)
    assert progress.guesses() == {"01-zero": GOOD}
    assert names(folder) == ["progress.json"]


RECORD = """
import sys
from dropout_lab.lessons import progress
for n in range(20):
    progress.record_guess(f"{sys.argv[1]}-{n}", ["dA1"], False)
    assert progress.trouble == ""
"""


@pytest.mark.slow
def test_two_notebooks_at_once_lose_nothing_and_a_reader_sees_only_whole_files(folder):
    writers = [subprocess.Popen([sys.executable, "-c", RECORD, name], cwd=folder) for name in "abc"]
    while any(writer.poll() is None for writer in writers):
        text = (folder / "progress.json").read_text()
        assert not text or json.loads(text)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert len(stored(folder)["guesses"]) == 60


@pytest.mark.slow
def test_a_notebook_killed_while_it_writes_leaves_a_whole_file(folder):
    for n in range(4):
        writer = subprocess.Popen([sys.executable, "-c", RECORD, f"{n}"], cwd=folder)
        while not any(name.startswith(f"{n}-") for name in progress.guesses()):
            assert writer.poll() is None
        time.sleep(n * 0.006)
        writer.kill()
        writer.wait()
        if (folder / ".progress.lock").exists():  # the dead one had it: let some time pass
            os.utime(folder / ".progress.lock", (0, 0))
    assert {name.split("-")[0] for name in stored(folder)["guesses"]} == set(map(str, range(4)))
    assert not list(folder.glob("*damaged*"))
