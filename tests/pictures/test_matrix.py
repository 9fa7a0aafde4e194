"""An array as a grid of numbers that are controls: a cell toggles its switch, a head chooses the example."""

import re

import numpy as np
import pytest
from pictures.seen import LOOKS, by_attribute, by_class, frame, marks, texts, told

from dropout_lab.pictures.layout import MOST, View
from dropout_lab.pictures.matrix import Panel, draw_panel, in_words
from dropout_lab.pictures.stage import parts
from dropout_lab.pictures.svg import part
from dropout_lab.text import number


def panels(step, example=0, view=None):
    """The matrices of a step by their titles."""
    _, beside = parts(step, example, view)
    return {
        group.find("text").text: group
        for group in beside.iter("g")
        if group.get("class") == "matrix"
    }


def cells(panel):
    """The cells by row and column, as they stand."""
    rows = [row for row in panel if row.tag == "g"][1:]
    return {
        (r, c): cell
        for r, row in enumerate(rows)
        for c, cell in enumerate(node for node in row if node.tag == "g")
    }


def drawn(panel):
    root = part(panel.width + 9, panel.height + 9)
    draw_panel(root, 2, 2, panel)
    return root


@pytest.mark.parametrize("case", ["lesson", "one example", "large", "two outputs"])
def test_the_numbers_in_the_cells_are_those_of_the_arrays(case):
    for step in told(case, "no mask").values():
        if step.name == "loss":
            continue
        for title, panel in panels(step).items():
            values = step.seen[title]
            found = cells(panel)
            assert len(found) == min(len(values), MOST) * min(values.shape[1], MOST)
            for (i, j), cell in found.items():
                text = str(int(values[i, j])) if values.dtype == bool else number(values[i, j])
                assert texts(cell)[0] == text


def test_the_losses_stand_below_their_outputs_and_labels():
    for case in ("lesson", "two outputs"):
        step = told(case)["loss"]
        L = step.story.net.L
        (panel,) = panels(step).values()
        rows = [*step.seen[f"A{L}"], *step.seen["Y"], step.seen["losses"]]
        assert len(cells(panel)) == 5 * len(rows)
        for (i, j), cell in cells(panel).items():
            assert texts(cell) == [number(rows[i][j])]
            assert cell.get("data-says")
        n = step.story.net.sizes[L]
        names = [t for t in texts(panel) if t in (f"A{L}", "Y", "loss")]
        assert names == [f"A{L}"] * n + ["Y"] * n + ["loss"]


@pytest.mark.parametrize("recipe", LOOKS)
def test_marks_stand_exactly_where_the_arrays_say(recipe):
    for step in told("lesson", recipe).values():
        if step.name == "loss":
            continue
        story, l = step.story, step.line.layer
        for name, panel in panels(step).items():
            passed = {f"A{l}_drop": "forward", f"dA{l}": "backward"}.get(name)
            factor = story.factors[passed].get(l) if passed else None
            for (i, j), cell in cells(panel).items():
                stopped = factor is not None and factor[i, j] == 0
                stopped |= name == f"D{l}" and not story.D[l][i, j]
                assert len(by_class(cell, "hatch")) == stopped
                switched = not name.startswith(("Z", "dZ", "dW", "db"))
                off = switched and story.off(l, i, j)
                ringed = off and name == f"dA{l}_drop" and story.arrays[name][i, j] != 0
                rings = by_class(cell, "ring")
                assert [node.get("rx") for node in rings] == ["10.5"] * int(
                    ringed
                )  # a pill, no box
                dashed = [node for node in by_class(cell, "thin") if node.get("stroke-dasharray")]
                assert len(dashed) == (off and not ringed and not stopped)
                wrong = name in story.wrong and story.wrong[name][i, j]
                made = name in story.made and story.made[name][i, j]
                assert [node.tag for node in by_class(cell, "wrongword")] == ["path"] * int(wrong)
                assert [node.tag for node in by_class(cell, "wrong")] == ["rect"] * int(made)
                silent = name == f"A{l}" and l < 3 and story.arrays[f"Z{l}"][i, j] <= 0
                assert ("silent" in texts(cell)) == silent


