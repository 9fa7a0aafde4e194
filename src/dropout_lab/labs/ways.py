"""How each goal is noticed: what of a lab's state counts, and when what was seen so far is enough."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from dropout_lab.bugs.attention import ATTENTION_BUGS
from dropout_lab.bugs.catalogue import BACKWARD_BUGS, KNOWN
from dropout_lab.bugs.checks import failing
from dropout_lab.core.recipe import CORRECT

Seen = Sequence[Any]
# On the way back through the lesson network.
BEFORE_FIRST_SWITCH = ("dZ3", "dW3", "db3", "dA2_drop")
# Listings of the bug hunt that only one check catches, and not the gradient check.
ONE_CHECK_ONLY = {6, 8}
# Where the slope comes from when the right lines give a wrong gradient in the table of notebook 06.
WRONG_WHEN_CORRECT = {("relu", "A_drop >= 0"), ("tanh", "A_drop"), ("sigmoid", "A_drop")}
AGREE = 0.783  # where Phi(keep_prob) is keep_prob


def _keep_prob_is(value: float, near: float = 1e-9) -> Callable[[Any], bool]:
    return lambda lab: bool(abs(lab.keep_prob - value) < near)


def _off_alone(lab: Any) -> tuple[int, ...]:
    """The units of layer 1 that are off in the only example."""
    return tuple(int(i) for i in np.flatnonzero(~lab.masks[1][:, 0]))


def _kept_wrong_off_right(lab: Any) -> bool:
    story = lab.steps[lab.step].story
    made, kept = story.made.get("dA1", np.zeros_like(story.D[1])), story.D[1]
    return bool((made & kept).any() and not (made & ~kept).any() and (~kept).any())


def _slips(lab: Any, name: str, slope_from: str = "Z") -> bool:
    """Whether this slip is in use, with the slope from there."""
    return bool((lab.recipe.name, lab.recipe.slope_from) == (name, slope_from))


def _switched_by_hand(lab: Any) -> object:
    """What was switched by hand while the learner's own function is right; None if it is not."""
    right = lab.check.ok and lab.used.name not in KNOWN
    return tuple(sorted(lab.by_hand.items())) if right else None


def _keep_prob_if(wanted: bool, lab: Any) -> float | None:
    """keep_prob, if what is wanted besides is so."""
    return round(float(lab.keep_prob), 4) if wanted else None


def _kept(lab: Any, kept: bool, quantity: str, activation: str) -> float | None:
    """keep_prob below 1, if this quantity is shown, and its mean is kept or not as given."""
    shown = (lab.kept, lab.quantity, lab.activation)
    return _keep_prob_if(lab.keep_prob < 1 and shown == (kept, quantity, activation), lab)


def _rings(lab: Any, kind: str) -> bool:
    """Whether it stands at a line of this kind, and there are rings on the right of its switches."""
    step = lab.steps[lab.step]
    arrays, D = step.story.arrays, step.story.D
    if step.line.kind != kind or step.line.layer not in D:
        return False
    l = step.line.layer
    return bool((~D[l] & (arrays[f"dA{l}_drop"] != 0)).any())


def _first_rings(lab: Any) -> bool:
    step = lab.steps[lab.step]
    return _rings(lab, "dA_drop") and step.line.layer == max(step.story.D)


def _rings_gone(lab: Any) -> bool:
    step = lab.steps[lab.step]
    return _rings(lab, "dA") and not step.seen[step.name][~step.story.D[step.line.layer]].any()


def _silent(lab: Any) -> bool:
    """Whether this line makes 0 at a unit that is kept, in the example that is shown."""
    step = lab.steps[lab.step]
    l, arrays = step.line.layer, step.story.arrays
    if step.line.kind not in ("A", "dZ") or l not in step.story.D:
        return False
    alive = arrays[f"dA{l}"] != 0 if step.line.kind == "dZ" else True
    return bool((step.story.D[l] & (step.seen[step.name] == 0) & alive)[:, lab.example].any())


def _untouched(lab: Any) -> tuple[str, str] | None:
    """A gradient that this backward slip leaves right, and the slip."""
    right = lab.gradient in BEFORE_FIRST_SWITCH and lab.gradient not in lab.steps[-1].wrong
    return (lab.gradient, lab.recipe.name) if right and lab.recipe.name in BACKWARD_BUGS else None


