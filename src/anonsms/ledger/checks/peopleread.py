"""Reading people and their events as they are stored, some at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from anonsms.consent import EventKind
from anonsms.ledger.checks.verification import Findings
from anonsms.ledger.pieces import cut, marks
from anonsms.ledger.store import Store
from anonsms.ledger.subjects import Person


EventRow: TypeAlias = tuple[object, ...]

AT_ONCE: Final = 900  # people; SQLite took at most 999 parameters once

PEOPLE: Final = """
SELECT seq, id, number_sha256, number, epoch, wrapped, successor
FROM anonsms_subject WHERE seq IN
"""

_KIND, _DETAILS = 1, 9  # of an event's columns below, without the subject

_HISTORIES: Final = """
SELECT subject, anonsms_event.id, kind, scope, purpose, at, recorded_at,
    source, rule, expires_at, details, NULL, NULL, NULL, NULL
FROM anonsms_event WHERE subject IN
"""


class PeopleReader:
    """
    Reads rows of people, and their events.

    Args:
        store: The database.
        findings: Where faults go.
    """

    def __init__(self, store: Store, findings: Findings) -> None:
        self._store = store
        self._findings = findings

    def people(self, rows: Iterable[int]) -> dict[int, Person]:
        """The rows of people, checked one by one."""
        found = {}
        for some in cut(list(rows), AT_ONCE):
            for columns in self._store.query(PEOPLE + marks(len(some)), some):
                found[columns[0]] = Person(*columns[:-1])
        for row, person in found.items():
            if person.number is None:
                continue
            if (
                not isinstance(person.number, bytes)
                or hashlib.sha256(person.number).digest()
                != person.number_sha256
            ):
                self._findings.fault(
                    f"person {row:,}", "the sealed number was changed"
                )
        return found

    def histories(self, rows: Sequence[int]) -> dict[int, list[EventRow]]:
        """The events of people, by row."""
        found: dict[int, list[EventRow]] = {row: [] for row in rows}
        for some in cut(list(rows), AT_ONCE):
            for row in self._store.query(_HISTORIES + marks(len(some)), some):
                found[row[0]].append(row[1:])
        return found


def of_kind(
    history: Sequence[EventRow], kind: EventKind
) -> list[dict[str, str]]:
    """The details of the events of one kind."""
    return [
        json.loads(str(event[_DETAILS]))
        for event in history
        if event[_KIND] == kind.value
    ]


def successors(history: Sequence[EventRow]) -> list[str]:
    """The ids of those who go on for somebody, as it is on record."""
    return [
        told["to"]
        for told in of_kind(history, EventKind.RENUMBERED)
        if "to" in told
    ]
