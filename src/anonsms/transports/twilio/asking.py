"""What is asked of Twilio besides sending."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from anonsms.errors import ConfigurationError
from anonsms.message import DeliveryReceipt, Lookup, Outbound, Outcome
from anonsms.phone import PhoneNumber
from anonsms.transport import Flow, HttpTransport, Pace
from anonsms.transport.telling import aware, numbered
from anonsms.transports.twilio import consents, lookup, reconciling, records
from anonsms.transports.twilio.account import Account
from anonsms.transports.twilio.messages import Manner, message_sid


class AccountTransport(HttpTransport):
    """
    A transport that can ask about its account: records, lines, consents.

    What is passed for an id may be a number. So each method lets go of what
    is no SID before anything can fail: errors show variables to tools that
    report them.
    """

    def __init__(  # noqa: PLR0913 - two of its own, the rest handed on
        self,
        account: Account,
        manner: Manner,
        clock: Callable[[], datetime],
        *,
        client: object | None,
        pace: Pace | None,
        timeout: float,
    ) -> None:
        super().__init__(client=client, pace=pace, timeout=timeout)
        self._account = account
        self._manner = manner
        self._clock = clock

    def fetch_receipts(
        self, provider_ids: Sequence[str]
    ) -> list[DeliveryReceipt]:
        """
        Ask what became of messages, where a receipt did not come.

        Returns:
            In their order, one request each; nothing for those that Twilio
            does not have.

        Raises:
            TransportError: Twilio does not say.
            ValueError: One is no id of a message; nothing is asked.
        """
        provider_ids = list(map(message_sid, provider_ids))
        return self.perform(
            records.receipts(self._account, provider_ids, self._clock())
        )

    async def fetch_receipts_async(
        self, provider_ids: Sequence[str]
    ) -> list[DeliveryReceipt]:
        """As :meth:`fetch_receipts`, awaited, in asyncio and trio."""
        provider_ids = list(map(message_sid, provider_ids))
        return await self.perform_async(
            records.receipts(self._account, provider_ids, self._clock())
        )

    def cancel(self, provider_id: str) -> bool:
        """
        Call a scheduled message off.

        Returns:
            Whether it was not too late.

        Raises:
            TransportError: It is not known whether it worked.
            ValueError: This is no id of a message.
        """
        provider_id = message_sid(provider_id)
        return self.perform(records.cancel(self._account, provider_id))

    async def cancel_async(self, provider_id: str) -> bool:
        """As :meth:`cancel`, awaited, in asyncio and trio."""
        provider_id = message_sid(provider_id)
        return await self.perform_async(
            records.cancel(self._account, provider_id)
        )

    def redact(self, provider_id: str) -> bool:
        """
        Empty a message's text at Twilio, once its fate is final.

        Returns:
            Whether it was there.

        Raises:
            TransportError: Twilio refused, or it is not sure that it did it.
            ValueError: This is no id of a message.
        """
        provider_id = message_sid(provider_id)
        return self.perform(records.redact(self._account, provider_id))

    async def redact_async(self, provider_id: str) -> bool:
        """As :meth:`redact`, awaited, in asyncio and trio."""
        provider_id = message_sid(provider_id)
        return await self.perform_async(
            records.redact(self._account, provider_id)
        )

    def delete(self, provider_id: str) -> bool:
        """
        Delete a message's record, number and text, at Twilio.

        Twilio says that its own logs last 400 days even so. Returns and
        raises as :meth:`redact`.
        """
        provider_id = message_sid(provider_id)
        return self.perform(records.delete(self._account, provider_id))

    async def delete_async(self, provider_id: str) -> bool:
        """As :meth:`delete`, awaited, in asyncio and trio."""
        provider_id = message_sid(provider_id)
        return await self.perform_async(
            records.delete(self._account, provider_id)
        )

    def feedback(self, provider_id: str, *, confirmed: bool = True) -> None:
        """
        Tell Twilio whether a message did its work, say a code was typed in.

        Raises:
            TransportError: Twilio refused.
            ValueError: This is no id of a message.
        """
        provider_id = message_sid(provider_id)
        self.perform(
            records.feedback(self._account, provider_id, confirmed=confirmed)
        )

    async def feedback_async(
        self, provider_id: str, *, confirmed: bool = True
    ) -> None:
        """As :meth:`feedback`, awaited, in asyncio and trio."""
        provider_id = message_sid(provider_id)
        await self.perform_async(
            records.feedback(self._account, provider_id, confirmed=confirmed)
        )

    def reconcile(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool = False,
        known: Collection[str] = (),
    ) -> list[Outcome]:
        """
        Ask Twilio's list what became of messages in doubt.

        Twilio knows a message by nothing but its number, its text and its
        sender: name in ``known`` the ids of whatever else went there, or
        another message of the same words passes for this one.

        Args:
            messages: With the texts as they were sent.
            since: When the first of them was tried; aware.
            final: Whether what is not listed by now never left. New
                messages have been reported missing from the list for a
                quarter of an hour: wait longer, ask again, then say so.
            known: SIDs of other messages.

        Returns:
            For each, in order: ``Accepted``, found alone; ``NotSent``, not
            listed, with ``final``; else ``Uncertain``.

        Raises:
            ConfigurationError: ``since`` has no zone.
        """
        return self.perform(self._reconciling(messages, since, final, known))

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
            self._reconciling(messages, since, final, known)
        )

    def _reconciling(
        self,
        doubtful: Sequence[Outbound],
        since: datetime,
        final: bool,  # noqa: FBT001 - passed on from a keyword
        known: Collection[str],
    ) -> Flow[list[Outcome]]:
        search = reconciling.Search(
            self._manner, aware(since, "since"), final, frozenset(known)
        )
        return reconciling.reconcile(self._account, doubtful, search)

    def look_up(
        self, numbers: Iterable[PhoneNumber], *, in_use: bool = True
    ) -> list[Lookup]:
        """
        Ask what kind of line each number is, and whether it is in use.

        Each number costs a request, and each question its price.

        Args:
            numbers: Whose.
            in_use: Whether to ask for the line's status too. Without it the
                state is known only of what can take no texts.

        Returns:
            One answer each, in their order; ``UNKNOWN`` for what could not
            be learnt.

        Raises:
            InvalidNumberError: One is no ``PhoneNumber``; nothing is asked.
        """
        people = numbered(numbers)
        del numbers
        return self.perform(
            lookup.look_up(self._account, people, in_use=in_use)
        )

    async def look_up_async(
        self, numbers: Iterable[PhoneNumber], *, in_use: bool = True
    ) -> list[Lookup]:
        """As :meth:`look_up`, awaited, in asyncio and trio."""
        people = numbered(numbers)
        del numbers
        return await self.perform_async(
            lookup.look_up(self._account, people, in_use=in_use)
        )

    def upsert_consents(
        self,
        given: Sequence[consents.TwilioConsent],
        *,
        sender: str = "",
    ) -> list[consents.TwilioConsentAnswer]:
        """
        Tell Twilio of consent (Consents API, a pilot of theirs).

        Args:
            given: Any number of them.
            sender: SID of the messaging service or the originator they
                were given to; the transport's service if left out.

        Raises:
            ConfigurationError: There is neither sender nor service.
        """
        return self.perform(self._upserting(given, sender))

    async def upsert_consents_async(
        self,
        given: Sequence[consents.TwilioConsent],
        *,
        sender: str = "",
    ) -> list[consents.TwilioConsentAnswer]:
        """As :meth:`upsert_consents`, awaited, in asyncio and trio."""
        return await self.perform_async(self._upserting(given, sender))

    def _upserting(
        self, given: Sequence[consents.TwilioConsent], sender: str
    ) -> Flow[list[consents.TwilioConsentAnswer]]:
        sender = sender or self._manner.service
        if not sender:
            raise ConfigurationError(
                "Consent is given to somebody: name the sender, or give the "
                "transport a messaging_service_sid."
            )
        return consents.upsert(self._account, given, sender)
