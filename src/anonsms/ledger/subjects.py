"""
The people of the ledger: a random id, a sealed number, a key of their own.

Rows are written for many people in one statement, from one long value per
column that the database cuts up: five times as fast as row by row.
"""

# ruff: noqa: S608  # SQL is put together from constants only

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Final

from anonsms.errors import ConsentError, SealError
from anonsms.keys import KEY_SIZE, KeyProvider, bind, seal_each, unseal
from anonsms.ledger.store import Store
from anonsms.phone import PhoneNumber


ID_SIZE: Final = 16

EACH: Final = """
WITH RECURSIVE each (i) AS (
    SELECT 0 UNION ALL SELECT i + 1 FROM each WHERE i + 1 < ?
)
"""
"""Counts from 0 to a parameter, for statements that write many rows."""

_SUBJECTS = f"""{EACH}
INSERT INTO subject (seq, id, number)
SELECT ? + i, substr(?, i * 16 + 1, 16), substr(?, i * 48 + 1, 48) FROM each
"""

_SUBJECT_KEYS = f"""{EACH}
INSERT INTO subject_key (subject, dek_epoch, kek_epoch, wrapped)
SELECT ? + i, ?, ?, substr(?, i * 60 + 1, 60) FROM each
"""

_TOKENS = f"""{EACH}
INSERT INTO token (token, kid, subject)
SELECT substr(?, i * 16 + 1, 16), ?, ? + i FROM each
"""

_DEK_EPOCH = 1
_NUMBER = bind("anonsms/v1", "subject", "number")
_KEY = bind("anonsms/v1", "subject_key", "wrapped")
_EVIDENCE = bind("anonsms/v1", "event", "sealed")


class Subjects:
    """The people, and what is sealed for them."""

    def __init__(self, store: Store, keys: KeyProvider) -> None:
        self._store = store
        self._keys = keys

    def find(self, token: bytes) -> int | None:
        """The row of the person behind a token, if ever heard of."""
        rows = self._store.query(
            "SELECT subject FROM token WHERE token = ?", (token,)
        )
        return rows[0][0] if rows else None

    def enrol(
        self, tokens: Sequence[bytes], numbers: Sequence[PhoneNumber]
    ) -> int:
        """
        Write down new people, inside an open transaction.

        Args:
            tokens: Their tokens; best sorted, so that they fall close
                together in the index.
            numbers: Their numbers, in the same order.

        Returns:
            The row of the first; the others follow without a gap.
        """
        count = len(tokens)
        [[first]] = self._store.query(
            "SELECT coalesce(max(seq), 0) + 1 FROM subject"
        )
        drawn = os.urandom(count * (ID_SIZE + KEY_SIZE))
        ids = _cut(drawn[: count * ID_SIZE], ID_SIZE)
        deks = _cut(drawn[count * ID_SIZE :], KEY_SIZE)
        bound = [bind(id_) for id_ in ids]
        # E.164 has at most 16 characters: the length tells nothing.
        sealed = seal_each(
            deks,
            [each.reveal().encode().ljust(16, b"\0") for each in numbers],
            [_NUMBER + id_ for id_ in bound],
            epoch=_DEK_EPOCH,
        )
        wrapped = self._keys.wrap(deks, [_KEY + id_ for id_ in bound])
        self._store.execute(
            _SUBJECTS, (count, first, b"".join(ids), b"".join(sealed))
        )
        self._store.execute(
            _SUBJECT_KEYS,
            (count, first, _DEK_EPOCH, self._keys.epoch, b"".join(wrapped)),
        )
        self._store.execute(
            _TOKENS, (count, b"".join(tokens), self._keys.index_version, first)
        )
        return int(first)

    def seal(
        self, subject: int, event_id: bytes, evidence: Mapping[str, str]
    ) -> bytes:
        """
        Seal an event's evidence under the person's key.

        Raises:
            ConsentError: The evidence is not text by name.
        """
        if not all(
            isinstance(part, str) for pair in evidence.items() for part in pair
        ):
            raise ConsentError(
                "Evidence is text by name, such as {'form': 'checkout-3'}. "
                "Turn other values into text first."
            )
        text = json.dumps(
            evidence, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        [row] = self._store.query(
            "SELECT subject.id, wrapped, kek_epoch, dek_epoch "
            "FROM subject JOIN subject_key ON subject = seq WHERE seq = ?",
            (subject,),
        )
        id_, wrapped, kek_epoch, dek_epoch = row
        key = self._keys.unwrap(wrapped, kek_epoch, _KEY + bind(id_))
        [blob] = seal_each(
            [key],
            [text.encode()],
            [_EVIDENCE + bind(id_, event_id)],
            epoch=dek_epoch,
        )
        return blob

    def unseal(self, token: bytes, event_id: bytes) -> dict[str, str]:
        """
        The evidence of one event; empty when none was given.

        Raises:
            SealError: The person's key is gone, or the data is damaged.
        """
        rows = self._store.query(
            "SELECT subject.id, wrapped, kek_epoch, sealed FROM token "
            "JOIN event ON event.subject = token.subject "
            "JOIN subject ON subject.seq = token.subject "
            "LEFT JOIN subject_key ON subject_key.subject = token.subject "
            "WHERE token.token = ? AND event.id = ?",
            (token, event_id),
        )
        if not rows or rows[0][3] is None:
            return {}
        [(id_, wrapped, kek_epoch, sealed)] = rows
        if wrapped is None:
            raise SealError(
                "The evidence cannot be read: the person's key is gone."
            )
        key = self._keys.unwrap(wrapped, kek_epoch, _KEY + bind(id_))
        text = unseal(key, sealed, _EVIDENCE + bind(id_, event_id))
        return {str(k): str(v) for k, v in json.loads(text).items()}


def _cut(joined: bytes, size: int) -> list[bytes]:
    return [joined[i : i + size] for i in range(0, len(joined), size)]
