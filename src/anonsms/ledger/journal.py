"""Writing events down: one with its evidence, or the same one for many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from attrs import define, evolve, frozen

from anonsms.consent import (
    ConsentEvent,
    Purpose,
    Scope,
    Status,
)
from anonsms.errors import StaleGrantError
from anonsms.keys import KeyProvider, token_text
from anonsms.ledger.door import Evidence, no_number, odd_one
from anonsms.ledger.events import Draft, Events
from anonsms.ledger.moments import micros, moment
from anonsms.ledger.purposes import Purposes
from anonsms.ledger.standings import Standing, Standings
from anonsms.ledger.store import Hold, Store
from anonsms.ledger.subjects import Person, Subjects, seal_evidence
from anonsms.ledger.tree import Tree
from anonsms.phone import PhoneNumber


_BATCH: Final = 1_000  # people a transaction

# People are sorted by token before they are cut into batches, so that the
# rows of a batch fall into neighbouring pages: half the work of the disk.
_WINDOW: Final = 64_000


@frozen
class ImportReport:
    """
    What became of an import; every number given is counted once.

    Attributes:
        recorded: New events.
        opted_out: Refused: the person said stop, or may have.
        already_given: Nothing new: consent as young is there already, or
            the number stood in the import before.
    """

    recorded: int = 0
    opted_out: int = 0
    already_given: int = 0

    @property
    def total(self) -> int:
        """How many numbers were read."""
        return self.recorded + self.opted_out + self.already_given


@define
class _Tally:
    recorded: int = 0
    opted_out: int = 0
    already_given: int = 0

    def report(self) -> ImportReport:
        return ImportReport(self.recorded, self.opted_out, self.already_given)


class Journal:
    """Appends events and keeps the standings with them, in one commit."""

    def __init__(
        self, store: Store, keys: KeyProvider, purposes: Purposes
    ) -> None:
        self._store = store
        self._keys = keys
        self._purposes = purposes
        self.tree = Tree(store)
        self.events = Events(store, self.tree)
        self.subjects = Subjects(store, keys)
        self.standings = Standings(store, purposes)

    def append(
        self,
        number: PhoneNumber,
        draft: Draft,
        now: datetime,
        evidence: Evidence | None = None,
    ) -> ConsentEvent:
        """
        Write one event down, durably.

        Args:
            number: Whose; it stays hidden in all our frames, so that no
                traceback shows it.
            draft: What happened.
            now: Aware, UTC.
            evidence: Facts to seal with it, personal or not.

        Raises:
            StaleGrantError: A grant that is not newer than a withdrawal.
        """
        [token] = self._keys.tokens([number.reveal()])
        with self._store.transaction():
            self._store.hold(Hold.PERSON, token)
            rows = self.standings.of(token)
            draft = _last_word(draft, now, rows)
            if draft.kind.gives and self._stale(token, draft, rows):
                raise StaleGrantError(
                    "The person withdrew at that time or later, and opt-out "
                    "wins (GDPR Art. 7(3)). Only a grant that is newer than "
                    "the withdrawal counts; pass its own time as at=."
                )
            event = self._write(token, number, draft, now, rows, evidence)
        self.tree.integrate_if_due()
        return event

    def append_each(
        self, numbers: Iterable[PhoneNumber], draft: Draft, now: datetime
    ) -> ImportReport:
        """
        Write the same event for many people, 1,000 in a transaction.

        Grants of people who said stop are refused, and those of people with
        consent as young are left out, so that an import can be run again.

        Args:
            numbers: Whose; read a part at a time.
            draft: What happened.
            now: Aware, UTC.

        Raises:
            InvalidNumberError: Something is no PhoneNumber. What was
                committed before stays; running it again does no harm.
        """
        tally = _Tally()
        rest = iter(numbers)
        while window := list(islice(rest, _WINDOW)):
            if odd := odd_one(window):
                del window, numbers
                raise no_number(odd)
            tokens = self._keys.tokens([each.reveal() for each in window])
            people = dict(zip(tokens, window, strict=True))
            tally.already_given += len(window) - len(people)
            for batch in _batches(sorted(people)):
                with self._store.transaction():
                    self._store.hold(Hold.PEOPLE)
                    self._append_batch(batch, people, draft, now, tally)
                self.tree.integrate_if_due()
        return tally.report()

    def note(
        self, person: Person | None, draft: Draft, token: bytes, now: datetime
    ) -> ConsentEvent:
        """
        Write down what changes nobody's standing, in an open transaction.

        Args:
            person: Whom it is about; ``None`` if nobody.
            draft: What happened.
            token: Theirs; empty if it is about nobody.
            now: Aware, UTC.
        """
        event = draft.event(self._text(token), now)
        self.events.add(person, event)
        return event

    def history(self, token: bytes) -> list[ConsentEvent]:
        """A person's events, oldest first, as they count."""
        return self.events.history(token, self._keys.index_version)

    def _append_batch(
        self,
        tokens: Sequence[bytes],
        people: Mapping[bytes, PhoneNumber],
        draft: Draft,
        now: datetime,
        tally: _Tally,
    ) -> None:
        known = self.standings.of_each(tokens)
        fresh = [token for token in tokens if token not in known]
        if fresh:
            enrolled = self.subjects.enrol([people[t] for t in fresh])
            self.events.add_each(enrolled, draft, now)
            first = draft.event(self._text(fresh[0]), now)
            self.standings.begin_each(fresh, enrolled.rows, first)
            tally.recorded += len(fresh)
        for token, rows in known.items():
            grants = draft.kind.gives
            if grants and self._stopped(rows, draft):
                tally.opted_out += 1
            elif grants and self._given(rows, draft):
                tally.already_given += 1
            elif grants and self._stale(token, draft, rows):
                tally.opted_out += 1
            else:
                said = _last_word(draft, now, rows)
                self._write(token, people[token], said, now, rows)
                tally.recorded += 1

    def _write(  # noqa: PLR0913, PLR0917
        self,
        token: bytes,
        number: PhoneNumber,
        draft: Draft,
        now: datetime,
        rows: dict[str, Standing],
        evidence: Evidence | None = None,
    ) -> ConsentEvent:
        person, key = self._person(token, number, rows)
        event = draft.event(self._text(token), now)
        sealed = None
        if evidence:
            key = key or self.subjects.key(person)
            id_ = bytes.fromhex(event.id)
            sealed = seal_evidence(key, person, id_, evidence)
            del key  # errors show variables
        self.events.add(person, event, sealed)
        self.standings.record(
            token, person.row, event, rows, lambda: self.history(token)
        )
        return event

    def _person(
        self, token: bytes, number: PhoneNumber, rows: dict[str, Standing]
    ) -> tuple[Person, bytes | None]:
        """The person's row; new ones also come with their key."""
        before = None
        if rows:
            before = self.subjects.known(next(iter(rows.values())).subject)
            if before.wrapped is not None:
                return before, None
        people = self.subjects.enrol([number])
        if before is not None:  # erased, and here again
            self.subjects.follow(before.row, people.first.row)
            self.standings.move(token, people.first.row)
        return people.first, people.keys[0]

    def _text(self, token: bytes) -> str:
        return token_text(token, self._keys.index_version) if token else ""

    def _stale(
        self, token: bytes, draft: Draft, rows: dict[str, Standing]
    ) -> bool:
        """Whether the person withdrew at the time of the grant or later."""
        purpose = self._purpose(draft)
        row = self.standings.answering(purpose.name, rows)
        if row is None or micros(draft.at) > row.last_at:
            return False
        return any(
            event.kind.withdraws
            and event.at >= draft.at
            and event.touches(purpose)
            for event in self.history(token)
        )

    def _stopped(self, rows: dict[str, Standing], draft: Draft) -> bool:
        """Whether there is an opt-out that an import must not lift."""
        row = self.standings.answering(self._purpose(draft).name, rows)
        return row is not None and row.state.status in (
            Status.WITHDRAWN,
            Status.PAUSED,
        )

    def _given(self, rows: dict[str, Standing], draft: Draft) -> bool:
        """Whether consent as young as the draft's is there already."""
        row = self.standings.answering(self._purpose(draft).name, rows)
        return (
            row is not None
            and row.state.status is Status.GIVEN
            and row.state.since is not None
            and row.state.since >= draft.at
        )

    def _purpose(self, draft: Draft) -> Purpose:
        assert draft.scope is Scope.PURPOSE  # noqa: S101  # a grant has one
        return self._purposes.find(draft.purpose)


def _last_word(
    draft: Draft, now: datetime, rows: dict[str, Standing]
) -> Draft:
    """
    The draft, not older than what is on record when it is said now.

    Clocks differ and step back, and who writes first may have looked at
    the clock last. Of what is on record, all was said before: so a stop
    that is said now counts as late as the newest of it, and wins the tie.
    What lifts a stop has no such right.
    """
    if not rows or draft.at != now or not draft.kind.restricts:
        return draft
    newest = max(row.last_at for row in rows.values())
    return evolve(draft, at=moment(newest)) if micros(now) < newest else draft


def _batches(tokens: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(tokens), _BATCH):
        yield tokens[start : start + _BATCH]
