"""The local SMSAPI: batches, macros, ``idx``, lists, callbacks."""

import http.server
import json
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from anonsms.errors import ConfigurationError
from anonsms.message import DeliveryStatus
from anonsms.testing import Fault, SmsapiServer
from anonsms.testing.servers import Asked


ZOE, LEO, MIA = "48212000001", "48212000002", "48212000003"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    """A clock at noon."""
    return Clock()


@pytest.fixture
def smsapi(clock):
    """An SMSAPI that is asked without a network."""
    return SmsapiServer("the-token", clock=clock)


def ask(smsapi, method, place, *, token="the-token", form=None, data=None):
    """Ask it; status and body."""
    kind, body = "application/x-www-form-urlencoded", b""
    if form is not None:
        body = urlencode(form, doseq=True).encode()
    if data is not None:
        kind, body = "application/json", json.dumps(data).encode()
    headers = {"authorization": f"Bearer {token}", "content-type": kind}
    asked = Asked(method, place, headers, body)
    answer = smsapi.respond(asked, smsapi.begin())
    return answer.status, answer.body


def do(smsapi, path="/sms.do", **fields):
    """Post a form to the legacy side; what its JSON says."""
    form = {"format": "json", **fields}
    status, body = ask(smsapi, "POST", path, form=form)
    assert status == 200, "the legacy side always says 200"
    return json.loads(body)


def texts(smsapi):
    """Who got what."""
    return [(taken.number[1:], taken.text) for taken in smsapi.accepted]


def test_a_text_to_many(smsapi):
    """One row each, with id, price as text, idx and parts."""
    said = do(smsapi, to=f"{ZOE},{LEO}", message="é" * 71, idx="a|b")
    assert said["count"] == 2
    row = said["list"][0]
    assert (row["number"], row["submitted_number"]) == (ZOE, ZOE)
    assert (row["idx"], row["status"], row["parts"]) == ("a", "QUEUE", 1)
    assert (row["points"], row["error"]) == ("0.16", None)
    assert row["date_sent"] == int(NOON.timestamp())
    assert texts(smsapi) == [(ZOE, "é" * 71), (LEO, "é" * 71)]
    assert smsapi.points == Decimal("9999.68")


def test_json_is_as_good_as_a_form(smsapi):
    """Lists as arrays, switches as booleans."""
    fields = {
        "to": [ZOE, LEO],
        "message": "Hi [%1%]",
        "param1": ["Zoe", "Leo"],
        "idx": ["a", "b"],
        "check_idx": True,
        "format": "json",
    }
    _, body = ask(smsapi, "POST", "/sms.do", data=fields)
    assert [row["idx"] for row in json.loads(body)["list"]] == ["a", "b"]
    assert texts(smsapi) == [(ZOE, "Hi Zoe"), (LEO, "Hi Leo")]


@pytest.mark.parametrize(
    "params",
    [
        {"param1": "Zoe|Leo", "param2": "1|2"},
        {"param1[0]": "Zoe", "param1[1]": "Leo", "param2": "1|2"},
        {"param1[]": ["Zoe", "Leo"], "param2[0]": "1", "param2[1]": "2"},
    ],
)
def test_personal_values_go_to_their_person(smsapi, params):
    """Joined by ``|`` or as an array, in the order of the numbers."""
    do(smsapi, to=f"{ZOE},{LEO}", message="[%2%]. [%1%]!", **params)
    assert texts(smsapi) == [(ZOE, "1. Zoe!"), (LEO, "2. Leo!")]


def test_a_bar_in_a_value_is_a_border(clock):
    """It shifts everybody behind it: error 18, or somebody else's value."""
    smsapi = SmsapiServer("the-token", clock=clock)
    to = f"{ZOE},{LEO}"
    said = do(smsapi, to=to, message="[%1%]", param1="Z|oe|Leo")
    assert said["error"] == 18
    array = {"param1[0]": "Z|oe", "param1[1]": "Leo"}
    assert do(smsapi, to=to, message="[%1%]", **array)["error"] == 18
    kinder = SmsapiServer("the-token", clock=clock, cuts_arrays=False)
    do(kinder, to=to, message="[%1%]", **array)
    assert texts(kinder) == [(ZOE, "Z|oe"), (LEO, "Leo")]


