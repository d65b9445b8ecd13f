"""One text to one handset, and what the provider said at sending."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

from attrs import field, frozen

from anonsms.masking import MessageText
from anonsms.message.originator import Originator
from anonsms.phone import PhoneNumber


def _masked(value: object) -> str:
    """What may be shown of a value that should hide itself."""
    hides = isinstance(value, PhoneNumber | MessageText)
    return repr(value) if hides else f"<{type(value).__name__}>"


@frozen
class Outbound:
    """
    One text to one handset: all that a transport gets to see.

    Attributes:
        number: Whom it goes to.
        text: The rendered body.
        originator: Whom it is from.
        key: Opaque id of this attempt; tells nothing about the person.
    """

    number: PhoneNumber = field(repr=_masked)
    text: MessageText = field(repr=_masked)
    originator: Originator
    key: str

    def __attrs_post_init__(self) -> None:
        # A number that came as text would show in the repr, and in logs.
        if not (
            isinstance(self.number, PhoneNumber)
            and isinstance(self.text, MessageText)
            and isinstance(self.originator, Originator)
            and isinstance(self.key, str)
        ):
            raise TypeError(
                "A message is a PhoneNumber, a MessageText, an Originator "
                "and a key: one recipient, and nothing that shows itself."
            )


@frozen
class Scheduled(Outbound):
    """
    A text that the provider is to hold until a given time.

    Attributes:
        at: When it is to leave; aware.
    """

    at: datetime


class Rejection(enum.StrEnum):
    """Why a provider refused a message, in one vocabulary for all."""

    BAD_NUMBER = "bad number"
    OPTED_OUT = "opted out"
    CONTENT = "content"
    ORIGINATOR = "originator"
    MONEY = "money"
    ACCOUNT = "account"
    OTHER = "other"


@frozen(repr=False)
class Accepted:
    """
    The provider took the message. This is not delivery.

    Attributes:
        key: The :attr:`Outbound.key` it answers.
        provider_id: The provider's id of the message, for its receipts;
            empty if it said only that it has the message already.
        parts: How many parts the provider counts; ``None`` if it does not
            say. An account's footer can make it more than ours.
        price: What it takes for the message, in ``currency``; ``None`` if
            it does not say yet.
        currency: ISO 4217 code, or the provider's own unit (``"points"``).
    """

    key: str
    provider_id: str
    parts: int | None = None
    price: Decimal | None = None
    currency: str = ""

    def __repr__(self) -> str:
        # Most providers say no more than the id: what is not told is not
        # shown.
        told = [f"key={self.key!r}", f"provider_id={self.provider_id!r}"]
        if self.parts is not None:
            told.append(f"parts={self.parts}")
        if self.price is not None:
            told.append(f"price={self.price} {self.currency}".rstrip())
        return f"Accepted({', '.join(told)})"


@frozen
class Rejected:
    """
    The provider refused the message for good.

    Attributes:
        key: The :attr:`Outbound.key` it answers.
        reason: The cause in our words.
        code: The provider's own code, as it wrote it.
        account_wide: Whether every other message would fare the same, so
            that the run stops: no money, wrong credentials, an originator
            that is not the shop's.
    """

    key: str
    reason: Rejection
    code: str = ""
    account_wide: bool = False


@frozen
class Uncertain:
    """
    Nobody knows whether the message left: never repeat it blindly.

    Attributes:
        key: The :attr:`Outbound.key` it answers.
        why: What happened, e.g. ``"read timed out"``.
    """

    key: str
    why: str


@frozen
class NotSent:
    """
    It is certain that the message did not leave: it may be sent again.

    Attributes:
        key: The :attr:`Outbound.key` it answers.
        why: What happened, e.g. ``"connection refused"``.
        retry_after: Seconds to wait first, if the provider said so.
    """

    key: str
    why: str
    retry_after: float | None = None


Outcome = Accepted | Rejected | Uncertain | NotSent
"""What the provider said at sending."""
