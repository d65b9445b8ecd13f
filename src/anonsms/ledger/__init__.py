"""
The ledger: consent on record, opt-out that wins, and the proof of both.

Events are only ever added; where a person stands is their fold.
"""

from __future__ import annotations

from anonsms.ledger.journal import ImportReport
from anonsms.ledger.ledger import Ledger
from anonsms.ledger.opening import open_ledger
from anonsms.ledger.store import Store


__all__ = ["ImportReport", "Ledger", "Store", "open_ledger"]
