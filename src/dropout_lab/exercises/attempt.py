"""Call a learner's half-written function kindly: what goes wrong comes back as a sentence, not a traceback."""

from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from reprlib import repr as short_repr
from typing import Any

import numpy as np

from dropout_lab.core.doors import Array


class AttemptError(Exception):
    """Why a learner's function gave nothing to look at, as a sentence for its author."""


def attempt(function: Callable[..., Any], *args: Any, new: str = "dA", old: str = "dA_drop") -> Any:
    """function(*args) on copies of the arrays, with its prints swallowed.

    Raises AttemptError, and nothing else, for a function that cannot be called, stops, is still a
    stub, returns nothing, or changes an array it was given; the advice then is `new = old * ...`.
    """
    if not callable(function):
        given = short_repr(function)
        raise AttemptError(f"Give me your function itself, without (); you gave {given}.")
    copies = [arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args]
    try:
        with redirect_stdout(StringIO()), np.errstate(all="ignore"):
            result = function(*copies)
    except AttemptError:
        raise
    except (Exception, SystemExit) as error:  # whatever a half-written function may do
        raise AttemptError(_stopped(error)) from error
    check_answer(result)
    if not all(map(_unchanged, copies, args)):
        raise AttemptError(
            f"Your function changes the arrays it was given, and others still need them. "
            f"Write `{new} = {old} * ...`, not `{old} *= ...`."
        )
    return result


def check_answer(result: object) -> None:
    """Raise AttemptError for the ... of a stub and for None."""
    if result is ...:
        raise AttemptError(
            "Replace the ... in your function by your own line, then run the cell again."
        )
    if result is None:
        raise AttemptError("Your function returns nothing. Does its last line begin with `return`?")


def yes_or_no(answer: object, how_far: str) -> bool:
    """What a learner's check returned. Raises AttemptError, which ends in how_far, unless True or False."""
    if isinstance(answer, bool | np.bool_):
        return bool(answer)
    number = isinstance(answer, int | float | np.number)
    what = "a number" if number else f"a {type(answer).__name__}"
    raise AttemptError(
        f"Your check returns {what}, not True or False. End it with a comparison: {how_far}"
    )


def as_array(
    result: object, name: str, shapes: list[tuple[int, ...]], expected: str, hint: str = ""
) -> Array:
    """What a learner's function returned, as a float array of its own, of one of these shapes.

    Raises AttemptError for what is not an array of finite numbers, or has another shape; `expected`
    and `hint` end those two sentences.
    """
    check_answer(result)
    try:
        found = np.array(result, dtype=float)
    except Exception as error:  # an object may do anything when asked for its numbers
        told = (
            f"Your function returns a {type(result).__name__}; it should return one array, {name}."
        )
        raise AttemptError(told) from error
    if found.shape not in shapes:
        raise AttemptError(f"Your {name} has shape {found.shape}; {expected}")
    if not np.isfinite(found).all():
        raise AttemptError(f"Your {name} has entries that are not finite numbers.{hint}")
    return found


def _unchanged(now: object, before: object) -> bool:
    """Whether an array is as it was; what is not an array may change (a generator has to)."""
    return not isinstance(before, np.ndarray) or np.array_equal(now, before)  # type: ignore[arg-type]


def _stopped(error: BaseException) -> str:
    """The error in one sentence, with a word about two names that courses still teach."""
    sentence = f"Your function stopped with {type(error).__name__}: {error}."
    if isinstance(error, AttributeError) and error.name in ("rand", "randn"):
        return f"{sentence} A Generator draws uniform numbers with rng.random(shape)."
    return sentence
