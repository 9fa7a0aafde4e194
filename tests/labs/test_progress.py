"""The map of all that is asked: what stands in progress.json is seen, heard, and followed as it grows."""

import re

import pytest

from dropout_lab import labs
from dropout_lab.labs._progress import draw_map, states
from dropout_lab.lessons import everything, progress


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "progress.json").touch()
    return tmp_path


def told(answered, right, solved):
    """The status line, with as many questions and exercises as there are."""
    guesses = sum(bool(asked.options) for asked in everything().values())
    return (
        f"{answered} of {guesses} questions answered, {right} of them right at first; "
        f"{solved} of {len(everything()) - guesses} exercises solved."
    )


def marks(lab):
    """The words of each mark, by what it shows."""
    return [title.text for title in lab._map.root.iter("title")]


def shapes(lab):
    """Of each mark of the map, but not the legend: its shape, its look, and whether it has a sign."""
    for mark in lab._map.root.iter("g"):
        if mark.find("title") is not None:
            yield mark[1].tag, mark[1].get("class"), len(mark) > 2


def test_where_nothing_is_kept_one_line_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lab = labs.progress()
    html = lab._repr_mimebundle_()["text/html"]
    assert re.fullmatch("<p>The folder where this cell ran has no progress.json[^<]*</p>", html)
    assert lab._map.root is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("folder")
def test_at_first_everything_is_open():
    lab = labs.progress()
    assert len(marks(lab)) == len(everything())
    assert {word.split(":")[0] for word in marks(lab)} == {"open"}
    assert (
        f"{told(0, 0, 0)} The first open one is in 01_ask_the_question.ipynb." in lab.status.value
    )
    assert lab._list.value == ""


@pytest.mark.usefixtures("folder")
def test_the_map_follows_what_happens_in_its_notebook():
    lab = labs.progress()
    guess = labs.guess("01-zero")
    guess.commit(*guess.truth)
    labs.guess("04-vanish").commit(labs.guess("04-vanish").options[0])
    progress.record_try("check_mask", True, None)
    seen_as = [word.split(":")[0] for word in marks(lab) if not word.startswith("open")]
    assert seen_as == ["right at first", "exercise solved", "wrong at first"]
    seen = [shape for shape in shapes(lab) if shape[1] != "open"]
    assert seen == [("circle", "got", True), ("rect", "got", True), ("path", "missed", True)]
    assert ("circle", "open", False) in shapes(lab)
    assert ("rect", "open", False) in shapes(lab)
    assert told(2, 1, 1) in lab.status.value
    again = lab._list.value.partition("Worth another look")[2]
    assert "<code>04_mask_the_gradients.ipynb</code>: 1 question</summary>" in again
    assert f"<li>{everything()['04-vanish'].question}</li>" in again
    assert "01_ask" not in again


@pytest.mark.usefixtures("folder")
def test_look_again_reads_what_another_notebook_has_added():
    lab = labs.progress()
    progress.watchers.clear()  # the other notebook's kernel knows nothing of this lab
    progress.record_guess("02-count", ["4, one per unit"], False)
    assert told(0, 0, 0) in lab.status.value
    button = lab.widget.children[-1]
    assert button.description == "Look again"
    button.click()
    assert told(1, 0, 0) in lab.status.value


@pytest.mark.usefixtures("folder")
def test_what_is_seen_is_also_said():
    progress.record_guess("01-zero", ["dA1_drop"], False)
    lab = labs.progress()
    html = lab._repr_mimebundle_()["text/html"]
    assert "01_ask_the_question: 1 wrong, 3 open." in html
    assert "10_write_it_yourself: 7 open." in html
    assert html.count("<code>01_ask_the_question.ipynb</code>") == 1
    still = "The first open one is in 01_ask_the_question.ipynb."
    assert repr(lab) == f"Progress('{told(1, 0, 0)} {still}')"


def test_what_cannot_be_written_is_said(folder, monkeypatch):
    lab = labs.progress()
    (folder / ".progress.lock").touch()
    monkeypatch.setattr(progress, "PATIENCE", 0)
    progress.record_guess("01-zero", ["dA1_drop"], False)
    assert "But progress.json could not be written (" in lab.status.value


def test_no_mark_lies_outside_or_on_another():
    """Also with more notebooks and longer rows than there are now."""
    root = draw_map(states())
    _, _, width, height = map(float, root.get("viewBox").split())
    places = [
        tuple(map(float, re.findall(r"[\d.]+", mark.get("transform")))) for mark in root.iter("g")
    ]
    assert all(11 <= x <= width - 11 and 11 <= y <= height - 11 for x, y in places)
    assert len({(round(x / 22), round(y / 22)) for x, y in places}) == len(places)
    for label in root.iter("text"):
        assert float(label.get("font-size")) >= 12
