"""How fast the mathematics is, on one thread: beside PyTorch, and beside what cannot be avoided.

    python benchmarks/mathematics.py [--short]

PyTorch is optional (`pip install torch`); without it its rows are left out.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

for _library in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"  # before numpy is imported

import numpy as np
from measure import Task, compare, in_turns, machine

from dropout_lab.core.doors import Array, Rng
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.gradcheck import check_gradients, numerical_gradients
from dropout_lab.core.network import Network
from dropout_lab.core.passes import forward, loss, sample_masks
from dropout_lab.experiments.data import football, lesson
from dropout_lab.experiments.training import stacked, train
from dropout_lab.labs._step_through import StepThrough

torch: Any = import_module("torch") if find_spec("torch") else None
if torch:
    torch.set_num_threads(1)

SIZES = (2, 20, 3, 1)  # the course's regularization assignment
KEEP_PROB, RATE = 0.86, 0.3
SEEDS = 32
POINTS = football(np.random.default_rng(0)).train


def training_steps(steps: int) -> dict[str, Task]:
    """So many steps of gradient descent on 211 examples with two dropout layers."""
    nets = [Network.random(SIZES, rng=np.random.default_rng(seed)) for seed in range(SEEDS)]
    tasks: dict[str, Task] = {
        "ours": partial(our_steps, nets[0], steps),
        "ours, 32 seeds": partial(our_steps, stacked(nets), steps),
        "written out by hand": partial(steps_by_hand, nets[0], steps),
        "floor": partial(bare_steps, nets[0], steps),
        "floor, 32 seeds": partial(bare_steps, stacked(nets), steps),
    }
    if torch:
        tasks["PyTorch eager, float32"] = partial(torch_steps, steps, torch.float32)
        tasks["PyTorch eager, float64"] = partial(torch_steps, steps, torch.float64)
    return tasks


def our_steps(net: Network, steps: int) -> Network:
    """Ours, as the lessons and labs train."""
    *_, last = train(
        net,
        POINTS.X,
        POINTS.Y,
        layers=(1, 2),
        keep_prob=KEEP_PROB,
        iterations=steps,
        learning_rate=RATE,
        rng=np.random.default_rng(0),
        every=steps,
    )
    return last.net


def steps_by_hand(net: Network, steps: int) -> list[Array]:
    """The same numbers without a library: no check, no recipe, nothing kept or given a name for later."""
    rng, X, Y, m = np.random.default_rng(0), POINTS.X, POINTS.Y, POINTS.X.shape[1]
    W1, W2, W3, b1, b2, b3 = *net.W.values(), *net.b.values()
    for _ in range(steps):
        D1 = rng.random((20, m)) < KEEP_PROB
        D2 = rng.random((3, m)) < KEEP_PROB
        Z1 = W1 @ X + b1
        A1 = np.maximum(Z1, 0) * D1 / KEEP_PROB
        Z2 = W2 @ A1 + b2
        A2 = np.maximum(Z2, 0) * D2 / KEEP_PROB
        dZ3 = 1 / (1 + np.exp(-(W3 @ A2 + b3))) - Y
        dZ2 = W3.T @ dZ3 * D2 / KEEP_PROB * (Z2 > 0)
        dZ1 = W2.T @ dZ2 * D1 / KEEP_PROB * (Z1 > 0)
        W1, b1 = W1 - RATE * (dZ1 @ X.T / m), b1 - RATE * (dZ1.sum(axis=1, keepdims=True) / m)
        W2, b2 = W2 - RATE * (dZ2 @ A1.T / m), b2 - RATE * (dZ2.sum(axis=1, keepdims=True) / m)
        W3, b3 = W3 - RATE * (dZ3 @ A2.T / m), b3 - RATE * (dZ3.sum(axis=1, keepdims=True) / m)
    return [W1, W2, W3, b1, b2, b3]


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


def torch_steps(steps: int, precision: Any) -> None:
    """What a tutorial in PyTorch writes."""
    torch.manual_seed(0)
    layers = []
    for before, n in pairwise(SIZES[:-1]):
        layers += [torch.nn.Linear(before, n), torch.nn.ReLU(), torch.nn.Dropout(1 - KEEP_PROB)]
    model = torch.nn.Sequential(*layers, torch.nn.Linear(*SIZES[-2:])).to(precision)
    descent = torch.optim.SGD(model.parameters(), lr=RATE)
    loss = torch.nn.BCEWithLogitsLoss()
    X, Y = (torch.tensor(values.T, dtype=precision) for values in (POINTS.X, POINTS.Y))
    for _ in range(steps):
        descent.zero_grad()
        loss(model(X), Y).backward()
        descent.step()


def maskings(n: int) -> dict[str, dict[str, Task]]:
    """Draw a mask for n values, send the values through it, and a gradient back; by precision."""
    rng = np.random.default_rng(0)
    values, gradient = rng.standard_normal((2, 2000, n // 2000))
    by_precision = {}
    for precision in ("float64", "float32"):
        A, dA_drop = values.astype(precision), gradient.astype(precision)
        tasks: dict[str, Task] = {"ours": partial(our_masking, A, dA_drop, rng)}
        if torch:
            x, g = torch.tensor(A, requires_grad=True), torch.tensor(dA_drop)
            tasks["PyTorch F.dropout"] = partial(torch_masking, x, g)
        by_precision[precision] = tasks
    return by_precision


def our_masking(A: Array, dA_drop: Array, rng: Rng) -> tuple[Array, Array]:
    """Ours, as the first lesson writes it."""
    D = sample_mask(A.shape, KEEP_PROB, rng)
    return apply_mask(A, D, KEEP_PROB), apply_mask(dA_drop, D, KEEP_PROB)


def torch_masking(x: Any, gradient: Any) -> object:
    """PyTorch's, with its backward pass."""
    dropped = torch.nn.functional.dropout(x, 1 - KEEP_PROB, training=True)
    return torch.autograd.grad(dropped, x, gradient)


