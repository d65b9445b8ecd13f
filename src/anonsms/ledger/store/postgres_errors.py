"""PostgreSQL's errors in our words: a name and a remedy, never a value."""

from __future__ import annotations

import contextlib
from typing import Final

from anonsms.errors import LedgerError
from anonsms.ledger.store.postgres_driver import psycopg
from anonsms.ledger.store.transactions import in_our_words


FAULTS: Final = (psycopg.Error, OverflowError, UnicodeError)
"""What the driver raises; the last two when a value cannot be bound."""

LOST: Final = (
    "The connection was lost. Whether the last transaction was kept is not "
    "known: look before you do it again."
)

# By the beginning of the SQLSTATE, the longest ones first
# (postgresql.org/docs/current/errcodes-appendix.html).
_HINTS = {
    "25P02": "An earlier statement of this transaction failed, so that all "
    "of it is undone; put what may fail into a transaction of its own.",
    "25006": "The server, or the role, is read-only: use the primary.",
    "28": "The server refused the login; check the user and password.",
    "3D": "There is no such database; check the name in the URL.",
    "3F": "No schema of the search_path exists: name one that does.",
    "40P01": "Two transactions waited for each other and this one was given "
    "up. Do it again.",
    "40": "Others wrote the same at the same time. Do it again.",
    "42501": "The role may not do that. Let the owner of the schema open the "
    "ledger once, or grant the role what it lacks.",
    "42P01": "A table is not where the search_path looks; check the URL.",
    "53100": "The server's disk is full; free some space and try again.",
    "53300": "The server has no connection left; raise max_connections.",
    "55P03": "Another transaction held for 10 s what this one needs; look "
    "for one that somebody left open.",
    "08": LOST,
    "57P": LOST,
}

_BY_NAME = {
    "DataError": "A value cannot be kept, such as a text with a NUL "
    "character.",
    "OperationalError": LOST,
    "OverflowError": "A number has more than 64 bits.",
    "UnicodeEncodeError": "A text has characters that the database's "
    "encoding cannot write.",
}


def named(error: Exception) -> LedgerError:
    """Our error for the driver's: its name and a remedy, never its text."""
    name = type(error).__name__
    state = getattr(error, "sqlstate", None)
    if state is None:
        hint = _BY_NAME.get(name, "")
    else:
        hint = next((h for k, h in _HINTS.items() if state.startswith(k)), "")
        name = f"{name}, {state}"
    return LedgerError(f"The database refused ({name}). {hint}".rstrip())


def wrapped() -> contextlib.AbstractContextManager[None]:
    """Turn the driver's errors inside into ours."""
    return in_our_words(FAULTS, named)
