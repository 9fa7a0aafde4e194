"""What comes in is checked once, at the door; every complaint says what was expected and what came."""

from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Real
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.floating]
Mask: TypeAlias = NDArray[np.bool_]
Rng: TypeAlias = np.random.Generator | np.random.RandomState
Locked = TypeVar("Locked", bound=NDArray[Any])


def check_keep_prob(keep_prob: object) -> None:
    """Raise unless keep_prob is a number in (0, 1]."""
    if type(keep_prob) is float and 0 < keep_prob <= 1:
        return  # the usual case: what is below takes longer than drawing a small mask
    if isinstance(keep_prob, bool) or not isinstance(keep_prob, Real):
        raise TypeError(
            f"keep_prob must be a number, for example 0.8; got {keep_prob!r} "
            f"({type(keep_prob).__name__})"
        )
    if not 0 < float(keep_prob) <= 1:
        raise ValueError(
            f"keep_prob must be in (0, 1]: it is the share of units that stay on; got "
            f"{keep_prob!r}. Did you mean 1 - keep_prob, the drop probability?"
        )


def check_rng(rng: object) -> None:
    """Raise unless rng is a generator of random numbers."""
    if not isinstance(rng, np.random.Generator | np.random.RandomState):
        raise TypeError(
            f"rng must be a random generator, for example np.random.default_rng(0); got {rng!r}"
        )


def check_mask_fits(mask: object, shape: tuple[int, ...], name: str = "mask") -> None:
    """Raise unless mask is boolean and has one switch for each value, or one for each unit (row)."""
    if type(mask) is np.ndarray and mask.dtype.type is np.bool_ and mask.shape == shape:
        return
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_:
        kind = mask.dtype if isinstance(mask, np.ndarray) else type(mask).__name__
        raise TypeError(
            f"{name} must be a boolean array (True = kept), as `rng.random(shape) < keep_prob` "
            f"gives; got {kind}. Leave out .astype(int), or compare it with 0: D != 0"
        )
    units, examples = shape[-2:-1], shape[-1:]
    fits = mask.shape[-2:-1] == units and mask.shape[-1:] in (examples, (1,) if units else examples)
    if not fits:
        hint = ""
        if mask.shape == shape[::-1]:
            hint = ". Rows are units and columns are examples: did you pass its transpose?"
        raise ValueError(f"{name}: expected shape {shape}, got {mask.shape}{hint}")


def check_hidden(layers: Iterable[int], L: int) -> None:
    """Raise ValueError unless all layers are hidden ones, 1 to L - 1; TypeError if they are no numbers."""
    if isinstance(layers, str) or not isinstance(layers, Iterable):
        raise TypeError(
            f"layers must be a list of layer numbers, for example [1, 2]; got {layers!r}"
        )
    for l in layers:
        check_count(l, "a layer", 0)
    wrong = [l for l in layers if l not in range(1, L)]
    if wrong:
        raise ValueError(
            f"layer {wrong[0]} cannot have dropout; the hidden layers are {list(range(1, L))} "
            f"(dropout on the output would delete answers)"
        )


def check_one_of(value: object, known: Iterable[object], name: str) -> None:
    """Raise ValueError, which lists the known ones, unless value is one of them."""
    known = list(known)
    if value not in known:
        expected = ", ".join(map(str, known))
        raise ValueError(f"unknown {name} {value!r}; expected one of {expected}")


def check_count(value: object, name: str, least: int) -> None:
    """Raise TypeError unless value is a whole number, ValueError if it is below least."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number; got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be {least} or more; got {value!r}")


def check_between(value: object, name: str, low: float, high: float) -> None:
    """Raise TypeError unless value is a number, ValueError unless it is from low to high."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number; got {value!r}")
    if not low <= float(value) <= high:
        raise ValueError(f"{name}: expected a number from {low:g} to {high:g}, got {value!r}")


