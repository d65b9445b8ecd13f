"""What is asked of Twilio: every field, and what is refused before."""

import base64
from datetime import timedelta

import pytest
from twilio_script import (
    HOOK,
    NOW,
    SERVICE,
    SETTINGS,
    SID,
    TOKEN,
    answer,
    created,
    form,
    message_id,
    number,
    outbound,
    record,
    transport,
)

from anonsms.errors import ConfigurationError
from anonsms.masking import Secret
from anonsms.message import (
    Accepted,
    OriginatorKind,
    Rejected,
    Rejection,
)
from anonsms.transports.twilio import TwilioTransport


PATH = f"/2010-04-01/Accounts/{SID}/Messages.json"


def test_one_text_is_one_request_to_one_number():
    """With From, and nothing that was not asked for."""
    request, fields = created(webhook_url=None)
    assert request.method == "POST"
    assert request.url == f"https://api.twilio.com{PATH}"
    assert not request.private
    assert fields == {
        "To": number().reveal(),
        "From": "MaBoutique",
        "Body": "Bonjour",
        "SmartEncoded": "false",
    }


def test_the_credentials_are_the_token_or_a_key():
    """HTTP Basic; the path keeps the account's SID."""
    request, _ = created()
    assert decoded(request) == f"{SID}:{TOKEN}"
    request, _ = created(api_key="SK1", api_secret=Secret("word"))
    assert decoded(request) == "SK1:word"
    assert SID in request.url


def decoded(request):
    """User and password of a request."""
    scheme, _, rest = request.headers["Authorization"].partition(" ")
    assert scheme == "Basic"
    return base64.b64decode(rest).decode()


def test_every_setting_is_said():
    """In the words of the API."""
    _, fields = created(**SETTINGS["all"])
    assert fields == {
        "To": number().reveal(),
        "MessagingServiceSid": SERVICE,
        "From": "MaBoutique",
        "Body": "Bonjour",
        "StatusCallback": f"{HOOK}?attempt=key-1234#rc=3&rp=5xx,ct",
        "SmartEncoded": "true",
        "ValidityPeriod": "600",
        "ContentRetention": "discard",
        "AddressRetention": "obfuscate",
        "RiskCheck": "disable",
        "ProvideFeedback": "true",
    }


def test_a_service_chooses_the_sender():
    """From is left out, unless the shop wants it named."""
    _, fields = created(**SETTINGS["service"])
    assert "From" not in fields
    assert fields["MessagingServiceSid"] == SERVICE
    assert fields["RiskCheck"] == "enable"


def test_the_key_comes_back_whatever_it_looks_like():
    """It is escaped into the callback's URL."""
    twilio, script = transport(answer(201, record()))
    twilio.send([outbound(key="a/b&c=d é#")])
    url = dict(form(script.requests[0]))["StatusCallback"]
    assert url == f"{HOOK}?attempt=a%2Fb%26c%3Dd%20%C3%A9%23"


@pytest.mark.parametrize(
    "text", ["é € 😀\n\r\t", "a=b&c=d+e%20", "x" * 1600, "😀" * 800]
)
def test_any_text_arrives_as_it_is(text):
    """No field can be slipped in, no character gets lost."""
    _, fields = created(text)
    assert fields["Body"] == text
    assert len(fields) == 5


@pytest.mark.parametrize("text", ["", "x" * 1601, "😀" * 801, "a\ud83d"])
def test_a_text_that_twilio_refuses_is_not_sent(text):
    """It would cost a request, and its author should know."""
    twilio, script = transport()
    [outcome] = twilio.send([outbound(text=text)])
    assert outcome == Rejected("key-1234", Rejection.CONTENT)
    assert script.requests == []


def test_what_it_can_do_is_said():
    """All originators; scheduling with a service alone."""
    twilio, _ = transport()
    able = twilio.capabilities
    assert twilio.name == "twilio"
    assert able.originators == frozenset(OriginatorKind)
    assert able.per_request == 1
    assert able.idempotent_for is None
    assert able.receipts
    assert able.replies
    assert able.look_up
    deaf, _ = transport(webhook_url=None)
    assert deaf.capabilities.receipts  # they can be asked for
    assert not deaf.capabilities.replies
    tried, _ = transport(test=True)
    assert not tried.capabilities.receipts
    assert not tried.capabilities.replies
    assert not tried.capabilities.look_up
    assert not able.scheduling
    assert not able.simulated
    service, _ = transport(messaging_service_sid=SERVICE)
    assert service.capabilities.scheduling


