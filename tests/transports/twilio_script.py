"""A Twilio whose answers are written down beforehand, and its account."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from anonsms.masking import MessageText
from anonsms.message import Accepted, Originator, Outbound
from anonsms.phone import PhoneNumber
from anonsms.transport import HttpResponse, WebhookRequest
from anonsms.transports.twilio import TwilioTransport


SID = "AC" + "a1" * 16
TOKEN = "12345"
SERVICE = "MG" + "b2" * 16
HOOK = "https://shop.example/hooks/twilio"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHOP = "+33639980000"
FORM = "application/x-www-form-urlencoded"

SETTINGS = {
    "plain": {"webhook_url": None},
    "all": {
        "messaging_service_sid": SERVICE,
        "from_with_service": True,
        "webhook_overrides": "rc=3&rp=5xx,ct",
        "validity": timedelta(minutes=10),
        "smart_encoding": True,
        "retain_content": False,
        "retain_number": False,
        "risk_check": False,
        "ask_feedback": True,
    },
    "service": {"messaging_service_sid": SERVICE, "risk_check": True},
}


def message_id(nth=1):
    """The n-th of Twilio's ids."""
    return f"SM{nth:032x}"


def number(nth=1234):
    """The n-th number of the French range for fiction."""
    return PhoneNumber.parse(f"+33 6 39 98 {nth:04d}")


def outbound(nth=1234, text="Bonjour", sender="MaBoutique", key=""):
    """One message to that number."""
    return Outbound(
        number(nth),
        MessageText(text),
        Originator.parse(sender),
        key or f"key-{nth}",
    )


class Script:
    """Answers in their order; exceptions are raised. Keeps the requests."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def answer(status=200, value=None, **headers):
    """An answer with a JSON body."""
    names = {name.replace("_", "-"): text for name, text in headers.items()}
    body = b"" if value is None else json.dumps(value).encode()
    return HttpResponse(status, names, body)


def failure(status, code, **headers):
    """An error in Twilio's classic shape, which quotes the number."""
    said = f"The 'To' number {number().reveal()} is not good."
    value = {"code": code, "message": said, "status": status}
    return answer(status, {**value, "more_info": "https://x.test"}, **headers)


def record(nth=1, **changes):
    """A message as Twilio writes it."""
    return {
        "sid": message_id(nth),
        "account_sid": SID,
        "messaging_service_sid": None,
        "status": "queued",
        "body": "Bonjour",
        "to": number().reveal(),
        "from": "MaBoutique",
        "direction": "outbound-api",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "date_created": "Mon, 02 Mar 2026 09:00:00 +0000",
        "date_updated": "Mon, 02 Mar 2026 09:00:01 +0000",
        **changes,
    }


def transport(*answers, **settings):
    """A transport, and the script it talks to."""
    script = settings.pop("client", None) or Script(*answers)
    settings = {"clock": lambda: NOW, "webhook_url": HOOK, **settings}
    return TwilioTransport(SID, TOKEN, client=script, **settings), script


def created(text="Bonjour", sender="MaBoutique", **settings):
    """The request that one message makes, and its form."""
    twilio, script = transport(answer(201, record()), **settings)
    [outcome] = twilio.send([outbound(text=text, sender=sender)])
    assert isinstance(outcome, Accepted)
    [request] = script.requests
    return request, dict(form(request))


def form(request):
    """The fields of a request."""
    return parse_qsl(
        request.body.decode(), keep_blank_values=True, strict_parsing=True
    )


def signature(url, fields=(), token=TOKEN):
    """What Twilio would sign, by other means than the code under test."""
    mac = hmac.new(token.encode(), url.encode(), hashlib.sha1)
    for name in sorted({name for name, _ in fields}, key=str.encode):
        for value in sorted({v for n, v in fields if n == name}):
            mac.update(name.encode() + value.encode())
    return base64.b64encode(mac.digest()).decode()


def call(fields, query="", *, token=TOKEN, url="/hooks/twilio", **changes):
    """A signed call of Twilio's, as the server hands it on."""
    asked = f"?{query}" if query else ""
    pairs = list(fields.items() if isinstance(fields, dict) else fields)
    headers = {
        "Content-Type": FORM,
        "X-Twilio-Signature": signature(HOOK + asked, pairs, token),
    }
    return WebhookRequest(
        **{
            "method": "POST",
            "url": url + asked,
            "headers": headers,
            "body": urlencode(pairs).encode(),
            "received_at": NOW,
            **changes,
        }
    )
