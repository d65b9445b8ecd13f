"""SQLite and PostgreSQL do what a plain reference model does, and alike."""

import functools
import itertools
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
    run_state_machine_as_test,
)
from ledger_pair import DAY, FAMILIES, VERBS, Pair, counted, undone
from ledger_people import WORDING, person

from anonsms.consent import Purpose, Wording
from anonsms.errors import ConsentError, UnknownPersonError
from anonsms.ledger import open_ledger


OTHER = Wording("till", "1", "fr", "J'accepte les textos de la boutique.")

PEOPLE = st.integers(0, 4)
PURPOSES = st.sampled_from(sorted(FAMILIES))
SCOPES = st.sampled_from(
    [("marketing", ""), ("all", ""), *(("purpose", p) for p in FAMILIES)]
)
AGO = st.none() | st.sampled_from(
    [
        timedelta(0),
        timedelta(microseconds=1),
        timedelta(minutes=-3),  # a clock that runs ahead of ours
        timedelta(hours=1),
        10 * DAY,
        40 * DAY,
        400 * DAY,
    ]
)
STEPS = st.sampled_from(
    [
        timedelta(microseconds=1),
        timedelta(seconds=1),
        DAY,
        20 * DAY,
        400 * DAY,
        timedelta(seconds=-2),
        timedelta(minutes=-4),
        -2 * DAY,
    ]
)