def check_kind(value: object, kind: type, name: str) -> None:
    """Raise TypeError unless value is of this kind, such as a Network."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}; got {value!r}")


def check_leading(**arrays: NDArray[Any]) -> None:
    """Raise ValueError unless the leading axes of all these arrays, before the last two, fit together."""
    axes = {name: array.shape[:-2] for name, array in arrays.items() if array.ndim > 2}
    try:
        np.broadcast_shapes(*axes.values())
    except ValueError as error:
        told = ", ".join(f"{name} {shape}" for name, shape in axes.items())
        raise ValueError(f"the leading axes must agree; got {told}") from error


def as_floats(values: ArrayLike, name: str) -> Array:
    """The values as a float array. Raises ValueError if they are no numbers, or ragged."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: expected an array of numbers, got {values!r}") from error


def as_values(X: ArrayLike, n: int) -> Array:
    """X as a float array (n, m). Raises ValueError for another shape, no example, NaN or infinity."""
    values = as_floats(X, "X")
    if values.ndim >= 2 and not values.shape[-1]:
        raise ValueError(f"X: expected shape ({n}, m) with m at least 1, got {values.shape}")
    if values.ndim < 2 or values.shape[-2] != n:
        hint = ""
        if values.ndim == 2 and values.shape[1] == n:
            hint = ". Rows are units and columns are examples: did you pass X.T?"
        raise ValueError(f"X: expected shape ({n}, m), got {values.shape}{hint}")
    if not np.isfinite(values).all():
        raise ValueError("X has NaN or infinite entries; every number must be finite")
    return values


def as_labels(Y: ArrayLike, output_shape: tuple[int, ...]) -> Array:
    """Y as a float array (n_L, m) of 0 and 1. Raises ValueError otherwise."""
    labels = as_floats(Y, "Y")
    if labels.shape[-2:] != output_shape[-2:]:
        raise ValueError(
            f"Y: expected shape {output_shape[-2:]}, one column per example, got {labels.shape}"
        )
    if labels.ndim > 2:
        check_leading(Y=labels, A=np.empty(output_shape))
    if not ((labels == 0) | (labels == 1)).all():
        raise ValueError(f"labels must be 0 or 1; Y has {np.unique(labels)}")
    return labels


def read_only(values: Locked) -> Locked:
    """The same numbers, locked: a recorded array can be looked at, not changed."""
    view = values.view()
    view.flags.writeable = False
    return view


def draw_masks(
    sample: Callable[[tuple[int, ...], float, Rng], Mask],
    shapes: Mapping[int, tuple[int, ...]],
    keep_prob: float,
    rng: Rng,
) -> dict[int, Mask]:
    """Draw a mask of this shape for each layer, in this order.

    Raises TypeError or ValueError if one is not boolean or does not fit.
    """
    masks = {}
    for l, shape in shapes.items():
        masks[l] = mask = sample(shape, keep_prob, rng)
        check_mask_fits(mask, shape, f"the mask of layer {l}")
    return masks


def sent_through(
    function: Callable[[Array, Mask, float], Any],
    who: str,
    values: Array,
    D: Mask,
    keep_prob: float,
) -> Array:
    """Call a recipe's forward or backward on locked values and a locked mask, and check what comes out.

    Raises ValueError if it changes its input or returns another shape, TypeError if not numbers.
    """
    try:
        result = function(read_only(values), read_only(D), keep_prob)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise ValueError(
            f"{who} changes its input in place; return a new array (`x = x * D`, not `x *= D`)"
        ) from error
    if result is None:
        raise TypeError(f"{who} returned None; did you forget `return`?")
    if result is ...:
        raise TypeError(f"{who} still returns `...`; put your own line in place of the dots")
    try:
        result = np.asarray(result, dtype=float)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{who}: expected an array, got {type(result).__name__}") from error
    # Nearly always they have the same shape, and asking numpy takes longer than multiplying.
    same = values.shape == D.shape
    shape = values.shape if same else np.broadcast_shapes(values.shape, D.shape)
    if result.shape != shape:
        raise ValueError(f"{who}: expected shape {shape}, got {result.shape}")
    return read_only(result)
