"""
SQLite from the standard library, set up to lose nothing.

One connection writes, another reads beside it. Every setting below was
chosen by cutting the power in a simulator: with ``synchronous=FULL`` no
commit was lost, with the usual ``NORMAL`` most cuts lost some.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from anonsms.errors import (
    ConfigurationError,
    ForeignDatabaseError,
    LedgerError,
)
from anonsms.ledger.store.ending import close_with
from anonsms.ledger.store.protocol import Row, SqlValue
from anonsms.ledger.store.schema import (
    APPLICATION_ID,
    Migration,
    migrations,
    refuse_foreign,
)


OLDEST: Final = (3, 37, 0)  # STRICT tables

# Commits, or changed rows, after which the log is folded in.
COMMITS: Final = 200
CHANGES: Final = 20_000

_SETTINGS = (
    "busy_timeout=10000",  # milliseconds
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "mmap_size=0",
    # More than the log grows to as a rule: its file is written over, for a
    # file that grows takes twice the time to flush.
    "journal_size_limit=16777216",
    # SQLite 3.7.0–3.51.2 can corrupt the database when a commit falls
    # between two checkpoints (sqlite.org/wal.html#walresetbug). We
    # checkpoint ourselves, while we hold the write lock: see `_checkpoint`.
    "wal_autocheckpoint=0",
)

_HINTS = {
    "SQLITE_BUSY": "Another process held the write lock for 10 s; look for a "
    "transaction that somebody left open.",
    "SQLITE_FULL": "The disk is full; free some space and try again.",
    "SQLITE_READONLY": "The database file or its folder is read-only.",
    "SQLITE_CANTOPEN": "The file cannot be opened or made; check its folder.",
    "SQLITE_CORRUPT": "The file is damaged; restore it from your backup.",
}


class SqliteStore:
    """
    A ledger file, or a ledger in memory.

    Args:
        path: The file; made with mode 0600 if there is none. ``None`` keeps
            everything in memory.

    Raises:
        ForeignDatabaseError: The file belongs to another application.
        SchemaVersionError: It was written by a newer anonsms.
        LedgerError: It cannot be opened.
    """

    kind: Final = "sqlite"

    _writer: sqlite3.Connection | None
    _reader: sqlite3.Connection | None
    _owner: int | None

    def __init__(self, path: Path | None) -> None:
        if sqlite3.sqlite_version_info < OLDEST:
            raise ConfigurationError(
                "SQLite is too old: the ledger needs 3.37 or newer."
            )
        self._path = None if path is None else path.absolute()
        self.closed = False
        self._lost = False
        self._forget()
        with _wrapped():
            self._open(migrations(self.kind))
        _OPEN.add(self)

    # Reading and writing ------------------------------------------------

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is inside :meth:`transaction` now."""
        return self._owner == threading.get_ident()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the write lock; commit on leaving, else roll back."""
        with self._write_lock:
            begin, commit, undo = _OUTER if self._depth == 0 else _INNER
            writer = self._writing()
            _run(writer, begin)
            self._depth += 1
            self._owner = threading.get_ident()
            try:
                yield
                _run(writer, commit)
            except BaseException:
                # A full disk makes SQLite roll back by itself.
                if writer.in_transaction:
                    for statement in undo:
                        writer.execute(statement)
                raise
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._owner = None
            if self._depth == 0:
                self._checkpoint_if_due(writer)

    def execute(self, sql: str, params: Sequence[SqlValue] = ()) -> int:
        """Run one writing statement; the number of rows it changed."""
        if self._owner != threading.get_ident():
            with self.transaction():
                return self.execute(sql, params)
        return _run(self._writing(), sql, params).rowcount

    def executemany(self, sql: str, rows: Iterable[Sequence[SqlValue]]) -> int:
        """Run one writing statement for many rows; the rows changed."""
        if self._owner != threading.get_ident():
            with self.transaction():
                return self.executemany(sql, rows)
        with _wrapped():
            return self._writing().executemany(sql, rows).rowcount

    def query(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """Read rows: one's own uncommitted ones, else committed ones."""
        try:
            if self._owner == threading.get_ident():
                return self._writing().execute(sql, params).fetchall()
            with self._read_lock:
                reader = self._reader or self._reading()
                return reader.execute(sql, params).fetchall()
        except sqlite3.Error as error:
            raise _named(error) from None

    def close(self) -> None:
        """Fold the log into the database and close. Harmless when closed."""
        with self._write_lock, self._read_lock, _wrapped():
            _OPEN.discard(self)
            if self._writer is not None:
                if self._path is not None:
                    self._checkpoint(self._writer)
                    self._reading().close()
                # The last connection of all processes checkpoints again,
                # under an exclusive lock: nobody is left to collide with.
                self._writer.close()
                self._writer = self._reader = None
            self.closed = True

    def _forget(self) -> None:
        """Start without connections and with locks that nobody holds."""
        self._writer = self._reader = None
        self._write_lock = threading.RLock()
        # In memory there is one connection, so also one lock.
        self._read_lock = (
            self._write_lock if self._path is None else threading.RLock()
        )
        self._depth = 0
        self._owner = None  # the thread whose transaction is open
        self._commits = self._changes = 0  # since the log was folded in

    def _forked(self) -> None:
        """In the child: connections must not be used, nor even closed."""
        _ABANDONED.extend(c for c in (self._writer, self._reader) if c)
        self._lost = self._path is None
        self._forget()

    def _writing(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = self._connect()
        return self._writer

    def _reading(self) -> sqlite3.Connection:
        if self._path is None:
            return self._writing()
        if self._reader is None:
            self._reader = self._connect()
        return self._reader

    def _connect(self) -> sqlite3.Connection:
        if self.closed:
            raise LedgerError("The ledger is closed. Open it again.")
        if self._lost:
            raise LedgerError(
                "A ledger in memory does not survive a fork: use a file."
            )
        connection = sqlite3.connect(
            ":memory:" if self._path is None else str(self._path),
            isolation_level=None,  # we say BEGIN ourselves
            check_same_thread=False,  # our locks see to that
            cached_statements=256,
        )
        close_with(self, connection.close)
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        return connection

    def _open(self, available: Sequence[Migration]) -> None:
        if self._path is not None:
            # SQLite gives -wal and -shm the mode of the database file.
            flags = os.O_RDWR | os.O_CREAT
            try:
                os.close(os.open(self._path, flags, 0o600))
            except OSError as error:
                raise LedgerError(
                    f"The database {self._path} cannot be opened for "
                    f"writing: {error.strerror}. Check its folder."
                ) from None
        writer = self._writing()
        try:
            _look(writer, len(available))
            if self._path is not None:
                _switch_to_wal(writer)
            with self.transaction():
                _look(writer, len(available))  # under the lock
                _migrate(writer, available)
        except BaseException:
            self.closed = True
            writer.close()
            raise

    # The write-ahead log --------------------------------------------------

    def _checkpoint_if_due(self, writer: sqlite3.Connection) -> None:
        self._commits += 1
        changes = writer.total_changes - self._changes
        if self._commits >= COMMITS or changes >= CHANGES:
            self._commits, self._changes = 0, writer.total_changes
            if self._path is not None:
                self._checkpoint(writer)

    def _checkpoint(self, writer: sqlite3.Connection) -> None:
        """Fold the log in, while no process can commit or checkpoint."""
        # What was to be kept is committed and safe in the log. When others
        # are too busy to let us in, the next one folds it in.
        with contextlib.suppress(sqlite3.OperationalError):
            writer.execute("BEGIN IMMEDIATE")
            try:
                with self._read_lock:
                    self._reading().execute("PRAGMA wal_checkpoint(PASSIVE)")
            finally:
                writer.execute("ROLLBACK")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._path or 'in memory'}>"


