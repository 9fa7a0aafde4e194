"""The arithmetic of every number is right: it is read back here, computed, and compared to the digits shown."""

import re
from functools import cache

import numpy as np
import pytest
from cases import draw_case
from pictures.seen import (
    FEW,
    LOOKS,
    RECIPES,
    by_attribute,
    close,
    number_of,
    rounding,
    tell_steps,
    texts,
    told,
)

from dropout_lab.core.activations import ACTIVATIONS
from dropout_lab.core.balance import HOMOGENEOUS
from dropout_lab.pictures.explain import (
    COLUMN,
    COLUMN_LINES,
    MOST_TERMS,
    arithmetic,
    as_key,
    explain_entry,
    in_column,
    unit_story,
)
from dropout_lab.pictures.stage import parts
from dropout_lab.text import number

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[−+]?\d+)?")


@cache
def story_of(activation, recipe="correct", m=5):
    """A story, and its steps in a list; relu is the lesson."""
    if activation == "relu":
        return next(iter(told("lesson" if m == 5 else "one example", recipe).values())).story
    case = draw_case(activation, (3, 4, 3, 1), m=m, keep_prob=0.7)
    return next(iter(tell_steps(case, RECIPES[recipe]).values())).story


def entries(story):
    """Every number of every array: its name, row and column, and its value."""
    for name, values in story.arrays.items():
        for i, j in np.ndindex(np.atleast_2d(values).shape):
            yield name, i, j, float(np.atleast_2d(values)[i, j])


def value_of(expression):
    """What an arithmetic comes to, and by how much the rounding of its numbers may move that."""
    code = expression.replace("−", "-").replace("·", "*")
    value = float(eval(code, {"np": np}))
    by = 0.0
    for found in NUMBER.finditer(expression):
        shown = found.group()
        for side in (-1, 1):
            other = repr(number_of(shown) + side * rounding(shown))
            moved = code[: found.start()] + f"({other})" + code[found.end() :]
            by += abs(float(eval(moved, {"np": np})) - value) / 2
    return value, 2 * by


ENTRIES = [  # every activation with a slope from Z, and from A_drop; every recipe; one example and more
    *((activation, "correct", 5) for activation in ACTIVATIONS),
    *((activation, "slope from dropped A", 5) for activation in ACTIVATIONS),
    *(("relu", recipe, m) for recipe in LOOKS[1:] for m in (5, 1)),
    ("tanh", "no mask", 1),
]


@pytest.mark.parametrize(("activation", "recipe", "m"), ENTRIES)
def test_the_arithmetic_of_every_entry_comes_to_the_entry(activation, recipe, m):
    story = story_of(activation, recipe, m)
    for name, i, j, value in entries(story):
        (style, code), _ = explain_entry(story, name, i, j)
        assert style == "c"
        entry, *middle, result = code.split(" = ")
        alone = m == 1 and name[:2] not in ("dW", "db")
        index = f"{j}" if name == "losses" else f"{i}" if alone else f"{i}, {j}"
        assert entry == f"{name}[{index}]"
        assert result == number(value).lstrip("+")
        made = "" if name in ("X", "Y") else arithmetic(story, name, i, j)
        assert middle[1:] == ([made] if made else [])
        assert "-" not in made  # a minus sign is a minus sign
        if not made:
            assert name in ("X", "Y") or name[0] == "D"
        elif "…" not in made and "new switch" not in made:
            found, by = value_of(made)
            assert close(found, value, by + rounding(result)), (code, found)


@pytest.mark.parametrize(("case", "terms"), [("lesson", 3), ("large", 10)])
def test_of_a_long_sum_only_the_first_terms_are_shown(case, terms):
    story = next(iter(told(case).values())).story
    made = arithmetic(story, "Z1", 0, 0)
    assert made.count("·") == min(terms, MOST_TERMS)
    assert ("…" in made) == (terms > MOST_TERMS)
    assert f" {'−' if story.net.b[1][0, 0] < 0 else '+'} " in made  # the bias comes last
    assert made.split()[-1] == number(abs(story.net.b[1][0, 0])).lstrip("+")
    columns = [
        (story.net.W[1][0, k], story.arrays["X"][k, 0]) for k in range(min(terms, MOST_TERMS))
    ]
    for w, x in columns:
        x_text = number(x).lstrip("+")
        assert f"{number(abs(w)).lstrip('+')}·" + (f"({x_text})" if x < 0 else x_text) in made


def test_sums_over_examples_are_divided_by_their_number():
    assert arithmetic(story_of("relu"), "dW2", 0, 0).endswith(") / 5")


