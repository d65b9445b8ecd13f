"""What is asked of Twilio besides sending."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from anonsms.errors import ConfigurationError
from anonsms.message import DeliveryReceipt, Lookup, Outbound, Outcome
from anonsms.phone import PhoneNumber
from anonsms.transport import Flow, HttpTransport, Pace
from anonsms.transports.twilio import consents, lookup, reconciling, records
from anonsms.transports.twilio.messages import Manner
from anonsms.transports.twilio.settings import Account


_SKEW: Final = timedelta(minutes=2)


class Desk(HttpTransport):
    """
    One account's desk: records, look-ups, consents.

    Attributes:
        account: For the flows of this package, where code of your own
            drives them.
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
        self.account = account
        self._manner = manner
        self._clock = clock

    def cancel(self, provider_id: str) -> DeliveryReceipt:
        """
        Call a scheduled message off.

        Returns:
            Its status from now on.

        Raises:
            TransportError: Twilio refused, for example because it has left.
            ValueError: This is no id of a message.
        """
        return self.perform(
            records.cancel(self.account, provider_id, self._clock())
        )

    def fetch(self, provider_id: str) -> DeliveryReceipt:
        """
        Ask what became of a message, where its receipt did not come.

        Raises:
            TransportError: Twilio does not say.
            ValueError: This is no id of a message.
        """
        return self.perform(
            records.fetch(self.account, provider_id, self._clock())
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
        return self.perform(records.redact(self.account, provider_id))

    def delete(self, provider_id: str) -> bool:
        """
        Delete a message's record, number and text, at Twilio.

        Twilio says that its own logs last 400 days even so. Returns and
        raises as :meth:`redact`.
        """
        return self.perform(records.delete(self.account, provider_id))

    def feedback(self, provider_id: str, *, confirmed: bool = True) -> None:
        """
        Tell Twilio whether a message did its work, say a code was typed in.

        Raises:
            TransportError: Twilio refused.
            ValueError: This is no id of a message.
        """
        self.perform(
            records.feedback(self.account, provider_id, confirmed=confirmed)
        )

    def reconcile(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool = False,
        skew: timedelta = _SKEW,
    ) -> list[Outcome]:
        """
        Ask Twilio's list what became of messages in doubt.

        Args:
            messages: With the texts as they were sent.
            since: When the first of them was tried; aware.
            final: Whether what is not listed by now never left. New
                messages have been reported missing from the list for a
                quarter of an hour: wait longer, ask again, then say so.
            skew: How far our clock may be ahead of Twilio's.

        Returns:
            For each, in order: ``Accepted``, found alone; ``NotSent``, not
            listed, with ``final``; else ``Uncertain``.

        Raises:
            ValueError: ``since`` has no zone.
        """
        return self.perform(self._reconciling(messages, since, final, skew))

    async def reconcile_async(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool = False,
        skew: timedelta = _SKEW,
    ) -> list[Outcome]:
        """As :meth:`reconcile`, awaited, in asyncio and trio."""
        return await self.perform_async(
            self._reconciling(messages, since, final, skew)
        )

    def _reconciling(
        self,
        doubtful: Sequence[Outbound],
        since: datetime,
        final: bool,  # noqa: FBT001 - passed on from a keyword
        skew: timedelta,
    ) -> Flow[list[Outcome]]:
        if since.utcoffset() is None:
            raise ValueError("since is an aware time. Add a zone, e.g. UTC.")
        search = reconciling.Search(self._manner, since, skew, final)
        return reconciling.reconcile(self.account, doubtful, search)

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
        """
        return self.perform(self._looking_up(numbers, in_use=in_use))

    async def look_up_async(
        self, numbers: Iterable[PhoneNumber], *, in_use: bool = True
    ) -> list[Lookup]:
        """As :meth:`look_up`, awaited, in asyncio and trio."""
        return await self.perform_async(
            self._looking_up(numbers, in_use=in_use)
        )

    def _looking_up(
        self, numbers: Iterable[PhoneNumber], *, in_use: bool
    ) -> Flow[list[Lookup]]:
        fields = [lookup.LINE_TYPE, lookup.LINE_STATUS][: 1 + in_use]
        return lookup.look_up(self.account, numbers, fields)

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
        sender = sender or self._manner.service
        if not sender:
            raise ConfigurationError(
                "Consent is given to somebody: name the sender, or give the "
                "transport a messaging_service_sid."
            )
        return self.perform(consents.upsert(self.account, given, sender))
