"""Lines over the iterations: drawn to scale, named at their ends, and told where they leave the chart."""

import re

import numpy as np
import pytest
from pictures.seen import by_class

from dropout_lab.charts.curves import (
    APART,
    Scales,
    at_tick,
    draw_losses,
    draw_sizes,
    spread,
    steps,
    way,
)
from dropout_lab.experiments.race import Curve

SIZE = (620, 185)


def curve(loss, size=None, iterations=None):
    loss = np.asarray(loss, dtype=float)
    at = np.arange(len(loss)) * 10.0 if iterations is None else np.asarray(iterations, dtype=float)
    size = np.ones(len(loss)) if size is None else np.asarray(size, dtype=float)
    return Curve(at, loss + 0.1, size, loss - 0.05, loss, loss + 0.05)


def points(node):
    return np.array(re.findall(r"[ML](\S+) ([^\sML]+)", node.get("d")), dtype=float)


def words(root):
    return [node.text for node in root.iter("text")]


def test_the_lines_are_drawn_to_scale_with_the_thin_ones_below():
    root = draw_losses(SIZE, {"a": curve([0.8, 0.4, 0.2])}, 40, bands=False)
    inner = root.find("svg")
    width, height = float(inner.get("width")), float(inner.get("height"))
    thin, line = inner
    top = 1.2  # above 1.3 times the highest first loss, 0.85, in tenths
    np.testing.assert_allclose(
        points(line), np.column_stack([[0, width / 4, width / 2], height * (1 - np.array([0.8, 0.4, 0.2]) / top)]),
        atol=0.06,
    )  # fmt: skip
    np.testing.assert_allclose(
        points(thin)[:, 1], points(line)[:, 1] - height * 0.1 / top, atol=0.1
    )
    assert ["thinrun" in thin.get("class"), "run" in line.get("class").split()] == [True, True]


def test_over_seeds_there_is_a_band_between_its_two_edges():
    curves = {"a": curve([0.8, 0.4]), "b": curve([0.7, 0.3])}
    assert not by_class(draw_losses(SIZE, curves, 40, bands=False), "band")
    root = draw_losses(SIZE, curves, 40, bands=True)
    height = float(root.find("svg").get("height"))
    edges = points(by_class(root, "band")[0])[:, 1].reshape(2, 2)
    lower, upper = edges[0], edges[1][::-1]
    np.testing.assert_allclose(lower - upper, height * 0.1 / 1.2, atol=0.11)
    assert "band: 80% of seeds" in root.find("text")[0].text


def test_each_name_stands_at_the_end_of_its_line_with_the_last_value_and_none_on_another():
    root = draw_losses(SIZE, {"a": curve([0.8, 0.4]), "b": curve([0.8, 0.41])}, 10, bands=False)
    a, b = by_class(root, "word")
    assert (a.text, b.text) == ("a 0.40", "b 0.41")
    assert float(a.get("y")) == pytest.approx(float(b.get("y")) + APART)
    inner = root.find("svg")
    end = float(inner.get("y")) + points(by_class(root, "run")[1])[-1, 1]
    assert float(b.get("y")) == pytest.approx(end + 4.5, abs=0.1)
    assert float(a.get("x")) > float(inner.get("x")) + float(inner.get("width"))


def test_names_keep_apart_within_the_box():
    assert spread([5, 50], 15, 100) == [5, 50]
    assert spread([5, 6, 7], 15, 100) == [5, 20, 35]
    assert spread([98, 99, 100], 15, 100) == [70, 85, 100]
    assert spread([0, 90, 95, 100], 15, 100) == [0, 70, 85, 100]


def test_what_leaves_the_chart_is_said_in_words_with_its_largest_value():
    curves = {
        "a": curve([0.7, 5.0, 18_933.2, 0.6]), "b": curve([0.7, 0.6, np.nan, np.nan]), "c": curve([0.7, 0.6, 0.5, 0.4]),
    }  # fmt: skip
    root = draw_losses(SIZE, curves, 1000, bands=False)
    notes = by_class(root, "note")
    assert [note.text for note in notes] == [
        "off the chart: 18,933", "off the chart: not finite", "",
    ]  # fmt: skip
    assert float(notes[1].get("y")) == float(notes[0].get("y")) + APART
    height = float(root.find("svg").get("height"))
    assert points(by_class(root, "run")[0])[2, 1] == pytest.approx(
        -height
    )  # as far above, and cut off
    assert "b not finite" in words(root)
    assert "a went from 0.70 to 0.60 (off the chart: 18,933), with masks" in root.get("aria-label")
    assert "c went from 0.70 to 0.40, with masks 0.50" in root.get("aria-label")
    late = draw_losses(SIZE, {"a": curve([0.7, 0.5, 9.0])}, 20, bands=False)
    (note,) = by_class(late, "note")
    assert "end" in note.get("class").split()
    assert float(note.get("x")) < float(late.find("svg").get("x")) + float(
        late.find("svg").get("width")
    )


def test_the_sizes_stand_on_a_logarithmic_scale_of_whole_powers():
    root = draw_sizes(
        SIZE, {"a": curve([1, 1, 1], [1, 10, 1000]), "b": curve([1, 1, 1], [2, 2, 2])}, 20
    )
    inner = root.find("svg")
    height = float(inner.get("height"))
    np.testing.assert_allclose(
        points(inner[0])[:, 1], height * np.array([1, 0.75, 0.25]), atol=0.06
    )
    assert {"1", "10", "100", "1,000", "10,000", "a 1,000", "b 2.00"} <= set(words(root))
    assert root.get("aria-label") == "Size of W1: a 1,000; b 2.00."


def test_a_narrow_range_has_more_numbers_and_a_huge_size_leaves_the_others_readable():
    near = words(draw_sizes(SIZE, {"a": curve([1, 1], [1.7, 3.6])}, 20))
    assert {"1", "2", "5", "10"} <= set(near)
    far = draw_sizes(SIZE, {"a": curve([1, 1], [1.7, 3.6]), "b": curve([1, 1], [2, 1e40])}, 20)
    assert {"1", "10", "b 1 × 10⁴⁰"} <= set(words(far))
    lost = draw_sizes(SIZE, {"a": curve([1, 1], [0, np.nan])}, 20)
    assert "a not finite" in words(lost)


def test_a_path_has_no_negative_zero():
    """Its sign is a matter of rounding errors, and stored pictures are compared."""
    assert way(np.array([-1e-17, 1]), np.array([-0.04, 2.26])) == "M0.0 0.0L1.0 2.3"


def test_steps_are_round_and_few():
    assert steps(2000, 4) == [0, 500, 1000, 1500, 2000]
    assert steps(50_000, 4) == [0, 20_000, 40_000]
    assert steps(3, 4) == [0, 1, 2, 3]
    assert steps(1.0, 3) == [0, 0.5, 1.0]
    for most in (1, 7, 43, 300, 999, 12_345):
        assert 2 <= len(steps(most, 4)) <= 5
    assert [at_tick(value) for value in (0.1, 1, 1000, 1e6, 1e8)] == [
        "0.1",
        "1",
        "1,000",
        "10⁶",
        "10⁸",
    ]


def test_what_is_no_number_is_far_above():
    scales = Scales(0, 0, 100, 50, 10, 0, 2)
    assert scales.down([0, 1, 2, 3, 100, np.inf, np.nan]).tolist() == [
        50,
        25,
        0,
        -25,
        -50,
        -50,
        -50,
    ]
    assert Scales(0, 0, 100, 50, 10, 1, 100, log=True).down([0, 1, 10, 100]).tolist() == [
        50,
        50,
        25,
        0,
    ]
