"""What a learner is told: right or not, why, and the name of the slip."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps
from typing import ParamSpec

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.exercises.attempt import AttemptError
from dropout_lab.lessons.progress import record_try

P = ParamSpec("P")
running: list[str] = []  # a check may use another, which is not the learner's exercise then


@dataclass(frozen=True, repr=False)
class Feedback:
    """ok, and true in a condition when ok; message: one friendly paragraph, and how it is shown.

    bug: the name of the slip, a key of BUGS if it is there; "unknown" without a name, None if right.
    """

    ok: bool
    message: str
    bug: str | None

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        return self.message


def accept(message: str) -> Feedback:
    """The answer to what is right."""
    return Feedback(True, f"✓ {message}", None)


def refuse(message: str, bug: str = "unknown") -> Feedback:
    """The answer to what is wrong."""
    return Feedback(False, f"✗ {message}", bug)


def in_words(check: Callable[P, Feedback]) -> Callable[P, Feedback]:
    """The check, which now answers in words where a learner's function gave nothing to look at.

    What it finds is recorded, where progress is kept.
    """

    @wraps(check)
    def run(*args: P.args, **kwargs: P.kwargs) -> Feedback:
        running.append(check.__name__)
        try:
            feedback = check(*args, **kwargs)
        except AttemptError as trouble:
            feedback = refuse(str(trouble))
        finally:
            running.pop()
        if not running:
            record_try(check.__name__, feedback.ok, feedback.bug)
        return feedback

    return run


@dataclass(frozen=True)
class Finding:
    """One thing noticed about a function: a short name, a sentence, and whether it is a mistake."""

    name: str
    sentence: str
    wrong: bool = True


def opened(words: str, findings: list[Finding]) -> list[Finding]:
    """The findings, with these words before the first sentence."""
    first = [replace(finding, sentence=f"{words} {finding.sentence}") for finding in findings[:1]]
    return first + findings[1:]


def sum_up(findings: Iterable[Finding], praise: str) -> Feedback:
    """All findings in one message: mistakes first, those of BUGS before those without a name there.

    bug is the first that BUGS knows. What is different but not wrong takes the place of the praise.
    """
    found = sorted(findings, key=lambda each: (not each.wrong, each.name not in BUGS))
    known = next((finding.name for finding in found if finding.name in BUGS), None)
    if any(finding.wrong for finding in found):
        return refuse(_listed(found), known or "unknown")
    sentences = [finding.sentence for finding in found]
    return replace(accept(" ".join(sentences if known else [praise, *sentences])), bug=known)


def _listed(findings: list[Finding]) -> str:
    """One sentence as it is; several as a numbered list, under their names."""
    if len(findings) == 1:
        return findings[0].sentence
    names = " and ".join(repr(finding.name) for finding in findings)
    lines = [f"{place}. {finding.sentence}" for place, finding in enumerate(findings, 1)]
    return "\n".join([f"{len(findings)} things at once, {names}.", *lines])
