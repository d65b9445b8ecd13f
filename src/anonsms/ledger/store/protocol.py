"""What the ledger, and a campaign's outbox, ask of a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias


SqlValue: TypeAlias = int | float | str | bytes | None

Row: TypeAlias = tuple[Any, ...]
# What a row holds is known to the statement, not to the type checker.


class Store(Protocol):
    """
    A database with durable, serialised transactions.

    Errors of the driver come out as :class:`~anonsms.errors.LedgerError`
    without the values of the row.
    """

    @property
    def kind(self) -> str:
        """What database it is, e.g. ``"sqlite"``."""
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
        Hold the write lock; commit on leaving, roll back on an exception.

        What was committed survives a power cut. Inside another transaction
        of the same thread it is a part of that one, undone on its own.
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

    def close(self) -> None:
        """Give the database back. Closing twice is harmless."""
        ...
