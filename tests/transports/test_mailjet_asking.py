"""Mailjet: asking for receipts and for lost answers, by time."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from brevo_double import exchange_with
from hypothesis import given
from hypothesis import strategies as st
from mailjet_double import PAGE, TOKEN, MailjetDouble

from anonsms.errors import LostAnswerError, TransportError
from anonsms.masking import MessageText
from anonsms.message import (
    Accepted,
    DeliveryReceipt,
    DeliveryStatus,
    NotSent,
    Originator,
    Outbound,
    ProviderOptOut,
    Rejection,
    Uncertain,
)
from anonsms.transport import HttpResponse, perform
from anonsms.transports.mailjet import MailjetTransport
from exposed import exposed
from shops import number


MAILJET = MailjetTransport(TOKEN, base_url="http://127.0.0.1:9")
NOW = datetime.now(UTC)
EARLIER = NOW - timedelta(minutes=5)
PERSON = number(7).reveal()


def message(key="k-1", n=7, text="Bonjour", sender="MaBoutique"):
    """One text to the n-th person."""
    return Outbound(
        number(n), MessageText(text), Originator.parse(sender), key
    )


def send(double, *messages):
    """Hand messages over to a double; their ids."""
    for each in messages:
        perform(MAILJET.submit([each]), exchange_with(double))
    return [record["MessageId"] for record in double.records]


def told(double, since=EARLIER, **options):
    """What a double's list tells."""
    flow = MAILJET.events_flow(since, now=NOW, **options)
    return perform(flow, exchange_with(double))


def settled(double, *messages, final=False, now=NOW):
    """What a double says became of messages."""
    flow = MAILJET.reconcile_flow(messages, EARLIER, final=final, now=now)
    return perform(flow, exchange_with(double))


def page(*records):
    """An exchange with a list that never ends, if nobody looks."""
    body = json.dumps({"Data": records}).encode()
    return lambda request: HttpResponse(200, {}, body)


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        (0, DeliveryStatus.UNKNOWN, None),
        (1, DeliveryStatus.QUEUED, None),
        (2, DeliveryStatus.SENT, None),
        (3, DeliveryStatus.DELIVERED, None),
        (4, DeliveryStatus.UNDELIVERED, Rejection.OTHER),
        (5, DeliveryStatus.UNDELIVERED, None),
        (6, DeliveryStatus.EXPIRED, None),
        (7, DeliveryStatus.UNKNOWN, None),
        (8, DeliveryStatus.UNDELIVERED, Rejection.OTHER),
        (10, DeliveryStatus.UNDELIVERED, Rejection.ORIGINATOR),
        (12, DeliveryStatus.UNDELIVERED, Rejection.OTHER),
        (13, DeliveryStatus.UNDELIVERED, Rejection.OTHER),
        (14, DeliveryStatus.UNDELIVERED, Rejection.BAD_NUMBER),
        (15, DeliveryStatus.UNDELIVERED, Rejection.MONEY),
        (16, DeliveryStatus.UNDELIVERED, Rejection.ACCOUNT),
        (99, DeliveryStatus.UNKNOWN, None),
    ],
)
def test_mailjet_status_becomes_a_receipt(code, status, reason):
    """An unknown code is kept as it was written."""
    double = MailjetDouble()
    [provider_id] = send(double, message())
    double.change(provider_id, code)
    [receipt] = told(double)
    assert receipt.provider_id == provider_id
    assert (receipt.status, receipt.reason) == (status, reason)
    assert receipt.code == receipt.raw == str(code)
    assert receipt.at.utcoffset() == timedelta()


@pytest.mark.parametrize("code", [9, 11])
def test_mailjet_lists_tell_of_opt_outs(code):
    """They are the only word on it: nobody's STOP comes home from there."""
    double = MailjetDouble()
    [provider_id] = send(double, message())
    double.change(provider_id, code)
    receipt, left = told(double)
    assert receipt.reason is Rejection.OPTED_OUT
    assert isinstance(left, ProviderOptOut)
    assert left.number == number(7)
    assert left.code == str(code)
    assert left.everything


def test_mailjet_list_is_read_to_its_end():
    """Pages are shorter than asked for; each message comes once."""
    double = MailjetDouble()
    ids = send(double, *(message(f"k-{n}", n) for n in range(2 * PAGE + 5)))
    assert sorted(each.provider_id for each in told(double)) == sorted(ids)
    offsets = [dict(a.queries()).get("Offset") for a in double.asked[-4:]]
    assert offsets == ["0", str(PAGE), str(2 * PAGE), str(2 * PAGE + 5)]


