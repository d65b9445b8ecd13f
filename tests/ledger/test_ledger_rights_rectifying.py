"""A number that was corrected takes its history along, and its noes."""

import itertools
from datetime import timedelta

import pytest
from ledger_people import WHO, WORDING, person

from anonsms.consent import EventKind, Status
from anonsms.errors import (
    ConsentError,
    InvalidNumberError,
    StaleGrantError,
    UnknownPersonError,
)
from anonsms.ledger import open_ledger
from anonsms.ledger.proofs.proofcheck import verify_proof


OLD, NEW = person(1), person(2)
FROM = {"source": "account"}


@pytest.fixture(params=["url", "postgres_url"])
def shop(request, keys, clock):
    """A ledger on each store."""
    place = request.getfixturevalue(request.param)
    with open_ledger(place, keys, clock=clock) as opened:
        yield opened
        report = opened.verify()
        assert report.ok, str(report)


def status(ledger, number, purpose="marketing"):
    """Where somebody stands, in a word."""
    return ledger.state(number, purpose).status


def test_the_history_goes_along(shop, clock, yes):
    """With its evidence, and what was proved of it."""
    grant = shop.grant(OLD, "marketing", evidence={"form": "f3"}, **yes)
    clock.move(days=1)
    event = shop.rectify(OLD, NEW, evidence={"call": "c9"}, **FROM)
    assert event.kind is EventKind.RENUMBERED
    assert shop.state(NEW, "marketing").since == grant.at
    assert status(shop, OLD) is Status.UNKNOWN
    assert shop.history(OLD) == []
    told = shop.history(NEW)
    assert [e.kind for e in told] == [
        EventKind.GRANT,
        EventKind.RENUMBERED,
        EventKind.RENUMBERED,
    ]
    assert {e.token for e in told} == {shop.pseudonym(NEW)}
    for each in (grant, told[0]):  # under the old token, and the new one
        assert shop.evidence(each, **WHO) == {"form": "f3"}
        assert shop.reveal(each, **WHO) == NEW
    assert shop.evidence(event, **WHO) == {"call": "c9"}
    proof = shop.prove(grant, disclose=True, **WHO)
    assert verify_proof(proof, shop.verifiers).number == OLD
    assert len(shop.store.query("SELECT seq FROM anonsms_subject")) == 2


def test_the_old_number_keeps_its_no(shop, clock, yes):
    """It may be given to somebody else, who is not texted either."""
    shop.grant(OLD, "marketing", **yes)
    clock.move(minutes=1)
    shop.withdraw(OLD, source="sms")
    shop.suppress(OLD, "a hospital", source="staff")
    shop.pause(OLD, "service", source="sms")
    clock.move(minutes=1)
    shop.rectify(OLD, NEW, **FROM)
    assert status(shop, OLD) is status(shop, NEW) is Status.WITHDRAWN
    assert shop.state(OLD, "security").suppressed == "a hospital"
    assert shop.state(NEW, "security").suppressed == "a hospital"
    assert status(shop, OLD, "service") is Status.WITHDRAWN
    assert status(shop, NEW, "service") is Status.PAUSED
    assert {dict(e.details)["carried"] for e in shop.history(OLD)} == {
        "renumbered"
    }
    report = shop.import_grants(
        [OLD],
        "marketing",
        wording=WORDING,
        provenance="old shop",
        obtained_at=clock.now,
    )
    assert report.opted_out == 1
    clock.move(days=1)
    shop.grant(OLD, "marketing", **yes)  # whoever has it now
    assert status(shop, OLD) is Status.GIVEN
    assert status(shop, NEW) is Status.WITHDRAWN


SAYS = {
    "yes": lambda shop, who, yes: shop.grant(who, "marketing", **yes),
    "stop": lambda shop, who, yes: shop.withdraw(who, source="sms"),
    "stop all": lambda shop, who, yes: shop.withdraw(
        who, scope="all", source="sms"
    ),
    "perhaps": lambda shop, who, yes: shop.pause(who, source="sms"),
    "never": lambda shop, who, yes: shop.suppress(who, "x", source="staff"),
    "start": lambda shop, who, yes: shop.reopen(who, source="sms"),
    "parcels": lambda shop, who, yes: shop.grant(who, "service", **yes),
}
STRICT = {Status.WITHDRAWN: 2, Status.PAUSED: 1}


