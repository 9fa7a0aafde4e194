"""What a diagnosis is: right or not, a name for the mistake, and a friendly paragraph."""

from collections.abc import Iterable
from dataclasses import dataclass

from dropout_lab.bugs.catalogue import BUGS


@dataclass(frozen=True)
class Diagnosis:
    """ok; bug: a key of BUGS, "unknown", or None when correct; message: one friendly paragraph."""

    ok: bool
    bug: str | None
    message: str


@dataclass(frozen=True)
class Finding:
    """One thing noticed about a function: a short name, a sentence, and whether it is a mistake."""

    name: str
    sentence: str
    wrong: bool = True


def unknown(message: str) -> Diagnosis:
    """A mistake without a name."""
    return Diagnosis(False, "unknown", f"✗ {message}")


def verdict(findings: Iterable[Finding], praise: str) -> Diagnosis:
    """All findings in one message: mistakes first, those of BUGS before those without a name.

    bug is the first that BUGS knows. What is different but not wrong takes the place of the praise.
    """
    found = sorted(findings, key=lambda each: (not each.wrong, each.name not in BUGS))
    ok = not any(finding.wrong for finding in found)
    known = next((finding.name for finding in found if finding.name in BUGS), None)
    if not ok:
        return Diagnosis(False, known or "unknown", f"✗ {_told(found)}")
    opening = [] if known else [praise]
    return Diagnosis(True, known, "✓ " + " ".join([*opening, *(f.sentence for f in found)]))


def _told(findings: list[Finding]) -> str:
    """One sentence as it is; several as a numbered list, under their names."""
    if len(findings) == 1:
        return findings[0].sentence
    names = " and ".join(repr(finding.name) for finding in findings)
    lines = [f"{place}. {finding.sentence}" for place, finding in enumerate(findings, 1)]
    return "\n".join([f"{len(findings)} things at once, {names}.", *lines])


@dataclass(frozen=True, repr=False)
class Feedback:
    """ok, and a message for the learner; shown as that message."""

    ok: bool
    message: str

    def __repr__(self) -> str:
        return self.message

    @classmethod
    def of(cls, diagnosis: Diagnosis) -> "Feedback":
        """What a learner should read of a diagnosis."""
        return cls(diagnosis.ok, diagnosis.message)
