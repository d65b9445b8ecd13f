"""
Renewing all tokens, for a newer index key.

It has to happen at once: as long as some people had old tokens and others
new ones, somebody's stop would be overlooked.
"""

# ruff: noqa: S608  # SQL is put together from constants only

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from anonsms.consent import EventKind, Scope, Source
from anonsms.errors import LedgerError
from anonsms.keys import KeyProvider
from anonsms.ledger.events import Draft, facts
from anonsms.ledger.journal import Journal
from anonsms.ledger.purposes import Purposes
from anonsms.ledger.store import Row, SqlValue, Store


STAND_IN: Final = "~key:"
"""What the ids of outboxes begin with that are keyed stand-ins."""

CARRIED: Final = "carried"
"""Names the fact that an event was carried over, and why."""

_AT_ONCE: Final = 10_000  # rows that are held in memory
_WHY: Final = "rotation"  # of the index key

# What bytes are called, how a table ends, and what follows its columns. In
# SQLite the rows lie in the key itself.
_DIALECT: Final = {
    "sqlite": ("BLOB", " WITHOUT ROWID"),
    "postgres": ("BYTEA", " ON COMMIT DROP"),
}

_TABLES: Final = ("anonsms_renewed", "anonsms_renewed_box")

_TOKENS = """
SELECT DISTINCT token FROM anonsms_standing WHERE token > ?
ORDER BY token LIMIT ?
"""

_SENT = """
SELECT campaign, token FROM anonsms_outbox WHERE (campaign, token) > (?, ?)
ORDER BY campaign, token LIMIT ?
"""

_CAMPAIGNS = "SELECT id FROM anonsms_campaign WHERE id > ? ORDER BY id LIMIT ?"

_COLUMNS = "scope, status, since, expires_at, suppressed, last_at, subject"

# Taken out and put in again in order: a third of the time of an UPDATE that
# moves each row to a place of its own.
_TAKE = f"""
CREATE TEMPORARY TABLE anonsms_renewed_standing AS
SELECT renewed AS token, {_COLUMNS} FROM anonsms_standing
JOIN anonsms_renewed ON old = token
"""

_PUT = f"""
INSERT INTO anonsms_standing (token, {_COLUMNS})
SELECT token, {_COLUMNS} FROM anonsms_renewed_standing ORDER BY token, scope
"""

_OUTBOX = """
UPDATE anonsms_outbox SET
    token = (SELECT renewed FROM anonsms_renewed WHERE old = token),
    campaign = coalesce(
        (SELECT renewed FROM anonsms_renewed_box WHERE old = campaign),
        campaign
    )
"""

_CAMPAIGN = """
UPDATE anonsms_campaign SET id = (
    SELECT renewed FROM anonsms_renewed_box WHERE old = id
)
WHERE id IN (SELECT old FROM anonsms_renewed_box)
"""

_KEYLESS = """
SELECT DISTINCT token, subject FROM anonsms_standing
JOIN anonsms_subject ON anonsms_subject.seq = anonsms_standing.subject
WHERE wrapped IS NULL AND number IS NOT NULL AND token > ?
ORDER BY token LIMIT ?
"""

_CHECKS_LEFT = """
SELECT seq FROM anonsms_subject
WHERE wrapped IS NULL AND number IS NOT NULL AND seq <= ? AND seq > ?
ORDER BY seq LIMIT ?
"""


