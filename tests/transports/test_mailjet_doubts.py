"""Mailjet: answers that were lost, found again by number and time."""

import json

import pytest
from mailjet_double import MailjetDouble
from mailjet_script import (
    EARLIER,
    NOW,
    PERSON,
    asking,
    message,
    page,
    send,
    settled,
)

from anonsms.message import (
    Accepted,
    NotSent,
    Uncertain,
)
from anonsms.transport import HttpResponse


def test_mailjet_lost_answers_are_settled_by_number_and_time():
    """Found is accepted; no trace stays in doubt until it is final."""
    double = MailjetDouble(clock=lambda: NOW)
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
    double = MailjetDouble(clock=lambda: NOW)
    first, second = message("k-1"), message("k-2", text="Au revoir")
    send(double, first)
    for outcome in settled(double, first, second, final=final):
        assert isinstance(outcome, Uncertain)


def test_mailjet_texts_settle_it_where_they_are_shown():
    """Then one is accepted, and the other one has no trace."""
    double = MailjetDouble(clock=lambda: NOW)
    double.shows_texts = True
    first, second = message("k-1"), message("k-2", text="Au revoir")
    [provider_id] = send(double, first)
    assert settled(double, first, second, final=True) == [
        Accepted("k-1", provider_id),
        NotSent("k-2", "Mailjet has no trace of it"),
    ]


def test_mailjet_as_many_traces_as_texts_settle_all():
    """Each gets an id of its own."""
    double = MailjetDouble(clock=lambda: NOW)
    messages = [message("k-1"), message("k-2", text="Au revoir")]
    ids = send(double, *messages)
    outcomes = settled(double, *messages)
    assert {each.provider_id for each in outcomes} == set(ids)


def test_mailjet_other_originators_are_looked_at_last():
    """Networks change them; only one trace too many makes them count."""
    double = MailjetDouble(clock=lambda: NOW)
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

    found = asking(exchange).reconcile([message()], EARLIER)
    assert found == [Accepted("k-1", "7")]


def test_mailjet_other_messages_settle_no_doubt():
    """One was taken; the same text to the same person never came."""
    double = MailjetDouble(clock=lambda: NOW)
    double.shows_texts = True
    [others] = send(double, message("a"))
    lost = message("b")
    assert settled(double, lost, known=[others]) == [
        Uncertain("b", "no trace yet")
    ]
    assert settled(double, lost, known=[others], final=True) == [
        NotSent("b", "Mailjet has no trace of it")
    ]
    _, its_own = send(double, lost)
    assert settled(double, lost, known=[others]) == [Accepted("b", its_own)]


@pytest.mark.parametrize("final", [True, False])
def test_mailjet_ids_in_another_form_settle_nothing(final):
    """A UUID in the list may be the decimal id of the answer."""
    listed = {"MessageId": "92c36a6b-3f27", "To": PERSON}
    transport = asking(page(listed))
    [outcome] = transport.reconcile(
        [message()], EARLIER, final=final, known=["2034075536371630429"]
    )
    assert isinstance(outcome, Uncertain)
    assert transport.reconcile([message()], EARLIER) == [
        Accepted("k-1", "92c36a6b-3f27")
    ]
