"""A few connections to PostgreSQL, lent to whoever needs one."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus

from anonsms.errors import ConfigurationError, LedgerError
from anonsms.ledger.store.postgres_link import Link
from anonsms.ledger.store.transactions import closed


SIZE: Final = 10
"""Connections that one process opens at most."""

PATIENCE: Final = 30.0
"""Seconds to wait for one of them."""

OLDEST: Final = 150_000
"""The oldest version: 15, as libpq writes it."""


class Pool:
    """
    Connections that nobody uses at the moment, the last one used on top.

    Args:
        url: Where to connect to. It may hold a password and is shown to
            nobody.

    Raises:
        ConfigurationError: The URL cannot be read.
    """

    def __init__(self, url: str) -> None:
        told: dict[str, Any] = {}
        with contextlib.suppress(psycopg.Error):
            told = conninfo_to_dict(url)
        del url
        if not told:
            raise ConfigurationError(
                "The URL cannot be read. It is "
                "postgresql://user:password@host:5432/database, with "
                "characters like @ and / in the password written as %40 "
                "and %2F."
            )
        self._told = told
        self._told.setdefault("connect_timeout", 10)
        self._told.setdefault("fallback_application_name", "anonsms")
        self._change = threading.Condition()
        self._idle: list[Link] = []
        self._lent: set[Link] = set()
        self._opening = 0
        self._closed = False

    @property
    def database(self) -> str:
        """The name of the database, if the URL has one."""
        return str(self._told.get("dbname", ""))

    def take(self) -> Link:
        """
        Borrow a connection; give it back afterwards.

        Raises:
            LedgerError: The pool is closed, all are in use for too long, or
                the server cannot be reached.
            ConfigurationError: The server is too old.
        """
        until = time.monotonic() + PATIENCE
        with self._change:
            while True:
                if self._closed:
                    raise closed()
                if self._idle:
                    link = self._idle.pop()
                    self._lent.add(link)
                    return link
                if self._opening + len(self._lent) < SIZE:
                    self._opening += 1
                    break
                if not self._change.wait(until - time.monotonic()):
                    raise LedgerError(
                        f"All {SIZE} connections were in use for "
                        f"{PATIENCE:.0f} s: look for transactions that wait."
                    )
        new = None
        try:
            new = self._connect()
        finally:
            with self._change:
                self._opening -= 1
                if new is None:
                    self._change.notify()
                else:
                    self._lent.add(new)
        return new

    def give_back(self, link: Link) -> None:
        """Take a connection back; one that is broken is dropped."""
        link.used = True
        # One in the midst of something is as good as broken.
        keep = link.status is TransactionStatus.IDLE and not self._closed
        if not keep:
            link.connection.close()
        with self._change:
            self._lent.discard(link)
            if keep:
                self._idle.append(link)
            self._change.notify()

    def close(self) -> None:
        """Close what is idle, and the rest when it is given back."""
        with self._change:
            self._closed = True
            while self._idle:
                self._idle.pop().connection.close()
            self._change.notify_all()

    def abandon(self) -> list[Link]:
        """In a forked child: the parent's connections, never to be used."""
        left = [*self._idle, *self._lent]
        self._idle, self._lent, self._opening = [], set(), 0
        self._change = threading.Condition()
        return left

    def _connect(self) -> Link:
        connection = None
        with contextlib.suppress(psycopg.Error):
            connection = psycopg.connect(**self._told, autocommit=True)
        # Outside the handler: the driver's error knows the password.
        if connection is None:
            raise LedgerError(
                "The database cannot be reached, or refuses the login. Check "
                "host, port, database, user and password of the URL, and "
                "that the server runs."
            )
        if connection.info.server_version < OLDEST:
            connection.close()
            raise ConfigurationError(
                "The server is too old: the ledger needs PostgreSQL 15 or "
                "newer."
            )
        return Link(connection)
