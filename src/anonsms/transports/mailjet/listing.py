"""
Asking Mailjet what happened: its list of messages, page by page.

Mailjet calls nobody back. Lists can be asked for by number, and are not:
numbers do not stand in URLs. They are asked for by time, and looked through
here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode

from attrs import frozen

from anonsms.errors import TransportError
from anonsms.message import Accepted, NotSent, Outbound, Outcome, Uncertain
from anonsms.transport.flow import Flow
from anonsms.transport.http import HttpRequest, HttpResponse
from anonsms.transports.mailjet.answers import error_in
from anonsms.transports.mailjet.records import Record


PAGE: Final = 1_000
"""The largest page that is documented; pages may be far shorter."""
_MOST_PAGES: Final = 5_000
_MARGIN: Final = timedelta(minutes=1)
"""How far the clocks may be apart."""
_OK: Final = 200
_MISSING: Final = 404


@frozen(repr=False)
class Listing:
    """
    One question to ``GET /v4/sms``.

    Attributes:
        base: The API's base URL.
        headers: With the token.
        since: Aware; messages that were made from then on.
        until: Aware; usually now.
        fictional: Whether numbers kept for fiction are real enough.
    """

    base: str
    headers: Mapping[str, str]
    since: datetime
    until: datetime
    fictional: bool

    def records(self, statuses: Sequence[int] = ()) -> Flow[list[Record]]:
        """
        All messages of that time, each once.

        Args:
            statuses: Only those with one of these codes; all if empty.

        Raises:
            TransportError: Mailjet refused, or its list has no end.
        """
        found: list[Record] = []
        seen: set[int] = set()
        offset = 0
        for _ in range(_MOST_PAGES):
            # A variable of this frame is part of every traceback of a lost
            # connection: records hide themselves, what is in them does not.
            page = self._read((yield self._page(offset, statuses)))
            fresh = [each for each in page if each.mark not in seen]
            seen.update(each.mark for each in fresh)
            found += fresh
            # How long a page is at most is told in two ways; only one that
            # brings nothing new is the end.
            if not fresh:
                return found
            offset += len(page)
        raise TransportError(
            f"Mailjet's list of messages has more than {_MOST_PAGES:,} "
            "pages. Ask for a shorter time."
        )

    def one(self, provider_id: str) -> Flow[Record | None]:
        """
        One message by its id; ``None`` if Mailjet does not know it.

        Raises:
            TransportError: Mailjet refused.
        """
        place = f"{self.base}/v4/sms/{quote(provider_id, safe='')}"
        response = yield HttpRequest("GET", place, self.headers)
        if response.status == _MISSING:
            return None
        page = self._read(response, provider_id)
        return page[0] if page else None

    def settled(
        self, messages: Sequence[Outbound], *, final: bool
    ) -> Flow[list[Outcome]]:
        """
        What became of messages that got no answer.

        Mailjet keeps nothing of ours by which a message could be known
        again. So they are matched by number, by text where the list shows
        it, and by how many there are.

        Args:
            messages: Those in doubt, in any order.
            final: Whether a message of which there is no trace counts as
                not sent.

        """
        try:
            records = yield from self.records()
        except TransportError:
            return [
                Uncertain(each.key, "Mailjet did not say") for each in messages
            ]
        return [
            _settled(message, messages, records, final=final)
            for message in messages
        ]

    def _page(self, offset: int, statuses: Sequence[int]) -> HttpRequest:
        query = {
            "FromTS": str(int((self.since - _MARGIN).timestamp())),
            "ToTS": str(int((self.until + _MARGIN).timestamp())),
            "Limit": str(PAGE),
            "Offset": str(offset),
        }
        if statuses:
            query["StatusCode"] = ",".join(map(str, statuses))
        return HttpRequest(
            "GET", f"{self.base}/v4/sms?{urlencode(query)}", self.headers
        )

    def _read(
        self, response: HttpResponse, asked_as: str = ""
    ) -> list[Record]:
        """
        The messages of one page.

        Raises:
            TransportError: It is no page.
        """
        if response.status == _OK:
            data = response.mapping().get("Data")
            if isinstance(data, list) and all(
                isinstance(each, dict) for each in data
            ):
                return [
                    Record(each, self.until, self.fictional, asked_as)
                    for each in data
                ]
            del data
        _, code = error_in(response)
        raise TransportError(
            f"Mailjet did not list its messages ({code}). Check the token; "
            "after HTTP 429, ask again later."
        )

    def __repr__(self) -> str:
        return f"<Listing {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}>"


def _settled(
    message: Outbound,
    messages: Sequence[Outbound],
    records: Sequence[Record],
    *,
    final: bool,
) -> Outcome:
    """One message, among all in doubt and all that the list shows."""
    to_it = [each for each in records if each.is_to(message)]
    # Lists may show no texts. Two texts to one number are then told apart
    # by nothing, and only their count says something.
    shown = all(each.shows_text for each in to_it)
    alike = [
        each.key
        for each in messages
        if each.number == message.number
        and (not shown or each.text == message.text)
    ]
    traces = [each for each in to_it if not shown or each.says(message)]
    if len(traces) > len(alike):
        # Networks may show another originator than ours, so it is only
        # looked at where there is one trace too many.
        same = [each for each in traces if each.is_from(message)]
        traces = same if len(same) == len(alike) else traces
    if len(traces) == len(alike):
        trace = traces[alike.index(message.key)]
        return Accepted(message.key, trace.provider_id)
    if not traces and final:
        return NotSent(message.key, "Mailjet has no trace of it")
    return Uncertain(
        message.key,
        "several texts to the same number" if traces else "no trace yet",
    )
