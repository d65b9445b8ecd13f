"""The local Twilio: what it lets through, keeps, answers and calls."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from anonsms.errors import ConfigurationError
from anonsms.message import DeliveryStatus
from anonsms.testing import Fault, TwilioServer
from anonsms.testing.servers import Asked


CONTRACT = Path(__file__).parents[3] / "shared/contracts/twilio_messages.json"
SID = "AC" + "1b" * 16
SERVICE = "MG" + "2c" * 16
ZOE, LEO, SHOP = "+12025550123", "+12025550124", "+12025550100"
HELLO = {"To": ZOE, "From": SHOP, "Body": "Hello"}
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
def twilio(clock):
    """A Twilio that is asked without a network."""
    return TwilioServer(SID, "the-token", clock=clock)


def ask(twilio, method, place, fields=(), *, user=SID, password="the-token"):
    """Ask it; status and what its JSON says."""
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    asked = Asked(
        method,
        place,
        {
            "authorization": f"Basic {pair}",
            "content-type": "application/x-www-form-urlencoded",
        },
        urlencode(fields).encode() if method == "POST" else b"",
    )
    answer = twilio.respond(asked, twilio.begin())
    return answer.status, json.loads(answer.body or b"null")


def of(place, sid=SID):
    """A place of the account."""
    return f"/2010-04-01/Accounts/{sid}/Messages{place}"


def send(twilio, **fields):
    """Create a message; its resource."""
    status, made = ask(twilio, "POST", of(".json"), {**HELLO, **fields})
    assert status == 201, made["code"]
    return made


def refusal(twilio, fields, **options):
    """Ask for a message; the code with which it is refused."""
    status, said = ask(twilio, "POST", of(".json"), fields, **options)
    assert status >= 400
    assert said["status"] == status
    assert list(twilio.accepted) == []
    return said["code"]


def test_a_message_is_taken_and_shown():
    """The resource has all fields, in Twilio's own types."""
    twilio = TwilioServer(SID, "the-token", clock=Clock())
    made = send(twilio, Body="é" * 71)
    assert made["num_segments"] == "1"
    assert (made["status"], made["direction"]) == ("queued", "outbound-api")
    assert made["date_created"] == "Mon, 02 Mar 2026 12:00:00 +0000"
    assert made["price"] is made["date_sent"] is made["error_code"] is None
    [taken] = twilio.accepted
    assert (taken.number, taken.originator) == (ZOE, SHOP)
    assert taken.text == "é" * 71
    assert taken.provider_id == made["sid"]
    assert ask(twilio, "GET", of(f"/{made['sid']}.json"))[1] == made


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "hello"}, 21211),
        ({"To": "12025550123"}, 21211),
        ({"To": SHOP}, 21211),
        ({"From": ""}, 21603),
        ({"From": "much too long a name"}, 21212),
        ({"Body": ""}, 21619),
        ({"Body": "x" * 1601}, 21617),
        ({"StatusCallback": "shop.example/hook"}, 21609),
        ({"StatusCallback": "https://my_shop.example/hook"}, 21609),
        ({"ValidityPeriod": "0"}, 90007),
        ({"ValidityPeriod": "36001"}, 90007),
        ({"ValidityPeriod": "abc"}, 90007),
        ({"SmartEncoded": "True"}, 20001),
        ({"ContentRetention": "zzz"}, 20001),
        ({"MessagingServiceSid": "MG1"}, 21705),
        ({"ScheduleType": "fixed"}, 35111),
        ({"ScheduleType": "fixed", "SendAt": "2026-03-02T13:00Z"}, 35118),
    ],
)
def test_what_twilio_refuses_is_refused(twilio, change, code):
    """With Twilio's own code, and nothing is taken."""
    assert refusal(twilio, {**HELLO, **change}) == code


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("tomorrow", 35115),
        ("2026-03-02T12:04:59Z", 35114),
        ("2026-04-07T12:00:00Z", 35114),
    ],
)
def test_a_schedule_has_its_window(twilio, at, code):
    """From five minutes to 35 days ahead."""
    fields = {"ScheduleType": "fixed", "MessagingServiceSid": SERVICE}
    assert refusal(twilio, {**HELLO, **fields, "SendAt": at}) == code


