"""Twilio's calls: who may make them, and what they tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio_script import (
    NOW,
    SHOP,
    SID,
    call,
    message_id,
    number,
    transport,
)

from anonsms.errors import (
    ConfigurationError,
    WebhookError,
)
from anonsms.message import (
    DeliveryReceipt,
    DeliveryStatus,
    Inbound,
    ProviderOptOut,
    Rejection,
)
from anonsms.transport import WebhookTransport


twilio, _ = transport()
KEYS = [
    *("AccountSid", "MessageSid", "SmsSid", "SmsStatus", "MessageStatus"),
    *("From", "To", "Body", "OptOutType", "ErrorCode"),
]


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


def reply(text="Merci", **more):
    """A text from a handset."""
    fields = {
        "AccountSid": SID,
        "Body": text,
        "From": number().reveal(),
        "FromCity": "",
        "MessageSid": message_id(2),
        "NumMedia": "0",
        "SmsMessageSid": message_id(2),
        "SmsStatus": "received",
        "To": SHOP,
        **more,
    }
    return call({name: v for name, v in fields.items() if v is not None})


def test_it_is_a_webhook_transport():
    """The messenger may hand it calls, and gets an answer that says none."""
    assert isinstance(twilio, WebhookTransport)
    assert twilio.webhook_reply.status == 200
    assert "<Response/>" in twilio.webhook_reply.body
    assert twilio.webhook_reply.content_type.startswith("text/xml")


def test_a_receipt_brings_the_key_of_its_message():
    """Also where the answer to the request was lost."""
    [receipt] = twilio.parse_webhook(status())
    assert receipt == DeliveryReceipt(
        message_id(),
        DeliveryStatus.DELIVERED,
        NOW,
        key="key-1",
        raw="delivered",
    )


@pytest.mark.parametrize(
    ("raw", "code", "state", "reason"),
    [
        ("accepted", "", DeliveryStatus.QUEUED, None),
        ("scheduled", "", DeliveryStatus.QUEUED, None),
        ("queued", "", DeliveryStatus.QUEUED, None),
        ("sending", "", DeliveryStatus.QUEUED, None),
        ("sent", "", DeliveryStatus.SENT, None),
        ("sent", "30018", DeliveryStatus.SENT, None),
        ("read", "", DeliveryStatus.DELIVERED, None),
        ("canceled", "", DeliveryStatus.UNDELIVERED, None),
        ("partially_delivered", "", DeliveryStatus.UNKNOWN, None),
        ("brand_new", "", DeliveryStatus.UNKNOWN, None),
        ("undelivered", "30003", DeliveryStatus.UNDELIVERED, Rejection.OTHER),
        (
            "undelivered",
            "30004",
            DeliveryStatus.UNDELIVERED,
            Rejection.OPTED_OUT,
        ),
        ("failed", "21610", DeliveryStatus.UNDELIVERED, Rejection.OPTED_OUT),
        ("failed", "30007", DeliveryStatus.UNDELIVERED, Rejection.CONTENT),
        (
            "undelivered",
            "30005",
            DeliveryStatus.UNDELIVERED,
            Rejection.BAD_NUMBER,
        ),
        ("failed", "30001", DeliveryStatus.UNDELIVERED, None),
        ("failed", "30036", DeliveryStatus.EXPIRED, Rejection.OTHER),
        ("failed", "39999", DeliveryStatus.UNDELIVERED, Rejection.OTHER),
    ],
)
def test_statuses_and_codes_are_read_by_one_table(raw, code, state, reason):
    """Each in our words, with Twilio's own beside it."""
    receipt, *_ = twilio.parse_webhook(status(raw, ErrorCode=code))
    assert (receipt.status, receipt.reason) == (state, reason)
    assert (receipt.raw, receipt.code) == (raw, code)


@pytest.mark.parametrize("code", ["30004", "21610", "30640"])
def test_a_receipt_says_who_left(code):
    """By number: not everybody's message is on record here."""
    receipt, left = twilio.parse_webhook(status("failed", ErrorCode=code))
    assert isinstance(receipt, DeliveryReceipt)
    assert left == ProviderOptOut(
        number(), NOW, code, message_id(), everything=True
    )
    [receipt] = twilio.parse_webhook(
        status("failed", ErrorCode=code, To="whatsapp:+1")
    )
    assert receipt.reason is Rejection.OPTED_OUT


@pytest.mark.parametrize(
    ("raw", "code"), [("sent", "30004"), ("failed", "30005"), ("sent", "")]
)
def test_no_other_receipt_opts_anybody_out(raw, code):
    """A warning beside a text that is under way, or another code."""
    [receipt] = twilio.parse_webhook(status(raw, ErrorCode=code))
    assert isinstance(receipt, DeliveryReceipt)


def test_odd_codes_and_statuses_are_not_passed_on():
    """What does not look like one may be anybody's text."""
    [receipt] = twilio.parse_webhook(
        status("Hello World!", ErrorCode="+33 what")
    )
    assert receipt.status is DeliveryStatus.UNKNOWN
    assert (receipt.raw, receipt.code) == ("", "")