@pytest.mark.parametrize("turn", [1, -1])
def test_the_stricter_side_wins(keys, clock, yes, turn):
    """Whoever said it, and whenever."""
    last = ("yes", "stop", "never")
    for n, pair in enumerate(itertools.product(SAYS, SAYS, last)):
        old, new = person(2 * n), person(2 * n + 1)
        with open_ledger("sqlite://", keys, clock=clock) as shop:
            first, second, third = pair
            for who, say in ((old, first), (new, second), (old, third))[
                ::turn
            ]:
                SAYS[say](shop, who, yes)
                clock.move(minutes=1)
            purposes = ("marketing", "service", "security")
            before = [
                (shop.state(old, purpose), shop.state(new, purpose))
                for purpose in purposes
            ]
            shop.rectify(old, new, **FROM)
            for purpose, sides in zip(purposes, before, strict=True):
                now = shop.state(new, purpose)
                strictest = max(STRICT.get(s.status, 0) for s in sides)
                assert STRICT.get(now.status, 0) >= strictest, pair
                assert bool(now.suppressed) is any(
                    s.suppressed for s in sides
                ), pair
            assert shop.verify().ok, pair


def test_what_is_as_strict_needs_nothing_more(shop, clock, yes):
    """A yes after a stop stays a yes; nothing is carried over."""
    shop.withdraw(OLD, source="sms")
    clock.move(days=1)
    shop.grant(OLD, "marketing", **yes)
    clock.move(days=1)
    shop.rectify(OLD, NEW, **FROM)
    assert status(shop, NEW) is Status.GIVEN
    assert not [e for e in shop.history(NEW) if "carried" in dict(e.details)]


def test_a_yes_of_one_side_does_not_lift_the_stop_of_the_other(
    shop, clock, yes
):
    """Though it is newer: it takes one that is newer than the correction."""
    shop.withdraw(OLD, source="sms")
    clock.move(days=1)
    shop.grant(NEW, "marketing", **yes)
    clock.move(days=1)
    shop.rectify(OLD, NEW, **FROM)
    assert status(shop, NEW) is Status.WITHDRAWN
    with pytest.raises(StaleGrantError):
        shop.grant(NEW, "marketing", at=clock.now, **yes)
    clock.move(days=1)
    shop.grant(NEW, "marketing", **yes)
    assert status(shop, NEW) is Status.GIVEN


def test_there_and_back(shop, clock, yes):
    """A second correction undoes the first; the history is one."""
    shop.grant(OLD, "marketing", **yes)
    shop.withdraw(OLD, "service", source="sms")
    clock.move(days=1)
    shop.rectify(OLD, NEW, **FROM)
    clock.move(days=1)
    shop.rectify(NEW, OLD, **FROM)
    assert status(shop, OLD) is Status.GIVEN
    assert status(shop, OLD, "service") is Status.WITHDRAWN
    assert shop.state(NEW, "marketing").status is Status.UNKNOWN
    assert status(shop, NEW, "service") is Status.WITHDRAWN
    clock.move(days=1)
    assert shop.erase(OLD, source="account").held
    assert status(shop, OLD) is status(shop, NEW) is Status.WITHDRAWN
    assert shop.erase(NEW, source="account").held  # it was the same person


def test_a_third_number(shop, clock, yes):
    """Each step is on record, and all evidence stays readable."""
    events = []
    for n in range(3):
        evidence = {"step": str(n)}
        events.append(
            shop.grant(person(n), "marketing", evidence=evidence, **yes)
        )
        clock.move(days=1)
        shop.rectify(person(n), person(n + 1), **FROM)
        clock.move(days=1)
    assert [shop.evidence(e, **WHO)["step"] for e in events] == [*"012"]
    shop.erase(person(3), source="account")
    assert not shop.store.query(
        "SELECT number FROM anonsms_subject WHERE wrapped IS NOT NULL"
    )
    for n in range(4):
        assert status(shop, person(n)) is Status.WITHDRAWN


def test_a_number_of_somebody_erased(shop, clock, yes):
    """The no that was kept there wins; erased people are not corrected."""
    shop.grant(OLD, "marketing", **yes)
    shop.grant(NEW, "marketing", **yes)
    clock.move(days=1)
    shop.erase(NEW, source="account")
    with pytest.raises(UnknownPersonError, match="nothing but a no"):
        shop.rectify(NEW, OLD, **FROM)
    clock.move(days=1)
    shop.rectify(OLD, NEW, **FROM)
    assert status(shop, NEW) is Status.WITHDRAWN


