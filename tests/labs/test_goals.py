"""Goals: each is reached through the controls of its lab as the notebook makes it, and not before."""

import ast
import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from dropout_lab import labs
from dropout_lab.bugs.attention import ATTENTION_BUGS
from dropout_lab.bugs.catalogue import BACKWARD_BUGS
from dropout_lab.bugs.checks import COLUMNS, failing
from dropout_lab.bugs.hunt import run_checks
from dropout_lab.bugs.listings import LISTINGS
from dropout_lab.charts.spread import FIXED_POINT, normal_share
from dropout_lab.labs import goals, ways
from dropout_lab.labs.goals import GOALS, Goal

pytestmark = pytest.mark.usefixtures("trained_once")
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NEEDED = {
    "01-break": ["see-lab"],
    "01-nudge": ["see-lab"],
    "10-own": ["own-net"],
    "11-slip": ["written", "slip-check"],
}  # cells above it


def cells():
    """{name of goals: (number of the notebook, id of the cell, all code cells of it by id)}."""
    found = {}
    for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
        told = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = {cell["id"]: "".join(cell["source"]) for cell in told if cell["cell_type"] == "code"}
        for cell, source in code.items():
            for name in re.findall(r'\.goals\("([\w-]+)"\)', source):
                assert name not in found, "one set of goals, one lab"
                found[name] = (path.name[:2], cell, code)
    return found


CELLS = cells()


def my_backward(dA_drop, D, keep_prob):
    return dA_drop * D / keep_prob


def make(name):
    """The lab as its notebook makes it, with a right function of the learner's."""
    _, cell, code = CELLS[name]
    names = {"my_backward": my_backward}
    for above in ("imports", *NEEDED.get(name, [])):
        exec(code[above], names)
    *lines, last = ast.parse(code[cell]).body
    exec(compile(ast.Module(lines, []), cell, "exec"), names)
    lab = eval(compile(ast.Expression(last.value), cell, "eval"), names)
    return getattr(lab, "what", lab)  # of labs.fold


class Hands:
    """What a learner does with a lab: number boxes and menus, buttons, and parts of a picture."""

    def __init__(self, lab, press, everything):
        self.lab, self._press = lab, press
        self._controls = {part.description: part for part in everything(lab.widget) if getattr(part, "description", "")}  # fmt: skip

    def set(self, name, *values):
        for value in values:
            self._controls[name].value = value

    def click(self, *names):
        for name in names:
            self._controls[name].click()

    def press(self, *keys, picture="_stage"):
        for key in keys:
            self._press(getattr(self.lab, picture), key)

    def off_alone(self, *units):
        for unit in units:
            off = ~self.lab.masks[1][:, 0]
            self.press(*(f"1 {i}" for i in range(4) if off[i] != (i == unit)))

    def hunt(self, *numbers, check=None):
        for number in numbers:
            self.set("listing", number)
            self.lab.press(min(LISTINGS[number - 1].wrong_lines))
            self.set("caught by", check or self.lab.caught_by[0])
            self.click("Commit")


def row_of(hands, bug):
    hands.press(f"{list(hands.lab.matrix).index(bug)} 0", picture="_picture")