def test_an_injected_macro_shows(smsapi):
    """A name that is a macro becomes a link or another's value."""
    do(
        smsapi,
        to=ZOE,
        message="Hi [%1%] [%3%]",
        param1="[%goto:https://evil.example%]",
        param3="[%2%]",
        param2="secret",
    )
    assert texts(smsapi) == [(ZOE, "Hi https://cut.li/x1 secret")]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"message": ""}, 11),
        ({"message": "ě", "nounicode": "1"}, 11),
        ({"message": "x" * 161, "max_parts": "1"}, 12),
        ({"message": "x" * 161, "single": "1"}, 12),
        ({"to": "12"}, 13),
        ({"to": "+48212000001"}, 13),
        ({"to": ""}, 13),
        ({"from": "Much too long a name"}, 14),
        ({"message": "[%1%]", "param1": "a|b"}, 18),
        ({"idx": "a|b"}, 20),
        ({"idx": "a" * 256}, 27),
        ({"to": "", "group": "vips"}, 40),
        ({"date": "2026-09-02T12:00:00+00:00"}, 50),
        ({"date": "tomorrow", "date_validate": "1"}, 54),
    ],
)
def test_what_smsapi_refuses_is_refused(smsapi, fields, code):
    """A number inside HTTP 200, and nothing is taken."""
    said = do(smsapi, **{"to": ZOE, "message": "Hi", **fields})
    assert said["error"] == code
    assert list(smsapi.accepted) == []


def test_limits_of_the_account(clock):
    """Too many, names that are not its own, no points."""
    smsapi = SmsapiServer(
        "the-token",
        clock=clock,
        most=2,
        senders={"MaBoutique"},
        points=Decimal("0.32"),
    )
    three = f"{ZOE},{LEO},{MIA}"
    assert do(smsapi, to=three, message="x")["error"] == 19
    wrong = do(smsapi, to=ZOE, message="x", **{"from": "Other"})
    assert wrong["error"] == 14
    dear = do(smsapi, to=f"{ZOE},{LEO}", message="x" * 161)
    assert dear["error"] == 103
    ours = {"from": "MaBoutique"}
    assert do(smsapi, to=f"{ZOE},{LEO}", message="x", **ours)["count"] == 2
    assert do(smsapi, to=ZOE, message="x")["error"] == 103
    assert {taken.originator for taken in smsapi.accepted} == {"MaBoutique"}


def test_only_the_token_lets_in(smsapi):
    """101 in HTTP 200 on the legacy side, 401 on the other."""
    _, body = ask(smsapi, "POST", "/sms.do", token="x", form={})
    assert json.loads(body)["error"] == 101
    assert ask(smsapi, "GET", "/profile", token="x")[0] == 401
    place = "/profile?access_token=the-token"
    assert ask(smsapi, "GET", place, token="x")[0] == 200
    known = json.loads(ask(smsapi, "GET", "/ping", token="x")[1])
    assert known == {"authorized": False, "unavailable": []}
    assert ask(smsapi, "HEAD", "/ping") == (204, b"")


def test_an_idx_is_known_for_a_day(smsapi, clock):
    """With check_idx it is refused; without, it may be used again."""
    fields = {"to": ZOE, "message": "x", "idx": "a", "check_idx": "1"}
    assert do(smsapi, **fields)["count"] == 1
    clock.now += timedelta(hours=23, minutes=59)
    assert do(smsapi, **fields)["error"] == 53
    assert do(smsapi, to=ZOE, message="x", idx="a")["count"] == 1
    clock.now += timedelta(hours=24)
    assert do(smsapi, **fields)["count"] == 1
    assert len(smsapi.accepted) == 3


