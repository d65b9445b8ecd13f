"""The transport itself: one text, one request, and asking for receipts."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from anonsms.errors import ConfigurationError, InvalidTextError
from anonsms.masking import Secret
from anonsms.message import (
    Event,
    OriginatorKind,
    Outbound,
    Outcome,
    Rejected,
    Rejection,
)
from anonsms.parts import measure
from anonsms.transport.engine import HttpTransport
from anonsms.transport.flow import Flow
from anonsms.transport.http import HttpRequest, sound_base
from anonsms.transport.pace import Pace
from anonsms.transport.protocol import Capabilities
from anonsms.transports.mailjet.answers import outcome_of
from anonsms.transports.mailjet.listing import Listing
from anonsms.transports.mailjet.records import Record


_log: Final = logging.getLogger("anonsms.mailjet")
_TOKEN_FORM: Final = re.compile(r"[\x21-\x7e]{8,512}")
_BATCH: Final = 100
MOST_PARTS: Final = 5
"""765 characters in GSM-7, 335 in UCS-2."""
_NAMES: Final = frozenset({OriginatorKind.NAME})


class MailjetTransport(HttpTransport):
    """
    Carries texts to Mailjet, one request each.

    Mailjet forbids marketing over this service, calls nobody back, and
    hands on no texts from handsets. What became of a message is asked for
    with :meth:`fetch_events`.

    Attributes:
        name: ``"mailjet"``.
    """

    def __init__(  # noqa: PLR0913 - settings, all by name but the token
        self,
        token: str | Secret,
        *,
        base_url: str = "https://api.mailjet.com",
        transactional_only: bool = True,
        originators: frozenset[OriginatorKind] = _NAMES,
        client: object | None = None,
        pace: Pace | None = None,
        timeout: float = 30.0,
    ) -> None:
        """
        Set the transport up; nothing is asked of Mailjet.

        Args:
            token: Made in the SMS dashboard of the main account. It is not
                the key pair of the mail API.
            base_url: Another address of the API, such as a local server.
            transactional_only: ``False`` only where Mailjet allows
                marketing in writing: its terms forbid it.
            originators: The kinds that the account may send from.
            client: As for every :class:`~anonsms.transport.HttpTransport`.
            pace: As above.
            timeout: As above.

        Raises:
            ConfigurationError: A setting is not sound.
        """
        super().__init__(client=client, pace=pace, timeout=timeout)
        held = token if isinstance(token, Secret) else Secret(token)
        del token
        if not _TOKEN_FORM.fullmatch(held.reveal()):
            raise ConfigurationError(
                "A token of Mailjet's is one word of ASCII characters. Make "
                "one in the SMS dashboard; the mail API's keys do not serve."
            )
        self._base, here = sound_base(base_url)
        self._token = held
        self._capabilities = Capabilities(
            batch_size=_BATCH,
            replies=False,
            originators=originators,
            marketing=not transactional_only,
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
        return [outcome_of(message.key, response, datetime.now(UTC))]

    def events_flow(
        self,
        since: datetime,
        *,
        provider_ids: Sequence[str] = (),
        statuses: Sequence[int] = (),
        now: datetime | None = None,
    ) -> Flow[list[Event]]:
        """As :meth:`fetch_events`, for :meth:`perform_async`."""
        listing = self._listing(since, now)
        records: list[Record] = []
        if provider_ids:
            for provider_id in provider_ids:
                record = yield from listing.one(provider_id)
                records += [record] if record else []
        else:
            records = yield from listing.records(statuses)
        told: list[Event] = []
        for record in records:
            events = record.readable()
            if events is None:
                # One unreadable number must not hide the other events.
                _log.warning(
                    "Mailjet lists somebody who left by a number that "
                    "cannot be read: message %s.",
                    record.provider_id,
                )
            told += events or []
        return told

    def fetch_events(
        self,
        since: datetime,
        *,
        provider_ids: Sequence[str] = (),
        statuses: Sequence[int] = (),
        now: datetime | None = None,
    ) -> list[Event]:
        """
        Ask for receipts, and for opt-outs that they tell of.

        Args:
            since: Aware. Messages that were made before are not listed,
                however late their receipt: go back far enough.
            provider_ids: Of single messages, as the send told them; one
                request each. All messages since then if empty.
            statuses: Only messages with one of these codes, e.g.
                ``(9, 11)`` for opt-outs; all if empty. Not for ids.
            now: Aware; the clock's if not given.

        Raises:
            TransportError: Mailjet did not answer, or refused.
        """
        return self.perform(
            self.events_flow(
                since, provider_ids=provider_ids, statuses=statuses, now=now
            )
        )

    def reconcile_flow(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool = False,
        now: datetime | None = None,
    ) -> Flow[list[Outcome]]:
        """As :meth:`reconcile`, for :meth:`perform_async`."""
        listing = self._listing(since, now)
        return (yield from listing.settled(messages, final=final))

    def reconcile(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool = False,
        now: datetime | None = None,
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
            now: Aware; the clock's if not given.

        Returns:
            One outcome each: ``Accepted`` where there is a trace, else
            ``Uncertain``, or ``NotSent`` if ``final``. Where Mailjet does
            not answer, ``Uncertain``.
        """
        return self.perform(
            self.reconcile_flow(messages, since, final=final, now=now)
        )

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

    def _listing(self, since: datetime, now: datetime | None) -> Listing:
        return Listing(
            self._base,
            self._headers(),
            since,
            now or datetime.now(UTC),
            self._capabilities.simulated,
        )

    def __repr__(self) -> str:
        return "<MailjetTransport>"
