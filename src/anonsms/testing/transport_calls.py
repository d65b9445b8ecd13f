"""The calls that the checks of webhooks are made with."""

# ruff: noqa: S101  # asserts are what a test is made of

from __future__ import annotations

from typing import Final

import pytest

from anonsms.message import (
    Accepted,
    DeliveryStatus,
    Event,
    Inbound,
    ProviderOptOut,
)
from anonsms.testing.faults import CallingDouble, ProviderDouble
from anonsms.testing.transport_rules import TransportRules
from anonsms.transport import Transport, WebhookRequest, WebhookTransport


SENDER: Final = "+33639984711"
"""Somebody who writes to the shop; kept for fiction."""


class CallRules(TransportRules):
    """What the checks of webhooks share: one call, ready to be read."""

    def receipt_of(
        self,
        transport: Transport,
        double: ProviderDouble,
        status: DeliveryStatus,
    ) -> WebhookRequest:
        """A report on a message that was sent for it, or skip."""
        calling = calling_of(transport, double, receipts=True)
        [outcome] = transport.send(self.messages(transport))
        assert isinstance(outcome, Accepted)
        try:
            return calling.receipt(outcome.provider_id, status)
        except LookupError:
            known = (DeliveryStatus.DELIVERED, DeliveryStatus.UNDELIVERED)
            assert status not in known, "a double reports on deliveries"
        pytest.skip(f"the provider has no word for {status.value!r}")

    def call_of(
        self, transport: Transport, double: ProviderDouble, what: str = ""
    ) -> WebhookRequest:
        """A ``"receipt"`` or a ``"reply"``, or whichever there is."""
        can = caller_of(transport).capabilities
        if what == "reply" or (not what and not can.receipts):
            calling = calling_of(transport, double, replies=True)
            return calling.reply(SENDER, "Merci")
        return self.receipt_of(transport, double, DeliveryStatus.DELIVERED)


def caller_of(
    transport: Transport, *, receipts: bool = False, replies: bool = False
) -> WebhookTransport:
    """The transport, if its provider calls back; else skip."""
    if not isinstance(transport, WebhookTransport):
        pytest.skip("no parse_webhook: nobody calls this transport back")
    if receipts and not transport.capabilities.receipts:
        pytest.skip("Capabilities.receipts is False")
    if replies and not transport.capabilities.replies:
        pytest.skip("Capabilities.replies is False")
    return transport


def calling_of(
    transport: Transport,
    double: ProviderDouble,
    *,
    receipts: bool = False,
    replies: bool = False,
) -> CallingDouble:
    """The double, if the transport is called back; else skip."""
    caller_of(transport, receipts=receipts, replies=replies)
    if not isinstance(double, CallingDouble):
        pytest.fail(
            "The transport has parse_webhook: its double is a CallingDouble, "
            "with receipt(), reply() and forged()."
        )
    return double


def read(transport: Transport, request: WebhookRequest) -> list[Event]:
    """What the transport makes of a call."""
    return list(caller_of(transport).parse_webhook(request))


def sender_of(event: Event) -> str:
    """Whose text it is, or who left."""
    assert isinstance(event, Inbound | ProviderOptOut)
    number = event.sender if isinstance(event, Inbound) else event.number
    return number.reveal()
