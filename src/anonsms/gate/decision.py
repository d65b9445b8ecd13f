"""What the gate answers: yes or no, and every reason in order."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from anonsms.errors import (
    BudgetExceededError,
    DuplicateError,
    NoConsentError,
    NoWayOutError,
    OptedOutError,
    SendRefusedError,
    SuppressedError,
    TemplateError,
)


@frozen
class Reason:
    """
    One step of a decision.

    Attributes:
        rule: Stable id, ``step`` or ``step.detail``, e.g.
            ``"consent.withdrawn"``.
        passed: Whether the step let the message pass.
        because: The reason in a sentence.
        data: What the step looked at, masked.
    """

    rule: str
    passed: bool
    because: str
    data: str = ""

    @property
    def step(self) -> str:
        """The step that the rule belongs to, e.g. ``"consent"``."""
        return self.rule.partition(".")[0]

    def __str__(self) -> str:
        mark = "pass" if self.passed else "STOP"
        seen = f" [{self.data}]" if self.data else ""
        return f"{mark}  {self.rule}: {self.because}{seen}"


_ERRORS: Final[dict[str, type[SendRefusedError]]] = {
    "suppression": SuppressedError,
    "consent": NoConsentError,
    "consent.withdrawn": OptedOutError,
    "consent.paused": OptedOutError,
    "way-out": NoWayOutError,
    "duplicate": DuplicateError,
    "budget": BudgetExceededError,
}


@frozen(repr=False)
class Decision:
    """
    May this message leave? The answer with its trail.

    The trail ends at the first refusal: what comes after it is not looked
    at, so nobody's name is put into a text that may not be sent.

    Attributes:
        trail: The reasons, in the order of the rules.
        error: The template's own error if rendering was what failed.
    """

    trail: tuple[Reason, ...]
    error: TemplateError | None = None

    @property
    def allowed(self) -> bool:
        """Whether every step passed."""
        return self.trail[-1].passed

    @property
    def rule(self) -> str:
        """The id of the rule that decided; the last one if all passed."""
        return self.trail[-1].rule

    @property
    def because(self) -> str:
        """The sentence of the rule that decided."""
        return self.trail[-1].because

    def refusal(self, person: str) -> SendRefusedError | TemplateError:
        """
        The error to raise for a refused message.

        Args:
            person: The person's token, to tell people apart in a log.

        Returns:
            The error whose class fits the rule; the template's own if
            rendering was what failed.
        """
        if self.error is not None:
            return self.error
        last = self.trail[-1]
        error = _ERRORS.get(last.rule) or _ERRORS.get(
            last.step, SendRefusedError
        )
        return error(
            f"Not sent to {person}, by rule {last.rule}: {last.because}",
            reason=last.rule,
            decision=self,
        )

    def __bool__(self) -> bool:
        return self.allowed

    def __str__(self) -> str:
        verdict = "may be sent" if self.allowed else "is refused"
        lines = [f"The message {verdict}."]
        lines += [f"  {reason}" for reason in self.trail]
        return "\n".join(lines)

    def __repr__(self) -> str:
        word = "allowed" if self.allowed else "refused"
        return f"<Decision {word} by {self.rule}>"
