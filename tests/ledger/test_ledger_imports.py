"""Lists from elsewhere: taken over once, and never over an opt-out."""

from datetime import timedelta

import pytest
from ledger_people import START, WORDING, person

from anonsms.consent import (
    MARKETING,
    EventKind,
    Scope,
    Source,
    Status,
    fold,
)
from anonsms.errors import ConsentError, LedgerError
from anonsms.ledger import ImportReport
from anonsms.ledger import journal as journal_module


YEAR_AGO = START - timedelta(days=365)


@pytest.fixture
def take(ledger):
    """Import people with consent a year old."""

    def take_over(numbers, purpose="marketing", **more):
        call = {
            "wording": WORDING,
            "provenance": "old shop, export of 2026-02",
            "obtained_at": YEAR_AGO,
            **more,
        }
        return ledger.import_grants(map(person, numbers), purpose, **call)

    return take_over


def test_imports_keep_their_date_and_provenance(ledger, take):
    """The event tells where it comes from; consent ends counted from then."""
    assert take(range(3)) == ImportReport(recorded=3)
    [event] = ledger.history(person(1))
    assert event.kind is EventKind.IMPORTED
    assert event.source is Source.IMPORT
    assert event.details == (("provenance", "old shop, export of 2026-02"),)
    assert (event.at, event.recorded_at) == (YEAR_AGO, START)
    assert event.wording == WORDING
    assert event.expires_at == YEAR_AGO + MARKETING.valid_for
    assert ledger.state(person(1), "marketing").given


def test_every_person_is_one_of_their_own(ledger, take):
    """In a batch, too, ids and keys are random for each."""
    take(range(100))
    rows = ledger.store.query(
        "SELECT count(DISTINCT person.id), count(DISTINCT number), "
        "count(DISTINCT wrapped), count(DISTINCT event.id), "
        "count(DISTINCT leaf), count(DISTINCT token), count(*) "
        "FROM anonsms_subject AS person "
        "JOIN anonsms_event AS event ON event.subject = person.seq "
        "JOIN anonsms_standing AS standing ON standing.subject = person.seq"
    )
    assert rows == [(100,) * 7]


def test_running_it_again_records_nothing(ledger, take):
    """Also numbers that stand in the list twice are recorded once."""
    assert take([1, 2, 1]) == ImportReport(recorded=2, already_given=1)
    assert take([1, 2, 3]) == ImportReport(recorded=1, already_given=2)
    assert len(ledger.history(person(1))) == 1


def test_newer_evidence_renews(ledger, take):
    """An import that is younger than the one before moves the end."""
    take([1])
    assert take([1], obtained_at=START).recorded == 1
    end = START + MARKETING.valid_for
    assert ledger.state(person(1), "marketing").expires_at == end
    assert take([1]).already_given == 1


@pytest.mark.parametrize("scope", [Scope.MARKETING, Scope.ALL])
@pytest.mark.parametrize("days", [-400, -365, -1])
def test_an_opt_out_is_never_lifted(ledger, take, scope, days):
    """Whether the stop is older or newer than the list."""
    at = START + timedelta(days=days)
    ledger.withdraw(person(1), scope=scope, source="sms", at=at)
    assert take([1, 2]) == ImportReport(recorded=1, opted_out=1)
    assert ledger.state(person(1), "marketing").status is Status.WITHDRAWN
    assert take([1], "news") == ImportReport(opted_out=1)
    assert len(ledger.history(person(1))) == 1


def test_a_pause_is_not_lifted_either(ledger, take, yes):
    """It may have been a stop; a list does not decide that."""
    ledger.grant(person(1), "marketing", at=START - timedelta(days=400), **yes)
    ledger.pause(person(1), source="sms", at=START - timedelta(days=390))
    assert take([1]) == ImportReport(opted_out=1)
    assert ledger.state(person(1), "marketing").status is Status.PAUSED


def test_a_stop_that_was_reopened_still_counts_against_old_lists(
    ledger, clock, take
):
    """After START only evidence that is newer than the stop counts."""
    ledger.withdraw(person(1), source="sms", at=START - timedelta(days=10))
    ledger.reopen(person(1), source="sms")
    assert take([1]) == ImportReport(opted_out=1)
    assert take([1], obtained_at=START - timedelta(days=5)).recorded == 1


def test_stops_from_elsewhere_win_over_older_consent(ledger, take):
    """They reach all marketing, strangers too, and repeat harmlessly."""
    take([1, 2])
    report = ledger.import_withdrawals(
        map(person, [2, 3]), provenance="provider's list"
    )
    assert report == ImportReport(recorded=2)
    given = [s.given for s in ledger.states([person(1), person(2)], "news")]
    assert given == [False, False]
    states = ledger.states([person(n) for n in range(1, 4)], "marketing")
    assert [s.status for s in states] == [
        Status.GIVEN,
        Status.WITHDRAWN,
        Status.WITHDRAWN,
    ]
    assert take([1, 2, 3], obtained_at=START).opted_out == 2


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"provenance": " "}, "provenance is empty"),
        ({"wording": None}, "needs the text"),
        ({"obtained_at": START + timedelta(days=1)}, "future"),
        ({"obtained_at": START.replace(tzinfo=None)}, "time zone"),
        ({"source": "a friend"}, "closed"),
    ],
)
def test_a_list_without_proof_is_refused(ledger, take, wrong, told):
    """Before the first row is read."""
    with pytest.raises(ConsentError, match=told):
        take([1], **wrong)
    with pytest.raises(ConsentError, match="provenance"):
        ledger.import_withdrawals([person(1)], provenance="")
    assert repr(ledger) == "<Ledger sqlite 0 people>"


def test_batches_and_windows_join_without_a_gap(ledger, take, monkeypatch):
    """Whatever their sizes, everybody is recorded once and rightly."""
    monkeypatch.setattr(journal_module, "_BATCH", 7)
    monkeypatch.setattr(journal_module, "_WINDOW", 50)
    assert take([*range(120), *range(40)]) == ImportReport(
        recorded=120, already_given=40
    )
    everybody = [person(number) for number in range(121)]
    states = ledger.states(everybody, "marketing")
    assert states == [
        fold(ledger.history(each), MARKETING, START) for each in everybody
    ]
    assert [state.given for state in states] == [True] * 120 + [False]


def test_what_was_committed_stays_when_the_list_breaks_off(
    ledger, take, monkeypatch
):
    """A list that fails in the middle can be run again from the start."""
    monkeypatch.setattr(journal_module, "_WINDOW", 10)

    def broken():
        yield from range(15)
        raise LedgerError("the source failed")

    with pytest.raises(LedgerError, match="the source failed"):
        take(broken())
    assert take(range(20)) == ImportReport(recorded=10, already_given=10)


def test_bulk_answers_in_the_order_asked(ledger, take):
    """Repeats and strangers included, over more than one look-up."""
    take(range(0, 2500, 2))
    asked = [person(n) for n in [*range(2499, -1, -1), 4, 4, 5]]
    expected = [n % 2 == 0 for n in [*range(2499, -1, -1), 4, 4, 5]]
    states = ledger.states(asked, "marketing")
    assert [state.given for state in states] == expected
    tokens = ledger.tokens(asked)
    assert tokens[0] == ledger.token(asked[0])
    assert ledger.standings(tokens, "marketing") == states
    assert ledger.states([], "marketing") == []
