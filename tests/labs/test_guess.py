"""The question before the lab: commit to an answer first, then see what is true."""

import re

import pytest

from dropout_lab import labs
from dropout_lab.lessons import everything

QUESTION = {
    "question": "Which are zero?",
    "options": ["dA1_drop", "dA1", "dW2"],
    "truth": ["dA1", "dW2"],
}


def ask(question, options, truth, **others):
    return labs.guess(question=question, options=options, truth=truth, **others)


def test_a_prediction_is_not_told_before_it_is_committed():
    guess = labs.guess(**QUESTION, because=["no", "because <of> the switch", "yes"])
    assert "yes" not in guess.status.value
    assert guess.answer == []
    assert not guess.committed
    for box in guess._boxes:
        box.value = box.description != "dW2"
    guess._commit_ticked()
    assert guess.answer == ["dA1_drop", "dA1"]
    assert not guess.right
    words = re.sub("<.*?>", "", guess.status.value)
    assert "✗ dA1_drop: you said yes, it is no." in words
    assert "✓ dA1: yes. Because &lt;of&gt; the switch" in words
    assert "✗ dW2: you said no, it is yes." in words


def test_ticking_everything_is_not_right():
    guess = labs.guess(**QUESTION)
    guess.commit("dA1_drop", "dA1", "dW2")
    assert not guess.right
    guess.commit("dA1")
    assert not guess.right


def test_a_prediction_can_be_committed_from_a_cell():
    guess = labs.guess(**QUESTION)
    guess.commit("dW2", "dA1")
    assert guess.right
    assert "You saw it" in guess.status.value
    assert repr(guess).endswith("answer='dA1, dW2', right=True)")


def test_one_of_several_and_nothing_chosen_yet():
    guess = ask("Which?", ["a", "b"], truth="b")
    guess._commit_ticked()
    assert not guess.committed
    assert "Choose one first" in guess.status.value
    guess._radio.value = "a"
    guess._commit_ticked()
    words = re.sub("<.*?>", "", guess.status.value)
    assert "✗ Not quite. Good: this is what the lab is for. You chose “a”. It is “b”." in words
    guess._radio.value = "b"
    guess._commit_ticked()
    assert guess.right
    unticked = labs.guess(**QUESTION)
    unticked._commit_ticked()
    assert not unticked.committed
    assert "Tick what you think" in unticked.status.value
    with pytest.raises(ValueError, match="choose one of a, b"):
        guess.commit()


def test_of_one_choice_the_reason_follows_the_word_because():
    because = ["dA1 is not A1.", "it is so: <always>.", "never."]
    guess = ask("Which?", ["a", "b", "c"], truth="b", because=because)
    guess.commit("a")
    words = re.sub("<.*?>", "", guess.status.value)
    told = "You chose “a”. dA1 is not A1. It is “b”, because it is so: &lt;always&gt;."
    assert words.endswith(told)
    guess.commit("b")
    words = re.sub("<.*?>", "", guess.status.value)
    assert words == "✓ You saw it. It is “b”, because it is so: &lt;always&gt;."
    html = guess._repr_mimebundle_()["text/html"]
    assert "<li>a: no. dA1 is not A1.</li><li>b: yes. It is so:" in html


def test_the_options_themselves_are_marked():
    one = ask("Which?", ["a", "b", "c"], truth="b")
    assert list(one._radio._options_labels) == ["a", "b", "c"]
    one.commit("a")
    assert list(one._radio._options_labels) == ["a ← your answer", "b ← the answer", "c"]
    assert one._radio.value == "a"
    one.commit("b")
    assert list(one._radio._options_labels) == ["a", "b ← your answer, and the answer", "c"]
    many = labs.guess(**QUESTION)
    many.commit("dA1_drop", "dA1")
    assert [box.description for box in many._boxes] == [
        "dA1_drop ← your answer",
        "dA1 ← your answer, and the answer",
        "dW2 ← the answer",
    ]
    assert [box.value for box in many._boxes] == [True, True, False]
    many._boxes[0].value, many._boxes[2].value = False, True  # a second thought
    many._commit_ticked()
    assert many.right


def test_an_answer_is_shown_again_when_its_cell_is_run_again():
    assert not labs.guess(**QUESTION).committed
    labs.guess(**QUESTION).commit("dA1")
    again = labs.guess(**QUESTION)
    assert (again.committed, again.answer) == (True, ["dA1"])
    assert "dW2 ← the answer" in [box.description for box in again._boxes]
    assert "you said no, it is yes" in again.status.value
    assert not labs.guess(**QUESTION | {"question": "Another?"}).committed


