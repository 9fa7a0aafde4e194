"""Live charts: what moves follows the numbers, what stands still is drawn once."""

import base64
import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from dropout_lab.bugs.catalogue import normal_share
from dropout_lab.charts.plots import eps_lines, plot
from dropout_lab.charts.spread import FIXED_POINT, ShareChart, SpreadChart
from dropout_lab.experiments.ensemble import Distribution
from dropout_lab.pictures.svg import as_text


def pixels(html):
    data = re.search(r'base64,([^"]+)"', html)[1]
    return np.asarray(Image.open(BytesIO(base64.b64decode(data))).convert("RGB")).astype(int)


def spread(values, probabilities=None):
    values = np.asarray(values, dtype=float)
    if probabilities is None:
        probabilities = np.full(values.size, 1 / values.size)
    return Distribution(values, probabilities)


def test_the_share_that_randn_keeps_is_fact_c():
    """Fact (c), its digits: Phi at 0.1, 0.5, 0.8, 0.86, 1.0 and 0; the fixed point."""
    shares = [normal_share(k) for k in (0.1, 0.5, 0.8, 0.86, 1.0, 0.0)]
    assert [f"{share:.3f}" for share in shares] == [
        "0.540",
        "0.691",
        "0.788",
        "0.805",
        "0.841",
        "0.500",
    ]
    assert abs(normal_share(FIXED_POINT) - FIXED_POINT) < 5e-5


def test_the_dot_of_the_share_chart_follows():
    chart = ShareChart()
    once = as_text(chart.show(0.7, 0.758))
    assert chart.words == (
        "Share kept at keep_prob 0.70: rand keeps 0.700, randn 0.758; of 10,000 draws 0.758 were "
        "kept. The two lines cross at 0.7833."
    )
    assert f'alt="{chart.words}"' in once
    moved = as_text(chart.show(0.3, 0.618))
    assert np.abs(pixels(once) - pixels(moved)).sum() > 0
    assert as_text(chart.show(0.7, 0.758)) == once  # nothing is left behind


def test_what_moves_is_drawn_as_a_full_drawing_would_draw_it():
    """The quick picture against matplotlib's own, up to the palette."""
    chart = ShareChart()
    chart.show(0.2, 0.2)
    quick = pixels(as_text(chart.show(0.9, 0.816)))
    for artist in (chart._here, chart._found):
        artist.set_animated(False)
    canvas = chart._live._canvas
    canvas.draw()
    full = np.asarray(canvas.buffer_rgba())[:, :, :3].astype(int)
    assert np.percentile(np.abs(quick - full), 99) <= 16


def test_the_spread_chart_shows_exact_means_and_says_them():
    chart = SpreadChart()
    scaled, plain = spread([0.0, 2.0], np.array([0.25, 0.75])), spread([0.0, 1.0])
    alt = chart.show("Z2", (scaled, plain), (1.5, 0.5)).get("alt")
    assert (
        "Z2 over 2 masks. With the scale: exact mean 1.5000, standard deviation 0.8660. Without: mean "
        "0.5000, standard deviation 0.5000. Everything on: 1.5000; everything on, A times keep_prob: "
        "0.5000." in alt
    )
    bars, mean, on, times = chart._rows[0]
    heights, edges, _ = bars.get_data()
    assert mean.get_xdata()[0] == on.get_xdata()[0] == 1.5
    assert times.get_xdata()[0] == 0.5
    assert np.isclose(heights.max(), 0.92)
    assert np.isclose(heights[np.searchsorted(edges, 0.0, "right") - 1], 0.92 / 3)
    assert scaled.variance == 0.75


def test_limits_hold_all_values_and_change_only_when_they_must():
    chart = SpreadChart()
    chart.show("Z2", (spread([0.1, 1.4]), spread([0.1, 0.9])), (0.5, 0.4))
    assert chart._live.axes[0].get_xlim() == (0.0, 1.5)
    still = chart._live._palette
    chart.show("Z2", (spread([0.1, 1.45]), spread([0.1, 0.9])), (0.5, 0.4))
    assert chart._live._palette is still
    chart.show("Z2", (spread([-0.1, 1.6]), spread([0.1, 0.9])), (0.5, 0.4))
    assert chart._live.axes[0].get_xlim() == (-2.0, 2.0)
    assert chart._live._palette is not still


def test_a_quantity_that_is_always_the_same_can_be_drawn():
    chart = SpreadChart()
    image = chart.show("Z2", (spread([0.0]), spread([0.0])), (0, 0))
    assert "standard deviation 0.0000" in image.get("alt")


def test_a_numerical_gradient_over_eps_is_two_lines_on_logarithmic_axes():
    figure = plot(eps_lines, [0.1, 0.01], [0.5, -0.5], [3.0, -30.0])
    (axes,) = figure.figure.axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert [list(line.get_ydata()) for line in axes.lines] == [[0.5, 0.5], [3.0, 30.0]]
    assert "eps 1e-01: 0.5 and 3; eps 1e-02: 0.5 and 30." in figure.words
    with pytest.raises(ValueError, match="as many slopes as eps; got 1, 2"):
        plot(eps_lines, [0.1, 0.01], [0.5], [3.0, -30.0])
