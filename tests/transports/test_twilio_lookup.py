"""Numbers looked up, and consent told."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import anyio
import pytest
from twilio_script import (
    SERVICE,
    Script,
    answer,
    failure,
    number,
    transport,
)

from anonsms.errors import (
    ConfigurationError,
    InvalidNumberError,
    LostAnswerError,
    NeverLeftError,
)
from anonsms.message import LineState, Lookup
from anonsms.transports.twilio import TwilioConsent


def line(kind="mobile", status="active", **more):
    """An answer of Lookup's."""
    intelligence = {
        "type": kind,
        "carrier_name": "Réseau Un",
        "mobile_country_code": "208",
        "mobile_network_code": "01",
        "error_code": None,
    }
    return answer(
        200,
        {
            "valid": True,
            "phone_number": number(0).reveal(),
            "line_type_intelligence": intelligence,
            "line_status": status and {"status": status, "error_code": None},
            **more,
        },
    )


def looked_up(*answers, **options):
    """What is said of as many numbers."""
    twilio, script = transport(*answers)
    numbers = [number(nth) for nth in range(len(answers))]
    found = twilio.look_up(numbers, **options)
    assert [each.number for each in found] == numbers
    return found, script.requests


def test_a_line_is_told_in_our_words():
    """Kind, network, carrier and whether it is in use."""
    [found], [request] = looked_up(line())
    assert found == Lookup(
        number(0), LineState.ACTIVE, "mobile", "20801", "Réseau Un"
    )
    assert request.private
    assert request.url == (
        "https://lookups.twilio.com/v2/PhoneNumbers/%2B33639980000"
        "?Fields=line_type_intelligence,line_status"
    )
    assert "998" not in repr(request)


def test_the_status_is_asked_for_only_if_wanted():
    """Each question has its price."""
    [found], [request] = looked_up(line(status=None), in_use=False)
    assert request.url.endswith("?Fields=line_type_intelligence")
    assert found.state is LineState.UNKNOWN


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (line(status="inactive"), LineState.INACTIVE),
        (line(status="brand-new"), LineState.UNKNOWN),
        (line("landline"), LineState.INVALID),
        (line("pager"), LineState.INVALID),
        (line("fixedVoip", "active"), LineState.ACTIVE),
        (line(valid=False), LineState.INVALID),
        (failure(404, 20404), LineState.INVALID),
        (answer(200), LineState.UNKNOWN),
        (answer(200, {"line_status": "active"}), LineState.UNKNOWN),
        (failure(400, 60600), LineState.UNKNOWN),
        (failure(429, 20429), LineState.UNKNOWN),
        (failure(500, 20500), LineState.UNKNOWN),
        (failure(409, 20409), LineState.UNKNOWN),
        (LostAnswerError("read timed out"), LineState.UNKNOWN),
        (NeverLeftError("connection refused"), LineState.UNKNOWN),
    ],
)
def test_what_is_not_known_drops_nobody(given, state):
    """And one number's trouble is not another's."""
    [first, second], _ = looked_up(
        given, line(phone_number=number(1).reveal())
    )
    assert first.state is state
    assert second.state is LineState.ACTIVE


def test_what_is_no_number_is_refused_before_any_is_asked():
    """A text would show in errors, so that it is let go of first."""
    twilio, script = transport()
    for wrong in ([number(1), number(2).reveal()], number(1).reveal(), [None]):
        with pytest.raises(InvalidNumberError) as caught:
            twilio.look_up(wrong)
        assert caught.value.reason == "type"
        with pytest.raises(InvalidNumberError):
            anyio.run(twilio.look_up_async, wrong)
    assert script.requests == []


def test_look_ups_and_consents_can_be_awaited():
    """Each has its twin."""
    script = Script(line(), answer(201, {"items": []}))

    async def client(request):
        return script(request)

    twilio, _ = transport(client=client)

    async def ask():
        [found] = await twilio.look_up_async([number(0)])
        consent = TwilioConsent(number(1), granted=True, source="website")
        [said] = await twilio.upsert_consents_async([consent], sender="36123")
        return found.state, said.taken

    assert anyio.run(ask) == (LineState.ACTIVE, False)


def test_a_refused_account_is_not_asked_again():
    """The rest of the numbers is unknown, and the code says why."""
    twilio, script = transport(line(), failure(401, 20003))
    found = twilio.look_up([number(nth) for nth in range(4)])
    assert len(script.requests) == 2
    assert [each.code for each in found] == ["", "20003", "20003", "20003"]
    assert found[0].state is LineState.ACTIVE


