"""Mailjet: what a request says, and what each answer means."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from brevo_double import exchange_with
from hypothesis import given
from hypothesis import strategies as st
from mailjet_double import TOKEN, MailjetDouble

from anonsms.errors import ConfigurationError, LostAnswerError
from anonsms.masking import MessageText, Secret
from anonsms.message import (
    Accepted,
    NotSent,
    Originator,
    OriginatorKind,
    Outbound,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.testing.faults import Fault
from anonsms.transport import HttpResponse, perform
from anonsms.transports.mailjet import MailjetTransport
from anonsms.transports.mailjet.answers import outcome_of
from exposed import exposed
from shops import number


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def mailjet(**settings):
    """The transport."""
    return MailjetTransport(TOKEN, **settings)


def message(text="Votre colis est là.", sender="MaBoutique", key="k-1", n=1):
    """One text to the n-th person."""
    return Outbound(
        number(n), MessageText(text), Originator.parse(sender), key
    )


def answered(status, body=b"", **headers):
    """What an answer means."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    names = {k.replace("_", "-"): v for k, v in headers.items()}
    return outcome_of("k-1", HttpResponse(status, names, body), NOW)


def nobody(request):
    """An exchange that must not be used."""
    raise AssertionError("nothing was to be asked")


def test_mailjet_request_is_one_text_to_one_number():
    """E.164 with its plus, and nothing else: no key has a place there."""
    request = next(mailjet().submit([message()]))
    assert request.method == "POST"
    assert request.url == "https://api.mailjet.com/v4/sms-send"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert json.loads(request.body) == {
        "From": "MaBoutique",
        "To": number(1).reveal(),
        "Text": "Votre colis est là.",
    }


@pytest.mark.parametrize("sign", ["a", "ç"])
def test_mailjet_text_has_at_most_five_parts(sign):
    """765 characters in GSM-7, 335 in UCS-2; more is refused here."""
    most = 765 if sign == "a" else 335
    request = next(mailjet().submit([message(sign * most)]))
    assert len(json.loads(request.body)["Text"]) == most
    flow = mailjet().submit([message(sign * (most + 1))])
    assert perform(flow, nobody) == [
        Rejected("k-1", Rejection.CONTENT, "too-long")
    ]


def test_mailjet_text_that_is_none_is_left_to_mailjet():
    """A lone surrogate cannot be counted; it does not crash the run."""
    assert next(mailjet().submit([message("\ud800")])).body


@pytest.mark.parametrize("sender", ["36123", "+12025550100"])
def test_mailjet_sends_from_names(sender):
    """Other kinds only where the account has them; nothing leaves."""
    flow = mailjet().submit([message(sender=sender)])
    [outcome] = perform(flow, nobody)
    assert outcome.reason is Rejection.ORIGINATOR
    assert outcome.account_wide
    every = mailjet(originators=frozenset(OriginatorKind))
    request = next(every.submit([message(sender=sender)]))
    assert json.loads(request.body)["From"] == sender


def test_mailjet_is_not_for_marketing():
    """Its terms forbid it, and nothing comes back: no reply, no STOP."""
    can = mailjet().capabilities
    assert not can.marketing
    assert not can.replies
    assert can.receipts
    assert mailjet(marketing=True).capabilities.marketing


def test_mailjet_acceptance_keeps_id_parts_and_cost():
    """And nothing of the number and the text that the answer repeats."""
    answer = {
        "From": "MaBoutique",
        "To": number(1).reveal(),
        "Text": "Bonjour",
        "MessageId": "2034075536371630429",
        "SmsCount": 2,
        "CreationTS": 1521626400,
        "SentTS": "",
        "Cost": {"Value": 0.0012, "Currency": "eur"},
        "Status": {"Code": 2, "Name": "sent", "Description": "x"},
    }
    assert answered(200, answer) == Accepted(
        "k-1", "2034075536371630429", 2, Decimal("0.0012"), "EUR"
    )
    answer = {"MessageId": "92c36a6b-3f27-4cba-8b29-25df97e0e7fd"}
    assert answered(200, answer) == Accepted("k-1", answer["MessageId"])


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"MessageId": null}']
    + [b'{"MessageId": %s}' % x for x in (b"true", b'""', b'"a b"', b"1.5")],
)
def test_mailjet_success_without_an_id_is_uncertain(body):
    """It may have left; nobody can tell which message it was."""
    assert isinstance(answered(200, body), Uncertain)


@pytest.mark.parametrize(
    "cost",
    [
        None,
        5,
        {"Value": "soon", "Currency": "EUR"},
        {"Value": 1},
        {"Value": -1, "Currency": "EUR"},
        {"Value": 1, "Currency": "Euros and more"},
    ],
)
def test_mailjet_odd_costs_are_left_out(cost):
    """The message was accepted all the same."""
    outcome = answered(200, {"MessageId": "7", "Cost": cost})
    assert outcome == Accepted("k-1", "7")