def test_several_outputs_have_their_losses_added():
    story = next(iter(told("two outputs").values())).story
    for j in range(5):
        made = arithmetic(story, "losses", 0, j)
        assert made.count("np.logaddexp") == 2
        found, by = value_of(made)
        assert close(found, story.arrays["losses"][j], by + 0.01)


def test_the_code_of_an_entry_is_the_line_that_ran_with_its_index():
    story = story_of("relu")
    assert (
        explain_entry(story, "dA1", 0, 0)[0][1]
        == "dA1[0, 0] = dA1_drop[0, 0] * D1[0, 0] / keep_prob = 0.80 * 0 / 0.70 = 0"
    )
    assert explain_entry(story, "dZ1", 1, 2)[0][1].startswith(
        "dZ1[1, 2] = dA1[1, 2] * (Z1[1, 2] > 0) = "
    )
    assert explain_entry(story, "Z2", 1, 2)[0][1].startswith("Z2[1, 2] = W2 @ A1_drop + b2 = ")
    broken = story_of("relu", "no mask")
    assert explain_entry(broken, "dA1", 0, 0)[0][1].startswith(
        "dA1[0, 0] = dA1_drop[0, 0] / keep_prob = "
    )


@pytest.mark.parametrize("recipe", RECIPES)
def test_what_is_said_of_an_entry_follows_from_the_arrays(recipe):
    story = story_of("relu", recipe)
    for name, i, j, value in entries(story):
        _, (style, said) = explain_entry(story, name, i, j)
        l = story.lines[name].layer if name in story.lines else 0
        off = story.off(l, i, j)
        wrong = name in story.wrong and story.wrong[name][i, j]
        made = name in story.made and story.made[name][i, j]
        true = number(story.truth[name][i, j]).lstrip("+") if wrong else ""
        assert said.startswith(f"true: {true}, made wrong by this line.") == made
        assert said.startswith(f"true: {true}, passed on from above.") == (wrong and not made)
        ringed = name == f"dA{l}_drop" and off and value != 0 and not wrong
        assert (style == "w", style == "r") == (wrong, ringed)
        assert said.startswith(f"Off, and not zero: D{l} is no factor of this line") == ringed
        if name[0] == "D":
            assert said == ("open: off in this example." if off else "closed: kept.")
        passed = {f"A{l}_drop": "forward", f"dA{l}": "backward"}.get(name)
        factor = story.factors[passed].get(l) if passed else None
        stopped = factor is not None and factor[i, j] == 0 and not wrong
        assert ("Stopped by its switch." in said) == stopped


@pytest.mark.parametrize("activation", ["relu", "linear", "tanh"])
@pytest.mark.parametrize("recipe", LOOKS)
def test_value_times_gradient_is_said_where_a_right_line_keeps_it(activation, recipe):
    story = story_of(activation, recipe)
    factors = all(factor is not None for way in story.factors.values() for factor in way.values())
    for name, i, j, _ in entries(story):
        _, (_, said) = explain_entry(story, name, i, j)
        head, mark, pair = said.partition("Value × gradient: ")
        l = story.lines[name].layer if name in story.lines else 0
        at_switch = name == f"dA{l}" and l in story.D and factors
        bent = name == f"dZ{l}" and 0 < l < story.net.L and activation in HOMOGENEOUS
        assert bool(mark) == (at_switch or bent), (name, said)
        if not mark:
            continue
        both = (f"A{l}", f"A{l}_drop") if at_switch else (f"Z{l}", f"A{l}")
        sides = [(name_, f"d{name_}") for name_ in both]
        left, right = (story.value(a, i, j) * story.value(d, i, j) for a, d in sides)
        if left == right == 0:
            assert pair == "0 = 0, nothing to compare."
            continue
        sign = "=" if np.isclose(left, right, rtol=1e-9, atol=0) else "≠"
        products = [number(v).lstrip("+") for v in (left, right)]
        assert (
            pair
            == f"{' · '.join(sides[0])} = {products[0]} {sign} {products[1]} = {' · '.join(sides[1])}."
        )
        made = name in story.made and story.made[name][i, j]
        assert (sign == "≠") == (made and left != right) or not head
        if recipe == "correct":
            assert sign == "="


def test_with_one_example_there_is_no_value_times_gradient():
    """It is a tool of the later notebooks, and the first shows one example."""
    story = story_of("relu", "no mask", m=1)
    assert not any(
        "×" in explain_entry(story, name, i, j)[1][1] for name, i, j, _ in entries(story)
    )