class LedgerMachine(Pair):
    """All that can be said to a ledger, in any order."""

    @rule(who=PEOPLE, purpose=PURPOSES, ago=AGO, sealed=st.booleans())
    def grant(self, who, purpose, ago, sealed):
        """Somebody says yes."""
        draft = self.model.event("grant", "purpose", purpose, ago)
        self.record(
            who,
            self.model.yes(who, draft),
            lambda ledger: ledger.grant(
                person(who),
                purpose,
                wording=OTHER if sealed else WORDING,
                source="checkout",
                at=self.at(ago),
                evidence={"form": "3"} if sealed else None,
            ),
        )

    @rule(
        who=PEOPLE,
        verb=st.sampled_from(sorted(VERBS)),
        scope=SCOPES,
        ago=AGO,
        sealed=st.booleans(),
    )
    def say(self, who, verb, scope, ago, sealed):
        """Somebody says stop, perhaps stop, or start."""
        expected, act = self.statement(who, verb, scope, ago)
        more = {"evidence": {"text": "STOP"}} if sealed else {}
        self.record(
            who, expected, lambda ledger: act(ledger, **more), sealed=sealed
        )

    @rule(who=PEOPLE, verb=st.sampled_from(["suppress", "release"]), ago=AGO)
    def mark(self, who, verb, ago):
        """Staff takes a number out, or back in."""
        kind = {"suppress": "suppressed", "release": "released"}[verb]
        why = f"reason {len(self.model.events[who])}"
        self.record(
            who,
            self.model.said(
                who, self.model.event(kind, "all", "", ago, why=why)
            ),
            lambda ledger: getattr(ledger, verb)(
                person(who), why, source="staff", at=self.at(ago)
            ),
        )

    @rule(who=PEOPLE, purpose=PURPOSES, ago=AGO)
    def ask(self, who, purpose, ago):
        """Somebody ticks a box that a text has to confirm."""
        draft = self.model.event("asked", "purpose", purpose, ago)
        self.record(
            who,
            self.model.yes(who, draft),
            lambda ledger: ledger.ask(
                person(who),
                purpose,
                wording=OTHER,
                source="web form",
                at=self.at(ago),
            ),
        )

    @rule(
        who=PEOPLE,
        verb=st.sampled_from(["confirm", "renew"]),
        purpose=PURPOSES,
        ago=AGO,
    )
    def say_again(self, who, verb, purpose, ago):
        """Somebody confirms, or renews."""
        kind, settle = {
            "confirm": ("confirmed", self.model.confirmed),
            "renew": ("renewal", self.model.renewed),
        }[verb]
        self.record(
            who,
            settle(who, self.model.event(kind, "purpose", purpose, ago)),
            lambda ledger: getattr(ledger, verb)(
                person(who), purpose, source="account", at=self.at(ago)
            ),
        )

    @rule(who=PEOPLE, purpose=st.sampled_from(["marketing", "news"]), ago=AGO)
    def buy(self, who, purpose, ago):
        """Somebody buys and does not refuse."""
        draft = self.model.event("soft opt-in", "purpose", purpose, ago)
        self.record(
            who,
            self.model.bought(who, draft),
            lambda ledger: ledger.soft_opt_in(
                person(who),
                purpose,
                order="A-1",
                refusal_offered=OTHER,
                source="checkout",
                at=self.at(ago),
            ),
        )

    @rule(
        people=st.lists(PEOPLE, max_size=8),
        purpose=PURPOSES,
        ago=AGO.filter(lambda ago: ago is not None),
    )
    def take_over(self, people, purpose, ago):
        """A list of people who agreed elsewhere."""
        found = {"recorded": 0, "opted_out": 0, "already_given": 0}
        found["already_given"] += len(people) - len(set(people))
        for who in set(people):
            event = self.model.event("imported", "purpose", purpose, ago)
            became = self.model.imported(who, event)
            found[became] += 1
            if became == "recorded":
                self.model.add(who, event)
        report = self.ledger.import_grants(
            [person(who) for who in people],
            purpose,
            wording=WORDING,
            provenance="old shop",
            obtained_at=self.at(ago),
        )
        assert counted(report) == found

    @rule(people=st.lists(PEOPLE, max_size=8), ago=AGO)
    def take_over_stops(self, people, ago):
        """A list of people who said stop elsewhere."""
        for who in set(people):
            event = self.model.event("withdrawal", "marketing", "", ago)
            self.model.add(who, self.model.said(who, event))
        report = self.ledger.import_withdrawals(
            [person(who) for who in people],
            provenance="old shop",
            at=self.at(ago),
        )
        assert counted(report) == {
            "recorded": len(set(people)),
            "opted_out": 0,
            "already_given": len(people) - len(set(people)),
        }

    @rule()
    def expire(self):
        """What has run out is put on record, once."""
        ended = 0
        for who, events in self.model.events.items():
            ends = self.model.ends(who)
            events.extend(ends)
            ended += len(ends)
        assert self.ledger.expire() == ended
        assert self.ledger.expire() == 0

    @rule(step=STEPS)
    def wait(self, step):
        """Time passes, or the clock is set back."""
        self.clock.now += step
        self.model.now = self.clock.now

    @rule(
        who=PEOPLE, verb=st.sampled_from(sorted(VERBS)), scope=SCOPES, ago=AGO
    )
    def undo(self, who, verb, scope, ago):
        """What was rolled back never was."""
        _, act = self.statement(who, verb, scope, ago)
        ledger = self.ledger
        text = Wording("undone", "1", "fr", "Oui, mais non.")
        with undone(ledger):
            act(ledger)
            ledger.import_grants(
                [person(7), person(8)],
                "club",
                wording=text,
                provenance="undone",
                obtained_at=self.clock(),
            )

    @rule(who=PEOPLE, scope=SCOPES, other=PEOPLE)
    def undo_a_part(self, who, scope, other):
        """A savepoint is undone alone; what is around it is kept."""
        ledger = self.ledger
        before, act = self.statement(who, "withdraw", scope, None)
        _, never = self.statement(other, "pause", ("all", ""), None)
        with ledger.store.transaction():
            before["id"] = act(ledger).id
            with undone(ledger):
                never(ledger)
            self.model.add(who, before)
            after, act = self.statement(who, "reopen", scope, None)
            after["id"] = act(ledger).id
            self.model.add(who, after)

    @rule(days=st.sampled_from([None, 7, 60]))
    def open_again(self, days):
        """Both are closed and opened, perhaps with another time limit."""
        self.close()
        self.limits["club"] = None if days is None else days * DAY
        self.open()

    @precondition(lambda self: self.wipes < 3)
    @rule(who=PEOPLE)
    def erase(self, who):
        """Somebody is forgotten."""
        self.wipes += 1
        self.model.erase(who)
        self.ledger.erase(person(who), source="account")
        for each in self.model.events:
            self.adopt(each)

    @rule(old=PEOPLE, new=PEOPLE, sealed=st.booleans())
    def rectify(self, old, new, sealed):
        """Somebody has another number."""
        ledger = self.ledger
        more = {"evidence": {"form": "3"}} if sealed else {}
        act = functools.partial(
            ledger.rectify, person(old), person(new), source="account", **more
        )
        if not self.model.rectify(old, new):
            with pytest.raises((ConsentError, UnknownPersonError)):
                act()
            return
        act()
        self.adopt(old)
        self.adopt(new)

    @rule()
    def checkpoint(self):
        """The ledger is signed."""
        self.notes.append(self.ledger.checkpoint())

    @rule(who=PEOPLE, pick=st.integers(0, 30))
    def prove(self, who, pick):
        """One event is proven, and the proof is kept."""
        ledger = self.ledger
        history = ledger.history(person(who))
        if history:
            event = history[pick % len(history)]
            self.proofs.append((event, ledger.prove(event), ledger.verifiers))

    @precondition(lambda self: self.rotations < 1)
    @rule(power=st.sampled_from(["index", "seal", "sign"]))
    def rotate(self, power):
        """Newer keys, and everybody goes on where they stood."""
        self.rotations += 1
        self.keys = self.keys.rotate(power)
        self.ledgers[0].rotate(self.keys)
        self.close()
        self.open()
        if power == "index":
            self.model.renew_tokens()
            for who in self.model.events:
                self.adopt(who)


EXAMPLES = {"sqlite": 25, "postgres": 12}


@pytest.fixture(params=sorted(EXAMPLES))
def store(request):
    """The name of a store."""
    return request.param


@pytest.fixture
def new_url(request, store, tmp_path):
    """A function that gives the URL of an empty place."""
    if store == "postgres":
        return request.getfixturevalue("new_postgres_url")
    count = itertools.count()
    return lambda: f"sqlite:///{tmp_path}/{next(count)}.db"


def test_a_ledger_does_what_the_model_does(store, new_url):
    """Whatever is said and undone, whenever, and whoever looks."""
    run_state_machine_as_test(
        lambda: LedgerMachine(new_url()),
        settings=settings(
            max_examples=EXAMPLES[store], stateful_step_count=40
        ),
    )


def test_a_purpose_is_as_declared_last(new_url, keys, clock):
    """Although the clock was set back between both declarations."""
    url = new_url()
    for days in (30, 60):
        news = Purpose("news", "marketing", days * DAY)
        with open_ledger(url, keys, purposes=[news], clock=clock) as ledger:
            assert ledger.verify().ok
        clock.move(hours=-1)
