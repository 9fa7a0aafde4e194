"""Arguments of check_by_hand: the gradient at a unit that is off, and at one that is kept."""

from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np

from . import verdict

answers = partial(verdict, checker="check_by_hand")

answers("right")(0, -0.6)
answers("right")(0.6 * 0 / 0.5, -0.3 * 1 / 0.5)
answers("right")(-0.0, -0.3 / 0.5)
answers("right")(0.0, -0.3 * 2)
answers("right")(np.float64(0), np.float64(-0.3) / 0.5)
answers("right")(0, Fraction(-3, 5))
answers("right")(np.float32(0), np.float32(-0.6))
answers("an array, not a number", "unknown")(np.array([0.6]) * 0 / 0.5, np.array([-0.3]) * 1 / 0.5)
answers("right")(0.6 * False / 0.5, -0.3 * True / 0.5)
answers("no mask")(1.2, -0.6)
answers("no scale")(0, -0.3)
answers("neither")(0.6, -0.3)
answers("one minus mask")(1.2, 0)
answers("scaled twice")(0, -1.2)
answers("multiplied by keep_prob")(0, -0.15)
answers("no mask, multiplied by keep_prob", "unknown")(0.3, -0.15)
answers("sign lost", "unknown", says="does not flip the sign")(0, 0.6)
answers("swapped", "unknown")(-0.6, 0)
answers("stub", "unknown", says="Replace the ... after `off =`")(..., ...)
answers("half a stub", "unknown", says="Replace the ... after `kept =`")(0, ...)
answers("None", "unknown")(None, None)
answers("text", "unknown", says="`off` should be one number, like 0.25; it is a str")("0", "-0.6")
answers("off by 1e-4", "unknown", says="You have −0.6001 at the kept unit")(0, -0.6001)
answers("mask without scale, one minus", "unknown")(0.6, 0)
answers("nan", "unknown")(0.0, float("nan"))
answers("a formula as a function", "unknown")(lambda: 0, lambda: -0.6)
answers("both in one list", "unknown", says="it is a list")([0, -0.6], [0, -0.6])
answers("rounded to a whole number", "unknown")(0, -1)

# -- By somebody else ------------------------------------------------------------------------------

answers("right")(0, -0.6)
answers("right")(0.6 * 0 / 0.5, -0.3 / 0.5)
answers("right")(np.float64(0.0), -0.3 * 2)
answers("right")(*np.array([0.6, -0.3]) * np.array([0, 1]) / 0.5)
answers("no mask")(1.2, -0.6)
answers("no scale", "no scale", "no scale at all")(0, -0.3)
answers("multiplied by keep_prob")(0, -0.15)
answers("the two answers swapped", "unknown")(-0.6, 0)
answers("the sign lost", "unknown")(0, 0.6)

# -- Ours ------------------------------------------------------------------------------------------

# fmt: off
answers("right")(-0.0, -0.6000001)
answers("right")(0, Decimal("-0.6"))
answers("right")(0, np.array(-0.6))
answers("both wrong", "unknown", says=("what does an open switch let through?", "divided by 0.5"))(9, 7)
answers("None for one", "unknown", says="`kept` should be one number, like 0.25; it is a NoneType")(0, None)
answers("a bool", "unknown", says="it is a bool")(False, -0.6)
answers("huge", "unknown", says="far too large")(10**400, 1)
