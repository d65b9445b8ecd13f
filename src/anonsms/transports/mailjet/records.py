"""One message as Mailjet's lists show it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from attrs import frozen

from anonsms.message import (
    DeliveryReceipt,
    DeliveryStatus,
    Event,
    Outbound,
    ProviderOptOut,
)
from anonsms.transport.telling import moment, person, provider_id
from anonsms.transports.mailjet.answers import status_in
from anonsms.transports.mailjet.codes import STATUSES, UNKNOWN


_log: Final = logging.getLogger("anonsms.mailjet")
_FAILURES: Final = {DeliveryStatus.UNDELIVERED, DeliveryStatus.EXPIRED}


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
        return self.asked_as or provider_id(self.fields.get("MessageId"))

    def receipt(self) -> DeliveryReceipt | None:
        """What became of it; ``None`` if it does not say of what."""
        code = status_in(self.fields)
        if code is None or not self.provider_id:
            return None
        status = STATUSES.get(code, UNKNOWN)
        return DeliveryReceipt(
            self.provider_id,
            status.delivery,
            self.at,
            # Mailjet has one number for how it went and for why not.
            code=str(code) if status.delivery in _FAILURES else "",
            reason=status.reason,
            raw=str(code),
        )

    def events(self) -> list[Event]:
        """
        Its receipt; and an opt-out, if its status tells of one.

        Somebody who left by a number that cannot be read is told to the
        log: one of them must not hide the other events.
        """
        told: list[Event] = []
        receipt = self.receipt()
        if receipt is None:
            return told
        told.append(receipt)
        if STATUSES.get(int(receipt.raw), UNKNOWN).left:
            number = person(self.fields.get("To"), fictional=self.fictional)
            if number is None:
                _log.warning(
                    "Mailjet lists somebody who left by a number that "
                    "cannot be read: message %s.",
                    self.provider_id,
                )
            else:
                told.append(
                    ProviderOptOut(
                        number,
                        self.at,
                        receipt.code,
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
            moment(self.fields.get("SentTS")) or self.created or self.heard_at
        )

    @property
    def created(self) -> datetime | None:
        """When Mailjet took it."""
        return moment(self.fields.get("CreationTS"))

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

    def __repr__(self) -> str:
        return f"<Record of {len(self.fields)} fields>"


def _text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:d}" if abs(value) < 10**20 else ""
    return value.strip() if isinstance(value, str) else ""
