"""The bug hunt: read a listing, say which check would catch it, find the line, see the fix."""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from dropout_lab.bugs.checks import CHECKS, Row
from dropout_lab.bugs.hunt import Code, Listing, lines_of, run_checks
from dropout_lab.bugs.listings import LISTINGS
from dropout_lab.core.doors import check_one_of
from dropout_lab.labs._detection_matrix import caught_by as failing_in
from dropout_lab.labs.base import Lab
from dropout_lab.labs.controls import Chosen, button, choice, row
from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.pages import QUESTION, write_listing, write_result, write_still


class BugHunt(Lab):
    """Eight listings with a mistake each. Press the line you suspect, and commit to a check.

    listing: the one shown first, 1 to 8. fix: your own function for the one that is wrong, with the
    same arguments; the checks then run on the listing with it. check: the one that stands in the menu
    until you choose. Raises ValueError or TypeError for what is unknown.
    """

    listing = Chosen[int]("The number of the listing, from 1")

    def __init__(
        self,
        listing: int = 1,
        fix: Callable[..., Any] | None = None,
        *,
        check: str = "gradient check",
    ) -> None:
        super().__init__()
        numbers = range(1, len(LISTINGS) + 1)
        names = [(f"{number}: {LISTINGS[number - 1].title}", number) for number in numbers]
        self._listing = choice("listing", names, listing, "380px")
        self._check = choice("caught by", list(CHECKS), check, "230px", called="check")
        self._yours: dict[int, Code] = {}
        if fix is not None:
            self._yours[listing] = LISTINGS[listing - 1].with_fix(fix)
        self._answers: dict[int, tuple[str, bool]] = {}  # the check, and whether it catches
        self._pressed: dict[int, set[int]] = {number: set() for number in numbers}
        self._opened: set[int] = set()  # whose fix was asked for
        self._rows: dict[tuple[Any, ...], Row] = {}
        previous = button("Previous", self._safely(lambda _: self._go(-1)), "The listing before")
        next_ = button("Next", self._safely(lambda _: self._go(1)), "The next listing")
        done = button("Commit", self._safely(lambda _: self.commit(self._check.value)))
        self._fix = button("Show the fix", self._safely(lambda _: self.show_fix()))
        self._code = Picture(self._safely(lambda key: self.press(int(key))))
        self._result = Picture()
        turn, answer = row(previous, next_, self._listing), row(self._check, done, self._fix)
        self._assemble(turn, self._code, answer, self.status, self._result)
        self._turn()
        self._listing.observe(self._safely(lambda _: self._turn()), "value")

    @property
    def verdicts(self) -> Row:
        """What every check says about the listing as it stands."""
        return self._run(self._now.code)

    @property
    def fixed(self) -> bool:
        """Whether every check passes with the fix: yours, if you gave one, or else ours."""
        return not failing_in(self._fixed_row)

    @property
    def caught_by(self) -> list[str]:
        """The checks that fail on the listing, and so catch its bug."""
        return failing_in(self.verdicts)

    def commit(self, check: str) -> None:
        """Say which check would catch it, as the button does, and see what all of them say."""
        check_one_of(check, CHECKS, "check")
        self._check.value = check
        self._answers[self.listing] = (check, check in self.caught_by)
        self._show()
        others = ", ".join(name for name in self.caught_by if name != check)
        if check in self.caught_by:
            self._tell(f"✓ Yes: {check} catches it.", others and f"Also: {others}.", True)
        else:
            self._tell(f"✗ No: {check} does not see it.", f"Caught by: {others}.", False)

    def press(self, line: int) -> None:
        """Point at the line you suspect, by its number in the listing, as a press on it does."""
        check_one_of(line, range(1, len(lines_of(self._now.code)) + 1), "line")
        self._pressed[self.listing].add(line)
        self._show()
        if line in self._now.wrong_lines:
            self._tell("✓ This is the wrong line.", good=True)
        else:
            self._tell("✗ This line is fine as it is.", "Look on.", False)

    def show_fix(self) -> None:
        """Show what is to be changed, and run the checks on it. Commit to a check first."""
        if self.listing not in self._answers:
            self._tell("Commit to a check first:", "a guess is worth more than none.")
            return
        self._yours.pop(self.listing, None)
        self._opened.add(self.listing)
        self._show()
        self._tell_fix()

    def __repr__(self) -> str:
        check, told = self._answers.get(self.listing, ("", False))[0], "no answer yet"
        if check:
            told = f"check={check!r}, caught by [{', '.join(self.caught_by)}]"
        if self._changed is not None:
            told += f", with the fix fails [{', '.join(failing_in(self._fixed_row))}]"
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
        """Show a listing that was not there before."""
        self._show()
        if self.listing in self._yours:
            self._tell_fix()
        else:
            self._tell(QUESTION, "Press the line you suspect, choose a check, commit.")

    def _paint(self) -> None:
        self._code.show(write_listing(self._now, self._head(), self._pressed[self.listing]))
        check, _ = self._answers.get(self.listing, ("", False))
        changed, result = self._changed, None
        self._fix.disabled = not check
        if check or changed:
            after = (changed, self._fixed_row, self._whose) if changed else ()
            result = write_result(self._now, self.verdicts, check, *after)
        self._result.show(result)

    def _head(self) -> str:
        return f"Listing {self.listing} of {len(LISTINGS)}"

    def _tell(self, head: str, more: str = "", good: bool | None = None) -> None:
        """The status line: what just happened, and how it stands over all listings."""
        pairs = zip(LISTINGS, self._pressed.values(), strict=True)
        found = sum(bool(listing.wrong_lines & lines) for listing, lines in pairs)
        score = f"So far: {found} of {len(LISTINGS)} lines found"
        if self._answers:
            right = sum(right for _, right in self._answers.values())
            score += f", a check that catches it named for {right} of {len(self._answers)} listings"
        self._say(f"{more} {score}.".lstrip(), head, good)

    def _tell_fix(self) -> None:
        failing = failing_in(self._fixed_row)
        first = (failing or ["gradient check"])[0]
        head = f"✓ With {self._whose} every check passes."
        if failing:
            head = f"✗ With {self._whose} this still fails: {', '.join(failing)}."
        words = f"{first.capitalize()}: {self._fixed_row[first].evidence}."
        self._tell(head, words, not failing)

    def _static(self) -> list[Element]:
        fixed = self._run(self._now.fixed)
        return [write_still(self._now, self._head(), self.verdicts, fixed)]
