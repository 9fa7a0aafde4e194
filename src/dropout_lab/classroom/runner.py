"""Run a learner's cells in a process of their own, and call the learner's functions when asked.

Started by `referee.py`. Nothing in here is trusted: whatever the cells do to this process, to numpy in
it or to our own package in it, they can only change what their functions answer.
"""

import ast
import contextlib
import os
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

from dropout_lab.bugs.catalogue import KNOWN
from dropout_lab.classroom.wire import GoneError, Wire

# Stands for whatever IPython, a lab, or a check hands back: true, and silent.
QUIET = SimpleNamespace(ok=True, message="", bug=None)
TIMED = ("%%time", "%%timeit", "%%capture", "%%prun")  # magics around a cell that runs all the same
# The ways to draw a mask that a learner's check is tried on; it may call them too often for a wire.
SAMPLERS = {recipe.sample.__name__: recipe.sample for recipe in KNOWN.values()}
KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
ASKED = "_asked_of_the_checker"
MEMORY, FILE_SIZE = 4 * 2**30, 10**8  # bytes


class _Silent:
    """IPython's shell, as far as magics need it."""

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_args, **_kwargs: None


class _Asking(ast.NodeTransformer):
    """Turn every call of a check into a note of what it was asked about."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """exercises.check_mask(my_mask) becomes _asked("check_mask", my_mask)."""
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name.startswith("check_"):
            noted = ast.Call(
                ast.Name(ASKED, ast.Load()), [ast.Constant(name), *node.args], node.keywords
            )
            return ast.copy_location(noted, node)
        return node


def parse(source: str) -> ast.Module:
    """The cell as Python; magics become calls that do nothing. Raises SyntaxError."""
    if source.lstrip().startswith(TIMED):
        source = source.lstrip().partition("\n")[2]
    try:
        return ast.parse(source)
    except SyntaxError:
        from IPython.core import inputtransformer2

        transformer: Any = inputtransformer2.TransformerManager
        return ast.parse(transformer().transform_cell(source))


def run_cell(namespace: dict[str, Any], source: str, whole: bool) -> tuple[list[Any], str]:
    """Run a cell, or only its imports and definitions.

    Returns what its checks were asked about, as (name, args, kwargs), and the name of the error that
    stopped it, or "".
    """
    asked: list[Any] = []

    def note(name: str, *args: Any, **kwargs: Any) -> Any:
        """Instead of a check."""
        asked.append((name, args, kwargs))
        return QUIET

    namespace[ASKED] = note
    try:
        tree = parse(source)
        if whole:
            tree = ast.fix_missing_locations(_Asking().visit(tree))
            exec(compile(tree, "<cell>", "exec"), namespace)
            return asked, ""
    except BaseException as error:  # a cell may also call sys.exit
        return asked, type(error).__name__
    for line in tree.body:
        if isinstance(line, KEPT):
            with contextlib.suppress(Exception, SystemExit):
                exec(compile(ast.Module([line], []), "<cell>", "exec"), namespace)
    return asked, ""


def limit_memory() -> None:
    """No more memory, and no larger files, than an exercise needs, where the platform can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))


def main() -> None:
    """Answer the referee at the two ends that it gave us, until it ends."""
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for end in (0, 1, 2):  # what cells read and print meets nobody
        os.dup2(null, end)
    limit_memory()
    shell = _Silent()
    namespace = {
        "__name__": "__main__", "get_ipython": lambda: shell, "display": lambda *_a, **_k: None
    }  # fmt: skip
    wire = Wire(reader, writer, SAMPLERS, [partial(run_cell, namespace)])
    with contextlib.suppress(GoneError):
        wire.serve()


if __name__ == "__main__":
    main()
