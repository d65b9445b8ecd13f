"""
A caller's own connection: the grant commits, or not, with the order.

What is written through it is a part of the caller's transaction. It is
durable, and seen by others, once the caller has committed.
"""

from __future__ import annotations

from typing import Any, cast

from anonsms.errors import ConfigurationError
from anonsms.ledger.store.protocol import Store


def borrow(connection: object) -> Store:
    """
    A store on a connection that stays the caller's.

    Nothing is committed or closed, and each transaction of the ledger's is
    a savepoint. A ``sqlite3`` connection overwrites what it deletes from now
    on (``secure_delete``), for rows that move leave copies behind.

    Args:
        connection: An open ``sqlite3.Connection`` or ``psycopg.Connection``
            (psycopg 3), on a database that has a ledger already. It is used
            by one thread at a time.

    Raises:
        ConfigurationError: It is another kind of connection, has no
            transaction open, does not wait for the disk, or there is no
            ledger where it looks.
        SchemaVersionError: The tables are not those of this anonsms.
        LedgerError: The database refused.
    """
    # The drivers have their own doors, and one may not be installed.
    makers = {
        base.__module__.partition(".")[0]
        for base in type(connection).__mro__
        if base.__name__ == "Connection"
    }
    if "sqlite3" in makers:
        from anonsms.ledger.store.sqlite_borrowed import (  # noqa: PLC0415
            BorrowedSqlite,
        )

        return BorrowedSqlite(cast("Any", connection))
    if "psycopg" in makers:
        from anonsms.ledger.store.postgres_borrowed import (  # noqa: PLC0415
            BorrowedPostgres,
        )

        return BorrowedPostgres(cast("Any", connection))
    raise ConfigurationError(
        "A ledger borrows an open sqlite3.Connection or psycopg.Connection "
        f"(psycopg 3, not async). This was a {type(connection).__name__}; "
        "an ORM gives its driver's connection on request."
    )
