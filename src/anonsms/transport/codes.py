"""What a provider's codes mean; one table serves answers and receipts."""

from __future__ import annotations

import enum
import re
from typing import Final

from attrs import frozen

from anonsms.masking import dialable
from anonsms.message import (
    NotSent,
    Outcome,
    Rejected,
    Rejection,
    Uncertain,
)


class Fate(enum.StrEnum):
    """What became of a message, as far as its code tells."""

    NOT_SENT = "not sent"
    """It did not leave, and may be repeated."""
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    """It may have left; never repeated blindly."""
    ACCEPTED = "accepted"
    """The provider has it already."""


@frozen
class Meaning:
    """
    What one code means.

    Attributes:
        fate: What became of the message.
        reason: Why, if it was rejected.
        account_wide: Whether every other message would fare the same.
        pause: Seconds to leave the provider alone, if any.
    """

    fate: Fate
    reason: Rejection | None = None
    account_wide: bool = False
    pause: float | None = None

    def outcome(
        self, key: str, code: str, retry_after: float | None = None
    ) -> Outcome:
        """
        The outcome of the message that got this code.

        Args:
            key: Of the message.
            code: As the provider wrote it.
            retry_after: What the answer's header said.

        Raises:
            ValueError: The code says that the provider has the message;
                what its id is, only the transport can tell.
        """
        if self.fate is Fate.REJECTED:
            return Rejected(
                key, self.reason or Rejection.OTHER, code, self.account_wide
            )
        if self.fate is Fate.NOT_SENT:
            pause = self.pause if retry_after is None else retry_after
            return NotSent(key, f"the provider said {code}", pause)
        if self.fate is Fate.UNCERTAIN:
            return Uncertain(key, f"the provider said {code}")
        raise ValueError("An accepted message has an id, and a code has not.")


def again(pause: float | None = None) -> Meaning:
    """It did not leave; try again, after ``pause`` seconds."""
    return Meaning(Fate.NOT_SENT, pause=pause)


def rejected(reason: Rejection, *, account_wide: bool = False) -> Meaning:
    """Refused for good."""
    return Meaning(Fate.REJECTED, reason, account_wide)


UNCERTAIN = Meaning(Fate.UNCERTAIN)
"""It may have left."""


_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}")


def shown_code(raw: object) -> str:
    """
    A provider's code as it may stand in an outcome or a log.

    >>> shown_code(21610), shown_code("not_enough_credits")
    ('21610', 'not_enough_credits')
    >>> shown_code("cannot reach +12025550123")
    ''

    Args:
        raw: What stood where a code belongs.

    Returns:
        At most 40 characters, or an empty text if it is not a code: it may
        be a sentence, and sentences quote numbers.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        return ""
    text = raw if isinstance(raw, str) else f"{raw:d}"[:41]
    return text if _CODE.fullmatch(text) and not dialable(text) else ""
