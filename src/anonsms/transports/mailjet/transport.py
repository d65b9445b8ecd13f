"""The transport itself: one text, one request, and asking for receipts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final

from anonsms.errors import ConfigurationError, InvalidTextError
from anonsms.masking import Secret
from anonsms.message import (
    DeliveryReceipt,
    Event,
    OriginatorKind,
    Outbound,
    Outcome,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.parts import measure
from anonsms.transport.engine import HttpTransport
from anonsms.transport.flow import Flow
from anonsms.transport.http import HttpRequest
from anonsms.transport.pace import Pace
from anonsms.transport.protocol import Capabilities
from anonsms.transport.telling import (
    ANOTHER,
    aware,
    names_another,
    provider_id,
)
from anonsms.transport.urls import sound_base
from anonsms.transport.waiting import utc_now
from anonsms.transports.mailjet.answers import outcome_of
from anonsms.transports.mailjet.listing import Listing


_TOKEN_FORM: Final = re.compile(r"[\x21-\x7e]{8,512}")
MOST_PARTS: Final = 5
"""765 characters in GSM-7, 335 in UCS-2."""
_NAMES: Final = frozenset({OriginatorKind.NAME})


class MailjetTransport(HttpTransport):
    """
    Carries texts to Mailjet, one request each.

    Mailjet forbids marketing over this service, calls nobody back, and
    hands on no texts from handsets. What became of a message is asked for
    with :meth:`fetch_receipts` or :meth:`fetch_events`.

    Attributes:
        name: ``"mailjet"``.
    """

    def __init__(  # noqa: PLR0913 - settings, all by name but the token
        self,
        token: str | Secret,
        *,
        base_url: str = "https://api.mailjet.com",
        marketing: bool = False,
        originators: frozenset[OriginatorKind] = _NAMES,
        client: object | None = None,
        pace: Pace | None = None,
        timeout: float = 30.0,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """
        Set the transport up; nothing is asked of Mailjet.

        Args:
            token: Made in the SMS dashboard of the main account. It is not
                the key pair of the mail API.
            base_url: Another address of the API, such as a local server.
            marketing: ``True`` only where Mailjet allows your account
                marketing in writing: its terms forbid it.
            originators: The kinds that the account may send from.
            client: As for every :class:`~anonsms.transport.HttpTransport`.
            pace: As above.
            timeout: As above.
            clock: Tells the time, aware.

        Raises:
            ConfigurationError: A setting is not sound.
        """
        held = Secret.of(token)
        del token
        super().__init__(client=client, pace=pace, timeout=timeout)
        if not _is_token(held):
            raise ConfigurationError(
                "A token of Mailjet's is one word of ASCII characters. Make "
                "one in the SMS dashboard; the mail API's keys do not serve."
            )
        self._base, here = sound_base(base_url)
        self._token = held
        self._clock = clock
        self._capabilities = Capabilities(
            batch_size=self.pace.batch_size,
            replies=False,
            originators=originators,
            marketing=marketing,
            simulated=here,
        )

    @property
    def name(self) -> str:
        """``"mailjet"``."""
        return "mailjet"

    @property
    def capabilities(self) -> Capabilities:
        """What Mailjet can do, with these settings."""
        return self._capabilities

    def submit(self, group: Sequence[Outbound]) -> Flow[Sequence[Outcome]]:
        """Hand over one message; Mailjet takes one in a request."""
        (message,) = group
        refusal = self._refusal(message)
        if refusal:
            return [refusal]
        response = yield self._request(message)
        if names_another(response.mapping().get("To"), message.number):
            # The answer to another request, as it seems: whose was ours?
            return [Uncertain(message.key, ANOTHER)]
        return [outcome_of(message.key, response, self._clock())]

    def fetch_receipts(
        self, provider_ids: Sequence[str]
    ) -> list[DeliveryReceipt]:
        """
        Ask what became of single messages; one request each.

        Who left is told by :meth:`fetch_events`.

        Args:
            provider_ids: As the send told them.

        Returns:
            A receipt for each that Mailjet knows, in their order.

        Raises:
            TransportError: Mailjet did not answer, or refused.
            ValueError: One of them is no id.
        """
        return self.perform(self._receipts(provider_ids))

    async def fetch_receipts_async(
        self, provider_ids: Sequence[str]
    ) -> list[DeliveryReceipt]:
        """As :meth:`fetch_receipts`, awaited, in asyncio and trio."""
        return await self.perform_async(self._receipts(provider_ids))

    def fetch_events(
        self, since: datetime, *, statuses: Sequence[int] = ()
    ) -> list[Event]:
        """
        Ask for receipts, and for opt-outs that they tell of.

        Args:
            since: Aware. Messages that were made before are not listed,
                however late their receipt: go back far enough.
            statuses: Only messages with one of these codes, e.g.
                ``(9, 11)`` for opt-outs; all if empty.

        Raises:
            TransportError: Mailjet did not answer, or refused.
            ConfigurationError: ``since`` has no zone.
        """
        return self.perform(self._events(since, statuses))

    async def fetch_events_async(
        self, since: datetime, *, statuses: Sequence[int] = ()
    ) -> list[Event]:
        """As :meth:`fetch_events`, awaited, in asyncio and trio."""
        return await self.perform_async(self._events(since, statuses))

    def reconcile(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool = False,
        known: Collection[str] = (),
    ) -> list[Outcome]:
        """
        Find out what became of messages whose answer was lost.

        They are looked for by number and time, for Mailjet keeps nothing
        by which a message could be told from another one to the same
        person: where that is not enough, they stay ``Uncertain``.

        Args:
            messages: Those in doubt.
            since: Aware; when the first of them was handed over. The later,
                the fewer other texts get in the way.
            final: Whether no trace means not sent: only minutes later, and
                after several tries.
            known: Ids that belong to other messages. Without them another
                text to the same person passes for the lost one.

        Returns:
            One outcome each: ``Accepted`` where there is a trace, else
            ``Uncertain``, or ``NotSent`` if ``final``. Where Mailjet does
            not answer, ``Uncertain``.

        Raises:
            ConfigurationError: ``since`` has no zone.
        """
        return self.perform(
            self._settled(messages, since, final=final, known=known)
        )

    async def reconcile_async(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool = False,
        known: Collection[str] = (),
    ) -> list[Outcome]:
        """As :meth:`reconcile`, awaited, in asyncio and trio."""
        return await self.perform_async(
            self._settled(messages, since, final=final, known=known)
        )

    def _receipts(
        self, provider_ids: Sequence[str]
    ) -> Flow[list[DeliveryReceipt]]:
        # One id in place of many would be taken for its digits.
        alone = isinstance(provider_ids, str)
        if alone or not all(map(provider_id, provider_ids)):
            raise ValueError(
                "A message's id is what Accepted.provider_id holds: letters, "
                "digits and '-'. Pass several, in a list."
            )
        listing = self._listing(self._clock())
        receipts: list[DeliveryReceipt] = []
        for each in provider_ids:
            record = yield from listing.one(each)
            receipt = record.receipt() if record else None
            receipts += [receipt] if receipt else []
        return receipts

    def _events(
        self, since: datetime, statuses: Sequence[int]
    ) -> Flow[list[Event]]:
        records = yield from self._listing(since).records(statuses)
        return [event for record in records for event in record.events()]

    def _settled(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool,
        known: Collection[str],
    ) -> Flow[list[Outcome]]:
        listing = self._listing(since)
        return (yield from listing.settled(messages, final=final, known=known))

    def _refusal(self, message: Outbound) -> Rejected | None:
        """Why a message is not even tried."""
        kind = message.originator.kind
        if kind not in self._capabilities.originators:
            return Rejected(
                message.key,
                Rejection.ORIGINATOR,
                "originator-kind",
                account_wide=True,
            )
        try:
            parts = measure(message.text.reveal()).count
        except InvalidTextError:
            return None  # Mailjet is to say no, to a text nobody can send
        if parts > MOST_PARTS:
            return Rejected(message.key, Rejection.CONTENT, "too-long")
        return None

    def _request(self, message: Outbound) -> HttpRequest:
        # What is built here never becomes a variable of `submit`: that
        # frame is part of every traceback of a lost connection.
        body = json.dumps(
            {
                "From": str(message.originator),
                "To": message.number.reveal(),
                "Text": message.text.reveal(),
            }
        )
        return HttpRequest(
            "POST",
            f"{self._base}/v4/sms-send",
            {**self._headers(), "content-type": "application/json"},
            body.encode(),
        )

    def _headers(self) -> dict[str, str]:
        return {
            "authorization": f"Bearer {self._token.reveal()}",
            "accept": "application/json",
        }

    def _listing(self, since: datetime) -> Listing:
        return Listing(
            self._base,
            self._headers(),
            aware(since, "since"),
            self._clock(),
            self._capabilities.simulated,
        )


def _is_token(token: Secret) -> bool:
    # A setting that was left out arrives as None.
    word: object = token.reveal()
    return isinstance(word, str) and _TOKEN_FORM.fullmatch(word) is not None
