"""Calls that the provider did not make, and calls that make no sense."""

# ruff: noqa: S101, PLR2004  # asserts are what a test is made of

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

import pytest
from attrs import evolve

from anonsms.errors import ForgedWebhookError, WebhookError
from anonsms.message import DeliveryStatus, Event
from anonsms.testing.faults import ProviderDouble
from anonsms.testing.leaks import LeakWatch, assert_no_leak
from anonsms.testing.transport_calls import (
    SENDER,
    CallRules,
    caller_of,
    calling_of,
    read,
)
from anonsms.transport import Transport, WebhookRequest


TOO_LONG: Final = 1 << 20


class ForgerySuite(CallRules):
    """Forgeries and garbage, a part of :class:`TransportSuite`."""

    @pytest.mark.parametrize("what", ["receipt", "reply"])
    def test_a_forged_call_is_refused(
        self, transport: Transport, double: ProviderDouble, what: str
    ) -> None:
        """
        With ``ForgedWebhookError``, and before anything in it is believed.

        Else anybody could opt a rival's customers out, or mark texts as
        delivered that never were.
        """
        call = self.call_of(transport, double, what)
        calling = calling_of(transport, double)
        self._refused(transport, calling.forged(call))

    @pytest.mark.parametrize("what", ["receipt", "reply"])
    def test_a_call_without_headers_is_refused(
        self, transport: Transport, double: ProviderDouble, what: str
    ) -> None:
        """No signature is no right signature."""
        call = self.call_of(transport, double, what)
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
        call = self.call_of(transport, double, what)
        if not self.signs_webhooks:
            pytest.skip("signs_webhooks is False: a secret path is all")
        for body in _changed(call.body):
            self._refused(transport, evolve(call, body=body))

    @pytest.mark.parametrize("what", ["receipt", "reply"])
    def test_another_path_is_refused(
        self, transport: Transport, double: ProviderDouble, what: str
    ) -> None:
        """Where a secret path is all, each character of it counts."""
        call = self.call_of(transport, double, what)
        if self.signs_webhooks:
            pytest.skip("signs_webhooks is True: the signature is what counts")
        path, mark, query = call.url.partition("?")
        for other in (path[:-1], f"{path}x", path.rpartition("/")[0], "/", ""):
            self._refused(transport, evolve(call, url=f"{other}{mark}{query}"))

    def test_the_host_is_not_believed(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Proxies change it, and attackers choose it."""
        call = self.receipt_of(transport, double, DeliveryStatus.DELIVERED)
        expected = read(transport, call)
        headers = {
            **call.headers,
            "Host": "evil.example",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "http",
        }
        moved = evolve(call, headers=headers)
        assert read(transport, moved) == expected

    def test_a_call_too_long_is_refused(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Before it is read: a megabyte is no receipt."""
        call = self.call_of(transport, double)
        long = evolve(call, body=call.body + b"&a=" + b"x" * TOO_LONG)
        caller = caller_of(transport)
        with pytest.raises(WebhookError) as caught:
            caller.parse_webhook(long)
        assert 400 <= caught.value.status < 500

    @pytest.mark.parametrize("what", ["receipt", "reply"])
    def test_garbage_is_refused_and_crashes_nothing(
        self, transport: Transport, double: ProviderDouble, what: str
    ) -> None:
        """A ``WebhookError`` or events; no other error, ever."""
        call = self.call_of(transport, double, what)
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
        calling = calling_of(transport, double, replies=True)
        text = "Ici Zoé Dubois-Lagarde"
        forged = calling.forged(calling.reply(SENDER, text))
        caller = caller_of(transport)
        hidden = [text, "Dubois-Lagarde", *self.secrets]
        with LeakWatch(numbers=[SENDER], texts=hidden):
            with pytest.raises(ForgedWebhookError) as caught:
                caller.parse_webhook(forged)
            assert_no_leak(caught.value, numbers=[SENDER], texts=hidden)
        assert caught.value.__suppress_context__ or (
            caught.value.__context__ is None
        )

    def _refused(self, transport: Transport, call: WebhookRequest) -> None:
        with pytest.raises(ForgedWebhookError) as caught:
            caller_of(transport).parse_webhook(call)
        assert caught.value.status == 403


def _survives(transport: Transport, request: WebhookRequest) -> None:
    status, events = 400, []
    try:
        events = caller_of(transport).parse_webhook(request)
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
