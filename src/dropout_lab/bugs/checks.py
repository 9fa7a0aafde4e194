"""Which check catches which bug: every recipe against every check, on one small network."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.bugs.evidence import CHECKS as CHECKS
from dropout_lab.bugs.evidence import LOSS_FELL as LOSS_FELL
from dropout_lab.bugs.evidence import Check as Check
from dropout_lab.bugs.evidence import Subject as Subject
from dropout_lab.bugs.evidence import loss_fell, near_a_kink
from dropout_lab.core.activations import activation_named
from dropout_lab.core.dropout import Rng, check_keep_prob, check_rng
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT, SLOPE_SOURCES, Recipe

SIZES, EXAMPLES, LAYERS = (4, 6, 5, 1), 16, (1, 2)
SEED = 0
RECIPES = {"correct": CORRECT} | BUGS

Row = dict[str, Check]


def detection_matrix(
    activation: str = "tanh",
    slope_from: str = "Z",
    keep_prob: float = 0.7,
    rng: Rng | None = None,
    recipes: Mapping[str, Recipe] = RECIPES,
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
    rng = np.random.default_rng(SEED) if rng is None else rng
    subjects = _subjects(activation, slope_from, keep_prob, rng, recipes)
    matrix = {name: fill_row(subject, rng) for name, subject in subjects.items()}
    if loss:
        for name, subject in subjects.items():
            matrix[name][LOSS_FELL] = _kindly(loss_fell, subject, rng)
    return matrix


def _subjects(
    activation: str, slope_from: str, keep_prob: float, rng: Rng, recipes: Mapping[str, Recipe]
) -> dict[str, Subject]:
    activation_named(activation)
    check_keep_prob(keep_prob)
    if slope_from not in SLOPE_SOURCES:
        raise ValueError(f"slope_from must be one of {SLOPE_SOURCES}; you gave {slope_from!r}")
    check_rng(rng)
    subject, subjects = draw_subject(activation, keep_prob, rng), {}
    for name, recipe in recipes.items():
        if recipe.slope_from == CORRECT.slope_from:
            recipe = replace(recipe, slope_from=slope_from)
        subjects[name] = replace(subject, recipe=recipe)
    return subjects


def fill_row(subject: Subject, rng: Rng) -> Row:
    """The results of all checks on one recipe."""
    return {name: _kindly(check, subject, rng) for name, check in CHECKS.items()}


def draw_subject(activation: str, keep_prob: float, rng: Rng) -> Subject:
    """A 4-6-5-1 network with 16 examples, away from ReLU's kinks with the one mask that never changes."""
    fixed = BUGS["seed inside forward"]
    for _ in range(1000):
        net = Network.random(SIZES, activation, rng=rng)
        X = rng.standard_normal((SIZES[0], EXAMPLES))
        Y = (rng.random((1, EXAMPLES)) < 0.5).astype(float)
        subject = Subject(net, X, Y, LAYERS, keep_prob, fixed)
        if not near_a_kink(subject, subject.draw(rng)):
            return replace(subject, recipe=CORRECT)
    raise ValueError("no network away from the kinks was found; take another generator")


def _kindly(check: Callable[[Subject, Rng], Check], subject: Subject, rng: Rng) -> Check:
    """The check's result, or, if the recipe stops it, a sentence about that."""
    try:
        with np.errstate(all="ignore"):  # a wrong recipe may divide by zero
            return check(subject, rng)
    except Exception as error:  # whatever a learner's recipe may do
        return Check(False, f"could not run: {type(error).__name__}: {error}", stopped=True)
