"""
The people of the ledger: a random id, a sealed number, a key of their own.

Rows are written for many people in one statement, from one long value per
column that the database cuts up: five times as fast as row by row.
"""

# ruff: noqa: S608  # SQL is put together from constants only

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from anonsms.errors import SealError
from anonsms.keys import KEY_SIZE, KeyProvider, bind, seal_each, unseal
from anonsms.ledger.door import Evidence
from anonsms.ledger.store import Store
from anonsms.phone import PhoneNumber


ID_SIZE: Final = 16

EACH: Final = """
WITH RECURSIVE each (i) AS (
    SELECT 0 UNION ALL SELECT i + 1 FROM each WHERE i + 1 < ?
)
"""
"""Counts from 0 to a parameter, for statements that write many rows."""

_ADD_EACH = f"""{EACH}
INSERT INTO subject
    (seq, id, token, kid, number, dek_epoch, kek_epoch, wrapped)
SELECT ? + i, substr(?, i * 16 + 1, 16), substr(?, i * 16 + 1, 16), ?,
    substr(?, i * 48 + 1, 48), ?, ?, substr(?, i * 60 + 1, 60)
FROM each
"""

_SEALED = """
SELECT subject.id, wrapped, kek_epoch, sealed
FROM event JOIN subject ON subject.seq = event.subject
WHERE event.subject = (SELECT subject FROM standing WHERE token = ? LIMIT 1)
    AND event.id = ?
"""

canonical = json.JSONEncoder(  # made once: that is half of its work
    ensure_ascii=False, sort_keys=True, separators=(",", ":")
).encode
"""Facts by name as JSON, in one way only."""

_DEK_EPOCH = 1
_NUMBER = bind("anonsms/v1", "subject", "number")
_KEY = bind("anonsms/v1", "subject", "wrapped")
_EVIDENCE = bind("anonsms/v1", "event", "sealed")


@frozen(repr=False)
class People:
    """
    People whose rows follow each other without a gap.

    Attributes:
        rows: Their rows.
        ids: Their random ids, 16 bytes each.
        keys: Their data keys, 32 bytes each.
    """

    rows: range
    ids: list[bytes]
    keys: list[bytes]


class Subjects:
    """The people, and what is sealed for them."""

    def __init__(self, store: Store, keys: KeyProvider) -> None:
        self._store = store
        self._keys = keys

    def enrol(
        self, tokens: Sequence[bytes], numbers: Sequence[PhoneNumber]
    ) -> People:
        """
        Write down new people, inside an open transaction.

        Args:
            tokens: Their tokens.
            numbers: Their numbers, in the same order.
        """
        epoch = self._keys.epoch  # raises, if at all, before keys are drawn
        count = len(tokens)
        [[first]] = self._store.query(
            "SELECT coalesce(max(seq), 0) + 1 FROM subject"
        )
        drawn = os.urandom(count * (ID_SIZE + KEY_SIZE))
        ids = _cut(drawn[: count * ID_SIZE], ID_SIZE)
        keys = _cut(drawn[count * ID_SIZE :], KEY_SIZE)
        bound = [bind(id_) for id_ in ids]
        # E.164 has at most 16 characters: the length tells nothing.
        sealed = seal_each(
            keys,
            [each.reveal().encode().ljust(16, b"\0") for each in numbers],
            [_NUMBER + id_ for id_ in bound],
            epoch=_DEK_EPOCH,
        )
        wrapped = self._keys.wrap(keys, [_KEY + id_ for id_ in bound])
        self._store.execute(
            _ADD_EACH,
            (
                count,
                first,
                b"".join(ids),
                b"".join(tokens),
                self._keys.index_version,
                b"".join(sealed),
                _DEK_EPOCH,
                epoch,
                b"".join(wrapped),
            ),
        )
        return People(range(first, first + count), ids, keys)

    def known(self, row: int) -> People:
        """
        One person who is on record.

        Raises:
            SealError: The person's key is gone, or does not open.
        """
        [(id_, wrapped, kek_epoch)] = self._store.query(
            "SELECT id, wrapped, kek_epoch FROM subject WHERE seq = ?", (row,)
        )
        return People(
            range(row, row + 1), [id_], [self._key(id_, wrapped, kek_epoch)]
        )

    def unseal(self, token: bytes, event_id: bytes) -> dict[str, str]:
        """
        The evidence of one event; empty when none was given.

        Raises:
            SealError: The person's key is gone, or the data is damaged.
        """
        rows = self._store.query(_SEALED, (token, event_id))
        if not rows or rows[0][3] is None:
            return {}
        [(id_, wrapped, kek_epoch, sealed)] = rows
        # No key in a variable: a blob may not open, and errors show those.
        text = unseal(
            self._key(id_, wrapped, kek_epoch),
            sealed,
            _EVIDENCE + bind(id_, event_id),
        )
        return {str(k): str(v) for k, v in json.loads(text).items()}

    def _key(self, id_: bytes, wrapped: bytes | None, epoch: int) -> bytes:
        if wrapped is None:
            raise SealError(
                "What was sealed cannot be read: the person's key is gone."
            )
        return self._keys.unwrap(wrapped, epoch, _KEY + bind(id_))


def seal_evidence(
    person: People, event_id: bytes, evidence: Evidence
) -> bytes:
    """Seal an event's evidence under the key of its person, the first one."""
    [blob] = seal_each(
        person.keys[:1],
        [canonical(dict(evidence)).encode()],
        [_EVIDENCE + bind(person.ids[0], event_id)],
        epoch=_DEK_EPOCH,
    )
    return blob


def _cut(joined: bytes, size: int) -> list[bytes]:
    return [joined[i : i + size] for i in range(0, len(joined), size)]
