"""Learners' checks of value times gradient (notebook 05)."""

import math

import numpy as np

from . import verdict


@verdict("right")
def close_all(A, A_drop, dA_drop, dA):
    before = A * dA
    after = A_drop * dA_drop
    return np.isclose(before, after).all()


@verdict("right")
def relative(A, A_drop, dA_drop, dA):
    before, after = A * dA, A_drop * dA_drop
    gap = np.abs(before - after)
    return bool(np.all(gap <= 1e-9 * np.abs(after) + 1e-12))


@verdict("right")
def entry_by_entry(A, A_drop, dA_drop, dA):
    for a, a_drop, d_drop, d in zip(
        A.ravel(), A_drop.ravel(), dA_drop.ravel(), dA.ravel(), strict=True
    ):
        if not math.isclose(a * d, a_drop * d_drop, rel_tol=1e-9, abs_tol=1e-12):
            return False
    return True


@verdict("only the sums compared", "sums", says="entry by entry")
def sums(A, A_drop, dA_drop, dA):
    return np.isclose(np.sum(A * dA), np.sum(A_drop * dA_drop))


@verdict("no allowance for rounding", "always no", "false alarms", says="allow a little")
def to_the_last_digit(A, A_drop, dA_drop, dA):
    return np.array_equal(A * dA, A_drop * dA_drop)


@verdict("the pairs crossed", "always no", "false alarms", says="even where nothing is rounded")
def crossed(A, A_drop, dA_drop, dA):
    return np.allclose(A * dA_drop, A_drop * dA)


@verdict("any instead of all", "no mask passes", "no scale passes", says="where the switch is open")
def some(A, A_drop, dA_drop, dA):
    return bool(np.any(np.isclose(A * dA, A_drop * dA_drop)))


@verdict(
    "a tolerance blind to small values",
    "no mask passes",
    "no scale passes",
    says="passes where values are about 0.001. There your tolerance",
)
def wide(A, A_drop, dA_drop, dA):
    return np.max(np.abs(A * dA - A_drop * dA_drop)) < 0.01


# -- Ours ------------------------------------------------------------------------------------------


def gap(A, A_drop, dA_drop, dA):
    return A * dA - A_drop * dA_drop


# fmt: off
verdict("right")(lambda *given: bool(np.all(abs(gap(*given)) <= 1e-6)))
verdict("right")(lambda *given: np.linalg.norm(gap(*given)) < 1e-7)
verdict("always yes", says="yes to everything")(lambda *_: True)
verdict("turned round", says="the other way around")(lambda *given: not close_all(*given))
verdict("false alarms", says="refuses the true line where values are about 1000")(lambda *given: bool(np.all(abs(gap(*given)) <= 1e-14)))
verdict("the gradients alone", "false alarms")(lambda A, A_drop, dA_drop, dA: np.allclose(dA, dA_drop))
verdict("other sign", says="not their sizes")(lambda A, A_drop, dA_drop, dA: np.allclose(abs(A * dA), abs(A_drop * dA_drop)))
verdict("too small", says="all too small")(lambda *given: bool(np.all(gap(*given) < 1e-6)))
verdict("too large", says="all too large")(lambda *given: bool(np.all(gap(*given) > -1e-6)))
verdict("kept units only", "no mask passes")(lambda A, A_drop, dA_drop, dA: np.allclose(gap(A, A_drop, dA_drop, dA)[A_drop != 0], 0))
verdict("open switches only", "no scale passes", says="where the switch is open")(
    lambda A, A_drop, dA_drop, dA: not dA[A_drop == 0].any()
)
verdict("no answer", "unknown", says="not True or False. End it with a comparison: are all")(gap)