@pytest.mark.parametrize("on_repeat", ["refuse", "omit"])
def test_a_batch_repeated_in_part(clock, on_repeat):
    """Refused whole, or without the rows that are known already."""
    smsapi = SmsapiServer("the-token", clock=clock, on_repeat=on_repeat)
    do(smsapi, to=ZOE, message="x", idx="a", check_idx="1")
    fields = {"message": "x", "idx": "a|b", "check_idx": "1"}
    said = do(smsapi, to=f"{ZOE},{LEO}", **fields)
    if on_repeat == "refuse":
        assert said["error"] == 53
        assert len(smsapi.accepted) == 1
    else:
        assert [row["idx"] for row in said["list"]] == ["b"]
        assert len(smsapi.accepted) == 2
        assert do(smsapi, to=f"{ZOE},{LEO}", **fields)["error"] == 53


@pytest.mark.parametrize("tells", [False, True])
def test_bad_numbers_in_a_batch_are_left_out(clock, tells):
    """The others go on; whether anybody says so is to order."""
    smsapi = SmsapiServer("the-token", clock=clock, tells_invalid=tells)
    smsapi.block(f"+{MIA}")
    said = do(smsapi, to=f"12,{ZOE},{MIA},{LEO}", message="x", idx="a|b|c|d")
    assert [row["idx"] for row in said["list"]] == ["b", "d"]
    assert ("invalid_numbers" in said) is tells
    if tells:
        codes = [row["error_code"] for row in said["invalid_numbers"]]
        assert codes == [13, 57]
    none = do(smsapi, to="12,13", message="x")
    assert none["error"] == 13
    assert len(none["invalid_numbers"]) == 2
    assert do(smsapi, to=MIA, message="x")["error"] == 57


def test_duplicates_are_dropped_with_what_belongs_to_them(smsapi):
    """Unless they are allowed."""
    fields = {"to": f"{ZOE},{ZOE},{LEO}", "message": "[%1%]"}
    assert do(smsapi, **fields, param1="a|b|c")["count"] == 2
    assert texts(smsapi) == [(ZOE, "a"), (LEO, "c")]
    many = do(smsapi, **fields, param1="a|b|c", allow_duplicates="1")
    assert many["count"] == 3


def test_a_test_sends_nothing_and_costs_nothing(smsapi):
    """The answer looks the same; details are of the first message."""
    said = do(smsapi, to=ZOE, message="Hi", idx="a", test="1", details="1")
    assert (said["list"][0]["idx"], said["message"]) == ("a", "Hi")
    assert (said["length"], said["parts"]) == (2, 1)
    assert list(smsapi.accepted) == []
    assert smsapi.points == 10_000
    again = do(smsapi, to=ZOE, message="Hi", idx="a", check_idx="1")
    assert again["count"] == 1


def test_national_numbers_are_completed(smsapi):
    """The row has both; a plain answer has neither."""
    row = do(smsapi, to=ZOE[2:], message="x")["list"][0]
    assert (row["number"], row["submitted_number"]) == (ZOE, ZOE[2:])
    form = {"to": f"{ZOE},{LEO}", "message": "x"}
    plain = ask(smsapi, "POST", "/sms.do", form=form)[1].decode()
    assert [part[:3] for part in plain.split(";")] == ["OK:", "OK:"]
    wrong = ask(smsapi, "POST", "/sms.do", form={"to": "1", "message": "x"})
    assert wrong == (200, b"ERROR:13")


def test_scheduled_messages_can_be_cancelled(smsapi, clock):
    """Until a minute before; they are not sent and not paid."""
    at = NOON + timedelta(hours=2)
    row = do(smsapi, to=ZOE, message="x", date=at.isoformat())["list"][0]
    assert row["date_sent"] == int(at.timestamp())
    assert do(smsapi, sch_del="unknown")["error"] == 301
    clock.now = at - timedelta(seconds=59)
    assert do(smsapi, sch_del=row["id"])["error"] == 301
    clock.now = NOON
    assert do(smsapi, sch_del=row["id"])["list"] == [{"id": row["id"]}]
    assert list(smsapi.accepted) == []
    assert smsapi.points == 10_000
    past = str(int(NOON.timestamp()) - 9)
    row = do(smsapi, to=ZOE, message="x", date=past)["list"][0]
    assert row["date_sent"] == int(NOON.timestamp())