def test_mailjet_list_that_repeats_itself_ends():
    """A server that knows no offset is not asked for ever."""
    record = {"MessageId": "7", "To": PERSON, "Status": {"Code": 3}}
    flow = MAILJET.events_flow(EARLIER, now=NOW)
    assert len(perform(flow, page(record))) == 1


def test_mailjet_is_asked_by_time_and_never_by_number():
    """In Unix seconds, a minute to spare on both sides."""
    double = MailjetDouble()
    send(double, message())
    told(double, statuses=(9, 11))
    query = dict(double.asked[-1].queries())
    assert int(query["FromTS"]) == int(EARLIER.timestamp()) - 60
    assert int(query["ToTS"]) == int(NOW.timestamp()) + 60
    assert query["StatusCode"] == "9,11"
    assert not any(PERSON[3:] in asked.target for asked in double.asked)


def test_mailjet_single_messages_are_asked_by_id():
    """The receipt has the id of the send; unknown ids are passed over."""
    double = MailjetDouble()
    first, second = send(double, message(), message("k-2", 8))
    double.change(second, 3)
    [receipt] = told(double, provider_ids=[second, "404"])
    assert receipt.provider_id == second
    assert receipt.status is DeliveryStatus.DELIVERED
    record = {"MessageId": "92c36a6b-3f27", "Status": {"Code": 3}}
    flow = MAILJET.events_flow(EARLIER, provider_ids=[first], now=NOW)
    [receipt] = perform(flow, page(record))
    assert receipt.provider_id == first


def test_mailjet_final_receipt_is_as_old_as_our_question():
    """Mailjet tells when a text was sent, not when it arrived."""
    sent = {"MessageId": "7", "SentTS": 1772442000, "Status": {"Code": 2}}
    flow = MAILJET.events_flow(EARLIER, now=NOW)
    [receipt] = perform(flow, page(sent))
    assert receipt.at == datetime.fromtimestamp(1772442000, UTC)
    done = {**sent, "Status": {"Code": 3}}
    flow = MAILJET.events_flow(EARLIER, now=NOW)
    [receipt] = perform(flow, page(done))
    assert receipt.at == NOW


def test_mailjet_unreadable_opt_out_hides_no_other(caplog):
    """It is told to the log, without anything of the person."""
    bad = {"MessageId": "7", "To": "06 39 98 bad", "Status": {"Code": 9}}
    good = {"MessageId": "8", "To": PERSON, "Status": {"Code": 9}}
    flow = MAILJET.events_flow(EARLIER, now=NOW)
    with caplog.at_level(logging.WARNING, "anonsms"):
        _, left = perform(flow, page(bad, good))
    assert left.number == number(7)
    assert "message 7" in caplog.text
    assert "39 98" not in caplog.text


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b'{"ErrorCode": "mj-0015", "ErrorMessage": "+33639980007"}'),
        (404, b""),
        (429, b""),
        (500, b"Oops"),
        (200, b"{"),
        (200, b'{"Data": {"To": "+33639980007"}}'),
        (200, b'{"Data": [5]}'),
        (200, b"{}"),
    ],
)
def test_mailjet_unreadable_list_is_an_error(status, body):
    """Never an empty list, from which somebody would conclude something."""
    with pytest.raises(TransportError) as caught:
        perform(
            MAILJET.events_flow(EARLIER, now=NOW),
            lambda request: HttpResponse(status, {}, body),
        )
    shown = " ".join(exposed(caught.value))
    assert "33639980007" not in shown
    assert TOKEN not in shown
    outcomes = perform(
        MAILJET.reconcile_flow([message()], EARLIER, final=True, now=NOW),
        lambda request: HttpResponse(status, {}, body),
    )
    assert outcomes == [Uncertain("k-1", "Mailjet did not say")]


def test_mailjet_broken_list_shows_nobody():
    """Where the second page is lost, the first is in our frames."""
    first = page({"MessageId": "7", "To": PERSON, "Text": "Zoé Dubois"})

    def exchange(request):
        if "Offset=0" in request.url:
            return first(request)
        raise LostAnswerError("read timed out")

    with pytest.raises(LostAnswerError) as caught:
        perform(MAILJET.events_flow(EARLIER, now=NOW), exchange)
    shown = " ".join(exposed(caught.value))
    assert PERSON[3:] not in shown
    assert "Dubois" not in shown
    assert TOKEN not in shown