@pytest.mark.parametrize(
    "settings", [{"test": True}, {"base_url": "http://127.0.0.1:4010"}]
)
def test_what_reaches_no_handset_is_simulated(settings):
    """Test credentials, and a server on this machine."""
    twilio, _ = transport(**settings)
    assert twilio.capabilities.simulated


def test_a_local_account_asks_nothing_of_the_real_one():
    """Lookup and consents follow the messages to this machine."""
    twilio, _ = transport(base_url="http://127.0.0.1:4010")
    assert twilio._account.lookups_url == "http://127.0.0.1:4010"
    assert twilio._account.accounts_url == "http://127.0.0.1:4010"
    twilio, _ = transport(base_url="https://api.dublin.ie1.twilio.com")
    assert twilio._account.lookups_url == "https://lookups.twilio.com"


def test_messages_are_scheduled_through_a_service():
    """In UTC, whatever the zone; the outcome is that of any message."""
    twilio, script = transport(
        answer(201, record(status="scheduled")), messaging_service_sid=SERVICE
    )
    at = (NOW + timedelta(seconds=300)).astimezone()
    [outcome] = twilio.schedule([outbound()], at)
    assert outcome == Accepted("key-1234", message_id(), 1)
    fields = dict(form(script.requests[0]))
    assert fields["ScheduleType"] == "fixed"
    assert fields["SendAt"] == "2026-03-02T09:05:00Z"


def test_scheduling_has_a_window_and_needs_a_service():
    """300 seconds to 35 days; nothing leaves otherwise."""
    twilio, script = transport(messaging_service_sid=SERVICE)
    for at in (
        NOW + timedelta(seconds=299),
        NOW + timedelta(days=35, seconds=1),
    ):
        with pytest.raises(ValueError, match="35 days"):
            twilio.schedule([outbound()], at)
    bare = (NOW + timedelta(days=1)).replace(tzinfo=None)
    with pytest.raises(ConfigurationError, match="at is a moment"):
        twilio.schedule([outbound()], bare)
    plain, _ = transport()
    with pytest.raises(ConfigurationError, match="messaging_service_sid"):
        plain.schedule([outbound()], NOW + timedelta(days=1))
    assert script.requests == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"account_sid": "AC123"},
        {"account_sid": TOKEN},
        {"account_sid": None},
        {"auth_token": ""},
        {"auth_token": Secret(" ")},
        {"auth_token": 5},
        {"api_key": "SK1"},
        {"api_secret": "hushhush"},
        {"api_key": "", "api_secret": ""},
        {"api_key": "SK:1", "api_secret": "hushhush"},
        {"messaging_service_sid": ""},
        {"messaging_service_sid": SID},
        {"base_url": "http://api.twilio.com"},
        {"lookups_url": "ftp://lookups.twilio.com"},
        {"accounts_url": "https://accounts.twilio.com?x=1"},
        {"validity": timedelta()},
        {"validity": timedelta(hours=10, seconds=1)},
        {"validity": timedelta(seconds=1.5)},
        {"validity": 600},
        {"from_with_service": True},
        {"webhook_overrides": "rc=3"},
        {"webhook_url": ""},
        {"webhook_url": "http://shop.example/hook"},
        {"webhook_url": "https://my_shop.example/hook"},
        {"webhook_url": "https://shop.example/hook?a=b"},
        {"webhook_url": "https://shop.example/hook#rc=3"},
        {"webhook_url": "https://shop.example/a b"},
        {"webhook_url": "https://[shop/"},
        {"webhook_url": 5},
        {"webhook_overrides": "rc=9", "webhook_url": HOOK},
        {"webhook_overrides": "hello", "webhook_url": HOOK},
        {"webhook_overrides": "rp=sometimes", "webhook_url": HOOK},
    ],
)
def test_an_unsound_setting_is_refused_at_once(wrong):
    """Before anything is sent; the refusal shows no value."""
    settings = {"account_sid": SID, "auth_token": TOKEN, **wrong}
    with pytest.raises(ConfigurationError) as caught:
        TwilioTransport(**settings)
    assert TOKEN not in str(caught.value)
    frame = caught.value.__traceback__.tb_next
    while frame is not None:
        shown = repr(frame.tb_frame.f_locals)
        assert f"'{TOKEN}'" not in shown
        assert "'hushhush'" not in shown
        frame = frame.tb_next


def test_nothing_shows_the_token():
    """Neither transport nor account nor request."""
    twilio, script = transport(answer(201, record()))
    twilio.send([outbound()])
    [request] = script.requests
    for shown in (repr(twilio), repr(twilio._account), repr(request)):
        assert TOKEN not in shown
        assert SID not in shown
