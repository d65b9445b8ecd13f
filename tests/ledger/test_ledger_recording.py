"""Grants, stops and what is refused at capture."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from ledger_people import START, WHO, WORDING, person

from anonsms.consent import (
    MARKETING,
    ConsentState,
    EventKind,
    Family,
    Purpose,
    Scope,
    Source,
    Status,
    Wording,
)
from anonsms.errors import (
    ConfigurationError,
    ConsentError,
    LedgerError,
    PretickedBoxError,
    StaleGrantError,
    UnknownPurposeError,
)
from anonsms.ledger import open_ledger


def test_a_grant_counts_until_it_expires(ledger, clock, zoe, yes):
    """The event tells what was agreed to; the state follows the clock."""
    event = ledger.grant(
        zoe, "marketing", placement="under the total", incentive="", **yes
    )
    assert (event.kind, event.purpose) == (EventKind.GRANT, "marketing")
    assert (event.at, event.recorded_at) == (START, START)
    assert event.wording == WORDING
    assert event.details == (
        ("box", "not ticked beforehand"),
        ("placement", "under the total"),
    )
    assert event.token == f"a1:{ledger.token(zoe).hex()}"
    end = START + MARKETING.valid_for
    assert ledger.state(zoe, "marketing") == ConsentState(
        Status.GIVEN, START, end
    )
    clock.now = end
    assert ledger.state(zoe, MARKETING).status is Status.EXPIRED
    assert ledger.state(zoe, "marketing", at=START).given


def test_nobody_is_known_at_first(ledger, zoe):
    """Unknown is a state, and has no history."""
    assert ledger.state(zoe, "marketing").status is Status.UNKNOWN
    assert ledger.history(zoe) == []


@pytest.mark.parametrize(
    ("opt_out", "stopped"),
    [
        ({}, {"marketing", "news"}),
        ({"purpose": "news"}, {"news"}),
        ({"scope": Scope.MARKETING}, {"marketing", "news"}),
        ({"scope": Scope.ALL}, {"marketing", "news", "service", "security"}),
    ],
)
def test_a_stop_reaches_as_far_as_it_says(
    ledger, clock, yes, opt_out, stopped
):
    """One purpose, all marketing, or every text."""
    zoe = person(1234)
    every = {"marketing", "news", "service", "security"}
    for purpose in every:
        ledger.grant(zoe, purpose, **yes)
    clock.move(days=1)
    event = ledger.withdraw(zoe, **opt_out, source="SMS", rule="fr.stop")
    assert (event.rule, event.source) == ("fr.stop", Source.SMS)
    assert {
        p for p in every if ledger.state(zoe, p).status is Status.WITHDRAWN
    } == stopped


def test_a_stop_of_a_stranger_holds(ledger, clock, zoe, yes):
    """Who was never heard of can say stop, and no older grant lifts it."""
    ledger.withdraw(zoe, source="sms")
    with pytest.raises(StaleGrantError, match="newer"):
        ledger.grant(zoe, "news", at=START - timedelta(days=1), **yes)
    with pytest.raises(StaleGrantError):
        ledger.grant(zoe, "news", **yes)  # at the same instant
    clock.move(seconds=1)
    assert ledger.grant(zoe, "news", **yes)
    assert ledger.state(zoe, "news").given
    assert ledger.state(zoe, "marketing").status is Status.WITHDRAWN


def test_a_grant_between_two_stops_is_stale_too(ledger, clock, zoe, yes):
    """Also when the person has said yes again since."""
    clock.move(days=1)
    ledger.withdraw(zoe, source="sms")
    clock.move(days=1)
    ledger.grant(zoe, "marketing", **yes)
    with pytest.raises(StaleGrantError):
        ledger.grant(zoe, "marketing", at=START, **yes)
    assert len(ledger.history(zoe)) == 2


def test_every_stop_is_recorded(ledger, clock, zoe):
    """Saying stop twice changes nothing and is on record twice."""
    ledger.withdraw(zoe, source="sms")
    before = ledger.state(zoe, "news")
    clock.move(days=1)
    ledger.withdraw(zoe, source="link")
    assert [e.source for e in ledger.history(zoe)] == [
        Source.SMS,
        Source.LINK,
    ]
    assert ledger.state(zoe, "news") == before


def test_a_pause_is_settled_either_way(ledger, clock, zoe, yes):
    """Resumed it counts again, from the grant's own term."""
    ledger.grant(zoe, "marketing", **yes)
    clock.move(days=1)
    ledger.pause(zoe, source="sms", rule="fr.perhaps")
    assert ledger.state(zoe, "marketing").status is Status.PAUSED
    clock.move(days=1)
    ledger.resume(zoe, source="staff")
    state = ledger.state(zoe, "marketing")
    assert state.given
    assert state.expires_at == START + MARKETING.valid_for


