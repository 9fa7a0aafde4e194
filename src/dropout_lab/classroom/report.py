"""What a class did, as a table for a spreadsheet and as a page to look at."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from dropout_lab.bugs.catalogue import BUGS
from dropout_lab.classroom.folder import FirstAnswer, plain
from dropout_lab.classroom.referee import Verdict
from dropout_lab.lessons import everything
from dropout_lab.pictures.svg import add

Place = tuple[str, str]  # the number of a notebook, and a check in it
MARKS = {"solved": "✓", "slip": "✗", "stopped": "■", "not tried": "–", "not handed in": ""}
MISSING = Verdict("not handed in")
NAME_WIDTH, BAR_WIDTH, ROW = 300, 360, 26  # of the chart, in pixels
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1f2328; background: #fff; margin: 2rem auto;
  max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; } caption { text-align: left; padding-bottom: .5rem; color: #57606a; }
th, td { border: 1px solid #818a94; padding: .3rem .6rem; text-align: left; vertical-align: top; }
thead th { background: #f3f5f7; } tfoot td, tfoot th { background: #f3f5f7; font-weight: 600; }
.solved { background: #dff3ea; } .slip { background: #fde9d9; } .stopped { background: #f6dfec; }
.note { margin: .2rem 0; max-width: 50rem; } .not { color: #57606a; } .wide { overflow-x: auto; } pre { white-space: pre-wrap; margin: 0; }
svg { max-width: 100%; height: auto; } svg text { font: 14px system-ui, sans-serif; fill: #1f2328; }
svg rect { fill: #a85c00; } details { margin: 1rem 0; } summary { cursor: pointer; }
"""
LIMITS = (
    "A verdict is what our check found when it called the learner's function in another process. It tells "
    "what the function does, not who wrote it: the solution stands below each exercise in the notebook. "
    "First answers are what each learner's own progress.json says."
)


@dataclass
class Grades:
    """verdicts by learner and place; left_out: notebooks that are none of the series."""

    columns: Sequence[Place]
    verdicts: dict[str, dict[Place, Verdict]]
    left_out: list[str] = field(default_factory=list)

    def at(self, learner: str, place: Place) -> Verdict:
        """The verdict, also where nothing was handed in."""
        return self.verdicts[learner].get(place, MISSING)

    def solved(self, learner: str) -> int:
        """How many exercises the learner has solved."""
        return sum(each.kind == "solved" for each in self.verdicts[learner].values())

    def mistakes(self) -> list[tuple[str, int]]:
        """How often each slip was made, the most frequent first."""
        every = (each for row in self.verdicts.values() for each in row.values())
        return Counter(words(each) for each in every if each.kind == "slip").most_common()


def words(verdict: Verdict) -> str:
    """The verdict as it stands in the tables."""
    if verdict.kind == "slip":
        return "another mistake" if verdict.what == "unknown" else verdict.what
    return f"{verdict.kind}: {verdict.what}" if verdict.what else verdict.kind


def write_reports(grades: Grades, answers: Sequence[FirstAnswer], folder: Path) -> list[Path]:
    """Write grades.csv, grades.html and, if there are any, first_answers.csv; where they are."""
    head = ["learner", "solved", *(f"{number} {check}" for number, check in grades.columns)]
    rows = [
        [learner, str(grades.solved(learner)), *(words(grades.at(learner, p)) for p in grades.columns)]
        for learner in grades.verdicts
    ]  # fmt: skip
    paths = [_write_csv(folder / "grades.csv", [head, *rows])]
    if answers:
        told = [[a.learner, a.question, a.answer, "yes" if a.right else "no"] for a in answers]
        table = [["learner", "question", "first answer", "right"], *told]
        paths.append(_write_csv(folder / "first_answers.csv", table))
    page = folder / "grades.html"
    page.write_text(write_page(grades, answers), encoding="utf-8")
    return [*paths, page]