def test_only_the_account_itself_is_let_in(twilio):
    """A wrong token is 401; another account's path is not found."""
    assert refusal(twilio, HELLO, password="wrong") == 20003
    assert refusal(twilio, HELLO, user="AC" + "0" * 32) == 20003
    other = of(".json", "AC" + "3d" * 16)
    assert ask(twilio, "POST", other, HELLO)[0] == 404
    keyed = TwilioServer(SID, "the-token", api_keys={"SK1": "secret"})
    status, _ = ask(
        keyed, "POST", of(".json"), HELLO, user="SK1", password="secret"
    )
    assert status == 201


def test_senders_and_services_can_be_the_account_s_own():
    """What it does not own, it may not send from."""
    twilio = TwilioServer(SID, "the-token", senders={SHOP}, services={SERVICE})
    assert refusal(twilio, {**HELLO, "From": "MaBoutique"}) == 21606
    other = {**HELLO, "MessagingServiceSid": "MG" + "0" * 32}
    assert refusal(twilio, other) == 21705
    send(twilio, MessagingServiceSid=SERVICE)


def test_both_shapes_of_errors(twilio):
    """Classic, or RFC 9457; the text may hold the number, as Twilio's do."""
    _, classic = ask(twilio, "POST", of(".json"), {**HELLO, "To": "+1abc"})
    assert set(classic) == {"code", "message", "more_info", "status"}
    assert "+1abc" in classic["message"]
    twilio.problem = True
    _, problem = ask(twilio, "POST", of(".json"), {**HELLO, "To": "+1abc"})
    assert {"type", "title", "status", "code", "detail"} == set(problem)
    assert problem["code"] == classic["code"] == 21211


def test_a_service_starts_otherwise(twilio):
    """Accepted, no sender, nothing counted; a scheduled one can be stopped."""
    made = send(twilio, From="", MessagingServiceSid=SERVICE)
    assert (made["status"], made["from"]) == ("accepted", None)
    assert made["num_segments"] == "0"
    later = send(
        twilio,
        MessagingServiceSid=SERVICE,
        ScheduleType="fixed",
        SendAt="2026-03-02T13:00:00+00:00",
    )
    assert later["status"] == "scheduled"
    place = of(f"/{later['sid']}.json")
    assert len(twilio.accepted) == 2
    status, gone = ask(twilio, "POST", place, {"Status": "canceled"})
    assert (status, gone["status"]) == (200, "canceled")
    assert [taken.provider_id for taken in twilio.accepted] == [made["sid"]]
    assert ask(twilio, "POST", place, {"Status": "canceled"})[0] == 400


def test_redacting_and_deleting(twilio):
    """A body can only become empty; what is deleted is not found."""
    place = of(f"/{send(twilio)['sid']}.json")
    assert ask(twilio, "POST", place, {"Body": "Other"})[0] == 400
    assert ask(twilio, "POST", place, {"Body": ""})[1]["body"] == ""
    assert ask(twilio, "DELETE", place) == (204, None)
    for method in ("GET", "POST", "DELETE"):
        status, said = ask(twilio, method, place)
        assert (status, said["code"]) == (404, 20404)


def test_retention_options_really_forget(twilio):
    """Neither text nor number is stored; the list by number is empty."""
    made = send(
        twilio, ContentRetention="discard", AddressRetention="obfuscate"
    )
    kept = ask(twilio, "GET", of(f"/{made['sid']}.json"))[1]
    assert (kept["body"], kept["to"]) == ("", "+1202555XXXX")
    query = urlencode({"To": ZOE})
    assert ask(twilio, "GET", of(f".json?{query}"))[1]["messages"] == []
    assert twilio.accepted[0].text == "Hello"


