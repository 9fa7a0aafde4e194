"""Names of a package that are loaded when they are first asked for, so that nobody waits for the rest."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

HOMES: dict[str, Mapping[str, str]] = {}  # of every package that has such names


def lazily(
    package: str, homes: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and, for the Tab key, `__dir__` of the package. homes: where each name is, "core.dropout:apply_mask" or "labs".

    Use it where a type checker does not see it (`if not TYPE_CHECKING`), or that would accept any name.
    """
    HOMES[package] = homes

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"{package} has no {name!r}; it has {', '.join(homes)}")
        module, _, attribute = homes[name].partition(":")
        home = import_module(f"{package}.{module}")
        value = getattr(home, attribute) if attribute else home
        vars(sys.modules[package])[name] = value  # the next time it is simply there
        return value

    return load, lambda: list(homes)
