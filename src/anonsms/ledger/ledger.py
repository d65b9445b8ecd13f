"""The ledger: who said yes to what, who said stop, and the proof of it."""

from __future__ import annotations

from typing import Self

from anonsms.errors import ConfigurationError
from anonsms.ledger.asking import Asking
from anonsms.ledger.counting import people
from anonsms.ledger.entries.holding import Holding
from anonsms.ledger.entries.importing import Importing
from anonsms.ledger.entries.optin import OptIn
from anonsms.ledger.proving import Proving
from anonsms.ledger.receipting import Receipting
from anonsms.ledger.rights.rights import Rights
from anonsms.ledger.rotation import Rotating
from anonsms.ledger.store.borrowed import borrow


class Ledger(
    Asking,
    Holding,
    Importing,
    OptIn,
    Proving,
    Receipting,
    Rights,
    Rotating,
):
    """
    Consent on record, in a database of the shop's own.

    Made by :func:`open_ledger`. What a method returned from survives a
    power cut. Threads may share one ledger; processes open their own.

    Attributes:
        store: The database, for what belongs into the same transaction.
    """

    def within(self, connection: object) -> Ledger:
        """
        The same ledger on a connection of the shop's own.

        What is recorded belongs to the transaction that is open there: it
        is kept or undone with the order. The tables must be in that
        database, see ``open_ledger(url, keys, shared=True)``.

        Args:
            connection: An open ``sqlite3.Connection`` or
                ``psycopg.Connection``. It is neither committed nor closed.

        Raises:
            ConfigurationError: It is of another kind, has no transaction
                open, would not survive a power cut, or is not on this
                ledger's database.
        """
        store = borrow(connection)
        ledger = type(self)(store, self._keys, self._purposes, self._settings)
        if ledger.origin != self.origin:
            raise ConfigurationError(
                "The connection is on a database with another ledger. Open "
                "that one, or connect to this ledger's database."
            )
        return ledger

    def close(self) -> None:
        """Give the database back. Closing twice is harmless."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        if self.store.closed:
            return f"<{type(self).__name__} {self.store.kind}, closed>"
        found = people(self.store)
        return f"<{type(self).__name__} {self.store.kind} {found:,} people>"