def test_lists_are_filtered_and_paged(twilio, clock):
    """By To, From and day; the newest first; pages link to each other."""
    for n in range(5):
        clock.now = NOON + timedelta(days=n)
        made = send(twilio, To=LEO if n % 2 else ZOE)
        twilio.receipt(made["sid"], DeliveryStatus.SENT)
    send(twilio)

    def listed(**query):
        place, found = of(f".json?{urlencode(query)}"), []
        while place:
            status, page = ask(twilio, "GET", place)
            assert status == 200
            found += page["messages"]
            place = page["next_page_uri"]
        return found

    assert len(listed(PageSize=1)) == len(listed(PageSize=4)) == 6
    assert [m["to"] for m in listed(To=LEO)] == [LEO, LEO]
    assert listed(From="+12025550199") == []
    days = {"DateSent>": "2026-03-03", "DateSent<": "2026-03-04"}
    assert len(listed(**days)) == 2, "both ends count, unsent ones do not"
    assert len(listed(DateSent="2026-03-05")) == 1
    times = [m["date_sent"] for m in listed(**{"DateSent>": "2026-03-02"})]
    assert times[0].startswith("Fri, 06 Mar")
    for query in ("PageSize=0", "PageSize=5000", "Page=x", "DateSent=today"):
        assert ask(twilio, "GET", of(f".json?{query}"))[0] == 400


def test_orders_strike_requests_and_messages(twilio):
    """One fault each, with Twilio's code; then all is well."""
    codes = {
        Fault.BAD_NUMBER: 21211,
        Fault.OPTED_OUT: 21610,
        Fault.CONTENT: 21618,
        Fault.ORIGINATOR: 21606,
        Fault.ACCOUNT: 20005,
        Fault.TOO_MANY: 20429,
        Fault.SERVER_ERROR: 20500,
    }
    for fault, code in codes.items():
        twilio.fail(fault)
        assert refusal(twilio, HELLO) == code
    with pytest.raises(ConfigurationError, match="MONEY"):
        twilio.fail(Fault.MONEY)
    send(twilio)


def test_too_many_has_its_headers(twilio):
    """The load always, Retry-After only to order."""
    for fault in (Fault.TOO_MANY, Fault.TOO_MANY_FOR_NOW):
        headers = dict(twilio.complaint(fault).headers)
        assert headers["Twilio-Concurrent-Requests"] == "101"
        assert ("Retry-After" in headers) is (fault is Fault.TOO_MANY_FOR_NOW)


@pytest.mark.parametrize("keyword", ["STOP", "stopall", " Unsubscribe "])
def test_stop_blocks_a_sender_until_start(twilio, keyword):
    """Only the whole word counts, only for that sender and service."""
    send(twilio, MessagingServiceSid=SERVICE)
    twilio.reply(ZOE, "Stop please")
    send(twilio, MessagingServiceSid=SERVICE)
    twilio.reply(ZOE, keyword)
    taken = len(twilio.accepted)
    for change in ({}, {"MessagingServiceSid": SERVICE}):
        status, said = ask(twilio, "POST", of(".json"), {**HELLO, **change})
        assert (status, said["code"]) == (400, 21610)
    send(twilio, From="+12025550199")
    send(twilio, To=LEO)
    twilio.reply(ZOE, "START", to=SHOP)
    send(twilio)
    assert len(twilio.accepted) == taken + 3


def test_test_credentials_send_nothing():
    """The magic numbers of Twilio's page; the rest is forbidden."""
    test = ("AC" + "4e" * 16, "test-token")
    twilio = TwilioServer(SID, "the-token", test_credentials=test)
    who = {"user": test[0], "password": test[1]}

    def code(to, sender="+15005550006"):
        fields = {"To": to, "From": sender, "Body": "x"}
        place = of(".json", test[0])
        return ask(twilio, "POST", place, fields, **who)[1].get("code")

    assert code("+12025550123") is None
    magic = {1: 21211, 2: 21612, 3: 21408, 4: 21610, 9: 21614}
    for digit, expected in magic.items():
        assert code(f"+1500555000{digit}") == expected
    senders = {1: 21212, 7: 21606, 8: 21611}
    for digit, expected in senders.items():
        assert code(ZOE, f"+1500555000{digit}") == expected
    assert code(ZOE, SHOP) == 21606
    assert list(twilio.accepted) == []
    assert ask(twilio, "GET", f"/v2/PhoneNumbers/{ZOE}", **who)[0] == 403
    assert ask(twilio, "GET", of(".json"), **who)[0] == 404


