"""Value times gradient: where it changes a line is wrong, and fact (p) says which mistake it sees where."""

import dataclasses
import re

import numpy as np
import pytest
from cases import draw_case
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.core import balance
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.balance import check_balance
from dropout_lab.core.gradcheck import check_gradients
from dropout_lab.core.network import Network
from dropout_lab.core.passes import backward, forward, sample_masks
from dropout_lab.core.recipe import CORRECT, SLOPE_SOURCES, Recipe
from dropout_lab.experiments.data import lesson

# These send something back through an open switch.
LEAKING = ("no mask", "neither", "fresh mask", "one minus mask")


def checked(c, recipe=CORRECT):
    fwd = forward(c.net, c.X, c.masks, c.keep_prob, recipe)
    return check_balance(c.net, fwd, backward(c.net, fwd, c.Y, recipe))


def failing(check):
    """Every line that fails, found by the size of its error."""
    return [name for name, error in check.errors.items() if not error < 1e-9]


def lines_that_fail(name, activation, slope_from):
    """Fact (p), in backward order, for a network with two dropout layers."""
    leaks, at_most = name in LEAKING, slope_from != "Z"
    gates = {
        "relu": slope_from == "A_drop >= 0" or (at_most and leaks),
        "leaky_relu": at_most and leaks,
    }
    kinds = ["dA"] * (name in BACKWARD_BUGS) + ["dZ"] * gates.get(activation, False)
    # All that leaked stands where A_drop is 0, and there these two slopes are 0: nothing is left below.
    dead = name == "one minus mask" and (
        (activation, slope_from) == ("relu", "A_drop") or (activation == "sigmoid" and at_most)
    )
    return [f"{kind}{l}" for l in ((2,) if dead else (2, 1)) for kind in kinds]


def with_leading_axes(c, recipe, rng):
    """The case with masks of the recipe: one for all examples; many networks; both; all pairs."""
    K, sizes = 4, c.net.sizes

    def masks(*leading, m=8):
        shapes = {l: (*leading, sizes[l], m) for l in (1, 2)}
        return {l: np.array(recipe.sample(shape, 0.6, rng)) for l, shape in shapes.items()}

    def nets(*leading):
        W, b = (
            {l: values * rng.uniform(0.5, 1.5, (*leading, 1, 1)) for l, values in group.items()}
            for group in (c.net.W, c.net.b)
        )
        return Network(W, b, c.net.activation)

    yield c.net, masks(K, m=1)
    yield nets(K), masks()
    yield nets(K), masks(K)
    yield nets(K, 1), masks(K)


