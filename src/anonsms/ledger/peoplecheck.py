"""Looking through the people: what is sealed, and where they stand."""

# SQL is put together from constants only

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from anonsms.consent import ConsentEvent, EventKind
from anonsms.errors import AnonsmsError
from anonsms.keys import KeyProvider, Power
from anonsms.ledger.events import event_of
from anonsms.ledger.standings import Standings, stored
from anonsms.ledger.store import Row, SqlValue, Store
from anonsms.ledger.subjects import Person, Subjects, keyless_check
from anonsms.ledger.verification import Findings, windows


_AT_ONCE: Final = 900  # people; SQLite took at most 999 parameters once

_TOKENS = """
SELECT DISTINCT token FROM anonsms_standing WHERE token > ?
ORDER BY token LIMIT ?
"""

_STANDINGS = """
SELECT token, subject, scope, status, since, expires_at, suppressed, last_at
FROM anonsms_standing WHERE token > ? AND token <= ?
"""

_PEOPLE = """
SELECT seq, id, number_sha256, number, epoch, wrapped, successor
FROM anonsms_subject WHERE seq IN
"""

_HISTORIES = """
SELECT subject, anonsms_event.id, kind, scope, purpose, at, recorded_at,
    source, rule, expires_at, details, NULL, NULL, NULL, NULL
FROM anonsms_event WHERE subject IN
"""

# Nobody finds them any more: they have no row to be found by.
_LOST = """
SELECT seq FROM anonsms_subject
WHERE number IS NOT NULL AND successor IS NULL
    AND seq NOT IN (SELECT subject FROM anonsms_standing)
"""

# Erased, or renumbered: nobody is found by these.
_GONE = """
SELECT seq FROM anonsms_subject
WHERE number IS NULL OR successor IS NOT NULL
ORDER BY seq
"""


