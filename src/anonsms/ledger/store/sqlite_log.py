"""
SQLite's write-ahead log: folded into the database, and wiped.

SQLite 3.7.0–3.51.2 can corrupt the database when one process commits, and so
begins the log anew, while another is about to fold in what the log held
before (sqlite.org/wal.html#walresetbug). Hence all that is done here is done
under the write lock, which keeps commits and other folders away, and with
nothing but PASSIVE checkpoints and ordinary commits. ``TRUNCATE`` would be
the usual way to wipe. It takes the write lock by itself, so that it cannot
run inside a transaction of ours, and if it does not get the lock in time it
goes on without it, which is just what the bug needs.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from anonsms.errors import LedgerError
from anonsms.ledger.store.sqlite_file import LOG_SIZE


PATIENCE: Final = 5.0
"""Seconds for which a wipe waits until nobody reads old bytes any more."""

_PAUSE = 0.02


def fold(writer: sqlite3.Connection, beside: sqlite3.Connection) -> bool:
    """
    Copy what is committed from the log into the database.

    Args:
        writer: Takes the write lock; not in a transaction.
        beside: Another connection to the same file, which copies.

    Returns:
        Whether all of it was copied. A reader that still needs an older
        state, or a writer that lets nobody in, prevents that; nothing is
        lost, and the next one copies it.
    """
    with contextlib.suppress(sqlite3.OperationalError):
        writer.execute("BEGIN IMMEDIATE")
        try:
            busy, pages, copied = beside.execute(
                "PRAGMA wal_checkpoint(PASSIVE)"
            ).fetchone()
        finally:
            writer.execute("ROLLBACK")
        return not busy and pages == copied
    return False


def wipe(
    writer: sqlite3.Connection,
    fold_in: Callable[[], bool],
    log: Path,
) -> None:
    """
    Leave nothing in the log that was overwritten or deleted.

    Everything is folded in; the next commit then begins the log anew and,
    with a size limit of nothing, cuts its file behind itself. That commit is
    one of ours, which writes the first page as it was.

    Args:
        writer: Not in a transaction.
        fold_in: Folds the log in, with :func:`fold`.
        log: The log's file.

    Raises:
        LedgerError: Somebody reads an older state, or writes, all the time.
    """
    [page] = writer.execute("PRAGMA page_size").fetchone()
    # A header, and one page with a header of its own; a second one for a
    # commit that is padded to a sector of the disk.
    clean = 32 + 2 * (24 + page)
    writer.execute("PRAGMA journal_size_limit=0")
    try:
        until = time.monotonic() + PATIENCE
        while True:
            if fold_in() and _begin_anew(writer, log, clean):
                return
            if time.monotonic() > until:
                raise LedgerError(
                    "Old bytes are still in the log, for somebody reads or "
                    "writes the database all the time. Try again."
                )
            time.sleep(_PAUSE)
    finally:
        writer.execute(f"PRAGMA journal_size_limit={LOG_SIZE}")


def _begin_anew(writer: sqlite3.Connection, log: Path, clean: int) -> bool:
    """Commit something harmless; whether the log holds that alone."""
    writer.execute("BEGIN IMMEDIATE")
    try:
        [version] = writer.execute("PRAGMA user_version").fetchone()
        writer.execute(f"PRAGMA user_version={version}")
        writer.execute("COMMIT")
    except BaseException:
        if writer.in_transaction:
            writer.execute("ROLLBACK")
        raise
    # Another process may have been first to write since we folded in, and
    # have begun the log anew without cutting it: the size tells.
    return log.stat().st_size <= clean