@pytest.mark.parametrize("slope_from", SLOPE_SOURCES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", ["correct", *BUGS])
def test_each_recipe_fails_where_fact_p_says_and_nowhere_else(name, activation, slope_from, rng):
    bug = ({"correct": CORRECT} | BUGS)[name]
    recipe = dataclasses.replace(bug, slope_from=slope_from)
    expected, c = lines_that_fail(name, activation, slope_from), draw_case(activation)
    many = with_leading_axes(c, recipe, rng) if name == "no mask" else ()
    own = sample_masks(c.net, 8, (1, 2), 0.6, rng, recipe)
    for net, masks in ((c.net, own), *many):
        check = checked(dataclasses.replace(c, net=net, masks=masks), recipe)
        assert failing(check) == expected
        assert check.where == (expected or [None])[0]
        assert check.ok == (not expected)


def test_a_forward_scale_that_the_way_back_does_not_have_fails_at_the_topmost_switch():
    assert checked(draw_case(), Recipe("r", forward=BUGS["wrong scale"].forward)).where == "dA2"


def test_it_sees_the_wrong_dA_behind_the_lucky_dW_that_the_gradient_check_passes():
    lucky = dataclasses.replace(BUGS["no mask"], slope_from="A_drop")
    c = draw_case("relu")
    assert check_gradients(c.net, c.X, c.Y, c.masks, c.keep_prob, lucky).ok
    assert failing(checked(c, lucky)) == ["dA2", "dZ2", "dA1", "dZ1"]


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_it_does_not_see_a_wrong_slope_of_tanh_or_sigmoid(activation):
    c, bug = draw_case(activation), BUGS["slope from dropped A"]
    assert not check_gradients(c.net, c.X, c.Y, c.masks, c.keep_prob, bug).ok
    assert checked(c, bug).ok


def test_it_does_not_see_a_wrong_gradient_of_the_loss():
    c = draw_case("relu")
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    assert check_balance(c.net, fwd, backward(c.net, fwd, 1 - c.Y)).ok


def test_it_does_not_see_a_wrong_line_where_the_value_is_0():
    c = draw_case("relu")

    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    bwd = backward(c.net, fwd, c.Y)
    silent = fwd.A[1] == 0
    assert silent.any()
    wrong = dataclasses.replace(bwd, dA=bwd.dA | {1: bwd.dA[1] + silent})
    assert check_balance(c.net, fwd, wrong).ok


def test_a_scale_that_depends_on_A_is_outside_its_law():
    """Fact (t): taking the scale for a constant is wrong, and value times gradient is kept by it."""
    c = draw_case("sigmoid", layers=(1,))

    def keep_the_sum(A, D, _keep_prob):
        return A * D * A.sum(axis=-2, keepdims=True) / (A * D).sum(axis=-2, keepdims=True)

    fwd = forward(c.net, c.X, c.masks, c.keep_prob, Recipe("r", forward=keep_the_sum))
    factor = fwd.A_drop[1] / fwd.A[1]
    recipe = Recipe("r", forward=keep_the_sum, backward=lambda dA_drop, _D, _k: dA_drop * factor)
    assert not check_gradients(c.net, c.X, c.Y, c.masks, c.keep_prob, recipe).ok
    assert checked(c, recipe).ok


@given(
    st.sampled_from(["relu", "leaky_relu", "linear", "tanh"]), st.sampled_from([1, 2]),
    st.integers(0, 2**48 - 1), st.sampled_from([1e-3, 1.0, -1e3]), st.integers(0, 20),
)  # fmt: skip
def test_at_dA_it_fails_exactly_when_dA_is_wrong_at_some_unit_whose_value_is_not_0(
    activation, l, which, by, seed
):
    c = draw_case(activation, seed=seed)
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    bwd = backward(c.net, fwd, c.Y)
    A, bits = fwd.A[l], np.array([which >> k & 1 for k in range(48)], bool)
    for wrong in (np.resize(bits, A.shape), np.resize(bits, A.shape) & (A == 0)):
        found = dataclasses.replace(bwd, dA=bwd.dA | {l: bwd.dA[l] + by * wrong})
        seen = bool(np.any(wrong & (A != 0)))
        check = check_balance(c.net, fwd, found)
        assert (check.where == f"dA{l}") == seen
        assert (f"dA{l}" in failing(check)) == seen


# With each array wrong by itself: the line that makes it. What is made from it was made from the
# right one, so a wrong dZ shows first where a law says it, or at the next line that uses it.
FIRST = {
    ("dW", 3): "dW3", ("db", 3): "db3", ("dA_drop", 2): "dA2_drop", ("dA", 2): "dA2",
    ("dZ", 2): "dZ2", ("dW", 2): "dW2", ("db", 2): "db2", ("dA_drop", 1): "dA1_drop",
    ("dA", 1): "dA1", ("dZ", 1): "dZ1", ("dW", 1): "dW1", ("db", 1): "db1", ("dZ", 3): "dW3",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "l"), FIRST)
@pytest.mark.parametrize("value", [1.001, np.nan, -np.inf])
def test_a_single_wrong_or_infinite_entry_is_found_at_the_line_that_made_it(kind, l, value):
    c = draw_case("linear")
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    bwd = backward(c.net, fwd, c.Y)
    values = getattr(bwd, kind)[l]
    of = {"dA_drop": fwd.A_drop, "dA": fwd.A, "dZ": fwd.Z, "dW": c.net.W, "db": c.net.b}[kind][l]
    factor = np.ones_like(values)
    factor[np.unravel_index(np.argmax(np.abs(values * of)), values.shape)] = value
    check = check_balance(
        c.net, fwd, dataclasses.replace(bwd, **{kind: getattr(bwd, kind) | {l: values * factor}})
    )
    assert check.where == FIRST[kind, l]
    assert np.isnan(check.errors[check.where]) == (not np.isfinite(value))


def test_where_there_is_no_switch_the_weights_line_makes_dA_itself():
    c = draw_case("tanh", layers=(1,))
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    bwd = backward(c.net, fwd, c.Y)
    names = ["dW3", "db3", "dA2", "dW2", "db2", "dA1_drop", "dA1", "dW1", "db1"]
    assert list(check_balance(c.net, fwd, bwd).errors) == names
    wrong = dataclasses.replace(bwd, dA=bwd.dA | {2: 1.001 * bwd.dA[2]})
    assert check_balance(c.net, fwd, wrong).where == "dA2"


