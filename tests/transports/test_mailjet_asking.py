"""Mailjet: asking for receipts and for lost answers, by time."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from brevo_double import exchange_with
from hypothesis import given
from hypothesis import strategies as st
from mailjet_double import PAGE, TOKEN, MailjetDouble
from mailjet_script import (
    EARLIER,
    NOW,
    PERSON,
    asking,
    message,
    page,
    send,
)

from anonsms.errors import (
    ConfigurationError,
    LostAnswerError,
    TransportError,
)
from anonsms.message import (
    Accepted,
    DeliveryReceipt,
    DeliveryStatus,
    NotSent,
    ProviderOptOut,
    Rejection,
    Uncertain,
)
from anonsms.transport import HttpResponse
from exposed import exposed
from shops import number


def told(double, **options):
    """What a double's list tells."""
    return asking(exchange_with(double)).fetch_events(EARLIER, **options)


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
    double = MailjetDouble(clock=lambda: NOW)
    [provider_id] = send(double, message())
    double.change(provider_id, code)
    [receipt] = told(double)
    assert receipt.provider_id == provider_id
    assert (receipt.status, receipt.reason) == (status, reason)
    assert receipt.raw == str(code)
    failed = status in {DeliveryStatus.UNDELIVERED, DeliveryStatus.EXPIRED}
    assert receipt.code == (str(code) if failed else "")
    assert receipt.at.utcoffset() == timedelta()


@pytest.mark.parametrize("code", [9, 11])
def test_mailjet_lists_tell_of_opt_outs(code):
    """They are the only word on it: nobody's STOP comes home from there."""
    double = MailjetDouble(clock=lambda: NOW)
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
    double = MailjetDouble(clock=lambda: NOW)
    ids = send(double, *(message(f"k-{n}", n) for n in range(2 * PAGE + 5)))
    assert sorted(each.provider_id for each in told(double)) == sorted(ids)
    offsets = [dict(a.queries()).get("Offset") for a in double.asked[-4:]]
    assert offsets == ["0", str(PAGE), str(2 * PAGE), str(2 * PAGE + 5)]


def test_mailjet_list_that_repeats_itself_ends():
    """A server that knows no offset is not asked for ever."""
    record = {"MessageId": "7", "To": PERSON, "Status": {"Code": 3}}
    assert len(asking(page(record)).fetch_events(EARLIER)) == 1


def test_mailjet_is_asked_by_time_and_never_by_number():
    """In Unix seconds, a minute to spare on both sides."""
    double = MailjetDouble(clock=lambda: NOW)
    send(double, message())
    told(double, statuses=(9, 11))
    query = dict(double.asked[-1].queries())
    assert int(query["FromTS"]) == int(EARLIER.timestamp()) - 60
    assert int(query["ToTS"]) == int(NOW.timestamp()) + 60
    assert query["StatusCode"] == "9,11"
    assert not any(PERSON[3:] in asked.target for asked in double.asked)


def test_mailjet_single_messages_are_asked_by_id():
    """The receipt has the id of the send; unknown ids are passed over."""
    double = MailjetDouble(clock=lambda: NOW)
    first, second = send(double, message(), message("k-2", 8))
    double.change(second, 3)
    transport = asking(exchange_with(double))
    [receipt] = transport.fetch_receipts([second, "404"])
    assert receipt.provider_id == second
    assert receipt.status is DeliveryStatus.DELIVERED
    record = {"MessageId": "92c36a6b-3f27", "Status": {"Code": 3}}
    [receipt] = asking(page(record)).fetch_receipts([first])
    assert receipt.provider_id == first


def test_mailjet_final_receipt_is_as_old_as_our_question():
    """Mailjet tells when a text was sent, not when it arrived."""
    sent = {"MessageId": "7", "SentTS": 1772442000, "Status": {"Code": 2}}
    [receipt] = asking(page(sent)).fetch_events(EARLIER)
    assert receipt.at == datetime.fromtimestamp(1772442000, UTC)
    done = {**sent, "Status": {"Code": 3}}
    [receipt] = asking(page(done)).fetch_events(EARLIER)
    assert receipt.at == NOW


def test_mailjet_unreadable_opt_out_hides_no_other(caplog):
    """It is told to the log, without anything of the person."""
    bad = {"MessageId": "7", "To": "06 39 98 bad", "Status": {"Code": 9}}
    good = {"MessageId": "8", "To": PERSON, "Status": {"Code": 9}}
    with caplog.at_level(logging.WARNING, "anonsms"):
        events = asking(page(bad, good)).fetch_events(EARLIER)
    first, second, left = events
    assert first.reason is second.reason is Rejection.OPTED_OUT
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
        asking(lambda request: HttpResponse(status, {}, body)).fetch_events(
            EARLIER
        )
    shown = " ".join(exposed(caught.value))
    assert "33639980007" not in shown
    assert TOKEN not in shown
    outcomes = asking(
        lambda request: HttpResponse(status, {}, body)
    ).reconcile([message()], EARLIER, final=True)
    assert outcomes == [Uncertain("k-1", "Mailjet did not say")]


def test_mailjet_broken_list_shows_nobody():
    """Where the second page is lost, the first is in our frames."""
    first = page({"MessageId": "7", "To": PERSON, "Text": "Zoé Dubois"})

    def exchange(request):
        if "Offset=0" in request.url:
            return first(request)
        raise LostAnswerError("read timed out")

    with pytest.raises(LostAnswerError) as caught:
        asking(exchange).fetch_events(EARLIER)
    shown = " ".join(exposed(caught.value))
    assert PERSON[3:] not in shown
    assert "Dubois" not in shown
    assert TOKEN not in shown


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
        events = asking(exchange).fetch_events(EARLIER)
    except TransportError:
        events = []
    for each in events:
        assert isinstance(each, DeliveryReceipt | ProviderOptOut)
        assert each.at.utcoffset() == timedelta()
    [outcome] = asking(exchange).reconcile([message()], EARLIER, final=True)
    assert isinstance(outcome, Accepted | Uncertain | NotSent)


def test_mailjet_opt_out_of_a_number_newer_than_our_plans_counts():
    """Mailjet texted it, whatever our numbering plans know."""
    record = {"MessageId": "7", "To": "+2610000000", "Status": {"Code": 9}}
    _, left = asking(page(record)).fetch_events(EARLIER)
    assert left.number.reveal() == "+2610000000"


@pytest.mark.parametrize("bad", ["", "../sms", "a b", None])
def test_mailjet_is_asked_for_no_id_that_is_none(bad):
    """An empty one would be a question for the whole list."""
    double = MailjetDouble(clock=lambda: NOW)
    transport = asking(exchange_with(double))
    for ids in (["7", bad], "77"):
        with pytest.raises(ValueError, match="message's id"):
            transport.fetch_receipts(ids)
    assert not double.asked


@pytest.mark.parametrize("ask", ["fetch_events", "reconcile"])
def test_mailjet_is_asked_from_an_aware_time(ask):
    """Hours would be guessed otherwise, and nothing is asked."""
    double = MailjetDouble(clock=lambda: NOW)
    args = [[message()]] if ask == "reconcile" else []
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ConfigurationError, match="since is a moment with"):
        getattr(asking(exchange_with(double)), ask)(*args, naive)
    assert not double.asked
