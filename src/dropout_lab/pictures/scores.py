"""How good each recipe is now: in a table, in a line, in a sentence."""

from collections.abc import Mapping
from math import isfinite
from xml.etree.ElementTree import Element

from dropout_lab.experiments.race import Score
from dropout_lab.pictures.svg import add, as_text

CAPTION = "Right answers and losses now, and the size of the weights: the length of each W."
PADDING = "padding: 2px 10px"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def short(value: float) -> str:
    """Two digits after the point, or two in all for what is large; "not finite" for inf and NaN."""
    if not isfinite(value):
        return "not finite"
    if abs(value) < 10:
        return f"{value:.2f}"
    return f"{value:.0f}" if abs(value) < 100 else _large(value)


def _large(value: float) -> str:
    if abs(value) < 1e6:
        return f"{float(f'{value:.1e}'):,.0f}"
    digit, exponent = f"{value:.0e}".split("e")
    return f"{digit} × {power_of_ten(int(exponent))}"


def power_of_ten(exponent: int) -> str:
    """10⁶ for 6."""
    return "10" + str(exponent).translate(RAISED)


def share(value: float | None) -> str:
    """A share as whole percent."""
    return "-" if value is None else f"{value:.0%}"


def score_line(name: str, score: Score) -> str:
    """One recipe in one line."""
    norms = ", ".join(f"|W{l}| {short(norm)}" for l, norm in enumerate(score.norms, 1))
    return (
        f"{name}: loss {short(score.loss)}, with masks {short(score.noisy_loss)}, "
        f"{right(score)}, {norms}"
    )


def right(score: Score) -> str:
    """The shares of right answers in words."""
    tested = "" if score.test is None else f" ({share(score.test)} of new points)"
    return f"{share(score.train)} right{tested}"


def told(scores: Mapping[str, Score]) -> str:
    """The share that counts, of all recipes, in a sentence."""
    new = all(score.test is not None for score in scores.values())
    parts = (
        f"{name} {share(score.test if new else score.train)}" for name, score in scores.items()
    )
    return f"Of {'new' if new else 'the'} points right: {', '.join(parts)}."


def progress_bar(iteration: int, total: int) -> str:
    """How far the training is, as a bar with a name and in words beside it."""
    bar = f'<progress max="{total}" value="{iteration}" style="width: 160px"></progress>'
    return f"<label>progress {bar}</label> iteration {iteration} of {total}"


def score_table(scores: Mapping[str, Score]) -> str:
    """The scores of all recipes as an HTML table."""
    table = Element("table", {"class": "dropout-table"})
    add(table, "caption", CAPTION)
    head = add(add(table, "thead"), "tr")
    add(head, "td")
    layers = len(next(iter(scores.values())).norms)
    sizes = [f"size of W{l}" for l in range(1, layers + 1)]
    losses = ["loss,\neverything on", "loss,\nwith masks"]
    for column in ("training\npoints right", "new\npoints right", *losses, *sizes):
        add(head, "th", column, scope="col")
    body = add(table, "tbody")
    for name, score in scores.items():
        row = add(body, "tr")
        add(row, "th", name, scope="row", style="white-space: normal")
        for text in _numbers(score):
            add(row, "td", text, style=PADDING)
    return as_text(table)


def _numbers(score: Score) -> list[str]:
    shares = [share(score.train), share(score.test)]
    return shares + [short(value) for value in (score.loss, score.noisy_loss, *score.norms)]
