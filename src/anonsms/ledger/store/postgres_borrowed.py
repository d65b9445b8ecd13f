"""A caller's own connection to PostgreSQL."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from anonsms.errors import ConfigurationError
from anonsms.ledger.store.postgres_driver import TransactionStatus, psycopg
from anonsms.ledger.store.postgres_link import DURABLE, Link
from anonsms.ledger.store.postgres_schema import find
from anonsms.ledger.store.postgres_sql import holding
from anonsms.ledger.store.protocol import Hold, Row, SqlValue
from anonsms.ledger.store.schema import (
    APPLIED,
    migrations,
    missing,
    not_begun,
)
from anonsms.ledger.store.transactions import (
    no_transaction,
    not_ours_to_wipe,
    refuse_run,
)


class BorrowedPostgres:
    """
    A store inside somebody else's transaction, see :func:`borrow`.

    Args:
        connection: An open one.

    Raises:
        ConfigurationError: It cannot be used as it is.
        SchemaVersionError: The tables are not those of this anonsms.
        LedgerError: The database refused.
    """

    kind: Final = "postgres"
    serial: Final = False
    closed: Final = False

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._link = Link(connection)
        self._depth = 0
        self._join()
        found = find(self._link)
        if found is None:
            raise not_begun()
        self._ledger = found
        missing(
            [(n, h) for n, h in self._link.query(APPLIED)],
            migrations(self.kind),
            migrate=False,
        )

    @property
    def in_transaction(self) -> bool:
        """Whether the caller's transaction is open."""
        return self._link.status is not TransactionStatus.IDLE

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """A savepoint: undone on its own, kept if the caller commits."""
        if self._depth == 0:
            self._join()
        # For the caller's whole transaction, which carries a consent now.
        also = f"; {DURABLE}" if self._depth == 0 else ""
        self._depth += 1
        try:
            with self._link.part(also):
                yield
        finally:
            self._depth -= 1

    def snapshot(self) -> contextlib.AbstractContextManager[None]:
        """Nothing more: it reads as the caller's transaction does."""
        return contextlib.nullcontext()

    def hold(self, what: Hold, name: bytes = b"") -> None:
        """Take an advisory lock until the caller's transaction ends."""
        if not self._depth:
            raise no_transaction()
        self._link.query(*holding(what, name, self._ledger))

    def reserve(self, table: str, count: int) -> int:
        """Numbers of a sequence; they are used once, rolled back or not."""
        if not self._depth:
            raise no_transaction()
        refuse_run(count)
        [[first]] = self._link.query("SELECT nextval(?)", (f"{table}_seq",))
        return int(first)

    def execute(self, sql: str, params: Sequence[SqlValue] = ()) -> int:
        """Run one writing statement; the number of rows it changed."""
        if not self._depth:
            with self.transaction():
                return self.execute(sql, params)
        return self._link.run(sql, params)

    def executemany(self, sql: str, rows: Iterable[Sequence[SqlValue]]) -> int:
        """Run one writing statement for many rows; the rows changed."""
        if not self._depth:
            with self.transaction():
                return self.executemany(sql, rows)
        return self._link.run_each(sql, rows)

    def query(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """Read rows, as the caller's transaction sees them."""
        return self._link.query(sql, params)

    def wipe(self) -> None:
        """
        Not from here.

        Raises:
            LedgerError: Always.
        """
        raise not_ours_to_wipe()

    def close(self) -> None:
        """Leave the connection as it is: it is the caller's."""

    def _join(self) -> None:
        """See that there is a transaction that the caller will end."""
        if not self.in_transaction:
            # One that we began would wait for a commit that nobody sends.
            raise ConfigurationError(
                "No transaction is open on this connection, so what is "
                "recorded would be lost: use the ledger inside `with "
                "connection.transaction():`, or after the order's own "
                "statements."
            )
        [[isolation]] = self._link.query("SHOW transaction_isolation")
        if isolation != "read committed":
            # What a lock was waited for must be seen once it is held.
            raise ConfigurationError(
                f"The transaction is {isolation}: it would not see what "
                "others wrote about a person while it waited for them. Use "
                "READ COMMITTED for what records consent."
            )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} on a caller's connection>"