def test_a_receipt_by_get_is_read_from_its_query():
    """Twilio may be told to use GET; the URL is signed then."""
    query = (
        f"attempt=key-1&AccountSid={SID}&MessageSid={message_id()}"
        "&MessageStatus=sent"
    )
    request = call({}, query, method="GET")
    [receipt] = twilio.parse_webhook(request)
    assert (receipt.key, receipt.status) == ("key-1", DeliveryStatus.SENT)


def test_a_text_from_a_handset_arrives():
    """With its words as they are, and no place names."""
    [inbound] = twilio.parse_webhook(reply("  Arrêt svp \n"))
    assert inbound.text.reveal() == "  Arrêt svp \n"
    assert inbound.sender == number()
    assert (inbound.to, inbound.at) == (SHOP, NOW)
    assert inbound.provider_id == message_id(2)
    assert not inbound.answered


def test_advanced_opt_out_is_heard_before_the_text():
    """Twilio's own word for it, whatever the shop's keyword was."""
    left, inbound = twilio.parse_webhook(reply("ARRET", OptOutType="STOP"))
    assert left == ProviderOptOut(
        number(), NOW, "STOP", message_id(2), everything=True
    )
    assert isinstance(inbound, Inbound)
    assert inbound.answered
    for kind in ("START", "HELP"):
        [inbound] = twilio.parse_webhook(reply("AIDE", OptOutType=kind))
        assert inbound.answered


@pytest.mark.parametrize("word", ["STOP", " stop\n", "OptOut", "HELP", "yes"])
def test_a_keyword_that_twilio_answers_is_marked(word):
    """Unless the shop says that it does not answer them."""
    [inbound] = twilio.parse_webhook(reply(word))
    assert inbound.answered
    silent, _ = transport(answers_stop=False)
    [inbound] = silent.parse_webhook(reply(word))
    assert not inbound.answered


def test_a_keyword_in_a_sentence_is_ours_to_answer():
    """Twilio looks at the whole body alone."""
    assert not twilio.capabilities.answers_stop
    [inbound] = twilio.parse_webhook(reply("Stop please"))
    assert not inbound.answered


@pytest.mark.parametrize(
    "sender", ["36123", "MaBoutique", "", "whatsapp:+33639981234", "+0"]
)
def test_who_has_no_number_cannot_be_heeded(sender):
    """Short codes, names and other channels make no event."""
    assert twilio.parse_webhook(reply("STOP", From=sender)) == []


def test_a_number_too_new_for_the_plans_is_heeded():
    """It wrote to us, so it exists, and its STOP counts."""
    [inbound] = twilio.parse_webhook(reply("STOP", From="+3399900000000"))
    assert inbound.sender.reveal() == "+3399900000000"
    [inbound] = twilio.parse_webhook(
        reply("STOP", From=f"rcs:{number().reveal()}")
    )
    assert inbound.sender == number()


def test_a_text_without_words_or_status_is_a_text():
    """A picture alone; and a STOP is not lost for want of a status."""
    [inbound] = twilio.parse_webhook(reply(""))
    assert len(inbound.text) == 0
    [inbound] = twilio.parse_webhook(reply("STOP", SmsStatus=None))
    assert isinstance(inbound, Inbound)


def test_the_configured_url_counts_and_the_host_does_not():
    """Whatever the proxy made of the URL, and whatever Host says."""
    for place in (
        "/inner/path",
        "http://10.0.0.1:8000/hooks/twilio",
        "https://evil.example/",
    ):
        request = call({"AccountSid": SID}, "attempt=a", url=place)
        assert twilio.parse_webhook(request) == []


@pytest.mark.parametrize("told", [status, reply])
def test_a_call_of_no_message_is_refused(told):
    """Twilio names the message in each: what has none is not from it."""
    with pytest.raises(WebhookError, match="no sound MessageSid"):
        twilio.parse_webhook(told(MessageSid="x", SmsSid="y"))


def test_without_a_webhook_url_nothing_is_believed():
    """The refusal says what to set, and the capabilities say so before."""
    deaf, _ = transport(webhook_url=None)
    assert not deaf.capabilities.replies
    with pytest.raises(ConfigurationError, match="webhook_url"):
        deaf.parse_webhook(status())


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [*KEYS, "New"],
            ),
            st.one_of(
                st.text(st.characters(codec="utf-8"), max_size=20),
                st.sampled_from([SID, message_id(), "received", "STOP"]),
                st.just(number().reveal()),
            ),
        ),
        max_size=8,
    ),
    st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=9),
)
def test_any_signed_form_is_read_or_refused(fields, key):
    """Twilio may send what it likes: events of ours, or a refusal."""
    request = call([("AccountSid", SID), *fields], f"attempt={key}")
    try:
        events = twilio.parse_webhook(request)
    except WebhookError:
        return
    assert all(
        isinstance(event, DeliveryReceipt | Inbound | ProviderOptOut)
        for event in events
    )
