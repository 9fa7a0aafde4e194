"""The table of notebook 08 (how PyTorch, Keras and JAX/Flax name dropout, and how it is switched), and
that of notebook 11 (how PyTorch writes the way back, and believes a wrong one).

pip install -e ".[libraries,test]"; pytest tests/monthly/*.py
"""

import os

import numpy as np
import pytest
import torch
from flax import linen
from torch.utils.checkpoint import checkpoint

from dropout_lab.experiments.attention import attention_backward, attention_case

os.environ.setdefault("KERAS_BACKEND", "torch")
import jax
import keras

ONES = np.ones((400, 500), dtype=np.float32)


def test_pytorch_drops_p_in_training_mode_and_nothing_after_eval():
    layer, x = torch.nn.Dropout(p=0.2), torch.from_numpy(ONES)
    torch.manual_seed(0)
    out = layer(x)
    assert abs((out != 0).float().mean().item() - 0.8) < 0.01  # p drops: keep_prob is 1 - p
    assert torch.allclose(out[out != 0], torch.tensor(1 / 0.8))  # and it is inverted dropout
    layer.eval()
    assert torch.equal(layer(x), x)
    layer.train()
    assert not torch.equal(layer(x), x)


def test_pytorch_s_function_does_not_know_eval():

    class Net(torch.nn.Module):
        def forward(self, x, told=False):
            drop = torch.nn.functional.dropout
            return drop(x, 0.5, training=self.training) if told else drop(x, 0.5)

    net, x = Net().eval(), torch.from_numpy(ONES)
    assert not torch.equal(net(x), x)
    assert torch.equal(net(x, told=True), x)


def test_pytorch_sends_the_gradient_back_through_the_same_switches():
    x = torch.from_numpy(ONES.copy()).requires_grad_()
    out = torch.nn.functional.dropout(x, 0.3)
    out.sum().backward()
    assert torch.equal(x.grad, out.detach())  # D / keep_prob, both ways


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras's own, with numpy 2
def test_keras_drops_rate_when_training_and_nothing_otherwise():
    layer = keras.layers.Dropout(rate=0.2, seed=0)
    out = keras.ops.convert_to_numpy(layer(ONES, training=True))
    assert abs((out != 0).mean() - 0.8) < 0.01
    assert np.allclose(out[out != 0], 1 / 0.8)
    assert np.array_equal(keras.ops.convert_to_numpy(layer(ONES, training=False)), ONES)


def test_flax_drops_rate_unless_deterministic_and_a_key_gives_one_mask():
    layer = linen.Dropout(rate=0.2)
    key, other = jax.random.split(jax.random.key(0))

    def run(rng):
        return np.asarray(layer.apply({}, ONES, deterministic=False, rngs={"dropout": rng}))

    assert abs((run(key) != 0).mean() - 0.8) < 0.01
    assert np.allclose(run(key)[run(key) != 0], 1 / 0.8)
    assert np.array_equal(run(key), run(key))  # same key, same mask, every step
    assert not np.array_equal(run(key), run(other))
    assert np.array_equal(np.asarray(layer.apply({}, ONES, deterministic=True)), ONES)


def passes_in_pytorch(drop=None):
    """Notebook 11's lines: one layer of dropout, tanh, all its gradients in between retained."""
    rng, keep_prob = np.random.default_rng(0), 0.7
    W1, X, W2 = (torch.from_numpy(rng.standard_normal(shape)) for shape in ((6, 4), (4, 9), (1, 6)))
    D1 = torch.from_numpy(rng.random((6, 9)) < keep_prob)
    W1.requires_grad_()
    A1 = torch.tanh(W1 @ X)
    A1.retain_grad()
    A1_drop = drop(A1, D1, keep_prob) if drop else A1 * D1 / keep_prob
    A1_drop.retain_grad()
    (W2 @ A1_drop - 1).square().sum().backward()
    return A1, D1, A1_drop, keep_prob


def test_pytorch_writes_the_line_and_its_gradient_after_the_switch_is_zero_nowhere():
    """Fact (o)."""
    A1, D1, A1_drop, keep_prob = passes_in_pytorch()
    assert (~D1).any()
    assert torch.equal(A1.grad, A1_drop.grad * D1 / keep_prob)
    assert A1_drop.grad[~D1].all()
    assert "Div" in type(A1_drop.grad_fn).__name__  # what it came from
    assert A1_drop.grad_fn.next_functions


def test_pytorch_believes_a_hand_written_way_back_and_gradcheck_does_not():

    class Dropout(torch.autograd.Function):
        @staticmethod
        def forward(ctx, A, D, keep_prob):
            ctx.save_for_backward(D)
            ctx.keep_prob = keep_prob
            return A * D / keep_prob

        @staticmethod
        def backward(ctx, dA_drop):
            (D,) = ctx.saved_tensors
            return dA_drop * D / ctx.keep_prob, None, None

    class Unchanged(Dropout):
        @staticmethod
        def backward(_ctx, dA_drop):
            return dA_drop, None, None

    right, *_ = passes_in_pytorch()
    mine, *_ = passes_in_pytorch(Dropout.apply)
    assert torch.equal(mine.grad, right.grad)
    wrong, D1, wrong_drop, keep_prob = passes_in_pytorch(Unchanged.apply)  # and nothing is said
    assert torch.equal(wrong.grad, wrong_drop.grad)
    assert not torch.allclose(wrong.grad, right.grad)
    A = torch.rand(6, 9, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(Dropout.apply, (A, D1, keep_prob))
    with pytest.raises(RuntimeError, match="mismatch"):
        torch.autograd.gradcheck(Unchanged.apply, (A, D1, keep_prob))


def test_pytorch_s_checkpoint_draws_the_same_switches_again_unless_told_not_to():

    def run(**how):
        torch.manual_seed(0)
        x = torch.linspace(-1, 1, 500, dtype=torch.float64, requires_grad=True)

        def layer(x):
            return torch.nn.functional.dropout(torch.tanh(x), 0.3)

        out = checkpoint(layer, x, use_reentrant=False, **how) if how else layer(x)
        out.square().sum().backward()
        return out.detach(), x.grad

    out, true = run()
    for kept in (True, False):
        again, gradient = run(preserve_rng_state=kept)
        assert torch.equal(again, out)
        assert torch.equal(gradient, true) == kept


def test_pytorch_writes_the_same_gradients_of_attention():
    fwd, dO = attention_case()
    Q, K, V = (torch.tensor(x, requires_grad=True) for x in (fwd.Q, fwd.K, fwd.V))
    P = torch.softmax(Q @ K.T / fwd.Q.shape[1] ** 0.5, dim=1)
    O = P * torch.tensor(fwd.D) / fwd.keep_prob @ V
    O.backward(torch.tensor(dO))
    bwd = attention_backward(fwd, dO)
    for name, leaf in (("dQ", Q), ("dK", K), ("dV", V)):
        np.testing.assert_allclose(getattr(bwd, name), leaf.grad.numpy(), atol=1e-12)
