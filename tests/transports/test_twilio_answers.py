"""What Twilio's answers mean: the failure matrix, by one table of codes."""

import json
from datetime import timedelta
from decimal import Decimal
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio_script import (
    NOW,
    answer,
    failure,
    message_id,
    number,
    outbound,
    record,
    transport,
)

from anonsms.errors import LostAnswerError, NeverLeftError
from anonsms.message import (
    Accepted,
    NotSent,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.testing.clocks import no_waiting
from anonsms.transport import Fate, HttpResponse, perform
from anonsms.transports.twilio import messages
from anonsms.transports.twilio.codes import CODES


def outcome_of(response):
    """What comes of one message that got this answer."""
    twilio, script = transport(response)
    [outcome] = perform(twilio.submit([outbound()]), script)
    assert outcome.key == "key-1234"
    assert len(script.requests) == 1
    return outcome


def test_success_is_an_acceptance():
    """With Twilio's id, its parts and, once it is known, its price."""
    assert outcome_of(answer(201, record(num_segments="2"))) == Accepted(
        "key-1234", message_id(), 2
    )
    priced = outcome_of(
        answer(200, record(price="-0.00750", price_unit="usd"))
    )
    assert (priced.price, priced.currency) == (Decimal("0.0075"), "USD")


def test_parts_that_are_not_counted_yet_are_unknown():
    """A service says 0 at first."""
    for said in ("0", None, True, "many"):
        assert outcome_of(answer(201, record(num_segments=said))).parts is None


@pytest.mark.parametrize("status", ["queued", "accepted", "failed", None])
def test_an_id_is_an_acceptance_whatever_the_status(status):
    """What became of it is for the receipt to tell."""
    assert isinstance(outcome_of(answer(201, record(status=status))), Accepted)


@pytest.mark.parametrize(
    "broken",
    [
        answer(201),
        HttpResponse(201, {}, b"{"),
        HttpResponse(200, {}, b"<html>"),
        answer(201, []),
        answer(201, record(sid="HX1")),
        answer(201, record(sid=None)),
        answer(204),
    ],
)
def test_success_that_cannot_be_read_is_in_doubt(broken):
    """Twilio has it, probably; nobody knows under which id."""
    assert isinstance(outcome_of(broken), Uncertain)


@pytest.mark.parametrize(
    ("status", "code", "reason", "wide"),
    [
        (401, 20003, Rejection.ACCOUNT, True),
        (403, 20005, Rejection.ACCOUNT, True),
        (404, 20404, Rejection.ACCOUNT, True),
        (400, 21211, Rejection.BAD_NUMBER, False),
        (400, 21614, Rejection.BAD_NUMBER, False),
        (400, 21606, Rejection.ORIGINATOR, True),
        (400, 21660, Rejection.ORIGINATOR, True),
        (400, 21705, Rejection.ORIGINATOR, True),
        (400, 21612, Rejection.ORIGINATOR, False),
        (400, 21408, Rejection.ACCOUNT, False),
        (400, 21608, Rejection.ACCOUNT, True),
        (400, 21610, Rejection.OPTED_OUT, False),
        (400, 30004, Rejection.OPTED_OUT, False),
        (400, 30640, Rejection.OPTED_OUT, False),
        (400, 21617, Rejection.CONTENT, False),
        (400, 30007, Rejection.CONTENT, False),
        (400, 39999, Rejection.OTHER, False),
    ],
)
def test_a_refusal_is_final_in_both_of_its_shapes(status, code, reason, wide):
    """One bad number never stops a run; a dead account does."""
    expected = Rejected("key-1234", reason, str(code), wide)
    assert outcome_of(failure(status, code)) == expected
    problem = {
        "type": "https://x.test/errors",
        "title": "Bad Request",
        "status": status,
        "code": code,
        "detail": f"{number().reveal()} is not good",
        "errors": [{"detail": "x", "pointer": "#/to"}],
    }
    assert outcome_of(answer(status, problem)) == expected


@pytest.mark.parametrize(
    ("status", "reason", "wide"),
    [
        (400, Rejection.OTHER, False),
        (401, Rejection.ACCOUNT, True),
        (402, Rejection.MONEY, True),
        (403, Rejection.ACCOUNT, True),
        (404, Rejection.ACCOUNT, True),
        (413, Rejection.OTHER, False),
    ],
)
def test_without_a_code_the_status_tells(status, reason, wide):
    """A proxy's page, an empty body, or a code that is none."""
    for body in (b"", b"<html>", b'{"code": "hello +1"}', b'{"code": true}'):
        assert outcome_of(HttpResponse(status, {}, body)) == Rejected(
            "key-1234", reason, f"http-{status}", wide
        )


@pytest.mark.parametrize("status", [500, 502, 503, 504, 302, 307, 408])
def test_server_errors_and_detours_are_in_doubt(status):
    """It may have been accepted; nothing is sent anywhere else."""
    assert isinstance(outcome_of(failure(status, 20500)), Uncertain)
    assert isinstance(
        outcome_of(answer(status, location="https://evil.example/")),
        Uncertain,
    )


def test_a_server_error_is_in_doubt_whatever_its_code():
    """Even one that means a refusal elsewhere."""
    assert isinstance(outcome_of(failure(500, 21211)), Uncertain)


def test_too_many_requests_were_never_processed():
    """They may be repeated, after the time that the answer names."""
    assert outcome_of(failure(429, 20429)) == NotSent(
        "key-1234", "the provider said 20429"
    )
    waiting = outcome_of(failure(429, 20429, Retry_After="7"))
    assert waiting.retry_after == 7
    later = format_datetime(NOW + timedelta(seconds=9), usegmt=True)
    waiting = outcome_of(failure(429, 20429, Retry_After=later))
    assert waiting.retry_after == 9
    bare = outcome_of(HttpResponse(429, {}, b"slow down"))
    assert bare == NotSent("key-1234", "the provider said http-429")
    assert isinstance(outcome_of(failure(429, 21211)), NotSent)


def test_a_full_queue_is_left_alone_for_a_while():
    """21611 with a From, 63038 for the whole account."""
    assert outcome_of(failure(400, 21611)).retry_after == 60
    assert outcome_of(failure(429, 63038)).retry_after == 900


def test_no_answer_is_told_apart_from_no_request():
    """What never left is repeated; what may have left is asked once."""
    twilio, script = transport(LostAnswerError("read timed out"))
    assert twilio.send([outbound()]) == [
        Uncertain("key-1234", "read timed out")
    ]
    twilio, script = transport(
        NeverLeftError("connection refused"), answer(201, record())
    )
    with no_waiting():
        [outcome] = twilio.send([outbound()])
    assert isinstance(outcome, Accepted)
    assert len(script.requests) == 2


def test_one_bad_number_in_many_is_its_own_affair():
    """The others are accepted, each under its key."""
    answers = [
        answer(201, record(nth, to=number(nth).reveal())) for nth in range(20)
    ]
    answers[7] = failure(400, 21211)
    twilio, script = transport()
    for nth, given_answer in enumerate(answers):
        script.answers = [given_answer]
        [outcome] = perform(twilio.submit([outbound(nth)]), script)
        assert outcome.key == f"key-{nth}"
        assert isinstance(outcome, Rejected) == (nth == 7)


def test_the_table_has_every_code_of_the_facts():
    """And each of its meanings makes an outcome."""
    for code, meaning in CODES.items():
        outcome = meaning.outcome("k", str(code))
        assert outcome.key == "k"
        assert meaning.fate is not Fate.ACCEPTED
    assert {21610, 30004, 30640} == {
        code
        for code, meaning in CODES.items()
        if meaning.reason is Rejection.OPTED_OUT
    }
    assert len(CODES) >= 75


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["sid", "code", "price", "num_segments", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)


@given(
    st.integers(200, 599),
    st.binary(max_size=60) | values.map(lambda v: json.dumps(v).encode()),
    st.dictionaries(st.just("Retry-After"), st.text(max_size=20)),
)
def test_any_answer_has_an_outcome(status, body, headers):
    """And none but a success with an id is an acceptance."""
    response = HttpResponse(status, headers, body)
    outcome = messages.outcome("k", response, NOW)
    assert outcome.key == "k"
    assert not isinstance(outcome, Accepted) or status // 100 == 2
    if isinstance(outcome, Rejected):
        assert outcome.code.removeprefix("http-").isdigit()


def test_what_twilio_says_of_a_number_goes_nowhere():
    """Codes alone; its sentences quote the number."""
    for response in (failure(400, 21211), failure(503, 20503)):
        assert "998" not in repr(outcome_of(response))