def gradient_checks() -> dict[str, Task]:
    """All numerical gradients of a 4-6-5-1 network with 32 examples: 71 parameters."""
    rng = np.random.default_rng(0)
    net = Network.random((4, 6, 5, 1), rng=rng)
    X, Y = rng.standard_normal((4, 32)), (rng.random((1, 32)) < 0.5).astype(float)
    masks = sample_masks(net, 32, (1, 2), 0.7, rng)

    def plain(net: Network) -> float:
        A = X
        for l in (1, 2):
            A = np.maximum(net.W[l] @ A + net.b[l], 0) * masks[l] / 0.7
        Z = net.W[3] @ A + net.b[3]
        return float(np.mean(np.logaddexp(0, Z) - Y * Z))

    return {
        "one batched pass": lambda: numerical_gradients(net, X, Y, masks, 0.7),
        "the usual loop, same passes": lambda: loop_over_parameters(
            net, lambda net: float(loss(forward(net, X, masks, 0.7), Y))
        ),
        "the usual loop, bare numpy": lambda: loop_over_parameters(net, plain),
    }


def loop_over_parameters(
    net: Network, cost: Callable[[Network], float], eps: float = 1e-5
) -> Array:
    """The usual way: each parameter up and down in turn, each time with a pass of its own."""
    W, b = ({l: values.copy() for l, values in group.items()} for group in (net.W, net.b))
    net, gradients = Network(W, b), []
    for values in (*net.W.values(), *net.b.values()):
        flat = values.reshape(-1)
        for k, value in enumerate(flat.tolist()):
            flat[k] = value + eps
            above = cost(net)
            flat[k] = value - eps
            gradients.append((above - cost(net)) / (2 * eps))
            flat[k] = value
    return np.array(gradients)


def slider_moves() -> dict[str, Task]:
    """The gradient check of the lesson beside all that Python does when its slider moves."""
    case, lab = lesson(), StepThrough(at="dA1")
    passes = (case.X, case.Y, case.masks, case.keep_prob)

    def move() -> None:
        lab.keep_prob = 1.2 - lab.keep_prob  # 0.7, 0.5, 0.7, ...

    return {
        "a slider move": move,
        "its gradient check": lambda: check_gradients(case.net, *passes),
    }


def main(short: bool) -> None:
    """Measure and print."""
    print(f"One thread. {machine('numpy', 'torch')}")
    steps = 5 if short else 200
    times = in_turns(training_steps(steps), 2 if short else 25)
    for name in ("ours, 32 seeds", "floor, 32 seeds"):
        times[f"{name}, each"] = [seconds / SEEDS for seconds in times.pop(name)]
    eager = ["PyTorch eager, float32"] if torch else []
    print("\nA training step of 2-20-3-1, 211 examples, two dropout layers\n")
    print(compare(times, ["floor", "floor, 32 seeds, each", *eager], steps))
    millions = 0.02 if short else 4
    for precision, tasks in maskings(int(millions * 1e6)).items():
        print(f"\nMask, forward and backward of dropout, {millions} million values, {precision}\n")
        print(compare(in_turns(tasks, 2 if short else 15), ["ours"]))
    print("\nAll numerical gradients of 4-6-5-1 with 32 examples\n")
    print(compare(in_turns(gradient_checks(), 2 if short else 200), ["one batched pass"]))
    print("\nThe lesson's gradient check beside all that Python does when its slider moves\n")
    print(compare(in_turns(slider_moves(), 2 if short else 100), ["a slider move"]))


if __name__ == "__main__":
    main("--short" in sys.argv[1:])
