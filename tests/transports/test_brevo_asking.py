"""Brevo: asking for receipts, replies, opt-outs and lost answers."""

import json
import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from brevo_double import API_KEY, SECRET, BrevoDouble, exchange_with

from anonsms.errors import (
    ConfigurationError,
    LostAnswerError,
    TransportError,
)
from anonsms.masking import MessageText
from anonsms.message import (
    Accepted,
    DeliveryStatus,
    Inbound,
    NotSent,
    Originator,
    Outbound,
    ProviderOptOut,
    Uncertain,
)
from anonsms.testing.clocks import frozen_clock, no_waiting
from anonsms.transport import HttpResponse, perform
from anonsms.transports.brevo import BrevoTransport
from anonsms.transports.brevo.listing import PAGE
from exposed import exposed
from shops import number


BASE = "http://127.0.0.1:9/v3"
BREVO = BrevoTransport(API_KEY, base_url=BASE, webhook_secret=SECRET)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=2)
PERSON = number(7).reveal()[1:]


def message(key="k-1", n=7):
    """One text to the n-th person."""
    return Outbound(
        number(n), MessageText("Bonjour"), Originator.parse("MaBoutique"), key
    )


def asking(exchange):
    """A transport that asks over an exchange, at a fixed time."""
    return BrevoTransport(
        API_KEY, base_url=BASE, client=exchange, clock=lambda: NOW
    )


def told(double, **options):
    """What a double's list tells."""
    return asking(exchange_with(double)).fetch_events(EARLIER, **options)


def settled(double, messages, **options):
    """What a double says became of messages."""
    transport = asking(exchange_with(double))
    return transport.reconcile(messages, EARLIER, **options)


def test_brevo_listing_tells_what_webhooks_would():
    """Receipts, replies and opt-outs of all messages, oldest first."""
    double = BrevoDouble(clock=lambda: NOW)
    double.happen(PERSON, 1, "accepted", "k-1")
    double.happen(PERSON, 1, "delivered", "k-1")
    double.happen(PERSON, 2, "hardBounces", "k-2", reason="Unreachable")
    double.happen(f"00{PERSON}", 1, "replies", "k-1", reply="STOP")
    double.happen(PERSON, 1, "unsubscription", "k-1")
    sent, delivered, bounced, reply, left = told(double)
    assert (sent.status, sent.key) == (DeliveryStatus.SENT, "k-1")
    assert delivered.status is DeliveryStatus.DELIVERED
    assert delivered.at.utcoffset() == timedelta()
    assert (bounced.provider_id, bounced.key) == ("2", "k-2")
    assert isinstance(reply, Inbound)
    assert reply.sender == number(7)
    assert isinstance(left, ProviderOptOut)


def test_brevo_listing_is_read_to_its_end():
    """Pages by offset until one brings nothing new; each event once."""
    double = BrevoDouble(clock=lambda: NOW)
    for n in range(PAGE * 2 + 3):
        double.happen(PERSON, n + 1, "delivered", f"k-{n}")
    ids = [each.provider_id for each in told(double)]
    assert ids == [str(n + 1) for n in range(PAGE * 2 + 3)]
    assert double.requests == 4


def test_brevo_short_page_is_not_the_end():
    """A server may give fewer than asked for, and repeat itself."""
    listed = [{"messageId": str(n), "event": "sent"} for n in range(1, 8)]
    offsets = []

    def exchange(request):
        query = parse_qs(urlsplit(request.url).query)
        offset = int(query["offset"][0])
        offsets.append(offset)
        page = listed[max(0, offset - 1) : offset + 3]
        return HttpResponse(200, {}, json.dumps({"events": page}).encode())

    events = asking(exchange).fetch_events(EARLIER)
    ids = [each.provider_id for each in events]
    assert ids == [str(n) for n in range(1, 8)]
    assert len(offsets) < 8


def test_brevo_endless_list_is_given_up():
    """A server that always has something new is not asked for ever."""
    asked = []

    def exchange(request):
        asked.append(request)
        page = [{"messageId": str(len(asked)), "event": "sent"}]
        return HttpResponse(200, {}, json.dumps({"events": page}).encode())

    with pytest.raises(TransportError, match="more than 1,000 pages"):
        asking(exchange).fetch_events(EARLIER)
    assert len(asked) == 1_000


def test_brevo_single_messages_are_asked_for_by_tag():
    """The tag is the key, so no number stands in a URL."""
    double = BrevoDouble(clock=lambda: NOW)
    double.happen(PERSON, 1, "delivered", "k-1")
    double.happen(PERSON, 2, "delivered", "k-2")
    assert [each.key for each in told(double, keys=["k-2"])] == ["k-2"]
    for asked in double.asked:
        assert PERSON[2:] not in asked.target
        assert asked.headers["api-key"] == API_KEY


def test_brevo_opt_outs_can_be_asked_for_alone():
    """By kind, in Brevo's word for this place."""
    double = BrevoDouble(clock=lambda: NOW)
    double.happen(PERSON, 1, "delivered")
    double.happen(PERSON, 1, "unsubscription")
    [left] = told(double, kind="unsubscription")
    assert left.number == number(7)


def test_brevo_unreadable_opt_out_hides_no_other(caplog):
    """It is told to the log, without anything of the person."""
    double = BrevoDouble(clock=lambda: NOW)
    double.happen("06 39 98 bad", 1, "unsubscription")
    double.happen(PERSON, 2, "unsubscription")
    with caplog.at_level(logging.WARNING, "anonsms"):
        [left] = told(double)
    assert left.number == number(7)
    assert "message 1" in caplog.text
    assert "39 98" not in caplog.text


