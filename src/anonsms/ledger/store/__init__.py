"""Where the ledger is kept: one protocol, one file per database."""

from __future__ import annotations

from anonsms.ledger.store.protocol import Hold, Row, SqlValue, Store


__all__ = ["Hold", "Row", "SqlValue", "Store"]