def tiny(D, recipe=CORRECT):
    """Two ReLU units in two examples, chosen so that Z2 = 0 and dZ2 = -0.5 where one of them is on.

    Z1 = A1 = [[2, 2], [1, 1]] and keep_prob 0.5, so with D = [[1, 0], [0, 1]] in numbers
    A1_drop = [[4, 0], [0, 2]], dA1_drop = [[-.5, -.5], [-1, -1]], dA1 = dZ1 = [[-1, 0], [0, -2]].
    """
    net = Network({1: [[1], [2]], 2: [[1, 2]]}, {1: [[1], [-1]], 2: [[-4]]})
    fwd = forward(net, [[1, 1]], {1: np.array(D, bool)}, 0.5, recipe)
    return net, fwd, backward(net, fwd, [[1, 1]], recipe)


ONE_ON = [[1, 0], [0, 1]]
NO_ERROR = dict.fromkeys(("dW2", "db2", "dA1_drop", "dA1", "dZ1", "dW1", "db1"), 0)


def test_the_errors_of_a_tiny_network_are_those_computed_by_hand():
    net, fwd, bwd = tiny(ONE_ON)
    right = check_balance(net, fwd, bwd)
    assert right.ok
    assert right.errors == NO_ERROR
    assert right.untested == ()

    def errors(**changes):
        return check_balance(net, fwd, dataclasses.replace(bwd, **changes)).errors

    # W2 dW2 = [-1 - 1], per unit, against 2 times -2 / 2: three times as much on the left.
    assert errors(dW=bwd.dW | {2: 3 * bwd.dW[2]}) == pytest.approx(NO_ERROR | {"dW2": 4 / 8})
    # W1 dW1 = [-.5, -2]; the first three times as much.
    changed = errors(dW=bwd.dW | {1: bwd.dW[1] * [[3], [1]]})
    assert changed == pytest.approx(NO_ERROR | {"dW1": 1 / (2.5 + 4.25**0.5)})
    assert errors(db=bwd.db | {2: 3 * bwd.db[2]}) == pytest.approx(NO_ERROR | {"db2": 0.5})
    # A1_drop dA1_drop = [-2, -2], per example; the first twice as much, also at the switch.
    changed = errors(dA_drop=bwd.dA_drop | {1: bwd.dA_drop[1] * [2, 1]})
    apart = 2 / (20**0.5 + 8**0.5)
    assert changed == pytest.approx(NO_ERROR | {"dA1_drop": apart, "dA1": apart})


def test_the_errors_of_two_bugs_are_those_computed_by_hand():
    # Without the mask A1 dA1 is -2 four times, where [[-2, 0], [0, -2]] is right.
    leaky = check_balance(*tiny(ONE_ON, BUGS["no mask"]))
    assert leaky.where == "dA1"
    assert leaky.errors == pytest.approx(NO_ERROR | {"dA1": 8**0.5 / (4 + 8**0.5)})
    # Without the scale it is half of what is right.
    small = check_balance(*tiny(ONE_ON, BUGS["no scale"]))
    assert small.errors == pytest.approx(NO_ERROR | {"dA1": 1 / 3})


def test_lines_with_nothing_but_0_on_both_sides_are_untested():
    """All off: Z2 = b2, and only db2 has something to compare."""
    check = check_balance(*tiny([[0, 0], [0, 0]]))
    assert check.ok
    assert check.untested == ("dW2", "dA1_drop", "dA1", "dZ1", "dW1", "db1")
    # One side is enough to compare.
    leaky = check_balance(*tiny([[0, 0], [0, 0]], BUGS["no mask"]))
    assert (leaky.where, "dA1" in leaky.untested) == ("dA1", False)
    nothing = Recipe("nothing", backward=lambda dA_drop, _D, _k: 0 * dA_drop)
    assert check_balance(*tiny(ONE_ON, nothing)).untested == ("dZ1", "dW1", "db1")


@pytest.mark.parametrize(("slip", "ok"), [(1e-9, True), (3e-9, False)])
def test_wrong_means_off_by_more_than_a_billionth_of_the_two_sides_together(slip, ok):
    nearly = Recipe("nearly", backward=lambda dA_drop, D, k: (1 + slip) * dA_drop * D / k)
    assert checked(draw_case(), nearly).ok == ok


# Fact (p): the largest differences at switch 1 of the lesson network.
AT_SWITCH_1 = {
    "no mask": 1.42, "no scale": 0.232, "neither": 0.694, "scaled twice": 0.678,
    "multiplied by keep_prob": 0.277, "fresh mask": 1.42, "one minus mask": 1.16,
}  # fmt: skip