def _write_csv(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as out:  # as spreadsheets expect it
        csv.writer(out).writerows([_as_text(cell) for cell in row] for row in rows)
    return path


def _as_text(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def write_page(grades: Grades, answers: Sequence[FirstAnswer]) -> str:
    """The page: which mistakes are common, who solved what, the first answers, what the checks said."""
    root = Element("html", lang="en")
    head, body = add(root, "head"), add(add(root, "body"), "main")
    add(head, "meta", charset="utf-8")
    add(head, "meta", name="viewport", content="width=device-width")
    add(head, "title", "Who solved what")
    add(head, "style", STYLE)
    add(body, "h1", "Who solved what")
    add(body, "p", _in_short(grades))
    add(body, "h2", "The mistakes of this class")
    if mistakes := grades.mistakes():
        body.append(draw_mistakes(mistakes))
        for name, _ in mistakes:
            if name in BUGS:
                add(add(body, "p", None, class_="note"), "b", f"{name}: ").tail = BUGS[
                    name
                ].explanation
    else:
        add(body, "p", "No check found a mistake.")
    add(body, "h2", "Every learner, every exercise")
    _write_table(_wide(body, "Who solved what"), grades)
    if grades.left_out:
        add(
            body, "p", f"Not of the series, and left out: {', '.join(map(plain, grades.left_out))}."
        )
    if answers:
        add(body, "h2", "First answers to the predictions")
        _write_answers(_wide(body, "First answers"), answers)
    _write_messages(body, grades)
    add(body, "p", LIMITS, class_="not")
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html") + "\n"


def _in_short(grades: Grades) -> str:
    kinds = Counter(grades.at(name, p).kind for name in grades.verdicts for p in grades.columns)
    counts = ", ".join(
        f"{kinds[kind]} {'wrong' if kind == 'slip' else kind}" for kind in MARKS if kinds[kind]
    )
    learners, exercises = len(grades.verdicts), len(grades.columns)
    return f"{learners} learners, {exercises} exercises: {counts}."


def draw_mistakes(mistakes: Sequence[tuple[str, int]]) -> Element:
    """A bar for each slip, as long as it is frequent; the numbers are also in its text alternative."""
    width, height = NAME_WIDTH + BAR_WIDTH + 60, ROW * len(mistakes)
    told = "; ".join(f"{name}, {count}" for name, count in mistakes)
    frame = {"viewBox": f"0 0 {width} {height}", "width": str(width), "role": "img"}
    svg = Element("svg", {**frame, "aria-label": f"How often each mistake was made: {told}"})
    most = max(count for _, count in mistakes)
    for i, (name, count) in enumerate(mistakes):
        long, y = BAR_WIDTH * count / most, ROW * i
        add(svg, "text", plain(name, 40), x=NAME_WIDTH - 8, y=y + 18, text_anchor="end")
        add(svg, "rect", x=NAME_WIDTH, y=y + 4, width=long, height=ROW - 8)
        add(svg, "text", str(count), x=NAME_WIDTH + long + 8, y=y + 18)
    return svg


def _wide(body: Element, name: str) -> Element:
    """A part that scrolls by itself, by keyboard too."""
    return add(body, "div", class_="wide", role="region", tabindex="0", aria_label=name)


def _write_table(parent: Element, grades: Grades) -> None:
    table = add(parent, "table")
    add(table, "caption", "✓ solved · ✗ the slip that was made · ■ stopped · – still as handed out")
    head = add(add(table, "thead"), "tr")
    shown = [f"{number} {check.removeprefix('check_')}" for number, check in grades.columns]
    for text in ("learner", "solved", *(name.replace("_", " ") for name in shown)):
        add(head, "th", text, scope="col")
    body = add(table, "tbody")
    for learner in grades.verdicts:
        row = add(body, "tr")
        add(row, "th", learner, scope="row")
        add(row, "td", f"{grades.solved(learner)} of {len(grades.columns)}")
        for place in grades.columns:
            verdict = grades.at(learner, place)
            told = f"{MARKS[verdict.kind]} {words(verdict)}".strip()
            add(row, "td", told, class_=verdict.kind.split()[0])
    last = add(add(table, "tfoot"), "tr")
    add(last, "th", "solved by", scope="row")
    add(last, "td")
    for place in grades.columns:
        kinds = [grades.at(learner, place).kind for learner in grades.verdicts]
        add(last, "td", f"{kinds.count('solved')} of {len(kinds)}")


def _write_answers(parent: Element, answers: Sequence[FirstAnswer]) -> None:
    """For each question how many had it right at first, and what was answered most instead."""
    table = add(parent, "table")
    add(table, "caption", "What was answered first, before the truth was shown")
    head = add(add(table, "thead"), "tr")
    for text in ("question", "right at first", "most frequent wrong answer"):
        add(head, "th", text, scope="col")
    body, asked = add(table, "tbody"), everything()
    for name in sorted({each.question for each in answers}):
        its = [each for each in answers if each.question == name]
        row = add(body, "tr")
        add(row, "th", f"{name}  {asked[name].question if name in asked else ''}", scope="row")
        add(row, "td", f"{sum(each.right for each in its)} of {len(its)}")
        wrong = Counter(each.answer for each in its if not each.right).most_common(1)
        add(row, "td", f"{wrong[0][0]} ({wrong[0][1]})" if wrong else "")


def _write_messages(body: Element, grades: Grades) -> None:
    box = add(body, "details")
    add(box, "summary", "What the checks said")
    table = add(box, "table")
    for learner, verdicts in grades.verdicts.items():
        for (number, check), verdict in sorted(verdicts.items()):
            if verdict.message:
                row = add(table, "tr")
                add(row, "th", f"{learner}, {number} {check}", scope="row")
                lines = [plain(line, 200) for line in verdict.message.splitlines()]
                add(add(row, "td"), "pre", "\n".join(lines))
