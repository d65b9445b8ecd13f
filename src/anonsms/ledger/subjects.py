"""
The people of the ledger: a random id, a sealed number, a key of their own.

Rows are written for many people in one statement, from one long value per
column that the database cuts up: five times as fast as row by row.
"""

# ruff: noqa: S608  # SQL is put together from constants only

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from anonsms.errors import InvalidNumberError, SealError
from anonsms.keys import KEY_SIZE, KeyProvider, bind, seal_each, unseal
from anonsms.ledger.door import Evidence
from anonsms.ledger.keycheck import refuse_stale
from anonsms.ledger.pieces import cut
from anonsms.ledger.store import Store
from anonsms.phone import PhoneNumber


ID_SIZE: Final = 16

# A plus sign, and at most 20 digits that a numbering plan knows: more than
# the 15 of E.164, for some countries have longer ones.
_PADDED: Final = 24
_SEALED_SIZE: Final = _PADDED + 32
SALT_SIZE: Final = 16

EACH: Final = """
WITH RECURSIVE each (i) AS (
    SELECT 0 UNION ALL SELECT i + 1 FROM each WHERE i + 1 < ?
)
"""
"""Counts from 0 to a parameter, for statements that write many rows."""

_ADD_EACH = f"""{EACH}
INSERT INTO anonsms_subject (seq, id, number, number_sha256, epoch, wrapped)
SELECT ? + i, substr(?, i * 16 + 1, 16),
    substr(?, i * {_SEALED_SIZE} + 1, {_SEALED_SIZE}),
    substr(?, i * 32 + 1, 32), ?, substr(?, i * 60 + 1, 60)
FROM each
"""

_KNOWN = """
SELECT id, number_sha256, number, epoch, wrapped
FROM anonsms_subject WHERE seq = ?
"""

