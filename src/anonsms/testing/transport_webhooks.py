"""What a transport makes of its provider's calls."""

# ruff: noqa: S101, PLR2004  # asserts are what a test is made of

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from anonsms.message import (
    Accepted,
    DeliveryReceipt,
    DeliveryStatus,
    Inbound,
    ProviderOptOut,
)
from anonsms.testing.faults import CallingDouble, ProviderDouble
from anonsms.testing.leaks import LeakWatch, assert_no_leak
from anonsms.testing.transport_calls import (
    SENDER,
    CallRules,
    caller_of,
    calling_of,
    read,
    sender_of,
)
from anonsms.testing.transport_texts import TEXTS
from anonsms.transport import (
    Transport,
    WebhookReply,
    WebhookTransport,
)


NEWCOMER: Final = "+2610000000"
"""A number that no numbering plan knows: a range may be new."""
REPLIES: Final = {
    **{kind: TEXTS[kind] for kind in ("accents", "emoji", "form signs")},
    **{kind: TEXTS[kind] for kind in ("quotes", "line breaks", "pipe")},
    "stop": "STOP",
    "stop in words": "arrêtez svp, merci",
}
ASKS: Final = ("fetch_receipts", "fetch_events")
"""How receipts are asked for where nobody calls."""


class WebhookSuite(CallRules):
    """Receipts and replies, a part of `TransportSuite`."""

    def test_what_it_promises_to_hear_it_can_hear(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """
        Replies have a way in, and receipts come or can be asked for.

        Else a misspelt ``parse_webhook`` loses every STOP, unseen.
        """
        can = transport.capabilities
        if not self.called_back:
            pytest.skip("called_back is False: they come another way")
        # Asked by name: from Python 3.12 on, isinstance() does not notice a
        # property that cannot be had.
        calls = isinstance(transport, WebhookTransport) and callable(
            getattr(transport, "parse_webhook", None)
        )
        assert calls or not can.replies, (
            "Capabilities.replies is True, and there is no parse_webhook "
            "with a webhook_reply beside it"
        )
        asks = any(callable(getattr(transport, each, None)) for each in ASKS)
        assert calls or asks or not can.receipts, (
            "Capabilities.receipts is True, and there is neither "
            f"parse_webhook nor {' or '.join(ASKS)}"
        )
        assert not (calls and (can.receipts or can.replies)) or isinstance(
            double, CallingDouble
        ), "the double of a provider that calls back is a CallingDouble"

    @pytest.mark.parametrize("status", list(DeliveryStatus))
    def test_a_receipt_says_what_the_provider_says(
        self,
        transport: Transport,
        double: ProviderDouble,
        status: DeliveryStatus,
    ) -> None:
        """One event, of that message, with that status, at an aware time."""
        request = self.receipt_of(transport, double, status)
        [event] = read(transport, request)
        assert isinstance(event, DeliveryReceipt)
        assert event.status is status
        [taken] = double.accepted
        assert event.provider_id == taken.provider_id or event.key
        assert event.at.utcoffset() == timedelta()
        assert event.raw or status is not DeliveryStatus.UNKNOWN, (
            "an unknown status is kept as the provider wrote it: `raw`"
        )

    def test_a_receipt_finds_its_message(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """By the id of its outcome or by its key, also among others."""
        calling = calling_of(transport, double, receipts=True)
        batch = self.messages(transport, self.most(transport, 3))
        outcomes = list(transport.send(batch))
        for outcome in reversed(outcomes):
            assert isinstance(outcome, Accepted)
            call = calling.receipt(
                outcome.provider_id, DeliveryStatus.DELIVERED
            )
            [event] = read(transport, call)
            assert isinstance(event, DeliveryReceipt)
            assert (
                event.provider_id == outcome.provider_id
                or event.key == outcome.key
            )
            assert event.key in {"", outcome.key}

    def test_a_receipt_may_come_twice(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Providers repeat their calls: it reads the same each time."""
        request = self.receipt_of(transport, double, DeliveryStatus.DELIVERED)
        assert read(transport, request) == read(transport, request)

    @pytest.mark.parametrize("kind", list(REPLIES))
    def test_a_reply_is_read_as_it_was_written(
        self, transport: Transport, double: ProviderDouble, kind: str
    ) -> None:
        """Who wrote it, what it says, and an id by which repeats are known."""
        calling = calling_of(transport, double, replies=True)
        text = REPLIES[kind]
        events = read(transport, calling.reply(SENDER, text))
        for event in events:
            assert isinstance(event, Inbound | ProviderOptOut)
            assert event.at.utcoffset() == timedelta()
        texts = [event for event in events if isinstance(event, Inbound)]
        if not texts:
            assert kind == "stop", "a text from a handset got lost"
            assert [sender_of(event) for event in events] == [SENDER]
            return
        [inbound] = texts
        assert inbound.sender.reveal() == SENDER
        assert inbound.text.reveal() == text
        assert inbound.provider_id

    def test_a_stop_from_an_unknown_number_arrives(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Numbering plans grow: who has just written exists."""
        calling = calling_of(transport, double, replies=True)
        events = read(transport, calling.reply(NEWCOMER, "STOP"))
        assert {sender_of(event) for event in events} == {NEWCOMER}

    def test_a_stop_with_a_broken_sign_arrives(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """
        A form that is not UTF-8 is read as far as it can be.

        Providers that sign nothing cut texts in the middle of a sign, and
        hand on what handsets wrote in other encodings.
        """
        calling = calling_of(transport, double, replies=True)
        if self.signs_webhooks:
            pytest.skip("signs_webhooks is True: the text cannot be changed")
        call = calling.reply(SENDER, "STOPZ")
        broken = evolve(
            call,
            url=call.url.replace("=STOPZ", "=STOP+%E9"),
            body=call.body.replace(b"=STOPZ", b"=STOP+%E9"),
        )
        if (broken.url, broken.body) == (call.url, call.body):
            pytest.skip("its calls are no forms")
        events = read(transport, broken)
        assert {sender_of(event) for event in events} == {SENDER}
        for event in events:
            if isinstance(event, Inbound):
                assert event.text.reveal().startswith("STOP ")

    def test_a_reply_may_come_twice(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """The same id each time; another text has another."""
        calling = calling_of(transport, double, replies=True)
        request = calling.reply(SENDER, "Merci !")
        first, again = read(transport, request), read(transport, request)
        assert first == again
        [other] = read(transport, calling.reply(SENDER, "Merci !"))
        assert other.provider_id != first[0].provider_id

    def test_what_is_read_shows_nothing(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Events and calls stand in logs; numbers and texts do not."""
        calling = calling_of(transport, double, replies=True)
        text = "Ici Zoé Dubois-Lagarde"
        request = calling.reply(SENDER, text)
        with LeakWatch(numbers=[SENDER], texts=[text, *self.secrets]):
            events = read(transport, request)
        assert_no_leak(
            request, *events, numbers=[SENDER], texts=[text, *self.secrets]
        )

    def test_the_answer_is_what_the_provider_wants(
        self, transport: Transport
    ) -> None:
        """A success: anything else makes providers call again for days."""
        reply = caller_of(transport).webhook_reply
        assert isinstance(reply, WebhookReply)
        assert 200 <= reply.status < 300
