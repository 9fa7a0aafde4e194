"""How fast the mathematics is, on one thread: beside PyTorch, and beside what cannot be avoided."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

for _library in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"  # before numpy is imported

import numpy as np
from measure import Row, medians, one, seconds

from dropout_lab.core.doors import Array
from dropout_lab.core.gradcheck import check_gradients
from dropout_lab.core.network import Network
from dropout_lab.core.passes import sample_masks
from dropout_lab.experiments.data import football
from dropout_lab.experiments.training import stacked, train

torch: Any = import_module("torch") if find_spec("torch") else None
if torch:
    torch.set_num_threads(1)

SIZES = (2, 20, 3, 1)  # the course's regularization assignment
Tasks = dict[str, Callable[[], object]]
KEEP_PROB, RATE, SEEDS = 0.86, 0.3, 32
POINTS = football(np.random.default_rng(0)).train


def training_steps(steps: int) -> Tasks:
    """So many steps of gradient descent on 211 examples with two dropout layers."""
    nets = [Network.random(SIZES, rng=np.random.default_rng(seed)) for seed in range(SEEDS)]
    return {
        "ours": partial(our_steps, nets[0], steps),
        "seeds": partial(our_steps, stacked(nets), steps),
        "floor": partial(bare_steps, nets[0], steps),
        "floor of seeds": partial(bare_steps, stacked(nets), steps),
        **({"torch": partial(torch_steps, steps)} if torch else {}),
    }


def our_steps(net: Network, steps: int) -> Network:
    """Ours, as the lessons and labs train."""
    how: dict[str, Any] = {"layers": (1, 2), "keep_prob": KEEP_PROB, "learning_rate": RATE}
    rng = np.random.default_rng(0)
    *_, last = train(net, POINTS.X, POINTS.Y, iterations=steps, every=steps, rng=rng, **how)
    return last.net


def bare_steps(net: Network, steps: int) -> None:
    """Only the matrix products and the random numbers of a step: what no numpy code can avoid."""
    rng, X, W = np.random.default_rng(0), POINTS.X, net.W
    A: dict[int, Array] = {0: X}
    for l, n in enumerate(net.sizes[1:], start=1):
        A[l] = rng.random((*net.batch, n, X.shape[1]))
    for _ in range(steps):
        for l in (1, 2):
            rng.random(A[l].shape)
        for l in (1, 2, 3):
            W[l] @ A[l - 1]
        for l in (3, 2, 1):
            A[l] @ A[l - 1].mT
        for l in (3, 2):
            W[l].mT @ A[l]


def torch_steps(steps: int) -> None:
    """What a tutorial in PyTorch writes, in float32."""
    torch.manual_seed(0)
    layers = []
    for before, n in pairwise(SIZES[:-1]):
        layers += [torch.nn.Linear(before, n), torch.nn.ReLU(), torch.nn.Dropout(1 - KEEP_PROB)]
    model = torch.nn.Sequential(*layers, torch.nn.Linear(*SIZES[-2:]))
    descent = torch.optim.SGD(model.parameters(), lr=RATE)
    loss = torch.nn.BCEWithLogitsLoss()
    X, Y = (torch.tensor(values.T, dtype=torch.float32) for values in (POINTS.X, POINTS.Y))
    for _ in range(steps):
        descent.zero_grad()
        loss(model(X), Y).backward()
        descent.step()


def gradient_checks() -> Tasks:
    """The check of a 4-6-5-1 network with 32 examples: 71 parameters, each up and down."""
    rng = np.random.default_rng(0)
    net = Network.random((4, 6, 5, 1), rng=rng)
    X, Y = rng.standard_normal((4, 32)), (rng.random((1, 32)) < 0.5).astype(float)
    masks = sample_masks(net, 32, (1, 2), 0.7, rng)
    passes = 2 * sum(values.size for values in (*net.W.values(), *net.b.values()))
    nudged = {l: rng.random((passes, *W.shape)) for l, W in net.W.items()}

    def bare(W: Mapping[int, Array]) -> Array:
        A = X
        for l in (1, 2):
            A = np.maximum(W[l] @ A + net.b[l], 0) * masks[l] / 0.7
        Z = W[3] @ A + net.b[3]
        return np.asarray(np.mean(np.logaddexp(0, Z) - Y * Z, axis=(-2, -1)))

    return {
        "ours": lambda: check_gradients(net, X, Y, masks, 0.7),
        "loop": lambda: [bare(net.W) for _ in range(passes)],
        "floor": lambda: bare(nudged),
    }


def timed(tasks: Tasks, rounds: int) -> dict[str, float]:
    """Median seconds of each task, in turns."""
    return medians({name: partial(seconds, task) for name, task in tasks.items()}, rounds)


def rows(short: bool) -> list[Row]:
    """A training step, and the gradient check that runs at every move."""
    steps = 5 if short else 200
    step = timed(training_steps(steps), 1 if short else 25)
    check = timed(gradient_checks(), 1 if short else 200)
    step = {name: seconds / steps for name, seconds in step.items()}
    ours, products = step["ours"], "its matrix products and random numbers"
    return [
        *([one("a training step", "PyTorch eager", ours, step["torch"])] if torch else []),
        one("a training step", products, ours, step["floor"]),
        one(f"the same for {SEEDS} seeds at once", products, step["seeds"], step["floor of seeds"]),
        one("the gradient check", "the usual loop in bare numpy", check["ours"], check["loop"]),
        one("the gradient check", "one batched pass in bare numpy", check["ours"], check["floor"]),
    ]  # fmt: skip