CHAIN: Final = """
WITH RECURSIVE people (seq) AS (
    SELECT subject FROM (
        SELECT subject FROM anonsms_standing WHERE token = ? LIMIT 1
    ) AS found
    UNION
    SELECT anonsms_subject.seq FROM anonsms_subject
    JOIN people ON anonsms_subject.successor = people.seq
)
"""
"""The rows of one person: the present number, and those before it."""

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
    People who were just written down; their rows follow without a gap.

    Attributes:
        rows: Their rows.
        names: Random id and hash of the sealed number, for each.
        keys: Their data keys, 32 bytes each.
    """

    rows: range
    names: list[tuple[bytes, bytes]]
    keys: list[bytes]

    @property
    def first(self) -> Person:
        """The first of them."""
        return Person(self.rows.start, *self.names[0])


@frozen(repr=False)
class Person:
    """
    One person's row.

    Attributes:
        row: Which.
        id: Random, 16 bytes.
        number_sha256: Hash of the sealed number; what proofs commit to.
        number: The sealed number; ``None`` if erased, or not read.
        epoch: Of the key that wraps theirs.
        wrapped: Their own key, wrapped; ``None`` if erased, or not read.
    """

    row: int
    id: bytes
    number_sha256: bytes
    number: bytes | None = None
    epoch: int | None = None
    wrapped: bytes | None = None

    @property
    def name(self) -> tuple[bytes, bytes]:
        """What stands for the person in a leaf."""
        return self.id, self.number_sha256


class Subjects:
    """The people, and what is sealed for them."""

    def __init__(self, store: Store, keys: KeyProvider) -> None:
        self._store = store
        self._keys = keys

    def enrol(self, numbers: Sequence[PhoneNumber]) -> People:
        """Write down new people, inside an open transaction."""
        epoch = self._keys.epoch  # raises, if at all, before keys are drawn
        count = len(numbers)
        first = self._store.reserve("anonsms_subject", count)
        drawn = os.urandom(count * (ID_SIZE + KEY_SIZE))
        ids = list(cut(drawn[: count * ID_SIZE], ID_SIZE))
        keys = list(cut(drawn[count * ID_SIZE :], KEY_SIZE))
        bound = [bind(id_) for id_ in ids]
        # Numbers are padded to one length, so that it tells nothing.
        sealed = seal_each(
            keys,
            [each.reveal().encode().ljust(_PADDED, b"\0") for each in numbers],
            [_NUMBER + id_ for id_ in bound],
            epoch=_DEK_EPOCH,
        )
        if any(len(blob) != _SEALED_SIZE for blob in sealed):
            del numbers, drawn, keys
            raise InvalidNumberError(
                "A number is too long to be one: more than 20 digits. Look "
                "where it comes from.",
                reason="too-long",
            )
        hashes = [hashlib.sha256(blob).digest() for blob in sealed]
        wrapped = self._keys.wrap(keys, [_KEY + id_ for id_ in bound])
        self._store.execute(
            _ADD_EACH,
            (
                count,
                first,
                b"".join(ids),
                b"".join(sealed),
                b"".join(hashes),
                epoch,
                b"".join(wrapped),
            ),
        )
        refuse_stale(self._store, self._keys, sealing=True)
        names = list(zip(ids, hashes, strict=True))
        return People(range(first, first + count), names, keys)

    def enrol_keyless(self, token: bytes) -> Person:
        """
        Write down somebody of whom only a no is kept.

        There is nothing sealed, and no key. Instead of the number there is
        a keyed check of the token, by which a changed token is found out.
        Random bytes before it hide it from whoever has the index key and
        its hash alone: once it is gone, the hash tells nothing.
        """
        id_ = os.urandom(ID_SIZE)
        check = os.urandom(SALT_SIZE) + keyless_check(self._keys, id_, token)
        row = self._store.reserve("anonsms_subject", 1)
        digest = hashlib.sha256(check).digest()
        self._store.execute(
            "INSERT INTO anonsms_subject (seq, id, number, number_sha256) "
            "VALUES (?, ?, ?, ?)",
            (row, id_, check, digest),
        )
        refuse_stale(self._store, self._keys)
        return Person(row, id_, digest, check)

    def known(self, row: int) -> Person:
        """One person who is on record."""
        [columns] = self._store.query(_KNOWN, (row,))
        return Person(row, *columns)

    def erase(self, row: int) -> None:
        """Destroy one person's key, and all that it was to open."""
        self._store.execute(
            "UPDATE anonsms_subject "
            "SET number = NULL, epoch = NULL, wrapped = NULL WHERE seq = ?",
            (row,),
        )
        self._store.execute(
            "UPDATE anonsms_event SET sealed = NULL "
            "WHERE subject = ? AND sealed IS NOT NULL",
            (row,),
        )

    def follow(self, row: int, successor: int) -> None:
        """Let a new row go on for an old one."""
        self._store.execute(
            "UPDATE anonsms_subject SET successor = ? WHERE seq = ?",
            (successor, row),
        )

    def chain(self, token: bytes) -> list[int]:
        """The rows of one person, under this number and those before."""
        rows = self._store.query(
            f"{CHAIN} SELECT seq FROM people ORDER BY seq", (token,)
        )
        if not rows:
            refuse_stale(self._store, self._keys)
        return [row[0] for row in rows]

    def key(self, person: Person) -> bytes:
        """
        A person's data key.

        Raises:
            SealError: It is gone, or does not open.
        """
        if person.wrapped is None or person.epoch is None:
            raise SealError(
                "What was sealed cannot be read: the person's key is gone."
            )
        return self._keys.unwrap(
            person.wrapped, person.epoch, key_place(person.id)
        )

    def number(self, person: Person) -> PhoneNumber:
        """
        A person's number.

        Raises:
            SealError: The person's key is gone, or the data is damaged.
        """
        if person.number is None:
            raise SealError(
                "The number cannot be read: it was erased with its key."
            )
        # No key in a variable: a blob may not open, and errors show those.
        return opened_number(
            unseal(self.key(person), person.number, number_place(person.id))
        )

    def evidence(
        self, person: Person, event_id: bytes, sealed: bytes
    ) -> Evidence:
        """
        Open one event's evidence.

        Raises:
            SealError: The person's key is gone, or the data is damaged.
        """
        place = evidence_place(person.id, event_id)
        return opened_evidence(unseal(self.key(person), sealed, place))


def seal_evidence(
    key: bytes, person: Person, event_id: bytes, evidence: Evidence
) -> bytes:
    """Seal an event's evidence under the key of its person."""
    [blob] = seal_each(
        [key],
        [canonical(dict(evidence)).encode()],
        [evidence_place(person.id, event_id)],
        epoch=_DEK_EPOCH,
    )
    return blob


def keyless_check(keys: KeyProvider, person: bytes, token: bytes) -> bytes:
    """The keyed check that a row without a number has in its place."""
    text = f"anonsms/keyless/{person.hex()}/{token.hex()}"
    return keys.tokens([text])[0]


def key_place(person: bytes) -> bytes:
    """Where a wrapped key belongs, by the person's random id."""
    return _KEY + bind(person)


def number_place(person: bytes) -> bytes:
    """Where a sealed number belongs, by the person's random id."""
    return _NUMBER + bind(person)


def evidence_place(person: bytes, event: bytes) -> bytes:
    """Where sealed evidence belongs, by the person's and event's ids."""
    return _EVIDENCE + bind(person, event)


def opened_number(text: bytes) -> PhoneNumber:
    """The number that was sealed as this text."""
    return PhoneNumber.from_e164(text.rstrip(b"\0").decode())


def opened_evidence(text: bytes) -> Evidence:
    """The evidence that was sealed as this text."""
    return Evidence(json.loads(text))