REACH = {
    "01-see": [lambda h: h.off_alone(0, 1, 2, 3), lambda h: h.set("keep_prob", 1)],
    "01-break": [
        lambda h: h.set("break it", "no scale"),
        lambda h: [h.set("break it", "no scale", "no mask"), h.set("keep_prob", 1)],
    ],
    "01-nudge": [
        lambda h: h.press("before"),
        lambda h: [h.press("before"), h.set("break it", "no mask")],
    ],
    "02-switch": [
        lambda h: h.press("1 1"),
        lambda h: h.press("1 1", "1 3"),
        lambda h: h.set("keep_prob", 0.1, 0.3, 0.5, 0.7, 0.9),
    ],
    "02-share": [
        lambda h: h.set("keep_prob", 0.78),
        lambda h: h.set("keep_prob", 1),
        lambda h: h.set("D from", "rand > keep_prob"),
    ],
    "03-scale": [
        lambda h: h.set("keep_prob", 0.2, 0.5, 0.9),
        lambda h: h.set("keep_prob", 0.2),
        lambda h: h.set("keep_prob", 1),
    ],
    "03-kept": [
        lambda h: [h.set("show", "next Z"), h.set("keep_prob", 0.3, 0.7)],
        lambda h: [h.set("activation", "linear"), h.set("show", "next A")],
        lambda h: h.set("keep_prob", 0.2, 0.7, 0.95),
    ],
    "04-walk": [
        lambda h: h.press("step 14"),
        lambda h: h.click("Next ▶"),
        lambda h: h.click("Next ▶", "◀ Previous"),
        lambda h: h.set("step", 1),
    ],
    "04-close-up": [
        lambda h: h.set("by (at most 0.5)", 0.25),
        lambda h: [h.press("switch"), h.set("by (at most 0.5)", 0.4)],
    ],
    "05-break": [
        lambda h: [h.set("gradient", "dW3"), h.set("break it", "no scale", "neither")],
        lambda h: h.press("dA1_drop"),
    ],
    "05-line": [
        lambda h: [h.set("break it", "no mask"), h.set("slope from", "A_drop")],
        lambda h: [
            h.set("break it", "correct"),
            h.set("slope from", "A_drop"),
            h.set("activation", "tanh"),
        ],
    ],
    "05-matrix": [
        lambda h: row_of(h, "one mask for all examples"),
        lambda h: [h.set("activation", "relu"), h.set("slope from", "A_drop")],
        lambda h: h.set("keep_prob", 0.5),
    ],
    "06-course": [
        lambda h: h.press("dA2", "dZ1"),
        lambda h: h.set("break it", "no scale"),
        lambda h: h.set("slope from", "Z"),
    ],
    "06-table": [
        lambda h: h.press("1 1", picture="_table"),
        lambda h: h.press("0 2", "0 5", "0 7", picture="_table"),
        lambda h: h.set("keep_prob", 1),
    ],
    "07-train": [
        lambda h: h.click("Start"),
        lambda h: [h.set("keep_prob", 1), h.click("Reset", "Start")],
        lambda h: [h.set("keep_prob", 0.5), h.click("Reset", "Start")],
    ],
    "07-side": [
        lambda h: h.click("Reset", "Done"),
        lambda h: [h.set("activation", "tanh"), h.click("Reset", "Done")],
    ],
    "08-ensemble": [
        lambda h: h.set("keep_prob", 0.3, 0.7),
        lambda h: h.set("dropout", "one more layer after it"),
        lambda h: h.set("samples", 10, 1000),
    ],
    "09-hunt": [lambda h: h.hunt(6, 8), lambda h: h.hunt(*range(1, 9))],
    "10-own": [lambda h: h.press("1 0", "1 0")],
    "11-slip": [lambda h: h.press("1 0", "1 2"), lambda h: h.press("1 0", "1 2", "2 0")],
    "12-row": [
        lambda h: h.press("0", "4", "5", *"012345"),
        lambda h: h.set("keep_prob", 0.2, 0.4, 0.8, 0.95),
        lambda h: h.set("keep_prob", 1),
    ],
    "12-back": [
        lambda h: h.set("break it", *ATTENTION_BUGS),
        lambda h: h.set("break it", "slope from dropped P"),
    ],
    "13-forgot": [lambda h: h.click("New mask", "New mask"), lambda h: h.set("keep_prob", 1)],
}
EACH = [(name, k) for name, acts in REACH.items() for k in range(len(acts))]


@pytest.fixture
def hands(press, everything):
    return lambda name: Hands(make(name), press, everything)


def test_every_set_of_goals_is_in_the_notebook_and_the_cell_that_it_is_named_after():
    assert CELLS.keys() == GOALS.keys() == REACH.keys()
    for name, (notebook, cell, _) in CELLS.items():
        assert name == f"{notebook}-{cell.removesuffix('-lab')}"
    assert [len(REACH[name]) for name in GOALS] == [len(each) for each in GOALS.values()]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "k"), EACH)
def test_a_goal_is_reached_through_the_controls_and_not_at_the_start(name, k, hands):
    hand = hands(name)
    board, goal = hand.lab._board, GOALS[name][k]
    assert board.reached == set()
    assert goal.found not in board.picture.markup
    REACH[name][k](hand)
    assert hand.lab.error is None
    assert goal in board.reached
    assert board.picture.markup.count(">✓<") == len(board.reached)
    assert goal.found.replace(">", "&gt;") in board.picture.markup