@pytest.mark.parametrize("status", [301, 408, 409, 500, 502, 503, 504])
def test_mailjet_unclear_statuses_are_uncertain(status):
    """The text may have left before they were said."""
    assert isinstance(answered(status, b"{}"), Uncertain)


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ({}, None),
        ({"retry_after": "7"}, 7.0),
        ({"Retry_After": "Mon, 02 Mar 2026 09:00:20 GMT"}, 20.0),
        ({"retry_after": "soon"}, None),
    ],
)
def test_mailjet_429_is_not_sent(header, pause):
    """With or without a word on when to come back."""
    outcome = answered(429, b"", **header)
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == pause


NAMES = ["MessageId", "Status", "Code", "Cost", "Value", "Currency"]
NAMES += ["SmsCount", "Errors", "ErrorCode", "ErrorRelatedTo"]


@given(
    status=st.integers(100, 599),
    body=st.binary(max_size=60)
    | st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.sampled_from(["sms-0001", "mj-0005", "To"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "MessageId",
                        "Status",
                        "Code",
                        "Cost",
                        "Value",
                        "Currency",
                        "SmsCount",
                        "Errors",
                        "ErrorCode",
                        "ErrorRelatedTo",
                    ]
                ),
                inner,
            )
        ),
        max_leaves=10,
    ).map(lambda value: json.dumps(value).encode()),
)
def test_mailjet_answers_always_have_one_meaning(status, body):
    """Whatever comes back; acceptance needs a success and an id."""
    outcome = answered(status, body)
    assert outcome.key == "k-1"
    if isinstance(outcome, Accepted):
        assert 200 <= status < 300
        assert outcome.provider_id
    if status >= 500:
        assert isinstance(outcome, Uncertain)


def test_mailjet_one_bad_number_in_a_thousand():
    """It alone is refused; nobody is lost and nobody texted twice."""
    double = MailjetDouble()
    transport = mailjet(base_url="http://127.0.0.1:9")
    outcomes = []
    for n in range(1_000):
        if n == 500:
            double.fail(Fault.BAD_NUMBER)
        flow = transport.submit([message(key=f"k-{n}", n=n)])
        outcomes += perform(flow, exchange_with(double))
    refused = [each for each in outcomes if not isinstance(each, Accepted)]
    assert refused == [Rejected("k-500", Rejection.BAD_NUMBER, "mj-0005")]
    assert len({taken.number for taken in double.accepted}) == 999
    assert len(double.accepted) == 999


@pytest.mark.parametrize(
    "settings",
    [
        {"token": ""},
        {"token": None},
        {"token": "two words and more"},
        {"token": "line\r\nbreak-in-a-header"},
        {"base_url": "http://api.mailjet.com"},
    ],
)
def test_mailjet_unsound_settings_are_refused(settings):
    """At once and with the reason; no secret shows in the error."""
    given_ = {"token": TOKEN, **settings}
    with pytest.raises(ConfigurationError) as caught:
        MailjetTransport(given_.pop("token"), **given_)
    told = " ".join(exposed(caught.value))
    assert TOKEN not in told
    assert "break-in" not in told


def test_mailjet_takes_its_token_wrapped():
    """And shows it nowhere."""
    transport = MailjetTransport(Secret(TOKEN))
    assert repr(transport) == "<MailjetTransport>"
    assert TOKEN not in repr(next(transport.submit([message()])))
    assert not transport.capabilities.simulated
    local = mailjet(base_url="http://localhost:8080")
    assert local.capabilities.simulated


def test_mailjet_lost_answer_shows_nothing_of_the_message():
    """The flow's own frames hold no number, no text and no token."""

    def lose(request):
        raise LostAnswerError("read timed out")

    with pytest.raises(LostAnswerError) as caught:
        perform(mailjet().submit([message("Chère Zoé")]), lose)
    told = " ".join(exposed(caught.value))
    assert number(1).reveal()[1:] not in told
    assert "Zoé" not in told
    assert TOKEN not in told


@pytest.mark.parametrize(("to", "sure"), [(1, True), (2, False)])
def test_mailjet_answer_about_somebody_else_is_no_answer(to, sure):
    """Somewhere on the way an answer came twice: whose is this one?"""
    body = json.dumps(
        {
            "MessageId": "2034075536371630429",
            "To": number(to).reveal(),
            "Status": {"Code": 2},
        }
    ).encode()
    flow = mailjet().submit([message(n=1)])
    [outcome] = perform(flow, lambda _: HttpResponse(200, {}, body))
    assert isinstance(outcome, Accepted if sure else Uncertain)
