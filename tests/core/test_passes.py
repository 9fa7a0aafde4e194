"""The passes against numbers published elsewhere, another library, and their own rules."""

import dataclasses

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from cases import draw_case, error_between
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.dropout import sample_mask
from dropout_lab.core.network import Network
from dropout_lab.core.passes import backward, forward, loss, predict, resume, sample_masks
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import course_backward_case, course_case


def test_forward_gives_the_published_output_of_the_course():
    case = course_case()
    fwd = forward(case.net, case.X, case.masks, case.keep_prob)
    assert fwd.D[1].astype(int).tolist() == [[1, 0, 1, 1, 1], [1, 1, 1, 1, 1]]
    assert fwd.D[2].astype(int).tolist() == [[1, 1, 1, 0, 1], [1, 1, 1, 1, 1], [0, 0, 1, 1, 0]]
    published = [[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]]
    np.testing.assert_allclose(fwd.output, published, atol=5e-9)


@pytest.mark.parametrize("recipe", [CORRECT, BUGS["slope from dropped A"]])
def test_backward_gives_the_published_gradients_of_the_course(recipe):
    """Its forward pass was made with keep_prob 0.5, its backward pass is called with 0.8."""
    case = course_backward_case()
    fwd = forward(case.net, case.X, case.masks, case.keep_prob)
    bwd = backward(case.net, dataclasses.replace(fwd, keep_prob=0.8), case.Y, recipe)
    first_rows = {
        1: [0.36544439, 0, -0.00188233, 0, -0.17408748],
        2: [0.58180856, 0, -0.00299679, 0, -0.27715731],
    }
    for l, row in first_rows.items():
        np.testing.assert_allclose(bwd.dA[l][0], row, atol=2e-8)


def reference_loss(parameters, X, Y, masks, keep_prob, activation):
    """The same network written once more, for autograd: no line of it is ours."""
    g = {
        "relu": lambda Z: anp.maximum(Z, 0),
        "leaky_relu": lambda Z: anp.where(Z > 0, Z, 0.01 * Z),
        "tanh": anp.tanh,
        "sigmoid": lambda Z: 1 / (1 + anp.exp(-Z)),
        "linear": lambda Z: Z,
    }[activation]
    A, L = X, len(parameters)
    for l, (W, b) in enumerate(parameters, start=1):
        Z = anp.dot(W, A) + b
        A = g(Z) if l < L else 1 / (1 + anp.exp(-Z))
        if l in masks:
            A = A * masks[l] / keep_prob
    return -anp.mean(Y * anp.log(A) + (1 - Y) * anp.log(1 - A))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("layers", [(), (1,), (2,), (1, 2)])
