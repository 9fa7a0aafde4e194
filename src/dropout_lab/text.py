"""Numbers and code as a learner reads them: short numbers, and the very line that runs.

An exact zero looks like one. A line of code is read from the function that runs, so that the two
cannot drift apart.
"""

import ast
import inspect
import math
import operator
import re
import textwrap
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

SIGNS = {operator.matmul: "@", operator.add: "+", operator.mul: "*", operator.truediv: "/"}


def number(value: float) -> str:
    """A number of at most five characters; "0" and "+1" without decimals only if exact, never "−0"."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "+inf" if value > 0 else "−inf"
    if value == 0:
        return "0"
    size, sign = abs(value), "+" if value > 0 else "−"
    if size == round(size) < 1000:
        return f"{sign}{size:.0f}"
    if size < 0.005:
        digit, exponent = f"{size:.0e}".split("e-")
        return f"{sign}{digit}e−{int(exponent)}"
    if size < 9.995:
        return f"{sign}{size:.2f}"
    return f"{sign}{size:.1f}" if size < 99.95 else f"{sign}{size:.3g}"


def minus(text: str) -> str:
    """The text with real minus signs before its digits."""
    return re.sub(r"-(?=\d)", "−", text)


def numbers(values: ArrayLike, width: int = 0) -> str:
    """All numbers of an array in one line: "+0.27  0  −0.48  0"; with a width, in columns."""
    return "  ".join(f"{number(float(value)):>{width}}" for value in np.ravel(values))


@lru_cache(maxsize=512)
def line_of(function: Callable[..., Any], arguments: tuple[str, ...]) -> str:
    """What `function` returns, written with the given expressions for its parameters.

    `line_of(apply_mask, ("A1", "D1", "keep_prob"))` is "A1 * D1 / keep_prob". A function whose
    result needs more than its last line (or whose source is not to be had) is shown as a call:
    "my_backward(dA1_drop, D1, keep_prob)".
    """
    expression = _returned(function)
    if expression is None or len(expression[1]) != len(arguments):
        name = getattr(function, "__name__", type(function).__name__)
        return f"{name}({', '.join(arguments)})"
    tree, parameters = expression
    given = {
        name: ast.parse(text, mode="eval").body
        for name, text in zip(parameters, arguments, strict=True)
    }
    return ast.unparse(_Rename(given).visit(tree))


def expressions_of(
    function: Callable[..., Any], arguments: tuple[str, ...], count: int
) -> list[str]:
    """The same, for a function that returns a tuple of `count` things: an expression for each."""
    tree = ast.parse(line_of(function, arguments).replace("<lambda>", "rule"), mode="eval").body
    parts = tree.elts if isinstance(tree, ast.Tuple) else [tree]
    if len(parts) == count:
        return [ast.unparse(part) for part in parts]
    return [f"{ast.unparse(tree)}[{k}]" for k in range(count)]


class _Rename(ast.NodeTransformer):
    def __init__(self, given: dict[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Put the given expression in place of a parameter."""
        return self.given.get(node.id, node)


def definition_of(function: Callable[..., Any]) -> ast.FunctionDef | None:
    """The function's own `def`, parsed; None for a lambda and for what has no source."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError):
        return None
    return tree if isinstance(tree, ast.FunctionDef) else None


def _returned(function: Callable[..., Any]) -> tuple[ast.expr, list[str]] | None:
    """The expression a plain function returns and its parameters, if that one line tells it all."""
    if function in SIGNS:
        return ast.parse(f"a {SIGNS[function]} b", mode="eval").body, ["a", "b"]
    definition = definition_of(function)
    if definition is None:
        return None
    *before, last = definition.body
    if not isinstance(last, ast.Return) or last.value is None:
        return None
    # What may stand before the return: a docstring or a check, both of which compute nothing, and
    # `x = np.asarray(x)`, which changes no number.
    if not all(isinstance(line, ast.Expr) or _is_as_array(line) for line in before):
        return None
    return last.value, [argument.arg for argument in definition.args.args]


def _is_as_array(line: ast.stmt) -> bool:
    if not isinstance(line, ast.Assign) or not isinstance(line.targets[0], ast.Name):
        return False
    return ast.unparse(line.value) == f"np.asarray({line.targets[0].id})"


@lru_cache(maxsize=512)
def times(left: str, right: str) -> str:
    """`left * right`, with the parentheses that `right` needs."""
    factors = (ast.parse(text, mode="eval").body for text in (left, right))
    return ast.unparse(ast.BinOp(next(factors), ast.Mult(), next(factors)))
