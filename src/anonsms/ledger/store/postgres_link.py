"""One connection to PostgreSQL, and how statements are given to it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from anonsms.errors import LedgerError
from anonsms.ledger.store.postgres_driver import (
    AdaptersMap,
    Format,
    Int8BinaryDumper,
    TransactionStatus,
    psycopg,
    tuple_row,
)
from anonsms.ledger.store.postgres_errors import FAULTS, named, wrapped
from anonsms.ledger.store.postgres_sql import numbered
from anonsms.ledger.store.protocol import Row, SqlValue
from anonsms.ledger.store.transactions import parents_transaction


DURABLE: Final = "SET LOCAL synchronous_commit = on"
"""What was committed survives a power cut, whatever the server's default."""


class Link:
    """
    A connection, ours or a caller's, with cursors of our own.

    They convert as the driver does by itself, whatever the caller has
    registered on the connection.

    Args:
        connection: An open one.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.used = False
        self._process = os.getpid()
        self._depth = 0
        # Parameters as $1 and results in binary: bytes stay bytes.
        self._cursor = psycopg.RawCursor(connection, row_factory=tuple_row)
        self._cursor.format = Format.BINARY
        self._control = psycopg.Cursor(connection, row_factory=tuple_row)
        adapters = AdaptersMap(psycopg.adapters)
        # One type for all integers: else there would be a prepared
        # statement for each mixture of small and large ones.
        adapters.register_dumper(int, Int8BinaryDumper)
        self._cursor._adapters = adapters  # noqa: SLF001

    @property
    def status(self) -> TransactionStatus:
        """Whether a transaction is open, and whether it has failed."""
        return self.connection.info.transaction_status

    def refuse_failed(self) -> None:
        """
        Refuse to go on as if every statement had worked.

        Raises:
            LedgerError: One has failed since the transaction, or this part
                of it, began.
        """
        if self.status is TransactionStatus.INERROR:
            raise LedgerError(
                "A statement of this transaction failed, so that all of it "
                "is undone; put what may fail into a transaction of its own."
            )

    @contextlib.contextmanager
    def part(self, also: str = "") -> Iterator[None]:
        """
        A part of the transaction that is open, undone on its own.

        Args:
            also: Statements to begin with, each after a semicolon.
        """
        self._depth += 1
        name = f"anonsms_{self._depth}"
        try:
            self.control(f"SAVEPOINT {name}{also}")
            try:
                yield
                self.refuse_failed()
                self.control(f"RELEASE {name}")
            except BaseException:
                # A connection that is lost has rolled back by itself.
                with contextlib.suppress(LedgerError):
                    self.control(f"ROLLBACK TO {name}; RELEASE {name}")
                raise
        finally:
            self._depth -= 1

    def control(self, statements: str) -> None:
        """
        Run statements without parameters, in one round trip.

        Raises:
            LedgerError: The database refused, or this is a forked child and
                the transaction is its parent's.
        """
        if self._process != os.getpid():
            raise parents_transaction()
        try:
            # Several at once cannot be prepared.
            self._control.execute(statements.encode(), prepare=False)
        except FAULTS as error:
            raise named(error) from None

    def run(self, sql: str, params: Sequence[SqlValue]) -> int:
        """
        Run one statement; the number of rows it changed.

        Raises:
            LedgerError: The database refused.
        """
        try:
            self._cursor.execute(numbered(sql).encode(), params)
        except FAULTS as error:
            raise named(error) from None
        return self._cursor.rowcount

    def run_each(self, sql: str, rows: Iterable[Sequence[SqlValue]]) -> int:
        """
        Run one statement for many rows; the rows changed.

        Raises:
            LedgerError: The database refused.
        """
        with wrapped():
            self._cursor.executemany(numbered(sql).encode(), rows)
        return self._cursor.rowcount

    def query(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """
        Read rows.

        Raises:
            LedgerError: The database refused.
        """
        try:
            self._cursor.execute(numbered(sql).encode(), params)
            return self._cursor.fetchall()
        except FAULTS as error:
            raise named(error) from None
