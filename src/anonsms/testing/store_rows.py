"""Rows that the suite of the stores writes and reads."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

import pytest

from anonsms.errors import LedgerError
from anonsms.ledger.store import Store


PATIENCE: Final = 30.0
"""Seconds until something that should have happened counts as hung."""

NOTE: Final = (
    "INSERT INTO anonsms_campaign (id, fingerprint, created_at) "
    "VALUES (?, ?, ?)"
)

CUT_UP: Final = """
WITH RECURSIVE each (i) AS (
    SELECT 0 UNION ALL SELECT i + 1 FROM each WHERE i + 1 < ?
)
INSERT INTO anonsms_subject (seq, id, number, number_sha256, epoch, wrapped)
SELECT ? + i, substr(?, i * 16 + 1, 16), ?, substr(?, i * 32 + 1, 32), ?, ?
FROM each
"""

PEOPLE: Final = (
    "SELECT seq, id, number_sha256, epoch, wrapped FROM anonsms_subject"
)


def note(store: Store, name: str) -> None:
    """Write one row of a table that belongs to nobody else here."""
    store.execute(NOTE, (name, "", 0))


def names(store: Store) -> set[str]:
    """The rows of that table."""
    return {name for (name,) in store.query("SELECT id FROM anonsms_campaign")}


def enrol(store: Store, count: int) -> range:
    """Write people into rows that follow each other; inside a transaction."""
    first = store.reserve("anonsms_subject", count)
    ids, hashes = bytes(16 * count), bytes(32 * count)
    store.execute(CUT_UP, (count, first, ids, b"", hashes, None, None))
    return range(first, first + count)


def refused(use: Callable[[], object]) -> None:
    """Do something that the ledger has to refuse."""
    with pytest.raises(LedgerError):
        use()


def in_child(work: Callable[[], object]) -> int:
    """Do something in a forked child; 0 if it came to its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def in_child_inside(store: Store, *, fail: bool) -> int:
    """
    Fork inside a transaction, which both processes then leave.

    Args:
        store: The store.
        fail: Whether the child leaves it with an error of its own.

    Returns:
        0 if the child was told that it cannot commit, or got its own error.
    """
    child, code = -1, 1
    try:
        with store.transaction():
            note(store, "before")
            child = os.fork()
            if child:
                _, status = os.waitpid(child, 0)
                code = os.waitstatus_to_exitcode(status)
                note(store, "after")
            elif fail:
                code //= 0
    except LedgerError:
        code = 0 if child == 0 and not fail else 2
    except ZeroDivisionError:
        code = 0 if child == 0 and fail else 3
    finally:
        if child == 0:
            os._exit(code)
    return code
