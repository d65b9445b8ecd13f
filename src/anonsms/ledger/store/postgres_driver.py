"""The door of psycopg, which comes with an extra."""

from __future__ import annotations

from anonsms.errors import MissingExtraError


try:
    import psycopg
    from psycopg.adapt import AdaptersMap
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.pq import Format, TransactionStatus
    from psycopg.rows import tuple_row
    from psycopg.types.numeric import Int8BinaryDumper
except ImportError:
    raise MissingExtraError(
        "A ledger on PostgreSQL", extra="postgres"
    ) from None


__all__ = [
    "AdaptersMap",
    "Format",
    "Int8BinaryDumper",
    "TransactionStatus",
    "conninfo_to_dict",
    "psycopg",
    "tuple_row",
]
