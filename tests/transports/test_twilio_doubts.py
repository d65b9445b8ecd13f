"""Texts in doubt, settled by Twilio's own list."""

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

from anonsms.errors import (
    ConfigurationError,
    LostAnswerError,
    NeverLeftError,
)
from anonsms.message import (
    Accepted,
    NotSent,
    Uncertain,
)


LIST = f"/2010-04-01/Accounts/{SID}/Messages.json"


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


def test_what_is_known_to_be_another_s_settles_nothing():
    """The same words to the same person: one arrived, one never left."""
    twilio, _ = transport(*[page(record(1))] * 2, page(record(1), record(2)))
    doubt = [outbound(key="second")]
    known = [message_id(1)]
    [open_still] = twilio.reconcile(doubt, NOW, known=known)
    assert isinstance(open_still, Uncertain)
    [gone] = twilio.reconcile(doubt, NOW, final=True, known=known)
    assert isinstance(gone, NotSent)
    [found] = twilio.reconcile(doubt, NOW, known=known)
    assert found == Accepted("second", message_id(2))


def test_an_emptied_text_of_another_leaves_no_doubt():
    """Once it is known whose it is."""
    twilio, _ = transport(page(record(1, body="")))
    [gone] = twilio.reconcile(
        [outbound()], NOW, final=True, known={message_id(1)}
    )
    assert isinstance(gone, NotSent)


def test_the_beginning_of_the_doubt_has_a_zone():
    """Else it would be compared with another clock's hours."""
    twilio, _ = transport()
    with pytest.raises(ConfigurationError, match="since is a moment"):
        twilio.reconcile([outbound()], NOW.replace(tzinfo=None))
