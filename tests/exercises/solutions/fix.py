"""Learners' fixes of listing 3, at the end of notebook 09: check_layer_backward."""

from functools import partial

import numpy as np

from . import verdict

fix = partial(verdict, checker="check_layer_backward")


@fix("right")
def right_plain(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - np.tanh(Z) ** 2)


@fix("right")
def right_named(dA_drop, Z, A_drop, D, keep_prob):
    A = np.tanh(Z)
    slope = 1 - A**2
    dA = dA_drop * D / keep_prob
    return slope * dA


@fix("right", says=("at kept units that is A again", "the mask makes the product 0"))
def right_undo(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - (A_drop * keep_prob) ** 2)


@fix("right")
def right_exp(dA_drop, Z, A_drop, D, keep_prob):
    e = np.exp(Z)
    A = (e - 1 / e) / (e + 1 / e)
    return (1 - A**2) * dA_drop * (D / keep_prob)


@fix("right")
def right_sech(dA_drop, Z, A_drop, D, keep_prob):
    sech = 2 / (np.exp(Z) + np.exp(-Z))
    return sech**2 * dA_drop * D / keep_prob


@fix("right")
def right_where(dA_drop, Z, A_drop, D, keep_prob):
    A = np.where(D, A_drop * keep_prob, 0.5)
    return np.where(D, dA_drop / keep_prob * (1 - A**2), 0.0)


@fix("right")
def right_vectorize(dA_drop, Z, A_drop, D, keep_prob):
    def one(g, z, d):
        return g * d / keep_prob * (1 - np.tanh(z) ** 2)

    return np.vectorize(one)(dA_drop, Z, D)


@fix("right")
def right_expanded(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA - dA * np.tanh(Z) * np.tanh(Z)


@fix("slope from A_drop (nothing changed)", "slope from dropped A")
def wrong_unchanged(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - A_drop**2)


@fix("slope from A_drop / keep_prob")
def wrong_divides_again(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - (A_drop / keep_prob) ** 2)


@fix("slope from A_drop, masked", "slope from dropped A")
def wrong_masks_slope(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - A_drop**2) * D


@fix("slope from A_drop, scaled as a whole", "unknown", says="None of the mistakes I know")
def wrong_scale_slope(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - A_drop**2 * keep_prob)


@fix("slope at the dropped Z", "unknown")
def wrong_dropped_z(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - np.tanh(Z * D / keep_prob) ** 2)


@fix("scale is removed", "no scale")
def wrong_scale_removed(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D
    return dA * (1 - np.tanh(Z) ** 2)


@fix("mask is removed", "no mask")
def wrong_mask_removed(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop / keep_prob
    return dA * (1 - np.tanh(Z) ** 2)


@fix(
    "mask removed, output unscaled (slope 1 at off units, and no mask)",
    "no mask",
    says="'no mask' and 'slope from A_drop * keep_prob'",
)
def wrong_undo_no_mask(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop / keep_prob * (1 - (A_drop * keep_prob) ** 2)


@fix("Z instead of A", "slope 1 - Z**2")
def wrong_z(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - Z**2)


@fix("slope of the slope", "unknown")
def wrong_second(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (-2 * np.tanh(Z) * (1 - np.tanh(Z) ** 2))


@fix("multiplied by keep_prob")
def wrong_multiplied(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D * keep_prob
    return dA * (1 - np.tanh(Z) ** 2)


@fix("one minus mask")
def wrong_one_minus(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * (1 - D) / keep_prob
    return dA * (1 - np.tanh(Z) ** 2)


@fix("sign", "slope tanh(Z)**2 - 1", says="The sign is the other way around")
def wrong_sign(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (np.tanh(Z) ** 2 - 1)


@fix("slope at dA", "unknown")
def wrong_slope_at_gradient(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - np.tanh(dA) ** 2)


@fix("returns dA and dZ", "unknown", says="Your dZ has shape (2, 2, 1); dA_drop has (2, 1)")
def wrong_tuple(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA, dA * (1 - np.tanh(Z) ** 2)


@fix("undefined name", "unknown")
def wrong_name(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - tanh(Z) ** 2)


@fix("off by 1e-4", "unknown")
def wrong_slightly(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    h = 0.02
    return dA * (np.tanh(Z + h) - np.tanh(Z - h)) / (2 * h)
