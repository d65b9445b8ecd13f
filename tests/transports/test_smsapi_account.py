"""What can be asked of an SMSAPI account, beside sending."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest
from smsapi_double import (
    NOW,
    Script,
    answer,
    digits,
    form_of,
    hlr,
    key_of,
    number,
    shop,
    transport,
)

from anonsms.errors import (
    ConfigurationError,
    LostAnswerError,
    NeverLeftError,
    TransportError,
)
from anonsms.message import DeliveryStatus
from anonsms.transport import HttpResponse


SECRET = "a-secret-of-the-path"
HOOK = "https://shop.example/hooks/smsapi"


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
        answer({"size": 5, "collection": []}),
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
    assert offsets == [["0"], ["2"], ["5"]]


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
        answer({"size": 3, "collection": rows}),
        answer({"size": 3, "collection": []}),
        HttpResponse(204, {}, b""),
    )
    assert sms.unblock(number(1))
    search, _, delete = script.asked
    assert search.private
    assert parse_qs(urlsplit(search.url).query)["q"] == [digits(1)]
    assert delete.method == "DELETE"
    assert urlsplit(delete.url).path == "/blacklist/phone_numbers/b1"
    sms, script = shop(answer({"size": 0, "collection": []}))
    assert not sms.unblock(number(1))
    assert len(script.asked) == 1
    with pytest.raises(ValueError, match="without an id"):
        sms._account.drop("/blacklist/phone_numbers", "")


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
    """Each question has its twin, with the same answer."""
    listed = {"id": "b1", "phone_number": digits(1), "phoneNumber": digits(1)}
    page, end = answer({"collection": [listed]}), answer({"collection": []})
    answers = [
        answer({"points": 3}),
        hlr(),
        *(page, end),
        *(page, end),
        answer({"list": [{"id": "m1", "status": "SENT"}]}),
        answer({"list": [{"id": "m1"}]}),
        answer({"id": "b2"}, 201),
        *(page, end, HttpResponse(204, {}, b"")),
        end,
        *(end, answer({"id": "c1"}, 201), answer({"id": "c2"}, 201)),
    ]
    settings = {"webhook_url": HOOK, "webhook_secret": SECRET}
    script = Script(*answers)

    async def client(request):
        return script(request)

    sms = transport(client, clock=lambda: NOW, **settings)

    async def ask():
        return [
            await sms.balance_async(),
            await sms.look_up_async([number(1)]),
            await sms.fetch_opt_outs_async(),
            await sms.blocked_async(),
            await sms.fetch_receipts_async(["m1"]),
            await sms.cancel_async("m1"),
            await sms.block_async(number(1)),
            await sms.unblock_async(number(1)),
            await sms.callbacks_async(),
            await sms.register_webhook_async(),
        ]

    said = anyio.run(ask)
    plain, other = shop(*answers, **settings)
    assert said == [
        plain.balance(),
        plain.look_up([number(1)]),
        plain.fetch_opt_outs(),
        plain.blocked(),
        plain.fetch_receipts(["m1"]),
        plain.cancel("m1"),
        plain.block(number(1)),
        plain.unblock(number(1)),
        plain.callbacks(),
        plain.register_webhook(),
    ]
    assert [each.url for each in script.asked] == [
        each.url for each in other.asked
    ]
    assert said[-2:] == [[], ["sms_dlr", "sms_mo"]]
