"""Brevo: its webhook's calls, in three spellings and unsigned."""

import json
from datetime import UTC, datetime

import pytest
from brevo_double import API_KEY, HOOK, SECRET, BrevoDouble
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import (
    ConfigurationError,
    ForgedWebhookError,
    WebhookError,
)
from anonsms.message import (
    DeliveryReceipt,
    DeliveryStatus,
    Inbound,
    ProviderOptOut,
    Rejection,
)
from anonsms.transport import WebhookRequest
from anonsms.transports.brevo import BrevoTransport
from exposed import exposed
from shops import number


TRANSPORT = BrevoTransport(API_KEY, webhook_secret=SECRET)
PLACE = f"/hooks/brevo/{SECRET}"
HEARD = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AT = datetime(2026, 3, 2, 8, 59, 30, tzinfo=UTC)
PERSON = number(7).reveal()[1:]


def call(body, url=PLACE):
    """A call of the webhook."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return WebhookRequest("POST", url, {}, body, HEARD)


def event(status="delivered", **fields):
    """One event as webhooks write it."""
    return {
        "id": 26570,
        "to": PERSON,
        "messageId": 123,
        "msg_status": status,
        "ts_event": int(AT.timestamp()),
        "date": "2026-03-02 09:59:30",
        **fields,
    }


def read(body, url=PLACE):
    """What the transport makes of a call."""
    return TRANSPORT.parse_webhook(call(body, url))


def test_brevo_receipt_has_id_status_time_and_key():
    """The time is ts_event: ``date`` is in a zone that it does not name."""
    [receipt] = read(event(tag="k-1"))
    assert receipt == DeliveryReceipt(
        "123",
        DeliveryStatus.DELIVERED,
        AT,
        key="k-1",
        raw="delivered",
    )


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        (["sent", "accepted"], DeliveryStatus.SENT, None),
        (["delivered", "Delivered"], DeliveryStatus.DELIVERED, None),
        (
            ["soft_bounce", "softBounce", "softBounces", "Soft bounce"],
            DeliveryStatus.UNDELIVERED,
            None,
        ),
        (
            ["hard_bounce", "hardBounce", "hardBounces", "HARD-BOUNCE"],
            DeliveryStatus.UNDELIVERED,
            Rejection.BAD_NUMBER,
        ),
        (["bounces"], DeliveryStatus.UNDELIVERED, None),
        (
            ["rejected", "skip", "skipped"],
            DeliveryStatus.UNDELIVERED,
            Rejection.OTHER,
        ),
        (["moon_phase"], DeliveryStatus.UNKNOWN, None),
    ],
)
def test_brevo_spellings_mean_the_same(words, status, reason):
    """Webhook, subscription and listing write one event in three ways."""
    for word in words:
        [receipt] = read(event(word))
        assert (receipt.status, receipt.reason) == (status, reason)


def test_brevo_unknown_status_is_kept_raw():
    """As it was written, if it looks like a code and not like a number."""
    assert read(event("moon_phase"))[0].raw == "moon_phase"
    assert read(event(f"gone {PERSON}"))[0].raw == ""


@pytest.mark.parametrize("word", ["blocked", "blacklisted"])
def test_brevo_block_is_an_opt_out_and_a_receipt(word):
    """Nothing reaches that person any more, parcel news neither."""
    receipt, left = read(event(word))
    assert receipt.status is DeliveryStatus.UNDELIVERED
    assert receipt.reason is Rejection.OPTED_OUT
    assert left == ProviderOptOut(
        number(7), AT, word, provider_id="123", everything=True
    )


@pytest.mark.parametrize(
    "word", ["unsubscribe", "unsubscribed", "unsubscription"]
)
def test_brevo_unsubscription_is_an_opt_out(word):
    """And no receipt: the text that made them leave had arrived."""
    assert read(event(word)) == [
        ProviderOptOut(number(7), AT, word, provider_id="123")
    ]


@pytest.mark.parametrize("word", ["subscribe", "subscribed"])
def test_brevo_subscription_is_no_consent(word):
    """It shows no wording, so there is nothing to tell."""
    assert read(event(word)) == []


@pytest.mark.parametrize("word", ["reply", "replied", "replies"])
def test_brevo_reply_is_read_with_its_text(word):
    """The sender is whom we had texted."""
    [inbound] = read(event(word, reply="STOP svp"))
    assert isinstance(inbound, Inbound)
    assert inbound.sender == number(7)
    assert inbound.text.reveal() == "STOP svp"
    assert inbound.at == AT


def test_brevo_second_reply_is_no_repeat():
    """Both name our text; a STOP after a "merci" must not be dropped."""
    later = int(AT.timestamp()) + 60
    [thanks] = read(event("reply", reply="Merci"))
    [stop] = read(event("reply", reply="STOP", ts_event=later))
    assert thanks.provider_id != stop.provider_id


def test_brevo_reply_without_words_is_still_a_reply():
    """Somebody has to look at it, rather than nobody."""
    [inbound] = read(event("reply"))
    assert inbound.text.reveal() == ""


@pytest.mark.parametrize("to", ["33", "+33", "0033"])
def test_brevo_numbers_come_in_three_dresses(to):
    """Digits, with a plus, with 00; a JSON number too."""
    dressed = to + PERSON[2:]
    [left] = read(event("unsubscribe", to=dressed))
    assert left.number == number(7)
    [left] = read(event("unsubscribe", to=int(PERSON)))
    assert left.number == number(7)


def test_brevo_list_of_events_is_read_in_order():
    """Batched webhooks put several into one call."""
    told = read([event("sent"), event("delivered", messageId=124)])
    assert [each.provider_id for each in told] == ["123", "124"]


def test_brevo_key_comes_from_the_query_or_the_tag():
    """The query is ours; a tag may be a text, a list or an object."""
    [receipt] = read(event(tag="other"), f"{PLACE}?key=k%2D9")
    assert receipt.key == "k-9"
    for tag in ("k-1", ["k-1", "x"], {"field": "k-1"}):
        [receipt] = read(event(tag=tag))
        assert receipt.key == "k-1"
    for tag in ("", [], 5, None, "a\nb", "x" * 500):
        [receipt] = read(event(tag=tag))
        assert receipt.key == ""


@pytest.mark.parametrize(
    ("when", "at"),
    [
        (int(AT.timestamp()) * 1000, AT),
        (str(int(AT.timestamp())), AT),
        (None, HEARD),
        (True, HEARD),
        (-5, HEARD),
        (10**400, HEARD),
        ("soon", HEARD),
    ],
)
def test_brevo_times_are_believed_with_care(when, at):
    """Seconds or milliseconds; else the moment that we heard of it."""
    [receipt] = read(event(ts_event=when))
    assert receipt.at == at


def test_brevo_event_about_nothing_of_ours_is_passed_over():
    """No id and no key: no message that it could be about."""
    assert read({"msg_status": "delivered"}) == []
    assert read([]) == []


@pytest.mark.parametrize("to", ["2610000000", "+2610000000", 2610000000])
def test_brevo_stop_of_a_number_newer_than_our_plans_counts(to):
    """They wrote to us, whatever our numbering plans know."""
    [left] = read(event("unsubscribe", to=to))
    assert left.number.reveal() == "+2610000000"
    [inbound] = read(event("reply", reply="STOP", to=to))
    assert inbound.sender == left.number


def test_brevo_stop_with_a_byte_of_latin_1_counts():
    """The call is not refused for it, nor for one in the query."""
    body = json.dumps(event("reply", reply="STOP #")).encode()
    [inbound] = read(body.replace(b"#", b"\xb1"), f"{PLACE}?key=k-1%B1&x=%B1")
    assert inbound.text.reveal() == "STOP \ufffd"


@pytest.mark.parametrize("word", ["unsubscribe", "blocked", "reply"])
@pytest.mark.parametrize(
    "to", [None, "", "x", "33", True, 10**30, "+447700900123"]
)
def test_brevo_opt_out_of_nobody_is_an_error(word, to, caplog):
    """It must not be acknowledged as if it had been heeded."""
    with pytest.raises(WebhookError) as caught:
        read(event(word, to=to))
    assert caught.value.status == 400
    assert "7700900123" not in " ".join(exposed(caught.value))
    assert "7700900123" not in caplog.text


def test_brevo_unreadable_event_holds_up_no_other(caplog):
    """The others of the same call are told; the log knows of the one."""
    told = read([event("reply", to="nobody"), event("unsubscribe")])
    assert [each.number for each in told] == [number(7)]
    assert "cannot be read: message 123" in caplog.text


@pytest.mark.parametrize(
    "body", [b"", b"null", b"5", b'"x"', b"{", b"[1]", b"\xff", b"[" * 9999]
)
def test_brevo_what_is_no_event_is_refused(body):
    """One object, or a list of objects, and not too many."""
    with pytest.raises(WebhookError):
        read(body)
    with pytest.raises(WebhookError):
        read([event()] * 201)


@pytest.mark.parametrize(
    "url",
    [
        "/hooks/brevo",
        "/hooks/brevo/",
        PLACE[:-1],
        f"{PLACE}x",
        f"{PLACE}/more",
        f"/hooks/brevo?{SECRET}",
        f"/hooks/brevo/x?key={SECRET}",
        PLACE.swapcase(),
    ],
)
def test_brevo_call_without_the_secret_is_forged(url):
    """Nothing in it is looked at, good or bad."""
    for body in (event("unsubscribe"), b"\xff"):
        with pytest.raises(ForgedWebhookError) as caught:
            read(body, url)
        told = " ".join(exposed(caught.value))
        assert PERSON not in told
        assert SECRET not in told


def test_brevo_refused_call_shows_nobody():
    """Neither the number nor the words, in no frame of ours."""
    text = "Ici Zoé Dubois"
    body = [event("reply", reply=text, to=f"{PERSON}00 bad"), event("skip")]
    body[1].pop("messageId")
    with pytest.raises(WebhookError) as caught:
        read(body)
    told = " ".join(exposed(caught.value))
    assert PERSON[2:] not in told
    assert "Dubois" not in told
    assert caught.value.__context__ is None


def test_brevo_without_a_secret_takes_no_calls():
    """That is a mistake of the set-up, not of the caller."""
    with pytest.raises(ConfigurationError):
        BrevoTransport(API_KEY).parse_webhook(call(event()))


def test_brevo_message_can_be_told_by_its_own_webhook():
    """From the request that names the webhook to the receipt it brings."""
    transport = BrevoTransport(
        API_KEY, webhook_url=HOOK, webhook_secret=SECRET
    )
    double = BrevoDouble()
    double.hooks["123"] = f"{HOOK}/{SECRET}?key=k-42"
    request = double.call("soft_bounce", f"+{PERSON}", "123")
    [receipt] = transport.parse_webhook(request)
    assert (receipt.provider_id, receipt.key) == ("123", "k-42")
    with pytest.raises(ForgedWebhookError):
        transport.parse_webhook(double.forged(request))


NAMES = (
    "msg_status event to phoneNumber messageId tag field ts_event date reply"
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["reply", "unsubscribe", "blocked", PERSON, "sent"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES.split()),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(
    body=st.binary(max_size=80)
    | JSON.map(lambda value: json.dumps(value).encode()),
    query=st.text(max_size=20),
)
def test_brevo_webhook_never_crashes(body, query):
    """Events or a ``WebhookError``; events are whole."""
    try:
        told = read(body, f"{PLACE}?{query}")
    except WebhookError:
        return
    for each in told:
        assert isinstance(each, DeliveryReceipt | Inbound | ProviderOptOut)
        assert each.at.utcoffset().total_seconds() == 0


@given(path=st.text(max_size=60), body=st.binary(max_size=40))
def test_brevo_nothing_is_taken_without_the_secret(path, body):
    """Whatever is sent to whatever path."""
    with pytest.raises(ForgedWebhookError):
        read(body, path)
