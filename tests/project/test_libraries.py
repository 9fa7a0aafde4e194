"""The table of notebook 08: how PyTorch, Keras and JAX/Flax name dropout, and how it is switched.

Each test runs where its library is installed: pip install -e ".[libraries]".
"""

import os

import numpy as np
import pytest

ONES = np.ones((400, 500), dtype=np.float32)


def test_pytorch_drops_p_in_training_mode_and_nothing_after_eval():
    torch = pytest.importorskip("torch", reason="PyTorch is an optional extra")
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
    torch = pytest.importorskip("torch", reason="PyTorch is an optional extra")

    class Net(torch.nn.Module):
        def forward(self, x, told=False):
            drop = torch.nn.functional.dropout
            return drop(x, 0.5, training=self.training) if told else drop(x, 0.5)

    net, x = Net().eval(), torch.from_numpy(ONES)
    assert not torch.equal(net(x), x)
    assert torch.equal(net(x, told=True), x)


def test_pytorch_sends_the_gradient_back_through_the_same_switches():
    torch = pytest.importorskip("torch", reason="PyTorch is an optional extra")
    x = torch.from_numpy(ONES.copy()).requires_grad_()
    out = torch.nn.functional.dropout(x, 0.3)
    out.sum().backward()
    assert torch.equal(x.grad, out.detach())  # D / keep_prob, both ways


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras's own, with numpy 2
def test_keras_drops_rate_when_training_and_nothing_otherwise():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    pytest.importorskip("torch", reason="Keras needs a backend; PyTorch is an optional extra")
    keras = pytest.importorskip("keras", reason="Keras is an optional extra")
    layer = keras.layers.Dropout(rate=0.2, seed=0)
    out = keras.ops.convert_to_numpy(layer(ONES, training=True))
    assert abs((out != 0).mean() - 0.8) < 0.01
    assert np.allclose(out[out != 0], 1 / 0.8)
    assert np.array_equal(keras.ops.convert_to_numpy(layer(ONES, training=False)), ONES)


def test_flax_drops_rate_unless_deterministic_and_a_key_gives_one_mask():
    jax = pytest.importorskip("jax", reason="JAX is an optional extra")
    linen = pytest.importorskip("flax.linen", reason="Flax is an optional extra")
    layer = linen.Dropout(rate=0.2)
    key, other = jax.random.split(jax.random.key(0))

    def run(rng):
        return np.asarray(layer.apply({}, ONES, deterministic=False, rngs={"dropout": rng}))

    assert abs((run(key) != 0).mean() - 0.8) < 0.01
    assert np.allclose(run(key)[run(key) != 0], 1 / 0.8)
    assert np.array_equal(run(key), run(key))  # same key, same mask, every step
    assert not np.array_equal(run(key), run(other))
    assert np.array_equal(np.asarray(layer.apply({}, ONES, deterministic=True)), ONES)