def test_a_column_is_outlined_and_named_for_the_example_of_the_network():
    for example in range(5):
        panel = panels(told()["dA1"], example)["dA1"]
        (outline,) = [node for node in panel if node.get("class") == "line"]
        inside = [
            j for (i, j), cell in cells(panel).items()
            if i == 0 and float(outline.get("x")) <= float(cell.find("rect").get("x")) < float(outline.get("x")) + 20
        ]  # fmt: skip
        assert inside == [example]
        assert texts(panel)[1:6] == [f"ex. {j}" if j == example else str(j) for j in range(5)]


def test_a_switched_matrix_is_a_grid_with_one_stop_for_the_tab_key():
    for example in (0, 3):
        for name in ("A1", "D1", "A1_drop", "dA1_drop", "dA1", "dA2"):
            for panel in panels(told()[name], example).values():
                if panel.find("text").text[0] == "Z":
                    continue
                assert panel.get("role") == "grid"
                rows = [node for node in panel if node.get("role") == "row"]
                assert len(rows) == 1 + len(cells(panel)) // 5
                heads = [node for node in rows[0] if node.get("role") == "columnheader"]
                assert [h.get("data-press") for h in heads] == [f"example {j}" for j in range(5)]
                assert [h.get("data-cell") for h in heads] == [f"-1 {j}" for j in range(5)]
                assert [h.get("aria-selected") for h in heads].index("true") == example
                for (i, j), cell in cells(panel).items():
                    l = told()[name].line.layer
                    assert cell.get("role") == "gridcell"
                    assert cell.get("data-press") == f"switch {l} {i} {j}"
                    assert cell.get("data-cell") == f"{i} {j}"
                    assert cell.get("data-row") == f"{l} {i}"
                stops = [n for n in panel.iter() if n.get("tabindex") == "0"]
                assert [n.get("data-cell") for n in stops] == [f"0 {example}"]


def test_a_cell_says_its_unit_example_number_and_switch():
    step = told()["dA1"]
    for name, panel in panels(step).items():
        for (i, j), cell in cells(panel).items():
            state = "kept" if step.story.D[1][i, j] else "off"
            assert (
                cell.get("aria-label")
                == f"{name}, unit {i}, example {j}: {number(step.seen[name][i, j])}, {state}"
            )


@pytest.mark.parametrize("name", ["Z1", "dZ1", "dW1", "db1", "Z3", "loss", "dZ3"])
def test_without_switches_the_arrow_keys_still_lead_to_every_number_and_heads_choose_the_example(
    name,
):
    step = told()[name]
    for title, panel in panels(step).items():
        if title.startswith("dA"):
            continue
        assert panel.get("role") == "grid"
        examples = [] if name in ("dW1", "db1") else [f"example {j}" for j in range(5)]
        assert list(by_attribute(panel, "data-press")) == examples
        found = cells(panel)
        assert len(found) == {"dW1": 12, "db1": 4, "Z1": 20, "dZ1": 20, "loss": 15}.get(name, 5)
        for (i, j), cell in found.items():
            assert (cell.get("role"), cell.get("data-cell")) == ("gridcell", f"{i} {j}")
            assert cell.get("data-says")
            assert cell.get("data-row") == (None if name == "loss" else f"{step.line.layer} {i}")
        assert len([n for n in panel.iter() if n.get("tabindex") == "0"]) == 1


def test_what_a_cell_without_a_switch_says():
    said = {
        name: [cell.get("aria-label") for panel in panels(told()[name]).values() for cell in cells(panel).values()]
        for name in ("dW1", "db1", "loss")
    }  # fmt: skip
    assert said["dW1"][1].startswith("dW1, unit 0, from unit 1: ")
    assert said["db1"][1].startswith("db1, unit 1: ")
    assert said["loss"][0].startswith("losses, A3, example 0: ")
    assert said["loss"][-1].startswith("losses, loss, example 4: ")


def test_with_one_example_there_is_nothing_to_press_and_every_number_explains_itself():
    for name in ("D1", "A1", "dZ1"):
        for panel in panels(told("one example")[name]).values():
            assert not by_attribute(panel, "data-press")
            assert all(cell.get("data-says") for cell in cells(panel).values())


