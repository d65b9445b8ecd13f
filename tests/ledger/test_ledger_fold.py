"""The cached standings are the fold of the events, whatever happens."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from ledger_people import START, WORDING, Clock, person

from anonsms.consent import (
    MARKETING,
    SECURITY,
    SERVICE,
    EventKind,
    Family,
    Purpose,
    Scope,
    Status,
    Wording,
    fold,
)
from anonsms.errors import ConsentError, StaleGrantError
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger


NEWS = Purpose("news", Family.MARKETING, timedelta(days=3))
PARCELS = Purpose("parcels", Family.SERVICE)
KEYS = KeyRing.generate()
REFUSAL = Wording("no-offers", "1", "fr", "Non, pas d'offres.")

days = st.integers(-4, 0)
people = st.integers(0, 2)
scopes = st.sampled_from([None, Scope.MARKETING, Scope.ALL])


class Standings(RuleBasedStateMachine):
    """
    Any events, in and out of the order of time, through every door.

    ``news`` and ``parcels`` are declared in the middle of it all.
    """

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.ledger = open_ledger(
            "sqlite://", KEYS, soft_opt_in=["FR"], clock=self.clock
        )
        self.purposes = [MARKETING, SERVICE, SECURITY]

    known = Bundle("known")

    @initialize(target=known)
    def begin(self):
        """The purposes that are built in."""
        return MARKETING

    def at(self, day):
        return self.clock.now + timedelta(days=day)

    @rule(target=known, purpose=st.sampled_from([NEWS, PARCELS, SERVICE]))
    def declare(self, purpose):
        """A purpose that the shop adds later, or one that was there."""
        if purpose not in self.purposes:
            with self.ledger.store.transaction():
                self.ledger._purposes._declare(purpose)
            self.purposes.append(purpose)
        return purpose

    @rule(hours=st.sampled_from([0, 1, 24, 72]))
    def wait(self, hours):
        """Time passes, and short grants expire."""
        self.clock.move(hours=hours)

    @rule(hours=st.sampled_from([1, 30]))
    def step_back(self, hours):
        """Somebody sets the clock right."""
        self.clock.move(hours=-hours)

    @rule(
        who=people,
        what=st.sampled_from(["withdraw", "oppose", "pause"]),
        purpose=known,
        wide=st.booleans(),
    )
    def stop_now(self, who, what, purpose, wide):
        """What is said now holds now, whatever the clock says."""
        reach = {"scope": Scope.ALL} if wide else {"purpose": purpose}
        getattr(self.ledger, what)(person(who), source="sms", **reach)
        assert self.stands(who, purpose).status in (
            Status.WITHDRAWN,
            Status.PAUSED,
        )

    def past(self, who, purpose):
        """What is on record of one person for one purpose."""
        events = self.ledger.history(person(who))
        return [event for event in events if event.touches(purpose)]

    @rule(
        who=people,
        what=st.sampled_from(["grant", "ask"]),
        purpose=known,
        day=days,
    )
    def agree(self, who, what, purpose, day):
        """A yes, or half of one, must be newer than every stop."""
        stale = any(
            event.kind.withdraws and event.at >= self.at(day)
            for event in self.past(who, purpose)
        )
        before = self.stands(who, purpose)
        try:
            getattr(self.ledger, what)(
                person(who),
                purpose,
                wording=WORDING,
                source="account",
                at=self.at(day),
            )
        except StaleGrantError:
            assert stale
        else:
            assert not stale
            if what == "ask":
                assert self.stands(who, purpose) == before

    @rule(who=people, purpose=known, day=days)
    def confirm(self, who, purpose, day):
        """An answer needs a question that no stop has closed."""
        past = self.past(who, purpose)
        asked = [e for e in past if e.kind is EventKind.ASKED]
        try:
            said = self.ledger.confirm(person(who), purpose, at=self.at(day))
        except ConsentError:
            return
        [question] = [e for e in asked if ("asked", e.id) in said.details]
        assert said.wording == question.wording
        assert not any(
            event.kind.restricts
            and event.kind is not EventKind.SUPPRESSED
            and event.at >= question.at
            for event in past
        )
        assert ("asked", question.id) not in {
            fact for event in past for fact in event.details
        }

    @rule(who=people, purpose=known, day=days)
    def renew(self, who, purpose, day):
        """Nobody comes back by a renewal."""
        past = self.past(who, purpose)
        before = self.stands(who, purpose)
        try:
            said = self.ledger.renew(
                person(who), purpose, source="account", at=self.at(day)
            )
        except ConsentError:
            return
        [renewed] = [e for e in past if ("renews", e.id) in said.details]
        assert renewed.kind.gives
        assert not any(
            event.kind.withdraws and event.at >= renewed.at for event in past
        )
        if not before.given:
            assert before.status in (Status.EXPIRED, Status.PAUSED)

    @rule(who=people, purpose=known, day=days)
    def buy(self, who, purpose, day):
        """A purchase never weighs more than a refusal."""
        past = self.past(who, purpose)
        refused = [
            event.at
            for event in past
            if event.kind.withdraws or event.kind is EventKind.PAUSED
        ]
        explicit = [
            event.at
            for event in past
            if event.kind in (EventKind.GRANT, EventKind.CONFIRMED)
        ]
        lifted = not refused or max(refused) < max(explicit, default=START)
        if refused and not explicit:
            lifted = False
        try:
            self.ledger.soft_opt_in(
                person(who),
                purpose,
                order="A-1",
                refusal_offered=REFUSAL,
                source="checkout",
                at=self.at(day),
            )
        except ConsentError:
            stale = bool(refused) and max(refused) >= self.at(day)
            marketing = purpose.family is Family.MARKETING
            assert not lifted or stale or not marketing
        else:
            assert lifted

    @rule()
    def expire(self):
        """What is put on record, the clock has said already."""
        everybody = [
            (who, purpose) for who in range(3) for purpose in self.purposes
        ]
        before = [self.stands(*each) for each in everybody]
        self.ledger.expire()
        assert self.ledger.expire() == 0
        assert [self.stands(*each) for each in everybody] == before

    @rule(
        who=people,
        what=st.sampled_from(
            ["withdraw", "oppose", "pause", "resume", "reopen"]
        ),
        purpose=st.none() | known,
        scope=scopes,
        day=days,
    )
    def tell(self, who, what, purpose, scope, day):
        """Anything else that a person may say."""
        getattr(self.ledger, what)(
            person(who),
            purpose,
            scope=None if purpose else scope,
            source="sms",
            at=self.at(day),
        )

    @rule(who=people, what=st.sampled_from(["suppress", "release"]), day=days)
    def block(self, who, what, day):
        """Staff mark a number, or lift the mark."""
        act = getattr(self.ledger, what)
        act(person(who), f"day {day}", source="staff", at=self.at(day))

    @rule(some=st.lists(people, max_size=4), purpose=known, day=days)
    def import_grants(self, some, purpose, day):
        """An import counts everybody and lifts no opt-out."""
        stopped = [
            who
            for who in set(some)
            if self.stands(who, purpose).status
            in (Status.WITHDRAWN, Status.PAUSED)
        ]
        report = self.ledger.import_grants(
            map(person, some),
            purpose,
            wording=WORDING,
            provenance="old shop",
            obtained_at=self.at(day),
        )
        assert report.total == len(some)
        assert report.opted_out >= len(stopped)
        for who in stopped:
            assert not self.stands(who, purpose).given

    @rule(some=st.lists(people, max_size=4), day=days)
    def import_withdrawals(self, some, day):
        """A list of people who want no marketing."""
        report = self.ledger.import_withdrawals(
            map(person, some), provenance="old shop", at=self.at(day)
        )
        assert report.recorded == len(set(some))

    def stands(self, who, purpose):
        return self.ledger.state(person(who), purpose)

    @invariant()
    def states_are_folds(self):
        """One by one, in bulk, and at other moments: always the fold."""
        everybody = [person(who) for who in range(4)]
        histories = [self.ledger.history(each) for each in everybody]
        for purpose in self.purposes:
            for at in (self.clock.now, START - timedelta(days=9)):
                folds = [fold(each, purpose, at) for each in histories]
                assert [
                    self.ledger.state(each, purpose, at) for each in everybody
                ] == folds
                assert self.ledger.states(everybody, purpose, at) == folds
            counts = self.ledger.counts(purpose)
            heard = [
                fold(each, purpose, self.clock.now).status
                for each in histories
                if each
            ]
            assert counts == {s: heard.count(s) for s in Status}

    def teardown(self):
        """Each run has a ledger of its own."""
        self.ledger.close()


TestStandings = Standings.TestCase
TestStandings.settings = settings(max_examples=120, stateful_step_count=20)
