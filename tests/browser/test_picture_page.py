"""`labs/picture.js` shows trees, changes them in place, and is pressed and pointed at: a page without a kernel."""

import json

import pytest
from bare import sent_by
from live import PLACES, moved

from dropout_lab import labs
from dropout_lab.pictures.columns import as_node, to_columns


def set_(**values):
    """Moves of a lab: each sets one of these, in their order."""
    return [lambda lab, n=n, v=v: setattr(lab, n, v) for n, v in values.items()]


STAGE = [
    *set_(keep_prob=0.3, recipe="no mask"), lambda lab: lab.toggle(1, 0),
    *set_(example=2), *set_(recipe="correct", activation="tanh"),
    *set_(keep_prob=1), lambda lab: lab.new_mask(),
]  # fmt: skip
HUNT = [
    lambda lab: lab.press(1), lambda lab: lab.press(3), *set_(listing=4), *set_(listing=1),
    lambda lab: lab.commit("gradient check"), lambda lab: lab.show_fix(),
]  # fmt: skip
STEPS = [*set_(step=3), *set_(step=12), *set_(step=2), *set_(step="dA1")]
MOVES = {
    "step_through": (lambda: labs.step_through(at="dA1"), "_stage", STAGE),
    "program": (labs.step_through, "_stage", STEPS + set_(recipe="neither") + set_(recipe="correct")),
    "two_wires": (lambda: labs.two_wires(layer=1), "_stage", STAGE),
    "switch_off": (labs.switch_off, "_stage", set_(recipe="randn") + STAGE[2:]),
    "break_it": (labs.break_it, "_stage", set_(gradient="dA1") + STAGE),
    "attention": (labs.attention, "_stage", set_(keep_prob=0.3, recipe="no mask", query=3)),
    "ensemble": (labs.ensemble, "_picture", set_(keep_prob=0.3, example=2)),
    "bug_hunt": (labs.bug_hunt, "_code", HUNT),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVES)
def test_what_was_changed_in_place_is_what_would_be_built_anew(bare, name):
    make, part, moves = MOVES[name]
    lab = make()
    shown, seen = bare.show(sent_by(getattr(lab, part))), set()
    for move in moves:
        move(lab)
        picture = getattr(lab, part)
        shown.answer(sent_by(picture))
        assert shown.says(picture.markup)
        seen.add(picture.markup)
    assert len(seen) > len(moves) / 2


FILL = """(text) => {
    const table = JSON.parse(text);
    return JSON.stringify(table.patterns[0].map((_, k) => bare.fill(table, k)));
}"""


def test_the_page_takes_the_same_trees_from_a_table_of_them(bare):
    lab, trees = labs.step_through(recipe="no mask"), []
    for step in ("A1_drop", "dA2", "dA1"):
        for keep_prob in (0.2, 0.5, 0.8):
            lab.step, lab.keep_prob = step, keep_prob
            trees.append(as_node(lab._stage.root))
    assert json.loads(bare.page.evaluate(FILL, json.dumps(to_columns(trees)))) == trees


def test_only_what_differs_is_touched(bare):
    tree = ["div", {"class": "a", "id": "b"}, "one ", ["em", {}, "two"], ["p", {}]]
    shown = bare.show(tree)
    for change, touched in (
        (tree, []),
        (["div", {"class": "a", "id": "b"}, "one ", ["em", {}, "TWO"], ["p", {}]], ["characterData"]),
        (["div", {"class": "c", "id": "b"}, "one ", ["em", {}, "TWO"], ["p", {}]], ["class"]),
        (["div", {"class": "c"}, "one ", ["em", {}, "TWO"], ["p", {}]], ["id"]),
        (["div", {"class": "c"}, "one ", ["em", {}, "TWO"]], ["childList"]),
        (["div", {"class": "c"}, "one ", ["b", {}, "TWO"]], ["childList"]),
        (["div", {"class": "c"}, ["i", {}], ["b", {}, "TWO"], "new"], ["childList", "childList"]),
    ):  # fmt: skip
        shown.count()
        shown.answer({"tree": json.dumps(change)})
        assert shown.touched == touched
    assert shown.at.inner_html() == '<div class="c"><i></i><b>TWO</b>new</div>'


