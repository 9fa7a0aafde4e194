"""The question before the lab: commit to an answer first, then see what is true."""

import ast
import json
import re
from pathlib import Path

import pytest

from dropout_lab import labs

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


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
    assert "✓ dA1: yes. Because &lt;of&gt; the switch" in words
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
    assert "✗ Not quite. Good: this is what the lab is for. You chose “a”. It is “b”." in words
    guess._radio.value = "b"
    guess._commit_ticked()
    assert guess.right
    unticked = labs.guess(*QUESTION)
    unticked._commit_ticked()
    assert not unticked.committed
    assert "Tick what you think" in unticked.status.value
    with pytest.raises(ValueError, match="choose one of a, b"):
        guess.commit()


def test_of_one_choice_the_reason_follows_the_word_because():
    because = {"a": "dA1 is not A1.", "b": "it is so: <always>.", "c": "never."}
    guess = labs.guess("Which?", ["a", "b", "c"], truth="b", because=because)
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
    one = labs.guess("Which?", ["a", "b", "c"], truth="b")
    assert list(one._radio._options_labels) == ["a", "b", "c"]
    one.commit("a")
    assert list(one._radio._options_labels) == ["a ← your answer", "b ← the answer", "c"]
    assert one._radio.value == "a"
    one.commit("b")
    assert list(one._radio._options_labels) == ["a", "b ← your answer, and the answer", "c"]
    many = labs.guess(*QUESTION)
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
    assert not labs.guess(*QUESTION).committed
    labs.guess(*QUESTION).commit("dA1")
    again = labs.guess(*QUESTION)
    assert (again.committed, again.answer) == (True, ["dA1"])
    assert "dW2 ← the answer" in [box.description for box in again._boxes]
    assert "you said no, it is yes" in again.status.value
    assert not labs.guess("Another?", *QUESTION[1:]).committed


@pytest.mark.parametrize("truth", ["x", ["x", "y"]])
def test_an_earlier_answer_that_fits_no_more_is_forgotten(truth):
    labs.guess(*QUESTION).commit("dA1", "dW2")
    assert not labs.guess(QUESTION[0], ["x", "y"], truth=truth).committed
    assert not labs.guess(*QUESTION[:2], truth="dA1").committed  # only one may be chosen now


def test_a_default_answer_stands_until_the_learner_commits():
    guess = labs.guess(*QUESTION, default=["dA1"])
    assert guess.answer == ["dA1"]
    assert not guess.committed


def test_answers_that_are_not_options_are_named():
    with pytest.raises(ValueError, match="unknown truth 'dW9'; expected one of a"):
        labs.guess("Which?", ["a"], truth="dW9")
    with pytest.raises(ValueError, match="unknown answer 'c'; expected one of a, b"):
        labs.guess("Which?", ["a", "b"], truth="b").commit("c")


@pytest.mark.parametrize(
    ("ticked", "told"),
    [(["b", "c"], "The other way round, each of them."), (["a", "b"], "Not quite."), (["a"], "✓")],
)
def test_an_answer_that_is_wrong_in_every_option_is_not_called_not_quite(ticked, told):
    guess = labs.guess(question="Which?", options=["a", "b", "c"], truth=["a"])
    guess.commit(*ticked)
    assert told in guess.status.value
    assert ("Not quite" in guess.status.value) == (told == "Not quite.")


def test_without_a_kernel_the_answer_is_folded_away():
    html = labs.guess("1 < 2?", ["<yes>"], truth="<yes>")._repr_mimebundle_()["text/html"]
    assert "<strong>1 &lt; 2?</strong>" in html
    assert html.index("&lt;yes&gt;</li>") < html.index("<details>") < html.index("&lt;yes&gt;: yes")


def test_of_many_every_option_is_told_also_one_that_is_neither_said_nor_true():
    options = ["a", "b", "c", "d"]
    guess = labs.guess("Which?", options, ["b"])
    guess.commit("a")
    assert re.findall("<li>. <strong>(.)</strong>", guess.status.value) == options


# -- All questions of all notebooks --------------------------------------------------------------


def questions():
    """{notebook and question: the arguments of the lab}."""
    found = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and "labs.guess(" in source:
                call = ast.parse(source).body[-1].value
                question, options = map(ast.literal_eval, call.args)
                rest = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
                key = f"{path.name[:2]} {question}"
                found[key] = {"question": question, "options": options} | rest
    return found


QUESTIONS = questions()


def test_every_notebook_asks():
    assert {key[:2] for key in QUESTIONS} == {f"{number:02}" for number in range(1, 11)}
    assert len(QUESTIONS) > 60


@pytest.mark.parametrize("key", QUESTIONS)
def test_every_option_has_a_reason_that_reads_well(key):
    """A reason is short and a sentence; that of the truth goes on after "It is ..., because"."""
    asked = QUESTIONS[key]
    because = asked.get("because", {})
    assert list(because) == asked["options"]
    for reason in because.values():
        assert reason.endswith((".", ".)"))
        assert len(reason) <= 160
    if isinstance(asked["truth"], str):
        assert not re.match(r"[A-Z][a-z]* ", because[asked["truth"]])
    guess = labs.guess(**asked)
    guess.commit(*([asked["truth"]] if isinstance(asked["truth"], str) else asked["truth"]))
    assert guess.right
