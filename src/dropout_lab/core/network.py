"""What a network is made of: its weights W, its biases b, and the activation of its hidden layers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.core.activations import activation_named
from dropout_lab.core.doors import Array, Rng, as_floats, check_count, check_rng


@dataclass(frozen=True)
class Network:
    """The parameters, W[l] and b[l] for l = 1..L, and the activation of the hidden layers.

    Raises ValueError if the shapes do not chain or the activation is unknown.
    """

    W: Mapping[int, Array]
    b: Mapping[int, Array]
    activation: str = "relu"

    def __post_init__(self) -> None:
        activation_named(self.activation)
        W, b = _as_layers(self.W, self.b)
        object.__setattr__(self, "W", W)
        object.__setattr__(self, "b", b)

    @property
    def L(self) -> int:
        """The number of layers with weights."""
        return len(self.W)

    @property
    def sizes(self) -> tuple[int, ...]:
        """(n_0, n_1, ..., n_L)."""
        return (self.W[1].shape[-1], *(w.shape[-2] for w in self.W.values()))

    @property
    def batch(self) -> tuple[int, ...]:
        """The leading axes: () for one network, (R,) for R networks at once."""
        return self.W[1].shape[:-2]

    def with_parameters(self, W: Mapping[int, Array], b: Mapping[int, Array]) -> "Network":
        """The same network with other numbers, in arrays of the same shapes: they are not checked.

        For training, which makes a network in every step: the check takes longer than the step.
        """
        made = object.__new__(Network)
        vars(made).update(W=W, b=b, activation=self.activation)
        return made

    @classmethod
    def random(cls, sizes: Sequence[int], activation: str = "relu", *, rng: Rng) -> "Network":
        """Weights ~ N(0, 2 / (n_in + n_out)) (Glorot and Bengio 2010), biases ~ N(0, 0.3^2), never 0.

        Zero biases would hide bugs: a dropped unit's bias gradient is one of the things to watch.
        """
        check_rng(rng)
        for n in sizes:
            check_count(n, "each of sizes", 1)
        if len(sizes) < 2:
            raise ValueError(f"sizes: expected at least two, (n_0, n_1), got {sizes!r}")
        pairs = list(pairwise(sizes))
        W = {
            l: rng.standard_normal((n, before)) * np.sqrt(2 / (n + before))
            for l, (before, n) in enumerate(pairs, start=1)
        }
        b = {l: 0.3 * rng.standard_normal((n, 1)) for l, n in enumerate(sizes[1:], start=1)}
        return cls(W, b, activation)


def _as_layers(
    W: Mapping[int, ArrayLike], b: Mapping[int, ArrayLike]
) -> tuple[dict[int, Array], dict[int, Array]]:
    """W and b as float arrays by layer 1..L. Raises ValueError if they do not chain."""
    L = len(W)
    if not L or set(W) != set(range(1, L + 1)) or set(W) != set(b):
        raise ValueError(f"expected W and b with the keys 1 to L, got {sorted(W)} and {sorted(b)}")
    weights = {l: as_floats(W[l], f"W[{l}]") for l in range(1, L + 1)}
    biases = {l: as_floats(b[l], f"b[{l}]") for l in range(1, L + 1)}
    for l, w in weights.items():
        if w.ndim < 2 or (l > 1 and w.shape[-1] != weights[l - 1].shape[-2]):
            before = weights[l - 1].shape[-2] if l > 1 else "n_0"
            raise ValueError(f"W[{l}]: expected shape (n_{l}, {before}), got {w.shape}")
        if biases[l].shape[-2:] != (w.shape[-2], 1):
            raise ValueError(f"b[{l}]: expected shape ({w.shape[-2]}, 1), got {biases[l].shape}")
    return weights, biases


def as_row(W: Mapping[int, Array], b: Mapping[int, Array]) -> Array:
    """All entries of W[1..L], then of b[1..L], in one row (..., P).

    Raises ValueError unless all of them have the same leading axes.
    """
    values = [group[l] for group in (W, b) for l in range(1, len(W) + 1)]
    parts = [value.reshape((*value.shape[:-2], -1)) for value in values]
    try:
        return np.concatenate(parts, axis=-1)
    except ValueError as error:
        axes = [part.shape[:-1] for part in parts]
        raise ValueError(f"every W and b needs the same leading axes; got {axes}") from error


def from_row(row: Array, like: Network) -> tuple[dict[int, Array], dict[int, Array]]:
    """The same entries (..., P) back as W and b by layer, in the shapes of one network like `like`."""
    end, leading = 0, row.shape[:-1]
    W: dict[int, Array] = {}
    b: dict[int, Array] = {}
    for made, group in ((W, like.W), (b, like.b)):
        for l, values in group.items():
            n, columns = values.shape[-2:]
            start, end = end, end + n * columns
            made[l] = row[..., start:end].reshape((*leading, n, columns))
    return W, b
