"""Writing events down: one with its evidence, or the same one for many."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, TypeAlias

from anonsms.consent import (
    ConsentEvent,
    EventKind,
    Purpose,
    Scope,
    Source,
)
from anonsms.errors import StaleGrantError
from anonsms.keys import KeyProvider, token_text
from anonsms.ledger.attaching import attach
from anonsms.ledger.door import Evidence, no_number, odd_one
from anonsms.ledger.events import Draft, Events, facts
from anonsms.ledger.keycheck import refuse_reader, refuse_stale
from anonsms.ledger.lastword import (
    beyond,
    given,
    last_word,
    only_a_no,
    says_yes,
    stale_words,
    stopped,
)
from anonsms.ledger.moments import micros
from anonsms.ledger.pieces import cut
from anonsms.ledger.proofs.tree import Tree
from anonsms.ledger.purposes import Purposes
from anonsms.ledger.standings import Standing, Standings
from anonsms.ledger.store import Hold, Store
from anonsms.ledger.subjects import Person, Subjects
from anonsms.ledger.tally import ImportReport, Tally
from anonsms.phone import PhoneNumber


Settle: TypeAlias = Callable[[Draft, list[ConsentEvent]], Draft]
"""What a draft becomes in the light of the person's history, if anything."""

_BATCH: Final = 1_000  # people a transaction