def _inherited(lab: Any) -> bool:
    wrong = lab.steps[-1].wrong
    return lab.gradient == "dA1_drop" and "dA1_drop" in wrong and "dA2_drop" not in wrong


def _wrong_here(lab: Any, marks: str) -> set[str]:
    """The gradients that are wrong in the example that is shown, or made wrong by their own line."""
    found = getattr(lab.steps[-1].story, marks).items()
    return {name for name, where in found if name[1] in "AZ" and where[:, lab.example].any()}


def _right_line(lab: Any) -> bool:
    return lab.used.backward is CORRECT.backward


def _caught_by_none(lab: Any, *bugs: str) -> bool:
    return not any(failing(lab.matrix[bug]) for bug in bugs)


def _nudged(lab: Any, kept: bool) -> bool:
    """Whether something that is not 0 is added before a switch that is closed (kept), or open."""
    return bool(lab.nudged.spot.where == "before" and lab.nudged.kept == kept and lab.nudged.size)


def _trained(lab: Any, steps: int, **setup: object) -> bool:
    """Whether it has trained so many steps, with this in the setup."""
    used = {name: getattr(lab.setup, name) for name in setup}
    return bool(lab.iteration >= steps and used == setup)


# -- What is enough --------------------------------------------------------------------------------


def _several(seen: Seen, count: int = 3) -> bool:
    """Whether there were so many different ones, without None and what is empty."""
    return len({one for one in seen if one}) >= count


def _far_apart(seen: Seen) -> bool:
    """Whether keep_prob was at four places below 1, one at 0.3 or less and one at 0.9 or more."""
    places = {one for one in seen if one and one < 1}
    return len(places) >= 4 and min(places) <= 0.3 and max(places) >= 0.9


def _risen(seen: Seen) -> bool:
    """Whether keep_prob has just gone up from 0.3 or less to 0.9 or more, in four moves at least."""
    run: list[float] = []
    for one in reversed(seen):
        if not one or (run and one >= run[-1]):
            break
        run.append(one)
    return len(run) > 4 and run[0] >= 0.9 and run[-1] <= 0.3


def _back_over(seen: Seen) -> bool:
    return any(pair in (("dA2", "dA2_drop"), ("dA1", "dA1_drop")) for pair in pairwise(seen))


def _both_and_what_repairs(seen: Seen) -> bool:
    return {"dA1", "dA2"} <= set(seen) and bool({"dZ1", "dZ2"} & set(seen))


def _three_slips(seen: Seen) -> bool:
    slips = {one for one in seen if one}
    return any(sum(gradient == g for g, _ in slips) >= 3 for gradient in BEFORE_FIRST_SWITCH)


