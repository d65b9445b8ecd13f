"""SQLite from the standard library, set up to lose nothing."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from anonsms.errors import LedgerError
from anonsms.ledger.store.ending import close_with
from anonsms.ledger.store.protocol import Hold, Row, SqlValue
from anonsms.ledger.store.schema import Migration, migrations
from anonsms.ledger.store.sqlite_file import (
    bring_up_to_date,
    connect,
    examine,
    refuse_old_sqlite,
    switch_to_wal,
    touch,
)
from anonsms.ledger.store.sqlite_log import fold, wipe
from anonsms.ledger.store.sqlite_statements import (
    FAULTS,
    named,
    run,
    wrapped,
    write,
)
from anonsms.ledger.store.transactions import (
    closed,
    no_transaction,
    outside_only,
    parents_transaction,
)


# Commits, or changed rows, after which the log is folded in.
COMMITS: Final = 200
CHANGES: Final = 20_000


class SqliteStore:
    """
    A ledger file, or a ledger in memory.

    One connection writes, another reads beside it.

    Args:
        path: The file; made with mode 0600 if there is none. ``None`` keeps
            everything in memory.
        migrate: Make the tables, or bring them up to date. Without it they
            are only looked at.
        shared: The file is the shop's own database, with tables of the
            shop's in it or to come. It is switched to a write-ahead log;
            its ``application_id`` and ``user_version`` stay the shop's.
            SQLite before 3.51.3 has a bug by which two connections that
            checkpoint at one moment may damage the file: ours wait for each
            other, the shop's may not.

    Raises:
        ForeignDatabaseError: The file belongs to another application.
        SchemaVersionError: The tables are newer than this anonsms, were
            changed, or are older and must stay so.
        LedgerError: It cannot be opened.
    """

    kind: Final = "sqlite"
    serial: Final = True

    _writer: sqlite3.Connection | None
    _reader: sqlite3.Connection | None
    _owner: int | None

    def __init__(
        self,
        path: Path | None,
        *,
        migrate: bool = True,
        shared: bool = False,
    ) -> None:
        refuse_old_sqlite()
        self._path = None if path is None else path.absolute()
        self.closed = False
        self._lost = False
        self._forget()
        with wrapped():
            self._open(migrations(self.kind), migrate=migrate, shared=shared)
        _OPEN.add(self)

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
            run(writer, begin)
            self._depth += 1
            self._owner = threading.get_ident()
            try:
                yield
                self._refuse_parents(writer)
                run(writer, commit)
            except BaseException:
                # A full disk makes SQLite roll back by itself.
                if writer is self._writer and writer.in_transaction:
                    for statement in undo:
                        writer.execute(statement)
                raise
            finally:
                if writer is self._writer:  # not in a forked child
                    self._depth -= 1
                    if self._depth == 0:
                        self._owner = None
            if self._depth == 0:
                self._fold_if_due(writer)

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read as of one moment, on a connection of its own."""
        me = threading.get_ident()
        if self.in_transaction or me in self._views:
            yield
        elif self._path is None:
            with self._write_lock:  # one connection: nobody else meanwhile
                yield
        else:
            with wrapped():
                view = self._connect()
            try:
                run(view, "BEGIN")
                run(view, "SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
                self._views[me] = view
                yield
            finally:
                self._views.pop(me, None)
                view.close()

    def hold(self, what: Hold, name: bytes = b"") -> None:
        """Nothing more: a transaction has the write lock already."""
        del what, name
        if self._owner != threading.get_ident():
            raise no_transaction()

    def reserve(self, table: str, count: int) -> int:
        """The number after the last row's."""
        del count  # nobody else can write until we have
        if self._owner != threading.get_ident():
            raise no_transaction()
        [[first]] = self.query(
            # Only the name of a table of ours is put into the statement.
            f"SELECT coalesce(max(seq), 0) + 1 FROM {table}"  # noqa: S608
        )
        return int(first)

    def execute(self, sql: str, params: Sequence[SqlValue] = ()) -> int:
        """Run one writing statement; the number of rows it changed."""
        if self._owner != threading.get_ident():
            with self.transaction():
                return self.execute(sql, params)
        return write(self._writing().cursor(), sql, params)

    def executemany(self, sql: str, rows: Iterable[Sequence[SqlValue]]) -> int:
        """Run one writing statement for many rows; the rows changed."""
        if self._owner != threading.get_ident():
            with self.transaction():
                return self.executemany(sql, rows)
        with wrapped():
            return self._writing().executemany(sql, rows).rowcount

    def query(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """Read rows: one's own uncommitted ones, else committed ones."""
        try:
            if self._owner == threading.get_ident():
                return self._writing().execute(sql, params).fetchall()
            if self._views and threading.get_ident() in self._views:
                view = self._views[threading.get_ident()]
                return view.execute(sql, params).fetchall()
            with self._read_lock:
                reader = self._reader or self._reading()
                return reader.execute(sql, params).fetchall()
        except FAULTS as error:
            raise named(error) from None

    def wipe(self) -> None:
        """
        Leave no bytes of what was deleted in the file, its log or its gaps.

        In the database itself they were overwritten as they were deleted
        (``secure_delete``); what is left is the log.

        Raises:
            LedgerError: Somebody reads an older state; try again.
        """
        if self.in_transaction:
            raise outside_only()
        if self._path is not None:
            log = self._path.with_name(f"{self._path.name}-wal")
            with self._write_lock, wrapped():
                writer = self._writing()
                wipe(writer, lambda: self._fold(writer), log)

    def close(self) -> None:
        """Fold the log into the database and close. Harmless when closed."""
        with self._write_lock, self._read_lock, wrapped():
            _OPEN.discard(self)
            try:
                if self._writer is not None and self._path is not None:
                    self._fold(self._writer)
            finally:  # a damaged file does not fold
                both = (self._reader, self._writer)
                self._writer = self._reader = None
                self.closed = True
                # The last connection of all processes checkpoints again,
                # under an exclusive lock: nobody is left to collide with.
                for connection in both:
                    if connection is not None:
                        connection.close()

    def _forget(self) -> None:
        """Start without connections and with locks that nobody holds."""
        self._writer = self._reader = None
        self._write_lock = threading.RLock()
        # In memory there is one connection, so also one lock.
        self._read_lock = (
            self._write_lock if self._path is None else threading.RLock()
        )
        self._views: dict[int, sqlite3.Connection] = {}  # by thread
        self._depth = 0
        self._owner = None  # the thread whose transaction is open
        self._commits = self._changes = 0  # since the log was folded in

    def _forked(self) -> None:
        """In the child: connections must not be used, nor even closed."""
        _ABANDONED.extend(
            c for c in (self._writer, self._reader, *self._views.values()) if c
        )
        self._lost = self._path is None
        self._forget()

    def _refuse_parents(self, writer: sqlite3.Connection) -> None:
        """In a forked child: what is open there is not ours to end."""
        if writer is not self._writer:
            raise parents_transaction()

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
            raise closed()
        if self._lost:
            raise LedgerError(
                "A ledger in memory does not survive a fork: use a file."
            )
        connection = connect(self._path)
        close_with(self, connection.close)
        return connection

    def _open(
        self, available: Sequence[Migration], *, migrate: bool, shared: bool
    ) -> None:
        if self._path is not None:
            touch(self._path, create=migrate)
        writer = self._writing()
        try:
            # Nothing is written before it is clear that we may.
            examine(writer, available, migrate=migrate, shared=shared)
            if self._path is not None:
                switch_to_wal(writer)
            if migrate:
                with self.transaction():  # look again, under the lock
                    bring_up_to_date(
                        writer, available, migrate=True, shared=shared
                    )
        except BaseException:
            self.closed = True
            writer.close()
            raise

    def _fold_if_due(self, writer: sqlite3.Connection) -> None:
        self._commits += 1
        changes = writer.total_changes - self._changes
        if self._commits >= COMMITS or changes >= CHANGES:
            self._commits, self._changes = 0, writer.total_changes
            if self._path is not None:
                self._fold(writer)

    def _fold(self, writer: sqlite3.Connection) -> bool:
        with self._read_lock:
            return fold(writer, self._reading())

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


def _after_fork() -> None:
    for store in list(_OPEN):
        store._forked()  # noqa: SLF001


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_after_fork)