def test_look_ups(twilio):
    """Without fields the form alone; with them, what was noted."""
    place = f"/v2/PhoneNumbers/{ZOE}"
    told = ask(twilio, "GET", place)[1]
    assert (told["valid"], told["line_type_intelligence"]) == (True, None)
    twilio.line(ZOE, status="inactive", kind="landline", carrier="X")
    fields = "?Fields=line_type_intelligence,line_status"
    told = ask(twilio, "GET", place + fields)[1]
    assert told["line_type_intelligence"]["type"] == "landline"
    assert told["line_status"]["status"] == "inactive"
    wrong = ask(twilio, "GET", "/v2/PhoneNumbers/+120")[1]
    assert wrong["valid"] is False
    assert wrong["validation_errors"] == ["TOO_SHORT"]


def test_consents_in_bulk(twilio):
    """Opted out and in again; a bad item fails alone."""

    def consent(status, **change):
        item = {
            "contact_id": ZOE,
            "correlation_id": "5" * 32,
            "sender_id": SHOP,
            "status": status,
            "source": "website",
            **change,
        }
        fields = [("Items", json.dumps(item)), ("Items", "{rubbish")]
        return ask(twilio, "POST", "/v1/Consents/Bulk", fields)

    status, said = consent("opt-out")
    assert status == 201
    assert [item["error_code"] for item in said["items"]] == [0, 30646]
    assert refusal(twilio, HELLO) == 21610
    assert consent("opt-in")[1]["items"][0]["error_code"] == 0
    send(twilio)
    assert consent("perhaps")[1]["items"][0]["error_code"] == 30646
    assert ask(twilio, "POST", "/v1/Consents/Bulk")[0] == 400


def test_feedback(twilio):
    """It is confirmed or not; nothing else."""
    sid = send(twilio)["sid"]
    place = of(f"/{sid}/Feedback.json")
    status, said = ask(twilio, "POST", place, {"Outcome": "unconfirmed"})
    assert (status, said["outcome"]) == (200, "unconfirmed")
    assert said["message_sid"] == sid
    assert ask(twilio, "POST", place, {"Outcome": "x"})[0] == 400


def _signature(url, body, token="the-token"):
    pairs = sorted(parse_qsl(body.decode(), keep_blank_values=True))
    text = url + "".join(name + value for name, value in pairs)
    mark = hmac.new(token.encode(), text.encode(), hashlib.sha1)
    return base64.b64encode(mark.digest()).decode()


def test_receipts_are_signed_for_the_url_they_were_ordered_for(twilio):
    """Without the fragment; with the code; forged ones are not."""
    hook = "https://shop.example/cb?key=k-1#rc=3"
    sid = send(twilio, StatusCallback=hook)["sid"]
    call = twilio.receipt(sid, DeliveryStatus.UNDELIVERED)
    assert call.url == "https://shop.example/cb?key=k-1"
    fields = dict(call.fields())
    assert fields["MessageSid"] == fields["SmsSid"] == sid
    assert (fields["MessageStatus"], fields["ErrorCode"]) == (
        "undelivered",
        "30005",
    )
    mark = call.headers["x-twilio-signature"]
    assert mark == _signature(call.url, call.body)
    forged = twilio.forged(call)
    assert (forged.url, forged.body) == (call.url, call.body)
    assert forged.headers["x-twilio-signature"] != mark
    other = twilio.receipt(send(twilio)["sid"], DeliveryStatus.SENT)
    assert other.url == twilio.webhook_url
    with pytest.raises(LookupError, match="of that id"):
        twilio.receipt("SM" + "0" * 32, DeliveryStatus.SENT)


