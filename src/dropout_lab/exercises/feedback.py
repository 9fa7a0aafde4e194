"""What a learner is told: right or not, why, and the name of the slip."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial, wraps
from textwrap import fill
from typing import Any, ParamSpec

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.exercises.attempt import PRINTED, AttemptError
from dropout_lab.lessons.progress import record_try

P = ParamSpec("P")
LINES, WIDTH = 20, 100  # of what a learner's function prints
running: list[str] = []  # a check may use another, which is not the learner's exercise then


@dataclass(frozen=True, repr=False)
class Feedback:
    """ok, and true in a condition when ok; message: one friendly paragraph, and how it is shown.

    bug: the name of the slip, a key of BUGS if it is there; "unknown" without a name, None if right.
    case: what to compare with, by name: what the function was given, what it made, and what is true.
    """

    ok: bool
    message: str
    bug: str | None
    case: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        """The message, wrapped at words: Jupyter would break a long line anywhere."""
        wrap = partial(fill, width=WIDTH, break_long_words=False, break_on_hyphens=False)
        lines = self.message.split("\n")
        return "\n".join(wrap(line) if len(line) > WIDTH else line for line in lines)


def accept(message: str, bug: str | None = None) -> Feedback:
    """The answer to what is right."""
    return Feedback(True, f"✓ {message}", bug)


def refuse(message: str, bug: str = "unknown", case: Mapping[str, Any] | None = None) -> Feedback:
    """The answer to what is wrong."""
    return Feedback(False, f"✗ {message}", bug, case or {})


def in_words(check: Callable[P, Feedback]) -> Callable[P, Feedback]:
    """The check, which now answers in words where a learner's function gave nothing to look at.

    Where no known slip explains the numbers, it says how to get at all of them; and what the
    function printed in that case, or else first, stands below. What it finds is recorded, where
    progress is kept.
    """

    @wraps(check)
    def run(*args: P.args, **kwargs: P.kwargs) -> Feedback:
        PRINTED.clear()
        running.append(check.__name__)
        try:
            told = check(*args, **kwargs)
        except AttemptError as trouble:
            told = refuse(str(trouble))
            del PRINTED[:-1]  # it is the last call that failed
        finally:
            running.pop()
        if not running:
            record_try(check.__name__, told.ok, told.bug)
        if told.case and told.bug == "unknown":
            names = ", ".join(told.case)
            asked = f"exercises.{check.__name__}({_call(check, args)}).case"
            told = replace(told, message=f"{told.message}\nAll arrays are in `{asked}`: {names}.")
        return replace(told, message=told.message + _printed(told.case))

    return run


def _call(check: Callable[..., Any], args: tuple[Any, ...]) -> str:
    """The arguments of this call as a learner may have written them."""
    names = [getattr(arg, "__name__", "") for arg in args]
    asked = inspect.signature(check).parameters
    pairs = zip(names, asked, strict=False)
    return ", ".join(name if name.isidentifier() else other for name, other in pairs)


def _printed(case: Mapping[str, Any]) -> str:
    """What was printed in the call that was given the arrays of this case, or else in the first."""
    if not PRINTED:
        return ""
    arrays = {id(value) for value in case.values()}
    texts = [text for args, text in PRINTED if arrays & {id(arg) for arg in args}]
    lines = (texts or [PRINTED[0][1]])[0].rstrip().splitlines()
    shown = [line if len(line) <= WIDTH else f"{line[:WIDTH]} ..." for line in lines[:LINES]]
    more = [f"... and {len(lines) - LINES} lines more"] if len(lines) > LINES else []
    return "\n".join(["\nYour function printed:", *(f"  {line}" for line in shown + more)])


@dataclass(frozen=True)
class Finding:
    """One thing noticed about a function: a short name, a sentence, and whether it is a mistake."""

    name: str
    sentence: str
    wrong: bool = True
    case: Mapping[str, Any] = field(default_factory=dict, compare=False)


def opened(words: str, findings: list[Finding]) -> list[Finding]:
    """The findings, with these words before the first sentence."""
    first = [replace(finding, sentence=f"{words} {finding.sentence}") for finding in findings[:1]]
    return first + findings[1:]


def sum_up(findings: Iterable[Finding], praise: str) -> Feedback:
    """All findings in one message: mistakes first, those of BUGS before those without a name there.

    bug is the first that BUGS knows, or else the first. What is different but not wrong takes the
    place of the praise.
    """
    found = sorted(findings, key=lambda each: (not each.wrong, each.name not in BUGS))
    known = next((finding.name for finding in found if finding.name in BUGS), None)
    case = next((finding.case for finding in found if finding.case), {})
    if any(finding.wrong for finding in found):
        return refuse(_listed(found), known or found[0].name, case)
    sentences = [finding.sentence for finding in found]
    return accept(" ".join(sentences if known else [praise, *sentences]), known)


def _listed(findings: list[Finding]) -> str:
    """One sentence as it is; several as a numbered list, under their names."""
    if len(findings) == 1:
        return findings[0].sentence
    names = " and ".join(repr(finding.name) for finding in findings)
    lines = [f"{place}. {finding.sentence}" for place, finding in enumerate(findings, 1)]
    return "\n".join([f"{len(findings)} things at once, {names}.", *lines])
