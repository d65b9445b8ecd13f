"""The vendors' own clients and ours, against the same local servers."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from smsapi.client import Client as SmsapiClient
from smsapi.exception import SmsApiException
from twilio.base.exceptions import (
    TwilioRestException,
    TwilioServiceException,
)
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client as TwilioClient

import anonsms as sms
from anonsms.message import Accepted, Originator, Outbound
from anonsms.testing import Fault, SmsapiServer, TwilioServer
from anonsms.transports.smsapi import SmsapiTransport
from anonsms.transports.twilio import TwilioTransport


SHOP = "+12025550100"
ZOE = "+12025550123"
PEOPLE = [f"+4821200{n:04d}" for n in range(8)]
REFUSED = (TwilioRestException, TwilioServiceException)
# As text of its own, GSM-7, UCS-2, several parts, signs that URLs dislike.
TEXTS = [
    "Hello",
    "Bonjour Zoé, -20 % ce week-end & plus + encore = 100 €",
    "Dość tego; ŻÓŁĆ",
    "😀 " * 60,
    "x" * 480,
    "a\nb",
]


@pytest.fixture(autouse=True)
def _discreet(monkeypatch):
    """The vendors' clients log URLs with numbers in them; ours do not."""
    for name in ("twilio.http_client", "urllib3.connectionpool", "asyncio"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", True)


@pytest.fixture
def twilio():
    """A local Twilio."""
    with TwilioServer() as server:
        yield server


@pytest.fixture
def smsapi():
    """A local SMSAPI."""
    with SmsapiServer() as server:
        yield server


@pytest.fixture
def theirs(twilio):
    """Twilio's own client, pointed at it."""
    http = TwilioHttpClient(pool_connections=True)
    client = TwilioClient(
        twilio.account_sid, twilio.auth_token.reveal(), http_client=http
    )
    client.api.base_url = twilio.url
    yield client
    http.session.close()


def refusal(call, *errors):
    """The code with which something is refused; its text holds numbers."""
    try:
        call()
    except errors as error:
        return error.code
    return None


def outbound(number, text, originator, key="k-1"):
    """One message of ours."""
    return Outbound(
        sms.PhoneNumber.parse(number, allow_fictional=True),
        sms.MessageText(text),
        Originator.parse(originator),
        key,
    )


def seen(server):
    """What arrived: number, text, originator."""
    return [
        (taken.number, taken.text, taken.originator)
        for taken in server.accepted
    ]


def test_twilio_s_client_does_all_it_can_do(twilio, theirs):
    """Create, fetch, list, redact, confirm, delete."""
    made = theirs.messages.create(to=ZOE, from_=SHOP, body="Hello")
    assert (made.status, made.direction) == ("queued", "outbound-api")
    assert made.num_segments == "1"
    assert abs(datetime.now(UTC) - made.date_created).total_seconds() < 60
    assert theirs.messages(made.sid).fetch().body == "Hello"
    for _ in range(4):
        theirs.messages.create(to=ZOE, from_=SHOP, body="Again")
    assert len(theirs.messages.list(to=ZOE, page_size=2)) == 5
    assert len(theirs.messages.list(limit=3)) == 3
    sent_after = datetime(2026, 1, 1, tzinfo=UTC)
    assert theirs.messages.list(date_sent_after=sent_after) == []
    assert theirs.messages(made.sid).update(body="").body == ""
    given = theirs.messages(made.sid).feedback.create(outcome="confirmed")
    assert given.outcome == "confirmed"
    assert theirs.messages(made.sid).delete() is True
    assert len(theirs.messages.list()) == 4
    assert len(twilio.accepted) == 5


def test_twilio_s_client_schedules_and_cancels(twilio, theirs):
    """Through a service, as Twilio wants it."""
    made = theirs.messages.create(
        to=ZOE,
        messaging_service_sid="MG" + "2c" * 16,
        body="Later",
        schedule_type="fixed",
        send_at=datetime.now(UTC) + timedelta(hours=1),
    )
    assert (made.status, made.from_) == ("scheduled", None)
    stopped = theirs.messages(made.sid).update(status="canceled")
    assert stopped.status == "canceled"
    assert list(twilio.accepted) == []


def test_twilio_s_client_understands_refusals(twilio, theirs):
    """A code each; in the classic shape and in that of RFC 9457."""

    def create(**change):
        fields = {"to": ZOE, "from_": SHOP, "body": "Hello", **change}
        return lambda: theirs.messages.create(**fields)

    for problem in (False, True):
        twilio.problem = problem
        assert refusal(create(to="x"), *REFUSED) == 21211
        assert refusal(create(body="x" * 1601), *REFUSED) == 21617
        for fault, code in (
            (Fault.TOO_MANY, 20429),
            (Fault.SERVER_ERROR, 20500),
            (Fault.OPTED_OUT, 21610),
        ):
            twilio.fail(fault)
            assert refusal(create(), *REFUSED) == code
        unknown = theirs.messages("SM" + "0" * 32)
        assert refusal(unknown.fetch, *REFUSED) == 20404
    assert refusal(create(), *REFUSED) is None
    assert len(twilio.accepted) == 1


def test_twilio_s_client_is_refused_without_the_token(twilio):
    """20003, as by the real one."""
    http = TwilioHttpClient(pool_connections=True)
    client = TwilioClient(twilio.account_sid, "wrong", http_client=http)
    client.api.base_url = twilio.url
    message = client.messages("SM" + "0" * 32)
    assert refusal(message.fetch, *REFUSED) == 20003
    http.session.close()


# Twilio's client uses parts of aiohttp that are on their way out.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_twilio_s_async_client_does_the_same(twilio):
    """Many at once, listed, fetched, redacted, deleted, refused."""

    async def visit():
        token = twilio.auth_token.reveal()
        async with AsyncTwilioHttpClient() as http:
            client = TwilioClient(twilio.account_sid, token, http_client=http)
            client.api.base_url = twilio.url
            created = await asyncio.gather(
                *(
                    client.messages.create_async(
                        to=number, from_=SHOP, body=f"Hello {number[-4:]}"
                    )
                    for number in PEOPLE
                )
            )
            sid = created[0].sid
            assert (await client.messages(sid).fetch_async()).sid == sid
            assert len(await client.messages.list_async(page_size=3)) == 8
            redacted = await client.messages(sid).update_async(body="")
            assert redacted.body == ""
            assert await client.messages(sid).delete_async()
            try:
                await client.messages.create_async(
                    to="x", from_=SHOP, body="x"
                )
            except TwilioRestException as error:
                return error.code

    assert asyncio.run(visit()) == 21211
    assert {taken.number for taken in twilio.accepted} == set(PEOPLE)


@pytest.mark.parametrize("text", TEXTS)
def test_ours_and_twilio_s_send_the_same(twilio, theirs, text):
    """Number, text and originator arrive alike, to the letter."""
    theirs.messages.create(to=ZOE, from_=SHOP, body=text)
    token = twilio.auth_token.reveal()
    with TwilioTransport(
        twilio.account_sid, token, base_url=twilio.url
    ) as ours:
        [outcome] = ours.send([outbound(ZOE, text, SHOP)])
    assert isinstance(outcome, Accepted)
    assert seen(twilio) == [(ZOE, text, SHOP)] * 2
    assert outcome.provider_id == twilio.accepted[1].provider_id
    assert outcome.parts in {None, sms.measure(text).count}
    theirs_asked, ours_asked = (dict(a.fields()) for a in twilio.asked)
    assert theirs_asked.items() <= ours_asked.items()


def smsapi_client(server):
    """SMSAPI's own client, pointed at the local server."""
    return SmsapiClient(f"{server.url}/", access_token=server.token.reveal())


def test_smsapi_s_client_does_all_it_can_do(smsapi):
    """One, many, personalised, with idx; tests, schedules, lists, HLR."""
    client = smsapi_client(smsapi)
    zoe, leo = (number[1:] for number in PEOPLE[:2])
    one = client.sms.send(to=zoe, message="Hello", from_="MaBoutique")
    assert [row.number for row in one] == [zoe]
    many = client.sms.send(
        to=[zoe, leo],
        message="Hi [%1%], [%2%]",
        param1=["Zoe", "Leo"],
        param2=["a", "b"],
        idx=["k-1", "k-2"],
        check_idx=1,
        details=1,
    )
    assert [(row.idx, row.parts) for row in many.results] == [
        ("k-1", 1),
        ("k-2", 1),
    ]
    assert (many.message, many.parts) == ("Hi Zoe, a", 1)
    assert [taken[1] for taken in seen(smsapi)] == [
        "Hello",
        "Hi Zoe, a",
        "Hi Leo, b",
    ]
    client.sms.send(to=zoe, message="x", test=1)
    assert len(smsapi.accepted) == 3
    later = str(int(datetime.now(UTC).timestamp()) + 3600)
    planned = client.sms.send(to=zoe, message="Later", date=later).next()
    removed = client.sms.remove_scheduled(id=planned.id)
    assert [row.id for row in removed] == [planned.id]
    client.blacklist.add_phone_number(phone_number=leo)
    [listed] = client.blacklist.list_phone_numbers().collection
    assert listed.phone_number == leo
    client.blacklist.delete_phone_number(id=listed.id)
    assert client.hlr.check_number(number=zoe).status == "OK"


def test_smsapi_s_client_understands_refusals(smsapi):
    """A code each, out of an HTTP 200."""
    client = smsapi_client(smsapi)
    zoe = PEOPLE[0][1:]

    def send(**change):
        fields = {"to": zoe, "message": "x", **change}
        return lambda: client.sms.send(**fields)

    for change, code in (
        ({"to": "12"}, 13),
        ({"from_": "much too long"}, 14),
        ({"param1": ["a", "b"]}, 18),
        ({"idx": ["a", "b"]}, 20),
    ):
        assert refusal(send(**change), SmsApiException) == code
    again = send(idx="k-1", check_idx=1)
    assert refusal(again, SmsApiException) is None
    assert refusal(again, SmsApiException) == 53
    for fault, code in (
        (Fault.TOO_MANY, 202),
        (Fault.TOO_MANY_FOR_NOW, 429),
        (Fault.MONEY, 103),
        (Fault.SERVER_ERROR, 500),
    ):
        smsapi.fail(fault)
        assert refusal(send(), SmsApiException) == code
    assert len(smsapi.accepted) == 1
    stranger = SmsapiClient(f"{smsapi.url}/", access_token="wrong")
    wrong = refusal(
        lambda: stranger.sms.send(to=zoe, message="x"), SmsApiException
    )
    assert wrong == 101


@pytest.mark.parametrize("originator", ["MaBoutique", SHOP])
@pytest.mark.parametrize("text", TEXTS)
def test_ours_and_smsapi_s_send_the_same(smsapi, text, originator):
    """Number, text and originator arrive alike, to the letter."""
    smsapi_client(smsapi).sms.send(
        to=PEOPLE[0][1:], message=text, from_=originator.removeprefix("+")
    )
    token = smsapi.token.reveal()
    with SmsapiTransport(token, base_url=smsapi.url) as ours:
        [outcome] = ours.send([outbound(PEOPLE[0], text, originator)])
    assert isinstance(outcome, Accepted)
    assert seen(smsapi) == [(PEOPLE[0], text, originator)] * 2
    assert outcome.parts == sms.measure(text).count


def test_ours_and_smsapi_s_personalise_alike(smsapi):
    """A value each, in one request; the same texts for the same people."""
    names = [f"Zoé {n}" for n in range(len(PEOPLE))]
    smsapi_client(smsapi).sms.send(
        to=[number[1:] for number in PEOPLE],
        message="Bonjour [%1%], -20 %",
        param1=names,
        from_="MaBoutique",
    )
    theirs = seen(smsapi)
    with SmsapiTransport(smsapi.token, base_url=smsapi.url) as ours:
        outcomes = ours.send(
            [
                outbound(
                    number,
                    f"Bonjour {name}, -20 %",
                    "MaBoutique",
                    f"k-{name[-1]}",
                )
                for number, name in zip(PEOPLE, names, strict=True)
            ]
        )
    kinds = [type(outcome).__name__ for outcome in outcomes]
    assert kinds == ["Accepted"] * len(PEOPLE)
    assert seen(smsapi) == theirs * 2
    assert smsapi.requests == 2