def test_a_pause_of_everything_holds_parcel_news_too(ledger, clock, zoe):
    """Service needs no consent, and waits all the same; also in bulk."""
    ledger.pause(zoe, scope=Scope.ALL, source="sms")
    for purpose in ("marketing", "news", "service", "security"):
        assert ledger.state(zoe, purpose).status is Status.PAUSED
        assert ledger.counts(purpose)[Status.PAUSED] == 1
    clock.move(days=1)
    ledger.resume(zoe, scope=Scope.ALL, source="staff")
    assert ledger.states([zoe], "service")[0].status is Status.UNKNOWN
    assert ledger.state(zoe, "marketing").status is Status.UNKNOWN


def test_a_pause_outlives_the_grant_that_it_holds(ledger, clock, zoe, yes):
    """Nobody has decided yet; once resumed, the grant has expired."""
    ledger.grant(zoe, "news", **yes)
    clock.move(days=1)
    ledger.pause(zoe, source="sms")
    clock.move(days=40)
    paused = ledger.state(zoe, "news")
    assert (paused.status, paused.paused_from) == (
        Status.PAUSED,
        Status.GIVEN,
    )
    ledger.resume(zoe, source="staff")
    assert ledger.state(zoe, "news").status is Status.EXPIRED


def test_reopening_grants_nothing(ledger, clock, zoe):
    """START after STOP: the shop may ask again, and may not send."""
    ledger.withdraw(zoe, source="sms")
    clock.move(days=1)
    ledger.reopen(zoe, source="sms", rule="fr.start")
    assert ledger.state(zoe, "marketing").status is Status.UNKNOWN


def test_suppression_stands_beside_consent(ledger, clock, zoe, yes):
    """It is over only when staff lift it; consent is as it was."""
    ledger.grant(zoe, "marketing", **yes)
    ledger.suppress(zoe, "belongs to a hospital", source="staff")
    clock.move(days=1)
    state = ledger.state(zoe, "marketing")
    assert (state.given, state.suppressed) == (True, "belongs to a hospital")
    assert ledger.state(zoe, "service").suppressed
    ledger.release(zoe, "number was mistaken", source="staff")
    assert not ledger.state(zoe, "marketing").suppressed


@pytest.mark.parametrize("purpose", ["service", "security"])
def test_service_can_be_granted(ledger, clock, zoe, yes, purpose):
    """Else who stopped everything could never have parcel news again."""
    ledger.withdraw(zoe, scope=Scope.ALL, source="sms")
    clock.move(days=1)
    ledger.grant(zoe, purpose, **yes)
    assert ledger.state(zoe, purpose) == ConsentState(
        Status.GIVEN, START + timedelta(days=1)
    )


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        ({"preticked": True}, PretickedBoxError, r"Art\. 4\(11\)"),
        ({"wording": None}, ConsentError, r"Art\. 7\(1\)"),
        ({"wording": Wording("a", "1", "fr", " ")}, ConsentError, "wording="),
        ({"source": "fax"}, ConsentError, "closed.*point of sale"),
        ({"purpose": "birthday"}, UnknownPurposeError, "marketing, news, sec"),
        (
            {"purpose": Purpose("news", Family.SERVICE)},
            UnknownPurposeError,
            "declared with another",
        ),
        ({"at": datetime(2026, 1, 1)}, ConsentError, "time zone"),  # noqa: DTZ001
        ({"at": START + timedelta(hours=1)}, ConsentError, "future"),
        ({"evidence": {"age": 7}}, ConsentError, "text by name"),
    ],
)
def test_what_cannot_count_is_refused(ledger, yes, wrong, error, told):
    """The refusal teaches the rule, and nothing is recorded."""
    zoe = person(1234)
    call = {"purpose": "marketing", **yes, **wrong}
    with pytest.raises(error, match=told):
        ledger.grant(zoe, **call)
    assert ledger.history(zoe) == []


