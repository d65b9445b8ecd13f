"""Brevo: what a request says, and what each answer means."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from brevo_double import API_KEY, HOOK, SECRET, BrevoDouble, exchange_with
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import ConfigurationError, LostAnswerError
from anonsms.masking import MessageText, Secret
from anonsms.message import (
    Accepted,
    NotSent,
    Originator,
    Outbound,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.testing.faults import Fault
from anonsms.transport import HttpResponse, perform
from anonsms.transports.brevo import BrevoTransport
from anonsms.transports.brevo.answers import CODES, outcome_of
from exposed import exposed
from shops import number


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def brevo(**settings):
    """The transport."""
    return BrevoTransport(API_KEY, **settings)


def message(text="Votre colis est là.", sender="MaBoutique", key="k-1", n=1):
    """One text to the n-th person."""
    return Outbound(
        number(n), MessageText(text), Originator.parse(sender), key
    )


def asked_by(transport, outbound):
    """The request that a message becomes."""
    return next(transport.submit([outbound]))


def body_of(transport, outbound):
    """What that request says."""
    return json.loads(asked_by(transport, outbound).body)


def answered(status, body=b"", **headers):
    """What an answer means."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    names = {k.replace("_", "-"): v for k, v in headers.items()}
    return outcome_of("k-1", HttpResponse(status, names, body), NOW)


def test_brevo_request_is_one_text_to_one_number():
    """Digits without a plus, the key as tag, nothing but what is needed."""
    request = asked_by(brevo(), message())
    assert request.method == "POST"
    assert request.url == "https://api.brevo.com/v3/transactionalSMS/sms"
    assert request.headers["api-key"] == API_KEY
    assert json.loads(request.body) == {
        "sender": "MaBoutique",
        "recipient": number(1).reveal()[1:],
        "content": "Votre colis est là.",
        "type": "transactional",
        "tag": "k-1",
        "unicodeEnabled": False,
    }


def test_brevo_is_told_the_encoding():
    """GSM-7 unless a character needs more: Brevo does not look."""
    transport = brevo()
    assert body_of(transport, message("à € {"))["unicodeEnabled"] is False
    assert body_of(transport, message("ç"))["unicodeEnabled"] is True
    assert body_of(transport, message("\ud800"))["unicodeEnabled"] is True


def test_brevo_senders_that_are_numbers_have_no_plus():
    """Up to 15 digits count as a number there."""
    sent = body_of(brevo(), message(sender="+12025550100"))
    assert sent["sender"] == "12025550100"


def test_brevo_webhook_of_a_message_has_secret_and_key():
    """The secret in the path, the key in the query, encoded."""
    transport = brevo(webhook_url=HOOK, webhook_secret=SECRET)
    sent = body_of(transport, message(key="a&b"))
    assert sent["webUrl"] == f"{HOOK}/{SECRET}?key=a%26b"


@pytest.mark.parametrize(
    "text", ["[STOP_CODE]", "x [stop code] y", "[Stop-CODE ]"]
)
def test_brevo_never_makes_marketing_of_a_text_by_itself(text):
    """A stop code would do it; such a text is refused and nothing leaves."""
    [outcome] = perform(brevo().submit([message(text)]), _nobody)
    assert outcome == Rejected("k-1", Rejection.CONTENT, "stop-code")


def _nobody(request):
    raise AssertionError("nothing was to be asked")


def test_brevo_marketing_is_said_in_so_many_words():
    """The type is then marketing, and stop codes are welcome."""
    transport = brevo(marketing=True, organisation_prefix="Shop")
    sent = body_of(transport, message("-20 % [STOP_CODE]"))
    assert sent["type"] == "marketing"
    assert sent["organisationPrefix"] == "Shop"
    assert transport.capabilities.marketing
    assert not brevo().capabilities.marketing


def test_brevo_acceptance_keeps_id_parts_and_credits():
    """A number of 16 digits stays whole, and credits are decimal."""
    got = {"messageId": 1511882900176220, "smsCount": 2, "usedCredits": 0.7}
    assert answered(201, got) == Accepted(
        "k-1", "1511882900176220", 2, Decimal("0.7"), "credits"
    )
    assert answered(201, {"messageId": 5}) == Accepted("k-1", "5")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff", b'{"messageId": null}']
    + [b'{"messageId": %s}' % x for x in (b"true", b"1.5e15", b'"+1"', b"-1")],
)
def test_brevo_success_without_an_id_is_uncertain(body):
    """It may have left; nobody can tell which message it was."""
    assert isinstance(answered(201, body), Uncertain)