@pytest.mark.parametrize("case", ["lesson", "three layers", "large"])
def test_every_unit_cell_and_edge_of_a_picture_explains_a_number_it_shows(case):
    for step in told(case, "no mask").values():
        for part in parts(step, 2):
            for node in part.iter():
                says = node.get("data-says")
                if says is None or says == "t|":
                    continue
                entry = re.match(r"c\|(\w+)\[([\d, ]+)\] = ", says)
                name, (*row, j) = entry[1], map(int, entry[2].split(", "))
                i = row[0] if row else 0
                assert name in step.seen
                assert says == as_key(explain_entry(step.story, name, i, j))
                shown = [text for text in texts(node) if text[0] in "+−0123456789"]
                value = step.seen[name][j] if name == "losses" else step.seen[name][i, j]
                assert (
                    node.tag == "line" or number(float(value)) in shown or str(int(value)) in shown
                )


def test_what_is_said_of_a_unit_is_where_its_newest_number_is_from():
    newest_at = {name: name for name in ("A1", "A1_drop", "dA1_drop", "dA1", "dZ1")}
    for name, newest in (newest_at | {"D1": "A1"}).items():
        network, _ = parts(told()[name])
        unit = by_attribute(network, "data-press")["1 1"]
        assert unit.get("data-says").startswith(f"c|{newest}[1, 0] = ")


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_story_of_a_unit_tells_its_three_lines_as_far_as_they_ran(recipe):
    steps = told("one example", recipe)
    story = steps["dA1"].story
    for i in range(4):
        off = story.off(1, i, 0)
        for at, lines in (("A1_drop", 1), ("dA1_drop", 2), ("dA1", 3)):
            told_ = unit_story(story, 1, i, 0, steps[at].seen)
            assert told_[0] == ("u", f"unit {i}: {'off' if off else 'kept'}")
            codes = [text for style, text in told_ if style == "c"]
            assert codes == [steps[name].code for name in ("A1_drop", "dA1_drop", "dA1")[:lines]]
            results = [text for _, text in told_ if text.startswith("= ")]
            for text, name in zip(results, ("A1_drop", "dA1_drop", "dA1"), strict=False):
                made = arithmetic(story, name, i, 0)
                assert text == f"= {made} = {number(story.value(name, i, 0)).lstrip('+')}"
        style, end = told_[-1]
        wrong = story.marked(story.wrong, "dA1", i, 0)
        assert (style == "w") == wrong
        if wrong:
            assert end.startswith(f"should be {number(story.truth['dA1'][i, 0]).lstrip('+')}")
            assert ("open switch" in end) == (off and story.value("dA1", i, 0) != 0)
        elif "D1" in steps["dA1"].code:
            assert end == "the first time D1 is a factor of it"
        else:
            assert end == ("right: nothing came back" if off else "right: its switch is closed")
        why = [text for style, text in told_ if "D1 is no factor" in text]
        assert why == [
            "D1 is no factor, so no reason to be 0"
            if story.leftover(1, i, 0)
            else "D1 is no factor of it"
        ]


@pytest.mark.parametrize("case", ["one example", "large, one example"])
def test_the_story_stands_beside_the_network_in_lines_that_fit(case):
    for recipe in RECIPES if case == "one example" else FEW:
        for name in ("A1_drop", "dA1_drop", "dA1"):
            network, beside = parts(told(case, recipe)[name])
            slots = [node for node in beside.iter("text") if node.get("data-slot")]
            assert [int(node.get("data-slot")) for node in slots] == list(range(COLUMN_LINES))
            pointed = by_attribute(network, "data-row")[network.get("data-pointed")]
            shown = [(node.get("class").split("slot-")[1], node.text) for node in slots]
            lines = [tuple(line.split("|", 1)) for line in pointed.get("data-says").split("\n")]
            assert shown[: len(lines)] == lines
            assert all(text == "" for _, text in shown[len(lines) :])
            for node in network.iter():
                for line in (node.get("data-says") or "").split("\n"):
                    assert len(line.partition("|")[2]) <= COLUMN or " " not in line
                assert (node.get("data-says") or "").count("\n") < COLUMN_LINES


def test_lines_that_are_too_many_for_the_column_lose_the_empty_ones_first():
    few = [("h", "a"), ("t", ""), ("c", "b = c")]
    assert in_column(few) == few
    many = [("h", "word " * 20), ("t", "")] * 5
    assert ("t", "") not in in_column(many)


def test_the_pointed_unit_is_lit_wherever_its_row_is():
    network, _ = parts(told("one example", "no mask")["dA1"])
    lit = [node for node in network.iter() if "lit" in node.get("class", "").split()]
    assert {node.get("data-row") for node in lit} == {network.get("data-pointed")} == {"1 0"}
    assert len([node for node in lit if node.tag == "line"]) == 3  # its wires to layer 2


def test_a_key_has_one_line_for_each_line():
    assert as_key([("c", "a = b"), ("t", "x | y")]) == "c|a = b\nt|x | y"
