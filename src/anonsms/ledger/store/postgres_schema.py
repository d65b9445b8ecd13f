"""The ledger's tables on PostgreSQL: found, checked, made, vacuumed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from anonsms.errors import LedgerError
from anonsms.ledger.store.postgres_link import DURABLE, Link
from anonsms.ledger.store.postgres_sql import lock_number
from anonsms.ledger.store.schema import (
    APPLIED,
    NOTE_APPLIED,
    Migration,
    missing,
)


LOCK_TIMEOUT: Final = "lock_timeout = '10s'"
"""As long as SQLite waits for its write lock."""

BEGIN_READING: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
"""Begins a transaction that sees one moment."""

BEGIN: Final = (
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; "
    f"{DURABLE}; SET LOCAL {LOCK_TIMEOUT}"
)
"""
A transaction as we want it, whatever the defaults of server and role are,
and for itself alone, so that it is the same behind a pgbouncer.
"""

PATIENCE: Final = 5.0
"""Seconds for which a wipe waits until nobody needs old rows any more."""

_PAUSE = 0.05

_FIND = "SELECT CAST(to_regclass('anonsms_migration') AS OID)"

# What is added goes where the rest is, not where a search_path of today
# would put it.
_STAY = """
SELECT set_config('search_path', concat_ws(', ', quote_ident(nspname),
    current_setting('search_path')), true)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE pg_class.oid = to_regclass('anonsms_migration')
"""

_TABLES = """
SELECT CAST(CAST(oid AS REGCLASS) AS TEXT) FROM pg_class
WHERE relkind = 'r' AND starts_with(relname, 'anonsms_') AND relnamespace = (
    SELECT relnamespace FROM pg_class
    WHERE oid = to_regclass('anonsms_migration')
)
"""

_DEAD = """
SELECT vacuum_count, n_dead_tup FROM pg_stat_user_tables
WHERE relid = to_regclass('anonsms_subject')
"""


def find(link: Link) -> int | None:
    """What PostgreSQL knows the ledger by; ``None`` if there is none yet."""
    [[found]] = link.query(_FIND)
    return found or None


def lacking(
    link: Link, available: Sequence[Migration], *, migrate: bool
) -> Sequence[Migration]:
    """
    The schema files that are still to be applied.

    Raises:
        SchemaVersionError: The tables are newer than we are, were changed,
            or are older and must stay so.
    """
    applied = [(n, h) for n, h in link.query(APPLIED)] if find(link) else []
    return missing(applied, available, migrate=migrate)


def bring_up_to_date(link: Link, available: Sequence[Migration]) -> None:
    """
    Apply what is missing, as one; others who would do the same wait.

    Raises:
        SchemaVersionError: The tables are newer than we are, or changed.
        LedgerError: The role may not, or the server failed.
    """
    link.control(BEGIN)
    try:
        link.query(
            "SELECT pg_advisory_xact_lock(?)", (lock_number("", b"", 0),)
        )
        link.query(_STAY)
        for each in lacking(link, available, migrate=True):
            link.control(each.text)
            link.run(NOTE_APPLIED, (each.number, each.name, each.sha256))
        link.control("COMMIT")
    except BaseException:
        if not link.connection.closed:
            link.control("ROLLBACK")
        raise


def vacuum(link: Link) -> None:
    """
    Remove old rows, and rewrite the table that holds the keys.

    A plain VACUUM frees the place of a row and moves others together; some
    of the old bytes stay in the gap. So the keys' table is written anew,
    which takes about 2 s per million people and keeps everybody out while
    it lasts.

    Raises:
        LedgerError: Old rows are needed still, by a transaction that is
            open, a replica or a backup; or the role may not.
    """
    warned: list[str] = []

    def listen(diagnostic: object) -> None:
        severity = getattr(diagnostic, "severity_nonlocalized", None)
        if severity == "WARNING":
            warned.append(severity)

    link.connection.add_notice_handler(listen)
    link.control(f"SET {LOCK_TIMEOUT}")
    try:
        tables = [name for (name,) in link.query(_TABLES)]
        [[before, _]] = link.query(_DEAD)
        link.control(f"VACUUM {', '.join(tables)}")
        until = time.monotonic() + PATIENCE
        while not warned:
            [[count, dead]] = link.query(_DEAD)
            if count > before and not dead:
                break
            if time.monotonic() > until:
                raise LedgerError(
                    "Old rows are still needed by somebody: a transaction "
                    "that was left open, a replica, a running backup. Try "
                    "again."
                )
            time.sleep(_PAUSE)
            link.control("VACUUM anonsms_subject")
        link.control("VACUUM (FULL) anonsms_subject")
    finally:
        link.connection.remove_notice_handler(listen)
        if not link.connection.closed:
            link.control("RESET lock_timeout")
    if warned:
        raise LedgerError(
            "PostgreSQL left out some of the tables: only their owner, or a "
            "role with the MAINTAIN privilege, may vacuum them."
        )
