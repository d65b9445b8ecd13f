"""
Two ledgers on one database, as two processes have them, and the model.

What a state machine needs to say the same thing to both and to compare.
"""

import contextlib
import itertools
from datetime import timedelta

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from ledger_model import Model
from ledger_people import START, Clock, person

from anonsms.consent import Family, Purpose
from anonsms.errors import ConsentError
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger, verify_proof


DAY = timedelta(days=1)
FAMILIES = {
    "marketing": "marketing",
    "news": "marketing",
    "club": "marketing",
    "service": "service",
}
LIMITS = {"marketing": 3 * 365 * DAY, "news": 30 * DAY, "service": None}
VERBS = {
    "withdraw": "withdrawal",
    "oppose": "objection",
    "pause": "paused",
    "resume": "resumed",
    "reopen": "reopened",
}


class UndoneError(Exception):
    """Undoes a part of a transaction."""


@contextlib.contextmanager
def undone(ledger):
    """A part of a transaction, or a whole one, that comes to nothing."""
    with contextlib.suppress(UndoneError), ledger.store.transaction():
        yield
        raise UndoneError


class Pair(RuleBasedStateMachine):
    """Two processes' ledgers on one database, and the model."""

    def __init__(self, url):
        super().__init__()
        self.url, self.keys, self.clock = url, KeyRing.generate(), Clock()
        self.limits = {**LIMITS, "club": None}
        self.model = Model(5, FAMILIES, self.limits, START)
        self.proofs, self.notes = [], []
        self.purposes = itertools.cycle(FAMILIES)
        self.rotations = self.wipes = 0
        self.open()

    def open(self):
        """Open both."""
        own = [
            Purpose(name, Family.MARKETING, self.limits[name])
            for name in ("news", "club")
        ]
        self.ledgers = [
            open_ledger(
                self.url,
                self.keys,
                purposes=own,
                soft_opt_in=["FR"],
                clock=self.clock,
            )
            for _ in range(2)
        ]
        self.turns = itertools.cycle(self.ledgers)

    def close(self):
        """Close both."""
        for ledger in self.ledgers:
            ledger.close()

    @property
    def ledger(self):
        """One after the other."""
        return next(self.turns)

    def at(self, ago):
        """What to pass as the time."""
        return None if ago is None else self.clock() - ago

    def record(self, who, expected, act, *, sealed=False):
        """Record an event that the model has, or is refused by both."""
        if expected is None:
            with pytest.raises(ConsentError):
                act(self.ledger)
            return
        event = act(self.ledger)
        assert facts(event) == told(expected)
        expected["id"] = event.id
        self.model.add(who, expected, sealed=sealed)

    def adopt(self, who):
        """Learn the ids of events that the ledger made by itself."""
        known = {event["id"] for event in self.model.events[who]}
        found = [
            event
            for event in self.ledger.history(person(who))
            if event.id not in known
        ]
        for event in self.model.events[who]:
            if not event["id"]:
                same = next(e for e in found if facts(e) == told(event))
                found.remove(same)
                event["id"] = same.id
        assert found == []

    def statement(self, who, verb, scope, ago):
        """One of the events that nobody refuses, and how it is said."""
        reach, purpose = scope
        expected = self.model.said(
            who, self.model.event(VERBS[verb], reach, purpose, ago)
        )
        told = {"purpose": purpose} if purpose else {"scope": reach}
        return expected, lambda ledger, **more: getattr(ledger, verb)(
            person(who), **told, source="staff", at=self.at(ago), **more
        )

    @rule()
    def verify(self):
        """Nothing is found, and what was signed still holds."""
        found = self.ledger.verify(
            against=self.notes,
            verifiers={v for *_, all_ in self.proofs for v in all_},
        )
        assert found.ok, str(found)
        assert not found.skipped

    @invariant()
    def same(self):
        """The ledger says what the model says."""
        ledger = self.ledger
        numbers = [person(who) for who in range(5)]
        for purpose in (next(self.purposes), next(self.purposes)):
            assert [
                plain(state) for state in ledger.states(numbers, purpose)
            ] == [self.model.state(who, purpose) for who in range(5)]
        counts = ledger.counts("news")
        assert {
            status.value: count for status, count in counts.items() if count
        } == self.model.counts("news")

    def teardown(self):
        """All that can be asked, once more."""
        try:
            self.ask_everything()
        finally:
            self.close()

    def ask_everything(self):
        """Everybody's history, every proof, and the whole ledger."""
        ledger = self.ledger
        for who, events in self.model.events.items():
            history = ledger.history(person(who))
            assert [
                (e.at, e.kind.restricts, e.kind.withdraws) for e in history
            ] == sorted(
                (e.at, e.kind.restricts, e.kind.withdraws) for e in history
            )
            assert sorted(map(facts, history)) == sorted(map(told, events))
            for purpose in FAMILIES:
                assert plain(
                    ledger.state(person(who), purpose)
                ) == self.model.state(who, purpose)
        for event, proof, verifiers in self.proofs:
            for each in (proof, ledger.prove(event)):
                shown = verify_proof(each, (*verifiers, *ledger.verifiers))
                assert shown.event.id == event.id
        self.verify()


def facts(event):
    """What the library says of an event, as far as the model has it."""
    return (
        event.at,
        event.recorded_at,
        event.kind.value,
        event.scope.value,
        event.purpose,
        str(event.expires_at),
    )


def told(event):
    """The same of an event of the model."""
    return (
        event["at"],
        event["written"],
        event["kind"],
        event["scope"],
        event["purpose"],
        str(event["until"]),
    )


def plain(state):
    """What the library says of where somebody stands."""
    return (
        state.status.value,
        state.since,
        state.expires_at,
        state.suppressed,
    )


def counted(report):
    """What an import came to."""
    names = ("recorded", "opted_out", "already_given")
    return {name: getattr(report, name) for name in names}
