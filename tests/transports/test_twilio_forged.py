"""Calls that Twilio did not make, or not to this account."""

import hashlib
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio_script import (
    FORM,
    HOOK,
    SID,
    call,
    message_id,
    number,
    signature,
    transport,
)

from anonsms.errors import (
    ForgedWebhookError,
    WebhookError,
)
from anonsms.transport import WebhookRequest


twilio, _ = transport()


def status(raw="delivered", query="attempt=key-1", **more):
    """A status callback."""
    fields = {
        "AccountSid": SID,
        "ApiVersion": "2010-04-01",
        "From": "MaBoutique",
        "To": number().reveal(),
        "MessageSid": message_id(),
        "MessageStatus": raw,
        "SmsSid": message_id(),
        "SmsStatus": raw,
        **more,
    }
    return call(fields, query)


def forgeries():
    """A good call, and what somebody could make of it."""
    good = status()
    headers = dict(good.headers)
    for change in (
        {"headers": {**headers, "x-twilio-signature": ""}},
        {"headers": {"content-type": FORM}},
        {"headers": {**headers, "content-type": "application/json"}},
        {"body": good.body + b"&ErrorCode=21610"},
        {"body": good.body.replace(b"delivered", b"failed")},
        {"body": b""},
        {"url": "/hooks/twilio?attempt=key-2"},
        {"url": "/hooks/twilio"},
    ):
        yield WebhookRequest(
            **{
                "method": "POST",
                "url": good.url,
                "headers": good.headers,
                "body": good.body,
                **change,
            }
        )


@pytest.mark.parametrize("forged", list(forgeries()))
def test_an_unsigned_call_is_refused(forged):
    """Signature missing, borrowed, or of something else."""
    with pytest.raises(ForgedWebhookError):
        twilio.parse_webhook(forged)


def test_a_call_signed_with_another_token_is_refused():
    """For example with an API key's secret."""
    request = call({"AccountSid": SID}, token="another")
    with pytest.raises(ForgedWebhookError):
        twilio.parse_webhook(request)


def test_a_call_of_another_account_is_refused_aloud():
    """A subaccount's STOP must not vanish in silence."""
    for fields in ({"AccountSid": "AC" + "0" * 32, "Body": "STOP"}, {}):
        with pytest.raises(WebhookError, match="another Twilio account"):
            twilio.parse_webhook(call(fields))


def test_an_ambiguous_call_is_refused():
    """Two senders in one call: whose text it is, nobody could tell."""
    fields = [
        ("AccountSid", SID),
        ("From", number(1).reveal()),
        ("From", number(2).reveal()),
        ("Body", "STOP"),
    ]
    with pytest.raises(WebhookError, match="two values"):
        twilio.parse_webhook(call(fields))


def test_large_and_odd_calls_are_refused():
    """A body that is too long, and methods that Twilio never uses."""
    long = call({"AccountSid": SID}, body=b"a=" + b"b" * 300_000)
    with pytest.raises(WebhookError) as caught:
        twilio.parse_webhook(long)
    assert caught.value.status == 413
    with pytest.raises(WebhookError) as caught:
        twilio.parse_webhook(call({"AccountSid": SID}, method="PUT"))
    assert caught.value.status == 405
    wide = call({"AccountSid": SID, "Body": "x" * 40_000})
    with pytest.raises(WebhookError):
        twilio.parse_webhook(wide)


def test_signed_json_is_none_of_our_business():
    """Other products may call the same URL."""
    body = b"{}"
    digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    query = f"bodySHA256={digest}&AccountSid={SID}"
    request = WebhookRequest(
        "POST",
        f"/hooks/twilio?{query}",
        {
            "Content-Type": "application/json",
            "X-Twilio-Signature": signature(f"{HOOK}?{query}"),
        },
        body,
    )
    with pytest.raises(WebhookError, match="account"):
        twilio.parse_webhook(request)


@given(
    st.sampled_from(["POST", "GET"]),
    st.text(max_size=60),
    st.dictionaries(st.text(max_size=10), st.text(max_size=40), max_size=3),
    st.binary(max_size=200),
)
def test_arbitrary_calls_crash_nothing_and_yield_nothing(
    method, url, headers, body
):
    """Bytes from anywhere end in a refusal of ours."""
    request = WebhookRequest(method, url, headers, body)
    with pytest.raises(WebhookError):
        twilio.parse_webhook(request)


FORGED = {
    "AccountSid": SID,
    "MessageSid": message_id(7),
    "From": number(1).reveal(),
    "Body": "STOP",
}


@pytest.mark.parametrize(
    "forged",
    [
        FORGED,
        {**FORGED, "Body": "START"},
        {
            "AccountSid": SID,
            "MessageSid": message_id(7),
            "MessageStatus": "undelivered",
            "ErrorCode": "21610",
            "To": number(1).reveal(),
        },
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_hides_behind_a_fragment(forged, method):
    """A signature seen once vouches for no query after a ``#``."""
    seen = status()
    with_more = WebhookRequest(
        method,
        f"{seen.url}#&{urlencode(forged)}",
        seen.headers,
        seen.body,
    )
    if method == "GET":
        with pytest.raises(ForgedWebhookError):
            twilio.parse_webhook(with_more)
    else:
        assert [each.provider_id for each in twilio.parse_webhook(with_more)]
        assert "#" not in with_more.url


def test_a_get_with_a_body_is_refused():
    """What Twilio asks for by GET is in the URL alone."""
    query = urlencode(FORGED)
    signed = signature(f"{HOOK}?{query}")
    for media in ({}, {"Content-Type": FORM}):
        headers = {"X-Twilio-Signature": signed, **media}
        asked = WebhookRequest("GET", f"/hooks/twilio?{query}", headers)
        assert twilio.parse_webhook(asked)
    # A digest in the URL would cover a body, and the body is still nobody's.
    body = b"x=1"
    digest = f"bodySHA256={hashlib.sha256(body).hexdigest()}"
    whole = f"{query}&{digest}"
    headers = {"X-Twilio-Signature": signature(f"{HOOK}?{whole}")}
    asked = WebhookRequest("GET", f"/hooks/twilio?{whole}", headers, body)
    with pytest.raises(ForgedWebhookError):
        twilio.parse_webhook(asked)


VICTIM, OWN = number(1).reveal(), number(2).reveal()


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            f"STOPFrom{VICTIM}FromZipx",
            {"Body": "STOP", "From": VICTIM, "FromZip": f"xFrom{OWN}"},
        ),
        (
            f"STOPFrom{VICTIM}FromZipx",
            {"Body": "STOP", "From": VICTIM, f"FromZipxFrom{OWN}": ""},
        ),
        (
            "xErrorCode21610From1FromZipx",
            {
                "Body": "x",
                "ErrorCode": "21610",
                "From": "1",
                "FromZip": f"xFrom{OWN}",
            },
        ),
    ],
)
def test_a_text_of_ones_own_cannot_be_divided_anew(text, fields):
    """Its signature fits all the same: S has no marks between fields."""
    rest = {"MessageSid": message_id(7), "To": "36123"}
    genuine = {"AccountSid": SID, "Body": text, "From": OWN, **rest}
    seen = call(genuine)
    [inbound] = twilio.parse_webhook(seen)
    assert inbound.sender == number(2)
    forged = {"AccountSid": SID, **fields, **rest}
    divided = WebhookRequest(
        "POST", seen.url, seen.headers, urlencode(forged).encode()
    )
    assert signature(HOOK, list(forged.items())) == signature(
        HOOK, list(genuine.items())
    )
    with pytest.raises(WebhookError, match="divided anew"):
        twilio.parse_webhook(divided)