MISSED = [
    ("01-see", 0, lambda h: h.off_alone(0, 1, 3)),
    ("01-break", 0, lambda h: h.set("break it", "neither")),
    ("01-break", 1, lambda h: [h.set("keep_prob", 0.99), h.set("slope from", "A_drop")]),
    ("01-nudge", 0, lambda h: [h.press("switch"), h.press("before")]),
    ("01-nudge", 1, lambda h: h.set("break it", "no mask")),
    ("02-switch", 0, lambda h: h.press("1 3")),
    ("02-switch", 2, lambda h: h.set("keep_prob", 0.1, 1)),
    ("02-switch", 2, lambda h: h.set("keep_prob", 0.1, 0.3, 0.5, 0.4, 0.7, 0.9)),
    (
        "02-switch",
        2,
        lambda h: [h.set("D from", "randn < keep_prob"), h.set("keep_prob", 0.1, 0.3, 0.5, 0.7, 0.9)],
    ),
    ("02-share", 0, lambda h: h.set("keep_prob", 0.8)),
    ("02-share", 1, lambda h: [h.set("D from", "rand < keep_prob"), h.set("keep_prob", 1)]),
    ("03-scale", 0, lambda h: h.set("keep_prob", 0.5, 0.9)),
    ("03-kept", 0, lambda h: [h.set("show", "next A"), h.set("keep_prob", 0.3, 0.7, 0.9)]),
    ("03-kept", 2, lambda h: [h.set("show", "next A"), h.set("keep_prob", 0.2, 0.6, 0.95)]),
    ("04-walk", 0, lambda h: h.click("◀ Previous")),
    ("04-walk", 1, lambda h: [h.set("break it", "no mask"), h.click("Next ▶")]),
    ("04-walk", 2, lambda h: h.click("◀ Previous", "Next ▶", "Next ▶")),
    ("04-walk", 3, lambda h: [h.set("activation", "tanh"), h.press("step 1", "step 21")]),
    ("04-close-up", 0, lambda h: h.set("break it", "no scale")),
    ("04-close-up", 1, lambda h: h.press("switch")),
    ("05-break", 0, lambda h: [h.set("gradient", "dW3"), h.set("break it", "randn", "wrong scale")]),
    ("05-break", 1, lambda h: h.press("dA2_drop")),
    ("05-line", 0, lambda h: h.set("slope from", "A_drop")),
    ("05-line", 1, lambda h: [h.set("slope from", "A_drop"), h.set("break it", "no mask")]),
    ("05-matrix", 0, lambda h: row_of(h, "randn")),
    ("05-matrix", 1, lambda h: h.set("slope from", "A_drop")),
    ("05-matrix", 2, lambda h: h.set("keep_prob", 0.4, 0.6)),
    ("06-course", 0, lambda h: h.press("dA2", "dW1")),
    ("06-course", 1, lambda h: [h.set("slope from", "Z"), h.set("break it", "no scale")]),
    ("06-table", 0, lambda h: h.press("0 1", picture="_table")),
    ("06-table", 1, lambda h: h.press("0 2", "0 5", "1 7", picture="_table")),
    ("07-train", 0, lambda h: h.lab.run(149)),
    ("07-side", 0, lambda h: [h.set("keep_prob", 0.9), h.click("Reset"), h.lab.run(200)]),
    ("07-side", 1, lambda h: h.click("Reset", "Done")),
    ("08-ensemble", 0, lambda h: h.set("keep_prob", 0.3, 1)),
    ("08-ensemble", 1, lambda h: [h.set("keep_prob", 1), h.set("dropout", "one more layer after it")]),
    ("08-ensemble", 2, lambda h: h.set("samples", 1000, 10)),
    ("09-hunt", 0, lambda h: h.hunt(6, 7)),
    ("09-hunt", 1, lambda h: [h.hunt(1, check="plain at test"), h.hunt(*range(1, 9))]),
    ("10-own", 0, lambda h: h.press("1 0")),
    ("11-slip", 0, lambda h: h.press("1 0")),
    ("11-slip", 1, lambda h: h.press("1 0", "1 2")),
    ("11-slip", 1, lambda h: h.set("break it", "correct")),
    ("11-slip", 1, lambda h: h.set("keep_prob", 1)),
    ("12-row", 0, lambda h: h.press("0", "4", "5")),
    ("12-row", 1, lambda h: h.set("keep_prob", 0.2, 1)),
    ("12-row", 2, lambda h: h.press("0", "4", "5")),
    ("12-back", 0, lambda h: h.set("break it", *list(ATTENTION_BUGS)[:-1])),
    ("12-back", 1, lambda h: [h.set("keep_prob", 1), h.set("break it", "slope from dropped P")]),
    ("13-forgot", 0, lambda h: [h.set("break it", "correct"), h.click("New mask", "New mask")]),
    ("13-forgot", 1, lambda h: h.set("break it", "correct")),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("name", "k", "act"), MISSED)