@pytest.mark.parametrize(
    "body", [{"smsCount": True, "usedCredits": "NaN"}, {"smsCount": "two"}]
)
def test_brevo_odd_figures_are_left_out(body):
    """The message was accepted all the same."""
    outcome = answered(201, {"messageId": 7, **body})
    assert outcome == Accepted("k-1", "7")


@pytest.mark.parametrize(
    ("status", "code", "reason", "wide"),
    [
        (400, "bad_request", Rejection.OTHER, False),
        (400, "never_heard_of", Rejection.OTHER, False),
        (400, "not_enough_credits", Rejection.MONEY, True),
        (401, "unauthorized", Rejection.ACCOUNT, True),
        (402, "not_enough_credits", Rejection.MONEY, True),
        (403, "permission_denied", Rejection.ACCOUNT, True),
        (403, "account_under_validation", Rejection.ACCOUNT, True),
        (404, "document_not_found", Rejection.ACCOUNT, True),
        (422, "unprocessable_entity", Rejection.OTHER, False),
        (400, "unauthorized", Rejection.ACCOUNT, True),
    ],
)
def test_brevo_refusals_by_code(status, code, reason, wide):
    """The code is asked first, then the status."""
    outcome = answered(status, {"code": code, "message": "x"})
    assert outcome == Rejected("k-1", reason, code, wide)


@pytest.mark.parametrize(
    ("status", "reason", "wide"),
    [
        (400, Rejection.OTHER, False),
        (401, Rejection.ACCOUNT, True),
        (402, Rejection.MONEY, True),
        (403, Rejection.ACCOUNT, True),
        (404, Rejection.ACCOUNT, True),
        (405, Rejection.ACCOUNT, True),
    ],
)
def test_brevo_refusals_without_a_code(status, reason, wide):
    """A gateway may answer in HTML: the status alone has to do."""
    outcome = answered(status, b"<html>")
    assert outcome == Rejected("k-1", reason, f"http-{status}", wide)


@pytest.mark.parametrize(
    ("sentence", "reason", "wide"),
    [
        ("Invalid telephone number", Rejection.BAD_NUMBER, False),
        ("recipient is not valid", Rejection.BAD_NUMBER, False),
        ("sender and recipient are bad", Rejection.BAD_NUMBER, False),
        ("Sender name is too long", Rejection.ORIGINATOR, True),
        ("content is empty", Rejection.CONTENT, False),
        ("webUrl is not valid", Rejection.OTHER, False),
        (None, Rejection.OTHER, False),
    ],
)
def test_brevo_invalid_parameter_names_its_field(sentence, reason, wide):
    """Which one is in the sentence; a bad number is never account-wide."""
    answer = {"code": "invalid_parameter", "message": sentence}
    outcome = answered(400, answer)
    assert outcome == Rejected("k-1", reason, "invalid_parameter", wide)


@pytest.mark.parametrize("status", [300, 302, 408, 409, 500, 502, 503, 504])
def test_brevo_unclear_statuses_are_uncertain(status):
    """Its own code does not help: the text may have left before it."""
    answer = {"code": "invalid_parameter", "message": "recipient"}
    if status in (408, 409):
        answer = {}
    assert isinstance(answered(status, answer), Uncertain)


def test_brevo_duplicate_request_is_uncertain():
    """Whether the first of the two went out is not said."""
    outcome = answered(400, {"code": "duplicate_request", "message": ""})
    assert isinstance(outcome, Uncertain)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({}, None),
        ({"x_sib_ratelimit_reset": "17"}, 17.0),
        ({"X_Sib_RateLimit_Reset": " 5 "}, 5.0),
        ({"retry_after": "3"}, 3.0),
        ({"x_sib_ratelimit_reset": "99999999999"}, 900.0),
        ({"x_sib_ratelimit_reset": "soon"}, None),
        ({"x_sib_ratelimit_reset": "-4"}, None),
        ({"x_sib_ratelimit_reset": "x", "retry_after": "3"}, 3.0),
        ({"retry_after": "Mon, 02 Mar 2026 09:00:20 GMT"}, 20.0),
        ({"x_sib_ratelimit_reset": "²"}, None),
    ],
)
def test_brevo_429_tells_the_seconds_that_remain(headers, pause):
    """They are no clock time, and no provider is waited for too long."""
    outcome = answered(429, b"{}", **headers)
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == pause


