"""Looking through the people: what is sealed, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from anonsms.consent import ConsentEvent, EventKind
from anonsms.errors import AnonsmsError
from anonsms.keys import TOKEN_SIZE, KeyProvider, Power
from anonsms.ledger.checks.peopleread import (
    AT_ONCE,
    PEOPLE,
    PeopleReader,
    of_kind,
    successors,
)
from anonsms.ledger.checks.verification import Findings
from anonsms.ledger.events import event_of
from anonsms.ledger.pieces import cut, marks
from anonsms.ledger.standings import Standings, stored
from anonsms.ledger.store import Row, SqlValue, Store
from anonsms.ledger.subjects import (
    SALT_SIZE,
    Person,
    Subjects,
    keyless_check,
)
from anonsms.phone import PhoneNumber


_TOKENS = """
SELECT DISTINCT token FROM anonsms_standing WHERE token > ?
ORDER BY token LIMIT ?
"""

# What sorts before all tokens, or is one cut short, finds nobody.
_NO_TOKENS = """
SELECT DISTINCT subject FROM anonsms_standing
WHERE token <= ? OR length(token) <> ?
"""

_STANDINGS = """
SELECT token, subject, scope, status, since, expires_at, suppressed, last_at
FROM anonsms_standing WHERE token > ? AND token <= ?
"""

# Evidence goes with its person. What goes else is seen with its event.
_STILL_SEALED = """
SELECT anonsms_event.seq FROM anonsms_event
JOIN anonsms_subject ON anonsms_subject.seq = anonsms_event.subject
WHERE sealed IS NOT NULL AND number IS NULL
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


# What comes of a field that holds another type than it should.
_SPOILED = (AnonsmsError, AttributeError, TypeError, ValueError)

_MOST_SUMS: Final = 10_000  # of single events, that are kept in memory