@pytest.mark.parametrize("truth", ["x", ["x", "y"]])
def test_an_earlier_answer_that_fits_no_more_is_forgotten(truth):
    labs.guess(**QUESTION).commit("dA1", "dW2")
    assert not ask(QUESTION["question"], ["x", "y"], truth=truth).committed
    assert not labs.guess(**QUESTION | {"truth": "dA1"}).committed  # only one may be chosen now


def test_a_default_answer_stands_until_the_learner_commits():
    guess = labs.guess(**QUESTION, default=["dA1"])
    assert guess.answer == ["dA1"]
    assert not guess.committed


def test_answers_that_are_not_options_are_named():
    with pytest.raises(ValueError, match="unknown truth 'dW9'; expected one of a"):
        ask("Which?", ["a"], truth="dW9")
    with pytest.raises(ValueError, match="unknown answer 'c'; expected one of a, b"):
        ask("Which?", ["a", "b"], truth="b").commit("c")


@pytest.mark.parametrize(
    ("ticked", "told"),
    [
        (["b", "c"], "The other way around, every one of them."),
        (["a", "b"], "Not quite."),
        (["a"], "✓"),
    ],
)
def test_an_answer_that_is_wrong_in_every_option_is_not_called_not_quite(ticked, told):
    guess = labs.guess(question="Which?", options=["a", "b", "c"], truth=["a"])
    guess.commit(*ticked)
    assert told in guess.status.value
    assert ("Not quite" in guess.status.value) == (told == "Not quite.")


def test_without_a_kernel_the_answer_is_folded_away():
    html = ask("1 < 2?", ["<yes>"], truth="<yes>")._repr_mimebundle_()["text/html"]
    assert "<strong>1 &lt; 2?</strong>" in html
    assert html.index("&lt;yes&gt;</li>") < html.index("<details>") < html.index("&lt;yes&gt;: yes")


def test_of_many_every_option_is_told_also_one_that_is_neither_said_nor_true():
    options = ["a", "b", "c", "d"]
    guess = ask("Which?", options, ["b"])
    guess.commit("a")
    assert re.findall("<li>. <strong>(.)</strong>", guess.status.value) == options


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("01-zreo", "such as 01-zero, .*; got '01-zreo'"),
        ("02-nothing-of-it", "such as 02-warm-up-one, 02-.*; got '02-nothing-of-it'"),
        ("Which are zero?", r"such as 01-zero, 01-break, 01-nudge; .*own: labs.guess\(question="),
        ("04-check_backward", "expected the name of a question"),  # an exercise is none
        ("", "expected the name of a question"),
        (7, "such as 01-zero, .*; got 7"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest_ones(name, told):
    with pytest.raises(ValueError, match=told):
        labs.guess(name)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "01-zero"},  # either this or a question of one's own
        {"truth": None},
        {"because": {"dA1_drop": "No.", "dA1": "Yes.", "dW2": "Yes."}},
        {"because": ["Too few."]},
    ],
)
def test_a_question_of_ones_own_is_whole_or_refused(wrong):
    with pytest.raises(ValueError, match="a sentence for each"):
        labs.guess(**QUESTION | wrong)


@pytest.mark.parametrize("what", [["one <line>", "two"], labs.switch_off()])
def test_what_answers_a_question_is_folded_where_no_kernel_runs(what):
    data = labs.fold(what)._repr_mimebundle_()
    assert data["text/html"].startswith("<details><summary>Answer first, then open this</summary>")
    assert data["text/html"].endswith("</details>")
    assert "&lt;line&gt;" in data["text/html"] or '<img alt="' in data["text/html"]
    live = "application/vnd.jupyter.widget-view+json" in data
    assert live == isinstance(what, labs.switch_off)
    assert data["text/plain"] == repr(labs.fold(what))


# -- All questions of all notebooks --------------------------------------------------------------

BANK = {name: asked for name, asked in everything().items() if asked.options}


def test_every_notebook_asks():
    assert {asked.notebook for asked in BANK.values()} >= {
        f"{number:02}" for number in range(1, 11)
    }
    assert len(BANK) > 60


@pytest.mark.parametrize("name", BANK)
def test_every_option_has_a_reason_that_reads_well(name):
    """A reason is short and a sentence; that of the truth goes on after "It is ..., because"."""
    asked = BANK[name]
    assert asked.question.endswith(("?", "..."))
    assert len(asked.because) == len(asked.options) == len(set(asked.options))
    for reason in asked.because:
        assert reason.endswith((".", ".)"))
        assert len(reason) <= 160
    guess = labs.guess(name)
    if not guess.many:
        assert not re.match(r"[A-Z][a-z]* ", guess.because[asked.truth])
    guess.commit(*guess.truth)
    assert guess.right
