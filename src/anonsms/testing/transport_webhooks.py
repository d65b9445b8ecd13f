"""What a transport makes of its provider's calls."""

# ruff: noqa: S101, PLR2004  # asserts are what a test is made of

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from anonsms.errors import ForgedWebhookError, WebhookError
from anonsms.message import (
    Accepted,
    DeliveryReceipt,
    DeliveryStatus,
    Event,
    Inbound,
    ProviderOptOut,
)
from anonsms.testing.faults import ProviderDouble
from anonsms.testing.leaks import LeakWatch, assert_no_leak
from anonsms.testing.transport_rules import TransportRules
from anonsms.testing.transport_texts import TEXTS
from anonsms.transport import (
    Transport,
    WebhookReply,
    WebhookRequest,
    WebhookTransport,
)


SENDER: Final = "+33639984711"
"""Somebody who writes to the shop; kept for fiction."""
REPLIES: Final = {
    **{kind: TEXTS[kind] for kind in ("accents", "emoji", "form signs")},
    **{kind: TEXTS[kind] for kind in ("quotes", "line breaks", "pipe")},
    "stop": "STOP",
    "stop in words": "arrêtez svp, merci",
}
TOO_LONG: Final = 1 << 20


class WebhookSuite(TransportRules):
    """Receipts, replies and forgeries, a part of `TransportSuite`."""

    @pytest.mark.parametrize("status", list(DeliveryStatus))
    def test_a_receipt_says_what_the_provider_says(
        self,
        transport: Transport,
        double: ProviderDouble,
        status: DeliveryStatus,
    ) -> None:
        """One event, of that message, with that status, at an aware time."""
        request = self._receipt(transport, double, status)
        [event] = _read(transport, request)
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
        caller = _caller(transport, receipts=True)
        batch = self.messages(transport, self.most(transport, 3))
        outcomes = list(transport.send(batch))
        for outcome in reversed(outcomes):
            assert isinstance(outcome, Accepted)
            call = double.receipt(
                outcome.provider_id, DeliveryStatus.DELIVERED
            )
            [event] = caller.parse_webhook(call)
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
        request = self._receipt(transport, double, DeliveryStatus.DELIVERED)
        assert _read(transport, request) == _read(transport, request)

    @pytest.mark.parametrize("kind", list(REPLIES))
    def test_a_reply_is_read_as_it_was_written(
        self, transport: Transport, double: ProviderDouble, kind: str
    ) -> None:
        """Who wrote it, what it says, and an id by which repeats are known."""
        _caller(transport, replies=True)
        text = REPLIES[kind]
        events = _read(transport, double.reply(SENDER, text))
        for event in events:
            assert isinstance(event, Inbound | ProviderOptOut)
            assert event.at.utcoffset() == timedelta()
        texts = [event for event in events if isinstance(event, Inbound)]
        if not texts:
            assert kind == "stop", "a text from a handset got lost"
            assert [e.number.reveal() for e in _left(events)] == [SENDER]
            return
        [inbound] = texts
        assert inbound.sender.reveal() == SENDER
        assert inbound.text.reveal() == text
        assert inbound.provider_id

    def test_a_reply_may_come_twice(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """The same id each time; another text has another."""
        _caller(transport, replies=True)
        request = double.reply(SENDER, "Merci !")
        first, again = _read(transport, request), _read(transport, request)
        assert first == again
        [other] = _read(transport, double.reply(SENDER, "Merci !"))
        assert other.provider_id != first[0].provider_id

    def test_what_is_read_shows_nothing(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Events and calls stand in logs; numbers and texts do not."""
        _caller(transport, replies=True)
        text = "Ici Zoé Dubois-Lagarde"
        request = double.reply(SENDER, text)
        with LeakWatch(numbers=[SENDER], texts=[text, *self.secrets]):
            events = _read(transport, request)
        assert_no_leak(
            request, *events, numbers=[SENDER], texts=[text, *self.secrets]
        )

    def test_the_answer_is_what_the_provider_wants(
        self, transport: Transport
    ) -> None:
        """A success: anything else makes providers call again for days."""
        reply = _caller(transport).webhook_reply
        assert isinstance(reply, WebhookReply)
        assert 200 <= reply.status < 300

    @pytest.mark.parametrize("what", ["receipt", "reply"])
    def test_a_forged_call_is_refused(
        self, transport: Transport, double: ProviderDouble, what: str
    ) -> None:
        """
        With ``ForgedWebhookError``, and before anything in it is believed.

        Else anybody could opt a rival's customers out, or mark texts as
        delivered that never were.
        """
        call = self._call(transport, double, what)
        self._refused(transport, double.forged(call))

    @pytest.mark.parametrize("what", ["receipt", "reply"])
    def test_a_call_without_headers_is_refused(
        self, transport: Transport, double: ProviderDouble, what: str
    ) -> None:
        """No signature is no right signature."""
        call = self._call(transport, double, what)
        if not self.signs_webhooks:
            pytest.skip("signs_webhooks is False: a secret path is all")
        kept = ("content-type", "content-length")
        bare = {k: v for k, v in call.headers.items() if k in kept}
        self._refused(transport, evolve(call, headers=bare))

    @pytest.mark.parametrize("what", ["receipt", "reply"])
    def test_a_changed_body_is_refused(
        self, transport: Transport, double: ProviderDouble, what: str
    ) -> None:
        """A signature counts for the very bytes that were signed."""
        call = self._call(transport, double, what)
        if not self.signs_webhooks:
            pytest.skip("signs_webhooks is False: a secret path is all")
        for body in _changed(call.body):
            self._refused(transport, evolve(call, body=body))

    @pytest.mark.parametrize("what", ["receipt", "reply"])
    def test_another_path_is_refused(
        self, transport: Transport, double: ProviderDouble, what: str
    ) -> None:
        """Where a secret path is all, each character of it counts."""
        call = self._call(transport, double, what)
        if self.signs_webhooks:
            pytest.skip("signs_webhooks is True: the signature is what counts")
        path, mark, query = call.url.partition("?")
        for other in (path[:-1], f"{path}x", path.rpartition("/")[0], "/", ""):
            self._refused(transport, evolve(call, url=f"{other}{mark}{query}"))

    def test_the_host_is_not_believed(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Proxies change it, and attackers choose it."""
        call = self._receipt(transport, double, DeliveryStatus.DELIVERED)
        expected = _read(transport, call)
        headers = {
            **call.headers,
            "Host": "evil.example",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "http",
        }
        moved = evolve(call, headers=headers)
        assert _read(transport, moved) == expected

    def test_a_call_too_long_is_refused(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Before it is read: a megabyte is no receipt."""
        call = self._call(transport, double)
        long = evolve(call, body=call.body + b"&a=" + b"x" * TOO_LONG)
        caller = _caller(transport)
        with pytest.raises(WebhookError) as caught:
            caller.parse_webhook(long)
        assert 400 <= caught.value.status < 500

    @pytest.mark.parametrize("what", ["receipt", "reply"])
    def test_garbage_is_refused_and_crashes_nothing(
        self, transport: Transport, double: ProviderDouble, what: str
    ) -> None:
        """A ``WebhookError`` or events; no other error, ever."""
        call = self._call(transport, double, what)
        for body in _garbage(call.body):
            _survives(transport, evolve(call, body=body))
        for text in _garbage(call.query.encode()):
            query = text.decode("latin-1")
            url = f"{call.url.partition('?')[0]}?{query}"
            _survives(transport, evolve(call, url=url))
        for method in ("GET", "PUT", ""):
            _survives(transport, evolve(call, method=method))
        for headers in ({}, {"content-type": "\x00"}, {"x": "\u20ac"}):
            _survives(transport, evolve(call, headers=headers))

    def test_a_refusal_shows_nothing(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """What is refused was written by somebody; it is nobody's to see."""
        _caller(transport, replies=True)
        text = "Ici Zoé Dubois-Lagarde"
        forged = double.forged(double.reply(SENDER, text))
        caller = _caller(transport)
        hidden = [text, "Dubois-Lagarde", *self.secrets]
        with LeakWatch(numbers=[SENDER], texts=hidden):
            with pytest.raises(ForgedWebhookError) as caught:
                caller.parse_webhook(forged)
            assert_no_leak(caught.value, numbers=[SENDER], texts=hidden)
        assert caught.value.__suppress_context__ or (
            caught.value.__context__ is None
        )

    def _receipt(
        self,
        transport: Transport,
        double: ProviderDouble,
        status: DeliveryStatus,
    ) -> WebhookRequest:
        _caller(transport, receipts=True)
        [outcome] = transport.send(self.messages(transport))
        assert isinstance(outcome, Accepted)
        try:
            return double.receipt(outcome.provider_id, status)
        except (LookupError, ValueError, NotImplementedError):
            known = (DeliveryStatus.DELIVERED, DeliveryStatus.UNDELIVERED)
            assert status not in known, "a double reports on deliveries"
        pytest.skip(f"the provider has no word for {status.value!r}")

    def _call(
        self, transport: Transport, double: ProviderDouble, what: str = ""
    ) -> WebhookRequest:
        can = _caller(transport).capabilities
        if what == "reply" or (not what and not can.receipts):
            _caller(transport, replies=True)
            return double.reply(SENDER, "Merci")
        return self._receipt(transport, double, DeliveryStatus.DELIVERED)

    def _refused(self, transport: Transport, call: WebhookRequest) -> None:
        with pytest.raises(ForgedWebhookError) as caught:
            _caller(transport).parse_webhook(call)
        assert caught.value.status == 403


def _caller(
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


def _read(transport: Transport, request: WebhookRequest) -> list[Event]:
    return list(_caller(transport).parse_webhook(request))


def _left(events: list[Event]) -> list[ProviderOptOut]:
    return [event for event in events if isinstance(event, ProviderOptOut)]


def _survives(transport: Transport, request: WebhookRequest) -> None:
    status, events = 400, []
    try:
        events = _caller(transport).parse_webhook(request)
    except WebhookError as error:
        status = error.status
    assert 400 <= status < 500
    assert all(isinstance(event, Event) for event in events)


def _changed(body: bytes) -> Iterator[bytes]:
    """The body with one thing different each time."""
    yield body + b"&a=1"
    yield body + b" "
    yield b""
    yield body[:-1]
    for at in range(0, len(body), max(1, len(body) // 8)):
        yield body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


def _garbage(body: bytes) -> Iterator[bytes]:
    """Bodies that nobody means, the same ones each time."""
    # Not for a secret: the same garbage in every run.
    chance = random.Random(4711)  # noqa: S311
    yield from (b"", b"\x00", b"\xff\xfe", b"null", b"[]", b"{}", b"=", b"&")
    yield from (b"[" * 5000, b'{"a":' * 2000, b"1" * 5000, b"%" * 100)
    yield b"&".join(b"a%d=1" % n for n in range(1000))
    for _ in range(100):
        broken = bytearray(body or b"a=1&b=2")
        for _ in range(chance.randint(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        yield bytes(broken[: chance.randint(1, len(broken))])
    for _ in range(20):
        yield chance.randbytes(chance.randint(1, 200))
