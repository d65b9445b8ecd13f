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
from anonsms.ledger.capture import plain
from anonsms.ledger.moments import micros, moment
from anonsms.ledger.store import Row, SqlValue, Store
from anonsms.ledger.subjects import EACH, canonical


EVENT_ID_SIZE: Final = 16

_COLUMNS = (
    "id, subject, kind, scope, purpose, at, recorded_at, source, wording, "
    "rule, expires_at, details"
)

_ADD = f"""
INSERT INTO event ({_COLUMNS}, sealed, sealed_sha256)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_ADD_EACH = f"""{EACH}
INSERT INTO event ({_COLUMNS})
SELECT substr(?, i * 16 + 1, 16), ? + i, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
FROM each
"""

_HISTORY = """
SELECT event.id, kid, kind, scope, purpose, at, recorded_at, source, rule,
    expires_at, details,
    wording.id, wording.version, wording.language, wording.text
FROM event
JOIN subject ON subject.seq = event.subject
LEFT JOIN wording ON wording.seq = event.wording
WHERE event.subject = (SELECT subject FROM standing WHERE token = ? LIMIT 1)
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

    def event(
        self, token: bytes, kid: int, recorded_at: datetime
    ) -> ConsentEvent:
        """The event of one person, with a random id."""
        return ConsentEvent(
            id=os.urandom(EVENT_ID_SIZE).hex(),
            token=token_text(token, kid),
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

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self, subject: int, event: ConsentEvent, sealed: bytes | None
    ) -> None:
        """Write one event, inside an open transaction."""
        self._store.execute(
            _ADD,
            (
                bytes.fromhex(event.id),
                subject,
                *self._shared(event, event.recorded_at),
                sealed,
                None if sealed is None else hashlib.sha256(sealed).digest(),
            ),
        )

    def add_each(
        self, subjects: range, draft: Draft, recorded_at: datetime
    ) -> None:
        """Write the same event for people whose rows follow each other."""
        count = len(subjects)
        self._store.execute(
            _ADD_EACH,
            (
                count,
                os.urandom(EVENT_ID_SIZE * count),
                subjects.start,
                *self._shared(draft, recorded_at),
            ),
        )

    def history(self, token: bytes) -> list[ConsentEvent]:
        """A person's events, oldest first, as they count."""
        rows = self._store.query(_HISTORY, (token,))
        return in_order(_event(token, row) for row in rows)

    def _shared(
        self, event: ConsentEvent | Draft, recorded_at: datetime
    ) -> Sequence[SqlValue]:
        """The columns from ``kind`` to ``details``."""
        expires = event.expires_at
        return (
            event.kind.value,
            event.scope.value,
            event.purpose,
            micros(event.at),
            micros(recorded_at),
            event.source.value,
            None if event.wording is None else self._wording(event.wording),
            event.rule,
            None if expires is None else micros(expires),
            canonical(dict(event.details)),
        )

    def _wording(self, wording: Wording) -> int:
        """The row of a wording, new or known."""
        digest = bytes.fromhex(wording.sha256)
        key = (wording.id, wording.version, wording.language)
        rows = self._store.query(
            "SELECT seq, sha256 FROM wording "
            "WHERE id = ? AND version = ? AND language = ?",
            key,
        )
        if not rows:
            self._store.execute(
                "INSERT INTO wording (id, version, language, text, sha256) "
                "VALUES (?, ?, ?, ?, ?)",
                (*key, wording.text, digest),
            )
            return self._wording(wording)
        [(seq, known)] = rows
        if known != digest:
            raise ConsentError(
                f"The wording {wording.id!r}, version {wording.version!r}, "
                "was recorded with another text. People agreed to that one: "
                "give the new text a new version."
            )
        return int(seq)


def _event(token: bytes, row: Row) -> ConsentEvent:
    id_, kid, kind, scope, purpose, at, recorded_at, source, *rest = row
    rule, expires_at, details, *wording = rest
    return ConsentEvent(
        id=id_.hex(),
        token=token_text(token, kid),
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
