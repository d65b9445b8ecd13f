"""Twilio's own records: what became of texts, and how they are emptied."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from twilio_script import (
    NOW,
    SERVICE,
    SID,
    answer,
    failure,
    message_id,
    number,
    outbound,
    record,
    transport,
)

from anonsms.errors import LostAnswerError, NeverLeftError, TransportError
from anonsms.message import (
    Accepted,
    DeliveryReceipt,
    DeliveryStatus,
    NotSent,
    Rejection,
    Uncertain,
)


LIST = f"/2010-04-01/Accounts/{SID}/Messages.json"
ONE = f"/2010-04-01/Accounts/{SID}/Messages/{message_id()}"


def page(*records, after=None):
    """One page of the list."""
    return answer(
        200, {"messages": list(records), "next_page_uri": after, "page": 0}
    )


def settled(*answers, text="Bonjour", sender="MaBoutique", **options):
    """What the list says of one message, and the requests it took."""
    final = options.pop("final", False)
    twilio, script = transport(*answers, **options)
    [outcome] = twilio.reconcile(
        [outbound(text=text, sender=sender)], NOW, final=final
    )
    return outcome, script.requests


# --- one record -------------------------------------------------------------


def test_a_message_is_asked_for_by_its_id():
    """The answer is the receipt that may have been lost."""
    twilio, script = transport(
        answer(200, record(status="failed", error_code=30005))
    )
    receipt = twilio.fetch(message_id())
    assert receipt == DeliveryReceipt(
        message_id(),
        DeliveryStatus.UNDELIVERED,
        NOW + timedelta(seconds=1),
        "30005",
        reason=Rejection.BAD_NUMBER,
        raw="failed",
    )
    [request] = script.requests
    assert request.method == "GET"
    assert urlsplit(request.url).path == f"{ONE}.json"


def test_a_record_without_a_date_is_as_of_now():
    """An odd date is no date."""
    for date in (None, "yesterday", "Mon, 99 Mar 2026 09:00:00 +0000"):
        twilio, _ = transport(answer(200, record(date_updated=date)))
        assert twilio.fetch(message_id()).at == NOW


def test_a_scheduled_message_is_called_off():
    """And its record says so."""
    twilio, script = transport(answer(200, record(status="canceled")))
    assert twilio.cancel(message_id()).raw == "canceled"
    [request] = script.requests
    assert (request.method, request.body) == ("POST", b"Status=canceled")


def test_texts_are_emptied_and_records_deleted():
    """That there is nothing left is sure either way."""
    twilio, script = transport(
        answer(200, record(body="")),
        answer(204),
        failure(404, 20404),
        failure(404, 20404),
    )
    assert twilio.redact(message_id())
    assert twilio.delete(message_id())
    assert not twilio.redact(message_id())
    assert not twilio.delete(message_id())
    assert [request.method for request in script.requests] == [
        *("POST", "DELETE", "POST", "DELETE")
    ]
    assert script.requests[0].body == b"Body="
    assert script.requests[1].body == b""


def test_feedback_says_whether_it_worked():
    """For codes that were typed in, or not."""
    twilio, script = transport(answer(201, {}), answer(201, {}))
    twilio.feedback(message_id())
    twilio.feedback(message_id(), confirmed=False)
    first, second = script.requests
    assert urlsplit(first.url).path == f"{ONE}/Feedback.json"
    assert first.body == b"Outcome=confirmed"
    assert second.body == b"Outcome=unconfirmed"


ACTS = [
    lambda twilio, sid: twilio.fetch(sid),
    lambda twilio, sid: twilio.cancel(sid),
    lambda twilio, sid: twilio.redact(sid),
    lambda twilio, sid: twilio.delete(sid),
    lambda twilio, sid: twilio.feedback(sid),
]


@pytest.mark.parametrize("act", ACTS)
def test_a_refusal_is_told_by_its_code_alone(act):
    """Erasure that did not happen must not pass for one."""
    for given in (failure(400, 20009), failure(500, 20500), answer(302)):
        twilio, _ = transport(given)
        with pytest.raises(TransportError, match=r"20009|20500|302"):
            act(twilio, message_id())
    for error in (NeverLeftError("refused"), LostAnswerError("timed out")):
        twilio, _ = transport(error)
        with pytest.raises(type(error)):
            act(twilio, message_id())


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("sid", ["", "SM1", "../Messages", None, "SM" * 17])
def test_what_is_no_id_gets_into_no_url(act, sid):
    """Nothing is asked."""
    twilio, script = transport()
    with pytest.raises(ValueError, match="no such id"):
        act(twilio, sid)
    assert script.requests == []


@pytest.mark.parametrize("act", ACTS[:2])
def test_success_without_a_record_is_no_receipt(act):
    """Of another shape, or none at all."""
    twilio, _ = transport(answer(200, {"sid": "x"}))
    with pytest.raises(TransportError, match="no message"):
        act(twilio, message_id())


# --- what is in doubt -------------------------------------------------------


def test_a_message_in_doubt_is_found_by_its_text():
    """Asked by recipient, with the URL kept out of logs."""
    outcome, [request] = settled(page(record(3)))
    assert outcome == Accepted("key-1234", message_id(3))
    parts = urlsplit(request.url)
    assert parts.path == LIST
    assert dict(parse_qsl(parts.query)) == {
        "To": number().reveal(),
        "PageSize": "1000",
    }
    assert request.private
    assert "998" not in repr(request)


@pytest.mark.parametrize(
    "other",
    [
        record(body="Bonsoir"),
        record(direction="inbound"),
        record(direction="outbound-reply"),
        record(date_created="Mon, 02 Mar 2026 08:57:59 +0000"),
        record(**{"from": "Ailleurs"}),
    ],
)
def test_what_is_listed_but_not_ours_proves_nothing(other):
    """In doubt until enough time has passed, then not sent."""
    outcome, _ = settled(page(other))
    assert isinstance(outcome, Uncertain)
    outcome, _ = settled(page(other), final=True)
    assert isinstance(outcome, NotSent)
    outcome, _ = settled(page(other, record(2)))
    assert outcome.provider_id == message_id(2)


def test_clocks_may_differ_a_little():
    """A record from just before our own time is ours."""
    outcome, _ = settled(
        page(record(date_created="Mon, 02 Mar 2026 08:58:30 +0000"))
    )
    assert isinstance(outcome, Accepted)


def test_a_sender_that_is_not_chosen_yet_may_be_ours():
    """Through a service, From is empty at first, and the service tells."""
    queued = record(**{"from": None}, messaging_service_sid=SERVICE)
    outcome, _ = settled(page(queued), messaging_service_sid=SERVICE)
    assert isinstance(outcome, Accepted)
    chosen = record(**{"from": "36123"}, messaging_service_sid=SERVICE)
    outcome, _ = settled(page(chosen), messaging_service_sid=SERVICE)
    assert isinstance(outcome, Accepted)
    foreign = record(messaging_service_sid="MG" + "0" * 32)
    outcome, _ = settled(
        page(foreign), messaging_service_sid=SERVICE, final=True
    )
    assert isinstance(outcome, NotSent)


def test_a_trial_account_puts_its_words_first():
    """The rest of the text is ours."""
    trial = record(body="Sent from your Twilio trial account - Bonjour")
    outcome, _ = settled(page(trial))
    assert isinstance(outcome, Accepted)


def test_several_of_one_text_are_for_a_person_to_settle():
    """None of them is adopted by chance."""
    outcome, _ = settled(page(record(1), record(2)), final=True)
    assert isinstance(outcome, Uncertain)


@pytest.mark.parametrize(
    ("options", "body"),
    [({}, ""), ({}, None), ({"smart_encoding": True}, "Bonj0ur")],
)
def test_a_text_that_cannot_be_compared_leaves_the_doubt(options, body):
    """Emptied, or rewritten by Twilio."""
    outcome, _ = settled(page(record(body=body)), final=True, **options)
    assert isinstance(outcome, Uncertain)


@pytest.mark.parametrize("kept", ["retain_content", "retain_number"])
def test_without_records_nothing_is_asked(kept):
    """What Twilio forgets cannot settle anything; receipts can."""
    outcome, requests = settled(final=True, **{kept: False})
    assert isinstance(outcome, Uncertain)
    assert requests == []


def test_two_doubts_do_not_share_one_record():
    """The same text twice to one person, and one of them is listed."""
    twilio, _ = transport(page(record(1)), page(record(1)))
    doubts = [outbound(key="first"), outbound(key="second")]
    outcomes = twilio.reconcile(doubts, NOW, final=True)
    assert [type(each) for each in outcomes] == [Uncertain, Uncertain]
    assert [each.key for each in outcomes] == ["first", "second"]


def test_all_pages_are_read():
    """The match may be on the last of them."""
    after = f"{LIST}?PageSize=1000&Page=1&PageToken=PAx"
    outcome, requests = settled(
        page(record(body="Bonsoir"), after=after), page(record(5))
    )
    assert outcome.provider_id == message_id(5)
    assert requests[1].url == f"https://api.twilio.com{after}"
    assert requests[1].private


@pytest.mark.parametrize(
    "after",
    [
        "https://evil.example/2010-04-01/Messages.json?Page=1",
        "//evil.example/x",
        "@evil.example/x",
        "/2010-04-01/Accounts/ACother/Messages.json?Page=1",
        f"https://api.twilio.com{LIST}.evil.example?Page=1",
        5,
    ],
)
def test_the_list_is_followed_nowhere_else(after):
    """The next request would carry the credentials."""
    outcome, requests = settled(page(record(), after=after), final=True)
    assert isinstance(outcome, Uncertain)
    assert len(requests) == 1


def test_a_list_without_end_is_left():
    """Twenty pages of a thousand are more than anybody was sent."""
    after = f"{LIST}?Page=1"
    outcome, requests = settled(*[page(after=after)] * 20, final=True)
    assert isinstance(outcome, Uncertain)
    assert len(requests) == 20


@pytest.mark.parametrize(
    "given",
    [
        failure(401, 20003),
        failure(429, 20429),
        failure(500, 20500),
        answer(200),
        answer(200, {"messages": "none"}),
        answer(200, {"messages": [{"sid": "SM1"}]}),
        answer(302, location="https://evil.example/"),
        NeverLeftError("connection refused"),
        LostAnswerError("read timed out"),
    ],
)
def test_a_list_that_cannot_be_read_settles_nothing(given):
    """And the next message is asked for all the same."""
    twilio, _ = transport(given, page(record(2)))
    first, second = twilio.reconcile(
        [outbound(1), outbound(2)], NOW, final=True
    )
    assert isinstance(first, Uncertain)
    assert isinstance(second, Accepted)


def test_the_beginning_of_the_doubt_has_a_zone():
    """Else it would be compared with another clock's hours."""
    twilio, _ = transport()
    with pytest.raises(ValueError, match="aware"):
        twilio.reconcile([outbound()], NOW.replace(tzinfo=None))