def test_nothing_is_shown_and_then_something_again(bare):
    shown = bare.show("")
    assert shown.at.inner_html() == ""
    shown.answer({"tree": '["p",{},"one"]'})
    shown.answer({"tree": '""'})
    assert shown.at.inner_html() == ""
    shown.answer({"tree": '["p",{},"two"]'})
    assert shown.at.inner_html() == "<p>two</p>"


def test_no_text_becomes_an_element(bare):
    nasty = "<img src=x onerror='window.bad = 1'>"
    shown = bare.show(["p", {"title": nasty}, nasty])
    assert shown.words == nasty
    assert shown.at.locator("img").count() == 0


def test_what_comes_into_a_drawing_later_is_drawn_as_well(bare):
    circle = ["circle", {"r": "20", "cx": "20", "cy": "20"}]
    shown = bare.show(["div", {}, ["svg", {}, ["g", {}], ["text", {}]]])
    shown.answer({"tree": json.dumps(["div", {}, ["svg", {}, ["g", {}, circle], circle]])})
    for drawn in shown.at.locator("circle").all():
        assert drawn.bounding_box()["width"] == 40


def test_what_jupyterlab_adds_to_a_heading_does_not_confuse(bare):
    lab = labs.bug_hunt()
    shown = bare.show(sent_by(lab._code))
    shown.at.locator("h4").evaluate("(node) => node.prepend(document.createElement('span'))")
    lab.listing = 2
    shown.answer(sent_by(lab._code))
    assert shown.at.locator("h4").inner_text().startswith("Listing 2 of 8")
    shown.at.locator("h4 > span").evaluate("(node) => node.remove()")
    assert shown.says(lab._code.markup)


def test_the_lit_line_of_a_long_listing_comes_into_view_and_the_page_stays(bare):
    lab = labs.step_through()
    shown = bare.show(sent_by(lab._stage))
    box = shown.at.locator(".scroll")
    shown.at.evaluate("(el) => { el.querySelector('.scroll').style.maxHeight = '60px'; }")
    for step in (12, 0, 23):
        lab.step = step
        shown.answer(sent_by(lab._stage))
        # The height is not part of the tree, and stays.
        lit, frame = shown.at.locator(".scroll button.lit").bounding_box(), box.bounding_box()
        assert frame["y"] - 1 <= lit["y"] <= frame["y"] + frame["height"] - lit["height"] + 1
    assert bare.page.evaluate("window.scrollY") == 0


@pytest.mark.parametrize("recipe", ["correct", "no mask", "neither"])
def test_nothing_moves_from_step_to_step(bare, recipe):
    lab, seen = labs.step_through(recipe=recipe), {}
    shown = bare.show(sent_by(lab._stage))
    for step in range(len(lab.steps)):
        lab.step = step
        shown.answer(sent_by(lab._stage))
        boxes = bare.page.evaluate(PLACES)
        boxes.pop("size")
        assert moved(seen, boxes) == []
    assert len(seen) > 30


# -- Pressed by mouse and by key -------------------------------------------------------------------

BUTTONS = ["div", {}, ["b", {"data-press": "one", "tabindex": "0"}, ["i", {}, "in it"]], ["p", {}, "beside"],
           ["button", {"data-press": "two"}, "two"]]  # fmt: skip


def test_a_click_on_a_part_or_on_what_is_in_it_is_told(bare):
    shown = bare.show(BUTTONS)
    for words in ("in it", "beside", "two"):
        shown.at.get_by_text(words).click()
    assert shown.pressed == ["one", "two"]


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_enter_and_space_press_once_and_are_not_heard_outside(bare, key):
    shown = bare.show(BUTTONS)
    for part in ("one", "two"):
        shown.at.locator(f"[data-press={part}]").press(key)
    assert shown.pressed == ["one", "two"]
    assert bare.outside == []


def test_space_does_not_scroll_the_page(bare):
    shown = bare.show(["div", {}, *BUTTONS[2:], ["p", {"style": "height: 3000px"}]])
    shown.at.locator("[data-press=one]").press("Space")
    assert bare.page.evaluate("new Promise((done) => setTimeout(() => done(scrollY), 100))") == 0


