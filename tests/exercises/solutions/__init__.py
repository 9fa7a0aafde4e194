"""Learners' solutions, in NAME.py those for check_NAME; the verdict of whoever wrote one stands above it.

In each module come first those of somebody who had not read the checkers, then those of somebody else
who had not, and last our own. A name that a checker gives has to be among those of the verdict.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple


class Solution(NamedTuple):
    checker: str
    arguments: tuple[Any, ...]
    verdict: str
    names: tuple[str, ...]
    says: tuple[str, ...]


SOLUTIONS: list[Solution] = []


def verdict(
    words: str,
    *names: str,
    says: str | tuple[str, ...] = (),
    checker: str = "",
    after: Any = None,
) -> Callable[..., Any]:
    """What somebody thinks of the function below: "right", or the slip in a few words.

    names: those under which a checker may tell it, where these are not the words themselves ("unknown": it need not
    know the slip, but must not name another); says: what stands in its message; after: what the checker is
    given before the function.
    """

    def enter(*solution: Any) -> Any:
        home = getattr(solution[-1], "__module__", "").rpartition(".")[2]
        SOLUTIONS.append(
            Solution(
                checker or f"check_{home}",
                solution if after is None else (after, *solution),
                words,
                names or (() if words == "right" else (words,)),
                (says,) if isinstance(says, str) else says,
            )
        )
        return solution[-1]

    return enter


for each in iter_modules(__path__, f"{__name__}."):
    import_module(each.name)
