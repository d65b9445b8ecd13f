"""The end of grants, put on record once, and changing nothing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_capture import ASK, BUY, DAY, NEWER, NEWS, open_shop
from ledger_people import START, WORDING, Clock, person

from anonsms.consent import MARKETING, EventKind, Source, Status
from anonsms.errors import LedgerError, UnknownPurposeError
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger
from anonsms.ledger.entries import expiring


KEYS = KeyRing.generate()


@pytest.fixture(params=["memory", "url", "postgres_url"])
def shop(request, keys, clock):
    """A ledger in memory, one in a file, and one on a server."""
    memory = request.param == "memory"
    place = "sqlite://" if memory else request.getfixturevalue(request.param)
    with open_shop(place, keys, clock) as opened:
        yield opened


def take(shop, numbers, purpose="news", at=START - DAY):
    """Import people with consent."""
    return shop.import_grants(
        map(person, numbers),
        purpose,
        wording=WORDING,
        provenance="old shop",
        obtained_at=at,
    )


def ends(shop, number):
    """The ends on record of one person's consent."""
    return [
        event
        for event in shop.history(person(number))
        if event.kind is EventKind.EXPIRY
    ]


def test_an_end_is_recorded_once(shop, clock):
    """With the time when the grant ran out; again: nothing."""
    take(shop, range(3))
    assert shop.expire() == 0
    clock.move(days=40)
    before = shop.state(person(1), "news")
    assert shop.expire() == 3
    assert shop.expire() == 0
    [event] = ends(shop, 1)
    assert (event.at, event.recorded_at) == (START + 29 * DAY, clock.now)
    assert (event.purpose, event.source) == ("news", Source.STAFF)
    assert shop.state(person(1), "news") == before
    assert before.status is Status.EXPIRED
    assert shop.counts("news")[Status.EXPIRED] == 3


def test_it_ends_to_the_microsecond(shop, clock):
    """At its end a grant counts no more."""
    take(shop, [1], at=START)
    clock.now = START + NEWS.valid_for - timedelta(microseconds=1)
    assert shop.expire() == 0
    clock.move(microseconds=1)
    assert shop.expire() == 1


def test_only_what_ran_out_is_ended(shop, clock):
    """Not who stopped, paused, renewed, or has no limit."""
    take(shop, range(6))
    shop.withdraw(person(0), source="sms")
    shop.pause(person(1), source="sms")
    shop.grant(person(6), "service", wording=WORDING, source="account")
    shop.grant(person(6), "marketing", wording=WORDING, source="account")
    shop.ask(person(7), "news", wording=WORDING, source="account")
    clock.move(days=20)
    shop.renew(person(2), "news", source="account")
    clock.move(days=20)
    assert shop.expire() == 3
    assert [len(ends(shop, n)) for n in range(8)] == [0, 0, 0, 1, 1, 1, 0, 0]


def test_one_purpose_may_be_looked_at(shop, clock):
    """The others wait for their turn."""
    take(shop, [1])
    take(shop, [1], "marketing")
    clock.move(days=4_000)
    assert shop.expire("marketing") == 1
    assert shop.expire(NEWS) == 1
    assert {e.purpose for e in ends(shop, 1)} == {"marketing", "news"}
    with pytest.raises(UnknownPurposeError):
        shop.expire("birthday")


def test_both_grants_of_a_person_end(shop, clock):
    """In one batch, though they share the person's rows."""
    take(shop, [1])
    take(shop, [1], "marketing")
    clock.move(days=4_000)
    assert shop.expire() == 2
    assert shop.expire() == 0
    for purpose in ("news", "marketing"):
        assert shop.state(person(1), purpose).status is Status.EXPIRED


def test_a_late_renewal_still_wins(shop, clock):
    """It was said before the end, and came in after it was recorded."""
    take(shop, [1], at=START)
    clock.move(days=40)
    assert shop.expire() == 1
    shop.renew(person(1), "news", source="account", at=START + 20 * DAY)
    state = shop.state(person(1), "news")
    assert state.given
    assert state.expires_at == START + 50 * DAY
    clock.move(days=20)
    assert shop.expire() == 1
    assert [e.at for e in ends(shop, 1)] == [
        START + 30 * DAY,
        state.expires_at,
    ]


def test_a_new_yes_after_the_end_counts(shop, clock):
    """And ends again in its turn."""
    take(shop, [1], at=START)
    clock.move(days=40)
    shop.expire()
    shop.grant(person(1), "news", wording=WORDING, source="account")
    assert shop.state(person(1), "news").given
    assert shop.expire() == 0
    clock.move(days=30)
    assert shop.expire() == 1