def test_late_receipts_change_no_final_word(twilio):
    """They are sent as ordered; the record does not go back."""
    sid = send(twilio)["sid"]
    twilio.receipt(sid, DeliveryStatus.DELIVERED)
    late = twilio.receipt(sid, DeliveryStatus.SENT)
    assert dict(late.fields())["MessageStatus"] == "sent"
    kept = ask(twilio, "GET", of(f"/{sid}.json"))[1]
    assert (kept["status"], kept["price"]) == ("delivered", "-0.00750")


def test_texts_from_handsets(twilio):
    """Signed, on record as inbound, with OptOutType where that is on."""
    send(twilio)
    call = twilio.reply(ZOE, "STOP")
    fields = dict(call.fields())
    assert (fields["From"], fields["To"]) == (ZOE, SHOP)
    assert "OptOutType" not in fields
    assert call.headers["x-twilio-signature"] == _signature(
        twilio.webhook_url, call.body
    )
    twilio.advanced_opt_out = True
    for text, kind in (
        ("stop", "STOP"),
        ("Unstop", "START"),
        ("INFO", "HELP"),
    ):
        told = dict(twilio.reply(ZOE, text).fields())
        assert told["OptOutType"] == kind
    kept = ask(twilio, "GET", of(f"/{fields['MessageSid']}.json"))[1]
    assert (kept["direction"], kept["status"]) == ("inbound", "received")


def test_it_really_calls_an_application(twilio):
    """Over HTTP, in the order that was asked for, one of them twice."""
    heard = []

    class Application(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            size = int(self.headers["Content-Length"])
            body = self.rfile.read(size)
            heard.append((self.path, body, self.headers["X-Twilio-Signature"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            """Say nothing."""

    sid = send(twilio)["sid"]
    sent, delivered = DeliveryStatus.SENT, DeliveryStatus.DELIVERED
    with http.server.HTTPServer(("127.0.0.1", 0), Application) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        at = f"http://127.0.0.1:{server.server_port}"
        answers = twilio.deliver(sid, delivered, sent, sent, at=at)
        server.shutdown()
        thread.join()
    assert [answer.status for answer in answers] == [204] * 3
    statuses = [dict(parse_qsl(body.decode())) for _, body, _ in heard]
    told = [status["MessageStatus"] for status in statuses]
    assert told == ["delivered", "sent", "sent"]
    for path, body, mark in heard:
        assert path == "/hooks/twilio"
        assert mark == _signature(twilio.webhook_url, body)
    call = twilio.receipt(sid, sent)
    with pytest.raises(ConfigurationError, match="on this machine"):
        twilio.post(call)


@pytest.mark.skipif(not CONTRACT.exists(), reason="the contract is not here")
def test_answers_keep_the_contract(twilio):
    """Twilio's own OpenAPI file accepts every answer of every endpoint."""
    api = OpenAPI.from_dict(json.loads(CONTRACT.read_text()))

    def check(method, place, fields=()):
        status, body = ask(twilio, method, place, fields)
        path, _, query = place.partition("?")
        request = MockRequest(
            "https://api.twilio.com",
            method.lower(),
            path,
            args=dict(parse_qsl(query)),
            headers={"Authorization": "Basic eDp5"},
            data=urlencode(fields).encode(),
            content_type="application/x-www-form-urlencoded",
        )
        raw = b"" if body is None else json.dumps(body).encode()
        response = MockResponse(raw, status_code=status)
        api.validate_request(request)
        api.validate_response(request, response)
        return body

    sid = check("POST", of(".json"), HELLO)["sid"]
    check("POST", of(".json"), {**HELLO, "MessagingServiceSid": SERVICE})
    twilio.receipt(sid, DeliveryStatus.UNDELIVERED)
    twilio.reply(ZOE, "Merci")
    check("GET", of(f"/{sid}.json"))
    check("GET", of(".json?PageSize=2"))
    check("POST", of(f"/{sid}/Feedback.json"), {"Outcome": "confirmed"})
    check("POST", of(f"/{sid}.json"), {"Body": ""})
    check("DELETE", of(f"/{sid}.json"))
