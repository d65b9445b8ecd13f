"""
The edges at which strangers' bytes come in, each as a function of bytes.

Used by ``fuzz/fuzz_edges.py`` (atheris, by hand) and by Hypothesis in the
suite. A target returns when all is well and raises whatever was not meant to
happen. Only errors that a door promises are caught.
"""

import hashlib
import hmac
from base64 import b64encode
from datetime import UTC, datetime

import anonsms as sms


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "correct-horse-battery"
TOKEN = "local-auth-token"
HERE = "http://127.0.0.1:9"
HOOK = "https://shop.example/hooks/sms"

TWILIO = sms.TwilioTransport(
    "AC" + "0a" * 16, TOKEN, base_url=HERE, webhook_url=HOOK
)
SMSAPI = sms.SmsapiTransport(
    TOKEN, base_url=HERE, webhook_url=HOOK, webhook_secret=SECRET
)
BREVO = sms.BrevoTransport(
    TOKEN, base_url=HERE, webhook_url=HOOK, webhook_secret=SECRET
)
MAILJET = sms.MailjetTransport(TOKEN, base_url=HERE)

MESSAGE = sms.Outbound(
    sms.PhoneNumber.parse("+33639981234"),
    sms.MessageText("Bonjour"),
    sms.Originator.parse("MaBoutique"),
    "a" * 32,
)
OTHER = sms.Outbound(
    sms.PhoneNumber.parse("+33639981235"),
    sms.MessageText("Bonsoir"),
    sms.Originator.parse("MaBoutique"),
    "b" * 32,
)
EVENTS = sms.DeliveryReceipt | sms.Inbound | sms.ProviderOptOut
OUTCOMES = sms.Accepted | sms.Rejected | sms.Uncertain | sms.NotSent
FORM = "application/x-www-form-urlencoded"


def split(data):
    """Two pieces of data; the first octet says where."""
    at = data[0] if data else 0
    return data[1 : 1 + at], data[1 + at :]


def _read(transport, request):
    """Whether a call was taken; if so, it told events and nothing else."""
    try:
        events = transport.parse_webhook(request)
    except sms.WebhookError:
        return False
    assert all(isinstance(event, EVENTS) for event in events)
    return True


def unsigned(data):
    """Nobody without the token or the secret gets anything in."""
    head, body = split(data)
    text = head.decode("latin-1")
    for kind in (FORM, "application/json", text):
        call = sms.WebhookRequest(
            "POST",
            f"/hooks/sms?{text}",
            {"Content-Type": kind, "X-Twilio-Signature": text},
            body,
            NOW,
        )
        assert not _read(TWILIO, call)
        for transport in (SMSAPI, BREVO):
            assert not _read(transport, call)


def signed(data):
    """Whatever Twilio signs is read or refused."""
    head, body = split(data)
    url = f"{HOOK}?attempt={head.decode('latin-1')}"
    try:
        pairs = sms.WebhookRequest("POST", url, {}, body).fields()
    except sms.WebhookError:
        pairs = []
    told = {}
    for name, value in pairs:
        told.setdefault(name, set()).add(value)
    text = url + "".join(
        name + value for name in sorted(told) for value in sorted(told[name])
    )
    mark = hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()
    call = sms.WebhookRequest(
        "POST",
        url,
        {
            "Content-Type": FORM,
            "X-Twilio-Signature": b64encode(mark).decode(),
        },
        body,
        NOW,
    )
    _read(TWILIO, call)


def secret(data):
    """Whatever comes by the secret path is read or refused."""
    head, body = split(data)
    query = head.decode("latin-1")
    for transport in (SMSAPI, BREVO):
        for method, kind in (
            ("GET", ""),
            ("POST", FORM),
            ("POST", "application/json"),
        ):
            call = sms.WebhookRequest(
                method,
                f"/hooks/sms/{SECRET}?{query}",
                {"Content-Type": kind},
                body,
                NOW,
            )
            _read(transport, call)


def signature(data):
    """The check of a signature answers, and never with yes."""
    head, body = split(data)
    text = head.decode("latin-1")
    for kind in (FORM, "application/json", text):
        assert not sms.verify_twilio_signature(TOKEN, HOOK, body, kind, text)
        assert not sms.verify_twilio_signature(TOKEN, text, body, kind, "x")
        assert not sms.verify_twilio_signature("", HOOK, body, kind, text)


def answers(data):
    """Any answer to a request becomes one outcome for each message."""
    head, body = split(data)
    status = 100 + (head[0] if head else 0) * 2
    pause = head[1:].decode("latin-1")

    asked = []

    def exchange(request):
        asked.append(request)
        assert len(asked) < 100, "asks without end"
        headers = {"Retry-After": pause, "x-sib-ratelimit-reset": pause}
        return sms.HttpResponse(status, headers, body)

    for transport in (TWILIO, SMSAPI, BREVO, MAILJET):
        for group in transport.groups([MESSAGE, OTHER]):
            del asked[:]
            told = list(sms.perform(transport.submit(group), exchange))
            assert all(isinstance(each, OUTCOMES) for each in told)
            assert {each.key for each in told} == {each.key for each in group}
            for each in told:
                assert "Bon" not in repr(each)
                assert "3998" not in repr(each)


TARGETS = (unsigned, signed, secret, signature, answers)
