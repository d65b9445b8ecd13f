"""Going over to newer keys, without anybody's stop being overlooked."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from anonsms.errors import ConfigurationError
from anonsms.keys import KeyProvider, Power
from anonsms.ledger.book import Book
from anonsms.ledger.keycheck import (
    check_successor,
    forget_epoch,
    note_epoch,
    note_index,
    noted,
)
from anonsms.ledger.reindexing import Reindexing
from anonsms.ledger.store import Store
from anonsms.ledger.subjects import key_place


_AT_ONCE: Final = 1_000  # people a transaction: others write in between

_OLD_KEYS: Final = """
SELECT seq, id, epoch, wrapped FROM anonsms_subject
WHERE seq > ? AND epoch <> ? AND wrapped IS NOT NULL ORDER BY seq LIMIT ?
"""

# Whose key was destroyed meanwhile stays without one.
_WRAP: Final = """
UPDATE anonsms_subject SET wrapped = ?, epoch = ?
WHERE seq = ? AND epoch = ? AND wrapped = ?
"""


@frozen
class RotationReport:
    """
    What :meth:`Ledger.rotate` did.

    Attributes:
        index_version: Of the tokens that the ledger has now.
        renewed: People whose token was renewed; 0 if it was the newest.
        epoch: Of the key that wraps everybody's key now. All older epochs
            may be retired: the ledger has nothing left of them.
        wrapped: People whose key was wrapped anew.
        retirable: The epochs that this rotation left behind.
    """

    index_version: int
    renewed: int
    epoch: int
    wrapped: int
    retirable: tuple[int, ...]


class Rotating(Book):
    """The part of :class:`Ledger` that changes its keys."""

    def rotate(self, keys: KeyProvider) -> RotationReport:
        """
        Go over to a ring that was made from this ledger's own.

        Save the ring first: ``keys.rotate("index")`` (or ``"seal"``, or
        ``"sign"``), ``save(path, replace=True)``, then this. A newer index
        key renews all tokens, in one transaction. A newer seal key wraps
        everybody's own key anew, 1,000 people at a time. A newer sign key
        needs nothing: the next checkpoint bears both signatures. What was
        cut short is finished by calling it again.

        Everybody opens the ledger anew afterwards, with the new ring, and
        so do you: ``open_ledger(url, keys, rotate=True)`` does both. Until
        then whoever has an old index key finds nobody, and is refused
        instead of being told that there is nobody. Who has an old seal key
        is refused when somebody new is to be written down.

        Args:
            keys: The new ring, whole; a :class:`KeyProvider` of your own
                will do.

        Raises:
            ConfigurationError: The ring does not go on where the ledger's
                stops, cannot seal, or a transaction is open.
            SealError: Somebody's wrapped key is damaged.
            LedgerError: The database failed, or somebody reads an older
                state for longer than it waits; call it again.
        """
        store = self.store
        if store.in_transaction:
            raise ConfigurationError(
                "Keys are rotated in transactions of the ledger's own: call "
                "rotate() after yours, not inside it."
            )
        with store.transaction():
            # Before anything is looked at: who rotates at the same time
            # has to have finished.
            stop_others(store)
            since = check_successor(store, keys)
            renewed = 0
            if since < keys.index_version:
                note_index(store, keys)
                renewed = Reindexing(
                    store, keys, self._purposes, self.clock()
                ).run(since)
            if keys.epoch not in dict(noted(store, Power.SEAL)):
                note_epoch(store, keys)
        # This ledger keeps its keys: another thread may have made a token
        # with them, and is about to ask whose it is.
        wrapped, retirable = _wrap_all(store, keys)
        store.wipe()
        return RotationReport(
            index_version=keys.index_version,
            renewed=renewed,
            epoch=keys.epoch,
            wrapped=wrapped,
            retirable=retirable,
        )


def stop_others(store: Store) -> None:
    """
    Keep everybody from reading where people stand, in a transaction.

    Whoever has looked somebody up in a transaction and goes on to write
    has to have finished; who comes later finds the tokens renewed.
    """
    if not store.serial:
        store.execute("LOCK TABLE anonsms_standing IN ACCESS EXCLUSIVE MODE")


def _wrap_all(store: Store, keys: KeyProvider) -> tuple[int, tuple[int, ...]]:
    """Wrap everybody's key anew; how many, and epochs that are left."""
    wrapped = 0
    while True:
        wrapped += _wrap_round(store, keys)
        with store.transaction():
            if not store.serial:
                # Who has written somebody down has to have committed.
                store.execute("LOCK TABLE anonsms_subject IN SHARE MODE")
            if store.query(_OLD_KEYS, (0, keys.epoch, 1)):
                continue
            older = tuple(
                epoch
                for epoch, _ in noted(store, Power.SEAL)
                if epoch != keys.epoch
            )
            for epoch in older:
                forget_epoch(store, epoch)
            return wrapped, older


def _wrap_round(store: Store, keys: KeyProvider) -> int:
    """Wrap once through the people."""
    wrapped = last = 0
    while True:
        with store.transaction():
            rows = store.query(_OLD_KEYS, (last, keys.epoch, _AT_ONCE))
            if not rows:
                return wrapped
            places = [key_place(id_) for _, id_, _, _ in rows]
            again = keys.wrap(  # no key in a variable: errors show those
                [
                    keys.unwrap(old, epoch, place)
                    for (_, _, epoch, old), place in zip(
                        rows, places, strict=True
                    )
                ],
                places,
            )
            wrapped += store.executemany(
                _WRAP,
                [
                    (new, keys.epoch, row, epoch, old)
                    for (row, _, epoch, old), new in zip(
                        rows, again, strict=True
                    )
                ],
            )
            last = rows[-1][0]
