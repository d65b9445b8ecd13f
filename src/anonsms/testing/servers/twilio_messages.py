"""The messages that a local Twilio has on record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlencode

from attrs import define, field

from anonsms.parts import measure
from anonsms.testing.servers.twilio_refusals import RefusedError
from anonsms.testing.servers.twilio_rules import Wish, read_time


_MOST_PER_PAGE: Final = 1000
_MOST_DIGITS: Final = 5
_DAY: Final = len("2026-03-02")
_FINAL: Final = {"delivered", "undelivered", "failed", "canceled", "received"}


@define(repr=False)
class Stored:
    """
    One message on record; its texts and numbers never show.

    Attributes:
        sid: Its id.
        account: Whose it is.
        to: Recipient as stored, obfuscated if that was asked for.
        sender: Whom it is from.
        service: The Messaging Service, or empty.
        body: Text as stored.
        status: Twilio's word.
        created: When.
        updated: When last.
        parts: How many.
        media: How many pictures.
        direction: ``outbound-api`` or ``inbound``.
        callback: Where its receipts go, or empty.
        sent: When, if it was.
        code: Error code, if it failed.
    """

    sid: str
    account: str
    to: str
    sender: str
    service: str
    body: str
    status: str
    created: datetime
    updated: datetime
    parts: int
    media: int = 0
    direction: str = "outbound-api"
    callback: str = ""
    sent: datetime | None = None
    code: int | None = None

    @property
    def uri(self) -> str:
        """Its path, without the ending."""
        return f"/2010-04-01/Accounts/{self.account}/Messages/{self.sid}"

    def resource(self) -> dict[str, object]:
        """It, as Twilio shows it: all fields."""
        # Before a service has chosen a sender, nobody has counted.
        early = self.service and self.status in {"accepted", "scheduled"}
        paid = self.status in {"sent", "delivered", "undelivered"}
        return {
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": format_datetime(self.created),
            "date_sent": format_datetime(self.sent) if self.sent else None,
            "date_updated": format_datetime(self.updated),
            "direction": self.direction,
            "error_code": self.code,
            "error_message": None,
            "from": self.sender or None,
            "messaging_service_sid": self.service or None,
            "num_media": str(self.media),
            "num_segments": "0" if early else str(self.parts),
            "price": "-0.00750" if paid else None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{self.uri}/Media.json"},
            "to": self.to,
            "uri": f"{self.uri}.json",
        }

    def __repr__(self) -> str:
        return f"<Stored {self.sid} {self.status}>"


@define(repr=False)
class MessageBook:
    """
    All messages of an account.

    Attributes:
        account: Its SID.
    """

    account: str
    _messages: dict[str, Stored] = field(init=False, factory=dict)
    _count: int = field(init=False, default=0)

    def sid(self) -> str:
        """A new one; the same in every run."""
        self._count += 1
        mark = hashlib.sha256(f"{self.account} {self._count}".encode())
        return f"SM{mark.hexdigest()[:32]}"

    def take(
        self, wish: Wish, now: datetime
    ) -> tuple[Stored, dict[str, object]]:
        """
        Put a new message on record.

        Returns:
            It as stored, and as the answer shows it: whole, whatever is
            not to be stored.
        """
        moment = now.replace(microsecond=0)
        status = "accepted" if wish.service else "queued"
        stored = Stored(
            self.sid(),
            self.account,
            wish.to,
            wish.sender,
            wish.service,
            wish.body,
            "scheduled" if wish.scheduled else status,
            moment,
            moment,
            measure(wish.body).count,
            media=wish.media,
            callback=wish.callback.partition("#")[0],
        )
        shown = stored.resource()
        if wish.discard:
            stored.body = ""
        if wish.obfuscate:
            stored.to = wish.to[:-4] + "XXXX"
        self._messages[stored.sid] = stored
        return stored, shown

    def arrive(
        self, sender: str, to: str, service: str, body: str, now: datetime
    ) -> Stored:
        """Put a text from a handset on record."""
        at = now.replace(microsecond=0)
        parts = measure(body).count
        stored = Stored(
            self.sid(),
            self.account,
            to,
            sender,
            service,
            body,
            "received",
            at,
            at,
            parts,
            direction="inbound",
            sent=at,
        )
        self._messages[stored.sid] = stored
        return stored

    def find(self, sid: str) -> Stored:
        """
        One message.

        Raises:
            RefusedError: There is none of that id.
        """
        found = self._messages.get(sid)
        if found is None:
            raise RefusedError(20404)
        return found

    def last_to(self, number: str) -> Stored | None:
        """The last one that went to a number, if any is on record."""
        return next(
            (
                stored
                for stored in reversed(self._messages.values())
                if stored.to == number and stored.direction != "inbound"
            ),
            None,
        )

    def change(
        self, sid: str, form: Mapping[str, str], now: datetime
    ) -> Stored:
        """
        Redact a message or cancel it.

        Raises:
            RefusedError: It is something else that is asked for.
        """
        stored = self.find(sid)
        if form.get("Status") == "canceled" and stored.status == "scheduled":
            stored.status = "canceled"
        elif form.get("Body") == "" and "Status" not in form:
            stored.body = ""
        else:
            raise RefusedError(20001, ", ".join(form))
        stored.updated = now.replace(microsecond=0)
        return stored

    def report(
        self, sid: str, status: str, code: int | None, now: datetime
    ) -> Stored:
        """Note what the network said; never back from what is final."""
        stored = self.find(sid)
        if stored.status not in _FINAL:
            moment = now.replace(microsecond=0)
            stored.status, stored.code = status, code
            stored.updated = moment
            if status != "failed":
                stored.sent = stored.sent or moment
        return stored

    def remove(self, sid: str) -> None:
        """
        Delete one.

        Raises:
            RefusedError: There is none of that id.
        """
        self.find(sid)
        del self._messages[sid]

    def page(self, query: Mapping[str, str]) -> dict[str, object]:
        """
        One page of the list, the newest first.

        Raises:
            RefusedError: A size or a date that is none.
        """
        size, page = query.get("PageSize", "50"), query.get("Page", "0")
        for name, text in (("PageSize", size), ("Page", page)):
            if not (
                text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
            ):
                raise RefusedError(20001, name)
        if not 1 <= int(size) <= _MOST_PER_PAGE:
            raise RefusedError(20001, "PageSize")
        found = list(self._chosen(query))
        start = int(page) * int(size)
        shown = found[start : start + int(size)]
        kept = {
            name: text
            for name, text in query.items()
            if name not in {"Page", "PageToken"}
        }
        path = f"/2010-04-01/Accounts/{self.account}/Messages.json?"

        def uri(number: int) -> str:
            fields = {**kept, "PageSize": size, "Page": str(number)}
            if number:
                fields["PageToken"] = f"PA{number}"
            return path + urlencode(fields)

        last = start + int(size) >= len(found)
        return {
            "end": start + max(len(shown) - 1, 0),
            "first_page_uri": uri(0),
            "messages": [stored.resource() for stored in shown],
            "next_page_uri": None if last else uri(int(page) + 1),
            "page": int(page),
            "page_size": int(size),
            "previous_page_uri": uri(int(page) - 1) if int(page) else None,
            "start": start,
            "uri": uri(int(page)),
        }

    def _chosen(self, query: Mapping[str, str]) -> Iterator[Stored]:
        since, until = _span(query)
        for stored in reversed(self._messages.values()):
            if query.get("To", stored.to) != stored.to:
                continue
            if query.get("From", stored.sender) != stored.sender:
                continue
            if (since or until) and not stored.sent:
                continue
            if since and stored.sent and stored.sent < since:
                continue
            if until and stored.sent and stored.sent >= until:
                continue
            yield stored


def _span(
    query: Mapping[str, str],
) -> tuple[datetime | None, datetime | None]:
    """From when until before when, from the three ways to say it."""
    since = until = None
    for name in ("DateSent", "DateSent>", "DateSent<"):
        if name not in query:
            continue
        at = read_time(query[name])
        if at is None:
            raise RefusedError(20001, name)
        # A day counts as a whole one; both ends are inclusive.
        grain = timedelta(seconds=1)
        if len(query[name]) == _DAY:
            grain = timedelta(days=1)
        if name != "DateSent<":
            since = at
        if name != "DateSent>":
            until = at + grain
    return since, until
