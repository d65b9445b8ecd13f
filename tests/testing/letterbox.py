"""A small honest transport and its provider, for the suite to be tried on."""

import hashlib
import hmac
import json
import logging
import threading
from datetime import UTC, datetime, timedelta

from anonsms.errors import ForgedWebhookError, WebhookError
from anonsms.masking import MessageText
from anonsms.message import (
    Accepted,
    DeliveryReceipt,
    DeliveryStatus,
    Inbound,
    NotSent,
    OriginatorKind,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.phone import PhoneNumber
from anonsms.testing import Fault, Taken
from anonsms.transport import Capabilities, WebhookReply, WebhookRequest


SECRET = "letterbox-secret-4711"
LOG = logging.getLogger("letterbox")
CODES = {
    Fault.BAD_NUMBER: "E-number",
    Fault.OPTED_OUT: "E-left",
    Fault.CONTENT: "E-content",
    Fault.ORIGINATOR: "E-origin",
    Fault.MONEY: "E-money",
    Fault.ACCOUNT: "E-account",
}
REASONS = {
    "E-number": (Rejection.BAD_NUMBER, False),
    "E-left": (Rejection.OPTED_OUT, False),
    "E-content": (Rejection.CONTENT, False),
    "E-origin": (Rejection.ORIGINATOR, True),
    "E-money": (Rejection.MONEY, True),
    "E-account": (Rejection.ACCOUNT, True),
}


class RefusedError(Exception):
    """Nobody listens."""


class ResetError(Exception):
    """The connection broke, or no answer came."""


class Post:
    """The provider: it takes JSON, one message in each request."""

    faults = frozenset(Fault)

    def __init__(self):
        self.accepted = []
        self.urls = []
        self.orders = []
        self.seen = {}
        self.lock = threading.Lock()

    def fail(self, fault, *, times=1, taken=False):
        self.orders += [(fault, taken)] * times

    def recover(self):
        self.orders.clear()

    def request(self, url, body):
        """Status and body of the answer, or an error."""
        with self.lock:
            fault, taken = self.orders.pop(0) if self.orders else (None, False)
            if fault is Fault.REFUSED:
                raise RefusedError
            self.urls.append(url)
            if fault is None or taken:
                answer = self.take(json.loads(body))
            if fault is None:
                return 201, answer
            if fault in CODES:
                told = {"code": CODES[fault], "message": body.decode()}
                return 400, json.dumps(told).encode()
            if fault in (Fault.TOO_MANY, Fault.TOO_MANY_FOR_NOW):
                return 429, b""
            if fault is Fault.SERVER_ERROR:
                return 500, b"<html>" + body
            if fault is Fault.BROKEN_BODY:
                return 201, answer[:-5] if taken else b"{"
            raise ResetError(body)

    def take(self, asked):
        known = self.seen.get(asked["key"])
        if known is None:
            known = self.seen[asked["key"]] = f"post-{len(self.accepted)}"
            self.accepted.append(
                Taken(asked["to"], asked["text"], asked["from"], known)
            )
        return json.dumps({"id": known, "from": asked["from"]}).encode()

    def call(self, told):
        body = json.dumps(told).encode()
        return WebhookRequest(
            "POST",
            "/hooks/letterbox",
            {"X-Signature": sign(body)},
            body,
            datetime(2026, 3, 2, 9, tzinfo=UTC),
        )

    def receipt(self, provider_id, status):
        if status is DeliveryStatus.EXPIRED:
            raise LookupError("it knows no expiry")
        return self.call({"id": provider_id, "status": f"was-{status}"})

    def reply(self, number, text):
        self.urls.append("/reply")
        mo = f"mo-{len(self.urls)}"
        return self.call({"id": mo, "from": number, "text": text})

    def forged(self, request):
        wrong = hmac.digest(b"another", request.body, "sha256").hex()
        return WebhookRequest(
            request.method,
            request.url,
            {"X-Signature": wrong},
            request.body,
            request.received_at,
        )


def sign(body):
    """The signature of a call."""
    return hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()


class Letterbox:
    """Sends one message in each request, and reads signed calls."""

    name = "letterbox"
    capabilities = Capabilities(
        batch_size=5,
        idempotent_for=timedelta(hours=1),
        originators=frozenset({OriginatorKind.NAME}),
    )
    webhook_reply = WebhookReply()

    def __init__(self, post):
        self._post = post

    def send(self, batch):
        if len(batch) > self.capabilities.batch_size:
            raise ValueError("A batch holds 5 messages at most.")
        outcomes = []
        for message in batch:
            stopped = outcomes and isinstance(outcomes[-1], Rejected)
            if stopped and outcomes[-1].account_wide:
                outcomes.append(NotSent(message.key, "account stopped"))
            else:
                outcomes.append(self.submit(message))
        return outcomes

    def url(self, message):
        return "https://post.example/v1/messages"

    def body(self, message):
        return {
            "to": message.number.reveal(),
            "text": message.text.reveal(),
            "from": message.originator.text,
            "key": message.key,
        }

    def submit(self, message):
        if message.originator.kind not in self.capabilities.originators:
            return Rejected(message.key, Rejection.ORIGINATOR, "kind")
        LOG.debug("sending one message")
        try:
            status, body = self._post.request(
                self.url(message), json.dumps(self.body(message)).encode()
            )
        except RefusedError:
            return NotSent(message.key, "connection refused")
        except ResetError:
            return Uncertain(message.key, "connection reset")
        return self.outcome(message, status, body)

    def outcome(self, message, status, body):
        try:
            read = json.loads(body)
        except ValueError:
            read = {}
        if status == 429:
            return NotSent(message.key, "too many requests", 1.0)
        if status == 400:
            reason, account_wide = REASONS[read["code"]]
            return Rejected(message.key, reason, read["code"], account_wide)
        if status == 201 and "id" in read:
            return Accepted(message.key, read["id"])
        return Uncertain(message.key, f"status {status}")

    def parse_webhook(self, request):
        request.capped_body()
        self.check(request)
        try:
            told = json.loads(request.body)
            reads = self.inbound if "text" in told else self.receipt
            return [reads(request, told)]
        except (ValueError, KeyError, TypeError):
            told = None
        raise WebhookError("A call of the letterbox is JSON.")

    def check(self, request):
        given = request.headers.get("x-signature", "")
        known = sign(request.body)
        if not hmac.compare_digest(given.encode(), known.encode()):
            raise ForgedWebhookError("The letterbox did not sign this.")

    def inbound(self, request, told):
        return Inbound(
            PhoneNumber.from_e164(told["from"]),
            MessageText(told["text"]),
            request.received_at,
            provider_id=told["id"],
        )

    def receipt(self, request, told):
        raw = told["status"]
        return DeliveryReceipt(
            told["id"],
            DeliveryStatus(raw.removeprefix("was-")),
            request.received_at,
            raw=raw,
        )

    def __repr__(self):
        return "<Letterbox>"
