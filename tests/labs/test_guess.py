"""The question before the lab: commit to an answer first, then see what is true."""

import re

import pytest

from dropout_lab import labs

QUESTION = ("Which are zero?", ["dA1_drop", "dA1", "dW2"], ["dA1", "dW2"])


def test_a_prediction_is_not_told_before_it_is_committed():
    guess = labs.guess(*QUESTION, because={"dA1": "because <of> the switch"})
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
    assert "✓ dA1: yes. because &lt;of&gt; the switch" in words
    assert "✗ dW2: you said no, it is yes." in words


def test_ticking_everything_is_not_right():
    guess = labs.guess(*QUESTION)
    guess.commit("dA1_drop", "dA1", "dW2")
    assert not guess.right
    guess.commit("dA1")
    assert not guess.right


def test_a_prediction_can_be_committed_from_a_cell():
    guess = labs.guess(*QUESTION)
    guess.commit("dW2", "dA1")
    assert guess.right
    assert "You saw it" in guess.status.value
    assert repr(guess).endswith("answer='dA1, dW2', right=True)")


def test_one_of_several_and_nothing_chosen_yet():
    guess = labs.guess("Which?", ["a", "b"], truth="b")
    guess._commit_ticked()
    assert not guess.committed
    assert "Choose one first" in guess.status.value
    guess._radio.value = "a"
    guess._commit_ticked()
    words = re.sub("<.*?>", "", guess.status.value)
    assert "✗ a: you said yes, it is no." in words
    assert "✗ b: you said no, it is yes." in words
    guess._radio.value = "b"
    guess._commit_ticked()
    assert guess.right
    unticked = labs.guess(*QUESTION)
    unticked._commit_ticked()
    assert not unticked.committed
    assert "Tick what you think" in unticked.status.value
    with pytest.raises(ValueError, match="choose one of a, b"):
        guess.commit()


def test_a_default_answer_stands_until_the_learner_commits():
    guess = labs.guess(*QUESTION, default=["dA1"])
    assert guess.answer == ["dA1"]
    assert not guess.committed


def test_answers_that_are_not_options_are_named():
    with pytest.raises(ValueError, match="unknown truth 'dW9'; expected one of a"):
        labs.guess("Which?", ["a"], truth="dW9")
    with pytest.raises(ValueError, match="unknown answer 'c'; expected one of a, b"):
        labs.guess("Which?", ["a", "b"], truth="b").commit("c")


def test_without_a_kernel_the_answer_is_folded_away():
    html = labs.guess("1 < 2?", ["<yes>"], truth="<yes>")._repr_mimebundle_()["text/html"]
    assert "<strong>1 &lt; 2?</strong>" in html
    assert html.index("&lt;yes&gt;</li>") < html.index("<details>") < html.index("&lt;yes&gt;: yes")
