"""What comes in is checked once, at the door, and every complaint says what was given and what is needed."""

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.dropout import Array, Mask, Rng, apply_mask, check_mask
from dropout_lab.core.recipe import Recipe, Through


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


def draw_masks(
    shapes: Mapping[int, tuple[int, ...]], keep_prob: float, rng: Rng, recipe: Recipe
) -> dict[int, Mask]:
    """Let the recipe draw a mask of this shape for each layer, in this order.

    Raises TypeError or ValueError if one is not boolean or does not fit.
    """
    masks = {}
    for l, shape in shapes.items():
        masks[l] = mask = recipe.sample(shape, keep_prob, rng)
        check_mask(mask, shape, f"the mask of layer {l}")
    return masks


def crossing(recipe: Recipe, role: str) -> Through:
    """The recipe's forward or backward, watched by `sent_through`; the right one needs no watching."""
    through: Through = getattr(recipe, role)
    return through if through is apply_mask else partial(sent_through, recipe, role)


def sent_through(recipe: Recipe, role: str, values: Array, D: Mask, keep_prob: float) -> Array:
    """Call the recipe's forward or backward on locked values, and check what comes out.

    Raises ValueError if it changes its input or returns another shape, TypeError if not numbers.
    """
    who = f"recipe {recipe.name!r}: {role}"
    try:
        result = getattr(recipe, role)(read_only(values), D, keep_prob)
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
    # Nearly always they have the same shape, and asking numpy takes longer than multiplying.
    same = values.shape == D.shape
    shape = values.shape if same else np.broadcast_shapes(values.shape, D.shape)
    if result.shape != shape:
        raise ValueError(f"{who} returned shape {result.shape}, needed is {shape}")
    return read_only(result)