def test_brevo_days_are_asked_for_with_one_to_spare():
    """Both dates or none; a day's borders are those of another zone."""
    double = BrevoDouble(clock=lambda: NOW)
    told(double)
    query = dict(double.asked[0].queries())
    assert query["startDate"] == f"{EARLIER - timedelta(days=1):%Y-%m-%d}"
    assert query["endDate"] == f"{NOW:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b'{"code": "unauthorized", "message": "33639980007"}'),
        (429, b""),
        (500, b"Oops"),
        (200, b"{"),
        (200, b'{"events": {"to": "33639980007"}}'),
        (200, b'{"events": [5]}'),
        (200, b"[]"),
    ],
)
def test_brevo_unreadable_listing_is_an_error(status, body):
    """Never an empty list, from which somebody would conclude something."""
    with pytest.raises(TransportError) as caught:
        asking(lambda request: HttpResponse(status, {}, body)).fetch_events(
            EARLIER
        )
    shown = " ".join(exposed(caught.value))
    assert "33639980007" not in shown
    assert API_KEY not in shown


def test_brevo_broken_listing_shows_nobody():
    """Where the second page is lost, the first is in our frames."""
    double = BrevoDouble(clock=lambda: NOW)
    double.happen(PERSON, 1, "replies", reply="Ici Zoé Dubois")
    reach = exchange_with(double)

    def exchange(request):
        if "offset=0" in request.url:
            return reach(request)
        raise LostAnswerError("read timed out")

    with pytest.raises(LostAnswerError) as caught:
        asking(exchange).fetch_events(EARLIER)
    shown = " ".join(exposed(caught.value))
    assert PERSON[2:] not in shown
    assert "Dubois" not in shown
    assert API_KEY not in shown


def test_brevo_lost_answers_are_settled_by_tag():
    """Found is accepted; no trace stays in doubt until it is final."""
    double = BrevoDouble(clock=lambda: NOW)
    lost, never = message("k-1"), message("k-2", 8)
    perform(BREVO.submit([lost]), exchange_with(double))
    found = Accepted("k-1", double.accepted[0].provider_id)
    assert settled(double, [never, lost]) == [
        Uncertain("k-2", "no trace yet"),
        found,
    ]
    assert settled(double, [never, lost], final=True) == [
        NotSent("k-2", "Brevo has no trace"),
        found,
    ]


def test_brevo_other_messages_are_no_trace():
    """Were the filter not understood, the whole account would be one."""
    page = [{"messageId": "9", "event": "sent", "tag": "someone-else"}]
    answer = HttpResponse(200, {}, json.dumps({"events": page}).encode())
    transport = asking(lambda request: answer)
    [outcome] = transport.reconcile([message()], EARLIER)
    assert isinstance(outcome, Uncertain)


@pytest.mark.parametrize("final", [True, False])
def test_brevo_no_answer_leaves_the_doubt(final):
    """Of one message; the others are asked about all the same."""
    double = BrevoDouble(clock=lambda: NOW)
    messages = [message("k-1"), message("k-2", 8)]
    for each in messages:
        perform(BREVO.submit([each]), exchange_with(double))
    reach = exchange_with(double)

    def exchange(request):
        if "k-1" in request.url:
            return HttpResponse(429)
        return reach(request)

    with no_waiting():
        first, second = asking(exchange).reconcile(
            messages, EARLIER, final=final
        )
    assert isinstance(first, Uncertain)
    assert isinstance(second, Accepted)


def test_brevo_ids_of_other_messages_settle_nothing():
    """What is known to be another's is no trace of this one."""
    double = BrevoDouble(clock=lambda: NOW)
    double.happen(PERSON, 1, "accepted", "k-1")
    double.happen(PERSON, 2, "accepted", "k-1")
    assert settled(double, [message()], known=["1"]) == [Accepted("k-1", "2")]
    assert settled(double, [message()], known={"1", "2"}, final=True) == [
        NotSent("k-1", "Brevo has no trace")
    ]


def test_brevo_event_without_an_id_is_a_trace():
    """Our tag is on it, and nobody else's; ``known`` may hold blanks."""
    double = BrevoDouble(clock=lambda: NOW)
    double.happen(PERSON, "", "accepted", "k-1")
    assert settled(double, [message()], known=["", "5"]) == [
        Accepted("k-1", "")
    ]


@pytest.mark.parametrize("ask", ["fetch_events", "reconcile"])
def test_brevo_is_asked_from_an_aware_time(ask):
    """Hours would be guessed otherwise, and nothing is asked."""

    def nobody(request):
        raise AssertionError("nothing was to be asked")

    args = [[message()]] if ask == "reconcile" else []
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ConfigurationError, match="since is a moment with"):
        getattr(asking(nobody), ask)(*args, naive)


def test_brevo_looks_at_the_clock_of_its_transports():
    """A frozen one reaches it, without being handed over."""
    double = BrevoDouble(clock=lambda: NOW)
    with frozen_clock():
        BrevoTransport(
            API_KEY, base_url=BASE, client=exchange_with(double)
        ).fetch_events(EARLIER)
    assert dict(double.asked[0].queries())["endDate"] == "2026-03-02"
