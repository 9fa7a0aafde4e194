"""Nothing in a picture is cut off or covers something else: text boxes as the browser lays them out."""

import pytest

from dropout_lab import labs
from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.charts.spread import ShareChart
from dropout_lab.core.passes import backward, forward
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import lesson
from dropout_lab.experiments.nudge import SIDES, Spot, nudge
from dropout_lab.labs import picture
from dropout_lab.pictures.compare import draw_comparison, gradient_names
from dropout_lab.pictures.stage import build, draw
from dropout_lab.pictures.steps import tell
from dropout_lab.pictures.svg import as_text
from dropout_lab.pictures.wires import draw_wires

RECIPES = {
    "correct": CORRECT,
    **{name: BUGS[name] for name in ("no mask", "scaled twice", "fresh mask")},
}
# In pixels of the window, of each drawing of each section: its box, and of each text what it says, its size
# and its box. A drawing may be put together from others.
BOXES = """() => [...document.querySelectorAll('section')].map((section) =>
    [...section.querySelectorAll('svg:not(svg svg)')].map((svg) => {
        const box = (node) => {
            const {left, top, right, bottom} = node.getBoundingClientRect();
            return [left, top, right, bottom];
        };
        const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent);
        const size = (text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a;
        return [box(svg), texts.map((text) => [text.textContent, size(text), box(text)])];
    }))"""
SIZES = "(nodes) => nodes.map((node) => parseFloat(getComputedStyle(node).fontSize))"


@pytest.fixture(scope="module")
def page(browser):
    with browser.new_page(viewport={"width": 1400, "height": 1000}) as page:
        yield page


def overlap(a, b):
    """How far two boxes cover each other, in both directions at least two pixels."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    # A line box is higher than its letters, by about a third.
    return wide > 2 and high > 6


def show(page, pictures, width):
    """Show all of {name: markup} in a lab of this width."""
    style = (picture.HERE / "lab.css").read_text(encoding="utf-8")
    style += f"body {{ margin: 8px; font-family: sans-serif }} .dropout-lab {{ width: {width}px }}"
    sections = "".join(f"<section>{one}</section>" for one in pictures.values())
    page.set_content(f"<style>{style}</style><div class='dropout-lab'>{sections}</div>")


def check(page, pictures, width, least):
    """Show all of {name: markup} in a lab of this width, and look at every text."""
    show(page, pictures, width)
    for name, drawings in zip(pictures, page.evaluate(BOXES), strict=True):
        assert drawings
        for frame, texts in drawings:
            assert frame[2] <= width + 8 + 1, f"{name} is wider than its lab"
            for k, (words, size, box) in enumerate(texts):
                assert size >= least, f"{name}: {words!r} is small"
                inside = frame[0] - 1 <= box[0] and box[2] <= frame[2] + 1
                inside &= frame[1] - 1 <= box[1] and box[3] <= frame[3] + 1
                assert inside, f"{name}: {words!r} is cut off"
                for other, _, there in texts[k + 1 :]:
                    assert not overlap(box, there), f"{name}: {words!r} covers {other!r}"


def stages(name, examples):
    case, recipe, drawn = lesson(examples), RECIPES[name], {}
    fwd = forward(case.net, case.X, case.masks, case.keep_prob, recipe)
    bwd = backward(case.net, fwd, case.Y, recipe)
    steps = tell(case.net, fwd, bwd, case.Y, recipe)
    for step in steps:
        drawn[step.name] = draw(step)
    for gradient in gradient_names(steps):
        drawn[f"{gradient} beside the true one"] = as_text(draw_comparison(steps, gradient))
    sent = next(step for step in steps if step.name == "A1_drop")
    drawn["D1 and A1_drop"] = as_text(build(sent, start="D1"))
    for unit in range(4):
        for where in SIDES:
            n = nudge(case.net, fwd, bwd, case.Y, Spot(1, unit, 0, where), -0.5)
            drawn[f"wires of unit {unit}, {where}"] = as_text(draw_wires(n))
    return drawn


@pytest.mark.parametrize(("name", "examples"), [*((name, 5) for name in RECIPES), ("no mask", 1)])
def test_every_text_of_a_stage_lies_within_its_frame_and_covers_no_other(page, name, examples):
    check(page, stages(name, examples), 1400, 0)


@pytest.fixture(scope="module")
def charts():
    """Charts of all kinds, with means at either end and in the middle, and races of one to four recipes."""
    scale, drawn = labs.keep_the_scale(), {}
    for quantity in ("next Z", "squared length of A_drop", "cost J"):
        for keep_prob in (0.01, 0.5, 1.0):
            scale.quantity, scale.keep_prob = quantity, keep_prob
            drawn[f"{quantity} at {keep_prob}"] = scale._picture.markup
    for example in range(5):
        lab = labs.ensemble(example=example, at_test="on at test time")
        for many in range(4):
            drawn[f"example {example}, {many} predictions"] = lab._picture.markup
            lab.predict()
    for keep_prob in (0.01, 0.5, 1.0):
        drawn[f"share at {keep_prob}"] = as_text(ShareChart(10_000).show(keep_prob, 0.7))
    recipes = ("correct", "no mask", "no scale", "one mask for all examples")
    for count in range(1, 5):
        race = labs.train(recipes=recipes[:count], keep_prob=0.5, iterations=400)
        race.run(100)
        drawn[f"a race of {count}"] = race._picture.markup
    return drawn


@pytest.mark.parametrize("width", [1112, 732, 579])
def test_no_word_of_a_chart_is_small_or_cut_off_or_covers_another(page, charts, width):
    """What JupyterLab leaves of 1280, of 900 and, on a projector, of 1024 pixels at 150 %."""
    check(page, charts, width, 12)


@pytest.fixture(scope="module")
def matrix():
    """The matrix of bugs and checks, with its last column."""
    return labs.detection_matrix(loss=True)._picture.markup


@pytest.mark.parametrize("width", [1112, 1012, 732, 579])
def test_the_whole_matrix_is_seen_and_can_be_read(page, matrix, width):
    show(page, {"matrix": f"<div class='dropout-matrix'>{matrix}</div>"}, width)
    assert "loss fell" in page.locator("thead th").all_inner_texts()
    table = page.locator("table").bounding_box()
    assert table["width"] <= width
    assert min(page.locator("th, td.last, td button").evaluate_all(SIZES)) >= 12
