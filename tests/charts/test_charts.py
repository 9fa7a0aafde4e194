"""Charts: places follow the numbers, equal means stand under each other, and words never shrink."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import normal_share
from dropout_lab.charts.means import Means, draw_means
from dropout_lab.charts.panels import BINS, MOST_TICKS, Mark, Panel, draw_panels, round_ticks
from dropout_lab.charts.plots import eps_lines, plot
from dropout_lab.charts.spread import FIXED_POINT, ShareChart, draw_spread
from dropout_lab.experiments.ensemble import Distribution
from dropout_lab.pictures.svg import as_text


def spread(values, probabilities=None):
    values = np.asarray(values, dtype=float)
    if probabilities is None:
        probabilities = np.full(values.size, 1 / values.size)
    return Distribution(values, probabilities)


def triangles(root):
    """[(percent, pixels from the top)] of every triangle."""
    return [
        (float(frame.get("x")[:-1]), int(frame.get("y")))
        for frame in root.iter("svg")
        if frame.find("path[@class='tip']") is not None
    ]


def names(root):
    """[(words, percent, side)] of what stands beside the triangles."""
    return [
        (text.text, float(frame.get("x")[:-1]), text.get("class").split()[-1])
        for frame in root.iter("svg")
        if (text := frame.find("text")) is not None and "over" in text.get("class")
    ]


def heights(root, nth=0):
    """The heights of the bars of a panel, the largest 1."""
    path = [one for one in root.iter("path") if one.get("class") == "bars"][nth]
    return [1 - float(y) for y in re.findall(r"V(.*?)H", path.get("d"))]


# -- Panels --------------------------------------------------------------------------------------


def draw(*marks, values=(0.0, 10.0), probabilities=None):
    panel = Panel("what it is", spread(values, probabilities), marks)
    return draw_panels([panel], np.linspace(0, 10, 6), "the axis", "in words")


def test_each_mean_has_a_row_and_equal_ones_stand_under_each_other():
    root = draw(Mark("a", [4.0], "on"), Mark("b", [4.0], "mean"), Mark("c", [6.0], "other"))
    (x, y), (under, lower), (beside, lowest) = triangles(root)
    assert x == under == pytest.approx(1.5 + 0.4 * 97)
    assert beside == pytest.approx(1.5 + 0.6 * 97)
    assert lower - y == lowest - lower > 13  # rows of letters of 13 pixels
    assert names(root) == [("a", x, "start"), ("b", x, "start"), ("c", beside, "end")]


def test_the_name_of_several_stands_where_there_is_room():
    def side(*values):
        ((_, at, where),) = names(draw(Mark("yours", values, "on")))
        return round((at - 1.5) / 9.7, 1), where

    assert side(0.0, 9.0) == (0.0, "start")
    assert side(6.0, 9.0) == (6.0, "end")
    assert names(draw(Mark("yours", [], "on"))) == []


def test_bars_are_shares_and_the_ends_belong_to_them():
    tops = heights(
        draw(values=[0.0, 10.0, 10.0 + 1e-15], probabilities=np.array([0.25, 0.5, 0.25]))
    )
    assert len(tops) == BINS
    assert (tops[0], tops[-1], sum(tops)) == pytest.approx((1 / 3, 1, 4 / 3), abs=1e-3)


def test_letters_are_pixels_and_places_are_percent():
    root = draw(Mark("a", [4.0], "on"))
    assert root.get("viewBox") is None  # with one, letters would shrink on a narrow page
    assert (root.get("role"), root.get("aria-label")) == ("img", "in words")
    assert root.get("style").startswith(f"height: {root.get('height')}px")
    assert root.get("width") == "1112"
    assert "font-size: 13px" in root.find("style").text
    assert [text.text for text in root.iter("text")][:7] == [
        "0",
        "2",
        "4",
        "6",
        "8",
        "10",
        "the axis",
    ]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=4))
def test_ticks_are_round_few_and_around_all_values(values):
    ticks = round_ticks(np.array(values))
    steps = np.diff(ticks)
    assert 2 <= len(ticks) <= MOST_TICKS
    assert ticks[0] <= min(values) + 1e-9 * steps[0]
    assert ticks[-1] >= max(values) - 1e-9 * steps[0]
    assert np.allclose(steps, steps[0])
    assert f"{steps[0]:.3e}"[:5] in ("1.000", "2.000", "5.000")


# -- A quantity over all masks -------------------------------------------------------------------


def test_the_spread_shows_exact_means_and_says_them():
    scaled, plain = spread([0.0, 2.0], np.array([0.25, 0.75])), spread([0.0, 1.0])
    root = draw_spread("Z2", (scaled, plain), (1.5, 0.5))
    assert (
        "Z2 over 2 masks. With the scale: exact mean 1.5000, standard deviation 0.8660. Without: mean "
        "0.5000, standard deviation 0.5000. Everything on: 1.5000; everything on, A times keep_prob: "
        "0.5000." in root.get("aria-label")
    )
    on, mean, times, on_again, bare, times_again = (x for x, _ in triangles(root))
    assert on == mean == on_again == pytest.approx(1.5 + 0.75 * 97)
    assert times == bare == times_again == pytest.approx(1.5 + 0.25 * 97)
    assert [words for words, *_ in names(root)][3:] == [
        "everything on 1.5000",
        "exact mean over all masks 0.5000",
        "everything on, A * keep_prob 0.5000",
    ]
    assert heights(root)[0] == pytest.approx(1 / 3, abs=1e-3)
    assert heights(root, 1)[0] == 1
    assert scaled.variance == 0.75


def test_minus_signs_are_minus_signs_and_a_zero_has_none():
    root = draw_spread("Z2", (spread([-1.0, 1.0]), spread([-1.0, 0.5])), (-1e-9, -0.5))
    told = [text.text for text in root.iter("text")]
    assert "everything on 0.0000" in told
    assert "everything on, A * keep_prob −0.5000" in told
    assert "−1" in told
    assert not any("-" in words for words in told)


def test_a_quantity_that_is_always_the_same_can_be_drawn():
    root = draw_spread("Z2", (spread([0.0]), spread([0.0])), (0, 0))
    assert "standard deviation 0.0000" in root.get("aria-label")
    assert {x for x, _ in triangles(root)} == {50.0}


# -- All thinned networks ------------------------------------------------------------------------

AVERAGES = {"renormalized geometric mean": 0.2, "arithmetic mean": 0.4, "everything on": 0.2, "mean of samples": 0.5}  # fmt: skip


def means(values, latest=(), probabilities=None, drawn=(0.4, 0.6)):
    thinned = spread(values, probabilities)
    return Means(thinned, spread(drawn), AVERAGES, "here", "everything on", latest)


def test_the_averages_of_all_networks_stand_above_those_of_the_samples():
    root = draw_means(means([0.11, 0.91], (), np.array([0.25, 0.75])))
    assert [words for words, *_ in names(root)] == [
        "renormalized geometric mean 0.2000",
        "everything on 0.2000",
        "arithmetic mean 0.4000",
        "arithmetic mean 0.4000",
        "mean of samples 0.5000",
    ]
    places = [x for x, _ in triangles(root)]
    assert places[0] == places[1] == pytest.approx(1.5 + 0.2 * 97)
    assert places[2] == places[3] < places[4]
    assert sorted(heights(root))[-2:] == pytest.approx([1 / 3, 1], abs=1e-3)
    assert heights(root, 1).count(1.0) == 2
    told = as_text(root)
    assert "What all 2 thinned networks predict" in told
    assert "What 2 random masks predict" in told


def test_your_predictions_have_a_row_and_leave_nothing_behind():
    bare = as_text(draw_means(means([0.5])))
    assert "your predictions" not in re.sub('aria-label=".*?"', "", bare)
    root = draw_means(means([0.5], (0.1, 0.9)))
    assert [x for x, _ in triangles(root)][-2:] == pytest.approx([1.5 + 9.7, 1.5 + 87.3])
    assert names(root)[-1][0] == "your predictions"
    assert as_text(draw_means(means([0.5]))) == bare


def test_a_single_network_is_not_called_all_networks():
    assert "What the network predicts" in as_text(
        draw_means(means([0.5, 0.6], (), np.array([1.0, 0])))
    )


# -- The share kept ------------------------------------------------------------------------------


def test_the_share_that_randn_keeps_is_fact_c():
    """Fact (c), its digits: Phi at 0.1, 0.5, 0.8, 0.86, 1.0 and 0; the fixed point."""
    shares = [normal_share(k) for k in (0.1, 0.5, 0.8, 0.86, 1.0, 0.0)]
    assert [f"{share:.3f}" for share in shares] == [
        "0.540", "0.691", "0.788", "0.805", "0.841", "0.500",
    ]  # fmt: skip
    assert abs(normal_share(FIXED_POINT) - FIXED_POINT) < 5e-5


def test_the_dot_of_the_share_chart_follows():
    chart = ShareChart(10_000)
    once = chart.show(0.7, 0.758)
    assert (
        chart.words
        == once.get("aria-label")
        == (
            "Share kept at keep_prob 0.70: rand keeps 0.700, randn 0.758; of 10,000 draws 0.758 were "
            "kept. The two lines cross at 0.7833."
        )
    )

    def dot(root):
        (circle,) = (one for one in root.iter("circle") if one.get("class") == "ink")
        return float(circle.get("cx")[:-1]), float(circle.get("cy"))

    assert dot(once)[0] == triangles(once)[0][0] == pytest.approx(1.5 + 0.7 * 97)
    lower = dot(chart.show(0.3, 0.618))
    assert lower[0] < dot(once)[0]
    assert lower[1] > dot(once)[1]
    assert as_text(chart.show(0.7, 0.758)) == as_text(once)


def test_the_curve_of_randn_is_drawn_where_phi_says():
    (path,) = (
        p for p in ShareChart(10_000).show(0.7, 0.7).iter("path") if p.get("class") == "mark other"
    )
    points = np.array([point.split() for point in path.get("d")[1:].split("L")], dtype=float)
    assert np.allclose([1 - y for _, y in points], [normal_share(k) for k, _ in points], atol=1e-3)
    assert all(a < b for a, b in pairwise(points[:, 0]))


# -- With matplotlib -----------------------------------------------------------------------------


def test_a_numerical_gradient_over_eps_is_two_lines_on_logarithmic_axes():
    figure = plot(eps_lines, [0.1, 0.01], [0.5, -0.5], [3.0, -30.0])
    (axes,) = figure.figure.axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert [list(line.get_ydata()) for line in axes.lines] == [[0.5, 0.5], [3.0, 30.0]]
    assert "eps 1e-01: 0.5 and 3; eps 1e-02: 0.5 and 30." in figure.words
    with pytest.raises(ValueError, match="as many slopes as eps; got 1, 2"):
        plot(eps_lines, [0.1, 0.01], [0.5], [3.0, -30.0])