def test_mailjet_lost_answers_are_settled_by_number_and_time():
    """Found is accepted; no trace stays in doubt until it is final."""
    double = MailjetDouble()
    [provider_id] = send(double, message())
    never = message("k-2", 8)
    found = Accepted("k-1", provider_id)
    assert settled(double, never, message()) == [
        Uncertain("k-2", "no trace yet"),
        found,
    ]
    assert settled(double, never, message(), final=True) == [
        NotSent("k-2", "Mailjet has no trace of it"),
        found,
    ]


@pytest.mark.parametrize("final", [True, False])
def test_mailjet_one_trace_for_two_texts_settles_neither(final):
    """Lists show no text: which of the two left, nobody can tell."""
    double = MailjetDouble()
    first, second = message("k-1"), message("k-2", text="Au revoir")
    send(double, first)
    for outcome in settled(double, first, second, final=final):
        assert isinstance(outcome, Uncertain)


def test_mailjet_texts_settle_it_where_they_are_shown():
    """Then one is accepted, and the other one has no trace."""
    double = MailjetDouble()
    double.shows_texts = True
    first, second = message("k-1"), message("k-2", text="Au revoir")
    [provider_id] = send(double, first)
    assert settled(double, first, second, final=True) == [
        Accepted("k-1", provider_id),
        NotSent("k-2", "Mailjet has no trace of it"),
    ]


def test_mailjet_as_many_traces_as_texts_settle_all():
    """Each gets an id of its own."""
    double = MailjetDouble()
    messages = [message("k-1"), message("k-2", text="Au revoir")]
    ids = send(double, *messages)
    outcomes = settled(double, *messages)
    assert {each.provider_id for each in outcomes} == set(ids)


def test_mailjet_other_originators_are_looked_at_last():
    """Networks change them; only one trace too many makes them count."""
    double = MailjetDouble()
    send(double, message("k-0", sender="Another"))
    [outcome] = settled(double, message("k-1"))
    assert isinstance(outcome, Accepted)
    _, provider_id = send(double, message("k-1"))
    assert settled(double, message("k-1")) == [Accepted("k-1", provider_id)]
    send(double, message("k-2"))
    [outcome] = settled(double, message("k-1"), final=True)
    assert isinstance(outcome, Uncertain)


def test_mailjet_receipt_between_two_pages_is_no_second_text():
    """The same id with another status is the same message."""
    first = {"MessageId": "7", "To": PERSON, "Status": {"Code": 2}}
    pages = [[first], [{**first, "Status": {"Code": 3}}], []]
    answers = iter(pages)

    def exchange(request):
        body = json.dumps({"Data": next(answers)}).encode()
        return HttpResponse(200, {}, body)

    flow = MAILJET.reconcile_flow([message()], EARLIER, now=NOW)
    assert perform(flow, exchange) == [Accepted("k-1", "7")]


@given(
    status=st.sampled_from([200, 200, 200, 404, 500]),
    body=st.binary(max_size=40)
    | st.fixed_dictionaries(
        {
            "Data": st.lists(
                st.dictionaries(
                    st.sampled_from(
                        [
                            "MessageId",
                            "To",
                            "From",
                            "Text",
                            "Status",
                            "CreationTS",
                            "SentTS",
                        ]
                    ),
                    st.none()
                    | st.booleans()
                    | st.integers()
                    | st.floats()
                    | st.text(max_size=9)
                    | st.sampled_from([PERSON, "7", {"Code": 9}, {"Code": 3}]),
                ),
                max_size=3,
            )
        }
    ).map(lambda value: json.dumps(value).encode()),
)
def test_mailjet_lists_never_crash(status, body):
    """Events or a ``TransportError``; a doubt is settled or stays."""

    def exchange(request):
        return HttpResponse(status, {}, body)

    try:
        events = perform(MAILJET.events_flow(EARLIER, now=NOW), exchange)
    except TransportError:
        events = []
    for each in events:
        assert isinstance(each, DeliveryReceipt | ProviderOptOut)
        assert each.at.utcoffset() == timedelta()
    flow = MAILJET.reconcile_flow([message()], EARLIER, final=True, now=NOW)
    [outcome] = perform(flow, exchange)
    assert isinstance(outcome, Accepted | Uncertain | NotSent)
