"""Which check catches which bug: every recipe against every check, on one small network."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, KNOWN
from dropout_lab.core.activations import activation_named
from dropout_lab.core.balance import check_balance
from dropout_lab.core.doors import (
    Array,
    Mask,
    Rng,
    check_keep_prob,
    check_kind,
    check_one_of,
    check_rng,
)
from dropout_lab.core.gradcheck import check_gradients
from dropout_lab.core.network import Network
from dropout_lab.core.passes import backward, forward, predict, sample_masks
from dropout_lab.core.recipe import CORRECT, SLOPE_SOURCES, Recipe, SlopeFrom
from dropout_lab.experiments.training import train

STEPS, RATE = 100, 0.5
FALL = 0.05  # a smaller fall is none
SHARE_DRAWS = 20_000
MEAN_DRAWS = 300


@dataclass(frozen=True)
class Subject:
    """What is checked: a recipe, used by a network with dropout in `layers`, on X (n_0, m) and Y."""

    net: Network
    X: Array
    Y: Array
    layers: Sequence[int]
    keep_prob: float
    recipe: Recipe = CORRECT

    def draw(self, rng: Rng) -> dict[int, Mask]:
        """Masks for all examples, as the recipe draws them."""
        m = self.X.shape[1]
        return sample_masks(self.net, m, self.layers, self.keep_prob, rng, self.recipe)


@dataclass(frozen=True)
class Check:
    """passed; evidence: one sentence; numbers by name. stopped: it could not run, and says why."""

    passed: bool
    evidence: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    stopped: bool = False


def gradient_check(subject: Subject, rng: Rng) -> Check:
    """Freeze the masks, then compare every gradient with central differences of the loss."""
    s, masks = subject, subject.draw(rng)
    check = check_gradients(s.net, s.X, s.Y, masks, s.keep_prob, s.recipe)
    kind, layer, at = check.worst
    words = f"relative error {check.relative_error:.1g}" + (
        "" if check.ok else f", worst at {kind}{layer}[{', '.join(map(str, at))}]"
    )
    return Check(check.ok, words, {"relative error": check.relative_error})


def value_times_gradient(subject: Subject, rng: Rng) -> Check:
    """Compare value × gradient before and after each line of the way back: it is kept by right ones.

    Needs no numerical derivative. What it draws is taken back, so that other checks see the same masks
    with it and without it.
    """
    s = subject
    fwd = forward(s.net, s.X, s.draw(deepcopy(rng)), s.keep_prob, s.recipe)
    check = check_balance(s.net, fwd, backward(s.net, fwd, s.Y, s.recipe))
    numbers = {"relative error": check.errors[check.where] if check.where else 0.0}
    words = "the same before and after every line of the way back"
    if check.where:
        error = numbers["relative error"]
        words = f"changes first at the line that makes {check.where}, relative error {error:.1g}"
    return Check(check.ok, words, numbers)


def dropped_rows(subject: Subject, rng: Rng) -> Check:
    """Switch each unit off in all examples, in turn: its row of dW and its entry of db must be 0."""
    masks = subject.draw(rng)
    leaks = np.concatenate([_leaks(subject, masks, l) for l in masks])
    wrong, largest = int(np.sum(leaks != 0)), float(np.max(leaks))
    words = f"{wrong} of {leaks.size} units, switched off in every example, still have a gradient"
    if wrong:
        words += f", as large as {largest:.2g}"
    return Check(wrong == 0, words, {"units": leaks.size, "wrong": wrong, "largest": largest})


def _leaks(subject: Subject, masks: dict[int, Mask], l: int) -> Array:
    """For each unit of layer l, switched off in all examples: the largest |dW| of its row or |db|."""
    s, n = subject, subject.net.sizes[l]
    copies = {k: np.repeat(D[None], n, axis=0) for k, D in masks.items()}
    unit = np.arange(n)
    copies[l][unit, unit] = False  # in the first copy the first unit is off, and so on
    fwd = forward(s.net, s.X, copies, s.keep_prob, s.recipe)
    bwd = backward(s.net, fwd, s.Y, s.recipe)
    rows = np.concatenate([bwd.dW[l][unit, unit], bwd.db[l][unit, unit]], axis=1)
    return np.max(np.abs(rows), axis=1)


def kept_share(subject: Subject, rng: Rng) -> Check:
    """Draw 20,000 switches and count: the share kept is keep_prob, give or take five deviations."""
    k = subject.keep_prob
    # A single column, so that a mask shared by all examples counts each of its coins once.
    share = float(np.mean(subject.recipe.sample((SHARE_DRAWS, 1), k, rng)))
    deviation = sqrt(k * (1 - k) / SHARE_DRAWS)
    words = f"{share:.3f} kept of {SHARE_DRAWS:,}, keep_prob is {k:.3g}, chance moves it by {deviation:.4f}"
    numbers = {"share": share, "keep_prob": k, "deviation": deviation}
    return Check(abs(share - k) <= 5 * deviation, words, numbers)


def mean_preserved(subject: Subject, rng: Rng, draws: int = MEAN_DRAWS) -> Check:
    """Average A_drop over many draws: it must come near A, entry by entry.

    By chance ||mean - A|| is about ||A|| sqrt((1 - keep_prob) / (keep_prob draws)); three times that
    is too far. How small a bias it sees therefore depends on the number of draws.
    """
    s, k, l = subject, subject.keep_prob, min(subject.layers)
    A = forward(s.net, s.X).A[l]
    # Draw by draw, because a seed inside `sample` shows only from one call to the next.
    D = np.stack([s.recipe.sample(A.shape, k, rng) for _ in range(draws)])
    mean = np.mean(s.recipe.through("forward")(A, D, k), axis=0)
    off = float(np.linalg.norm(mean - A) / np.linalg.norm(A))
    ratio = float(np.sum(mean * A) / np.sum(A * A))
    chance = sqrt((1 - k) / (k * draws))
    words = (
        f"over {draws} draws the mean of A{l}_drop is {ratio:.2f} of A{l}, off by {off:.3f}; "
        f"chance moves it by {chance:.3f}"
    )
    numbers = {"ratio": ratio, "off by": off, "chance": chance, "draws": draws}
    return Check(off <= max(3 * chance, 1e-9), words, numbers)


def same_at_test(subject: Subject, rng: Rng) -> Check:
    """Predict twice: at test time nothing is random."""
    s = subject
    once, again = (predict(s.net, s.X, s.keep_prob, s.recipe, rng) for _ in range(2))
    difference = float(np.max(np.abs(once - again)))
    words = f"two predictions for the same X differ by {difference:.2g}"
    return Check(difference == 0, words, {"difference": difference})


def plain_at_test(subject: Subject, rng: Rng) -> Check:
    """A prediction must equal the plain forward pass, everything on and nothing scaled."""
    s = subject
    plain = forward(s.net, s.X).output
    difference = float(np.max(np.abs(predict(s.net, s.X, s.keep_prob, s.recipe, rng) - plain)))
    words = f"prediction and plain forward pass differ by {difference:.2g}"
    return Check(difference < 1e-12, words, {"difference": difference})


def masks_differ(subject: Subject, rng: Rng) -> Check:
    """Draw masks twice: all the same twice is no dropout (unless keep_prob is 1)."""
    once, again = subject.draw(rng), subject.draw(rng)
    differing = sum(int(np.sum(once[l] != again[l])) for l in once)
    count = sum(D.size for D in once.values())
    words = f"{differing} of {count} switches stand otherwise in the next draw"
    numbers = {"differing": differing, "switches": count}
    return Check(differing > 0 or subject.keep_prob == 1, words, numbers)


def loss_fell(subject: Subject, rng: Rng) -> Check:
    """Train for 100 steps: the loss with everything on must fall by more than 5%.

    A number rather than a verdict: it falls for nearly every bug. It takes longer than all of CHECKS
    together, so it is not among them.
    """
    s = subject
    first, last = train(
        s.net, s.X, s.Y, layers=s.layers, keep_prob=s.keep_prob, iterations=STEPS,
        learning_rate=RATE, rng=rng, recipe=s.recipe, every=STEPS,
    )  # fmt: skip
    fall = 1 - float(last.loss) / float(first.loss)
    fell = f"the loss fell from {first.loss:.2f} to {last.loss:.2f} ({fall:.0%})"
    numbers = {"from": float(first.loss), "to": float(last.loss), "fall": fall}
    return Check(fall > FALL, f"after {STEPS} steps {fell}", numbers)


LOSS_FELL = "loss fell"
CheckOf = Callable[[Subject, Rng], Check]
CHECKS: dict[str, CheckOf] = {
    "gradient check": gradient_check,
    "value × gradient": value_times_gradient,
    "dropped rows": dropped_rows,
    "kept share": kept_share,
    "mean of A_drop": mean_preserved,
    "same at test": same_at_test,
    "plain at test": plain_at_test,
    "masks differ": masks_differ,
}


SIZES, EXAMPLES, LAYERS = (4, 6, 5, 1), 16, (1, 2)

Row = dict[str, Check]


def failing(row: Row) -> list[str]:
    """The names of the checks that fail, and so catch the bug."""
    return [name for name, check in row.items() if not check.passed]


def detection_matrix(
    activation: str = "tanh",
    slope_from: SlopeFrom = "Z",
    keep_prob: float = 0.7,
    rng: Rng | None = None,
    recipes: Mapping[str, Recipe] = KNOWN,
    *,
    loss: bool = False,
) -> dict[str, Row]:
    """{recipe: {check: its result}}, for the correct recipe and all of BUGS against all of CHECKS.

    slope_from: where all recipes take the slope, but for those whose bug is just that. rng: draws the
    network, the data and the masks; without one, always the same. A recipe that raises or returns
    something unfit gets a row that says so. loss: train each as well, and add LOSS_FELL; that takes
    several times as long, and leaves the other results as they are. Raises ValueError for what is
    unknown.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    activation_named(activation)
    check_keep_prob(keep_prob)
    check_one_of(slope_from, SLOPE_SOURCES, "slope_from")
    check_rng(rng)
    check_kind(recipes, Mapping, "recipes")
    for name, recipe in recipes.items():
        check_kind(recipe, Recipe, f"recipe {name!r}")
    subject = draw_subject(activation, keep_prob, rng)
    subjects = {
        name: replace(subject, recipe=_with_slope(recipe, slope_from))
        for name, recipe in recipes.items()
    }
    matrix = {name: fill_row(subject, rng) for name, subject in subjects.items()}
    if loss:
        for name, subject in subjects.items():
            matrix[name][LOSS_FELL] = _kindly(loss_fell, subject, rng)
    return matrix


