"""What a provider's codes mean; one table serves answers and receipts."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Self

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

    @classmethod
    def rejected(
        cls, reason: Rejection, *, account_wide: bool = False
    ) -> Self:
        """Refused for good."""
        return cls(Fate.REJECTED, reason, account_wide)

    @classmethod
    def not_sent(cls, pause: float | None = None) -> Self:
        """It did not leave; try again, after ``pause`` seconds."""
        return cls(Fate.NOT_SENT, pause=pause)

    @classmethod
    def uncertain(cls) -> Self:
        """It may have left."""
        return cls(Fate.UNCERTAIN)

    @classmethod
    def accepted(cls) -> Self:
        """The provider has it."""
        return cls(Fate.ACCEPTED)

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


_ACCOUNT: Final = Meaning.rejected(Rejection.ACCOUNT, account_wide=True)
_OTHER: Final = Meaning.rejected(Rejection.OTHER)
_UNCERTAIN: Final = Meaning.uncertain()
_TOO_MANY: Final = 429
_REFUSALS: Final = range(400, 500)

STATUSES: Final[Mapping[int, Meaning]] = MappingProxyType(
    {
        401: _ACCOUNT,
        402: Meaning.rejected(Rejection.MONEY, account_wide=True),
        403: _ACCOUNT,
        # No such place, or not in this way: the base URL is wrong, or what
        # we are is out of date. Every other message would fare the same.
        404: _ACCOUNT,
        405: _ACCOUNT,
        406: _ACCOUNT,
        407: _ACCOUNT,
        410: _ACCOUNT,
        415: _ACCOUNT,
        # A gateway gave up waiting, or two requests met: it may have left.
        408: _UNCERTAIN,
        409: _UNCERTAIN,
        _TOO_MANY: Meaning.not_sent(),
    }
)
"""What an HTTP status means where no code is known; one for all."""


def meaning_of_status(status: int, *, known: Meaning | None = None) -> Meaning:
    """
    What an HTTP status means, beside the provider's code or without one.

    >>> meaning_of_status(401).account_wide, meaning_of_status(502).fate
    (True, <Fate.UNCERTAIN: 'uncertain'>)

    Args:
        status: Of the answer.
        known: What the provider's own code means, if it is known. The
            status has the last word where it says more: a request answered
            with 429 was never processed, and one that ended in 5xx, or in
            a redirect, may have been.

    Returns:
        ``UNCERTAIN`` for a success too: one that cannot be read.
    """
    if status == _TOO_MANY:
        waits = known is not None and known.fate is Fate.NOT_SENT
        return known if known and waits else STATUSES[_TOO_MANY]
    if status not in _REFUSALS:
        return _UNCERTAIN
    return known or STATUSES.get(status, _OTHER)


def http_code(status: int) -> str:
    """
    The code of an answer that has none of the provider's.

    >>> http_code(401)
    'http-401'
    """
    return f"http-{status}"


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
