"""A few connections to PostgreSQL, lent to whoever needs one."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from anonsms.errors import ConfigurationError, LedgerError
from anonsms.ledger.store.postgres_driver import (
    TransactionStatus,
    conninfo_to_dict,
    psycopg,
)
from anonsms.ledger.store.postgres_link import Link
from anonsms.ledger.store.transactions import closed


SIZE: Final = 10
"""Connections that one process opens at most."""

PATIENCE: Final = 30.0
"""Seconds to wait for one of them."""

OLDEST: Final = 150_000
"""The oldest version: 15, as libpq writes it."""


Dial: TypeAlias = Callable[[], "psycopg.Connection[Any] | None"]
"""Makes a connection, or nothing if that fails."""


def dialling(url: str) -> Dial | None:
    """
    How to connect to a URL; ``None`` if it cannot be read.

    The URL may hold a password. So what fails here fails without an error,
    whose frames and context would know it.

    Args:
        url: ``postgresql://…``, or what else libpq takes.
    """
    told: dict[str, Any] = {}
    with contextlib.suppress(psycopg.Error):
        told = conninfo_to_dict(url)
    if not told:
        return None
    told.setdefault("connect_timeout", 10)
    told.setdefault("fallback_application_name", "anonsms")

    def dial() -> psycopg.Connection[Any] | None:
        with contextlib.suppress(psycopg.Error):
            return psycopg.connect(**told, autocommit=True)
        return None

    return dial


class Pool:
    """
    Connections that nobody uses at the moment, the last one used on top.

    Args:
        dial: Makes one.
    """

    def __init__(self, dial: Dial) -> None:
        self._dial = dial
        self._change = threading.Condition()
        self._idle: list[Link] = []
        self._lent: set[Link] = set()
        self._opening = 0
        self._closed = False

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
        with self._change:
            if link not in self._lent:
                return  # in a forked child: it is the parent's
            self._lent.remove(link)
            link.used = True
            # One in the midst of something is as good as broken.
            if link.status is TransactionStatus.IDLE and not self._closed:
                self._idle.append(link)
            else:
                link.connection.close()
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
        connection = self._dial()
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
