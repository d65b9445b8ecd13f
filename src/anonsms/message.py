"""
Messages to and from handsets, and what became of them.

One recipient per message, by type: no class here holds a text and two
numbers. A batch is a sequence of single messages.
"""

from __future__ import annotations

import enum
import re
from datetime import datetime

from attrs import field, frozen

from anonsms.errors import ConfigurationError
from anonsms.masking import MessageText
from anonsms.phone import PhoneNumber


class OriginatorKind(enum.StrEnum):
    """What a message says it is from."""

    NAME = "name"
    """1–11 letters, digits, spaces; handsets cannot answer it."""
    SHORT_CODE = "short code"
    """3–6 digits, national; can be answered."""
    NUMBER = "number"
    """An E.164 number; can be answered."""


_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 ._&+-]{0,10}")
_SHORT_CODE = re.compile(r"[0-9]{3,6}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


@frozen
class Originator:
    """
    Who a text says it is from: a name, a short code or a number.

    Attributes:
        text: As the handset shows it.
        kind: Whether it is a name, a short code or a number.
    """

    text: str
    kind: OriginatorKind

    @classmethod
    def parse(cls, text: str) -> Originator:
        """
        Tell a name from a short code from a number.

        Args:
            text: ``"MaBoutique"``, ``"36123"`` or ``"+12025550100"``.

        Raises:
            ConfigurationError: It is none of the three. Names have 1–11
                letters, digits or spaces with at least one letter
                (TS 23.040 §9.1.2.5).
        """
        if not isinstance(text, str):
            raise ConfigurationError(
                "An originator is a text, also a short code: '36123'. This "
                f"was a {type(text).__name__}."
            )
        if _NUMBER.fullmatch(text):
            return cls(text, OriginatorKind.NUMBER)
        if _SHORT_CODE.fullmatch(text):
            return cls(text, OriginatorKind.SHORT_CODE)
        if _NAME.fullmatch(text):
            return cls(text, OriginatorKind.NAME)
        raise ConfigurationError(
            "An originator is a name of 1 to 11 ASCII letters, digits and "
            "spaces with at least one letter, a short code of 3 to 6 digits, "
            "or a number in E.164 form (+ and digits). "
            f"This one has {len(text)} characters and is none of them."
        )

    @property
    def answerable(self) -> bool:
        """Whether a reply to it can arrive anywhere."""
        return self.kind is not OriginatorKind.NAME

    def __str__(self) -> str:
        return self.text


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

    number: PhoneNumber
    text: MessageText
    originator: Originator
    key: str


class Rejection(enum.StrEnum):
    """Why a provider refused a message, in one vocabulary for all."""

    BAD_NUMBER = "bad number"
    OPTED_OUT = "opted out"
    CONTENT = "content"
    ORIGINATOR = "originator"
    MONEY = "money"
    ACCOUNT = "account"
    OTHER = "other"


@frozen
class Accepted:
    """
    The provider took the message. This is not delivery.

    Attributes:
        key: The :attr:`Outbound.key` it answers.
        provider_id: The provider's id of the message, for its receipts.
    """

    key: str
    provider_id: str


@frozen
class Rejected:
    """
    The provider refused the message for good.

    Attributes:
        key: The :attr:`Outbound.key` it answers.
        reason: The cause in our words.
        code: The provider's own code, as it wrote it.
    """

    key: str
    reason: Rejection
    code: str = ""


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


Outcome = Accepted | Rejected | Uncertain
"""What the provider said at sending."""


class DeliveryStatus(enum.StrEnum):
    """The network's word on a message that the provider accepted."""

    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    UNKNOWN = "unknown"

    @property
    def final(self) -> bool:
        """Whether the network will say no more."""
        return self in _FINAL


_FINAL = {
    DeliveryStatus.DELIVERED,
    DeliveryStatus.UNDELIVERED,
    DeliveryStatus.EXPIRED,
}


@frozen
class DeliveryReceipt:
    """
    A receipt (DLR). It may come late, twice, or out of order.

    Attributes:
        provider_id: The provider's id of the message.
        status: What became of it.
        at: When the network says so; aware, UTC.
        code: The provider's own code, as it wrote it.
    """

    provider_id: str
    status: DeliveryStatus
    at: datetime
    code: str = ""


@frozen
class Inbound:
    """
    A text from a handset (MO).

    Attributes:
        sender: Who wrote it.
        text: What it says.
        at: When it arrived; aware, UTC.
        to: The originator of ours that it answers, if known.
        provider_id: The provider's id, by which repeats are known.
    """

    sender: PhoneNumber
    text: MessageText
    at: datetime
    to: str = ""
    provider_id: str = field(default="")
