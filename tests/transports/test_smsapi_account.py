"""What can be asked of an SMSAPI account, beside sending."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest
from smsapi_double import answer, form_of, key_of, number, transport

from anonsms.errors import (
    ConfigurationError,
    LostAnswerError,
    NeverLeftError,
    TransportError,
)
from anonsms.message import DeliveryStatus, LineState
from anonsms.transport import HttpResponse


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "a-secret-of-the-path"
HOOK = "https://shop.example/hooks/smsapi"


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


def test_look_ups():
    """State, network with its zeros back, ported, price; one request each."""
    sms, script = shop(
        hlr(),
        hlr(status="FAIL", mcc="208", mnc="10", ported=1, price=None),
        answer({"error": 13, "message": "bad"}),
        hlr(status=None, mcc=None, ported=None),
        answer({"list": [{"status": "ERROR", "error": 13}]}),
    )
    found = sms.look_up([number(nth) for nth in range(1, 6)])
    assert [each.state for each in found] == [
        LineState.ACTIVE,
        LineState.UNKNOWN,
        LineState.INVALID,
        LineState.UNKNOWN,
        LineState.INVALID,
    ]
    assert [each.network for each in found] == ["26001", "20810", "", "", ""]
    assert [each.ported for each in found[:4]] == [False, True, None, None]
    assert found[0].price == Decimal("0.02")
    assert [each.code for each in found] == ["OK", "FAIL", "13", "", "13"]
    assert form_of(script.asked[0]) == {"number": digits(1), "format": "json"}
    assert all(not urlsplit(each.url).query for each in script.asked)


@pytest.mark.parametrize(
    "response",
    [answer({"error": 110}), answer({}, 401), HttpResponse(500, {}, b"")],
)
def test_an_account_without_look_ups(response):
    """An error with its code, and without the number."""
    sms, _ = shop(response)
    with pytest.raises(TransportError, match="look-up with the code"):
        sms.look_up([number(1)])


def test_opt_outs_are_read_page_by_page():
    """Numbers come as integers; what is no number is nobody."""
    rows = [
        {"id": f"o{nth}", "phoneNumber": int(digits(nth)), "date": date}
        for nth, date in enumerate(
            ["2026-03-01T10:00:00+01:00", "garbage", None]
        )
    ]
    odd = [{"id": "o3", "phoneNumber": 12}, {"id": "o4"}, "row"]
    sms, script = shop(
        answer({"size": 5, "collection": rows[:2]}),
        answer({"size": 5, "collection": [rows[2], *odd]}),
    )
    left = sms.fetch_opt_outs()
    assert [each.number for each in left] == [number(n) for n in range(3)]
    assert left[0].at == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert left[1].at == left[2].at == NOW
    assert left[0].code == "opt_out"
    assert left[0].provider_id == "o0"
    offsets = [
        parse_qs(urlsplit(each.url).query)["offset"] for each in script.asked
    ]
    assert offsets == [["0"], ["2"]]


def test_a_list_that_never_ends_ends():
    """A page with nothing new is the last one."""
    page = answer({"size": 10**9, "collection": [{"id": "o1"}]})
    sms, script = shop(page, page, page)
    assert sms.fetch_opt_outs() == []
    assert len(script.asked) == 2


def test_the_blacklist():
    """Blocked by body; the one URL with a number in it is private."""
    sms, script = shop(
        answer({"id": "b1"}, 201),
        answer({"error": "conflict"}, 409),
        answer(
            {
                "size": 1,
                "collection": [{"id": "b1", "phone_number": digits(1)}],
            }
        ),
        HttpResponse(204, {}, b""),
    )
    sms.block(number(1))
    sms.block(number(1))
    assert sms.blocked() == [number(1)]
    assert sms.blocked() == []
    assert json.loads(script.asked[0].body) == {"phone_number": digits(1)}
    assert not any(each.private for each in script.asked)


def test_a_number_is_unblocked_by_its_id():
    """Never by a call that would erase the whole list."""
    rows = [
        {"id": "b1", "phone_number": digits(1)},
        {"id": "b2", "phone_number": digits(2)},
        {"id": "", "phone_number": digits(1)},
    ]
    sms, script = shop(
        answer({"size": 3, "collection": rows}), HttpResponse(204, {}, b"")
    )
    assert sms.unblock(number(1))
    search, delete = script.asked
    assert search.private
    assert parse_qs(urlsplit(search.url).query)["q"] == [digits(1)]
    assert delete.method == "DELETE"
    assert urlsplit(delete.url).path == "/blacklist/phone_numbers/b1"
    sms, script = shop(answer({"size": 0, "collection": []}))
    assert not sms.unblock(number(1))
    assert len(script.asked) == 1
    with pytest.raises(ValueError, match="without an id"):
        sms.records.desk.drop("/blacklist/phone_numbers", "")


@pytest.mark.parametrize(
    "trouble",
    [
        NeverLeftError("connection refused"),
        LostAnswerError("read timed out"),
        answer({"error": "server"}, 503),
        HttpResponse(200, {}, b"<html>"),
    ],
)
@pytest.mark.parametrize("after", [0, 1])
def test_no_trouble_shows_a_number(trouble, after):
    """Errors and their frames are searched by the canaries."""
    row = {"id": "b1", "phone_number": digits(1), "phoneNumber": digits(1)}
    pages = [answer({"size": 9, "collection": [row]})] * after
    for act in ("fetch_opt_outs", "blocked"):
        sms, _ = shop(*pages, trouble)
        with pytest.raises(TransportError):
            getattr(sms, act)()
    sms, _ = shop(*pages, trouble)
    with pytest.raises(TransportError):
        sms.unblock(number(1))


@pytest.mark.parametrize(
    "trouble",
    [
        NeverLeftError("connection refused"),
        LostAnswerError("read timed out"),
        answer({"error": "server"}, 503),
    ],
)
def test_no_trouble_with_one_number_shows_it(trouble):
    """Nor do errors about a number that was asked for."""
    sms, _ = shop(trouble, trouble)
    with pytest.raises(TransportError):
        sms.block(number(1))
    with pytest.raises(TransportError):
        sms.look_up([number(1)])


def test_balance():
    """Points as Decimal; by invoice there are none."""
    sms, _ = shop(
        answer({"name": "shop", "points": "12.3400"}),
        answer({"name": "shop", "payment_type": "postpaid"}),
        answer({"error": "unauthorized"}, 401),
    )
    assert sms.balance() == Decimal("12.3400")
    assert sms.balance() is None
    with pytest.raises(TransportError, match="code unauthorized"):
        sms.balance()


def test_cancelling():
    """Whether it was still possible."""
    sms, script = shop(
        answer({"count": 1, "list": [{"id": "m1"}]}),
        answer({"error": 301}),
        answer({"error": 101}),
    )
    assert sms.cancel("m1")
    assert not sms.cancel("m1")
    with pytest.raises(TransportError, match="code 101"):
        sms.cancel("m1")
    with pytest.raises(ValueError, match="id"):
        sms.cancel("")
    assert form_of(script.asked[0]) == {"sch_del": "m1", "format": "json"}


def test_receipts_are_fetched():
    """By ids; one that it does not know spoils no other."""

    def row(nth, status):
        return {"id": nth, "status": status, "idx": key_of(1)}

    sms, script = shop(
        answer({"error": 400}),
        answer({"list": [row("a", "DELIVERED")]}),
        answer({"error": 400}),
        answer({"error": 400}),
        answer({"list": [row("c", "MOON_LANDED"), row("z", "SENT")]}),
    )
    found = sms.fetch_receipts(["a", "b", "c"])
    assert [(each.provider_id, each.status) for each in found] == [
        ("a", DeliveryStatus.DELIVERED),
        ("c", DeliveryStatus.UNKNOWN),
    ]
    assert found[0].key == key_of(1)
    assert found[1].raw == "MOON_LANDED"
    assert found[0].at == NOW
    assert form_of(script.asked[0])["status"] == "a|b|c"
    assert sms.fetch_receipts([]) == []


def test_callbacks_are_registered_once():
    """Both kinds, with the version pinned; what is there is left alone."""
    sms, script = shop(
        answer({"collection": [], "size": 0}),
        answer({"id": "c1"}, 201),
        answer({"id": "c2"}, 201),
        webhook_url=f"{HOOK}/",
        webhook_secret=SECRET,
    )
    assert sms.register_webhook() == ["sms_dlr", "sms_mo"]
    asked = [json.loads(each.body) for each in script.asked[1:]]
    assert asked == [
        {"url": f"{HOOK}/{SECRET}", "type": "sms_dlr", "api_version": 1},
        {
            "url": f"{HOOK}/{SECRET}",
            "type": "sms_mo",
            "api_version": 1,
            "receiver_type": "all",
        },
    ]
    rows = [
        {"id": "c1", "type": "sms_dlr", "url": f"{HOOK}/{SECRET}"},
        {"id": "c9", "type": "sms_mo", "url": "https://old.example"},
    ]
    sms, script = shop(
        answer(rows),
        answer({"id": "c2"}, 201),
        answer({"collection": rows}),
        answer(rows),
        answer({"error": "invalid_url"}, 400),
        webhook_url=HOOK,
        webhook_secret=SECRET,
    )
    assert sms.register_webhook() == ["sms_mo"]
    listed = sms.callbacks()
    assert [(each.kind, each.ours, each.active) for each in listed] == [
        ("sms_dlr", True, True),
        ("sms_mo", False, True),
    ]
    assert SECRET not in repr(listed)
    with pytest.raises(TransportError, match="invalid_url"):
        sms.register_webhook()


def test_without_a_url_nobody_is_called():
    """The remedy is named."""
    sms, _ = shop(webhook_secret=SECRET)
    with pytest.raises(ConfigurationError, match="webhook_url"):
        sms.register_webhook()


def test_all_of_it_can_be_awaited():
    """By the flows of `records`."""
    script = Script(answer({"points": 3}))

    async def client(request):
        return script(request)

    sms = transport(client)

    async def ask():
        return await sms.perform_async(sms.records.balance())

    assert anyio.run(ask) == Decimal(3)
