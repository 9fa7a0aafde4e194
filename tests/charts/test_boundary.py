"""The race in one picture: maps, points, shares, and colors that can be told apart in both themes."""

import re
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from pictures.seen import contrast
from PIL import Image

from dropout_lab.charts.boundary import GRID, PARTS, RACE, Plane, TrainingChart, as_png, shades
from dropout_lab.core.network import Network
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import Points, two_moons
from dropout_lab.experiments.race import Race, mean_output, set_up
from dropout_lab.pictures.scores import share
from dropout_lab.pictures.svg import STYLE, as_text

RECIPES = ("correct", "no mask", "no scale", "neither")


def race_of(count=2, iterations=100, **settings):
    """A race of so many equal recipes, under different names."""
    race = Race(dict.fromkeys(RECIPES[:count], CORRECT), set_up(**settings))
    race.advance_to(iterations)
    return race


def chart_of(race, total=200):
    """Its chart, and the element it shows."""
    setup = race.setup
    chart = TrainingChart(setup.points, list(race.tracks), setup.seeds > 1, setup.test is not None)
    nets = {name: track.last.net for name, track in race.tracks.items()}
    return chart, chart.show(nets, race.scores(), race.curves(), total)


def numbers(path):
    return np.array(re.findall(r"[ML](\S+) ([^\sMLlhz]+)", path), dtype=float)


def of_class(root, name):
    return [node for node in root.iter() if node.get("class") == name]


def test_the_boundary_runs_where_the_averaged_networks_are_undecided():
    race = race_of(1, seeds=3)
    points, net = race.setup.points, race.tracks["correct"].last.net
    plane = Plane(points, 351, 208)
    _, root = chart_of(race)
    (line,) = of_class(root, "limit")
    (x0, y0), (x1, y1) = points.X.min(axis=1), points.X.max(axis=1)
    margin = 0.05 * max(x1 - x0, y1 - y0)
    across, down = (numbers(line.get("d")) / (plane.width, PARTS[1][0][1] - 52)).T
    x = x0 - margin + across * (x1 - x0 + 2 * margin)
    y = y1 + margin - down * (y1 - y0 + 2 * margin)
    assert len(x) > 20
    assert np.abs(mean_output(net, np.array([x, y])) - 0.5).max() < 0.02


def test_the_plane_is_colored_by_what_the_averaged_networks_say():
    race = race_of(1, seeds=3)
    points, net = race.setup.points, race.tracks["correct"].last.net
    _, root = chart_of(race)
    said = mean_output(net, Plane(points, 1, 1).all[:, points.Y.size :]).reshape(GRID[::-1])[::-1]
    for theme in ("light", "dark"):
        (image,) = of_class(root, theme)
        shown = Image.open(BytesIO(b64decode(image.get("href").split(",")[1]))).convert("RGB")
        colors = np.array(shades(theme == "dark"))
        where = (said * (len(colors) - 0.001)).astype(int)
        np.testing.assert_array_equal(np.asarray(shown), colors[where])
        # The middle of each pixel is at a point of the grid: the first at the edge of the plane.
        x, width = float(image.get("x")), float(image.get("width"))
        assert x + width / GRID[0] / 2 == pytest.approx(0, abs=0.01)


def test_wrong_points_are_large_and_outlined_and_counted():
    race = race_of(1)
    points, net = race.setup.points, race.tracks["correct"].last.net
    wrong = (mean_output(net, points.X) > 0.5) != (points.Y[0] == 1)
    _, root = chart_of(race)
    assert 5 < wrong.sum() < 60
    for label, name in enumerate(("p0 wrong", "p1 wrong")):
        (marks,) = of_class(root, name)
        assert marks.get("d").count("M") == (wrong & (points.Y[0] == label)).sum()
        (all_,) = of_class(root, f"p{label}")
        assert all_.get("d").count("M") == (points.Y[0] == label).sum()
    (rim,), (dots,) = of_class(root, "p1 rim"), of_class(root, "p1 wrong")
    assert rim.get("d") == dots.get("d")
    assert f"{wrong.sum()} of 211 points on the wrong side" in root[1].get("aria-label")


def test_the_share_of_new_points_that_are_right_stands_above_each_map():
    race = race_of(2)
    chart, root = chart_of(race)
    told = share(race.scores()["correct"].test)
    assert [node.text for node in of_class(root, "r1 word share end")] == [told]
    assert as_text(root).count(">of new points right<") == 2
    assert chart.words.startswith(f"correct: {told} of new points right, ")
    moons = two_moons(20, np.random.default_rng(0)).train
    own = race_of(1, 5, X=moons.X, Y=moons.Y)
    chart, root = chart_of(own)
    assert ">of its points right<" in as_text(root)
    assert f"correct: {share(own.scores()['correct'].train)} of its points right" in chart.words


def shown_of(net, race):
    """The race's chart with this network in place of the trained one."""
    chart, _ = chart_of(race)
    return as_text(chart.show({"correct": net}, race.scores(), race.curves(), 200)), chart.words


