"""PostgreSQL through psycopg 3, for several machines that write at once."""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from anonsms.errors import ConfigurationError, LedgerError
from anonsms.ledger.store.ending import close_with
from anonsms.ledger.store.postgres_link import Link
from anonsms.ledger.store.postgres_pool import Pool, dialling
from anonsms.ledger.store.postgres_schema import (
    BEGIN,
    BEGIN_READING,
    bring_up_to_date,
    find,
    lacking,
    vacuum,
)
from anonsms.ledger.store.postgres_sql import holding
from anonsms.ledger.store.protocol import Hold, Row, SqlValue
from anonsms.ledger.store.schema import migrations
from anonsms.ledger.store.transactions import (
    no_transaction,
    outside_only,
    refuse_run,
)


RUN: Final = 1024
"""Rows that one value of a sequence stands for, see 0001_ledger.sql."""

_Answer = TypeVar("_Answer")


class PostgresStore:
    """
    A ledger in a database of a PostgreSQL server, 15 or newer.

    Its tables begin with ``anonsms_`` and lie in the first schema of the
    connection's search_path, beside the shop's own if the shop likes.

    Args:
        url: ``postgresql://user@host/database``, or whatever libpq takes.
            It is never shown, for it may hold a password.
        migrate: Make the tables, or bring them up to date. Without it they
            are only looked at.

    Raises:
        ConfigurationError: The URL cannot be read, or the server is too old.
        SchemaVersionError: The tables are newer than this anonsms, were
            changed, or are older and must stay so.
        LedgerError: The server cannot be reached, or refuses.
    """

    kind: Final = "postgres"
    serial: Final = False

    def __init__(self, url: str, *, migrate: bool = True) -> None:
        self._database = ""
        dial = dialling(url)
        del url  # an error would show what is in its frames
        if dial is None:
            raise ConfigurationError(
                "The URL cannot be read. It is "
                "postgresql://user:password@host:5432/database, with "
                "characters like @ and / in the password written as %40 "
                "and %2F."
            )
        self._pool = Pool(dial)
        close_with(self, self._pool.close)
        self.closed = False
        self._forget()
        available = migrations(self.kind)
        try:
            with self._lent() as link:
                if lacking(link, available, migrate=migrate):
                    bring_up_to_date(link, available)
                self._ledger = find(link) or 0
                self._database = link.connection.info.dbname
        except BaseException:
            self.close()
            raise
        _OPEN.add(self)

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is inside :meth:`transaction` now."""
        return self._own.link is not None

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit on leaving, else roll back; inside another, a part of it."""
        if self._own.link is not None:
            with self._own.link.part():
                yield
            return
        link, _ = self._first(lambda link: link.control(BEGIN))
        self._own.link = link
        try:
            yield
            link.refuse_failed()  # COMMIT would roll back and not say so
            link.control("COMMIT")
        except BaseException:
            # A connection that is lost has rolled back by itself.
            with contextlib.suppress(LedgerError):
                link.control("ROLLBACK")
            raise
        finally:
            self._own.link = None
            self._pool.give_back(link)

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read as of one moment; in a transaction, as that reads."""
        if self._own.link is not None:
            yield
            return
        link, _ = self._first(lambda link: link.control(BEGIN_READING))
        self._own.link = link
        try:
            yield
        finally:
            self._own.link = None
            with contextlib.suppress(LedgerError):  # lost, so ended
                link.control("ROLLBACK")
            self._pool.give_back(link)

    def hold(self, what: Hold, name: bytes = b"") -> None:
        """Take an advisory lock until the transaction ends."""
        link = self._inside()
        link.query(*holding(what, name, self._ledger))

    def reserve(self, table: str, count: int) -> int:
        """Numbers of a sequence; they are used once, rolled back or not."""
        link = self._inside()
        refuse_run(count)
        with self._numbering:
            left = self._numbers.get(table, range(0))
            if len(left) < count:
                [[start]] = link.query("SELECT nextval(?)", (f"{table}_seq",))
                left = range(start, start + RUN)
            self._numbers[table] = left[count:]
        return left.start

    def execute(self, sql: str, params: Sequence[SqlValue] = ()) -> int:
        """Run one writing statement; the number of rows it changed."""
        link = self._own.link
        if link is None:
            with self.transaction():
                return self.execute(sql, params)
        return link.run(sql, params)

    def executemany(self, sql: str, rows: Iterable[Sequence[SqlValue]]) -> int:
        """Run one writing statement for many rows; the rows changed."""
        link = self._own.link
        if link is None:
            with self.transaction():
                return self.executemany(sql, rows)
        return link.run_each(sql, rows)

    def query(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """Read rows: one's own uncommitted ones, else committed ones."""
        link = self._own.link
        if link is not None:
            return link.query(sql, params)
        link, rows = self._first(lambda link: link.query(sql, params))
        self._pool.give_back(link)
        return rows

    def wipe(self) -> None:
        """
        Vacuum the tables, and write the one with the keys anew.

        That keeps everybody out of it, for some 2 s per million people:
        after many erasures, one wipe is enough. What else was deleted is
        overwritten in the files with the server's next checkpoint. The
        server's own log (``pg_wal``), what was archived of it, replicas and
        backups are beyond its reach: there the key of the epoch must die.

        Raises:
            LedgerError: Old rows are needed by somebody still; try again.
        """
        if self.in_transaction:
            raise outside_only()
        with self._lent() as link:
            vacuum(link)

    def close(self) -> None:
        """Give the connections back. Closing twice is harmless."""
        _OPEN.discard(self)
        self.closed = True
        self._pool.close()

    def _forget(self) -> None:
        self._own = _Own()
        self._numbers: dict[str, range] = {}
        self._numbering = threading.Lock()

    def _forked(self) -> None:
        """In the child: connections must not be used, nor even closed."""
        _ABANDONED.extend(self._pool.abandon())
        self._forget()

    def _inside(self) -> Link:
        if self._own.link is None:
            raise no_transaction()
        return self._own.link

    @contextlib.contextmanager
    def _lent(self) -> Iterator[Link]:
        link = self._pool.take()
        try:
            yield link
        finally:
            self._pool.give_back(link)

    def _first(self, use: Callable[[Link], _Answer]) -> tuple[Link, _Answer]:
        """
        Take a connection and begin with it, or with the next one.

        One that lay idle may have been cut off by the server; nothing was
        begun on it, so that nothing is done twice.
        """
        while True:
            link = self._pool.take()
            lay_idle = link.used
            try:
                return link, use(link)
            except BaseException:
                self._pool.give_back(link)
                if not (lay_idle and link.connection.closed):
                    raise

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._database}>"


class _Own(threading.local):
    """What a thread has: the connection of its transaction."""

    link: Link | None = None


_OPEN: weakref.WeakSet[PostgresStore] = weakref.WeakSet()
_ABANDONED: list[Link] = []


def _after_fork() -> None:
    for store in list(_OPEN):
        store._forked()  # noqa: SLF001


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_after_fork)