@pytest.mark.parametrize("key", ["Shift+Enter", "Control+Enter", "Alt+Enter", "Meta+Enter"])
def test_what_is_jupyters_presses_nothing_and_is_heard_outside(bare, key):
    shown = bare.show(BUTTONS)
    shown.at.locator("[data-press=one]").press(key)
    assert shown.pressed == []
    assert bare.outside == key.split("+")


def test_other_keys_and_keys_beside_are_heard_outside(bare):
    shown = bare.show(["div", {}, ["p", {"tabindex": "0"}, "beside"], *BUTTONS[2:]])
    shown.at.get_by_text("beside", exact=True).first.press("Enter")
    shown.at.locator("[data-press=one]").press("a")
    assert bare.outside == ["Enter", "a"]
    assert shown.pressed == []


def test_the_focus_stays_on_the_same_part_wherever_it_has_moved(bare):
    def tree(*names, tag="button"):
        return {"tree": json.dumps(["div", {}, *([tag, {"data-press": n, "tabindex": "0"}] for n in names)])}  # fmt: skip

    shown = bare.show(tree("a", "b"))
    shown.at.locator("[data-press=b]").focus()
    for other in (tree("b", "a"), tree("x", "a", "b"), tree("a", "b", tag="b")):
        shown.answer(other)
        assert bare.focus == "b"
    bare.page.locator("#other").focus()
    shown.answer(tree("b", "a"))
    assert bare.page.evaluate("document.activeElement.id") == "other"


def test_the_focus_stays_on_a_unit_when_its_switch_opens_and_the_step_changes(bare):
    lab = labs.step_through()
    shown = bare.show(sent_by(lab._stage))
    shown.at.locator("[data-press='1 3']").focus()
    for move in (lambda: lab.toggle(1, 3), lambda: setattr(lab, "step", "D1"), lab.reset):
        move()
        shown.answer(sent_by(lab._stage))
        assert bare.focus == "1 3"


# -- The arrow keys in a grid ----------------------------------------------------------------------

GRIDS = {
    "masks": (lambda: labs.step_through(at="D1"), "_stage", "[role=grid]"),
    "matrix": (labs.detection_matrix, "_picture", "[data-grid]"),
    "program": (labs.step_through, "_stage", "[data-grid]"),
}
CELLS = """(grid) => [...grid.querySelectorAll('[data-cell]')].map(
    (one) => one.dataset.cell.split(' ').map(Number))"""


@pytest.mark.parametrize("name", GRIDS)
def test_the_arrow_keys_reach_every_cell_and_tab_stops_once(bare, name):
    make, part, where = GRIDS[name]
    shown = bare.show(sent_by(getattr(make(), part)))
    grid = shown.at.locator(where).first
    rows = {}
    for row, column in grid.evaluate(CELLS):
        rows.setdefault(row, []).append(column)
    grid.locator("[data-cell]").first.focus()
    for row, columns in rows.items():
        to_the_end = bare.keys(*["ArrowLeft"] * 20, *["ArrowRight"] * len(columns))[19:]
        # It does not go round.
        assert to_the_end == [[row, column] for column in (*columns, columns[-1])]
        ((there, column),) = bare.keys("ArrowDown")
        if row == max(rows):
            assert there == row
        else:
            below = rows[there]
            assert there == min(other for other in rows if other > row)
            assert abs(column - columns[-1]) == min(abs(one - columns[-1]) for one in below)
            assert [place[0] for place in bare.keys("ArrowUp", "ArrowDown")] == [row, there]
    assert grid.locator("[data-cell][tabindex='0']").count() == 1
    assert shown.pressed == []
    assert bare.outside == []


def test_a_cell_that_was_reached_is_pressed_and_keeps_its_place(bare):
    lab = labs.step_through(at="D1")
    shown = bare.show(sent_by(lab._stage))
    shown.at.locator("[data-press='switch 1 0 0']").focus()
    for key in ("ArrowRight", "Enter"):
        bare.page.keyboard.press(key)
    assert shown.pressed == ["switch 1 0 1"]
    lab._press("switch 1 0 1")
    shown.answer(sent_by(lab._stage))
    bare.page.keyboard.press("ArrowUp")
    assert bare.page.evaluate("document.activeElement.dataset.cell") == "-1 1"
