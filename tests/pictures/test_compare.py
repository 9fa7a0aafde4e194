"""The picture of a broken backward pass: a verdict for every gradient, and one beside the true one."""

from xml.etree.ElementTree import fromstring

import numpy as np
import pytest

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.passes import backward, forward
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import lesson
from dropout_lab.pictures.compare import (
    describe_comparison,
    draw_comparison,
    error_of,
    gradient_names,
)
from dropout_lab.pictures.steps import tell
from dropout_lab.pictures.svg import as_text
from dropout_lab.text import number

SVG = "{http://www.w3.org/2000/svg}"


def steps_of(name):
    case, recipe = lesson(), {"correct": CORRECT, **BUGS}[name]
    fwd = forward(case.net, case.X, case.masks, case.keep_prob, recipe)
    return tell(case.net, fwd, backward(case.net, fwd, case.Y, recipe), case.Y, recipe)


def verdicts(svg):
    groups = [g for g in fromstring(svg).iter(f"{SVG}g") if g.get("data-press")]
    return {g.get("data-press"): [t.text for t in g.iter(f"{SVG}text")] for g in groups}


def test_a_correct_pass_has_nothing_wrong_in_it():
    steps = steps_of("correct")
    svg = as_text(draw_comparison(steps, "dW1"))
    assert all(texts[0] == "✓" and texts[2] == "right" for texts in verdicts(svg).values())
    assert list(verdicts(svg)) == gradient_names(steps)
    assert 'cellwrong"' not in svg.replace("cellwrong {", "")
    assert "All gradients are true." in describe_comparison(steps, "dW1")


def test_a_mistake_shows_from_its_line_on_and_not_before():
    svg = as_text(draw_comparison(steps_of("no mask"), "dW1"))
    marks = {name: texts[0] for name, texts in verdicts(svg).items()}
    right = {name for name, mark in marks.items() if mark == "✓"}
    assert right == {"dZ3", "dW3", "db3", "dA2_drop"}
    assert 'class="cellwrong"' in svg


def test_the_error_is_the_relative_error_of_that_gradient():
    last = steps_of("no scale")[-1]
    found, true = last.seen["dW1"], last.truth["dW1"]
    assert np.isclose(error_of(last, "dW1"), (1 - 0.49) / (1 + 0.49))  # two layers of switches
    assert np.allclose(found, 0.49 * true)
    assert error_of(last, "dW3") == 0


def test_the_numbers_shown_are_the_recipes_and_the_true_ones():
    words = describe_comparison(steps_of("no scale"), "db1")
    assert "Not the true gradient: dA2, dZ2, dW2, db2, dA1_drop, dA1, dZ1, dW1, db1." in words
    found, true = (steps_of("no scale")[-1].seen["db1"], steps_of("no scale")[-1].truth["db1"])
    assert f" db1: {number(float(found[0, 0]))};" in words
    assert f"true db1: {number(float(true[0, 0]))};" in words
    assert not np.isclose(found[0, 0], true[0, 0])


def test_the_line_of_code_is_the_broken_one():
    svg = as_text(draw_comparison(steps_of("no mask"), "dW1"))
    texts = [text.text for text in fromstring(svg).iter(f"{SVG}text")]
    assert texts[:3] == [
        "dW1 = dZ1 @ X.T / m",
        "dA1 = dA1_drop / keep_prob",
        "dZ1 = dA1 * (Z1 > 0)",
    ]


def test_the_same_steps_give_the_same_text_and_unknown_gradients_are_named():
    steps = steps_of("no mask")
    assert as_text(draw_comparison(steps, "dA1", 2)) == as_text(
        draw_comparison(steps_of("no mask"), "dA1", 2)
    )
    with pytest.raises(ValueError, match="there is no gradient 'dA0'; there are dZ3, dW3"):
        draw_comparison(steps, "dA0")
