"""The events as rows: written once, read back as they were."""

# ruff: noqa: S608  # SQL is put together from constants only

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import frozen

from anonsms.consent import (
    ConsentEvent,
    EventKind,
    Scope,
    Source,
    Wording,
    in_order,
)
from anonsms.errors import ConsentError
from anonsms.keys import token_text
from anonsms.ledger.moments import micros, moment
from anonsms.ledger.proofs.leaf import (
    Facts,
    details_hash,
    leaf_of,
    leaves_of,
    wording_line,
)
from anonsms.ledger.proofs.tree import Tree
from anonsms.ledger.store import Row, SqlValue, Store
from anonsms.ledger.subjects import CHAIN, EACH, People, Person, canonical
from anonsms.ledger.texts import plain


EVENT_ID_SIZE: Final = 16

_SHARED = (
    "kind, scope, purpose, at, recorded_at, source, wording, rule, "
    "expires_at, details"
)

_ADD = f"""
INSERT INTO anonsms_event
    (id, subject, {_SHARED}, sealed, sealed_sha256, leaf, leaf_index)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_ADD_EACH = f"""{EACH}
INSERT INTO anonsms_event (id, subject, leaf, leaf_index, {_SHARED})
SELECT substr(?, i * 16 + 1, 16), ? + i, substr(?, i * 32 + 1, 32), ? + i,
    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
FROM each
"""

READ = """
SELECT anonsms_event.id, kind, scope, purpose, at, recorded_at, source, rule,
    expires_at, details, anonsms_wording.id, anonsms_wording.version,
    anonsms_wording.language, anonsms_wording.text