def test_what_rectify_refuses(shop, yes):
    """The same number, somebody unknown, an odd source."""
    shop.grant(OLD, "marketing", **yes)
    with pytest.raises(ConsentError, match="the same"):
        shop.rectify(OLD, OLD, **FROM)
    with pytest.raises(UnknownPersonError, match="Nobody is on record"):
        shop.rectify(NEW, OLD, **FROM)
    with pytest.raises(ConsentError, match="not on the list"):
        shop.rectify(OLD, NEW, source="carrier pigeon")
    for evidence in ("+33 6 39 98 12 34", {"a": 1}, {"a": "\ud800"}):
        with pytest.raises(ConsentError, match="Evidence is text by name"):
            shop.rectify(OLD, NEW, evidence=evidence, **FROM)
    for pair in (
        ("+33 6 39 98 12 34", NEW),
        (OLD, "+33 6 39 98 12 34"),
        (OLD, None),
    ):
        with pytest.raises(InvalidNumberError):
            shop.rectify(*pair, evidence={"who": OLD.reveal()}, **FROM)
    assert status(shop, OLD) is Status.GIVEN


def test_campaigns_know_the_person_by_the_new_number(shop, clock, yes):
    """Who had a text has had it; a row of both numbers stays as it is."""
    shop.grant(OLD, "marketing", **yes)
    old, new = shop.tokens([OLD, NEW])
    shop.store.executemany(
        "INSERT INTO anonsms_outbox (campaign, token, attempt, state, parts, "
        "intended_at, updated_at) VALUES (?, ?, ?, ?, ?, 0, ?)",
        [
            ("soldes", old, "a1", "accepted", 1, 0),
            ("both", old, "a2", "accepted", 1, 0),
            ("both", new, "a3", "accepted", 1, 0),
        ],
    )
    shop.rectify(OLD, NEW, **FROM)
    assert set(
        shop.store.query("SELECT campaign, token FROM anonsms_outbox")
    ) == {("soldes", new), ("both", old), ("both", new)}


def test_with_the_order_or_not_at_all(shop, clock, yes):
    """Inside a transaction that is undone, nothing was corrected."""
    shop.grant(OLD, "marketing", **yes)

    def order_that_fails():
        with shop.store.transaction():
            shop.rectify(OLD, NEW, **FROM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        order_that_fails()
    assert status(shop, OLD) is Status.GIVEN
    assert status(shop, NEW) is Status.UNKNOWN


def test_a_clock_that_stepped_back(shop, clock, yes):
    """The no that is carried over is as late as the newest on record."""
    shop.withdraw(OLD, source="sms")
    clock.move(hours=1)
    shop.grant(NEW, "marketing", **yes)
    clock.move(minutes=-30)
    shop.rectify(OLD, NEW, **FROM)
    assert status(shop, NEW) is Status.WITHDRAWN
    clock.move(minutes=30)
    with pytest.raises(StaleGrantError):
        shop.grant(NEW, "marketing", at=clock.now, **yes)


def test_a_correction_that_was_faked(ledger, clock, yes):
    """Whose history goes where is on record: any other way is found."""
    stranger = person(7)
    ledger.withdraw(stranger, source="sms")
    ledger.grant(OLD, "marketing", **yes)
    ledger.rectify(OLD, NEW, **FROM)
    assert ledger.verify().ok
    [[row]] = ledger.store.query(
        "SELECT seq FROM anonsms_subject WHERE successor IS NOT NULL"
    )
    rows = [1, 2, 3]
    [[true]] = ledger.store.query(
        "SELECT successor FROM anonsms_subject WHERE seq = ?", (row,)
    )
    change = "UPDATE anonsms_subject SET successor = ? WHERE seq = ?"
    for where in (None, *rows):
        ledger.store.execute(change, (where, row))
        assert ledger.verify().ok is (where == true)
    ledger.store.execute(change, (true, row))
    for other in rows:
        if other not in (row, true):
            ledger.store.execute(change, (true, other))
            assert not ledger.verify().ok
            ledger.store.execute(change, (None, other))
    assert ledger.verify().ok


def test_the_time_of_the_yes_goes_along(shop, clock, yes):
    """It expires when it would have."""
    shop.grant(OLD, "marketing", **yes)
    ends = shop.state(OLD, "marketing").expires_at
    clock.move(days=400)
    shop.rectify(OLD, NEW, **FROM)
    assert shop.state(NEW, "marketing").expires_at == ends
    late = ends + timedelta(seconds=1)
    assert shop.state(NEW, "marketing", late).status is Status.EXPIRED