# How each goal is noticed, in the order of the words in goals.toml: what it looks at, and what is enough.
WAYS: dict[str, list[tuple[Any, ...]]] = {
    "01-see": [
        (_off_alone, lambda seen: {(0,), (1,), (2,), (3,)} <= set(seen)),
        (_keep_prob_is(1),),
    ],
    "01-break": [
        (_kept_wrong_off_right,),
        (lambda lab: _slips(lab, "no mask") and _keep_prob_is(1)(lab) and bool(lab.check.ok),),
    ],
    "01-nudge": [
        (lambda lab: _nudged(lab, kept=False),),
        (lambda lab: _slips(lab, "no mask") and not lab.nudged.honest,),
    ],
    "02-switch": [
        (lambda lab: any(at[:2] == (1, 1) and not on for at, on in lab.by_hand.items()),),
        (lambda lab: not lab.masks[1][:, lab.example].any(),),
        (lambda lab: _keep_prob_if(lab.sampling == "rand < keep_prob", lab), _risen),
    ],
    "02-share": [
        (lambda lab: lab.sampling == "randn < keep_prob" and _keep_prob_is(AGREE, 0.01)(lab),),
        (lambda lab: lab.sampling == "randn < keep_prob" and _keep_prob_is(1)(lab),),
        (lambda lab: lab.sampling == "rand > keep_prob" and _keep_prob_is(0.5, 0.011)(lab),),
    ],
    "03-scale": [
        (lambda lab: _keep_prob_if(lab.quantity == "next Z", lab), _far_apart),
        (lambda lab: lab.quantity == "next Z" and lab.keep_prob < 0.3,),
        (_keep_prob_is(1),),
    ],
    "03-kept": [
        (lambda lab: _kept(lab, True, "next Z", "tanh"), _several),
        (lambda lab: bool(_kept(lab, True, "next A", "linear")),),
        (lambda lab: _kept(lab, False, "cost J", "tanh"), _far_apart),
    ],
    "04-walk": [
        (_first_rings,),
        (_rings_gone,),
        (lambda lab: lab.steps[lab.step].name, _back_over),
        (_silent,),
    ],
    "04-close-up": [
        (lambda lab: _nudged(lab, kept=True) and lab.nudged.honest and lab.nudged.gap >= 0.015,),
        (
            lambda lab: lab.nudged.size if _nudged(lab, kept=False) else None,
            lambda seen: _several(seen, 2),
        ),
    ],
    "05-break": [(_untouched, _three_slips), (_inherited,)],
    "05-line": [
        (lambda lab: lab.check.ok and bool(lab.balance and lab.balance.where),),
        (lambda lab: not lab.check.ok and bool(lab.balance and lab.balance.ok),),
    ],
    "05-matrix": [
        (lambda lab: lab.bug == "one mask for all examples" and _caught_by_none(lab, lab.bug),),
        (
            lambda lab: (
                (lab.activation, lab.slope_from) == ("relu", "A_drop")
                and failing(lab.matrix["no mask"]) == ["value × gradient"]
            ),
        ),
        (lambda lab: _caught_by_none(lab, "flipped comparison", "wrong scale"),),
    ],
    "06-course": [
        (
            lambda lab: lab.gradient if _slips(lab, "no mask", "A_drop") and lab.check.ok else None,
            _both_and_what_repairs,
        ),
        (lambda lab: _slips(lab, "no scale", "A_drop") and not lab.check.ok,),
        (lambda lab: _slips(lab, "no mask") and not lab.check.ok,),
    ],
    "06-table": [
        (lambda lab: lab.used.name in BACKWARD_BUGS and bool(lab.check.ok) and lab.keep_prob < 1,),
        (
            lambda lab: (lab.used.name, lab.activation, lab.used.slope_from),
            lambda seen: {("correct", *at) for at in WRONG_WHEN_CORRECT} <= set(seen),
        ),
        (_keep_prob_is(1),),
    ],
    "07-train": [
        (lambda lab: _trained(lab, 150, keep_prob=0.7),),
        (lambda lab: _trained(lab, 150, keep_prob=1.0),),
        (lambda lab: _trained(lab, 150, keep_prob=0.5),),
    ],
    "07-side": [
        (
            lambda lab: [_trained(lab, n, keep_prob=0.5, activation="relu") for n in (0, 200)],
            lambda seen: [True, False] in seen and seen[-1] == [True, True],
        ),
        (lambda lab: _trained(lab, 1000, keep_prob=0.5, activation="tanh"),),
    ],
    "08-ensemble": [
        (lambda lab: _keep_prob_if(lab.means.exact and lab.keep_prob < 1, lab), _several),
        (lambda lab: lab.dropout == "one more layer after it" and not lab.means.exact,),
        (lambda lab: lab.samples, lambda seen: 10 in seen and seen[-1] == 1000),
    ],
    "09-hunt": [
        (lambda lab: set(lab.first_tries) >= ONE_CHECK_ONLY,),
        (lambda lab: [one.right for one in lab.first_tries.values()] == [True] * 8,),
    ],
    "10-own": [(_switched_by_hand, lambda seen: _several(seen, 2))],
    "11-slip": [
        (lambda lab: "dA1" in _wrong_here(lab, "wrong") and "dA1" not in _wrong_here(lab, "made"),),
        (lambda lab: not _wrong_here(lab, "wrong") and not _right_line(lab) and lab.keep_prob < 1,),
    ],
    "12-row": [
        (lambda lab: lab.row.sum, lambda seen: max(seen) > 1.5 and min(seen) < 0.1),
        (lambda lab: lab.keep_prob, _far_apart),
        (_keep_prob_is(1),),
    ],
    "12-back": [
        (lambda lab: lab.recipe, lambda seen: set(seen) >= set(ATTENTION_BUGS)),
        (lambda lab: lab.recipe == "slope from dropped P" and not lab.row.good,),
    ],
    "13-forgot": [
        (
            lambda lab: (
                lab.masks[1].tobytes() if _slips(lab, "fresh mask") and not lab.check.ok else None
            ),
            _several,
        ),
        (lambda lab: _slips(lab, "fresh mask") and bool(lab.check.ok),),
    ],
}
