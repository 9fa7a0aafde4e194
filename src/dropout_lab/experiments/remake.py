"""The same switches again: what is kept of a mask on the way forward, and how it is made once more.

Keep D; keep it packed, eight switches to a byte; keep the state of the generator, and draw again; or
keep a key, and make every entry anew from a counter. A counter-based generator such as Philox has no
past: its numbers are a function of (key, counter), in any order and on any machine.

Source: Salmon, Moraes, Dror, Shaw (2011), https://doi.org/10.1145/2063384.2063405; numpy.random.Philox.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator, Philox

from dropout_lab.core.doors import Mask, check_count
from dropout_lab.core.dropout import sample_mask


@dataclass(frozen=True)
class Memory:
    """D, the mask of the way forward; nbytes, what is kept; again() -> the mask of the way back."""

    D: Mask
    nbytes: int
    again: Callable[[], Mask]


def counted_mask(
    shape: tuple[int, ...], keep_prob: float, seed: int, call: int | Sequence[int]
) -> Mask:
    """The mask of one call of a layer, a function of (seed, call), whatever was drawn before.

    call: a number for the counter's highest word, or all four words, the lowest first. Drawing moves
    the lowest word on, so that a call in the highest one never meets another's numbers. Raises
    TypeError or ValueError for what is no whole number from 0 on.
    """
    counter = call if isinstance(call, Sequence) else [0, 0, 0, call]
    for name, number in (("seed", seed), *(("call", word) for word in counter)):
        check_count(number, name, 0)
    return sample_mask(shape, keep_prob, Generator(Philox(key=seed, counter=counter)))


def memories(shape: tuple[int, ...], keep_prob: float, seed: int) -> dict[str, Memory]:
    """The ways to have the same switches again; the last is the slip: to draw on from where one is."""
    rng = np.random.default_rng(seed)
    state = rng.bit_generator.state
    D = sample_mask(shape, keep_prob, rng)
    packed = np.packbits(D)

    def redrawn() -> Mask:
        """A generator put back into the state of the way forward; `rng` stays where it is."""
        again = np.random.default_rng()
        again.bit_generator.state = state
        return sample_mask(shape, keep_prob, again)

    def counted() -> Mask:
        """From the key, as call 0."""
        return counted_mask(shape, keep_prob, seed, 0)

    def unpacked() -> Mask:
        """From its bits."""
        return np.unpackbits(packed, count=D.size).reshape(shape) == 1

    words = len(state["state"])  # of 128 bits each
    return {
        "keep D": Memory(D, D.nbytes, lambda: D),
        "keep D packed": Memory(D, packed.nbytes, unpacked),
        "keep the state": Memory(D, 16 * words, redrawn),
        "keep a key": Memory(counted(), np.uint64(seed).nbytes, counted),
        "keep nothing": Memory(D, 0, lambda: sample_mask(shape, keep_prob, rng)),
    }
