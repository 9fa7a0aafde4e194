"""What comes in is checked once, at the door, and every complaint says what was given and what is needed."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.dropout import Array, Mask
from dropout_lab.recipes import Recipe


def read_only(values: Array) -> Array:
    """The same numbers, locked: a recorded array can be looked at, not changed."""
    view = np.asarray(values).view()
    view.flags.writeable = False
    return view


def as_values(X: ArrayLike, n: int) -> Array:
    """X as a float array (n, m). Raises ValueError for another shape, NaN or infinity."""
    values = np.asarray(X, dtype=float)
    if values.ndim < 2 or values.shape[-2] != n:
        hint = ""
        if values.ndim == 2 and values.shape[1] == n:
            hint = " Rows are units and columns are examples: did you pass X.T?"
        raise ValueError(f"X has shape {values.shape}, needed is ({n}, m).{hint}")
    if not np.isfinite(values).all():
        raise ValueError("X has NaN or infinite entries; every number must be finite")
    return values


def as_labels(Y: ArrayLike, output_shape: tuple[int, ...]) -> Array:
    """Y as a float array (n_L, m) of 0 and 1. Raises ValueError otherwise."""
    labels = np.asarray(Y, dtype=float)
    if labels.shape[-2:] != output_shape[-2:]:
        raise ValueError(
            f"Y has shape {labels.shape}, needed is {output_shape[-2:]}: one column per example"
        )
    if not ((labels == 0) | (labels == 1)).all():
        raise ValueError(f"labels must be 0 or 1; Y has {np.unique(labels)}")
    return labels


def check_hidden(layers: Iterable[int], L: int) -> None:
    """Raise ValueError unless all layers are hidden ones, 1 to L - 1."""
    wrong = [l for l in layers if l not in range(1, L)]
    if wrong:
        raise ValueError(
            f"layer {wrong[0]} cannot have dropout; the hidden layers are {list(range(1, L))} "
            f"(dropout on the output would delete answers)"
        )


def sent_through(recipe: Recipe, role: str, values: Array, D: Mask, keep_prob: float) -> Array:
    """Call the recipe's forward or backward on locked values, and check what comes out.

    Raises ValueError if it changes its input or returns another shape, TypeError if not numbers.
    """
    who = f"recipe {recipe.name!r}: {role}"
    try:
        result = getattr(recipe, role)(values, D, keep_prob)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise ValueError(
            f"{who} changes its input in place; return a new array (`x = x * D`, not `x *= D`)"
        ) from error
    if result is None:
        raise TypeError(f"{who} returned None; did you forget `return`?")
    try:
        result = np.asarray(result, dtype=float)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{who} returned {type(result).__name__}, needed is an array") from error
    shape = np.broadcast_shapes(values.shape, D.shape)
    if result.shape != shape:
        raise ValueError(f"{who} returned shape {result.shape}, needed is {shape}")
    return read_only(result)