# Who has none of these is who they always were.
_LEAVING: Final = frozenset((EventKind.ERASED, EventKind.RENUMBERED))


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
        self._reader = PeopleReader(store, findings)
        self._opens = Power.SEAL in keys.powers
        self._before: dict[int, list[int]] = {}
        self._left: set[int] = set()
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
            self._left.add(row)
        for found in self._found():
            self._check(found)
        gone: list[int] = [row[0] for row in self._store.query(_GONE)]
        for some in cut(gone, AT_ONCE):
            self._check_gone(some)
        for [seq] in self._store.query(_STILL_SEALED):
            self._findings.fault(
                f"event row {seq:,}",
                "the person was erased, and what was sealed is there still",
            )
        for [row] in self._store.query(_LOST):
            self._findings.fault(
                f"person {row:,}", "nothing says where they stand any more"
            )
        for [row] in self._store.query(_NO_TOKENS, (b"", TOKEN_SIZE)):
            self._findings.fault(
                f"person {row:,}", "they are to be found by what is no token"
            )

    def _found(self) -> Iterator[dict[bytes, list[Row]]]:
        """Rows of the standings by token, some hundred people at a time."""
        last = b""
        while tokens := self._store.query(_TOKENS, (last, AT_ONCE)):
            people: dict[bytes, list[Row]] = {token: [] for [token] in tokens}
            first, last = last, tokens[-1][0]
            for row in self._store.query(_STANDINGS, (first, last)):
                people[row[0]].append(row[1:])
            yield people

    def _check(self, found: dict[bytes, list[Row]]) -> None:
        """Check people who can be found, by their rows."""
        self._findings.people += len(found)
        at = {token: rows[0][0] for token, rows in found.items()}
        rows_of = {row: self._chain(row) for row in set(at.values())}
        everybody = [each for chain in rows_of.values() for each in chain]
        people = self._reader.people(everybody)
        histories = self._reader.histories(everybody)
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
            if people[row].number is None or row in self._left:
                self._findings.fault(
                    where, "found by a row that is about nobody any more"
                )
            events = [
                event for each in rows_of[row] for event in histories[each]
            ]
            self._compare(where, rows, events, row)
            if _LEAVING.isdisjoint([event[1] for event in events]):
                continue
            if successors(histories[row]):
                self._findings.fault(where, "somebody else goes on for them")
            self._check_remains(rows_of[row], people, histories)

    def _check_remains(
        self,
        rows: Sequence[int],
        people: Mapping[int, Person],
        histories: Mapping[int, Sequence[tuple[object, ...]]],
    ) -> None:
        """Check that who was erased did not come back with their key."""
        for row in rows:
            if people[row].wrapped is not None and any(
                event[1] == EventKind.ERASED.value for event in histories[row]
            ):
                self._findings.fault(
                    f"person {row:,}", "erased on record, and still there"
                )

    def _compare(
        self,
        where: str,
        rows: Sequence[Row],
        events: Sequence[tuple[object, ...]],
        row: int,
    ) -> None:
        """Compare where somebody stands with what the events add up to."""
        self._check_once(where, events)
        try:
            expected = self._fold(events)
        except (AnonsmsError, ValueError, KeyError):
            self._findings.fault(where, "the events cannot be added up")
            return
        standing = {columns[1]: columns[2:] for columns in rows}
        if standing != expected or {columns[0] for columns in rows} != {row}:
            self._findings.fault(
                where, "where they stand is not what the events add up to"
            )

    def _check_once(
        self, where: str, events: Sequence[tuple[object, ...]]
    ) -> None:
        """Check that no event was written down again."""
        if len(events) > 1 and len({e[0] for e in events}) != len(events):
            self._findings.fault(where, "one of their events is there twice")

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
        if key is not None and len(self._folded) < _MOST_SUMS:
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

    def _tokens(
        self, people: dict[int, Person], at: dict[bytes, int]
    ) -> dict[int, bytes]:
        """The tokens that people should have, as far as that can be told."""
        found = {}
        opened: dict[int, PhoneNumber] = {}
        token_of = {row: token for token, row in at.items()}
        for row, person in people.items():
            if person.number is None:
                continue
            try:
                if person.wrapped is None:
                    check = keyless_check(self._keys, person.id, token_of[row])
                    same = (person.number[SALT_SIZE:], person.epoch) == (
                        check,
                        None,
                    )
                    found[row] = token_of[row] if same else b""
                elif self._opens:
                    opened[row] = self._subjects.number(person)
            except _SPOILED:
                self._findings.fault(
                    f"person {row:,}", "the sealed number does not open"
                )
        tokens = self._keys.tokens(
            [number.reveal() for number in opened.values()]
        )
        found.update(zip(opened, tokens, strict=True))
        return found

    def _opening(self, person: Person) -> bool:
        """Whether a number that was kept opens, as far as can be told."""
        if not self._opens or person.number is None or person.wrapped is None:
            return True
        try:
            self._subjects.number(person)
        except _SPOILED:
            return False
        return True

    def _check_gone(self, rows: Sequence[int]) -> None:
        """Check that those who cannot be found left by the proper door."""
        people = self._reader.people(rows)
        histories = self._reader.histories(rows)
        after = {
            row: successor
            for row, _, _, _, _, _, successor in self._store.query(
                PEOPLE + marks(len(rows)), rows
            )
        }
        for row, person in people.items():
            erased = bool(of_kind(histories[row], EventKind.ERASED))
            if (person.number is None) is not erased:
                self._findings.fault(
                    f"person {row:,}",
                    "erased on record, and still there"
                    if erased
                    else "the number was removed, and no erasure is on record",
                )
            key = person.wrapped, person.epoch
            if person.number is None and key != (None, None):
                self._findings.fault(
                    f"person {row:,}", "erased, and the key is still there"
                )
            elif key.count(None) == 1 or not self._opening(person):
                self._findings.fault(
                    f"person {row:,}", "the sealed number does not open"
                )
            self._check_successor(row, after[row], histories[row])
            self._check_once(f"person {row:,}", histories[row])

    def _check_successor(
        self,
        row: int,
        successor: int | None,
        history: Sequence[tuple[object, ...]],
    ) -> None:
        """Check that a row's successor is the one that is on record."""
        named = self._store.query(
            "SELECT id FROM anonsms_subject WHERE seq = ?", (successor,)
        )
        if len(named) != (successor is not None) or (
            successors(history) != [id_.hex() for [id_] in named]
        ):
            self._findings.fault(
                f"person {row:,}", "who goes on for them is not on record"
            )
