"""Commit to a prediction, then see: what you said, laid over what is true."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets

from dropout_lab.labs.base import Lab
from dropout_lab.labs.controls import button


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
        verdict = f", right={self.right}" if self.committed else ""
        return f"Guess({self.question!r}, options={self.options}, answer={said!r}{verdict})"

    def _checked(self, answer: str | Iterable[str], name: str) -> list[str]:
        """The answer in the order of the options."""
        chosen = [answer] if isinstance(answer, str) else list(answer)
        unknown = [option for option in chosen if option not in self.options]
        if unknown:
            raise ValueError(f"{name} {unknown[0]!r} is not one of {', '.join(self.options)}")
        return [option for option in self.options if option in chosen]

    def _build(self) -> None:
        question = widgets.HTML(f"<p><strong>{escape(self.question)}</strong></p>")
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
        self._assemble(question, choices, done, self.status)

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
        self._say(f"<strong>{head}</strong>{self._compared()}", self.right)

    def _compared(self) -> str:
        """Each option: what was said, what is true, and why."""
        words = {True: "yes", False: "no"}
        lines = []
        # Of one choice out of several only the chosen one and the right one matter.
        told_of = self.options if self.many else [*dict.fromkeys(self.answer + self.truth)]
        for option in told_of:
            said, true = option in self.answer, option in self.truth
            mark = "✓" if said == true else "✗"
            told = f"you said {words[said]}, it is {words[true]}" if said != true else words[true]
            why = escape(self.because.get(option, ""))
            lines.append(f"<li>{mark} <strong>{escape(option)}</strong>: {told}. {why}</li>")
        return f'<ul class="options">{"".join(lines)}</ul>'

    def _static(self) -> str:
        """The question, with the answer folded away."""
        options = "".join(f"<li>{escape(option)}</li>" for option in self.options)
        answers = "".join(
            f"<li>{escape(option)}: {'yes' if option in self.truth else 'no'}. "
            f"{escape(self.because.get(option, ''))}</li>"
            for option in self.options
        )
        return (
            f"<p><strong>{escape(self.question)}</strong></p><ul>{options}</ul>"
            f"<details><summary>Show the answer</summary><ul>{answers}</ul></details>"
        )
