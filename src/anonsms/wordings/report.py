"""What the linter answers: faults, each with its remedy and its source."""

from __future__ import annotations

import enum

from attrs import frozen


class Severity(enum.StrEnum):
    """How much a fault weighs."""

    ERROR = "error"
    """A regulator is likely to refuse consent that was given to the text."""
    ADVICE = "advice"
    """Good practice, or a rule of some countries only."""


@frozen
class WordingFault:
    """
    One thing that is wrong with a consent text.

    Attributes:
        rule: Stable id of the rule, e.g. ``"withdrawal"``.
        severity: How much it weighs.
        message: What is wrong, in a sentence.
        remedy: What to do about it.
        source: Where the rule comes from, e.g. ``"GDPR Art. 7(3)"``.
        detail: The words it was told by, or what is missing; may be empty.
    """

    rule: str
    severity: Severity
    message: str
    remedy: str
    source: str
    detail: str = ""

    def __str__(self) -> str:
        detail = f" [{self.detail}]" if self.detail else ""
        return (
            f"{self.severity}  {self.rule}: {self.message}{detail} "
            f"{self.remedy} ({self.source})"
        )


@frozen(repr=False)
class WordingReport:
    """
    What the linter found in one consent text; true if there is no error.

    It is advice: that no fault was found proves nothing, and a lawyer has
    the last word.

    Attributes:
        faults: Errors first, then advice, in the order of the rules.
    """

    faults: tuple[WordingFault, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is no error; there may be advice."""
        return not self.errors

    @property
    def errors(self) -> tuple[WordingFault, ...]:
        """The faults that are errors."""
        return self._of(Severity.ERROR)

    @property
    def advice(self) -> tuple[WordingFault, ...]:
        """The faults that are advice."""
        return self._of(Severity.ADVICE)

    @property
    def rules(self) -> frozenset[str]:
        """Ids of the rules that found something."""
        return frozenset(fault.rule for fault in self.faults)

    def _of(self, severity: Severity) -> tuple[WordingFault, ...]:
        return tuple(f for f in self.faults if f.severity is severity)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        if not self.faults:
            return (
                "No fault was found in the wording. Have a lawyer confirm it."
            )
        verdict = "has no error" if self.ok else "is not fit for use"
        return "\n".join(
            [f"The wording {verdict}.", *(f"  {f}" for f in self.faults)]
        )

    def __repr__(self) -> str:
        return (
            f"<WordingReport {len(self.errors)} errors, "
            f"{len(self.advice)} pieces of advice>"
        )
