"""Certificates of erasure, from what is on record."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Final, Protocol, runtime_checkable

from anonsms.consent import ConsentEvent
from anonsms.errors import LedgerError
from anonsms.keys import Power
from anonsms.ledger.book import Book
from anonsms.ledger.keycheck import noted
from anonsms.ledger.moments import aware, moment
from anonsms.ledger.rights.certificate import ErasureCertificate


ERASURE: Final = "erasure"
"""Names the erasure that a no was carried over from, by its first event."""

NOTHING: Final = "nothing was held"
LAST_DAY: Final = "copies until"
PART: Final = "part of"
FILES: Final = "files"
_OURS: Final = {LAST_DAY, PART, FILES}
_ID: Final = re.compile("[0-9a-f]{32}")

# The row of an erased person that came last: others lead to it.
_HEAD: Final = """
WITH RECURSIVE after (seq, successor) AS (
    SELECT anonsms_subject.seq, successor FROM anonsms_subject
    JOIN anonsms_event ON anonsms_event.subject = anonsms_subject.seq
    WHERE anonsms_event.id = ? AND kind = 'erased'
    UNION
    SELECT anonsms_subject.seq, anonsms_subject.successor
    FROM anonsms_subject JOIN after ON anonsms_subject.seq = after.successor
)
SELECT seq FROM after WHERE successor IS NULL
"""

# An erasure is on record with each row that the person had.
_RECORDS: Final = """
WITH RECURSIVE gone (seq) AS (
    SELECT seq FROM anonsms_subject WHERE seq = ?
    UNION
    SELECT anonsms_subject.seq FROM anonsms_subject
    JOIN gone ON anonsms_subject.successor = gone.seq
)
SELECT id, leaf_index, recorded_at, details FROM anonsms_event
WHERE kind = 'erased' AND subject IN (SELECT gone.seq FROM gone)
ORDER BY anonsms_event.seq
"""

_ALL_HEADS: Final = """
SELECT anonsms_subject.seq, details FROM anonsms_subject
JOIN anonsms_event ON anonsms_event.subject = anonsms_subject.seq
WHERE kind = 'erased' AND number IS NULL AND successor IS NULL
"""


@runtime_checkable
class _Ring(Protocol):
    """What a key ring can tell, and a provider need not."""

    def versions(self, power: Power | str) -> tuple[int, ...]: ...


class Certifying(Book):
    """The part of :class:`Ledger` that tells how far erasures are."""

    def certificate(self, event: ConsentEvent | str) -> ErasureCertificate:
        """
        The certificate of an erasure, as things stand now.

        Once the keys of its epochs are destroyed it says so.

        Args:
            event: What put the erasure on record: an id of
                ``certificate.events``, or the person's no, from
                :meth:`history`.

        Raises:
            LedgerError: No erasure is on record by that event.
        """
        first = event if isinstance(event, str) else event.id
        if isinstance(event, ConsentEvent):
            first = dict(event.details).get(ERASURE, first)
            if first == NOTHING:
                return self._never_held(event)
        return self._certificate(self._head(first))

    def erasures_due(
        self, at: datetime | None = None
    ) -> list[ErasureCertificate]:
        """
        Erasures that are not complete, for a job that sees to it.

        Of those that were not wiped, :meth:`erase` was cut short: call it
        again. For the others rotate the seal key, and destroy the old one.
        It reads all erasures.

        Args:
            at: Only those whose last day is at this moment or before it.

        Returns:
            The most urgent first.
        """
        last = None if at is None else aware(at)
        found = [
            self._certificate(row)
            for row, details in self.store.query(_ALL_HEADS)
            if LAST_DAY in json.loads(details)
        ]
        due = [
            (each.copies_until, each.events, each)
            for each in found
            if each.copies_until is not None
            and (last is None or each.copies_until <= last)
            and (each.wiped_at is None or not each.copies_gone)
        ]
        return [each for *_, each in sorted(due)]

    def _head(self, first: str) -> int:
        rows = (
            self.store.query(_HEAD, (bytes.fromhex(first),))
            if _ID.fullmatch(first)
            else []
        )
        if not rows:
            raise _unknown()
        return int(rows[0][0])

    def _certificate(self, row: int) -> ErasureCertificate:
        """The certificate of an erasure, by the last row of the person."""
        records = [
            (id_.hex(), place, moment(at), json.loads(details))
            for id_, place, at, details in self.store.query(_RECORDS, (row,))
            if _OURS & json.loads(details).keys()
        ]
        first = next((each for each in records if LAST_DAY in each[3]), None)
        if first is None:
            raise _unknown()
        wiped = [at for _, _, at, told in records if FILES in told]
        epochs = {
            int(epoch)
            for *_, told in records
            for epoch in told.get("epoch", "").split()
        }
        return ErasureCertificate(
            ledger=self._journal.tree.origin,
            events=tuple(id_ for id_, *_ in records),
            index=first[1],
            erased_at=first[2],
            wiped_at=min(wiped, default=None),
            epochs=tuple(sorted(epochs)),
            copies_until=datetime.fromisoformat(first[3][LAST_DAY]),
            copies_gone=self._gone(epochs),
            made_at=self.clock(),
        )

    def _never_held(self, no: ConsentEvent) -> ErasureCertificate:
        return ErasureCertificate(
            ledger=self._journal.tree.origin,
            events=(),
            index=None,
            erased_at=no.at,
            wiped_at=None,
            epochs=(),
            copies_until=None,
            copies_gone=True,
            made_at=self.clock(),
        )

    def _gone(self, epochs: set[int]) -> bool:
        """Whether these seal keys are neither in use nor in the ring."""
        if Power.SEAL not in self._keys.powers or not isinstance(
            self._keys, _Ring
        ):
            return False  # who cannot see the keys cannot vouch for it
        return not epochs & self._living_epochs()

    def _living_epochs(self) -> set[int]:
        """The seal keys that are in use, or in the ring still."""
        living = {epoch for epoch, _ in noted(self.store, Power.SEAL)}
        if isinstance(self._keys, _Ring):
            living.update(self._keys.versions(Power.SEAL))
        return living


def _unknown() -> LedgerError:
    return LedgerError(
        "No erasure is on record by that event. Pass an id from the "
        "certificate, or the person's no from ledger.history(number)."
    )