# People are sorted by token before they are cut into batches, so that the
# rows of a batch fall into neighbouring pages: half the work of the disk.
_WINDOW: Final = 64_000


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
        self.standings = Standings(store, purposes, keys)

    def append(
        self,
        number: PhoneNumber,
        draft: Draft,
        now: datetime,
        evidence: Evidence | None = None,
        settle: Settle | None = None,
    ) -> ConsentEvent:
        """
        Write one event down, durably.

        Args:
            number: Whose; it stays hidden in all our frames, so that no
                traceback shows it.
            draft: What happened.
            now: Aware, UTC.
            evidence: Facts to seal with it, personal or not.
            settle: Completes or refuses the draft, oldest event first.
                Nobody writes about the person in between.

        Raises:
            StaleGrantError: A grant that is not newer than a withdrawal.
        """
        refuse_reader(self._keys)
        [token] = self._keys.tokens([number.reveal()])
        with self._store.transaction():
            self._store.hold(Hold.PERSON, token)
            rows = self.standings.of(token)
            draft = last_word(draft, now, rows)
            if settle is not None:
                draft = settle(draft, self.history(token))
            before = self.row(rows)
            if says_yes(draft) and self._stale(token, draft, rows, before):
                raise StaleGrantError(stale_words(rows, now))
            event = self._write(
                token, number, draft, now, rows, before, evidence
            )
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
        refuse_reader(self._keys)
        tally = Tally()
        rest = iter(numbers)
        while window := list(islice(rest, _WINDOW)):
            if odd := odd_one(window):
                del window, numbers
                raise no_number(odd)
            tokens = self._keys.tokens([each.reveal() for each in window])
            people = dict(zip(tokens, window, strict=True))
            tally.already_given += len(window) - len(people)
            for batch in cut(sorted(people), _BATCH):
                with self._store.transaction():
                    self._store.hold(Hold.PEOPLE)
                    self._append_batch(batch, people, draft, now, tally)
                self.tree.integrate_if_due()
        return tally.report()

    def append_known(
        self,
        drafts: Iterable[tuple[bytes, Draft]],
        known: Mapping[bytes, dict[str, Standing]],
        now: datetime,
    ) -> None:
        """
        Write events of people who are on record, in an open transaction.

        It takes no key: nothing is sealed with them.

        Args:
            drafts: Whose, and what happened; at most one of each purpose.
            known: Their rows, from :meth:`Standings.of_each`.
            now: Aware, UTC.
        """
        for token, draft in drafts:
            rows = known[token]
            person = self.subjects.known(next(iter(rows.values())).subject)
            event = self.note(person, draft, token, now)
            self.standings.record(
                token,
                person.row,
                event,
                rows,
                functools.partial(self.history, token),
            )

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

    def row(self, rows: Mapping[str, Standing]) -> Person | None:
        """The row of somebody, by where they stand; ``None`` if new."""
        for standing in rows.values():
            return self.subjects.known(standing.subject)
        return None

    def living(
        self,
        token: bytes,
        number: PhoneNumber,
        before: Person | None,
        source: Source,
        now: datetime,
    ) -> tuple[Person, bytes | None]:
        """
        The row of whoever has a number, in an open transaction.

        Who is new, or was erased, is written down. Of the latter the no that
        was kept still counts: the new row goes on for it.

        Args:
            token: The number's.
            number: The number.
            before: Their row as it is, from :meth:`row`.
            source: Who says so.
            now: Aware, UTC.

        Returns:
            The row, and the person's own key if the row is new.
        """
        if before is not None and before.wrapped is not None:
            return before, None
        people = self.subjects.enrol([number])
        if before is not None:
            moved = renumbered({"to": people.first.id.hex()}, source, now)
            self.note(before, moved, token, now)
            self.subjects.follow(before.row, people.first.row)
            self.standings.move(token, people.first.row)
        return people.first, people.keys[0]

    def history(self, token: bytes) -> list[ConsentEvent]:
        """A person's events, oldest first, as they count."""
        found = self.events.history(token, self._keys.index_version)
        if not found:
            refuse_stale(self._store, self._keys)
        return found

    def _append_batch(
        self,
        tokens: Sequence[bytes],
        people: Mapping[bytes, PhoneNumber],
        draft: Draft,
        now: datetime,
        tally: Tally,
    ) -> None:
        known = self.standings.of_each(tokens)
        fresh = [token for token in tokens if token not in known]
        if fresh:
            enrolled = self.subjects.enrol([people[t] for t in fresh])
            self.events.add_each(enrolled, draft, now)
            first = draft.event(self._text(fresh[0]), now)
            self.standings.begin_each(fresh, enrolled.rows, first)
            tally.recorded += len(fresh)
        grants = draft.kind.gives
        for token, rows in known.items():
            answering = self._answering(rows, draft) if grants else None
            if grants and given(answering, draft):
                tally.already_given += 1
                continue
            if grants and stopped(answering):
                tally.opted_out += 1
                continue
            before = self.row(rows)
            if grants and (
                only_a_no(before) or self._stale(token, draft, rows, before)
            ):
                tally.opted_out += 1
            else:
                said = last_word(draft, now, rows)
                self._write(token, people[token], said, now, rows, before)
                tally.recorded += 1

    def _write(  # noqa: PLR0913, PLR0917
        self,
        token: bytes,
        number: PhoneNumber,
        draft: Draft,
        now: datetime,
        rows: dict[str, Standing],
        before: Person | None,
        evidence: Evidence | None = None,
    ) -> ConsentEvent:
        key = None
        if before is not None and draft.kind.restricts and not evidence:
            # One no more takes no number: who was erased stays so.
            person = before
        else:
            person, key = self.living(token, number, before, draft.source, now)
        event, sealed = attach(
            self.subjects,
            person,
            key,
            draft.event(self._text(token), now),
            evidence,
        )
        del key  # errors show variables
        self.events.add(person, event, sealed)
        self.standings.record(
            token, person.row, event, rows, lambda: self.history(token)
        )
        return event

    def _text(self, token: bytes) -> str:
        return token_text(token, self._keys.index_version) if token else ""

    def _stale(
        self,
        token: bytes,
        draft: Draft,
        rows: dict[str, Standing],
        before: Person | None,
    ) -> bool:
        """Whether the person withdrew at the time of the grant or later."""
        if beyond(draft, rows):
            return False
        if only_a_no(before):
            return True  # what is older went with the person
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

    def _answering(
        self, rows: dict[str, Standing], draft: Draft
    ) -> Standing | None:
        return self.standings.answering(self._purpose(draft).name, rows)

    def _purpose(self, draft: Draft) -> Purpose:
        assert draft.scope is Scope.PURPOSE  # noqa: S101  # a grant has one
        return self._purposes.find(draft.purpose)


def renumbered(told: Mapping[str, str], source: Source, at: datetime) -> Draft:
    """
    Somebody has another row from now on.

    Args:
        told: Random ids in hexadecimal: ``to`` which row, or ``from``.
        source: Who says so.
        at: Aware, UTC.
    """
    return Draft(
        kind=EventKind.RENUMBERED,
        scope=Scope.ALL,
        at=at,
        source=source,
        details=facts(told),
    )
