"""The walk on one page, and its program as a mirror: each backward line beside the forward line it mirrors."""

import re
from xml.etree.ElementTree import Element

import pytest
from cases import draw_case
from pictures.seen import RECIPES, by_attribute, by_class, tell_steps, told

from dropout_lab.pictures.stage import Said, draw_scale, parts
from dropout_lab.pictures.svg import as_text
from dropout_lab.pictures.walk import TURN, write_program, write_stage


def mirror(L, layers):
    """What stands beside each forward line, from the first layer down; "" is an empty cell."""
    for l in range(1, L + 1):
        if l > 1:
            yield "", f"dA{l - 1}_drop" if l - 1 in layers else f"dA{l - 1}"
        yield f"Z{l}", f"dW{l} db{l}"
        yield f"A{l}", f"dZ{l}"
        if l in layers:
            yield f"D{l}", ""
            yield f"A{l}_drop", f"dA{l}"
    yield "loss", None


def rows(steps, current=0):
    """The names of the steps in each row: those of the forward cell, and those of the backward cell."""
    names = [step.name for step in steps]
    for row in write_program(steps, current).iter("tr"):
        cells = row.findall("td")
        if cells:
            said = [
                " ".join(names[int(b.get("data-press").split()[1])] for b in cell.iter("button"))
                for cell in cells
            ]
            yield said[0], said[1] if len(said) > 1 else None


def lines(program):
    """The buttons by the number of their step."""
    return {int(b.get("data-press").removeprefix("step ")): b for b in program.iter("button")}


@pytest.mark.parametrize("sizes", [(3, 4, 1), (3, 4, 3, 1), (2, 3, 4, 3, 1)])
@pytest.mark.parametrize("how", ["none", "first", "last", "all"])
def test_each_backward_line_stands_beside_the_line_it_mirrors(sizes, how):
    L = len(sizes) - 1
    layers = {"none": (), "first": (1,), "last": (L - 1,), "all": range(1, L)}[how]
    steps = list(tell_steps(draw_case(sizes=sizes, layers=tuple(layers), m=3)).values())
    assert list(rows(steps)) == list(mirror(L, layers))


@pytest.mark.parametrize("case", ["lesson", "three layers", "no dropout", "a plain layer between"])
def test_forward_lines_read_down_and_backward_lines_read_up(case):
    steps = list(told(case).values())
    program = write_program(steps, 0)
    cells = {index: button.get("data-cell") for index, button in lines(program).items()}
    placed = {index: tuple(map(int, cell.split())) for index, cell in cells.items()}
    forward = [placed[k] for k, step in enumerate(steps) if step.passed == "forward"]
    backward = [placed[k] for k, step in enumerate(steps) if step.passed == "backward"]
    assert forward == sorted(forward)
    assert [row for row, _ in backward] == sorted((row for row, _ in backward), reverse=True)
    assert len(set(placed.values())) == len(steps)  # a cell of its own for each
    assert max(column for _, column in forward) < min(column for _, column in backward)


@pytest.mark.parametrize("recipe", ["two slips", "no factor at all"])
def test_every_line_stands_once_and_in_the_same_place_whatever_is_lit_or_wrong(recipe):
    steps = list(told("lesson", recipe).values())
    first = {
        k: b.get("data-cell") for k, b in lines(write_program(list(told().values()), 0)).items()
    }
    for current in range(len(steps)):
        program = write_program(steps, current)
        found = lines(program)
        assert len(list(program.iter("button"))) == len(found) == len(steps)
        assert {k: b.get("data-cell") for k, b in found.items()} == first
        for index, button in found.items():
            assert "".join(button.find("code").itertext()) == steps[index].code


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_line_says_made_here_or_inherited_exactly_where_it_is(recipe):
    steps = list(told("lesson", recipe).values())
    for index, button in lines(write_program(steps, 3)).items():
        said = [span.text for span in button.iter("span")]
        name, story = steps[index].name, steps[index].story
        inherited = ["◥ inherited"] if name in story.wrong else []
        assert said == (["✗ made here"] if name in story.made else inherited)


def test_the_factor_is_underlined_exactly_where_it_stands():
    for recipe in RECIPES:
        steps = list(told("lesson", recipe).values())
        for index, button in lines(write_program(steps, 0)).items():
            code = steps[index].code
            marked = [mark.text for mark in button.iter("mark")]
            assert marked == re.findall(r"D\d / keep_prob", code)
    underlined = {
        steps[k].name for steps in [list(told().values())]
        for k, b in lines(write_program(steps, 0)).items() if b.find(".//mark") is not None
    }  # fmt: skip
    assert underlined == {"A1_drop", "dA1", "A2_drop", "dA2"}


