"""What a transport can ask SMSAPI about the account, beside sending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from anonsms.errors import ConfigurationError
from anonsms.masking import Secret
from anonsms.message import DeliveryReceipt, Lookup, ProviderOptOut
from anonsms.phone import PhoneNumber
from anonsms.transport import Flow, HttpTransport, Pace
from anonsms.transport.telling import numbered
from anonsms.transport.telling import provider_id as id_like
from anonsms.transports.smsapi.account import Account
from anonsms.transports.smsapi.callbacks import (
    SmsapiCallback,
    callbacks,
    registration,
)
from anonsms.transports.smsapi.hlr import look_ups
from anonsms.transports.smsapi.records import Records


class AccountTransport(HttpTransport):
    """
    A transport that can ask about its account: records, lines, callbacks.

    What is passed for an id or a number may be a number in plain text. So
    each method lets go of it before anything can fail: errors show variables
    to tools that report them.
    """

    def __init__(  # noqa: PLR0913 - two of its own, the rest handed on
        self,
        account: Account,
        webhook_url: Secret | None,
        clock: Callable[[], datetime],
        *,
        client: object | None,
        pace: Pace | None,
        timeout: float,
    ) -> None:
        self._account = account
        self._webhook_url = webhook_url
        self._clock = clock
        self._records = Records(account, clock)
        super().__init__(client=client, pace=pace, timeout=timeout)

    def look_up(self, numbers: Sequence[PhoneNumber]) -> list[Lookup]:
        """
        Ask the networks whether numbers are in use; each costs points.

        Returns:
            One answer each, in their order; ``UNKNOWN`` for what could not
            be learnt. The code 110 means that the account has no HLR.

        Raises:
            InvalidNumberError: One is no ``PhoneNumber``; nothing is asked.
        """
        people = numbered(numbers)
        del numbers
        return self.perform(look_ups(self._account, people))

    async def look_up_async(
        self, numbers: Sequence[PhoneNumber]
    ) -> list[Lookup]:
        """As :meth:`look_up`, awaited, in asyncio and trio."""
        people = numbered(numbers)
        del numbers
        return await self.perform_async(look_ups(self._account, people))

    def fetch_opt_outs(self) -> list[ProviderOptOut]:
        """
        Everybody who left by SMSAPI's own page; it never calls for that.

        Raises:
            TransportError: SMSAPI refused, or no answer came.
        """
        return self.perform(self._records.opt_outs())

    async def fetch_opt_outs_async(self) -> list[ProviderOptOut]:
        """As :meth:`fetch_opt_outs`, awaited, in asyncio and trio."""
        return await self.perform_async(self._records.opt_outs())

    def fetch_receipts(
        self, provider_ids: Sequence[str]
    ) -> list[DeliveryReceipt]:
        """
        Ask for the status of messages, where a receipt may be lost.

        Returns:
            Nothing for ids that SMSAPI does not know.

        Raises:
            TransportError: SMSAPI refused, or no answer came.
            ValueError: One of them is no id; nothing is asked.
        """
        provider_ids = list(map(id_like, provider_ids))
        return self.perform(self._records.receipts(provider_ids))

    async def fetch_receipts_async(
        self, provider_ids: Sequence[str]
    ) -> list[DeliveryReceipt]:
        """As :meth:`fetch_receipts`, awaited, in asyncio and trio."""
        provider_ids = list(map(id_like, provider_ids))
        return await self.perform_async(self._records.receipts(provider_ids))

    def cancel(self, provider_id: str) -> bool:
        """
        Take back a scheduled message, until a minute before its time.

        Returns:
            Whether it was still possible.

        Raises:
            TransportError: It is not known whether it worked.
            ValueError: This is no id of a message.
        """
        provider_id = id_like(provider_id)
        return self.perform(self._records.cancel(provider_id))

    async def cancel_async(self, provider_id: str) -> bool:
        """As :meth:`cancel`, awaited, in asyncio and trio."""
        provider_id = id_like(provider_id)
        return await self.perform_async(self._records.cancel(provider_id))

    def blocked(self) -> list[PhoneNumber]:
        """The account's blacklist. As :meth:`fetch_opt_outs`."""
        return self.perform(self._records.blocked())

    async def blocked_async(self) -> list[PhoneNumber]:
        """As :meth:`blocked`, awaited, in asyncio and trio."""
        return await self.perform_async(self._records.blocked())

    def block(self, number: PhoneNumber) -> None:
        """
        Have SMSAPI refuse a number.

        Raises:
            InvalidNumberError: It is no ``PhoneNumber``; nothing is asked.
            TransportError: SMSAPI refused, or no answer came.
        """
        people = numbered([number])
        del number
        self.perform(self._records.block(people))

    async def block_async(self, number: PhoneNumber) -> None:
        """As :meth:`block`, awaited, in asyncio and trio."""
        people = numbered([number])
        del number
        await self.perform_async(self._records.block(people))

    def unblock(self, number: PhoneNumber) -> bool:
        """
        Undo :meth:`block`; raises as it does.

        Returns:
            Whether the number was blocked.
        """
        people = numbered([number])
        del number
        return self.perform(self._records.unblock(people))

    async def unblock_async(self, number: PhoneNumber) -> bool:
        """As :meth:`unblock`, awaited, in asyncio and trio."""
        people = numbered([number])
        del number
        return await self.perform_async(self._records.unblock(people))

    def balance(self) -> Decimal | None:
        """
        Points left; ``None`` where the account pays by invoice.

        Raises:
            TransportError: SMSAPI refused, or no answer came.
        """
        return self.perform(self._records.balance())

    async def balance_async(self) -> Decimal | None:
        """As :meth:`balance`, awaited, in asyncio and trio."""
        return await self.perform_async(self._records.balance())

    def callbacks(self) -> list[SmsapiCallback]:
        """
        What URLs SMSAPI calls, without showing them.

        Raises:
            TransportError: SMSAPI refused, or no answer came.
        """
        return self.perform(callbacks(self._account, self._webhook_url))

    async def callbacks_async(self) -> list[SmsapiCallback]:
        """As :meth:`callbacks`, awaited, in asyncio and trio."""
        return await self.perform_async(
            callbacks(self._account, self._webhook_url)
        )

    def register_webhook(self, version: int = 1) -> list[str]:
        """
        Have SMSAPI call our URL with receipts and replies.

        Args:
            version: Of the form of its calls.

        Returns:
            What was registered now; nothing if all was already.

        Raises:
            ConfigurationError: The transport has no URL.
            TransportError: SMSAPI refused, or no answer came.
        """
        return self.perform(self._registering(version))

    async def register_webhook_async(self, version: int = 1) -> list[str]:
        """As :meth:`register_webhook`, awaited, in asyncio and trio."""
        return await self.perform_async(self._registering(version))

    def _registering(self, version: int) -> Flow[list[str]]:
        if self._webhook_url is None:
            raise ConfigurationError(
                "To be called, the transport needs webhook_url, our public "
                "URL, and webhook_secret, the end of its path."
            )
        return registration(self._account, self._webhook_url, version)
