"""The answer to an exercise: right or not yet, and a message in words."""

from dataclasses import dataclass

from dropout_lab.exercises.feedback import Diagnosis


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