def test_statuses_can_be_asked_for(smsapi):
    """By id, several at once; an unknown one is error 400."""
    rows = do(smsapi, to=f"{ZOE},{LEO}", message="x")["list"]
    smsapi.receipt(rows[1]["id"], DeliveryStatus.DELIVERED)
    ids = "|".join(row["id"] for row in rows)
    told = [row["status"] for row in do(smsapi, status=ids)["list"]]
    assert told == ["QUEUE", "DELIVERED"]
    assert do(smsapi, status="unknown")["error"] == 400


def test_orders_strike_requests_and_messages(smsapi):
    """One fault each, with SMSAPI's code; a struck message stays struck."""
    whole = {
        Fault.ORIGINATOR: 14,
        Fault.MONEY: 103,
        Fault.ACCOUNT: 105,
        Fault.TOO_MANY: 202,
    }
    for fault, code in whole.items():
        smsapi.fail(fault)
        assert do(smsapi, to=ZOE, message="x")["error"] == code
    single = {Fault.BAD_NUMBER: 13, Fault.OPTED_OUT: 57, Fault.CONTENT: 94}
    for fault, code in single.items():
        smsapi.fail(fault)
        fields = {"to": f"{ZOE},{LEO}", "message": "x"}
        said = do(smsapi, **fields, idx=f"{code}a|{code}b")
        assert [row["number"] for row in said["list"]] == [LEO]
        alone = {"to": ZOE, "message": "x", "idx": f"{code}a"}
        assert do(smsapi, **alone)["error"] == code
        smsapi.recover()
        assert do(smsapi, **alone)["count"] == 1
    smsapi.fail(Fault.TOO_MANY_FOR_NOW)
    assert ask(smsapi, "POST", "/sms.do", form={})[0] == 429


def test_the_blacklist_and_the_opt_outs(clock):
    """Lists with pages; a DELETE without a number empties the blacklist."""
    smsapi = SmsapiServer("the-token", clock=clock, blocks_opted_out=True)
    place = "/blacklist/phone_numbers"
    for number in (ZOE, LEO):
        status, body = ask(
            smsapi, "POST", place, data={"phone_number": number}
        )
        assert (status, json.loads(body)["phone_number"]) == (201, number)
    bad = {"phone_number": "+1"}
    assert ask(smsapi, "POST", place, form=bad)[0] == 400
    listed = json.loads(ask(smsapi, "GET", f"{place}?limit=1&offset=1")[1])
    assert listed["size"] == 2
    [row] = listed["collection"]
    assert row["phone_number"] == LEO
    assert ask(smsapi, "DELETE", f"{place}/{row['id']}")[0] == 204
    assert ask(smsapi, "DELETE", f"{place}/{row['id']}")[0] == 404
    assert ask(smsapi, "DELETE", place)[0] == 204
    assert json.loads(ask(smsapi, "GET", place)[1])["size"] == 0
    smsapi.opt_out(f"+{MIA}")
    [gone] = json.loads(ask(smsapi, "GET", "/opt_outs")[1])["collection"]
    assert gone["phoneNumber"] == int(MIA)
    assert do(smsapi, to=MIA, message="x")["error"] == 13
    assert ask(smsapi, "DELETE", f"/opt_outs/{gone['id']}")[0] == 204
    assert do(smsapi, to=MIA, message="x")["count"] == 1


def test_look_ups(smsapi):
    """At once, or only ordered; a bad number is error 13."""
    smsapi.line(f"+{LEO}", status="FAIL", network="26002", ported=True)
    [row] = do(smsapi, "/hlrsync.do", number=LEO)["list"]
    assert (row["status"], row["mcc"], row["mnc"]) == ("FAIL", 260, 2)
    assert do(smsapi, "/hlrsync.do", number="1")["error"] == 13
    assert do(smsapi, "/hlr.do", number=ZOE)["status"] == "OK"
    both = do(smsapi, "/hlr.do", number=f"{ZOE},1")
    assert [each["status"] for each in both] == ["OK", "ERROR"]