def test_a_goal_is_not_reached_by_what_only_looks_like_it(name, k, act, hands):
    hand = hands(name)
    act(hand)
    assert hand.lab.error is None
    assert GOALS[name][k] not in hand.lab._board.reached


def test_a_goal_is_reached_from_a_cell_too_and_stays_reached():
    lab = make("01-see")
    lab.keep_prob = 1
    lab.keep_prob = 0.4
    lab.reset()
    assert lab._board.reached == {GOALS["01-see"][1]}


def test_a_stub_and_a_wrong_line_reach_nothing(press):
    _, cell, code = CELLS["10-own"]
    for own in (lambda _dA_drop, _D, _keep_prob: ..., lambda dA_drop, _D, k: dA_drop / k):
        names = {"my_backward": own}
        exec("\n".join((code["imports"], code["own-net"], code[cell])), names)
        for _ in range(2):
            press(names["own"]._stage, "1 0")
        assert names["own"]._board.reached == set()


# -- How it is shown -------------------------------------------------------------------------------


def test_the_stored_picture_shows_goals_unreached_whatever_was_reached():
    lab = make("01-see")
    stored = lab._repr_mimebundle_()["text/html"]
    assert stored.count("○") == 2
    assert stored.endswith("</ul></div>")
    lab.keep_prob = 1
    (found,) = (goal.found for goal in lab._board.reached)
    shown = lab._repr_mimebundle_()["text/html"]
    assert "✓" not in shown[shown.index('<div class="goals">') :]
    assert found not in shown


def test_a_reached_goal_is_read_out_and_its_mark_has_a_name():
    one, other = (Goal(words, "<it>", bool) for words in ("a < b", "c"))
    html = goals.write_goals([one, other], {one})
    (lines,) = html.findall(".//ul[@aria-live='polite']")
    marks = [(line.get("class"), line[0].text, line[0].get("aria-label")) for line in lines]
    assert marks == [("reached", "✓", "reached"), ("open", "○", "not reached yet")]
    assert {line.get("aria-atomic") for line in lines} == {"true"}
    assert ["".join(line.itertext()) for line in lines] == ["✓ a < b <it>", "○ c"]


def test_goals_stand_below_everything_and_a_lab_without_them_has_none():
    lab = make("02-share")
    assert lab.widget.children[-1] is lab._board.picture
    assert labs.step_through()._board is None
    with pytest.raises(ValueError, match="unknown goals '02'; expected one of 01-see, 01-break"):
        labs.switch_off().goals("02")


# -- What the sentences say is so ------------------------------------------------------------------


