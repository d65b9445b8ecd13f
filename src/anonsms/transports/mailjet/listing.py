"""
Asking Mailjet what happened: its list of messages, page by page.

Mailjet calls nobody back. Lists can be asked for by number, and are not:
numbers do not stand in URLs. They are asked for by time, and looked through
here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import urlencode

from attrs import frozen

from anonsms.errors import TransportError
from anonsms.message import Accepted, NotSent, Outbound, Outcome, Uncertain
from anonsms.transport.flow import Flow
from anonsms.transport.http import HttpRequest, HttpResponse
from anonsms.transport.paging import all_pages
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
        return (
            yield from all_pages(
                partial(self._page, statuses=statuses),
                self._read,
                "Mailjet's list of messages",
                most=_MOST_PAGES,
            )
        )

    def one(self, provider_id: str) -> Flow[Record | None]:
        """
        One message by its sound id; ``None`` if Mailjet does not know it.

        Raises:
            TransportError: Mailjet refused.
        """
        response = yield HttpRequest(
            "GET", f"{self.base}/v4/sms/{provider_id}", self.headers
        )
        if response.status == _MISSING:
            return None
        page = self._read(response, provider_id)
        return page[0] if page else None

    def settled(
        self,
        messages: Sequence[Outbound],
        *,
        final: bool,
        known: Collection[str],
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
            known: Ids of other messages.
        """
        try:
            records = yield from self.records()
        except TransportError:
            return [
                Uncertain(each.key, "Mailjet did not say") for each in messages
            ]
        others = frozenset(known)
        left = [each for each in records if each.provider_id not in others]
        decimal = {each.isdigit() for each in others if each}
        return [
            _settled(message, messages, left, decimal, final=final)
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
    decimal: Collection[bool],
    *,
    final: bool,
) -> Outcome:
    """
    One message, among all in doubt and all that the list shows.

    Answers have shown decimal ids and lists UUIDs: what is written in
    another form than known ids may be one of those all the same. So
    ``decimal`` tells whether those are decimal.
    """
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
        if {trace.provider_id.isdigit()}.issuperset(decimal):
            return Accepted(message.key, trace.provider_id)
        return Uncertain(
            message.key, "the list has ids in another form than the answers"
        )
    if not traces and final:
        return NotSent(message.key, "Mailjet has no trace of it")
    return Uncertain(
        message.key,
        "several texts to the same number" if traces else "no trace yet",
    )
