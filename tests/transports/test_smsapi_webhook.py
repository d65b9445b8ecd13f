"""Receipts and replies from SMSAPI: unsigned, joined by commas, ragged."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smsapi_double import key_of, number, transport

from anonsms.errors import (
    ConfigurationError,
    ForgedWebhookError,
    WebhookError,
)
from anonsms.message import DeliveryReceipt, DeliveryStatus, Inbound
from anonsms.transport import WebhookReply, WebhookRequest


SECRET = "a-secret-of-the-path"
PATH = f"/hooks/smsapi/{SECRET}"
FORM = {"content-type": "application/x-www-form-urlencoded"}
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STAMP = int(NOW.timestamp())
SHOP = transport(None, webhook_secret=SECRET)


def get(path=PATH, **fields):
    """A call by GET."""
    return WebhookRequest(
        "GET", f"{path}?{urlencode(fields)}", received_at=NOW
    )


def post(**fields):
    """A call by POST."""
    body = urlencode(fields).encode()
    return WebhookRequest("POST", PATH, FORM, body, NOW)


def statuses(events):
    """What receipts say."""
    return [(each.provider_id, each.status, each.key) for each in events]


def test_one_receipt():
    """Id, key, status, time; the code as it was written."""
    [event] = SHOP.parse_webhook(
        get(
            MsgId="1460001",
            status="404",
            status_name="DELIVERED",
            idx=key_of(1),
            donedate=STAMP - 60,
            to=number(1).reveal()[1:],
            username="shop",
        )
    )
    assert event == DeliveryReceipt(
        "1460001",
        DeliveryStatus.DELIVERED,
        NOW - timedelta(minutes=1),
        key=key_of(1),
        raw="404",
    )


@pytest.mark.parametrize("make", [get, post])
def test_five_receipts_in_one_call(make):
    """By GET and by POST; an unknown status is kept and not final."""
    keys = ",".join(map(key_of, range(5)))
    events = SHOP.parse_webhook(
        make(
            MsgId="a,b,c,d,e",
            status="404,405,402,409,417",
            idx=keys,
            donedate=f"{STAMP},{STAMP - 1},,x,{STAMP}",
            username="shop",
        )
    )
    assert statuses(events) == [
        ("a", DeliveryStatus.DELIVERED, key_of(0)),
        ("b", DeliveryStatus.UNDELIVERED, key_of(1)),
        ("c", DeliveryStatus.EXPIRED, key_of(2)),
        ("d", DeliveryStatus.QUEUED, key_of(3)),
        ("e", DeliveryStatus.UNKNOWN, key_of(4)),
    ]
    assert events[4].raw == "417"
    assert not events[4].status.final
    assert [each.at for each in events[2:4]] == [NOW, NOW]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # One status is missing: whose? Then nobody's is used.
        ({"MsgId": "a,b", "status": "404"}, []),
        ({"MsgId": "a,b,c", "status": "404,405"}, []),
        ({"MsgId": "a", "status": "404,405"}, []),
        ({"MsgId": "a,b", "status": "404,405", "status_name": "SENT"}, []),
        (
            {"MsgId": "a,b,c", "status": "404,,405"},
            [("a", "delivered", ""), ("c", "undelivered", "")],
        ),
        # Whose key is missing? Then nobody's is used.
        (
            {"MsgId": "a,b", "status": "404,404", "idx": "k1"},
            [("a", "delivered", ""), ("b", "delivered", "")],
        ),
        (
            {"MsgId": "a,b", "status": "404,402", "idx": "k1|k2"},
            [("a", "delivered", "k1"), ("b", "expired", "k2")],
        ),
        (
            {"MsgId": "a,,<b>", "status": "404,402,404"},
            [("a", "delivered", "")],
        ),
        ({"status": "404", "idx": "k1"}, [("", "delivered", "k1")]),
        ({"MsgId": "a", "status_name": "SENT"}, [("a", "sent", "")]),
        ({"MsgId": "a"}, []),
        ({"status": "404"}, []),
        ({"hello": "you"}, []),
    ],
)
def test_ragged_lists(fields, expected):
    """What is there is used, and nothing is given to somebody else."""
    assert statuses(SHOP.parse_webhook(get(**fields))) == [
        (provider_id, DeliveryStatus(status), key)
        for provider_id, status, key in expected
    ]


def test_a_list_has_an_end():
    """A hundred receipts are read, more are refused."""
    ids, codes = ",".join("a" * 100), ",".join(["404"] * 100)
    assert len(SHOP.parse_webhook(post(MsgId=ids, status=codes))) == 100
    with pytest.raises(WebhookError) as caught:
        SHOP.parse_webhook(post(MsgId=ids + ",a", status=codes, to="3"))
    assert caught.value.status == 413


def test_a_receipt_from_the_future_came_now():
    """A broken clock moves nothing."""
    [event] = SHOP.parse_webhook(
        get(MsgId="a", status="404", donedate=STAMP + 90_000)
    )
    assert event.at == NOW


def reply(**fields):
    """The fields of a text from a handset."""
    return {
        "sms_from": number(1).reveal()[1:],
        "sms_to": "36123",
        "sms_text": "STOP, arrêtez svp ☹",
        "sms_date": str(STAMP - 5),
        "MsgId": "1460002",
        "username": "shop",
        **fields,
    }


@pytest.mark.parametrize("make", [get, post])
def test_a_text_from_a_handset(make):
    """Who, what, when, and what it answers."""
    [event] = SHOP.parse_webhook(make(**reply()))
    assert isinstance(event, Inbound)
    assert event.sender == number(1)
    assert event.text.reveal() == "STOP, arrêtez svp ☹"
    assert event.at == NOW - timedelta(seconds=5)
    assert event.to == "36123"
    assert event.provider_id == f"1460002.{STAMP - 5}"
    assert not event.answered


def test_json_is_read_too():
    """Some accounts are said to be called so."""
    body = b'{"sms_from": 33639980001, "sms_text": "STOP", "n": null}'
    kind = {"Content-Type": "application/json; charset=utf-8"}
    [event] = SHOP.parse_webhook(WebhookRequest("POST", PATH, kind, body))
    assert event.sender == number(1)
    for bad in (b"[1]", b"{", b"\xff"):
        with pytest.raises(WebhookError):
            SHOP.parse_webhook(WebhookRequest("POST", PATH, kind, bad))


def test_two_answers_to_one_text_are_two():
    """MsgId may be that of our text: a later STOP is no repeat."""
    [first] = SHOP.parse_webhook(get(**reply(sms_text="Merci")))
    [second] = SHOP.parse_webhook(get(**reply(sms_date=str(STAMP))))
    assert first.provider_id != second.provider_id
    [undated] = SHOP.parse_webhook(get(**reply(sms_date="")))
    assert undated.provider_id == ""
    assert undated.at == NOW


def test_a_service_is_nobody():
    """A name as the sender: no person to take a consent back."""
    for sender in ("Orange", "", "36123", "0" * 11, "3" * 30):
        assert SHOP.parse_webhook(get(**reply(sms_from=sender))) == []


def test_a_number_newer_than_our_plans_is_taken():
    """An opt-out must not be lost for a range nobody told us of."""
    [event] = SHOP.parse_webhook(get(**reply(sms_from="48212000001")))
    assert event.sender.reveal()[1:] == "48212000001"
    [event] = SHOP.parse_webhook(get(**reply(sms_from="+33639980001")))
    assert event.sender == number(1)


def test_who_does_not_know_the_path_is_refused():
    """Before anything is read."""
    with pytest.raises(ForgedWebhookError):
        SHOP.parse_webhook(get("/hooks/smsapi/guess", **reply()))
    with pytest.raises(ConfigurationError, match="webhook_secret"):
        transport(None).parse_webhook(get(**reply()))


def test_smsapi_wants_to_read_ok():
    """With status 200."""
    assert SHOP.webhook_reply == WebhookReply(200, "OK")


names = st.sampled_from(
    [
        "MsgId",
        "status",
        "status_name",
        "idx",
        "donedate",
        "to",
        "sms_from",
        "sms_text",
        "sms_date",
        "sms_to",
        "username",
        "x",
    ]
)
values = st.text(max_size=20) | st.sampled_from(
    ["404,405", "a,b,c", "k1|k2", "48212000001", str(STAMP), "9" * 30]
)


@given(
    st.dictionaries(names, values, max_size=10),
    st.sampled_from(["GET", "POST"]),
)
def test_any_fields_are_read_or_refused(fields, method):
    """No crash; what comes out is sound."""
    query = urlencode(
        {k: v.encode("utf-8", "replace") for k, v in fields.items()}
    )
    request = (
        WebhookRequest("GET", f"{PATH}?{query}", received_at=NOW)
        if method == "GET"
        else WebhookRequest("POST", PATH, FORM, query.encode(), NOW)
    )
    for event in SHOP.parse_webhook(request):
        assert event.at.utcoffset() == timedelta()
        if isinstance(event, DeliveryReceipt):
            assert event.provider_id or event.key


@given(
    st.binary(max_size=200),
    st.sampled_from([*FORM.values(), "application/json", ""]),
)
def test_any_body_is_read_or_refused(body, kind):
    """A WebhookError at worst."""
    request = WebhookRequest("POST", PATH, {"content-type": kind}, body)
    try:
        events = SHOP.parse_webhook(request)
    except WebhookError:
        events = []
    assert all(isinstance(each, DeliveryReceipt | Inbound) for each in events)


def test_ragged_dates_are_nobodys():
    """A date must not go to somebody else's receipt."""
    for dates in (str(STAMP), f"{STAMP},{STAMP},{STAMP}"):
        events = SHOP.parse_webhook(
            get(MsgId="a,b", status="404,404", donedate=dates)
        )
        assert [each.at for each in events] == [NOW, NOW]
