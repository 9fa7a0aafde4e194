"""Every notebook, in JupyterLab: its still pictures, its labs, axe in both themes, and every width.

What stock ipywidgets lack, and what we ship around it: slider handles have no accessible name, so
every slider is linked to a number box that has one (`labs/controls.py`).
"""

from axe import is_stock, violations
from live import on, press, select, wait_for_status
from playwright.sync_api import expect

# How many pictures each notebook shows before it is run, and how many labs it has.
STILLS = {"01": 3, "02": 2, "04": 3, "05": 2, "06": 2, "10": 1}
LABS = {"01": 7, "02": 14, "03": 12, "04": 11, "05": 13, "06": 12, "07": 13, "08": 12, "09": 5, "10": 6,
        "12": 10, "13": 14}  # fmt: skip


@on(*STILLS)
def test_before_it_is_run_an_untrusted_notebook_shows_its_pictures_with_their_words(notebook):
    before = notebook.before
    assert not before["trusted"]
    assert len(before["pictures"]) == STILLS[notebook.name[:2]]
    for words, width in before["pictures"]:
        assert width > 300
        true = "true gradient", "gradients are true"
        assert any(one in words for one in ("layer", "No picture", *true))
    assert "model not found" not in before["words"]


@on(*LABS)
def test_running_a_notebook_shows_its_labs_and_no_error(notebook):
    labs = notebook.page.locator(".dropout-lab")
    expect(labs).to_have_count(LABS[notebook.name[:2]])
    assert notebook.page.locator(".jp-OutputArea-output[data-mime-type$='stderr']").count() == 0


def trained(lab):
    press(lab, "Start")
    expect(lab.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    press(lab, "Pause")
    wait_for_status(lab, "Paused")


def graded(lab):
    select(lab, "listing", "2: A ReLU layer")
    lab.get_by_text("Listing 2 of 8").wait_for()
    lab.locator("[data-press='2']").click()
    select(lab, "caught by", "gradient check")
    press(lab, "Commit")
    wait_for_status(lab, "check is right, the line is not")


def broken(lab):
    select(lab, "break it", "no mask")
    wait_for_status(lab, "✗ no mask")


# What is shown only after something was done.
LATER = {
    "07": (".dropout-race", trained),
    "09": (".dropout-hunt", graded),
    "12": ("[data-press='5']", broken),
}


@on(*LABS)
def test_axe_finds_nothing_serious_in_our_labs_in_either_theme(notebook):
    number = notebook.name[:2]
    if number in LATER:
        where, act = LATER[number]
        act(notebook.lab(where))
    for theme, rules in zip(notebook.both_themes(), (None, COLORS), strict=True):
        found = violations(notebook.page, ".dropout-lab", rules)
        serious = [one for one in found if one[1] in ("serious", "critical")]
        assert [one for one in serious if not is_stock(one)] == []
        labs = notebook.page.locator(".dropout-lab:has(.goals)")
        for k, lab in enumerate(labs.all()):
            notebook.screenshot(lab, f"{number}-{k}-{theme.lower()}")
        ink = notebook.page.evaluate(INK)
        assert len(ink) == 2 or number not in STAGES


COLORS = ["color-contrast"]  # what may be otherwise in the other theme
# Text and paper are not of one color.
STAGES = ("01", "04")
INK = """() => [...new Set(['.ink', '.paper'].map((name) =>
    document.querySelector('.dropout-stage ' + name)).filter(Boolean).map((one) => getComputedStyle(one).fill))]"""


@on("01")
def test_what_stock_sliders_lack_is_still_so(notebook):
    """When this fails, ipywidgets has named its sliders: the exception above can go."""
    assert any(is_stock(one) for one in violations(notebook.page, ".dropout-lab"))


# In all labs: what is wider than its lab or cut off, and text that is smaller than this on the screen.
# Not the close-up of two wires, the legend of a stage without a listing, and the table of notebook 06.
CUT_OFF = """(least) => [...document.querySelectorAll('.dropout-lab')].flatMap((lab) => {
    const all = (selectors) => [...lab.querySelectorAll(selectors)];
    const {left, right} = lab.getBoundingClientRect();
    const parts = '.dropout-picture > svg, .parts > svg, .foot > svg, .dropout-race > svg, .goals, .goals li';
    const wide = all(`${parts}, .dropout-matrix table`).filter((node) => {
        const box = node.getBoundingClientRect();
        return box.right > right + 1 || box.left < left - 1;
    });
    const cut = all('.goals li').filter((node) => node.scrollWidth > node.clientWidth + 1);
    const texts = '.parts svg text, :has(> .scroll) .foot text, .dropout-panels text, .dropout-race text';
    const small = all(`${texts}, .dropout-matrix :is(th, td.last, td button), .goals li`).filter((text) => {
        const {a, b} = text.getScreenCTM?.() ?? {a: 1, b: 0};
        const size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
        return text.textContent && size < least - 0.01;
    });
    return [...wide, ...cut, ...small].map((node) => `${node.tagName} ${node.textContent.slice(0, 60)}`);
})"""


@on(*LABS)
def test_nothing_is_wider_than_its_lab_and_all_can_be_read(notebook):
    """683 px is a projector of 1024 px at 150 %, where 8 px are 12 on the wall."""
    found = {}
    for width, least in ((900, 12), (683, 8), (1280, 12)):
        notebook.at_width(width)
        found[width] = notebook.page.evaluate(CUT_OFF, least)
    assert found == {900: [], 683: [], 1280: []}


@on("02", "04", "07")
def test_goals_stand_below_the_lab(notebook):
    lab = notebook.lab(".goals")
    goals, above = lab.locator(".goals").bounding_box(), lab.locator(".dropout-picture").all()
    for picture in above[:-1]:
        box = picture.bounding_box()
        assert box is None or goals["y"] >= box["y"] + box["height"] - 1
