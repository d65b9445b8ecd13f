"""
A SQLite file: how it is connected to, whose it is, and its tables.

Every setting below was chosen by cutting the power in a simulator: with
``synchronous=FULL`` no commit was lost, with the usual ``NORMAL`` most cuts
lost some.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from anonsms.errors import (
    ConfigurationError,
    LedgerError,
    SchemaVersionError,
)
from anonsms.ledger.store.schema import (
    APPLICATION_ID,
    APPLIED,
    NOTE_APPLIED,
    Migration,
    missing,
    refuse_foreign,
    refuse_newer,
)


OLDEST: Final = (3, 37, 0)  # STRICT tables

LOG_SIZE: Final = 16 << 20
"""
Bytes that the log's file keeps. More than it grows to as a rule: the file is
written over, for a file that grows takes twice the time to flush.
"""

_SETTINGS = (
    "busy_timeout=10000",  # milliseconds
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "mmap_size=0",
    f"journal_size_limit={LOG_SIZE}",
    # SQLite 3.7.0–3.51.2 can corrupt the database when a commit falls
    # between two checkpoints (sqlite.org/wal.html#walresetbug). We
    # checkpoint ourselves, while we hold the write lock: see sqlite_log.
    "wal_autocheckpoint=0",
)


_CREATING = threading.Lock()
_PATIENCE: Final = 10.0  # seconds, as in busy_timeout
_A_MOMENT: Final = 0.01


def connect(path: Path | None) -> sqlite3.Connection:
    """A connection to a file, or to a new database in memory."""
    connection = sqlite3.connect(
        ":memory:" if path is None else str(path),
        isolation_level=None,  # we say BEGIN ourselves
        check_same_thread=False,  # the store's locks see to that
        cached_statements=256,
    )
    try:
        for setting in _SETTINGS:
            _set(connection, setting)
    except BaseException:  # a damaged file, for one
        connection.close()
        raise
    return connection


def _set(connection: sqlite3.Connection, setting: str) -> None:
    """
    Set one thing, as soon as nobody else is about to.

    For some of them SQLite says "busy" at once and does not wait: when
    another process turns the same file to WAL, or closes it as the last one.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute(f"PRAGMA {setting}")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > until:
                raise
        else:
            return
        time.sleep(_A_MOMENT)


def refuse_old_sqlite() -> None:
    """
    Refuse a library that cannot keep our tables.

    Raises:
        ConfigurationError: It is older than 3.37.
    """
    if sqlite3.sqlite_version_info < OLDEST:
        raise ConfigurationError(
            "SQLite is too old: the ledger needs 3.37 or newer."
        )


def touch(path: Path, *, create: bool) -> None:
    """
    See that the file can be written; make it if there is none.

    A file that is there is not opened: with its closing the system would
    take away the locks of every other connection that this process has to
    it (sqlite.org/howtocorrupt.html §2.2), and so in time their log.

    Args:
        path: The file.
        create: Whether it may be made.

    Raises:
        SchemaVersionError: There is none, and it may not be made.
        LedgerError: It cannot be opened for writing.
    """
    if create:
        # SQLite gives -wal and -shm the mode of the database file.
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
        try:
            with _CREATING:  # nobody connects before ours is closed
                os.close(os.open(path, flags, 0o600))
        except FileExistsError:
            pass
        except OSError as error:
            raise _unwritable(path, error.errno) from None
    if path.is_dir():
        raise _unwritable(path, errno.EISDIR)
    if not path.exists():
        raise SchemaVersionError(
            f"There is no ledger at {path}. Open it once with migrate=True "
            "to begin one."
        )
    if not os.access(path, os.R_OK | os.W_OK):
        raise _unwritable(path, errno.EACCES)


def _unwritable(path: Path, number: int | None) -> LedgerError:
    return LedgerError(
        f"The database {path} cannot be opened for writing: "
        f"{os.strerror(number or 0)}. Check its folder."
    )


def bring_up_to_date(
    connection: sqlite3.Connection,
    available: Sequence[Migration],
    *,
    migrate: bool,
    shared: bool,
) -> None:
    """
    Apply the schema files that are missing, in a transaction that is open.

    Args:
        connection: To the file.
        available: The files.
        migrate: Whether they may be applied; else none may be missing.
        shared: Whether the shop's own tables may be in the file.

    Raises:
        ForeignDatabaseError: The file belongs to another application.
        SchemaVersionError: The schema is newer, changed, or too old.
    """
    for each in examine(connection, available, migrate=migrate, shared=shared):
        for statement in each.statements:
            connection.execute(statement)
        connection.execute(NOTE_APPLIED, (each.number, each.name, each.sha256))
        [ours] = connection.execute("PRAGMA application_id").fetchone()
        # In a shared file these two belong to the shop.
        if ours or not shared:
            connection.execute(f"PRAGMA user_version={each.number}")
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")


def examine(
    connection: sqlite3.Connection,
    available: Sequence[Migration],
    *,
    migrate: bool,
    shared: bool,
) -> Sequence[Migration]:
    """
    Before the first write: is this file ours, and what does it lack?

    Arguments and errors as for :func:`bring_up_to_date`.
    """
    [application, version, tables, begun] = connection.execute(
        "SELECT application_id, user_version, count(name), "
        "coalesce(max(name = 'anonsms_migration'), 0) FROM "
        "pragma_application_id, pragma_user_version LEFT JOIN sqlite_master"
    ).fetchone()
    refuse_foreign(application, version, tables, shared=shared)
    if application:
        refuse_newer(version, len(available))
    applied = connection.execute(APPLIED).fetchall() if begun else []
    return missing(applied, available, migrate=migrate)


def switch_to_wal(connection: sqlite3.Connection) -> None:
    """
    Keep a write-ahead log, so that readers and a writer pass each other.

    Raises:
        LedgerError: The file is on a disk where that does not work.
    """
    [mode] = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise LedgerError("No write-ahead log works here: use a local disk.")
