"""
Statements to SQLite, and its errors in our words.

An error has a name and a remedy, and never a value.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from typing import Final

from anonsms.errors import ForeignDatabaseError, LedgerError
from anonsms.ledger.store.protocol import SqlValue
from anonsms.ledger.store.transactions import in_our_words


FAULTS: Final = (sqlite3.Error, OverflowError, UnicodeError)
"""What the driver raises; the last two when a value cannot be bound."""

_HINTS = {
    "SQLITE_BUSY_SNAPSHOT": "Somebody wrote after this transaction had read. "
    "Roll back and begin again, with BEGIN IMMEDIATE.",
    "SQLITE_BUSY": "Another process held the write lock for 10 s; look for a "
    "transaction that somebody left open.",
    "SQLITE_FULL": "The disk is full; free some space and try again.",
    "SQLITE_READONLY": "The database file or its folder is read-only.",
    "SQLITE_CANTOPEN": "The file cannot be opened or made; check its folder.",
    "SQLITE_CORRUPT": "The file is damaged; restore it from your backup.",
    "ProgrammingError": "The connection is closed, or belongs to another "
    "thread.",
    "UnicodeEncodeError": "A text has characters that UTF-8 cannot write.",
    "OverflowError": "A number has more than 64 bits.",
}


def run(
    connection: sqlite3.Connection | sqlite3.Cursor,
    sql: str,
    params: Sequence[SqlValue] = (),
) -> sqlite3.Cursor:
    """
    Run one statement.

    Raises:
        LedgerError: The database refused.
    """
    try:  # a context manager would cost more than some statements
        return connection.execute(sql, params)
    except FAULTS as error:
        raise named(error) from None


def write(cursor: sqlite3.Cursor, sql: str, params: Sequence[SqlValue]) -> int:
    """
    Run one writing statement; the number of rows it changed.

    Raises:
        LedgerError: The database refused.
    """
    before = cursor.connection.total_changes
    count = run(cursor, sql, params).rowcount
    # Python does not count what begins with WITH.
    return cursor.connection.total_changes - before if count < 0 else count


def named(error: Exception) -> LedgerError:
    """Our error for the driver's: its name and a remedy, never its text."""
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    hint = next((h for key, h in _HINTS.items() if name.startswith(key)), "")
    if name == "SQLITE_NOTADB":
        return ForeignDatabaseError(
            "The file is no SQLite database. Choose another path."
        )
    return LedgerError(f"The database refused ({name}). {hint}".rstrip())


def wrapped() -> contextlib.AbstractContextManager[None]:
    """Turn the driver's errors inside into ours."""
    return in_our_words(FAULTS, named)
