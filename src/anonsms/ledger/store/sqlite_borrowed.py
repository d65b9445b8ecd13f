"""A caller's own connection to a SQLite file."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from anonsms.errors import ConfigurationError
from anonsms.ledger.store.protocol import Hold, Row, SqlValue
from anonsms.ledger.store.schema import (
    APPLIED,
    migrations,
    missing,
    not_begun,
)
from anonsms.ledger.store.sqlite_statements import run, wrapped, write
from anonsms.ledger.store.transactions import (
    no_transaction,
    not_ours_to_wipe,
    refuse_run,
)


_FULL = 2  # of PRAGMA synchronous


class BorrowedSqlite:
    """
    A store inside somebody else's transaction, see :func:`borrow`.

    Args:
        connection: An open one.

    Raises:
        ConfigurationError: It cannot be used as it is.
        SchemaVersionError: The tables are not those of this anonsms.
        LedgerError: The database refused.
    """

    kind: Final = "sqlite"
    # Who reads, and writes after somebody else did, gets an error.
    serial: Final = True
    closed: Final = False

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._depth = 0
        self._join()
        with wrapped():
            self._cursor = connection.cursor()
            self._cursor.row_factory = None
            self._refuse_lossy()
            self._refuse_other_tables()
            run(self._cursor, "PRAGMA secure_delete=ON").fetchall()

    @property
    def in_transaction(self) -> bool:
        """Whether the caller's transaction is open."""
        return self._connection.in_transaction

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """A savepoint: undone on its own, kept if the caller commits."""
        if self._depth == 0:
            self._join()
        name = f"anonsms_{self._depth}"
        run(self._cursor, f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield
            run(self._cursor, f"RELEASE {name}")
        except BaseException:
            # A full disk makes SQLite roll back by itself.
            if self._connection.in_transaction:
                run(self._cursor, f"ROLLBACK TO {name}")
                run(self._cursor, f"RELEASE {name}")
            raise
        finally:
            self._depth -= 1

    def snapshot(self) -> contextlib.AbstractContextManager[None]:
        """Nothing more: it reads as the caller's transaction does."""
        return contextlib.nullcontext()

    def hold(self, what: Hold, name: bytes = b"") -> None:
        """Nothing more: whoever writes first keeps the others out."""
        del what, name
        if not self._depth:
            raise no_transaction()

    def reserve(self, table: str, count: int) -> int:
        """The number after the last row's."""
        if not self._depth:
            raise no_transaction()
        refuse_run(count)
        [[first]] = self.query(
            # Only the name of a table of ours is put into the statement.
            f"SELECT coalesce(max(seq), 0) + 1 FROM {table}"  # noqa: S608
        )
        return int(first)

    def execute(self, sql: str, params: Sequence[SqlValue] = ()) -> int:
        """Run one writing statement; the number of rows it changed."""
        if not self._depth:
            with self.transaction():
                return self.execute(sql, params)
        return write(self._cursor, sql, params)

    def executemany(self, sql: str, rows: Iterable[Sequence[SqlValue]]) -> int:
        """Run one writing statement for many rows; the rows changed."""
        if not self._depth:
            with self.transaction():
                return self.executemany(sql, rows)
        with wrapped():
            return self._cursor.executemany(sql, rows).rowcount

    def query(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """Read rows, as the caller's transaction sees them."""
        theirs = self._connection.text_factory
        self._connection.text_factory = str
        try:
            with wrapped():
                return self._cursor.execute(sql, params).fetchall()
        finally:
            self._connection.text_factory = theirs

    def wipe(self) -> None:
        """
        Not from here.

        Raises:
            LedgerError: Always.
        """
        raise not_ours_to_wipe()

    def close(self) -> None:
        """Leave the connection as it is: it is the caller's."""

    def _refuse_lossy(self) -> None:
        [[level]] = self.query("PRAGMA synchronous")
        if level < _FULL:
            raise ConfigurationError(
                "This connection does not wait for the disk, so that a power "
                "cut may take a consent back. Run PRAGMA synchronous = FULL "
                "on it, before the transaction."
            )

    def _join(self) -> None:
        """See that there is a transaction that the caller will end."""
        if not self._connection.in_transaction:
            # One that we began would wait for a commit that nobody sends.
            raise ConfigurationError(
                "No transaction is open on this connection, so what is "
                'recorded would be lost: execute "BEGIN IMMEDIATE" first, '
                "and commit when the order is complete."
            )

    def _refuse_other_tables(self) -> None:
        if not self.query(
            "SELECT 1 FROM main.sqlite_master "
            "WHERE type = 'table' AND name = 'anonsms_migration'"
        ):
            raise not_begun()
        missing(self.query(APPLIED), migrations(self.kind), migrate=False)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} on a caller's connection>"
