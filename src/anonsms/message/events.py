"""What comes back: receipts, texts from handsets, a provider's own stops."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Final, TypeAlias

from attrs import field, frozen

from anonsms.masking import MessageText
from anonsms.message.outbound import Rejection
from anonsms.phone import PhoneNumber


class DeliveryStatus(enum.StrEnum):
    """The network's word on a message that the provider accepted."""

    QUEUED = "queued"
    """With the provider still."""
    SENT = "sent"
    """Handed on; from some networks nothing more is ever heard."""
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    """Nobody knows, or a status that is not in this list."""

    @property
    def final(self) -> bool:
        """Whether the network will say no more."""
        return self in _FINAL


_FINAL: Final = {
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
        at: When the network says so, or when it reached us if the network
            does not say; aware, UTC.
        code: The provider's own code, as it wrote it.
        key: The :attr:`Outbound.key`, where the provider gives it back.
        reason: Why it was not delivered, in our words, if the code tells.
        raw: The status as the provider wrote it.
    """

    provider_id: str
    status: DeliveryStatus
    at: datetime
    code: str = ""
    key: str = ""
    reason: Rejection | None = None
    raw: str = ""


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
        answered: Whether the provider has answered it already, as Twilio
            does with STOP: then we stay silent.
    """

    sender: PhoneNumber
    text: MessageText
    at: datetime
    to: str = ""
    provider_id: str = field(default="")
    answered: bool = False


@frozen
class ProviderOptOut:
    """
    The provider says that somebody left: by its own keyword, link or list.

    Attributes:
        number: Who left.
        at: When, or when we heard of it; aware, UTC.
        code: What the provider calls it, e.g. ``"STOP"``.
        provider_id: The provider's id of the event or of the message.
        everything: Whether the provider blocks all our texts from now on,
            parcel news too.
    """

    number: PhoneNumber
    at: datetime
    code: str = ""
    provider_id: str = ""
    everything: bool = False


Event: TypeAlias = DeliveryReceipt | Inbound | ProviderOptOut
"""What a provider tells us of its own accord."""