def test_the_words_stand_in_the_file_and_each_says_something():
    words = tomllib.loads(Path(goals.__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    assert words.keys() == GOALS.keys()
    told = [sentence for each in GOALS.values() for goal in each for sentence in (goal.words, goal.found)]  # fmt: skip
    assert len(set(told)) == len(told)
    assert all(sentence[-1] in ".?" for sentence in told)


def test_two_listings_are_caught_by_one_check_only_and_not_the_gradient_check():
    caught = {n: failing(run_checks(one.code)) for n, one in enumerate(LISTINGS, 1)}
    alone = {n for n, checks in caught.items() if len(checks) == 1 and checks != ["gradient check"]}
    assert alone == ways.ONE_CHECK_ONLY


def test_right_lines_are_wrong_in_these_columns_of_the_table_and_at_1_in_one():
    lab = make("06-table")
    wrong = {at for at in COLUMNS if lab._errors["correct"][at] > 1e-6}
    assert wrong == ways.WRONG_WHEN_CORRECT
    lab.keep_prob = 1
    lines = {name: row for name, row in lab._errors.items() if name != "one minus mask"}
    assert {at for row in lines.values() for at in COLUMNS if row[at] > 1e-6} == {("relu", "A_drop >= 0")}  # fmt: skip


def test_what_is_made_before_the_first_switch_is_right_with_every_backward_slip():
    lab = make("05-break")
    right = set(lab._gradient.options)
    for name in BACKWARD_BUGS:
        lab.recipe = name
        right -= set(lab._wrong())
    assert right == set(ways.BEFORE_FIRST_SWITCH)


def test_the_promise_is_off_by_two_percent_where_it_says():
    lab = make("04-close-up")
    for size, off in ((0.24, "1%"), (0.25, "2%"), (-0.25, "2%")):
        lab._size.value = size
        assert f"the promise is true, to {off}" in lab.status.value or off == "1%"


def test_in_the_lab_of_the_cost_no_keep_prob_keeps_it():
    lab = make("03-kept")
    for keep_prob in (0.05, 0.3, 0.5, 0.7, 0.9, 0.99):
        lab.keep_prob = keep_prob
        (scaled, _), (on, _) = lab._shown[1:]
        assert not lab.kept
        assert scaled.mean < on


@pytest.mark.slow
def test_the_noise_grows_as_keep_prob_falls_and_weights_run_away_without_the_mask():
    lab, scores = make("07-train"), {}
    for keep_prob in (1.0, 0.7, 0.5):
        lab.keep_prob = keep_prob
        lab.reset()
        lab.run()
        scores[keep_prob] = lab.scores["correct"]
    gaps = {k: score.noisy_loss / score.loss for k, score in scores.items()}
    assert gaps[1.0] == 1
    assert gaps[0.7] > 1.5 < gaps[0.5]
    assert scores[0.7].loss < scores[0.5].loss
    assert scores[0.7].noisy_loss < scores[0.5].noisy_loss
    race = make("07-side")
    for activation, steps, least in (("relu", 200, 1000), ("tanh", None, 4)):
        race._settings["activation"].value = activation
        race.reset()
        race.run(steps)
        size = {name: score.norms[0] for name, score in race.scores.items()}
        assert size["no mask"] > least * max(size["correct"], size["no scale"])
    tests = [score.test for score in race.scores.values()]
    assert max(tests) - min(tests) < 0.01


def test_the_mean_of_a_row_never_leaves_1_and_dV_is_right_with_every_slip():
    lab = make("12-row")
    for keep_prob in (0.05, 0.25, 0.5, 0.75, 0.95, 1.0):
        lab.keep_prob = keep_prob
        assert lab.row.sums.mean == pytest.approx(1, abs=1e-12)
        assert (np.ptp(lab.row.sums.values[lab.row.sums.probabilities > 0]) == 0) == (
            keep_prob == 1
        )
    lab = make("12-back")
    for name in ATTENTION_BUGS:
        lab.recipe = name
        assert [gradient for gradient, error in lab.row.errors.items() if error < 1e-6] == ["dV"]
        dP_right = np.allclose(lab.row.bwd.dP, lab.row.true.dP)
        assert dP_right == (name == "slope from dropped P")


def test_fresh_switches_do_no_harm_only_near_1():
    lab = make("13-forgot")
    for _ in range(4):
        assert not lab.check.ok
        lab.new_mask()
    lab.reset()
    ok = []
    for keep_prob in (0.5, 0.7, 0.8, *np.arange(90, 101) / 100):
        lab.keep_prob = keep_prob
        ok.append((bool(lab.check.ok), all(D.all() for D in lab.masks.values())))
    assert ok[-1] == (True, True)
    assert all(closed for right, closed in ok if right)


def test_randn_is_invisible_where_it_says():
    assert pytest.approx(FIXED_POINT, abs=1e-3) == ways.AGREE
    assert normal_share(1.0) == pytest.approx(0.841, abs=5e-4)