def test_the_words_of_a_matrix_are_its_rows():
    assert in_words(Panel("D1", np.array([[True, False]]), 1.0, (range(1), range(2)))) == "D1: 1 0"
    values = np.array([[0.25, -0.5], [0.0, 1e-4]])
    assert in_words(Panel("A", values, 1.0, (range(2), range(2)))) == "A: +0.25 −0.50; 0 +1e−4"
    assert in_words(Panel("A", values, 1.0, (range(1, 2), range(1)))) == "A: 0"


@pytest.mark.parametrize("examples", [0, 3, 30, 56])
def test_of_64_examples_eight_are_shown_and_buttons_lead_to_the_others(examples):
    step = told("large")["dA1"]
    _, beside = parts(step, 40, View(examples=examples))
    assert f"examples {examples} to {examples + 7} of 64" in texts(beside)
    buttons = by_attribute(beside, "aria-label")
    for word, start in (("previous", max(examples - 8, 0)), ("next", min(examples + 8, 56))):
        button = buttons.get(f"{word} examples")
        assert (button is None) == (start == examples)
        if button is not None:
            assert button.get("data-press") == f"examples {start}"
            assert (button.get("role"), button.get("tabindex")) == ("button", "0")
    panel = panels(step, 40, View(examples=examples))["dA1"]
    for (i, j), cell in cells(panel).items():
        assert texts(cell) == [number(step.seen["dA1"][i, examples + j])]
        assert cell.get("data-press") == f"switch 1 {i} {examples + j}"
    outlined = [node for node in panel if node.get("class") == "line"]
    assert len(outlined) == (examples <= 40 < examples + 8)
    stops = [n.get("data-cell") for n in panel.iter() if n.get("tabindex") == "0"]
    assert stops == [f"0 {40 if examples <= 40 < examples + 8 else examples}"]


def test_up_to_eight_examples_and_weights_need_no_buttons():
    large = told("large")
    for step in (*told("tanh").values(), large["dW1"], large["db2"]):
        assert not [word for word in texts(parts(step)[1]) if word.startswith("examples")]


def test_the_buttons_have_room_of_their_own():
    for name in ("dA1", "loss", "Z1"):
        _, beside = parts(told("large")[name])
        drawn_ = list(marks(beside))
        (words,) = [m for m in drawn_ if (m.node.text or "").startswith("examples")]
        buttons = [
            m for m in drawn_ if (m.around[-1].get("data-press") or "").startswith("examples")
        ]
        assert buttons
        lowest = max(m.box.bottom for m in drawn_ if m.around[-1].get("data-says"))
        assert all(m.box.top >= lowest for m in (words, *buttons))
        assert not any(m.box.meets(words.box) for m in buttons)
        assert all(m.box.inside(*frame(beside), by=0) for m in buttons)


def test_between_two_matrices_stands_what_the_line_does():
    for name, words in (
        ("dA1", "* D1 / keep_prob"),
        ("A1_drop", "* D1 / keep_prob"),
        ("dZ1", "* (Z1 > 0)"),
        ("A1", "np.maximum(Z1, 0)"),
    ):
        assert words in texts(parts(told()[name])[1])
    assert "/ keep_prob" in texts(parts(told("lesson", "no mask")["dA1"])[1])
    assert "dA1_drop" in texts(parts(told("lesson", "neither")["dA1"])[1])  # dA1 = dA1_drop


def test_what_the_line_does_is_cut_where_it_is_longer_than_the_matrices():
    words = texts(parts(told("lesson", "no factor")["dA1"])[1])
    (long,) = [word for word in words if word.endswith("…")]
    code = told("lesson", "no factor")["dA1"].code
    assert code.split(" = dA1_drop ")[1].startswith(long[:-1])


def test_a_step_can_show_another_array_before_its_own():
    _, beside = parts(told()["A1_drop"], start="D1")
    titles = [
        group.find("text").text for group in beside.iter("g") if group.get("class") == "matrix"
    ]
    assert titles == ["D1", "A1_drop"]


def test_the_heads_of_weights_are_units():
    panel = panels(told()["dW2"])["dW2"]
    assert texts(panel)[1:5] == ["unit 0", "1", "2", "3"]
    assert re.fullmatch(r"dW2\[0, 0\] = .*", cells(panel)[0, 0].get("data-says").split("\n")[0][2:])
