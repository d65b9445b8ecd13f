"""SMSAPI in memory: one account that behaves as the vendor's words say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from anonsms.errors import LostAnswerError, NeverLeftError
from anonsms.masking import MessageText
from anonsms.message import Originator, Outbound
from anonsms.phone import PhoneNumber
from anonsms.transport import HttpResponse, perform
from anonsms.transports.smsapi import SmsapiTransport
from anonsms.transports.smsapi.layout import fill


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOKEN = "local-token-of-the-tests"
SHOP = Originator.parse("MaBoutique")


def number(nth):
    """The n-th number of the French range for fiction."""
    return PhoneNumber.parse(f"+33 6 39 98 {nth:04d}")


def text(nth, body="Bonjour", key=None, origin=SHOP):
    """One message to the n-th number."""
    key = key_of(nth) if key is None else key
    return Outbound(number(nth), MessageText(body), origin, key)


def key_of(nth):
    """An opaque key, as the outbox makes them."""
    return f"{nth:032x}"


def answer(body, status=200, **headers):
    """An answer with a JSON body."""
    return HttpResponse(status, headers, json.dumps(body).encode())


def transport(exchange, **options):
    """A transport that asks ``exchange``."""
    return SmsapiTransport(TOKEN, client=exchange, **options)


def digits(nth):
    """As SMSAPI writes the number."""
    return number(nth).reveal()[1:]


class Script:
    """Gives prepared answers, and keeps what was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def __call__(self, request):
        self.asked.append(request)
        following = self.answers.pop(0)
        if isinstance(following, Exception):
            raise following
        return following


def shop(*answers, **options):
    """A transport that gets these answers, and its script."""
    script = Script(*answers)
    return transport(script, clock=lambda: NOW, **options), script


def hlr(**fields):
    """The answer to a look-up."""
    row = {
        "id": "1",
        "number": digits(1),
        "mcc": 260,
        "mnc": 1,
        "info": "DELIVRD",
        "status": "OK",
        "ported": 0,
        "price": 0.02,
        **fields,
    }
    return answer({"count": 1, "list": [row]})


def once(shop, batch, exchange):
    """What each message comes to, without the engine's repeats."""
    outcomes = {}
    for group in shop.groups(batch):
        for outcome in perform(shop.submit(group), exchange):
            assert outcome.key not in outcomes
            outcomes[outcome.key] = outcome
    return [outcomes[message.key] for message in batch]


def form_of(request):
    """The form of a request; fails on a field that comes twice."""
    pairs = parse_qsl(
        request.body.decode(), keep_blank_values=True, strict_parsing=True
    )
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def never_left(request):
    """There is no connection."""
    raise NeverLeftError("connection refused")


def lost_after(account):
    """No answer comes, and all was taken."""

    def act(request):
        account.answer(request)
        raise LostAnswerError("read timed out")

    return act


class Account:
    """
    What SMSAPI does with requests to ``sms.do``.

    Attributes:
        bad: By number in digits, the code that it is refused with.
        known: The ``idx`` that were taken.
        taken: The texts that left, by number in digits.
        repeats: ``"refuse"`` a batch with a known ``idx`` whole, or
            ``"omit"`` those rows; ``"vanish"`` does so even if nothing is
            left to list, instead of error 53.
        names: Whether it names bad numbers: ``"coded"``, ``"bare"`` or
            ``""``.
        strict: Whether one bad number refuses a batch whole.
        most: Recipients in one request.
        faults: What to do instead with the next requests: a callable that
            gets the request, or ``None``.
    """

    def __init__(
        self, *, repeats="refuse", names="", strict=False, most=10_000
    ):
        self.bad = {}
        self.known = {}
        self.taken = []
        self.repeats = repeats
        self.names = names
        self.strict = strict
        self.most = most
        self.faults = []
        self.asked = []

    def __call__(self, request):
        self.asked.append(request)
        fault = self.faults.pop(0) if self.faults else None
        return fault(request) if fault else self.answer(request)

    def answer(self, request):
        """What SMSAPI says; rows are in no order that means anything."""
        assert request.method == "POST"
        assert request.url.endswith("/sms.do")
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        form = form_of(request)
        assert form["check_idx"] == "1"
        assert form["format"] == "json"
        assert form["encoding"] == "utf-8"
        numbers, keys = form["to"].split(","), form["idx"].split("|")
        assert len(set(numbers)) == len(numbers) == len(keys)
        assert len(set(keys)) == len(keys)
        columns = [
            form[f"param{nth}"].split("|")
            for nth in range(1, 5)
            if f"param{nth}" in form
        ]
        assert all(len(column) == len(numbers) for column in columns)
        if len(numbers) > self.most:
            return answer({"error": 19, "message": "too many"})
        known = {key for key in keys if key in self.known}
        if known and self.repeats == "refuse":
            return answer({"error": 53, "message": "known"})
        lines = list(
            zip(
                numbers,
                keys,
                fill(form["message"], columns, len(numbers)),
                strict=True,
            )
        )
        vanish = known if self.repeats == "vanish" else set()
        lines = [line for line in lines if line[1] not in vanish]
        if len(lines) == 1 and known - vanish:
            return answer({"error": 53, "message": "known"})
        refused = {
            number: self.bad[number]
            for number, key, _ in lines
            if number in self.bad and key not in known
        }
        refused |= {number: 53 for number, key, _ in lines if key in known}
        invalid = self._named(refused)
        if refused and (self.strict or len(refused) == len(lines)):
            code = next(iter(refused.values()))
            return answer({"error": code, "message": "no", **invalid})
        rows = [
            self._take(number, key, body)
            for number, key, body in lines
            if number not in refused
        ]
        return answer({"count": len(rows), "list": rows[::-1], **invalid})

    def _named(self, refused):
        if not self.names:
            return {}
        rows = [
            {
                "number": number,
                "submitted_number": number,
                "message": "Invalid",
                **({"error_code": code} if self.names == "coded" else {}),
            }
            for number, code in refused.items()
        ]
        return {"invalid_numbers": rows}

    def _take(self, number, key, body):
        self.taken.append((number, body))
        self.known[key] = f"{10**18 + len(self.taken)}"
        return {
            "id": self.known[key],
            "points": "0.1600",
            "number": number,
            "submitted_number": number,
            "date_sent": 1_773_000_000,
            "status": "QUEUE",
            "error": None,
            "idx": key,
            "parts": 1,
        }