def _with_slope(recipe: Recipe, slope_from: SlopeFrom) -> Recipe:
    """The recipe with its slope taken there, unless its bug is just where it takes it."""
    own = recipe.slope_from != CORRECT.slope_from
    return recipe if own else replace(recipe, slope_from=slope_from)


def fill_row(subject: Subject, rng: Rng, checks: Mapping[str, CheckOf] = CHECKS) -> Row:
    """The results of all checks on one recipe."""
    return {name: _kindly(check, subject, rng) for name, check in checks.items()}


def draw_subject(activation: str, keep_prob: float, rng: Rng) -> Subject:
    """A 4-6-5-1 network with 16 examples."""
    net = Network.random(SIZES, activation, rng=rng)
    X = rng.standard_normal((SIZES[0], EXAMPLES))
    Y = (rng.random((1, EXAMPLES)) < 0.5).astype(float)
    return Subject(net, X, Y, LAYERS, keep_prob, CORRECT)


def _kindly(check: CheckOf, subject: Subject, rng: Rng) -> Check:
    """The check's result, or, if the recipe stops it, a sentence about that."""
    try:
        with np.errstate(all="ignore"):  # a wrong recipe may divide by zero
            return check(subject, rng)
    except Exception as error:  # whatever a learner's recipe may do
        return could_not_run(error)