@given(
    status=st.integers(100, 599),
    body=st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["code", "message", "messageId", "smsCount", "usedCredits"]
                ),
                inner,
            )
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
)
def test_brevo_answers_always_have_one_meaning(status, body):
    """Whatever comes back; acceptance needs a success and an id."""
    outcome = answered(status, body)
    assert outcome.key == "k-1"
    if isinstance(outcome, Accepted):
        assert 200 <= status < 300
        assert outcome.provider_id
    if isinstance(outcome, Rejected | NotSent):
        assert 400 <= status < 500
    if status >= 500:
        assert isinstance(outcome, Uncertain)


def test_brevo_one_bad_number_in_a_thousand():
    """It alone is refused; nobody is lost and nobody texted twice."""
    double = BrevoDouble()
    transport = brevo(base_url="http://127.0.0.1:9/v3")
    outcomes = []
    for n in range(1_000):
        if n == 500:
            double.fail(Fault.BAD_NUMBER)
        outbound = message(key=f"k-{n}", n=n)
        flow = transport.submit([outbound])
        outcomes += perform(flow, exchange_with(double))
    refused = [each for each in outcomes if not isinstance(each, Accepted)]
    code = "invalid_parameter"
    assert refused == [Rejected("k-500", Rejection.BAD_NUMBER, code)]
    assert len({taken.number for taken in double.accepted}) == 999
    assert len(double.accepted) == 999


def test_brevo_every_code_of_the_table_has_an_outcome():
    """None of them raises, and none is an acceptance."""
    for code in CODES:
        outcome = answered(400, {"code": code, "message": ""})
        assert isinstance(outcome, Rejected | Uncertain)


@pytest.mark.parametrize(
    "settings",
    [
        {"api_key": ""},
        {"api_key": None},
        {"api_key": "two words and more"},
        {"api_key": "line\r\nbreak-in-a-header"},
        {"base_url": "http://api.brevo.com/v3"},
        {"webhook_url": HOOK},
        {"webhook_url": "http://shop.example/x", "webhook_secret": SECRET},
        {"webhook_secret": "short"},
        {"webhook_secret": ""},
        {"webhook_secret": "a/b?c d-secret-of-16"},
        {"webhook_url": f"{HOOK}?x=1", "webhook_secret": SECRET},
    ],
)
def test_brevo_unsound_settings_are_refused(settings):
    """At once and with the reason; no secret shows in the error."""
    given_ = {"api_key": API_KEY, **settings}
    with pytest.raises(ConfigurationError) as caught:
        BrevoTransport(given_.pop("api_key"), **given_)
    told = " ".join(exposed(caught.value))
    for secret in (API_KEY, SECRET, "break-in"):
        assert secret not in told


def test_brevo_takes_its_secrets_wrapped():
    """And shows them nowhere."""
    transport = BrevoTransport(Secret(API_KEY), webhook_secret=Secret(SECRET))
    assert API_KEY not in repr(transport)
    assert repr(transport) == "<BrevoTransport transactional>"
    request = asked_by(transport, message())
    assert API_KEY not in repr(request)


def test_brevo_hears_replies_only_where_it_can_be_called():
    """Without the secret of a webhook nobody's STOP comes by itself."""
    assert not brevo().capabilities.replies
    assert brevo().capabilities.receipts  # they can be asked for
    assert brevo(webhook_secret=SECRET).capabilities.replies


def test_brevo_on_this_machine_is_simulated():
    """Numbers for fiction go there, and nowhere else."""
    assert not brevo().capabilities.simulated
    local = brevo(base_url="http://127.0.0.1:8080/v3")
    assert local.capabilities.simulated


def test_brevo_lost_answer_shows_nothing_of_the_message():
    """The flow's own frames hold no number, no text and no key of ours."""

    def lose(request):
        raise LostAnswerError("read timed out")

    transport = brevo(webhook_url=HOOK, webhook_secret=SECRET)
    with pytest.raises(LostAnswerError) as caught:
        perform(transport.submit([message("Chère Zoé")]), lose)
    told = " ".join(exposed(caught.value))
    assert number(1).reveal()[1:] not in told
    assert "Zoé" not in told
    assert API_KEY not in told
    assert SECRET not in told