def test_registered_callbacks_are_called(smsapi):
    """Instead of the usual URL; a notify_url outranks them."""
    hook = {"url": "http://127.0.0.1:9/dlr/s", "type": "sms_dlr"}
    status, body = ask(smsapi, "POST", "/callbacks", data=hook)
    made = json.loads(body)
    assert (status, made["active"], made["api_version"]) == (201, True, 1)
    wrong = {"url": "x", "type": "opt_out"}
    assert ask(smsapi, "POST", "/callbacks", data=wrong)[0] == 400
    sent = do(smsapi, to=ZOE, message="x")["list"][0]["id"]
    own = {"notify_url": "http://127.0.0.1:9/own/s?a=1"}
    other = do(smsapi, to=ZOE, message="x", **own)["list"][0]["id"]
    queued = DeliveryStatus.QUEUED
    assert "/dlr/s?" in smsapi.receipt(sent, queued).url
    assert "/own/s?a=1&" in smsapi.receipt(other, queued).url
    place = f"/callbacks/{made['id']}"
    assert ask(smsapi, "PUT", f"{place}/commands/deactivate")[0] == 202
    assert smsapi.receipt(sent, queued).url.startswith(smsapi.webhook_url)
    moved = {"url": "http://127.0.0.1:9/new"}
    assert ask(smsapi, "PUT", place, form=moved)[0] == 200
    listed = json.loads(ask(smsapi, "GET", "/callbacks")[1])
    assert listed["collection"][0]["url"] == moved["url"]
    assert ask(smsapi, "DELETE", place)[0] == 204
    assert ask(smsapi, "GET", place)[0] == 404


def test_reports_are_joined_by_commas(smsapi):
    """One to five in a GET; the account's name once; no signature."""
    to = f"{ZOE},{LEO},{MIA}"
    rows = do(smsapi, to=to, message="x", idx="a|b|c")["list"]
    statuses = [
        DeliveryStatus.DELIVERED,
        DeliveryStatus.EXPIRED,
        DeliveryStatus.UNKNOWN,
    ]
    told = [
        (row["id"], status) for row, status in zip(rows, statuses, strict=True)
    ]
    call = smsapi.receipts(*told)
    fields = dict(call.queries())
    assert (call.method, call.body) == ("GET", b"")
    assert fields["MsgId"] == ",".join(row["id"] for row in rows)
    assert fields["status"] == "404,402,408"
    assert (fields["idx"], fields["username"]) == ("a,b,c", "shop")
    for wrong in ((), told * 2, [("unknown", statuses[0])]):
        with pytest.raises((ConfigurationError, LookupError)):
            smsapi.receipts(*wrong)
    forged = smsapi.forged(call)
    assert forged.query == call.query
    assert forged.path != call.path


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_texts_from_handsets(clock, method):
    """By GET or as a form, to the sender they answer."""
    smsapi = SmsapiServer("the-token", clock=clock, inbound_method=method)
    do(smsapi, to=ZOE, message="x", **{"from": "2way"})
    call = smsapi.reply(f"+{ZOE}", "Dość & stop")
    assert call.method == method
    fields = dict(call.queries() if method == "GET" else call.fields())
    assert (fields["sms_from"], fields["sms_to"]) == (ZOE, "2way")
    assert fields["sms_text"] == "Dość & stop"


def test_it_really_calls_an_application(smsapi):
    """Over HTTP, and hears the OK that SMSAPI wants."""
    heard = []

    class Application(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(urlsplit(self.path))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"OK")

        def log_message(self, *args):
            """Say nothing."""

    sent = do(smsapi, to=ZOE, message="x")["list"][0]["id"]
    with http.server.HTTPServer(("127.0.0.1", 0), Application) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        [answer] = smsapi.deliver(
            sent,
            DeliveryStatus.DELIVERED,
            at=f"http://127.0.0.1:{server.server_port}",
        )
        server.shutdown()
        thread.join()
    assert (answer.status, answer.body) == (200, b"OK")
    assert heard[0].path == urlsplit(smsapi.webhook_url).path
    assert parse_qs(heard[0].query)["status"] == ["404"]
    assert dict(parse_qsl(heard[0].query))["MsgId"] == sent