def test_a_grant_that_ran_out_in_a_pause_ends_when_resumed(shop, clock):
    """Once, and not before somebody decided."""
    take(shop, [1], at=START)
    clock.move(days=1)
    shop.pause(person(1), source="sms")
    clock.move(days=40)
    assert shop.expire() == 0
    shop.resume(person(1), source="staff")
    resumed = shop.state(person(1), "news")
    assert shop.expire() == 0  # no event lies in the future
    clock.move(days=1)
    assert shop.expire() == 1
    assert shop.expire() == 0
    assert shop.state(person(1), "news") == resumed
    assert resumed.status is Status.EXPIRED


def test_a_run_goes_on_where_it_was_cut_short(shop, clock, monkeypatch):
    """What was committed stays; nothing is recorded twice."""
    monkeypatch.setattr(expiring, "_BATCH", 4)
    take(shop, range(10))
    take(shop, range(3), "marketing")
    clock.move(days=4_000)
    write, written = shop._journal.append_known, []

    def fail_in_third(drafts, known, now):
        written.append(len(drafts))
        if len(written) == 3:
            raise LedgerError("power cut")
        write(drafts, known, now)

    shop._journal.append_known = fail_in_third
    with pytest.raises(LedgerError, match="power cut"):
        shop.expire()
    assert written == [4, 4, 4]
    assert sum(len(ends(shop, n)) for n in range(10)) == 8
    assert shop.expire() == 5
    assert shop.expire() == 0
    assert sum(len(ends(shop, n)) for n in range(10)) == 13


def test_a_yes_that_came_meanwhile_is_not_ended(shop, clock):
    """It is looked at again while nobody else writes."""
    take(shop, range(2), at=START)
    clock.move(days=40)
    hold = shop.store.hold

    def hold_after_a_yes(what, name=b""):
        shop.store.hold = hold
        shop.renew(person(1), "news", source="account")
        hold(what, name)

    shop.store.hold = hold_after_a_yes
    assert shop.expire() == 1
    assert ends(shop, 1) == []
    assert shop.state(person(1), "news").given


def test_a_nightly_job_needs_no_seal_key(url, keys, clock, zoe):
    """It reads no number and seals nothing: a ring that can ask will do."""
    with open_ledger(url, keys, purposes=[NEWS], clock=clock) as shop:
        shop.grant(zoe, "news", wording=WORDING, source="account")
    clock.move(days=40)
    with open_ledger(url, keys.restrict("index"), clock=clock) as asking:
        assert asking.expire() == 1
        assert [e.kind for e in asking.history(zoe)] == [
            EventKind.GRANT,
            EventKind.EXPIRY,
        ]


def test_an_end_is_a_part_of_the_callers_transaction(shop, clock):
    """Undone with it."""
    take(shop, range(2))
    clock.move(days=40)
    done = []

    def undone():
        with shop.store.transaction():
            done.append(shop.expire())
            raise LedgerError("out of stock")

    with pytest.raises(LedgerError, match="out of stock"):
        undone()
    assert done == [2]
    assert ends(shop, 1) == []
    assert shop.expire() == 2


steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["grant", "withdraw", "pause", "resume", "renew", "import"]
        ),
        st.sampled_from(["news", "marketing"]),
        st.integers(1, 25),
    ),
    max_size=8,
)


@given(steps)
def test_what_is_on_record_changes_no_standing(steps):
    """After any course of events the clock and the record agree."""
    clock = Clock()
    with open_ledger("sqlite://", KEYS, purposes=[NEWS], clock=clock) as shop:
        for act, purpose, days in steps:
            stood = shop.state(person(0), purpose).status
            if act == "import":
                take(shop, [0], purpose, at=clock.now)
            elif act == "grant":
                shop.grant(
                    person(0), purpose, wording=WORDING, source="account"
                )
            elif act != "renew":
                getattr(shop, act)(person(0), purpose, source="sms")
            elif stood in (Status.GIVEN, Status.EXPIRED):
                shop.renew(person(0), purpose, source="account")
            clock.move(days=days)
        clock.move(days=9)
        before = [shop.state(person(0), p) for p in ("news", MARKETING)]
        done = shop.expire()
        assert shop.expire() == 0
        assert len(ends(shop, 0)) == done
        assert [
            shop.state(person(0), p) for p in ("news", MARKETING)
        ] == before


def test_all_of_it_is_found_right_afterwards(shop, clock, zoe):
    """Events of each kind stand in the tree, and add up."""
    shop.ask(zoe, "news", **ASK)
    shop.confirm(zoe, "news")
    shop.renew(zoe, "news", source="account", wording=NEWER)
    shop.soft_opt_in(person(1), "news", **BUY)
    shop.ask(person(2), "news", **ASK)
    take(shop, range(3, 9))
    clock.move(days=40)
    assert shop.expire() == 8
    found = shop.verify()
    assert found.faults == ()
    assert found.people == 9
    kinds = [event.kind for event in shop.history(zoe)]
    assert kinds == [
        EventKind.ASKED,
        EventKind.CONFIRMED,
        EventKind.RENEWAL,
        EventKind.EXPIRY,
    ]