def differences(recipe):
    """The largest at switch 1, activation 1 and weights 2; and the check's own word."""
    c = lesson()
    fwd = forward(c.net, c.X, c.masks, c.keep_prob, recipe)
    bwd = backward(c.net, fwd, c.Y, recipe)
    before, after = fwd.A[1] * bwd.dA[1], fwd.A_drop[1] * bwd.dA_drop[1]
    above = np.sum((fwd.Z[2] - c.net.b[2]) * bwd.dZ[2], axis=0)
    apart = (before - after, fwd.Z[1] * bwd.dZ[1] - before, np.sum(after, axis=0) - above)
    return [np.abs(values).max() for values in apart], check_balance(c.net, fwd, bwd).where


def test_the_lesson_network_has_the_figures_of_fact_p():
    apart, where = differences(CORRECT)
    assert (max(apart) < 1e-15, where) == (True, None)
    for name, expected in AT_SWITCH_1.items():
        (switch, *others), where = differences(BUGS[name])
        assert switch == pytest.approx(expected, rel=0.005)
        assert max(others) < 1e-15
        assert where == "dA2"
    (switch, activation, weights), where = differences(BUGS["slope >= 0"])
    assert activation == pytest.approx(0.934, rel=0.005)
    assert max(switch, weights) < 1e-15
    assert where == "dZ2"
    lucky = dataclasses.replace(BUGS["no mask"], slope_from="A_drop")
    (switch, activation, _), where = differences(lucky)
    assert switch == activation == pytest.approx(0.769, rel=0.005)
    assert where == "dA2"


@pytest.mark.parametrize("layers", [(1, 2), (2,), ()])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_no_false_alarm_on_a_thousand_correct_networks_of_any_scale(
    activation, layers, rng, monkeypatch
):
    """Weights x 1e-3 to 1e3, biases up to 1e8, and room to spare below the tolerance."""
    monkeypatch.setattr(balance, "TOLERANCE", 1e-15)
    R, sizes, m = 1000, (3, 5, 4, 1), 6
    W, b = {}, {}
    for l in (1, 2, 3):
        scales = 10 ** rng.uniform((-3, 0), (3, 8), (R, 2))[..., None, None]
        W[l] = scales[:, 0] * rng.standard_normal((R, sizes[l], sizes[l - 1]))
        b[l] = scales[:, 1] * rng.standard_normal((R, sizes[l], 1))
    net, Y = Network(W, b, activation), (rng.random((1, m)) < 0.5).astype(float)
    fwd = forward(net, rng.standard_normal((3, m)), sample_masks(net, m, layers, 0.6, rng), 0.6)
    check = check_balance(net, fwd, backward(net, fwd, Y))
    assert check.where is None
    assert np.all(np.isfinite(list(check.errors.values())))


def test_no_false_alarm_where_everything_cancels():
    """Sums near 0 of large products: rounding is measured by the products, not by their sum."""
    n, rng = 1e6 * np.array([[1, -1], [1, -1]]), np.random.default_rng(0)
    for _ in range(20):
        W = {1: np.eye(2), 2: n * (1 + 1e-14 * rng.standard_normal((2, 2)))}
        net = Network(W, {1: np.zeros((2, 1)), 2: np.zeros((2, 1))}, "linear")
        fwd = forward(net, np.tile(rng.random(4), (2, 1)))
        bwd = backward(net, fwd, [[1, 1, 0, 0], [0, 0, 1, 1]])
        other_order = {l: (dZ @ np.full((4, 1), 0.25)) for l, dZ in bwd.dZ.items()}
        assert check_balance(net, fwd, dataclasses.replace(bwd, db=other_order)).ok


@pytest.mark.parametrize("kind", ["dA_drop", "dA", "dZ", "dW", "db"])
def test_a_backward_pass_that_does_not_fit_is_refused_in_a_sentence(kind):
    c = draw_case()
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    bwd = backward(c.net, fwd, c.Y)
    gradients = getattr(bwd, kind)
    above = {l: values for l, values in gradients.items() if l > 1}
    for changed in (above, above | {1: gradients[1][1:]}, above | {1: None}, gradients | {9: 0}):
        shapes = [{l: np.shape(v) for l, v in arrays.items()} for arrays in (gradients, changed)]
        message = f"bwd.{kind}: expected the shapes {shapes[0]}, got {shapes[1]}"
        with pytest.raises(ValueError, match=re.escape(message)):
            check_balance(c.net, fwd, dataclasses.replace(bwd, **{kind: changed}))