@pytest.mark.parametrize(
    "call",
    [
        {"purpose": "news", "scope": Scope.ALL},
        {"scope": Scope.PURPOSE},
        {"at": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"source": ""},
    ],
)
def test_an_unclear_stop_is_refused_loudly(ledger, zoe, call):
    """Nobody may believe that a stop was recorded when it was not."""
    with pytest.raises(ConsentError):
        ledger.withdraw(zoe, **{"source": "sms", **call})


def test_a_reason_is_asked_for(ledger, zoe):
    """Nobody is suppressed for nothing."""
    with pytest.raises(ConsentError, match="reason is empty"):
        ledger.suppress(zoe, " ", source="staff")


def test_an_unknown_purpose_is_named(ledger, zoe):
    """The error carries the name for programs."""
    with pytest.raises(UnknownPurposeError) as caught:
        ledger.state(zoe, "birthday")
    assert caught.value.purpose == "birthday"


def test_a_wording_is_never_changed(ledger, zoe, yes):
    """The same id and version with another text would rewrite history."""
    ledger.grant(zoe, "marketing", **yes)
    other = Wording("checkout-sms", "2026-03", "fr", "Oui, tout.")
    with pytest.raises(ConsentError, match="new version"):
        ledger.grant(person(1), "marketing", wording=other, source="account")
    newer = Wording("checkout-sms", "2026-04", "fr", "Oui, tout.")
    ledger.grant(person(1), "marketing", wording=newer, source="account")
    assert ledger.history(person(1))[0].wording == newer


def test_clocks_run_in_any_zone(ledger, zoe, yes):
    """Times come back in UTC, to the microsecond."""
    paris = timezone(timedelta(hours=1))
    at = datetime(2026, 2, 1, 9, 30, 0, 123457, tzinfo=paris)
    ledger.grant(zoe, "marketing", at=at, **yes)
    [event] = ledger.history(zoe)
    assert event.at == at
    assert event.at.tzinfo is UTC


def test_a_naive_clock_is_refused(keys):
    """A clock that could mean any zone proves nothing."""
    with pytest.raises(ConsentError, match="time zone"):
        open_ledger(
            "sqlite://",
            keys,
            clock=lambda: datetime(2026, 1, 1),  # noqa: DTZ001
        )


def test_evidence_is_sealed_and_comes_back(ledger, zoe, yes):
    """Each event has its own; none given is an empty one."""
    facts = {"form": "checkout-3", "ip": "192.0.2.7", "note": "même"}
    one = ledger.grant(zoe, "marketing", evidence=facts, **yes)
    two = ledger.withdraw(zoe, source="sms", evidence={"sid": "SM1"})
    three = ledger.withdraw(zoe, source="sms")
    assert ledger.evidence(one, **WHO) == facts
    assert ledger.evidence(two, **WHO) == {"sid": "SM1"}
    assert ledger.evidence(three, **WHO) == {}


def test_history_is_what_was_returned(ledger, clock, zoe, yes):
    """Events read back equal those that the calls returned, oldest first."""
    told = [ledger.grant(zoe, "marketing", **yes)]
    clock.move(days=1)
    told.append(ledger.withdraw(zoe, source="sms", rule="fr.stop"))
    told.insert(
        0, ledger.pause(zoe, source="sms", at=START - timedelta(days=1))
    )
    assert ledger.history(zoe) == told


