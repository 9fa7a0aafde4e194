"""Commit to a prediction, then see: what you said, laid over what is true."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

import ipywidgets as widgets

from dropout_lab.core.doors import check_one_of
from dropout_lab.labs.base import Lab
from dropout_lab.labs.controls import button
from dropout_lab.lessons import Asked, prediction
from dropout_lab.lessons.progress import first_answer, record_guess
from dropout_lab.pictures.svg import add, as_text

# What was answered first to each question: a cell that is run a second time shows it again.
EARLIER: dict[str, list[str]] = {}


class Guess(Lab):
    """A question of the lessons by its name, or one of your own; options to choose from.

    truth: the right option, or a collection for "tick all that apply". because: a sentence for each
    option, in their order, shown after committing; that of the truth follows the word "because".
    default: the answer that stands until the learner commits, so that a notebook runs unattended.
    What was committed to is shown again by a second lab with the same question. Raises ValueError for
    an unknown name, and if truth or default is not among the options, or a sentence is missing.
    """

    def __init__(
        self,
        name: str = "",
        *,
        question: str = "",
        options: Sequence[str] = (),
        truth: str | Iterable[str] | None = None,
        because: Sequence[str] = (),
        default: str | Iterable[str] = (),
    ) -> None:
        super().__init__()
        if not question:
            self._take(prediction(name))
        elif name or truth is None or isinstance(because, (str, Mapping)):
            raise ValueError(
                "expected the name of a question, or else question=, options=, truth=, and in "
                "because= a list with a sentence for each option"
            )
        else:
            self._take(
                Asked(question, "", question, options, _kept(truth), because, _kept(default))
            )
        self._build()
        earlier = first_answer(self.name) or EARLIER.get(self.name, [])
        if set(earlier) <= set(self.options) and (len(earlier) == 1 or (earlier and self.many)):
            self.commit(*earlier)

    def _take(self, asked: Asked) -> None:
        self.name, self.question = asked.name, asked.question
        self.options, self.many = list(asked.options), not isinstance(asked.truth, str)
        self.truth = self._checked(asked.truth, "truth")
        if asked.because and len(asked.because) != len(self.options):
            told = f"{len(self.options)} options; got {len(asked.because)} sentences"
            raise ValueError(f"because: expected a sentence for each of the {told}")
        self.because = dict(zip(self.options, asked.because, strict=False))
        self.answer = self._checked(asked.default, "default")
        self.committed = False

    @property
    def right(self) -> bool:
        """Whether the answer is the truth, all of it."""
        return self.answer == self.truth

    def commit(self, *answer: str) -> None:
        """Answer from a cell, as the button does with what is ticked."""
        chosen = self._checked(answer, "answer")
        if not self.many and len(chosen) != 1:
            raise ValueError(f"choose one of {', '.join(self.options)}")
        self.answer, self.committed = chosen, True
        EARLIER.setdefault(self.name, chosen)
        record_guess(self.name, chosen, self.right)
        self._reveal()

    def __repr__(self) -> str:
        said = ", ".join(self.answer) or "nothing yet"
        verdict = self._trouble() or (f"right={self.right}" if self.committed else "")
        told = f"{said!r}, {verdict}" if verdict else repr(said)
        return f"Guess({self.question!r}, options={self.options}, answer={told})"

    def _checked(self, answer: str | Iterable[str], name: str) -> list[str]:
        """The answer in the order of the options."""
        chosen = [answer] if isinstance(answer, str) else list(answer)
        for option in chosen:
            check_one_of(option, self.options, name)
        return [option for option in self.options if option in chosen]

    def _build(self) -> None:
        wide = {"width": "auto"}
        if self.many:
            self._boxes = [
                widgets.Checkbox(description=option, indent=False, layout=wide)
                for option in self.options
            ]
            choices: widgets.Widget = widgets.VBox(self._boxes)
        else:
            self._radio = widgets.RadioButtons(options=self.options, value=None, layout=wide)
            choices = self._radio
        done = button("Commit to my answer", self._safely(self._commit_ticked))
        hint = "Tick all that apply, then commit." if self.many else "Choose one, then commit."
        self._say(hint)
        self._assemble(widgets.HTML(as_text(self._ask())), choices, done, self.status)

    def _commit_ticked(self, *_: Any) -> None:
        if self.many:
            pairs = zip(self.options, self._boxes, strict=True)
            ticked = [option for option, box in pairs if box.value]
        else:
            ticked = [self._radio.value] if self._radio.value else []
        if ticked:
            self.commit(*ticked)
        else:
            first = "Tick what you think is true first" if self.many else "Choose one first"
            self._say(f"{first}: a guess is worth more than none.")

    def _reveal(self) -> None:
        self._mark()
        all_wrong = set(self.answer) == set(self.options) - set(self.truth)
        miss = "The other way around, every one of them" if self.many and all_wrong else "Not quite"
        head = "✓ You saw it." if self.right else f"✗ {miss}. Good: this is what the lab is for."
        if self.many:
            self._say("", head, self.right, self._compared())
        else:
            self._say(self._told(), head, self.right)

    def _mark(self) -> None:
        """Write beside the options themselves which one was said and which one is true."""
        marked = [f"{option}{self._about(option)}" for option in self.options]
        if self.many:
            for option, words, box in zip(self.options, marked, self._boxes, strict=True):
                box.description, box.value = words, option in self.answer
        else:
            self._radio.options = list(zip(marked, self.options, strict=True))
            (self._radio.value,) = self.answer

    def _about(self, option: str) -> str:
        said, true = option in self.answer, option in self.truth
        words = ["your answer"] * said + ["the answer"] * true
        return f" ← {', and '.join(words)}" if words else ""

    def _told(self) -> str:
        """Of one choice: what was chosen, if it is not so, then what is, and why."""
        (chosen,), (true,) = self.answer, self.truth
        reason = self.because.get(true, "")
        told = [] if self.right else [f"You chose “{chosen}”.", self._why(chosen)]
        told.append(f"It is “{true}”, because {reason}" if reason else f"It is “{true}”.")
        return " ".join(filter(None, told))

    def _compared(self) -> Element:
        """Each option: what was said, what is true, and why."""
        words = {True: "yes", False: "no"}
        options = Element("ul", {"class": "options"})
        for option in self.options:
            said, true = option in self.answer, option in self.truth
            told = f"you said {words[said]}, it is {words[true]}" if said != true else words[true]
            line = add(options, "li", "✓ " if said == true else "✗ ")
            add(line, "strong", option).tail = f": {told}. {self._why(option)}"
        return options

    def _why(self, option: str) -> str:
        """The reason as a sentence; names such as dA1 keep their first letter."""
        reason = self.because.get(option, "")
        return re.sub(r"^[a-z]+(?=[ ,:])", lambda word: word[0].capitalize(), reason)

    def _ask(self) -> Element:
        asked = Element("p")
        add(asked, "strong", self.question)
        return asked

    def _static(self) -> list[Element]:
        """The question, with the answer folded away."""
        options, answer = Element("ul"), Element("details")
        add(answer, "summary", "Show the answer")
        answers = add(answer, "ul")
        for option in self.options:
            add(options, "li", option)
            told = "yes" if option in self.truth else "no"
            add(answers, "li", f"{option}: {told}. {self._why(option)}")
        return [self._ask(), options, answer]


class Fold:
    """A lab, or lines of text, that answer a question above them: folded away where no kernel runs.

    A live lab is shown as ever. words: what to press.
    """

    def __init__(
        self, what: Lab | Sequence[str], words: str = "Answer first, then open this"
    ) -> None:
        self.what, self._words = what, words

    def __repr__(self) -> str:
        return repr(self.what) if isinstance(self.what, Lab) else "\n".join(self.what)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        folded = Element("details")
        add(folded, "summary", self._words)
        if not isinstance(self.what, Lab):
            add(folded, "pre", repr(self))
            return {"text/plain": repr(self), "text/html": as_text(folded)}
        folded.extend(self.what._static())
        return self.what._bundle(as_text(folded), kwargs)


def _kept(answer: str | Iterable[str]) -> str | Sequence[str]:
    """What can be looked at more than once."""
    return answer if isinstance(answer, str) else list(answer)
