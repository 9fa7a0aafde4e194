"""Call a learner's half-written function kindly: what goes wrong comes back as a sentence, not a traceback."""

import inspect
import linecache
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from reprlib import repr as short_repr
from time import monotonic
from typing import Any

import numpy as np

from dropout_lab._lazy import HOMES
from dropout_lab.core.doors import Array

LIMIT = 10.0  # seconds that one call may take
# What has been printed: the arguments of each call that printed something, and its text.
PRINTED: list[tuple[tuple[Any, ...], str]] = []


class AttemptError(Exception):
    """Why a learner's function gave nothing to look at, as a sentence for its author."""


class TooLongError(BaseException):
    """The time is up. No Exception, so that a learner's own `except Exception` does not catch it."""


def attempt(function: Callable[..., Any], *args: Any, new: str = "dA", old: str = "dA_drop") -> Any:
    """function(*args) on copies of the arrays, those in dictionaries too; its prints go to PRINTED.

    Raises AttemptError, and nothing else, for a function that cannot be called, stops, runs longer
    than LIMIT, is still a stub, returns nothing, or changes an array it was given; the advice then is
    `new = old * ...`.
    """
    check_callable(function)
    copies, text = [_copied(arg) for arg in args], StringIO()
    try:
        with redirect_stdout(text), np.errstate(all="ignore"), _time_limit(LIMIT):
            result = function(*copies)
    except AttemptError:
        raise
    except BaseException as error:  # whatever a half-written function may do
        raise AttemptError(_stopped(error)) from error
    finally:
        if text.getvalue():
            PRINTED.append((args, text.getvalue()))
    check_answer(result)
    changed = [i for i, pair in enumerate(zip(copies, args, strict=True)) if not _unchanged(*pair)]
    if changed:
        raise AttemptError(
            f"Your function changes the arrays it was given{_parameter(function, changed[0])}, and others "
            f"still need them. "
            f"Write `{new} = {old} * ...`, not `{old} *= ...`."
        )
    return result


def check_callable(function: object) -> None:
    """Raise AttemptError for what is no function."""
    if not callable(function):
        given = short_repr(function)
        raise AttemptError(f"Give me your function itself, without (); you gave {given}.")


def check_answer(result: object) -> None:
    """Raise AttemptError for the ... of a stub and for None."""
    if result is ...:
        raise AttemptError(
            "Replace the ... in your function with your own line, then run the cell again."
        )
    if result is None:
        raise AttemptError(
            "Your function returns nothing. Does it reach a line that begins with `return`?"
        )


def yes_or_no(answer: object, how_far: str) -> bool:
    """What a learner's check returned. Raises AttemptError, which ends in how_far, unless True or False."""
    if isinstance(answer, np.ndarray) and answer.dtype == np.bool_ and answer.size == 1:
        return bool(answer.item())
    if isinstance(answer, bool | np.bool_):
        return bool(answer)
    number = isinstance(answer, int | float | np.number)
    array = isinstance(answer, np.ndarray)
    what = "a number" if number else "an array" if array else f"a {type(answer).__name__}"
    raise AttemptError(
        f"Your check returns {what}, not True or False. End it with a comparison: {how_far}"
    )


def as_array(
    result: object, name: str, shapes: list[tuple[int, ...]], expected: str, hint: str = ""
) -> Array:
    """What a learner's function returned, as a float array of its own, of one of these shapes.

    What is masked in a masked array counts as 0. Raises AttemptError for what is not an array of
    finite real numbers, or has another shape; `expected` and `hint` end those two sentences.
    """
    check_answer(result)
    kind = "an array" if isinstance(result, np.ndarray) else f"a {type(result).__name__}"
    try:
        given = result.filled(0) if isinstance(result, np.ma.MaskedArray) else np.asarray(result)
        if given.dtype.kind == "c":
            kind = "complex numbers"
            given = given.real if not given.imag.any() else given.astype(object)
        if given.dtype.kind in "USMm":
            raise TypeError("no numbers")
        found = np.array(given, dtype=float)
    except Exception as error:  # an object may do anything when asked for its numbers
        told = f"Your function returns {kind}; it should return one array, {name}."
        raise AttemptError(told) from error
    if found.shape not in shapes:
        raise AttemptError(f"Your {name} has shape {found.shape}; {expected}")
    if not np.isfinite(found).all():
        raise AttemptError(f"Your {name} has entries that are not finite numbers.{hint}")
    return found


def _copied(given: Any) -> Any:
    """Arrays, and dictionaries of them, as copies; a generator has to move on, and is handed over."""
    if isinstance(given, dict):
        return {key: _copied(value) for key, value in given.items()}
    return given.copy() if isinstance(given, np.ndarray) else given


def _unchanged(now: Any, before: Any) -> bool:
    """Whether arrays, and dictionaries of them, are as they were."""
    if isinstance(before, dict):
        return now.keys() == before.keys() and all(_unchanged(now[k], before[k]) for k in before)
    return not isinstance(before, np.ndarray) or np.array_equal(now, before)


def _parameter(function: Callable[..., Any], place: int) -> str:
    """Which argument this is, by the learner's own name for it."""
    try:
        return f" (here {list(inspect.signature(function).parameters)[place]})"
    except (TypeError, ValueError, IndexError):
        return ""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise TooLongError inside after so many seconds, where the platform can: it needs SIGALRM.

    A call within a call is covered by the outer limit. What was set before is set again.
    """
    possible = hasattr(signal, "setitimer") and (
        threading.current_thread() is threading.main_thread()
    )
    if not possible or signal.getsignal(signal.SIGALRM) is _ring:
        yield
        return
    before, started = signal.signal(signal.SIGALRM, _ring), monotonic()
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            rest = max(left - (monotonic() - started), 1e-3)
            signal.setitimer(signal.ITIMER_REAL, rest, interval)


def _ring(_signum: int, _frame: object) -> None:
    raise TooLongError


def _stopped(error: BaseException) -> str:
    """The error in one sentence, with the line, and a word about what learners meet most."""
    line = _line(error)
    if isinstance(error, TooLongError):
        return f"Your function was still running after {LIMIT:g} seconds.{line} Does its loop end?"
    if isinstance(error, KeyboardInterrupt):
        return f"You stopped your function while it was running.{line} Does its loop end?"
    if isinstance(error, NameError) and error.name in ("np", *HOMES["dropout_lab"]):
        first = "run the first cell, then this one again"
        return f"`{error.name}` comes from the first cell of the notebook: {first}."
    text = _text(error)
    sentence = (
        f"Your function stopped with {type(error).__name__}{f': {text}' if text else ''}.{line}"
    )
    if isinstance(error, AttributeError) and error.name in ("rand", "randn"):
        return f"{sentence} A Generator draws uniform numbers with rng.random(shape)."
    return sentence


def _text(error: BaseException) -> str:
    """What the error says, at most a few lines of it."""
    try:
        text = str(error)
    except Exception:  # an error may itself be half-written
        return "an error that cannot be shown"
    return text if len(text) < 300 else f"{text[:300]} ..."


def _line(error: BaseException) -> str:
    """The line of the learner's code that was running: the innermost one of the function's module."""
    frames = list(traceback.walk_tb(error.__traceback__))[1:]  # the first is our own
    if not frames or frames[0][0].f_globals.get("__name__", "").startswith("dropout_lab."):
        return ""
    its = frames[0][0].f_globals
    frame, number = [each for each in frames if each[0].f_globals is its][-1]
    code = linecache.getline(frame.f_code.co_filename, number).strip()
    return f" It was in line {number}: `{code}`." if code else ""
