"""What the ledger, and a campaign's outbox, ask of a database."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias


SqlValue: TypeAlias = int | float | str | bytes | None

Row: TypeAlias = tuple[Any, ...]
# What a row holds is known to the statement, not to the type checker.


class Hold(enum.Enum):
    """What a transaction keeps others from writing to."""

    PERSON = 1
    """One person; the name is the token."""
    PEOPLE = 2
    """All of them: for batches."""
    TREE = 3
    """The tree of proofs."""
    CAMPAIGN = 4
    """One campaign; the name is its id."""


class Store(Protocol):
    """
    A database with durable transactions.

    Statements are in the SQL that SQLite and PostgreSQL share, with ``?``
    for each parameter. Errors of the driver come out as
    :class:`~anonsms.errors.LedgerError` without the values of the row.
    """

    @property
    def kind(self) -> str:
        """What database it is, e.g. ``"sqlite"``."""
        ...

    @property
    def serial(self) -> bool:
        """Whether only one transaction writes at a time."""
        ...

    @property
    def closed(self) -> bool:
        """Whether it was given back."""
        ...

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is inside :meth:`transaction` now."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """
        Write as one: commit on leaving, roll back on an exception.

        What was committed survives a power cut. Inside another transaction
        of the same thread it is a part of that one, undone on its own.
        """
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """
        Read as of one moment, for all queries of this thread inside.

        Others go on writing, and none of it shows. Inside, this thread
        writes nothing. In an open transaction it has nothing to do.
        """
        ...

    def hold(self, what: Hold, name: bytes = b"") -> None:
        """
        Keep other transactions from writing to this until ours ends.

        Call it inside a transaction, before reading what is to be changed.
        Where transactions are serial there is nothing to do.
        """
        ...

    def reserve(self, table: str, count: int) -> int:
        """
        Row numbers for new rows, inside a transaction.

        Args:
            table: The table's name.
            count: How many follow each other without a gap; at most 1,000.

        Returns:
            The first.
        """
        ...

    def execute(self, sql: str, params: Sequence[SqlValue] = ()) -> int:
        """Run one writing statement; the number of rows it changed."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[SqlValue]]) -> int:
        """Run one writing statement for many rows; the rows changed."""
        ...

    def query(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """
        Read rows.

        Inside a transaction of this thread it sees what was written there;
        else it sees what is committed, and never waits for a writer.
        """
        ...

    def wipe(self) -> None:
        """
        Remove from the database's files what was overwritten or deleted.

        Call it outside a transaction. What else has copies (logs that were
        shipped, replicas, backups) is beyond its reach.

        Raises:
            LedgerError: Somebody is using the old bytes still; try again.
        """
        ...

    def close(self) -> None:
        """Give the database back. Closing twice is harmless."""
        ...
