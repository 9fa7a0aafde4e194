"""Another library's gradients of a head of attention."""

import numpy as np
import pytest

from dropout_lab.experiments.attention import attention_backward, attention_case


def test_pytorch_writes_the_same_gradients():
    torch = pytest.importorskip("torch", reason="PyTorch is an optional extra")
    fwd, dO = attention_case()
    Q, K, V = (torch.tensor(x, requires_grad=True) for x in (fwd.Q, fwd.K, fwd.V))
    P = torch.softmax(Q @ K.T / fwd.Q.shape[1] ** 0.5, dim=1)
    O = P * torch.tensor(fwd.D) / fwd.keep_prob @ V
    O.backward(torch.tensor(dO))
    bwd = attention_backward(fwd, dO)
    for name, leaf in (("dQ", Q), ("dK", K), ("dV", V)):
        np.testing.assert_allclose(getattr(bwd, name), leaf.grad.numpy(), atol=1e-12)
