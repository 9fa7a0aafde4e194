"""Numbers as a learner should see them: short, and with an exact zero that looks like one."""

import math

import numpy as np
from numpy.typing import ArrayLike


def number(value: float) -> str:
    """A number of at most five signs; "0" and "+1" without decimals only if exact, never "−0"."""
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


def numbers(values: ArrayLike) -> str:
    """All numbers of an array in one line: "+0.27  0  −0.48  0"."""
    return "  ".join(number(float(value)) for value in np.ravel(values))
