"""How what the stores share is said to PostgreSQL."""

from __future__ import annotations

import functools
import hashlib
import itertools
import re
from typing import Final

from anonsms.ledger.store.protocol import Hold, SqlValue


# Literals, quoted names and comments are left alone.
_MARK = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | \?""", re.VERBOSE
)

_NAMESPACE: Final = b"anonsms/hold/v1"

_HOLD = "SELECT pg_advisory_xact_lock(?)"
_HOLD_PERSON = "SELECT pg_advisory_xact_lock_shared(?), " + _HOLD[7:]


@functools.lru_cache(maxsize=512)
def numbered(sql: str) -> str:
    """
    PostgreSQL's parameters for question marks.

    >>> numbered("SELECT '?' WHERE a = ? AND b = ?")
    "SELECT '?' WHERE a = $1 AND b = $2"
    """
    count = itertools.count(1)
    return _MARK.sub(
        lambda found: f"${next(count)}" if found[0] == "?" else found[0], sql
    )


def holding(
    what: Hold, name: bytes, ledger: int
) -> tuple[str, tuple[SqlValue, ...]]:
    """
    The statement that takes a lock until the transaction ends.

    Args:
        what: What to hold.
        name: Which one.
        ledger: Tells ledgers of one database apart, for their locks share
            one space of numbers.

    Returns:
        The statement and its parameters.
    """
    own = lock_number(what.name, name, ledger)
    if what is Hold.PERSON:
        # Whoever holds all of the people keeps out those who hold one, and
        # two people do not get into each other's way.
        return _HOLD_PERSON, (lock_number("PEOPLE", b"", ledger), own)
    return _HOLD, (own,)


def lock_number(kind: str, name: bytes, ledger: int) -> int:
    """
    A 64-bit number for an advisory lock, from 64 bits of SHA-256.

    Two names that share one would wait for each other, and nothing worse.
    """
    digest = hashlib.sha256(
        b"%b\0%d\0%b\0%b" % (_NAMESPACE, ledger, kind.encode(), name)
    ).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