def test_gradients_agree_with_automatic_differentiation(activation, layers):
    c = draw_case(activation, layers=layers, keep_prob=0.3)
    parameters = [(c.net.W[l], c.net.b[l]) for l in c.net.W]
    args = (c.X, c.Y, c.masks, c.keep_prob, activation)
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    bwd = backward(c.net, fwd, c.Y)
    np.testing.assert_allclose(loss(fwd, c.Y), reference_loss(parameters, *args), rtol=1e-12)
    for l, (dW, db) in enumerate(autograd.grad(reference_loss)(parameters, *args), start=1):
        np.testing.assert_allclose(bwd.dW[l], dW, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(bwd.db[l], db, rtol=1e-9, atol=1e-12)


def test_a_dropped_unit_has_zero_gradient_before_its_switch_and_not_after():
    c = draw_case()
    bwd = backward(c.net, forward(c.net, c.X, c.masks, c.keep_prob), c.Y)
    for l, D in c.masks.items():
        assert np.all(bwd.dA[l][~D] == 0)
        assert np.all(bwd.dA_drop[l][~D] != 0)
        np.testing.assert_allclose(bwd.dA[l][D], bwd.dA_drop[l][D] / c.keep_prob)


def off_everywhere(activation):
    """Fact (a): one unit of each layer off in every example."""
    c = draw_case(activation, seed=1)
    masks = {l: D.copy() for l, D in c.masks.items()}
    masks[1][2], masks[2][1] = False, False
    return c, masks, forward(c.net, c.X, masks, c.keep_prob)


@pytest.mark.parametrize("name", ["correct", "no mask"])
def test_only_outgoing_weight_gradients_vanish_by_themselves(name):
    recipe = {"correct": CORRECT}.get(name) or BUGS[name]
    c, _, fwd = off_everywhere("tanh")
    bwd = backward(c.net, fwd, c.Y, recipe)
    assert np.all(bwd.dW[3][:, 1] == 0)
    assert np.all(bwd.dW[2][:, 2] == 0)
    own = [bwd.dA[2][1], bwd.dW[2][1], bwd.db[2][1], bwd.dA[1][2], bwd.dW[1][2], bwd.db[1][2]]
    zero = [bool(np.all(values == 0)) for values in own]
    assert zero == [name == "correct"] * 6


def test_with_keep_prob_1_dropout_is_not_there():
    c = draw_case(keep_prob=1.0)
    fwd, plain = forward(c.net, c.X, c.masks, 1.0), forward(c.net, c.X)
    np.testing.assert_array_equal(fwd.output, plain.output)
    with_dropout, without = backward(c.net, fwd, c.Y), backward(c.net, plain, c.Y)
    assert error_between(with_dropout, without) == 0


def test_every_array_has_its_own_name_and_a_layer_without_dropout_passes_through():
    c = draw_case(layers=(1,))
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    bwd = backward(c.net, fwd, c.Y)
    assert list(fwd.Z) == [1, 2, 3]
    assert list(fwd.A) == [0, 1, 2, 3]
    assert list(fwd.A_drop) == [0, 1, 2]
    assert list(fwd.D) == [1]
    assert list(bwd.dA) == list(bwd.dA_drop) == [1, 2]
    assert list(bwd.dZ) == list(bwd.dW) == list(bwd.db) == [1, 2, 3]
    assert fwd.A_drop[2] is fwd.A[2]
    assert bwd.dA[2] is bwd.dA_drop[2]
    np.testing.assert_array_equal(fwd.A[0], c.X)
    for l in fwd.Z:
        np.testing.assert_array_equal(fwd.Z[l], c.net.W[l] @ fwd.A_drop[l - 1] + c.net.b[l])


def test_nothing_recorded_can_be_changed_and_nothing_given_is_locked():
    c = draw_case()
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    bwd = backward(c.net, fwd, c.Y)
    for arrays in (fwd.Z, fwd.A, fwd.A_drop, *vars(bwd).values()):
        for values in arrays.values():
            with pytest.raises(ValueError, match="read-only"):
                values[0, 0] = 1
    c.X[0, 0] = 5.0
    c.masks[1][0, 0] = True


@given(st.integers(0, 200), st.sampled_from([0, 1, 2]))
def test_resume_is_the_rest_of_the_same_pass(seed, l):
    c = draw_case(seed=seed % 5)
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    same = resume(c.net, fwd, l, fwd.A_drop[l])
    np.testing.assert_array_equal(same.output, fwd.output)
    changed = resume(c.net, fwd, l, fwd.A_drop[l] + np.random.default_rng(seed).random())
    assert not np.allclose(changed.output, fwd.output)
    for name in ("Z", "A", "A_drop", "D"):
        assert list(getattr(changed, name)) == list(getattr(fwd, name))


def test_a_nudge_after_the_switch_moves_the_loss_by_dA_drop_and_before_it_by_dA():
    c = draw_case()
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    bwd = backward(c.net, fwd, c.Y)
    eps, (i, j) = 1e-6, next(zip(*np.nonzero(~c.masks[1]), strict=True))

    def moved_by(before, after):
        A = fwd.A[1].copy()
        A[i, j] += before
        sent = A * c.masks[1] / c.keep_prob
        sent[i, j] += after
        losses = loss(resume(c.net, fwd, 1, sent), c.Y, per_example=True)
        return losses[j] - loss(fwd, c.Y, per_example=True)[j]

    assert moved_by(eps, 0) == 0
    np.testing.assert_allclose(moved_by(0, eps) / eps, bwd.dA_drop[1][i, j], rtol=1e-4)


def test_resume_names_the_layers_it_can_resume_from():
    c = draw_case()
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    with pytest.raises(ValueError, match="layers 0 to 2"):
        resume(c.net, fwd, 3, fwd.A[3])
    with pytest.raises(ValueError, match="expected shape"):
        resume(c.net, fwd, 1, fwd.A[2])


def test_leading_axes_run_many_masks_and_many_networks_at_once(rng):
    c = draw_case()
    K = 3
    masks = {l: sample_mask((K, c.net.sizes[l], 8), 0.6, rng) for l in (1, 2)}
    shared = {l: sample_mask((K, c.net.sizes[l], 1), 0.6, rng) for l in (1, 2)}
    nets = [Network.random(c.net.sizes, "tanh", rng=rng) for _ in range(K)]
    many = Network(
        {l: np.stack([net.W[l] for net in nets]) for l in (1, 2, 3)},
        {l: np.stack([net.b[l] for net in nets]) for l in (1, 2, 3)},
        "tanh",
    )
    for net, D in ((c.net, masks), (c.net, shared), (many, masks), (many, c.masks)):
        together = forward(net, c.X, D, 0.6)
        grads = backward(net, together, c.Y)
        losses = loss(together, c.Y)
        for k in range(K):
            one = nets[k] if net is many else net
            D_k = {l: mask[k] if mask.ndim == 3 else mask for l, mask in D.items()}
            alone = forward(one, c.X, D_k, 0.6)
            np.testing.assert_allclose(together.output[k], alone.output)
            np.testing.assert_allclose(losses[k], loss(alone, c.Y))
            for l, dW in backward(one, alone, c.Y).dW.items():
                np.testing.assert_allclose(grads.dW[l][k], dW, atol=1e-15)


def test_the_loss_keeps_its_digits_when_the_sigmoid_saturates():
    net = Network({1: [[1000.0]]}, {1: [[0.0]]})
    fwd = forward(net, [[1.0, -1.0]])
    assert loss(fwd, [[0, 1]]) == 1000
    assert loss(fwd, [[1, 0]], per_example=True).tolist() == [0, 0]
    almost = forward(Network({1: [[40.0]]}, {1: [[0.0]]}), [[1.0, -1.0]])
    small = loss(almost, [[1, 0]], per_example=True)
    np.testing.assert_allclose(small, np.exp(-40), rtol=1e-12)


def test_test_time_mistakes_show_in_the_prediction(rng):
    c = draw_case()
    right = predict(c.net, c.X, 0.6)
    noisy = [predict(c.net, c.X, 0.6, BUGS["on at test time"], rng) for _ in range(2)]
    assert not np.allclose(*noisy)
    scaled = predict(c.net, c.X, 0.6, BUGS["scaled again at test time"])
    assert not np.allclose(scaled, right)
    with pytest.raises(TypeError, match="rng must be a random generator"):
        predict(c.net, c.X, 0.6, BUGS["on at test time"])


def test_only_the_layers_with_dropout_are_scaled_or_dropped_again_at_test_time():
    c, again = draw_case(), BUGS["scaled again at test time"]
    on, given = forward(c.net, c.X), c.X.copy()

    def output(A2):
        return 1 / (1 + np.exp(-(c.net.W[3] @ A2 + c.net.b[3])))

    np.testing.assert_array_equal(predict(c.net, c.X, 0.5, layers=[1, 2]), on.output)
    scaled = predict(c.net, c.X, 0.5, again, layers=[2])
    np.testing.assert_allclose(scaled, output(0.5 * on.A[2]))
    A2 = np.tanh(c.net.W[2] @ (0.5 * on.A[1]) + c.net.b[2])
    np.testing.assert_allclose(predict(c.net, c.X, 0.5, again), output(0.5 * A2))
    with pytest.raises(ValueError, match="layer 3 cannot have dropout"):
        predict(c.net, c.X, 0.5, layers=[3])
    np.testing.assert_array_equal(c.X, given)


def test_masks_are_drawn_in_ascending_order_from_one_generator():
    net = course_case().net
    masks = sample_masks(net, 5, (2, 1), 0.7, np.random.default_rng(3))
    rng = np.random.default_rng(3)
    np.testing.assert_array_equal(masks[1], sample_mask((2, 5), 0.7, rng))
    np.testing.assert_array_equal(masks[2], sample_mask((3, 5), 0.7, rng))
    assert list(forward(net, np.ones((3, 5)), {2: masks[2], 1: masks[1]}, 0.7).D) == [1, 2]


def test_each_of_many_networks_gets_masks_of_its_own(rng):
    c = draw_case()
    many = Network({l: np.stack([W] * 3) for l, W in c.net.W.items()}, c.net.b, "tanh")
    masks = sample_masks(many, 8, (1, 2), 0.6, rng)
    assert {l: D.shape for l, D in masks.items()} == {1: (3, 5, 8), 2: (3, 6, 8)}


def test_what_is_resumed_goes_on_with_the_recipe_it_began_with():
    c = draw_case()
    fwd = forward(c.net, c.X, c.masks, c.keep_prob, BUGS["wrong scale"])
    same = resume(c.net, fwd, 1, fwd.A_drop[1])
    np.testing.assert_array_equal(same.output, fwd.output)
    assert same.recipe is fwd.recipe


def test_whole_numbers_are_taken_as_numbers_with_digits():
    c = draw_case()
    X = np.arange(c.X.size).reshape(c.X.shape) % 3
    fwd, same = (forward(c.net, values, c.masks, 0.6) for values in (X, X.astype(float)))
    assert fwd.A[0].dtype == float
    np.testing.assert_array_equal(fwd.output, same.output)
    nudged = resume(c.net, fwd, 0, X)
    assert nudged.A_drop[0].dtype == float
