"""Commit to a prediction, then see: what you said, laid over what is true."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

import ipywidgets as widgets

from dropout_lab.core.doors import check_one_of
from dropout_lab.labs.base import Lab
from dropout_lab.labs.controls import button
from dropout_lab.pictures.svg import add, as_text


class Guess(Lab):
    """A question with options; `truth` is the right one, or a collection for "tick all that apply".

    because: a sentence for each option, shown after committing. default: the answer that stands
    until the learner commits, so that a notebook runs unattended. Raises ValueError if truth or
    default is not among the options.
    """

    def __init__(
        self,
        question: str,
        options: Sequence[str],
        truth: str | Iterable[str],
        because: Mapping[str, str] | None = None,
        default: str | Iterable[str] = (),
    ) -> None:
        super().__init__()
        self.question, self.options = question, list(options)
        self.many = not isinstance(truth, str)
        self.truth = self._checked(truth, "truth")
        self.because = dict(because or {})
        self.answer = self._checked(default, "default")
        self.committed = False
        self._build()

    @property
    def right(self) -> bool:
        """Whether the answer is the truth, all of it."""
        return self.answer == self.truth

    def commit(self, *answer: str) -> None:
        """Answer from a cell, as the button does with what is ticked."""
        chosen = self._checked(answer, "answer")
        if not chosen and not self.many:
            raise ValueError(f"choose one of {', '.join(self.options)}")
        self.answer, self.committed = chosen, True
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
        ticked = [box.description for box in self._boxes if box.value] if self.many else []
        if ticked:
            self.commit(*ticked)
        elif self.many:
            self._say("Tick what you think is true first: a guess is worth more than none.")
        elif self._radio.value is None:
            self._say("Choose one first: a guess is worth more than none.")
        else:
            self.commit(self._radio.value)

    def _reveal(self) -> None:
        head = "✓ You saw it." if self.right else "✗ Not quite. Good: this is what the lab is for."
        self._say("", head, self.right, self._compared())

    def _compared(self) -> Element:
        """Each option: what was said, what is true, and why."""
        words = {True: "yes", False: "no"}
        options = Element("ul", {"class": "options"})
        # Of one choice out of several only the chosen one and the right one matter.
        told_of = self.options if self.many else [*dict.fromkeys(self.answer + self.truth)]
        for option in told_of:
            said, true = option in self.answer, option in self.truth
            told = f"you said {words[said]}, it is {words[true]}" if said != true else words[true]
            line = add(options, "li", "✓ " if said == true else "✗ ")
            add(line, "strong", option).tail = f": {told}. {self.because.get(option, '')}"
        return options

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
            add(answers, "li", f"{option}: {told}. {self.because.get(option, '')}")
        return [self._ask(), options, answer]