FROM anonsms_event
LEFT JOIN anonsms_wording ON anonsms_wording.seq = anonsms_event.wording
"""

_HISTORY = f"""{CHAIN} {READ}
WHERE anonsms_event.subject IN (SELECT seq FROM people)
"""

_WORDING = """
SELECT seq, sha256 FROM anonsms_wording
WHERE id = ? AND version = ? AND language = ?
"""

_SHOP = f"""{READ}
WHERE anonsms_event.subject IS NULL
ORDER BY leaf_index IS NULL, leaf_index, anonsms_event.seq
"""


@frozen(kw_only=True)
class Draft:
    """
    What happened, before it is known to whom and is written down.

    Attributes:
        kind: What happened.
        scope: How far it reaches.
        purpose: The purpose's name; empty unless ``scope`` is PURPOSE.
        at: When it happened; aware, UTC.
        source: Where it came from.
        wording: The text agreed to.
        rule: Id of the rule that matched a reply.
        expires_at: When a grant stops counting.
        details: Further facts, none of them personal.
    """

    kind: EventKind
    scope: Scope
    at: datetime
    source: Source
    purpose: str = ""
    wording: Wording | None = None
    rule: str = ""
    expires_at: datetime | None = None
    details: tuple[tuple[str, str], ...] = ()

    def event(self, token: str, recorded_at: datetime) -> ConsentEvent:
        """
        The event of one person, with a random id.

        Args:
            token: Whose, as text; empty if it is about nobody.
            recorded_at: Aware, UTC.
        """
        return ConsentEvent(
            id=os.urandom(EVENT_ID_SIZE).hex(),
            token=token,
            kind=self.kind,
            scope=self.scope,
            purpose=self.purpose,
            at=self.at,
            recorded_at=recorded_at,
            source=self.source,
            wording=self.wording,
            rule=self.rule,
            expires_at=self.expires_at,
            details=self.details,
        )


def facts(given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """
    Details in stable order, without the empty ones.

    Raises:
        ConsentError: One of them cannot be stored.
    """
    return tuple(sorted((k, plain(v, k)) for k, v in given.items() if v))


class Events:
    """The append-only table of events, and the wordings it refers to."""

    def __init__(self, store: Store, tree: Tree) -> None:
        self._store = store
        self._tree = tree

    def add(
        self,
        person: Person | None,
        event: ConsentEvent,
        sealed: bytes | None = None,
    ) -> None:
        """
        Write one event, inside an open transaction.

        Args:
            person: Whose; ``None`` if it is about nobody.
            event: What happened.
            sealed: Evidence, sealed for the person.
        """
        shared, facts = self._shared(event, event.recorded_at)
        id_ = bytes.fromhex(event.id)
        digest = None if sealed is None else hashlib.sha256(sealed).digest()
        leaf = leaf_of(
            facts, id_, None if person is None else person.name, digest
        )
        self._store.execute(
            _ADD,
            (
                id_,
                None if person is None else person.row,
                *shared,
                sealed,
                digest,
                leaf,
                self._tree.place([leaf]),
            ),
        )

    def add_each(
        self, people: People, draft: Draft, recorded_at: datetime
    ) -> None:
        """Write the same event for people who were just written down."""
        count = len(people.rows)
        shared, facts = self._shared(draft, recorded_at)
        drawn = os.urandom(EVENT_ID_SIZE * count)
        ids = [
            drawn[start : start + EVENT_ID_SIZE]
            for start in range(0, len(drawn), EVENT_ID_SIZE)
        ]
        leaves = leaves_of(facts.lines, ids, people.names)
        self._store.execute(
            _ADD_EACH,
            (
                count,
                drawn,
                people.rows.start,
                b"".join(leaves),
                self._tree.place(leaves),
                *shared,
            ),
        )

    def history(self, token: bytes, version: int) -> list[ConsentEvent]:
        """
        A person's events, oldest first, as they count.

        Args:
            token: Whose.
            version: Of the index key that made it.
        """
        rows = self._store.query(_HISTORY, (token,))
        text = token_text(token, version)
        return in_order(event_of(text, row) for row in rows)

    def about_nobody(self) -> list[ConsentEvent]:
        """
        What was declared and published, in the order it was written down.

        A purpose is as it was declared last, whatever the clock said then.
        """
        return [event_of("", row) for row in self._store.query(_SHOP)]

    def wordings(self, id_: str) -> list[Wording]:
        """All versions and languages of a text that were published."""
        rows = self._store.query(
            "SELECT id, version, language, text FROM anonsms_wording "
            "WHERE id = ? ORDER BY seq",
            (id_,),
        )
        return [Wording(*row) for row in rows]

    def publish(self, wording: Wording, now: datetime) -> None:
        """
        Write a wording down, unless it is there.

        Raises:
            ConsentError: Another text has that id, version and language.
        """
        self._wording(wording, now)

    def _shared(
        self, event: ConsentEvent | Draft, recorded_at: datetime
    ) -> tuple[Sequence[SqlValue], Facts]:
        """The columns from ``kind`` to ``details``, and their lines."""
        wording = event.wording
        details = canonical(dict(event.details))
        facts = Facts(
            kind=event.kind.value,
            scope=event.scope.value,
            purpose=event.purpose,
            at=micros(event.at),
            recorded_at=micros(recorded_at),
            source=event.source.value,
            wording=wording_line(wording),
            rule=event.rule,
            expires_at=(
                None if event.expires_at is None else micros(event.expires_at)
            ),
            details=details_hash(details),
        )
        columns = (
            facts.kind,
            facts.scope,
            facts.purpose,
            facts.at,
            facts.recorded_at,
            facts.source,
            None if wording is None else self._wording(wording, recorded_at),
            facts.rule,
            facts.expires_at,
            details,
        )
        return columns, facts

    def _wording(self, wording: Wording, now: datetime) -> int:
        """The row of a wording; a new one is published first."""
        key = (wording.id, wording.version, wording.language)
        digest = bytes.fromhex(wording.sha256)
        rows = self._store.query(_WORDING, key)
        if not rows:
            if self._store.execute(
                "INSERT INTO anonsms_wording "
                "(id, version, language, text, sha256) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (*key, wording.text, digest),
            ):
                self.add(None, _published(wording, now).event("", now))
            rows = self._store.query(_WORDING, key)
        [(seq, known)] = rows
        if known != digest:
            raise ConsentError(
                f"The wording {wording.id!r}, version {wording.version!r}, "
                "was recorded with another text. People agreed to that one: "
                "give the new text a new version."
            )
        return int(seq)


def event_of(token: str, row: Row) -> ConsentEvent:
    """One row as the event it is."""
    id_, kind, scope, purpose, at, recorded_at, source, *rest = row
    rule, expires_at, details, *wording = rest
    return ConsentEvent(
        id=id_.hex(),
        token=token,
        kind=EventKind(kind),
        scope=Scope(scope),
        purpose=purpose,
        at=moment(at),
        recorded_at=moment(recorded_at),
        source=Source(source),
        wording=None if wording[0] is None else Wording(*wording),
        rule=rule,
        expires_at=None if expires_at is None else moment(expires_at),
        details=tuple(json.loads(details).items()),
    )


def _published(wording: Wording, now: datetime) -> Draft:
    return Draft(
        kind=EventKind.PUBLISHED,
        scope=Scope.ALL,
        at=now,
        source=Source.STAFF,
        details=facts(
            {
                "id": wording.id,
                "version": wording.version,
                "language": wording.language,
                "sha256": wording.sha256,
            }
        ),
    )