def could_not_run(error: Exception) -> Check:
    """The result of a check that an error stopped."""
    return Check(False, f"could not run: {type(error).__name__}: {error}", stopped=True)


Column = tuple[str, SlopeFrom]  # an activation, and where its slope is taken
# Where two sources give the same formula only one is listed.
COLUMNS: tuple[Column, ...] = (
    ("relu", "Z"), ("relu", "A_drop"), ("relu", "A_drop >= 0"), ("leaky_relu", "A_drop"),
    ("tanh", "Z"), ("tanh", "A_drop"), ("sigmoid", "Z"), ("sigmoid", "A_drop"), ("linear", "Z"),
)  # fmt: skip
ROWS = {"correct": CORRECT} | BACKWARD_BUGS


def gradient_errors(
    net: Network, X: ArrayLike, Y: ArrayLike, masks: Mapping[int, Mask], keep_prob: float
) -> dict[str, dict[Column, float]]:
    """{recipe: {(activation, slope_from): relative error of the gradient check}}, masks frozen."""

    def error(recipe: Recipe, activation: str, slope_from: SlopeFrom) -> float:
        """The relative error of one cell."""
        bent, bug = replace(net, activation=activation), replace(recipe, slope_from=slope_from)
        with np.errstate(all="ignore"):  # a slope fed with a dropped A may overflow
            return check_gradients(bent, X, Y, dict(masks), keep_prob, bug).relative_error

    return {
        name: {column: error(recipe, *column) for column in COLUMNS}
        for name, recipe in ROWS.items()
    }
