"""
Grants, stops, erasures, corrections and imports against a plain model.

The model knows nothing of rows and tokens: it keeps, for each number, who
has it, and for each person a list of events and what must hold of them.
"""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
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
    Status,
    fold,
)
from anonsms.errors import (
    ConsentError,
    SealError,
    StaleGrantError,
    UnknownPersonError,
)
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger


KEYS = KeyRing.generate()
NEWS = Purpose("news", Family.MARKETING)
PURPOSES = (MARKETING, NEWS, SERVICE, SECURITY)
COUNT = 3
SIGNS = {Status.WITHDRAWN: 2, Status.PAUSED: 1}

numbers = st.integers(0, COUNT - 1)
purposes = st.sampled_from(PURPOSES)
minutes = st.integers(-90, 0)
GIVE = {"wording": WORDING, "source": "account"}


class Rights(RuleBasedStateMachine):
    """Few numbers, so that everything happens to each of them."""

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.ledger = open_ledger(
            "sqlite://", KEYS, clock=self.clock, purposes=[NEWS]
        )
        self.states = {}  # by number and purpose
        self.holds = dict.fromkeys(range(COUNT), "nothing")
        self.noes = {}  # when the last one was said, by number
        self.older = {who: set() for who in range(COUNT)}
        self.proofs = []  # events that must be provable for ever

    def stands(self, who):
        return {p: self.ledger.state(person(who), p) for p in PURPOSES}

    @initialize(some=st.sets(numbers))
    def begin(self, some):
        """Some have said yes already."""
        for who in some:
            self.grant(who, MARKETING, -1, sealed=True)

    @rule(by=st.sampled_from([1, 30, 600]))
    def wait(self, by):
        """Time passes."""
        self.clock.move(minutes=by)

    @rule(who=numbers, purpose=purposes, ago=minutes, sealed=st.booleans())
    def grant(self, who, purpose, ago, sealed):
        """A yes counts when it is newer than every no that it touches."""
        at = self.clock.now + timedelta(minutes=ago)
        evidence = {"n": str(who)} if sealed else None
        noes = [
            event.at
            for event in self.ledger.history(person(who))
            if event.kind.withdraws and event.touches(purpose)
        ]
        if self.holds[who] == "a no":
            noes.append(self.noes[who])
        try:
            event = self.ledger.grant(
                person(who), purpose, at=at, evidence=evidence, **GIVE
            )
        except StaleGrantError:
            assert any(no >= at for no in noes)
        else:
            assert all(no < at for no in noes)
            self.holds[who] = "a person"
            self.proofs.append(event)

    @rule(
        who=numbers,
        what=st.sampled_from(["withdraw", "pause", "resume", "reopen"]),
        scope=st.sampled_from(["marketing", "all", MARKETING, SERVICE]),
        sealed=st.booleans(),
    )
    def say(self, who, what, scope, sealed):
        """A no of somebody erased takes no number, the rest does."""
        reach = (
            {"scope": scope} if isinstance(scope, str) else {"purpose": scope}
        )
        sealed = sealed or self.holds[who] == "a person"
        evidence = {"n": str(who)} if sealed else None
        getattr(self.ledger, what)(
            person(who), source="sms", evidence=evidence, **reach
        )
        stops = what in {"withdraw", "pause"}
        if self.holds[who] == "a no" and stops and not sealed:
            self.refused(who)
        else:
            self.holds[who] = "a person"

    def refused(self, who):
        """One no more, under a number of which nothing else is held."""
        self.holds[who] = "a no"
        self.noes[who] = max(self.clock.now, self.noes.get(who, START))

    @rule(who=numbers, what=st.sampled_from(["suppress", "release"]))
    def mark(self, who, what):
        """Staff mark a number, or lift the mark."""
        getattr(self.ledger, what)(person(who), "test", source="staff")
        if self.holds[who] == "a no" and what == "suppress":
            self.refused(who)
        else:
            self.holds[who] = "a person"

    @rule(who=numbers)
    def erase(self, who):
        """Nothing is left but noes, at least as strict as before."""
        before = self.stands(who)
        held = self.holds[who] == "a person"
        certificate = self.ledger.erase(person(who), source="account")
        after = self.stands(who)
        if held:
            assert certificate.held
            assert certificate.erased_at == self.clock.now
        if held or who not in self.noes:
            self.noes[who] = self.clock.now
        self.holds[who] = "a no"
        for each in self.older[who]:
            if self.holds[each] != "a person":
                self.refused(each)
        self.older[who] = set()
        for purpose, state in after.items():
            assert not state.given
            stopped = before[purpose].status in SIGNS
            if stopped or purpose.family is Family.MARKETING:
                assert state.status is Status.WITHDRAWN
            assert bool(state.suppressed) is bool(before[purpose].suppressed)
        for event in self.ledger.history(person(who)):
            assert event.kind.restricts

    @rule(who=numbers, to=numbers)
    def rectify(self, who, to):
        """Both sides' noes stay, and the old number keeps its own."""
        before, other = self.stands(who), self.stands(to)
        held = self.holds[who] == "a person"
        try:
            self.ledger.rectify(person(who), person(to), source="account")
        except (ConsentError, UnknownPersonError):
            assert who == to or not held
            return
        assert held
        assert who != to
        for purpose, state in self.stands(to).items():
            sides = (before[purpose], other[purpose])
            strictest = max(SIGNS.get(side.status, 0) for side in sides)
            assert SIGNS.get(state.status, 0) >= strictest
            assert bool(state.suppressed) is any(s.suppressed for s in sides)
        kept = False
        for purpose, state in self.stands(who).items():
            assert not state.given
            stopped = before[purpose].status in SIGNS
            assert stopped <= (state.status is Status.WITHDRAWN)
            assert bool(state.suppressed) is bool(before[purpose].suppressed)
            kept |= stopped or bool(state.suppressed)
        self.older[to] |= self.older[who] | {who}
        self.older[who] = set()
        self.holds[to] = "a person"
        self.holds[who] = "a no" if kept else "nothing"
        if kept:
            self.noes[who] = self.clock.now
        else:
            self.noes.pop(who, None)

    @rule(some=st.lists(numbers, unique=True), purpose=purposes, ago=minutes)
    def import_grants(self, some, purpose, ago):
        """No list lifts a stop, nor brings anybody back."""
        before = {who: self.ledger.state(person(who), purpose) for who in some}
        self.ledger.import_grants(
            map(person, some),
            purpose,
            wording=WORDING,
            provenance="old shop",
            obtained_at=self.clock.now + timedelta(minutes=ago),
        )
        for who in some:
            after = self.ledger.state(person(who), purpose)
            if before[who].status in SIGNS or self.holds[who] == "a no":
                assert after == before[who]
            if self.holds[who] == "nothing":
                assert after.given
                self.holds[who] = "a person"

    @rule(some=st.lists(numbers, unique=True))
    def import_withdrawals(self, some):
        """A list of noes brings nobody back either."""
        self.ledger.import_withdrawals(map(person, some), provenance="list")
        for who in some:
            assert (
                self.ledger.state(person(who), MARKETING).status
                is Status.WITHDRAWN
            )
            if self.holds[who] == "a no":
                self.refused(who)
            else:
                self.holds[who] = "a person"

    @rule(who=numbers)
    def read(self, who):
        """Whoever is held can be revealed, and nobody else."""
        token = self.ledger.token(person(who))
        try:
            found = self.ledger.reveal(token, by="staff-1", why="test")
        except (SealError, UnknownPersonError):
            assert self.holds[who] != "a person"
        else:
            assert found == person(who)
            assert self.holds[who] == "a person"

    @invariant()
    def sealed_is_who_is_held(self):
        """One sealed number for each person, and those that they had."""
        for who, what in self.holds.items():
            token = self.ledger.token(person(who))
            rows = self.ledger.store.query(
                "SELECT number IS NULL, wrapped IS NULL FROM anonsms_subject "
                "WHERE seq IN (SELECT subject FROM anonsms_standing "
                "WHERE token = ?)",
                (token,),
            )
            assert (
                rows
                == {
                    "nothing": [],
                    "a no": [(0, 1)],
                    "a person": [(0, 0)],
                }[what]
            )

    @invariant()
    def states_are_folds(self):
        """One by one, in bulk, and counted."""
        everybody = [person(who) for who in range(COUNT)]
        histories = [self.ledger.history(each) for each in everybody]
        for purpose in PURPOSES:
            folds = [fold(h, purpose, self.clock.now) for h in histories]
            assert self.ledger.states(everybody, purpose) == folds
            heard = [
                state.status
                for state, told in zip(folds, histories, strict=True)
                if told
            ]
            assert self.ledger.counts(purpose) == {
                status: heard.count(status) for status in Status
            }

    @invariant()
    def the_ledger_is_whole(self):
        """After whatever was done."""
        report = self.ledger.verify()
        assert report.ok, str(report)

    def teardown(self):
        """All that was ever said is still proved."""
        for event in self.proofs[::5]:
            assert self.ledger.prove(event).event.kind is EventKind.GRANT
        self.ledger.close()


TestRights = Rights.TestCase
TestRights.settings = settings(max_examples=40, stateful_step_count=20)
