"""The fold of events to a state: total, and blind to the order of writing."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anonsms.consent import (
    MARKETING,
    SERVICE,
    TRANSITIONS,
    UNKNOWN_STATE,
    ConsentEvent,
    ConsentState,
    EventKind,
    Family,
    Purpose,
    Scope,
    Source,
    Status,
    fold,
    in_order,
)
from anonsms.errors import ConfigurationError


START = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEWS = Purpose("news", Family.MARKETING)
PURPOSES = (MARKETING, NEWS, SERVICE)


def event(kind, day, *, purpose="marketing", scope=Scope.PURPOSE, **more):
    """One event, ``day`` days after the start."""
    at = START + timedelta(days=day)
    return ConsentEvent(
        id=more.pop("id", f"{kind}-{day}"),
        token="a1:00",
        kind=EventKind(kind),
        scope=scope,
        purpose=purpose if scope is Scope.PURPOSE else "",
        at=at,
        recorded_at=at,
        source=Source.STAFF,
        **more,
    )


@st.composite
def histories(draw):
    """Events of one person, many of them at the same instant."""
    events = []
    for number in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(EventKind))
        day = draw(st.integers(0, 4))
        scope = (
            Scope.PURPOSE if kind.gives else draw(st.sampled_from(list(Scope)))
        )
        life = draw(st.none() | st.integers(1, 6)) if kind.gives else None
        events.append(
            event(
                kind,
                day,
                id=f"{number:032x}",
                scope=scope,
                purpose=draw(st.sampled_from(PURPOSES)).name,
                expires_at=life and START + timedelta(days=day + life),
                details=(("reason", draw(st.sampled_from("ab"))),),
            )
        )
    return events


moments = st.integers(-1, 12).map(lambda day: START + timedelta(days=day))


@given(st.data(), histories(), st.sampled_from(PURPOSES), moments)
def test_order_of_writing_does_not_matter(data, events, purpose, now):
    """Any order of the same events gives the same state."""
    shuffled = data.draw(st.permutations(events))
    assert fold(shuffled, purpose, now) == fold(events, purpose, now)


@given(histories(), st.sampled_from(PURPOSES), moments)
def test_events_of_others_do_not_matter(events, purpose, now):
    """What does not touch a purpose changes nothing for it."""
    touching = [each for each in events if each.touches(purpose)]
    assert fold(touching, purpose, now) == fold(events, purpose, now)


@given(histories(), st.sampled_from(PURPOSES), st.sampled_from([2, 3]))
def test_given_needs_a_grant_newer_than_any_opt_out(events, purpose, wide):
    """Whoever counts as given has a grant, and no later or equal opt-out."""
    now = START + timedelta(days=wide)
    if not fold(events, purpose, now).given:
        return
    touching = [each for each in events if each.touches(purpose)]
    grants = [e.at for e in touching if e.kind.gives]
    stops = [e.at for e in touching if e.kind.withdraws]
    assert grants
    assert not stops or max(grants) > max(stops)


@given(
    histories(),
    st.sampled_from(PURPOSES),
    st.sampled_from(["imported", "renewal", "soft opt-in"]),
)
def test_only_an_explicit_yes_lifts_an_opt_out(events, purpose, kind):
    """A list, a renewal or a purchase leaves a stop and a pause alone."""
    now = START + timedelta(days=10)
    before = fold(events, purpose, now)
    late = event(kind, 9, purpose=purpose.name)
    after = fold([*events, late], purpose, now)
    if before.status in (Status.WITHDRAWN, Status.PAUSED):
        assert after == before
    elif kind == "imported":
        assert after.given
    for yes in ("grant", "confirmed"):
        explicit = event(yes, 9, purpose=purpose.name)
        assert fold([*events, explicit], purpose, now).given


@given(histories(), st.sampled_from(PURPOSES))
def test_a_renewal_needs_what_it_renews(events, purpose):
    """Who never said yes has said nothing again."""
    now = START + timedelta(days=10)
    before = fold(events, purpose, now)
    late = event("renewal", 9, purpose=purpose.name)
    after = fold([*events, late], purpose, now)
    if before.status in (Status.GIVEN, Status.EXPIRED):
        assert after.given
        assert after.since == late.at
    else:
        assert after == before


@given(histories(), st.sampled_from(PURPOSES), moments)
def test_a_question_and_what_is_noted_change_nothing(events, purpose, now):
    """To be asked is not to say yes; to be looked at even less."""
    telling = [
        each
        for each in events
        if each.kind.counts and each.kind is not EventKind.ASKED
    ]
    assert fold(telling, purpose, now) == fold(events, purpose, now)


@given(histories(), st.sampled_from(PURPOSES), moments)
def test_an_objection_counts_like_a_withdrawal(events, purpose, now):
    """To the same state, with the same moment."""
    alike = [
        evolve(each, kind=EventKind.WITHDRAWAL)
        if each.kind is EventKind.OBJECTION
        else each
        for each in events
    ]
    assert fold(alike, purpose, now) == fold(events, purpose, now)


@given(histories(), st.sampled_from(PURPOSES), moments)
def test_an_end_on_record_says_what_the_clock_says(events, purpose, now):
    """Whoever writes down that a grant ran out changes no standing."""
    unclocked = fold(events, purpose, START - timedelta(days=9))
    if not unclocked.given or unclocked.expires_at is None:
        return
    moment = max(
        unclocked.expires_at, unclocked.since + timedelta(microseconds=1)
    )
    end = evolve(event("expiry", 0, purpose=purpose.name), at=moment)
    late = max(now, moment)
    after = fold([*events, end], purpose, late)
    assert after == fold(events, purpose, late)
    assert after.status is Status.EXPIRED
    # It stays so, whenever one asks, and needs not be written down again.
    assert fold([*events, end], purpose, START) == after


@given(histories(), st.sampled_from(PURPOSES), moments, st.integers(0, 9))
def test_an_end_gives_nothing_and_ends_no_later_grant(
    events, purpose, now, day
):
    """Wherever it lands among the events, also a wrong one."""
    end = event("expiry", day, id="f" * 32, purpose=purpose.name)
    if fold([*events, end], purpose, now).given:
        assert fold(events, purpose, now).given
    later = event("grant", 10, purpose=purpose.name)
    assert fold([*events, end, later], purpose, later.at).given


@given(histories(), st.sampled_from(PURPOSES), moments)
def test_suppression_is_the_last_word_on_suppression(events, purpose, now):
    """Consent never clears a suppression; only a later release does."""
    marks = [
        each
        for each in in_order(events)
        if each.touches(purpose)
        and each.kind in (EventKind.SUPPRESSED, EventKind.RELEASED)
    ]
    expected = bool(marks) and marks[-1].kind is EventKind.SUPPRESSED
    assert bool(fold(events, purpose, now).suppressed) is expected


@given(histories(), st.sampled_from(PURPOSES), moments)
def test_a_pause_and_its_end_change_no_standing(events, purpose, now):
    """Whatever came before: who was held back stands there again."""
    begun = event("paused", 8, scope=Scope.ALL)
    ended = event("resumed", 9, scope=Scope.ALL)
    before = fold(events, purpose, now)
    paused = fold([*events, begun], purpose, now)
    resumed = fold([*events, begun, ended], purpose, now)
    if before.status is Status.WITHDRAWN:
        assert before == paused == resumed
        return
    assert paused.status is Status.PAUSED
    if before.status is not Status.PAUSED:
        assert resumed.status is before.status
        unclocked = fold(events, purpose, START - timedelta(days=9))
        assert paused.paused_from is unclocked.status
    assert resumed.suppressed == before.suppressed


@pytest.mark.parametrize(
    "wrong",
    [{"family": "foo"}, {"valid_for": 30}, {"valid_for": timedelta(0)}],
)
def test_a_purpose_is_declared_rightly(wrong):
    """Its family is one of three, its limit a span of time."""
    with pytest.raises(ConfigurationError, match=r"families|timedelta"):
        Purpose(**{"name": "x", "family": "marketing", **wrong})


def test_an_expired_standing_is_paused_and_resumed():
    """Also where the clock was moved on before the pause."""
    expired = ConsentState(Status.EXPIRED, since=START)
    paused = expired.after(event("paused", 1))
    assert (paused.status, paused.paused_from) == (
        Status.PAUSED,
        Status.EXPIRED,
    )
    assert paused.after(event("resumed", 2)).status is Status.EXPIRED


def test_the_table_is_total():
    """Every status has an answer to every kind of event."""
    assert set(TRANSITIONS) == {(s, k) for s in Status for k in EventKind}
    assert Status.EXPIRED not in {
        to for (was, _), to in TRANSITIONS.items() if was is not Status.EXPIRED
    }


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ([], Status.UNKNOWN),
        (["grant"], Status.GIVEN),
        (["grant", "withdrawal"], Status.WITHDRAWN),
        (["grant", "withdrawal", "grant"], Status.GIVEN),
        (["grant", "withdrawal", "imported"], Status.WITHDRAWN),
        (["grant", "paused", "imported"], Status.PAUSED),
        (["grant", "paused", "resumed"], Status.GIVEN),
        (["grant", "paused", "paused", "resumed"], Status.GIVEN),
        (["paused"], Status.PAUSED),
        (["paused", "resumed"], Status.UNKNOWN),
        (["paused", "imported"], Status.PAUSED),
        (["paused", "reopened"], Status.PAUSED),
        (["paused", "grant"], Status.GIVEN),
        (["paused", "grant", "resumed"], Status.GIVEN),
        (["paused", "withdrawal", "resumed"], Status.WITHDRAWN),
        (["withdrawal", "paused"], Status.WITHDRAWN),
        (["withdrawal", "paused", "resumed"], Status.WITHDRAWN),
        (["resumed"], Status.UNKNOWN),
        (["withdrawal", "reopened"], Status.UNKNOWN),
        (["withdrawal", "reopened", "imported"], Status.GIVEN),
        (["grant", "reopened"], Status.GIVEN),
        (["asked"], Status.UNKNOWN),
        (["asked", "confirmed"], Status.GIVEN),
        (["withdrawal", "asked"], Status.WITHDRAWN),
        (["withdrawal", "asked", "confirmed"], Status.GIVEN),
        (["grant", "renewal"], Status.GIVEN),
        (["renewal"], Status.UNKNOWN),
        (["grant", "objection", "renewal"], Status.WITHDRAWN),
        (["grant", "paused", "renewal", "resumed"], Status.GIVEN),
        (["soft opt-in"], Status.GIVEN),
        (["soft opt-in", "objection"], Status.WITHDRAWN),
        (["objection", "soft opt-in"], Status.WITHDRAWN),
        (["paused", "soft opt-in"], Status.PAUSED),
        (["paused", "soft opt-in", "resumed"], Status.UNKNOWN),
        (["grant", "expiry"], Status.GIVEN),
        (["expiry"], Status.UNKNOWN),
        (["withdrawal", "expiry"], Status.WITHDRAWN),
        (["grant", "revealed", "renumbered"], Status.GIVEN),
    ],
)
def test_the_stories_people_live(kinds, status):
    """The usual courses of events end where one expects."""
    events = [event(kind, day) for day, kind in enumerate(kinds)]
    assert fold(events, MARKETING, START + timedelta(days=9)).status is status


@pytest.mark.parametrize("opt_out", ["withdrawal", "paused"])
def test_at_the_same_instant_the_opt_out_wins(opt_out):
    """A grant is only newer if it is truly later."""
    both = [event("grant", 1), event(opt_out, 1)]
    assert not fold(both, MARKETING, START + timedelta(days=2)).given


def test_a_grant_expires_by_the_clock_alone():
    """At its end a grant counts no more, to the microsecond."""
    end = START + timedelta(days=3)
    events = [event("grant", 0, expires_at=end)]
    before = fold(events, MARKETING, end - timedelta(microseconds=1))
    assert before.given
    assert fold(events, MARKETING, end) == ConsentState(
        Status.EXPIRED, since=end
    )


def test_a_renewal_counts_the_time_anew():
    """Before the end and after it."""

    def limit(day):
        return START + timedelta(days=day)

    yes = event("grant", 0, expires_at=limit(3))
    for day in (2, 5):
        again = event("renewal", day, expires_at=limit(day + 3))
        assert fold([yes, again], MARKETING, limit(day + 1)) == ConsentState(
            Status.GIVEN, limit(day), limit(day + 3)
        )
    end = event("expiry", 3)
    again = event("renewal", 2, expires_at=limit(5))
    assert fold([yes, end, again], MARKETING, limit(4)).given


def test_at_the_end_itself_a_new_yes_wins():
    """The old grant ran out; the new one was given at that instant."""
    yes = event("grant", 0, expires_at=START + timedelta(days=3))
    for kind in ("grant", "confirmed", "renewal", "imported"):
        both = [yes, event("expiry", 3), event(kind, 3)]
        assert fold(both, MARKETING, START + timedelta(days=4)).given


def test_a_suppression_without_a_reason_still_suppresses():
    """An empty reason is no release."""
    told = event("suppressed", 0, scope=Scope.ALL, details=(("reason", ""),))
    assert UNKNOWN_STATE.after(told).suppressed == "suppressed"