def test_custom_purposes_live_in_the_ledger(ledger, url, keys, zoe, yes):
    """Another process knows them, in their family, without declaring."""
    with open_ledger(url, keys, clock=ledger.clock) as other:
        other.grant(zoe, "news", **yes)
        assert other.purpose("news").valid_for == timedelta(days=30)
        with pytest.raises(ConfigurationError, match="recorded as marketing"):
            open_ledger(url, keys, purposes=[Purpose("news", Family.SERVICE)])


def test_a_purpose_declared_meanwhile_is_found(ledger, url, keys, zoe, yes):
    """A running process learns of purposes that another one declares."""
    late = Purpose("late", Family.MARKETING)
    with open_ledger(url, keys, purposes=[late], clock=ledger.clock) as other:
        other.grant(zoe, late, **yes)
    assert ledger.state(zoe, "late").given
    ledger.withdraw(zoe, source="sms", at=START + timedelta(seconds=1))
    assert ledger.state(zoe, "late").status is Status.WITHDRAWN


def test_a_time_limit_can_be_declared_anew(ledger, url, keys, zoe, yes):
    """It counts for what is recorded from then on; grants keep theirs."""
    before = ledger.grant(zoe, "news", **yes)
    week = Purpose("news", Family.MARKETING, timedelta(days=7))
    with open_ledger(url, keys, purposes=[week], clock=ledger.clock) as other:
        after = other.grant(person(1), "news", **yes)
    assert before.expires_at == START + timedelta(days=30)
    assert after.expires_at == START + timedelta(days=7)
    assert ledger.state(zoe, "news").expires_at == before.expires_at


@pytest.mark.parametrize(
    "wrong",
    [
        Purpose("marketing", Family.MARKETING, timedelta(days=30)),
        Purpose("service", Family.MARKETING),
        "news",
    ],
)
def test_built_in_purposes_stay_as_they_are(keys, wrong):
    """Nor is a name alone a declaration."""
    with pytest.raises(ConfigurationError, match=r"built in|a list of"):
        open_ledger("sqlite://", keys, purposes=[wrong])


@pytest.mark.parametrize("name", ["~all", "", "Été", "a" * 64, "MARKETING"])
def test_odd_purpose_names_are_refused(keys, name):
    """The ledger's own base rows can never be mistaken for a purpose."""
    with pytest.raises(ConfigurationError, match="small letters"):
        open_ledger(
            "sqlite://", keys, purposes=[Purpose(name, Family.MARKETING)]
        )


def test_counts_add_up(ledger, clock, yes):
    """Everybody heard of is counted once, by the clock."""
    for number in range(6):
        ledger.grant(person(number), "marketing", **yes)
    ledger.grant(person(6), "news", **yes)
    clock.move(days=1)
    ledger.withdraw(person(0), source="sms")
    ledger.pause(person(1), "marketing", source="sms")
    ledger.withdraw(person(7), scope=Scope.ALL, source="sms")
    counts = ledger.counts("marketing")
    assert counts == {
        Status.GIVEN: 4,
        Status.PAUSED: 1,
        Status.WITHDRAWN: 2,
        Status.UNKNOWN: 1,
        Status.EXPIRED: 0,
    }
    clock.move(days=4000)
    counts = ledger.counts("marketing")
    assert (counts[Status.EXPIRED], counts[Status.PAUSED]) == (4, 1)
    assert repr(ledger) == "<Ledger sqlite 8 people>"


def test_a_closed_ledger_says_so(ledger, zoe):
    """Not with an error of the driver's."""
    ledger.close()
    ledger.close()
    assert repr(ledger) == "<Ledger sqlite, closed>"
    for use in (
        lambda: ledger.state(zoe, "marketing"),
        lambda: ledger.withdraw(zoe, source="sms"),
    ):
        with pytest.raises(LedgerError, match="closed"):
            use()