_OUTER = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_INNER = (
    "SAVEPOINT inner_part",
    "RELEASE inner_part",
    ("ROLLBACK TO inner_part", "RELEASE inner_part"),
)

_OPEN: weakref.WeakSet[SqliteStore] = weakref.WeakSet()
_ABANDONED: list[sqlite3.Connection] = []


def _run(
    connection: sqlite3.Connection, sql: str, params: Sequence[SqlValue] = ()
) -> sqlite3.Cursor:
    try:  # a context manager would cost more than some statements
        return connection.execute(sql, params)
    except sqlite3.Error as error:
        raise _named(error) from None


@contextlib.contextmanager
def _wrapped() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _named(error) from None


def _after_fork() -> None:
    for store in list(_OPEN):
        store._forked()  # noqa: SLF001


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_after_fork)


def _named(error: sqlite3.Error) -> LedgerError:
    """Our error for the driver's: its name and a remedy, never its text."""
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    hint = next((h for key, h in _HINTS.items() if name.startswith(key)), "")
    if name == "SQLITE_NOTADB":
        return ForeignDatabaseError(
            "The file is no SQLite database. Choose another path."
        )
    return LedgerError(f"The database refused ({name}). {hint}".rstrip())


def _look(connection: sqlite3.Connection, newest: int) -> None:
    """Before the first write: is this file ours, and not too new?"""
    found = connection.execute(
        "SELECT application_id, user_version, count(name) FROM "
        "pragma_application_id, pragma_user_version LEFT JOIN sqlite_master"
    ).fetchone()
    refuse_foreign(*found, newest=newest)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    [mode] = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise LedgerError("No write-ahead log works here: use a local disk.")


def _migrate(
    connection: sqlite3.Connection, available: Sequence[Migration]
) -> None:
    """Apply what is missing, inside the transaction that is open."""
    [version] = connection.execute("PRAGMA user_version").fetchone()
    for migration in available[version:]:
        for statement in migration.statements:
            connection.execute(statement)
        connection.execute(
            "INSERT INTO migration (number, name, sha256, applied_at) "
            "VALUES (?, ?, ?, 1000000 * CAST(strftime('%s', 'now') AS INT))",
            (migration.number, migration.name, migration.sha256),
        )
        connection.execute(f"PRAGMA user_version={migration.number}")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
