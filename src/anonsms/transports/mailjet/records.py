"""One message as Mailjet's lists show it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from attrs import frozen

from anonsms.errors import InvalidNumberError
from anonsms.message import (
    DeliveryReceipt,
    Event,
    Outbound,
    ProviderOptOut,
)
from anonsms.phone import PhoneNumber
from anonsms.transports.mailjet.answers import id_of, status_in
from anonsms.transports.mailjet.codes import STATUSES, UNKNOWN


@frozen(repr=False)
class Record:
    """
    One message of a list. It holds a number, so it never shows.

    Attributes:
        fields: By name.
        heard_at: Aware; stands in for times that are not given.
        fictional: Whether numbers kept for fiction are real enough.
        asked_as: The id that it was asked for by, which is the one that
            the send told; lists may show another form.
    """

    fields: Mapping[str, object]
    heard_at: datetime
    fictional: bool
    asked_as: str = ""

    @property
    def provider_id(self) -> str:
        """The message's id, or an empty text."""
        return self.asked_as or id_of(self.fields.get("MessageId"))

    def events(self) -> list[Event]:
        """
        Its receipt; and an opt-out, if its status tells of one.

        Raises:
            InvalidNumberError: Somebody left whose number cannot be read.
        """
        code = status_in(self.fields)
        if code is None or not self.provider_id:
            return []
        status = STATUSES.get(code, UNKNOWN)
        told: list[Event] = [
            DeliveryReceipt(
                self.provider_id,
                status.delivery,
                self.at,
                code=str(code),
                reason=status.reason,
                raw=str(code),
            )
        ]
        if status.left:
            number = PhoneNumber.parse(
                _text(self.fields.get("To"))[:32],
                allow_fictional=self.fictional,
            )
            told.append(
                ProviderOptOut(
                    number,
                    self.at,
                    str(code),
                    provider_id=self.provider_id,
                    everything=True,
                )
            )
        return told

    @property
    def at(self) -> datetime:
        """
        When the status was true for certain; aware, UTC.

        Mailjet tells when a text was made and when it was sent, not when
        it arrived. What is neither is the moment of asking.
        """
        code = status_in(self.fields)
        if code is not None and STATUSES.get(code, UNKNOWN).delivery.final:
            return self.heard_at
        return (
            _moment(self.fields.get("SentTS")) or self.created or self.heard_at
        )

    @property
    def created(self) -> datetime | None:
        """When Mailjet took it."""
        return _moment(self.fields.get("CreationTS"))

    @property
    def mark(self) -> int:
        """The same for the same message, in this process."""
        # A receipt may come in between two pages: the id stays.
        return hash(
            self.provider_id or json.dumps(self.fields, sort_keys=True)
        )

    @property
    def shows_text(self) -> bool:
        """Whether it shows what it says."""
        return isinstance(self.fields.get("Text"), str)

    def is_to(self, message: Outbound) -> bool:
        """Whether it went to this person."""
        to = _text(self.fields.get("To"))
        return f"+{to.removeprefix('+')}" == message.number.reveal()

    def says(self, message: Outbound) -> bool:
        """Whether it says the same."""
        return self.fields.get("Text") == message.text.reveal()

    def is_from(self, message: Outbound) -> bool:
        """Whether it is from the same originator, as far as shown."""
        return _text(self.fields.get("From")) == str(message.originator)

    def readable(self) -> list[Event] | None:
        """As :meth:`events`; ``None`` where it would raise."""
        try:
            return self.events()
        except InvalidNumberError:
            return None

    def __repr__(self) -> str:
        return f"<Record of {len(self.fields)} fields>"


def _text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:d}" if abs(value) < 10**20 else ""
    return value.strip() if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    """Unix seconds; ``""`` while a text waits to be sent."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:15])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC) if value > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