def test_the_program_is_one_stop_for_the_tab_key_and_a_grid_for_the_arrow_keys():
    steps = list(told("lesson", "no mask").values())
    for current in range(len(steps)):
        program = write_program(steps, current)
        assert program.find(".//*[@data-grid]") is not None
        found = lines(program)
        assert [k for k, b in found.items() if b.get("tabindex") == "0"] == [current]
        assert [k for k, b in found.items() if b.get("aria-current") == "step"] == [current]
        assert [k for k, b in found.items() if b.get("class") == "lit"] == [current]
        assert all(re.fullmatch(r"\d+ \d+", b.get("data-cell")) for b in found.values())


def test_the_line_that_runs_lights_its_row_so_that_its_twin_is_seen():
    steps = list(told().values())
    for current, step in enumerate(steps):
        twins = [
            row
            for row in write_program(steps, current).iter("tr")
            if "twin" in row.get("class", "").split()
        ]
        assert len(twins) == 1
        names = [steps[int(b.get("data-press").split()[1])].name for b in twins[0].iter("button")]
        assert step.name in names
    assert names == ["Z1", "dW1", "db1"]


def test_each_layer_begins_with_a_rule_and_the_turn_is_told():
    steps = list(told("three layers").values())
    program = write_program(steps, 0)
    ruled = [row for row in program.iter("tr") if "layer" in row.get("class", "").split()]
    codes = ["".join(next(row.iter("code")).itertext()) for row in ruled]
    assert [code.split(" =")[0] for code in codes] == ["Z2", "Z3", "Z4"]
    assert [span.text for span in program.iter("span") if span.text == TURN] == [TURN]
    notes = [
        span.text for span in program.iter("span") if span.text == "drawn once, used on both sides"
    ]
    assert len(notes) == 3
    assert next(th.text for th in program.iter("th")) == "Forward ↓"


def page(recipe="no mask", name="dA1", case="lesson", said=None):
    step = told(case, recipe)[name]
    said = said or Said("gradient check 0.14", False, step.sentence)
    return write_stage(
        step, said, parts(step), "line 21 of 24", ("the formula", "off in example 0: units 0, 2")
    )


def test_a_page_says_where_the_walk_is_its_line_its_verdict_and_what_the_line_does():
    root = page()
    assert root.get("data-step") == "dA1"
    assert root.find("style").text
    said = {node.get("class"): node.text for node in root.iter() if node.get("class")}
    assert said["where"] == "backward, line 21 of 24"
    assert root.find(".//code").text == told("lesson", "no mask")["dA1"].code
    assert said["verdict wrong"] == "✗ gradient check 0.14"
    assert said["sentence"] == told("lesson", "no mask")["dA1"].sentence
    good = page("correct", said=Said("every gradient is right", True, "well"))
    assert [n.text for n in by_class(good, "verdict")] == ["✓ every gradient is right"]
    assert "ok" in by_class(good, "verdict")[0].get("class").split()


def test_a_page_holds_the_parts_of_the_picture_and_the_scale_of_its_colors():
    step = told("lesson", "no mask")["dA1"]
    shown = parts(step)
    root = write_stage(step, Said(), shown)
    assert list(by_class(root, "parts")[0]) == shown
    scale = by_class(root, "foot")[0].find("svg")
    assert as_text(scale) == as_text(draw_scale(step, legend=False))


def test_there_is_one_place_for_words_in_a_page():
    """Below the matrices; with one example at a switch the story beside the network is that place."""
    for case in ("lesson", "one example"):
        for name in told(case):
            root = page("no mask", name, case)
            slots = [int(k) for k in by_attribute(root, "data-slot")]
            assert slots == list(range(len(slots)))
            assert len(slots) in (2, 18)
            heard = [node for node in by_class(root, "heard") if node.get("aria-live") == "polite"]
            assert heard
            words = {node.text for node in root.iter() if node.text}
            assert "off in example 0: units 0, 2" in words
            assert ("the formula" in words) == (len(slots) == 2)


def test_the_verdict_is_announced():
    (verdict,) = by_class(page(), "verdict")
    assert (verdict.get("role"), verdict.get("aria-live")) == ("status", "polite")


def test_pages_are_escaped_and_the_same_again():
    evil, recipe = "<script>alert(1)</script>", "no factor"
    for name in ("A1_drop", "dA1", "dW1"):
        one, two = (as_text(page(recipe, name, said=Said(evil, True, evil))) for _ in range(2))
        assert one == two
        assert "<script" not in one
        assert "&lt;script" in one
    steps = list(told("lesson", recipe).values())
    assert as_text(write_program(steps, 3)) == as_text(write_program(steps, 3))
    assert isinstance(write_program(steps, 3), Element)
    assert not by_attribute(write_program(steps, 3), "id")
