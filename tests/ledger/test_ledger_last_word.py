"""A stop that is said now wins, whatever the clocks say."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from ledger_people import START, WORDING, person

from anonsms.consent import EventKind, Scope, Status
from anonsms.ledger import open_ledger


AHEAD = START + timedelta(minutes=4)


def test_a_time_ahead_of_ours_counts_as_now(ledger, zoe, yes):
    """A web server whose clock runs ahead does not know the future."""
    event = ledger.grant(zoe, "marketing", at=AHEAD, **yes)
    assert event.at == START
    assert event.expires_at == START + timedelta(days=3 * 365)


def test_a_stop_after_a_grant_from_ahead_counts(ledger, clock, zoe, yes):
    """Law 3: the clock of the form must not outrun the person."""
    ledger.grant(zoe, "marketing", at=AHEAD, **yes)
    clock.move(minutes=1)
    ledger.withdraw(zoe, source="sms")
    assert ledger.state(zoe, "marketing").status is Status.WITHDRAWN


@pytest.mark.parametrize("stop", ["withdraw", "pause"])
@pytest.mark.parametrize("scope", [None, Scope.ALL])
def test_a_stop_counts_though_the_clock_stepped_back(
    ledger, clock, yes, stop, scope
):
    """It is as late as the newest on record, and wins the tie."""
    zoe = person(1234)
    ledger.grant(zoe, "marketing", **yes)
    clock.move(seconds=-2)
    event = getattr(ledger, stop)(zoe, scope=scope, source="sms")
    assert event.at == START
    assert event.recorded_at == START - timedelta(seconds=2)
    stopped = {"withdraw": Status.WITHDRAWN, "pause": Status.PAUSED}[stop]
    assert ledger.state(zoe, "marketing").status is stopped
    clock.move(seconds=10)
    assert ledger.state(zoe, "marketing").status is stopped


def test_a_suppression_counts_though_the_clock_stepped_back(
    ledger, clock, zoe
):
    """Also after a release that is newer by the clock."""
    ledger.release(zoe, "a mistake", source="staff")
    clock.move(seconds=-2)
    ledger.suppress(zoe, "a hospital", source="staff")
    assert ledger.state(zoe, "service").suppressed == "a hospital"


def test_a_list_of_stops_counts_though_the_clock_stepped_back(
    ledger, clock, yes
):
    """Each one, also beside people who were never heard of."""
    for number in (1, 2):
        ledger.grant(person(number), "marketing", **yes)
    clock.move(seconds=-2)
    everybody = [person(number) for number in range(4)]
    ledger.import_withdrawals(everybody, provenance="provider's list")
    assert {s.status for s in ledger.states(everybody, "marketing")} == {
        Status.WITHDRAWN
    }


def test_only_stops_have_that_right(ledger, clock, zoe):
    """What lifts a stop has to be newer by itself."""
    ledger.withdraw(zoe, source="sms")
    clock.move(seconds=-2)
    ledger.reopen(zoe, source="sms")
    ledger.resume(zoe, source="staff")
    assert ledger.state(zoe, "marketing").status is Status.WITHDRAWN


def test_a_stop_with_a_time_of_its_own_keeps_it(ledger, clock, zoe, yes):
    """An old stop that arrives late does not undo a newer yes."""
    ledger.grant(zoe, "marketing", **yes)
    clock.move(days=1)
    ledger.withdraw(zoe, source="sms", at=START - timedelta(days=1))
    assert ledger.state(zoe, "marketing").given


def test_stops_at_once_leave_one_moment(url, keys, zoe):
    """Who looked at the clock first may write last: `since` stays."""
    begin = threading.Barrier(8)
    seen = []
    with open_ledger(url, keys, clock=lambda: datetime.now(UTC)) as ledger:
        ledger.grant(zoe, "marketing", wording=WORDING, source="account")

        def stop():
            begin.wait()
            ledger.withdraw(zoe, source="sms")
            seen.append(ledger.state(zoe, "marketing").since)

        threads = [threading.Thread(target=stop) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kinds = [event.kind for event in ledger.history(zoe)]
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert kinds == [EventKind.GRANT, *[EventKind.WITHDRAWAL] * 8]