def test_odd_answers_are_kept_short_and_plain():
    """A carrier's name may be anybody's text; codes look like codes."""
    odd = {
        "type": "<b>",
        "carrier_name": "x" * 1000,
        "mobile_country_code": 208,
        "mobile_network_code": "01",
        "error_code": 60601,
    }
    [found], _ = looked_up(line(line_type_intelligence=odd))
    assert (found.kind, found.network, found.code) == ("", "", "60601")
    assert len(found.carrier) == 100


# --- consent ----------------------------------------------------------------

WHEN = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)


class Registry:
    """Takes consents; the items named in ``bad`` it refuses."""

    def __init__(self, bad=()):
        self.bad = set(bad)
        self.calls = []

    def __call__(self, request):
        pairs = parse_qsl(request.body.decode(), strict_parsing=True)
        assert {name for name, _ in pairs} == {"Items"}
        items = [json.loads(text) for _, text in pairs]
        self.calls.append((request, items))
        said = [
            {
                "correlation_id": item["correlation_id"],
                "error_code": 30646 if item["contact_id"] in self.bad else 0,
                "error_messages": [item["contact_id"]],
            }
            for item in items
        ]
        return answer(201, {"items": said[::-1]})


def told(exchange, consents, **options):
    """What Twilio says to consents."""
    twilio, _ = transport(client=exchange, messaging_service_sid=SERVICE)
    return twilio.upsert_consents(consents, **options)


def test_consent_is_told_item_by_item():
    """In Twilio's words, answers matched by their mark."""
    registry = Registry(bad=[number(2).reveal()])
    consents = [
        TwilioConsent(number(1), granted=True, source="website", at=WHEN),
        TwilioConsent(number(2), granted=False, source="opt-out-message"),
    ]
    yes, no = told(registry, consents)
    assert (yes.consent, yes.taken, yes.code) == (consents[0], True, "")
    assert (no.consent, no.taken, no.code) == (consents[1], False, "30646")
    [(request, [first, second])] = registry.calls
    assert request.url == "https://accounts.twilio.com/v1/Consents/Bulk"
    assert len(first.pop("correlation_id")) == 32
    assert first == {
        "contact_id": number(1).reveal(),
        "sender_id": SERVICE,
        "status": "opt-in",
        "source": "website",
        "date_of_consent": "2026-02-01T12:00:00Z",
    }
    assert second["status"] == "opt-out"
    assert "date_of_consent" not in second


def test_no_more_than_25_go_into_one_call():
    """And every one of them is told once."""
    registry = Registry()
    consents = [
        TwilioConsent(number(nth), granted=True, source="offline")
        for nth in range(60)
    ]
    answers = told(registry, consents, sender="36123")
    assert [each.consent for each in answers] == consents
    assert all(each.taken for each in answers)
    assert [len(items) for _, items in registry.calls] == [25, 25, 10]
    marks = {
        item["correlation_id"] for _, items in registry.calls for item in items
    }
    assert len(marks) == 60
    assert registry.calls[0][1][0]["sender_id"] == "36123"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (failure(429, 20429), "20429"),
        (failure(401, 20003), "20003"),
        (answer(201), ""),
        (answer(201, {"items": [None, {"correlation_id": 5}]}), ""),
        (LostAnswerError("read timed out"), ""),
        (NeverLeftError("connection refused"), ""),
    ],
)
def test_what_twilio_did_not_confirm_is_not_taken(given, code):
    """It may be told again."""

    def exchange(_):
        if isinstance(given, Exception):
            raise given
        return given

    consent = TwilioConsent(number(1), granted=True, source="others")
    [said] = told(exchange, [consent])
    assert (said.taken, said.code) == (False, code)


def test_a_consent_is_sound_before_it_is_told():
    """A known source, a time with a zone, and somebody it was given to."""
    with pytest.raises(ConfigurationError, match="website"):
        TwilioConsent(number(1), granted=True, source="guess")
    with pytest.raises(InvalidNumberError):
        TwilioConsent(number(1).reveal(), granted=True, source="website")
    with pytest.raises(ConfigurationError, match="zone"):
        TwilioConsent(
            number(1),
            granted=True,
            source="website",
            at=WHEN.replace(tzinfo=None),
        )
    consent = TwilioConsent(number(1), granted=True, source="website")
    twilio, _ = transport()
    with pytest.raises(ConfigurationError, match="sender"):
        twilio.upsert_consents([consent])


def test_a_look_up_of_somebody_else_tells_nothing():
    """A shifted answer must not make a good number a bad one."""
    other = number(1).reveal()
    [found], _ = looked_up(line("landline", phone_number=other))
    assert found == Lookup(number(0), LineState.UNKNOWN)
