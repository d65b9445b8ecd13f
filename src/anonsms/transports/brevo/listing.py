"""
Asking Brevo what happened: its list of events, page by page.

Messages are asked for by their key, which Brevo keeps as the ``tag``: no
number ever stands in a URL. Assume 100 such requests an hour until Brevo
says otherwise, so whole days are read rather than one message after the
other.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import urlencode

from attrs import frozen

from anonsms.errors import TransportError
from anonsms.message import Accepted, NotSent, Outbound, Outcome, Uncertain
from anonsms.transport.codes import http_code, shown_code
from anonsms.transport.flow import Flow
from anonsms.transport.http import HttpRequest, HttpResponse
from anonsms.transport.paging import all_pages
from anonsms.transports.brevo.events import Record


PAGE: Final = 100
"""Brevo's largest; its default is 50."""
_OK: Final = 200


@frozen(repr=False)
class Listing:
    """
    One question to ``GET /transactionalSMS/statistics/events``.

    Attributes:
        base: The API's base URL.
        headers: With the API key.
        since: Aware; the day before it is read too, for a day's borders
            are those of the account's time zone.
        until: Aware; usually now.
        fictional: Whether numbers kept for fiction are real enough.
    """

    base: str
    headers: Mapping[str, str]
    since: datetime
    until: datetime
    fictional: bool

    def records(self, key: str = "", kind: str = "") -> Flow[list[Record]]:
        """
        All events of those days, oldest first, each once.

        Args:
            key: Of one message; all messages if empty.
            kind: One kind of event as Brevo calls it in this place, e.g.
                ``"unsubscription"``; all kinds if empty.

        Raises:
            TransportError: Brevo refused, or its list has no end.
        """
        found = yield from all_pages(
            partial(self._page, key=key, kind=kind),
            self._read,
            "Brevo's list of events",
        )
        # Whether Brevo understood the filter is looked at here.
        return [each for each in found if not key or each.tag == key]

    def settled(
        self,
        messages: Sequence[Outbound],
        *,
        final: bool,
        known: Collection[str],
    ) -> Flow[list[Outcome]]:
        """
        What became of messages that got no answer.

        Args:
            messages: Those in doubt, in any order.
            final: Whether a message of which there is no trace counts as
                not sent. Only minutes after the sending.
            known: Ids of other messages.
        """
        others = frozenset(filter(None, known))
        outcomes: list[Outcome] = []
        for message in messages:
            try:
                records = yield from self.records(key=message.key)
            except TransportError:
                # The others may be told of all the same.
                outcomes.append(Uncertain(message.key, "Brevo did not say"))
                continue
            ids = [
                each.provider_id
                for each in records
                if each.provider_id not in others
            ]
            if ids:
                # An event may name no message, and still it has our tag.
                named = next(filter(None, ids), "")
                outcomes.append(Accepted(message.key, named))
            elif final:
                outcomes.append(NotSent(message.key, "Brevo has no trace"))
            else:
                outcomes.append(Uncertain(message.key, "no trace yet"))
        return outcomes

    def _page(self, offset: int, key: str, kind: str) -> HttpRequest:
        query = {
            "startDate": f"{self.since - timedelta(days=1):%Y-%m-%d}",
            "endDate": f"{self.until:%Y-%m-%d}",
            "limit": str(PAGE),
            "offset": str(offset),
            "sort": "asc",
        }
        if key:
            query["tags"] = json.dumps([key])
        if kind:
            query["event"] = kind
        return HttpRequest(
            "GET",
            f"{self.base}/transactionalSMS/statistics/events?"
            f"{urlencode(query)}",
            self.headers,
        )

    def _read(self, response: HttpResponse) -> list[Record]:
        """
        The events of one page.

        Raises:
            TransportError: It is no page.
        """
        if response.status == _OK:
            answer = response.json()
            # An account without events gets an object without a list.
            if isinstance(answer, dict):
                events = answer.get("events", [])
                sound = isinstance(events, list) and all(
                    isinstance(each, dict) for each in events
                )
                if sound:
                    return [
                        Record(each, "", self.until, self.fictional)
                        for each in events
                    ]
                del events
            del answer
        code = shown_code(response.mapping().get("code"))
        raise TransportError(
            "Brevo did not list its events "
            f"({code or http_code(response.status)}). Check the API key; "
            "after http-429, ask again in an hour."
        )

    def __repr__(self) -> str:
        return f"<Listing {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}>"