class Reindexing:
    """
    Renews all tokens, inside an open transaction.

    Args:
        store: The database; nobody else may read where people stand.
        keys: Their newest index key is the one to go over to.
        purposes: What is known of purposes.
        now: Aware, UTC.
    """

    def __init__(
        self,
        store: Store,
        keys: KeyProvider,
        purposes: Purposes,
        now: datetime,
    ) -> None:
        self._store = store
        self._keys = keys
        self._journal = Journal(store, keys, purposes)
        self._now = now
        self._since = 0

    def run(self, since: int) -> int:
        """
        Renew them.

        Args:
            since: The version that all of them have now.

        Returns:
            How many people there are.

        Raises:
            ConfigurationError: A token is damaged, or the ring does not go
                back to that version.
            LedgerError: The name of an outbox is damaged.
        """
        self._since = since
        bytes_, end = _DIALECT[self._store.kind]
        for table, kind in zip(_TABLES, (bytes_, "TEXT"), strict=True):
            self._store.execute(
                f"CREATE TEMPORARY TABLE {table} "
                f"(old {kind} PRIMARY KEY, renewed {kind} NOT NULL){end}"
            )
        people = self._find()
        self._move_standings()
        self._store.execute(_OUTBOX)
        self._store.execute(_CAMPAIGN)
        for table in _TABLES:
            self._store.execute(f"DROP TABLE {table}")
        self._replace_keyless()
        return people

    def _find(self) -> int:
        """Note old and new tokens, and old and new names; how many people."""
        people = 0
        for rows in self._windows(_TOKENS, b""):
            people += len(rows)
            self._note([token for [token] in rows])
        for rows in self._windows(_SENT, "", b""):
            self._note([token for _, token in rows])
            self._note_boxes([box for box, _ in rows])
        for rows in self._windows(_CAMPAIGNS, ""):
            self._note_boxes([box for [box] in rows])
        return people

    def _move_standings(self) -> None:
        self._store.execute(_TAKE)
        taken = self._store.execute("DELETE FROM anonsms_standing")
        if self._store.execute(_PUT) != taken:
            raise LedgerError(
                "Somebody stands in the ledger without a token: it is "
                "damaged. Restore it from your backup."
            )
        self._store.execute("DROP TABLE anonsms_renewed_standing")

    def _note(self, tokens: Sequence[bytes]) -> None:
        old = list(dict.fromkeys(tokens))
        new = self._keys.renew_tokens(old, self._since)
        self._keep("anonsms_renewed", zip(old, new, strict=True))

    def _note_boxes(self, boxes: Sequence[str]) -> None:
        named = [
            box for box in dict.fromkeys(boxes) if box.startswith(STAND_IN)
        ]
        try:
            old = [bytes.fromhex(box.removeprefix(STAND_IN)) for box in named]
        except ValueError:
            raise LedgerError(
                "The name of an outbox is no stand-in: the ledger is "
                "damaged. Restore it from your backup."
            ) from None
        new = self._keys.renew_tokens(old, self._since)
        self._keep(
            "anonsms_renewed_box",
            (
                (box, f"{STAND_IN}{token.hex()}")
                for box, token in zip(named, new, strict=True)
            ),
        )

    def _keep(
        self, table: str, pairs: Iterator[tuple[SqlValue, SqlValue]]
    ) -> None:
        self._store.executemany(
            f"INSERT INTO {table} (old, renewed) VALUES (?, ?) "
            "ON CONFLICT DO NOTHING",
            list(pairs),
        )

    def _windows(self, sql: str, *start: SqlValue) -> Iterator[list[Row]]:
        """Rows in the order of their first columns, a part at a time."""
        last = start
        while rows := self._store.query(sql, (*last, _AT_ONCE)):
            yield rows
            last = rows[-1][: len(start)]

    def _replace_keyless(self) -> None:
        """
        Give those of whom only a no is kept a row that fits their token.

        Their old row holds a check of the old token, by which the holder
        of the old index key could try all numbers. So it is emptied, and
        what counts is carried over.
        """
        [[before]] = self._store.query(
            "SELECT coalesce(max(seq), 0) FROM anonsms_subject"
        )
        subjects = self._journal.subjects
        for rows in self._windows(_KEYLESS, b""):
            for token, row in rows:
                if row > before:
                    continue  # of ours
                told = self._journal.history(token)
                fresh = subjects.enrol_keyless(token)
                said = []
                for event in told:
                    if event.kind.counts:
                        draft = Draft(
                            kind=event.kind,
                            scope=event.scope,
                            at=event.at,
                            source=event.source,
                            purpose=event.purpose,
                            wording=event.wording,
                            rule=event.rule,
                            expires_at=event.expires_at,
                            details=facts(
                                {**dict(event.details), CARRIED: _WHY}
                            ),
                        )
                        said.append(
                            self._journal.note(fresh, draft, token, self._now)
                        )
                # Ties are broken by when an event was written down, and by
                # its id: both are new.
                self._journal.standings.refold(token, fresh.row, said)
        # Also of those who came back since, and have a number again.
        for rows in self._windows_of_checks(before):
            for [row] in rows:
                self._journal.note(
                    subjects.known(row), self._emptied(), b"", self._now
                )
                self._store.execute(
                    "UPDATE anonsms_subject SET number = NULL WHERE seq = ?",
                    (row,),
                )

    def _windows_of_checks(self, before: int) -> Iterator[list[Row]]:
        last = 0
        while rows := self._store.query(
            _CHECKS_LEFT, (before, last, _AT_ONCE)
        ):
            yield rows
            last = rows[-1][0]

    def _emptied(self) -> Draft:
        return Draft(
            kind=EventKind.ERASED,
            scope=Scope.ALL,
            at=self._now,
            source=Source.STAFF,
            details=facts({"reason": _WHY}),
        )
