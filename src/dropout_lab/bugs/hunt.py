"""A listing of the bug hunt: read as text, run by the checks, and compared with its fix.

What a learner reads is the source of the functions that run, under the names of their roles and
without type hints, so that text and verdict cannot drift apart.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, TypeAlias

import numpy as np

from dropout_lab.bugs.checks import CHECKS, Row, could_not_run, draw_subject, fill_row
from dropout_lab.core.activations import ACTIVATIONS, activation_named
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.recipe import SLOPE_SOURCES, Recipe, SlopeFrom
from dropout_lab.text import definition_of

# In every listing value × gradient sees what the gradient check sees: to choose between them would be a guess.
HUNT_CHECKS = {name: check for name, check in CHECKS.items() if name != "value × gradient"}

KEEP_PROB = 0.7
PARTS = ("sample", "forward", "backward", "at_test")  # these are a recipe's own

Code: TypeAlias = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Listing:
    """Functions by role, one of them with a mistake; fix: that role's right function.

    Roles are those of a `Recipe`, and `activation(Z)` and `slope(Z, A_drop)`; what a listing leaves
    out is right. why: what is wrong. seen: where such a mistake was seen or asked about, and link.
    """

    title: str
    code: Code
    fix: Code
    why: str
    seen: str
    link: str

    @property
    def fixed(self) -> Code:
        """The code with the fix in it."""
        return {**self.code, **self.fix}

    def with_fix(self, function: Callable[..., Any]) -> Code:
        """The code with a learner's function in it: by its name, or else where the mistake is.

        Raises TypeError if it is not a function.
        """
        if not callable(function):
            raise TypeError(f"fix must be a function, such as your own backward; got {function!r}")
        name = getattr(function, "__name__", "")
        role = name if name in self.code else next(iter(self.fix))
        return {**self.code, role: function}

    @property
    def wrong_lines(self) -> set[int]:
        """The numbers, from 1, of the lines that the fix takes out."""
        signs = [sign for sign, _ in changes(self.code, self.fixed) if sign != "+"]
        return {number for number, sign in enumerate(signs, 1) if sign == "-"}


def lines_of(code: Code) -> list[str]:
    """The listing, line by line; each function begins with its `def`."""
    return [line for role, function in code.items() for line in _source(function, role)]


def changes(before: Code, after: Code) -> list[tuple[str, str]]:
    """Both listings as one: pairs of "-" (taken out), "+" (put in) or " " (as it was) and a line."""
    old, new = lines_of(before), lines_of(after)
    told: list[tuple[str, str]] = []
    for tag, i, end_i, j, end_j in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            told += [(" ", line) for line in old[i:end_i]]
        else:
            told += [("-", line) for line in old[i:end_i]] + [("+", line) for line in new[j:end_j]]
    return told


def as_recipe(code: Code) -> Recipe:
    """The recipe these functions make; what is left out is right. Raises ValueError for a slope of its own."""
    slope_from: SlopeFrom = "Z"
    if "slope" in code:
        slope_from = slope_source(code["slope"], activation_of(code))
    parts: dict[str, Any] = {role: code[role] for role in PARTS if role in code}
    return Recipe("listing", slope_from=slope_from, **parts)


def run_checks(code: Code) -> Row:
    """Every check on this code in one small network, always the same; the result for each by name.

    Code that cannot be run gets a row that says so.
    """
    rng = np.random.default_rng(0)
    subject = draw_subject(activation_of(code), KEEP_PROB, rng)
    try:
        recipe = as_recipe(code)
    except Exception as error:  # whatever a learner's function may do
        return dict.fromkeys(HUNT_CHECKS, could_not_run(error))
    return fill_row(replace(subject, recipe=recipe), rng, HUNT_CHECKS)


def activation_of(code: Code) -> str:
    """The name of the listing's activation, found by its values; tanh if it has none."""
    if "activation" not in code:
        return "tanh"
    Z = np.linspace(-2, 2, 9)
    values = code["activation"](Z)
    found = [name for name, known in ACTIVATIONS.items() if np.allclose(known.value(Z), values)]
    if not found:
        raise ValueError(f"activation is none of {', '.join(ACTIVATIONS)}")
    return found[0]


def slope_source(slope: Callable[..., Any], activation: str) -> SlopeFrom:
    """What slope(Z, A_drop) amounts to, by its values: one of SLOPE_SOURCES.

    Raises ValueError if it is not the activation's slope at all, at Z or at A_drop.
    """
    rng = np.random.default_rng(0)
    Z = rng.standard_normal((8, 8))
    g = activation_named(activation)
    A_drop = apply_mask(g.value(Z), sample_mask(Z.shape, KEEP_PROB, rng), KEEP_PROB)
    values = np.asarray(slope(Z, A_drop), dtype=float)
    for source in SLOPE_SOURCES:
        known = g.slope(source)(Z if source == "Z" else A_drop)
        if values.shape == Z.shape and np.allclose(known, values):
            return source
    raise ValueError(
        f"slope(Z, A_drop) is not the slope of {activation}, neither at Z nor at A_drop"
    )


def _source(function: Callable[..., Any], role: str) -> list[str]:
    """The function under the name of its role, as a reader needs it: no hints, no docstring."""
    tree = definition_of(function)
    if tree is None:
        return [f"{role} = {getattr(function, '__name__', 'yours')}"]
    tree.name, tree.returns, tree.decorator_list = role, None, []
    for argument in tree.args.args:
        argument.annotation = None
    if ast.get_docstring(tree) is not None:
        tree.body = tree.body[1:]
    return ast.unparse(tree).splitlines()
