"""Arguments of check_by_hand: the gradient at a unit that is off, and at one that is kept."""

from fractions import Fraction

import numpy as np

#: right
right_plain = (0, -0.6)
#: right
right_formula = (0.6 * 0 / 0.5, -0.3 * 1 / 0.5)
#: right
right_minus_zero = (-0.0, -0.3 / 0.5)
#: right
right_times_two = (0.0, -0.3 * 2)
#: right
right_numpy = (np.float64(0), np.float64(-0.3) / 0.5)
#: right
right_fraction = (0, Fraction(-3, 5))
#: right
right_float32 = (np.float32(0), np.float32(-0.6))
#: an array, not a number
wrong_array_of_one = (np.array([0.6]) * 0 / 0.5, np.array([-0.3]) * 1 / 0.5)
#: right
right_bool_mask = (0.6 * False / 0.5, -0.3 * True / 0.5)

#: no mask
wrong_no_mask = (1.2, -0.6)
#: no scale
wrong_no_scale = (0, -0.3)
#: neither
wrong_neither = (0.6, -0.3)
#: one minus mask
wrong_one_minus = (1.2, 0)
#: scaled twice
wrong_twice = (0, -1.2)
#: multiplied by keep_prob
wrong_multiplied = (0, -0.15)
#: no mask, multiplied by keep_prob
wrong_multiplied_no_mask = (0.3, -0.15)
#: sign lost
wrong_sign = (0, 0.6)
#: swapped
wrong_swapped = (-0.6, 0)
#: stub
wrong_stub = (..., ...)
#: half a stub
wrong_half = (0, ...)
#: None
wrong_none = (None, None)
#: text
wrong_text = ("0", "-0.6")
#: off by 1e-4
wrong_slightly = (0, -0.6001)
#: mask without scale, one minus
wrong_one_minus_no_scale = (0.6, 0)
#: nan
wrong_nan = (0.0, float("nan"))
#: a formula as a function
wrong_lambda = (lambda: 0, lambda: -0.6)
#: both in one list
wrong_list = ([0, -0.6], [0, -0.6])
#: rounded to a whole number
wrong_round = (0, -1)
