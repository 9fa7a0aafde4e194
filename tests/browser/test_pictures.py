"""Nothing in a picture is cut off or covers something else: text boxes as the browser lays them out."""

import pytest

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.core.passes import backward, forward
from dropout_lab.core.recipe import CORRECT
from dropout_lab.experiments.data import lesson
from dropout_lab.experiments.nudge import SIDES, Spot, nudge
from dropout_lab.pictures.compare import draw_comparison, gradient_names
from dropout_lab.pictures.stage import build, draw
from dropout_lab.pictures.steps import tell
from dropout_lab.pictures.svg import as_text
from dropout_lab.pictures.wires import draw_wires

RECIPES = {
    "correct": CORRECT,
    **{name: BUGS[name] for name in ("no mask", "scaled twice", "fresh mask")},
}
# In pixels of the window: a picture may be put together from others.
BOXES = """() => [...document.querySelectorAll('section > svg')].map((svg) => {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent);
    const boxes = texts.map((text) => {
        const box = text.getBoundingClientRect();
        const [x, y] = [box.x - frame.x, box.y - frame.y];
        return [text.textContent, x, y, x + box.width, y + box.height];
    });
    return [frame.width, frame.height, boxes];
})"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    yield page
    page.close()


def pictures(name):
    for examples in (1, 5):
        case, recipe = lesson(examples), RECIPES[name]
        fwd = forward(case.net, case.X, case.masks, case.keep_prob, recipe)
        bwd = backward(case.net, fwd, case.Y, recipe)
        steps = tell(case.net, fwd, bwd, case.Y, recipe)
        for step in steps:
            yield f"{step.name} of {examples}", draw(step)
        for gradient in gradient_names(steps):
            yield f"{gradient} beside the true one", as_text(draw_comparison(steps, gradient))
        sent = next(step for step in steps if step.name == "A1_drop")
        yield "D1 and A1_drop", as_text(build(sent, start="D1"))
        for unit in range(4):
            for where in SIDES:
                n = nudge(case.net, fwd, bwd, case.Y, Spot(1, unit, 0, where), -0.5)
                yield f"wires of unit {unit}, {where}", as_text(draw_wires(n))


def overlap(a, b):
    """How far two boxes cover each other, in both directions at least two pixels."""
    wide = min(a[3], b[3]) - max(a[1], b[1])
    high = min(a[4], b[4]) - max(a[2], b[2])
    # A line box is higher than its letters, by about a third.
    return wide > 2 and high > 6


@pytest.mark.parametrize("name", RECIPES)
def test_every_text_lies_within_its_frame_and_covers_no_other(page, name):
    names, svgs = zip(*pictures(name), strict=True)
    page.set_content("".join(f"<section>{svg}</section>" for svg in svgs))
    for picture, (width, height, boxes) in zip(names, page.evaluate(BOXES), strict=True):
        for text, left, top, right, bottom in boxes:
            inside = left >= 0 and top >= 0 and right <= width and bottom <= height
            assert inside, f"{picture}: {text!r} is cut off"
        for k, one in enumerate(boxes):
            for other in boxes[k + 1 :]:
                assert not overlap(one, other), f"{picture}: {one[0]!r} covers {other[0]!r}"
