"""Plots draw into the axes they are given, and say in words what they show."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from dropout_lab.charts.plots import HATCH, gradient_bars, gradient_strips, plot


@pytest.fixture
def axes():
    return Figure().add_subplot()


AFTER, BEFORE, KEPT = [0.6, -0.3], [0.0, -0.6], [False, True]


def test_a_pair_of_bars_for_every_unit_and_those_off_hatched(axes):
    words = gradient_bars(axes, AFTER, BEFORE, KEPT)
    heights = [bar.get_height() for bar in axes.patches]
    assert heights == [0.6, -0.3, 0.0, -0.6]
    assert [bar.get_hatch() or "" for bar in axes.patches] == [HATCH, "", HATCH, ""]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["unit 0\noff", "unit 1\nkept"]
    assert "unit 0, off: after +0.60, before 0; unit 1, kept: after −0.30, before −0.60." in words
    assert [text.get_text() for text in axes.texts] == ["0"]  # a zero bar is not a missing one


def test_one_column_of_a_matrix_will_do(axes):
    columns = [np.array(values)[:, None] for values in (AFTER, BEFORE, KEPT)]
    assert "unit 1, kept" in gradient_bars(axes, *columns)


def test_arrays_that_do_not_match_are_named(axes):
    with pytest.raises(ValueError, match=r"got 2, 2 and 3. For one example j: dA_drop\[:, j\]"):
        gradient_bars(axes, AFTER, BEFORE, [True, False, True])
    with pytest.raises(ValueError, match=r"one shape \(masks, units\); got \(2,\)"):
        gradient_strips(axes, AFTER, BEFORE, KEPT)


def test_strips_show_every_mask_and_the_share_that_is_off(axes, rng):
    kept = rng.random((40, 3)) < 0.7
    after = rng.standard_normal((40, 3))
    words = gradient_strips(axes, after, after * kept / 0.7, kept)
    points = [line for line in axes.lines if len(line.get_xdata()) == 40]
    assert len(points) == 9  # for each unit: after the switch when kept, when off, and before it
    hollow = [line for line in points if line.get_markerfacecolor() == "white"]
    for unit, line in enumerate(hollow):
        shown = ~np.isnan(line.get_ydata())
        assert np.array_equal(shown, ~kept[:, unit])
        assert np.array_equal(line.get_ydata()[shown], after[:, unit][shown])
    assert len(hollow) == 3
    for unit in range(3):
        share = f"{1 - kept[:, unit].mean():.0%}"
        assert (
            f"unit {unit}: off in {share} of the masks, its gradient before the switch then 0"
            in words
        )
        assert share in axes.get_xticklabels()[unit].get_text()
    assert "its gradient before the switch then not 0" in gradient_strips(axes, after, after, kept)


def test_a_plot_shows_a_picture_and_its_words(capsys):
    made = plot(gradient_bars, AFTER, BEFORE, KEPT)
    assert made.png().startswith(b"\x89PNG")
    assert made.png() == plot(gradient_bars, AFTER, BEFORE, KEPT).png()
    made._ipython_display_()
    assert made.words in capsys.readouterr().out
