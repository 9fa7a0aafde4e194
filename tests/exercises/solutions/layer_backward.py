"""Learners' way back through a switch and a tanh: check_layer_backward."""

import math

import numpy as np

from dropout_lab.bugs.catalogue import redraw

from . import verdict


@verdict("right")
def right_plain(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - np.tanh(Z) ** 2)


@verdict("right")
def right_cosh(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / (keep_prob * np.cosh(Z) ** 2)


@verdict("right", says=("at kept units that is A again", "the mask makes the product 0"))
def right_unscaled_output(dA_drop, Z, A_drop, D, keep_prob):
    # where a unit is kept, A_drop * keep_prob is A; elsewhere the mask makes 0 anyway
    A = A_drop * keep_prob
    return dA_drop * D / keep_prob * (1 - A * A)


@verdict("right")
def right_loop(dA_drop, Z, A_drop, D, keep_prob):
    dZ = np.zeros(Z.shape)
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            dA = dA_drop[i, j] / keep_prob if D[i, j] else 0
            dZ[i, j] = dA * (1 - math.tanh(Z[i, j]) ** 2)
    return dZ


def tanh_slope(Z):
    s = 1 / (1 + np.exp(-2 * Z))
    return 4 * s * (1 - s)


@verdict("right")
def right_helper(dA_drop, Z, A_drop, D, keep_prob):
    return np.where(D, dA_drop * tanh_slope(Z) / keep_prob, 0)


@verdict("right")
def right_product(dA_drop, Z, A_drop, D, keep_prob):
    A = np.tanh(Z)
    dZ = (1 - A) * (1 + A)
    dZ *= dA_drop
    dZ *= D
    dZ /= keep_prob
    return dZ


@verdict("right")
def right_complex_step(dA_drop, Z, A_drop, D, keep_prob):
    slope = np.tanh(Z + 1e-20j).imag / 1e-20
    return np.einsum("ij,ij,ij->ij", dA_drop, D / keep_prob, slope)


@verdict("right")
def right_mask_last(dA_drop, Z, A_drop, D, keep_prob):
    dZ = dA_drop * (1 - np.square(np.tanh(Z)))
    dZ = dZ / keep_prob
    dZ[np.logical_not(D)] = 0
    return dZ


@verdict(
    "slope from A_drop",
    "slope from dropped A",
    says="your slope is −1.63, the slope of tanh there is +0.05",
)
def wrong_a_drop(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - A_drop**2)


@verdict("no mask")
def wrong_no_mask(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop / keep_prob * (1 - np.tanh(Z) ** 2)


@verdict("no scale")
def wrong_no_scale(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D * (1 - np.tanh(Z) ** 2)


@verdict("neither")
def wrong_neither(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * (1 - np.tanh(Z) ** 2)


@verdict("slope is missing", "no slope")
def wrong_no_slope(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    dZ = dA
    return dZ


@verdict("slope of relu", "slope of ReLU")
def wrong_relu(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob * (Z > 0)


@verdict("slope of relu, from A_drop, no mask", "slope of ReLU from A_drop", says="A_drop > 0 is")
def wrong_course(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop / keep_prob
    return np.multiply(dA, np.int64(A_drop > 0))


@verdict("slope from Z without tanh", "slope 1 - Z**2")
def wrong_one_minus_z(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob * (1 - Z**2)


@verdict("square is missing", "slope 1 - tanh(Z)")
def wrong_no_square(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob * (1 - np.tanh(Z))


@verdict("slope of sigmoid")
def wrong_sigmoid(dA_drop, Z, A_drop, D, keep_prob):
    s = 1 / (1 + np.exp(-Z))
    return dA_drop * D / keep_prob * s * (1 - s)


@verdict("slope from A_drop, no mask", "no mask", says="'no mask' and 'slope from dropped A'")
def wrong_a_drop_no_mask(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop / keep_prob * (1 - A_drop**2)


@verdict("slope from A_drop, neither", "neither", says="'neither' and 'slope from dropped A'")
def wrong_a_drop_neither(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * (1 - A_drop * A_drop)


@verdict("scaled twice")
def wrong_twice(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    dZ = dA * (1 - np.tanh(Z) ** 2) * D / keep_prob
    return dZ


@verdict("tanh of A_drop", "slope at A_drop")
def wrong_tanh_a_drop(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob * (1 - np.tanh(A_drop) ** 2)


@verdict("changes Z", "unknown")
def wrong_changes_z(dA_drop, Z, A_drop, D, keep_prob):
    Z[:] = np.tanh(Z)
    return dA_drop * D / keep_prob * (1 - Z**2)


@verdict("fresh mask")
def wrong_fresh(dA_drop, Z, A_drop, D, keep_prob):
    D = np.random.default_rng().random(Z.shape) < keep_prob
    return dA_drop * D / keep_prob * (1 - np.tanh(Z) ** 2)


@verdict("tanh instead of its slope", "tanh for its slope")
def wrong_value(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob * np.tanh(Z)


@verdict("slope from A_drop, the scale undone the wrong way", "unknown")
def wrong_undo(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * D / keep_prob * (1 - A_drop**2 / keep_prob)


@verdict("endless", "unknown")
def wrong_endless(dA_drop, Z, A_drop, D, keep_prob):
    dZ = dA_drop * D / keep_prob
    while np.any(dZ >= 0) or True:
        dZ = dZ * (1 - np.tanh(Z) ** 2)
    return dZ


@verdict("slope from A_drop, clipped", "unknown")
def wrong_clipped(dA_drop, Z, A_drop, D, keep_prob):
    A = np.clip(A_drop, -1, 1)
    return dA_drop * D / keep_prob * (1 - A**2)


@verdict("the slope is scaled as well (scaled twice)", "scaled twice")
def wrong_slope_scaled(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    slope = (1 - np.tanh(Z) ** 2) / keep_prob
    return dA * slope


# -- By somebody else ------------------------------------------------------------------------------


@verdict("right")
def own_name(dA_drop, Z, A_drop, D, keep_prob):
    A = np.tanh(Z)
    dA = dA_drop * D / keep_prob
    dZ = dA * (1 - A * A)
    return dZ


@verdict("right")
def cosh(dA_drop, Z, A_drop, D, keep_prob):
    return dA_drop * (D / keep_prob) / np.cosh(Z) ** 2


@verdict("right")
def undone(dA_drop, Z, A_drop, D, keep_prob):
    # where D is 0 the slope does not matter: the mask line stops it
    A = A_drop * keep_prob
    dA = D * dA_drop / keep_prob
    return dA * (1 - A**2)


@verdict("right")
def late(dA_drop, Z, A_drop, D, keep_prob):
    dZ = dA_drop * (1 - np.square(np.tanh(Z)))
    dZ = np.where(D, dZ, 0) / keep_prob
    return dZ


@verdict("slope from A_drop", "slope from dropped A")
def dropped_slope(dA_drop, Z, A_drop, D, keep_prob):
    dA = np.multiply(dA_drop, D) / keep_prob
    return np.multiply(dA, 1 - np.power(A_drop, 2))


@verdict("no mask")
def no_mask(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop / keep_prob
    return dA * (1 - np.tanh(Z) ** 2)


@verdict(
    "no scale and slope from A_drop",
    "no scale",
    "slope from dropped A",
    says=(
        "'no scale' and 'slope from dropped A'",
        "Leave the slope aside for a moment. At units that are off your dZ is 0, good",
        "it is exactly keep_prob times the true one",
    ),
)
def no_scale_dropped_slope(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D
    return dA * (1 - A_drop**2)


@verdict("the slope of ReLU", "slope of ReLU")
def relu_slope(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (Z > 0)


@verdict("the square forgotten", "slope 1 - tanh(Z)", "unknown")
def no_square(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - np.tanh(Z))


@verdict("slope at the dropped Z", "unknown")
def switched_before(dA_drop, Z, A_drop, D, keep_prob):
    dA = dA_drop * D / keep_prob
    return dA * (1 - np.tanh(Z * D / keep_prob) ** 2)


@verdict("slope from A_drop / keep_prob")
def undone_wrongly(dA_drop, Z, A_drop, D, keep_prob):
    A = A_drop / keep_prob
    dA = dA_drop * D / keep_prob
    return dA * (1 - A**2)


# -- Ours ------------------------------------------------------------------------------------------


@verdict("right")
def sees_what_it_was_told(dA_drop, Z, A_drop, D, keep_prob):
    assert np.allclose(A_drop, np.tanh(Z) * D / keep_prob)
    return dA_drop * D / keep_prob * slope(Z)


def slope(Z):
    return 1 - np.tanh(Z) ** 2


_rng = np.random.default_rng(4)

# fmt: off
verdict("right")(lambda dA_drop, Z, A_drop, D, k: dA_drop * D / k * slope(Z.astype("float32")))
verdict("right")(lambda dA_drop, Z, A_drop, D, k: (dA_drop * D / k * slope(Z)).tolist())
verdict("right", says="at kept units that is A again")(
    lambda dA_drop, Z, A_drop, D, k: dA_drop * D / k / np.cosh(np.arctanh(A_drop * k)) ** 2
)
verdict("no scale")(lambda dA_drop, Z, A_drop, D, k: dA_drop * D * (1 - (A_drop * k) ** 2))
verdict("scaled twice")(lambda dA_drop, Z, A_drop, D, k: dA_drop * D / k**2 * (1 - (A_drop * k) ** 2))
verdict("multiplied by keep_prob")(lambda dA_drop, Z, A_drop, D, k: dA_drop * D * k * (1 - (A_drop * k) ** 2))
verdict("slope of ReLU from A_drop, with >=", "slope >= 0", says="A_drop >= 0 is a slip for the slope of ReLU")(
    lambda dA_drop, Z, A_drop, D, k: dA_drop * D / k * (A_drop >= 0)
)
verdict("new switches, slope of ReLU", "fresh mask", says="'fresh mask' and 'slope of ReLU from A_drop'")(
    lambda dA_drop, Z, A_drop, D, k: dA_drop * redraw(D, k) / k * (A_drop > 0)
)
verdict("new switches, slope from A_drop", "fresh mask", says="'fresh mask' and 'slope from dropped A'")(
    lambda dA_drop, Z, A_drop, D, k: dA_drop * (_rng.random(D.shape) < k) / k * (1 - A_drop**2)
)
verdict("mask guessed from A_drop", says="A kept unit with A = 0 is 0 too")(
    lambda dA_drop, Z, A_drop, D, k: dA_drop * (A_drop != 0) / k * slope(Z)
)
verdict("switches of one example")(lambda dA_drop, Z, A_drop, D, k: dA_drop * D[:, :1] / k * slope(Z))
verdict("all zero", says="Your dZ is 0 everywhere")(lambda dA_drop, Z, A_drop, D, k: 0 * dA_drop)
verdict("0.999 times", "unknown")(lambda dA_drop, Z, A_drop, D, k: 0.999 * dA_drop * D / k * slope(Z))
verdict("slope 1 - tanh(Z**2)")(lambda dA_drop, Z, A_drop, D, k: dA_drop * D / k * (1 - np.tanh(Z**2)))
verdict("slope twice")(lambda dA_drop, Z, A_drop, D, k: dA_drop * D / k * slope(Z) ** 2)
verdict("slope at tanh(Z)")(lambda dA_drop, Z, A_drop, D, k: dA_drop * D / k * slope(np.tanh(Z)))
verdict("rounded")(lambda dA_drop, Z, A_drop, D, k: (dA_drop * D / k * slope(Z)).round(2))
