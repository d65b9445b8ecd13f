"""What a transport can ask SMSAPI about the account, beside sending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from anonsms.errors import ConfigurationError
from anonsms.masking import Secret
from anonsms.message import DeliveryReceipt, Lookup, ProviderOptOut
from anonsms.phone import PhoneNumber
from anonsms.transport import HttpTransport, Pace
from anonsms.transports.smsapi.callbacks import (
    SmsapiCallback,
    callbacks,
    registration,
)
from anonsms.transports.smsapi.desk import Desk
from anonsms.transports.smsapi.hlr import look_ups
from anonsms.transports.smsapi.records import Records


class AccountTransport(HttpTransport):
    """
    A transport that knows its account.

    Attributes:
        records: The account's records as flows, for
            :meth:`perform_async`.
    """

    def __init__(  # noqa: PLR0913
        self,
        desk: Desk,
        webhook_url: Secret | None,
        clock: Callable[[], datetime],
        *,
        client: object | None,
        pace: Pace | None,
        timeout: float,
    ) -> None:
        self._desk = desk
        self._webhook_url = webhook_url
        self._clock = clock
        self.records = Records(desk, clock)
        super().__init__(client=client, pace=pace, timeout=timeout)

    def look_up(self, numbers: Sequence[PhoneNumber]) -> list[Lookup]:
        """
        Ask the networks whether numbers are in use; each costs points.

        Raises:
            TransportError: The account may not, or no answer came.
        """
        return self.perform(look_ups(self._desk, numbers))

    def fetch_opt_outs(self) -> list[ProviderOptOut]:
        """
        Everybody who left by SMSAPI's own page; it never calls for that.

        Raises:
            TransportError: SMSAPI refused, or no answer came.
        """
        return self.perform(self.records.opt_outs())

    def fetch_receipts(
        self, provider_ids: Sequence[str]
    ) -> list[DeliveryReceipt]:
        """
        Ask for the status of messages, where a receipt may be lost.

        Raises:
            TransportError: SMSAPI refused, or no answer came.
            ValueError: One of them is no id.
        """
        return self.perform(self.records.receipts(provider_ids))

    def blocked(self) -> list[PhoneNumber]:
        """The account's blacklist. As :meth:`fetch_opt_outs`."""
        return self.perform(self.records.blocked())

    def block(self, number: PhoneNumber) -> None:
        """Have SMSAPI refuse a number. As :meth:`fetch_opt_outs`."""
        self.perform(self.records.block(number))

    def unblock(self, number: PhoneNumber) -> bool:
        """Undo :meth:`block`; whether the number was blocked."""
        return self.perform(self.records.unblock(number))

    def balance(self) -> Decimal | None:
        """Points left; ``None`` where the account pays by invoice."""
        return self.perform(self.records.balance())

    def cancel(self, provider_id: str) -> bool:
        """
        Take back a scheduled message, until a minute before its time.

        Returns:
            Whether it was still possible.
        """
        return self.perform(self.records.cancel(provider_id))

    def callbacks(self) -> list[SmsapiCallback]:
        """What URLs SMSAPI calls, without showing them."""
        return self.perform(callbacks(self._desk, self._webhook_url))

    def register_webhook(self, version: int = 1) -> list[str]:
        """
        Have SMSAPI call our URL with receipts and replies.

        Args:
            version: Of the form of its calls.

        Returns:
            What was registered now; nothing if all was already.

        Raises:
            ConfigurationError: The transport has no URL or no secret.
            TransportError: SMSAPI refused, or no answer came.
        """
        if self._webhook_url is None:
            raise ConfigurationError(
                "To be called, the transport needs webhook_url, our public "
                "URL, and webhook_secret, the end of its path."
            )
        return self.perform(
            registration(self._desk, self._webhook_url, version)
        )
