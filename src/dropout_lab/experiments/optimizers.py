"""An optimizer turns a gradient into a step; what it remembers of earlier gradients it hands back.

    "gd"    v = momentum v + g                        w <- w - learning_rate (v + weight_decay w)
    "adam"  m = .9 m + .1 g;  v = .999 v + .001 g^2   w <- w - learning_rate (m^ / (sqrt(v^) + 1e-8)
            m^ = m / (1 - .9^t);  v^ = v / (1 - .999^t)                      + weight_decay w)

A unit that is off has the gradient 0, and its weights still move under momentum, under Adam and under
weight decay: none of the three asks this step's gradient for permission. All parameters stand in one
row, so each rule is written once. Weight decay is decoupled (for "gd" without momentum that is the
same as the L2 penalty weight_decay ||W||^2 / 2) and spares the biases, as in the course.

Sources: Kingma and Ba 2014, https://arxiv.org/abs/1412.6980; decoupled weight decay: Loshchilov and
Hutter 2017, https://arxiv.org/abs/1711.05101. The momentum is PyTorch's and not the course's, whose
v = momentum v + (1 - momentum) g needs another learning rate for the same path.
"""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from dropout_lab.core.doors import Array, check_one_of
from dropout_lab.core.network import Network, as_row

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
OPTIMIZERS = ("gd", "adam")


@dataclass(frozen=True)
class Memory:
    """What is left of earlier gradients after t steps: their running sum or mean, and mean square."""

    t: int
    first: Array
    second: Array


@dataclass(frozen=True)
class Optimizer:
    """One of the two rules, with its numbers.

    Raises ValueError for an unknown name, learning_rate <= 0 or not finite, momentum outside [0, 1) or
    given to Adam, which has its own, or a negative weight_decay; TypeError for what is not a number.
    """

    name: str = "gd"
    learning_rate: float = 0.1
    momentum: float = 0.0
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        check_one_of(self.name, OPTIMIZERS, "optimizer")
        for name in ("learning_rate", "momentum", "weight_decay"):
            _check_finite(getattr(self, name), name)
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate must be above 0; got {self.learning_rate!r}")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"momentum must be in [0, 1); got {self.momentum!r}")
        if self.momentum and self.name == "adam":
            raise ValueError(
                f"Adam has a momentum of its own, {BETA1}; leave momentum out (got {self.momentum!r})"
            )
        if self.weight_decay < 0:
            raise ValueError(f"weight_decay must be 0 or more; got {self.weight_decay!r}")

    def start(self, w: Array) -> Memory:
        """The memory before the first step."""
        return Memory(0, np.zeros_like(w), np.zeros_like(w))

    def step(
        self, w: Array, g: Array, memory: Memory, decays: Array | float = 1.0
    ) -> tuple[Array, Memory]:
        """The parameters w (..., P) after one step along their gradient g, and the new memory.

        decays (P,) is 1 where weight decay applies and 0 where it does not.
        """
        direction, remembered = (_adam if self.name == "adam" else self._gd)(g, memory)
        if self.weight_decay:
            direction = direction + self.weight_decay * decays * w
        return w - self.learning_rate * direction, remembered

    def _gd(self, g: Array, memory: Memory) -> tuple[Array, Memory]:
        velocity = self.momentum * memory.first + g if self.momentum else g
        return velocity, Memory(memory.t + 1, velocity, memory.second)


def _adam(g: Array, memory: Memory) -> tuple[Array, Memory]:
    t = memory.t + 1
    first = BETA1 * memory.first + (1 - BETA1) * g
    second = BETA2 * memory.second + (1 - BETA2) * g**2
    unbiased = np.sqrt(second / (1 - BETA2**t))
    return first / (1 - BETA1**t) / (unbiased + EPSILON), Memory(t, first, second)


def _check_finite(value: object, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number; got {value!r} ({type(value).__name__})")
    if not np.isfinite(float(value)):
        raise ValueError(f"{name} must be finite; got {value!r}")


def is_weight(net: Network) -> Array:
    """The row (P,) of one network with 1 for each weight and 0 for each bias."""
    ones = {l: np.ones(W.shape[-2:]) for l, W in net.W.items()}
    return as_row(ones, {l: np.zeros(b.shape[-2:]) for l, b in net.b.items()})
