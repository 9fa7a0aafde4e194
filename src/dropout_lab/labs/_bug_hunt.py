"""The bug hunt: read a listing, say which check would catch it, find the line, see the fix."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from ipywidgets import HBox

from dropout_lab.bugs.checks import Row, failing
from dropout_lab.bugs.hunt import HUNT_CHECKS, Code, Listing, lines_of, run_checks
from dropout_lab.bugs.listings import LISTINGS
from dropout_lab.core.doors import check_one_of
from dropout_lab.labs.base import Lab
from dropout_lab.labs.controls import Chosen, button, choice, row
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.pages import QUESTION, write_listing, write_result, write_still


@dataclass(frozen=True)
class Try:
    """A line and a check, and whether each is right."""

    line: int
    check: str
    line_right: bool
    check_right: bool

    @property
    def right(self) -> bool:
        """Whether both are."""
        return self.line_right and self.check_right

    def __str__(self) -> str:
        mark = {True: "✓", False: "✗"}
        return f"{mark[self.line_right]} line {self.line}, {mark[self.check_right]} {self.check}"


class BugHunt(Lab):
    """Eight listings with a mistake each. Press the line you suspect, choose a check, and commit.

    What counts is the first try at each. listing: the one shown first, 1 to 8. fix: your own function for
    the one that is wrong, with the same arguments; the checks then run on the listing with it. check: the
    one chosen beforehand, if any. Raises ValueError or TypeError for what is unknown.
    """

    listing = Chosen[int]("The number of the listing, from 1")

    def __init__(
        self, listing: int = 1, fix: Callable[..., Any] | None = None, *, check: str = ""
    ) -> None:
        super().__init__()
        if check:
            check_one_of(check, HUNT_CHECKS, "check")
        numbers = range(1, len(LISTINGS) + 1)
        names = [(f"{number}: {LISTINGS[number - 1].title}", number) for number in numbers]
        self._listing = choice("listing", names, listing, "350px")
        self._beforehand = check
        checks = [("choose a check", ""), *((name, name) for name in HUNT_CHECKS)]
        self._check = choice("caught by", checks, check, "220px")
        self._yours: dict[int, Code] = {}
        if fix is not None:
            self._yours[listing] = LISTINGS[listing - 1].with_fix(fix)
        self._line: dict[int, int] = {}  # the one pressed last, by listing
        self._first: dict[int, Try] = {}
        self._pressed: dict[int, set[int]] = {number: set() for number in numbers}  # afterwards
        self._opened: set[int] = set()  # whose fix was asked for
        self._rows: dict[tuple[Any, ...], Row] = {}
        self._code = Picture(self._safely(lambda key: self.press(int(key))))
        self._result = Picture()
        self._assemble(self._buttons(), self._code, self.status, self._result)
        self._turn()
        self._listing.observe(self._safely(lambda _: self._turn()), "value")

    def _buttons(self) -> HBox:
        previous = button("Previous", self._safely(lambda _: self._go(-1)), "The listing before")
        next_ = button("Next", self._safely(lambda _: self._go(1)), "The next listing")
        done = button("Commit", self._safely(lambda _: self._commit(self._check.value)))
        self._fix = button("Show the fix", self._safely(lambda _: self.show_fix()))
        return row(previous, next_, self._listing, self._check, done, self._fix)

    @property
    def verdicts(self) -> Row:
        """What every check says about the listing as it stands."""
        return self._run(self._now.code)

    @property
    def fixed(self) -> bool:
        """Whether every check passes with the fix: yours, if you gave one, or else ours."""
        return not failing(self._fixed_row)

    @property
    def caught_by(self) -> list[str]:
        """The checks that fail on the listing, and so catch its bug."""
        return failing(self.verdicts)

    @property
    def first_tries(self) -> dict[int, Try]:
        """What was committed to first, by the number of the listing."""
        return dict(self._first)

    def commit(self, check: str) -> None:
        """Say which check would catch it, as the button does, and see what all of them say.

        Press a line first: both are graded, each for itself.
        """
        check_one_of(check, HUNT_CHECKS, "check")
        self._check.value = check
        self._commit(check)

    def _commit(self, check: str) -> None:
        line = self._line.get(self.listing)
        if line and check:
            right = line in self._now.wrong_lines, check in self.caught_by
            now = Try(line, check, *right)
            self._first.setdefault(self.listing, now)
            self._show()
            self._tell_grade(now)
            return
        self._show()
        wanted = ["press the line you suspect"] * (not line) + ["choose a check"] * (not check)
        first = " and ".join(wanted)
        self._tell(f"{first[0].upper()}{first[1:]} first:", "a guess is worth more than none.")

    def press(self, line: int) -> None:
        """Point at the line you suspect, by its number in the listing, as a press on it does.

        Once you have committed, it says at once whether the line is wrong.
        """
        check_one_of(line, range(1, len(lines_of(self._now.code)) + 1), "line")
        self._line[self.listing] = line
        if self.listing not in self._first:
            self._show()
            self._tell(
                f"You suspect line {line}.", "Choose the check that would catch it, and commit."
            )
            return
        self._pressed[self.listing].add(line)
        self._show()
        wrong = line in self._now.wrong_lines
        told = "is the wrong one" if wrong else "is fine as it is. Look on"
        self._tell(f"Line {line} {told}.", f"Your first try was: {self._first[self.listing]}.")

    def show_fix(self) -> None:
        """Show what is to be changed, and run the checks on it. Commit to a check first."""
        if self.listing not in self._first:
            self._tell("Commit to a line and a check first:", "a guess is worth more than none.")
            return
        self._yours.pop(self.listing, None)
        self._opened.add(self.listing)
        self._show()
        self._tell_fix()

    def __repr__(self) -> str:
        first, told = self._first.get(self.listing), "no answer yet"
        if first:
            caught = ", ".join(self.caught_by)
            told = f"line={first.line}, check={first.check!r}, right={first.right}, caught by [{caught}]"
        if self._changed is not None:
            told += f", with the fix fails [{', '.join(failing(self._fixed_row))}]"
        return f"BugHunt(listing={self.listing} {self._now.title!r}, {self._trouble() or told})"

    @property
    def _now(self) -> Listing:
        return LISTINGS[self.listing - 1]

    @property
    def _changed(self) -> Code | None:
        """The code with a fix, if one is to be seen."""
        ours = self._now.fixed if self.listing in self._opened else None
        return self._yours.get(self.listing, ours)

    @property
    def _whose(self) -> str:
        return "your fix" if self.listing in self._yours else "the fix"

    @property
    def _fixed_row(self) -> Row:
        return self._run(self._yours.get(self.listing, self._now.fixed))

    def _run(self, code: Code) -> Row:
        """The checks on this code; what was run once is kept."""
        key = tuple(code.items())
        if key not in self._rows:
            self._rows[key] = run_checks(code)
        return self._rows[key]

    def _go(self, by: int) -> None:
        self.listing = min(max(self.listing + by, 1), len(LISTINGS))

    def _turn(self) -> None:
        """Show a listing that was not there before, with the check chosen for it, if one was."""
        first = self._first.get(self.listing)
        self._check.value = first.check if first else self._beforehand
        self._show()
        if self.listing in self._yours:
            self._tell_fix()
        else:
            self._tell(QUESTION, "Press the line you suspect, choose a check, commit.")

    def _paint(self) -> None:
        first = self._first.get(self.listing)
        self._code.show(write_listing(self._now, self._head(), self._notes(first)))
        changed, result = self._changed, None
        self._fix.disabled = first is None
        if first or changed:
            check, said = (first.check, f"Your first try: {first}.") if first else ("", "")
            after = (changed, self._fixed_row, self._whose) if changed else ()
            result = write_result(self._now, self.verdicts, check, *after, first=said)
        self._result.show(result)

    def _notes(self, first: Try | None) -> dict[int, tuple[str, str]]:
        """What stands beside a line: that it is yours; and, after committing, whether it is wrong."""
        if first is None:
            line = self._line.get(self.listing)
            return {line: ("← your line", "yours")} if line else {}
        notes = {}
        for line in self._pressed[self.listing]:
            wrong = line in self._now.wrong_lines
            notes[line] = ("← the wrong line", "found") if wrong else ("← fine as it is", "fine")
        told = ("✓ your line, and the wrong one", "found")
        notes[first.line] = told if first.line_right else ("✗ your line: fine as it is", "fine")
        return notes

    def _head(self) -> str:
        return f"Listing {self.listing} of {len(LISTINGS)}"

    def _tell(self, head: str, more: str = "", good: bool | None = None) -> None:
        """The status line: what just happened, and how the first tries stand."""
        tries = self._first.values()
        score = ""
        if tries:
            lines, checks = sum(t.line_right for t in tries), sum(t.check_right for t in tries)
            count = len(tries)
            score = f" First tries so far: {lines} of {count} lines, {checks} of {count} checks."
        self._say(f"{more}{score}".lstrip(), head, good)

    def _tell_grade(self, now: Try) -> None:
        """The line and the check apart: the line is green only if both are right."""
        head = {
            (True, True): "✓ Both are right.",
            (True, False): "✗ The line is right, the check is not.",
            (False, True): "✗ The check is right, the line is not.",
            (False, False): "✗ Neither the line nor the check.",
        }[now.line_right, now.check_right]
        line = f"Line {now.line} {'is the wrong one' if now.line_right else 'is fine as it is'}."
        others = ", ".join(name for name in self.caught_by if name != now.check)
        if now.check_right:
            check = f"{now.check.capitalize()} catches it.{others and f' Also: {others}.'}"
        else:
            check = f"{now.check.capitalize()} does not see it. Caught by: {others}."
        first = self._first[self.listing]
        again = "" if now == first else f" Your first try was: {first}."
        self._tell(head, f"{line} {check}{again}", now.right)

    def _tell_fix(self) -> None:
        still = failing(self._fixed_row)
        first = (still or ["gradient check"])[0]
        head = f"✓ With {self._whose} every check passes."
        if still:
            head = f"✗ With {self._whose} this still fails: {', '.join(still)}."
        words = f"{first.capitalize()}: {self._fixed_row[first].evidence}."
        self._tell(head, words, not still)

    def _static(self) -> list[Element]:
        fixed = self._run(self._now.fixed)
        return [write_still(self._now, self._head(), self.verdicts, fixed)]