def test_a_network_that_says_the_same_everywhere_is_told_so():
    race = race_of(1, 5)
    W = {1: np.zeros((3, 2)), 2: np.ones((1, 3))}
    dead = Network(W, {1: np.full((3, 1), -1.0), 2: np.full((1, 1), 0.12)})
    markup, words = shown_of(dead, race)
    assert ">says 0.53 to every point<" in markup
    assert "right, says 0.53 to every point, " in words
    nearly = Network({**W, 1: np.full((3, 2), 0.01)}, {1: np.ones((3, 1)), 2: np.zeros((1, 1))})
    assert "to every point" not in "".join(shown_of(nearly, race))
    lost = Network({**W, 2: np.full((1, 3), np.nan)}, dead.b)
    markup, words = shown_of(lost, race)
    assert ">says what is not a number<" in markup
    assert "211 of 211 points on the wrong side" in words


def test_an_image_is_read_as_it_was_written_and_is_the_same_bytes_everywhere():
    colors = [(10, 20, 30), (200, 100, 0), (255, 255, 255)]
    pixels = np.array([[0, 1], [2, 1], [1, 1]], dtype=np.uint8)
    png = as_png(pixels, colors)
    np.testing.assert_array_equal(Image.open(BytesIO(png)).convert("RGB"), np.array(colors)[pixels])
    assert b"\x78\x01\x01" in png  # one block, stored


def test_the_still_picture_has_all_parts_side_by_side_and_one_theme():
    for count in PARTS:
        chart, root = chart_of(race_of(count, 5))
        before = as_text(root)
        still = chart.still()
        assert as_text(root) == before
        assert not of_class(still, "dark")
        assert still.get("aria-label") == chart.words
        boxes = [[float(one.get(k)) for k in ("x", "y", "width", "height")] for one in still[2:]]
        assert len(boxes) == count + 2
        for k, (x, y, w, h) in enumerate(boxes):
            assert x + w <= float(still.get("width"))
            assert y + h <= float(still.get("viewBox").split()[3])
            for a, b, c, d in boxes[k + 1 :]:
                assert x + w <= a or a + c <= x or y + h <= b or b + d <= y


def test_in_a_narrow_page_no_letter_is_smaller_than_twelve_pixels():
    """579 pixels on a projector, 732 in a window of 900; letters have 13 and shrink with their part."""
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", RACE)]
    for map_, losses, sizes_ in PARTS.values():
        widest = max(map_[0], losses[0], sizes_[0])
        assert min(sizes) * min(1, 579 / widest) > 12
        assert map_[0] > 500 or 2 * map_[0] <= 732


def test_a_long_name_has_a_line_of_its_own():
    race = Race(dict.fromkeys(("one mask for all examples", *RECIPES[:3]), CORRECT), set_up())
    _, root = chart_of(race)
    heights = [[float(t.get("y")) for t in part.findall("text")] for part in root[1:5]]
    assert all(name + 20 < told == of for name, of, told in heights)


# -- Colors --------------------------------------------------------------------------------------


def rgb(color):
    return tuple(bytes.fromhex(color[1:]))


def of_theme(dark):
    """The page, and the colors by name: of each recipe r0 to r3, and --up, --down, --dim."""
    rules = re.sub(r"\[data-jp-theme-light=\"false\"\]", "DARK", STYLE + RACE)
    found = {"r0": (255, 255, 255) if dark else rgb("#1f2328")}
    for theme in ("", "DARK ") if dark else ("",):
        for selector, body in re.findall(rf"(?m)(?:^|\}}) *{theme}(\.[^{{]+)\{{([^}}]*)", rules):
            for name, color in re.findall(r"(--\w+): (#\w{6})", body):
                key = selector.split()[-1].strip(".") if name == "--tint" else name
                found[key] = rgb(color)
    return (17, 17, 17) if dark else (255, 255, 255), found


@pytest.mark.parametrize("dark", [False, True])
def test_words_have_a_contrast_of_4_5_and_lines_and_points_of_3_in_both_themes(dark):
    page, colors = of_theme(dark)
    tints = [colors[f"r{k}"] for k in range(4)]
    for text in (*tints, colors["--dim"]):
        assert contrast(text, page) >= 4.5
    faint = float(re.search(r"thinrun.*stroke-opacity: ([\d.]+)", RACE)[1])
    for tint in tints:
        thin = np.array(page) + faint * (np.array(tint) - page)
        assert contrast(thin, page) >= 3
    for shade in shades(dark):
        for mark in (colors["--up"], colors["--down"], colors["r0"]):
            assert contrast(mark, shade) >= 3


def test_recipes_differ_by_dash_and_points_by_shape():
    dashes = re.findall(r"\.r\d \{ --tint: #\w+; --dash: ([\d ]+);", RACE)
    assert len(set(dashes)) == 3  # and the first has none
    plane = Plane(Points(np.eye(2), np.array([[0.0, 1.0]])), 10, 10)
    triangles, dots = plane.dots
    assert triangles.endswith("z")
    assert dots.endswith("h0")
