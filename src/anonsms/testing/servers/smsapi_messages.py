"""The messages that a local SMSAPI has on record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from attrs import define, field

from anonsms.testing.servers.smsapi_orders import Line
from anonsms.testing.servers.smsapi_refusals import RefusedError


MEMORY: Final = timedelta(hours=24)
"""How long an ``idx`` is remembered."""
_CANCELLED_UNTIL: Final = timedelta(seconds=60)


@define(repr=False)
class Stored:
    """
    One message on record.

    Attributes:
        id: SMSAPI's.
        line: What was asked for.
        sender: Whom it is from.
        at: When it is or was to go.
        points: Its price.
        status: SMSAPI's name for what became of it.
        notify: Where its receipts go, or empty.
    """

    id: str
    line: Line
    sender: str
    at: datetime
    points: Decimal
    status: str = "QUEUE"
    notify: str = ""

    def row(self, *, as_text: bool) -> dict[str, object]:
        """It, as an answer shows it."""
        return {
            "id": self.id,
            "points": str(self.points) if as_text else float(self.points),
            "number": self.line.number,
            "date_sent": int(self.at.timestamp()),
            "submitted_number": self.line.submitted,
            "status": self.status,
            "error": None,
            "idx": self.line.idx or None,
            "parts": self.line.parts,
        }

    def __repr__(self) -> str:
        return f"<Stored {self.id} {self.status}>"


@define(repr=False)
class MessageBook:
    """
    All messages of an account, and the ``idx`` it knows.

    Attributes:
        points: What is left.
        price: Of one part.
    """

    points: Decimal
    price: Decimal
    _messages: dict[str, Stored] = field(init=False, factory=dict)
    _used: dict[str, datetime] = field(init=False, factory=dict)
    _count: int = field(init=False, default=0)

    def repeated(self, idx: str, now: datetime) -> bool:
        """Whether a message with this ``idx`` was taken within a day."""
        used = self._used.get(idx)
        return used is not None and now - used < MEMORY

    def draft(
        self, line: Line, sender: str, at: datetime, notify: str
    ) -> Stored:
        """A message with an id and a price, not on record yet."""
        self._count += 1
        mark = hashlib.sha256(f"smsapi {self._count}".encode()).hexdigest()
        return Stored(
            mark[:24],
            line,
            sender,
            at,
            self.price * line.parts,
            notify=notify,
        )

    def take(self, drafts: Iterable[Stored], now: datetime) -> None:
        """
        Put messages on record and take what they cost.

        Raises:
            RefusedError: There are not enough points; nothing is taken.
        """
        drafts = list(drafts)
        cost = sum((draft.points for draft in drafts), Decimal())
        if cost > self.points:
            raise RefusedError(103)
        self.points -= cost
        for draft in drafts:
            self._messages[draft.id] = draft
            if draft.line.idx:
                self._used[draft.line.idx] = now

    def find(self, provider_id: str) -> Stored | None:
        """One message, if it is on record."""
        return self._messages.get(provider_id)

    def last_to(self, number: str) -> Stored | None:
        """The last one to a number (without ``+``)."""
        return next(
            (
                stored
                for stored in reversed(self._messages.values())
                if stored.line.number == number
            ),
            None,
        )

    def cancel(self, ids: Iterable[str], now: datetime) -> list[str]:
        """
        Cancel scheduled messages.

        Raises:
            RefusedError: One is unknown, or due within a minute.
        """
        ids = list(ids)
        for each in ids:
            stored = self._messages.get(each)
            if not stored or stored.at - now < _CANCELLED_UNTIL:
                raise RefusedError(301)
        for each in ids:
            gone = self._messages.pop(each)
            self.points += gone.points
        return ids