class PeopleCheck:
    """
    Reads every person once and adds their events up anew.

    Args:
        store: The database.
        keys: With the power to seal, what is sealed is opened as well.
        standings: Knows what events add up to.
        findings: Where faults go.
    """

    def __init__(
        self,
        store: Store,
        keys: KeyProvider,
        standings: Standings,
        findings: Findings,
    ) -> None:
        self._store = store
        self._keys = keys
        self._subjects = Subjects(store, keys)
        self._standings = standings
        self._findings = findings
        self._opens = Power.SEAL in keys.powers
        self._before: dict[int, list[int]] = {}
        self._folded: dict[object, dict[str, tuple[SqlValue, ...]]] = {}

    def run(self) -> None:
        """Look through all people."""
        if not self._opens:
            self._findings.skipped.append(
                "what is sealed: this key ring cannot open it"
            )
        for row, successor in self._store.query(
            "SELECT seq, successor FROM anonsms_subject "
            "WHERE successor IS NOT NULL"
        ):
            self._before.setdefault(successor, []).append(row)
        for found in self._found():
            self._check(found)
        gone = [row[0] for row in self._store.query(_GONE)]
        for some in _cut(gone):
            self._check_gone(some)
        for [row] in self._store.query(_LOST):
            self._findings.fault(
                f"person {row:,}", "nothing says where they stand any more"
            )

    def _found(self) -> Iterator[dict[bytes, list[Row]]]:
        """Rows of the standings by token, some hundred people at a time."""
        last = b""
        while tokens := self._store.query(_TOKENS, (last, _AT_ONCE)):
            people: dict[bytes, list[Row]] = {token: [] for [token] in tokens}
            first, last = last, tokens[-1][0]
            for token, *row in self._store.query(_STANDINGS, (first, last)):
                people[token].append(tuple(row))
            yield people

    def _check(self, found: dict[bytes, list[Row]]) -> None:
        """Check people who can be found, by their rows."""
        self._findings.people += len(found)
        at = {token: rows[0][0] for token, rows in found.items()}
        rows_of = {row: self._chain(row) for row in set(at.values())}
        everybody = [each for chain in rows_of.values() for each in chain]
        people = self._people(everybody)
        histories = self._histories(everybody)
        expected_tokens = self._tokens(
            {row: people[row] for row in rows_of if row in people}, at
        )
        for token, rows in found.items():
            row = at[token]
            where = f"person {row:,}"
            if row not in people:
                self._findings.fault(where, "the row is missing")
                continue
            if expected_tokens.get(row, token) != token:
                self._findings.fault(
                    where, "the token is not the one of the sealed number"
                )
            events = [
                event for each in rows_of[row] for event in histories[each]
            ]
            self._compare(where, rows, events, row)

    def _compare(
        self,
        where: str,
        rows: Sequence[Row],
        events: Sequence[tuple[object, ...]],
        row: int,
    ) -> None:
        """Compare where somebody stands with what the events add up to."""
        try:
            expected = self._fold(events)
        except (AnonsmsError, ValueError, KeyError):
            self._findings.fault(where, "the events cannot be added up")
            return
        standing = {columns[1]: tuple(columns[2:]) for columns in rows}
        if standing != expected or any(c[0] != row for c in rows):
            self._findings.fault(
                where, "where they stand is not what the events add up to"
            )

    def _fold(
        self, events: Sequence[tuple[object, ...]]
    ) -> dict[str, tuple[SqlValue, ...]]:
        """What events add up to; those who came together share the sum."""
        # Of a single event the id breaks no tie.
        key = events[0][1:] if len(events) == 1 else None
        if key is not None and key in self._folded:
            return self._folded[key]
        read: list[ConsentEvent] = [event_of("", event) for event in events]
        expected = stored(self._standings.expected(read))
        if key is not None and len(self._folded) < 10_000:  # noqa: PLR2004
            self._folded[key] = expected
        return expected

    def _chain(self, row: int) -> list[int]:
        """A person's row and those that it goes on for."""
        found = [row]
        for each in found:
            found += [
                before
                for before in self._before.get(each, ())
                if before not in found
            ]
        return found

    def _people(self, rows: Iterable[int]) -> dict[int, Person]:
        """The rows of people, checked one by one."""
        found = {}
        for some in _cut(list(rows)):
            for columns in self._store.query(
                f"{_PEOPLE} ({_marks(some)})", some
            ):
                found[columns[0]] = Person(*columns[:-1])
        for row, person in found.items():
            if person.number is None:
                continue
            if hashlib.sha256(person.number).digest() != person.number_sha256:
                self._findings.fault(
                    f"person {row:,}", "the sealed number was changed"
                )
        return found

    def _tokens(
        self, people: dict[int, Person], at: dict[bytes, int]
    ) -> dict[int, bytes]:
        """The tokens that people should have, as far as that can be told."""
        found = {}
        token_of = {row: token for token, row in at.items()}
        for row, person in people.items():
            if person.wrapped is None and person.number is not None:
                check = keyless_check(self._keys, person.id, token_of[row])
                found[row] = token_of[row] if check == person.number else b""
            elif self._opens and person.number is not None:
                try:
                    number = self._subjects.number(person)
                except AnonsmsError:
                    self._findings.fault(
                        f"person {row:,}", "the sealed number does not open"
                    )
                else:
                    [found[row]] = self._keys.tokens([number.reveal()])
        return found

    def _histories(
        self, rows: Sequence[int]
    ) -> dict[int, list[tuple[object, ...]]]:
        """The events of people, by row."""
        found: dict[int, list[tuple[object, ...]]] = {row: [] for row in rows}
        for some in _cut(rows):
            for row, *event in self._store.query(
                f"{_HISTORIES} ({_marks(some)})", some
            ):
                found[row].append(tuple(event))
        return found

    def _check_gone(self, rows: Sequence[int]) -> None:
        """Check that those who cannot be found left by the proper door."""
        people = self._people(rows)
        histories = self._histories(rows)
        after = {
            row: successor
            for row, _, _, _, _, _, successor in self._store.query(
                f"{_PEOPLE} ({_marks(rows)})", rows
            )
        }
        for row, person in people.items():
            kinds = {event[1]: event for event in histories[row]}
            erased = EventKind.ERASED.value in kinds
            if (person.number is None) is not erased:
                self._findings.fault(
                    f"person {row:,}",
                    "erased on record, and still there"
                    if erased
                    else "the number was removed, and no erasure is on record",
                )
            if person.number is None and person.wrapped is not None:
                self._findings.fault(
                    f"person {row:,}", "erased, and the key is still there"
                )
            if after[row] is not None:
                moved = kinds.get(EventKind.RENUMBERED.value)
                self._check_successor(row, after[row], moved)

    def _check_successor(
        self, row: int, successor: int, moved: tuple[object, ...] | None
    ) -> None:
        """Check that a row's successor is the one that is on record."""
        named = self._store.query(
            "SELECT id FROM anonsms_subject WHERE seq = ?", (successor,)
        )
        if (
            moved is None
            or not named
            or f'"to":"{named[0][0].hex()}"' not in str(moved[9])
        ):
            self._findings.fault(
                f"person {row:,}", "who goes on for them is not on record"
            )


def _cut(items: Sequence[int]) -> Iterator[Sequence[int]]:
    for start, stop in windows(0, len(items), _AT_ONCE):
        yield items[start:stop]


def _marks(items: Sequence[object]) -> str:
    return ",".join("?" * len(items))
